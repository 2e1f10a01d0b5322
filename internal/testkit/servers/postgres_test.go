package servers

import (
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestPostgres_givesEachTestADatabaseOfItsOwn(t *testing.T) {
	first, second := Postgres(t), Postgres(t)
	execute(t, first, "CREATE TABLE victim (id text)")
	execute(t, second, "CREATE TABLE victim (id text)")
	if got := ask(t, first, "SHOW fsync"); got != "off" {
		t.Errorf("fsync is %s: the tests would wait for the disk", got)
	}
}

func TestPostgres_ordersTextByItsBytesAsSQLiteDoes(t *testing.T) {
	if got := ask(t, Postgres(t), "SELECT string_agg(x, '' ORDER BY x) FROM (VALUES ('a'), ('B'), ('é')) v(x)"); got != "Baé" {
		t.Errorf("order is %s", got)
	}
}

func TestPostgres_dropsTheDatabaseWhenTheTestEnds(t *testing.T) {
	var url string
	t.Run("inner", func(t *testing.T) { url = Postgres(t) })
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		_ = conn.Close(t.Context())
		t.Error("the database outlived its test")
	}
}

func TestPostgresFrom_preparesOnceAndCopies(t *testing.T) {
	prepared, key := 0, rand.Text()
	prepare := func(url string) error {
		prepared++
		execute(t, url, "CREATE TABLE victim (id text)")
		return nil
	}
	for range 3 {
		execute(t, PostgresFrom(t, key, prepare), "INSERT INTO victim (id) VALUES ('1')")
	}
	if got := ask(t, PostgresFrom(t, key, prepare), "SELECT count(*)::text FROM victim"); got != "0" {
		t.Errorf("the copy holds %s rows of its siblings", got)
	}
	if prepared != 1 {
		t.Errorf("prepared %d times", prepared)
	}
}

// TestPostgres_endsWithAKilledProcess runs this test binary again, kills it, and looks for what it left behind.
func TestPostgres_endsWithAKilledProcess(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^TestChild_showsItsServer$", "-test.v")
	child.Env = append(os.Environ(), "SERVERS_TEST_CHILD=yes")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said := readUntil(t, out, "directory=", "\n")
	if _, err := os.Stat(said); err != nil {
		t.Fatalf("the child's server has no directory: %v", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	eventually(t, func() bool { _, err := os.Stat(said); return os.IsNotExist(err) })
}

// TestChild_showsItsServer is the process that the test above kills; by itself it only starts the server.
func TestChild_showsItsServer(t *testing.T) {
	t.Logf("directory=%s\n", runningCluster(t).dir)
	if os.Getenv("SERVERS_TEST_CHILD") == "yes" {
		<-t.Context().Done()
	}
}

func readUntil(t *testing.T, from interface{ Read([]byte) (int, error) }, start, end string) string {
	t.Helper()
	var said strings.Builder
	chunk := make([]byte, 512)
	for {
		n, err := from.Read(chunk)
		said.Write(chunk[:n])
		if _, rest, ok := strings.Cut(said.String(), start); ok {
			if found, _, ok := strings.Cut(rest, end); ok {
				return found
			}
		}
		if err != nil {
			t.Fatalf("no %q in: %s", start, said.String())
		}
	}
}

func eventually(t *testing.T, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("waited in vain")
		}
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func execute(t *testing.T, url, statement string) {
	t.Helper()
	conn := connect(t, url)
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func ask(t *testing.T, url, question string) (answer string) {
	t.Helper()
	conn := connect(t, url)
	defer func() { _ = conn.Close(t.Context()) }()
	if err := conn.QueryRow(t.Context(), question).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}
