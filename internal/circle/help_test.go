package circle_test

import (
	"testing"

	"relais/internal/circle"
	"relais/internal/fault"
	"relais/internal/section"
	"relais/internal/testkit"
)

// TestShare_takesNobodyToADutchShelterWithoutConsent: in the Netherlands help goes on the person's consent, or to save a life, by a circle as
// by a referral; a shelter that joins later gets nothing of what was shared on another ground. Across the border it is the other law.
func TestShare_takesNobodyToADutchShelterWithoutConsent(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := w.OpenVictim("avim", w.OpenCase("avim"), section.Values{"family_name": "Nguyen"})
		create := func(name string, desks ...string) string {
			t.Helper()
			id, err := w.Circles.Create(w.As("avim"), circle.New{Name: name, DeskID: desk(w, "nl.police"), Purpose: "protection", Desks: desks}, "")
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		dutch, abroad := create("Keten", desk(w, "nl.shelter")), create("Grens", desk(w, "be.payoke"))
		_, err := w.Circles.Share(w.As("avim"), victimID, shareOf(dutch, "identity"), "")
		if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "basis" || f.Fields[0].Key != "sharing.basis_for.assistance" {
			t.Errorf("on a task laid down by law: %v", err)
		}
		if sees(w, "cosm", victimID) {
			t.Error("the shelter sees the file all the same")
		}
		if _, err := w.Circles.Share(w.As("avim"), victimID, shareOf(abroad, "identity"), ""); err != nil || !sees(w, "payoke", victimID) {
			t.Errorf("to Belgium: %v", err)
		}
		e, err := w.Circles.Effect(w.As("avim"), abroad, desk(w, "nl.shelter"), "")
		if err != nil {
			t.Fatal(err)
		}
		if e.Opens != 0 {
			t.Errorf("it is told that the shelter gets %d files", e.Opens)
		}
		if _, err := w.Circles.Join(w.As("avim"), abroad, desk(w, "nl.shelter"), true, e.Version); err != nil {
			t.Fatal(err)
		}
		if sees(w, "cosm", victimID) || !sees(w, "payoke", victimID) {
			t.Error("a Dutch shelter that joins gets what was shared by law")
		}
		life := shareOf(dutch, "identity")
		life.Basis = "vital_interest"
		if _, err := w.Circles.Share(w.As("avim"), victimID, life, ""); err != nil || !sees(w, "cosm", victimID) {
			t.Errorf("to save a life: %v", err)
		}
	})
}
