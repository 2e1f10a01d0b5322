package notice

import (
	"errors"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

const selectFresh = `SELECT id FROM notice
WHERE spread = 0
ORDER BY told_at, id
LIMIT :limit`

const markSpread = `UPDATE notice SET spread = 1 WHERE id IN (:fresh) AND spread = 0`

// selectReached finds whom some notices may reach. It may find somebody too many, such as one who is excluded from the file:
// what is really theirs is counted before a mail goes out.
const selectReached = `WITH fresh AS (
  SELECT id, to_kind, to_id, told_at, CASE WHEN due_at > told_at AND due_at - told_at <= :day THEN 1 ELSE 0 END AS urgent
  FROM notice
  WHERE id IN (:fresh)
), reached AS (
  SELECT f.to_id AS worker_id, f.told_at, f.urgent FROM fresh f WHERE f.to_kind = 'worker'
  UNION ALL
  SELECT d.worker_id, f.told_at, f.urgent
  FROM fresh f
  JOIN worker_desk d ON d.desk_id = f.to_id AND d.ended_at = 0
  WHERE f.to_kind = 'desk'
  UNION ALL
  SELECT wr.worker_id, f.told_at, f.urgent
  FROM fresh f
  JOIN role r ON r.agency_id = f.to_id AND r.closed_at = 0
    AND r.base = CASE f.to_kind WHEN 'auditors' THEN 'auditor' ELSE 'agency_admin' END
  JOIN worker_role wr ON wr.role_id = r.id AND wr.may = 'hold' AND wr.ended_at = 0
  WHERE f.to_kind IN ('auditors', 'supervisors')
  UNION ALL
  SELECT w.id, f.told_at, f.urgent
  FROM fresh f
  JOIN worker w ON w.agency_id = f.to_id AND w.supervisor = 1
  WHERE f.to_kind = 'supervisors'
)
SELECT w.id AS worker_id, w.agency_id, MIN(r.told_at) AS told_at, MAX(r.urgent) AS is_urgent,
  COALESCE(MIN(c.cadence), '') AS cadence, COALESCE(MIN(c.hour), 0) AS hour, COALESCE(MIN(c.quiet_from), 0) AS quiet_from,
  COALESCE(MIN(c.quiet_until), 0) AS quiet_until, COALESCE(MIN(c.urgent), 0) AS wants_urgent, COALESCE(MIN(c.version), 0) AS version
FROM reached r
JOIN worker w ON w.id = r.worker_id AND w.disabled_at = 0
LEFT JOIN mail_choice c ON c.worker_id = w.id
GROUP BY w.id, w.agency_id
ORDER BY w.id`

// reachedRow is a person whom notices may reach.
type reachedRow struct {
	choiceRow
	WorkerID string      `db:"worker_id"`
	AgencyID string      `db:"agency_id"`
	ToldAt   moment.Time `db:"told_at"`
	Urgent   int64       `db:"is_urgent"`
}

type choiceRow struct {
	Choice
	WantsUrgent int64 `db:"wants_urgent"`
}

// choice is what was stored, or the usual.
func (r *choiceRow) choice() Choice {
	if r.Cadence == "" {
		return usual
	}
	r.Choice.Urgent = r.WantsUrgent == 1
	return r.Choice
}

const putMail = `INSERT INTO mail (id, worker_id, agency_id, state, since_at, due_at, made_at)
VALUES (:id, :worker, :agency, 'waiting', :since, :due, :now)
ON CONFLICT (worker_id) WHERE state = 'waiting' DO UPDATE
SET news = mail.news + 1, version = mail.version + 1,
  since_at = CASE WHEN excluded.since_at < mail.since_at THEN excluded.since_at ELSE mail.since_at END,
  due_at = CASE WHEN mail.tries = 0 AND excluded.due_at < mail.due_at THEN excluded.due_at ELSE mail.due_at END`

const sweepMails = `DELETE FROM mail WHERE settled_at > 0 AND settled_at < :before`

const mailColumns = `id, worker_id, agency_id, state, since_at, news, due_at, tries, reason, made_at, settled_at, version`

const selectDue = `SELECT ` + mailColumns + `
FROM mail
WHERE state = 'waiting' AND due_at <= :now AND held_until <= :now
ORDER BY due_at, id
LIMIT 1`

const holdMail = `UPDATE mail
SET holder = :holder, held_until = :until, tries = tries + 1, version = version + 1
WHERE id = :id AND state = 'waiting' AND version = :version`

const selectHeld = `SELECT ` + mailColumns + `
FROM mail
WHERE id = :id AND state = 'waiting' AND holder = :holder`

const settleMail = `UPDATE mail
SET state = :state, reason = :reason, settled_at = :settled, due_at = :due, holder = '', held_until = 0, version = version + 1
WHERE id = :id AND state = 'waiting' AND version = :version`

const selectChoice = `SELECT cadence, hour, quiet_from, quiet_until, urgent AS wants_urgent, version
FROM mail_choice
WHERE worker_id = :worker`

const insertChoice = `INSERT INTO mail_choice (worker_id, cadence, hour, quiet_from, quiet_until, urgent, changed_at, version)
VALUES (:worker_id, :cadence, :hour, :from, :until, :urgent, :now, 2)`

const updateChoice = `UPDATE mail_choice
SET cadence = :cadence, hour = :hour, quiet_from = :from, quiet_until = :until, urgent = :urgent, changed_at = :now, version = version + 1
WHERE worker_id = :worker_id AND version = :version`

const selectWaitingOf = `SELECT ` + mailColumns + `
FROM mail
WHERE worker_id = :worker AND state = 'waiting'`

const selectMine = `SELECT ` + mailColumns + `
FROM mail
WHERE worker_id = :worker_id AND state <> 'dropped'
ORDER BY made_at DESC, id DESC
LIMIT :limit`

const selectOfAgency = `SELECT ` + mailColumns + `
FROM mail
WHERE agency_id = :agency_id AND state = :state AND (made_at, id) < (:after_at, :after_id)
ORDER BY made_at DESC, id DESC
LIMIT :limit`

const selectMail = `SELECT ` + mailColumns + `
FROM mail
WHERE id = :id AND agency_id = :agency_id`

const reviveMail = `UPDATE mail
SET state = 'waiting', reason = '', settled_at = 0, tries = 0, due_at = :now, version = version + 1
WHERE id = :id AND state = 'dead' AND version = :version`

const joinMail = `UPDATE mail
SET state = 'dropped', reason = :reason, version = version + 1
WHERE id = :id AND state = 'dead' AND version = :version`

// choiceOf is how somebody wants to be told.
func choiceOf(tx *gate.Tx, workerID string) (Choice, error) {
	var row choiceRow
	err := tx.Get(&row, selectChoice, gate.Args{"worker": workerID})
	if err != nil && !errors.Is(err, database.ErrNoRows) {
		return Choice{}, err
	}
	return row.choice(), nil
}

// putChoice stores the caller's choice over the one of a version.
func putChoice(tx *gate.Tx, c *Choice) error {
	args := gate.Args{"cadence": c.Cadence, "hour": c.Hour, "from": c.QuietFrom, "until": c.QuietUntil, "urgent": gate.Flag(c.Urgent)}
	before, err := choiceOf(tx, tx.Actor().WorkerID)
	if err != nil {
		return err
	}
	if before.Version != c.Version {
		return fault.New(fault.Conflict, "gate.changed")
	}
	if before.Version == usual.Version { // a stored one begins with the version after
		return tx.ExecOne(insertChoice, args)
	}
	args["version"] = c.Version
	return tx.ExecOne(updateChoice, args)
}

// mailBy reads one mail; ok is false where there is none.
func mailBy(tx *gate.Tx, query string, args gate.Args) (m Mail, ok bool, err error) {
	err = tx.Get(&m, query, args)
	if errors.Is(err, database.ErrNoRows) {
		return Mail{}, false, nil
	}
	return m, err == nil, err
}

// settle writes how a mail stands after a try; due counts only while it waits.
func settle(tx *gate.Tx, m *Mail, state State, reason string, due moment.Time) error {
	settled := tx.Now()
	if state == Waiting {
		settled = 0
	}
	return tx.ExecOne(settleMail, gate.Args{"id": m.ID, "version": m.Version, "state": state, "reason": reason, "settled": settled, "due": due})
}
