package consent_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"relais/internal/exchange"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/task"
	"relais/internal/testkit"
)

// way is one road on which somebody meets a file; it says whether the file, or a name in it, came along it.
type way struct {
	name string
	met  func() bool
}

// ways are the roads of Payoke to the file in a program: by use case, and by the pages of a signed-in caseworker.
func (s *scene) ways(in *testkit.World, nora *testkit.Client) []way {
	ctx, holds := s.As("payoke"), func(answer testkit.Answer) bool {
		return strings.Contains(string(answer.Body), "Nguyen") || strings.Contains(string(answer.Body), s.victimID)
	}
	return []way{
		{"opens", func() bool { _, err := in.Victims.Show(ctx, s.victimID); return s.met(err) }},
		{"is listed", func() bool {
			lines, _, err := in.Victims.List(ctx, gate.Cursor{})
			return s.met(err) && len(lines) > 0
		}},
		{"is found", func() bool { hits, _, err := in.Victims.Search(ctx, "Nguyen"); return s.met(err) && len(hits) > 0 }},
		{"is taken out", func() bool {
			_, err := in.Exchange.Export(ctx, gate.Victim, s.victimID, exchange.Wanted{Format: exchange.JSON, Sections: []string{"identity"},
				Purpose: "protection", Reason: "meeting", Recipient: "Parket"})
			return s.met(err)
		}},
		{"is counted", func() bool { view, err := in.Worklist.Show(ctx); return s.met(err) && len(view.Changed) > 0 }},
		{"has a page", func() bool { return holds(nora.Get("/victims/" + s.victimID)) }},
		{"stands on the list's page", func() bool { return holds(nora.Get("/victims")) }},
		{"answers to a program", func() bool { return nora.Get("/api/v1/victims/"+s.victimID).Status == http.StatusOK }},
	}
}

// met says whether something came; whatever fails otherwise than by "not found" is a mistake of the test.
func (s *scene) met(err error) bool {
	if err != nil && fault.KindOf(err) != fault.NotFound {
		s.T.Errorf("neither found nor absent: %v", err)
	}
	return err == nil
}

// TestWithdraw_holdsOnEveryInstance: of two programs on one database one takes the withdrawal, and whatever begins on the other after
// it was acknowledged gets nothing, though the other has just shown the file and keeps in memory what it can.
func TestWithdraw_holdsOnEveryInstance(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.refer()
		other := s.Twin()
		nora := other.Serve(t).SignIn("payoke")
		ways := s.ways(other, nora)
		for _, w := range ways {
			for range 2 { // the second time out of what is kept in memory
				if !w.met() {
					t.Fatalf("before the withdrawal the file does not do what it should: %s", w.name)
				}
			}
		}
		var acknowledged atomic.Bool
		warm, readers := make(chan struct{}, len(ways)), sync.WaitGroup{}
		for _, w := range ways[:5] {
			readers.Go(func() {
				for round := 0; ; round++ {
					begunAfter := acknowledged.Load()
					if met := w.met(); met && begunAfter {
						t.Errorf("begun after the withdrawal the file still %s", w.name)
					}
					if round == 2 {
						warm <- struct{}{}
					}
					if begunAfter {
						return
					}
				}
			})
		}
		for range ways[:5] {
			<-warm
		}
		s.withdraw("rsz")
		acknowledged.Store(true)
		readers.Wait()
		for _, w := range ways {
			if w.met() {
				t.Errorf("after the withdrawal the file still %s", w.name)
			}
		}
		if !s.sees("rsz") {
			t.Error("who leads the file lost it with the consent")
		}
	})
}

// TestWithdraw_reachesOpenPagesOnEveryInstance: a page that is open on the other of two programs loses the tasks of the file, and has a
// notice of the withdrawal, without being loaded again.
func TestWithdraw_reachesOpenPagesOnEveryInstance(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.refer()
		must(s.Tasks.Add(s.As("payoke"), gate.Victim, s.victimID, task.New{Code: "other", Text: "Find a bed.", Doer: "desk:" + s.payoke().Desks[0],
			Due: s.Today()}, ""))(t)
		elsewhere := s.Twin().Serve(t)
		elsewhere.Site.Bell.Every = 50 * time.Millisecond // what takes a second in earnest
		page := elsewhere.SignIn("payoke").Listen()
		page.Wants("what waits before", `[{"url":"/notices","count":1,"text":"Berichten (1)"},{"url":"/tasks","count":1,"text":"Taken (1)"}]`)
		s.withdraw("rsz")
		page.Wants("what waits after", `[{"url":"/notices","count":2,"text":"Berichten (2)"},{"url":"/tasks","count":0,"text":"Taken"}]`)
	})
}
