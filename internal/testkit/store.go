package testkit

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

const raiseGeneration = `UPDATE policy_state SET generation = :generation`

const selectGeneration = `SELECT generation FROM policy_state`

// A rule against changing what lies there is lifted inside the transaction that rewinds, and is in force again at its end.
const (
	listTriggers   = `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name NOT LIKE 'audit%'`
	dropTrigger    = `DROP TRIGGER %s`
	pauseTriggers  = `ALTER TABLE %s DISABLE TRIGGER USER`
	resumeTriggers = `ALTER TABLE %s ENABLE TRIGGER USER`
)

type triggerRow struct {
	Name string `db:"name"`
	SQL  string `db:"sql"`
}
