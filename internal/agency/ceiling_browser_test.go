package agency_test

import (
	"testing"

	"relais/internal/testkit"
)

// TestCeiling_isSetInTheBrowser with the effect shown before, by an administrator who has just shown the second factor.
func TestCeiling_isSetInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	for _, lang := range []string{"de", "fr"} {
		client := site.SignIn("payoke.admin")
		client.PostForm("/language", testkit.Fields("lang", lang, "back", "/")).Want(303)
		tab := site.Browse("payoke.admin")
		tab.Open(site.URL + "/ceilings")
		testkit.Inspect(t, tab, "ceilings-"+lang)
		tab.Open(site.URL + "/ceilings/police")
		testkit.Inspect(t, tab, "ceiling-"+lang)
		tab.Click(map[string]string{"de": "Wirkung ansehen", "fr": "Voir l’effet"}[lang])
		testkit.Inspect(t, tab, "ceiling-effect-"+lang)
		tab.Click(map[string]string{"de": "Obergrenze festlegen", "fr": "Fixer le plafond"}[lang])
		if !tab.Has(map[string]string{"de": "Die Obergrenze gilt ab jetzt.", "fr": "Le plafond vaut dès maintenant."}[lang]) {
			t.Errorf("%s: it was not set: %s", lang, tab.Text())
		}
	}
}
