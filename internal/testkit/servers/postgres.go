package servers

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

var (
	theCluster = sync.OnceValues(startCluster)
	databases  atomic.Int64
	templates  sync.Map // key -> *template
)

// template is a database that a caller prepared once, from which others are copied.
type template struct {
	once sync.Once
	name string
	err  error
}

// Postgres returns the URL of a new, empty PostgreSQL database that is dropped when the test ends.
// The server starts with the first call and is shared by the whole test process.
func Postgres(t testing.TB) string {
	t.Helper()
	return newDatabase(t, runningCluster(t), "template0")
}

// PostgresFrom returns the URL of a new database that is a copy of what prepare made of an empty one.
// Prepare runs once per key and test process; it must close every connection that it opened.
func PostgresFrom(t testing.TB, key string, prepare func(url string) error) string {
	t.Helper()
	c := runningCluster(t)
	kept, _ := templates.LoadOrStore(key, &template{})
	made := kept.(*template)
	made.once.Do(func() { made.name, made.err = c.prepared(prepare) })
	if made.err != nil {
		t.Fatalf("prepare the PostgreSQL template %q: %v", key, made.err)
	}
	return newDatabase(t, c, made.name)
}

func runningCluster(t testing.TB) *cluster {
	t.Helper()
	c, err := theCluster()
	if err != nil {
		t.Fatalf("PostgreSQL for the tests: %v", err)
	}
	return c
}

func newDatabase(t testing.TB, c *cluster, from string) string {
	t.Helper()
	name, err := c.create(from)
	if err != nil {
		t.Fatalf("create a PostgreSQL database: %v", err)
	}
	t.Cleanup(func() {
		if err := c.drop(name); err != nil {
			t.Errorf("drop the PostgreSQL database %s: %v", name, err)
		}
	})
	return c.url(name)
}

// dropTries is how often a database is dropped. PostgreSQL waits five seconds for those whom it puts out, which is not always
// enough on a busy machine.
const dropTries = 6

func (c *cluster) drop(name string) (err error) {
	for range dropTries {
		if err = c.run("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err == nil {
			return nil
		}
	}
	return err
}

func (c *cluster) prepared(prepare func(url string) error) (string, error) {
	name, err := c.create("template0")
	if err != nil {
		return "", err
	}
	if err := prepare(c.url(name)); err != nil {
		return "", err
	}
	return name, c.run("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false")
}

// create copies a database. A copy of the files beats the write-ahead log when nothing has to survive a crash.
func (c *cluster) create(from string) (string, error) {
	name := fmt.Sprintf("test_%d", databases.Add(1))
	statement := "CREATE DATABASE " + name + " TEMPLATE " + from
	if c.version >= 15 {
		statement += " STRATEGY file_copy"
	}
	return name, c.run(statement)
}

func (c *cluster) run(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.url("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, statement)
	return err
}

// url names a database by the Unix socket, which lies in a directory that only this user and PostgreSQL can enter:
// no port to collide on, and no trust connections from the network.
func (c *cluster) url(name string) string {
	u := url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + name,
		RawQuery: url.Values{"host": {c.dir}, "sslmode": {"disable"}}.Encode()}
	return u.String()
}

// Client runs one of PostgreSQL's own client programs, such as pg_dump, as an operator would; it fails the test if that fails.
func Client(t testing.TB, program string, args ...string) {
	t.Helper()
	c := runningCluster(t)
	if said, err := exec.CommandContext(t.Context(), filepath.Join(c.bin, program), args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, said)
	}
}
