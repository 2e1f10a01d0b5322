package database_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/testkit/servers"
)

var update = flag.Bool("update", false, "write the golden files anew")

func open(t *testing.T, engine string) *database.DB {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "a b#c%.db")
	if engine == "postgres" {
		url = servers.Postgres(t)
	}
	db, err := database.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db
}

func both(t *testing.T, test func(t *testing.T, db *database.DB)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { test(t, open(t, engine)) })
	}
}

func put(tx *database.Tx, name, value string) error {
	_, err := tx.Exec(`INSERT INTO installation (name, value) VALUES (:name, :value)`, database.Args{"name": name, "value": value})
	return err
}

func TestWrite_undoesAllWhenItFails(t *testing.T) {
	both(t, func(t *testing.T, db *database.DB) {
		stop := errors.New("stop")
		err := db.Write(t.Context(), func(tx *database.Tx) error {
			if err := put(tx, "a", "1"); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Fatalf("got %v", err)
		}
		err = db.Read(t.Context(), func(tx *database.Tx) error {
			var value string
			return tx.Get(&value, `SELECT value FROM installation WHERE name = :name`, database.Args{"name": "a"})
		})
		if !errors.Is(err, database.ErrNoRows) {
			t.Fatalf("the undone row is there: %v", err)
		}
	})
}

func TestRead_cannotWrite(t *testing.T) {
	both(t, func(t *testing.T, db *database.DB) {
		if err := db.Read(t.Context(), func(tx *database.Tx) error { return put(tx, "a", "1") }); err == nil {
			t.Fatal("a read wrote")
		}
	})
}

func TestWrite_namesABrokenUniqueKey(t *testing.T) {
	both(t, func(t *testing.T, db *database.DB) {
		err := db.Write(t.Context(), func(tx *database.Tx) error {
			if err := put(tx, "a", "1"); err != nil {
				return err
			}
			return put(tx, "a", "2")
		})
		if !database.IsUnique(err) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestArgs_listsAndEmptyLists(t *testing.T) {
	both(t, func(t *testing.T, db *database.DB) {
		var names []string
		err := db.Write(t.Context(), func(tx *database.Tx) error {
			for _, name := range []string{"a", "b", "c"} {
				if err := put(tx, name, "it's :not a ? parameter"); err != nil {
					return err
				}
			}
			query := `SELECT name FROM installation WHERE name IN (:names) AND value <> ':names' ORDER BY name`
			if err := tx.Select(&names, query, database.Args{"names": []string{"a", "c", "x"}}); err != nil {
				return err
			}
			var none []string
			if err := tx.Select(&none, query, database.Args{"names": []string{}}); err != nil || len(none) != 0 {
				t.Errorf("an empty list found %v, %v", none, err)
			}
			return nil
		})
		if err != nil || strings.Join(names, "") != "ac" {
			t.Fatalf("found %v, %v", names, err)
		}
	})
}

func TestStatement_refusesWhatOneEngineLacks(t *testing.T) {
	both(t, func(t *testing.T, db *database.DB) {
		for _, query := range []string{`SELECT 1::TEXT`, `SELECT ?`, `SELECT 'open`, `SELECT : x`} {
			err := db.Read(t.Context(), func(tx *database.Tx) error {
				_, err := tx.Exec(query, nil)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "database:") {
				t.Errorf("%s: %v", query, err)
			}
		}
		err := db.Read(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec(`SELECT :missing`, nil)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), ":missing") {
			t.Errorf("a missing value: %v", err)
		}
	})
}

func TestTables_nothingIsOverwrittenOrDeleted(t *testing.T) {
	both(t, func(t *testing.T, db *database.DB) {
		insert := map[string]string{
			"agency": `INSERT INTO agency (id, code, country, kind, name, regime, created_at) VALUES ('a', 'a', 'BE', 'police', 'A', 'led', 1)`,
			"file":   `INSERT INTO file (id, kind, case_id, agency_id, stage, created_at, created_by, changed_at) VALUES ('f', 'case', 'f', 'a', 'active', 1, 'w', 1)`,
			"entry":  `INSERT INTO entry (id, file_id, section, agency_id, created_at, changed_at) VALUES ('e', 'f', 'identity', 'a', 1, 1)`,
			"entry_version": `INSERT INTO entry_version (entry_id, version, author_id, written_at, nature, purpose, basis, regime, subject, sealed)
				VALUES ('e', 1, 'w', 1, 'fact', 'protection', 'consent', 'led', 'victim', 'x')`,
		}
		err := db.Write(t.Context(), func(tx *database.Tx) error {
			for _, table := range []string{"agency", "file", "entry", "entry_version"} {
				text := insert[table]
				if db.Engine() == database.SQLite {
					text = strings.Replace(text, "'x'", "CAST('x' AS BLOB)", 1)
				}
				if _, err := tx.Exec(text, nil); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range []string{`DELETE FROM file`, `DELETE FROM entry`, `DELETE FROM entry_version`, `UPDATE entry_version SET basis = 'legal_task'`} {
			err := db.Write(t.Context(), func(tx *database.Tx) error {
				_, err := tx.Exec(change, nil)
				return err
			})
			if err == nil {
				t.Errorf("%s went through", change)
			}
		}
	})
}

func TestOpen_createsAFileThatOnlyItsOwnerReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "relais.db")
	db, err := database.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
}

func TestLock_letsOneProgramServeTheFile(t *testing.T) {
	path := "sqlite:" + filepath.Join(t.TempDir(), "relais.db")
	first, second := at(t, path), at(t, path)
	if err := errors.Join(first.Lock(), first.Mark(t.Context(), 1), second.Mark(t.Context(), 1)); err != nil {
		t.Fatal(err)
	}
	if err := second.Lock(); !errors.Is(err, database.ErrLocked) {
		t.Fatalf("two programs hold the file: %v", err)
	}
	if err := second.Retire(t.Context(), 2); !errors.Is(err, database.ErrLocked) {
		t.Fatalf("nobody is said to hold the file: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := second.Lock(); err != nil {
		t.Fatalf("after the first let go: %v", err)
	}
}

// TestMark_keepsAKeyFromBeingRetired: on PostgreSQL several write, and a key is in use until the last that began with it has ended; from
// when it is retired nobody can begin with it.
func TestMark_keepsAKeyFromBeingRetired(t *testing.T) {
	url := servers.Postgres(t)
	first, second := at(t, url), at(t, url)
	mark := func(db *database.DB, key uint32) {
		t.Helper()
		if err := db.Mark(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	inUse := func(keys ...uint32) {
		t.Helper()
		if err := at(t, url).Retire(t.Context(), keys...); !errors.Is(err, database.ErrLocked) {
			t.Errorf("keys %d: %v", keys, err)
		}
	}
	// the server learns of a connection that was closed a moment later
	free := func(key uint32) *database.DB {
		t.Helper()
		operator := at(t, url)
		for try := 0; ; try++ {
			err := operator.Retire(t.Context(), key)
			if err == nil {
				return operator
			}
			if !errors.Is(err, database.ErrLocked) || try > 10000 {
				t.Fatalf("key %d: %v", key, err)
			}
		}
	}
	mark(first, 7)
	mark(second, 7)
	mark(first, 7) // again and again, for a connection that was lost
	inUse(7)
	inUse(3, 7)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	inUse(7)
	var cut int
	if err := at(t, url).Get(t.Context(), &cut, `SELECT COUNT(pg_terminate_backend(l.pid)) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
		WHERE l.locktype = 'advisory' AND d.datname = current_database()`, nil); err != nil || cut == 0 {
		t.Fatalf("%d connections cut, %v", cut, err)
	}
	_ = free(7).Close()
	mark(second, 7)
	inUse(7)
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	operator := free(7)
	late := at(t, url)
	for range 2 { // what was refused once is not held the next time
		if err := late.Mark(t.Context(), 7); !errors.Is(err, database.ErrLocked) {
			t.Errorf("a key that is being retired was begun with: %v", err)
		}
	}
	mark(late, 8)
	if err := operator.Close(); err != nil {
		t.Fatal(err)
	}
}

func at(t *testing.T, url string) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestWrite_isUndoneWhenTheCallerHasGone(t *testing.T) {
	both(t, func(t *testing.T, db *database.DB) {
		ctx, leave := context.WithCancel(t.Context())
		err := db.Write(ctx, func(tx *database.Tx) error {
			err := put(tx, "a", "1")
			leave()
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("committed for nobody: %v", err)
		}
		err = db.Read(ctx, func(tx *database.Tx) error { return nil })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("read for nobody: %v", err)
		}
		if err := db.Write(t.Context(), func(tx *database.Tx) error { return put(tx, "a", "2") }); err != nil {
			t.Fatalf("the next one: %v", err)
		}
		var value string
		err = db.Get(t.Context(), &value, `SELECT value FROM installation WHERE name = :name`, database.Args{"name": "a"})
		if err != nil || value != "2" {
			t.Fatalf("%q, %v", value, err)
		}
	})
}

func TestGet_saysThatThereIsNone(t *testing.T) {
	both(t, func(t *testing.T, db *database.DB) {
		var value string
		err := db.Get(t.Context(), &value, `SELECT value FROM installation WHERE name = :name`, database.Args{"name": "none"})
		if !errors.Is(err, database.ErrNoRows) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestOpen_refusesAnAddressWithoutAnEngine(t *testing.T) {
	if _, err := database.Open(t.Context(), "relais.db"); err == nil {
		t.Fatal("it opened")
	}
}

// TestSchema_isTheDump keeps migrations/schema.sql, which people read instead of all the steps.
func TestSchema_isTheDump(t *testing.T) {
	db := open(t, "sqlite")
	var parts []string
	err := db.Read(t.Context(), func(tx *database.Tx) error {
		return tx.Select(&parts, `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'
			ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 ELSE 3 END, name`, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	text := "-- The whole schema as SQLite has it after every step; written by: go test ./internal/database -run Schema -update\n\n" +
		strings.Join(parts, ";\n\n") + ";\n"
	const golden = "../../migrations/schema.sql"
	if *update {
		if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != text {
		t.Fatalf("migrations/schema.sql is not what the steps make (%v); run the command in its first line", err)
	}
}

func TestExec_refusesTextThatCannotBeStored(t *testing.T) {
	both(t, func(t *testing.T, db *database.DB) {
		for _, text := range []string{"a\x00b", "a\xffb"} {
			err := db.Read(t.Context(), func(tx *database.Tx) error {
				var n int
				return tx.Get(&n, "SELECT 1 WHERE :text = :text", database.Args{"text": text})
			})
			if !errors.Is(err, fault.Malformed) {
				t.Errorf("%q: %v", text, err)
			}
		}
	})
}
