package audit

import (
	"iter"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"relais/internal/fault"
)

// headsOutside walks over the heads that are kept outside while the tree grows.
type headsOutside struct {
	next  func() ([]byte, error, bool)
	stop  func()
	known int64 // size of the newest one before the snapshot; those beyond are newer than the snapshot
	text  []byte
	ended bool
}

// headsOutside notes the newest head before the snapshot is taken, because heads go outside after they are committed.
func (l *Log) headsOutside() (*headsOutside, error) {
	if l.heads == nil {
		return &headsOutside{stop: func() {}, ended: true}, nil
	}
	latest, err := l.heads.Latest()
	if err != nil {
		return nil, fault.New(fault.Unavailable, "audit.heads_unreadable").Because(err)
	}
	h := &headsOutside{}
	if cp, err := openCheckpoint(latest, l.verifiers); err == nil {
		h.known = cp.Size
	}
	h.next, h.stop = iter.Pull2(l.heads.All())
	return h, nil
}

// peek reads the head that is due; nil at the end.
func (h *headsOutside) peek() ([]byte, error) {
	if h.text != nil || h.ended {
		return h.text, nil
	}
	text, err, ok := h.next()
	if err != nil {
		return nil, fault.New(fault.Unavailable, "audit.heads_unreadable").Because(err)
	}
	h.text, h.ended = text, !ok
	return h.text, nil
}

// openSigned reads the heads that were signed in the database for trees of from+1 to to entries.
func (v *verification) openSigned(from, to int64) (*Finding, error) {
	rows, err := checkpointsIn(v.tx, from, to)
	v.signed = make(map[int64]Checkpoint, len(rows))
	for _, row := range rows {
		cp, err := openCheckpoint(row.Note, v.log.verifiers)
		if err != nil || cp.Origin != v.log.origin {
			return &Finding{What: CheckpointForged, Seq: row.Size}, nil
		}
		if cp.Size != row.Size {
			return &Finding{What: CheckpointDiffers, Seq: row.Size}, nil
		}
		v.signed[row.Size] = cp
	}
	return nil, err
}

// checkHeads compares the tree as it stands with the heads that were signed for this size, inside and outside.
func (v *verification) checkHeads(size int64) (*Finding, error) {
	cp, inside := v.signed[size]
	if inside {
		if cp.Root != v.tree.root() {
			return &Finding{What: CheckpointDiffers, Seq: size}, nil
		}
		v.report.Checkpoints++
	}
	for {
		kept, finding, err := v.keptOutside()
		if finding != nil || err != nil || kept.Text == nil || kept.Size > size {
			return finding, err
		}
		if finding, err := v.checkOutside(kept, size, inside); finding != nil || err != nil {
			return finding, err
		}
		v.heads.text = nil
		v.report.HeadsOutside++
	}
}

// keptOutside opens the head outside that is due.
func (v *verification) keptOutside() (Checkpoint, *Finding, error) {
	text, err := v.heads.peek()
	if err != nil || text == nil {
		return Checkpoint{}, nil, err
	}
	kept, err := openCheckpoint(text, v.log.verifiers)
	if err != nil || kept.Origin != v.log.origin {
		return Checkpoint{}, &Finding{What: OutsideForged, Seq: v.tree.size}, nil
	}
	return kept, nil, nil
}

// checkOutside compares one head outside with the tree and asks for its twin inside. One that comes late, because two
// instances wrote at once, is compared with the nodes that are already known to be right.
func (v *verification) checkOutside(kept Checkpoint, size int64, inside bool) (*Finding, error) {
	root := v.tree.root()
	if kept.Size < size {
		var err error
		if root, err = tlog.TreeHash(kept.Size, newTree(v.tx)); err != nil {
			return nil, err
		}
		if inside, err = isSignedAt(v.tx, kept.Size); err != nil {
			return nil, err
		}
	}
	switch {
	case kept.Root != root:
		return &Finding{What: OutsideDiffers, Seq: kept.Size}, nil
	case !inside:
		return &Finding{What: CheckpointMissing, Seq: kept.Size}, nil
	}
	return nil, nil
}

// checkHeadsLeft looks at the heads outside that count more entries than there are.
func (v *verification) checkHeadsLeft() (*Finding, error) {
	for {
		kept, finding, err := v.keptOutside()
		switch {
		case finding != nil || err != nil || kept.Text == nil:
			return finding, err
		case kept.Size <= v.report.Size:
			if finding, err := v.checkOutside(kept, v.report.Size+1, false); finding != nil || err != nil {
				return finding, err
			}
			v.report.HeadsOutside++
		case kept.Size <= v.heads.known:
			return &Finding{What: TailMissing, Seq: v.report.Size, Detail: strconv.FormatInt(kept.Size, 10)}, nil
		}
		v.heads.text = nil
	}
}

func placeInTree(position int64) string {
	level, n := tlog.SplitStoredHashIndex(position)
	return strconv.Itoa(level) + "/" + strconv.FormatInt(n, 10)
}
