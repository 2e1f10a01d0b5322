package database_test

import (
	"strings"
	"testing"

	"relais/internal/database"
)

// TestSQLite_plansByTheRightIndex holds the proportions of migration 0006: without them the first statement read every live
// grant of the house.
func TestSQLite_plansByTheRightIndex(t *testing.T) {
	db := open(t, "sqlite")
	args := database.Args{"file": "f", "grantee": "g", "grantees": []string{"g", "h"}, "kind": "case", "now": 1, "soon": 2, "at": 1, "id": "i"}
	for want, query := range map[string]string{
		"file_grant_of_file": `SELECT g.id FROM file_grant g WHERE g.file_id = :file AND g.state IN ('live', 'sealed') AND g.grantee_id IN (:grantees)
			AND g.from_at <= :now AND g.until_at > :now
			AND (g.state = 'live' OR EXISTS (SELECT 1 FROM seal_opening o JOIN file_seal z ON z.id = o.seal_id AND z.ended_at = 0 WHERE o.file_id = g.file_id AND o.worker_id = :grantee AND o.until_at > :now))
			AND NOT EXISTS (SELECT 1 FROM exclusion x WHERE x.file_id = g.file_id AND x.worker_id = :grantee AND x.ended_at = 0) ORDER BY g.id`,
		"file_grant_list": `SELECT g.file_id FROM file_grant g WHERE g.grantee_id = :grantee AND g.kind = :kind AND g.state = 'live'
			AND (g.sort_at, g.file_id) < (:at, :id) AND g.from_at <= :now AND g.until_at > :now
			AND NOT EXISTS (SELECT 1 FROM exclusion x WHERE x.file_id = g.file_id AND x.worker_id = :grantee AND x.ended_at = 0)
			ORDER BY g.sort_at DESC, g.file_id DESC LIMIT 50`,
		"file_grant_ending": `SELECT g.file_id FROM file_grant g WHERE g.grantee_id IN (:grantees) AND g.state = 'live'
			AND g.from_at <= :now AND g.until_at > :now AND g.until_at <= :soon`,
		"file_grant_due": `SELECT g.id FROM file_grant g WHERE g.state IN ('live', 'sealed')
			AND CASE WHEN g.told_at = 0 THEN 0 ELSE 1 END IN (0, 1) AND g.until_at <= :now ORDER BY g.until_at LIMIT 200`,
		"file_grant_of_root": `UPDATE file_grant SET state = 'ended' WHERE (id = :id OR root_id = :id AND root_id <> id) AND state <> 'ended'`,
	} {
		plan := planOf(t, db, query, args)
		if !strings.Contains(plan, "INDEX "+want+" ") {
			t.Errorf("not by %s:\n%s", want, plan)
		}
		if strings.Contains(query, "exclusion") && !strings.Contains(plan, "exclusion_live (file_id=? AND worker_id=?)") {
			t.Errorf("the exclusions are not probed:\n%s", plan)
		}
	}
}

// TestSQLite_keepsAPlanWhateverIsBound: left to itself SQLite would look at the bound text and plan again, here to search
// an index for what begins with "ab".
func TestSQLite_keepsAPlanWhateverIsBound(t *testing.T) {
	db := open(t, "sqlite")
	err := db.Write(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(`CREATE TABLE word (text TEXT COLLATE NOCASE PRIMARY KEY) STRICT`, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	plan := planOf(t, db, `SELECT text FROM word WHERE text LIKE :begins`, database.Args{"begins": "ab%"})
	if strings.Contains(plan, "SEARCH") || !strings.Contains(plan, "SCAN") {
		t.Errorf("planned again for what was bound:\n%s", plan)
	}
}

func planOf(t *testing.T, db *database.DB, query string, args database.Args) string {
	t.Helper()
	var steps []struct {
		ID     int    `db:"id"`
		Parent int    `db:"parent"`
		Unused int    `db:"notused"`
		Detail string `db:"detail"`
	}
	err := db.Read(t.Context(), func(tx *database.Tx) error { return tx.Select(&steps, "EXPLAIN QUERY PLAN "+query, args) })
	if err != nil {
		t.Fatal(err)
	}
	var details []string
	for _, step := range steps {
		details = append(details, step.Detail)
	}
	return strings.Join(details, "\n")
}
