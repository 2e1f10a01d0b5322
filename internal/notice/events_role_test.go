package notice_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/notice"
	"relais/internal/testkit"
)

// TestEvents_forgetWhatARoleOpened: who loses the desk, or the role, on another instance is told no number of what lay there any more. The
// first count after that knows it; one comes every two seconds. What is the person's own goes on.
func TestEvents_forgetWhatARoleOpened(t *testing.T) {
	for what, taken := range map[string]func(a *agency.Access){"the desk": func(a *agency.Access) { a.Desks = nil }, "the role": func(a *agency.Access) { a.Hold = nil },
		"both": func(a *agency.Access) { a.Desks, a.Hold = nil, nil }} {
		t.Run(what, func(t *testing.T) {
			testkit.Both(t, func(t *testing.T, w *testkit.World) {
				site, elsewhere := w.Serve(t), w.Twin()
				bell := site.Site.Bell
				if bell.Every > time.Second {
					t.Fatalf("looks every %s only", bell.Every)
				}
				bell.Every = 50 * time.Millisecond // what takes a second in earnest
				var over atomic.Bool
				var stale atomic.Int64
				count := bell.Counts
				bell.Counts = func(ctx context.Context) ([]notice.Count, error) {
					after := over.Load()
					counts, err := count(ctx)
					if after && err == nil && counts[0].Count > 0 {
						stale.Add(1)
					}
					return counts, err
				}
				open := site.SignIn("payoke.second").Listen()
				open.Wants("at once", `"/notices","count":0`)
				told(w, notice.New{To: desk(w, "be.payoke"), Code: "other"})
				open.Wants("of the desk", `"/notices","count":1`)
				p, err := elsewhere.Agencies.ShowPerson(w.As("payoke.admin"), w.Person("payoke.second").ID)
				if err != nil {
					t.Fatal(err)
				}
				taken(&p.Access)
				if _, err := elsewhere.Agencies.ChangePerson(w.As("payoke.admin"), p.ID, p.Version, p.Person, p.Access); err != nil {
					t.Fatal(err)
				}
				over.Store(true)
				open.Wants("nothing of the desk", `"/notices","count":0`)
				if n := stale.Load(); n > 0 {
					t.Errorf("%d counts still saw what lay at the desk", n)
				}
				over.Store(false)
				told(w, notice.New{To: desk(w, "be.payoke"), Code: "other"})
				told(w, notice.New{To: notice.To{Kind: notice.Worker, ID: p.ID, AgencyID: w.Person("payoke.second").AgencyID}, Code: "other"})
				open.Wants("only what is the person's own", `"/notices","count":1`)
			})
		})
	}
}
