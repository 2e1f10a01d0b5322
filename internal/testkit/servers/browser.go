package servers

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed page.js
var pageJS string

// Tab is one browser window with a profile of its own, driven as a person drives it: by labels, links and buttons.
// Every step waits for what it names and for the page that follows, and fails the test when that does not come.
type Tab struct {
	t         testing.TB
	ctx       context.Context
	within    []string
	appearing time.Duration // how long a step waits for something that is not on the page yet
	state     *tabState
}

type tabState struct {
	sync.Mutex
	scriptless bool
	mouseless  atomic.Bool
	complaints []string
}

// Browser opens an empty window of the headless Chromium that this test process shares. No cookie, cache or setting
// of another window is in it, and it closes when the test ends.
func Browser(t testing.TB) *Tab {
	t.Helper()
	root, err := theChromium()
	if err != nil {
		t.Fatalf("a browser for the tests: %v", err)
	}
	ctx, cancel := chromedp.NewContext(root, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &Tab{t: t, ctx: ctx, appearing: 5 * time.Second, state: &tabState{}}
	if err := chromedp.Listen(ctx, b.state.listen); err != nil {
		t.Fatalf("open a browser window: %v", err)
	}
	return b
}

// In narrows the next step to a part of the page: a group with this legend or heading, or the row or list item that
// has these words.
func (b *Tab) In(part string) *Tab {
	narrower := *b
	narrower.within = append(slices.Clone(b.within), part)
	return &narrower
}

// Complaints returns what the browser's console holds against the pages so far: script errors and whatever the
// content security policy stopped. Answers with an error status are not complaints.
func (b *Tab) Complaints() []string {
	b.state.Lock()
	defer b.state.Unlock()
	return slices.Clone(b.state.complaints)
}

func (s *tabState) listen(event any) {
	s.Lock()
	defer s.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			s.complaints = append(s.complaints, e.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		s.complaints = append(s.complaints, text)
	}
}

// question is what page.js is asked, answer what it says.
type question struct {
	What   string   `json:"what"`
	Text   string   `json:"text"`
	Value  string   `json:"value"`
	Watch  bool     `json:"watch"`
	Within []string `json:"within"`
}

type answer struct {
	Text    string  `json:"text"`
	X       float64 `json:"x"`
	Y       float64 `json:"y"`
	Leaves  bool    `json:"leaves"`
	Type    bool    `json:"type"`
	Problem string  `json:"problem"`
	Missing bool    `json:"missing"`
}

// ask puts a question to the page until the thing it names is there.
func (b *Tab) ask(q question) answer {
	b.t.Helper()
	q.Within = b.within
	asked, err := json.Marshal(q)
	if err != nil {
		b.t.Fatal(err)
	}
	var got answer
	b.until(b.appearing, func() bool {
		got, err = run(b, chromedp.Evaluate[answer]("("+pageJS+")("+string(asked)+")"))
		return err == nil && !got.Missing
	})
	if err != nil {
		got.Problem = err.Error()
	}
	if got.Problem != "" {
		b.fail("%s %q: %s", q.What, q.Text, got.Problem)
	}
	return got
}

// until looks at the page again and again until seen is true, and tells whether it became so in time.
func (b *Tab) until(limit time.Duration, seen func() bool) bool {
	ctx, cancel := context.WithTimeout(b.ctx, limit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !seen() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// run carries out one step of the protocol in good time.
func run[T any](b *Tab, action chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, action)
}

// must is run for steps that have no reason to fail.
func must[T any](b *Tab, what string, action chromedp.Action[T]) T {
	b.t.Helper()
	got, err := run(b, action)
	if err != nil {
		b.fail("%s: %v", what, err)
	}
	return got
}

// awkward is what a test's name may hold and a file's name should not.
var awkward = regexp.MustCompile(`[^\w.-]+`)

func (b *Tab) fail(format string, args ...any) {
	b.t.Helper()
	where, _ := run(b, chromedp.Location())
	_ = b.shoot(awkward.ReplaceAllString(b.t.Name(), "-") + "-failed")
	b.t.Fatalf("on %s: %s", where, fmt.Sprintf(format, args...))
}
