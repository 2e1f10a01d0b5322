package audit

import (
	"errors"
	"strings"
	"testing"

	"relais/internal/database"
	"relais/internal/fault"
)

// meddling is what somebody hangs on the tables so that entries vanish or change while the statement seems to succeed.
var meddling = map[string]struct {
	sqlite, postgres string
}{
	"entry is not inserted": {
		`CREATE TRIGGER meddle BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(IGNORE); END`,
		`CREATE TRIGGER meddle BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION meddle()`,
	},
	"queue is not inserted": {
		`CREATE TRIGGER meddle BEFORE INSERT ON audit_queue BEGIN SELECT RAISE(IGNORE); END`,
		`CREATE TRIGGER meddle BEFORE INSERT ON audit_queue FOR EACH ROW EXECUTE FUNCTION meddle()`,
	},
	"entry is changed": {
		`CREATE TRIGGER meddle AFTER INSERT ON audit_entry BEGIN UPDATE audit_entry SET body = x'00' WHERE id = NEW.id; END`,
		`CREATE TRIGGER meddle BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION blank()`,
	},
	"entry is deleted": {
		`CREATE TRIGGER meddle AFTER INSERT ON audit_queue BEGIN DELETE FROM audit_entry WHERE id = NEW.entry_id; END`,
		`CREATE TRIGGER meddle AFTER INSERT ON audit_queue FOR EACH ROW EXECUTE FUNCTION drop_entry()`,
	},
	"a rule swallows the entry": {
		`CREATE TRIGGER meddle AFTER INSERT ON audit_entry BEGIN DELETE FROM audit_entry WHERE id = NEW.id; END`,
		`CREATE RULE meddle AS ON INSERT TO audit_entry DO INSTEAD NOTHING`,
	},
}

var meddlingFunctions = []string{
	`CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$`,
	`CREATE FUNCTION blank() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.body = CAST('x' AS BYTEA); RETURN NEW; END $$`,
	`CREATE FUNCTION drop_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM audit_entry WHERE id = NEW.entry_id; RETURN NEW; END $$`,
}

func TestAppend_failsWhenSomebodyMakesEntriesVanish(t *testing.T) {
	for name, c := range meddling {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, h *house) {
				h.append(0, 1)
				h.write(func(tx *database.Tx) error {
					v := &victim{house: h, tx: tx}
					v.disarm()
					hang := c.sqlite
					if tx.Engine() == database.Postgres {
						hang = c.postgres
						for _, function := range meddlingFunctions {
							_, err := tx.Exec(function, nil)
							v.must(err)
						}
					}
					_, err := tx.Exec(hang, nil)
					return err
				})
				err := h.Append(t.Context(), example(1))
				wantKey(t, err, fault.Unavailable, "audit.unwritable")
				if f, ok := fault.As(errors.Unwrap(err)); !ok || f.Key != "audit.row_dropped" {
					t.Errorf("the cause is %v", errors.Unwrap(err))
				}
				err = h.db.Write(t.Context(), func(tx *database.Tx) error { return h.Insert(tx, example(2)) })
				wantKey(t, err, fault.Unavailable, "audit.row_dropped")
				h.mustBeWhole(0, 1)
			})
		})
	}
}

func TestTables_areOnlyAddedTo(t *testing.T) {
	statements := []string{
		"UPDATE audit_entry SET actor_id = 'x'", "DELETE FROM audit_entry", "UPDATE audit_leaf SET entry_id = 'x'",
		"DELETE FROM audit_leaf", "UPDATE audit_hash SET position = position + 1000", "DELETE FROM audit_hash",
		"UPDATE audit_checkpoint SET size = size + 1000", "DELETE FROM audit_checkpoint", "UPDATE audit_lookup SET term = 'x'",
		"DELETE FROM audit_lookup", "UPDATE audit_queue SET entry_id = 'x'", "DELETE FROM audit_head",
	}
	only := map[database.Engine][]string{
		database.Postgres: {
			"TRUNCATE audit_entry", "TRUNCATE audit_leaf", "TRUNCATE audit_hash", "TRUNCATE audit_checkpoint",
			"TRUNCATE audit_lookup", "TRUNCATE audit_queue", "TRUNCATE audit_head",
		},
		database.SQLite: {
			"INSERT OR REPLACE INTO audit_leaf SELECT * FROM audit_leaf", "INSERT OR REPLACE INTO audit_hash SELECT * FROM audit_hash",
			"INSERT OR REPLACE INTO audit_checkpoint SELECT * FROM audit_checkpoint",
		},
	}
	onBoth(t, func(t *testing.T, h *house) {
		filled(h)
		for _, statement := range append(statements, only[h.db.Engine()]...) {
			err := h.db.Write(t.Context(), func(tx *database.Tx) error {
				_, err := tx.Exec(statement, nil)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "the trail is only added to") {
				t.Errorf("%s: %v", statement, err)
			}
		}
		h.mustBeWhole(numbered, waiting)
	})
}

func TestSequence_leavesForeignEntriesInTheQueueAndNamesThem(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		filled(h)
		h.write(func(tx *database.Tx) error {
			v := &victim{house: h, tx: tx}
			v.disarm()
			v.slip("entry-0000-x", none, make([]byte, 32))
			return nil
		})
		cp, err := h.Sequence(t.Context())
		wantKey(t, err, fault.Internal, "audit.queue_tampered")
		if f, ok := fault.As(err); ok && f.Args["Entry"] != "entry-0000-x" {
			t.Errorf("named %v", f.Args)
		}
		if cp.Size != numbered+waiting {
			t.Errorf("%d are numbered", cp.Size)
		}
		if wrong := h.verify().Wrong; wrong == nil || wrong.What != QueuedEntryForeign || wrong.EntryID != "entry-0000-x" {
			t.Errorf("found %+v", wrong)
		}
	})
}

func TestSequence_doesNotNumberAnEntryTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.append(0, 2)
		var tag []byte
		h.read(func(tx *database.Tx) error {
			return tx.Get(&tag, "SELECT tag FROM audit_queue WHERE entry_id = 'entry-0001'", nil)
		})
		h.sequence()
		h.write(func(tx *database.Tx) error {
			return queueRows.Insert(tx, 1, func(_ int, to []any) []any { return append(to, "entry-0001", tag) })
		})
		_, err := h.Sequence(t.Context())
		wantKey(t, err, fault.Internal, "audit.queue_tampered")
		if wrong := h.verify().Wrong; wrong == nil || wrong.What != QueuedAgain || wrong.EntryID != "entry-0001" {
			t.Errorf("found %+v", wrong)
		}
	})
}

func TestSequence_doesNotGrowABrokenTree(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		filled(h)
		h.write(func(tx *database.Tx) error {
			v := &victim{house: h, tx: tx}
			v.disarm()
			v.exec("UPDATE audit_hash SET hash = (SELECT o.hash FROM audit_hash o WHERE o.position = 1) WHERE position = 30")
			return nil
		})
		_, err := h.Sequence(t.Context())
		wantKey(t, err, fault.Internal, "audit.tree_broken")
	})
}
