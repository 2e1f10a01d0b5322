package clock_test

import (
	"strings"
	"testing"

	"relais/internal/clock"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/testkit"
)

// TestStartIn_isNotKeptUpByWhoDoesNotDecide: a clock that a shelter had started, as it once could, ends as a mistake when the office
// records its own decision; one that a decider started still stands against a second.
func TestStartIn_isNotKeptUpByWhoDoesNotDecide(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		old := s.start("dvz", "be.reflection", "2026-02-20")
		if err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE clock SET agency_id = :shelter WHERE id = :id`, database.Args{"shelter": w.Place("be.payoke").ID, "id": old})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		decide := func(rule string) (id string, err error) {
			return id, s.within("dvz", func(tx *gate.Tx) (err error) {
				id, err = s.Clocks.StartIn(tx, rule, "BE", w.Today())
				return err
			})
		}
		id, err := decide("be.reflection")
		if err != nil {
			t.Fatalf("the office is kept from its decision: %v", err)
		}
		if v := s.show("payoke", old); v.State != clock.Ended || v.EndReason != "mistake" {
			t.Errorf("the shelter's clock: %+v", v.Clock)
		}
		if v := s.show("payoke", id); v.State != clock.Runs || v.StartOn != w.Today() {
			t.Errorf("the office's clock: %+v", v.Clock)
		}
		if s.told("payoke", "clock_corrected") != 1 {
			t.Error("who acts is not told")
		}
		err = s.within("dvz", func(tx *gate.Tx) error {
			_, err := s.Clocks.StartIn(tx, "be.reflection", "BE", w.Today().AddDays(-1))
			return err
		})
		s.wants(err, fault.Conflict, "clock.second_reflection", "a second decision beside the first")
	})
}

// TestForm_offersTheLawOfTheOwnCountry, by hand as by program: no agency starts a time limit of another country's law.
func TestForm_offersTheLawOfTheOwnCountry(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		for _, key := range []string{"dvz", "auditoraat", "fgp"} {
			form, err := w.Clocks.Form(w.As(key), s.victimID)
			if err != nil && fault.KindOf(err) != fault.Refused {
				t.Fatal(err)
			}
			for _, r := range form.Rules {
				if strings.HasPrefix(r.Rule, "nl.") || strings.HasPrefix(r.Rule, "lu.") {
					t.Errorf("%s is offered %s", key, r.Rule)
				}
			}
			for _, rule := range []string{"nl.reflection", "lu.reflection", "lu.outcome"} {
				_, err := w.Clocks.Start(w.As(key), s.victimID, clock.New{Rule: rule, Start: w.Today()}, "")
				s.wants(err, fault.Refused, "clock.not_your_task", key+" starts "+rule)
			}
		}
	})
}
