package gate_test

import (
	"testing"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
)

// TestReveal_opensAnEntryOnce: several parts of a page show the same entry, such as the safe contact; it is opened once, and what one
// part does to its values the next does not see.
func TestReveal_opensAnEntryOnce(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := w.OpenVictim("payoke", w.OpenCase("payoke"), section.Values{"family_name": "Nguyen"})
		err := w.Gate.Read(w.As("payoke"), lookAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
			var row gate.EntryRow
			if err := tx.Get(&row, `SELECT e.id, e.section, e.agency_id, v.version, v.basis, v.handling, v.sealed FROM entry e
JOIN entry_version v ON v.entry_id = e.id WHERE e.file_id = :file_id`, nil); err != nil {
				return audit.Event{}, err
			}
			first, err := tx.Reveal(&row)
			if err != nil || first.Show != authz.Full || first.Values["family_name"] != "Nguyen" {
				t.Fatalf("%v, %v", first, err)
			}
			first.Values["family_name"] = "Tran"
			broken := row
			broken.Sealed = []byte("nothing that a key opens")
			second, err := tx.Reveal(&broken)
			if err != nil || second.Values["family_name"] != "Nguyen" {
				t.Errorf("the second look opens anew: %v, %v", second.Values, err)
			}
			broken.Version++
			if _, err := tx.Reveal(&broken); err == nil {
				t.Error("another version counts as opened")
			}
			return audit.Event{Op: audit.Consult}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
