package httpkit_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
	"relais/internal/httpkit"
)

func TestEveryKind_hasItsStatusAndItsWords(t *testing.T) {
	for kind, status := range map[fault.Kind]int{
		fault.Malformed: 400, fault.Unauthenticated: 401, fault.CrossSite: 403, fault.Refused: 403, fault.NotFound: 404,
		fault.Conflict: 409, fault.TooLarge: 413, fault.Unsupported: 415, fault.Invalid: 422, fault.PreconditionRequired: 428,
		fault.TooMany: 429, fault.Internal: 500, fault.Unavailable: 503, fault.Kind("made up"): 500,
	} {
		b := newBench(t).failing("/x", fault.New(kind, "fault."+string(kind)).Because(errors.New(secret)))
		b.kit.Engine().GET("/api/v1/x", func(c *gin.Context) {
			b.kit.Abort(c, fault.New(kind, "fault."+string(kind)).Because(errors.New(secret)))
		})
		for _, lang := range []string{"en", "fr", "nl", "de"} {
			rec := b.get("/x", "Accept-Language", lang)
			wantStatus(t, rec, status)
			wantText(t, rec.Body.String(), `lang="`+lang+`"`, `<main class="rl-main" id="main"`, "<h1")
			wantNoText(t, rec.Body.String(), secret, "fault.")
			if p := problemIn(t, b.get("/api/v1/x", "Accept-Language", lang)); p.Status != status || p.Title == "" || p.Detail == "" {
				t.Errorf("%s %s: %+v", lang, kind, p)
			}
		}
	}
}

func TestUnclassifiedErrors_sayNothing(t *testing.T) {
	for err, status := range map[error]int{
		errors.New("pq: " + secret): 500, fmt.Errorf("wrapped %s: %w", secret, fault.NotFound): 404,
		context.DeadlineExceeded: 503, fmt.Errorf("%s: %w", secret, context.Canceled): 503,
		fmt.Errorf("%s: %w", secret, fault.New(fault.Conflict, "fault.conflict")): 409,
	} {
		rec := newBench(t).failing("/x", err).get("/x")
		wantStatus(t, rec, status)
		wantNoText(t, rec.Body.String(), secret)
	}
}

func TestNotFound_isEqualByteForByteForForeignAbsentAndUnknown(t *testing.T) {
	b := newBench(t, func(c *httpkit.Config) {
		c.Chrome = func(*httpkit.Request) httpkit.Chrome { return httpkit.Chrome{Person: "Ada", Agency: "Payoke"} }
	})
	b.failing("/victims/:id", fault.New(fault.NotFound, "fault.not_found"))
	b.failing("/cases/:id", fault.New(fault.NotFound, "sample.reason", "Ref", secret).WithField("x", "sample.plain").With(secret))
	page := b.get("/victims/11111111-aaaa?x=1")
	for _, path := range []string{"/victims/2", "/cases/3", "/nowhere", "/nowhere/at/all", "/static/none.css"} {
		rec := b.get(path)
		wantStatus(t, rec, 404)
		if rec.Body.String() != page.Body.String() {
			t.Errorf("%s differs:\n%s\n%s", path, rec.Body, page.Body)
		}
		rec.Header().Del("X-Request-Id")
		page.Header().Del("X-Request-Id")
		if fmt.Sprint(rec.Header()) != fmt.Sprint(page.Header()) {
			t.Errorf("%s: headers %v, want %v", path, rec.Header(), page.Header())
		}
	}
	b.kit.Engine().GET("/api/v1/y", func(c *gin.Context) { b.kit.Abort(c, fault.New(fault.NotFound, "sample.reason").With(secret)) })
	if one, two := b.get("/api/v1/x").Body.String(), b.get("/api/v1/y").Body.String(); one != two {
		t.Errorf("problems differ:\n%s\n%s", one, two)
	}
}

func TestWrongMethod_is405(t *testing.T) {
	b := newBench(t).page("/x", sample)
	wantStatus(t, b.do("DELETE", "/x", ""), 405)
	wantStatus(t, b.do("GET", "/language", ""), 405)
	if p := problemIn(t, b.do("DELETE", "/api/v1/x", "")); p.Code != "fault.not_found" {
		t.Errorf("code %s", p.Code)
	}
}

func TestRefusal_tellsReasonAndNextStep(t *testing.T) {
	b := newBench(t).failing("/x", fault.New(fault.Refused, "sample.reason"))
	body := b.get("/x", "Accept-Language", "nl").Body.String()
	wantText(t, body, "Only nl readers may", "Ask in nl", "Toegang geweigerd")
	wantText(t, newBench(t).failing("/x", fault.New(fault.Refused, "nowhere.reason")).get("/x").Body.String(), "Your role or your grant")
}

func TestUnauthenticated_leadsToSignIn(t *testing.T) {
	b := newBench(t, func(c *httpkit.Config) { c.SignInURL = "/enter" }).failing("/x", fault.New(fault.Unauthenticated, "x"))
	wantText(t, b.get("/x").Body.String(), `href="/enter"`)
	if got := b.get("/x", "HX-Request", "true").Header().Get("HX-Redirect"); got != "/enter" {
		t.Errorf("htmx is sent to %q", got)
	}
}

func TestErrorPage_replacesTheWholeMainForHtmx(t *testing.T) {
	b := newBench(t).failing("/x", fault.New(fault.Refused, "fault.refused"))
	if got := b.get("/x", "HX-Request", "true").Header(); got.Get("HX-Retarget") != "#main" || got.Get("HX-Reselect") != "#main" {
		t.Errorf("headers %v", got)
	}
	if got := b.get("/x").Header().Get("HX-Retarget"); got != "" {
		t.Error("htmx headers without htmx")
	}
}

type wait time.Duration

func (w wait) RetryAfter() time.Duration { return time.Duration(w) }

func TestTooMany_saysWhenToComeBack(t *testing.T) {
	b := newBench(t).failing("/x", fault.New(fault.TooMany, "fault.too_many").With(wait(29*time.Second)))
	if got := b.get("/x").Header().Get("Retry-After"); got != "30" {
		t.Errorf("Retry-After %q", got)
	}
}

func TestTornPage_isAnErrorPageNotHalfAPage(t *testing.T) {
	b := newBench(t).page("/x", func(*httpkit.Request) (httpkit.Reply, error) {
		return httpkit.Show(tornPage{List: []string{secret}}), nil
	})
	rec := b.get("/x")
	wantStatus(t, rec, 500)
	wantNoText(t, rec.Body.String(), "torn", secret)
	wantNoText(t, b.log.String(), secret)
	b.page("/none", func(*httpkit.Request) (httpkit.Reply, error) { return httpkit.Reply{}, nil })
	wantStatus(t, b.get("/none"), 500)
}

func TestSee_staysOnThisSite(t *testing.T) {
	for url, status := range map[string]int{"/cases/1": 303, "/": 303, "//evil.example": 500, `/\evil.example`: 500,
		"https://evil.example": 500, "cases": 500, "/x\r\nSet-Cookie: a=b": 500} {
		rec := newBench(t).page("/x", func(*httpkit.Request) (httpkit.Reply, error) { return httpkit.See(url), nil }).get("/x")
		wantStatus(t, rec, status)
		if status == 303 && rec.Header().Get("Location") != url {
			t.Errorf("Location %q, want %q", rec.Header().Get("Location"), url)
		}
	}
}

func TestFlash_isSaidOnceAndOnlyInOurWords(t *testing.T) {
	b := newBench(t).page("/go", func(*httpkit.Request) (httpkit.Reply, error) { return httpkit.SeeWith("/x", "sample.plain"), nil }).page("/x", sample)
	cookie := b.get("/go").Result().Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.MaxAge != 60 {
		t.Errorf("cookie %v", cookie)
	}
	rec := b.get("/x", "Cookie", cookie.Name+"="+cookie.Value)
	wantText(t, rec.Body.String(), "Plain en", `role="status"`)
	if gone := rec.Result().Cookies()[0]; gone.MaxAge >= 0 || gone.Value != "" {
		t.Errorf("the flash stays: %v", gone)
	}
	for _, forged := range []string{"Your+account+is+locked", "<b>x</b>", "sample.nowhere", strings.Repeat("a", 300)} {
		wantNoText(t, b.get("/x", "Cookie", cookie.Name+"="+forged).Body.String(), "rl-notice--success", forged)
	}
}

func TestCookies_areKeptToTheHostUnderTLS(t *testing.T) {
	b := newBench(t, func(c *httpkit.Config) { c.Secure = true })
	cookie := b.kit.Cookie("relais_x", "1", -1)
	if cookie.Name != "__Host-relais_x" || !cookie.Secure || !cookie.HttpOnly || cookie.Path != "/" || cookie.Domain != "" || cookie.MaxAge != -1 {
		t.Errorf("cookie %v", cookie)
	}
}

func TestSignOut_clearsTheBrowser(t *testing.T) {
	b := newBench(t)
	b.page("/sign-out", func(*httpkit.Request) (httpkit.Reply, error) {
		return httpkit.See("/sign-in").Forget().WithCookie(b.kit.Cookie("relais_session", "", -1)), nil
	})
	rec := b.post("/sign-out", "")
	wantText(t, rec.Header().Get("Clear-Site-Data"), `"cache"`, `"cookies"`, `"storage"`)
	wantText(t, rec.Header().Get("Set-Cookie"), "relais_session=;", "Max-Age=0")
}

func TestDownload_isSavedNotShown(t *testing.T) {
	b := newBench(t).page("/x", func(*httpkit.Request) (httpkit.Reply, error) {
		return httpkit.Download("Übersicht \"1\".csv", "text/csv", strings.NewReader("a,b")), nil
	})
	rec := b.get("/x")
	wantStatus(t, rec, 200)
	wantText(t, rec.Header().Get("Content-Disposition"), "attachment;", "%C3%9Cbersicht")
	wantText(t, rec.Header().Get("Content-Security-Policy"), "sandbox")
	wantText(t, rec.Header().Get("Cache-Control"), "no-store")
	if rec.Body.String() != "a,b" {
		t.Errorf("body %q", rec.Body)
	}
}

func TestLanguage_isThePersonsThenTheCookiesThenTheBrowsers(t *testing.T) {
	own, kept := "", ""
	b := newBench(t, func(c *httpkit.Config) {
		c.Language = func(*httpkit.Request) string { return own }
		c.Remember = func(_ *httpkit.Request, lang string) error { kept = lang; return nil }
	}).page("/x", sample)
	wantText(t, b.get("/x", "Accept-Language", "fr-BE").Body.String(), `<html lang="fr"`)
	wantText(t, b.get("/x", "Accept-Language", "fr-BE", "Cookie", "relais_lang=nl").Body.String(), `<html lang="nl"`)
	wantText(t, b.get("/x", "Accept-Language", "fr-BE", "Cookie", "relais_lang=xx").Body.String(), `<html lang="fr"`)
	own = "de"
	wantText(t, b.get("/x", "Accept-Language", "fr-BE", "Cookie", "relais_lang=nl").Body.String(), `<html lang="de"`)
	rec := b.post("/language", "lang=nl&back=/x%3Fafter%3D1")
	if rec.Code != 303 || rec.Header().Get("Location") != "/x?after=1" || kept != "nl" {
		t.Errorf("%d to %q, kept %q", rec.Code, rec.Header().Get("Location"), kept)
	}
	wantText(t, rec.Header().Get("Set-Cookie"), "relais_lang=nl")
	wantText(t, b.get("/x?after=1").Body.String(), `name="back" value="/x?after=1"`)
	if got := b.post("/language", "lang=nl&back=//evil.example").Header().Get("Location"); got != "/" {
		t.Errorf("sent to %q", got)
	}
	wantStatus(t, b.post("/language", "lang=xx&back=/"), 422)
}

func TestStatic_isServedForGoodUnderItsHash(t *testing.T) {
	b := newBench(t).page("/x", sample)
	urls := regexp.MustCompile(`/static/[a-z]+\.[0-9a-f]{12}\.[a-z]+`).FindAllString(b.get("/x").Body.String(), -1)
	if len(urls) != 5 {
		t.Fatalf("the page names %v", urls)
	}
	for _, url := range urls {
		plain := b.get(url)
		wantStatus(t, plain, 200)
		wantText(t, plain.Header().Get("Cache-Control"), "immutable")
		wantText(t, plain.Header().Get("X-Content-Type-Options"), "nosniff")
		zipped := b.get(url, "Accept-Encoding", "gzip, br")
		if zipped.Header().Get("Content-Encoding") == "gzip" {
			reader, err := gzip.NewReader(zipped.Body)
			if err != nil {
				t.Fatal(err)
			}
			if content, _ := io.ReadAll(reader); string(content) != plain.Body.String() {
				t.Errorf("%s: packed and plain differ", url)
			}
		}
		if head := b.do("HEAD", url, ""); head.Body.Len() != 0 || head.Header().Get("Content-Length") != plain.Header().Get("Content-Length") {
			t.Errorf("%s: HEAD %v", url, head.Header())
		}
	}
	for _, url := range []string{"/static/relais.css", "/static/README.md", "/static/..%2fembed.go", "/static/"} {
		wantStatus(t, b.get(url), 404)
	}
}

func TestPage_namesEveryAssetWithItsIntegrity(t *testing.T) {
	body := newBench(t).page("/x", sample).get("/x").Body.String()
	if n := strings.Count(body, `integrity="sha384-`); n != 4 {
		t.Errorf("%d of 4 files have an integrity", n)
	}
	wantNoText(t, body, "<style", " style=", "onclick", "<script>", "http://", "ZgotmplZ")
}

func TestChrome_showsNavigationToSomebodyOnly(t *testing.T) {
	chrome := httpkit.Chrome{}
	b := newBench(t, func(c *httpkit.Config) {
		c.Synthetic = true
		c.Chrome = func(*httpkit.Request) httpkit.Chrome { return chrome }
	}).page("/x", sample)
	wantNoText(t, b.get("/x").Body.String(), "rl-nav", "Sign out")
	wantText(t, b.get("/x").Body.String(), "Synthetic data")
	wantText(t, b.get("/nowhere").Body.String(), "Synthetic data")
	chrome = httpkit.Chrome{Person: "Ada <b>", Agency: "Payoke", Role: "Caseworker", AccountURL: "/account", SignOutURL: "/sign-out",
		Nav: []httpkit.NavItem{{Text: "Worklist", URL: "/", Current: true}, {Text: "Cases", URL: "/cases"}}}
	body := b.get("/x").Body.String()
	wantText(t, body, "Ada &lt;b&gt;", `href="/" aria-current="page"`, `action="/sign-out"`, `class="govuk-skip-link" href="#main"`)
	wantText(t, body, "<title>Sample – Relais</title>")
}

func TestChrome_foldsManyPlacesUnderTheOneWhereTheReaderIs(t *testing.T) {
	chrome := httpkit.Chrome{Person: "Ada", Sub: []httpkit.NavItem{{Text: "Tasks", URL: "/tasks"}, {Text: "Time limits", URL: "/clocks", Current: true}}}
	b := newBench(t, func(c *httpkit.Config) { c.Chrome = func(*httpkit.Request) httpkit.Chrome { return chrome } }).page("/x", sample)
	few := b.get("/x").Body.String()
	wantNoText(t, few, "<details")
	wantText(t, few, `href="/clocks" aria-current="page"`)
	for range 4 {
		chrome.Sub = append(chrome.Sub, httpkit.NavItem{Text: "Circles", URL: "/circles"})
	}
	many := b.get("/x").Body.String()
	wantText(t, many, "<details", ": Time limits</summary>", `href="/tasks"`, `href="/clocks" aria-current="page"`)
	if links := strings.Count(many, "rl-subnav__link"); links != 6 {
		t.Errorf("%d places, want each once", links)
	}
}

func BenchmarkTable_of50Rows(b *testing.B) {
	page := &samplePage{Text: "x", Table: fiftyRows()}
	kit := newBench(b).page("/x", func(*httpkit.Request) (httpkit.Reply, error) { return httpkit.Show(page), nil }).kit
	req := httptest.NewRequest("GET", "/x", http.NoBody)
	b.ReportAllocs()
	for b.Loop() {
		kit.Engine().ServeHTTP(httptest.NewRecorder(), req)
	}
}

func fiftyRows() httpkit.Table {
	table := httpkit.Table{Caption: "Files", Columns: []httpkit.Column{{Label: "Reference"}, {Label: "Name"}, {Label: "Since"}, {Label: "State"}}}
	for i := range 50 {
		table.Rows = append(table.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: "PAY-7K2M", URL: fmt.Sprint("/victims/", i), Mono: true},
			{Text: "محمد", Name: true, Sub: "presumed victim"}, {Text: "1 March 2026"}, {Text: "Open", Tag: "green"}}})
	}
	return table
}
