package audit

import (
	"bytes"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"relais/internal/database"
	"relais/internal/moment"
)

// manipulation is one thing done to the trail and what the verification has to say of it.
type manipulation struct {
	name       string
	do         func(v *victim)
	what       Wrong // empty: known not to be found by anything
	seq        int64
	id         string
	detail     string
	needsHeads bool // found only by the heads outside
}

// nowhere is a store of heads for those who keep none.
type nowhere struct{}

func (nowhere) Append([]byte) error           { return nil }
func (nowhere) Latest() ([]byte, error)       { return nil, nil }
func (nowhere) All() iter.Seq2[[]byte, error] { return func(func([]byte, error) bool) {} }

const none = -1

var manipulations = []manipulation{
	// the columns and the body of an entry
	{name: "column at", do: set("audit_entry", "at = at + 1", "id = 'entry-0005'"), what: ColumnChanged, seq: 5, id: "entry-0005", detail: "at"},
	{name: "column action", do: set("audit_entry", "action = 'x'", "id = 'entry-0005'"), what: ColumnChanged, seq: 5, id: "entry-0005", detail: "action"},
	{name: "column op", do: set("audit_entry", "op = 'print'", "id = 'entry-0005'"), what: ColumnChanged, seq: 5, id: "entry-0005", detail: "op"},
	{name: "column decision", do: set("audit_entry", "decision = 'deny'", "id = 'entry-0005'"), what: ColumnChanged, seq: 5, id: "entry-0005", detail: "decision"},
	{name: "column actor", do: set("audit_entry", "actor_id = 'x'", "id = 'entry-0005'"), what: ColumnChanged, seq: 5, id: "entry-0005", detail: "actor_id"},
	{name: "column agency", do: set("audit_entry", "agency_id = 'x'", "id = 'entry-0005'"), what: ColumnChanged, seq: 5, id: "entry-0005", detail: "agency_id"},
	{name: "column file", do: set("audit_entry", "file_id = 'x'", "id = 'entry-0005'"), what: ColumnChanged, seq: 5, id: "entry-0005", detail: "file_id"},
	{name: "column id", do: set("audit_entry", "id = 'entry-x'", "id = 'entry-0005'"), what: EntryMissing, seq: 5, id: "entry-0005"},
	{name: "body unreadable", do: func(v *victim) { v.setBody("entry-0005", []byte("x")) }, what: EntryChanged, seq: 5, id: "entry-0005"},
	{name: "another actor in body and column", do: func(v *victim) { v.blame("entry-0005") }, what: EntryChanged, seq: 5, id: "entry-0005"},
	{name: "another actor and leaf", do: func(v *victim) { v.blame("entry-0005"); v.releaf() }, what: TreeChanged, seq: 5, id: "entry-0005", detail: "0/5"},
	{name: "another actor, leaf and tree", do: func(v *victim) { v.blame("entry-0005"); v.releaf(); v.regrow() }, what: CheckpointDiffers, seq: 7},
	{name: "another actor, signed by another key", do: func(v *victim) {
		other, _ := mustKeys()
		v.blame("entry-0005")
		v.releaf()
		v.regrow()
		v.resign(other)
	}, what: CheckpointForged, seq: 7},
	{name: "another actor, signed by the stolen key", do: func(v *victim) { v.blame("entry-0005"); v.releaf(); v.regrow(); v.resign(signerKey) },
		what: OutsideDiffers, seq: 7, needsHeads: true},
	{name: "two bodies swapped", do: func(v *victim) {
		v.exec("UPDATE audit_entry SET body = (SELECT o.body FROM audit_entry o WHERE o.id = CASE audit_entry.id WHEN 'entry-0004' THEN 'entry-0009' ELSE 'entry-0004' END) WHERE id IN ('entry-0004', 'entry-0009')")
	}, what: EntryChanged, seq: 4, id: "entry-0004"},

	// rows that go
	{name: "entry deleted", do: remove("audit_entry", "id = 'entry-0005'"), what: EntryMissing, seq: 5, id: "entry-0005"},
	{name: "entry and leaf deleted", do: func(v *victim) { v.forget("entry-0005") }, what: LeafMissing, seq: 5},
	{name: "entry deleted and the rest renumbered", do: func(v *victim) { v.forget("entry-0005"); v.renumber(5) }, what: TreeChanged, seq: 5, id: "entry-0006", detail: "0/5"},
	{name: "entry deleted, renumbered, new tree", do: func(v *victim) { v.forget("entry-0005"); v.renumber(5); v.regrow() }, what: CheckpointDiffers, seq: 7},
	{name: "first entry deleted", do: func(v *victim) { v.forget("entry-0000") }, what: LeafMissing, seq: 0},
	{name: "last entry deleted", do: remove("audit_entry", "id = 'entry-0019'"), what: EntryMissing, seq: 19, id: "entry-0019"},
	{name: "tail deleted, head left", do: func(v *victim) { v.cut(18, false) }, what: LeafMissing, seq: 18},
	{name: "tail deleted, head set back", do: func(v *victim) { v.cut(18, true) }, what: CheckpointMissing, seq: 18},
	{name: "tail deleted down to a signed head", do: func(v *victim) { v.cut(13, true) }, what: TailMissing, seq: 13, detail: "20", needsHeads: true},
	{name: "everything deleted", do: func(v *victim) { v.cut(0, true) }, what: TailMissing, seq: 0, detail: "7", needsHeads: true},

	// rows that come
	{name: "entry slipped in", do: func(v *victim) { v.slip("entry-x", none, nil) }, what: EntryUnaccounted, seq: none, id: "entry-x"},
	{name: "entry slipped in with a number", do: func(v *victim) { v.slip("entry-x", numbered, nil) }, what: BeyondHead, seq: numbered, id: "entry-x", detail: "audit_leaf"},
	{name: "entry slipped into the queue", do: func(v *victim) { v.slip("entry-x", none, make([]byte, 32)) }, what: QueuedEntryForeign, seq: none, id: "entry-x"},
	{name: "numbered entry queued again", do: func(v *victim) {
		v.exec("INSERT INTO audit_queue (entry_id, tag) SELECT 'entry-0005', tag FROM audit_queue WHERE entry_id = 'entry-0020'")
	}, what: QueuedAgain, seq: 5, id: "entry-0005"},

	// the order
	{name: "two numbers swapped", do: func(v *victim) { v.swapNumbers(4, 9) }, what: TreeChanged, seq: 4, id: "entry-0009", detail: "0/4"},
	{name: "two numbers swapped, new tree", do: func(v *victim) { v.swapNumbers(4, 9); v.regrow() }, what: CheckpointDiffers, seq: 7},
	{name: "leaf leads to another entry", do: func(v *victim) {
		v.exec("DELETE FROM audit_leaf WHERE seq = 19")
		v.exec("UPDATE audit_leaf SET entry_id = 'entry-0019' WHERE seq = 5")
	}, what: EntryChanged, seq: 5, id: "entry-0019"},

	// leaves, tree and heads
	{name: "leaf hash", do: set("audit_leaf", "hash = (SELECT o.hash FROM audit_leaf o WHERE o.seq = 6)", "seq = 5"), what: LeafChanged, seq: 5, id: "entry-0005"},
	{name: "leaf deleted", do: remove("audit_leaf", "seq = 5"), what: LeafMissing, seq: 5},
	{name: "lowest tree hash", do: setHash(0, 5), what: TreeChanged, seq: 5, id: "entry-0005", detail: "0/5"},
	{name: "inner tree hash", do: setHash(2, 1), what: TreeChanged, seq: 7, id: "entry-0007", detail: "2/1"},
	{name: "tree hash deleted", do: func(v *victim) {
		v.exec(fmt.Sprintf("DELETE FROM audit_hash WHERE position = %d", tlog.StoredHashIndex(2, 1)))
	}, what: TreeMissing, seq: 7, id: "entry-0007", detail: "2/1"},
	{name: "tree hash too many", do: func(v *victim) {
		v.exec("INSERT INTO audit_hash (position, hash) SELECT 9999, hash FROM audit_hash WHERE position = 0")
	}, what: BeyondHead, seq: 9999, detail: "audit_hash"},
	{name: "head set back", do: set("audit_head", "size = 13", "one = 1"), what: BeyondHead, seq: 13, id: "entry-0013", detail: "audit_leaf"},
	{name: "head set forth", do: set("audit_head", "size = 21", "one = 1"), what: LeafMissing, seq: numbered},
	{name: "head deleted", do: remove("audit_head", "one = 1"), what: HeadMissing, seq: none},
	{name: "checkpoint changed", do: func(v *victim) { v.setNote(13, bytes.Replace(v.note(13), []byte("\n13\n"), []byte("\n12\n"), 1)) },
		what: CheckpointForged, seq: 13},
	{name: "checkpoint under another size", do: set("audit_checkpoint", "size = 12", "size = 13"), what: CheckpointDiffers, seq: 12},
	{name: "last checkpoint deleted", do: remove("audit_checkpoint", "size = 20"), what: CheckpointMissing, seq: 20},
	{name: "middle checkpoint deleted", do: remove("audit_checkpoint", "size = 13"), what: CheckpointMissing, seq: 13, needsHeads: true},
	{name: "checkpoint too many", do: func(v *victim) {
		v.exec("INSERT INTO audit_checkpoint (size, note) SELECT 99, note FROM audit_checkpoint WHERE size = 13")
	}, what: BeyondHead, seq: 99, detail: "audit_checkpoint"},

	// before an entry has its number
	{name: "queued body", do: func(v *victim) { v.blame("entry-0020") }, what: QueuedEntryForeign, seq: none, id: "entry-0020"},
	{name: "queued column", do: set("audit_entry", "actor_id = 'x'", "id = 'entry-0020'"), what: QueuedEntryForeign, seq: none, id: "entry-0020", detail: "actor_id"},
	{name: "queued entry deleted", do: remove("audit_entry", "id = 'entry-0020'"), what: QueuedEntryMissing, seq: none, id: "entry-0020"},
	{name: "taken out of the queue", do: remove("audit_queue", "entry_id = 'entry-0020'"), what: EntryUnaccounted, seq: none, id: "entry-0020"},
	{name: "queued entry deleted with its place", do: func(v *victim) {
		v.exec("DELETE FROM audit_entry WHERE id = 'entry-0020'")
		v.exec("DELETE FROM audit_queue WHERE entry_id = 'entry-0020'")
	}}, // known: for about a second an entry can be removed whole; then it is in the tree

	// how entries are found
	{name: "hidden from a file's list", do: func(v *victim) { v.relook("file/file-0", "entry-0005", func([]string) []string { return nil }) },
		what: LookupMissing, seq: 5, id: "entry-0005", detail: "file/file-0"},
	{name: "hidden by another operation", do: func(v *victim) {
		v.relook("all", "entry-0005", func(line []string) []string { line[2] = "print"; return line })
	}, what: LookupMissing, seq: 5, id: "entry-0005", detail: "all"},
	{name: "listed where it does not belong", do: func(v *victim) {
		v.exec("INSERT INTO audit_lookup (term, at, id, lines) SELECT 'file/x', at, id, lines FROM audit_lookup WHERE term = 'file/file-0' AND id = 'entry-0005'")
	}, what: LookupForeign, seq: none, id: "entry-0000", detail: "file/x"},
	{name: "a segment filed under another place", do: set("audit_lookup", "at = at + 1", "term = 'file/file-0' AND id = 'entry-0005'"),
		what: LookupForeign, seq: none, id: "entry-0005", detail: "file/file-0"},
	{name: "listed twice", do: func(v *victim) {
		e, err := v.Find(v.tx, "entry-0000")
		v.must(err)
		v.must(insertSegments(v.tx, []segment{{Term: "file/file-0", At: e.At, ID: e.ID, Lines: string(e.appendLine(nil)) + "\n"}}))
	}, what: LookupForeign, seq: none},

	// the heads outside
	{name: "head outside of another key", do: func(v *victim) {
		other, _ := mustKeys()
		v.must(v.heads.Append(v.signedBy(other, 20)))
	}, what: OutsideForged, seq: numbered, needsHeads: true},
	{name: "head outside of another tree", do: func(v *victim) { v.must(v.heads.Append(v.signedBy(signerKey, 13))) },
		what: OutsideDiffers, seq: 13, needsHeads: true},
	{name: "head outside of a longer tree", do: func(v *victim) { v.must(v.heads.Append(v.signedBy(signerKey, 44))) },
		what: TailMissing, seq: numbered, detail: "44", needsHeads: true},
}

func set(table, values, where string) func(v *victim) {
	return func(v *victim) { v.exec("UPDATE " + table + " SET " + values + " WHERE " + where) }
}

func remove(table, where string) func(v *victim) {
	return func(v *victim) { v.exec("DELETE FROM " + table + " WHERE " + where) }
}

func setHash(level int, n int64) func(v *victim) {
	return set("audit_hash", "hash = (SELECT o.hash FROM audit_hash o WHERE o.position = 0)",
		fmt.Sprintf("position = %d", tlog.StoredHashIndex(level, n)))
}

func (v *victim) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// exec runs a statement that has to touch something.
func (v *victim) exec(query string) {
	v.t.Helper()
	v.execArgs(query, nil)
}

func (v *victim) execArgs(query string, args database.Args) {
	v.t.Helper()
	if rows, err := v.tx.Exec(query, args); err != nil || rows == 0 {
		v.t.Fatalf("%d rows, %v: %s", rows, err, query)
	}
}

// disarm takes the triggers away, as somebody with full rights on the database can.
func (v *victim) disarm() {
	v.t.Helper()
	if v.tx.Engine() == database.Postgres {
		for _, table := range []string{"entry", "queue", "leaf", "hash", "checkpoint", "head", "lookup"} {
			_, err := v.tx.Exec("ALTER TABLE audit_"+table+" DISABLE TRIGGER USER", nil)
			v.must(err)
		}
		return
	}
	var names []string
	v.must(v.tx.Select(&names, "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'", nil))
	for _, name := range names {
		_, err := v.tx.Exec("DROP TRIGGER "+name, nil)
		v.must(err)
	}
}

func (v *victim) setBody(id string, body []byte) {
	v.t.Helper()
	v.execArgs("UPDATE audit_entry SET body = :body WHERE id = :id", database.Args{"body": body, "id": id})
}

// blame puts the deed on somebody else, in the body and in the column.
func (v *victim) blame(id string) {
	v.t.Helper()
	e, err := v.Find(v.tx, id)
	v.must(err)
	e.ActorID = "worker-innocent"
	v.setBody(id, e.Canonical())
	args := database.Args{"actor": e.ActorID, "id": id}
	v.execArgs("UPDATE audit_entry SET actor_id = :actor WHERE id = :id", args)
	v.unlook(id)
	v.look(e)
}

// forget removes an entry with its leaf and its look-up rows.
func (v *victim) forget(id string) {
	v.t.Helper()
	for _, query := range []string{"DELETE FROM audit_entry WHERE id = :id", "DELETE FROM audit_leaf WHERE entry_id = :id"} {
		v.execArgs(query, database.Args{"id": id})
	}
	v.unlook(id)
}

// segments are all there are.
func (v *victim) segments() (rows []segment) {
	v.t.Helper()
	v.must(eachSegment(v.tx, func(s segment) error { rows = append(rows, s); return nil }))
	return rows
}

// relook rewrites the line of an entry under a term, or under every term; nothing takes it out.
func (v *victim) relook(term, id string, change func(line []string) []string) {
	v.t.Helper()
	for _, s := range v.segments() {
		if term != "" && s.Term != term || !strings.Contains(s.Lines, " "+id+" ") {
			continue
		}
		v.execArgs("DELETE FROM audit_lookup WHERE term = :term AND at = :at AND id = :id", database.Args{"term": s.Term, "at": int64(s.At), "id": s.ID})
		kept := segment{Term: s.Term}
		for line := range strings.Lines(s.Lines) {
			parts := strings.Fields(line)
			if parts[1] == id {
				parts = change(parts)
			}
			if parts != nil {
				at, err := strconv.ParseInt(parts[0], 10, 64)
				v.must(err)
				kept.At, kept.ID, kept.Lines = moment.Time(at), parts[1], kept.Lines+strings.Join(parts, " ")+"\n"
			}
		}
		if kept.Lines != "" {
			v.must(insertSegments(v.tx, []segment{kept}))
		}
	}
}

// unlook takes an entry out of every list.
func (v *victim) unlook(id string) {
	v.t.Helper()
	v.relook("", id, func([]string) []string { return nil })
}

// look lists an entry where it belongs, if it was listed.
func (v *victim) look(e Entry) {
	v.t.Helper()
	if _, err := seqOf(v.tx, e.ID); err == nil {
		v.must(insertSegments(v.tx, segments([]*Entry{&e})))
	}
}

// renumber closes the gap at seq and tells the head.
func (v *victim) renumber(seq int64) {
	v.t.Helper()
	for ; seq < numbered-1; seq++ {
		v.execArgs("UPDATE audit_leaf SET seq = :seq WHERE seq = :seq + 1", database.Args{"seq": seq})
	}
	v.exec("UPDATE audit_head SET size = size - 1 WHERE one = 1")
	v.exec("DELETE FROM audit_checkpoint WHERE size = 20")
}

func (v *victim) swapNumbers(a, b int64) {
	v.t.Helper()
	for _, move := range [][2]int64{{a, 1000}, {b, a}, {1000, b}} {
		v.execArgs("UPDATE audit_leaf SET seq = :to WHERE seq = :from", database.Args{"from": move[0], "to": move[1]})
	}
}

// releaf writes for every number the hash of its entry.
func (v *victim) releaf() {
	v.t.Helper()
	leaves, err := leavesIn(v.tx, 0, 1000)
	v.must(err)
	for _, row := range leaves {
		hash := tlog.RecordHash(row.Body)
		v.execArgs("UPDATE audit_leaf SET hash = :hash WHERE seq = :seq", database.Args{"hash": hash[:], "seq": row.Seq})
	}
}

// regrow writes the tree anew from the leaves as they are.
func (v *victim) regrow() {
	v.t.Helper()
	v.exec("DELETE FROM audit_hash")
	leaves, err := leavesIn(v.tx, 0, 1000)
	v.must(err)
	tree := newTree(v.tx)
	for i, row := range leaves {
		v.must(tree.add(int64(i), tlog.Hash(row.Hash)))
	}
	v.must(storeHashes(v.tx, tree.fresh))
}

// resign writes every checkpoint anew for the tree as it is.
func (v *victim) resign(key string) {
	v.t.Helper()
	signer, err := note.NewSigner(key)
	v.must(err)
	thief := &Log{origin: origin, signer: signer}
	for _, size := range signedAt {
		root, err := tlog.TreeHash(int64(size), newTree(v.tx))
		v.must(err)
		cp, err := thief.sign(int64(size), root)
		v.must(err)
		v.setNote(int64(size), cp.Text)
	}
}

func (v *victim) note(size int64) []byte {
	v.t.Helper()
	rows, err := checkpointsIn(v.tx, size-1, size)
	v.must(err)
	return rows[0].Note
}

func (v *victim) setNote(size int64, text []byte) {
	v.t.Helper()
	v.execArgs("UPDATE audit_checkpoint SET note = :note WHERE size = :size", database.Args{"note": text, "size": size})
}

// cut removes everything from number size on, and the queue with it.
func (v *victim) cut(size int64, head bool) {
	v.t.Helper()
	args := database.Args{"size": size, "hashes": tlog.StoredHashCount(size)}
	var cut []string
	v.must(v.tx.Select(&cut, "SELECT entry_id FROM audit_leaf WHERE seq >= :size", database.Args{"size": size}))
	for _, id := range cut {
		v.unlook(id)
	}
	v.execArgs("DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_leaf WHERE seq >= :size) OR id IN (SELECT entry_id FROM audit_queue)", args)
	v.exec("DELETE FROM audit_queue")
	v.execArgs("DELETE FROM audit_leaf WHERE seq >= :size", args)
	v.execArgs("DELETE FROM audit_hash WHERE position >= :hashes", args)
	if head {
		v.execArgs("DELETE FROM audit_checkpoint WHERE size > :size", args)
		v.execArgs("UPDATE audit_head SET size = :size WHERE one = 1", args)
	}
}

// slip puts in an entry of its own, with a number or a place in the queue if asked.
func (v *victim) slip(id string, seq int64, tag []byte) {
	v.t.Helper()
	e := example(99)
	e.ID = id
	body := e.Canonical()
	v.must(entryRows.Insert(v.tx, 1, func(_ int, to []any) []any {
		return append(to, e.ID, int64(e.At), e.Action, string(e.Op), e.Decision, e.ActorID, e.AgencyID, e.FileID, body)
	}))
	if seq != none {
		hash := tlog.RecordHash(body)
		v.must(leafRows.Insert(v.tx, 1, func(_ int, to []any) []any { return append(to, seq, e.ID, hash[:]) }))
	}
	if tag != nil {
		v.must(queueRows.Insert(v.tx, 1, func(_ int, to []any) []any { return append(to, e.ID, tag) }))
	}
}
