package locale

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"relais/internal/moment"
)

func TestMatch_picksByIndexNotByTag(t *testing.T) {
	for header, want := range map[string]string{
		"": "en", "fr-BE": "fr", "fr-BE,nl;q=0.8": "fr", "nl-BE,nl;q=0.9": "nl", "de-LU": "de", "lb,de;q=0.5": "de",
		"ar": "en", "ar,nl;q=0.3": "nl", "garbage;;q": "en", "*": "en", "en-US,en;q=0.9": "en",
		strings.Repeat("xx,", 400) + "fr":        "en",
		"fr," + strings.Repeat("xx;q=0.1,", 100): "fr",
	} {
		if got := Match(header); got != want {
			t.Errorf("Match(%.40q) = %q, want %q", header, got, want)
		}
	}
}

func TestWords_writeDatesAndNumbersAsTheLanguageDoes(t *testing.T) {
	c := load(t, fstest.MapFS{})
	at := moment.Of(time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)) // past midnight in Brussels
	for lang, want := range map[string][]string{
		"en": {"1 March 2026", "2 March 2026, 00:30", "1,234,567", "October 1985"},
		"fr": {"1er mars 2026", "2 mars 2026, 00:30", "1\u202f234\u202f567", "octobre 1985"},
		"nl": {"1 maart 2026", "2 maart 2026, 00:30", "1.234.567", "oktober 1985"},
		"de": {"1. März 2026", "2. März 2026, 00:30", "1.234.567", "Oktober 1985"},
	} {
		w := c.For(lang)
		got := []string{w.Day("2026-03-01"), w.DateTime(at), w.Number(1234567), w.Day("1985-10")}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: %q, want %q", lang, got[i], want[i])
			}
		}
		if w.Date(at) != strings.Split(want[1], ",")[0] {
			t.Errorf("%s: Date %q falls on another day than DateTime", lang, w.Date(at))
		}
	}
}

func TestWords_areEmptyForNoTime(t *testing.T) {
	w := load(t, fstest.MapFS{}).For("fr")
	if w.Date(0)+w.DateTime(0)+w.Day("") != "" {
		t.Error("no time should read as nothing")
	}
}

func TestN_usesThePluralRuleOfTheLanguage(t *testing.T) {
	c := load(t, files(map[string]string{
		"en": `{"x.found": {"one": "{{.Count}} file", "other": "{{.Count}} files"}}`,
		"fr": `{"x.found": {"one": "{{.Count}} dossier", "many": "{{.Count}} de dossiers", "other": "{{.Count}} dossiers"}}`,
		"nl": `{"x.found": {"one": "{{.Count}} dossier", "other": "{{.Count}} dossiers"}}`,
		"de": `{"x.found": {"one": "{{.Count}} Akte", "other": "{{.Count}} Akten"}}`,
	}))
	for _, c2 := range []struct {
		lang  string
		count int
		want  string
	}{
		{"en", 0, "0 files"}, {"en", 1, "1 file"}, {"fr", 0, "0 dossier"}, {"fr", 1, "1 dossier"}, {"fr", 2, "2 dossiers"},
		{"fr", 1000000, "1\u202f000\u202f000 de dossiers"}, {"nl", 1, "1 dossier"}, {"de", 12, "12 Akten"},
	} {
		if got := c.For(c2.lang).N("x.found", c2.count); got != c2.want {
			t.Errorf("%s %d: %q, want %q", c2.lang, c2.count, got, c2.want)
		}
	}
}

func TestT_neverShowsBlank(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	c := load(t, files(map[string]string{"en": `{"x.only_english": "Hello {{.Name}}"}`}))
	w := c.For("nl")
	for range 3 {
		if got := w.T("x.only_english", "Name", "Ada"); got != "Hello Ada" {
			t.Errorf("fallback reads %q", got)
		}
		if got := w.T("x.nowhere"); got != "x.nowhere" {
			t.Errorf("a missing key reads %q", got)
		}
		if got := c.For("en").T("x.only_english"); got != "x.only_english" {
			t.Errorf("a message without its value reads %q", got)
		}
	}
	if n := strings.Count(log.String(), "key=x.nowhere"); n != 2 { // once for nl, once for en
		t.Errorf("logged %d times:\n%s", n, log.String())
	}
	if strings.Contains(log.String(), "Ada") {
		t.Error("the log holds a value")
	}
}

func TestT_takesArgumentsAsTextNotAsTemplate(t *testing.T) {
	c := load(t, files(map[string]string{"en": `{"x.hi": "Hi {{.Name}}"}`}))
	if got := c.For("en").T("x.hi", "Name", "{{.Secret}}"); got != "Hi {{.Secret}}" {
		t.Errorf("got %q", got)
	}
}

func TestLoad_refusesAFileThatIsNoFlatListOfKeys(t *testing.T) {
	for name, content := range map[string]string{
		"no object": `[]`, "bad key": `{"Hello": "x"}`, "nested": `{"x.a": {"b": {"c": "d"}}}`, "twice": `{"x.a": "1", "x.a": "2"}`,
		"one form": `{"x.a": {"one": "1"}}`, "unknown form": `{"x.a": {"one": "1", "other": "2", "few": "3"}}`,
		"trailing": `{"x.a": "1"} {}`, "number": `{"x.a": 1}`, "cut": `{"x.a": "1"`,
	} {
		if _, err := Load(files(map[string]string{"en": content})); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := Load(fstest.MapFS{"en/x.json": {Data: []byte(`{}`)}}); err == nil {
		t.Error("three missing languages were accepted")
	}
}

// TestLoad_keepsFrenchMarksOnTheLine, and those of the others as they stand.
func TestLoad_keepsFrenchMarksOnTheLine(t *testing.T) {
	written := `{"x.b": "Vous : « {{.X}} » ? Oui ; non !", "x.n": {"one": "{{.Count}} : un", "other": "{{.Count}} : deux"}}`
	c := load(t, files(map[string]string{"en": written, "fr": written, "nl": written, "de": written}))
	if got := c.For("fr").T("x.b", "X", "moi : toi"); got != "Vous\u00a0: «\u00a0moi : toi\u00a0»\u00a0? Oui\u00a0; non\u00a0!" {
		t.Errorf("%q", got)
	}
	if got := c.For("fr").N("x.n", 2); got != "2\u00a0: deux" {
		t.Errorf("%q", got)
	}
	if got := c.For("nl").T("x.b", "X", "ik"); got != "Vous : « ik » ? Oui ; non !" {
		t.Errorf("%q", got)
	}
}

func TestProblems_namesWhatAReaderWouldMiss(t *testing.T) {
	c := load(t, files(map[string]string{
		"en": `{"x.a": "A {{.N}}", "x.b": "B", "x.c": {"one": "1", "other": "2"}}`,
		"fr": `{"x.a": "A {{.M}}", "x.b": " ", "x.c": "2"}`,
		"nl": `{"x.a": "A {{.N}}", "x.b": "{{if}}", "x.c": {"one": "1", "other": "2"}, "x.d": "D"}`,
		"de": `{"x.a": "A {{.N}}", "x.c": {"one": "1", "other": "2"}}`,
	}))
	all := strings.Join(c.Problems(), "\n")
	for _, want := range []string{"fr/x.json: x.a has the placeholders [M], English has [N]", "fr/x.json: x.b is blank",
		"fr/x.json: x.c is a plural in one language only", "nl/x.json: x.b has braces", "nl/x.json: x.d is not in English",
		"de/x.json: x.b is missing", "x.b is missing"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in:\n%s", want, all)
		}
	}
}

// TestEveryWord_existsInFourLanguages renders the product's own files, of every slice.
func TestEveryWord_existsInFourLanguages(t *testing.T) {
	c, err := Load(os.DirFS("../../web/locales"))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range c.Problems() {
		t.Error(problem)
	}
	c.missed.Clear()
	for _, key := range c.Keys() {
		for _, lang := range Langs() {
			renderEveryWay(t, c, c.For(lang), key)
		}
	}
	c.missed.Range(func(what, _ any) bool { t.Errorf("missing: %v", what); return true })
}

// TestLabel_writesTheColonAsTheLanguageDoes: French alone puts a space before it.
func TestLabel_writesTheColonAsTheLanguageDoes(t *testing.T) {
	c, err := Load(os.DirFS("../../web/locales"))
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"en": "Warning:", "fr": "Attention\u00a0:", "nl": "Let op:", "de": "Achtung:"} {
		if w := c.For(lang); w.Label(w.T("web.warning")) != want {
			t.Errorf("%s: %q, want %q", lang, w.Label(w.T("web.warning")), want)
		}
	}
}

func renderEveryWay(t *testing.T, c *Catalogue, w *Words, key string) {
	t.Helper()
	var args []any
	for _, name := range c.For(English).Placeholders(key) {
		args = append(args, name, "¤"+name+"¤")
	}
	texts := []string{w.T(key, args...)}
	if c.IsPlural(key) {
		texts = nil
		for _, count := range []int{0, 1, 2, 12, 1000000} {
			texts = append(texts, w.N(key, count, args...))
		}
	}
	for _, text := range texts {
		if strings.TrimSpace(text) == "" || text == key || strings.Contains(text, "<no value>") {
			t.Errorf("%s %s reads %q", w.Lang(), key, text)
		}
	}
}

func BenchmarkT(b *testing.B) {
	c, err := Load(files(map[string]string{"en": `{"x.hi": "Hi {{.Name}}", "x.plain": "Hi"}`}))
	if err != nil {
		b.Fatal(err)
	}
	w := c.For("en")
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			w.T("x.plain")
		}
	})
	b.Run("placeholder", func(b *testing.B) {
		for b.Loop() {
			w.T("x.hi", "Name", "Ada")
		}
	})
}

func files(content map[string]string) fs.FS {
	all := fstest.MapFS{}
	for _, lang := range Langs() {
		text := content[lang]
		if text == "" {
			text = "{}"
		}
		all[fmt.Sprintf("%s/x.json", lang)] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

func load(t *testing.T, from fs.FS) *Catalogue {
	t.Helper()
	if m, ok := from.(fstest.MapFS); ok && len(m) == 0 {
		from = files(nil)
	}
	c, err := Load(from)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
