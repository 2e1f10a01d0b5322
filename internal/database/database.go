// Package database opens an engine, migrates it and runs transactions; it is the only place that knows a dialect.
// It knows nothing of files, grants or people: that is the gate's and the slices' matter.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// Engine names one of the two databases.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// ErrNoRows is what Get answers when nothing matched.
var ErrNoRows = sql.ErrNoRows

// writeTries bounds how often a write is run again after a serialization failure or a deadlock.
const writeTries = 8

// DB is an open database: one writer and some readers on SQLite, one pool on PostgreSQL.
type DB struct {
	engine Engine
	writer *sqlx.DB
	reader *sqlx.DB
	path   string
	locks  locks
}

// Open opens "sqlite:PATH" or "postgres://…" and checks that the engine is set as Relais needs it; it does not migrate.
func Open(ctx context.Context, url string) (*DB, error) {
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"), sqliteReaders, overwritten)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return openPostgres(ctx, url)
	}
	return nil, errors.New(`database: the address must begin with "sqlite:" or "postgres://"`)
}

// Engine tells which engine is open.
func (db *DB) Engine() Engine { return db.engine }

// Ping asks both pools for an answer.
func (db *DB) Ping(ctx context.Context) error {
	return errors.Join(db.writer.PingContext(ctx), db.reader.PingContext(ctx))
}

// Close ends all connections, the reading ones first so that SQLite can put its write-ahead log away, and gives up the locks.
func (db *DB) Close() error {
	var err error
	if db.reader != db.writer {
		err = db.reader.Close()
	}
	for _, conn := range []*sqlx.Conn{db.locks.mark, db.locks.sole} {
		if conn != nil {
			err = errors.Join(err, conn.Close())
		}
	}
	err = errors.Join(err, db.writer.Close())
	if db.locks.file != nil {
		err = errors.Join(err, db.locks.file.Close())
	}
	return err
}

// Read runs fn on one snapshot; what fn writes fails.
func (db *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	if db.engine == SQLite {
		return onSQLite(ctx, db.reader, false, fn)
	}
	raw, err := db.reader.BeginTxx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return fmt.Errorf("begin read: %w", err)
	}
	defer func() { _ = raw.Rollback() }()
	return fn(&Tx{ctx: ctx, watch: watchOf(ctx), run: ctx, raw: raw, engine: db.engine})
}

// Get reads one row by a statement that is a snapshot of its own; ErrNoRows where there is none.
func (db *DB) Get(ctx context.Context, dest any, query string, args Args) error {
	text, values, err := bind(db.engine, query, args)
	if err != nil {
		return err
	}
	if db.engine == SQLite {
		return getOnSQLite(ctx, db.reader, dest, text, values)
	}
	return get(ctx, db.reader, dest, text, values)
}

// Write runs fn in one transaction and commits it. On PostgreSQL a serialization failure or a deadlock runs fn again,
// at most eight times, so fn must have no effect but on tx.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	var err error
	for try := range writeTries {
		err = db.writeOnce(ctx, fn)
		if err == nil || !isRetriable(err) {
			return err
		}
		if waited := wait(ctx, time.Duration(try+1)*2*time.Millisecond); waited != nil {
			return waited
		}
	}
	return err
}

func (db *DB) writeOnce(ctx context.Context, fn func(*Tx) error) error {
	if db.engine == SQLite {
		return onSQLite(ctx, db.writer, true, fn)
	}
	raw, err := db.writer.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return fmt.Errorf("begin write: %w", err)
	}
	defer func() { _ = raw.Rollback() }()
	if err := fn(&Tx{ctx: ctx, watch: watchOf(ctx), run: ctx, raw: raw, engine: db.engine, writes: true}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil { // database/sql ends the transaction of a caller who has gone, sooner or later
		return err
	}
	if err := raw.Commit(); err != nil {
		return fmt.Errorf("commit: %w", errors.Join(err, ctx.Err()))
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
