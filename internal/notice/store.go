package notice

import (
	"errors"
	"strconv"
	"strings"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
)

const insertNotice = `INSERT INTO notice (id, to_kind, to_id, agency_id, code, file_id, subject_id, link, must_acknowledge, due_at, told_at)
VALUES (:id, :to_kind, :to_id, :to_agency, :code, :on, :subject, :link, :must, :due, :now)`

// atOnce is how many notices one statement writes.
const atOnce = 100

const insertSome = `INSERT INTO notice (id, to_kind, to_id, agency_id, code, file_id, subject_id, link, must_acknowledge, due_at, told_at)
VALUES `

// tellSome writes the same notice to some recipients.
func tellSome(tx *gate.Tx, n New, to []To) error {
	args := gate.Args{"code": n.Code, "on": n.FileID, "subject": n.Subject, "link": n.Link, "must": gate.Flag(n.MustAcknowledge), "due": n.DueAt}
	rows := make([]string, 0, len(to))
	for i, one := range to {
		at := strconv.Itoa(i)
		args["id"+at], args["kind"+at], args["to"+at], args["agency"+at] = gate.NewID(), one.Kind, one.ID, one.AgencyID
		rows = append(rows, "(:id"+at+", :kind"+at+", :to"+at+", :agency"+at+", :code, :on, :subject, :link, :must, :due, :now)")
	}
	_, err := tx.Exec(insertSome+strings.Join(rows, ", "), args)
	return err
}

const countTold = `SELECT COUNT(*) FROM notice WHERE to_id = :to AND code = :code AND subject_id = :subject AND file_id = :on`

func toldBefore(tx *gate.Tx, n *New) (bool, error) {
	var found int64
	err := tx.Get(&found, countTold, gate.Args{"to": n.To.ID, "code": n.Code, "subject": n.Subject, "on": n.FileID})
	return found > 0, err
}

const selectLeads = `SELECT g.grantee_kind AS kind, g.grantee_id AS id, g.agency_id
FROM file_grant g
WHERE g.file_id = :on AND g.state IN ('live', 'sealed') AND g.lead = 1 AND g.from_at <= :now AND g.until_at > :now
ORDER BY g.id`

const selectLeadsOfDesks = `SELECT DISTINCT 'worker' AS kind, w.id, w.agency_id
FROM worker_desk k
JOIN worker w ON w.id = k.worker_id AND w.supervisor = 1 AND w.disabled_at = 0
WHERE k.desk_id IN (:desks) AND k.from_at <= :now AND k.ended_at = 0
  AND NOT EXISTS (SELECT 1 FROM exclusion x WHERE x.file_id = :on AND x.worker_id = w.id AND x.ended_at = 0)
ORDER BY w.id`

// toMe is what of the notices (g) is for the caller. Whoever is excluded from a file hears nothing of it, and of a sealed file
// only the auditors do.
const toMe = `g.to_id IN (:recipients)
  AND (g.to_kind IN ('desk', 'worker') OR g.to_kind = 'auditors' AND CAST(:auditor AS INTEGER) = 1
    OR g.to_kind = 'supervisors' AND CAST(:supervisor AS INTEGER) = 1)
  AND ` + gate.NotExcluded + `
  AND (g.to_kind = 'auditors' OR ` + gate.NotSealed + `)`

const noticeColumns = `g.id, g.to_kind, g.code, g.file_id, g.subject_id, g.link, g.must_acknowledge, g.due_at, g.told_at,
  g.acknowledged_at, g.acknowledged_by, g.version, COALESCE(r.reference, '') AS reference
FROM notice g
LEFT JOIN file_reference r ON r.file_id = g.file_id AND r.agency_id = :agency_id`

const selectOpen = `SELECT ` + noticeColumns + `
WHERE ` + toMe + ` AND g.acknowledged_at = 0 AND (g.told_at, g.id) < (:after_at, :after_id)
ORDER BY g.told_at DESC, g.id DESC
LIMIT :limit`

const selectDone = `SELECT ` + noticeColumns + `
WHERE ` + toMe + ` AND g.acknowledged_at > 0 AND (g.acknowledged_at, g.id) < (:after_at, :after_id)
ORDER BY g.acknowledged_at DESC, g.id DESC
LIMIT :limit`

const selectOne = `SELECT ` + noticeColumns + `
WHERE ` + toMe + ` AND g.id = :id`

const countOpen = `SELECT COUNT(*)
FROM (SELECT g.id FROM notice g WHERE ` + toMe + ` AND g.acknowledged_at = 0 AND g.told_at <= :now LIMIT :limit) found`

const countOpenSince = `SELECT COUNT(*)
FROM (SELECT g.id FROM notice g WHERE ` + toMe + ` AND g.acknowledged_at = 0 AND g.told_at >= :since LIMIT :limit) found`

const acknowledge = `UPDATE notice
SET acknowledged_at = :now, acknowledged_by = :worker_id, version = version + 1
WHERE id = :id AND acknowledged_at = 0 AND version = :version`

// find gives a notice that was told to the caller.
func find(tx *gate.Tx, noticeID string) (n Notice, err error) {
	args := mine(tx).args()
	args["id"] = noticeID
	err = tx.Get(&n, selectOne, args)
	if errors.Is(err, database.ErrNoRows) {
		return n, fault.New(fault.NotFound, "gate.not_found")
	}
	return n, err
}
