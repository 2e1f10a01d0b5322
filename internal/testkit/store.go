package testkit

import "relais/internal/database"

// Every table but the trail's, in the order of their making, so that parents come first.
var listTables = map[string]string{
	"sqlite": `SELECT name FROM sqlite_master
WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%' AND name NOT LIKE 'audit%' AND name NOT LIKE 'kept%'
ORDER BY rowid`,
	"postgres": `SELECT c.relname
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
WHERE c.relkind = 'r' AND c.relname NOT LIKE 'goose%' AND c.relname NOT LIKE 'audit%' AND c.relname NOT LIKE 'kept%'
ORDER BY c.oid`,
}

// keepTable and putBack take the name of a table, which comes from the database itself.
const (
	keepTable  = `CREATE TABLE kept_%s AS SELECT * FROM %[1]s`
	emptyTable = `DELETE FROM %s`
	putBack    = `INSERT INTO %s SELECT * FROM kept_%[1]s`
)

// noteChanges and watchTable write down the name of a table whenever rows of it change.
var (
	noteChanges = map[database.Engine][]string{
		database.SQLite: {`CREATE TABLE kept_noted (name TEXT NOT NULL)`},
		database.Postgres: {`CREATE TABLE kept_noted (name TEXT NOT NULL)`, `CREATE FUNCTION kept_note() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO kept_noted (name) VALUES (TG_TABLE_NAME); RETURN NULL; END $$`},
	}
	watchTable = map[database.Engine][]string{
		database.SQLite: {
			`CREATE TRIGGER kept_%s_insert AFTER INSERT ON %[1]s BEGIN INSERT INTO kept_noted (name) VALUES ('%[1]s'); END`,
			`CREATE TRIGGER kept_%s_update AFTER UPDATE ON %[1]s BEGIN INSERT INTO kept_noted (name) VALUES ('%[1]s'); END`,
			`CREATE TRIGGER kept_%s_delete AFTER DELETE ON %[1]s BEGIN INSERT INTO kept_noted (name) VALUES ('%[1]s'); END`,
		},
		database.Postgres: {`CREATE TRIGGER kept_%s AFTER INSERT OR UPDATE OR DELETE ON %[1]s FOR EACH STATEMENT EXECUTE FUNCTION kept_note()`},
	}
)

const (
	listNoted   = `SELECT DISTINCT name FROM kept_noted`
	forgetNoted = `DELETE FROM kept_noted`
)

const raiseGeneration = `UPDATE policy_state SET generation = :generation`

const selectGeneration = `SELECT generation FROM policy_state`

// A rule against changing what lies there is lifted inside the transaction that rewinds, and is in force again at its end.
const (
	listTriggers    = `SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE 'kept%'`
	dropTrigger     = `DROP TRIGGER %s`
	deferReferences = `PRAGMA defer_foreign_keys = ON`
	pauseRules      = `SET LOCAL session_replication_role = replica`
)

type triggerRow struct {
	Name  string `db:"name"`
	Table string `db:"tbl_name"`
	SQL   string `db:"sql"`
}
