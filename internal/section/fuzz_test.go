package section

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"relais/internal/fault"
)

// FuzzCheck sends any text to any field: no panic, and what is accepted is in canonical form, so accepting it again
// changes nothing.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		"", "1998-04", "2026-11-09", "+32 (0)470 12 34 56", "1 500,5 USD", "BE;ma;unknown", "a\u0301\u0301", "\u037E\u2000x",
		"a@b.co", "-00,50", "Ω\u202E", "yes", "محمد\u200c", strings.Repeat("\u0316", 40), "\r\u200B\n", "\xff", "٣",
	} {
		for field := uint16(0); field < 300; field += 13 {
			f.Add(field, seed)
		}
	}
	var fields []*Field
	for _, s := range All() {
		for i := range s.Fields {
			fields = append(fields, &s.Fields[i])
		}
	}
	f.Fuzz(func(t *testing.T, n uint16, text string) {
		field := fields[int(n)%len(fields)]
		accepted, wrong := field.check(text, "2026-11-09")
		if wrong != nil || accepted == "" {
			return
		}
		again, wrong := field.check(accepted, "2026-11-09")
		if wrong != nil || again != accepted {
			t.Errorf("%s.%s: %q was accepted as %q, then as %q", field.section, field.Name, text, accepted, again)
		}
		if !utf8.ValidString(accepted) || !norm.NFC.IsNormalString(accepted) || strings.ContainsFunc(accepted, forbidden) {
			t.Errorf("%s.%s: %q is no clean text", field.section, field.Name, accepted)
		}
		if utf8.RuneCountInString(accepted) > field.MaxLen {
			t.Errorf("%s.%s: %d characters", field.section, field.Name, utf8.RuneCountInString(accepted))
		}
		checkPayload(t, Values{field.Name: accepted})
	})
}

func checkPayload(t *testing.T, values Values) {
	t.Helper()
	back, err := Decode(values.Encode())
	if err != nil || len(back) != len(values) {
		t.Fatalf("not read back: %v", err)
	}
	for name, text := range values {
		if back[name] != text {
			t.Errorf("%q came back as %q", text, back[name])
		}
	}
}

// FuzzDecode sends any bytes: no panic, and what is read is exactly what Encode writes.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		``, `{`, `{}`, `{"a":"b"}`, `{"a":"b","c":"d\n\"\\\u0009"}`, `{"a":"b",}`, `{"b":"a","a":"b"}`, `{"a":""}`, `{}}`,
		`{"a":"\u000a"}`, `{"a":"\u0041"}`, `{"a" :"b"}`, `{"a":1}`, `{"a":"b"`, `{,"a":"b"}`, `{"":"b"}`, "{\"a\":\"\xff\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		values, err := Decode(payload)
		if err != nil {
			if fault.KindOf(err) != fault.Internal {
				t.Errorf("kind %s", fault.KindOf(err))
			}
			return
		}
		if got := string(values.Encode()); got != string(payload) {
			t.Errorf("read %q, would write %q", payload, got)
		}
	})
}
