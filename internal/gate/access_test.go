package gate_test

import (
	"testing"

	"relais/internal/database"
	"relais/internal/testkit"
)

// TestFileAccess_movesWithEveryGrantOfAStatement writes past the program: whatever of a grant a decision is made from, a statement
// that changes it on several files at once moves the access of each of them, and of no other.
func TestFileAccess_movesWithEveryGrantOfAStatement(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		one, two := w.OpenVictim("rsz", caseID, nil), w.OpenVictim("rsz", caseID, nil)
		other := w.OpenVictim("rsz", caseID, nil)
		access := func() map[string]int64 {
			var rows []struct {
				ID     string `db:"id"`
				Access int64  `db:"access"`
			}
			if err := w.Database.Read(t.Context(), func(tx *database.Tx) error {
				return tx.Select(&rows, `SELECT id, access FROM file WHERE kind = 'victim'`, nil)
			}); err != nil {
				t.Fatal(err)
			}
			found := map[string]int64{}
			for _, r := range rows {
				found[r.ID] = r.Access
			}
			return found
		}
		for _, change := range []string{
			"state = 'sealed'", "state = 'live'", "lead = 1 - lead", "relations = relations + 1", "sections = sections + 1",
			"purpose = purpose || 'x'", "basis = basis || 'x'", "from_at = from_at - 1", "until_at = until_at + 1",
			"only_of = ' health:a '", "legal_basis = legal_basis || 'x'", "consent_id = consent_id || 'x'", "emergency = 1 - emergency",
			"grantee_id = grantee_id || 'x'", "grantee_kind = CASE grantee_kind WHEN 'desk' THEN 'worker' ELSE 'desk' END",
		} {
			before := access()
			execute(t, w, `UPDATE file_grant SET `+change+` WHERE file_id IN (:id, '`+two+`')`, one)
			after := access()
			if after[one] <= before[one] || after[two] <= before[two] || after[other] != before[other] {
				t.Errorf("%s: %d, %d and %d became %d, %d and %d", change, before[one], before[two], before[other], after[one], after[two], after[other])
			}
		}
		before := access()
		execute(t, w, `UPDATE file_grant SET sort_at = sort_at + 1, told_at = 1 WHERE file_id = :id`, one)
		if after := access(); after[one] != before[one] {
			t.Errorf("what decides nothing moved it from %d to %d", before[one], after[one])
		}
	})
}
