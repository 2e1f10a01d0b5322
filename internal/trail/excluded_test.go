package trail_test

import (
	"errors"
	"slices"
	"testing"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/restriction"
	"relais/internal/testkit"
	"relais/internal/trail"
)

// TestExcluded_readsNothingOfTheFileInTheLog: an auditor who is excluded finds neither the looks at it nor the exclusion itself, by no
// way; what stands of other files stays, and all of it is back when the exclusion ends.
func TestExcluded_readsNothingOfTheFileInTheLog(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		id, other := w.OpenVictim("rsz", caseID, nil), w.OpenVictim("rsz", w.OpenCase("rsz"), nil)
		own, err := w.Victims.Show(w.As("rsz"), id)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := w.Cases.Show(w.As("rsz"), caseID)
		if err != nil {
			t.Fatal(err)
		}
		w.AddToTeam("rsz", caseID, "be.fgp")
		_, err = w.Entries.Reveal(w.As("fgp"), gate.Victim, id, authz.ShelterLocation, "")
		if err == nil {
			t.Fatal("the police reads where she lives")
		}
		if _, _, err := w.Victims.List(w.As("rsz"), gate.Cursor{}); err != nil {
			t.Fatal(err)
		}
		auditor := w.Person("rsz.auditor").ID
		exclusion, err := w.Limits.Exclude(w.As("rsz.head"), restriction.NewExclusion{Reference: shown.File.Reference, WorkerID: auditor, Reason: "related"}, "")
		if err != nil {
			t.Fatal(err)
		}
		list, err := w.Limits.Exclusions(w.As("rsz.head"), gate.Cursor{})
		if err != nil || len(list.Items) != 1 || !list.Items[0].Unread {
			t.Errorf("nobody audits the file any more, and who excluded is not told: %+v, %v", list.Items, err)
		}
		about := func(l *trail.Line) bool {
			return slices.ContainsFunc([]string{caseID, id}, func(file string) bool {
				return l.FileID == file || l.CaseID == file || l.Subject == file || slices.Contains(l.Results, file)
			})
		}
		for _, q := range []trail.Question{{}, {Reference: own.File.Reference}, {Reference: shown.File.Reference}, {PersonID: w.Person("rsz.head").ID}} {
			for _, l := range read(t, w, "rsz.auditor", q) {
				if about(&l) || l.Reference == own.File.Reference || l.Reference == shown.File.Reference {
					t.Errorf("%+v tells of the file: %+v", q, l)
				}
			}
		}
		lists := read(t, w, "rsz.auditor", trail.Question{Op: "search"})
		if at := slices.IndexFunc(lists, func(l trail.Line) bool { return l.Action == "victim.list" && slices.Equal(l.Results, []string{other}) }); at < 0 {
			t.Errorf("the list of other files is gone: %+v", lists)
		}

		// What the auditor is refused by its id reads as that of no file.
		for name, file := range map[string]string{"excluded": id, "absent": gate.NewID()} {
			_, err := w.Victims.Show(w.As("rsz.auditor"), file)
			if !errors.Is(err, fault.NotFound) {
				t.Fatal(err)
			}
			refused := read(t, w, "rsz.auditor", trail.Question{PersonID: auditor, Decision: "deny"})
			if len(refused) == 0 || refused[0].Subject != file || refused[0].Reference != "" || refused[0].FileID != "" {
				t.Fatalf("%s: %+v", name, refused)
			}
			if d, err := w.Log.Replay(w.As("rsz.auditor"), refused[0].ID, reason); err != nil || d.Tied || d.Reference != "" {
				t.Errorf("%s, decided again: %+v, %v", name, d, err)
			}
		}

		if err := w.Limits.EndExclusion(w.As("rsz.head"), exclusion, 1); err != nil {
			t.Fatal(err)
		}
		lines := read(t, w, "rsz.auditor", trail.Question{Reference: shown.File.Reference})
		added, ok := find(lines, "exclusion.add")
		if !ok {
			t.Fatalf("after its end the exclusion stands nowhere: %+v", lines)
		}
		look, ok := find(read(t, w, "rsz.auditor", trail.Question{Reference: own.File.Reference}), "victim.show")
		if !ok {
			t.Fatal("after its end the look stands nowhere")
		}
		if _, err := w.Limits.Exclude(w.As("rsz.head"), restriction.NewExclusion{Reference: shown.File.Reference, WorkerID: auditor, Reason: "related"}, ""); err != nil {
			t.Fatal(err)
		}
		for name, entry := range map[string]string{"the exclusion": added.ID, "a look": look.ID} {
			if _, err := w.Log.Show(w.As("rsz.auditor"), entry, reason); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s, by its number: %v", name, err)
			}
			if _, err := w.Log.Replay(w.As("rsz.auditor"), entry, reason); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s, decided again: %v", name, err)
			}
		}
	})
}

// TestExcluded_hasNoRefusalOnTheFileReplayed, which an auditor who is not excluded has.
func TestExcluded_hasNoRefusalOnTheFileReplayed(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := atShelter(w)
		_, err := w.Entries.Reveal(w.As("payoke.second"), gate.Victim, id, authz.Health, "")
		number := refusal(t, err)
		if _, err := w.Log.Replay(w.As("payoke.auditor"), number, reason); err != nil {
			t.Fatal(err)
		}
		view, err := w.Victims.Show(w.As("payoke"), id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Limits.Exclude(w.As("payoke.admin"), restriction.NewExclusion{Reference: view.File.Reference, WorkerID: w.Person("payoke.auditor").ID, Reason: "related"}, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Log.Replay(w.As("payoke.auditor"), number, reason); !errors.Is(err, fault.NotFound) {
			t.Errorf("decided again for who is excluded: %v", err)
		}
		report, err := w.Log.Verify(w.As("payoke.auditor"), reason)
		if err != nil || report.Wrong != nil {
			t.Errorf("the log is not whole to who is excluded: %+v, %v", report, err)
		}
	})
}
