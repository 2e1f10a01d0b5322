package clock_test

import (
	"net/http"
	"strings"
	"testing"

	"relais/internal/clock"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/testkit"
)

// TestStep_ofAClockIsForItsCountry: a Dutch shelter on the team writes in the residence section and touches no Belgian clock, while
// anybody in Belgium could act; once nobody of Belgium is on the file it stands in, as it is told.
func TestStep_ofAClockIsForItsCountry(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		s.lend("nl.shelter")
		id := s.start("dvz", "be.reflection", w.Today())
		if v := s.show("cosm", id); v.CanAct {
			t.Error("the Dutch shelter is offered to act")
		}
		stop := clock.Stop{On: w.Today(), Review: w.Today().AddDays(9), Reason: "abroad"}
		s.wants(w.Clocks.Pause(w.As("cosm"), id, 1, stop), fault.Refused, "clock.not_your_task", "paused from abroad")
		s.wants(w.Clocks.End(w.As("cosm"), id, 1, w.Today(), "support_left"), fault.Refused, "clock.not_your_task", "ended from abroad")
		s.wants(w.Clocks.Decide(w.As("cosm"), id, 1, true), fault.Refused, "clock.not_your_task", "decided abroad")
		if err := w.Clocks.Pause(w.As("payoke"), id, 1, stop); err != nil {
			t.Fatal(err)
		}
		s.wants(w.Clocks.Resume(w.As("cosm"), id, 2, w.Today()), fault.Refused, "clock.not_your_task", "resumed from abroad")
		if err := w.Clocks.Resume(w.As("dvz"), id, 2, w.Today()); err != nil {
			t.Fatal(err)
		}
		s.leave("be.payoke") // an office without a shelter: the Dutch one is told, and acts
		if v := s.show("cosm", id); !v.CanAct {
			t.Error("who is told cannot act")
		}
		for _, agency := range []string{"be.dvz", "be.auditoraat", "be.fgp", "be.rsz"} {
			s.leave(agency)
		}
		if err := w.Clocks.End(w.As("cosm"), id, 3, w.Today(), "support_left"); err != nil {
			t.Errorf("nobody of Belgium is left, and nobody can act: %v", err)
		}
	})
}

// leave ends whatever an agency was granted on the victim file.
func (s *scene) leave(agency string) {
	s.T.Helper()
	if err := s.Database.Write(s.T.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(`UPDATE file_grant SET state = 'ended' WHERE file_id = :file AND agency_id = :agency AND state = 'live'`,
			database.Args{"file": s.victimID, "agency": s.Place(agency).ID})
		return err
	}); err != nil {
		s.T.Fatal(err)
	}
}

// TestStep_isToldToWhoActsAndWhoStarted, unless they took it themselves.
func TestStep_isToldToWhoActsAndWhoStarted(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		id := s.start("dvz", "be.reflection", w.Today())
		if a, b := s.told("payoke", "clock_started"), s.told("dvz", "clock_started"); a != 1 || b != 0 {
			t.Errorf("started: the shelter is told %d times, the office %d", a, b)
		}
		s.stop(id, 1, w.Today().AddDays(9)) // by the shelter
		if a, b := s.told("payoke", "clock_paused"), s.told("dvz", "clock_paused"); a != 0 || b != 1 {
			t.Errorf("paused: the shelter is told %d times, the office %d", a, b)
		}
		if err := w.Clocks.Resume(w.As("dvz"), id, 2, w.Today()); err != nil {
			t.Fatal(err)
		}
		if a, b := s.told("payoke", "clock_resumed"), s.told("dvz", "clock_resumed"); a != 1 || b != 0 {
			t.Errorf("resumed: the shelter is told %d times, the office %d", a, b)
		}
		if err := w.Clocks.End(w.As("payoke"), id, 3, w.Today(), "support_left"); err != nil {
			t.Fatal(err)
		}
		if a, b := s.told("payoke", "clock_ended"), s.told("dvz", "clock_ended"); a != 0 || b != 1 {
			t.Errorf("ended: the shelter is told %d times, the office %d", a, b)
		}
		s.start("dvz", "be.ai", w.Today())
		if s.told("payoke", "clock_started") != 1 {
			t.Error("a paper that the shelter asked for is told to it as news")
		}
		for _, key := range []string{"rsz", "fgp", "auditoraat"} {
			for _, code := range []string{"clock_started", "clock_paused", "clock_resumed", "clock_ended"} {
				if n := s.told(key, code); n != 0 {
					t.Errorf("%s is told %s %d times", key, code, n)
				}
			}
		}
	})
}

// TestPause_givesNoDayTwice: a pause begins after the last one, and not when the clock is over; while it lasts its list says so.
func TestPause_givesNoDayTwice(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		id := s.start("dvz", "be.reflection", w.Today()) // until 16 April
		s.until("2026-03-10")
		pause := func(version int64, on string) error {
			return w.Clocks.Pause(w.As("payoke"), id, version, clock.Stop{On: dateOf(on), Review: w.Today().AddDays(20), Reason: "in_hospital"})
		}
		if err := pause(1, "2026-03-04"); err != nil {
			t.Fatal(err)
		}
		list := must(w.Clocks.List(w.As("payoke"), clock.Open, gate.Cursor{}))(t)
		if len(list.Items) != 1 || list.Items[0].State != clock.Paused {
			t.Errorf("the list of what is open: %+v", list.Items)
		}
		if page := string(w.Serve(t).SignIn("payoke").Get("/clocks?box=open").Want(http.StatusOK).Body); !strings.Contains(page, "Geschorst") || !strings.Contains(page, "Opnieuw bekijken op") {
			t.Error("the list does not say that the time limit stands still, and until when")
		}
		if err := w.Clocks.Resume(w.As("payoke"), id, 2, "2026-03-09"); err != nil {
			t.Fatal(err)
		}
		if v := s.show("payoke", id); v.DueOn != "2026-04-21" || v.PausedDays != 5 {
			t.Errorf("after a pause of five days: %+v", v.Clock)
		}
		for _, on := range []string{"2026-03-04", "2026-03-08", "2026-03-02"} {
			s.wants(pause(3, on), fault.Invalid, "clock.stood_still", "paused again from "+on)
		}
		if err := pause(3, "2026-03-09"); err != nil {
			t.Fatalf("from the day on which it ran on: %v", err)
		}
		s.until("2026-03-12")
		if err := w.Clocks.Resume(w.As("payoke"), id, 4, "2026-03-12"); err != nil {
			t.Fatal(err)
		}
		if v := s.show("payoke", id); v.DueOn != "2026-04-24" || v.PausedDays != 8 {
			t.Errorf("after eight days: %+v", v.Clock)
		}
		s.until("2026-04-26")
		s.wants(pause(5, "2026-04-25"), fault.Invalid, "clock.over_before", "paused when it was over")
		if err := pause(5, "2026-04-24"); err != nil {
			t.Errorf("from its last day, of which somebody tells later: %v", err)
		}
	})
}

// TestLaw_thatEndsLeavesNobodyWithoutWarnings: a rule that ends without a successor starts nothing more; what runs by it is warned of,
// renewed and ended as before.
func TestLaw_thatEndsLeavesNobodyWithoutWarnings(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		id := s.start("dvz", "be.ai", w.Today()) // until 2 June, warned on 3 May
		w.Clocks = clock.NewService(w.Gate, book(t, "be.ai,2007-06-01,,", "be.ai,2007-06-01,2026-04-30,"), w.ClockPerson)
		s.until("2026-05-04")
		s.tidy()
		if s.told("payoke", "clock_warned") != 1 || s.told("dvz", "clock_warned") != 0 {
			t.Error("nobody is warned any more")
		}
		v := s.show("payoke", id)
		if v.Rule.Length != 3 || len(v.Rule.Ends) == 0 || v.WouldDueOn != "" || v.State != clock.Runs {
			t.Errorf("by which rule it runs: %+v", v)
		}
		_, err := w.Clocks.Start(w.As("dvz"), s.victim("1990"), clock.New{Rule: "be.ai", Start: "2026-05-02"}, "")
		s.wants(err, fault.Invalid, "clock.unknown_rule", "started after the end of its law")
		s.wants(w.Clocks.Renew(w.As("payoke"), id, v.Version), fault.Refused, "clock.not_your_task", "renewed by who never issued it")
		if err := w.Clocks.Renew(w.As("dvz"), id, v.Version); err != nil {
			t.Errorf("renewed: %v", err)
		}
		if err := w.Clocks.End(w.As("payoke"), id, v.Version+1, w.Today(), "support_left"); err != nil {
			t.Errorf("ended: %v", err)
		}
	})
}
