package server_test

import (
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/gate"
	"relais/internal/testkit"
)

var update = flag.Bool("update", false, "write the golden files anew")

var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

const (
	accessGolden = "testdata/access.golden"
	wide         = 57 // the column of the routes
)

// route is one registered route.
type route struct{ method, path string }

func (r route) String() string { return fmt.Sprintf("%-6s %s", r.method, r.path) }

// everybodys are the parameters that name what anybody may ask for, each with why. What any other names is of a file or of an agency.
var everybodys = map[string]string{
	"desk":  "the service directory is read by every caseworker of the three countries",
	"file":  "what the pages are drawn with",
	"token": "is a secret itself: of an invitation, a calendar, a package",
}

// owned says whether the route leads to something that belongs to somebody: to strangers it does not exist.
func (r route) owned() bool {
	for _, part := range strings.Split(r.path, "/") {
		if name, is := strings.CutPrefix(part, ":"); is && everybodys[name] == "" {
			return true
		}
	}
	return false
}

// TestRoute_isOwnedUnlessSaid: a parameter that nobody has thought of belongs to somebody, so that what strangers get of it is held to be
// nothing before anybody writes it into the golden file; and nothing is everybody's that no route has.
func TestRoute_isOwnedUnlessSaid(t *testing.T) {
	for path, want := range map[string]bool{"/new-things/:new_thing": true, "/directory/:desk": false, "/directory/:desk/cases/:case": true, "/worklist": false} {
		if (route{http.MethodGet, path}).owned() != want {
			t.Errorf("%s is owned: %v", path, !want)
		}
	}
	w, _ := openStory(t, "sqlite")
	routes := routesOf(w)
	for name := range everybodys {
		if !slices.ContainsFunc(routes, func(r route) bool { return slices.Contains(strings.Split(r.path, "/"), ":"+name) }) {
			t.Errorf("no route has :%s", name)
		}
	}
}

// routesOf lists all routes in order: the pages first, then the API.
func routesOf(w *testkit.Served) (routes []route) {
	for _, r := range w.Site.Engine.Routes() {
		routes = append(routes, route{r.Method, r.Path})
	}
	slices.SortFunc(routes, func(a, b route) int {
		return strings.Compare(fmt.Sprint(strings.HasPrefix(a.path, apiPath), a.path, a.method), fmt.Sprint(strings.HasPrefix(b.path, apiPath), b.path, b.method))
	})
	return routes
}

// TestAccess_isAsTheGoldenFileSays calls every route as every caller and compares the answers with a file that people read.
func TestAccess_isAsTheGoldenFileSays(t *testing.T) {
	w, s := openStory(t, "sqlite")
	routes := routesOf(w)
	lines := make([]string, len(routes))
	var asking sync.WaitGroup
	const share = 2 // of worlds that work at the same time
	for part := range share {
		asking.Go(func() {
			own, story := w, s
			if part > 0 {
				own, story = openStory(t, "sqlite")
			}
			own.Keep()
			for i := part; i < len(routes); i += share {
				lines[i] = story.line(own, routes[i])
			}
		})
	}
	asking.Wait()
	compareGolden(t, accessGolden, legend()+strings.Join(lines, ""))
}

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make it with -update and read it line by line", err)
	}
	before, after := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for _, line := range before {
		if !slices.Contains(after, line) {
			t.Errorf("was %s", line)
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			t.Errorf("is  %s", line)
		}
	}
	if !slices.Equal(before, after) {
		t.Errorf("access is not as %s says; if this is meant, write it with -update and read every changed line", path)
	}
}

// legend explains the file to its readers.
func legend() string {
	var b strings.Builder
	b.WriteString("Who gets what: every route, called by every caller on a story in which everything has happened once.\n")
	b.WriteString("Made by go test ./internal/server -run TestAccess -update; read every changed line.\n\n")
	for _, c := range callers {
		fmt.Fprintf(&b, "%-5s %s\n", c.name, c.as)
	}
	b.WriteString("\n404=  not found, byte for byte the answer for a thing that does not exist\n")
	b.WriteString("404!  not found, but another answer than for a thing that does not exist\n")
	b.WriteString("in     led to the sign-in page, and back afterwards\n")
	b.WriteString("code   led to the page that asks for the second factor, and back afterwards\n")
	b.WriteString("a letter after the status stands for where it leads, or for the code of the failure, at the end of the line\n\n")
	fmt.Fprintf(&b, "%-*s", wide, "")
	for _, c := range callers {
		fmt.Fprintf(&b, " %-4s", c.name)
	}
	b.WriteString("\n")
	return b.String()
}

// line asks one route as every caller.
func (s *story) line(w *testkit.Served, r route) string {
	w.T.Helper()
	var b strings.Builder
	var notes []string
	fmt.Fprintf(&b, "%-*s", wide, r)
	for _, c := range callers {
		cell, note := s.cell(w, r, c)
		if note != "" {
			at := slices.Index(notes, note)
			if at < 0 {
				at, notes = len(notes), append(notes, note)
			}
			cell += string(rune('a' + at))
		}
		fmt.Fprintf(&b, " %-4s", cell)
	}
	for i, note := range notes {
		fmt.Fprintf(&b, " %c:%s", 'a'+i, note)
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

// cell asks one route as one caller, holds the answer to what must be true of every route, and undoes what it changed.
func (s *story) cell(w *testkit.Served, r route, c caller) (cell, note string) {
	w.T.Helper()
	path, _ := s.fill(w.T, r.path, false)
	answer := s.call(s.client(w, c), w.World, r.method, r.path, path)
	if answer.Status == http.StatusTooManyRequests { // too many callers of the same page, which is no matter of access
		w.Rewind()
		answer = s.call(s.client(w, c), w.World, r.method, r.path, path)
	}
	s.hold(w, r, c, answer)
	s.explains(w, r, c, answer)
	cell = fmt.Sprint(answer.Status)
	switch {
	case answer.Status == http.StatusNotFound:
		cell += s.sameAsAbsent(w, r, c, answer)
	case answer.Location() == signInFor("/sign-in", path+queries[r.path]):
		return "in", ""
	case answer.Location() == signInFor("/sign-in/code", path+queries[r.path]):
		return "code", ""
	case answer.Status >= 300 && answer.Status < 400:
		note = s.normal(answer.Location())
	case answer.Status >= 400 && strings.HasPrefix(r.path, apiPath):
		p := answer.Problem()
		if note = p.Code; p.ReasonID != "" && p.ReasonID != strings.TrimPrefix(p.Code, "fault.") {
			note += "(" + p.ReasonID + ")"
		}
	}
	if r.method != http.MethodGet && answer.Status < 400 {
		w.Rewind()
	}
	return cell, note
}

// sameAsAbsent compares a not-found with the answer for ids of nothing.
func (s *story) sameAsAbsent(w *testkit.Served, r route, c caller, answer testkit.Answer) string {
	w.T.Helper()
	path, ok := s.fill(w.T, r.path, true)
	if !ok {
		return ""
	}
	absent := s.call(s.client(w, c), w.World, r.method, r.path, path)
	if absent.Status == answer.Status && bytes.Equal(absent.Body, answer.Body) && cmp.Equal(plain(absent.Header), plain(answer.Header)) {
		return "="
	}
	w.T.Errorf("%s as %s: foreign and absent differ:\n%s", r, c.name, cmp.Diff(string(absent.Body), string(answer.Body)))
	return "!"
}

// signInFor is where a page sends somebody who has to sign in first.
func signInFor(step, path string) string {
	if path == "/" {
		return step
	}
	return step + "?to=" + url.QueryEscape(path)
}

// plain leaves out the headers that differ between any two answers.
func plain(h http.Header) http.Header {
	h = h.Clone()
	h.Del("X-Request-Id")
	h.Del("Date")
	return h
}

// public are the routes that answer nobody, besides leading to the sign-in page or saying 401.
var public = map[string]bool{
	"GET /sign-in": true, "POST /sign-in": true, "POST /sign-out": true, "GET /invitation/:token": true, "POST /invitation/:token": true,
	"POST /language":    true, // keeps it in a cookie
	"GET /static/:file": true, "HEAD /static/:file": true, "GET /api/v1/openapi.json": true,
	"GET /calendar/:token": true,                               // its address is its key
	"GET /package/:token":  true, "POST /package/:token": true, // opens with a code, for who has no account
}

// hold fails on what no answer may be, whatever the golden file says.
func (s *story) hold(w *testkit.Served, r route, c caller, a testkit.Answer) {
	w.T.Helper()
	wrong := func(why string) { w.T.Errorf("%s as %s: %d %s: %s", r, c.name, a.Status, a.Location(), why) }
	if a.Status >= 500 {
		wrong("the fault is ours")
	}
	if a.Header.Get("Cache-Control") != "no-store" && !strings.HasPrefix(r.path, "/static/") {
		wrong("may be cached")
	}
	open := public[r.method+" "+r.path]
	weak := open || r.method+" "+r.path == "PUT /api/v1/me/language" // the language of the page that asks for the code
	switch {
	case c.name == "none" && !open && a.Status != http.StatusUnauthorized && !strings.HasPrefix(a.Location(), "/sign-in"):
		wrong("nobody gets an answer")
	case c.name == "half" && !weak && a.Status < 400 && a.Location() == "" && !strings.HasPrefix(r.path, "/sign-in"):
		wrong("half a sign-in is enough")
	case slices.Contains(strangers, c.name) && r.owned() && a.Status != http.StatusNotFound:
		wrong("a stranger can tell that it exists")
	}
}

// TestHead_isNoWayAround asks every page and document by HEAD, which would be a look that nobody records.
func TestHead_isNoWayAround(t *testing.T) {
	w, s := openStory(t, "sqlite")
	c := s.client(w, callers[slices.IndexFunc(callers, func(c caller) bool { return c.name == "rsz" })])
	for _, r := range routesOf(w) {
		path, _ := s.fill(t, r.path, false)
		for _, method := range []string{http.MethodHead, http.MethodOptions, http.MethodTrace} {
			if a := c.Do(method, path, nil); a.Status < 400 && !strings.HasPrefix(r.path, "/static/") || a.Status >= 500 {
				t.Errorf("%s %s: %d", method, r.path, a.Status)
			}
		}
	}
}

// TestAccess_isTheSameOnPostgreSQL asks every route that only reads on the other engine and compares with the same file.
func TestAccess_isTheSameOnPostgreSQL(t *testing.T) {
	golden, err := os.ReadFile(accessGolden)
	if err != nil {
		t.Fatal(err)
	}
	w, s := openStory(t, "postgres")
	w.Keep()
	for _, r := range routesOf(w) {
		if r.method != http.MethodGet {
			continue
		}
		if line := s.line(w, r); !bytes.Contains(golden, []byte("\n"+line)) {
			t.Errorf("not in %s:\n%s", accessGolden, line)
		}
	}
}

// TestChild_isFoundThroughItsParentOnly puts a foreign child under one's own parent, and a file of one kind where the other
// kind is asked for.
func TestChild_isFoundThroughItsParentOnly(t *testing.T) {
	w, s := openStory(t, "sqlite")
	rsz, pay := s.client(w, columnOf("rsz")), s.client(w, columnOf("pay"))
	own := w.OpenCase("rsz")
	for _, path := range []string{"/api/v1/cases/" + own + "/team/" + s.Member, "/api/v1/cases/" + own + "/team/" + s.Named,
		"/api/v1/cases/" + gate.NewID() + "/team/" + s.Member} {
		rsz.JSON(http.MethodDelete, path, nil, "If-Match", `"v1"`).Want(http.StatusNotFound)
	}
	rsz.Get("/cases/" + own + "/team/" + s.Member + "/removal").Want(http.StatusNotFound)
	rsz.PostForm("/cases/"+own+"/team/"+s.Member+"/removal", testkit.Fields("version", "1")).Want(http.StatusNotFound)
	pay.JSON(http.MethodDelete, "/api/v1/victims/"+s.Victim+"/named-workers/"+s.Member, nil, "If-Match", `"v1"`).Want(http.StatusNotFound)
	for _, path := range []string{"/cases/" + s.Victim, "/victims/" + s.Case, "/api/v1/cases/" + s.Victim, "/api/v1/victims/" + s.Case} {
		rsz.Get(path).Want(http.StatusNotFound)
	}
}
