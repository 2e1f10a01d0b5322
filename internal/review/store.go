package review

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// toReview is a grant (g), older than the quarter and not looked at in it yet, beside the grant (l) by which a desk answers for it: that of
// who gave or renewed it, as long as their agency sees the file, and then of who leads. So a lawyer whom a shelter let in is the shelter's
// to review, not the inspectorate's. What hangs on a place in the team goes with the place, workers named for the shelter's location are
// their agency's own matter, an emergency has its own review.
const toReview = `FROM file_grant l
JOIN file_grant g ON g.file_id = l.file_id AND g.lead = 0
JOIN agency a ON a.id = g.agency_id
LEFT JOIN desk d ON d.id = g.grantee_id AND g.grantee_kind = 'desk'
LEFT JOIN file_reference r ON r.file_id = g.file_id AND r.agency_id = l.agency_id
WHERE l.state = 'live' AND l.from_at <= :now AND l.until_at > :now
  AND g.state = 'live' AND g.until_at > :now AND g.from_at < :begins AND g.emergency = 0 AND g.relations <> :named
  AND (g.root_id = g.id OR g.place = 0)
  AND CASE WHEN l.lead = 1
    THEN g.granted_by_agency = l.agency_id OR NOT EXISTS (
      SELECT 1 FROM file_grant s
      WHERE s.file_id = g.file_id AND s.agency_id = g.granted_by_agency AND s.id <> g.id AND ` + answers + `)
    ELSE g.granted_by_agency = l.agency_id AND g.grantee_id <> l.grantee_id AND ` + answering + ` AND NOT EXISTS (
      SELECT 1 FROM file_grant s
      WHERE s.file_id = g.file_id AND s.agency_id = l.agency_id AND s.lead = 1 AND s.state = 'live' AND s.until_at > :now)
    END
  AND NOT EXISTS (SELECT 1 FROM access_review v WHERE v.grant_id = g.id AND v.quarter = :quarter)`

// answering is a grant (l) whose holder answers for what its agency gave of the file: no worker named for the location, no emergency.
const answering = `l.relations <> :named AND l.emergency = 0`

// answers is the same of a grant (s) that holds now.
const answers = `s.state = 'live' AND s.from_at <= :now AND s.until_at > :now AND s.relations <> :named AND s.emergency = 0 AND s.grantee_id <> g.grantee_id`

// lineColumns gives each grant once, although several desks of the caller's, or a desk by several grants, may answer for it.
const lineColumns = `SELECT DISTINCT g.id, g.file_id, g.kind, COALESCE(r.reference, '') AS reference, g.grantee_kind, g.grantee_id,
  g.agency_id, a.name AS agency, a.kind AS agency_kind, COALESCE(d.name, '') AS desk, g.sections, g.only_of, g.purpose, g.basis, g.place, g.from_at,
  CASE WHEN g.since_at > 0 THEN g.since_at ELSE g.from_at END AS since_at, g.until_at, g.version
` + toReview

const selectLines = lineColumns + ` AND l.grantee_id IN (:grantees) AND ` + gate.NotExcluded + `
  AND (g.from_at, g.id) < (:before_at, :before_id)
ORDER BY g.from_at DESC, g.id DESC
LIMIT :limit`

const selectLine = lineColumns + ` AND l.grantee_id IN (:grantees) AND ` + gate.NotExcluded + ` AND g.id = :grant`

// selectDesk is by which desk the caller answers for a grant.
const selectDesk = `SELECT MIN(l.grantee_id)
` + toReview + ` AND l.grantee_id IN (:grantees) AND g.id = :grant`

const selectLeaders = `SELECT DISTINCT l.grantee_kind, l.grantee_id, l.agency_id
` + toReview + `
ORDER BY l.agency_id, l.grantee_id`

// selectOpen and selectDone are for the auditors of one agency: numbers, and no file.
const selectOpen = `SELECT l.grantee_id AS desk_id, COUNT(DISTINCT g.id) AS open
` + toReview + ` AND l.agency_id = :agency_id
GROUP BY l.grantee_id`

const selectDone = `SELECT v.desk_id, COUNT(*) AS done
FROM access_review v
WHERE v.agency_id = :agency_id AND v.quarter = :quarter
GROUP BY v.desk_id`

// countDone is whether somebody has decided already, of an agency by which the caller sees the file.
const countDone = `SELECT COUNT(*)
FROM access_review v
JOIN file_grant l ON l.file_id = v.file_id AND l.agency_id = v.agency_id AND l.state = 'live' AND l.until_at > :now AND l.grantee_id IN (:grantees)
WHERE v.grant_id = :grant AND v.quarter = :quarter`

const selectWhere = `SELECT file_id, kind FROM file_grant WHERE id = :grant`

const insertReview = `INSERT INTO access_review (id, grant_id, file_id, agency_id, desk_id, quarter, decision, reason, decided_by, decided_at)
VALUES (:id, :grant, :file_id, :agency_id, :desk, :quarter, :decision, :reason, :worker_id, :now)`

const countStep = `SELECT COUNT(*) FROM access_review_step WHERE quarter = :quarter AND step = :step`

const insertStep = `INSERT INTO access_review_step (quarter, step, at) VALUES (:quarter, :step, :now)
ON CONFLICT DO NOTHING`

const selectVictims = `SELECT id FROM file WHERE case_id = :case_id AND kind = 'victim' ORDER BY id`

var onlyNamed = int64(authz.RelationsOf(authz.RelationNamed))

// leader is a desk or a person that has something to review.
type leader struct {
	Kind     string `db:"grantee_kind"`
	ID       string `db:"grantee_id"`
	AgencyID string `db:"agency_id"`
}

// in adds to the arguments what toReview asks for.
func (q Quarter) in(args gate.Args) gate.Args {
	args["quarter"], args["begins"], args["named"] = q.String(), q.Begins(), onlyNamed
	return args
}

func linesAfter(tx *gate.Tx, q Quarter, after gate.Cursor) (list []Line, next gate.Cursor, err error) {
	after = after.FromNewest()
	if err := tx.Select(&list, selectLines, q.in(gate.Args{"before_at": after.At, "before_id": after.ID, "limit": PageSize + 1})); err != nil {
		return nil, next, err
	}
	list, next = gate.Cut(list, PageSize, func(l *Line) gate.Cursor { return gate.Cursor{At: l.FromAt, ID: l.GrantID} })
	return list, next, nil
}

// lineOf finds one grant with its file, for somebody who answers for it; for everybody else there is none.
func lineOf(tx *gate.Tx, q Quarter, grantID string) (l Line, file *gate.Tx, err error) {
	notFound := fault.New(fault.NotFound, "gate.not_found")
	var where struct {
		FileID string    `db:"file_id"`
		Kind   gate.Kind `db:"kind"`
	}
	err = tx.Get(&where, selectWhere, gate.Args{"grant": grantID})
	if errors.Is(err, database.ErrNoRows) {
		return l, nil, notFound
	}
	if err != nil {
		return l, nil, err
	}
	if file, err = tx.Enter(where.Kind, where.FileID); err != nil {
		return l, nil, err
	}
	err = file.Get(&l, selectLine, q.in(gate.Args{"grant": grantID}))
	if errors.Is(err, database.ErrNoRows) {
		return l, nil, orDone(file, q, grantID)
	}
	if err != nil {
		return l, nil, err
	}
	untold, err := file.Untold(l.OnlyOf, l.AgencyID)
	l.Sections = l.Sections.Minus(untold) // that somebody's entries go along says that there are some
	l.OnlyOf = l.OnlyOf.In(l.Sections)
	return l, file, err
}

// orDone says that a grant was decided on, to those who may know, and otherwise that there is none.
func orDone(file *gate.Tx, q Quarter, grantID string) error {
	var count int64
	if err := file.Get(&count, countDone, gate.Args{"grant": grantID, "quarter": q.String()}); err != nil {
		return err
	}
	if count > 0 {
		return fault.New(fault.Conflict, "review.done")
	}
	return fault.New(fault.NotFound, "gate.not_found")
}

func putReview(tx *gate.Tx, q Quarter, l *Line, d Decision) error {
	var desk string
	if err := tx.Get(&desk, selectDesk, q.in(gate.Args{"grant": l.GrantID})); err != nil {
		return err
	}
	err := tx.ExecOne(insertReview, gate.Args{"id": gate.NewID(), "grant": l.GrantID, "desk": desk, "quarter": q.String(), "decision": d.word(),
		"reason": d.Reason})
	if database.IsUnique(err) {
		return fault.New(fault.Conflict, "review.done")
	}
	return err
}

// talliesOf are the desks of the caller's agency that have something to review in the quarter, or have reviewed something.
func talliesOf(tx *gate.Tx, q Quarter) (list []Tally, err error) {
	var open, done []Tally
	if err := tx.Select(&open, selectOpen, q.in(gate.Args{})); err != nil {
		return nil, err
	}
	if err := tx.Select(&done, selectDone, gate.Args{"quarter": q.String()}); err != nil {
		return nil, err
	}
	for _, t := range open {
		list = append(list, t)
	}
	for _, t := range done {
		known := false
		for i := range list {
			if list[i].DeskID == t.DeskID {
				list[i].Done, known = t.Done, true
			}
		}
		if !known {
			list = append(list, t)
		}
	}
	return list, nil
}

func victimsOf(tx *gate.Tx) (ids []string, err error) {
	if tx.File().Kind == gate.Victim {
		return []string{tx.File().ID}, nil
	}
	return ids, tx.Select(&ids, selectVictims, nil)
}

// take says whether this is the first time that the program takes a step of a quarter.
func take(tx *gate.Tx, q Quarter, step string) (bool, error) {
	rows, err := tx.Exec(insertStep, gate.Args{"quarter": q.String(), "step": step})
	return rows == 1, err
}

func taken(tx *gate.Tx, q Quarter, step string) (bool, error) {
	var count int64
	err := tx.Get(&count, countStep, gate.Args{"quarter": q.String(), "step": step})
	return count > 0, err
}

const selectStepAt = `SELECT COALESCE(MAX(at), 0) FROM access_review_step WHERE quarter = :quarter AND step = :step`

// dueAt is by when every desk should have looked: as long after it was asked, where that was late in the quarter, as at its beginning.
func dueAt(tx *gate.Tx, q Quarter) (at moment.Time, err error) {
	err = tx.Get(&at, selectStepAt, gate.Args{"quarter": q.String(), "step": asked})
	if at == 0 {
		at = tx.Now()
	}
	return max(q.DueAt(), at.Add(lookWithin)), err
}

func leadersOf(tx *gate.Tx, q Quarter) (list []leader, err error) {
	return list, tx.Select(&list, selectLeaders, q.in(gate.Args{}))
}
