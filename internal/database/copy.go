package database

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/jmoiron/sqlx"
)

// Copy writes the SQLite database as it is at one instant into a new file, while others read and write: all that is committed by
// then, and nothing of what is deleted. PostgreSQL has pg_dump for it.
func (db *DB) Copy(ctx context.Context, path string) error {
	if db.engine != SQLite {
		return errors.New("database: only a SQLite database is copied like this")
	}
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("database: %s: %w", path, errors.Join(os.ErrExist, err))
	}
	// A connection of its own: the reading ones may not write anything, and the writing one has to stay free for those who write.
	own, err := sqlx.Open(sqliteDriver, "file:"+(&url.URL{Path: db.path}).EscapedPath()+"?mode=rw&_busy_timeout=8000")
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	defer func() { _ = own.Close() }()
	if _, err := own.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return fmt.Errorf("database: copy: %w", err)
	}
	return os.Chmod(path, 0o600)
}

// SyncDir waits until the names in a directory are on disk.
func SyncDir(dir string) error {
	file, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
