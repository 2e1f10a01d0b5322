package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relais/internal/account"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/backup"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/seal"
	"relais/internal/section"
	"relais/internal/server"
	"relais/internal/testkit"
	"relais/internal/testkit/servers"
)

// elsewhere are the settings of an empty place that has the world's keys: where a backup is restored.
func elsewhere(t *testing.T, w *testkit.World) server.Settings {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "keys"), os.DirFS(filepath.Join(w.Dir, "keys"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(must(filepath.Glob(filepath.Join(dir, "keys", "*")))(t), filepath.Join(dir, "keys")) {
		if err := os.Chmod(name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return server.Settings{Database: "sqlite:" + filepath.Join(dir, "data", "relais.db"), Keys: filepath.Join(dir, "keys"),
		Checkpoints: filepath.Join(dir, "heads"), Passwords: account.CheapCost, Clock: w.Now}
}

// kept is a backup of a world that has a victim file and a look at it that waits beside the database.
func kept(t *testing.T, w *testkit.World) (path, victimID string) {
	t.Helper()
	victimID = w.OpenVictim("rsz.second", w.OpenCase("rsz.second"), section.Values{"family_name": "Quisenberry", "given_names": "Xanthippe"})
	must(w.Trail.Sequence(t.Context()))(t)
	must(w.Trail.Checkpoint(t.Context()))(t)
	must(w.Victims.Show(w.As("rsz.second"), victimID))(t) // is not numbered yet
	path = filepath.Join(t.TempDir(), "kept.relais")
	m := must(w.Backup(t.Context(), path))(t)
	if len(m.Files) != 3 {
		t.Fatalf("kept %+v", m.Files)
	}
	return path, victimID
}

func TestBackup_isRestoredWithAllThatWasWrittenAndLookedAt(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	path, victimID := kept(t, w)
	before := must(w.Trail.Verify(t.Context()))(t)
	s := elsewhere(t, w)
	done := must(server.Restore(t.Context(), s, path))(t)
	if done.Trail.Wrong != nil || done.Trail.Size != before.Size || done.Trail.Queued != before.Queued || done.Trail.HeadsOutside == 0 {
		t.Fatalf("the trail came back as %+v, and was %+v", done.Trail, before)
	}
	p := must(server.Open(context.Background(), s))(t)
	view := must(p.Victims.Show(w.As("rsz.second"), victimID))(t)
	if name := familyNameOf(view.Sections); name != "Quisenberry" {
		t.Errorf("the name came back as %q", name)
	}
	must(p.Trail.Sequence(t.Context()))(t)
	report := must(p.Trail.Verify(t.Context()))(t)
	if report.Wrong != nil || report.Size <= before.Size+before.Queued {
		t.Errorf("after the restore %+v", report)
	}
	if err := p.Close(context.Background()); err != nil {
		t.Error(err)
	}
	found := must(w.Victims.Show(w.As("rsz.second"), victimID))(t) // the one that was kept goes on
	if found.File.ID != victimID {
		t.Error("the program that was backed up no longer shows the file")
	}
}

func TestBackup_holdsNoKeyAndNothingInClear(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	path, _ := kept(t, w)
	whole := string(must(os.ReadFile(path))(t))
	for _, word := range []string{"Quisenberry", "Xanthippe", "AesGcmKey", "PRIVATE+KEY"} {
		if strings.Contains(whole, word) {
			t.Errorf("%s lies in the backup", word)
		}
	}
	for _, file := range must(os.ReadDir(filepath.Join(w.Dir, "keys")))(t) {
		var text struct{ Keyset json.RawMessage }
		raw := must(os.ReadFile(filepath.Join(w.Dir, "keys", file.Name())))(t)
		if json.Unmarshal(raw, &text) == nil && len(text.Keyset) > 0 && strings.Contains(whole, string(text.Keyset)) {
			t.Errorf("%s lies in the backup", file.Name())
		}
	}
	if stat := must(os.Stat(path))(t); stat.Mode().Perm() != 0o600 {
		t.Errorf("others read it: %v", stat.Mode())
	}
	if left := must(filepath.Glob(filepath.Join(filepath.Dir(path), ".relais-*")))(t); len(left) > 0 {
		t.Errorf("left behind %v", left)
	}
}

func TestBackup_isRecordedFirst(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	path, _ := kept(t, w)
	must(w.Trail.Sequence(t.Context()))(t)
	if n := countActions(t, w.Database, "backup.make"); n != 1 {
		t.Errorf("%d entries of the backup", n)
	}
	s := elsewhere(t, w)
	must(server.Restore(t.Context(), s, path))(t)
	p := must(server.Open(context.Background(), s))(t)
	must(p.Trail.Sequence(t.Context()))(t)
	for action, want := range map[string]int{"backup.make": 1, "backup.restore": 1} {
		if n := countActions(t, p.Database, action); n != want {
			t.Errorf("restored: %d entries of %s", n, action)
		}
	}
	if err := p.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestRestore_overwritesNothing: neither a database nor the heads of one.
func TestRestore_overwritesNothing(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	path, _ := kept(t, w)
	for _, there := range []string{"relais.db", "relais.db-wal", "relais.db-looks"} {
		s := elsewhere(t, w)
		file := filepath.Join(filepath.Dir(strings.TrimPrefix(s.Database, "sqlite:")), there)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte("mine"), 0o600)); err != nil {
			t.Fatal(err)
		}
		if _, err := server.Restore(t.Context(), s, path); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s is there: %v", there, err)
		}
		if text := must(os.ReadFile(file))(t); string(text) != "mine" {
			t.Errorf("%s was overwritten", there)
		}
	}
	s := elsewhere(t, w)
	if err := errors.Join(os.MkdirAll(s.Checkpoints, 0o700), os.WriteFile(filepath.Join(s.Checkpoints, "checkpoints.log"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Restore(t.Context(), s, path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("heads are there: %v", err)
	}
	nothing(t, s)
}

// nothing says that a refused restore left nothing behind.
func nothing(t *testing.T, s server.Settings) {
	t.Helper()
	dir := filepath.Dir(strings.TrimPrefix(s.Database, "sqlite:"))
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("left behind %v, %v", left, err)
	}
}

func TestRestore_refusesOtherKeysAndAChangedBackup(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	path, _ := kept(t, w)
	other := elsewhere(t, w)
	other.Keys = filepath.Join(t.TempDir(), "keys")
	if err := seal.Create(other.Keys); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Restore(t.Context(), other, path); err == nil || !strings.Contains(err.Error(), "keys") {
		t.Errorf("other keys: %v", err)
	}
	nothing(t, other)
	whole := must(os.ReadFile(path))(t)
	whole[len(whole)-len(whole)/3] ^= 1
	spoilt, s := filepath.Join(t.TempDir(), "spoilt"), elsewhere(t, w)
	if err := os.WriteFile(spoilt, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Restore(t.Context(), s, spoilt); !errors.Is(err, backup.ErrChanged) {
		t.Errorf("a changed byte: %v", err)
	}
	nothing(t, s)
}

// TestRestore_refusesATrailThatIsNotWhole: the database was tampered with before it was backed up.
func TestRestore_refusesATrailThatIsNotWhole(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	_, _ = kept(t, w)
	must(w.Trail.Sequence(t.Context()))(t)
	tampered := `DROP TRIGGER audit_entry_unchanged`
	err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
		if _, err := tx.Exec(tampered, nil); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE audit_entry SET op = 'print' WHERE action = 'backup.make'`, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	path, s := filepath.Join(t.TempDir(), "tampered.relais"), elsewhere(t, w)
	must(w.Backup(t.Context(), path))(t)
	if _, err := server.Restore(t.Context(), s, path); err == nil || !strings.Contains(err.Error(), string(audit.ColumnChanged)) {
		t.Errorf("%v", err)
	}
	nothing(t, s)
}

func countActions(t *testing.T, db *database.DB, action string) (n int) {
	t.Helper()
	if err := db.Get(t.Context(), &n, `SELECT COUNT(*) FROM audit_entry WHERE action = :action`, gate.Args{"action": action}); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPostgres_isDumpedAndRestoredAsTheDocsSay runs the lines of docs/operations.md on the server of the tests.
func TestPostgres_isDumpedAndRestoredAsTheDocsSay(t *testing.T) {
	w := testkit.Open(t, "postgres")
	victimID := w.OpenVictim("rsz.second", w.OpenCase("rsz.second"), section.Values{"family_name": "Quisenberry", "given_names": "Xanthippe"})
	must(w.Trail.Sequence(t.Context()))(t)
	must(w.Trail.Checkpoint(t.Context()))(t)
	if _, err := w.Backup(t.Context(), filepath.Join(t.TempDir(), "kept")); err == nil {
		t.Error("relais backup takes a PostgreSQL database")
	}
	s := elsewhere(t, w)
	if err := os.CopyFS(s.Checkpoints, os.DirFS(filepath.Join(w.Dir, "checkpoints"))); err != nil { // first: older heads fit a newer dump
		t.Fatal(err)
	}
	dump := filepath.Join(t.TempDir(), "relais.dump")
	servers.Client(t, "pg_dump", "--format=custom", "--no-owner", "--file="+dump, "--dbname="+w.URL)
	s.Database = servers.Postgres(t)
	servers.Client(t, "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "--dbname="+s.Database, dump)
	if _, err := server.Restore(t.Context(), s, dump); err == nil {
		t.Error("relais restore takes a PostgreSQL database")
	}
	p := must(server.Open(context.Background(), s))(t)
	report := must(p.Trail.Verify(t.Context()))(t)
	if report.Wrong != nil || report.Size == 0 || report.HeadsOutside == 0 {
		t.Errorf("the trail came back as %+v", report)
	}
	if name := familyNameOf(must(p.Victims.Show(w.As("rsz.second"), victimID))(t).Sections); name != "Quisenberry" {
		t.Errorf("the name came back as %q", name)
	}
	if err := p.Database.Write(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(`DELETE FROM audit_entry`, nil)
		return err
	}); err == nil {
		t.Error("the restored trail can be emptied: its triggers are gone")
	}
	if err := p.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// familyNameOf reads the name in the identity section.
func familyNameOf(sections []entry.SectionView) string {
	for _, s := range sections {
		if s.Section == authz.Identity && len(s.Entries) > 0 {
			return s.Entries[0].Values["family_name"]
		}
	}
	return ""
}
