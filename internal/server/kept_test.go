package server_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/database"
)

// loose are the tables of which the database itself lets a row be deleted, each with why.
var loose = map[string]string{
	"access_review_step": "work that is done",
	"audit_queue":        "what has its number moves to audit_entry", "mail": "a letter that was taken", "once": "keys of a day", "throttle": "tries of a day",
	"known_network": "ends, and only the newest few are kept",
	"majority_look": "work that is done", "majority_pass": "one row that counts", "clock_pass": "one row that counts", "clock_manner": "what the last pass saw, a row for each rule", "policy_state": "one row that counts",
	"installation": "settings", "session": "ends", "invitation": "ends", "api_key": "ends", "credential": "replaced by its owner", "clock_feed": "ends",
	"mail_choice": "the last word counts", "worker_desk": "places that change", "worker_role": "roles that change", "role_rule": "kept by version, and no statement deletes",
	"search_token": "goes with the words it is of", "data_key": "destroyed by an erasure", "import_row": "goes with an erased file", "import_batch": "goes with an erased file",
	"pointer_probe": "tokens of some days", "agency": "closed, and no statement deletes", "desk": "closed, and no statement deletes",
	"worker": "closed, and no statement deletes", "role": "closed, and no statement deletes", "casefile": "hangs on file, which is kept",
	"victim": "hangs on file, which is kept", "file_reference": "hangs on file, which is kept", "request_signature": "hangs on access_request, which is kept",
}

// refusers are the triggers that let no row be changed or deleted, found by what they do and not by their names.
var refusers = map[database.Engine]string{
	database.SQLite: `SELECT tbl_name AS name, CASE WHEN upper(sql) LIKE '%BEFORE UPDATE ON%' THEN 'UPDATE' ELSE 'DELETE' END AS word
		FROM sqlite_master WHERE type = 'trigger' AND upper(sql) LIKE '%RAISE(ABORT%' AND upper(sql) NOT LIKE '%BEFORE INSERT ON%'`,
	database.Postgres: `SELECT c.relname AS name, v.word
		FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
		JOIN (SELECT 16 AS bit, 'UPDATE' AS word UNION ALL SELECT 8, 'DELETE') v ON t.tgtype & v.bit > 0
		WHERE NOT t.tgisinternal AND p.prosrc LIKE '%RAISE EXCEPTION%'`,
}

// firstColumns names one column of each table.
var firstColumns = map[database.Engine]string{
	database.SQLite: `SELECT m.name AS name, (SELECT c.name FROM pragma_table_info(m.name) c LIMIT 1) AS word FROM sqlite_master m
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%'`,
	database.Postgres: `SELECT table_name AS name, column_name AS word FROM information_schema.columns
		WHERE table_schema = current_schema() AND ordinal_position = 1 AND table_name NOT LIKE 'goose%'`,
}

// untold are rows that the story leaves out, so that each table has one to try.
var untold = []string{
	"file_export (id, number, file_id, agency_id, worker_id, at, format, purpose, reason, sections, recipient) SELECT 'x', 'x', f, a, w, 1, 'page', 'x', 'x', 1, b",
	"file_export_entry (export_id, entry_id, version) SELECT 'x', e, 1",
	"seal_opening (id, seal_id, file_id, worker_id, from_at, until_at) SELECT 'x', s, f, w, 1, 2",
	"consultation_minutes (consultation_id, version, written_by, agency_id, written_at, marking, sealed) SELECT c, 1, w, a, 1, '', b",
	"signal_file (id, signal_id, file_id, agency_id, linked_by, linked_at, purpose, basis, sealed) SELECT 'x', g, f, a, w, 1, 'x', 'x', b",
	"file_tombstone (file_id, kind, case_id, agency_id, erasure_id, rule, reason, closed_at, due_at, requested_by, approved_by, erased_by, erased_at) SELECT f, 'case', f, a, r, 'x', 'x', 1, 1, w, w, w, 1",
	"directory_places (id, desk_id, agency_id, free, told_by, told_at) SELECT 'x', d, a, 1, w, 1",
	"consent_signature (consent_id, version, worker_id, agency_id, signed_at, agreed) SELECT o, v, w, a, 1, 1",
	"journal_note_reader (note_id, worker_id) SELECT n, w",
	"track_strike (step_id, file_id, struck_at, worker_id, agency_id, reason, sealed) SELECT t, f, 1, w, a, 'twice', b",
	"audit_queue (entry_id, tag) SELECT 'x', substr(b, 1, 32)",
	"referral_recall (referral_id, agency_id, recalled_by, recalled_at, reason, came_of) SELECT l, a, w, 1, 'x', ''",
	"track_appeal (id, file_id, step_id, what, on_day, written_at, worker_id, agency_id) SELECT 'x', f, t, 'lodged', '2026-03-01', 1, w, a",
	"referral_note (referral_id, note_id, version, section, sealed) SELECT l, n, 1, 'identity', b",
	"breach_file (breach_id, version, file_id) SELECT j, 1, f",
	"breach_report_end (report_id, outcome, breach_id, decided_by, decided_at) SELECT (SELECT id FROM breach_report LIMIT 1), 'taken', j, w, 1",
	"breach_report_step (report_id, step, at) SELECT (SELECT id FROM breach_report LIMIT 1), 'overdue', 1",
	"breach_step (breach_id, step, due_at, at) SELECT j, 'overdue', 1, 1",
	"pointer_choice (file_id, version, choice, agency_id, set_at, set_by) SELECT f, 1, 'hidden', a, 1, w",
	"removal_opening (id, removal_id, worker_id, grant_id, reason, opened_by, opened_at, until_at) SELECT 'x', (SELECT id FROM file_removal LIMIT 1), w, y, 'complaint', w, 1, 2",
	"pointer_same (pointer_id, agency_id, said_by, said_at) SELECT (SELECT id FROM pointer LIMIT 1), a, w, 1",
	"recall_grant (referral_id, grant_id) SELECT l, y",
	"access_review (id, grant_id, file_id, agency_id, desk_id, quarter, decision, reason, decided_by, decided_at) SELECT 'x', y, f, a, d, '2026-Q1', 'end', '', w, 1",
}

const picked = ` WITH one AS (SELECT (SELECT id FROM file LIMIT 1) AS f, (SELECT id FROM agency LIMIT 1) AS a, (SELECT id FROM worker LIMIT 1) AS w,
	(SELECT id FROM entry LIMIT 1) AS e, (SELECT sealed FROM entry_version LIMIT 1) AS b, (SELECT id FROM file_seal LIMIT 1) AS s,
	(SELECT id FROM consultation LIMIT 1) AS c, (SELECT id FROM signal LIMIT 1) AS g, (SELECT id FROM erasure LIMIT 1) AS r,
	(SELECT id FROM desk LIMIT 1) AS d, (SELECT id FROM referral LIMIT 1) AS l, (SELECT id FROM file_grant LIMIT 1) AS y, (SELECT id FROM journal_note LIMIT 1) AS n, (SELECT id FROM breach LIMIT 1) AS j, (SELECT id FROM track_step LIMIT 1) AS t,
	(SELECT consent_id FROM consent_version ORDER BY consent_id, version LIMIT 1) AS o, (SELECT version FROM consent_version ORDER BY consent_id, version LIMIT 1) AS v) `

// TestTables_keepTheirRows tries to change and to delete a row of every table whose triggers say that they let nobody, on both
// engines, and wants every other table to be named with why. A new table is one or the other.
func TestTables_keepTheirRows(t *testing.T) {
	guarded := map[string]map[string][]string{}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w, _ := openStory(t, engine)
			db := w.Database
			for _, row := range untold {
				into, values, _ := strings.Cut(row, " SELECT ")
				if err := try(db, "INSERT INTO "+into+picked+"SELECT "+values+" FROM one"); err != nil {
					t.Fatalf("%s: %v", into, err)
				}
			}
			guarded[engine] = aboutTables(t, db, refusers[db.Engine()])
			open := map[string]bool{}
			for table, column := range aboutTables(t, db, firstColumns[db.Engine()]) {
				for _, verb := range guarded[engine][table] {
					refusesTo(t, db, verb, table, column[0])
				}
				if !slices.Contains(guarded[engine][table], "DELETE") {
					open[table] = true
				}
			}
			if d := cmp.Diff(slices.Sorted(maps.Keys(loose)), slices.Sorted(maps.Keys(open))); d != "" {
				t.Errorf("tables without a guard, named and found:\n%s", d)
			}
		})
	}
	if d := cmp.Diff(guarded["sqlite"], guarded["postgres"]); d != "" {
		t.Errorf("the engines guard differently:\n%s", d)
	}
}

func refusesTo(t *testing.T, db *database.DB, verb, table, column string) {
	t.Helper()
	text := "DELETE FROM " + table
	if verb == "UPDATE" {
		text = "UPDATE " + table + " SET " + column + " = " + column
	}
	err := try(db, text)
	says := func(words string) bool { return err != nil && strings.Contains(err.Error(), words) }
	if !says("append-only") && !says("never deleted") && !says("only added to") && !says("gets a new version") {
		t.Errorf("%s: %v", text, err)
	}
}

func try(db *database.DB, text string) error {
	return db.Write(context.Background(), func(tx *database.Tx) error {
		_, err := tx.Exec(text, nil)
		return err
	})
}

// aboutTables reads a word or several about each table.
func aboutTables(t *testing.T, db *database.DB, query string) map[string][]string {
	t.Helper()
	var rows []struct{ Name, Word string }
	if err := db.Read(context.Background(), func(tx *database.Tx) error { return tx.Select(&rows, query, nil) }); err != nil {
		t.Fatal(err)
	}
	of := map[string][]string{}
	for _, row := range rows {
		of[row.Name] = append(of[row.Name], row.Word)
		slices.Sort(of[row.Name])
	}
	return of
}
