package bench

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

// grantsEach is how many grants each victim file of BenchmarkShared has; a fifth of them have ended.
const grantsEach = 10

// oldest is how many files the most restricted user sees.
const oldest = 60

// BenchmarkShared is what the most restricted user does in a house with ten times as many grants as files, a fifth of them
// ended: open a victim file, list who has access to it, and a page of the list. The reference is the same where there are
// 10,000 files.
func BenchmarkShared(b *testing.B) {
	for _, size := range sizes {
		h := open(b, "sqlite")
		h.shared(b, size.cases)
		reader := newBrowser(b, h.url, h.signIn(b, "rsz.other"))
		if items := bytes.Count(reader.body(b, "/api/v1/victims"), []byte(`"reference"`)); items != casefile.PageSize {
			b.Fatalf("a page of %d files", items)
		}
		any := func() string { return "/api/v1/victims/" + victimID(oldestPlace(rand.IntN(oldest), size.cases)) }
		if got := bytes.Count(reader.body(b, any()+"/access"), []byte(`"agency_id"`)); got < grantsEach*4/5 {
			b.Fatalf("%d have access", got)
		}
		for _, page := range []struct {
			name string
			path func() string
		}{{"open", any}, {"access", func() string { return any() + "/access" }}, {"list", func() string { return "/api/v1/victims" }}} {
			b.Run(size.name+"/"+page.name, func(b *testing.B) { share(b, 1, func() error { return reader.get(page.path()) }) })
		}
	}
}

func victimID(i int) string { return fmt.Sprintf("01990000-0000-7000-8000-%012x", i) }

// oldestPlace is the order of opening of the file that stands at a place in the order of last change.
func oldestPlace(place, files int) int {
	for i := range files {
		if i*scatter%files == place {
			return i
		}
	}
	return 0
}

const (
	sharedID = `printf('01990000-0000-7000-8000-%012x', i)`

	fillVictimFiles = numbered + `INSERT INTO file (id, kind, case_id, agency_id, stage, created_at, created_by, changed_at)
SELECT ` + sharedID + `, 'victim', ` + caseID + `, :agency, :stage, :begun, :worker, :begun + place * 1000000 FROM n`

	fillVictims = numbered + `INSERT INTO victim (file_id, case_id, status, detected_on)
SELECT ` + sharedID + `, ` + caseID + `, 'presumed', '2026-02-26' FROM n`

	fillVictimReferences = numbered + `INSERT INTO file_reference (agency_id, reference, file_id)
SELECT :agency, printf('V-%08d', (i * 48271) % 2147483647), ` + sharedID + ` FROM n`

	fillShared = numbered + `INSERT INTO file_grant (id, file_id, kind, grantee_kind, grantee_id, agency_id, state, lead, relations,
  sections, purpose, basis, root_id, granted_by, granted_by_agency, from_at, until_at, sort_at, ended_at)
SELECT printf('01990000-0000-7000-%s-%012x', :grants, i), ` + sharedID + `, 'victim', :grantee_kind, :grantee, :grantee_agency, :state, :lead,
  :relations, :sections, 'protection', 'legal_task', printf('01990000-0000-7000-%s-%012x', :grants, i), :worker, :agency, :begun, :until,
  :begun + place * 1000000, CASE :state WHEN 'ended' THEN :begun ELSE 0 END
FROM n
WHERE place < :oldest`

	everyDesk = `SELECT d.id, d.agency_id FROM desk d ORDER BY d.agency_id = :agency DESC, d.id`
)

// shared fills the house with cases of one victim each. A desk of the inspectorate leads all, nine others have or had a grant on
// each, and one worker sees the oldest.
func (h *house) shared(b *testing.B, n int) {
	b.Helper()
	h.cases(b, n)
	lead, few := h.world.Person("rsz"), h.world.Person("rsz.other")
	scene := database.Args{"cases": n, "scatter": scatter, "begun": begun, "until": moment.Now().Add(gate.DefaultGrant), "worker": lead.ID,
		"agency": lead.AgencyID, "stage": casefile.Active, "relations": int64(authz.RelationsOf(authz.RelationTeam)),
		"sections": int64(authz.FileSections()), "lead": 0, "state": "live", "grantee_kind": "desk", "oldest": n}
	fill := func(text string, own database.Args) {
		args := maps.Clone(scene)
		maps.Copy(args, own)
		must(b, h.Database.Write(context.Background(), func(tx *database.Tx) error { _, err := tx.Exec(text, args); return err }))
	}
	fill(fillVictimFiles, nil)
	fill(fillVictims, nil)
	fill(fillVictimReferences, nil)
	for i, desk := range h.desks(b, lead.AgencyID)[:grantsEach] {
		own := database.Args{"grants": fmt.Sprintf("90%02d", i), "grantee": desk.ID, "grantee_agency": desk.AgencyID}
		switch {
		case i == 0:
			own["lead"] = 1
		case i >= grantsEach*4/5:
			own["state"] = "ended"
		}
		fill(fillShared, own)
	}
	fill(fillShared, database.Args{"grants": "9100", "grantee_kind": "worker", "grantee": few.ID, "grantee_agency": few.AgencyID, "oldest": oldest})
	h.settle(b)
}

type deskOf struct {
	ID       string `db:"id"`
	AgencyID string `db:"agency_id"`
}

func (h *house) desks(b *testing.B, first string) (desks []deskOf) {
	b.Helper()
	must(b, h.Database.Read(context.Background(), func(tx *database.Tx) error {
		return tx.Select(&desks, everyDesk, database.Args{"agency": first})
	}))
	if len(desks) < grantsEach {
		b.Fatalf("%d desks", len(desks))
	}
	return desks
}
