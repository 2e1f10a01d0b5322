package audit

import (
	"bytes"
	"errors"

	"relais/internal/database"
	"relais/internal/moment"
)

var (
	entryRows = newBulk("audit_entry", "id", "at", "action", "op", "decision", "actor_id", "agency_id", "file_id", "body")
	queueRows = newBulk("audit_queue", "entry_id", "tag")
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
	err := entryRows.insert(tx, len(rows), func(i int) []any {
		e := rows[i].entry
		return []any{e.ID, int64(e.At), e.Action, string(e.Op), e.Decision, e.ActorID, e.AgencyID, e.FileID, rows[i].body}
	})
	if err != nil {
		return err
	}
	err = queueRows.insert(tx, len(rows), func(i int) []any { return []any{rows[i].entry.ID, rows[i].tag} })
	if err != nil {
		return err
	}
	for done := 0; done < len(rows); {
		step := stepFor(len(rows) - done)
		if err := readBack(tx, rows[done:done+step]); err != nil {
			return err
		}
		done += step
	}
	return nil
}

const writtenEntries = `
SELECT e.id, e.body, q.tag
FROM audit_entry e
JOIN audit_queue q ON q.entry_id = e.id
WHERE e.id IN (:ids)`

// readBack makes sure that what was written is there and is what was meant: a trigger can drop or change a row and still
// let the statement count it.
func readBack(tx *database.Tx, rows []*sealed) error {
	ids := make([]string, len(rows))
	want := make(map[string]*sealed, len(rows))
	for i, row := range rows {
		ids[i] = row.entry.ID
		want[row.entry.ID] = row
	}
	var got []struct {
		ID   string `db:"id"`
		Body []byte `db:"body"`
		Tag  []byte `db:"tag"`
	}
	if err := tx.Select(&got, writtenEntries, database.Args{"ids": ids}); err != nil {
		return err
	}
	if len(got) != len(rows) || len(want) != len(rows) {
		return errDropped()
	}
	for _, row := range got {
		meant := want[row.ID]
		if meant == nil || !bytes.Equal(row.Body, meant.body) || !bytes.Equal(row.Tag, meant.tag) {
			return errDropped()
		}
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
