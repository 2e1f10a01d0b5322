// Package servers starts the two programs that tests need beside Go itself: a PostgreSQL server and a headless
// Chromium, each once per test process and gone with it. It knows nothing of Relais: no tables, no pages, no people.
package servers

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a server, a statement or a page may take on a busy machine before the test fails.
const patience = 30 * time.Second

// lifelines keeps the write ends of the pipes that afterwards hands out: a pipe that is collected as garbage closes,
// and its script would run in the middle of the tests.
var lifelines struct {
	sync.Mutex
	pipes []*os.File
}

// Dir makes a directory that all tests of this process may use; it is removed when the process has gone.
func Dir(t testing.TB, prefix string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", prefix)
	if err == nil {
		err = afterwards(nil, `read -r never; rm -rf "$1"`, dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// surroundings makes Go run a test again when the programs that it starts have changed: a kept result hangs on the variables that
// were asked for. scripts/test.sh sets this one.
func surroundings() { _ = os.Getenv("RELAIS_SURROUNDINGS") }

// afterwards starts a shell script whose standard input ends when this process does, in whatever way it ends.
// The script reads one line, which never comes, and then clears up. Pdeathsig would not do: it hangs on the thread
// that started the child, and it removes no files.
func afterwards(as *syscall.Credential, script string, args ...string) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = read.Close() }()
	cmd := exec.Command("/bin/sh", append([]string{"-c", script, "sh"}, args...)...)
	cmd.Dir = "/"
	cmd.Stdin = read
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as, Setpgid: true}
	if err := cmd.Start(); err != nil {
		_ = write.Close()
		return fmt.Errorf("start the shell that clears up: %w", err)
	}
	go func() { _ = cmd.Wait() }()
	lifelines.Lock()
	defer lifelines.Unlock()
	lifelines.pipes = append(lifelines.pipes, write)
	return nil
}
