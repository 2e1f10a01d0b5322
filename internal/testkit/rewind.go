package testkit

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/database"
)

// Keep remembers the rows of every table but the trail's, for Rewind.
func (w *World) Keep() {
	w.T.Helper()
	w.inTables(func(tx *database.Tx, tables []string) error {
		for _, table := range tables {
			if _, err := tx.Exec(fmt.Sprintf(keepTable, table), nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// Rewind brings the rows back to what they were at Keep. The trail goes on, and so does the generation of rights, so that
// nothing that was worked out meanwhile is taken for fresh. It is much quicker than another copy of the world.
func (w *World) Rewind() {
	w.T.Helper()
	w.inTables(func(tx *database.Tx, tables []string) error {
		var generation int64
		if err := tx.Get(&generation, selectGeneration, nil); err != nil {
			return err
		}
		for _, table := range slices.Backward(tables) {
			if _, err := tx.Exec(fmt.Sprintf(emptyTable, table), nil); err != nil {
				return err
			}
		}
		for _, table := range tables {
			if _, err := tx.Exec(fmt.Sprintf(putBack, table), nil); err != nil {
				return err
			}
		}
		_, err := tx.Exec(raiseGeneration, database.Args{"generation": generation + 1})
		return err
	})
}

func (w *World) inTables(do func(tx *database.Tx, tables []string) error) {
	w.T.Helper()
	err := w.Database.Write(context.Background(), func(tx *database.Tx) error {
		var tables []string
		if err := tx.Select(&tables, listTables[w.Engine], nil); err != nil {
			return err
		}
		return do(tx, tables)
	})
	if err != nil {
		w.T.Fatalf("keep or rewind: %v", err)
	}
}
