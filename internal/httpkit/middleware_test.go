package httpkit_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"relais/internal/fault"
	"relais/internal/httpkit"
)

func TestEveryAnswer_carriesTheSecurityHeaders(t *testing.T) {
	b := newBench(t).page("/ok", sample).failing("/gone", fault.New(fault.NotFound, "x.y"))
	for _, rec := range []*httptest.ResponseRecorder{b.get("/ok"), b.get("/gone"), b.get("/nowhere"), b.get("/api/nowhere"),
		b.do("PUT", "/ok", ""), b.post("/ok", "", "Sec-Fetch-Site", "cross-site")} {
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY",
		} {
			if got := rec.Header().Get(name); got != want {
				t.Errorf("%d: %s is %q, want %q", rec.Code, name, got, want)
			}
		}
		csp := rec.Header().Get("Content-Security-Policy")
		wantText(t, csp, "default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
		wantNoText(t, csp, "unsafe", "http:", "*", "data:")
		if rec.Header().Get("Strict-Transport-Security") != "" || rec.Header().Get("Permissions-Policy") == "" {
			t.Errorf("%d: HSTS without TLS, or no permissions policy", rec.Code)
		}
	}
}

func TestHSTS_isSentOverTLSOnly(t *testing.T) {
	b := newBench(t, func(c *httpkit.Config) { c.Secure = true })
	wantText(t, b.get("/nowhere").Header().Get("Strict-Transport-Security"), "max-age=63072000")
}

func TestCrossSitePost_isRefusedWithItsOwnPage(t *testing.T) {
	b := newBench(t, func(c *httpkit.Config) { c.TrustedOrigins = []string{"https://front.example"} }).page("/act", sample)
	for _, c := range []struct {
		headers []string
		status  int
	}{
		{[]string{"Sec-Fetch-Site", "cross-site"}, 403}, {[]string{"Sec-Fetch-Site", "same-site"}, 403},
		{[]string{"Origin", "https://evil.example"}, 403}, {[]string{"Origin", "null"}, 403},
		{[]string{"Sec-Fetch-Site", "same-origin"}, 200}, {[]string{"Sec-Fetch-Site", "none"}, 200},
		{[]string{"Origin", "http://example.com"}, 200}, {nil, 200},
		{[]string{"Origin", "https://front.example", "Sec-Fetch-Site", "cross-site"}, 200},
	} {
		rec := b.post("/act", "a=1", c.headers...)
		if rec.Code != c.status {
			t.Errorf("%v: status %d, want %d", c.headers, rec.Code, c.status)
		}
	}
	rec := b.post("/act", "a="+secret, "Sec-Fetch-Site", "cross-site")
	wantText(t, rec.Body.String(), "another site", "<h1")
	wantNoText(t, rec.Body.String(), secret)
	if p := problemIn(t, b.post("/api/v1/x", "", "Sec-Fetch-Site", "cross-site")); p.Code != "fault.cross_site" {
		t.Errorf("code %q", p.Code)
	}
	wantStatus(t, b.get("/act", "Sec-Fetch-Site", "cross-site"), 200) // a link from elsewhere may lead here
}

func TestTraceID_isTakenFromTraceparentOrDrawn(t *testing.T) {
	b := newBench(t)
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	if got := b.get("/x", "Traceparent", "00-"+id+"-00f067aa0ba902b7-01").Header().Get("X-Request-Id"); got != id {
		t.Errorf("id %q", got)
	}
	for _, bad := range []string{"", "00-" + strings.Repeat("0", 32) + "-00f067aa0ba902b7-01", "00-XYZ", id,
		"00-" + id + "-00f067aa0ba902b7-01\nforged=line"} {
		got := b.get("/x", "Traceparent", bad).Header().Get("X-Request-Id")
		if got == id || !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(got) {
			t.Errorf("%q gave the id %q", bad, got)
		}
	}
}

func TestLog_hasOneLineWithoutPathQueryOrValue(t *testing.T) {
	b := newBench(t).page("/victims/:victim", sample).failing("/broken/:id",
		errors.New(`pq: invalid input syntax for type integer: "`+secret+`" Key (name)=(`+secret+`) '`+secret+`'`))
	b.post("/victims/"+secret+"?q="+secret, "name="+secret)
	b.get("/" + secret)
	b.get("/broken/" + secret)
	b.do("BREW", "/victims/1", "")
	lines := strings.Split(strings.TrimSpace(b.log.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines:\n%s", len(lines), b.log)
	}
	wantNoText(t, b.log.String(), secret, "Zoube")
	wantText(t, lines[0], "route=/victims/:victim", "status=200", "method=POST", "trace=", "ms=")
	wantText(t, lines[1], "route=none", "status=404", "kind=not_found")
	wantText(t, lines[2], "level=ERROR", "kind=internal", "cause=", "invalid input syntax for type integer: …")
	wantText(t, lines[3], "method=other")
	wantNoText(t, lines[3], "BREW")
}

func TestPanic_becomesA500WithATraceIDAndNothingElse(t *testing.T) {
	b := newBench(t).page("/panic", func(*httpkit.Request) (httpkit.Reply, error) { panic("name of " + secret) })
	b.page("/index", func(r *httpkit.Request) (httpkit.Reply, error) {
		return httpkit.Show(&samplePage{Text: strings.Split(r.Query("none"), ",")[5]}), nil
	})
	b.kit.Engine().GET("/api/v1/panic", b.kit.Do(func(*httpkit.Request) (httpkit.Reply, error) { panic(errors.New(secret)) }))
	for _, path := range []string{"/panic", "/index", "/api/v1/panic"} {
		rec := b.get(path)
		wantStatus(t, rec, 500)
		wantText(t, rec.Body.String(), rec.Header().Get("X-Request-Id"))
		wantNoText(t, rec.Body.String(), secret, "goroutine", ".go")
	}
	wantNoText(t, b.log.String(), secret)
	wantText(t, b.log.String(), "panic=string", "index out of range [5] with length 1", "httpkit_test.TestPanic", "status=500")
}

func TestPanicAfterTheHead_cutsTheConnection(t *testing.T) {
	b := newBench(t).page("/torn", func(*httpkit.Request) (httpkit.Reply, error) {
		return httpkit.Download("list.csv", "text/csv", io.MultiReader(strings.NewReader("half"), brokenReader{errors.New("disk")})), nil
	})
	server := httptest.NewServer(b.kit.Engine())
	defer server.Close()
	res, err := http.Get(server.URL + "/torn")
	if err == nil {
		defer res.Body.Close()
		if _, err = io.ReadAll(res.Body); err == nil {
			t.Error("half a file ended as if it were whole")
		}
	}
}

func TestBody_isCutOffAtTheLimit(t *testing.T) {
	b := newBench(t).page("/form", sample).page("/file", sample)
	b.kit.AllowBody("POST /file", 3<<20, time.Minute)
	large := "a=" + strings.Repeat("x", 1<<20)
	wantStatus(t, b.post("/form", large), 413)
	wantStatus(t, b.post("/form", large[:1<<20-10]), 200)
	wantStatus(t, b.post("/file", large), 200)
	wantStatus(t, b.post("/file", large+large+large), 413)
	unknown := httptest.NewRequest(http.MethodPost, "/form", struct{ io.Reader }{strings.NewReader(large)}) // no length told
	unknown.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	unknown.ContentLength = -1
	wantStatus(t, b.serve(unknown), 413)
	if p := problemIn(t, b.post("/api/v1/any", large)); p.Code != "fault.too_large" {
		t.Errorf("code %q", p.Code)
	}
}

func TestSlowBody_isGivenUp(t *testing.T) {
	b := newBench(t).page("/form", sample)
	b.kit.AllowBody("POST /form", 1<<20, 30*time.Millisecond)
	server := httptest.NewServer(b.kit.Engine())
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\na=")
	answer := make([]byte, 32)
	if _, err := io.ReadFull(conn, answer); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408") {
		t.Errorf("answer %q, %v", answer, err)
	}
}

func TestDeadline_isLiftedWhenTheBodyHasBeenRead(t *testing.T) {
	lasted := make(chan error, 1)
	b := newBench(t).page("/form", func(r *httpkit.Request) (httpkit.Reply, error) {
		select { // the work takes longer than the body may
		case <-r.Context().Done():
			lasted <- r.Context().Err()
		case <-time.After(150 * time.Millisecond):
			lasted <- nil
		}
		return sample(r)
	})
	b.kit.AllowBody("POST /form", 1<<20, 50*time.Millisecond)
	server := httptest.NewServer(b.kit.Engine())
	defer server.Close()
	res, err := http.Post(server.URL+"/form", "application/x-www-form-urlencoded", strings.NewReader("a=1"))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if err := <-lasted; err != nil {
		t.Errorf("the request was given up while it was worked on: %v", err)
	}
}

func TestClientIP_believesNoProxyUnlessTold(t *testing.T) {
	for proxies, want := range map[string]string{"": "192.0.2.1", "192.0.2.0/24": "203.0.113.9"} {
		var got string
		b := newBench(t, func(c *httpkit.Config) {
			if proxies != "" {
				c.TrustedProxies = []string{proxies}
			}
		})
		b.page("/ip", func(r *httpkit.Request) (httpkit.Reply, error) { got = r.ClientIP(); return sample(r) })
		b.get("/ip", "X-Forwarded-For", "203.0.113.9")
		if got != want {
			t.Errorf("proxies %q: client %q, want %q", proxies, got, want)
		}
	}
}

func TestNew_refusesNonsense(t *testing.T) {
	for _, change := range []func(*httpkit.Config){
		func(c *httpkit.Config) { c.Look = nil }, func(c *httpkit.Config) { c.TrustedProxies = []string{"everybody"} },
		func(c *httpkit.Config) { c.TrustedOrigins = []string{"front.example/path"} },
	} {
		var cfg httpkit.Config
		newBench(t, func(c *httpkit.Config) { cfg = *c })
		change(&cfg)
		if _, err := httpkit.New(cfg); err == nil {
			t.Error("accepted")
		}
	}
}

func TestMetrics_areLabelledByRouteTemplate(t *testing.T) {
	b := newBench(t).page("/victims/:victim", sample)
	registry := prometheus.NewRegistry()
	registry.MustRegister(b.kit.Collectors()...)
	b.get("/victims/" + secret)
	b.get("/" + secret)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(families)
	wantNoText(t, text, secret)
	wantText(t, text, `"/victims/:victim"`, `"none"`, `"404"`, "relais_http_request_seconds")
}

func sample(*httpkit.Request) (httpkit.Reply, error) {
	return httpkit.Show(&samplePage{Text: "sample"}), nil
}
