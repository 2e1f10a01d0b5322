package database

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// onSQLite runs fn in a transaction on one connection of the pool.
//
// The statements run without the caller's context: database/sql and the driver would watch it with a goroutine and a callback
// for each of them, which costs a third of a short read. A caller who has gone ends the transaction at its next statement and
// keeps it from being committed; a running statement is not cut off, and each one reads or writes few rows.
func onSQLite(ctx context.Context, pool *sqlx.DB, writes bool, fn func(*Tx) error) error {
	conn, err := pool.Connx(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = conn.Close() }()
	run, begin := context.WithoutCancel(ctx), "BEGIN"
	if writes {
		begin = "BEGIN IMMEDIATE"
	}
	if _, err := conn.ExecContext(run, begin); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	committed := false
	defer func() {
		if !committed {
			undo(run, conn)
		}
	}()
	if err := fn(&Tx{ctx: ctx, watch: watchOf(ctx), run: run, raw: conn, engine: SQLite, writes: writes}); err != nil || !writes {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := conn.ExecContext(run, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	committed = true
	return nil
}

// undo ends a transaction without its changes. A connection on which even that fails is not used again.
func undo(run context.Context, conn *sqlx.Conn) {
	if _, err := conn.ExecContext(run, "ROLLBACK"); err != nil {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
}

func getOnSQLite(ctx context.Context, pool *sqlx.DB, dest any, text string, values []any) error {
	conn, err := pool.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return get(context.WithoutCancel(ctx), conn, dest, text, values)
}
