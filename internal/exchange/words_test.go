package exchange_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"relais/internal/exchange"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

func words(t *testing.T) *locale.Catalogue {
	t.Helper()
	return must(locale.Load(os.DirFS("../../web/locales")))(t)
}

// spoken are the keys that the program can ask for: every exchange key in its source, and what is handed to says and assume.
func spoken(t *testing.T) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	whole := regexp.MustCompile(`^exchange\.[a-z_]+$`)
	part := regexp.MustCompile(`^[a-z]+(_[a-z0-9]+)+$`)
	packages, err := parser.ParseDir(token.NewFileSet(), ".", func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0)
	must0(t, err)
	ast.Inspect(packages["exchange"], func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, _ := strconv.Unquote(literal.Value)
		switch {
		case whole.MatchString(text) && !slices.Contains(gate.Actions(), text):
			keys[text] = true
		case part.MatchString(text):
			keys["exchange."+text] = true // most of these are no keys; those that are have words
		}
		return true
	})
	for _, template := range must(fs.Glob(os.DirFS("../../web/templates/exchange"), "*.html"))(t) {
		content := must(os.ReadFile("../../web/templates/exchange/" + template))(t)
		for _, found := range regexp.MustCompile(`"(exchange\.[a-z_]+)"`).FindAllSubmatch(content, -1) {
			keys[string(found[1])] = true
		}
	}
	for _, page := range httpkit.Registered() {
		keys[httpkit.TitleKey(page.Template())] = true
	}
	for _, reason := range exchange.ExportReasons {
		keys["exchange.reason."+reason] = true
	}
	for _, format := range exchange.FormatsOf(gate.Victim) {
		keys["exchange.format."+string(format)], keys["exchange.format_hint."+string(format)] = true, true
	}
	return keys
}

func TestWords_existForEveryKeyThatTheProgramUses(t *testing.T) {
	catalogue, used := words(t), spoken(t)
	for _, key := range catalogue.Keys() {
		if strings.HasPrefix(key, "exchange.") && !used[key] {
			t.Errorf("%s is never used", key)
		}
	}
	for _, problem := range catalogue.Problems() {
		if strings.Contains(problem, "/exchange.json") {
			t.Error(problem)
		}
	}
	for key := range used {
		if strings.Count(key, ".") == 1 && mentioned(t, key) && !catalogue.For("en").Has(key) {
			t.Errorf("%s has no words", key)
		}
	}
}

// mentioned says whether the part of a key stands where a key is taken: says(…, "key") or a returned reason.
func mentioned(t *testing.T, key string) bool {
	t.Helper()
	name := strings.TrimPrefix(key, "exchange.")
	taken := regexp.MustCompile(`(says\([^"\n]*"|return "", "|key (:)?= "|assume\("[a-z_]+", "|"exchange\.)` + name + `"`)
	for _, file := range must(fs.Glob(os.DirFS("."), "*.go"))(t) {
		if !strings.HasSuffix(file, "_test.go") && taken.Match(must(os.ReadFile(file))(t)) {
			return true
		}
	}
	return false
}

func TestLines_sayWhatHappenedInEveryLanguage(t *testing.T) {
	s := local(t)
	catalogue := words(t)
	good := s.take("shelter", fill(t, twoPersons()), "a.xlsx", exchange.Options{})
	bad := s.refused("inspection", fill(t, twoPersons()), "a.xlsx", exchange.Options{})
	wrong := s.refused("shelter", []byte("First Name,Birthdate,per_RoleDetails\nAna,03/04/2020,x\nMina,2030-01-01,\n"), "a.csv", exchange.Options{})
	again := s.take("shelter", fill(t, twoPersons()), "a.xlsx", exchange.Options{DryRun: true})
	dry := s.take("shelter", []byte("First Name\nAna\n"), "a.csv", exchange.Options{DryRun: true})
	for _, lang := range locale.Langs() {
		for _, report := range []exchange.Report{good, bad, wrong, again, dry} {
			for _, line := range report.Lines(catalogue.For(lang)) {
				if line == "" || strings.Contains(line, "exchange.") || strings.Contains(line, "section.") || strings.Contains(line, "{{") ||
					strings.Contains(line, "<no value>") {
					t.Errorf("%s: %q", lang, line)
				}
			}
		}
	}
	english := wrong.Lines(catalogue.For("en"))
	if !strings.Contains(strings.Join(english, "\n"), "row 2, column B (Birthdate): Day and month could be exchanged.") {
		t.Errorf("%q", english)
	}
}
