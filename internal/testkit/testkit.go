// Package testkit opens a whole program for a test: agencies of three countries, one person per role, a fixed clock, on
// SQLite and on PostgreSQL. Only tests import it; it holds no claims of its own.
package testkit

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"relais/internal/account"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/mail"
	"relais/internal/moment"
	"relais/internal/seal"
	"relais/internal/server"
	"relais/internal/testkit/servers"
)

// Start is when every world begins: a Monday morning.
var Start = moment.Of(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))

// World is a program with its agencies and people.
type World struct {
	*server.Program
	T      testing.TB
	Engine string
	Dir    string // keys, checkpoints and, on SQLite, the database
	URL    string // of the database
	people map[string]Person
	places map[string]Place
	now    *atomic.Int64
	logs   *Buffer
}

// Person is somebody who works at an agency.
type Person struct {
	Key      string // "payoke.care"
	ID       string
	AgencyID string
	Email    string
	Given    string
	Family   string
}

// Place is an agency.
type Place struct {
	ID    string
	Code  string
	Name  string
	Desks []string
	Roles map[string]string
}

// Both runs a test on SQLite and on PostgreSQL.
func Both(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { test(t, Open(t, engine)) })
	}
}

// Open opens a fresh copy of the world on an engine.
func Open(t testing.TB, engine string) *World {
	t.Helper()
	w := copyOf(t, engine, master(t, engine))
	t.Cleanup(func() {
		if err := w.Close(context.Background()); err != nil {
			t.Errorf("close the program: %v", err)
		}
	})
	return w
}

// copyOf makes a world from an original; the caller closes it.
func copyOf(t testing.TB, engine string, made *original) *World {
	t.Helper()
	w := &World{T: t, Engine: engine, Dir: t.TempDir(), people: made.people, places: made.places, now: new(atomic.Int64), logs: new(Buffer)}
	if err := os.CopyFS(w.Dir, os.DirFS(made.dir)); err != nil {
		t.Fatal(err)
	}
	private(t, w.Dir)
	w.now.Store(int64(made.now))
	w.URL = "sqlite:" + filepath.Join(w.Dir, "relais.db")
	if engine == "postgres" {
		w.URL = servers.PostgresFrom(t, made.key, func(string) error { return nil })
	}
	w.open()
	return w
}

// Twin is another program on the same database, keys and clock, as a second instance would be.
func (w *World) Twin() *World {
	w.T.Helper()
	twin := &World{T: w.T, Engine: w.Engine, Dir: w.Dir, URL: w.URL, people: w.people, places: w.places, now: w.now, logs: new(Buffer)}
	twin.open()
	w.T.Cleanup(func() { _ = twin.Close(context.Background()) })
	return twin
}

// open opens the world's program on its database, with its keys and its log.
func (w *World) open() {
	w.T.Helper()
	p, err := server.Open(context.Background(), settings(w.URL, w.Dir, w.Now, w.logs))
	if err != nil {
		w.T.Fatalf("open the program: %v", err)
	}
	w.Program = p
}

func settings(url, dir string, clock moment.Clock, logs io.Writer) server.Settings {
	return server.Settings{Database: url, Keys: filepath.Join(dir, "keys"), Checkpoints: filepath.Join(dir, "checkpoints"),
		Synthetic: true, Passwords: account.CheapCost, Clock: clock, PublicURL: "http://relais.invalid",
		Mail:   mail.Server{Address: "127.0.0.1:1", Plain: true, From: "relais@example.org"}, // letters wait; a test that wants them sent hands in its own post
		Logger: slog.New(slog.NewJSONHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug}))}
}

// private gives copied keys the modes that the vault insists on.
func private(t testing.TB, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// original is the world that all others are copied from.
type original struct {
	key    string // of its template on PostgreSQL
	dir    string
	people map[string]Person
	places map[string]Place
	now    moment.Time
	kept   any // what preparing it gave
}

var (
	masterLock sync.Mutex
	masters    = map[string]*original{}
)

// master makes the original of an engine once in a test process.
func master(t testing.TB, engine string) *original {
	t.Helper()
	masterLock.Lock()
	defer masterLock.Unlock()
	if made := masters[engine]; made != nil {
		return made
	}
	dir := servers.Dir(t, "relais-world-")
	made := &original{key: "testkit", dir: dir, now: Start}
	if err := seal.Create(filepath.Join(dir, "keys")); err != nil {
		t.Fatal(err)
	}
	fill := func(url string) error {
		p, err := server.Open(context.Background(), settings(url, dir, func() moment.Time { return Start }, io.Discard))
		if err != nil {
			return err
		}
		made.people, made.places = populate(t, p)
		return p.Close(context.Background())
	}
	if engine == "postgres" {
		servers.PostgresFrom(t, made.key, fill)
	} else if err := fill("sqlite:" + filepath.Join(dir, "relais.db")); err != nil {
		t.Fatal(err)
	}
	masters[engine] = made
	return made
}

// Now is the world's time.
func (w *World) Now() moment.Time { return moment.Time(w.now.Load()) }

// Advance lets time pass.
func (w *World) Advance(d time.Duration) { w.now.Store(int64(w.Now().Add(d))) }

// Today is the world's day.
func (w *World) Today() moment.Date { return moment.DayOf(w.Now()) }

// Person finds somebody by key and fails the test if there is nobody.
func (w *World) Person(key string) Person {
	w.T.Helper()
	p, ok := w.people[key]
	if !ok {
		w.T.Fatalf("testkit: nobody is called %q", key)
	}
	return p
}

// Place finds an agency by code.
func (w *World) Place(code string) Place {
	w.T.Helper()
	p, ok := w.places[code]
	if !ok {
		w.T.Fatalf("testkit: no agency has the code %q", code)
	}
	return p
}

// People lists everybody's key in order.
func (w *World) People() []string { return sortedKeys(w.people) }

// As is a context in which a person acts, signed in with a second factor just now. The gate builds the rest of the actor
// from the database, as it does when a session's picture is behind.
func (w *World) As(key string) context.Context {
	w.T.Helper()
	p := w.Person(key)
	actor := authz.Actor{WorkerID: p.ID, AgencyID: p.AgencyID, AAL: 2, SessionID: "test-session"}
	return gate.WithCaller(context.Background(), gate.Caller{Actor: actor, SteppedAt: w.Now(), TraceID: "test-trace"})
}

// AsProgram is a context for the program's own work.
func (w *World) AsProgram() context.Context { return gate.AsProgram(context.Background(), "test") }

// Empty opens a program on a fresh, empty database with a clock of the test's own.
func Empty(t testing.TB, engine string, clock moment.Clock) *server.Program {
	t.Helper()
	dir := t.TempDir()
	if err := seal.Create(filepath.Join(dir, "keys")); err != nil {
		t.Fatal(err)
	}
	url := "sqlite:" + filepath.Join(dir, "relais.db")
	if engine == "postgres" {
		url = servers.Postgres(t)
	}
	p, err := server.Open(context.Background(), settings(url, dir, clock, io.Discard))
	if err != nil {
		t.Fatalf("open the program: %v", err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Errorf("close the program: %v", err)
		}
	})
	return p
}
