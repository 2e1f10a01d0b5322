package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

const (
	sqliteDriver  = "sqlite3_relais"
	sqliteReaders = 8
)

func init() {
	sql.Register(sqliteDriver, &sqlite3.SQLiteDriver{ConnectHook: prepareConnection})
	sqlx.BindDriver(sqliteDriver, sqlx.QUESTION)
}

// prepareConnection sets what the address of a SQLite database cannot say. There is no memory map: after each commit a reader
// drops its map and faults it in again, which costs a read between two commits of the trail a seventh of its time.
func prepareConnection(c *sqlite3.SQLiteConn) error {
	for _, pragma := range []string{
		"PRAGMA trusted_schema = OFF",
		"PRAGMA recursive_triggers = ON",   // a REPLACE deletes too, and the triggers that refuse it have to see it
		"PRAGMA temp_store = MEMORY",       // no sorted personal data in temporary files
		"PRAGMA cache_size = -16384",       // KiB: what a page of a list touches in a large file
		"PRAGMA wal_autocheckpoint = 4000", // pages that every commit changes go back to the file a quarter as often
	} {
		if _, err := c.Exec(pragma, nil); err != nil {
			return err
		}
	}
	return nil
}

// remains is what becomes of the bytes of a deleted row.
type remains string

const (
	overwritten remains = "on"
	left        remains = "off" // where nothing that is deleted has to be gone, and overwriting it would write it a second time
)

// setting is how SQLite names it when it is read back.
func (r remains) setting() string {
	if r == overwritten {
		return "1"
	}
	return "0"
}

// writes are the settings of the connection that writes, as SQLite tells them.
func writes(remains remains) map[string]string {
	return map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": remains.setting(),
		"trusted_schema": "0", "temp_store": "2", "recursive_triggers": "1"}
}

// reads are the settings of those that read.
var reads = map[string]string{"query_only": "1", "foreign_keys": "1"}

// openSQLite opens one writing connection and some reading ones on the file, which only its owner may read.
func openSQLite(ctx context.Context, path string, readers int, remains remains) (*DB, error) {
	if path == "" {
		return nil, fmt.Errorf("database: sqlite: needs a path")
	}
	if err := ownerOnly(path); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	location := "file:" + (&url.URL{Path: path}).EscapedPath()
	// database/sql gives a connection to one goroutine at a time, so SQLite need not lock it too at each call.
	common := "&_fk=1&_busy_timeout=8000&_stmt_cache_size=128&_mutex=no"
	writer, err := sqlx.Open(sqliteDriver, location+"?_journal=WAL&_txlock=immediate&_sync=FULL&_secure_delete="+string(remains)+common)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	writer.SetMaxOpenConns(1)
	db := &DB{engine: SQLite, writer: writer, path: path}
	if err := checkPragmas(ctx, writer, writes(remains)); err != nil {
		_ = writer.Close()
		return nil, err
	}
	if db.reader, err = sqlx.Open(sqliteDriver, location+"?mode=ro&_query_only=1"+common); err != nil {
		_ = writer.Close()
		return nil, fmt.Errorf("database: %w", err)
	}
	db.reader.SetMaxOpenConns(readers)
	db.reader.SetMaxIdleConns(readers)
	if err := checkPragmas(ctx, db.reader, reads); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// OpenBeside opens a second SQLite file, PATH-NAME, next to the one of an address and prepares it with a schema that it may have
// already. What is written there does not empty the page caches of those who read the first one; what is deleted there only
// moved into the first one and is not overwritten. On PostgreSQL there is none: nil.
func OpenBeside(ctx context.Context, address, name, schema string) (*DB, error) {
	path, ok := strings.CutPrefix(address, "sqlite:")
	if !ok {
		return nil, nil
	}
	db, err := openSQLite(ctx, path+"-"+name, 1, left)
	if err != nil {
		return nil, err
	}
	if _, err := db.writer.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("database: %s: %w", name, err), db.Close())
	}
	return db, nil
}

// ownerOnly creates the directory 0700 and the file 0600 before SQLite would create it readable for all.
func ownerOnly(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Chmod(path, 0o600)
}

// checkPragmas reads the settings back, because SQLite ignores a misspelt key in its address without a word.
func checkPragmas(ctx context.Context, pool *sqlx.DB, want map[string]string) error {
	for name, value := range want {
		var got string
		if err := pool.GetContext(ctx, &got, "PRAGMA "+name); err != nil {
			return fmt.Errorf("database: pragma %s: %w", name, err)
		}
		if !strings.EqualFold(got, value) {
			return fmt.Errorf("database: pragma %s is %q and has to be %q", name, got, value)
		}
	}
	return nil
}
