package testkit

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"relais/internal/testkit/servers"
)

// OpenAfter opens a copy of a world in which prepare has happened already, with what prepare gave. It happens once for
// each name and engine in a test process, so that a test can afford many worlds with a long story behind them.
func OpenAfter[P any](t testing.TB, engine, name string, prepare func(w *World) P) (*World, P) {
	t.Helper()
	made := prepared(t, engine, name, func(w *World) any { return prepare(w) })
	return copyOf(t, engine, made), made.kept.(P)
}

var preparing sync.Mutex

func prepared(t testing.TB, engine, name string, prepare func(w *World) any) *original {
	t.Helper()
	base := master(t, engine)
	preparing.Lock()
	defer preparing.Unlock()
	key := engine + "/" + name
	if made := masters[key]; made != nil {
		return made
	}
	dir := servers.Dir(t, "relais-world-")
	if err := os.CopyFS(dir, os.DirFS(base.dir)); err != nil {
		t.Fatal(err)
	}
	private(t, dir)
	if engine == "postgres" { // a template begins empty: the heads of the other trail have no place beside it
		if err := os.RemoveAll(filepath.Join(dir, "checkpoints")); err != nil {
			t.Fatal(err)
		}
	}
	made := &original{key: "testkit/" + name, dir: dir, people: base.people, places: base.places}
	w := &World{T: t, Engine: engine, Dir: dir, people: base.people, places: base.places, now: new(atomic.Int64), logs: new(Buffer)}
	w.now.Store(int64(base.now))
	fill := func(url string) error {
		w.URL = url
		w.open()
		if engine == "postgres" {
			w.people, w.places = populate(t, w.Program)
			made.people, made.places = w.people, w.places
		}
		made.kept, made.now = prepare(w), w.Now()
		return w.Close(context.Background())
	}
	if engine == "postgres" {
		servers.PostgresFrom(t, made.key, fill)
	} else if err := fill("sqlite:" + filepath.Join(dir, "relais.db")); err != nil {
		t.Fatal(err)
	}
	masters[key] = made
	return made
}

// Buffer gathers what several goroutines write.
type Buffer struct {
	mu    sync.Mutex
	bytes bytes.Buffer
}

// Write adds to the buffer.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bytes.Write(p)
}

// Bytes is what was written so far.
func (b *Buffer) Bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.bytes.Bytes())
}

// Logged is what the program has written to its log so far, one JSON object a line.
func (w *World) Logged() []byte { return w.logs.Bytes() }
