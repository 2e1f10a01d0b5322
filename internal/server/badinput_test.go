package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"relais/internal/authz"
	"relais/internal/section"
	"relais/internal/testkit"
)

// quiet fails if anything that the tests sent wrongly stands in the log.
func quiet(t *testing.T, w *testkit.Served) {
	t.Helper()
	for _, line := range strings.Split(string(w.Logged()), "\n") {
		if strings.Contains(line, secret) || strings.Contains(line, "Questionable") {
			t.Errorf("the log repeats what was sent: %s", line)
		}
	}
}

func TestStaleVersion_isAConflictThatLosesNeitherText(t *testing.T) {
	testkit.Both(t, func(t *testing.T, bare *testkit.World) {
		w := bare.Serve(t)
		caseID := w.OpenCase("rsz")
		victimID := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Haddad", "given_names": "Samir"})
		entryID := entryOf(w.World, "rsz", victimID, authz.Identity)
		one, two := w.Key("rsz"), w.Key("rsz.second")
		put := func(c *testkit.Client, family string) testkit.Answer {
			return c.JSON(http.MethodPut, "/api/v1/entries/"+entryID, object{"purpose": "protection", "basis": "legal_task",
				"values": object{"family_name": family, "given_names": "Samir"}}, "If-Match", `"v1"`)
		}
		put(one, "El Haddad").Want(http.StatusOK)
		p := put(two, "Al-Haddad").Want(http.StatusConflict).Problem()
		for _, text := range []string{"El Haddad", "Al-Haddad", `"Haddad"`, w.Person("rsz").Family, "family_name"} {
			if !strings.Contains(string(p.Diff), text) {
				t.Errorf("the difference does not show %s: %s", text, p.Diff)
			}
		}
		page := w.SignIn("rsz.second")
		a := page.PostForm("/entries/"+entryID, testkit.Fields("version", "1", "family_name", "Al-Haddad", "given_names", "Samir",
			"purpose", "protection", "basis", "legal_task", "nature", "fact")).Want(http.StatusConflict)
		for _, text := range []string{"El Haddad", "Al-Haddad", w.Person("rsz").Family} {
			if !strings.Contains(string(a.Body), text) {
				t.Errorf("the page does not show %s", text)
			}
		}
		if view := w.SectionOf("rsz", victimID, authz.Identity); view.Entries[0].Values["family_name"] != "El Haddad" {
			t.Errorf("the first text is lost: %v", view.Entries[0].Values)
		}
		facts := func(c *testkit.Client, sector string) testkit.Answer {
			return c.JSON(http.MethodPut, "/api/v1/cases/"+caseID, object{"exploitation": []string{"forced_labour"}, "sector": sector,
				"country": "BE", "detected_by": "labour_inspectorate", "detected_on": "2026-02-26"}, "If-Match", `"v1"`)
		}
		facts(one, "A").Want(http.StatusOK)
		if p := facts(two, "I").Want(http.StatusConflict).Problem(); !strings.Contains(string(p.Diff), `"A"`) || !strings.Contains(string(p.Diff), `"I"`) {
			t.Errorf("the difference of the facts: %s", p.Diff)
		}
	})
}

// TestSession_thatIsForgedOrOverOpensNothing tries tokens that were never given, that have ended and that are too old.
func TestSession_thatIsForgedOrOverOpensNothing(t *testing.T) {
	testkit.Both(t, func(t *testing.T, bare *testkit.World) {
		w := bare.Serve(t)
		left := w.SignIn("fgp")
		ended := left.Session()
		left.PostForm("/sign-out", nil).Want(http.StatusSeeOther)
		closed := w.SignIn("payoke.second").Session()
		idle := w.SignIn("rsz").Session()
		if err := w.Agencies.Retire(w.AsProgram(), w.Person("payoke.second").AgencyID, w.Person("payoke.second").ID); err != nil {
			t.Fatal(err)
		}
		refused(t, w, "signed out", ended)
		refused(t, w, "of a closed account", closed)
		for name, token := range map[string]string{"forged": strings.Repeat("A", 43), "no token": secret, "empty": "", "cut": idle[:20],
			"longer": idle + "A", "in capitals": strings.ToUpper(idle)} {
			refused(t, w, name, token)
		}
		w.WithSession("rsz", idle).Get("/cases").Want(http.StatusOK)
		w.Advance(31 * time.Minute)
		refused(t, w, "unused for half an hour", idle)
		busy := w.SignIn("dvz")
		for range 26 {
			busy.Get("/cases").Want(http.StatusOK)
			w.Advance(28 * time.Minute)
		}
		refused(t, w, "older than twelve hours", busy.Session())
		quiet(t, w)
	})
}

// refused asks a page, a form and an operation with a token, and wants each to answer nobody and to clear the cookie.
func refused(t *testing.T, w *testkit.Served, name, token string) {
	t.Helper()
	for _, ask := range []func(*testkit.Client) testkit.Answer{
		func(c *testkit.Client) testkit.Answer { return c.Get("/cases") },
		func(c *testkit.Client) testkit.Answer { return c.PostForm("/cases", testkit.Fields("sector", "F")) },
		func(c *testkit.Client) testkit.Answer { return c.Get("/api/v1/cases") },
	} {
		c := w.WithSession("rsz", token)
		a := ask(c)
		if want := a.Location() == "/sign-in?to=%2Fcases"; a.Status != http.StatusUnauthorized && !want {
			t.Errorf("%s: %s: %d", name, a.Asked, a.Status)
		}
		if cleared := strings.Contains(strings.Join(a.Header.Values("Set-Cookie"), ";"), "relais_session=; Path=/; Max-Age=0"); !cleared && token != "" {
			t.Errorf("%s: %s leaves the cookie: %v", name, a.Asked, a.Header.Values("Set-Cookie"))
		}
	}
}

// TestKey_thatIsForgedOrOverOpensNothing does the same with API keys; a good cookie does not make up for a bad key.
func TestKey_thatIsForgedOrOverOpensNothing(t *testing.T) {
	testkit.Both(t, func(t *testing.T, bare *testkit.World) {
		w := bare.Serve(t)
		key := w.Key("rsz")
		key.Get("/api/v1/cases").Want(http.StatusOK)
		key.Get("/cases").Want(http.StatusSeeOther)
		signedIn := w.SignIn("rsz")
		for _, header := range []string{"Bearer relais_" + strings.Repeat("A", 43), "Bearer " + secret, "Bearer", "Basic cnN6OnJzeg==", "Bearer " + signedIn.Session()} {
			signedIn.Get("/api/v1/cases", "Authorization", header).Want(http.StatusUnauthorized)
		}
		signedIn.Get("/api/v1/cases").Want(http.StatusOK)
		ended := w.Key("fgp")
		list := must(w.Accounts.Keys(w.As("fgp")))(t)
		ended.JSON(http.MethodDelete, "/api/v1/me/keys/"+list[0].ID, nil).Want(http.StatusNoContent)
		ended.Get("/api/v1/cases").Want(http.StatusUnauthorized)
		w.Advance(31 * 24 * time.Hour)
		key.Get("/api/v1/cases").Want(http.StatusUnauthorized)
		quiet(t, w)
	})
}

// TestCrossSite_changesNothing sends every write as a page of another site would, with the cookie of somebody who may.
func TestCrossSite_changesNothing(t *testing.T) {
	w, s := openStory(t, "sqlite")
	c := s.client(w, columnOf("rsz"))
	before := rows(t, w)
	for _, r := range routesOf(w) {
		if r.method == http.MethodGet || r.method == http.MethodHead {
			continue
		}
		path, _ := s.fill(t, r.path, false)
		for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"},
			{"Origin", "null"}, {"Origin", "http://127.0.0.1:1"}} {
			a := c.Do(r.method, path, strings.NewReader("a=b"), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)...)
			if a.Status != http.StatusForbidden {
				t.Errorf("%s with %v: %d", r, header, a.Status)
			}
			if strings.HasPrefix(r.path, apiPath) && a.Problem().Code != "fault.cross_site" {
				t.Errorf("%s with %v: %s", r, header, a.Body)
			}
		}
	}
	if after := rows(t, w); after != before {
		t.Errorf("something was written: %s, before %s", after, before)
	}
	c.PostForm("/search", testkit.Fields("words", "Tran"), "Origin", w.URL, "Sec-Fetch-Site", "same-origin").Want(http.StatusOK)
}

// TestPanic_isATraceIDAndNothingElse adds routes that panic with what must not be seen.
func TestPanic_isATraceIDAndNothingElse(t *testing.T) {
	w, s := openStory(t, "sqlite")
	panics := func(*gin.Context) { panic(secret) }
	w.Site.Engine.GET("/panic", panics)
	w.Site.Engine.POST("/api/v1/panic", panics)
	w.Site.Engine.GET("/broken", func(*gin.Context) { var none map[string]int; none[secret] = 1 })
	c := s.client(w, columnOf("rsz"))
	for _, a := range []testkit.Answer{c.Get("/panic"), c.Get("/broken"), c.JSON(http.MethodPost, "/api/v1/panic", object{"a": secret})} {
		trace := a.Header.Get("X-Request-Id")
		if a.Status != http.StatusInternalServerError || trace == "" || !strings.Contains(string(a.Body), trace) {
			t.Errorf("%s: %d without the trace id %s: %s", a.Asked, a.Status, trace, a.Body)
		}
		for _, leak := range []string{secret, "goroutine", ".go:", "runtime", "map", "panic("} {
			if strings.Contains(string(a.Body), leak) {
				t.Errorf("%s tells %q: %s", a.Asked, leak, a.Body)
			}
		}
		if !strings.Contains(string(w.Logged()), trace) {
			t.Errorf("%s: the log does not know the trace id", a.Asked)
		}
	}
	quiet(t, w)
	c.Get("/cases").Want(http.StatusOK)
	if p := c.JSON(http.MethodPost, "/api/v1/panic", nil).Problem(); p.Code != "fault.internal" || p.Title == "" || p.Detail == "" || len(p.Errors) > 0 || p.Diff != nil {
		t.Errorf("%+v", p)
	}
}
