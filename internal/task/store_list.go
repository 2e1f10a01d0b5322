package task

import (
	"cmp"
	"slices"

	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// inSight keeps a task from whoever is excluded from its file, and from everybody who does not see the file now. Who answers for
// an agency sees that its people have something to do on the agency's files.
const inSight = gate.NotExcluded + `
  AND (EXISTS (
      SELECT 1 FROM file_grant l
      WHERE l.file_id = g.file_id AND l.state = 'live' AND l.grantee_id IN (:grantees) AND l.from_at <= :now AND l.until_at > :now)
    OR CAST(:supervisor AS INTEGER) = 1 AND g.flag = 0 AND g.to_agency_id = :agency_id AND EXISTS (
      SELECT 1 FROM file_grant l
      WHERE l.file_id = g.file_id AND l.state = 'live' AND l.agency_id = :agency_id AND l.from_at <= :now AND l.until_at > :now))`

// leading is true where the reader leads the file.
const leading = `EXISTS (
    SELECT 1 FROM file_grant m
    WHERE m.file_id = g.file_id AND m.state = 'live' AND m.lead = 1 AND m.grantee_id IN (:grantees) AND m.from_at <= :now AND m.until_at > :now)`

const listColumns = taskColumns + `, g.text, COALESCE(n.reference, '') AS reference, a.name AS to_agency, COALESCE(d.name, '') AS to_desk
FROM task g
JOIN agency a ON a.id = g.to_agency_id
LEFT JOIN desk d ON d.id = g.to_id AND g.to_kind = 'desk'
LEFT JOIN file_reference n ON n.file_id = g.file_id AND n.agency_id = :agency_id`

const selectOne = `SELECT ` + listColumns + `
WHERE g.id = :task AND ` + inSight + ` AND (g.to_agency_id = :agency_id OR g.made_agency_id = :agency_id OR ` + leading + `)`

// selectOnFile is what of a file's tasks the reader may see, the most pressing first.
const selectOnFile = `SELECT ` + listColumns + `
WHERE g.file_id = :file_id AND g.state IN ('open', 'waiting') AND ` + inSight + `
  AND (g.to_agency_id = :agency_id OR g.made_agency_id = :agency_id OR ` + leading + `)
ORDER BY g.due_at, g.id
LIMIT :limit`

const (
	dueOf = `g.to_id = :to AND g.state = :state AND g.flag = :flag AND g.due_at > :from_at AND g.due_at <= :to_at AND ` + inSight
	// inHouse is what the people of an agency should have done, whoever of them; for who answers for them.
	inHouse = `g.to_agency_id = :agency_id AND g.state = 'open' AND g.flag = 0 AND g.due_at <= :now AND CAST(:supervisor AS INTEGER) = 1 AND ` + inSight
	given   = `g.made_by = :worker_id AND g.state = :state AND g.to_id NOT IN (:recipients) AND ` + inSight
	closed  = `g.to_id = :to AND g.closed_at > 0 AND ` + inSight
	onward  = ` AND (g.due_at, g.id) > (:after_at, :after_id)
ORDER BY g.due_at, g.id
LIMIT :limit`
)

const (
	selectDue     = `SELECT ` + listColumns + ` WHERE ` + dueOf + onward
	selectInHouse = `SELECT ` + listColumns + ` WHERE ` + inHouse + onward
	selectGiven   = `SELECT ` + listColumns + ` WHERE ` + given + onward
	selectClosed  = `SELECT ` + listColumns + ` WHERE ` + closed + ` AND (g.closed_at, g.id) < (:after_at, :after_id)
ORDER BY g.closed_at DESC, g.id DESC
LIMIT :limit`
)

const (
	countDue     = `SELECT COUNT(*) FROM (SELECT g.id FROM task g WHERE ` + dueOf + ` LIMIT :limit) found`
	countInHouse = `SELECT COUNT(*) FROM (SELECT g.id FROM task g WHERE ` + inHouse + ` LIMIT :limit) found`
	countGiven   = `SELECT COUNT(*) FROM (SELECT g.id FROM task g WHERE ` + given + ` LIMIT :limit) found`
	countClosed  = `SELECT COUNT(*) FROM (SELECT g.id FROM task g WHERE ` + closed + ` LIMIT :limit) found`
)

// source is one statement whose answers are in the order of the list; a list is merged of several.
type source struct {
	list, count string
	args        gate.Args
}

// sourcesOf are the statements of a list: one for each name under which something may be given to the reader, because only so
// the index gives them in order.
func sourcesOf(tx *gate.Tx, box Box) []source {
	from, until, state, flag := box.span(tx.Now())
	to, _ := recipientsOf(tx)
	var list []source
	switch box {
	case House:
		return []source{{selectInHouse, countInHouse, gate.Args{}}}
	case Given:
		for _, s := range []State{Open, Waiting} {
			list = append(list, source{selectGiven, countGiven, gate.Args{"state": string(s), "recipients": to}})
		}
	case Closed:
		for _, one := range to {
			list = append(list, source{selectClosed, countClosed, gate.Args{"to": one}})
		}
	default:
		for _, one := range to {
			list = append(list, source{selectDue, countDue, gate.Args{"to": one, "state": string(state), "flag": gate.Flag(flag), "from_at": from, "to_at": until}})
		}
	}
	return list
}

// page is one page of a list.
func page(tx *gate.Tx, box Box, after gate.Cursor, limit int) (list []Task, next gate.Cursor, err error) {
	if box == Closed {
		after = after.FromNewest()
	}
	for _, s := range sourcesOf(tx, box) {
		var some []Task
		s.args["limit"], s.args["after_at"], s.args["after_id"], s.args["supervisor"] = limit+1, after.At, after.ID, gate.Flag(supervises(tx))
		if err := tx.Select(&some, s.list, s.args); err != nil {
			return nil, next, err
		}
		list = append(list, some...)
	}
	slices.SortFunc(list, func(a, b Task) int {
		if box == Closed {
			return cmp.Or(cmp.Compare(b.ClosedAt, a.ClosedAt), cmp.Compare(b.ID, a.ID))
		}
		return cmp.Or(cmp.Compare(a.DueAt, b.DueAt), cmp.Compare(a.ID, b.ID))
	})
	list, next = gate.Cut(list, limit, func(t *Task) gate.Cursor {
		if box == Closed {
			return gate.Cursor{At: t.ClosedAt, ID: t.ID}
		}
		return gate.Cursor{At: t.DueAt, ID: t.ID}
	})
	return list, next, nil
}

// CountIn counts a list up to most, inside a running use case.
func CountIn(tx *gate.Tx, box Box, most int) (total int, err error) {
	for _, s := range sourcesOf(tx, box) {
		var found int
		s.args["limit"], s.args["supervisor"] = most-total, gate.Flag(supervises(tx))
		if err := tx.Get(&found, s.count, s.args); err != nil {
			return 0, err
		}
		if total += found; total >= most {
			return most, nil
		}
	}
	return total, nil
}

// In is one page of a list, inside a running use case.
func In(tx *gate.Tx, box Box, after gate.Cursor, limit int) ([]Task, gate.Cursor, error) {
	list, next, err := page(tx, box, after, limit)
	if err != nil {
		return nil, next, err
	}
	return list, next, openTexts(tx, list)
}

func taskOf(tx *gate.Tx, id string) (t Task, err error) {
	return t, orNotFound(tx.Get(&t, selectOne, gate.Args{"task": id, "supervisor": gate.Flag(supervises(tx))}))
}

func onFile(tx *gate.Tx, limit int) (list []Task, err error) {
	return list, tx.Select(&list, selectOnFile, gate.Args{"limit": limit, "supervisor": gate.Flag(supervises(tx))})
}

const selectSteps = `SELECT s.id, s.step, s.at, s.worker_id, s.agency_id, s.to_kind, s.to_id, s.to_agency_id, s.due_at, s.reason, s.note,
  COALESCE(b.name, '') AS agency, a.name AS to_agency, COALESCE(d.name, '') AS to_desk
FROM task_step s
JOIN agency a ON a.id = s.to_agency_id
LEFT JOIN agency b ON b.id = s.agency_id
LEFT JOIN desk d ON d.id = s.to_id AND s.to_kind = 'desk'
WHERE s.task_id = :task
ORDER BY s.at DESC, s.id DESC
LIMIT 100`

// Step is one line of a task's history.
type Step struct {
	ID         string      `db:"id"`
	Step       string      `db:"step"`
	At         moment.Time `db:"at"`
	WorkerID   string      `db:"worker_id"`
	AgencyID   string      `db:"agency_id"`
	Agency     string      `db:"agency"` // name; empty for the program
	ToKind     string      `db:"to_kind"`
	ToID       string      `db:"to_id"`
	ToAgencyID string      `db:"to_agency_id"`
	ToAgency   string      `db:"to_agency"`
	ToDesk     string      `db:"to_desk"`
	DueAt      moment.Time `db:"due_at"`
	Reason     string      `db:"reason"`
	Sealed     []byte      `db:"note"`
	Note       string      `db:"-"`
	By         string      `db:"-"` // name, within the own agency
}

func stepsOf(tx *gate.Tx, taskID string) (list []Step, err error) {
	return list, tx.Select(&list, selectSteps, gate.Args{"task": taskID})
}

const selectDesks = `SELECT DISTINCT d.id, d.name, a.id AS agency_id, a.name AS agency
FROM file_grant l
JOIN desk d ON d.id = l.grantee_id AND d.closed_at = 0
JOIN agency a ON a.id = d.agency_id AND a.closed_at = 0
WHERE l.file_id = :on AND l.state = 'live' AND l.grantee_kind = 'desk' AND l.emergency = 0 AND l.from_at <= :now AND l.until_at > :now
  AND (CAST(:sees AS INTEGER) = 1 OR d.agency_id = :agency_id)
ORDER BY a.name, d.name, d.id
LIMIT 200`

const selectColleagues = `SELECT w.id
FROM worker w
WHERE w.agency_id = :agency_id AND w.disabled_at = 0
  AND NOT EXISTS (SELECT 1 FROM exclusion x WHERE x.file_id = :on AND x.worker_id = w.id AND x.ended_at = 0)
  AND EXISTS (
    SELECT 1 FROM file_grant l
    WHERE l.file_id = :on AND l.state = 'live' AND l.from_at <= :now AND l.until_at > :now
      AND (l.grantee_id = w.id OR l.grantee_id IN (SELECT s.desk_id FROM worker_desk s WHERE s.worker_id = w.id AND s.ended_at = 0)))
ORDER BY w.id
LIMIT 200`

// deskRow is a desk that sees a file.
type deskRow struct {
	ID       string `db:"id"`
	Name     string `db:"name"`
	AgencyID string `db:"agency_id"`
	Agency   string `db:"agency"`
}

// desksOn are the desks that see a file; who does not see it learns of those of the own agency only.
func desksOn(tx *gate.Tx, fileID string) (list []deskRow, err error) {
	return list, tx.Select(&list, selectDesks, gate.Args{"on": fileID, "sees": gate.Flag(tx.File().ID == fileID)})
}

func colleaguesOn(tx *gate.Tx, fileID string) (ids []string, err error) {
	return ids, tx.Select(&ids, selectColleagues, gate.Args{"on": fileID})
}

// recipientsOf are the names under which something may be given to the reader: the person, the desks where the person works on
// files, and the agency for who answers for it.
func recipientsOf(tx *gate.Tx) (to []string, supervisor bool) {
	to = []string{tx.Actor().WorkerID}
	if works(tx.Actor()) {
		to = append(to, tx.Actor().Desks...)
	}
	if supervisor = supervises(tx); supervisor {
		to = append(to, tx.Actor().AgencyID)
	}
	return to, supervisor
}

// does says whether the reader is who does a task.
func does(tx *gate.Tx, t *Task) bool {
	to, _ := recipientsOf(tx)
	return slices.Contains(to, t.ToID) && (t.ToKind != notice.Supervisors || supervises(tx))
}
