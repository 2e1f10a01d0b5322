package task

import (
	"errors"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

const insertTask = `INSERT INTO task (id, file_id, kind, code, rule, subject, flag, text, made_at, made_by, made_agency_id, to_kind, to_id,
  to_agency_id, due_at, waits_for, link, link_id, state, tell_at)
VALUES (:id, :on, :kind, :code, :rule, :subject, :flag, :text, :now, :by, :by_agency, :to_kind, :to, :to_agency, :due, :waits_for, :link,
  :link_id, :state, :tell)
ON CONFLICT DO NOTHING`

const selectLastStep = `SELECT worker_id, at
FROM task_step
WHERE task_id = :task
ORDER BY at DESC, id DESC
LIMIT 1`

const insertStep = `INSERT INTO task_step (id, task_id, file_id, step, at, worker_id, agency_id, to_kind, to_id, to_agency_id, due_at, reason, note)
VALUES (:id, :task, :on, :step, :now, :by, :by_agency, :to_kind, :to, :to_agency, :due, :reason, :note)`

const taskColumns = `g.id, g.file_id, g.kind, g.code, g.rule, g.subject, g.flag, g.made_at, g.made_by, g.made_agency_id, g.to_kind, g.to_id,
  g.to_agency_id, g.due_at, g.waits_for, g.link, g.link_id, g.state, g.closed_at, g.closed_by, g.reason, g.version, g.told`

const countRule = `SELECT COUNT(*) FROM task WHERE file_id = :on AND rule = :rule AND subject = :subject AND rule <> ''`

const selectOfRule = `SELECT ` + taskColumns + `
FROM task g
WHERE g.file_id = :on AND g.rule = :rule AND g.subject = :subject AND g.rule <> '' AND g.state IN ('open', 'waiting')`

const selectOpenOf = `SELECT ` + taskColumns + `, COALESCE(a.name, '') AS to_agency
FROM task g
LEFT JOIN agency a ON a.id = g.to_agency_id
WHERE g.file_id = :on AND g.state IN ('open', 'waiting')
ORDER BY g.due_at, g.id`

const selectWaitingFor = `SELECT ` + taskColumns + ` FROM task g WHERE g.waits_for = :task AND g.state = 'waiting' ORDER BY g.id`

const closeOne = `UPDATE task
SET state = :state, closed_at = :now, closed_by = :by, reason = :reason, version = version + 1
WHERE id = :task AND state IN ('open', 'waiting') AND version = :version`

// changeOne lets a task that another agency does, or on another day, be told about anew once it is late.
const changeOne = `UPDATE task
SET told = CASE WHEN due_at <> :due OR to_agency_id <> :to_agency THEN 0 ELSE told END,
  tell_at = CASE WHEN flag = 0 AND (due_at <> :due OR to_agency_id <> :to_agency) THEN :due ELSE tell_at END,
  to_kind = :to_kind, to_id = :to, to_agency_id = :to_agency, due_at = :due, waits_for = :waits_for, state = :state, version = version + 1
WHERE id = :task AND state IN ('open', 'waiting') AND version = :version`

const releaseTask = `UPDATE task SET state = 'open', waits_for = '', version = version + 1 WHERE id = :task AND state = 'waiting'`

const selectLate = `SELECT ` + taskColumns + `
FROM task g
WHERE g.closed_at = 0 AND g.tell_at > 0 AND g.tell_at <= :now
ORDER BY g.tell_at, g.id
LIMIT :limit`

// setToldOn leaves the version: what somebody is writing meanwhile stays right.
const setToldOn = `UPDATE task SET told = :told, tell_at = :turn WHERE id = :task AND closed_at = 0`

const selectState = `SELECT state, waits_for FROM task WHERE id = :task AND file_id = :on`

// seesOnFile finds a live grant by which a desk, a person or a person's desks, or anybody of an agency sees a file.
const seesOnFile = `SELECT COUNT(*)
FROM file_grant l
WHERE l.file_id = :on AND l.state IN ('live', 'sealed') AND l.from_at <= :now AND l.until_at > :now
  AND (l.grantee_id = :doer
    OR CAST(:kind AS TEXT) = 'worker' AND l.grantee_id IN (SELECT s.desk_id FROM worker_desk s WHERE s.worker_id = :doer AND s.ended_at = 0)
    OR CAST(:kind AS TEXT) = 'supervisors' AND l.agency_id = :doer)`

func countOfRule(tx *gate.Tx, fileID, rule, subject string) (found int64, err error) {
	return found, tx.Get(&found, countRule, gate.Args{"on": fileID, "rule": rule, "subject": subject})
}

func openOfRule(tx *gate.Tx, fileID, rule, subject string) (t Task, err error) {
	return t, tx.Get(&t, selectOfRule, gate.Args{"on": fileID, "rule": rule, "subject": subject})
}

func waitingFor(tx *gate.Tx, taskID string) (list []Task, err error) {
	return list, tx.Select(&list, selectWaitingFor, gate.Args{"task": taskID})
}

func seesFile(tx *gate.Tx, fileID string, to notice.To) (bool, error) {
	var found int64
	err := tx.Get(&found, seesOnFile, gate.Args{"on": fileID, "doer": to.ID, "kind": to.Kind})
	return found > 0, err
}

// stateOf is the state of a task of the file and what it waits for; empty where there is no such task.
func stateOf(tx *gate.Tx, fileID, taskID string) (state State, waitsFor string, err error) {
	var row struct {
		State    State  `db:"state"`
		WaitsFor string `db:"waits_for"`
	}
	err = tx.Get(&row, selectState, gate.Args{"task": taskID, "on": fileID})
	if errors.Is(err, database.ErrNoRows) {
		return "", "", nil
	}
	return row.State, row.WaitsFor, err
}

// insert writes a task; made is false where a twin of the same rule was first.
func insert(tx *gate.Tx, t *Task) (made bool, err error) {
	tell := t.DueAt
	if t.Flag { // ends with its day, and is never late
		tell = 0
	}
	rows, err := tx.Exec(insertTask, gate.Args{"id": t.ID, "on": t.FileID, "kind": string(t.Kind), "code": t.Code, "rule": t.Rule, "subject": t.Subject,
		"flag": gate.Flag(t.Flag), "text": t.Sealed, "by": t.MadeBy, "by_agency": t.MadeAgency, "to_kind": t.ToKind, "to": t.ToID, "to_agency": t.ToAgencyID,
		"due": t.DueAt, "waits_for": t.WaitsFor, "link": t.Link, "link_id": t.LinkID, "state": string(t.State), "tell": tell})
	return rows == 1, err
}

// lastStep says who did the newest step of a task, and when; nobody where the program did it.
func lastStep(tx *gate.Tx, taskID string) (by string, at moment.Time, err error) {
	var row struct {
		By string      `db:"worker_id"`
		At moment.Time `db:"at"`
	}
	err = tx.Get(&row, selectLastStep, gate.Args{"task": taskID})
	if errors.Is(err, database.ErrNoRows) {
		err = nil
	}
	return row.By, row.At, err
}

// record keeps a step of a task; a note needs the transaction of its file.
func record(tx *gate.Tx, t *Task, step, reason, note string) error {
	id := gate.NewID()
	sealed, err := tx.SealText("task_step", id, note)
	if err != nil {
		return err
	}
	by, agency := byWhom(tx)
	return tx.ExecOne(insertStep, gate.Args{"id": id, "task": t.ID, "on": t.FileID, "step": step, "by": by, "by_agency": agency,
		"to_kind": t.ToKind, "to": t.ToID, "to_agency": t.ToAgencyID, "due": t.DueAt, "reason": reason, "note": sealed})
}

// byWhom is the person who acts, or nobody where the program does.
func byWhom(tx *gate.Tx) (worker, agency string) {
	if tx.Actor().IsSystem() {
		return "", ""
	}
	return tx.Actor().WorkerID, tx.Actor().AgencyID
}

func lateNow(tx *gate.Tx, limit int) (list []Task, err error) {
	return list, tx.Select(&list, selectLate, gate.Args{"limit": limit})
}

func setTold(tx *gate.Tx, taskID string, told int, turn moment.Time) error {
	return tx.ExecOne(setToldOn, gate.Args{"task": taskID, "told": told, "turn": turn})
}

func closeTask(tx *gate.Tx, taskID string, version int64, as State, reason string) error {
	by, _ := byWhom(tx)
	return orChanged(tx.ExecOne(closeOne, gate.Args{"task": taskID, "version": version, "state": string(as), "by": by, "reason": reason}))
}

// change writes who does a task, until when and what it waits for.
func change(tx *gate.Tx, t *Task, version int64) error {
	return orChanged(tx.ExecOne(changeOne, gate.Args{"task": t.ID, "version": version, "to_kind": t.ToKind, "to": t.ToID, "to_agency": t.ToAgencyID,
		"due": t.DueAt, "waits_for": t.WaitsFor, "state": string(t.State)}))
}

// orChanged names what a version that is behind means here.
func orChanged(err error) error {
	if fault.KindOf(err) == fault.Conflict {
		return fault.New(fault.Conflict, "task.changed")
	}
	return err
}

func orNotFound(err error) error {
	if errors.Is(err, database.ErrNoRows) {
		return fault.New(fault.NotFound, "gate.not_found")
	}
	return err
}

const selectFlagDue = `SELECT ` + taskColumns + `
FROM task g
WHERE g.closed_at = 0 AND g.flag = 1 AND g.due_at <= :now
ORDER BY g.due_at, g.id
LIMIT 1`

// selectLost looks through some open tasks for those whose doer has left or no longer sees the file, while somebody leads it.
const selectLost = `SELECT ` + taskColumns + `
FROM (SELECT * FROM task WHERE closed_at = 0 AND id > :after_id ORDER BY id LIMIT :limit) g
WHERE NOT EXISTS (
    SELECT 1 FROM file_grant l
    WHERE l.file_id = g.file_id AND l.state IN ('live', 'sealed') AND l.from_at <= :now AND l.until_at > :now
      AND (g.to_kind = 'desk' AND l.grantee_id = g.to_id
        OR g.to_kind = 'worker' AND EXISTS (SELECT 1 FROM worker w WHERE w.id = g.to_id AND w.disabled_at = 0)
          AND (l.grantee_id = g.to_id
            OR l.grantee_id IN (SELECT s.desk_id FROM worker_desk s WHERE s.worker_id = g.to_id AND s.ended_at = 0))
        OR g.to_kind = 'supervisors' AND l.agency_id = g.to_id))
  AND EXISTS (
    SELECT 1 FROM file_grant m
    WHERE m.file_id = g.file_id AND m.state IN ('live', 'sealed') AND m.lead = 1 AND m.from_at <= :now AND m.until_at > :now)
ORDER BY g.id`

// selectLastOf is where the tasks that selectLost looked through end; empty after the last.
const selectLastOf = `SELECT COALESCE(MAX(id), '') FROM (SELECT id FROM task WHERE closed_at = 0 AND id > :after_id ORDER BY id LIMIT :limit) seen`

// selectHeirs are the desks to which a task can come back: those of the doer's own agency that see the file, then who leads it.
const selectHeirs = `SELECT g.grantee_kind AS kind, g.grantee_id AS id, g.agency_id
FROM file_grant g
WHERE g.file_id = :on AND g.state IN ('live', 'sealed') AND g.from_at <= :now AND g.until_at > :now
  AND (g.lead = 1 OR g.agency_id = :of_agency AND g.grantee_kind = 'desk' AND g.emergency = 0)
ORDER BY CASE WHEN g.agency_id = :of_agency AND g.grantee_kind = 'desk' THEN 0 ELSE 1 END, g.lead DESC, g.id
LIMIT 1`

// heirOf is to whom a task comes back; found is false where nobody sees the file.
func heirOf(tx *gate.Tx, t *Task) (to notice.To, found bool, err error) {
	err = tx.Get(&to, selectHeirs, gate.Args{"on": t.FileID, "of_agency": t.ToAgencyID})
	if errors.Is(err, database.ErrNoRows) {
		return to, false, nil
	}
	return to, err == nil, err
}

func flagDue(tx *gate.Tx) (t Task, err error) {
	err = tx.Get(&t, selectFlagDue, nil)
	if errors.Is(err, database.ErrNoRows) {
		return t, errNothing
	}
	return t, err
}

func lostAfter(tx *gate.Tx, after string, limit int) (lost []Task, last string, err error) {
	args := gate.Args{"after_id": after, "limit": limit}
	if err := tx.Select(&lost, selectLost, args); err != nil {
		return nil, "", err
	}
	return lost, last, tx.Get(&last, selectLastOf, args)
}

const selectOpener = `SELECT agency_id FROM file WHERE id = :on`

// openerOf is the agency that opened a file.
func openerOf(tx *gate.Tx, fileID string) (agencyID string, err error) {
	return agencyID, tx.Get(&agencyID, selectOpener, gate.Args{"on": fileID})
}
