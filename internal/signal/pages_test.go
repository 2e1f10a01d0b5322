package signal_test

import (
	"testing"

	"relais/internal/httpkit/pagecheck"
	"relais/internal/testkit"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "signal") }

// TestSignal_isNotedAndFollowedUpInTheBrowser notes one over a mistake, passes it on, and follows it up as the other desk.
func TestSignal_isNotedAndFollowedUpInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	shelter := site.SignIn("payoke")
	fields := []string{"desk", desk(w, "be.payoke"), "country", "BE", "exploitation", "forced_labour", "persons", "4", "seen_on", "2026-03-01", "source", "third_person"}
	shelter.PostForm("/signals", testkit.Fields(fields...)).Want(422)
	to := shelter.PostForm("/signals", testkit.Fields(append(fields, "story", "Four men sleep behind the car wash.")...)).Want(303).Location()
	shelter.PostForm(to+"/pass", testkit.Fields("to", desk(w, "be.fgp"), "with_story", "yes", "purpose", "identification", "basis", "legal_task")).Want(428)
	shelter.PostForm(to+"/pass", testkit.Fields("to", "", "with_story", "yes", "purpose", "identification", "basis", "legal_task", "version", "1")).Want(422)
	shelter.PostForm(to+"/pass", testkit.Fields("to", desk(w, "be.fgp"), "with_story", "yes", "purpose", "identification", "basis", "legal_task", "version", "1")).Want(303)
	shelter.PostForm(to+"/answer", testkit.Fields("answer", "take", "version", "2")).Want(409)
	tab := site.Browse("fgp")
	tab.Open(site.URL + "/signals?box=waiting")
	testkit.Inspect(t, tab, "signal-list")
	tab.Open(site.URL + to)
	testkit.Inspect(t, tab, "signal-waiting")
	tab.Click("Het signaal nemen")
	tab.Click("Gevolg geven in een dossier")
	testkit.Inspect(t, tab, "signal-follow")
	tab.Click("Gevolg geven")
	if !tab.Has("Four men sleep behind the car wash.") || !tab.Has("Signalen die hiertoe leidden") {
		t.Errorf("the file does not begin with the signal: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "victim-signalled")
	for _, path := range []string{to, "/signals/new", "/signals?box=done"} {
		tab.Open(site.URL + path)
		testkit.Inspect(t, tab, "signal")
	}
}
