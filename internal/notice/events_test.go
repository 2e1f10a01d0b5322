package notice_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"relais/internal/account"
	"relais/internal/notice"
	"relais/internal/testkit"
)

// page is an open page that listens to what is new.
type page struct {
	t      *testing.T
	lines  chan string
	status int
}

// listen opens the stream as a browser does, with the cookie of a client.
func listen(t *testing.T, c *testkit.Client) *page {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Site+"/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	req.AddCookie(&http.Cookie{Name: account.SessionCookie, Value: c.Session()})
	answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{t: t, lines: make(chan string, 100), status: answer.StatusCode}
	go func() {
		defer close(p.lines)
		defer func() { _ = answer.Body.Close() }()
		for read := bufio.NewScanner(answer.Body); read.Scan(); {
			if data, ok := strings.CutPrefix(read.Text(), "data: "); ok && data != "" {
				p.lines <- data
			}
		}
	}()
	return p
}

// next is the next event, or "" when the stream ends; both have to come soon.
func (p *page) next() string {
	p.t.Helper()
	select {
	case line := <-p.lines:
		return line
	case <-time.After(20 * time.Second):
		p.t.Fatal("nothing came")
		return ""
	}
}

func (p *page) wants(claim, part string) {
	p.t.Helper()
	if line := p.next(); part == "" && line != "" || !strings.Contains(line, part) {
		p.t.Errorf("%s: %q", claim, line)
	}
}

// TestEvents_followWhatWaits: an open page hears of a new notice and of one that a colleague has read, on every instance, and hears
// nothing any more once its reader has signed out, was shut out, or has let the session run out.
func TestEvents_followWhatWaits(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		site, elsewhere := w.Serve(t), w.Twin()
		site.Site.Bell.Every = 50 * time.Millisecond // what takes a second in earnest
		nora, yara, karel := site.SignIn("payoke"), site.SignIn("payoke.second"), site.SignIn("payoke.admin")
		here, there, admin := listen(t, nora), listen(t, yara), listen(t, karel)
		here.wants("at once", `[{"url":"/notices","count":0,"text":"Berichten"},{"url":"/tasks","count":0,"text":"Taken"}]`)
		there.wants("in the reader's language", `"text":"Avis"`)
		admin.wants("for each person", `"count":0`)
		id := told(w, notice.New{To: desk(w, "be.payoke"), Code: "other"})
		here.wants("something new", `{"url":"/notices","count":1,"text":"Berichten (1)"}`)
		there.wants("for the colleague too", `"text":"Avis (1)"`)
		if err := elsewhere.Notices.Acknowledge(w.As("payoke.second"), id, 1); err != nil {
			t.Fatal(err)
		}
		here.wants("what a colleague has read on another instance", `"count":0`)
		there.wants("and for the colleague", `"count":0`)

		nora.PostForm("/sign-out", nil).Want(http.StatusSeeOther)
		here.wants("signed out", "")
		person, err := w.Agencies.ShowPerson(w.As("payoke.admin"), w.Person("payoke.second").ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Agencies.Disable(w.As("payoke.admin"), person.ID, person.Version); err != nil {
			t.Fatal(err)
		}
		there.wants("shut out", "")
		w.Advance(31 * time.Minute)
		admin.wants("an open page keeps no session alive", "")
		if p := listen(t, karel); p.status != http.StatusSeeOther {
			t.Errorf("and none comes back: %d", p.status)
		}
	})
}

// TestEvents_areFewForOnePerson, and end with the program.
func TestEvents_areFewForOnePerson(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	nora := site.SignIn("payoke")
	var open []*page
	for range 8 {
		p := listen(t, nora)
		p.wants("each begins", `"count":0`)
		open = append(open, p)
	}
	if p := listen(t, nora); p.status != http.StatusTooManyRequests {
		t.Errorf("one too many: %d", p.status)
	}
	nora.Get("/events").Want(http.StatusOK) // who asks for no stream gets what there is now
	site.Site.Bell.Close()
	for _, p := range open {
		p.wants("ends with the program", "")
	}
}

// TestBrowser_hearsWhatIsNewWhileAFormIsFilledIn: the number in the navigation follows, and nothing else on the page moves.
func TestBrowser_hearsWhatIsNewWhileAFormIsFilledIn(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	site.Site.Bell.Every = 50 * time.Millisecond
	tab := site.Browse("payoke")
	tab.Open(site.URL + "/account")
	tab.Click("Berichten per e-mail")
	tab.Fill("Stil vanaf", "21:00")
	before := tab.URL()
	told(w, notice.New{To: desk(w, "be.payoke"), Code: "other"})
	if !tab.Has("Berichten (1)") {
		t.Errorf("nothing was heard: %s", tab.Text())
	}
	if tab.Value("Stil vanaf") != "21:00" || tab.URL() != before {
		t.Errorf("the form was touched: %q at %s", tab.Value("Stil vanaf"), tab.URL())
	}
	testkit.Inspect(t, tab, "notice-mail-nl")
	tab.Click("Opslaan")
	if !tab.Has("Opgeslagen") || tab.Value("Stil vanaf") != "21:00" {
		t.Errorf("not kept: %s", tab.Text())
	}
	admin := site.Browse("payoke.admin")
	admin.Open(site.URL + "/mails")
	testkit.Inspect(t, admin, "notice-mails-nl")
}
