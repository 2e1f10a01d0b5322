package servers

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const formPage = `<!doctype html><html lang="en"><title>Victim file</title><body>
<h1>New victim file</h1><a href="/other">Other page</a> <a href="#below">Skip</a>
<form method="post" action="/form" enctype="multipart/form-data">
<label for="n">Name</label><input id="n" name="name" value="before">
<label for="t">Notes</label><textarea id="t" name="notes"></textarea>
<label for="c">Country</label><select id="c" name="country"><option value="">Choose</option><option value="BE">Belgium</option></select>
<fieldset><legend><h2>Detected by</h2></legend>
<input type="radio" id="r1" name="by" value="li"><label for="r1">Labour inspectorate</label>
<input type="radio" id="r2" name="by" value="po"><label for="r2">Police</label></fieldset>
<fieldset><legend>Date of birth</legend><label for="d1">Day</label><input id="d1" name="birth"></fieldset>
<fieldset><legend>Date of arrival</legend><label for="d2">Day</label><input id="d2" name="arrival"></fieldset>
<input type="checkbox" id="k" name="child" value="yes"><label for="k">Presumed child</label>
<label for="f">Document</label><input type="file" id="f" name="document">
<button>Save</button></form><div id="below" style="margin-top:2000px">Foot</div></body></html>`

func pages(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	page := func(pattern, body string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = fmt.Fprint(w, body)
		})
	}
	page("GET /form", formPage)
	page("GET /other", `<title>Other</title><p>Another page</p><p hidden>Unseen</p>`)
	page("GET /late", `<button onclick="setTimeout(() => out.textContent = 'Done at last', 300)">Start</button>
		<a href="/other" onclick="event.preventDefault(); out.textContent = 'Stayed'">Stay</a><p id="out"></p>`)
	page("GET /rows", `<table><tr><td>Payoke</td><td><a href="/other?payoke">Open</a></td></tr>
		<tr><td>PAG-ASA</td><td><a href="/other?pagasa">Open</a></td></tr></table><button disabled>Close</button>
		<div style="position:relative"><button>Hidden below</button><i style="position:absolute;inset:0;background:red"></i></div>`)
	page("GET /flaws", `<!doctype html><html><title>Flaws</title><body><main><h1>Flaws</h1><img src="data:,"></main></body></html>`)
	mux.HandleFunc("POST /form", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "__Host-session", Value: "s1", Path: "/", Secure: true, HttpOnly: true,
			SameSite: http.SameSiteStrictMode})
		_ = r.ParseMultipartForm(1 << 20)
		_, head, _ := r.FormFile("document")
		if head != nil {
			r.Form.Set("document", head.Filename)
		}
		http.Redirect(w, r, "/sent?"+r.Form.Encode(), http.StatusSeeOther)
	})
	mux.HandleFunc("GET /sent", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "script-src 'self'")
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = fmt.Fprintf(w, "<title>Sent</title><h1>Sent</h1><pre>%s</pre><p>%s</p><script>never()</script>",
			r.URL.Query().Encode(), r.Header.Get("Accept-Language"))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestTab_fillsAFormByItsLabels(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprintf("script=%v", script), func(t *testing.T) {
			b, site := Browser(t), pages(t)
			if !script {
				b.WithoutScript()
			}
			b.Open(site.URL + "/form")
			fillForm(t, b)
			if got := b.Value("Name"); got != "نور" {
				t.Errorf("the name holds %q", got)
			}
			b.Click("Save")
			want := map[string]string{"name": "نور", "notes": "", "country": "BE", "by": "po", "birth": "3", "arrival": "17",
				"child": "yes", "document": "note.txt"}
			if diff := cmp.Diff(want, sent(t, b)); diff != "" {
				t.Errorf("the form sent (-want +got):\n%s", diff)
			}
			if got := b.Status(); got != http.StatusUnprocessableEntity {
				t.Errorf("status %d", got)
			}
		})
	}
}

func fillForm(t *testing.T, b *Tab) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "note.txt")
	if err := os.WriteFile(file, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Fill("Name", "نور")
	b.Fill("Notes", "two\nlines")
	b.Fill("Notes", "")
	b.Fill("Country", "Belgium")
	b.Fill("Detected by", "Police")
	b.In("Date of birth").Fill("Day", "3")
	b.In("Date of arrival").Fill("Day", "17")
	b.Click("Presumed child")
	b.Attach("Document", file)
}

func sent(t *testing.T, b *Tab) map[string]string {
	t.Helper()
	b.Has("Sent")
	got := map[string]string{}
	query, err := http.NewRequest("GET", b.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range query.URL.Query() {
		got[name] = strings.Join(values, ",")
	}
	return got
}

func TestTab_worksByKeyboardAlone(t *testing.T) {
	b, site := Browser(t), pages(t)
	b.Open(site.URL + "/form")
	b.Keys("Tab", "Tab", "Tab")
	if got := b.Focus(); got != "Name" {
		t.Errorf("the third Tab reaches %q", got)
	}
	b.Keys("Control+A", "Ann", "Shift+Tab", "Shift+Tab")
	if got := b.Focus(); got != "Other page" {
		t.Errorf("back to %q", got)
	}
	b.Keys("Enter")
	if got := b.Title(); got != "Other" {
		t.Errorf("Enter on a link leads to %q", got)
	}
	b.Back()
	b.Fill("Name", "Ann")
	b.Keys("Enter")
	if got := sent(t, b)["name"]; got != "Ann" {
		t.Errorf("Enter in a field sent %q", got)
	}
}

func TestTab_waitsForWhatAScriptDoes(t *testing.T) {
	b, site := Browser(t), pages(t)
	b.Open(site.URL + "/late")
	b.Click("Stay")
	if !b.Has("Stayed") {
		t.Error("a prevented link left the page")
	}
	b.Click("Start")
	if !b.Has("Done at last") {
		t.Error("did not wait")
	}
}

func TestTab_tellsEqualLinksApartByTheirRow(t *testing.T) {
	b, site := Browser(t), pages(t)
	b.Open(site.URL + "/rows")
	b.In("PAG-ASA").Click("Open")
	if got := b.URL(); !strings.HasSuffix(got, "/other?pagasa") {
		t.Errorf("went to %s", got)
	}
	if got := strings.TrimSpace(b.Text()); got != "Another page" {
		t.Errorf("sees %q", got)
	}
}

func TestTab_failsWithTheReason(t *testing.T) {
	site := pages(t)
	steps := map[string]func(b *Tab){
		`2 matches for link, button or label "Open"`:       func(b *Tab) { b.Click("Open") },
		`no link, button or label "Send"; there is "Open"`: func(b *Tab) { b.Click("Send") },
		`"Close" is disabled`:                              func(b *Tab) { b.Click("Close") },
		`"Hidden below" is covered by <i`:                  func(b *Tab) { b.Click("Hidden below") },
		`no field labelled "Name"; there is none`:          func(b *Tab) { b.Fill("Name", "x") },
	}
	for reason, step := range steps {
		t.Run(reason, func(t *testing.T) {
			said := failure(t, func(inner testing.TB) {
				b := Browser(inner)
				b.appearing = 100 * time.Millisecond
				b.Open(site.URL + "/rows")
				step(b)
			})
			if !strings.Contains(said, reason) {
				t.Errorf("said %q", said)
			}
		})
	}
}

// recorder is a test that notes its failure instead of failing.
type recorder struct {
	testing.TB
	said string
}

type stopped struct{}

func (r *recorder) Fatalf(format string, args ...any) {
	r.said = fmt.Sprintf(format, args...)
	panic(stopped{})
}

func failure(t *testing.T, run func(testing.TB)) string {
	t.Helper()
	r := &recorder{TB: t}
	func() {
		defer func() {
			if _, ok := recover().(stopped); !ok && r.said == "" {
				t.Error("the step did not fail")
			}
		}()
		run(r)
	}()
	return r.said
}

func TestBrowser_givesEachTestACleanProfile(t *testing.T) {
	b, site := Browser(t), pages(t)
	b.Language("nl")
	b.Open(site.URL + "/form")
	b.Click("Save")
	if !b.Has("nl") {
		t.Errorf("asked for the language %s", b.Text())
	}
	got := b.Cookies()
	if len(got) != 1 || got[0].Name != "__Host-session" || !got[0].HttpOnly || got[0].SameSite != http.SameSiteStrictMode {
		t.Errorf("cookies %v", got)
	}
	other := Browser(t)
	other.Open(site.URL + "/other")
	if kept := other.Cookies(); len(kept) != 0 {
		t.Errorf("another window has %v", kept)
	}
	other.SetCookie(site.URL, &http.Cookie{Name: "forged", Value: "x", Path: "/"})
	if kept := other.Cookies(); len(kept) != 1 || kept[0].Value != "x" {
		t.Errorf("after setting one it has %v", kept)
	}
}

func TestTab_reportsWhatTheConsoleHoldsAgainstAPage(t *testing.T) {
	b, site := Browser(t), pages(t)
	b.Open(site.URL + "/other")
	if got := b.Complaints(); len(got) != 0 {
		t.Errorf("a clean page has %v", got)
	}
	b.Open(site.URL + "/sent")
	if got := strings.Join(b.Complaints(), " "); !strings.Contains(got, "Content Security Policy") {
		t.Errorf("complaints %q", got)
	}
}

func TestTab_takesPicturesAtTheSizeItWasGiven(t *testing.T) {
	t.Setenv("RELAIS_SHOTS", t.TempDir())
	b, site := Browser(t), pages(t)
	b.Size(360, 740)
	b.Open(site.URL + "/form")
	b.Screenshot("form")
	picture, err := os.ReadFile(filepath.Join(os.Getenv("RELAIS_SHOTS"), "form.png"))
	if err != nil || !strings.HasPrefix(string(picture), "\x89PNG") {
		t.Fatalf("no picture: %v", err)
	}
	if width := int(picture[18])<<8 | int(picture[19]); width != 360 {
		t.Errorf("the picture is %d wide", width)
	}
	if b.Overflows() {
		t.Error("overflows")
	}
}

func TestTab_reachesNobodyButThisMachine(t *testing.T) {
	said := failure(t, func(inner testing.TB) { Browser(inner).Open("http://relais.example/") })
	if !strings.Contains(said, "ERR_NAME_NOT_RESOLVED") {
		t.Errorf("said %q", said)
	}
}

func TestTab_hasAxeFindWhatKeepsPeopleOut(t *testing.T) {
	axe, err := os.ReadFile("../../../web/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	b, site := Browser(t), pages(t)
	b.Open(site.URL + "/flaws")
	rules := map[string]bool{}
	for _, v := range b.Axe(string(axe)) {
		rules[v.Rule] = true
		if len(v.Elements) == 0 || !strings.Contains(v.String(), v.Elements[0]) {
			t.Errorf("does not show the element: %s", v)
		}
	}
	if diff := cmp.Diff(map[string]bool{"image-alt": true, "html-has-lang": true}, rules); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
