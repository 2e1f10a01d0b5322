package minor

import (
	"relais/internal/gate"
	"relais/internal/moment"
)

// askLook leaves it at the old failure where the file is being tried already.
const askLook = `INSERT INTO majority_look (file_id, asked_at, next_at) VALUES (:file_id, :now, :now)
ON CONFLICT (file_id) DO UPDATE SET asked_at = :now, next_at = :now, done_at = 0,
  failed_at = CASE WHEN majority_look.done_at = 0 THEN majority_look.failed_at ELSE 0 END,
  told_at = CASE WHEN majority_look.done_at = 0 THEN majority_look.told_at ELSE 0 END`

const putFailure = `INSERT INTO majority_look (file_id, asked_at, next_at, failed_at) VALUES (:on, :now, :next, :now)
ON CONFLICT (file_id) DO UPDATE SET next_at = :next, done_at = 0,
  failed_at = CASE WHEN majority_look.done_at = 0 AND majority_look.failed_at <> 0 THEN majority_look.failed_at ELSE :now END,
  told_at = CASE WHEN majority_look.done_at = 0 THEN majority_look.told_at ELSE 0 END`

const markTold = `UPDATE majority_look SET told_at = :now WHERE file_id = :on AND done_at = 0 AND told_at = 0 AND failed_at <= :before`

const markDone = `UPDATE majority_look SET done_at = :now WHERE file_id = :on AND done_at = 0`

const selectDueLooks = `SELECT file_id
FROM majority_look
WHERE done_at = 0 AND next_at <= :now
ORDER BY next_at, file_id
LIMIT :limit`

const selectOpener = `SELECT agency_id FROM file WHERE id = :on`

func dueLooks(tx *gate.Tx, limit int) (ids []string, err error) {
	return ids, tx.Select(&ids, selectDueLooks, gate.Args{"limit": limit})
}

// looked says whether somebody wanted the file to be looked at, and marks it as done.
func looked(tx *gate.Tx, fileID string) (asked bool, err error) {
	rows, err := tx.Exec(markDone, gate.Args{"on": fileID})
	return rows > 0, err
}

func putFailed(tx *gate.Tx, fileID string, next moment.Time) error {
	return tx.ExecOne(putFailure, gate.Args{"on": fileID, "next": next})
}

// toBeTold says whether a file has failed since before an instant and nobody was told of it, and marks it as told.
func toBeTold(tx *gate.Tx, fileID string, before moment.Time) (bool, error) {
	rows, err := tx.Exec(markTold, gate.Args{"on": fileID, "before": before})
	return rows > 0, err
}

func openerOf(tx *gate.Tx, fileID string) (agencyID string, err error) {
	return agencyID, tx.Get(&agencyID, selectOpener, gate.Args{"on": fileID})
}
