package server_test

import (
	"slices"
	"testing"
	"time"

	"relais/internal/database"
	"relais/internal/testkit"
)

// TestLog_isKeptForTenYears: whatever the program does by itself in ten years, each entry of the access log is there afterwards (domain 2.2: the
// floor in Belgium), and a day later too: none is ever removed.
func TestLog_isKeptForTenYears(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w, _ := openStory(t, engine)
			before := loggedIn(t, w.World)
			for range 10 {
				w.Advance(366 * 24 * time.Hour)
				if err := w.Tidy(w.AsProgram()); err != nil {
					t.Fatal(err)
				}
			}
			after := loggedIn(t, w.World)
			if len(before) < 50 || len(after) <= len(before) {
				t.Fatalf("%d entries before and %d after ten years of work", len(before), len(after))
			}
			for _, id := range before {
				if _, kept := slices.BinarySearch(after, id); !kept {
					t.Errorf("the entry %s is gone", id)
				}
			}
		})
	}
}

// loggedIn are the ids of all entries of the log in the database, in order.
func loggedIn(t *testing.T, w *testkit.World) (ids []string) {
	t.Helper()
	if err := w.Database.Read(w.AsProgram(), func(tx *database.Tx) error {
		return tx.Select(&ids, "SELECT id FROM audit_entry ORDER BY id", nil)
	}); err != nil {
		t.Fatal(err)
	}
	return ids
}
