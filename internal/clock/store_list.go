package clock

import (
	"strconv"
	"strings"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Whose clocks a list holds: those of the files that the caller sees, of the files of a desk, or of the caller's agency.
const (
	ofCaller = `g.grantee_id IN (:grantees)`
	ofDesk   = `g.grantee_id = :desk AND g.grantee_id IN (:grantees)`
	ofAgency = `g.agency_id = :agency_id`
)

// What a list holds.
const (
	inOpen    = `c.state <> 'ended'`
	inDue     = `c.state = 'running' AND c.warn_on <= :today AND ` + toAct
	inOverdue = `c.state = 'running' AND c.kind <> 'waiting' AND c.due_on < :today`
	inFeed    = `c.state = 'running' AND c.due_on >= :since`
	inMoving  = `c.state <> 'ended' AND c.would_due_on <> '' AND ` + toAct
)

// toAct is true of the clocks about which agencies of the caller's kind have to do something.
const toAct = `(c.rule IN (:rules) OR c.agency_id = :agency_id AND c.rule IN (:own_rules))`

// granted begins with the grants on victim files of each grantee. The sign keeps the index by the end of a grant out of it, which
// would go through all of a desk's case files too.
const granted = `
FROM file_grant g
JOIN clock c ON c.file_id = g.file_id
LEFT JOIN file_reference n ON n.file_id = c.file_id AND n.agency_id = :agency_id
WHERE g.state = 'live' AND g.kind = 'victim' AND g.from_at <= :now AND +g.until_at > :now AND ` + gate.NotExcluded

const listed = `SELECT ` + clockColumns + `, COALESCE(n.reference, '') AS reference,
  MAX(CASE WHEN g.grantee_id IN (:grantees) THEN 1 ELSE 0 END) AS mine` + granted

const oneLine = `
GROUP BY c.id, n.reference`

const nextPage = ` AND (c.due_on, c.id) > (:after_on, :after_id)` + oneLine + `
ORDER BY c.due_on, c.id
LIMIT :limit`

// letIn is OnlyOf.Lets in SQL: the grant is not narrowed in the clock's section, or to the agency that started the clock among others.
const letIn = `(g.only_of = '' OR g.only_of NOT LIKE '% ' || c.section || ':%' OR g.only_of LIKE '% ' || c.section || ':' || c.agency_id || ' %')`

// query is one list of clocks, with its values.
type query struct {
	text string
	args gate.Args
}

// about puts together whose clocks are asked for, which of them, and by which grants the caller may know of them.
func about(whose, which string, sights []sight, args gate.Args) query {
	q := query{text: " AND " + whose + " AND " + which, args: args}
	var sees []string
	for i, s := range sights {
		n := strconv.Itoa(i)
		sees = append(sees, `(c.section = :section`+n+`
    AND ((g.sections & CAST(:bit`+n+` AS BIGINT)) <> 0 AND `+letIn+`
      AND (g.relations & CASE WHEN g.basis = 'consent' THEN CAST(:consent`+n+` AS BIGINT) ELSE CAST(:plain`+n+` AS BIGINT) END) <> 0
      OR c.agency_id = :agency_id AND (g.relations & CAST(:own`+n+` AS BIGINT)) <> 0))`)
		q.args["section"+n], q.args["bit"+n] = s.section.String(), int64(authz.SectionsOf(s.section))
		q.args["plain"+n], q.args["consent"+n], q.args["own"+n] = int64(s.plain), int64(s.plain|s.consent), int64(s.own)
	}
	q.text += " AND (" + strings.Join(sees, " OR ") + ")"
	return q
}

// page reads one page of a list, the first day first.
func (q query) page(tx *gate.Tx, after gate.Cursor, limit int) (list []Clock, next gate.Cursor, err error) {
	q.args["after_on"], q.args["after_id"], q.args["limit"] = "", after.ID, limit+1
	if after.ID != "" {
		q.args["after_on"] = string(moment.DayOf(after.At))
	}
	if err := tx.Select(&list, listed+q.text+nextPage, q.args); err != nil || len(list) <= limit {
		return list, next, err
	}
	list = list[:limit]
	last := &list[limit-1]
	return list, gate.Cursor{At: last.DueOn.EndOf(), ID: last.ID}, nil
}

// count counts a list up to most.
func (q query) count(tx *gate.Tx, most int) (count int, err error) {
	q.args["limit"] = most
	return count, tx.Get(&count, `SELECT COUNT(*) FROM (SELECT c.id`+granted+q.text+oneLine+` LIMIT :limit) found`, q.args)
}
