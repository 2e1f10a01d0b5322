package minor_test

import (
	"testing"

	"relais/internal/authz"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/minor"
	"relais/internal/section"
	"relais/internal/testkit"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "minor") }

// TestBrowser_helpsAChild, in German and French: how to reach the person, what is needed, how old the person is, who the guardian is and what
// they agree to, each with a mistake first.
func TestBrowser_helpsAChild(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := setUp(w)
	w.Refer("fgp", s.victimID, "be.payoke", "payoke", "identity", "risk_level")
	w.Write("fgp", s.victimID, authz.RiskLevel, "legal_task", section.Values{"level": "low", "assessed_on": "2026-03-01"})
	w.Write("payoke", s.victimID, authz.RiskLevel, "legal_task", section.Values{"level": "high", "assessed_on": "2026-03-01", "review_on": "2026-03-20"})
	w.Write("payoke", s.victimID, authz.SafeContact, "consent", section.Values{"do_not": "Never after seven", "code_word": "bluebird"})
	site := w.Serve(t)
	tab := site.Browse("payoke")
	tab.Open(site.URL + "/victims/" + s.victimID)
	tab.Click("Deutsch")
	testkit.Inspect(t, tab, "victim-safety-de")
	tab.Click("Bedarf und Betreuungsplan")
	tab.Click("Bedarf eintragen")
	tab.Click("Bedarf eintragen")
	if tab.Status() != 422 {
		t.Errorf("an empty need: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "support-form-wrong-de")
	tab.Fill("Bedarf", "Wohnen")
	tab.Click("Bedarf eintragen")
	testkit.Inspect(t, tab, "support-show-de")
	tab.Click("Wohnen")
	tab.Fill("Stand", "Hilfe angefragt")
	tab.Click("Speichern")
	if !tab.Has("Die Änderung ist gespeichert") {
		t.Errorf("the need has not moved: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "support-need-de")
	s.asGuardian(t, site)
}

func (s *scene) asGuardian(t *testing.T, site *testkit.Served) {
	tab := site.Browse("tutelles")
	tab.Open(site.URL + "/victims/" + s.victimID + "/minor")
	tab.Click("Désigner le tuteur")
	if tab.Status() != 422 {
		t.Errorf("a guardian of no service: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "minor-wrong-fr")
	must(s.Minors.Assign(s.As("tutelles"), s.victimID, minor.NewGuardian{Service: "be_guardianship", WorkerID: s.Person("tutelles").ID}, ""))(t)
	tab.Open(site.URL + "/victims/" + s.victimID + "/minor")
	testkit.Inspect(t, tab, "minor-show-fr")
	id := must(s.Consents.Record(s.As("rsz"), s.victimID, s.yes(), ""))(t)
	tab.Open(site.URL + "/consents/" + id)
	testkit.Inspect(t, tab, "consent-waiting-fr")
	tab.Click("Je donne mon accord en tant que tuteur")
	if !tab.Has("Votre réponse est enregistrée") {
		t.Errorf("not signed: %s", tab.Text())
	}
}

// TestBrowser_afterTheBirthday, in German and French: a consent that waited for the guardian says what happens next, and the notices say
// what ended.
func TestBrowser_afterTheBirthday(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := childBorn(w, "2008-05-17", "")
	id := must(s.Consents.Record(s.As("rsz"), s.victimID, s.yes(), ""))(t)
	s.at("2026-05-17", "00:05")
	site := w.Serve(t)
	tab := site.Browse("rsz")
	tab.Open(site.URL + "/victims/" + s.victimID + "/consents/" + id)
	tab.Click("Deutsch")
	if !tab.Has("Sie entscheidet jetzt allein") {
		t.Errorf("the consent: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "consent-alone-de")
	tab.Open(site.URL + "/notices")
	testkit.Inspect(t, tab, "birthday-notices-de")
	guardian := site.Browse("tutelles")
	guardian.Open(site.URL + "/notices")
	guardian.Click("Français")
	if !guardian.Has("la tutelle a pris fin") {
		t.Errorf("the guardian's notices: %s", guardian.Text())
	}
	testkit.Inspect(t, guardian, "guardian-notices-fr")
}
