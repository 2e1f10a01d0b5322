package seal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var allFiles = []string{kekFile, indexFile, pepperFile, signerFile}

func TestCreate_writesForTheOwnerOnly(t *testing.T) {
	dir := newDir(t)
	modes := map[string]fs.FileMode{dir: 0o700}
	for _, name := range allFiles {
		modes[filepath.Join(dir, name)] = 0o600
	}
	for path, want := range modes {
		stat, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := stat.Mode().Perm(); got != want {
			t.Errorf("%s: mode %04o, want %04o", path, got, want)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(allFiles) {
		t.Errorf("%d entries, %v; want only the key files", len(entries), err)
	}
}

func TestCreate_overwritesNothing(t *testing.T) {
	for _, name := range allFiles {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			chmod(t, dir, 0o700)
			path := filepath.Join(dir, name)
			write(t, path, "precious")
			if err := Create(dir); !errors.Is(err, ErrExists) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want ErrExists naming %s", err, path)
			}
			entries, err := os.ReadDir(dir)
			if text, _ := os.ReadFile(path); err != nil || string(text) != "precious" || len(entries) != 1 {
				t.Errorf("%s holds %q among %d files, %v", path, text, len(entries), err)
			}
		})
	}
}

func TestCreate_refusesADirOpenToOthers(t *testing.T) {
	dir := t.TempDir()
	chmod(t, dir, 0o750)
	if err := Create(dir); !errors.Is(err, ErrTooOpen) {
		t.Errorf("got %v, want ErrTooOpen", err)
	}
}

func TestCreate_cannotRunBesideAnotherKeyCommand(t *testing.T) {
	dir := t.TempDir()
	chmod(t, dir, 0o700)
	unlock, err := lockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := Create(dir); !errors.Is(err, ErrInUse) {
		t.Errorf("got %v, want ErrInUse", err)
	}
	unlock()
	if err := Create(dir); err != nil {
		t.Error(err)
	}
}

func TestOpen_saysWhichFileIsMissingGarbledOrTooOpen(t *testing.T) {
	foreign := textsIn(t, newDir(t))
	cases := map[string]struct {
		spoil func(t *testing.T, path string)
		want  error
	}{
		"missing":       {func(t *testing.T, path string) { remove(t, path) }, ErrMissing},
		"empty":         {func(t *testing.T, path string) { write(t, path, "") }, ErrMissing},
		"noise":         {func(t *testing.T, path string) { write(t, path, "noise") }, ErrGarbled},
		"cut":           {func(t *testing.T, path string) { write(t, path, read(t, path)[:60]) }, ErrGarbled},
		"a letter more": {func(t *testing.T, path string) { write(t, path, read(t, path)+"x") }, ErrGarbled},
		"twice":         {func(t *testing.T, path string) { write(t, path, read(t, path)+read(t, path)) }, ErrGarbled},
		"a directory":   {func(t *testing.T, path string) { remove(t, path); mkdir(t, path) }, ErrGarbled},
		"too large":     {func(t *testing.T, path string) { write(t, path, strings.Repeat(" ", maxKeyFile+1)) }, ErrGarbled},
		"group reads":   {func(t *testing.T, path string) { chmod(t, path, 0o640) }, ErrTooOpen},
		"others read":   {func(t *testing.T, path string) { chmod(t, path, 0o604) }, ErrTooOpen},
	}
	for name, c := range cases {
		for _, file := range allFiles {
			t.Run(name+" "+file, func(t *testing.T) {
				dir := newDir(t)
				c.spoil(t, filepath.Join(dir, file))
				_, err := Open(dir)
				if !errors.Is(err, c.want) || !strings.Contains(err.Error(), file) {
					t.Fatalf("got %v, want %v naming %s", err, c.want, file)
				}
				for _, secret := range []string{"keyData", foreign.Signer[:12]} {
					if strings.Contains(err.Error(), secret) {
						t.Errorf("the refusal quotes the file: %v", err)
					}
				}
			})
		}
	}
}

func TestOpen_refusesADirThatIsMissingOrOpen(t *testing.T) {
	dir := newDir(t)
	chmod(t, dir, 0o701)
	if _, err := Open(dir); !errors.Is(err, ErrTooOpen) || !strings.Contains(err.Error(), "mode 0701, wants 0700") {
		t.Errorf("open dir: got %v", err)
	}
	if _, err := Open(filepath.Join(dir, "elsewhere")); !errors.Is(err, ErrMissing) {
		t.Errorf("missing dir: got %v", err)
	}
}

func TestOpen_seesOneChangedKeyAndOneSwappedFile(t *testing.T) {
	for _, file := range []string{kekFile, indexFile, pepperFile} {
		dir, path := newDir(t), ""
		path = filepath.Join(dir, file)
		text := read(t, path)
		at := strings.Index(text, `"value": "`) + len(`"value": "`) + 20
		letter := byte('A')
		if text[at] == letter {
			letter = 'B'
		}
		write(t, path, text[:at]+string(letter)+text[at+1:])
		if _, err := Open(dir); !errors.Is(err, ErrGarbled) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s with one letter changed: got %v", file, err)
		}
	}
	dir := newDir(t)
	write(t, filepath.Join(dir, indexFile), read(t, filepath.Join(dir, pepperFile)))
	if _, err := Open(dir); !errors.Is(err, ErrGarbled) || !strings.Contains(err.Error(), "another key file") {
		t.Errorf("pepper in place of index: got %v", err)
	}
}

func TestOpen_seesAnotherInstallationsCheckValue(t *testing.T) {
	dir, other := newDir(t), newDir(t)
	for _, file := range []string{kekFile, indexFile, pepperFile} {
		mine, theirs := read(t, filepath.Join(dir, file)), read(t, filepath.Join(other, file))
		mixed := mine[:strings.Index(mine, `"keyset"`)] + theirs[strings.Index(theirs, `"keyset"`):]
		write(t, filepath.Join(dir, file), mixed)
		if _, err := Open(dir); !errors.Is(err, ErrGarbled) || !strings.Contains(err.Error(), "check value") {
			t.Errorf("%s: got %v", file, err)
		}
		write(t, filepath.Join(dir, file), mine)
	}
}

func TestOpenWith_saysWhichTextIsMissing(t *testing.T) {
	full := textsIn(t, newDir(t))
	for file, texts := range map[string]Texts{
		kekFile:    {"", full.Index, full.Pepper, full.Signer},
		indexFile:  {full.KEK, " \n", full.Pepper, full.Signer},
		pepperFile: {full.KEK, full.Index, "", full.Signer},
		signerFile: {full.KEK, full.Index, full.Pepper, ""},
	} {
		if _, err := OpenWith(texts); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), file) {
			t.Errorf("got %v, want ErrMissing naming %s", err, file)
		}
	}
}

func chmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func mkdir(t *testing.T, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
}
