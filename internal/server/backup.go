package server

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"relais/internal/audit"
	"relais/internal/backup"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/seal"
)

var (
	backupAction  = gate.ByProgram("backup.make")
	restoreAction = gate.ByProgram("backup.restore")
)

// The files of a backup.
const (
	keptDatabase = "relais.db"
	keptLooks    = "relais.db-looks"
	keptHeads    = "checkpoints.log"
)

// Backup writes the SQLite database, the entries of looks that wait beside it and the signed heads into a new file, while others
// work. The keys are not in it. Each part is taken before the one to which the next moves things, so that nothing is missed: what is in
// two of them is seen and told apart, as after a crash.
func (p *Program) Backup(ctx context.Context, path string) (backup.Manifest, error) {
	if p.looks == nil {
		return backup.Manifest{}, errors.New("a PostgreSQL database is backed up with pg_dump; see docs/operations.md")
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return backup.Manifest{}, fmt.Errorf("%s is there already: %w", path, errors.Join(fs.ErrExist, err))
	}
	if err := p.note(ctx, backupAction, "", "backup"); err != nil {
		return backup.Manifest{}, err
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".relais-backup-") // mode 0700
	if err != nil {
		return backup.Manifest{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	err = copyNew(filepath.Join(p.settings.Checkpoints, keptHeads), filepath.Join(dir, keptHeads))
	if err == nil {
		err = p.looks.Copy(ctx, filepath.Join(dir, keptLooks))
	}
	if err == nil {
		err = p.Database.Copy(ctx, filepath.Join(dir, keptDatabase))
	}
	if err != nil {
		return backup.Manifest{}, err
	}
	m := backup.Manifest{MadeAt: p.settings.Clock().Time(), Keys: hex.EncodeToString(p.Vault.CheckValue())}
	return backup.Write(path, dir, []string{keptHeads, keptLooks, keptDatabase}, m, markOf(p.Vault))
}

// markOf marks manifests with the installation's pepper: nobody without the keys makes a backup that Restore takes.
func markOf(vault *seal.Vault) backup.Mark {
	return func(manifest []byte) []byte { return vault.Pepper("backup", manifest) }
}

// Restored is what Restore put in place.
type Restored struct {
	Manifest backup.Manifest
	Trail    audit.Report
}

// Restore puts a backup in the place that the settings name, where nothing may be yet. Before it does, it holds the backup against its
// manifest and the keys, and the trail in it against the signed heads; nothing is left of a backup that is refused.
func Restore(ctx context.Context, s Settings, path string) (done Restored, err error) {
	target, ok := strings.CutPrefix(s.Database, "sqlite:")
	if !ok {
		return done, errors.New("a PostgreSQL database is restored with pg_restore; see docs/operations.md")
	}
	if err := free(target, s.Checkpoints); err != nil {
		return done, err
	}
	vault, err := seal.Open(s.Keys)
	if err != nil {
		return done, err
	}
	if err := sameKeys(path, vault); err != nil {
		return done, err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return done, err
	}
	dir, err := os.MkdirTemp(filepath.Dir(target), ".relais-restore-")
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if done.Manifest, err = backup.Unpack(path, dir, markOf(vault)); err != nil {
		return done, err
	}
	if done.Trail, err = proven(ctx, s, dir); err != nil {
		return done, err
	}
	return done, install(dir, target, s.Checkpoints)
}

// sameKeys tells early that a backup was made with other keys.
func sameKeys(path string, vault *seal.Vault) error {
	m, err := backup.ReadManifest(path)
	if err == nil && m.Keys != hex.EncodeToString(vault.CheckValue()) {
		err = errors.New("the keys are not the ones of this backup: put back the key directory that was kept apart")
	}
	return err
}

// free refuses a place where a database is, or the heads of one.
func free(target, checkpoints string) error {
	for _, beside := range []string{"", "-wal", "-shm", "-journal", "-looks", "-looks-wal", "-looks-shm"} {
		if _, err := os.Lstat(target + beside); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there already, and nothing is overwritten: move it away first: %w", target+beside, errors.Join(fs.ErrExist, err))
		}
	}
	if _, err := os.Lstat(filepath.Join(checkpoints, keptHeads)); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("heads of a database are in %s already: move them away and keep them, they tell what the backup lacks: %w",
			checkpoints, errors.Join(fs.ErrExist, err))
	}
	return nil
}

// proven opens what was unpacked, brings its schema up to date, verifies its trail and records the restoration in it.
func proven(ctx context.Context, s Settings, dir string) (report audit.Report, err error) {
	heads := filepath.Join(dir, "heads")
	if err := os.Mkdir(heads, 0o700); err != nil {
		return report, err
	}
	if err := copyNew(filepath.Join(dir, keptHeads), filepath.Join(heads, keptHeads)); err != nil {
		return report, err
	}
	s.Database, s.Checkpoints = "sqlite:"+filepath.Join(dir, keptDatabase), heads
	p, err := Open(ctx, s)
	if err != nil {
		return report, err
	}
	if report, err = p.Trail.Verify(ctx); err == nil && report.Wrong != nil {
		err = fmt.Errorf("the trail in the backup is not whole: %s at number %d", report.Wrong.What, report.Wrong.Seq)
	}
	if err == nil {
		err = p.opens(ctx)
	}
	if err == nil {
		err = p.note(ctx, restoreAction, "", "backup")
	}
	return report, errors.Join(err, p.closeAll()) // numbered and signed once it is in its place
}

// opens makes sure that the keys which wrapped what is stored are still there: a backup from before they were destroyed shows nothing.
func (p *Program) opens(ctx context.Context) error {
	under, err := p.Gate.Wrappers(ctx)
	if err != nil {
		return err
	}
	states, err := seal.KEKs(p.settings.Keys)
	if err != nil {
		return err
	}
	for _, s := range states {
		if s.Enabled {
			delete(under, s.ID)
		}
	}
	for id, count := range under {
		return fmt.Errorf("%w: %d stored keys of the backup are wrapped under key %d, which was destroyed or disabled", seal.ErrMissing, count, id)
	}
	return nil
}

// install puts the proven files in their places, the database last: where it is, all of it is.
func install(dir, target, checkpoints string) error {
	if err := os.MkdirAll(checkpoints, 0o700); err != nil {
		return err
	}
	for _, name := range []string{keptLooks, keptDatabase} {
		if stat, err := os.Stat(filepath.Join(dir, name+"-wal")); err == nil && stat.Size() > 0 {
			return fmt.Errorf("%s was not closed whole", name) // something holds the unpacked file open
		}
	}
	err := copyNew(filepath.Join(dir, keptHeads), filepath.Join(checkpoints, keptHeads))
	if err == nil {
		err = os.Link(filepath.Join(dir, keptLooks), target+"-looks") // unlike a rename it overwrites nothing
	}
	if err == nil {
		err = os.Link(filepath.Join(dir, keptDatabase), target)
	}
	return errors.Join(err, database.SyncDir(filepath.Dir(target)))
}

// copyNew copies a file to a new one that only its owner reads, and waits until it is on disk.
func copyNew(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
