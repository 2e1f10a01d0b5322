package server_test

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/testkit"
)

var (
	mainPart  = regexp.MustCompile(`(?s)<main.*</main>`)
	anyLink   = regexp.MustCompile(`<a [^>]*href="(/[^"#]*)`)
	anyForm   = regexp.MustCompile(`(?s)<form [^>]*action="(/[^"]*)"[^>]*>(.*?)</form>`)
	anyHidden = regexp.MustCompile(`<input [^>]*type="hidden"[^>]*>`)
	named     = regexp.MustCompile(`name="([^"]*)"`)
	valued    = regexp.MustCompile(`value="([^"]*)"`)
)

// closeAll closes every file of the world, whatever is open on it.
func closeAll(w *testkit.Served) {
	w.T.Helper()
	err := w.Database.Write(context.Background(), func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO file_closure (id, file_id, kind, agency_id, reason, closed_at, closed_by, rule, due_at)
SELECT f.id, f.id, f.kind, f.agency_id, 'help_completed', :now, 'story', 'be.shelter', :due FROM file f WHERE f.stage NOT IN ('closed', 'erased')`,
			database.Args{"now": w.Now(), "due": w.Now().Add(5 * 365 * 24 * time.Hour)})
		if err == nil {
			_, err = tx.Exec(`UPDATE file SET stage = :closed, version = version + 1 WHERE stage NOT IN ('closed', 'erased')`, database.Args{"closed": gate.StageClosed})
		}
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
}

// shutWalk is one person's walk over the pages of closed files.
type shutWalk struct {
	s             *story
	w             *testkit.Served
	c             *testkit.Client
	name          string
	routes        []route
	examples      map[string][]string
	seen          map[string]bool
	from          map[string]string // a page -> the first that leads to it
	pages, offers int
}

// TestClosed_offersNothingThatIsRefused walks over everything that the pages of closed files lead each person to, and sends every form on
// the way: nothing leads to the refusal, and every file's page says once since when it is closed.
func TestClosed_offersNothingThatIsRefused(t *testing.T) {
	w, s := openStory(t, "sqlite")
	closeAll(w)
	w.Keep()
	offers := 0
	for _, c := range callers {
		if c.key == "" || c.name == "half" || c.name == "keyD" {
			continue
		}
		walk := &shutWalk{s: s, w: w, c: s.client(w, c), name: c.name, routes: routesOf(w), examples: s.forms(w.World), seen: map[string]bool{}, from: map[string]string{}}
		walk.over([]string{"/cases/" + s.Case, "/victims/" + s.Victim, "/victims/" + s.care.Kid})
		t.Logf("%s: %d pages, %d forms", c.name, walk.pages, walk.offers)
		offers += walk.offers
	}
	if offers < 20 {
		t.Errorf("%d forms in all: the walk finds too little to hold anything", offers)
	}
}

// over asks for the pages and for those that they lead to, as long as a page is about one thing.
func (v *shutWalk) over(ahead []string) {
	for len(ahead) > 0 {
		path := ahead[0]
		if ahead = ahead[1:]; v.seen[path] {
			continue
		}
		v.seen[path] = true
		a := v.c.Get(path)
		v.hold(path, "link", a)
		if a.Status != http.StatusOK {
			continue
		}
		v.pages++
		text := mainPart.FindString(string(a.Body))
		if path == "/cases/"+v.s.Case || path == "/victims/"+v.s.Victim {
			v.says(path, string(a.Body))
		}
		for _, found := range anyLink.FindAllStringSubmatch(text, -1) {
			if to := html.UnescapeString(found[1]); anyID.MatchString(to) && !v.seen[to] {
				v.from[to], ahead = path, append(ahead, to)
			}
		}
		for _, found := range anyForm.FindAllStringSubmatch(text, -1) {
			v.send(path, html.UnescapeString(found[1]), found[2])
		}
	}
}

// says holds a file's page to the one sentence that tells since when it is closed.
func (v *shutWalk) says(path, page string) {
	words := must(wordsOnce())(v.w.T).For(languageOf.FindStringSubmatch(page)[1])
	since := words.T("closing.closed_since", "Day", words.Date(v.w.Now()))
	if n := strings.Count(html.UnescapeString(page), since); n != 1 {
		v.w.T.Errorf("%s: %s says %d times %q", v.name, v.s.normal(path), n, since)
	}
}

// send sends a form with what it carries by itself and the least that the page accepts, and undoes what came of it.
func (v *shutWalk) send(page, action, fields string) {
	form := url.Values{}
	for _, found := range anyHidden.FindAllString(fields, -1) {
		if name, value := named.FindStringSubmatch(found), valued.FindStringSubmatch(found); name != nil && value != nil {
			form.Set(html.UnescapeString(name[1]), html.UnescapeString(value[1]))
		}
	}
	example := v.examples[v.routeOf(action)]
	for i := 0; i+1 < len(example); i += 2 {
		if example[i] != "version" {
			form.Add(example[i], example[i+1])
		}
	}
	v.offers++
	a := v.c.PostForm(action, form)
	v.from[action] = page
	v.hold(action, "form", a)
	if a.Status < 400 {
		v.w.Rewind()
	}
}

func (v *shutWalk) hold(path, what string, a testkit.Answer) {
	if found := reasonOf.FindStringSubmatch(string(a.Body)); found != nil && found[1] == "file.closed" {
		v.w.T.Errorf("%s: a %s of %s leads to the refusal of a closed file: %s", v.name, what, v.s.normal(v.from[path]), v.s.normal(path))
	}
}

// routeOf is the registered route of a page's path.
func (v *shutWalk) routeOf(path string) string {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for _, r := range v.routes {
		pattern := strings.Split(r.path, "/")
		fits := len(pattern) == len(parts) && r.method == http.MethodPost
		for i := 0; fits && i < len(parts); i++ {
			fits = strings.HasPrefix(pattern[i], ":") || pattern[i] == parts[i]
		}
		if fits {
			return r.path
		}
	}
	return ""
}
