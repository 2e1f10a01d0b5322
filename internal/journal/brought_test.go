package journal_test

import (
	"slices"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/gate"
	"relais/internal/minor"
	"relais/internal/screening"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/signal"
	"relais/internal/testkit"
)

// TestTimeline_tellsOfConsentsSignalsGuardiansAndScreenings, of each to who may read it and to nobody else, each once and in order however small
// the pages are.
func TestTimeline_tellsOfConsentsSignalsGuardiansAndScreenings(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		noted, err := w.Signals.Note(w.As("rsz"), signal.New{DeskID: w.Place("be.rsz").Desks[0], Country: "BE", Exploitation: "forced_labour", Persons: 1,
			SeenOn: w.Today(), Source: "own_observation", Place: "Haven 12", Story: "One man sleeps there."}, "")
		if err != nil {
			t.Fatal(err)
		}
		kind, id, err := w.Signals.Follow(w.As("rsz"), noted, signal.FollowUp{Into: signal.IntoVictim}, 1, "")
		if err != nil || kind != gate.Victim {
			t.Fatalf("%s, %v", kind, err)
		}
		w.Write("rsz", id, authz.Identity, "legal_task", section.Values{"family_name": "Nguyen", "age_status": "presumed_child"})
		w.Refer("rsz", id, "be.payoke", "payoke", "identity")
		screen(t, w, id)
		guard(t, w, id)
		allow(t, w, id)
		all := []string{"consent.event.withdrawn", "consent.event.renewed", "consent.event.given", "minor.event.assigned", "minor.event.ended", "minor.event.assigned", "screening.event.changed", "screening.event.added", "signal.event"}
		for who, want := range map[string][]string{
			"rsz":      {"consent.event.withdrawn", "consent.event.renewed", "consent.event.given", "screening.event.changed", "screening.event.added", "signal.event"}, // of a guardian one fact only
			"tutelles": all,                                                                                                                                             // who co-decides reads it
			"payoke":   nil,                                                                                                                                             // got the identity
		} {
			if got := brought(t, w, who, id, all); !slices.Equal(got, want) {
				t.Errorf("%s reads %v, not %v", who, got, want)
			}
		}
	})
}

// screen keeps a screening and corrects it.
func screen(t *testing.T, w *testkit.World, id string) {
	t.Helper()
	draft := screening.Draft{List: "minute", HeldOn: w.Today(), Answers: []screening.Answer{{Indicator: "minute.papers", Present: screening.Yes, Source: "person"}},
		Purpose: "identification", Basis: "legal_gateway"}
	w.Advance(time.Minute)
	made, err := w.Screenings.Add(w.As("rsz"), id, draft, "")
	if err == nil {
		w.Advance(time.Minute)
		err = w.Screenings.Change(w.As("rsz"), id, made, draft, 1)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// guard names a guardian and ends the guardianship on another day.
func guard(t *testing.T, w *testkit.World, id string) {
	t.Helper()
	view, err := w.Victims.Show(w.As("rsz"), id)
	if err == nil {
		_, err = w.Sharing.Add(w.As("rsz"), view.File.CaseID, sharing.NewMember{DeskID: w.Place("be.tutelles").Desks[0], VictimIDs: []string{id},
			Terms: sharing.Terms{Purpose: "guardianship", Basis: "legal_task"}}, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	guardian, err := w.Minors.Assign(w.As("tutelles"), id, minor.NewGuardian{Service: "be_guardianship", WorkerID: w.Person("tutelles").ID}, "")
	if err != nil {
		t.Fatal(err)
	}
	w.Advance(48 * time.Hour)
	if err := w.Minors.End(w.As("tutelles"), id, guardian, 1, w.Today(), "replaced"); err != nil {
		t.Fatal(err)
	}
}

// allow records a consent, asks anew and withdraws it.
func allow(t *testing.T, w *testkit.World, id string) {
	t.Helper()
	n := consent.New{Sections: []string{"identity"}, Recipients: []consent.Recipient{{AgencyID: w.Place("be.pagasa").ID}}, Purposes: []string{"protection"},
		AskedOn: w.Today(), Until: "2026-06-30", How: "with_guardian", Language: "vi", Explained: consent.Explanations(), Minor: true, Guardian: "Voogd"}
	w.Advance(time.Minute)
	_, err := w.Minors.Assign(w.As("tutelles"), id, minor.NewGuardian{Service: "family", Outside: minor.Outside{Name: "Voogd", Document: "26/B/117"}}, "")
	if err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	consentID, err := w.Consents.Record(w.As("rsz"), id, n, "")
	if err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	n.Until = "2026-07-31"
	if err := w.Consents.Change(w.As("rsz"), id, consentID, 1, n); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	if _, err := w.Consents.Withdraw(w.As("rsz"), id, consentID, 2, "spoken", ""); err != nil {
		t.Fatal(err)
	}
}

// brought are those of the wanted events that a person reads on the file's timeline, page by page.
func brought(t *testing.T, w *testkit.World, who, id string, wanted []string) (words []string) {
	t.Helper()
	after := gate.Cursor{}
	for range 10 {
		line, err := w.Journal.Timeline(w.As(who), gate.Victim, id, after)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range line.Events {
			if slices.Contains(wanted, e.Words) {
				words = append(words, e.Words)
			}
		}
		if after = line.Next; after.ID == "" {
			break
		}
	}
	return words
}
