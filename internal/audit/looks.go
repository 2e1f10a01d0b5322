package audit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"log/slog"
	"math"
	"slices"
	"sync"

	"relais/internal/database"
	"relais/internal/fault"
)

// On SQLite the entries of looks, which change nothing, are committed to a file beside the database until they get their
// numbers: a commit to the database itself would empty the page cache of everybody who reads it, at each look. The sequencer
// moves them. A crash between its two commits leaves an entry in both places, which is seen and repaired; none is ever lost.

// afresh is after how many rounds the file is read even though this process knows what it put there: another one, such as the
// command line, may have written too.
const afresh = 64

// manyWait is how many entries may wait before the sequencer is asked for out of turn: long before mostOwn, so that in a busy
// second, too, they are numbered from memory.
const manyWait = 2 * roundSize

// everywhere stands for a place beyond all others.
const everywhere = math.MaxInt64

// looks are the entries that wait beside the database.
type looks struct {
	db *database.DB // nil where entries of looks queue in the database itself

	lock    sync.Mutex
	waiting []*sealed // put there by this process after the place up to which the file has to be read, in their order
	unread  int64     // that place: what lies up to it is not remembered; everywhere means that nothing is
	rounds  int
	many    chan struct{}
}

// keep remembers what was committed, so that it need not be read again.
func (k *looks) keep(rows []*sealed) {
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.unread != everywhere && rows[0].place <= k.unread {
		k.unread = 0 // places begin again in an empty file
	}
	switch {
	case k.unread == everywhere:
	case len(k.waiting)+len(rows) > mostOwn:
		k.waiting, k.unread = nil, rows[len(rows)-1].place // what is forgotten is read from the file
	default:
		k.waiting = append(k.waiting, rows...)
	}
	if len(k.waiting) >= manyWait {
		select {
		case k.many <- struct{}{}:
		default: // it was said already
		}
	}
}

// next gives the head of what this process knows to wait or, where there is none or the file comes first, the place up to which
// the file has to be read.
func (k *looks) next() (known []*sealed, unread int64) {
	k.lock.Lock()
	defer k.lock.Unlock()
	k.rounds++
	switch n := len(k.waiting); {
	case n == 0 && k.unread == 0:
		k.unread = everywhere
	case n > 0 && k.rounds%afresh == 0:
		k.waiting, k.unread = nil, k.waiting[n-1].place
	}
	if k.unread > 0 {
		return nil, k.unread
	}
	return k.waiting[:min(len(k.waiting), roundSize)], 0
}

// caughtUp says that the file was read up to that place. From then on what is committed is remembered; what slipped between, where
// all of the file was read, is read when nothing else waits. It tells whether more than a round is remembered already.
func (k *looks) caughtUp(unread int64) (more bool) {
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.unread == unread {
		k.unread = 0
	}
	return len(k.waiting) >= roundSize
}

// settle drops what got its numbers from the head of what is remembered, unless it was forgotten meanwhile.
func (k *looks) settle(rows []*sealed) {
	k.lock.Lock()
	defer k.lock.Unlock()
	if len(k.waiting) > 0 && k.waiting[0] == rows[0] {
		k.waiting = append([]*sealed(nil), k.waiting[len(rows):]...)
	}
}

// doubt has the whole file read before anything is numbered from memory again.
func (k *looks) doubt() {
	k.lock.Lock()
	defer k.lock.Unlock()
	k.waiting, k.unread = nil, everywhere
}

// beside is what a round of numbering takes from beside the database.
type beside struct {
	rows    []*sealed
	known   bool     // remembered, not read from the file
	last    int64    // place up to which the file was read
	full    bool     // there may be more
	foreign []string // entries that lie there and that the program did not write
}

// takeLooks takes what waits beside the database, from memory or, after a place, from the file.
func (l *Log) takeLooks(ctx context.Context, after int64) (b beside, err error) {
	if l.looks.db == nil {
		return b, nil
	}
	known, unread := l.looks.next()
	if unread == 0 {
		return beside{rows: known, known: true, full: len(known) == roundSize}, nil
	}
	var found []lookRow
	err = l.looks.db.Read(ctx, func(tx *database.Tx) error {
		found, err = looksBetween(tx, after, unread, roundSize)
		return err
	})
	if err != nil {
		return b, err
	}
	b.full = len(found) == roundSize || l.looks.caughtUp(unread)
	for i := range found {
		b.last = found[i].Place
		if row, ok := l.genuineLook(&found[i]); ok {
			b.rows = append(b.rows, row)
		} else {
			b.foreign = append(b.foreign, found[i].EntryID)
		}
	}
	return b, nil
}

// genuineLook gives an entry that waits beside the database, if the program wrote it as it lies there.
func (l *Log) genuineLook(r *lookRow) (*sealed, bool) {
	entry, err := ParseEntry(r.Body)
	if err != nil || entry.ID != r.EntryID || !hmac.Equal(r.Tag, l.tag(r.Body)) {
		return nil, false
	}
	return &sealed{entry: &entry, body: r.Body, tag: r.Tag, place: r.Place}, true
}

// dropLooks removes what has got its numbers from beside the database.
func (l *Log) dropLooks(ctx context.Context, b beside) error {
	if len(b.rows) == 0 {
		return nil
	}
	err := l.looks.db.Write(ctx, func(tx *database.Tx) error { return removeLooks(tx, b.rows) })
	if err != nil {
		l.looks.doubt() // they lie in both places now
		return fault.New(fault.Unavailable, "audit.unwritable").Because(err)
	}
	if b.known {
		l.looks.settle(b.rows)
	}
	return nil
}

// without leaves out what has to stay beside the database.
func (b beside) without(ids []string) beside {
	if len(ids) > 0 {
		b.rows = slices.DeleteFunc(slices.Clone(b.rows), func(row *sealed) bool { return slices.Contains(ids, row.entry.ID) })
	}
	return b
}

// freshLooks leaves out what a crash left in both places. Twice are the ids under which another entry is numbered. What is
// remembered is fresh: had another process numbered it, the transaction would fail by its unique ids and the file be read.
func freshLooks(tx *database.Tx, b beside) (fresh []*sealed, twice []string, err error) {
	if b.known || len(b.rows) == 0 {
		return b.rows, nil, nil
	}
	ids := make([]string, len(b.rows))
	for i, row := range b.rows {
		ids[i] = row.entry.ID
	}
	numbered, err := numberedOf(tx, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, row := range b.rows {
		switch body, there := numbered[row.entry.ID]; {
		case !there:
			fresh = append(fresh, row)
			numbered[row.entry.ID] = row.body // one that stands twice has one number
		case !bytes.Equal(body, row.body):
			twice = append(twice, row.entry.ID)
		}
	}
	return fresh, twice, nil
}

// looksWait says whether anything waits beside the database.
func (l *Log) looksWait(ctx context.Context) (bool, error) {
	if l.looks.db == nil {
		return false, nil
	}
	l.looks.lock.Lock()
	known := len(l.looks.waiting) > 0
	l.looks.lock.Unlock()
	if known {
		return true, nil
	}
	var n int
	err := l.looks.db.Get(ctx, &n, anyLook, nil)
	return n > 0, err
}

// Settle numbers what waits beside the database, so that whoever reads the trail next finds it there. What keeps it from that is
// named by Verify and by the sequencer, and no reason to show nothing.
func (l *Log) Settle(ctx context.Context) {
	if l.looks.db == nil || l.signer == nil {
		return
	}
	if _, err := l.Sequence(ctx); err != nil {
		l.logger.Error("audit entries could not be numbered", slog.Any("error", err))
	}
}
