package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"relais/internal/database"
	"relais/internal/section"
	"relais/internal/testkit"
)

// wordsIn finds the marks in an answer, in capitals too; searching by hand is much quicker than a regular expression.
func wordsIn(text string) (found []string) {
	if !strings.Contains(text, "zq") && !strings.Contains(text, "32470") && !strings.Contains(text, "ZQ") {
		return nil
	}
	text = strings.ToLower(text)
	for _, kind := range []struct {
		sign, begins string
		length       int
	}{{"", "zq", 10}, {"+", "32470", 11}} {
		rest := text
		for at := strings.Index(rest, kind.begins); at >= 0; at = strings.Index(rest, kind.begins) {
			if rest = rest[at:]; len(rest) < kind.length {
				break
			}
			found = append(found, kind.sign+rest[:kind.length])
			rest = rest[len(kind.begins):]
		}
	}
	return found
}

// haul is what one column met.
type haul struct {
	marks map[string]*written
	words map[string]string // mark -> where it was met first
	asked int
}

func (h *haul) take(w *testkit.Served, column string, foreign []string, a testkit.Answer) {
	h.asked++
	text := string(a.Body) + fmt.Sprint(a.Header)
	for _, found := range wordsIn(text) {
		if h.marks[found] != nil && h.words[found] == "" {
			h.words[found] = a.Asked
		}
	}
	for _, found := range foreign {
		if strings.Contains(text, found) {
			w.T.Errorf("%s met %q of another agency: %s", column, found, a.Asked)
		}
	}
	if a.Status >= 500 {
		w.T.Errorf("%s: %s: %d", column, a.Asked, a.Status)
	}
}

// TestRights_proof signs in as each role, asks for every page and document there is, and holds what came back against the
// matrix: nobody meets a word that the matrix does not show them, and everybody finds what it does. It also finds no
// colleague's name and no reference of another agency.
func TestRights_proof(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w, m := openMarked(t, engine)
			var crawling sync.WaitGroup
			room := make(chan struct{}, 6) // readers share the commits of the trail
			for _, c := range callers {
				if engine == "postgres" && (len(standings()[c.name]) == 0 && c.name != "cosm" || strings.HasSuffix(c.name, "2")) {
					continue // on the other engine one stranger stands for all, and a discipline for its colleagues
				}
				crawling.Go(func() {
					room <- struct{}{}
					defer func() { <-room }()
					m.prove(w, c)
				})
			}
			crawling.Wait()
		})
	}
}

// prove crawls as one column, without and with a reason of access.
func (m *marked) prove(w *testkit.Served, c caller) {
	client, foreign := m.client(w, c), m.foreign(w, c)
	ofCalendar := m.foreign(w, caller{key: "payoke"}) // whoever knows its secret address reads what its owner reads, and no more
	reasons := []string{"", "protection"}
	entries := m.Entries
	if len(standings()[c.name]) == 0 { // to whom nothing was granted, each file is as absent as the next, and a reason opens nothing
		reasons, entries = reasons[:1], entries[:3]
	}
	for _, reason := range reasons {
		met := &haul{marks: m.marks, words: map[string]string{}}
		for _, path := range m.addresses(w, reason, entries) {
			closed := foreign
			if strings.HasPrefix(path, "/calendar/") {
				closed = ofCalendar
			}
			met.take(w, c.name, closed, client.Get(path))
		}
		if reason == "" {
			m.search(w, met, client, foreign, c)
		} else {
			m.look(w, met, client, foreign, c)
		}
		may, shall := m.permitted(w.World, c.name, reason != "")
		for found, where := range met.words {
			if !may[found] {
				w.T.Errorf("%s (reason %q) met %s of %s: %s", c.name, reason, found, m.marks[found], where)
			}
		}
		for found := range shall {
			if met.words[found] == "" {
				w.T.Errorf("%s (reason %q) may read %s of %s and did not find it", c.name, reason, found, m.marks[found])
			}
		}
		w.T.Logf("%s, reason %q: %d addresses, %d words", c.name, reason, met.asked, len(met.words))
	}
}

// asksReason are the addresses that take a reason of access; the other pages do so by the form that look sends.
var asksReason = map[string]bool{
	"/api/v1/entries/:entry": true, "/api/v1/cases/:case/sections/:section": true, "/api/v1/victims/:victim/sections/:section": true,
	"/entries/:entry/history": true,
}

// addresses are all pages and documents, each with every example of its parameters.
func (m *marked) addresses(w *testkit.Served, reason string, entries []*written) (paths []string) {
	w.T.Helper()
	for _, r := range routesOf(w) {
		if r.method != http.MethodGet || strings.HasPrefix(r.path, "/static/") || reason != "" && !asksReason[r.path] {
			continue
		}
		for _, path := range m.spread(w.T, r.path, strings.Split(r.path, "/"), entries) {
			if path += queries[r.path]; reason != "" {
				path += "?reason=" + reason
			}
			paths = append(paths, path)
		}
	}
	return paths
}

// spread fills the parameters of a route in every way.
func (m *marked) spread(t testing.TB, route string, parts []string, entries []*written) []string {
	t.Helper()
	at := slices.IndexFunc(parts, func(part string) bool { return strings.HasPrefix(part, ":") })
	if at < 0 {
		return []string{strings.Join(parts, "/")}
	}
	var paths []string
	for _, value := range m.examples(t, route, parts[at][1:], entries) {
		filled := slices.Clone(parts)
		filled[at] = url.PathEscape(value)
		paths = append(paths, m.spread(t, route, filled, entries)...)
	}
	return paths
}

func (m *marked) examples(t testing.TB, route, name string, entries []*written) (values []string) {
	t.Helper()
	switch {
	case name == "section":
		for _, room := range section.All() {
			if strings.Contains(route, "/cases/") && room.InCase() || strings.Contains(route, "/victims/") && room.InVictim() {
				values = append(values, room.ID.String())
			}
		}
	case name == "victim":
		values = []string{m.Victim, m.Second}
	case name == "entry" && !strings.HasPrefix(route, "/log/"):
		for _, e := range entries {
			values = append(values, e.ID)
		}
	default:
		value, known := m.param(route, name)
		if !known {
			t.Fatalf("%s: the story has no example of :%s", route, name)
		}
		values = []string{value}
	}
	return values
}

// search asks for the marks that stand in searchable fields, as page and as operation.
func (m *marked) search(w *testkit.Served, met *haul, client *testkit.Client, foreign []string, c caller) {
	w.T.Helper()
	asked := map[string]bool{}
	for _, e := range m.Entries {
		for name, value := range e.Values {
			if f := section.Of(e.Section).Field(name); f.Search == "" || f.Name != "family_name" && f.Search == "name" || asked[value] {
				continue
			}
			asked[value] = true
			page := client.PostForm("/search", testkit.Fields("words", value))
			met.take(w, c.name, foreign, without(page, value))
			met.take(w, c.name, foreign, client.JSON(http.MethodPost, "/api/v1/searches", object{"words": value}))
		}
	}
}

// without takes the question out of the page that answers it.
func without(a testkit.Answer, asked string) testkit.Answer {
	asked = strings.ReplaceAll(asked, "+", "&#43;") // as the templates write it
	a.Body = []byte(strings.ReplaceAll(string(a.Body), `value="`+asked+`"`, ""))
	return a
}

// look opens each section by the page's own form, with a reason.
func (m *marked) look(w *testkit.Served, met *haul, client *testkit.Client, foreign []string, c caller) {
	w.T.Helper()
	for _, route := range []string{"/cases/:case/sections/:section/look", "/victims/:victim/sections/:section/look"} {
		for _, path := range m.spread(w.T, route, strings.Split(route, "/"), nil) {
			met.take(w, c.name, foreign, client.PostForm(path, testkit.Fields("reason", "protection")))
		}
	}
}

// foreign finds names of people of other agencies and the references by which other agencies know the files.
func (m *marked) foreign(w *testkit.Served, c caller) (words []string) {
	w.T.Helper()
	own := ""
	if c.key != "" {
		own = w.Person(c.key).AgencyID
	}
	for _, key := range w.People() {
		if p := w.Person(key); p.AgencyID != own {
			words = append(words, p.Family, p.Email)
		}
	}
	var references []string
	err := w.Database.Read(context.Background(), func(tx *database.Tx) error {
		return tx.Select(&references, `SELECT reference FROM file_reference WHERE agency_id <> :own`, database.Args{"own": own})
	})
	if err != nil || len(references) == 0 {
		w.T.Fatalf("%v, %d references", err, len(references))
	}
	return append(words, references...)
}
