package audit

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"relais/internal/database"
	"relais/internal/fault"
)

// commitPatience is how long a commit of queued entries may take before its callers are refused.
const commitPatience = 10 * time.Second

// sealed is an entry ready to be stored: its columns, the bytes that are hashed, and the tag that only the program can make.
type sealed struct {
	entry *Entry
	body  []byte
	tag   []byte
	place int64 // beside the database, where it waits there
}

// batch is what shares one commit. Whoever waits on done reads err afterwards.
type batch struct {
	rows []*sealed
	done chan struct{}
	err  error
}

// pending is the batch that fills while another one is being committed.
type pending struct {
	sync.Mutex
	batch   *batch
	running bool
}

// Insert writes the entry in the transaction of the change that it records; an error has to undo the transaction.
// ID and At are filled in when empty.
func (l *Log) Insert(tx *database.Tx, e *Entry) error {
	row, err := l.seal(e)
	if err != nil {
		return err
	}
	rows := []*sealed{row}
	l.own.keep(rows) // if the transaction is undone after all, nothing asks for it
	return insert(tx, rows)
}

// Append returns when the entry is on disk; concurrent callers share a commit, and if that fails, all of them fail.
// It must not be called inside a transaction. When ctx ends before the commit has begun, the entry is not written and the
// error is ctx's; after that the outcome is awaited, so that a nil error always means written and an entry is never half there.
func (l *Log) Append(ctx context.Context, e *Entry) error {
	row, err := l.seal(e)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	b, leads := l.join(row)
	if leads {
		l.settle(b)
		l.handOn()
		return b.err
	}
	select {
	case <-b.done:
	case <-ctx.Done():
		if l.leave(b, row) {
			return ctx.Err()
		}
		<-b.done
	}
	return b.err
}

func (l *Log) seal(e *Entry) (*sealed, error) {
	if l.signer == nil {
		return nil, fault.New(fault.Internal, "audit.read_only")
	}
	if e.At == 0 {
		e.At = l.clock()
	}
	if e.ID == "" {
		e.ID = newID(e.At)
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	body := e.Canonical()
	return &sealed{entry: e, body: body, tag: l.tag(body)}, nil
}

// join puts the row into the batch that is filling. A caller who finds no commit under way leads: the batch is taken with
// this row alone, and the caller commits it without a change of goroutines.
func (l *Log) join(row *sealed) (b *batch, leads bool) {
	p := &l.pending
	p.Lock()
	defer p.Unlock()
	if !p.running {
		p.running = true
		return &batch{rows: []*sealed{row}, done: make(chan struct{})}, true
	}
	if p.batch == nil {
		p.batch = &batch{done: make(chan struct{})}
	}
	p.batch.rows = append(p.batch.rows, row)
	return p.batch, false
}

// leave takes the row back, unless its batch is already being committed.
func (l *Log) leave(b *batch, row *sealed) bool {
	p := &l.pending
	p.Lock()
	defer p.Unlock()
	if p.batch != b {
		return false
	}
	for i := range b.rows {
		if b.rows[i] == row {
			b.rows = append(b.rows[:i], b.rows[i+1:]...)
			return true
		}
	}
	return false
}

// handOn lets a goroutine commit what has queued meanwhile, so that the leader can return.
func (l *Log) handOn() {
	if b := l.take(); b != nil {
		go l.commitAll(b)
	}
}

// commitAll commits one batch after the other until nobody waits. No timer: a batch is what came while the last one was written.
func (l *Log) commitAll(b *batch) {
	for ; b != nil; b = l.take() {
		l.gather(l.settle(b))
	}
}

// take closes the batch that is filling; without one, no commit is under way any more.
func (l *Log) take() *batch {
	l.pending.Lock()
	defer l.pending.Unlock()
	b := l.pending.batch
	l.pending.batch = nil
	l.pending.running = b != nil
	return b
}

// settle commits the batch and lets its callers go. It tells how many there are, with those who wait already.
func (l *Log) settle(b *batch) int {
	b.err = l.commit(b.rows)
	close(b.done)
	return len(b.rows) + l.waitingNow()
}

func (l *Log) waitingNow() int {
	l.pending.Lock()
	defer l.pending.Unlock()
	if l.pending.batch == nil {
		return 0
	}
	return len(l.pending.batch.rows)
}

// gather lets those who were just released come back with their next entry, so that they do not split into two crowds that
// take turns. It yields to them and never waits: it ends when as many are there as a moment ago, or soon.
func (l *Log) gather(crowd int) {
	for yields := 0; crowd > 1 && yields < 4*crowd && l.waitingNow() < crowd; yields++ {
		runtime.Gosched()
	}
}

func (l *Log) commit(rows []*sealed) error {
	if len(rows) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), commitPatience)
	defer cancel()
	err := l.commitWith(ctx, rows)
	if err == nil {
		return nil
	}
	l.logger.Error("audit entries could not be written", slog.Int("entries", len(rows)), slog.Any("error", err))
	return fault.New(fault.Unavailable, "audit.unwritable").Because(err)
}

// commitWith commits the rows where looks wait.
func (l *Log) commitWith(ctx context.Context, rows []*sealed) error {
	if l.looks.db == nil {
		err := l.db.Write(ctx, func(tx *database.Tx) error { return insert(tx, rows) })
		if err == nil {
			l.own.keep(rows)
		}
		return err
	}
	err := l.looks.db.Write(ctx, func(tx *database.Tx) error { return insertLooks(tx, rows) })
	if err == nil {
		l.looks.keep(rows)
	}
	return err
}
