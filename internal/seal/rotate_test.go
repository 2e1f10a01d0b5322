package seal

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// oldID is the id of the key-encryption key before a rotation.
func oldID(t *testing.T, dir string) uint32 {
	t.Helper()
	keys, err := KEKs(dir)
	if err != nil {
		t.Fatal(err)
	}
	return keys[0].ID
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRotate_walksFromTheOldKeyToTheNew(t *testing.T) {
	ctx, dir := context.Background(), newDir(t)
	before := vaultIn(t, dir)
	wrapped, key := newFileKey(t, before, "file-1", General)
	box := sealed(t, key, "a name")
	old := oldID(t, dir)

	do(t, Rotate(dir))
	v := vaultIn(t, dir)
	if !bytes.Equal(v.CheckValue(), before.CheckValue()) {
		t.Error("rotation changed the check value")
	}
	opens(t, v, wrapped, box) // the old one still opens

	rewrapped, changed, err := v.Rewrap(ctx, wrapped, "file-1", General)
	if err != nil || !changed || bytes.Equal(rewrapped, wrapped) {
		t.Fatalf("rewrap: changed %v, %v", changed, err)
	}
	if again, changed, err := v.Rewrap(ctx, rewrapped, "file-1", General); err != nil || changed || !bytes.Equal(again, rewrapped) {
		t.Errorf("rewrap of a rewrapped key: changed %v, %v", changed, err)
	}
	if _, _, err := v.Rewrap(ctx, wrapped, "file-2", General); !errors.Is(err, ErrSealed) {
		t.Errorf("rewrap for another owner: got %v, want ErrSealed", err)
	}

	do(t, Disable(dir, old))
	v = vaultIn(t, dir)
	opens(t, v, rewrapped, box)
	if _, err := v.OpenKey(ctx, wrapped, "file-1", General); !errors.Is(err, ErrSealed) {
		t.Errorf("under a disabled key: got %v, want ErrSealed", err)
	}

	do(t, Enable(dir, old))
	opens(t, vaultIn(t, dir), wrapped, box)

	do(t, Disable(dir, old))
	do(t, Destroy(dir, old))
	v = vaultIn(t, dir)
	opens(t, v, rewrapped, box)
	if _, err := v.OpenKey(ctx, wrapped, "file-1", General); !errors.Is(err, ErrSealed) {
		t.Errorf("under a destroyed key: got %v, want ErrSealed", err)
	}
	if !bytes.Equal(v.CheckValue(), before.CheckValue()) {
		t.Error("the check value did not survive the old key")
	}
}

func opens(t *testing.T, v *Vault, wrapped, box []byte) {
	t.Helper()
	v.Forget("file-1")
	key, err := v.OpenKey(context.Background(), wrapped, "file-1", General)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := key.Open(box, here); err != nil || string(got) != "a name" {
		t.Fatalf("got %q, %v", got, err)
	}
}

func TestRotate_leavesTokensAndSignerAlone(t *testing.T) {
	dir := newDir(t)
	before := vaultIn(t, dir)
	do(t, Rotate(dir))
	after := vaultIn(t, dir)
	if !bytes.Equal(before.Token("name", "", "x"), after.Token("name", "", "x")) || before.SignerKey() != after.SignerKey() {
		t.Error("rotation reached keys that it should not")
	}
}

func TestKEKs_showsWhichKeyWraps(t *testing.T) {
	dir := newDir(t)
	do(t, Rotate(dir))
	keys, err := KEKs(dir)
	if err != nil || len(keys) != 2 {
		t.Fatalf("%v, %v", keys, err)
	}
	if keys[0].Primary || !keys[0].Enabled || !keys[1].Primary || !keys[1].Enabled {
		t.Errorf("%+v", keys)
	}
}

func TestDestroy_refusesAKeyThatIsStillNeeded(t *testing.T) {
	dir := newDir(t)
	old := oldID(t, dir)
	for name, try := range map[string]func(string, uint32) error{"disable": Disable, "enable": Enable, "destroy": Destroy} {
		if err := try(dir, old); !errors.Is(err, ErrInUse) {
			t.Errorf("%s the only key: got %v, want ErrInUse", name, err)
		}
		if err := try(dir, old+1); !errors.Is(err, ErrMissing) {
			t.Errorf("%s an unknown key: got %v, want ErrMissing", name, err)
		}
	}
	do(t, Rotate(dir))
	if err := Destroy(dir, old); !errors.Is(err, ErrInUse) {
		t.Errorf("destroy an enabled key: got %v, want ErrInUse", err)
	}
	vaultIn(t, dir)
}

func TestRotate_leavesOneFileOfModeOwnerOnly(t *testing.T) {
	dir := newDir(t)
	do(t, Rotate(dir))
	stat, err := os.Stat(filepath.Join(dir, kekFile))
	if err != nil || stat.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", stat.Mode(), err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != len(allFiles) {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}

func TestRotate_touchesNothingItCannotRead(t *testing.T) {
	dir := newDir(t)
	path := filepath.Join(dir, kekFile)
	write(t, path, "noise")
	if err := Rotate(dir); !errors.Is(err, ErrGarbled) {
		t.Errorf("got %v, want ErrGarbled", err)
	}
	if read(t, path) != "noise" {
		t.Error("the garbled file was replaced")
	}
	if err := Rotate(filepath.Join(dir, "elsewhere")); !errors.Is(err, ErrMissing) {
		t.Errorf("got %v, want ErrMissing", err)
	}
}
