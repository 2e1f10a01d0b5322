package database

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// place is where the value of one column goes: a field, or the target itself where path is empty.
type place struct {
	column string
	path   []int
	set    func(field reflect.Value, v driver.Value) bool
	scans  bool // the field reads the value itself
}

// put stores a value. An error names the column and the types and never the value.
func (p *place) put(target reflect.Value, v driver.Value) error {
	field := target
	if len(p.path) > 0 {
		field = target.FieldByIndex(p.path)
	}
	if p.scans {
		return field.Addr().Interface().(sql.Scanner).Scan(v)
	}
	if !p.set(field, v) {
		return fmt.Errorf("database: column %s: a %T does not fit a %s", p.column, v, field.Type())
	}
	return nil
}

// shape names a statement's columns together with the type that they are read into.
type shape struct {
	target reflect.Type
	text   string
}

var shapes sync.Map // shape → []place

// placesOf finds a place for each column: by the db tags of a struct and of the structs in it, or the target itself.
func placesOf(target reflect.Type, text string, rows driver.Rows) ([]place, error) {
	if known, ok := shapes.Load(shape{target, text}); ok {
		return known.([]place), nil
	}
	columns := rows.Columns()
	places := make([]place, len(columns))
	paths := map[string][]int{}
	single := isSingle(target)
	if !single {
		findPaths(target, "", nil, paths)
	}
	for i, column := range columns {
		path, ok := paths[column]
		if !ok && !(single && len(columns) == 1) {
			return nil, fmt.Errorf("database: no place for column %s in %s", column, target)
		}
		field := target
		if len(path) > 0 {
			field = target.FieldByIndex(path).Type
		}
		places[i] = place{column: column, path: path, set: setterOf(field), scans: isScanner(field)}
		if places[i].set == nil && !places[i].scans {
			return nil, fmt.Errorf("database: column %s: nothing reads a %s", column, field)
		}
	}
	shapes.Store(shape{target, text}, places)
	return places, nil
}

func isScanner(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[sql.Scanner]())
}

// isSingle says whether a type takes one value, not the columns of a row.
func isSingle(t reflect.Type) bool { return t.Kind() != reflect.Struct || isScanner(t) }

// findPaths names the fields of a struct as sqlx does: embedded ones by their own tags, those of a tagged struct with its tag
// and a dot before them.
func findPaths(t reflect.Type, prefix string, path []int, paths map[string][]int) {
	for i := range t.NumField() {
		field := t.Field(i)
		here := append(path[:len(path):len(path)], i)
		tag, tagged := field.Tag.Lookup("db")
		switch {
		case field.Anonymous && !tagged && !isSingle(field.Type):
			findPaths(field.Type, prefix, here, paths)
		case !field.IsExported() || !tagged:
		case isSingle(field.Type):
			paths[prefix+tag] = here
		default:
			findPaths(field.Type, prefix+tag+".", here, paths)
		}
	}
}

// setterOf gives what stores a column's value in a field, and says false where they do not fit; NULL fits bytes alone.
func setterOf(t reflect.Type) func(field reflect.Value, v driver.Value) bool {
	switch t.Kind() {
	case reflect.String:
		return setText
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return setInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return setUint
	case reflect.Bool:
		return setBool
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return setBytes
		}
	}
	return nil
}

func setText(field reflect.Value, v driver.Value) bool {
	text, ok := v.(string)
	if ok {
		field.SetString(text)
	}
	return ok
}

func setInt(field reflect.Value, v driver.Value) bool {
	n, ok := v.(int64)
	ok = ok && !field.OverflowInt(n)
	if ok {
		field.SetInt(n)
	}
	return ok
}

func setUint(field reflect.Value, v driver.Value) bool {
	n, ok := v.(int64)
	ok = ok && n >= 0 && !field.OverflowUint(uint64(n))
	if ok {
		field.SetUint(uint64(n))
	}
	return ok
}

func setBool(field reflect.Value, v driver.Value) bool {
	n, ok := v.(int64)
	ok = ok && (n == 0 || n == 1)
	if ok {
		field.SetBool(n == 1)
	}
	return ok
}

// setBytes keeps the driver's bytes: it copies them out of SQLite for each row.
func setBytes(field reflect.Value, v driver.Value) bool {
	bytes, ok := v.([]byte)
	if ok || v == nil {
		field.SetBytes(bytes)
	}
	return ok || v == nil
}
