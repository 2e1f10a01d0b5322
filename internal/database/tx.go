package database

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// Args are the values of a statement's :name parameters. A []string or [][]byte value stands for a list inside IN (:name).
type Args map[string]any

// Tx is one running transaction.
type Tx struct {
	ctx    context.Context
	raw    *sqlx.Tx
	engine Engine
	writes bool
}

// Context is the context in which the transaction runs.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Engine tells which engine the transaction runs on.
func (tx *Tx) Engine() Engine { return tx.engine }

// Writes says whether the transaction may write.
func (tx *Tx) Writes() bool { return tx.writes }

// Get reads one row into dest, a struct with db tags or a scalar; ErrNoRows where there is none.
func (tx *Tx) Get(dest any, query string, args Args) error {
	text, values, err := bind(tx.engine, query, args)
	if err != nil {
		return err
	}
	return tx.raw.GetContext(tx.ctx, dest, text, values...)
}

// Select reads all rows into dest, a pointer to a slice.
func (tx *Tx) Select(dest any, query string, args Args) error {
	text, values, err := bind(tx.engine, query, args)
	if err != nil {
		return err
	}
	return tx.raw.SelectContext(tx.ctx, dest, text, values...)
}

// Exec runs a statement and tells how many rows it touched.
func (tx *Tx) Exec(query string, args Args) (int64, error) {
	text, values, err := bind(tx.engine, query, args)
	if err != nil {
		return 0, err
	}
	result, err := tx.raw.ExecContext(tx.ctx, text, values...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Each hands every row to fn without holding them all; fn scans it with scan(dest), a pointer to a struct with db tags.
func (tx *Tx) Each(query string, args Args, fn func(scan func(dest any) error) error) error {
	text, values, err := bind(tx.engine, query, args)
	if err != nil {
		return err
	}
	rows, err := tx.raw.QueryxContext(tx.ctx, text, values...)
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
