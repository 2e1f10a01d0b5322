package audit

import (
	"bytes"
	"context"
	"crypto/hmac"

	"golang.org/x/mod/sumdb/tlog"

	"relais/internal/database"
)

// pageSize is how many rows a verification holds at a time.
const pageSize = 512

// Verify recomputes the whole trail from its rows on one snapshot and reports the first thing that is wrong: bodies against
// columns, leaves and tree, every signed head inside and outside, the queue and the look-up rows. The error is only for what
// could not be read.
func (l *Log) Verify(ctx context.Context) (Report, error) {
	var report Report
	heads, err := l.headsOutside()
	if err != nil {
		return report, err
	}
	defer heads.stop()
	looked, err := l.allLooks(ctx)
	if err != nil {
		return report, err
	}
	err = l.db.Read(ctx, func(tx *database.Tx) error {
		report, err = l.verify(tx, heads, looked)
		return err
	})
	return report, err
}

func (l *Log) verify(tx *database.Tx, heads *headsOutside, looked []lookRow) (Report, error) {
	v := verification{log: l, tx: tx, heads: heads, looked: looked, found: newLookupSum()}
	for _, step := range []func() (*Finding, error){
		v.readHead, v.walk, v.checkBeyond, v.checkUnaccounted, v.checkQueue, v.checkLooks, v.checkLookups, v.checkHeadsLeft,
	} {
		finding, err := step()
		if err != nil || finding != nil {
			v.report.Wrong = finding
			return v.report, err
		}
	}
	return v.report, nil
}

// verification is one run over the rows.
type verification struct {
	log    *Log
	tx     *database.Tx
	report Report
	heads  *headsOutside
	tree   growing
	looked []lookRow            // what waited beside the database just before the snapshot
	signed map[int64]Checkpoint // those of the page
	found  lookupSum            // of the rows that the entries call for
}

func (v *verification) readHead() (*Finding, error) {
	size, found, err := sizeOf(v.tx)
	if err == nil && !found {
		return &Finding{What: HeadMissing, Seq: -1}, nil
	}
	v.report.Size = size
	return nil, err
}

// walk goes over the numbered entries, page by page, and grows the tree.
func (v *verification) walk() (*Finding, error) {
	for from := int64(0); from < v.report.Size; from += pageSize {
		finding, err := v.walkPage(from, min(from+pageSize, v.report.Size))
		if finding != nil || err != nil {
			return finding, err
		}
	}
	v.report.Root = v.tree.root()
	if _, ok := v.signed[v.report.Size]; !ok && v.report.Size > 0 {
		return &Finding{What: CheckpointMissing, Seq: v.report.Size}, nil
	}
	return nil, nil
}

func (v *verification) walkPage(from, to int64) (*Finding, error) {
	leaves, err := leavesIn(v.tx, from, to)
	if err != nil {
		return nil, err
	}
	nodes, err := nodesIn(v.tx, tlog.StoredHashCount(from), tlog.StoredHashCount(to))
	if err != nil {
		return nil, err
	}
	if finding, err := v.openSigned(from, to); finding != nil || err != nil {
		return finding, err
	}
	var stored []tlog.Hash
	for seq := from; seq < to; seq++ {
		if len(leaves) == 0 || leaves[0].Seq != seq {
			return &Finding{What: LeafMissing, Seq: seq}, nil
		}
		row := &leaves[0]
		leaves = leaves[1:]
		if finding := v.checkLeaf(row, nodes); finding != nil {
			finding.Seq, finding.EntryID = seq, row.EntryID
			return finding, nil
		}
		stored = v.tree.add(tlog.RecordHash(row.Body), stored)
		if finding := checkNodes(seq, stored, nodes); finding != nil {
			finding.EntryID = row.EntryID
			return finding, nil
		}
		nodes = nodes[len(stored):]
		if finding, err := v.checkHeads(seq + 1); finding != nil || err != nil {
			return finding, err
		}
	}
	return nil, nil
}

// checkLeaf holds an entry against its columns, its leaf and the lowest node of the tree. Of the three hashes the one that
// stands alone is the one that was changed.
func (v *verification) checkLeaf(row *leafRow, nodes []hashRow) *Finding {
	if row.Body == nil {
		return &Finding{What: EntryMissing}
	}
	hash := tlog.RecordHash(row.Body)
	inLeaf := string(row.Hash) == string(hash[:])
	inTree := len(nodes) > 0 && string(nodes[0].Hash) == string(hash[:])
	if !inLeaf && inTree {
		return &Finding{What: LeafChanged}
	}
	if !inLeaf {
		return &Finding{What: EntryChanged}
	}
	entry, finding := row.parse()
	if finding != nil {
		return finding
	}
	if row.Queued != "" {
		return &Finding{What: QueuedAgain}
	}
	v.found.addAll(entry.lookups())
	return nil
}

// checkNodes holds the nodes that leaf number seq completes against those that are stored.
func checkNodes(seq int64, want []tlog.Hash, nodes []hashRow) *Finding {
	position := tlog.StoredHashIndex(0, seq)
	for i, hash := range want {
		at := position + int64(i)
		if i >= len(nodes) || nodes[i].Position != at {
			return &Finding{What: TreeMissing, Seq: seq, Detail: placeInTree(at)}
		}
		if string(nodes[i].Hash) != string(hash[:]) {
			return &Finding{What: TreeChanged, Seq: seq, Detail: placeInTree(at)}
		}
	}
	return nil
}

// checkBeyond looks for rows that lie behind what the head counts.
func (v *verification) checkBeyond() (*Finding, error) {
	row, found, err := firstBeyond(v.tx, v.report.Size, tlog.StoredHashCount(v.report.Size))
	if err != nil || !found {
		return nil, err
	}
	return &Finding{What: BeyondHead, Seq: row.Seq, EntryID: row.EntryID, Detail: row.Place}, nil
}

// checkUnaccounted looks for entries that were kept from being numbered, or slipped in beside the queue.
func (v *verification) checkUnaccounted() (*Finding, error) {
	id, found, err := firstUnaccounted(v.tx)
	if err != nil || !found {
		return nil, err
	}
	return &Finding{What: EntryUnaccounted, Seq: -1, EntryID: id}, nil
}

// checkQueue counts the entries without a number and holds them against their tags, as far as this log has the key.
func (v *verification) checkQueue() (*Finding, error) {
	for after := ""; ; {
		page, err := queuedEntries(v.tx, after, pageSize)
		if err != nil {
			return nil, err
		}
		for i := range page {
			q := &page[i]
			_, wrong := q.parse()
			switch {
			case wrong != nil && wrong.What == EntryMissing:
				return &Finding{What: QueuedEntryMissing, Seq: -1, EntryID: q.EntryID}, nil
			case wrong != nil:
				return &Finding{What: QueuedEntryForeign, Seq: -1, EntryID: q.EntryID, Detail: wrong.Detail}, nil
			case v.log.tagKey != nil && !hmac.Equal(q.Tag, v.log.tag(q.Body)):
				return &Finding{What: QueuedEntryForeign, Seq: -1, EntryID: q.EntryID}, nil
			}
			after = q.EntryID
		}
		v.report.Queued += int64(len(page))
		if len(page) < pageSize {
			return nil, nil
		}
	}
}

// checkLooks counts the entries that wait beside the database and holds them against their tags. One that has got its number
// meanwhile, or that a crash left in both places, must be the same in both.
func (v *verification) checkLooks() (*Finding, error) {
	for i := range v.looked {
		r := &v.looked[i]
		numbered, err := numberedBody(v.tx, r.EntryID)
		if err != nil {
			return nil, err
		}
		entry, wrong := ParseEntry(r.Body)
		switch {
		case numbered != nil && !bytes.Equal(numbered, r.Body):
			return &Finding{What: QueuedAgain, Seq: -1, EntryID: r.EntryID}, nil
		case wrong != nil || entry.ID != r.EntryID || v.log.tagKey != nil && !hmac.Equal(r.Tag, v.log.tag(r.Body)):
			return &Finding{What: QueuedEntryForeign, Seq: -1, EntryID: r.EntryID}, nil
		case numbered == nil:
			v.report.Queued++
		}
	}
	return nil, nil
}

// allLooks reads what waits beside the database. It is read before the snapshot, so that an entry that moves is seen twice
// rather than nowhere.
func (l *Log) allLooks(ctx context.Context) (all []lookRow, err error) {
	if l.looks.db == nil {
		return nil, nil
	}
	err = l.looks.db.Read(ctx, func(tx *database.Tx) error {
		for after := int64(0); ; after = all[len(all)-1].Place {
			page, err := looksBetween(tx, after, everywhere, pageSize)
			all = append(all, page...)
			if err != nil || len(page) < pageSize {
				return err
			}
		}
	})
	return all, err
}
