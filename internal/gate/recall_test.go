package gate_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
)

// nameOn is the family name that a person reads on a victim file, and who wrote it as far as the reader may know.
func nameOn(w *testkit.World, key, victimID string) (name, author string) {
	w.T.Helper()
	for _, e := range w.SectionOf(key, victimID, authz.Identity).Entries {
		name, author = e.Values["family_name"], e.Author
	}
	return name, author
}

// TestRecall_isNeverBehind reads, writes and reads in every order, from two programs on one database: what one of them keeps
// in memory must not hide what the other has written.
func TestRecall_isNeverBehind(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		victims := []string{w.OpenVictim("rsz", caseID, nil), w.OpenVictim("rsz", caseID, nil)}
		programs := []*testkit.World{w, w.Twin()}
		entries, versions, names := map[string]string{}, map[string]int64{}, map[string]string{}
		for _, id := range victims {
			names[id] = "Eerste"
			entries[id] = w.Write("rsz", id, authz.Identity, "legal_task", section.Values{"family_name": names[id]})
			versions[id] = 1
		}
		rapid.Check(t, func(rt *rapid.T) {
			for step := range rapid.IntRange(4, 12).Draw(rt, "steps") {
				at, id := rapid.SampledFrom(programs).Draw(rt, "program"), rapid.SampledFrom(victims).Draw(rt, "victim")
				if rapid.Bool().Draw(rt, "writes") {
					name := fmt.Sprintf("Naam %d van %s", step, rapid.StringMatching(`[A-Z][a-z]{3,9}`).Draw(rt, "name"))
					_, err := at.Entries.Change(at.As("rsz"), entries[id], versions[id], testkit.Draft(section.Values{"family_name": name}))
					if err != nil {
						rt.Fatal(err)
					}
					names[id], versions[id] = name, versions[id]+1
				}
				if got, _ := nameOn(at, "rsz", id); got != names[id] {
					rt.Fatalf("reads %q after %q was written", got, names[id])
				}
			}
		})
	})
}

// TestRecall_forgetsADestroyedKeyAtOnce destroys the keys of a file that was just read.
func TestRecall_forgetsADestroyedKeyAtOnce(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Peeters"})
		if name, _ := nameOn(w, "rsz", victimID); name != "Peeters" {
			t.Fatalf("reads %q", name)
		}
		execute(t, w, `UPDATE data_key SET wrapped = NULL, destroyed_at = 1 WHERE owner_id = :id`, victimID)
		if _, err := w.Victims.Show(w.As("rsz"), victimID); !errors.Is(err, fault.NotFound) {
			t.Errorf("with its key destroyed the file answers %v", err)
		}
	})
}

// TestRecall_knowsARenamedColleague renames the author of an entry whose name was just shown.
func TestRecall_knowsARenamedColleague(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := w.OpenVictim("payoke", w.OpenCase("payoke"), section.Values{"family_name": "Peeters"})
		_, before := nameOn(w, "payoke", victimID)
		as := w.As("payoke.admin")
		shown, err := w.Agencies.EditPerson(as, w.Person("payoke").ID)
		if err != nil {
			t.Fatal(err)
		}
		p := shown.Person
		p.Family = "Andersson"
		if _, err := w.Agencies.ChangePerson(as, p.ID, p.Version, p.Person, p.Access); err != nil {
			t.Fatal(err)
		}
		if _, after := nameOn(w, "payoke", victimID); after == before || after != p.Given+" Andersson" {
			t.Errorf("the author was %q and is %q", before, after)
		}
	})
}

// TestFileVersion_movesWithWhatIsKept writes past the program: the database itself has to move the version.
func TestFileVersion_movesWithWhatIsKept(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Peeters"})
		version := func() (v int64) {
			err := w.Gate.Read(w.As("rsz"), lookAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
				v = tx.File().Version
				return consult(tx)
			})
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		for name, statement := range map[string]string{
			"the victim's row": `UPDATE victim SET status = status WHERE file_id = :id`,
			"a key":            `UPDATE data_key SET destroyed_at = destroyed_at WHERE owner_id = :id`,
			"a version of an entry": `INSERT INTO entry_version (entry_id, version, author_id, written_at, nature, purpose, basis, regime, subject, handling, sealed)
				SELECT v.entry_id, 2, v.author_id, v.written_at, v.nature, v.purpose, v.basis, v.regime, v.subject, v.handling, v.sealed
				FROM entry_version v JOIN entry e ON e.id = v.entry_id WHERE e.file_id = :id`,
		} {
			before := version()
			execute(t, w, statement, victimID)
			if after := version(); after <= before {
				t.Errorf("%s was written and the file stayed at version %d", name, before)
			}
		}
	})
}

func execute(t *testing.T, w *testkit.World, statement, id string) {
	t.Helper()
	err := w.Database.Write(context.Background(), func(tx *database.Tx) error {
		_, err := tx.Exec(statement, database.Args{"id": id})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
