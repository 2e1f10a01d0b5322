package circle_test

import (
	"slices"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/section"
	"relais/internal/testkit"
)

// TestCorrected_isPushedToWhoReadItByACircle: also to a desk that has left since, and neither to one that never looked nor for a section
// that the circle did not get.
func TestCorrected_isPushedToWhoReadItByACircle(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id, file := ring(t, w), victim(w)
		labour := w.Write("rsz", file, authz.Labour, "legal_task", section.Values{"sector": "F"})
		if _, err := w.Circles.Share(w.As("rsz"), file, shareOf(id, "identity"), ""); err != nil {
			t.Fatal(err)
		}
		change := func(entryID string, version int64, values section.Values, want ...string) {
			t.Helper()
			w.Advance(time.Minute)
			if _, err := w.Trail.Sequence(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Entries.Change(w.As("rsz"), entryID, version, testkit.Draft(values)); err != nil {
				t.Fatal(err)
			}
			if got := corrections(t, w); !slices.Equal(got, want) {
				t.Errorf("told are %v, not %v", got, want)
			}
		}
		payoke, identity := desk(w, "be.payoke"), w.SectionOf("rsz", file, authz.Identity).Entries[0].ID
		change(identity, 1, section.Values{"family_name": "Nguyen Thi"})
		w.SectionOf("payoke", file, authz.Identity)
		change(labour, 1, section.Values{"sector": "I"})
		change(identity, 2, section.Values{"family_name": "Nguyen"}, payoke+"/circle")
		if err := w.Circles.Leave(w.As("payoke"), id, memberOf(t, w, id, "be.payoke"), show(t, w, "rsz", id).Version); err != nil {
			t.Fatal(err)
		}
		change(identity, 3, section.Values{"family_name": "Tran"}, payoke+"/circle", payoke+"/")
	})
}

// corrections are the desks that were told of one by a circle, with where the notice leads.
func corrections(t *testing.T, w *testkit.World) (desks []string) {
	t.Helper()
	err := w.Database.Read(t.Context(), func(tx *database.Tx) error {
		return tx.Select(&desks, `SELECT to_id || '/' || link FROM notice WHERE code = 'circle_corrected' AND must_acknowledge = 1 ORDER BY told_at, id`, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return desks
}

// TestCorrectedNote_isPushedToWhoReadItByACircle: like an entry, and a note that was kept in the house is not.
func TestCorrectedNote_isPushedToWhoReadItByACircle(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id, file := ring(t, w), victim(w)
		if _, err := w.Circles.Share(w.As("rsz"), file, shareOf(id, "identity"), ""); err != nil {
			t.Fatal(err)
		}
		write := func(n journal.New) string {
			t.Helper()
			w.Advance(time.Minute)
			note, err := w.Journal.Write(w.As("rsz"), gate.Victim, file, n, "")
			if err != nil {
				t.Fatal(err)
			}
			return note
		}
		correct := func(note string, version int64, want ...string) {
			t.Helper()
			w.Advance(time.Minute)
			if _, err := w.Trail.Sequence(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := w.Journal.Correct(w.As("rsz"), note, version, "Corrected."); err != nil {
				t.Fatal(err)
			}
			if got := corrections(t, w); !slices.Equal(got, want) {
				t.Errorf("told are %v, not %v", got, want)
			}
		}
		open, house := write(journal.New{Section: "identity", Text: "For the file."}), write(journal.New{Section: "identity", Text: "For the house.", Visibility: journal.ForAgency})
		labour := write(journal.New{Section: "labour", Text: "Not for the circle."})
		correct(open, 1) // nobody has looked
		w.SectionOf("payoke", file, authz.Identity)
		correct(house, 1)
		correct(labour, 1)
		correct(open, 2, desk(w, "be.payoke")+"/circle")
	})
}
