package closing

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

const insertClosure = `INSERT INTO file_closure (id, file_id, kind, agency_id, reason, note, closed_at, closed_by, rule, due_at, latest_at)
VALUES (:closure, :file_id, :kind, :agency_id, :reason, :note, :now, :worker_id, :rule, :due, :latest)`

const endClosure = `UPDATE file_closure
SET reopened_at = :now, reopened_by = :worker_id, reopen_reason = :reason, reopen_note = :note, version = version + 1
WHERE id = :closure AND file_id = :file_id AND reopened_at = 0 AND erased_at = 0 AND version = :version`

const onHold = `CASE WHEN EXISTS (SELECT 1 FROM legal_hold h
    WHERE h.ended_at = 0 AND (h.file_id = f.id OR h.file_id = f.case_id OR h.file_id IN (SELECT s.id FROM file s WHERE s.case_id = f.id)))
  THEN 1 ELSE 0 END`

const closureColumns = `c.id, c.file_id, c.kind, f.case_id, COALESCE(n.reference, '') AS reference, c.agency_id, a.name AS agency, c.reason, c.note,
  c.closed_at, c.rule, c.due_at, c.latest_at, c.reopened_at, c.reopen_reason, c.reopen_note, c.erased_at, c.version, ` + onHold + ` AS on_hold,
  COALESCE(e.reason, '') AS asked, COALESCE(e.requested_by, '') AS asked_by, COALESCE(e.approved_by, '') AS approved_by
FROM file_closure c
JOIN file f ON f.id = c.file_id
JOIN agency a ON a.id = c.agency_id
LEFT JOIN file_reference n ON n.file_id = c.file_id AND n.agency_id = :agency_id
LEFT JOIN erasure e ON e.closure_id = c.id AND e.done_at = 0 AND e.dropped_at = 0`

const selectOfFile = `SELECT ` + closureColumns + `
WHERE c.file_id = :file_id
ORDER BY c.closed_at DESC, c.id DESC`

// notExcluded keeps a closed file from whoever is excluded from it, and from everybody while it lies under a seal.
const notExcluded = `NOT EXISTS (SELECT 1 FROM exclusion x WHERE x.file_id = c.file_id AND x.worker_id = :worker_id AND x.ended_at = 0)
  AND NOT EXISTS (SELECT 1 FROM file_seal z WHERE z.file_id = c.file_id AND z.ended_at = 0)`

const selectClosure = `SELECT ` + closureColumns + `
WHERE c.id = :closure AND c.agency_id = :agency_id AND c.reopened_at = 0 AND ` + notExcluded

const selectQueue = `SELECT ` + closureColumns + `
WHERE c.agency_id = :agency_id AND c.reopened_at = 0 AND c.erased_at = 0 AND (c.due_at <= :soon OR e.id IS NOT NULL)
  AND (c.due_at, c.id) > (:after_at, :after_id) AND ` + notExcluded + `
ORDER BY c.due_at, c.id
LIMIT :limit`

// selectToSign are the files whose erasure waits for the caller: an auditor signs first, who answers for the keeping of files after
// that; nobody who asked signs, and nobody twice.
const selectToSign = `SELECT ` + closureColumns + `
WHERE c.agency_id = :agency_id AND c.reopened_at = 0 AND c.erased_at = 0 AND e.requested_by <> :worker_id
  AND (e.approved_by = '' AND CAST(:auditor AS INTEGER) = 1
    OR e.approved_by <> '' AND e.approved_by <> :worker_id AND (` + onHold + `) = 0)
  AND (c.due_at, c.id) > (:after_at, :after_id) AND ` + notExcluded + `
ORDER BY c.due_at, c.id
LIMIT :limit`

const selectErased = `SELECT ` + closureColumns + `
WHERE c.agency_id = :agency_id AND c.erased_at > 0 AND (c.erased_at, c.id) < (:after_at, :after_id) AND ` + notExcluded + `
ORDER BY c.erased_at DESC, c.id DESC
LIMIT :limit`

const selectSteps = `SELECT step, reason, until_at, by_id, at FROM retention_step WHERE closure_id = :closure ORDER BY at, id`

const insertStep = `INSERT INTO retention_step (id, closure_id, step, reason, until_at, agency_id, by_id, at)
VALUES (:id, :closure, :step, :reason, :until, :of_agency, :by, :now)`

const raiseClosure = `UPDATE file_closure SET due_at = :due, version = version + 1
WHERE id = :closure AND reopened_at = 0 AND erased_at = 0 AND version = :version`

const markErased = `UPDATE file_closure SET erased_at = :now WHERE id = :closure AND erased_at = 0`

const insertErasure = `INSERT INTO erasure (id, closure_id, file_id, agency_id, reason, requested_at, requested_by)
VALUES (:id, :closure, :on, :of_agency, :reason, :now, :by)
ON CONFLICT DO NOTHING`

const approveErasure = `UPDATE erasure SET approved_at = :now, approved_by = :worker_id, version = version + 1
WHERE closure_id = :closure AND done_at = 0 AND dropped_at = 0 AND approved_at = 0`

const finishErasure = `UPDATE erasure SET done_at = :now, done_by = :worker_id, version = version + 1
WHERE closure_id = :closure AND done_at = 0 AND dropped_at = 0 AND approved_at > 0`

const dropErasure = `UPDATE erasure SET dropped_at = :now, dropped_by = :worker_id, version = version + 1
WHERE closure_id = :closure AND done_at = 0 AND dropped_at = 0`

const insertTombstone = `INSERT INTO file_tombstone (file_id, kind, case_id, agency_id, erasure_id, rule, reason, closed_at, due_at, requested_by,
  approved_by, erased_by, erased_at)
SELECT c.file_id, c.kind, f.case_id, c.agency_id, e.id, c.rule, e.reason, c.closed_at, c.due_at, e.requested_by, e.approved_by, e.done_by, e.done_at
FROM file_closure c
JOIN file f ON f.id = c.file_id
JOIN erasure e ON e.closure_id = c.id AND e.done_at > 0
WHERE c.id = :closure`

const selectDue = `SELECT c.id, c.file_id, c.agency_id
FROM file_closure c
WHERE c.due_at <= :now AND c.reopened_at = 0 AND c.erased_at = 0
  AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.closure_id = c.id AND e.done_at = 0 AND e.dropped_at = 0)
ORDER BY c.due_at, c.id
LIMIT 100`

const selectLiveVictims = `SELECT COUNT(*) FROM file WHERE case_id = :case AND kind = 'victim' AND stage <> 'erased'`

const selectParties = `SELECT DISTINCT agency_id FROM file_grant WHERE file_id = :on ORDER BY agency_id`

// writer is an agency that keeps something in the file: the one that closes it, and all that wrote, in whatever slice.
type writer struct {
	AgencyID string     `db:"id"`
	Country  string     `db:"country"`
	Kind     authz.Role `db:"kind"`
}

const selectWriters = `SELECT a.id, a.country, a.kind
FROM agency a
WHERE a.id = :agency_id OR a.id IN (
  SELECT agency_id FROM entry WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM journal_note WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM consent WHERE file_id = :file_id
  UNION ALL SELECT withdrawn_agency_id FROM consent WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM screening WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM need WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM age_step WHERE file_id = :file_id
  UNION ALL SELECT made_agency_id FROM guardian WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM track_step WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM track_strike WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM track_appeal WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM clock WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM clock_step WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM checklist_choice WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM checklist_step WHERE file_id = :file_id
  UNION ALL SELECT made_agency_id FROM task WHERE file_id = :file_id
  UNION ALL SELECT agency_id FROM task_step WHERE file_id = :file_id)
ORDER BY a.country, a.kind, a.id`

func closuresOf(tx *gate.Tx) (list []Closure, err error) {
	return list, tx.Select(&list, selectOfFile, nil)
}

// closureOf finds a closing of the caller's agency that stands.
func closureOf(tx *gate.Tx, id string) (c Closure, err error) {
	err = tx.Get(&c, selectClosure, gate.Args{"closure": id})
	if errors.Is(err, database.ErrNoRows) {
		return c, notFound()
	}
	return c, err
}

func queue(tx *gate.Tx, after gate.Cursor, limit int) (list []Closure, err error) {
	return list, tx.Select(&list, selectQueue, gate.Args{"soon": tx.Now().Add(seenBefore), "after_at": after.At, "after_id": after.ID, "limit": limit})
}

func toSign(tx *gate.Tx, after gate.Cursor, limit int) (list []Closure, err error) {
	return list, tx.Select(&list, selectToSign, gate.Args{"auditor": gate.Flag(approves(tx)), "after_at": after.At, "after_id": after.ID, "limit": limit})
}

func erasedBefore(tx *gate.Tx, after gate.Cursor, limit int) (list []Closure, err error) {
	if after.ID == "" {
		after = gate.Cursor{At: 1 << 62, ID: "~"}
	}
	return list, tx.Select(&list, selectErased, gate.Args{"after_at": after.At, "after_id": after.ID, "limit": limit})
}

func stepsOf(tx *gate.Tx, closureID string) (list []Step, err error) {
	return list, tx.Select(&list, selectSteps, gate.Args{"closure": closureID})
}

func writersOf(tx *gate.Tx) (list []writer, err error) {
	return list, tx.Select(&list, selectWriters, nil)
}

// raise moves a closure on from the version that somebody has seen; due is its end from now on.
func raise(tx *gate.Tx, c *Closure, version int64, due moment.Time) error {
	return tx.ExecOne(raiseClosure, gate.Args{"closure": c.ID, "version": version, "due": due})
}

// record keeps a step of a closed file.
func record(tx *gate.Tx, c *Closure, step, reason string, until moment.Time) error {
	by := tx.Actor().WorkerID
	if tx.Actor().IsSystem() {
		by = ""
	}
	return tx.ExecOne(insertStep, gate.Args{"id": gate.NewID(), "closure": c.ID, "step": step, "reason": reason, "until": until,
		"of_agency": c.AgencyID, "by": by})
}

// ask writes a request to erase; made is false where one is open already.
func ask(tx *gate.Tx, c *Closure, reason, by string) (made bool, err error) {
	rows, err := tx.Exec(insertErasure, gate.Args{"id": gate.NewID(), "closure": c.ID, "on": c.FileID, "of_agency": c.AgencyID, "reason": reason, "by": by})
	return rows == 1, err
}

// drop takes an open request to erase back, if there is one.
func drop(tx *gate.Tx, closureID string) (dropped bool, err error) {
	rows, err := tx.Exec(dropErasure, gate.Args{"closure": closureID})
	return rows > 0, err
}

func due(tx *gate.Tx) (list []Closure, err error) { return list, tx.Select(&list, selectDue, nil) }

func liveVictims(tx *gate.Tx, caseID string) (count int, err error) {
	return count, tx.Get(&count, selectLiveVictims, gate.Args{"case": caseID})
}

// partiesOf are the agencies that ever saw a file.
func partiesOf(tx *gate.Tx, fileID string) (ids []string, err error) {
	return ids, tx.Select(&ids, selectParties, gate.Args{"on": fileID})
}

// finish writes what is left of an erased file.
func finish(tx *gate.Tx, closureID string) error {
	args := gate.Args{"closure": closureID}
	for _, statement := range []string{finishErasure, insertTombstone, markErased} {
		if err := tx.ExecOne(statement, args); err != nil {
			return err
		}
	}
	return nil
}
