package pointer_test

import (
	"testing"
	"time"

	"relais/internal/audit"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/pointer"
)

func TestDecide_isTheAdministratorsAndEndsWhatStands(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, _ := s.pointed()
		_, err := s.Pointers.Settings(s.as("ghent"))
		wants(t, "a caseworker", err, fault.NotFound, "")
		wants(t, "a caseworker decides", s.Pointers.Decide(s.as("ghent"), 0, pointer.Decision{}), fault.NotFound, "")
		wants(t, "a desk of others", s.Pointers.Decide(s.as("ghent.admin"), 0, pointer.Decision{Allows: true, DesksOff: []string{s.Place("be.fgp").Desks[0]}}), fault.Invalid, "")
		s.decide("ghent.admin", true, s.ghent.Desks[1])
		if len(s.sees("fgp")) != 1 {
			t.Error("another desk's decision ends the pointer")
		}
		wants(t, "a stale tab", s.Pointers.Decide(s.as("ghent.admin"), 0, pointer.Decision{}), fault.Conflict, "pointer.changed")
		s.decide("ghent.admin", false)
		if len(s.sees("fgp")) != 0 || len(s.sees("ghent")) != 0 {
			t.Error("the pointer outlives the decision")
		}
		wants(t, "asking then", ask(s, "fgp", id), fault.Conflict, "pointer.already_ended")
		now := must(s.Pointers.Settings(s.as("ghent.admin")))(t)
		if now.Version != 2 || now.Allows || len(now.Before) != 1 || !now.Before[0].Allows || len(now.Before[0].DesksOff) != 1 || now.SetBy == "" || now.Made != 1 {
			t.Errorf("the settings are %+v", now)
		}
	})
}

// TestTidy_writesIntoTheLogOfWhoWasFound: who takes part reads who looked, who does not reads that somebody did, and whoever looked
// reads neither.
func TestTidy_writesIntoTheLogOfWhoWasFound(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		twin := s.twin()
		s.decide("ghent.admin", false)
		s.probe("fgp", s.lan)
		s.decide("ghent.admin", true)
		s.probe("fgp", s.lan)
		must0(t, s.Pointers.Tidy(s.AsProgram()))
		found := s.logged("pointer.found")
		if len(found) != 2 {
			t.Fatalf("%d entries", len(found))
		}
		told, silent := found[0], found[1]
		if len(told.Recipients) != 1 || told.Recipients[0].AgencyID != s.Place("be.fgp").ID || len(silent.Recipients) != 0 {
			t.Errorf("told %+v, silent %+v", told.Recipients, silent.Recipients)
		}
		for _, e := range found {
			if len(e.Concerns) != 1 || e.Concerns[0] != s.ghent.ID || len(e.Results) != 1 || e.Results[0] != twin || e.AgencyID != "" {
				t.Errorf("the entry is %+v", e)
			}
		}
		probes := s.logged("pointer.probe")
		if len(probes) != 2 || len(probes[0].Results) != 1 || len(probes[1].Results) != 0 || len(probes[0].Concerns) != 1 || probes[0].Purpose != "identification" {
			t.Errorf("the looks are logged as %+v", probes)
		}
		must0(t, s.Pointers.Tidy(s.AsProgram()))
		if len(s.logged("pointer.found")) != 2 {
			t.Error("written twice")
		}
	})
}

var eraseAction = gate.ByProgram("test.erase_pointers")

// TestFileErased_forgetsWhatAgreed: of an erased person not even a keyed hash of an identifier is left in the pointers.
func TestFileErased_forgetsWhatAgreed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, twin := s.pointed()
		evidence := func() (kept string) {
			must0(t, s.Database.Read(t.Context(), func(tx *database.Tx) error {
				return tx.Get(&kept, `SELECT evidence FROM pointer WHERE id = :id`, database.Args{"id": id})
			}))
			return kept
		}
		if evidence() == "" {
			t.Fatal("nothing is kept before")
		}
		must0(t, s.Gate.Write(s.AsProgram(), eraseAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			return audit.Event{Op: audit.Erase}, pointer.FileErased(tx, twin)
		}))
		if kept := evidence(); kept != "" {
			t.Errorf("%q is left", kept)
		}
	})
}

// TestTidy_forgetsInTimeWhoLooked, and not before.
func TestTidy_forgetsInTimeWhoLooked(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.probe("fgp", s.lan)
		probes := func() (count int) {
			must0(t, s.Pointers.Tidy(s.AsProgram()))
			must0(t, s.Database.Read(t.Context(), func(tx *database.Tx) error {
				return tx.Get(&count, `SELECT COUNT(*) FROM pointer_probe`, nil)
			}))
			return count
		}
		s.Advance(700 * 24 * time.Hour)
		if probes() != 1 {
			t.Error("forgotten early")
		}
		s.Advance(40 * 24 * time.Hour)
		if probes() != 0 {
			t.Error("not forgotten after two years")
		}
	})
}
