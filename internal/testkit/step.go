package testkit

import (
	"io/fs"
	"strings"

	"relais/internal/database"
	"relais/migrations"
)

// Step runs the statements of one migration again, such as "0058_grant_agreed_before": on a database that is filled by now, where the
// program came to it empty. It is for those that only fill in.
func (w *World) Step(name string) {
	w.T.Helper()
	text, err := fs.ReadFile(migrations.Files, name+".sql")
	if err != nil {
		if text, err = fs.ReadFile(migrations.Files, name+"."+w.Engine+".sql"); err != nil {
			w.T.Fatal(err)
		}
	}
	err = w.Database.Write(w.T.Context(), func(tx *database.Tx) error {
		for _, statement := range strings.Split(string(text), ";\n") {
			if strings.TrimSpace(statement) == "" {
				continue
			}
			if _, err := tx.Exec(statement, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.T.Fatal(err)
	}
}
