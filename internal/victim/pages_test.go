package victim_test

import (
	"slices"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/section"
	"relais/internal/testkit"
)

func TestPages_areSound(t *testing.T) { pagecheck.Slice(t, "victim") }

// TestVictim_isOpenedInTheBrowser opens a victim file with a mistake first, then looks for the person.
func TestVictim_isOpenedInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	caseID := w.OpenCase("rsz")
	site := w.Serve(t)
	tab := site.Browse("rsz")
	tab.Open(site.URL + "/cases/" + caseID)
	tab.Click("Français")
	tab.Click("Ouvrir un dossier de victime")
	tab.Fill("Nom dans son écriture d’origine", "نور الحسن")
	tab.Fill("Nom de famille", "Al-Hassan")
	tab.Fill("Date de naissance", "the spring of 98")
	tab.Click("Ouvrir le dossier")
	if tab.Status() != 422 || tab.Value("Nom de famille") != "Al-Hassan" {
		t.Errorf("a wrong form: %d, the name is %q", tab.Status(), tab.Value("Nom de famille"))
	}
	for _, link := range []string{`href="#f-detected_on-day"`, `href="#f-identity-birth_date"`} {
		if !strings.Contains(tab.HTML(), link) {
			t.Errorf("not all mistakes are named at once: %s", link)
		}
	}
	testkit.Inspect(t, tab, "victim-new-wrong-fr")
	tab.Fill("Date de naissance", "1998")
	for label, value := range map[string]string{"Jour": "26", "Mois": "2", "Année": "2026"} {
		tab.In("Détecté le (obligatoire)").Fill(label, value)
	}
	tab.Click("Ouvrir le dossier")
	if !tab.Has("L’équipe du dossier le voit aussi") || !tab.Has("نور الحسن") || strings.Contains(tab.Title(), "Hassan") {
		t.Errorf("%s: %s", tab.Title(), tab.Text())
	}
	testkit.Inspect(t, tab, "victim-show-fr")
	tab.Click("Recherche")
	tab.Fill("Référence, nom, date de naissance, numéro de document ou de téléphone", "nour elhassan")
	tab.Click("Rechercher")
	if !tab.Has("1 dossier trouvé") || strings.Contains(tab.URL(), "nour") {
		t.Errorf("on %s: %s", tab.URL(), tab.Text())
	}
	testkit.Inspect(t, tab, "victim-search-fr")
	tab.Click("Dossiers des victimes")
	if tab.Has("Hassan") {
		t.Error("a list names a person")
	}
	testkit.Inspect(t, tab, "victim-list-fr")
}

// TestMenus_foldOnATelephone: on a narrow screen the file begins at once, and both menus open without a script; on a wide one
// nothing is folded. What is short to the eye is whole to a screen reader.
func TestMenus_foldOnATelephone(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Al-Hassan", "birth_date": "1998-04"})
	site := w.Serve(t)
	tab := site.Browse("rsz")
	tab.WithoutScript()
	tab.Open(site.URL + "/victims/" + id)
	tab.Click("English")
	for _, way := range []string{"My day", "Timeline and notes"} {
		if !strings.Contains(tab.Text(), way) {
			t.Errorf("no way to %q on a wide screen: %s", way, tab.Text())
		}
	}
	if !strings.Contains(tab.HTML(), `<span aria-hidden="true">Add</span><span class="govuk-visually-hidden">Add to “Identity”</span>`) {
		t.Error("the link to write does not say where")
	}
	tab.Size(360, 740)
	tab.Open(site.URL + "/victims/" + id)
	if strings.Contains(tab.Text(), "My day") || strings.Contains(tab.Text(), "Timeline and notes") {
		t.Errorf("the menus stand open on a telephone: %s", tab.Text())
	}
	tab.Click("On this file")
	tab.Click("Timeline and notes")
	tab.Click("Main menu: Victim files")
	tab.Click("Search")
	tab.Fill("Reference, name, birth date, document or telephone number", "al hassan")
	tab.Click("Search")
	if !tab.Has("April 1998") || strings.Contains(tab.Text(), "1998-04") {
		t.Errorf("the month of birth is a code: %s", tab.Text())
	}
}

// TestVictim_asEachAgencySeesIt looks at one file as four agencies, in four languages.
func TestVictim_asEachAgencySeesIt(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	caseID := w.OpenCase("rsz")
	id := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Al-Hassan", "given_names": "Noor", "name_original_script": "نور الحسن"})
	w.AddToTeam("rsz", caseID, "be.fgp")
	w.AddToTeam("rsz", caseID, "be.dvz")
	w.Refer("rsz", id, "be.payoke", "payoke", "identity", "exploitation")
	w.Write("rsz", id, authz.Exploitation, "legal_gateway", section.Values{"indications": "strong", "assessed_on": "2026-02-27",
		"types": "forced_labour", "narrative": "Slept in a container.\nNo pay for eleven weeks."})
	w.Write("rsz", id, authz.Labour, "legal_task", section.Values{"employer": "Bouw Delta BV", "wage_agreed": "2100", "wage_paid": "300.50"})
	w.Write("payoke", id, authz.Health, "legal_task", section.Values{"complaints": "Does not sleep."})
	w.Write("payoke", id, authz.SafeContact, "legal_task", section.Values{"do_not": "Never call at night.", "mobile_phone": "+32470123456"})
	w.Write("payoke", id, authz.ShelterLocation, "legal_task", section.Values{"house_name": "Huis Linde"})
	all := []string{"Al-Hassan", "Slept in a container.", "Bouw Delta BV", "Does not sleep.", "Never call at night.", "Huis Linde"}
	site := w.Serve(t)
	for who, c := range map[string]struct {
		language string
		sees     []string
		says     []string
	}{
		"rsz":    {"Deutsch", all[:3], []string{"2.100 EUR", "300,50 EUR", "Gesundheit und psychosoziale Betreuung"}},
		"fgp":    {"Français", all[:3], []string{"RSZ/ONSS", "Lieu d’hébergement sécurisé", "Masqué", "Ceci ne s’ouvre qu’en cas d’urgence."}},
		"payoke": {"English", []string{all[0], all[1], all[3], all[4]}, []string{"Your reason and your look are recorded.", "Payoke"}},
		"dvz":    {"Nederlands", all[:1], []string{"27 februari 2026"}},
	} {
		tab := site.Browse(who)
		tab.Open(site.URL + "/victims/" + id)
		tab.Click(c.language)
		text := strings.ReplaceAll(tab.Text(), "\u00a0", " ")
		for _, words := range all {
			if strings.Contains(text, words) != slices.Contains(c.sees, words) {
				t.Errorf("%s: %q is seen %v", who, words, strings.Contains(text, words))
			}
		}
		for _, words := range c.says {
			if !strings.Contains(text, words) {
				t.Errorf("%s is not told %q", who, words)
			}
		}
		testkit.Inspect(t, tab, "victim-show-"+who)
	}
}
