package testkit

// Every table but the trail's, in the order of their making, so that parents come first.
var listTables = map[string]string{
	"sqlite": `SELECT name FROM sqlite_master
WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%' AND name NOT LIKE 'audit%' AND name NOT LIKE 'kept%'
ORDER BY rowid`,
	"postgres": `SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'goose%' AND relname NOT LIKE 'audit%'
  AND relname NOT LIKE 'kept%'
ORDER BY oid`,
}

// keepTable and putBack take the name of a table, which comes from the database itself.
const (
	keepTable  = `CREATE TABLE kept_%s AS SELECT * FROM %[1]s`
	emptyTable = `DELETE FROM %s`
	putBack    = `INSERT INTO %s SELECT * FROM kept_%[1]s`
)

const raiseGeneration = `UPDATE policy_state SET generation = :generation`

const selectGeneration = `SELECT generation FROM policy_state`
