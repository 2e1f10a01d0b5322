package audit

import (
	"errors"
	"slices"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
)

var (
	entryRows = database.NewBulk("audit_entry", "id", "at", "action", "op", "decision", "actor_id", "agency_id", "file_id", "body")
	queueRows = database.NewBulk("audit_queue", "entry_id", "tag")
)

// columns are what the database knows of an entry beside its body.
type columns struct {
	ID       string      `db:"id"`
	At       moment.Time `db:"at"`
	Action   string      `db:"action"`
	Op       string      `db:"op"`
	Decision string      `db:"decision"`
	ActorID  string      `db:"actor_id"`
	AgencyID string      `db:"agency_id"`
	FileID   string      `db:"file_id"`
	Body     []byte      `db:"body"`
}

// insert writes entries and their places in the queue, and reads them back.
func insert(tx *database.Tx, rows []*sealed) error {
	if err := insertEntries(tx, rows); err != nil {
		return err
	}
	err := queueRows.Insert(tx, len(rows), func(i int, to []any) []any { return append(to, rows[i].entry.ID, rows[i].tag) })
	if err != nil {
		return orDropped(err)
	}
	for part := range slices.Chunk(rows, database.MostAtOnce) {
		if err := readBack(tx, part); err != nil {
			return err
		}
	}
	return nil
}

func insertEntries(tx *database.Tx, rows []*sealed) error {
	return orDropped(entryRows.Insert(tx, len(rows), func(i int, to []any) []any {
		e := rows[i].entry
		return append(to, e.ID, int64(e.At), e.Action, string(e.Op), e.Decision, e.ActorID, e.AgencyID, e.FileID, rows[i].body)
	}))
}

// orDropped names a row that did not arrive: the action that it records must not happen.
func orDropped(err error) error {
	if errors.Is(err, database.ErrDropped) {
		return errDropped()
	}
	return err
}

func errDropped() error { return fault.New(fault.Unavailable, "audit.row_dropped") }

const writtenEntries = `
SELECT COUNT(*) AS rows, COALESCE(SUM(LENGTH(e.body)), 0) AS bytes
FROM audit_entry e
JOIN audit_queue q ON q.entry_id = e.id
WHERE e.id IN (:ids)`

// readBack makes sure that what was written is there: a trigger can drop a row and still let the statement count it. A body
// that was exchanged for one of the same length is found by its tag when the entry gets its number.
func readBack(tx *database.Tx, rows []*sealed) error {
	bytes := 0
	ids := make([]string, 0, database.MostAtOnce)
	for _, row := range rows {
		ids = append(ids, row.entry.ID)
		bytes += len(row.body)
	}
	for database.StepFor(len(ids)) != len(ids) { // up to a size for which the statement is prepared
		ids = append(ids, ids[0])
	}
	var got struct {
		Rows  int `db:"rows"`
		Bytes int `db:"bytes"`
	}
	if err := tx.Get(&got, writtenEntries, database.Args{"ids": ids}); err != nil {
		return err
	}
	if got.Rows != len(rows) || got.Bytes != bytes {
		return errDropped()
	}
	return nil
}

const newestCheckpoint = `
SELECT note
FROM audit_checkpoint
ORDER BY size DESC
LIMIT 1`

// newestNote reads the text of the last checkpoint; nil where there is none.
func newestNote(tx *database.Tx) ([]byte, error) {
	var text []byte
	err := tx.Get(&text, newestCheckpoint, nil)
	if errors.Is(err, database.ErrNoRows) {
		return nil, nil
	}
	return text, err
}
