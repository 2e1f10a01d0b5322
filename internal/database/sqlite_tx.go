package database

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

// onSQLite runs fn in a transaction on one connection of the pool.
//
// The statements go to the driver's own connection and without the caller's context: database/sql watches the context with a
// goroutine for each statement and reflects on each value twice, which is half the cost of a short read. A caller who has gone
// ends the transaction at its next statement and keeps it from being committed; a running statement is not cut off, and each
// one reads or writes few rows.
func onSQLite(ctx context.Context, pool *sqlx.DB, writes bool, fn func(*Tx) error) error {
	return withSQLite(ctx, pool, func(on lite) (clean bool, err error) {
		begin := "BEGIN"
		if writes {
			begin = "BEGIN IMMEDIATE"
		}
		if _, err := on.exec(begin, nil); err != nil {
			return false, fmt.Errorf("begin: %w", err)
		}
		committed := false
		defer func() {
			if !committed {
				_, failed := on.exec("ROLLBACK", nil)
				clean = failed == nil
			}
		}()
		if err := fn(&Tx{ctx: ctx, on: on, engine: SQLite, writes: writes}); err != nil || !writes {
			return true, err
		}
		if err := ctx.Err(); err != nil {
			return true, err
		}
		if _, err := on.exec("COMMIT", nil); err != nil {
			return true, fmt.Errorf("commit: %w", err)
		}
		committed = true
		return true, nil
	})
}

// withSQLite lends a connection of the pool; one that is not left clean is closed.
func withSQLite(ctx context.Context, pool *sqlx.DB, use func(on lite) (clean bool, err error)) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connection: %w", err)
	}
	defer func() { _ = conn.Close() }()
	clean := true
	err = conn.Raw(func(raw any) (err error) {
		clean, err = use(lite{raw.(*sqlite3.SQLiteConn)})
		return err
	})
	if !clean {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	return err
}
