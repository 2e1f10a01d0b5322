package seal

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var here = AD{Table: "entry", Row: "0197-a", Section: "identity", Version: 7}

func openVault(t testing.TB) *Vault {
	t.Helper()
	return vaultIn(t, newDir(t))
}

func newDir(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	if err := Create(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func vaultIn(t testing.TB, dir string) *Vault {
	t.Helper()
	v, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func newFileKey(t testing.TB, v *Vault, ownerID string, d Domain) ([]byte, *Key) {
	t.Helper()
	wrapped, key, err := v.NewKey(context.Background(), ownerID, d)
	if err != nil {
		t.Fatal(err)
	}
	return wrapped, key
}

func sealed(t testing.TB, key *Key, plain string) []byte {
	t.Helper()
	out, err := key.Seal([]byte(plain), here)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOpen_refusesEveryOtherPlace(t *testing.T) {
	_, key := newFileKey(t, openVault(t), "file-1", General)
	box := sealed(t, key, "Rue de la Loi 16")
	cases := map[string]AD{
		"table":                {"task", here.Row, here.Section, here.Version},
		"row":                  {here.Table, "0197-b", here.Section, here.Version},
		"section":              {here.Table, here.Row, "health", here.Version},
		"version before":       {here.Table, here.Row, here.Section, here.Version - 1},
		"version after":        {here.Table, here.Row, here.Section, here.Version + 1},
		"border moved":         {"entry0", "197-a", here.Section, here.Version},
		"row into section":     {here.Table, here.Row + here.Section, "", here.Version},
		"parts swapped":        {here.Row, here.Table, here.Section, here.Version},
		"length byte imitated": {here.Table, here.Row + "\x08identity", "", here.Version},
		"nowhere":              {},
	}
	for name, ad := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := key.Open(box, ad); !errors.Is(err, ErrSealed) {
				t.Errorf("got %v, want ErrSealed", err)
			}
		})
	}
}

func TestOpen_refusesEveryFlippedAndEveryMissingByte(t *testing.T) {
	_, key := newFileKey(t, openVault(t), "file-1", Health)
	box := sealed(t, key, "a note")
	for i := range box {
		bent := bytes.Clone(box)
		bent[i] ^= 0x01
		if _, err := key.Open(bent, here); !errors.Is(err, ErrSealed) {
			t.Errorf("byte %d flipped: got %v, want ErrSealed", i, err)
		}
		if _, err := key.Open(box[:i], here); !errors.Is(err, ErrSealed) {
			t.Errorf("cut to %d bytes: got %v, want ErrSealed", i, err)
		}
	}
}

func TestSeal_refusesToSealForNoPlace(t *testing.T) {
	_, key := newFileKey(t, openVault(t), "file-1", General)
	for _, ad := range []AD{{}, {Table: "entry"}, {Row: "0197-a"}} {
		if _, err := key.Seal([]byte("x"), ad); !errors.Is(err, ErrNoPlace) {
			t.Errorf("%+v: got %v, want ErrNoPlace", ad, err)
		}
	}
}

func TestSeal_neverGivesTheSameBytesTwice(t *testing.T) {
	_, key := newFileKey(t, openVault(t), "file-1", General)
	seen := map[string]bool{}
	for range 1000 {
		seen[string(sealed(t, key, "the same words"))] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d different of 1000", len(seen))
	}
}

func TestSeal_hidesThePlainBytes(t *testing.T) {
	_, key := newFileKey(t, openVault(t), "file-1", General)
	if bytes.Contains(sealed(t, key, "Wang Wei, Antwerpen"), []byte("Wang")) {
		t.Error("the sealed bytes hold the plain ones")
	}
}

func TestOpen_givesBackWhatWasSealed(t *testing.T) {
	v := openVault(t)
	_, key := newFileKey(t, v, "file-1", Contact)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		ad := AD{
			Table:   rapid.StringN(1, -1, -1).Draw(t, "table"),
			Row:     rapid.StringN(1, -1, -1).Draw(t, "row"),
			Section: rapid.String().Draw(t, "section"),
			Version: rapid.Int64().Draw(t, "version"),
		}
		box, err := key.Seal(plain, ad)
		if err != nil {
			t.Fatal(err)
		}
		got, err := key.Open(box, ad)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("got %q, %v; want %q", got, err, plain)
		}
	})
}

func TestAD_differentPlacesHaveDifferentBytes(t *testing.T) {
	part := rapid.StringOfN(rapid.SampledFrom([]rune{'a', 0, 1, 2}), 0, 4, -1)
	place := rapid.Custom(func(t *rapid.T) AD {
		return AD{part.Draw(t, "table"), part.Draw(t, "row"), part.Draw(t, "section"), rapid.Int64Range(0, 2).Draw(t, "version")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := place.Draw(t, "a"), place.Draw(t, "b")
		if (a == b) != bytes.Equal(a.bytes(), b.bytes()) {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
}

func TestDomain_namesAreThoseOfTheDesign(t *testing.T) {
	var got []string
	for d := General; d <= Agency; d++ {
		got = append(got, d.String())
	}
	want := []string{"general", "contact", "location", "health", "criminal", "agency"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if Domain(0).known() || Domain(7).known() {
		t.Error("a domain outside the list is known")
	}
	if got := Domain(9).String(); got != "domain(9)" {
		t.Errorf("got %q", got)
	}
}

func FuzzOpen(f *testing.F) {
	_, key := newFileKey(f, openVault(f), "file-1", General)
	f.Add([]byte("plain"), uint(0), byte(1), uint(0), []byte{1, 2, 3})
	f.Add([]byte{}, uint(40), byte(0x80), uint(1), []byte{})
	f.Add(bytes.Repeat([]byte("long "), 700), uint(17), byte(0), uint(0), make([]byte, 33))
	f.Fuzz(func(t *testing.T, plain []byte, at uint, mask byte, cut uint, noise []byte) {
		box := sealed(t, key, string(plain))
		bent := bytes.Clone(box)
		bent[at%uint(len(bent))] ^= mask
		bent = bent[:uint(len(bent))-cut%uint(len(bent))]
		got, err := key.Open(bent, here)
		if whole := bytes.Equal(bent, box); whole && (err != nil || !bytes.Equal(got, plain)) {
			t.Fatalf("whole bytes: got %q, %v", got, err)
		} else if !whole && !errors.Is(err, ErrSealed) {
			t.Fatalf("bent bytes: got %q, %v", got, err)
		}
		if _, err := key.Open(noise, here); !errors.Is(err, ErrSealed) {
			t.Fatalf("noise: got %v", err)
		}
	})
}
