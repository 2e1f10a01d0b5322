package audit

import (
	"errors"

	"relais/internal/database"
	"relais/internal/fault"
)

var (
	leafRows   = database.NewBulk("audit_leaf", "seq", "entry_id", "hash")
	hashRows   = database.NewBulk("audit_hash", "position", "hash")
	lookupRows = database.NewBulk("audit_lookup", "term", "at", "id", "lines")
	headRows   = database.NewBulk("audit_checkpoint", "size", "note")
)

const raiseTurn = `
UPDATE audit_head
SET turn = turn + 1
WHERE one = 1`

const headSize = `
SELECT size
FROM audit_head
WHERE one = 1`

// takeTurn waits for every other sequencer and tells how many entries are numbered.
func takeTurn(tx *database.Tx) (size int64, err error) {
	rows, err := tx.Exec(raiseTurn, nil)
	if err == nil && rows != 1 {
		err = fault.New(fault.Internal, "audit.head_missing")
	}
	if err == nil {
		err = tx.Get(&size, headSize, nil)
	}
	return size, err
}

const anyQueued = `
SELECT COUNT(*)
FROM (SELECT entry_id FROM audit_queue LIMIT 1) q`

func somethingQueued(tx *database.Tx) (bool, error) {
	var n int64
	err := tx.Get(&n, anyQueued, nil)
	return n > 0, err
}

// queuedEntry is a place in the queue and the entry that should be there.
type queuedEntry struct {
	EntryID string `db:"entry_id"`
	Tag     []byte `db:"tag"`
	Again   bool   `db:"again"` // numbered already
	columns
}

const nextQueued = `
SELECT q.entry_id, q.tag, l.seq IS NOT NULL AS again, COALESCE(e.id, '') AS id, COALESCE(e.at, 0) AS at, COALESCE(e.action, '') AS action,
  COALESCE(e.op, '') AS op, COALESCE(e.decision, '') AS decision, COALESCE(e.actor_id, '') AS actor_id,
  COALESCE(e.agency_id, '') AS agency_id, COALESCE(e.file_id, '') AS file_id, e.body
FROM audit_queue q
LEFT JOIN audit_entry e ON e.id = q.entry_id
LEFT JOIN audit_leaf l ON l.entry_id = q.entry_id
WHERE q.entry_id > :after
ORDER BY q.entry_id
LIMIT :limit`

func queuedEntries(tx *database.Tx, after string, limit int) ([]queuedEntry, error) {
	var rows []queuedEntry
	err := tx.Select(&rows, nextQueued, database.Args{"after": after, "limit": limit})
	return rows, err
}

const hashAtPosition = `
SELECT hash
FROM audit_hash
WHERE position = :position`

// hashAt reads one node of the tree; nil where it is missing.
func hashAt(tx *database.Tx, position int64) ([]byte, error) {
	var hash []byte
	err := tx.Get(&hash, hashAtPosition, database.Args{"position": position})
	if errors.Is(err, database.ErrNoRows) {
		return nil, nil
	}
	return hash, err
}

const unqueue = `
DELETE FROM audit_queue
WHERE entry_id IN (:ids)`

// storeLeaves numbers the entries and takes them out of the queue.
func storeLeaves(tx *database.Tx, leaves []leaf) error {
	err := leafRows.Insert(tx, len(leaves), func(i int, to []any) []any {
		return append(to, leaves[i].seq, leaves[i].entry.ID, leaves[i].hash[:])
	})
	var queued []string
	for i := range leaves {
		if leaves[i].queued {
			queued = append(queued, leaves[i].entry.ID)
		}
	}
	for err == nil && len(queued) > 0 {
		step := database.StepFor(len(queued))
		var gone int64
		gone, err = tx.Exec(unqueue, database.Args{"ids": queued[:step]})
		if err == nil && gone != int64(step) {
			err = errDropped()
		}
		queued = queued[step:]
	}
	return orDropped(err)
}

func storeHashes(tx *database.Tx, hashes []storedHash) error {
	return orDropped(hashRows.Insert(tx, len(hashes), func(i int, to []any) []any { return append(to, hashes[i].position, hashes[i].hash[:]) }))
}

// storeLookups writes what the entries are found under, in the order of the key, which spares the engines work.
func storeLookups(tx *database.Tx, leaves []leaf) error {
	entries := make([]*Entry, len(leaves))
	for i := range leaves {
		entries[i] = leaves[i].entry
	}
	return insertSegments(tx, segments(entries))
}

func insertSegments(tx *database.Tx, rows []segment) error {
	return orDropped(lookupRows.Insert(tx, len(rows), func(i int, to []any) []any {
		r := &rows[i]
		return append(to, r.Term, int64(r.At), r.ID, r.Lines)
	}))
}

const setHead = `
UPDATE audit_head
SET size = :size
WHERE one = 1`

func storeHead(tx *database.Tx, head Checkpoint) error {
	rows, err := tx.Exec(setHead, database.Args{"size": head.Size})
	if err == nil && rows != 1 {
		err = errDropped()
	}
	if err != nil {
		return err
	}
	return orDropped(headRows.Insert(tx, 1, func(_ int, to []any) []any { return append(to, head.Size, head.Text) }))
}
