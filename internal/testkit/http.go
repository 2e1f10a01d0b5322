package testkit

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"relais/internal/account"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/server"
)

// Password is everybody's password once they are enrolled.
const Password = "a lantern over nine quiet rivers"

// Served is a world with its real site on a loopback address.
type Served struct {
	*World
	Site *server.Site
	URL  string

	enrolled map[string]moment.Time // by key, when a code was last used
	signIns  int
}

// Serve starts the real site. It stops with the test.
func (w *World) Serve(t testing.TB) *Served {
	t.Helper()
	site, err := w.NewSite()
	if err != nil {
		t.Fatalf("make the site: %v", err)
	}
	listening := httptest.NewServer(site)
	t.Cleanup(func() { site.Bell.Close(); listening.Close() }) // an open page would keep the server
	return &Served{World: w, Site: site, URL: listening.URL, enrolled: map[string]moment.Time{}}
}

// Nobody is a client that has not signed in.
func (s *Served) Nobody() *Client {
	s.T.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.T.Fatal(err)
	}
	keep := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{T: s.T, Site: s.URL, http: &http.Client{Jar: jar, CheckRedirect: keep, Timeout: time.Minute}}
}

// secretOf is a person's second factor in base32.
func secretOf(key string) string {
	sum := sha256.Sum256([]byte("second factor of " + key))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20])
}

// Enrol gives somebody the password and a second factor, once.
func (s *Served) Enrol(key string) {
	s.T.Helper()
	if _, done := s.enrolled[key]; done {
		return
	}
	if err := s.Accounts.EnrolForDemo(s.AsProgram(), s.Person(key).ID, Password, secretOf(key)); err != nil {
		s.T.Fatalf("enrol %s: %v", key, err)
	}
	s.enrolled[key] = 0
}

// Code is what a person's telephone shows. A code can be used once, so time passes if it was used already.
func (s *Served) Code(key string) string {
	s.T.Helper()
	s.Enrol(key)
	for s.enrolled[key] != 0 && s.Now().Sub(s.enrolled[key]) < 30*time.Second {
		s.Advance(30 * time.Second)
	}
	s.enrolled[key] = s.Now()
	code, err := account.Code(secretOf(key), s.Now())
	if err != nil {
		s.T.Fatal(err)
	}
	return code
}

// Half is a client of somebody who has shown the password and not yet the second factor.
func (s *Served) Half(key string) *Client {
	s.T.Helper()
	s.Enrol(key)
	if s.signIns++; s.signIns > 25 { // the pace of sign-ins from one network
		s.Advance(2 * time.Second)
	}
	c := s.Nobody()
	c.Person = s.Person(key)
	c.Get("/sign-in").Want(http.StatusOK)
	c.PostForm("/sign-in", Fields("email", c.Person.Email, "password", Password)).Want(http.StatusSeeOther)
	return c
}

// SignIn signs somebody in through the pages, with password and second factor.
func (s *Served) SignIn(key string) *Client {
	s.T.Helper()
	c := s.Half(key)
	c.Get("/sign-in/code").Want(http.StatusOK)
	c.PostForm("/sign-in/code", Fields("code", s.Code(key))).Want(http.StatusSeeOther)
	return c
}

// Key is a client that comes with an API key of somebody.
func (s *Served) Key(key string) *Client {
	s.T.Helper()
	made, err := s.Accounts.AddKey(s.As(key), "testkit", 30, "")
	if err != nil {
		s.T.Fatalf("make a key for %s: %v", key, err)
	}
	return s.WithKey(key, made.Token)
}

// WithKey is a client that comes with an API key made before.
func (s *Served) WithKey(key, token string) *Client {
	s.T.Helper()
	c := s.Nobody()
	c.Person, c.key = s.Person(key), token
	return c
}

// WithSession is a client that comes with the token of a session opened before, such as in the world's original.
func (s *Served) WithSession(key, token string) *Client {
	s.T.Helper()
	c := s.Nobody()
	c.Person = s.Person(key)
	c.SetSession(token)
	return c
}

// Fields makes a form from pairs of name and value.
func Fields(pairs ...string) url.Values {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}

// Client is one browser or program, with its cookies or its key. It follows no redirect.
type Client struct {
	T      testing.TB
	Site   string // the site's address
	Person Person // empty for nobody
	http   *http.Client
	key    string
}

// Session is the token in the session's cookie; empty without one.
func (c *Client) Session() string {
	at, _ := url.Parse(c.Site)
	for _, cookie := range c.http.Jar.Cookies(at) {
		if cookie.Name == account.SessionCookie {
			return cookie.Value
		}
	}
	return ""
}

// SetSession puts a token into the session's cookie.
func (c *Client) SetSession(token string) {
	at, _ := url.Parse(c.Site)
	c.http.Jar.SetCookies(at, []*http.Cookie{{Name: account.SessionCookie, Value: token, Path: "/"}})
}

// Get asks for a page or a JSON document; header are pairs of name and value, here and below.
func (c *Client) Get(path string, header ...string) Answer {
	c.T.Helper()
	return c.Do(http.MethodGet, path, nil, header...)
}

// Post sends a body of a media type.
func (c *Client) Post(path, contentType, body string, header ...string) Answer {
	c.T.Helper()
	return c.Do(http.MethodPost, path, strings.NewReader(body), append([]string{"Content-Type", contentType}, header...)...)
}

// PostForm sends a form as the site's own pages do.
func (c *Client) PostForm(path string, form url.Values, header ...string) Answer {
	c.T.Helper()
	return c.Post(path, "application/x-www-form-urlencoded", form.Encode(), header...)
}

// JSON calls an operation; path is relative to the site, body nil for none. A POST carries a new Idempotency-Key unless
// the header names one.
func (c *Client) JSON(method, path string, body any, header ...string) Answer {
	c.T.Helper()
	var sent io.Reader
	if method == http.MethodPost {
		header = append([]string{"Idempotency-Key", gate.NewID()}, header...)
	}
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			c.T.Fatal(err)
		}
		sent, header = bytes.NewReader(encoded), append([]string{"Content-Type", "application/json"}, header...)
	}
	return c.Do(method, path, sent, header...)
}

// Do sends any request. A header that is named twice has its last value, and an empty value takes it away.
func (c *Client) Do(method, path string, body io.Reader, header ...string) Answer {
	c.T.Helper()
	req, err := http.NewRequestWithContext(c.T.Context(), method, c.Site+path, body)
	if err != nil {
		c.T.Fatalf("%s %s: %v", method, path, err)
	}
	if c.key != "" {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if req.Header.Del(header[i]); header[i+1] != "" {
			req.Header.Set(header[i], header[i+1])
		}
	}
	res, err := c.http.Do(req)
	if err != nil {
		c.T.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	whole, err := io.ReadAll(res.Body)
	if err != nil {
		c.T.Fatalf("%s %s: read the answer: %v", method, path, err)
	}
	return Answer{T: c.T, Asked: method + " " + path, Status: res.StatusCode, Header: res.Header, Body: whole}
}

// Answer is a whole answer.
type Answer struct {
	T      testing.TB
	Asked  string
	Status int
	Header http.Header
	Body   []byte
}

// Want fails the test unless the answer has this status.
func (a Answer) Want(status int) Answer {
	a.T.Helper()
	if a.Status != status {
		a.T.Fatalf("%s: %d, want %d: %.800s", a.Asked, a.Status, status, a.Body)
	}
	return a
}

// Location is where the answer sends to.
func (a Answer) Location() string { return a.Header.Get("Location") }

// Into reads the JSON of the answer.
func (a Answer) Into(v any) Answer {
	a.T.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		a.T.Fatalf("%s: %v in %.800s", a.Asked, err, a.Body)
	}
	return a
}

// Problem reads the answer as a failure of the API.
func (a Answer) Problem() Problem {
	a.T.Helper()
	var p Problem
	a.Into(&p)
	return p
}

// Problem is a failure as the API tells it (RFC 9457), read by its own names so that a change of a name is noticed.
type Problem struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`
	Code     string `json:"code"`
	TraceID  string `json:"trace_id"`
	ReasonID string `json:"reason_id"`
	NextStep string `json:"next_step"`
	Decision string `json:"decision_id"`

	Ceiling *gate.Limit `json:"ceiling"`
	Errors  []struct {
		Field  string `json:"field"`
		Code   string `json:"code"`
		Detail string `json:"detail"`
	} `json:"errors"`
	Diff json.RawMessage `json:"diff"`
}
