package agency_test

import (
	"testing"

	"relais/internal/testkit"
)

// TestDesks_inTheBrowser: an administrator sees the desks and the units of the law; a shelter has none to choose.
func TestDesks_inTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	tab := site.Browse("payoke.admin")
	tab.Open(site.URL + "/people")
	tab.Click("Deutsch")
	tab.Open(site.URL + "/desks")
	if !tab.Has("nennt für Dienststellen Ihrer Art keine Einheit") {
		t.Errorf("%s", tab.Text())
	}
	testkit.Inspect(t, tab, "desks-de")
	tab.Click("Intake")
	testkit.Inspect(t, tab, "desk-de")
	tab.Click("Speichern")
	if !tab.Has("Die Arbeitsstelle ist gespeichert.") {
		t.Errorf("%s", tab.Text())
	}
	tab.Click("Français")
	testkit.Inspect(t, tab, "desks-fr")
}
