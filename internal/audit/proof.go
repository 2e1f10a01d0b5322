package audit

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"relais/internal/database"
	"relais/internal/fault"
)

// Inclusion shows that an entry is in the tree of a signed checkpoint. Entry is what was hashed.
type Inclusion struct {
	Entry      []byte
	Index      int64
	Hashes     tlog.RecordProof
	Checkpoint Checkpoint
}

// Text is the proof in the format C2SP tlog-proof@v1, to be kept beside Entry and checked with CheckInclusion or any other tool.
func (p Inclusion) Text() []byte {
	return []byte(formatInclusion(p.Index, p.Hashes, p.Checkpoint.Text))
}

// Consistency shows that the tree of a checkpoint is an older tree to which entries were added.
type Consistency struct {
	From       int64
	Hashes     tlog.TreeProof
	Checkpoint Checkpoint
}

// Text is the proof as a witness takes it (the body of C2SP tlog-witness add-checkpoint), to be checked with CheckConsistency.
func (p Consistency) Text() []byte {
	return []byte(formatConsistency(p.From, p.Hashes, p.Checkpoint.Text))
}

// Inclusion proves the entry against the newest checkpoint; fault.NotFound for an unknown entry, fault.Conflict for one that
// has no number yet.
func (l *Log) Inclusion(ctx context.Context, entryID string) (Inclusion, error) {
	var p Inclusion
	err := l.db.Read(ctx, func(tx *database.Tx) (err error) {
		if p.Entry, err = bodyOf(tx, entryID); err != nil {
			return err
		}
		if p.Checkpoint, err = l.newest(tx); err != nil {
			return err
		}
		p.Index, err = seqOf(tx, entryID)
		if errors.Is(err, database.ErrNoRows) || err == nil && p.Index >= p.Checkpoint.Size {
			return fault.New(fault.Conflict, "audit.not_numbered_yet")
		}
		if err == nil {
			p.Hashes, err = tlog.ProveRecord(p.Checkpoint.Size, p.Index, newTree(tx))
		}
		return err
	})
	return p, err
}

// Consistency proves that the tree of the checkpoint of to entries begins with the first from entries. To is the size of a
// signed checkpoint, or zero for the newest one.
func (l *Log) Consistency(ctx context.Context, from, to int64) (Consistency, error) {
	p := Consistency{From: from}
	err := l.db.Read(ctx, func(tx *database.Tx) (err error) {
		if p.Checkpoint, err = l.signedAt(tx, to); err != nil {
			return err
		}
		if from < 1 || from > p.Checkpoint.Size {
			return fault.New(fault.Invalid, "audit.no_such_size", "Size", from)
		}
		p.Hashes, err = tlog.ProveTree(p.Checkpoint.Size, from, newTree(tx))
		return err
	})
	return p, err
}

func (l *Log) signedAt(tx *database.Tx, size int64) (Checkpoint, error) {
	if size == 0 {
		cp, err := l.newest(tx)
		if err == nil && cp.Text == nil {
			err = fault.New(fault.NotFound, "audit.no_checkpoint")
		}
		return cp, err
	}
	rows, err := checkpointsIn(tx, size-1, size)
	if err != nil {
		return Checkpoint{}, err
	}
	if len(rows) == 0 {
		return Checkpoint{}, fault.New(fault.NotFound, "audit.no_checkpoint")
	}
	return l.open(rows[0].Note)
}

func formatInclusion(index int64, hashes []tlog.Hash, checkpoint []byte) string {
	return fmt.Sprintf("%s\nindex %d\n%s\n%s", inclusionHeading, index, formatHashes(hashes), checkpoint)
}

func formatConsistency(from int64, hashes []tlog.Hash, checkpoint []byte) string {
	return fmt.Sprintf("old %d\n%s\n%s", from, formatHashes(hashes), checkpoint)
}

func formatHashes(hashes []tlog.Hash) string {
	text := ""
	for _, hash := range hashes {
		text += hash.String() + "\n"
	}
	return text
}
