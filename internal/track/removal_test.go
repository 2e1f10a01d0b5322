package track_test

import (
	"testing"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/track"
)

// TestRemovalOrder_isRefusedWhileThePersonIsProtected: with the rule's name, and nothing of the entry is stored; once the person is no
// victim after all, and nothing else stands, the office can write it.
func TestRemovalOrder_isRefusedWhileThePersonIsProtected(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"})
		order := testkit.Draft(section.Values{"removal_order": "yes"})
		refused := func(when, rule string) {
			t.Helper()
			before := len(w.SectionOf("dvz", id, authz.Residence).Entries)
			_, err := w.Entries.Add(w.As("dvz"), gate.Victim, id, authz.Residence, order, "")
			if name, key, named := field(err); name != "removal_order" || key != "track.removal_barred" || named != rule {
				t.Errorf("%s: %v, rule %q", when, err, named)
			}
			if after := len(w.SectionOf("dvz", id, authz.Residence).Entries); after != before {
				t.Errorf("%s: something was stored", when)
			}
		}
		refused("presumed", "no_removal:identification")
		if _, err := w.Entries.Add(w.As("dvz"), gate.Victim, id, authz.Residence, testkit.Draft(section.Values{"removal_order": "no"}), ""); err != nil {
			t.Errorf("that there is none: %v", err)
		}
		step, err := w.Tracks.Move(w.As("dvz"), id, reflection, 1, "")
		if err != nil {
			t.Fatal(err)
		}
		refused("in the reflection period", "no_removal:reflection")
		if err := w.Tracks.Strike(w.As("dvz"), id, step, track.NewStrike{Reason: "wrong_person"}, 2, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Tracks.Move(w.As("payoke"), id, track.New{Track: "protection", To: "not_victim", On: w.Today(), Confirmed: []string{"second_look"}}, 2, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Entries.Add(w.As("dvz"), gate.Victim, id, authz.Residence, order, ""); err != nil {
			t.Errorf("no victim: %v", err)
		}
		if _, err := w.Entries.Add(w.As("pagasa"), gate.Victim, id, authz.Residence, order, ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a stranger: %v", err)
		}
	})
}
