package audit

import (
	"slices"

	"relais/internal/database"
)

var lookRows = database.NewBulk("audit_look", "entry_id", "tag", "body")

// lookRow is an entry that waits beside the database.
type lookRow struct {
	Place   int64  `db:"place"`
	EntryID string `db:"entry_id"`
	Tag     []byte `db:"tag"`
	Body    []byte `db:"body"`
}

const newestLooks = `
SELECT COUNT(*) AS rows, COALESCE(SUM(LENGTH(body)), 0) AS bytes, COALESCE(MAX(place), 0) AS last
FROM audit_look
WHERE place > (SELECT MAX(place) FROM audit_look) - :count`

// insertLooks writes entries beside the database, reads them back and notes their places, which follow each other.
func insertLooks(tx *database.Tx, rows []*sealed) error {
	bytes := 0
	err := lookRows.Insert(tx, len(rows), func(i int, to []any) []any {
		bytes += len(rows[i].body)
		return append(to, rows[i].entry.ID, rows[i].tag, rows[i].body)
	})
	if err != nil {
		return orDropped(err)
	}
	var got struct {
		Rows  int   `db:"rows"`
		Bytes int   `db:"bytes"`
		Last  int64 `db:"last"`
	}
	if err := tx.Get(&got, newestLooks, database.Args{"count": len(rows)}); err != nil {
		return err
	}
	if got.Rows != len(rows) || got.Bytes != bytes {
		return errDropped()
	}
	for i, row := range rows {
		row.place = got.Last - int64(len(rows)-1-i)
	}
	return nil
}

const anyLook = `
SELECT COUNT(*)
FROM (SELECT place FROM audit_look LIMIT 1) l`

const nextLooks = `
SELECT place, entry_id, tag, body
FROM audit_look
WHERE place > :after AND place <= :to
ORDER BY place
LIMIT :limit`

func looksBetween(tx *database.Tx, after, to int64, limit int) ([]lookRow, error) {
	var rows []lookRow
	err := tx.Select(&rows, nextLooks, database.Args{"after": after, "to": to, "limit": limit})
	return rows, err
}

const looksAt = `
SELECT entry_id
FROM audit_look
WHERE place >= :from AND place <= :to
ORDER BY place`

const dropLooks = `
DELETE FROM audit_look
WHERE place >= :from AND place <= :to`

const dropLook = `
DELETE FROM audit_look
WHERE place = :place AND entry_id = :id`

// removeLooks removes rows by the runs of their places. A place is given anew once it is free, so a row that another process has removed
// meanwhile may have left its place to a look that nobody has numbered: where a run holds anything else, each row is removed by itself.
func removeLooks(tx *database.Tx, rows []*sealed) error {
	for i := 0; i < len(rows); {
		run := rows[i : i+1]
		for i++; i < len(rows) && rows[i].place == rows[i-1].place+1; i++ {
			run = run[:len(run)+1]
		}
		if err := removeRun(tx, run); err != nil {
			return err
		}
	}
	return nil
}

func removeRun(tx *database.Tx, run []*sealed) error {
	span := database.Args{"from": run[0].place, "to": run[len(run)-1].place}
	var there []string
	if err := tx.Select(&there, looksAt, span); err != nil {
		return err
	}
	if slices.EqualFunc(there, run, func(id string, row *sealed) bool { return id == row.entry.ID }) {
		_, err := tx.Exec(dropLooks, span)
		return err
	}
	for _, row := range run {
		if _, err := tx.Exec(dropLook, database.Args{"place": row.place, "id": row.entry.ID}); err != nil {
			return err
		}
	}
	return nil
}

const numberedAlready = `
SELECT l.entry_id, e.body
FROM audit_leaf l
JOIN audit_entry e ON e.id = l.entry_id
WHERE l.entry_id IN (:ids)`

// numberedOf gives the bodies of those entries that have a number already.
func numberedOf(tx *database.Tx, ids []string) (map[string][]byte, error) {
	found := map[string][]byte{}
	for len(ids) > 0 {
		step := database.StepFor(len(ids))
		var rows []struct {
			EntryID string `db:"entry_id"`
			Body    []byte `db:"body"`
		}
		if err := tx.Select(&rows, numberedAlready, database.Args{"ids": ids[:step]}); err != nil {
			return nil, err
		}
		for _, row := range rows {
			found[row.EntryID] = row.Body
		}
		ids = ids[step:]
	}
	return found, nil
}
