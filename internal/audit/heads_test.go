package audit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func newHeads(t testing.TB) *DirHeads {
	t.Helper()
	heads, err := NewDirHeads(filepath.Join(t.TempDir(), "heads"))
	if err != nil {
		t.Fatal(err)
	}
	return heads
}

func (d *DirHeads) all(t *testing.T) (list []string) {
	t.Helper()
	for text, err := range d.All() {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(text))
	}
	return list
}

func headOf(t *testing.T, size int64) string {
	t.Helper()
	return string((&house{t: t}).signedBy(signerKey, size))
}

func TestDirHeads_givesBackWhatWasKept(t *testing.T) {
	heads := newHeads(t)
	if latest, err := heads.Latest(); latest != nil || err != nil || len(heads.all(t)) != 0 {
		t.Errorf("empty: %q, %v", latest, err)
	}
	var want []string
	for size := range int64(200) {
		want = append(want, headOf(t, size))
		if err := heads.Append([]byte(want[size])); err != nil {
			t.Fatal(err)
		}
		if latest, err := heads.Latest(); err != nil || string(latest) != want[size] {
			t.Fatalf("latest is %q, %v", latest, err)
		}
	}
	again, err := NewDirHeads(filepath.Dir(heads.path))
	if err != nil {
		t.Fatal(err)
	}
	if got := again.all(t); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%d kept, %d read", len(want), len(got))
	}
}

func TestDirHeads_keepsCosignaturesWithTheHead(t *testing.T) {
	heads := newHeads(t)
	text := headOf(t, 1) + "— witness.test AAAAAAAA\n"
	if err := heads.Append([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if latest, _ := heads.Latest(); string(latest) != text {
		t.Errorf("%q", latest)
	}
}

func TestDirHeads_survivesATornRecord(t *testing.T) {
	first, second, third := headOf(t, 1), headOf(t, 2), headOf(t, 3)
	torn := string(record([]byte(second), false))
	for cut := 1; cut < len(torn); cut++ {
		heads := newHeads(t)
		if err := heads.Append([]byte(first)); err != nil {
			t.Fatal(err)
		}
		file, err := os.OpenFile(heads.path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteString(torn[:cut]); err != nil {
			t.Fatal(err)
		}
		_ = file.Close()
		if latest, err := heads.Latest(); err != nil || string(latest) != first {
			t.Fatalf("torn at %d: latest is %q, %v", cut, latest, err)
		}
		if err := heads.Append([]byte(third)); err != nil {
			t.Fatal(err)
		}
		if latest, _ := heads.Latest(); string(latest) != third {
			t.Fatalf("torn at %d: latest is %q", cut, latest)
		}
		for _, text := range heads.all(t) {
			if text != first && text != second && text != third {
				t.Fatalf("torn at %d: %q was made up", cut, text)
			}
		}
	}
}

func TestDirHeads_areForTheOwnerOnly(t *testing.T) {
	heads := newHeads(t)
	file, err := os.Stat(heads.path)
	if err != nil || file.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", file.Mode(), err)
	}
	dir, err := os.Stat(filepath.Dir(heads.path))
	if err != nil || dir.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", dir.Mode(), err)
	}
}

func TestDirHeads_missingAreAnErrorAndNotNone(t *testing.T) {
	heads := newHeads(t)
	if err := os.Remove(heads.path); err != nil {
		t.Fatal(err)
	}
	if _, err := heads.Latest(); err == nil {
		t.Error("heads that somebody removed read as if there had been none")
	}
	for _, err := range heads.All() {
		if err == nil {
			t.Error("heads that somebody removed read as if there had been none")
		}
	}
}
