package testkit

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/database"
)

// Keep remembers the rows of every table but the trail's, for Rewind, and from now on notes which tables change.
func (w *World) Keep() {
	w.T.Helper()
	w.inTables(func(tx *database.Tx, tables []string) error {
		if err := each(tx, keepTable, tables); err != nil {
			return err
		}
		for _, statement := range noteChanges[tx.Engine()] {
			if _, err := tx.Exec(statement, nil); err != nil {
				return err
			}
		}
		for _, statement := range watchTable[tx.Engine()] {
			if err := each(tx, statement, tables); err != nil {
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
		var noted []string
		if err := tx.Select(&noted, listNoted, nil); err != nil {
			return err
		}
		changed := slices.DeleteFunc(tables, func(table string) bool { return !slices.Contains(noted, table) })
		if err := unruled(tx, changed, func() error { return replace(tx, changed) }); err != nil {
			return err
		}
		if _, err := tx.Exec(raiseGeneration, database.Args{"generation": generation + 1}); err != nil {
			return err
		}
		_, err := tx.Exec(forgetNoted, nil)
		return err
	})
}

func replace(tx *database.Tx, tables []string) error {
	children := slices.Clone(tables)
	slices.Reverse(children)
	if err := each(tx, emptyTable, children); err != nil {
		return err
	}
	return each(tx, putBack, tables)
}

// unruled lifts what forbids deletion while do runs: triggers, and references between tables until they fit again.
func unruled(tx *database.Tx, tables []string, do func() error) error {
	if tx.Engine() == database.Postgres {
		if _, err := tx.Exec(pauseRules, nil); err != nil {
			return err
		}
		return do() // the rules are back with the end of the transaction
	}
	if _, err := tx.Exec(deferReferences, nil); err != nil {
		return err
	}
	var rules []triggerRow
	if err := tx.Select(&rules, listTriggers, nil); err != nil {
		return err
	}
	rules = slices.DeleteFunc(rules, func(rule triggerRow) bool { return !slices.Contains(tables, rule.Table) })
	for _, rule := range rules {
		if _, err := tx.Exec(fmt.Sprintf(dropTrigger, rule.Name), nil); err != nil {
			return err
		}
	}
	if err := do(); err != nil {
		return err
	}
	for _, rule := range rules {
		if _, err := tx.Exec(rule.SQL, nil); err != nil {
			return err
		}
	}
	return nil
}

func each(tx *database.Tx, statement string, tables []string) error {
	for _, table := range tables {
		if _, err := tx.Exec(fmt.Sprintf(statement, table), nil); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
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
