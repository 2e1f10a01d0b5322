package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
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
	mark *sqlx.Conn // PostgreSQL: the connection that holds the mark of those who write
	sole *sqlx.Conn // PostgreSQL: the one that keeps others from marking keys that are being retired
}

// advisory sets the marks of Relais apart from those that somebody else sets in the same database: "Rela" and the number.
const advisory = int64(0x52656c61) << 32

// Mark makes known, until this database is closed, that a process writes under the key of this number; others may too. Called again, it
// makes good a connection that was lost. SQLite has Lock instead.
func (db *DB) Mark(ctx context.Context, key uint32) error {
	if db.engine == SQLite {
		return nil
	}
	if db.locks.mark != nil {
		if err := db.locks.mark.PingContext(ctx); err == nil {
			return nil
		}
		if err := drop(&db.locks.mark); err != nil {
			return fmt.Errorf("database: %w", err)
		}
	}
	return db.advise(ctx, &db.locks.mark, `SELECT pg_try_advisory_lock_shared($1)`, key)
}

// Retire refuses with ErrLocked where another process works with the database: on SQLite any that serves it, on PostgreSQL those that
// write under one of these keys. Until this database is closed none can begin to.
func (db *DB) Retire(ctx context.Context, keys ...uint32) error {
	if db.engine == SQLite {
		return db.Lock()
	}
	return db.advise(ctx, &db.locks.sole, `SELECT pg_try_advisory_lock($1)`, keys...)
}

// advise takes locks on a connection of their own, which is kept where it got them all: one without them would pass for one with them.
func (db *DB) advise(ctx context.Context, kept **sqlx.Conn, query string, keys ...uint32) error {
	if *kept == nil {
		conn, err := db.writer.Connx(ctx)
		if err != nil {
			return fmt.Errorf("database: %w", err)
		}
		*kept = conn
	}
	for _, key := range keys {
		var got bool
		err := (*kept).GetContext(ctx, &got, query, advisory|int64(key))
		if err == nil && !got {
			err = fmt.Errorf("%w with key %d", ErrLocked, key)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("database: %w", err), drop(kept))
		}
	}
	return nil
}

// drop ends a connection at the server too, where it would otherwise hold what it has got when it is used again.
func drop(kept **sqlx.Conn) error {
	_ = (*kept).Raw(func(any) error { return driver.ErrBadConn })
	err := (*kept).Close()
	*kept = nil
	if errors.Is(err, sql.ErrConnDone) { // it was ended already
		return nil
	}
	return err
}

// Lock makes this process the only one that serves the SQLite file; PostgreSQL needs no such lock.
func (db *DB) Lock() error {
	if db.engine != SQLite || db.locks.file != nil {
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
