package closing_test

import (
	"testing"

	"relais/internal/gate"
	"relais/internal/testkit"
)

// TestBrowser_walksToTheEnd writes a note, closes a case, opens it again and closes it, keeps it longer and asks to erase it.
func TestBrowser_walksToTheEnd(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	caseID := w.OpenCase("payoke")
	w.AddToTeam("payoke", caseID, "be.fgp")
	site := w.Serve(t)
	tab := site.Browse("payoke")
	tab.Open(site.URL + "/cases/" + caseID)
	tab.Click("Français")
	tab.Click("Chronologie et notes")
	testkit.Inspect(t, tab, "journal-timeline-fr")
	tab.Open(site.URL + "/cases/" + caseID + "/closure")
	testkit.Inspect(t, tab, "closing-duties-fr")
	tab.Click("Clore le dossier")
	if tab.Status() != 422 {
		t.Errorf("an empty form: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "closing-wrong-fr")
	tab.Fill("Pourquoi il est clos", "L’aide est terminée")
	tab.Fill("Ce qui reste ouvert", "J’ai vu les accès et ordres ci-dessus. Ils restent jusqu’à leur propre fin.")
	tab.Click("Clore le dossier")
	if !tab.Has("Le dossier est clos") {
		t.Fatalf("not closed: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "closing-closed-fr")
	v, err := w.Closing.Show(w.As("payoke"), gate.Case, caseID)
	if err != nil || v.Closed() == nil {
		t.Fatalf("closed as %+v: %v", v.Closures, err)
	}
	review := site.Browse("payoke.auditor")
	review.Open(site.URL + "/retention/" + v.Closed().ID)
	testkit.Inspect(t, review, "closing-item-nl")
	review.Fill("Waarom wissen", "Wat erin staat is fout")
	review.Click("Vragen om te wissen")
	if !review.Has("Het wissen is gevraagd") {
		t.Errorf("not asked: %s", review.Text())
	}
	review.Open(site.URL + "/retention")
	testkit.Inspect(t, review, "closing-queue-nl")
	prosecutor := site.Browse("auditoraat")
	prosecutor.Open(site.URL + "/holds")
	testkit.Inspect(t, prosecutor, "closing-holds-nl")
}
