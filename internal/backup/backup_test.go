package backup_test

import (
	"archive/tar"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relais/internal/backup"
)

// marked marks with a key.
func marked(key string) backup.Mark {
	return func(manifest []byte) []byte {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write(manifest)
		return mac.Sum(nil)
	}
}

// made is a backup of two files.
func made(t *testing.T) (path string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"a.db": strings.Repeat("page ", 5000), "b.log": "head\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(t.TempDir(), "kept.relais")
	if _, err := backup.Write(path, dir, []string{"a.db", "b.log"}, backup.Manifest{Keys: "k1"}, marked("secret")); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUnpack_givesBackWhatWasWritten(t *testing.T) {
	path, dir := made(t), t.TempDir()
	m, err := backup.Unpack(path, dir, marked("secret"))
	if err != nil || len(m.Files) != 2 || m.Keys != "k1" {
		t.Fatalf("%+v, %v", m, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "a.db"))
	if err != nil || string(text) != strings.Repeat("page ", 5000) {
		t.Errorf("%d bytes came back, %v", len(text), err)
	}
	for _, file := range []string{path, filepath.Join(dir, "a.db"), filepath.Join(dir, "b.log")} {
		if stat, err := os.Stat(file); err != nil || stat.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, stat.Mode(), err)
		}
	}
}

func TestWrite_overwritesNothing(t *testing.T) {
	path := made(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Write(path, t.TempDir(), nil, backup.Manifest{}, marked("secret")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second backup under the same name: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the first one changed: %v", err)
	}
}

func TestUnpack_refusesOtherKeys(t *testing.T) {
	if _, err := backup.Unpack(made(t), t.TempDir(), marked("other")); !errors.Is(err, backup.ErrChanged) {
		t.Errorf("%v", err)
	}
}

// TestUnpack_refusesEveryChangedByte flips a byte here and there: nothing of it goes unseen but the padding that tar ignores.
func TestUnpack_refusesEveryChangedByte(t *testing.T) {
	path := made(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"page page", "head", `"sha256"`, `"size"`, "a.db", "b.log", backup.Format} {
		at := bytes.Index(whole, []byte(part))
		if at < 0 {
			t.Fatalf("%q is not in the backup", part)
		}
		changed := bytes.Clone(whole)
		changed[at+1] ^= 1
		spoilt := filepath.Join(t.TempDir(), "spoilt")
		if err := os.WriteFile(spoilt, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Unpack(spoilt, t.TempDir(), marked("secret")); err == nil {
			t.Errorf("a change in %q goes unseen", part)
		}
	}
	cut := filepath.Join(t.TempDir(), "cut")
	if err := os.WriteFile(cut, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Unpack(cut, t.TempDir(), marked("secret")); err == nil {
		t.Error("half a backup is taken for a whole one")
	}
}

// TestUnpack_writesNowhereElse: a manifest by somebody who has the keys cannot lead out of the directory either.
func TestUnpack_writesNowhereElse(t *testing.T) {
	for _, name := range []string{"../out", "/tmp/out", "sub/out"} {
		path, dir := filepath.Join(t.TempDir(), "forged"), t.TempDir()
		sum := sha256.Sum256([]byte("x"))
		text, err := json.Marshal(backup.Manifest{Format: backup.Format, Files: []backup.File{{Name: name, Size: 1, SHA256: hexOf(sum[:])}}})
		if err != nil {
			t.Fatal(err)
		}
		var buffer bytes.Buffer
		archive := tar.NewWriter(&buffer)
		for _, member := range []struct{ name, text string }{{"manifest.json", string(text)}, {"manifest.mark", hexOf(marked("secret")(text))}, {name, "x"}} {
			if err := archive.WriteHeader(&tar.Header{Name: member.name, Mode: 0o600, Size: int64(len(member.text))}); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(archive, member.text); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(archive.Close(), os.WriteFile(path, buffer.Bytes(), 0o600)); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Unpack(path, dir, marked("secret")); !errors.Is(err, backup.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			t.Errorf("%s: wrote %v, %v", name, left, err)
		}
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var text strings.Builder
	for _, c := range b {
		text.WriteByte(digits[c>>4])
		text.WriteByte(digits[c&15])
	}
	return text.String()
}
