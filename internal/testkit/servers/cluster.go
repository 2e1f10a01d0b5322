package servers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	superuser      = "relais"
	needPostgreSQL = "install PostgreSQL's server (Debian: apt-get install postgresql) or run make test, which installs it"
)

// cluster is one running PostgreSQL server. Its directory holds the data, the socket and the log.
type cluster struct {
	bin     string
	full    string // version as the server prints it, such as 15.20
	version int    // its major part
	dir     string
	as      *syscall.Credential // nil: as ourselves
	uid     int
}

// startCluster copies the empty cluster of this machine and starts a server on the copy.
func startCluster() (*cluster, error) {
	c, err := findPostgreSQL()
	if err != nil {
		return nil, err
	}
	empty, err := c.emptyCluster()
	if err != nil {
		return nil, err
	}
	if c.dir, err = c.makeDir("relais-pg-"); err != nil {
		return nil, err
	}
	if err := c.command("cp", "-a", empty, filepath.Join(c.dir, "cluster")); err != nil {
		return nil, errors.Join(err, os.RemoveAll(c.dir))
	}
	if err := c.serve(); err != nil {
		return nil, err
	}
	return c, c.awaken()
}

// serve starts the server under the script that stops it and removes its files once this process is gone.
// Nothing here has to survive a crash, so the server never waits for the disk.
func (c *cluster) serve() error {
	const script = `bin=$1; dir=$2; shift 2
"$bin/postgres" -D "$dir/cluster" -k "$dir" "$@" >"$dir/log" 2>&1 </dev/null &
server=$!
read -r never
kill -QUIT "$server"
wait "$server"
rm -rf "$dir"`
	return afterwards(c.as, script, c.bin, c.dir,
		"-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", "max_connections=200",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=64MB", "-c", "max_wal_size=256MB")
}

// awaken waits until the server takes connections, and shows its log when it does not.
func (c *cluster) awaken() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, c.url("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(c.dir, "log"))
			return fmt.Errorf("the server does not answer: %w\n%s", err, log)
		}
	}
}

// emptyCluster returns the directory of a cluster fresh from initdb, made once per machine, user and version.
func (c *cluster) emptyCluster() (string, error) {
	kept := filepath.Join(os.TempDir(), fmt.Sprintf("relais-pg-empty-%s-%d", c.full, c.uid))
	switch known, err := os.Lstat(kept); {
	case err == nil && !c.owns(known):
		return "", fmt.Errorf("%s belongs to somebody else: remove it", kept)
	case err == nil:
		return kept, nil
	case !errors.Is(err, os.ErrNotExist):
		return "", err
	}
	dir, err := c.makeDir("relais-pg-new-")
	if err != nil {
		return "", err
	}
	if err := c.command(filepath.Join(c.bin, "initdb"), "-D", dir, "-U", superuser, "-A", "trust", "-E", "UTF8",
		"--locale=C", "--wal-segsize=1", "--no-sync", "--no-instructions"); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	if err := os.Rename(dir, kept); err != nil && !isTaken(err) {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return kept, os.RemoveAll(dir)
}

// isTaken tells that another test process was first to put the empty cluster in its place.
func isTaken(err error) bool {
	return errors.Is(err, os.ErrExist) || errors.Is(err, syscall.ENOTEMPTY)
}

func (c *cluster) owns(file os.FileInfo) bool {
	stat, ok := file.Sys().(*syscall.Stat_t)
	return ok && file.IsDir() && int(stat.Uid) == c.uid && file.Mode().Perm()&0o077 == 0
}

func (c *cluster) makeDir(prefix string) (string, error) {
	dir, err := os.MkdirTemp("", prefix)
	if err != nil || c.as == nil {
		return dir, err
	}
	return dir, os.Chown(dir, int(c.as.Uid), int(c.as.Gid))
}

func (c *cluster) command(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, bytes.TrimSpace(said))
	}
	return nil
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) ((\d+)\S*)`)

// findPostgreSQL looks where Debian puts the server, then in PATH, and takes the newest.
// PostgreSQL refuses to run as root; root runs it as the user postgres, which the package creates.
func findPostgreSQL() (*cluster, error) {
	surroundings()
	c := &cluster{uid: os.Getuid()}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if inPath, err := exec.LookPath("initdb"); err == nil {
		found = append(found, inPath)
	}
	for _, initdb := range found {
		said, err := exec.Command(initdb, "--version").Output()
		parts := versionLine.FindStringSubmatch(string(said))
		if err != nil || parts == nil {
			continue
		}
		if major, _ := strconv.Atoi(parts[2]); major > c.version {
			c.bin, c.full, c.version = filepath.Dir(initdb), parts[1], major
		}
	}
	if c.version == 0 {
		return nil, errors.New("no server is installed: " + needPostgreSQL)
	}
	if c.uid != 0 {
		return c, nil
	}
	return c, c.runAsPostgres()
}

func (c *cluster) runAsPostgres() error {
	account, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("%w: %s", err, needPostgreSQL)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return err
	}
	c.uid, c.as = int(uid), &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return nil
}
