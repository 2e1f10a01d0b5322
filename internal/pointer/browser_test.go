package pointer_test

import (
	"testing"

	"relais/internal/testkit"
)

// TestBrowser_looksAndAsks in German at 360 pixels and 1280, then in French: from the file to the contact and the request.
func TestBrowser_looksAndAsks(t *testing.T) {
	w, s := testkit.OpenAfter(t, "sqlite", "pointers", setUp)
	s.World = w
	site := w.Serve(t)
	s.setting("be.rsz", true)
	s.file("rsz", lan)
	tab := site.Browse("fgp")
	tab.Open(site.URL + "/victims/" + s.lan)
	tab.Click("Deutsch")
	testkit.Inspect(t, tab, "pointer-victim-de")
	tab.Click("Kennt eine andere Dienststelle diese Person?")
	testkit.Inspect(t, tab, "pointer-file-empty-de")
	tab.Click("Jetzt nachsehen")
	if tab.Status() != 422 {
		t.Errorf("without a purpose: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "pointer-file-wrong-de")
	tab.Fill("Zweck", "Identifizierung")
	tab.Click("Jetzt nachsehen")
	if !tab.Has("RSZ/ONSS") || !tab.Has("Relais hat nachgesehen") {
		t.Errorf("the contact does not show: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "pointer-file-de")
	tab.Click("RSZ/ONSS")
	testkit.Inspect(t, tab, "pointer-show-de")
	tab.Click("Français")
	testkit.Inspect(t, tab, "pointer-show-fr")
	tab.Click("Demander l’accès à l’autre dossier")
	testkit.Inspect(t, tab, "pointer-ask-fr")
	tab.Open(site.URL + "/pointers")
	testkit.Inspect(t, tab, "pointer-list-fr")
	tab.Click("RSZ/ONSS")
	tab.Click("Ce n’est pas la même personne")
	if !tab.Has("Par votre service") {
		t.Errorf("it is not marked: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "pointer-marked-fr")

	tab.Open(site.URL + "/victims/" + s.lan + "/matching")
	testkit.Inspect(t, tab, "pointer-choice-fr")
	tab.Click("Exclu du rapprochement")
	tab.Click("Enregistrer")
	if !tab.Has("Le choix est enregistré") {
		t.Errorf("it is not hidden: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "pointer-hidden-fr")

	admin := site.Browse("payoke.admin")
	admin.Open(site.URL + "/pointer-setting")
	admin.Click("Deutsch")
	testkit.Inspect(t, admin, "pointer-setting-de")
}
