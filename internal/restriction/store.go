package restriction

import (
	"errors"

	"relais/internal/database"
	"relais/internal/gate"
)

// auditors are those of the reader's agency.
const auditors = `SELECT 1
    FROM worker u
    JOIN worker_role wr ON wr.worker_id = u.id AND wr.may = 'hold' AND wr.ended_at = 0
    JOIN role o ON o.id = wr.role_id AND o.base = 'auditor' AND o.closed_at = 0
    WHERE u.agency_id = :agency_id AND u.disabled_at = 0`

// exclusionColumns are read from the exclusion itself (g); what hangs on another one is ended with it and not listed.
const exclusionColumns = `g.id, g.file_id, f.kind, g.worker_id, g.worker_agency_id, a.name AS agency, g.reason, g.note, g.agency_id,
  b.name AS by_agency, g.from_at, g.version, COALESCE(r.reference, '') AS reference,
  CASE WHEN g.agency_id = :agency_id THEN 1 ELSE 0 END AS mine,
  CASE WHEN g.worker_agency_id = :agency_id AND EXISTS (` + auditors + ` AND u.id = g.worker_id)
    AND NOT EXISTS (` + auditors + ` AND NOT EXISTS (
      SELECT 1 FROM exclusion y WHERE y.file_id = g.file_id AND y.worker_id = u.id AND y.ended_at = 0)) THEN 1 ELSE 0 END AS unread
FROM exclusion g
JOIN file f ON f.id = g.file_id
JOIN agency a ON a.id = g.worker_agency_id
JOIN agency b ON b.id = g.agency_id
LEFT JOIN file_reference r ON r.file_id = g.file_id AND r.agency_id = :agency_id
WHERE g.root_id = g.id AND g.ended_at = 0 AND ` + gate.NotExcluded + ` AND ` + gate.NotSealed

const selectExclusions = `SELECT ` + exclusionColumns + `
  AND (g.agency_id = :agency_id OR g.worker_agency_id = :agency_id)
  AND (g.from_at, g.id) < (:after_at, :after_id)
ORDER BY g.from_at DESC, g.id DESC
LIMIT :limit`

const selectExclusion = `SELECT ` + exclusionColumns + `
  AND g.id = :id AND g.agency_id = :agency_id`

const selectColleague = `SELECT id, agency_id
FROM worker
WHERE id = :person AND agency_id = :agency_id AND disabled_at = 0`

const countExcluded = `SELECT COUNT(*)
FROM exclusion
WHERE file_id = :file_id AND worker_id = :person AND ended_at = 0 AND root_id = id`

// countSees counts what an agency knows of: no offer that still waits for a signature.
const countSees = `SELECT COUNT(*)
FROM file_grant g
WHERE g.file_id = :file_id AND g.agency_id = :agency AND g.until_at > :now
  AND (g.state = 'live' OR g.state = 'offered' AND ` + gate.Reached + `)`

const sealColumns = `g.id, g.file_id, f.kind, g.sealed_at, g.sealed_by, g.version, COALESCE(r.reference, '') AS reference,
  g.ended_at, g.ended_by, g.lifted_by
FROM file_seal g
JOIN file f ON f.id = g.file_id
LEFT JOIN file_reference r ON r.file_id = g.file_id AND r.agency_id = :agency_id
WHERE g.agency_id = :agency_id AND ` + gate.NotExcluded

// selectLifted leaves out a file that was sealed anew.
const selectLifted = `SELECT ` + sealColumns + `
  AND g.ended_at > 0 AND ` + gate.NotSealed + `
ORDER BY g.ended_at DESC, g.id DESC
LIMIT :limit`

const selectSeals = `SELECT ` + sealColumns + `
  AND g.ended_at = 0 AND (g.sealed_at, g.id) < (:after_at, :after_id)
ORDER BY g.sealed_at DESC, g.id DESC
LIMIT :limit`

const selectSeal = `SELECT ` + sealColumns + `
  AND g.ended_at = 0 AND g.id = :id`

// person is somebody to be excluded; without an id nobody was found.
type person struct {
	ID       string `db:"id"`
	AgencyID string `db:"agency_id"`
}

func exclusionsAfter(tx *gate.Tx, after gate.Cursor, limit int) (page []Exclusion, next gate.Cursor, err error) {
	after = after.FromNewest()
	err = tx.Select(&page, selectExclusions, gate.Args{"after_at": after.At, "after_id": after.ID, "limit": limit + 1})
	page, next = gate.Cut(page, limit, func(e *Exclusion) gate.Cursor { return gate.Cursor{At: e.Since, ID: e.ID} })
	return page, next, err
}

func sealsAfter(tx *gate.Tx, after gate.Cursor, limit int) (page []Seal, next gate.Cursor, err error) {
	after = after.FromNewest()
	err = tx.Select(&page, selectSeals, gate.Args{"after_at": after.At, "after_id": after.ID, "limit": limit + 1})
	page, next = gate.Cut(page, limit, func(s *Seal) gate.Cursor { return gate.Cursor{At: s.SealedAt, ID: s.ID} })
	return page, next, err
}

func sealsLifted(tx *gate.Tx, most int) (list []Seal, err error) {
	return list, tx.Select(&list, selectLifted, gate.Args{"limit": most})
}

// exclusionOf finds an exclusion that the caller's agency wrote.
func exclusionOf(tx *gate.Tx, id string) (e Exclusion, err error) {
	return e, orNotFound(tx.Get(&e, selectExclusion, gate.Args{"id": id}))
}

func sealOf(tx *gate.Tx, id string) (s Seal, err error) {
	return s, orNotFound(tx.Get(&s, selectSeal, gate.Args{"id": id}))
}

func orNotFound(err error) error {
	if errors.Is(err, database.ErrNoRows) {
		return notFound()
	}
	return err
}

func colleague(tx *gate.Tx, workerID string) (who person, err error) {
	err = tx.Get(&who, selectColleague, gate.Args{"person": workerID})
	if errors.Is(err, database.ErrNoRows) {
		return person{}, nil
	}
	return who, err
}

func isExcluded(tx *gate.Tx, workerID string) (bool, error) {
	var count int64
	err := tx.Get(&count, countExcluded, gate.Args{"person": workerID})
	return count > 0, err
}

func agencySees(tx *gate.Tx, agencyID string) (bool, error) {
	var count int64
	err := tx.Get(&count, countSees, gate.Args{"agency": agencyID})
	return count > 0, err
}
