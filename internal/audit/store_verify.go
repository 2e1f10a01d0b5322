package audit

import (
	"errors"

	"relais/internal/database"
)

// sizeOf reads how many entries the head counts.
func sizeOf(tx *database.Tx) (size int64, found bool, err error) {
	err = tx.Get(&size, headSize, nil)
	if errors.Is(err, database.ErrNoRows) {
		return 0, false, nil
	}
	return size, err == nil, err
}

const numberedLeaves = `
SELECT l.seq, l.entry_id, l.hash, COALESCE(q.entry_id, '') AS queued,
  COALESCE(e.id, '') AS id, COALESCE(e.at, 0) AS at, COALESCE(e.action, '') AS action, COALESCE(e.op, '') AS op,
  COALESCE(e.decision, '') AS decision, COALESCE(e.actor_id, '') AS actor_id, COALESCE(e.agency_id, '') AS agency_id,
  COALESCE(e.file_id, '') AS file_id, e.body
FROM audit_leaf l
LEFT JOIN audit_entry e ON e.id = l.entry_id
LEFT JOIN audit_queue q ON q.entry_id = l.entry_id
WHERE l.seq >= :from AND l.seq < :to
ORDER BY l.seq`

// leafRow is a number and the entry that has it.
type leafRow struct {
	Seq     int64  `db:"seq"`
	EntryID string `db:"entry_id"`
	Hash    []byte `db:"hash"`
	Queued  string `db:"queued"`
	columns
}

func leavesIn(tx *database.Tx, from, to int64) ([]leafRow, error) {
	var rows []leafRow
	err := tx.Select(&rows, numberedLeaves, database.Args{"from": from, "to": to})
	return rows, err
}

const nodesBetween = `
SELECT position, hash
FROM audit_hash
WHERE position >= :from AND position < :to
ORDER BY position`

// hashRow is a stored node of the tree.
type hashRow struct {
	Position int64  `db:"position"`
	Hash     []byte `db:"hash"`
}

func nodesIn(tx *database.Tx, from, to int64) ([]hashRow, error) {
	var rows []hashRow
	err := tx.Select(&rows, nodesBetween, database.Args{"from": from, "to": to})
	return rows, err
}

const checkpointsBetween = `
SELECT size, note
FROM audit_checkpoint
WHERE size > :from AND size <= :to
ORDER BY size`

type checkpointRow struct {
	Size int64  `db:"size"`
	Note []byte `db:"note"`
}

func checkpointsIn(tx *database.Tx, from, to int64) ([]checkpointRow, error) {
	var rows []checkpointRow
	err := tx.Select(&rows, checkpointsBetween, database.Args{"from": from, "to": to})
	return rows, err
}

func isSignedAt(tx *database.Tx, size int64) (bool, error) {
	rows, err := checkpointsIn(tx, size-1, size)
	return len(rows) > 0, err
}

const beyondHead = `
SELECT * FROM (
  SELECT seq, entry_id, 'audit_leaf' AS place FROM audit_leaf WHERE seq >= :size OR seq < 0
  UNION ALL
  SELECT position AS seq, '' AS entry_id, 'audit_hash' AS place FROM audit_hash WHERE position >= :hashes OR position < 0
  UNION ALL
  SELECT size AS seq, '' AS entry_id, 'audit_checkpoint' AS place FROM audit_checkpoint WHERE size > :size OR size <= 0
) beyond
ORDER BY place DESC, seq
LIMIT 1`

type beyondRow struct {
	Seq     int64  `db:"seq"`
	EntryID string `db:"entry_id"`
	Place   string `db:"place"`
}

func firstBeyond(tx *database.Tx, size, hashes int64) (row beyondRow, found bool, err error) {
	err = tx.Get(&row, beyondHead, database.Args{"size": size, "hashes": hashes})
	if errors.Is(err, database.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, err
}

const unaccounted = `
SELECT e.id
FROM audit_entry e
LEFT JOIN audit_leaf l ON l.entry_id = e.id
LEFT JOIN audit_queue q ON q.entry_id = e.id
WHERE l.entry_id IS NULL AND q.entry_id IS NULL
ORDER BY e.id
LIMIT 1`

func firstUnaccounted(tx *database.Tx) (id string, found bool, err error) {
	err = tx.Get(&id, unaccounted, nil)
	if errors.Is(err, database.ErrNoRows) {
		return "", false, nil
	}
	return id, err == nil, err
}

const allSegments = `
SELECT term, at, id, lines
FROM audit_lookup`

func eachSegment(tx *database.Tx, fn func(segment) error) error {
	return tx.Each(allSegments, nil, func(scan func(dest any) error) error {
		var row segment
		if err := scan(&row); err != nil {
			return err
		}
		return fn(row)
	})
}

const segmentsAbout = `
SELECT term, at, id, lines
FROM audit_lookup
WHERE term = :term AND at >= :at AND at <= :until
ORDER BY at, id`

// hasLookup looks for a line among the segments that can hold it.
func hasLookup(tx *database.Tx, row lookup) (found bool, err error) {
	var rows []segment
	err = tx.Select(&rows, segmentsAbout, database.Args{"term": row.Term, "at": int64(row.At), "until": int64(row.At.Add(longestSpan))})
	for i := range rows {
		_ = rows[i].each(func(line lookup) error { found = found || line == row; return nil })
	}
	return found, err
}

const segmentsAfter = `
SELECT term, at, id, lines
FROM audit_lookup
WHERE (term, at, id) > (:term, :at, :id)
ORDER BY term, at, id
LIMIT :limit`

func nextSegmentsOf(tx *database.Tx, after segment, limit int) ([]segment, error) {
	var rows []segment
	err := tx.Select(&rows, segmentsAfter, database.Args{
		"term": after.Term, "at": int64(after.At), "id": after.ID, "limit": limit})
	return rows, err
}

const bodyOfNumbered = `
SELECT e.body
FROM audit_entry e
JOIN audit_leaf l ON l.entry_id = e.id
WHERE e.id = :id`

// numberedBody reads the body of a numbered entry; nil where there is none.
func numberedBody(tx *database.Tx, id string) ([]byte, error) {
	var body []byte
	err := tx.Get(&body, bodyOfNumbered, database.Args{"id": id})
	if errors.Is(err, database.ErrNoRows) {
		return nil, nil
	}
	return body, err
}

const seqOfEntry = `
SELECT seq
FROM audit_leaf
WHERE entry_id = :id`

func seqOf(tx *database.Tx, entryID string) (seq int64, err error) {
	err = tx.Get(&seq, seqOfEntry, database.Args{"id": entryID})
	return seq, err
}
