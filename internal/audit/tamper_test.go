package audit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"relais/internal/database"
	"relais/internal/fault"
)

// The trail that is tampered with: numbers 0 to 19, signed at 7, 13 and 20, and two entries in the queue.
const (
	numbered = 20
	waiting  = 2
)

var signedAt = []int{7, 13, numbered}

// filled is a trail to tamper with, and the heads that were kept outside while it was filled.
func filled(h *house) []byte {
	h.t.Helper()
	from := 0
	for _, to := range signedAt {
		h.append(from, to)
		h.sequence()
		from = to
	}
	h.append(from, from+waiting)
	h.mustBeWhole(numbered, waiting)
	heads, err := os.ReadFile(h.heads.path)
	if err != nil {
		h.t.Fatal(err)
	}
	return heads
}

// victim is the trail within a transaction that will be undone.
type victim struct {
	*house
	tx *database.Tx
}

var errUndo = errors.New("undo")

// TestVerify_namesWhatWasTamperedWith does to a whole trail what somebody with full rights on the database can do.
func TestVerify_namesWhatWasTamperedWith(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		heads := filled(h)
		for _, m := range manipulations {
			t.Run(m.name, func(t *testing.T) {
				err := h.db.Write(t.Context(), func(tx *database.Tx) error {
					v := &victim{house: &house{Log: h.Log, t: t, heads: headsWith(t, heads)}, tx: tx}
					v.disarm()
					m.do(v)
					v.mustFind(m)
					return errUndo
				})
				if !errors.Is(err, errUndo) {
					t.Fatal(err)
				}
			})
		}
		h.mustBeWhole(numbered, waiting)
	})
}

func headsWith(t *testing.T, content []byte) *DirHeads {
	heads, err := NewDirHeads(t.TempDir())
	if err == nil {
		err = os.WriteFile(heads.path, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return heads
}

func (v *victim) mustFind(m manipulation) {
	v.t.Helper()
	got := v.finding(v.heads)
	switch {
	case got == nil && m.what != "":
		v.t.Fatalf("not found; want %s", m.what)
	case got != nil && got.What != m.what:
		v.t.Fatalf("found %+v, want %s", *got, m.what)
	case got != nil && (got.Seq != m.seq || got.EntryID != m.id || got.Detail != m.detail):
		v.t.Fatalf("found %+v, want number %d, entry %q and %q", *got, m.seq, m.id, m.detail)
	}
	if alone := v.finding(nowhere{}); (alone != nil) != (m.what != "" && !m.needsHeads) {
		v.t.Fatalf("without heads outside: %+v", alone)
	}
}

// finding verifies within the transaction.
func (v *victim) finding(store HeadStore) *Finding {
	v.t.Helper()
	l := v.log(v.db, Options{Heads: store})
	heads, err := l.headsOutside()
	if err != nil {
		v.t.Fatal(err)
	}
	defer heads.stop()
	report, err := l.verify(v.tx, heads, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return report.Wrong
}

func TestVerify_seesASetBackDatabaseOnlyByTheHeadsOutside(t *testing.T) {
	h := newHouse(t, emptySQLite(t))
	filled(h)
	earlier := filepath.Join(t.TempDir(), "earlier.db")
	h.copyTo(earlier)
	h.sequence()
	h.append(30, 35)
	h.sequence()
	h.mustBeWhole(numbered+waiting+5, 0)
	back := openHouse(t, "sqlite:"+earlier, h.heads)
	wrong := back.verify().Wrong
	if wrong == nil || wrong.What != TailMissing || wrong.Seq != numbered || wrong.Detail != "22" {
		t.Fatalf("found %+v", wrong)
	}
	_, err := back.Sequence(t.Context())
	wantKey(t, err, fault.Internal, "audit.rolled_back")
	blind := back.log(back.db, Options{Heads: nowhere{}})
	if report, err := blind.Verify(t.Context()); err != nil || report.Wrong != nil {
		t.Fatalf("without heads outside nothing can be wrong, but: %+v, %v", report.Wrong, err)
	}
}

// copyTo copies the database as it is on disk, with what is still in the write-ahead log.
func (h *house) copyTo(path string) {
	h.t.Helper()
	from := strings.TrimPrefix(h.url, "sqlite:")
	for _, part := range []string{"", "-wal"} {
		content, err := os.ReadFile(from + part)
		if err == nil {
			err = os.WriteFile(path+part, content, 0o600)
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestVerify_ofAnEmptyTrailIsWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.mustBeWhole(0, 0)
		empty, wholly := h.verify().Root, h.rootOf(0)
		if empty != wholly {
			t.Errorf("root %s, want %s", empty, wholly)
		}
	})
}

func TestVerify_countsEveryHeadInsideAndOutside(t *testing.T) {
	h := newHouse(t, emptySQLite(t))
	filled(h)
	report := h.verify()
	if report.Checkpoints != 3 || report.HeadsOutside != 3 || report.Root.String() == "" {
		t.Errorf("%+v", report)
	}
}

func TestVerify_goesOverSeveralPages(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		const many = 2*pageSize + 7
		h.write(func(tx *database.Tx) error {
			for n := range many {
				if err := h.Insert(tx, example(n)); err != nil {
					return err
				}
			}
			return nil
		})
		h.sequence()
		h.mustBeWhole(many, 0)
		if h.verify().Root != h.rootOf(many) {
			t.Error("another root than tlog's")
		}
	})
}

func TestVerify_findsNothingWrongWhileTheTrailGrows(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		var writers sync.WaitGroup
		for caller := range 4 {
			writers.Go(func() {
				for n := range 60 {
					if err := h.Append(t.Context(), example(caller*60+n)); err != nil {
						t.Error(err)
					}
					if _, err := h.Sequence(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		grown := make(chan struct{})
		go func() { writers.Wait(); close(grown) }()
		for {
			if report := h.verify(); report.Wrong != nil {
				t.Fatalf("%+v: %+v", report, *report.Wrong)
			}
			select {
			case <-grown:
				h.mustBeWhole(240, 0)
				return
			default:
			}
		}
	})
}
