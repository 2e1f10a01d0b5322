package mainjob

import (
	"regexp"
	"strings"
	"testing"

	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/testkit"
	"relais/internal/testkit/servers"
	"relais/web"
)

// pages is the road through the pages.
type pages struct {
	t      *testing.T
	s      *testkit.Served
	words  *locale.Catalogue
	script bool
	keys   bool        // nobody touches a mouse
	look   *inspection // nil where nobody looks closely
}

func throughPages(t *testing.T, s *testkit.Served, script bool) road {
	words, err := locale.Load(web.Locales())
	here(t, err)
	p := &pages{t: t, s: s, words: words, script: script}
	if script {
		p.look = &inspection{t: t, seen: map[string]bool{}, accessible: map[string]bool{}}
	}
	return p
}

// speaks is in which language somebody begins; whoever is not named begins in Dutch.
var speaks = map[string]string{"payoke.second": "fr", "pagasa": "fr", "dvz": "fr", "payoke.new": "en"}

// window is somebody at a browser.
type window struct {
	*pages
	tab     *servers.Tab
	key     string
	w       *locale.Words
	nothing map[file]string // how a file looks that is not there
}

// window opens a browser of its own for somebody, which asks for pages in that person's language.
func (p *pages) window(key string) *window {
	lang := "nl"
	if speaks[key] != "" {
		lang = speaks[key]
	}
	tab := servers.Browser(p.t)
	tab.Language(lang)
	if !p.script {
		tab.WithoutScript()
	}
	if p.keys {
		tab.WithoutMouse()
	}
	return &window{pages: p, tab: tab, key: key, w: p.words.For(lang), nothing: map[file]string{}}
}

// open goes to an address of the site.
func (p *window) open(path string) {
	p.t.Helper()
	p.tab.Open(p.s.URL + path)
	p.arrives(200)
}

// click follows a link or presses a button, and arrives at a page.
func (p *window) click(text string) {
	p.t.Helper()
	p.presses(text)
	p.arrives(200)
}

// arrives looks at the page that came.
func (p *window) arrives(status int) {
	p.t.Helper()
	if got := p.tab.Status(); got != status {
		p.t.Fatalf("%s: %s answers %d, want %d:\n%s", p.key, p.tab.URL(), got, status, p.tab.Text())
	}
	html := p.tab.HTML()
	if !strings.Contains(html, `<html lang="`+p.w.Lang()+`"`) {
		p.t.Errorf("%s: %s is not in the language %s", p.key, p.tab.URL(), p.w.Lang())
	}
	if p.look != nil {
		p.look.at(p, html)
	}
}

// says fails the test unless the words can be read on the page.
func (p *window) says(words string) {
	p.t.Helper()
	contains(p.t, p.key+" at "+p.tab.URL(), p.tab.Text(), words)
}

// contains compares as a reader does: neither the case of a heading nor where a line is broken counts.
func contains(t *testing.T, where, text, words string) {
	t.Helper()
	if !strings.Contains(plain(text), plain(words)) {
		t.Errorf("%s: does not say %q:\n%s", where, words, text)
	}
}

func plain(text string) string { return strings.Join(strings.Fields(strings.ToLower(text)), " ") }

// asked is the label of a field as it stands on the page.
func (p *window) asked(f httpkit.Field) string {
	switch {
	case f.MarkRequired && f.Required:
		return f.Label + " (" + p.w.T("web.required") + ")"
	case !f.MarkRequired && !f.Required:
		return f.Label + " (" + p.w.T("web.optional") + ")"
	}
	return f.Label
}

// fill answers the questions of a form that have a value, by their labels.
func (p *window) fill(fields ...httpkit.Field) {
	p.t.Helper()
	unfolded := ""
	for _, f := range fields {
		if answered := f.Value != "" || len(f.Values) > 0; answered && f.Group != unfolded {
			p.unfold(f.Group)
			unfolded = f.Group
		}
		label := p.asked(f)
		switch {
		case f.Kind == httpkit.Hidden:
		case f.Kind == httpkit.Checkboxes:
			for _, value := range f.Values {
				p.ticks(label, optionOf(p.t, f, value))
			}
		case f.Value == "":
		case f.Kind == httpkit.Day:
			for _, part := range f.DayParts() {
				p.writesInto(p.w.T("web."+part.Name), part.Value, label)
			}
		case f.Kind == httpkit.Radios, f.Kind == httpkit.Select:
			p.picks(label, f)
		default:
			p.writesInto(label, f.Value)
		}
	}
}

// unfold opens a group of questions that a long form keeps closed.
func (p *window) unfold(group string) {
	p.t.Helper()
	if regexp.MustCompile(`<details class="[^"]*">\s*<summary class="[^"]*">` + regexp.QuoteMeta(group) + `<`).MatchString(p.tab.HTML()) {
		p.presses(group)
	}
}

// optionOf is how a choice reads.
func optionOf(t *testing.T, f httpkit.Field, value string) string {
	t.Helper()
	for _, o := range f.Options {
		if o.Value == value {
			return o.Label
		}
	}
	t.Fatalf("%s has no answer %q", f.Label, value)
	return ""
}

// choice is a field with the one answer that is given.
func choice(kind httpkit.Kind, label, value, text string) httpkit.Field {
	return httpkit.Field{Kind: kind, Label: label, Required: true, Value: value, Values: []string{value},
		Options: []httpkit.Option{{Value: value, Label: text}}}
}

var fileLink = regexp.MustCompile(`href="/(cases|victims)/([0-9a-f-]{36})"`)

// filesOn are the ids of the files that the page leads to.
func (p *window) filesOn() (ids []string) {
	for _, link := range fileLink.FindAllStringSubmatch(p.tab.HTML(), -1) {
		ids = append(ids, link[2])
	}
	return ids
}

var someID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

// idHere is the id in the address of the page.
func (p *window) idHere() string {
	p.t.Helper()
	id := someID.FindString(p.tab.URL())
	if id == "" {
		p.t.Fatalf("%s: no id in %s:\n%s", p.key, p.tab.URL(), p.tab.Text())
	}
	return id
}
