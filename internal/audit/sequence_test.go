package audit

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"relais/internal/database"
	"relais/internal/fault"
)

func TestSequence_numbersInTheOrderOfIDsAndEmptiesTheQueue(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.append(5, 9)
		h.append(0, 5)
		if cp := h.sequence(); cp.Size != 9 || cp.Origin != origin {
			t.Errorf("%+v", cp)
		}
		h.append(9, 10)
		h.sequence()
		h.mustBeWhole(10, 0)
		h.read(func(tx *database.Tx) error {
			for n, id := range []string{"entry-0000", "entry-0001", "entry-0002"} {
				if seq, err := seqOf(tx, id); err != nil || seq != int64(n) {
					t.Errorf("%s has number %d, %v", id, seq, err)
				}
			}
			return nil
		})
	})
}

func TestSequence_signsWhatTlogComputesFromTheBodies(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for _, to := range []int{1, 2, 7, 8, 33} {
			var from int
			if newest, err := h.Checkpoint(t.Context()); err == nil {
				from = int(h.opened(newest).Size)
			}
			h.append(from, to)
			cp := h.sequence()
			text, err := h.Checkpoint(t.Context())
			if err != nil || string(text) != string(cp.Text) {
				t.Fatalf("the newest checkpoint is %q, %v", text, err)
			}
			if want := h.rootOf(to); cp.Root != want || h.opened(text).Root != want {
				t.Errorf("root of %d is %s, want %s", to, cp.Root, want)
			}
			if kept, err := h.heads.Latest(); err != nil || string(kept) != string(text) {
				t.Errorf("outside is %q, %v", kept, err)
			}
		}
	})
}

func (h *house) opened(text []byte) Checkpoint {
	h.t.Helper()
	cp, err := h.open(text)
	if err != nil {
		h.t.Fatal(err)
	}
	return cp
}

// rootOf computes the root of the first n entries from their bodies alone.
func (h *house) rootOf(n int) (root tlog.Hash) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(positions []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(positions))
		for i, position := range positions {
			hashes[i] = stored[position]
		}
		return hashes, nil
	})
	h.read(func(tx *database.Tx) error {
		leaves, err := leavesIn(tx, 0, int64(n))
		for i := range leaves {
			hashes, err := tlog.StoredHashes(int64(i), leaves[i].Body, reader)
			if err != nil {
				return err
			}
			stored = append(stored, hashes...)
		}
		if err == nil {
			root, err = tlog.TreeHash(int64(n), reader)
		}
		return err
	})
	return root
}

func TestCheckpoint_isC2SPTextInASignedNote(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		if _, err := h.Checkpoint(t.Context()); !errors.Is(err, fault.NotFound) {
			t.Errorf("before the first: %v", err)
		}
		h.append(0, 3)
		cp := h.sequence()
		verifier, err := note.NewVerifier(verifierKey)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := note.Open(cp.Text, note.VerifierList(verifier))
		if err != nil {
			t.Fatal(err)
		}
		if want := origin + "\n3\n" + cp.Root.String() + "\n"; signed.Text != want {
			t.Errorf("%q, want %q", signed.Text, want)
		}
	})
}

func TestSequence_writesNothingWhenNothingWaits(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		if cp := h.sequence(); cp.Size != 0 || cp.Text != nil {
			t.Errorf("an empty log was signed: %+v", cp)
		}
		h.append(0, 3)
		first := h.sequence()
		before, _ := os.Stat(h.heads.path)
		if second := h.sequence(); string(second.Text) != string(first.Text) {
			t.Errorf("%s, then %s", first.Text, second.Text)
		}
		if after, _ := os.Stat(h.heads.path); after.Size() != before.Size() {
			t.Error("the same head was kept outside twice")
		}
	})
}

// TestSequence_warnsOfHeadsThatAreGoneAndNotOfANewLog begins a log, and then opens it with a directory in which no head is.
func TestSequence_warnsOfHeadsThatAreGoneAndNotOfANewLog(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		var said bytes.Buffer
		logger := slog.New(slog.NewTextHandler(&said, nil))
		begun := h.log(h.db, Options{Heads: h.heads, Logger: logger})
		h.append(0, 3)
		if cp, err := begun.Sequence(t.Context()); err != nil || cp.Size != 3 || said.Len() > 0 {
			t.Errorf("a new log of %d entries: %v, and says %s", cp.Size, err, &said)
		}
		robbed := h.log(h.db, Options{Heads: newHeads(t), Logger: logger})
		h.append(3, 5)
		if cp, err := robbed.Sequence(t.Context()); err != nil || cp.Size != 5 || strings.Count(said.String(), "no audit head is kept outside") != 1 {
			t.Errorf("without its heads, %d entries: %v, and says %s", cp.Size, err, &said)
		}
	})
}

func TestSequence_takesSeveralRounds(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.write(func(tx *database.Tx) error {
			for n := range 2*roundSize + 3 {
				if err := h.Insert(tx, example(n)); err != nil {
					return err
				}
			}
			return nil
		})
		if cp := h.sequence(); cp.Size != 2*roundSize+3 {
			t.Errorf("size %d", cp.Size)
		}
		h.mustBeWhole(2*roundSize+3, 0)
	})
}

func TestSequence_ofTwoInstancesAtOnceLeavesNoGapAndNoFork(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		second := h.log(h.db, Options{Heads: h.heads})
		if h.db.Engine() == database.Postgres {
			db, err := database.Open(t.Context(), h.url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			second = h.log(db, Options{Heads: h.heads})
		}
		var all sync.WaitGroup
		for i, l := range []*Log{h.Log, second, h.Log, second} {
			all.Go(func() {
				for n := range 40 {
					if err := l.Append(t.Context(), example(i*40+n)); err != nil {
						t.Error(err)
					}
					if _, err := l.Sequence(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		h.sequence()
		h.mustBeWhole(160, 0)
	})
}

func TestSequence_keepsAHeadOutsideThatACrashLeftInside(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.append(0, 3)
		h.sequence()
		kept, err := os.ReadFile(h.heads.path)
		if err != nil {
			t.Fatal(err)
		}
		h.append(3, 5)
		cp := h.sequence()
		if err := os.WriteFile(h.heads.path, kept, 0o600); err != nil {
			t.Fatal(err)
		}
		h.mustBeWhole(5, 0)
		h.sequence()
		if text, _ := h.heads.Latest(); string(text) != string(cp.Text) {
			t.Errorf("outside is %q", text)
		}
	})
}

func TestSequence_doesNotSignForADatabaseThatWasSetBack(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.append(0, 3)
		h.sequence()
		ahead := h.signedBy(signerKey, 9)
		if err := h.heads.Append(ahead); err != nil {
			t.Fatal(err)
		}
		_, err := h.Sequence(t.Context())
		wantKey(t, err, fault.Internal, "audit.rolled_back")
		h.append(3, 4)
		_, err = h.Sequence(t.Context())
		wantKey(t, err, fault.Internal, "audit.rolled_back")
	})
}

// signedBy makes a head of size entries with a root of its own.
func (h *house) signedBy(key string, size int64) []byte {
	h.t.Helper()
	signer, err := note.NewSigner(key)
	if err != nil {
		h.t.Fatal(err)
	}
	text, err := note.Sign(&note.Note{Text: headText(origin, size, tlog.RecordHash(nil))}, signer)
	if err != nil {
		h.t.Fatal(err)
	}
	return text
}

func TestSequence_doesNotSignASecondHistory(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.append(0, 3)
		h.sequence()
		heads, err := NewDirHeads(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if err := heads.Append(h.signedBy(signerKey, 3)); err != nil {
			t.Fatal(err)
		}
		forked := h.log(h.db, Options{Heads: heads})
		_, err = forked.Sequence(t.Context())
		wantKey(t, err, fault.Internal, "audit.forked")
		h.append(3, 4)
		_, err = forked.Sequence(t.Context())
		wantKey(t, err, fault.Internal, "audit.forked")
		h.sequence()
	})
}
