package pagecheck

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/web"
)

type goodPage struct {
	Ref        string
	Form       httpkit.Form
	Back       httpkit.Link
	Card       httpkit.Summary
	Table      httpkit.Table
	Pages      httpkit.Pagination
	State      httpkit.Tag
	Hidden     httpkit.HiddenSection
	Comparison httpkit.Comparison
	Notice     httpkit.Notice
	Button     httpkit.PostButton
	List       httpkit.List
}

func (goodPage) Template() string { return "trial/good" }

type badPage struct{ Ref string }

func (badPage) Template() string { return "trial/bad" }

var _ = httpkit.Register(goodPage{}, badPage{})

const good = `{{template "back" .Back}}<h1>{{t "trial.heading" "Ref" .Ref}} {{n "trial.many" 3}}</h1>{{template "form" .Form}}{{template "summary" .Card}}
{{template "table" .Table}}{{template "pages" .Pages}}{{template "tag" .State}}{{template "hidden_section" .Hidden}}{{template "link" .Back}}
{{template "comparison" .Comparison}}{{template "notice" .Notice}}{{template "post_button" .Button}}{{template "list" .List}}{{template "trial_part" .Ref}}`

// TestPartials_fitTheirStructs type-checks every part of the kit, strictly.
func TestPartials_fitTheirStructs(t *testing.T) {
	for _, problem := range Problems(trial(t, `<p>{{.Ref}}</p>`), words(t), "trial") {
		t.Error(problem)
	}
}

func TestKitsOwnPages_areSound(t *testing.T) { Slice(t, "web") }

// TestColons_areWrittenAsTheLanguageDoes looks at all templates, the frame and the parts of the kit too.
func TestColons_areWrittenAsTheLanguageDoes(t *testing.T) {
	for name, file := range copied(t, web.Templates(), "") {
		if colon.Match(markup.ReplaceAll(file.Data, nil)) {
			t.Errorf("%s has a colon of its own", name)
		}
	}
}

func TestProblems_findsWhatAReaderWouldTripOver(t *testing.T) {
	for template, want := range map[string]string{
		`{{.Name}}`:                              "Name",
		`{{template "table" .Ref}}`:              "string",
		`{{template "nowhere" .}}`:               "nowhere",
		`{{t "trial.nowhere"}}`:                  "no words for trial.nowhere",
		`{{t "trial.heading"}}`:                  "wants a value for Ref",
		`{{t "trial.heading" "Reff" .Ref}}`:      "wants a value for Ref",
		`<p style="color:red">{{.Ref}}</p>`:      "content security policy",
		`<a href="/" onclick="x()">{{.Ref}}</a>`: "content security policy",
		`<script>{{.Ref}}</script>`:              "content security policy",
		`<p>Victim file {{.Ref}}</p>`:            "not in the catalogue",
		`<p>{{.Ref}}: {{.Ref}}</p>`:              "a colon of its own",
		`<b>{{.Ref}}</b>{{if .Ref}}: {{end}}`:    "a colon of its own",
		strings.Repeat("{{.Ref}}\n", 121):        "more than 120",
		`{{if .Ref}}`:                            "unexpected EOF",
		`{{date .Ref}}`:                          "Time",
		`{{range .Ref}}{{.}}{{end}}`:             "range",
	} {
		found := strings.Join(Problems(trial(t, template), words(t), "trial"), "\n")
		if !strings.Contains(found, want) {
			t.Errorf("%.60s: no %q in %q", template, want, found)
		}
	}
}

func TestProblems_findsOrphansAndTitlesWithValues(t *testing.T) {
	templates := trial(t, `{{.Ref}}`)
	templates["trial/orphan.html"] = &fstest.MapFile{Data: []byte(`{{.Ref}}`)}
	locales := words(t)
	for _, lang := range locale.Langs() {
		locales[lang+"/trial.json"] = &fstest.MapFile{Data: []byte(`{"trial.good_title": "File of {{.Name}}", "trial.heading": "{{.Ref}}",
			"trial.many": {"one": "{{.Count}}", "other": "{{.Count}}"}}`)}
	}
	found := strings.Join(Problems(templates, locales, "trial"), "\n")
	for _, want := range []string{"trial/orphan.html: no registered page", "a name could stand in a tab", "trial/bad: no title"} {
		if !strings.Contains(found, want) {
			t.Errorf("no %q in %q", want, found)
		}
	}
}

func trial(t *testing.T, bad string) fstest.MapFS {
	t.Helper()
	all := copied(t, web.Templates(), "partials/")
	all["trial/good.html"] = &fstest.MapFile{Data: []byte(good)}
	all["trial/bad.html"] = &fstest.MapFile{Data: []byte(bad)}
	all["trial/_part.html"] = &fstest.MapFile{Data: []byte(`{{define "trial_part"}}<p>{{.}}</p>{{end}}`)}
	return all
}

func words(t *testing.T) fstest.MapFS {
	t.Helper()
	all := copied(t, web.Locales(), "")
	for _, lang := range locale.Langs() {
		all[lang+"/trial.json"] = &fstest.MapFile{Data: []byte(`{"trial.good_title": "Good", "trial.bad_title": "Bad", "trial.heading": "File {{.Ref}}",
			"trial.many": {"one": "{{.Count}} file", "other": "{{.Count}} files"}}`)}
	}
	return all
}

func copied(t *testing.T, from fs.FS, prefix string) fstest.MapFS {
	t.Helper()
	all := fstest.MapFS{}
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasPrefix(name, prefix) {
			return err
		}
		content, err := fs.ReadFile(from, name)
		all[name] = &fstest.MapFile{Data: content}
		return err
	})
	if err != nil {
		t.Fatal(fmt.Errorf("copy: %w", err))
	}
	return all
}
