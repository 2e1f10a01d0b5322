package closing

import (
	"errors"

	"relais/internal/agency"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

const insertRemoval = `INSERT INTO file_removal (id, closure_id, file_id, agency_id, rule, from_at)
VALUES (:id, :closure, :file_id, :of_agency, :rule, :from)`

const markRemoved = `UPDATE file_removal SET removed_at = :now WHERE id = :removal AND removed_at = 0`

const removalColumns = `SELECT r.id, r.file_id, c.kind, COALESCE(n.reference, '') AS reference, r.agency_id, r.rule, c.closed_at, r.from_at, r.removed_at
FROM file_removal r
JOIN file_closure c ON c.id = r.closure_id AND c.reopened_at = 0 AND c.erased_at = 0
LEFT JOIN file_reference n ON n.file_id = r.file_id AND n.agency_id = r.agency_id`

// selectRemovals are those of the reader's agency that are removed, or will be soon; a file of which they may not know is in no list.
const selectRemovals = removalColumns + `
WHERE r.agency_id = :agency_id AND r.from_at <= :soon AND (r.from_at, r.id) > (:after_at, :after_id) AND ` + notExcluded + `
ORDER BY r.from_at, r.id
LIMIT :limit`

const selectRemoval = removalColumns + `
WHERE r.id = :removal AND r.agency_id = :agency_id AND ` + notExcluded

const selectToRemove = removalColumns + `
WHERE r.from_at <= :now AND r.removed_at = 0
ORDER BY r.from_at, r.id
LIMIT 1`

const insertRemovalOpening = `INSERT INTO removal_opening (id, removal_id, worker_id, grant_id, reason, opened_by, opened_at, until_at)
VALUES (:id, :removal, :reader, :grant, :reason, :worker_id, :now, :until)`

const selectOpenings = `SELECT id, worker_id, reason, opened_by, opened_at, until_at FROM removal_opening WHERE removal_id = :removal ORDER BY opened_at DESC, id DESC`

func putRemoval(tx *gate.Tx, closureID string, r removal) error {
	return tx.ExecOne(insertRemoval, gate.Args{"id": gate.NewID(), "closure": closureID, "of_agency": r.agencyID, "rule": r.rule, "from": r.until.EndOf()})
}

func removals(tx *gate.Tx, after gate.Cursor, limit int) (list []Removal, err error) {
	return list, tx.Select(&list, selectRemovals, gate.Args{"soon": tx.Now().Add(seenBefore), "after_at": after.At, "after_id": after.ID, "limit": limit})
}

// removalOf finds a removal of the caller's agency.
func removalOf(tx *gate.Tx, id string) (r Removal, err error) {
	err = tx.Get(&r, selectRemoval, gate.Args{"removal": id})
	if errors.Is(err, database.ErrNoRows) {
		return r, notFound()
	}
	return r, err
}

// toRemove is the next whose day has come, of any agency; without one its id is empty.
func toRemove(tx *gate.Tx) (r Removal, err error) {
	err = tx.Get(&r, selectToRemove, nil)
	if errors.Is(err, database.ErrNoRows) {
		return Removal{}, nil
	}
	return r, err
}

// takeRemoval says whether this is the first time that a file is removed.
func takeRemoval(tx *gate.Tx, id string) (bool, error) {
	rows, err := tx.Exec(markRemoved, gate.Args{"removal": id})
	return rows == 1, err
}

func putOpening(tx *gate.Tx, removalID, grantID string, n NewOpening, until moment.Time) (id string, err error) {
	id = gate.NewID()
	return id, tx.ExecOne(insertRemovalOpening, gate.Args{"id": id, "removal": removalID, "reader": n.WorkerID, "grant": grantID, "reason": n.Reason, "until": until})
}

// openingsOf are the times that a removed file was opened, the newest first, with the names of the colleagues.
func openingsOf(tx *gate.Tx, removalID string) (list []Opening, err error) {
	if err := tx.Select(&list, selectOpenings, gate.Args{"removal": removalID}); err != nil {
		return nil, err
	}
	var ids []string
	for i := range list {
		ids = append(ids, list[i].WorkerID, list[i].OpenedBy)
	}
	names, err := agency.WorkerNames(tx, ids)
	for i := range list {
		list[i].Worker, list[i].By = names[list[i].WorkerID], names[list[i].OpenedBy]
	}
	return list, err
}
