package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/httpkit"
	"relais/internal/testkit"
)

// rows counts the rows of every table, to tell whether anything was written.
func rows(t testing.TB, w *testkit.Served) string {
	t.Helper()
	var text strings.Builder
	err := w.Database.Read(context.Background(), func(tx *database.Tx) error {
		for _, table := range []string{"file", "file_grant", "entry", "entry_version", "referral", "worker", "role", "session", "api_key", "casefile", "victim", "invitation"} {
			var count int64
			if err := tx.Get(&count, "SELECT COUNT(*) FROM "+table, nil); err != nil {
				return err
			}
			fmt.Fprintf(&text, "%s %d ", table, count)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// badTexts are what no field takes, by what is wrong with it.
var badTexts = map[string]string{
	"a zero byte": "Questionable\x00", "an escape": "\x1b[31mQuestionable", "a bell": "Questionable\a", "a C1 control": "Questionable\u0085x",
	"a line end in one line": "Questionable\nx", "too long": strings.Repeat("Questionable ", 200),
}

// TestText_isRefusedByFieldAndRule sends bad texts to a one-line field, by form and by JSON, and finds nothing stored.
func TestText_isRefusedByFieldAndRule(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w, s := openStory(t, engine)
			c := s.client(w, columnOf("rsz"))
			before := rows(t, w)
			for wrong, text := range badTexts {
				p := c.JSON(http.MethodPost, "/api/v1/victims/"+s.Victim+"/sections/identity/entries", object{"purpose": "protection",
					"basis": "legal_task", "values": object{"family_name": text}}).Want(http.StatusUnprocessableEntity).Problem()
				if len(p.Errors) != 1 || !strings.HasSuffix(p.Errors[0].Field, "family_name") || p.Errors[0].Detail == "" {
					t.Errorf("%s: %+v", wrong, p.Errors)
				}
				c.PostForm("/victims/"+s.Victim+"/sections/identity", testkit.Fields("family_name", text, "purpose", "protection", "basis", "legal_task",
					"nature", "fact")).Want(http.StatusUnprocessableEntity)
			}
			c.Post("/victims/"+s.Victim+"/sections/identity", "application/x-www-form-urlencoded",
				"family_name=Questionable%ff%fe&purpose=protection&basis=legal_task&nature=fact").Want(http.StatusBadRequest)
			c.Post("/api/v1/victims/"+s.Victim+"/sections/identity/entries", "application/json",
				"{\"purpose\":\"protection\",\"basis\":\"legal_task\",\"values\":{\"family_name\":\"Questionable\xff\"}}", "Idempotency-Key", "12345678").Want(http.StatusBadRequest)
			c.Post("/api/v1/victims/"+s.Victim+"/sections/identity/entries", "application/json",
				`{"purpose":"protection","basis":"legal_task","values":{"family_name":"Questionable\ud800"}}`, "Idempotency-Key", "12345679").Want(http.StatusBadRequest)
			if after := rows(t, w); after != before {
				t.Errorf("something was stored: %s, before %s", after, before)
			}
			quiet(t, w)
		})
	}
}

// TestText_isStoredInOneForm writes a name with a loose accent and finds it composed.
func TestText_isStoredInOneForm(t *testing.T) {
	w, s := openStory(t, "sqlite")
	c := s.client(w, columnOf("rsz"))
	c.JSON(http.MethodPost, "/api/v1/victims/"+s.Second+"/sections/identity/entries", object{"purpose": "protection", "basis": "legal_task",
		"values": object{"family_name": "  Jose\u0301 Nun\u0303ez\u00a0 "}}).Want(http.StatusCreated)
	view := w.SectionOf("rsz", s.Second, authz.Identity)
	if got := view.Entries[len(view.Entries)-1].Values["family_name"]; got != "José Nuñez" {
		t.Errorf("%q", got)
	}
}

// nasty are pieces of addresses that are no id and no text.
var nasty = []string{"%00", "%ff%fe", "%2e%2e", "' OR 1=1 --", strings.Repeat("9", 2000), "🜏", "%0d%0aSet-Cookie:%20a=b", "%25"}

// TestAddress_withNonsenseIsNotFound puts nonsense into every parameter and every known query of every route, on both
// engines: a text that PostgreSQL does not take must not become a failure of ours.
func TestAddress_withNonsenseIsNotFound(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w, s := openStory(t, engine)
			for _, column := range []string{"pay", "payD"} {
				s.nonsense(w, s.client(w, columnOf(column)))
			}
			pieces := nasty
			if engine == "sqlite" { // which takes any text: what is refused before the database is the same on both
				pieces = nasty[:2]
			}
			s.nonsenseQueries(w, pieces)
			s.nonsenseInTheAPI(t, w)
			quiet(t, w)
		})
	}
}

func (s *story) nonsense(w *testkit.Served, c *testkit.Client) {
	w.T.Helper()
	for _, r := range routesOf(w) {
		parts := strings.Split(r.path, "/")
		for i, part := range parts {
			if !strings.HasPrefix(part, ":") || r.method == http.MethodHead {
				continue
			}
			for _, piece := range nasty {
				path, _ := s.fill(w.T, strings.Join(parts[:i], "/"), false)
				rest, _ := s.fill(w.T, strings.Join(parts[i+1:], "/"), false)
				path = strings.TrimRight(path+"/"+escape(piece)+"/"+rest, "/")
				a := s.call(c, w.World, r.method, r.path, path)
				if a.Status >= 500 || r.method == http.MethodGet && a.Status == http.StatusOK && !strings.HasPrefix(r.path, "/roles/new") {
					w.T.Errorf("%s with %q at %s: %d", r, piece, part, a.Status)
				}
			}
		}
	}
}

// escape keeps what is escaped already and escapes the rest.
func escape(piece string) string {
	if strings.HasPrefix(piece, "%") {
		return piece
	}
	return url.PathEscape(piece)
}

// nonsenseInTheAPI puts nonsense into every query that the document knows, asked by somebody who may.
func (s *story) nonsenseInTheAPI(t *testing.T, w *testkit.Served) {
	w.T.Helper()
	w.Keep()
	doc, queries := document(t, w), 0
	for _, op := range w.Site.API.Operations() {
		c, route := s.client(w, columnOf(able[op.ID])), routeOf(op)
		path, _ := s.fill(w.T, route, false)
		for _, p := range doc.Paths.Find(op.Path).GetOperation(op.Method).Parameters {
			if p.Value.In != "query" {
				continue
			}
			queries++
			for _, piece := range nasty {
				a := s.askWith(c, w, op, path, p.Value.Name+"="+escape(piece))
				if a.Status >= 500 || a.Status == http.StatusUnauthorized {
					w.T.Errorf("%s with %s=%q: %d", op.ID, p.Value.Name, piece, a.Status)
				}
				if p.Value.Name == "after" && a.Status < 400 {
					w.T.Errorf("%s goes on after %q", op.ID, piece)
				}
			}
		}
	}
	if queries < 60 {
		w.T.Errorf("the document knows %d queries: too few to be all", queries)
	}
}

// askWith calls an operation in earnest, with one more query, and undoes what came of it.
func (s *story) askWith(c *testkit.Client, w *testkit.Served, op httpkit.Operation, path, query string) testkit.Answer {
	more, route := queries[routeOf(op)], routeOf(op)
	if name, _, _ := strings.Cut(query, "="); more == "" || strings.HasPrefix(more, "?"+name+"=") {
		more = "?" + query
	} else {
		more += "&" + query
	}
	if op.Method == http.MethodGet {
		return c.Get(path + more)
	}
	var body any
	if right := s.bodies(w.World)[op.Method+" "+strings.TrimPrefix(route, apiPath)]; right != nil {
		body = right
	}
	a := c.JSON(op.Method, path+more, body, "If-Match", versionOf(route))
	if a.Status < 400 {
		w.Rewind()
	}
	return a
}
