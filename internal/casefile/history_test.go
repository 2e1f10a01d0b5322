package casefile_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/testkit"
	"relais/migrations"
)

func TestHistory_keepsEveryVersionForWhoeverReadsTheFacts(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := w.OpenCase("rsz")
		w.AddToTeam("rsz", id, "be.fgp")
		opened := w.Now()
		w.Advance(time.Hour)
		later := testkit.Site
		later.Country = "NL"
		if err := w.Cases.Change(w.As("rsz.second"), id, 1, later); err != nil {
			t.Fatal(err)
		}
		for who, names := range map[string][2]string{"rsz": {"Bram Oostwal", "Lotte Vermoesen"}, "fgp": {"", ""}} {
			_, versions, err := w.Cases.History(w.As(who), id)
			if err != nil || len(versions) != 2 {
				t.Fatalf("%s reads %+v, %v", who, versions, err)
			}
			for i, want := range []struct {
				number  int64
				country string
			}{{2, "NL"}, {1, "BE"}} {
				if v := versions[i]; v.Number != want.number || v.Facts.Country != want.country || v.Author != names[i] || v.Agency != "RSZ/ONSS" {
					t.Errorf("%s reads %+v", who, v)
				}
			}
			if versions[0].WrittenAt != w.Now() || versions[1].WrittenAt != opened {
				t.Errorf("written at %s and %s", versions[0].WrittenAt, versions[1].WrittenAt)
			}
		}
		if _, _, err := w.Cases.History(w.As("avim"), id); !errors.Is(err, fault.NotFound) {
			t.Errorf("a stranger: %v", err)
		}
	})
}

// TestHistory_ofOldCasesBeginsWithWhatIsKnown runs what migration 0078 does with cases from before it.
func TestHistory_ofOldCasesBeginsWithWhatIsKnown(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		never, often, who := gate.NewID(), gate.NewID(), w.Person("rsz")
		name := map[database.Engine]string{database.SQLite: "0078_casefile_version.sqlite.sql", database.Postgres: "0078_casefile_version.postgres.sql"}
		script, err := fs.ReadFile(migrations.Files, name[w.Database.Engine()])
		if err != nil {
			t.Fatal(err)
		}
		_, step, _ := strings.Cut(string(script), "INSERT INTO casefile_version")
		step, _, _ = strings.Cut(step, ";")
		var found []struct {
			FileID    string `db:"file_id"`
			Version   int64  `db:"version"`
			Author    string `db:"author"`
			WrittenAt int64  `db:"written_at"`
		}
		err = w.Database.Write(context.Background(), func(tx *database.Tx) error {
			for id, version := range map[string]int64{never: 1, often: 3} {
				args := database.Args{"id": id, "version": version, "worker": who.ID, "agency": who.AgencyID}
				for _, text := range []string{
					`INSERT INTO file (id, kind, case_id, agency_id, stage, created_at, created_by, changed_at)
					VALUES (:id, 'case', :id, :agency, 'active', 5, :worker, 7)`,
					`INSERT INTO casefile (file_id, exploitation, country, detected_by, detected_on, version)
					VALUES (:id, 'forced_labour', 'BE', 'police', '2026-01-01', :version)`} {
					if _, err := tx.Exec(text, args); err != nil {
						return err
					}
				}
			}
			if _, err := tx.Exec("INSERT INTO casefile_version"+step, nil); err != nil {
				return err
			}
			return tx.Select(&found, `SELECT file_id, version, COALESCE(author_id, '') AS author, written_at FROM casefile_version`, nil)
		})
		if err != nil || len(found) != 2 {
			t.Fatalf("%+v %v", found, err)
		}
		for _, row := range found {
			if row.FileID == never && (row.Version != 1 || row.Author != who.ID || row.WrittenAt != 5) {
				t.Errorf("facts as they were first written: %+v", row)
			}
			if row.FileID == often && (row.Version != 3 || row.Author != "" || row.WrittenAt != 0) {
				t.Errorf("facts that somebody changed: %+v", row)
			}
		}
	})
}
