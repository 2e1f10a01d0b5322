package gate

import (
	"errors"

	"relais/internal/database"
	"relais/internal/fault"
)

// selectPointed finds the far file of a pointer of the caller's side, and nothing where the far file lies under a seal, is closed,
// or keeps somebody of the caller's agency out.
const selectPointed = `SELECT f.id, f.kind, f.case_id, f.agency_id, f.stage, f.created_at, f.changed_at, f.version, '' AS reference
FROM pointer_side m
JOIN pointer_side o ON o.pointer_id = m.pointer_id AND o.asked <> m.asked
JOIN file f ON f.id = o.file_id
WHERE m.pointer_id = :pointer
  AND m.agency_id = :agency
  AND m.grantee_id IN (:sides)
  AND f.stage NOT IN ('` + StageClosed + `', '` + StageErased + `')
  AND NOT EXISTS (SELECT 1 FROM file_seal z WHERE z.file_id = f.id AND z.ended_at = 0)
  AND NOT EXISTS (SELECT 1 FROM exclusion x WHERE x.file_id = f.id AND x.ended_at = 0 AND x.worker_agency_id = m.agency_id)`

// Pointed turns to the file at the far end of a pointer, which the caller knows of and does not see: a request for access is
// addressed to it. Nothing was granted on it, so everything in it stays closed.
func (tx *Tx) Pointed(pointerID string) (*Tx, error) {
	other := &Tx{id: tx.id, raw: tx.raw, gate: tx.gate, caller: tx.caller, action: tx.action, now: tx.now, generation: tx.generation, given: tx.given}
	err := tx.raw.Get(&other.file, selectPointed, Args{"pointer": pointerID, "agency": tx.Actor().AgencyID, "sides": tx.Grantees()})
	if errors.Is(err, database.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "gate.not_found")
	}
	return other, err
}
