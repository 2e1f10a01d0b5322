package testkit

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"relais/internal/account"
)

// Stream is an open page that listens to what is new.
type Stream struct {
	Status int

	t     testing.TB
	lines chan string
}

// Listen opens the stream of what is new as a browser does, with the client's cookie. It ends with the test.
func (c *Client) Listen() *Stream {
	c.T.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c.T.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Site+"/events", http.NoBody)
	if err != nil {
		c.T.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	req.AddCookie(&http.Cookie{Name: account.SessionCookie, Value: c.Session()})
	answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		c.T.Fatal(err)
	}
	s := &Stream{Status: answer.StatusCode, t: c.T, lines: make(chan string, 100)}
	go func() {
		defer close(s.lines)
		defer func() { _ = answer.Body.Close() }()
		for read := bufio.NewScanner(answer.Body); read.Scan(); {
			if data, ok := strings.CutPrefix(read.Text(), "data: "); ok && data != "" {
				s.lines <- data
			}
		}
	}()
	return s
}

// Wants holds the next event to a part of it; an empty part is the end of the stream. Both have to come soon.
func (s *Stream) Wants(claim, part string) {
	s.t.Helper()
	select {
	case line := <-s.lines:
		if part == "" && line != "" || !strings.Contains(line, part) {
			s.t.Errorf("%s: %q", claim, line)
		}
	case <-time.After(20 * time.Second):
		s.t.Fatalf("%s: nothing came", claim)
	}
}
