package database

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/jmoiron/sqlx"
)

// ErrLocked says that another program works with the database in a way that does not go together with what was asked for.
var ErrLocked = errors.New("another relais is at work")

// locks are what this process holds of its database until it closes it.
type locks struct {
	file *os.File   // SQLite: this process alone
	held *sqlx.Conn // PostgreSQL: the connection that holds the mark of those who serve
}

// advisory sets the marks of Relais apart from those that somebody else sets in the same database: "Rela" and the number.
const advisory = int64(0x52656c61) << 32

// Serve makes known that this process serves the database under the key of this number. On SQLite it is the only one; on PostgreSQL others
// may serve too. Called again, it makes good a connection that was lost.
func (db *DB) Serve(ctx context.Context, key uint32) error {
	if db.engine == SQLite {
		return db.lockFile()
	}
	if db.locks.held != nil {
		if err := db.locks.held.PingContext(ctx); err == nil {
			return nil
		}
		_ = db.locks.held.Close()
		db.locks.held = nil
	}
	conn, err := db.writer.Connx(ctx)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock_shared($1)`, advisory|int64(key)); err != nil {
		return errors.Join(fmt.Errorf("database: %w", err), conn.Close())
	}
	db.locks.held = conn
	return nil
}

// Unserved refuses with ErrLocked where another process serves: on SQLite under any key, on PostgreSQL under one of these.
func (db *DB) Unserved(ctx context.Context, keys ...uint32) error {
	if db.engine == SQLite {
		return db.lockFile()
	}
	for _, key := range keys {
		var free bool
		if err := db.writer.GetContext(ctx, &free, `SELECT pg_try_advisory_xact_lock($1)`, advisory|int64(key)); err != nil {
			return fmt.Errorf("database: %w", err)
		}
		if !free {
			return fmt.Errorf("database: %w with key %d", ErrLocked, key)
		}
	}
	return nil
}

func (db *DB) lockFile() error {
	if db.locks.file != nil {
		return nil
	}
	file, err := os.OpenFile(db.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		return fmt.Errorf("database: %w with %s", ErrLocked, db.path)
	}
	db.locks.file = file
	return nil
}
