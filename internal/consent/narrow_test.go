package consent_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"relais/internal/audit"
	"relais/internal/consent"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/request"
	"relais/internal/sharing"
)

// wide is the consent of the scene for two agencies and two purposes, of which each of the tests below takes something away.
func (s *scene) wide() consent.New {
	n := s.yes()
	n.Recipients = append(n.Recipients, consent.Recipient{AgencyID: s.Place("be.dvz").ID})
	n.Purposes = append(n.Purposes, "compensation")
	return n
}

// referTo offers the person to a desk on the consent, and it accepts.
func (s *scene) referTo(who, code string, sections ...string) string {
	s.T.Helper()
	n := s.offer()
	n.DeskID, n.Sections = s.Place(code).Desks[0], sections
	id := must(s.Sharing.Refer(s.As("rsz"), s.victimID, n, ""))(s.T)
	must(s.Sharing.Accept(s.As(who), id, 1))(s.T)
	return id
}

func (s *scene) change(n consent.New) {
	s.T.Helper()
	must0(s.T, s.Consents.Change(s.As("rsz"), s.victimID, s.consentID, s.show("rsz").Version, n))
}

// TestNarrow_endsAtOnceOnEveryInstance: of two programs on one database one writes the new version. Whatever begins on the other after it
// was acknowledged gets nothing, though the other has just shown the file; who is concerned is told, once, and nobody else is.
func TestNarrow_endsAtOnceOnEveryInstance(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		other := s.Twin()
		nora := other.Serve(t).SignIn("payoke")
		ways := s.ways(other, nora)
		for i, test := range []struct {
			claim  string
			change func(n *consent.New)
			other  bool // the migration office keeps what it has: only the name went there
		}{
			{"fewer sections", func(n *consent.New) { n.Sections = []string{"identity"} }, true},
			{"fewer recipients", func(n *consent.New) { n.Recipients = n.Recipients[1:] }, true},
			{"fewer purposes", func(n *consent.New) { n.Purposes = []string{"compensation"} }, false},
		} {
			s.consentID = s.record("rsz", s.victimID, s.wide())
			id := s.referTo("payoke", "be.payoke", "identity", "exploitation")
			s.referTo("dvz", "be.dvz", "identity")
			for _, w := range ways {
				for range 2 { // the second time out of what is kept in memory
					if !w.met() {
						t.Fatalf("%s: before, the file does not do what it should: %s", test.claim, w.name)
					}
				}
			}
			before := s.told("dvz", "consent_changed")
			s.changedWhileRead(test.claim, ways[:3], test.change)
			for _, w := range ways {
				if w.met() {
					t.Errorf("%s: afterwards the file still %s", test.claim, w.name)
				}
			}
			if s.sees("dvz") != test.other || !s.sees("rsz") {
				t.Errorf("%s: the migration office sees the file %v, and who leads it %v", test.claim, s.sees("dvz"), s.sees("rsz"))
			}
			if n, elsewhere := s.told("payoke", "consent_changed"), s.told("dvz", "consent_changed")-before; n != i+1 || (elsewhere == 0) != test.other || s.told("rsz", "consent_changed") != 0 {
				t.Errorf("%s: Payoke was told %d times and the migration office %d times", test.claim, n, elsewhere)
			}
			if why := s.number(`SELECT COUNT(*) FROM file_grant WHERE id = :id AND state = 'ended' AND end_reason = 'consent_changed'`, database.Args{"id": id}); why != 1 {
				t.Errorf("%s: the grant does not say why it ended", test.claim)
			}
			s.withdraw("rsz")
		}
		if logged := s.entries("consent.change"); len(logged) != 3 || slices.ContainsFunc(logged, func(e string) bool { return !strings.Contains(e, string(audit.ConsentChange)) }) {
			t.Errorf("it is logged as %v", logged)
		}
	})
}

// changedWhileRead writes the new version while others read; what begins after it was acknowledged must get nothing.
func (s *scene) changedWhileRead(claim string, ways []way, change func(n *consent.New)) {
	s.T.Helper()
	n := s.wide()
	change(&n)
	var acknowledged atomic.Bool
	warm, readers := make(chan struct{}, len(ways)), sync.WaitGroup{}
	for _, w := range ways {
		readers.Go(func() {
			for round := 0; ; round++ {
				begunAfter := acknowledged.Load()
				if met := w.met(); met && begunAfter {
					s.T.Errorf("%s: begun after the change the file still %s", claim, w.name)
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
	for range ways {
		<-warm
	}
	s.change(n)
	acknowledged.Store(true)
	readers.Wait()
}

// TestNarrow_takesOffersBack: what is still on offer on more than the person allows now cannot be accepted any more.
func TestNarrow_takesOffersBack(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.consentID = s.record("rsz", s.victimID, s.wide())
		n := s.offer()
		n.Sections = []string{"identity", "exploitation"}
		id := must(s.Sharing.Refer(s.As("rsz"), s.victimID, n, ""))(t)
		less := s.wide()
		less.Sections = []string{"identity"}
		s.change(less)
		_, err := s.Sharing.Accept(s.As("payoke"), id, must(s.Sharing.Show(s.As("payoke"), id))(t).Version)
		wants(t, err, fault.Conflict, "accepting more than is allowed now")
		if shown := must(s.Sharing.Show(s.As("rsz"), id))(t); shown.Referral.State != sharing.Withdrawn || s.sees("payoke") {
			t.Errorf("it stands as %s", shown.Referral.State)
		}
	})
}

// TestNarrow_endsEarlierWhatHangsOnItToo: with an earlier end everything that came of what rests on the consent ends earlier, also what was
// asked for on another ground, on every instance; who has it is told when.
func TestNarrow_endsEarlierWhatHangsOnItToo(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		other := s.Twin()
		s.refer()
		law := sharing.Terms{Purpose: "protection", Basis: "legal_task"}
		id := must(s.Requests.Ask(s.As("payoke"), gate.Victim, s.victimID, request.New{Sections: []string{"exploitation"}, For: request.ForDesk, Reason: "support",
			Note: "What she was made to do.", Terms: law}, ""))(t)
		must0(t, s.Requests.Grant(s.As("rsz"), id, 1, request.Answer{Sections: []string{"exploitation"}, Terms: law}))
		if _, err := other.Victims.Show(s.As("payoke"), s.victimID); err != nil {
			t.Fatal(err)
		}
		less := s.yes()
		less.Until = "2026-04-30"
		s.change(less)
		if !s.sees("payoke") || s.told("payoke", "consent_shortened") != 1 || s.told("payoke", "consent_changed") != 0 || s.told("rsz", "consent_shortened") != 0 {
			t.Errorf("before the new end it is open: %v, told %d times", s.sees("payoke"), s.told("payoke", "consent_shortened"))
		}
		last := s.number(`SELECT MAX(until_at) FROM file_grant WHERE file_id = :file AND agency_id = :agency AND state <> 'ended'`,
			database.Args{"file": s.victimID, "agency": s.payoke().ID})
		if end := moment.Date("2026-04-30").EndOf(); moment.Time(last) != end {
			t.Errorf("the last of it ends %s", moment.Time(last))
		}
		s.Advance(time.Duration(moment.Date("2026-04-30").EndOf()-s.Now())*time.Microsecond - time.Second)
		if !s.sees("payoke") {
			t.Error("it has ended early")
		}
		s.Advance(time.Second)
		if _, err := other.Victims.Show(s.As("payoke"), s.victimID); s.sees("payoke") || fault.KindOf(err) != fault.NotFound {
			t.Errorf("after the new end it is open: %v, %v", s.sees("payoke"), err)
		}
		same := s.yes()
		same.Until = "2026-05-30"
		s.change(same)
		if s.told("payoke", "consent_shortened") != 1 || s.sees("payoke") {
			t.Error("a longer consent tells of a shorter one, or opens what has ended")
		}
	})
}
