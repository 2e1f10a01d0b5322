package checklist_test

import (
	"testing"

	"relais/internal/testkit"
)

// TestChecklist_isTickedInTheBrowser ticks an item over a mistake, takes it back with a reason, and asks a desk for another one.
func TestChecklist_isTickedInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := scene(w)
	site := w.Serve(t)
	tab := site.Browse("payoke")
	tab.Open(site.URL + "/victims/" + id)
	tab.Click("Deutsch")
	testkit.Inspect(t, tab, "victim-checklist-de")
	tab.Click("Die Checkliste öffnen")
	testkit.Inspect(t, tab, "checklist-de")
	tab.Click("Abhaken")
	if tab.Status() != 422 || !tab.Has("Wählen Sie mindestens einen Punkt.") {
		t.Errorf("nothing chosen: %d %s", tab.Status(), tab.Text())
	}
	testkit.Inspect(t, tab, "checklist-wrong-de")
	const item = "Fragen, ob die Person heute Nacht sicher ist, und danach handeln"
	tab.In("Punkte Ihrer Dienststelle").Click(item)
	tab.Click("Abhaken")
	if !tab.Has("Abgehakt.") || !tab.Has("Erkennung: 1 von") {
		t.Errorf("ticked: %s", tab.Text())
	}
	tab.Click("Français")
	testkit.Inspect(t, tab, "checklist-fr")
	tab.Click("Demander si la personne est en sécurité cette nuit, et agir en conséquence")
	testkit.Inspect(t, tab, "checklist-item-fr")
	tab.Click("C’était pour une autre personne")
	tab.Click("Annuler")
	if !tab.Has("La coche antérieure reste lisible") {
		t.Errorf("taken back: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "checklist-item-ask-fr")
	tab.Click("Payoke, Intake")
	tab.Click("Créer la tâche")
	if !tab.Has("Le bureau a reçu la tâche.") {
		t.Errorf("asked: %s", tab.Text())
	}
}
