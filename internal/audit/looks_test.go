package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/migrations"
)

// withLooks is a log on SQLite whose looks wait beside the database, as the program opens it.
func withLooks(t testing.TB, url string, heads *DirHeads) *house {
	t.Helper()
	h := openHouse(t, url, heads)
	looks, err := database.OpenBeside(t.Context(), url, "looks", migrations.Looks)
	if err != nil {
		t.Fatal(err)
	}
	if looks != nil {
		t.Cleanup(func() { _ = looks.Close() })
	}
	h.Log = h.log(h.db, Options{Heads: heads, Looks: looks})
	return h
}

func newHouseWithLooks(t *testing.T) *house {
	t.Helper()
	return withLooks(t, emptySQLite(t), newHeads(t))
}

// again is the log of another process on the same files.
func (h *house) again() *house { return withLooks(h.t, h.url, h.heads) }

// waits are the ids that lie beside the database, read on another connection.
func (h *house) waits() (ids []string) {
	h.t.Helper()
	rows, err := h.again().allLooks(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	for _, row := range rows {
		ids = append(ids, row.EntryID)
	}
	return ids
}

// beside writes to the file as somebody else than the program would.
func (h *house) beside(fn func(tx *database.Tx) error) {
	h.t.Helper()
	if err := h.looks.db.Write(h.t.Context(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func TestLooks_waitBesideTheDatabaseUntilTheyAreNumbered(t *testing.T) {
	h := newHouseWithLooks(t)
	h.append(0, 3)
	if got := fmt.Sprint(h.waits()); got != "[entry-0000 entry-0001 entry-0002]" {
		t.Errorf("beside lie %s", got)
	}
	h.mustBeWhole(0, 3)
	h.write(func(tx *database.Tx) error { // a change queues in its own transaction
		e := example(1)
		e.ID = "entry-0001-a"
		return h.Insert(tx, e)
	})
	h.mustBeWhole(0, 4)
	if cp := h.sequence(); cp.Size != 4 {
		t.Errorf("%d are numbered", cp.Size)
	}
	h.mustBeWhole(4, 0)
	if left := h.waits(); len(left) != 0 {
		t.Errorf("beside still lie %v", left)
	}
	h.read(func(tx *database.Tx) error {
		for n, id := range []string{"entry-0000", "entry-0001", "entry-0001-a", "entry-0002"} {
			if seq, err := seqOf(tx, id); err != nil || seq != int64(n) {
				t.Errorf("%s has number %d, %v", id, seq, err)
			}
		}
		return nil
	})
}

func TestLooks_ofAnotherProcessAreNumberedToo(t *testing.T) {
	h := newHouseWithLooks(t)
	const many = 2*roundSize + 5
	rows := make([]*sealed, many)
	for n := range rows {
		row, err := h.seal(example(n))
		if err != nil {
			t.Fatal(err)
		}
		rows[n] = row
	}
	h.beside(func(tx *database.Tx) error { return insertLooks(tx, rows) }) // committed, and the process died
	h.append(0, 2)
	h.sequence()
	h.mustBeWhole(many+2, 0)
}

// TestLooks_leftInBothPlacesAreNumberedOnce is a crash between the commit of the numbers and the removal.
func TestLooks_leftInBothPlacesAreNumberedOnce(t *testing.T) {
	h := newHouseWithLooks(t)
	h.append(0, 5)
	rows, err := h.allLooks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.sequence()
	h.beside(func(tx *database.Tx) error {
		return lookRows.Insert(tx, len(rows), func(i int, to []any) []any { return append(to, rows[i].EntryID, rows[i].Tag, rows[i].Body) })
	})
	h.mustBeWhole(5, 0)
	after := h.again()
	after.append(5, 6)
	after.sequence()
	after.mustBeWhole(6, 0)
	if left := h.waits(); len(left) != 0 {
		t.Errorf("beside still lie %v", left)
	}
}

func TestLooks_thatStandTwiceAreNumberedOnce(t *testing.T) {
	h := newHouseWithLooks(t)
	h.append(0, 3)
	h.beside(func(tx *database.Tx) error {
		_, err := tx.Exec("INSERT INTO audit_look (entry_id, tag, body) SELECT entry_id, tag, body FROM audit_look", nil)
		return err
	})
	after := h.again()
	after.sequence()
	after.mustBeWhole(3, 0)
	if left := h.waits(); len(left) != 0 {
		t.Errorf("beside still lie %v", left)
	}
}

func TestLooks_thatTheProgramDidNotWriteAreNamed(t *testing.T) {
	other := example(7)
	for name, c := range map[string]struct {
		id   string
		what Wrong
	}{"slipped in": {"entry-x", QueuedEntryForeign}, "under a numbered id": {"entry-0001", QueuedAgain}} {
		t.Run(name, func(t *testing.T) {
			h := newHouseWithLooks(t)
			h.append(0, 3)
			h.sequence()
			forged := *other
			forged.ID = c.id
			body := forged.Canonical()
			h.beside(func(tx *database.Tx) error {
				return lookRows.Insert(tx, 1, func(_ int, to []any) []any { return append(to, c.id, make([]byte, 32), body) })
			})
			h.append(3, 4)
			_, err := h.again().Sequence(t.Context())
			wantKey(t, err, fault.Internal, "audit.queue_tampered")
			if f, ok := fault.As(err); ok && f.Args["Entry"] != c.id {
				t.Errorf("named %v", f.Args)
			}
			if report := h.verify(); report.Size != 4 || report.Wrong == nil || report.Wrong.What != c.what || report.Wrong.EntryID != c.id {
				t.Errorf("%+v, %+v", report, report.Wrong)
			}
		})
	}
}

func TestLooks_thatVanishFailTheirCaller(t *testing.T) {
	for name, trigger := range map[string]string{
		"not inserted": `CREATE TRIGGER meddle BEFORE INSERT ON audit_look BEGIN SELECT RAISE(IGNORE); END`,
		"deleted":      `CREATE TRIGGER meddle AFTER INSERT ON audit_look BEGIN DELETE FROM audit_look WHERE place = NEW.place; END`,
		"changed":      `CREATE TRIGGER meddle AFTER INSERT ON audit_look BEGIN UPDATE audit_look SET body = x'00' WHERE place = NEW.place; END`,
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouseWithLooks(t)
			h.append(0, 1)
			h.beside(func(tx *database.Tx) error {
				_, err := tx.Exec("DROP TRIGGER audit_look_unchanged", nil)
				if err == nil {
					_, err = tx.Exec(trigger, nil)
				}
				return err
			})
			wantKey(t, h.Append(t.Context(), example(1)), fault.Unavailable, "audit.unwritable")
			h.mustBeWhole(0, 1)
		})
	}
}

func TestLooks_areNotOverwritten(t *testing.T) {
	h := newHouseWithLooks(t)
	h.append(0, 1)
	err := h.looks.db.Write(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec("UPDATE audit_look SET body = x'00'", nil)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "the trail is only added to") {
		t.Errorf("got %v", err)
	}
}

// TestLooks_ofTwoProcessesDropOnlyTheirOwn: two processes have numbered the same looks, and before the second one drops them a place has
// gone to a new look, which nobody has numbered.
func TestLooks_ofTwoProcessesDropOnlyTheirOwn(t *testing.T) {
	h := newHouseWithLooks(t)
	h.append(0, 3)
	numbered, err := h.takeLooks(t.Context(), 0)
	if err != nil || len(numbered.rows) != 3 {
		t.Fatal(len(numbered.rows), err)
	}
	other := h.again()
	other.sequence()
	other.append(3, 5)
	h.beside(func(tx *database.Tx) error { return removeLooks(tx, numbered.rows) })
	if got := fmt.Sprint(h.waits()); got != "[entry-0003 entry-0004]" {
		t.Errorf("beside lie %s", got)
	}
	other.sequence()
	h.mustBeWhole(5, 0)
}

// TestLooks_ofTwoProcessesAtOnce lets two logs append and number at once; each may number what the other remembers.
func TestLooks_ofTwoProcessesAtOnce(t *testing.T) {
	h := newHouseWithLooks(t)
	var all sync.WaitGroup
	for i, l := range []*house{h, h.again(), h, h.again()} {
		all.Go(func() {
			for n := range 40 {
				if err := l.Append(t.Context(), example(i*40+n)); err != nil {
					t.Error(err)
				}
				if _, err := l.Sequence(t.Context()); err != nil {
					t.Error(err)
				}
				if report, err := l.Verify(t.Context()); n%8 == 0 && (err != nil || report.Wrong != nil) {
					t.Errorf("%+v, %v", report.Wrong, err)
				}
			}
		})
	}
	all.Wait()
	h.sequence()
	h.mustBeWhole(160, 0)
	if left := h.waits(); len(left) != 0 {
		t.Errorf("beside still lie %v", left)
	}
}

func TestSettle_letsTheNextReaderFindALook(t *testing.T) {
	h := newHouseWithLooks(t)
	h.append(0, 1)
	if h.has("entry-0000") {
		t.Fatal("a look was in the database before it was numbered")
	}
	h.Settle(context.Background())
	if !h.has("entry-0000") {
		t.Error("it is not there")
	}
}

func TestLooks_thatAreManyCallTheSequencer(t *testing.T) {
	h := newHouseWithLooks(t)
	called := func() bool {
		select {
		case <-h.Many():
			return true
		default:
			return false
		}
	}
	h.append(90, 91)
	h.sequence() // has read the file, and remembers from now on
	h.append(0, 3)
	others := slices.Repeat([]*sealed{{place: 3}}, manyWait-4)
	h.looks.keep(others)
	if called() {
		t.Errorf("the sequencer was called although fewer than %d entries wait", manyWait)
	}
	h.append(3, 4)
	if !called() {
		t.Fatalf("%d entries wait, and nobody called the sequencer", manyWait)
	}
	h.looks.settle(h.looks.waiting)
	h.append(4, 5)
	if called() {
		t.Error("one entry waits, and the sequencer was called")
	}
}

// TestLooks_thatWereForgottenAreReadFromTheFile and those that came after them are numbered from memory, each once.
func TestLooks_thatWereForgottenAreReadFromTheFile(t *testing.T) {
	h := newHouseWithLooks(t)
	h.append(90, 91)
	h.sequence() // has read the file, and remembers from now on
	h.append(0, 3)
	last := h.looks.waiting[2].place
	h.looks.keep(slices.Repeat([]*sealed{{place: last}}, mostOwn)) // more than is remembered
	if len(h.looks.waiting) != 0 || h.looks.unread != last {
		t.Fatalf("%d are remembered, and the file is read up to %d, not %d", len(h.looks.waiting), h.looks.unread, last)
	}
	h.append(3, 6)
	if len(h.looks.waiting) != 3 {
		t.Fatalf("of those that came after, %d are remembered", len(h.looks.waiting))
	}
	h.sequence()
	h.sequence()
	h.mustBeWhole(7, 0)
	if left := h.waits(); len(left) != 0 {
		t.Errorf("beside still lie %v", left)
	}
	h.append(6, 8) // in an empty file places begin again
	h.sequence()
	h.mustBeWhole(9, 0)
}

// TestLooks_ofAnotherProcessDoNotWaitForAQuietSecond are found although this process has something of its own in each round.
func TestLooks_ofAnotherProcessDoNotWaitForAQuietSecond(t *testing.T) {
	h := newHouseWithLooks(t)
	h.sequence()
	h.append(0, 1)
	other := example(900)
	other.ID = "entry-0900"
	if err := h.again().Append(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	for n := 1; !h.has("entry-0900"); n++ {
		if n > afresh {
			t.Fatalf("after %d rounds it has no number", n)
		}
		h.append(n, n+1)
		h.sequence()
	}
}
