package track_test

import (
	"slices"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/rulepack"
	"relais/internal/section"
	"relais/internal/signal"
	"relais/internal/testkit"
	"relais/internal/track"
)

// noticed is a file that comes of a signal, on whose team everybody is who helps and decides.
func noticed(t *testing.T, w *testkit.World) (victimID string) {
	t.Helper()
	id, err := w.Signals.Note(w.As("rsz"), signal.New{DeskID: w.Place("be.rsz").Desks[0], Country: "BE", Exploitation: "forced_labour", Persons: 1,
		SeenOn: "2026-02-26", Source: "own_observation", Story: "He sleeps behind the car wash."}, "")
	if err != nil {
		t.Fatal(err)
	}
	_, victimID, err = w.Signals.Follow(w.As("rsz"), id, signal.FollowUp{Into: signal.IntoVictim}, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	view, err := w.Victims.Show(w.As("rsz"), victimID)
	if err != nil {
		t.Fatal(err)
	}
	for _, agency := range []string{"be.fgp", "be.dvz", "be.payoke"} {
		w.AddToTeam("rsz", view.File.CaseID, agency)
	}
	return victimID
}

// called asks what a person is called on the file, in both lists and in the words of the page.
func called(t *testing.T, w *testkit.World, victimID, status, words string) {
	t.Helper()
	view, err := w.Victims.Show(w.As("payoke"), victimID)
	if err != nil || view.Status != status {
		t.Errorf("the file says %s, want %s: %v", view.Status, status, err)
	}
	lines, _, err := w.Victims.List(w.As("payoke"), gate.Cursor{})
	if err != nil || len(lines) != 1 || lines[0].Status != status {
		t.Errorf("the list says %+v: %v", lines, err)
	}
	of, err := w.Cases.Show(w.As("rsz"), view.File.CaseID)
	if err != nil || len(of.Victims) != 1 || of.Victims[0].Status != status {
		t.Errorf("the case says %+v: %v", of.Victims, err)
	}
	site := w.Serve(t)
	if page := string(site.SignIn("payoke").Get("/victims/" + victimID).Want(200).Body); !strings.Contains(page, words) {
		t.Errorf("the page does not say %q", words)
	}
}

func move(t *testing.T, w *testkit.World, who, victimID string, n track.New) (stepID string) {
	t.Helper()
	stepID, err := w.Tracks.Move(w.As(who), victimID, n, laneOf(t, w, who, victimID, n.Track).Version, "")
	if err != nil {
		t.Fatalf("%s:%s by %s: %v", n.Track, n.To, who, err)
	}
	return stepID
}

// TestSignal_beginsAsDetected, and nobody calls the person a victim before somebody presumes it; once that is struck, nobody does any more.
func TestSignal_beginsAsDetected(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := noticed(t, w)
		called(t, w, id, "detected", "Gedetecteerde persoon")
		first := laneOf(t, w, "payoke", id, "protection")
		if len(first.Steps) != 1 || first.Steps[0].From != "signal" || first.State != "detected" || first.Since != "2026-02-26" || first.Steps[0].Basis == "" {
			t.Fatalf("it begins as %+v", first)
		}
		if l := laneOf(t, w, "dvz", id, "protection"); l.State != "detected" || l.Show != authz.Derived {
			t.Errorf("the Immigration Office is told %+v", l)
		}
		err := w.Tracks.Strike(w.As("rsz"), id, first.Steps[0].ID, track.NewStrike{Reason: "wrong_step"}, first.Version, "")
		if err == nil {
			t.Error("the step that opens the file is struck")
		}
		step := move(t, w, "payoke", id, track.New{Track: "protection", To: "presumed", On: w.Today(), Confirmed: []string{"indications"}})
		called(t, w, id, "presumed", "Vermoedelijk slachtoffer")
		version := laneOf(t, w, "payoke", id, "protection").Version
		if err := w.Tracks.Strike(w.As("payoke"), id, step, track.NewStrike{Reason: "wrong_person"}, version, ""); err != nil {
			t.Fatal(err)
		}
		called(t, w, id, "detected", "Gedetecteerde persoon")
		move(t, w, "payoke", id, track.New{Track: "protection", To: "not_victim", On: w.Today(), Confirmed: []string{"second_look"}})
		called(t, w, id, "detected", "Gedetecteerde persoon")
	})
}

// TestDetected_waitsForNothing: referral, reflection period and support go on from detected; who is helped is called a presumed victim.
func TestDetected_waitsForNothing(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := noticed(t, w)
		w.Write("rsz", id, authz.Identity, "legal_task", section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"})
		w.Refer("rsz", id, "be.pagasa", "pagasa", "identity")
		if lane := laneOf(t, w, "rsz", id, "protection"); lane.State != "detected" {
			t.Errorf("a referral presumes: %+v", lane)
		}
		move(t, w, "dvz", id, reflection)
		called(t, w, id, "detected", "Gedetecteerde persoon")
		move(t, w, "payoke", id, track.New{Track: "protection", To: "supported", On: w.Today()})
		called(t, w, id, "presumed", "Vermoedelijk slachtoffer")
		if lane := laneOf(t, w, "payoke", id, "protection"); len(lane.Steps) != 2 || lane.Steps[1].From != "detected" {
			t.Errorf("a step was written that nobody took: %+v", lane.Steps)
		}
	})
}

// TestIndications_confirmedWithAnotherStepPresume: the police that offer the reflection period at the slightest indication have presumed,
// whatever a screening counted, and it is their step; without that nothing moves, and of somebody who is presumed already nobody asks.
func TestIndications_confirmedWithAnotherStepPresume(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		note, err := w.Signals.Note(w.As("avim"), signal.New{DeskID: w.Place("nl.police").Desks[0], Country: "NL", Exploitation: "forced_labour", Persons: 1,
			SeenOn: "2026-02-26", Source: "own_observation", Story: "She sleeps above the restaurant."}, "")
		if err != nil {
			t.Fatal(err)
		}
		_, id, err := w.Signals.Follow(w.As("avim"), note, signal.FollowUp{Into: signal.IntoVictim}, 1, "")
		if err != nil {
			t.Fatal(err)
		}
		offer := track.New{Track: "residence", To: "reflection", On: w.Today(), Confirmed: []string{"third_country", "not_only_witness"}}
		if _, err := w.Tracks.Move(w.As("avim"), id, offer, laneOf(t, w, "avim", id, "residence").Version, ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("offered without saying that there are indications: %v", err)
		}
		if lane := laneOf(t, w, "avim", id, "protection"); lane.State != "detected" {
			t.Errorf("a refused step presumes: %+v", lane)
		}
		offer.Confirmed = append(offer.Confirmed, "indications")
		move(t, w, "avim", id, offer)
		lane := laneOf(t, w, "avim", id, "protection")
		last := lane.Steps[len(lane.Steps)-1]
		if lane.State != "presumed" || last.From != "detected" || last.Ground != "indications" || last.WorkerID != w.Person("avim").ID || last.Basis == "" {
			t.Errorf("protection stands at %+v", last)
		}
		view, err := w.Victims.Show(w.As("avim"), id)
		if err != nil || view.Status != "presumed" {
			t.Fatalf("the file says %s: %v", view.Status, err)
		}
		second := w.OpenVictim("avim", view.File.CaseID, section.Values{"family_name": "Tran"})
		offer.Confirmed = offer.Confirmed[:2]
		move(t, w, "avim", second, offer)
		if lane := laneOf(t, w, "avim", second, "protection"); len(lane.Steps) != 1 {
			t.Errorf("somebody who was presumed is presumed again: %+v", lane.Steps)
		}
	})
}

// TestPacks_detectedMayWhatPresumedMay: whatever is open to somebody who is presumed a victim is open before.
func TestPacks_detectedMayWhatPresumedMay(t *testing.T) {
	book := testkit.Open(t, "sqlite").Rules
	for _, country := range rulepack.Countries() {
		pack, _ := book.Pack(string(country), "2026-03-02")
		before := pack.Moves(rulepack.Protection, "detected")
		for _, m := range pack.Moves(rulepack.Protection, "presumed") {
			if !slices.ContainsFunc(before, func(b rulepack.Move) bool {
				return b.To == m.To && slices.Equal(b.Deciders, m.Deciders) && len(b.Conditions) == len(m.Conditions)
			}) {
				t.Errorf("%s: %s waits for the presumption", country, m.Name())
			}
		}
	}
}

// TestPage_ofADetectedPerson, in German and French: the person is called detected, and what comes next is the presumption.
func TestPage_ofADetectedPerson(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := noticed(t, w)
	site := w.Serve(t)
	tab := site.Browse("payoke")
	for _, look := range []struct{ language, called, next string }{
		{"Deutsch", "Erkannte Person", "mutmaßliches Opfer"}, {"Français", "Personne détectée", "victime présumée"},
	} {
		tab.Open(site.URL + "/victims/" + id)
		tab.Click(look.language)
		if !tab.Has(look.called) || !tab.Has(look.next) {
			t.Errorf("%s: %s", look.language, tab.Text())
		}
		testkit.Inspect(t, tab, "track-detected-"+look.language)
	}
}
