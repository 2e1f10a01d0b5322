package screening_test

import (
	"strings"
	"testing"

	"relais/internal/httpkit/pagecheck"
	"relais/internal/testkit"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "screening") }

// TestScreening_isMadeByKeyboardInTheBrowser fills the short form over a mistake to a result with keys alone, corrects it, and looks
// at the long form, at the empty form for paper and at the person's page.
func TestScreening_isMadeByKeyboardInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	file := w.OpenVictim("rsz", w.OpenCase("rsz"), nil)
	site := w.Serve(t)
	tab := site.Browse("rsz")
	tab.Open(site.URL + "/victims/" + file)
	tab.Click("Deutsch")
	tab.Click("Eine Person screenen")
	testkit.Inspect(t, tab, "screening-form")
	tab.Click("Das Screening speichern")
	if tab.Status() != 422 || !tab.Has("Beantworten Sie mindestens einen Indikator") {
		t.Errorf("with no answer: %d %s", tab.Status(), tab.Text())
	}
	testkit.Inspect(t, tab, "screening-form-wrong")
	tab.Fill("Jemand anderes behält die Papiere", "Ja: Die Person sagt es")
	tab.Keys("Tab", "Tab", "J") // over the wages to the debt, and the first answer that begins so
	if tab.Focus() != "Die Person arbeitet eine Schuld ab" || !strings.HasPrefix(tab.Value("Die Person arbeitet eine Schuld ab"), "Ja") {
		t.Errorf("the keys lead to %s, %s", tab.Focus(), tab.Value("Die Person arbeitet eine Schuld ab"))
	}
	tab.Keys("Enter")
	tab.Click("Das Screening speichern")
	if !tab.Has("Anzeichen: starke") || !tab.Has("forced_labour") || !tab.Has("Das Ergebnis ist ein Rat") {
		t.Errorf("the result is %s", tab.Text())
	}
	testkit.Inspect(t, tab, "screening-show")
	tab.Click("Die Antworten berichtigen")
	tab.Fill("Die Person arbeitet eine Schuld ab", "Nein")
	tab.Click("Das Screening speichern")
	if !tab.Has("Anzeichen: einige") {
		t.Errorf("corrected, the result is %s", tab.Text())
	}
	for name, language := range map[string]string{"screening-paper-fr": "Français", "screening-paper-de": "Deutsch"} {
		tab.Open(site.URL + "/screening")
		tab.Click(language)
		tab.Open(site.URL + "/screening")
		if sheets := tab.Paper(name); sheets != 1 {
			t.Errorf("the form of one minute takes %d sheets of paper", sheets)
		}
	}
	for name, path := range map[string]string{"screening-long": "/victims/" + file + "/screenings/new?list=child", "screening-blank": "/screening?list=adult_labour",
		"victim-screened": "/victims/" + file} {
		tab.Open(site.URL + path)
		testkit.Inspect(t, tab, name)
	}
}
