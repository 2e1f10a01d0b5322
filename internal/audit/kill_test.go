package audit

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"relais/internal/database"
)

const (
	childURL   = "RELAIS_AUDIT_CHILD_URL"
	childHeads = "RELAIS_AUDIT_CHILD_HEADS"
	childKeys  = "RELAIS_AUDIT_CHILD_KEYS"
)

// TestAppend_losesNothingItAcknowledgedWhenKilled kills a process that appends and sequences, three times over, and looks
// for every entry that it had acknowledged.
func TestAppend_losesNothingItAcknowledgedWhenKilled(t *testing.T) {
	for name, url := range map[string]string{"sqlite": emptySQLite(t), "postgres": emptyPostgres(t)} {
		t.Run(name, func(t *testing.T) {
			heads := newHeads(t)
			var acknowledged []string
			for range 3 {
				acknowledged = append(acknowledged, killedChild(t, url, filepath.Dir(heads.path))...)
				h := withLooks(t, url, heads)
				report := h.verify()
				if report.Wrong != nil || report.Size+report.Queued < int64(len(acknowledged)) {
					t.Errorf("%d acknowledged, but %+v, %+v", len(acknowledged), report, report.Wrong)
				}
				h.sequence()
				h.mustHave(acknowledged)
				h.mustBeWhole(report.Size+report.Queued, 0)
				_ = h.db.Close()
				if h.looks.db != nil {
					_ = h.looks.db.Close()
				}
			}
		})
	}
}

func (h *house) mustHave(ids []string) {
	h.t.Helper()
	h.read(func(tx *database.Tx) error {
		for _, id := range ids {
			if _, err := h.Find(tx, id); err != nil {
				h.t.Errorf("%s was acknowledged and is lost: %v", id, err)
			}
		}
		return nil
	})
}

// killedChild runs TestChild_appends in a process of its own, kills it after some acknowledgements, and returns them all.
func killedChild(t *testing.T, url, heads string) (acknowledged []string) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestChild_appends$")
	child.Env = append(os.Environ(), childURL+"="+url, childHeads+"="+heads, childKeys+"="+signerKey+" "+verifierKey)
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if id, ok := strings.CutPrefix(lines.Text(), "acknowledged "); ok {
			acknowledged = append(acknowledged, id)
		}
		if len(acknowledged) == 200 {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait()
	if len(acknowledged) < 200 {
		t.Fatalf("the child acknowledged %d entries", len(acknowledged))
	}
	return acknowledged
}

// TestChild_appends is the process that the test above kills; by itself it does nothing.
func TestChild_appends(t *testing.T) {
	url := os.Getenv(childURL)
	if url == "" {
		return
	}
	signerKey, verifierKey, _ = strings.Cut(os.Getenv(childKeys), " ")
	heads, err := NewDirHeads(os.Getenv(childHeads))
	if err != nil {
		t.Fatal(err)
	}
	h := withLooks(t, url, heads)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for n := 0; ; n++ {
				e := example(n)
				if err := h.Append(t.Context(), e); err != nil {
					t.Error(err)
					return
				}
				fmt.Printf("acknowledged %s\n", e.ID)
			}
		})
	}
	all.Go(func() {
		for {
			if _, err := h.Sequence(t.Context()); err != nil {
				t.Error(err)
				return
			}
		}
	})
	all.Wait()
}
