package database

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"
)

// Args are the values of a statement's :name parameters. A []string or [][]byte value stands for a list inside IN (:name).
type Args map[string]any

// runner is what statements run on: a transaction of the driver, or a connection inside one.
type runner interface {
	GetContext(ctx context.Context, dest any, query string, args ...any) error
	SelectContext(ctx context.Context, dest any, query string, args ...any) error
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryxContext(ctx context.Context, query string, args ...any) (*sqlx.Rows, error)
	QueryRowxContext(ctx context.Context, query string, args ...any) *sqlx.Row
}

// Row is what Get reads column by column, in the order in which the statement lists them: for the few rows that every request
// asks for. Any other struct is read by the names in its db tags.
type Row interface {
	Columns() []any
}

func get(ctx context.Context, raw runner, dest any, text string, values []any) error {
	if row, ok := dest.(Row); ok {
		return raw.QueryRowxContext(ctx, text, values...).Scan(row.Columns()...)
	}
	return raw.GetContext(ctx, dest, text, values...)
}

// Tx is one running transaction.
type Tx struct {
	ctx    context.Context
	run    context.Context // of the single statements
	raw    runner
	engine Engine
	writes bool
	watch  func(statement string) // nil but in tests
}

// Context is the context in which the transaction runs.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Engine tells which engine the transaction runs on.
func (tx *Tx) Engine() Engine { return tx.engine }

// Writes says whether the transaction may write.
func (tx *Tx) Writes() bool { return tx.writes }

// Get reads one row into dest, a struct with db tags, a Row or a scalar; ErrNoRows where there is none.
func (tx *Tx) Get(dest any, query string, args Args) error {
	text, values, err := tx.bind(query, args)
	if err != nil {
		return err
	}
	return get(tx.run, tx.raw, dest, text, values)
}

// Select reads all rows into dest, a pointer to a slice.
func (tx *Tx) Select(dest any, query string, args Args) error {
	text, values, err := tx.bind(query, args)
	if err != nil {
		return err
	}
	return tx.raw.SelectContext(tx.run, dest, text, values...)
}

// Exec runs a statement and tells how many rows it touched.
func (tx *Tx) Exec(query string, args Args) (int64, error) {
	text, values, err := tx.bind(query, args)
	if err != nil {
		return 0, err
	}
	result, err := tx.raw.ExecContext(tx.run, text, values...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// execValues runs a statement that has its marks already.
func (tx *Tx) execValues(text string, values []any) (int64, error) {
	if err := tx.ctx.Err(); err != nil {
		return 0, err
	}
	if err := allStorable(values); err != nil {
		return 0, err
	}
	if tx.watch != nil {
		tx.watch(text)
	}
	result, err := tx.raw.ExecContext(tx.run, text, values...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Each hands every row to fn without holding them all; fn scans it with scan(dest), a pointer to a struct with db tags.
func (tx *Tx) Each(query string, args Args, fn func(scan func(dest any) error) error) error {
	text, values, err := tx.bind(query, args)
	if err != nil {
		return err
	}
	rows, err := tx.raw.QueryxContext(tx.run, text, values...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := fn(rows.StructScan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// bind makes a statement ready, unless the caller has gone.
func (tx *Tx) bind(query string, args Args) (string, []any, error) {
	if err := tx.ctx.Err(); err != nil {
		return "", nil, err
	}
	if tx.watch != nil {
		tx.watch(query)
	}
	return bind(tx.engine, query, args)
}
