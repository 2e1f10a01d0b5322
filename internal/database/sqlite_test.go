package database

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
)

// off are other values of the settings that the program insists on.
var off = map[string]string{"journal_mode": "DELETE", "synchronous": "NORMAL", "foreign_keys": "OFF", "secure_delete": "OFF", "trusted_schema": "ON",
	"temp_store": "FILE", "recursive_triggers": "OFF", "query_only": "OFF"}

// TestPragmas_aDifferenceIsRefused puts each setting off and on again, and wants the check of the start to name it.
func TestPragmas_aDifferenceIsRefused(t *testing.T) {
	t.Run("writing", func(t *testing.T) {
		db := fresh(t)
		_ = db.reader.Close() // the journal is not changed while somebody reads
		refusesOff(t, db.writer, writes(overwritten))
	})
	t.Run("reading", func(t *testing.T) {
		db := fresh(t)
		db.reader.SetMaxOpenConns(1) // the connection that is put off is the one that is looked at
		refusesOff(t, db.reader, reads)
	})
}

func fresh(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "relais.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func refusesOff(t *testing.T, pool *sqlx.DB, want map[string]string) {
	t.Helper()
	if err := checkPragmas(t.Context(), pool, want); err != nil {
		t.Errorf("as opened: %v", err)
	}
	for name, right := range want {
		set(t, pool, name, off[name])
		if err := checkPragmas(t.Context(), pool, want); err == nil || !strings.Contains(err.Error(), "pragma "+name+" is ") {
			t.Errorf("%s off: %v", name, err)
		}
		set(t, pool, name, right)
	}
	if err := checkPragmas(t.Context(), pool, want); err != nil {
		t.Errorf("on again: %v", err)
	}
}

func set(t *testing.T, pool *sqlx.DB, name, value string) {
	t.Helper()
	if _, err := pool.ExecContext(t.Context(), "PRAGMA "+name+" = "+value); err != nil {
		t.Fatal(err)
	}
}

// TestOpen_refusesAFileThatCannotBeSetUp opens a database in memory, which has no log of writes beside it: the start ends there.
func TestOpen_refusesAFileThatCannotBeSetUp(t *testing.T) {
	t.Chdir(t.TempDir())
	db, err := Open(t.Context(), "sqlite::memory:")
	if err == nil {
		_ = db.Close()
		t.Fatal("a database without its log of writes was opened")
	}
	if !strings.Contains(err.Error(), `pragma journal_mode is "memory" and has to be "wal"`) {
		t.Errorf("refused for another reason: %v", err)
	}
}
