package audit

import (
	"cmp"
	"context"
	"log/slog"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"relais/internal/database"
	"relais/internal/fault"
)

// roundSize bounds how long one round of numbering holds the writing connection: some hundredths of a second. Larger rounds
// write the pages that all entries share less often.
const roundSize = 1024

// sequenceTries bounds how often a sequencer begins again that others have overtaken more often than a write is run again.
const sequenceTries = 5

// Sequence numbers the queued entries in the order of their ids, adds them to the tree, signs the new head and keeps it
// outside. It is called every second and at shutdown; several instances may call it at once. Entries that were changed or
// put into the queue by another hand stay there and are named by the error, after the others have been numbered.
func (l *Log) Sequence(ctx context.Context) (Checkpoint, error) {
	if l.signer == nil {
		return Checkpoint{}, fault.New(fault.Internal, "audit.read_only")
	}
	l.sequencing.Lock()
	defer l.sequencing.Unlock()
	var cp Checkpoint
	var err error
	for range sequenceTries {
		cp, err = l.sequence(ctx)
		if _, decided := fault.As(err); err == nil || decided || ctx.Err() != nil {
			break
		}
	}
	return cp, err
}

// Many says that so much waits for a number that Sequence should not wait for its second.
func (l *Log) Many() <-chan struct{} { return l.looks.many }

// sequence runs rounds until the queue holds nothing but entries that cannot be numbered.
func (l *Log) sequence(ctx context.Context) (Checkpoint, error) {
	cp, waiting, err := l.standing(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	if err := l.keepOutside(cp, false); err != nil {
		return cp, err
	}
	var foreign []string
	begins := cp.Size == 0
	for at := (reach{}); waiting; {
		var r round
		if r, err = l.number(ctx, at); err != nil {
			return Checkpoint{}, err
		}
		cp, at, waiting = r.head, r.reach, r.full
		foreign = append(foreign, r.foreign...)
		if err := l.keepOutside(cp, begins); err != nil {
			return cp, err
		}
	}
	if len(foreign) > 0 {
		return cp, fault.New(fault.Internal, "audit.queue_tampered", "Entry", foreign[0], "Count", len(foreign))
	}
	return cp, nil
}

// standing reads the newest checkpoint and whether anything waits, so that an idle second writes nothing. The head outside
// is read first: another instance may make the one inside newer meanwhile, never older.
func (l *Log) standing(ctx context.Context) (cp Checkpoint, waiting bool, err error) {
	kept, err := l.keptOutside()
	if err != nil {
		return cp, false, err
	}
	err = l.db.Read(ctx, func(tx *database.Tx) error {
		if cp, err = l.newest(tx); err != nil {
			return err
		}
		waiting, err = somethingQueued(tx)
		return err
	})
	if err == nil && !waiting {
		waiting, err = l.looksWait(ctx)
	}
	switch {
	case err != nil:
		return cp, false, err
	case kept.Size > cp.Size:
		return cp, false, rolledBack(cp.Size, kept.Size)
	case kept.Size == cp.Size && kept.Root != cp.Root:
		return cp, false, forked(cp.Size)
	}
	return cp, waiting, nil
}

// reach is how far the queues were looked at.
type reach struct {
	id    string // of the last entry in the database's own queue
	place int64  // of the last one beside the database that was read from its file
}

// round is what one transaction of numbering did.
type round struct {
	reach
	head    Checkpoint
	full    bool     // there may be more
	foreign []string // queued entries that the program did not write as they are
}

// number runs one round. The transaction may run again; what waits beside the database is removed only after it.
func (l *Log) number(ctx context.Context, from reach) (round, error) {
	looked, err := l.takeLooks(ctx, from.place)
	if err != nil {
		return round{}, err
	}
	var r round
	var twice []string
	err = l.db.Write(ctx, func(tx *database.Tx) error {
		r, twice, err = l.numberIn(tx, from, looked)
		return err
	})
	if err != nil {
		l.looks.doubt() // another process may have numbered what is remembered
		return r, err
	}
	r.foreign = append(append(r.foreign, looked.foreign...), twice...)
	return r, l.dropLooks(ctx, looked.without(twice))
}

// numberIn gives numbers to one round of queued entries, in the order of their ids. Twice are those beside the database under
// whose id another entry is numbered.
func (l *Log) numberIn(tx *database.Tx, from reach, looked beside) (r round, twice []string, err error) {
	r = round{reach: from, full: looked.full}
	if !looked.known && looked.last > 0 {
		r.place = looked.last
	}
	size, err := takeTurn(tx)
	if err != nil {
		return r, nil, err
	}
	t := newTree(tx)
	if r.head, err = l.agreed(tx, t, size); err != nil {
		return r, nil, err
	}
	queued, err := queuedEntries(tx, from.id, roundSize)
	if err != nil {
		return r, nil, err
	}
	if len(queued) > 0 {
		r.id, r.full = queued[len(queued)-1].EntryID, r.full || len(queued) == roundSize
	}
	fresh, twice, err := freshLooks(tx, looked)
	if err != nil {
		return r, nil, err
	}
	leaves, foreign, err := l.plant(t, size, queued, fresh)
	r.foreign = foreign
	if err != nil || len(leaves) == 0 {
		return r, twice, err
	}
	if err := insertEntries(tx, fresh); err != nil {
		return r, nil, err
	}
	r.head, err = l.store(tx, t, size, leaves)
	return r, twice, err
}

// agreed makes sure that the tree is still the one that was signed last, here and outside; on anything else no name is put.
func (l *Log) agreed(tx *database.Tx, t *tree, size int64) (Checkpoint, error) {
	head, err := l.newest(tx)
	if err != nil {
		return Checkpoint{}, err
	}
	root, err := tlog.TreeHash(size, t)
	if err != nil {
		return Checkpoint{}, fault.New(fault.Internal, "audit.tree_broken").Because(err)
	}
	if head.Size != size || size > 0 && head.Root != root {
		return Checkpoint{}, fault.New(fault.Internal, "audit.tree_broken")
	}
	return head, l.agreedOutside(t, size)
}

// agreedOutside refuses to grow a database that was set back or exchanged: it would sign a second history.
func (l *Log) agreedOutside(t *tree, size int64) error {
	kept, err := l.keptOutside()
	if err != nil || kept.Text == nil {
		return err
	}
	if kept.Size > size {
		return rolledBack(size, kept.Size)
	}
	root, err := tlog.TreeHash(kept.Size, t)
	if err != nil || root != kept.Root {
		return forked(kept.Size)
	}
	return nil
}

func rolledBack(inside, outside int64) error {
	return fault.New(fault.Internal, "audit.rolled_back", "Inside", inside, "Outside", outside)
}

func forked(size int64) error { return fault.New(fault.Internal, "audit.forked", "Size", size) }

// keptOutside is the newest head that is kept outside; the zero Checkpoint where there is none.
func (l *Log) keptOutside() (Checkpoint, error) {
	text, err := l.heads.Latest()
	if err != nil {
		return Checkpoint{}, fault.New(fault.Unavailable, "audit.heads_unreadable").Because(err)
	}
	if text == nil {
		return Checkpoint{}, nil
	}
	return l.open(text)
}

// keepOutside appends the head to those kept outside, unless another instance has kept it or a newer one. Where the log begins
// there cannot be one before; of a log that has been signed already somebody may have taken them away.
func (l *Log) keepOutside(head Checkpoint, begins bool) error {
	kept, err := l.keptOutside()
	if err != nil || kept.Size >= head.Size {
		return err
	}
	if kept.Text == nil && !begins {
		l.logger.Warn("no audit head is kept outside yet; heads from before, if there are any, belong there", slog.Int64("size", head.Size))
	}
	if err := l.heads.Append(head.Text); err != nil {
		return fault.New(fault.Unavailable, "audit.head_not_kept").Because(err)
	}
	return nil
}

// leaf is an entry that gets its number.
type leaf struct {
	seq    int64
	entry  *Entry
	hash   tlog.Hash
	queued bool // in the database's own queue
}

// plant gives numbers to the looks and to those queued entries that are as the program wrote them, in the order of their ids,
// and adds them to the tree.
func (l *Log) plant(t *tree, size int64, queued []queuedEntry, looked []*sealed) (leaves []leaf, foreign []string, err error) {
	leaves = make([]leaf, 0, len(queued)+len(looked))
	for i := range queued {
		q := &queued[i]
		entry, ok := l.genuine(q)
		if !ok {
			foreign = append(foreign, q.EntryID)
			continue
		}
		leaves = append(leaves, leaf{entry: entry, hash: tlog.RecordHash(q.Body), queued: true})
	}
	for _, row := range looked {
		leaves = append(leaves, leaf{entry: row.entry, hash: tlog.RecordHash(row.body)})
	}
	slices.SortFunc(leaves, func(a, b leaf) int { return cmp.Compare(a.entry.ID, b.entry.ID) })
	for i := range leaves {
		leaves[i].seq = size + int64(i)
		if err := t.add(leaves[i].seq, leaves[i].hash); err != nil {
			return nil, nil, err
		}
	}
	return leaves, foreign, nil
}

// store writes the round's leaves, hashes and lookup rows, empties their places in the queue and signs the new head.
func (l *Log) store(tx *database.Tx, t *tree, size int64, leaves []leaf) (Checkpoint, error) {
	size += int64(len(leaves))
	root, err := tlog.TreeHash(size, t)
	if err != nil {
		return Checkpoint{}, err
	}
	head, err := l.sign(size, root)
	if err != nil {
		return Checkpoint{}, err
	}
	if err := storeLeaves(tx, leaves); err != nil {
		return Checkpoint{}, err
	}
	if err := storeHashes(tx, t.fresh); err != nil {
		return Checkpoint{}, err
	}
	if err := storeLookups(tx, leaves); err != nil {
		return Checkpoint{}, err
	}
	return head, storeHead(tx, head)
}
