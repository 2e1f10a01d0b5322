package bench

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

// begun is when the oldest case was last changed; each next one in the order of last change follows a second later.
var begun = moment.Of(time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC))

// scatter spreads the order of opening over the order of last change: a prime that divides no number of cases.
const scatter = 7919

// The rows of n cases, written past the gate by SQLite alone: opening them one by one would take the whole time of the
// measurement. They have no keys and no entries, because lists open nothing. :i is the order of opening, :place that of last change.
const (
	numbered = `WITH RECURSIVE n(i, place) AS (
  SELECT 0, 0 UNION ALL SELECT i + 1, ((i + 1) * :scatter) % :cases FROM n WHERE i + 1 < :cases)
`
	caseID = `printf('01980000-0000-7000-8000-%012x', i)`

	fillFiles = numbered + `INSERT INTO file (id, kind, case_id, agency_id, stage, created_at, created_by, changed_at)
SELECT ` + caseID + `, 'case', ` + caseID + `, :agency, :stage, :begun, :worker, :begun + place * 1000000 FROM n`

	fillFacts = numbered + `INSERT INTO casefile (file_id, exploitation, sector, country, detected_by, detected_on)
SELECT ` + caseID + `, 'forced_labour;sexual_exploitation', 'F', 'BE', 'labour_inspectorate', '2026-02-26' FROM n`

	fillReferences = numbered + `INSERT INTO file_reference (agency_id, reference, file_id)
SELECT :agency, printf('C-%08d', (i * 48271) % 2147483647), ` + caseID + ` FROM n`

	fillGrants = numbered + `INSERT INTO file_grant (id, file_id, kind, grantee_kind, grantee_id, agency_id, state, lead, relations,
  sections, purpose, basis, root_id, granted_by, granted_by_agency, from_at, until_at, sort_at)
SELECT printf('01980000-0000-7000-%s-%012x', :grants, i), ` + caseID + `, 'case', :grantee_kind, :grantee, :agency, 'live', :lead, :relations,
  :sections, 'identification', 'legal_task', printf('01980000-0000-7000-%s-%012x', :grants, i), :worker, :agency, :begun, :until,
  :begun + place * 1000000
FROM n
WHERE place < :oldest OR place % :every = 0`
)

// cases fills the house: a desk of the inspectorate leads all cases, one of its workers sees the 60 oldest, an officer of the
// police every hundredth.
func (h *house) cases(b *testing.B, n int) {
	b.Helper()
	lead, few, some := h.world.Person("rsz"), h.world.Person("rsz.other"), h.world.Person("fgp.other")
	scene := database.Args{"cases": n, "scatter": scatter, "begun": begun, "until": moment.Now().Add(gate.DefaultGrant), "worker": lead.ID,
		"agency": lead.AgencyID, "stage": casefile.Active, "relations": int64(authz.RelationsOf(authz.RelationTeam)),
		"sections": int64(authz.FileSections()), "grantee_kind": "worker", "lead": 0}
	statements := []struct {
		text string
		args database.Args
	}{
		{fillFiles, nil}, {fillFacts, nil}, {fillReferences, nil}, {fillReferences, database.Args{"agency": some.AgencyID}},
		{fillGrants, database.Args{"grants": "8001", "grantee_kind": "desk", "grantee": h.world.Place("be.rsz").Desks[0], "lead": 1, "oldest": n, "every": 1}},
		{fillGrants, database.Args{"grants": "8002", "grantee": few.ID, "oldest": 60, "every": n}},
		{fillGrants, database.Args{"grants": "8003", "grantee": some.ID, "agency": some.AgencyID, "oldest": 0, "every": 100}},
	}
	for _, s := range statements {
		args := database.Args{}
		for _, from := range []database.Args{scene, s.args} {
			for name, value := range from {
				args[name] = value
			}
		}
		must(b, h.Database.Write(context.Background(), func(tx *database.Tx) error { _, err := tx.Exec(s.text, args); return err }))
	}
	h.settle(b)
}

// settle puts what was filled from the write-ahead log into the file: nobody writes so much at once in earnest, and a reader
// searches the whole log for each page.
func (h *house) settle(b *testing.B) {
	b.Helper()
	pool, err := sql.Open("sqlite3_relais", "file:"+strings.TrimPrefix(h.world.URL, "sqlite:"))
	must(b, err)
	defer func() { must(b, pool.Close()) }()
	var busy, log, moved int
	must(b, pool.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved))
	if busy != 0 {
		b.Fatal("the log could not be put away")
	}
}

// cursorsOf are all places in somebody's list.
func cursorsOf(who onlooker, cases int) (list []gate.Cursor) {
	for i := range cases {
		if place := i * scatter % cases; who.sees(place, cases) {
			list = append(list, gate.Cursor{At: begun.Add(time.Duration(place) * time.Second), ID: fmt.Sprintf("01980000-0000-7000-8000-%012x", i)})
		}
	}
	return list
}
