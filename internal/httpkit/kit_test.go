package httpkit_test

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/web"
)

// secret stands for what a person typed; it must not come out where it was not asked for.
const secret = "Zoubeïda-4711"

// samplePage has every part of the kit, and is registered for these tests only.
type samplePage struct {
	Text       string
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
}

func (*samplePage) Template() string { return "sample/page" }

type tornPage struct{ List []string }

func (tornPage) Template() string { return "sample/torn" }

var _ = httpkit.Register(&samplePage{}, tornPage{})

const sampleTemplate = `{{template "back" .Back}}<h1>{{.Text}}</h1>{{template "form" .Form}}{{template "summary" .Card}}
{{template "table" .Table}}{{template "pages" .Pages}}{{template "tag" .State}}{{template "hidden_section" .Hidden}}
{{template "comparison" .Comparison}}{{template "notice" .Notice}}{{template "post_button" .Button}}`

// bench is a kit with its engine and its log, on the product's own templates and words plus the sample page.
type bench struct {
	kit *httpkit.Kit
	log *bytes.Buffer
	t   testing.TB
}

func newBench(t testing.TB, change ...func(*httpkit.Config)) *bench {
	t.Helper()
	b := &bench{log: new(bytes.Buffer), t: t}
	cfg := httpkit.Config{Look: sampleLook(t), Logger: slog.New(slog.NewTextHandler(b.log, nil))}
	for _, c := range change {
		c(&cfg)
	}
	kit, err := httpkit.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.kit = kit
	return b
}

var sampled struct {
	once      sync.Once
	templates fstest.MapFS
	words     *locale.Catalogue
	look      *httpkit.Look
}

// sampleLook is the kit's own look with the sample pages; parsed once for all tests.
func sampleLook(t testing.TB) *httpkit.Look {
	t.Helper()
	sampled.once.Do(func() {
		sampled.templates = copied(t, web.Templates(), "layouts/", "partials/", "web/")
		sampled.templates["sample/page.html"] = &fstest.MapFile{Data: []byte(sampleTemplate)}
		sampled.templates["sample/torn.html"] = &fstest.MapFile{Data: []byte(`{{.List}} torn {{index .List 3}}`)}
		words := copied(t, web.Locales(), "")
		for _, lang := range locale.Langs() {
			words[lang+"/sample.json"] = &fstest.MapFile{Data: []byte(`{"sample.page_title": "Sample", "sample.torn_title": "Torn",
				"sample.reason": "Only ` + lang + ` readers may", "sample.reason_next": "Ask in ` + lang + `", "sample.plain": "Plain ` + lang + `"}`)}
		}
		var err error
		if sampled.words, err = locale.Load(words); err != nil {
			t.Fatal(err)
		}
		if sampled.look, err = httpkit.NewLook(sampled.words, sampled.templates, web.Static()); err != nil {
			t.Fatal(err)
		}
	})
	return sampled.look
}

func copied(t testing.TB, from fs.FS, prefixes ...string) fstest.MapFS {
	t.Helper()
	all := fstest.MapFS{}
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		wanted := slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		if err != nil || entry.IsDir() || !wanted {
			return err
		}
		content, err := fs.ReadFile(from, name)
		all[name] = &fstest.MapFile{Data: content}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// page routes GET and POST of a path to a handler.
func (b *bench) page(path string, h func(r *httpkit.Request) (httpkit.Reply, error)) *bench {
	b.kit.Engine().GET(path, b.kit.Do(h))
	b.kit.Engine().POST(path, b.kit.Do(h))
	return b
}

// failing routes a path to a handler that only fails.
func (b *bench) failing(path string, err error) *bench {
	return b.page(path, func(*httpkit.Request) (httpkit.Reply, error) { return httpkit.Reply{}, err })
}

func (b *bench) do(method, url, body string, headers ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	req := httptest.NewRequest(method, url, strings.NewReader(body))
	if body == "" {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return b.serve(req)
}

func (b *bench) serve(req *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	b.kit.Engine().ServeHTTP(rec, req)
	return rec
}

func (b *bench) get(url string, headers ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.do(http.MethodGet, url, "", headers...)
}

func (b *bench) post(url, form string, headers ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.do(http.MethodPost, url, form, append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

func problemIn(t testing.TB, rec *httptest.ResponseRecorder) httpkit.Problem {
	t.Helper()
	if got := rec.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q, want a problem; body %.200s", got, rec.Body)
	}
	var p httpkit.Problem
	if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
		t.Fatalf("%v in %.200s", err, rec.Body)
	}
	if p.Status != rec.Code {
		t.Errorf("the problem says %d, the answer %d", p.Status, rec.Code)
	}
	return p
}

func wantStatus(t testing.TB, rec *httptest.ResponseRecorder, want int) {
	t.Helper()
	if rec.Code != want {
		t.Errorf("status %d, want %d; body %.300s", rec.Code, want, rec.Body)
	}
}

func wantText(t testing.TB, body string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("no %q in %.2000s", text, body)
		}
	}
}

func wantNoText(t testing.TB, body string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(body, text) {
			t.Errorf("%q leaked into %.2000s", text, body)
		}
	}
}

type brokenReader struct{ err error }

func (r brokenReader) Read([]byte) (int, error) { return 0, r.err }

var _ io.Reader = brokenReader{}
