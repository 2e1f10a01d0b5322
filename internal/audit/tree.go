package audit

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"relais/internal/database"
)

// tree reads stored hashes from the database and keeps them, together with those that are about to be stored.
type tree struct {
	tx    *database.Tx
	known map[int64]tlog.Hash
	fresh []storedHash
}

// storedHash is one node and its place in tlog's order of stored hashes.
type storedHash struct {
	position int64
	hash     tlog.Hash
}

func newTree(tx *database.Tx) *tree {
	return &tree{tx: tx, known: map[int64]tlog.Hash{}}
}

// ReadHashes gives the hashes at the positions; tlog calls it.
func (t *tree) ReadHashes(positions []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(positions))
	for i, position := range positions {
		hash, ok := t.known[position]
		if !ok {
			stored, err := hashAt(t.tx, position)
			if err != nil {
				return nil, err
			}
			if len(stored) != tlog.HashSize {
				return nil, fmt.Errorf("audit: tree hash %d is missing", position)
			}
			hash = tlog.Hash(stored)
			t.known[position] = hash
		}
		hashes[i] = hash
	}
	return hashes, nil
}

// add appends leaf number seq and remembers the hashes that have to be stored for it.
func (t *tree) add(seq int64, leaf tlog.Hash) error {
	hashes, err := tlog.StoredHashesForRecordHash(seq, leaf, t)
	if err != nil {
		return err
	}
	position := tlog.StoredHashIndex(0, seq)
	for i, hash := range hashes {
		t.known[position+int64(i)] = hash
		t.fresh = append(t.fresh, storedHash{position: position + int64(i), hash: hash})
	}
	return nil
}

// growing recomputes a tree leaf by leaf and holds one hash for each bit of its size.
type growing struct {
	size  int64
	peaks []tlog.Hash // roots of the full subtrees, the largest first
}

// add appends a leaf and returns the hashes that tlog stores for it, in their order.
func (g *growing) add(leaf tlog.Hash, stored []tlog.Hash) []tlog.Hash {
	stored = append(stored[:0], leaf)
	for n := g.size; n&1 == 1; n >>= 1 {
		last := len(g.peaks) - 1
		leaf = tlog.NodeHash(g.peaks[last], leaf)
		g.peaks = g.peaks[:last]
		stored = append(stored, leaf)
	}
	g.peaks = append(g.peaks, leaf)
	g.size++
	return stored
}

// root is the tree's root hash, as RFC 6962 computes it from the peaks.
func (g *growing) root() tlog.Hash {
	if len(g.peaks) == 0 {
		empty, _ := tlog.TreeHash(0, nil)
		return empty
	}
	root := g.peaks[len(g.peaks)-1]
	for i := len(g.peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(g.peaks[i], root)
	}
	return root
}
