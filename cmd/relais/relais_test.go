package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"relais/internal/database"
	"relais/internal/testkit"
)

// asCommand makes the test's binary the command itself.
const asCommand = "AS_RELAIS"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// terminal is where somebody types commands, with the settings of one installation.
type terminal struct {
	t        *testing.T
	settings []string
	said     strings.Builder // all that was printed, on both ways
}

// types runs a command to its end, and wants it to succeed or to fail, and to say something of it.
func (c *terminal) types(code int, want string, args ...string) string {
	c.t.Helper()
	self, err := os.Executable()
	if err != nil {
		c.t.Fatal(err)
	}
	command := exec.Command(self, args...)
	command.Env = append([]string{asCommand + "=1", "TMPDIR=" + os.TempDir()}, c.settings...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err = command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.t.Fatal(err)
	}
	c.said.Write(out.Bytes())
	if got := command.ProcessState.ExitCode(); got != code || !strings.Contains(out.String(), want) {
		c.t.Errorf("relais %s: exit %d and not %d, or without %q:\n%s", strings.Join(args, " "), got, code, want, out.String())
	}
	return out.String()
}

// filled is IOM's template with two persons.
func filled(t *testing.T) string {
	t.Helper()
	_ = os.Getenv("RELAIS_SURROUNDINGS") // another template is another test
	f, err := excelize.OpenFile("../../../shared/htcds/htcds-template-v2.0.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for at, value := range map[string]any{
		"D3": "Thị Hoa", "E3": "Nguyễn", "G3": "1998-04-27", "H3": "Feminine", "I3": "VNM", "M3": "+32 470 55 01 00", "N3": "Lange Straat 1",
		"S3": "Possible victim of trafficking", "T3": "Police", "X3": "ForcedLabour", "Y3": "Construction", "AD3": "2026-02-10", "R3": "Belgium",
		"D5": "Mina", "E5": "Khalil", "S5": "Possible victim of trafficking", "T5": "Police", "X5": "ForcedLabour", "Y5": "Construction", "R5": "Belgium",
	} {
		if err := f.SetCellValue("Sheet1", at, value); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "inspection.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRelais_atTheTerminal makes keys, imports a workbook twice, verifies the trail whole and after somebody has changed a row, and finds no
// word of the persons in what was printed.
func TestRelais_atTheTerminal(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys")
	fresh := &terminal{t: t, settings: []string{"RELAIS_KEYS=" + keys}}
	fresh.types(0, "Keys made in", "key", "init")
	fresh.types(1, "", "key", "init")
	fresh.types(0, "wraps", "key", "list")
	fresh.types(1, "relais COMMAND")
	fresh.types(1, "unknown command", "key", "invent")

	w := testkit.Open(t, "sqlite")
	c := &terminal{t: t, settings: []string{"RELAIS_DATABASE=" + w.URL, "RELAIS_KEYS=" + filepath.Join(w.Dir, "keys"),
		"RELAIS_CHECKPOINTS=" + filepath.Join(w.Dir, "checkpoints"), "RELAIS_SYNTHETIC=true"}}
	book, as := filled(t), w.Person("fgp").Email
	imports := func(code int, want string, args ...string) {
		t.Helper()
		c.types(code, want, append([]string{"import", "htcds"}, args...)...)
	}
	mine := []string{"-without", "safe_contact", "-without", "shelter_location", "-as", as, book} // what the police may not write stays out
	imports(1, "column M (Mobile Phone)", "-as", as, book)
	imports(0, "2 victim files", append([]string{"-dry-run"}, mine...)...)
	victims(t, w, 0)
	imports(1, "nobody signs in", "-as", "nobody@example.org", book)
	imports(1, "nothing was imported: ", "-as", w.Person("court").Email, book)
	imports(1, "nothing was imported: Ein oder mehrere Felder", "-language", "de", "-without", "secrets", "-as", as, book)
	victims(t, w, 0)
	imports(0, "Case ", mine...)
	victims(t, w, 2)
	imports(0, "imported this content before", mine...)
	victims(t, w, 2)

	auditor := w.Person("rsz.auditor").Email
	c.types(1, "nobody signs in", "user", "invite", "nobody@example.org")
	c.types(0, "it works once", "user", "invite", auditor)
	c.types(1, "", "user", "close", auditor) // the only one of the agency
	c.types(0, "Closed: ", "user", "close", w.Person("rsz.second").Email)
	c.types(1, "nobody signs in", "user", "close", w.Person("rsz.second").Email)

	c.types(0, "relais", "audit", "checkpoint")
	c.types(0, "The trail is whole.", "audit", "verify")
	entry := spoil(t, w)
	c.types(1, entry, "audit", "verify")
	for _, word := range []string{"Hoa", "Nguy", "1998", "470 55", "Lange Straat", "Mina", "Khalil", as, w.Person("fgp").Family} {
		if strings.Contains(c.said.String(), word) {
			t.Errorf("%q was printed:\n%s", word, c.said.String())
		}
	}
}

func victims(t *testing.T, w *testkit.World, want int) {
	t.Helper()
	var got int
	err := w.Database.Read(context.Background(), func(tx *database.Tx) error { return tx.Get(&got, "SELECT COUNT(*) FROM victim", nil) })
	if err != nil || got != want {
		t.Errorf("%d victim files and not %d, %v", got, want, err)
	}
}

// spoil changes an entry as somebody with the database's password can, and gives its id.
func spoil(t *testing.T, w *testkit.World) (id string) {
	t.Helper()
	err := w.Database.Write(context.Background(), func(tx *database.Tx) error {
		if err := tx.Get(&id, "SELECT id FROM audit_entry WHERE action = 'exchange.import' AND decision = 'allow' ORDER BY id LIMIT 1", nil); err != nil {
			return err
		}
		if _, err := tx.Exec("DROP TRIGGER audit_entry_unchanged", nil); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE audit_entry SET actor_id = 'somebody-else' WHERE id = :id", database.Args{"id": id})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
