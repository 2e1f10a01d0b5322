package track_test

import (
	"testing"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/track"
)

// TestStatus_isDecidedOnTheTracks: an entry calls nobody identified, or no victim, whom the authority of the country has not called so,
// and not by another authority; it says no more once that was struck, and who may not know the track learns nothing by trying.
func TestStatus_isDecidedOnTheTracks(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"})
		says := func(who, when, status, by, wrong string) {
			t.Helper()
			before := len(w.SectionOf(who, id, authz.Exploitation).Entries)
			_, err := w.Entries.Add(w.As(who), gate.Victim, id, authz.Exploitation, testkit.Draft(section.Values{"trafficking_status": status, "status_decided_by": by}), "")
			if name, _, _ := field(err); err != nil && name != wrong || err == nil && wrong != "" {
				t.Errorf("%s: %v, not %q", when, err, wrong)
			}
			if after := len(w.SectionOf(who, id, authz.Exploitation).Entries); (after > before) != (wrong == "") {
				t.Errorf("%s: %d entries, and %d before", when, after, before)
			}
		}
		says("rsz", "the inspection decides", "identified", "court_or_prosecution", "trafficking_status")
		says("auditoraat", "before the step", "identified", "court_or_prosecution", "trafficking_status")
		says("auditoraat", "no victim before the step", "not_victim", "", "trafficking_status")
		says("rsz", "presumed", "presumed", "", "")
		move := func(who, to string, version int64) string {
			t.Helper()
			step, err := w.Tracks.Move(w.As(who), id, track.New{Track: "criminal", To: to, On: w.Today()}, version, "")
			if err != nil {
				t.Fatal(err)
			}
			return step
		}
		move("fgp", "reported", 1)
		step := move("auditoraat", "identified", 2)
		says("auditoraat", "by who has not decided", "identified", "police", "status_decided_by")
		says("auditoraat", "the other way", "not_victim", "", "trafficking_status")
		says("auditoraat", "as it was decided", "identified", "court_or_prosecution", "")
		says("rsz", "by who may not know it", "identified", "court_or_prosecution", "trafficking_status")
		if err := w.Tracks.Strike(w.As("auditoraat"), id, step, track.NewStrike{Reason: "wrong_person"}, 3, ""); err != nil {
			t.Fatal(err)
		}
		says("auditoraat", "once it was struck", "identified", "", "trafficking_status")
		move("auditoraat", "not_identified", 4)
		says("auditoraat", "no victim", "not_victim", "court_or_prosecution", "")
	})
}
