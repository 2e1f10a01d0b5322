package seal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"
)

func TestOpen_twoOpeningsOfOneDirAgree(t *testing.T) {
	dir := newDir(t)
	a, b := vaultIn(t, dir), vaultIn(t, dir)
	if !bytes.Equal(a.Token("name", "", "wang"), b.Token("name", "", "wang")) {
		t.Error("tokens differ")
	}
	if !bytes.Equal(a.Pepper("password", []byte("pw")), b.Pepper("password", []byte("pw"))) {
		t.Error("peppers differ")
	}
	if !bytes.Equal(a.CheckValue(), b.CheckValue()) || a.SignerKey() != b.SignerKey() || a.VerifierKey() != b.VerifierKey() {
		t.Error("check value or signer differ")
	}
}

func TestOpenWith_agreesWithTheFiles(t *testing.T) {
	dir := newDir(t)
	texts := textsIn(t, dir)
	v, err := OpenWith(texts)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(v.CheckValue(), vaultIn(t, dir).CheckValue()) {
		t.Error("check values differ")
	}
}

func textsIn(t *testing.T, dir string) Texts {
	t.Helper()
	texts, err := readDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestCheckValue_anyForeignKeyChangesIt(t *testing.T) {
	mine, theirs := textsIn(t, newDir(t)), textsIn(t, newDir(t))
	own, err := OpenWith(mine)
	if err != nil {
		t.Fatal(err)
	}
	if len(own.CheckValue()) != 16 {
		t.Errorf("%d bytes", len(own.CheckValue()))
	}
	for name, mixed := range map[string]Texts{
		"kek":    {theirs.KEK, mine.Index, mine.Pepper, mine.Signer},
		"index":  {mine.KEK, theirs.Index, mine.Pepper, mine.Signer},
		"pepper": {mine.KEK, mine.Index, theirs.Pepper, mine.Signer},
		"all":    theirs,
	} {
		v, err := OpenWith(mixed)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if bytes.Equal(v.CheckValue(), own.CheckValue()) {
			t.Errorf("%s: a foreign key has our check value", name)
		}
	}
}

func TestCheckValue_isACopy(t *testing.T) {
	v := openVault(t)
	clear(v.CheckValue())
	if bytes.Equal(v.CheckValue(), make([]byte, 16)) {
		t.Error("a caller wiped the vault's check value")
	}
}

func TestToken_fieldsScopesAndValuesDoNotMix(t *testing.T) {
	v, other := openVault(t), openVault(t)
	base := v.Token("name", "agency-1", "wang")
	if len(base) != 16 {
		t.Fatalf("%d bytes", len(base))
	}
	for name, token := range map[string][]byte{
		"field":        v.Token("alias", "agency-1", "wang"),
		"scope":        v.Token("name", "agency-2", "wang"),
		"no scope":     v.Token("name", "", "wang"),
		"value":        v.Token("name", "agency-1", "wong"),
		"border moved": v.Token("namea", "gency-1", "wang"),
		"into value":   v.Token("name", "", "agency-1wang"),
		"vault":        other.Token("name", "agency-1", "wang"),
		"pepper":       v.Pepper("name", []byte("wang"))[:16],
	} {
		if bytes.Equal(token, base) {
			t.Errorf("%s: the token stayed the same", name)
		}
	}
}

func TestToken_isEqualExactlyForEqualInput(t *testing.T) {
	v := openVault(t)
	part := rapid.StringOfN(rapid.SampledFrom([]rune{'a', 'b', 0, 1, 2, 'é'}), 0, 200, -1)
	rapid.Check(t, func(t *rapid.T) {
		a := [3]string{part.Draw(t, "field"), part.Draw(t, "scope"), part.Draw(t, "value")}
		b := a
		if rapid.Bool().Draw(t, "differ") {
			b = [3]string{part.Draw(t, "field2"), part.Draw(t, "scope2"), part.Draw(t, "value2")}
		}
		if same := bytes.Equal(v.Token(a[0], a[1], a[2]), v.Token(b[0], b[1], b[2])); same != (a == b) {
			t.Fatalf("%q and %q: same token %v", a, b, same)
		}
	})
}

func TestPepper_purposesDoNotMix(t *testing.T) {
	v := openVault(t)
	a, b := v.Pepper("password", []byte("x")), v.Pepper("session", []byte("x"))
	if len(a) != 32 || bytes.Equal(a, b) || bytes.Equal(v.Pepper("pass", []byte("wordx")), a) {
		t.Errorf("%d bytes, %x, %x", len(a), a, b)
	}
}

func TestSignerKey_signsWhatVerifierKeyAccepts(t *testing.T) {
	v := openVault(t)
	signer, err := note.NewSigner(v.SignerKey())
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(v.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	msg, err := note.Sign(&note.Note{Text: "checkpoint\n"}, signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open(msg, note.VerifierList(verifier)); err != nil {
		t.Error(err)
	}
	if other := openVault(t); strings.Split(other.VerifierKey(), "+")[0] == verifier.Name() {
		t.Error("two installations have the same log name")
	}
}

func TestPrinting_showsNoKey(t *testing.T) {
	dir := newDir(t)
	v, texts := vaultIn(t, dir), textsIn(t, dir)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "vault", v, "texts", texts, "in", struct{ T Texts }{texts})
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "vault", v, "texts", texts, "in", struct{ T Texts }{texts})
	asJSON, err := json.Marshal(map[string]any{"vault": v, "texts": texts})
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprintf("%v %+v %#v %s %v %+v %#v %s", v, v, v, v, texts, texts, texts, asJSON) + log.String()
	for _, secret := range []string{strings.Split(v.SignerKey(), "+")[4], "PRIVATE", "keyData", hex.EncodeToString(v.check)} {
		if strings.Contains(out, secret) {
			t.Errorf("printed %.8s…", secret)
		}
	}
}

func TestKeyFiles_holdNoTwoEqualKeys(t *testing.T) {
	dir := newDir(t)
	seen := map[string]string{}
	for _, file := range []string{kekFile, indexFile, pepperFile} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		var parsed struct {
			Keyset struct {
				Key []struct{ KeyData struct{ Value string } }
			}
		}
		if err := json.Unmarshal(text, &parsed); err != nil || len(parsed.Keyset.Key) != 1 {
			t.Fatalf("%s: %v", file, err)
		}
		value := parsed.Keyset.Key[0].KeyData.Value
		if before := seen[value]; value == "" || before != "" {
			t.Errorf("%s holds the key of %q", file, before)
		}
		seen[value] = file
	}
}
