package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"reflect"

	"github.com/mattn/go-sqlite3"
)

// lite runs statements on one connection of the SQLite driver, which keeps them prepared.
type lite struct{ conn *sqlite3.SQLiteConn }

func (l lite) get(dest any, text string, values []any) error {
	target, err := pointed(dest)
	if err != nil {
		return err
	}
	rows, err := l.query(text, values)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	err = rows.next(target)
	if errors.Is(err, io.EOF) {
		return ErrNoRows
	}
	return err
}

func (l lite) all(dest any, text string, values []any) error {
	list, err := pointed(dest)
	if err != nil {
		return err
	}
	if list.Kind() != reflect.Slice {
		return errors.New("database: rows are read into a slice")
	}
	rows, err := l.query(text, values)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	list.SetLen(0)
	for n := 0; ; n++ {
		if n == list.Cap() {
			list.Grow(max(4, n))
		}
		list.SetLen(n + 1)
		list.Index(n).SetZero()
		if err = rows.next(list.Index(n)); err != nil {
			list.SetLen(n)
			break
		}
	}
	if list.Len() == 0 {
		list.SetZero() // no rows are a nil slice
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (l lite) each(text string, values []any, fn func(scan func(dest any) error) error) error {
	rows, err := l.query(text, values)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for {
		if err := rows.step(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := fn(rows.scan); err != nil {
			return err
		}
	}
}

func (l lite) exec(text string, values []any) (int64, error) {
	named, err := namedValues(values)
	if err != nil {
		return 0, err
	}
	result, err := l.conn.ExecContext(context.Background(), text, named)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (l lite) query(text string, values []any) (*liteRows, error) {
	named, err := namedValues(values)
	if err != nil {
		return nil, err
	}
	rows, err := l.conn.QueryContext(context.Background(), text, named)
	if err != nil {
		return nil, err
	}
	return &liteRows{Rows: rows, text: text, row: make([]driver.Value, len(rows.Columns()))}, nil
}

// liteRows are the rows of a statement and the one that was read last.
type liteRows struct {
	driver.Rows
	text string
	row  []driver.Value
}

func (r *liteRows) step() error { return r.Rows.Next(r.row) }

// next reads a row into target; io.EOF after the last.
func (r *liteRows) next(target reflect.Value) error {
	if err := r.step(); err != nil {
		return err
	}
	return r.fill(target)
}

func (r *liteRows) scan(dest any) error {
	target, err := pointed(dest)
	if err != nil {
		return err
	}
	return r.fill(target)
}

func (r *liteRows) fill(target reflect.Value) error {
	places, err := placesOf(target.Type(), r.text, r.Rows)
	if err != nil {
		return err
	}
	for i := range places {
		if err := places[i].put(target, r.row[i]); err != nil {
			return err
		}
	}
	return nil
}

func pointed(dest any) (reflect.Value, error) {
	v := reflect.ValueOf(dest)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return v, errors.New("database: a row is read into a pointer")
	}
	return v.Elem(), nil
}

// namedValues turns parameters into what the driver takes, as database/sql does.
func namedValues(values []any) ([]driver.NamedValue, error) {
	named := make([]driver.NamedValue, len(values))
	for i, value := range values {
		switch v := value.(type) {
		case string, int64, []byte, nil:
			named[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
		default:
			converted, err := driver.DefaultParameterConverter.ConvertValue(v)
			if err != nil {
				return nil, err
			}
			named[i] = driver.NamedValue{Ordinal: i + 1, Value: converted}
		}
	}
	return named, nil
}
