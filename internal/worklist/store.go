package worklist

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

const selectFiles = `SELECT f.id AS file_id, f.kind, f.changed_at, COALESCE(r.reference, '') AS reference
FROM file f
LEFT JOIN file_reference r ON r.file_id = f.id AND r.agency_id = :agency_id
WHERE f.id IN (:ids)
ORDER BY f.changed_at DESC, f.id DESC`

// selectEnding leaves out what hangs on another grant, because that one is renewed, and what another grant shows longer.
const selectEnding = `SELECT g.id, g.kind, g.file_id, g.lead, g.until_at, COALESCE(r.reference, '') AS reference
FROM file_grant g
LEFT JOIN file_reference r ON r.file_id = g.file_id AND r.agency_id = :agency_id
WHERE g.grantee_id IN (:grantees) AND g.state = 'live' AND g.from_at <= :now AND g.until_at > :now AND g.until_at <= :soon
  AND g.root_id = g.id AND ` + gate.NotExcluded + `
  AND (g.until_at, g.id) > (:after_at, :after_id)
  AND NOT EXISTS (
    SELECT 1 FROM file_grant h
    WHERE h.file_id = g.file_id AND h.state = 'live' AND h.grantee_id IN (:grantees) AND h.relations <> :named AND h.from_at <= :now
      AND (h.until_at > g.until_at OR h.until_at = g.until_at AND h.id > g.id))
ORDER BY g.until_at, g.id
LIMIT :limit`

// worker that can lead: of the desk, and not disabled.
const sitsThere = `SELECT 1 FROM worker_desk s
    JOIN worker w ON w.id = s.worker_id AND w.disabled_at = 0
    WHERE s.ended_at = 0 AND s.from_at <= :now AND s.desk_id = `

const selectLeaderless = `SELECT g.file_id, f.changed_at, COALESCE(r.reference, '') AS reference, COALESCE(k.name, '') AS desk
FROM file_grant g
JOIN file f ON f.id = g.file_id
LEFT JOIN file_reference r ON r.file_id = g.file_id AND r.agency_id = :agency_id
LEFT JOIN desk k ON k.id = g.grantee_id
WHERE g.grantee_id IN (
    SELECT d.id FROM desk d WHERE d.agency_id = :agency_id AND NOT EXISTS (` + sitsThere + `d.id)
    UNION ALL
    SELECT gone.id FROM worker gone WHERE gone.agency_id = :agency_id AND gone.disabled_at <> 0)
  AND g.kind = 'case' AND g.lead = 1 AND g.state = 'live' AND g.from_at <= :now AND g.until_at > :now AND ` + gate.NotExcluded + `
  AND (f.changed_at, f.id) < (:after_at, :after_id)
  AND NOT EXISTS (
    SELECT 1 FROM file_grant h
    WHERE h.file_id = g.file_id AND h.agency_id = :agency_id AND h.lead = 1 AND h.state = 'live' AND h.from_at <= :now AND h.until_at > :now
      AND (h.id < g.id
        OR h.grantee_kind = 'desk' AND EXISTS (` + sitsThere + `h.grantee_id)
        OR h.grantee_kind = 'worker' AND EXISTS (SELECT 1 FROM worker a WHERE a.id = h.grantee_id AND a.disabled_at = 0)))
ORDER BY f.changed_at DESC, f.id DESC
LIMIT :limit`

const selectUnprotected = `SELECT w.id, w.created_at
FROM worker w
LEFT JOIN credential c ON c.worker_id = w.id
WHERE w.agency_id = :agency_id AND w.disabled_at = 0 AND c.totp IS NULL AND (w.created_at, w.id) < (:after_at, :after_id)
ORDER BY w.created_at DESC, w.id DESC
LIMIT :limit`

// selectVerified takes the newest, but for one without a result that came after a finding: the finding stands until the log is found whole.
const selectVerified = `SELECT e.at, e.action
FROM audit_entry e
WHERE e.agency_id = :agency_id AND e.action IN ('log.verify', 'log.whole', 'log.faulty', 'log.broken_off') AND e.decision = 'allow'
  AND (e.action IN ('log.whole', 'log.faulty') OR e.at > COALESCE((
    SELECT MAX(w.at) FROM audit_entry w
    WHERE w.agency_id = :agency_id AND w.action = 'log.whole' AND w.decision = 'allow'), 0) AND NOT EXISTS (
    SELECT 1 FROM audit_entry f
    WHERE f.agency_id = :agency_id AND f.action = 'log.faulty' AND f.decision = 'allow' AND f.at >= COALESCE((
      SELECT MAX(w.at) FROM audit_entry w
      WHERE w.agency_id = :agency_id AND w.action = 'log.whole' AND w.decision = 'allow'), 0)))
ORDER BY e.at DESC, e.id DESC
LIMIT 1`

// filesOf reads some files of a list and keeps its order, newest change first.
func filesOf(tx *gate.Tx, page []gate.Listed) (files []File, err error) {
	ids := make([]string, 0, len(page))
	for _, item := range page {
		ids = append(ids, item.FileID)
	}
	return files, tx.Select(&files, selectFiles, gate.Args{"ids": ids})
}

func endingAfter(tx *gate.Tx, after gate.Cursor, limit int) (page []Ending, next gate.Cursor, err error) {
	err = tx.Select(&page, selectEnding, gate.Args{"soon": tx.Now().Add(soon), "after_at": after.At, "after_id": after.ID,
		"named": int64(authz.RelationsOf(authz.RelationNamed)), "limit": limit + 1})
	page, more := cut(page, limit)
	if more {
		next = gate.Cursor{At: page[limit-1].UntilAt, ID: page[limit-1].GrantID}
	}
	return page, next, err
}

func leaderlessAfter(tx *gate.Tx, after gate.Cursor, limit int) (page []Leaderless, next gate.Cursor, err error) {
	at, id := before(after)
	err = tx.Select(&page, selectLeaderless, gate.Args{"after_at": at, "after_id": id, "limit": limit + 1})
	page, more := cut(page, limit)
	if more {
		next = gate.Cursor{At: page[limit-1].ChangedAt, ID: page[limit-1].FileID}
	}
	return page, next, err
}

func unprotectedAfter(tx *gate.Tx, after gate.Cursor, limit int) (page []Person, next gate.Cursor, err error) {
	at, id := before(after)
	err = tx.Select(&page, selectUnprotected, gate.Args{"after_at": at, "after_id": id, "limit": limit + 1})
	page, more := cut(page, limit)
	if more {
		next = gate.Cursor{At: page[limit-1].CreatedAt, ID: page[limit-1].WorkerID}
	}
	return page, next, err
}

// before is the place below which a list that begins with the newest goes on.
func before(after gate.Cursor) (moment.Time, string) {
	if after.ID == "" {
		return 1 << 62, "~"
	}
	return after.At, after.ID
}

// cut takes the one line off that only says that there are more.
func cut[T any](page []T, limit int) ([]T, bool) {
	if len(page) <= limit {
		return page, false
	}
	return page[:limit], true
}

// lastVerified is the newest entry of a verification; the zero Verified where there is none.
func lastVerified(tx *gate.Tx) (Verified, error) {
	var row struct {
		At     moment.Time `db:"at"`
		Action string      `db:"action"`
	}
	err := tx.Get(&row, selectVerified, nil)
	if errors.Is(err, database.ErrNoRows) {
		return Verified{}, nil
	}
	return Verified{At: row.At, Outcome: outcomes[row.Action]}, err
}
