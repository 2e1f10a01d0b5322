package report_test

import (
	"slices"
	"testing"
	"time"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/report"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/signal"
	"relais/internal/testkit"
	"relais/internal/track"
)

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// refer sends one victim to the shelter, who answers after so long; zero is no answer.
func refer(t *testing.T, w *testkit.World, caseID string, after time.Duration, decline string) string {
	t.Helper()
	victimID := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"})
	n := sharing.NewReferral{DeskID: w.Place("be.payoke").Desks[0], Sections: []string{"identity"}, Urgency: sharing.Urgent, Reason: "support",
		Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}
	id := must(w.Sharing.Refer(w.As("rsz"), victimID, n, ""))(t)
	w.Advance(after)
	switch {
	case decline != "":
		must("", w.Sharing.Decline(w.As("payoke"), id, 1, decline))(t)
	case after > 0:
		must(w.Sharing.Accept(w.As("payoke"), id, 1))(t)
	}
	return id
}

// all walks through the list behind a figure.
func all(t *testing.T, w *testkit.World, who string, p report.Pair) (ids []string) {
	t.Helper()
	after := gate.Cursor{}
	for {
		page := must(w.Figures.List(w.As(who), p.FromAgencyID, p.ToDeskID, "", after))(t)
		for _, r := range page.Referrals {
			ids = append(ids, r.ID)
		}
		if after = page.Next; after.ID == "" {
			return ids
		}
	}
}

func TestReferrals_tellHowLongTheyWaitAndHowTheyEnd(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		var accepted []string
		for _, hours := range []int{1, 2, 3, 4, 30} {
			accepted = append(accepted, refer(t, w, caseID, time.Duration(hours)*time.Hour, ""))
		}
		for range 5 {
			refer(t, w, caseID, 2*time.Hour, "no_capacity")
		}
		refer(t, w, caseID, 0, "")
		for _, id := range accepted {
			w.Advance(24 * time.Hour)
			view := must(w.Sharing.Show(w.As("payoke"), id))(t)
			must("", w.Sharing.Complete(w.As("payoke"), id, view.Version, "support_given"))(t)
		}
		for _, who := range []string{"rsz.head", "payoke.lead", "payoke.admin"} {
			figures := must(w.Figures.Referrals(w.As(who), ""))(t)
			if len(figures.Pairs) != 1 {
				t.Fatalf("%s sees %d pairs", who, len(figures.Pairs))
			}
			p := figures.Pairs[0]
			if p.Number != 11 || p.Answer == nil || p.Answer.Median != 2*time.Hour || p.Answer.P90 != 4*time.Hour || p.Service == nil {
				t.Errorf("%s reads %+v, answer %+v, service %+v", who, p, p.Answer, p.Service)
			}
			if p.InTime == nil || *p.InTime != 82 { // nine of eleven: one came late, one never did
				t.Errorf("%s reads in time: %v", who, p.InTime)
			}
			if len(p.Ends) != 2 || p.Ends[0].Number+p.Ends[1].Number != 11 || p.Ends[1].Code != "rest" || p.Ends[1].Number != 6 {
				t.Errorf("%s reads ends %+v: the one without answer can be found by subtraction", who, p.Ends)
			}
			if found := len(all(t, w, who, p)); found != p.MayOpen {
				t.Errorf("%s: the figure says %d, the list has %d", who, p.MayOpen, found)
			}
		}
		if p := must(w.Figures.Referrals(w.As("payoke.admin"), ""))(t).Pairs[0]; p.MayOpen != 0 {
			t.Errorf("an administrator who works on no files may open %d", p.MayOpen)
		}
		if p := must(w.Figures.Referrals(w.As("rsz.head"), ""))(t).Pairs[0]; p.MayOpen != 11 {
			t.Errorf("the sending desk may open %d of 11", p.MayOpen)
		}
	})
}

func TestReferrals_areForWhoAnswersForTheAgencyAndForNoOther(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		for range 4 {
			refer(t, w, caseID, time.Hour, "")
		}
		p := must(w.Figures.Referrals(w.As("payoke.lead"), ""))(t).Pairs[0]
		if p.Number != 0 || p.Answer != nil || p.InTime != nil || len(p.Ends) > 0 {
			t.Errorf("four are told: %+v", p)
		}
		for _, who := range []string{"payoke", "rsz", "rsz.auditor", "cosm", "avim"} {
			for name, look := range map[string]func() error{
				"referrals": func() error { _, err := w.Figures.Referrals(w.As(who), ""); return err },
				"signals":   func() error { _, err := w.Figures.Signals(w.As(who), ""); return err },
				"list": func() error {
					_, err := w.Figures.List(w.As(who), p.FromAgencyID, p.ToDeskID, "", gate.Cursor{})
					return err
				},
			} {
				if err := look(); fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s looks at %s: %v", who, name, err)
				}
			}
		}
		if figures := must(w.Figures.Referrals(w.As("fgp.head"), ""))(t); len(figures.Pairs) > 0 {
			t.Errorf("a third agency reads %+v", figures.Pairs)
		}
		if found := all(t, w, "fgp.head", p); len(found) > 0 {
			t.Errorf("a third agency lists %v", found)
		}
	})
}

func TestReferrals_leaveOutWhatLiesUnderASealAndOtherQuarters(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		w.AddToTeam("rsz", caseID, "be.auditoraat")
		for range 6 {
			refer(t, w, caseID, time.Hour, "")
		}
		count := func() int { return must(w.Figures.Referrals(w.As("payoke.lead"), ""))(t).Pairs[0].Number }
		if count() != 6 {
			t.Fatalf("%d of 6", count())
		}
		victimID := must(w.Sharing.List(w.As("payoke"), sharing.Received, gate.Cursor{}))(t).Referrals[0].FileID
		must(w.Limits.Seal(w.As("auditoraat"), gate.Victim, victimID, "AN45/2026", ""))(t)
		if count() != 5 {
			t.Errorf("%d with one under a seal", count())
		}
		if before := must(w.Figures.Referrals(w.As("payoke.lead"), "2025-Q4"))(t); len(before.Pairs) > 0 {
			t.Errorf("another quarter holds %+v", before.Pairs)
		}
		for _, wrong := range []string{"2026-Q2", "2026-01", "2026", "2026-Q0", "2026-Q5", "2026-Q1 ", "2026-q1", "26-Q1", "2026-Q01"} {
			if _, err := w.Figures.Referrals(w.As("payoke.lead"), wrong); fault.KindOf(err) != fault.Invalid {
				t.Errorf("the quarter %q: %v", wrong, err)
			}
		}
	})
}

func TestSignals_staySignalsInTheFiguresWhenTheyAreAnonymised(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		desk := w.Place("be.rsz").Desks[0]
		for range 6 {
			must(w.Signals.Note(w.As("rsz"), signal.New{DeskID: desk, Country: "BE", Exploitation: "forced_labour", SeenOn: "2026-02-20",
				Source: "third_person", Story: "Men sleep in a container."}, ""))(t)
		}
		w.Advance(200 * 24 * time.Hour)
		must("", w.Signals.Tidy(w.AsProgram()))(t)
		figures := must(w.Figures.Signals(w.As("rsz.head"), "2026-Q1"))(t)
		if len(figures.Tables) != 3 {
			t.Fatalf("%d tables", len(figures.Tables))
		}
		for _, table := range figures.Tables {
			ends := []report.Count{}
			if table.By == report.ByDiscipline {
				ends = append(ends, report.Count{Code: "anonymised", Number: 6})
			}
			if len(table.Lines) != 1 || table.Lines[0].Number != 6 || !slices.Equal(table.Lines[0].Ends, ends) {
				t.Errorf("by %s: %+v", table.By, table.Lines)
			}
		}
		if other := must(w.Figures.Signals(w.As("fgp.head"), "2026-Q1"))(t); len(other.Tables[0].Lines) > 0 {
			t.Errorf("another agency reads %+v", other.Tables)
		}
	})
}

// TestPersons_areCountedOnceEach over both engines: six persons with two own steps each, one step that was struck, one of another agency.
func TestPersons_areCountedOnceEach(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		w.AddToTeam("rsz", caseID, "be.payoke")
		var victims []string
		for range 6 { // opening presumes: a step of the inspectorate
			victims = append(victims, w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"}))
		}
		move := func(who, victimID, to string, version int64) {
			t.Helper()
			must(w.Tracks.Move(w.As(who), victimID, track.New{Track: "protection", To: to, On: w.Today()}, version, ""))(t)
		}
		for _, id := range victims {
			move("payoke", id, "supported", 2)
		}
		move("rsz", victims[0], "lost_contact", 3)
		figures := must(w.Figures.Referrals(w.As("rsz.head"), ""))(t)
		if got := figures.Persons; got.Number != 6 || len(got.Says) != 1 || got.Says[0] != (report.Count{Code: "presumed", Number: 6}) {
			t.Errorf("the inspectorate has %+v", got)
		}
		figures = must(w.Figures.Referrals(w.As("payoke.lead"), ""))(t)
		if got := figures.Persons; got.Number != 6 || got.Says[0].Number != 6 {
			t.Errorf("the shelter has %+v", got)
		}
		if got := must(w.Figures.Referrals(w.As("rsz.head"), "2025-Q4"))(t).Persons; got.Number != 0 {
			t.Errorf("of a quarter before: %+v", got)
		}
		if err := second(w.Figures.Referrals(w.As("rsz"), "")); fault.KindOf(err) != fault.NotFound {
			t.Errorf("who answers for nobody: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }
