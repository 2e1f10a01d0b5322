package notice_test

import (
	"net/http"
	"testing"
	"time"

	"relais/internal/notice"
	"relais/internal/testkit"
)

// TestEvents_followWhatWaits: an open page hears of a new notice and of one that a colleague has read, on every instance, and hears
// nothing any more once its reader has signed out, was shut out, or has let the session run out.
func TestEvents_followWhatWaits(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		site, elsewhere := w.Serve(t), w.Twin()
		site.Site.Bell.Every = 50 * time.Millisecond // what takes a second in earnest
		nora, yara, karel := site.SignIn("payoke"), site.SignIn("payoke.second"), site.SignIn("payoke.admin")
		here, there, admin := nora.Listen(), yara.Listen(), karel.Listen()
		here.Wants("at once", `[{"url":"/notices","count":0,"text":"Berichten"},{"url":"/tasks","count":0,"text":"Taken"}]`)
		there.Wants("in the reader's language", `"text":"Avis"`)
		admin.Wants("for each person", `"count":0`)
		id := told(w, notice.New{To: desk(w, "be.payoke"), Code: "other"})
		here.Wants("something new", `{"url":"/notices","count":1,"text":"Berichten (1)"}`)
		there.Wants("for the colleague too", `"text":"Avis (1)"`)
		if err := elsewhere.Notices.Acknowledge(w.As("payoke.second"), id, 1); err != nil {
			t.Fatal(err)
		}
		here.Wants("what a colleague has read on another instance", `"count":0`)
		there.Wants("and for the colleague", `"count":0`)

		nora.PostForm("/sign-out", nil).Want(http.StatusSeeOther)
		here.Wants("signed out", "")
		person, err := w.Agencies.ShowPerson(w.As("payoke.admin"), w.Person("payoke.second").ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Agencies.Disable(w.As("payoke.admin"), person.ID, person.Version); err != nil {
			t.Fatal(err)
		}
		there.Wants("shut out", "")
		w.Advance(31 * time.Minute)
		admin.Wants("an open page keeps no session alive", "")
		if p := karel.Listen(); p.Status != http.StatusSeeOther {
			t.Errorf("and none comes back: %d", p.Status)
		}
	})
}

// TestEvents_areFewForOnePerson, and end with the program.
func TestEvents_areFewForOnePerson(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	nora := site.SignIn("payoke")
	var open []*testkit.Stream
	for range 8 {
		p := nora.Listen()
		p.Wants("each begins", `"count":0`)
		open = append(open, p)
	}
	if p := nora.Listen(); p.Status != http.StatusTooManyRequests {
		t.Errorf("one too many: %d", p.Status)
	}
	nora.Get("/events").Want(http.StatusOK) // who asks for no stream gets what there is now
	site.Site.Bell.Close()
	for _, p := range open {
		p.Wants("ends with the program", "")
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
