package closing_test

import (
	"testing"

	"relais/internal/clock"
	"relais/internal/closing"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
)

// TestShow_tellsWhatIsOpenOnlyToTheLead: who works on the file sees that it is open, and neither tasks of others nor clocks; the lead hears
// that a clock runs which its role does not see, without its day.
func TestShow_tellsWhatIsOpenOnlyToTheLead(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		w.AddToTeam("rsz", caseID, "be.payoke")
		w.AddToTeam("rsz", caseID, "be.dvz")
		victimID := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-17", "citizenships": "VN"})
		if _, err := w.Clocks.Start(w.As("dvz"), victimID, clock.New{Rule: "be.reflection", Start: w.Today()}, ""); err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"payoke", "dvz"} {
			v, err := w.Closing.Show(w.As(who), gate.Victim, victimID)
			if err != nil || v.CanClose || len(v.Duties) != 0 {
				t.Errorf("%s reads %v, %v", who, v.Duties, err)
			}
		}
		v, err := w.Closing.Show(w.As("rsz"), gate.Victim, victimID)
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, d := range v.Duties {
			if d.Kind != closing.Clock {
				continue
			}
			if told++; d.Link != "" || d.Due != 0 || d.Words != "closing.duty.clock_hidden" {
				t.Errorf("the lead reads %+v", d)
			}
		}
		if told != 1 {
			t.Errorf("%d clocks among %v", told, v.Duties)
		}
	})
}
