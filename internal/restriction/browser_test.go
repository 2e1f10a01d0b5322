package restriction_test

import (
	"testing"

	"relais/internal/gate"
	"relais/internal/testkit"
)

// TestBrowser_excludesAndLetsInAgain, in French, with a mistake first.
func TestBrowser_excludesAndLetsInAgain(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := set(w)
	reference := s.ref("rsz", gate.Case)
	site := w.Serve(t)
	tab := site.Browse("rsz.head")
	tab.Open(site.URL + "/cases/" + s.Case)
	tab.Click("Français")
	tab.Click("Exclure une personne")
	testkit.Inspect(t, tab, "restriction-exclusions-empty-fr")
	tab.Click("Exclure")
	if tab.Status() != 422 {
		t.Errorf("an empty form: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "restriction-exclusions-wrong-fr")
	tab.Fill("Référence du dossier", reference)
	tab.Fill("Collègue (facultatif)", w.Person("rsz.second").Given+" "+w.Person("rsz.second").Family)
	tab.Fill("Motif", "Impliqué dans les faits")
	tab.Fill("Note (facultatif)", "A travaillé pour l’employeur.")
	tab.Click("Exclure")
	if !tab.Has("La personne est exclue du dossier") || !tab.Has("A travaillé pour l’employeur") {
		t.Errorf("the exclusion does not show: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "restriction-exclusions-fr")
	tab.Click("Mettre fin à l’exclusion")
	if !tab.Has("L’exclusion a pris fin") {
		t.Errorf("the exclusion has not ended: %s", tab.Text())
	}
}

// TestBrowser_sealsAndUnseals, in German and Dutch.
func TestBrowser_sealsAndUnseals(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := set(w)
	reference, own := s.ref("fgp", gate.Case), s.ref("auditoraat", gate.Case)
	site := w.Serve(t)
	tab := site.Browse("auditoraat")
	tab.Open(site.URL + "/cases/" + s.Case)
	tab.Click("Deutsch")
	tab.Click("Diese Akte versiegeln")
	testkit.Inspect(t, tab, "restriction-seal-de")
	tab.Fill("Zeichen der Anordnung", order)
	tab.Click("Versiegeln")
	if !tab.Has("Die Akte ist versiegelt") {
		t.Errorf("not sealed: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "restriction-seals-de")

	police := site.Browse("fgp")
	police.Open(site.URL + "/sealed")
	police.Fill("Referentie van het dossier", reference)
	police.Fill("Referentie van het bevel", order)
	police.Click("Acht uur openen")
	if !police.Has("Het dossier staat acht uur voor u open") {
		t.Errorf("not opened: %s", police.Text())
	}
	tab.Click(own + " entsiegeln")
	testkit.Inspect(t, tab, "restriction-unseal-de")
	tab.Fill("Zeichen der Aufhebung", "Peeters")
	tab.Click("Entsiegeln")
	if tab.Status() != 422 {
		t.Errorf("a name instead of a reference: %d", tab.Status())
	}
	tab.Fill("Zeichen der Aufhebung", lifting)
	tab.Click("Entsiegeln")
	if !tab.Has("Die Akte ist entsiegelt") {
		t.Errorf("not unsealed: %s", tab.Text())
	}
	if !tab.Has(lifting) {
		t.Errorf("the page does not say what lifted the order: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "restriction-seals-lifted-de")
}
