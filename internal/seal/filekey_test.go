package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestOpenKey_opensWhatAnotherVaultOfTheSameDirSealed(t *testing.T) {
	dir := newDir(t)
	wrapped, key := newFileKey(t, vaultIn(t, dir), "file-1", Location)
	box := sealed(t, key, "shelter street 1")

	again, err := vaultIn(t, dir).OpenKey(context.Background(), wrapped, "file-1", Location)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(box, here); err != nil || string(got) != "shelter street 1" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestOpenKey_refusesAnotherOwnerDomainVaultAndChangedBytes(t *testing.T) {
	dir := newDir(t)
	wrapped, _ := newFileKey(t, vaultIn(t, dir), "file-1", Health)
	bent := bytes.Clone(wrapped)
	bent[len(bent)-1] ^= 1
	cases := map[string]struct {
		vault   *Vault
		wrapped []byte
		owner   string
		domain  Domain
	}{
		"another owner":   {vaultIn(t, dir), wrapped, "file-2", Health},
		"another domain":  {vaultIn(t, dir), wrapped, "file-1", General},
		"border moved":    {vaultIn(t, dir), wrapped, "file-1\x04", Domain(0)},
		"changed bytes":   {vaultIn(t, dir), bent, "file-1", Health},
		"cut bytes":       {vaultIn(t, dir), wrapped[:20], "file-1", Health},
		"another vault":   {openVault(t), wrapped, "file-1", Health},
		"noise":           {vaultIn(t, dir), []byte("noise"), "file-1", Health},
		"no owner at all": {vaultIn(t, dir), wrapped, "", Health},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := c.vault.OpenKey(context.Background(), c.wrapped, c.owner, c.domain); !errors.Is(err, ErrSealed) {
				t.Errorf("got %v, want ErrSealed", err)
			}
		})
	}
}

func TestOpenKey_refusesTheSameEvenWhenTheRightKeyIsInMemory(t *testing.T) {
	v := openVault(t)
	wrapped, _ := newFileKey(t, v, "file-1", Health)
	other, _ := newFileKey(t, v, "file-2", Health)
	for name, try := range map[string]func() (*Key, error){
		"another domain":        func() (*Key, error) { return v.OpenKey(context.Background(), wrapped, "file-1", General) },
		"another file's row":    func() (*Key, error) { return v.OpenKey(context.Background(), other, "file-1", Health) },
		"another owner's cache": func() (*Key, error) { return v.OpenKey(context.Background(), wrapped, "file-2", Health) },
	} {
		if _, err := try(); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: got %v, want ErrSealed", name, err)
		}
	}
}

func TestOpenKey_aDestroyedKeyOpensNothing(t *testing.T) {
	v := openVault(t)
	wrapped, key := newFileKey(t, v, "file-1", General)
	box := sealed(t, key, "a name")
	clear(wrapped)
	v.Forget("file-1")
	if _, err := v.OpenKey(context.Background(), nil, "file-1", General); !errors.Is(err, ErrShredded) {
		t.Errorf("no bytes: got %v, want ErrShredded", err)
	}
	if _, _, err := v.Rewrap(context.Background(), nil, "file-1", General); !errors.Is(err, ErrShredded) {
		t.Errorf("rewrap of no bytes: got %v, want ErrShredded", err)
	}
	if _, err := v.OpenKey(context.Background(), wrapped, "file-1", General); !errors.Is(err, ErrSealed) {
		t.Errorf("overwritten bytes: got %v, want ErrSealed", err)
	}
	_, fresh := newFileKey(t, v, "file-1", General)
	if _, err := fresh.Open(box, here); !errors.Is(err, ErrSealed) {
		t.Errorf("a fresh key for the same file: got %v, want ErrSealed", err)
	}
}

func TestNewKey_refusesNoOwnerAndUnknownDomains(t *testing.T) {
	v := openVault(t)
	for _, c := range []struct {
		owner  string
		domain Domain
	}{{"", General}, {"file-1", 0}, {"file-1", Agency + 1}} {
		if _, _, err := v.NewKey(context.Background(), c.owner, c.domain); !errors.Is(err, ErrNoPlace) {
			t.Errorf("%q %v: got %v, want ErrNoPlace", c.owner, c.domain, err)
		}
	}
}

func TestNewKey_isFreshForEachOwnerAndDomain(t *testing.T) {
	v := openVault(t)
	_, general := newFileKey(t, v, "file-1", General)
	_, health := newFileKey(t, v, "file-1", Health)
	if _, err := health.Open(sealed(t, general, "x"), here); !errors.Is(err, ErrSealed) {
		t.Errorf("the health key opened general content: %v", err)
	}
}

// countingKEK is a KEK of the kind a key management service will be: calls cost, and can fail.
type countingKEK struct {
	KEK
	unwraps int
	down    error
}

func (k *countingKEK) Unwrap(ctx context.Context, wrapped, ad []byte) ([]byte, error) {
	if k.unwraps++; k.down != nil {
		return nil, k.down
	}
	return k.KEK.Unwrap(ctx, wrapped, ad)
}

func counted(t *testing.T) (*Vault, *countingKEK, *time.Time) {
	v := openVault(t)
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	kek := &countingKEK{KEK: v.kek}
	v.kek, v.keys = kek, newKeyCache(func() time.Time { return now })
	return v, kek, &now
}

func TestOpenKey_unwrapsOnceUntilForgottenOrTooOld(t *testing.T) {
	v, kek, now := counted(t)
	wrapped, _ := newFileKey(t, v, "file-1", General)
	v.Forget("file-1")
	open := func(want int, why string) {
		t.Helper()
		if _, err := v.OpenKey(context.Background(), wrapped, "file-1", General); err != nil {
			t.Fatal(err)
		}
		if kek.unwraps != want {
			t.Errorf("%s: %d unwraps, want %d", why, kek.unwraps, want)
		}
	}
	open(1, "first")
	open(1, "in memory")
	v.Forget("file-2")
	open(1, "another file forgotten")
	v.Forget("file-1")
	open(2, "forgotten")
	*now = now.Add(openKeyLife - time.Microsecond)
	open(2, "just young enough")
	*now = now.Add(time.Microsecond)
	open(3, "too old, though used a moment ago")
}

func TestOpenKey_tellsAnUnreachableServiceFromAWrongKey(t *testing.T) {
	v, kek, _ := counted(t)
	wrapped, _ := newFileKey(t, v, "file-1", General)
	v.Forget("file-1")
	kek.down = errors.New("no route to the key service")
	if _, err := v.OpenKey(context.Background(), wrapped, "file-1", General); !errors.Is(err, kek.down) || errors.Is(err, ErrSealed) {
		t.Errorf("got %v", err)
	}
}

func TestKeyCache_dropsTheLeastUsedAndTheOld(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	c := newKeyCache(func() time.Time { return now })
	put := func(i int) {
		c.put(c.mark(), fmt.Sprint(i), General, []byte{1}, &Key{})
	}
	has := func(i int) bool { return c.get(fmt.Sprint(i), General, []byte{1}) != nil }
	for i := range maxOpenKeys {
		put(i)
	}
	if !has(0) {
		t.Fatal("the first is gone too early")
	}
	put(maxOpenKeys)
	if !has(0) || has(1) || c.byUse.Len() != maxOpenKeys || len(c.byName) != maxOpenKeys {
		t.Errorf("least used: has 0 %v, has 1 %v, %d kept", has(0), has(1), c.byUse.Len())
	}
	now = now.Add(openKeyLife)
	put(-1)
	if c.byUse.Len() != 1 || len(c.byName) != 1 {
		t.Errorf("%d kept after all grew old, want 1", c.byUse.Len())
	}
}

func TestKeyCache_aSlowReaderCannotBringBackAForgottenKey(t *testing.T) {
	c := newKeyCache(time.Now)
	mark := c.mark()
	c.forget("file-1")
	c.put(mark, "file-1", General, []byte{1}, &Key{})
	if c.get("file-1", General, []byte{1}) != nil {
		t.Error("the forgotten key is back")
	}
}

func TestVault_isSafeForManyAtOnce(t *testing.T) {
	v := openVault(t)
	type stored struct {
		wrapped []byte
		box     []byte
	}
	files := make([]stored, 8)
	for i := range files {
		wrapped, key := newFileKey(t, v, fmt.Sprint(i), General)
		files[i] = stored{wrapped, sealed(t, key, fmt.Sprint("person ", i))}
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for round := range 200 {
				i := (worker + round) % len(files)
				key, err := v.OpenKey(context.Background(), files[i].wrapped, fmt.Sprint(i), General)
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := key.Open(files[i].box, here); err != nil || string(got) != fmt.Sprint("person ", i) {
					t.Errorf("got %q, %v", got, err)
				}
				if round%16 == worker {
					v.Forget(fmt.Sprint(i))
				}
				v.Token("name", "", "wang")
				v.Pepper("session", []byte("token"))
			}
		})
	}
	wg.Wait()
}
