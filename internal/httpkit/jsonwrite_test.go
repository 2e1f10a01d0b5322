package httpkit_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/httpkit"
	"relais/internal/moment"
)

// std is what encoding/json writes where nothing has to be safe inside HTML.
func std(t interface{ Fatal(...any) }, v any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

func TestText_isWrittenAsTheStandardWrites(t *testing.T) {
	for _, text := range []string{"", "plain", `"quoted"`, `a\b`, "line\nline", "tab\t", "\x00", "\x1f", "\x7f", "<b>&amp;</b>", "Żółć", "عمر",
		"\u2028", "a\u2029b", "\ufeff", "bad \xff byte", "\xed\xa0\x80", "half \xe2\x80", "😀"} {
		if got, want := string(httpkit.AppendText(nil, text)), std(t, text); got != want {
			t.Errorf("%q is written %s, want %s", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		if got, want := string(httpkit.AppendText(nil, text)), std(t, text); got != want {
			t.Fatalf("%q is written %s, want %s", text, got, want)
		}
	})
}

type plainMember struct {
	Text   string            `json:"text"`
	Given  string            `json:"given,omitempty"`
	Flag   bool              `json:"flag"`
	Number int64             `json:"number"`
	At     moment.Time       `json:"at"`
	Values map[string]string `json:"values"`
	List   []plainMember     `json:"list"`
}

func (p *plainMember) AppendJSON(to []byte) []byte {
	o := httpkit.Begin(to).Text("text", p.Text).Given("given", p.Given).Flag("flag", p.Flag).Number("number", p.Number).
		Instant("at", p.At).Texts("values", p.Values)
	return httpkit.Object(httpkit.AppendList(o.Name("list"), p.List, (*plainMember).AppendJSON)).End()
}

func TestPlain_isWhatTheStandardWrites(t *testing.T) {
	inner := rapid.Custom(func(t *rapid.T) plainMember {
		return plainMember{Text: rapid.String().Draw(t, "text"), Given: rapid.String().Draw(t, "given"), Flag: rapid.Bool().Draw(t, "flag"),
			Number: rapid.Int64().Draw(t, "number"), At: moment.Time(rapid.Int64Range(0, 1<<52).Draw(t, "at")),
			Values: rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "values")}
	})
	rapid.Check(t, func(t *rapid.T) {
		v := inner.Draw(t, "outer")
		if rapid.Bool().Draw(t, "list") {
			v.List = rapid.SliceOfN(inner, 0, 3).Draw(t, "inner")
		}
		if got, want := string(v.AppendJSON(nil)), std(t, v); got != want {
			t.Fatalf("is written\n%s, want\n%s", got, want)
		}
	})
}
