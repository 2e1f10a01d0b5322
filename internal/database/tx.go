package database

import "context"

// Args are the values of a statement's :name parameters. A []string or [][]byte value stands for a list inside IN (:name).
type Args map[string]any

// runner is what the statements of a transaction run on.
type runner interface {
	get(dest any, text string, values []any) error
	all(dest any, text string, values []any) error
	each(text string, values []any, fn func(scan func(dest any) error) error) error
	exec(text string, values []any) (rows int64, err error)
}

// Tx is one running transaction.
type Tx struct {
	ctx    context.Context
	on     runner
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
	text, values, err := tx.bind(query, args)
	if err != nil {
		return err
	}
	return tx.on.get(dest, text, values)
}

// Select reads all rows into dest, a pointer to a slice.
func (tx *Tx) Select(dest any, query string, args Args) error {
	text, values, err := tx.bind(query, args)
	if err != nil {
		return err
	}
	return tx.on.all(dest, text, values)
}

// Exec runs a statement and tells how many rows it touched.
func (tx *Tx) Exec(query string, args Args) (int64, error) {
	text, values, err := tx.bind(query, args)
	if err != nil {
		return 0, err
	}
	return tx.on.exec(text, values)
}

// Each hands every row to fn without holding them all; fn scans it with scan(dest), a pointer to a struct with db tags.
func (tx *Tx) Each(query string, args Args, fn func(scan func(dest any) error) error) error {
	text, values, err := tx.bind(query, args)
	if err != nil {
		return err
	}
	return tx.on.each(text, values, fn)
}

// bind makes a statement ready, unless the caller has gone.
func (tx *Tx) bind(query string, args Args) (string, []any, error) {
	if err := tx.ctx.Err(); err != nil {
		return "", nil, err
	}
	return bind(tx.engine, query, args)
}
