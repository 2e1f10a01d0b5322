package mainjob

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"relais/internal/account"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/testkit"
	"relais/internal/victim"
	"relais/web"
)

// api is the road through the JSON API.
type api struct {
	t     *testing.T
	s     *testkit.Served
	words *locale.Catalogue
}

func throughAPI(t *testing.T, s *testkit.Served) road {
	words, err := locale.Load(web.Locales())
	here(t, err)
	return &api{t, s, words}
}

// caller is somebody who calls the API: mostly with a key of their own, made in a session; what asks for the second factor
// is done in the session itself.
type caller struct {
	*api
	key     string
	session *testkit.Client
	calls   *testkit.Client
}

func (a *api) signIn(key string) person {
	a.t.Helper()
	session := a.s.SignIn(key)
	var made account.NewKey
	session.JSON("POST", v1("/me/keys"), map[string]any{"label": "main job", "days": 7}).Want(http.StatusCreated).Into(&made)
	return &caller{a, key, session, a.s.WithKey(key, made.Token)}
}

// accept follows an invitation on its pages: a password and a second factor are not set by programs.
func (a *api) accept(link string, n newcomer) person {
	a.t.Helper()
	c := a.s.Nobody()
	path := strings.TrimPrefix(link, a.s.URL)
	c.Get(path).Want(http.StatusOK)
	set := c.PostForm(path, testkit.Fields("password", testkit.Password)).Want(http.StatusSeeOther)
	page := c.Get(set.Location()).Want(http.StatusOK)
	code, err := account.Code(secretOn(a.t, string(page.Body)), a.s.Now())
	here(a.t, err)
	c.PostForm("/account/second-factor", testkit.Fields("code", code)).Want(http.StatusSeeOther)
	var me account.Myself
	c.JSON("GET", v1("/me"), nil).Want(http.StatusOK).Into(&me)
	if me.Given != n.given || me.Language != n.language || len(me.Roles) != 1 || me.Roles[0].Name != "caseworker" {
		a.t.Errorf("the newcomer is %+v", me)
	}
	return &caller{a, "payoke.new", c, c}
}

func v1(path string) string { return httpkit.APIPath + path }

// created is the id of what was just made.
func (c *caller) created(path string, body any) string {
	c.t.Helper()
	var made struct{ ID string }
	answer := c.calls.JSON("POST", v1(path), body).Want(http.StatusCreated).Into(&made)
	if made.ID == "" || !strings.Contains(answer.Location(), httpkit.APIPath) {
		c.t.Fatalf("%s: made nothing: %s at %q", answer.Asked, answer.Body, answer.Location())
	}
	return made.ID
}

func (c *caller) opensCase(f casefile.Facts) file {
	c.t.Helper()
	facts := casefile.FactsBody{Exploitation: f.Exploitation, Sector: f.Sector, Country: f.Country, DetectedBy: f.DetectedBy, DetectedOn: f.DetectedOn}
	id := c.created("/cases", map[string]any{"facts": facts})
	var made casefile.CaseBody
	c.calls.JSON("GET", v1("/cases/"+id), nil).Want(http.StatusOK).Into(&made)
	same(c.t, "the facts of the case", made.Facts, facts)
	return file{gate.Case, id}
}

func (c *caller) opensVictim(inCase file, n opening) file {
	c.t.Helper()
	first := draftOf(n.identity)
	first["section"] = authz.Identity.String()
	return file{gate.Victim, c.created(inCase.path()+"/victims", map[string]any{"detected_on": n.detected, "entries": []any{first}})}
}

func draftOf(d entry.Draft) map[string]any {
	return map[string]any{"values": d.Values, "purpose": d.Purpose, "basis": d.Basis, "nature": d.Nature}
}

func (c *caller) writes(at file, id authz.Section, d entry.Draft) {
	c.t.Helper()
	c.created(at.path()+"/sections/"+id.String()+"/entries", draftOf(d))
}

func (c *caller) sees(at file) look {
	c.t.Helper()
	var body struct{ Sections []entry.SectionBody }
	answer := c.calls.JSON("GET", v1(at.path()), nil).Want(http.StatusOK).Into(&body)
	return received{c, at, answer, body.Sections}
}

func (c *caller) lists(kind gate.Kind) (ids []string) {
	c.t.Helper()
	var body struct {
		Items []struct{ ID string }
		Next  string
	}
	c.calls.JSON("GET", v1("/"+string(kind)+"s"), nil).Want(http.StatusOK).Into(&body)
	for _, item := range body.Items {
		ids = append(ids, item.ID)
	}
	return ids
}

func (c *caller) finds(words string) (ids []string) {
	c.t.Helper()
	var body struct{ Items []victim.FoundBody }
	c.calls.JSON("POST", v1("/searches"), map[string]string{"words": words}).Want(http.StatusOK).Into(&body)
	for _, found := range body.Items {
		ids = append(ids, found.ID)
	}
	return ids
}

// findsNothingAt checks that a file gets exactly the answer of one that is not there, however it is asked for.
func (c *caller) findsNothingAt(at file) {
	c.t.Helper()
	nowhere := file{at.kind, "0199d0c0-0000-7000-8000-000000000000"}
	for _, below := range []string{"", "/sections/identity", "/access", "/team"} {
		there := c.calls.JSON("GET", v1(at.path()+below), nil).Want(http.StatusNotFound)
		none := c.calls.JSON("GET", v1(nowhere.path()+below), nil).Want(http.StatusNotFound)
		if !slices.Equal(there.Body, none.Body) {
			c.t.Errorf("%s can tell that there is a file at %s:\n%s\n%s", c.key, at.path()+below, there.Body, none.Body)
		}
	}
}

// same compares what should be equal, as JSON.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	a, err := json.Marshal(got)
	here(t, err)
	b, err := json.Marshal(want)
	here(t, err)
	if string(a) != string(b) {
		t.Errorf("%s: got %s, want %s", what, a, b)
	}
}
