package trail_test

import (
	"slices"
	"strings"
	"testing"

	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/locale"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/trail"
	"relais/web"
)

func TestPages_areSound(t *testing.T) { pagecheck.Slice(t, "trail") }

// TestLog_isReadInTheBrowser asks for a reason, filters, opens an entry with its refused sections, and verifies.
func TestLog_isReadInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	caseID := w.OpenCase("rsz")
	id := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"})
	w.AddToTeam("rsz", caseID, "be.fgp")
	own, err := w.Victims.Show(w.As("rsz"), id)
	if err == nil {
		_, err = w.Victims.Show(w.As("fgp"), id)
	}
	if err != nil {
		t.Fatal(err)
	}
	site := w.Serve(t)
	tab := site.Browse("rsz.auditor")
	tab.Open(site.URL + "/log")
	tab.Click("Français")
	testkit.Inspect(t, tab, "trail-ask-fr")
	tab.Fill("Motif d’accès", "Contrôle de licéité")
	tab.Click("Ouvrir le journal")
	tab.Click("Filtrer")
	tab.Fill("Référence du dossier", own.File.Reference)
	tab.Fill("Opération", "Consultation")
	tab.Click("Appliquer")
	if !tab.Has("Federale gerechtelijke politie Antwerpen") || tab.Has("Nguyen") || tab.Has("Journal des accès lu") {
		t.Errorf("the filtered log: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "trail-list-fr")
	tab.Open(site.URL + "/log?reason=lawfulness_check&from=2026-99-99")
	if tab.Status() != 422 || !strings.Contains(tab.HTML(), `aria-invalid="true"`) {
		t.Errorf("a filter that is no day: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "trail-list-wrong-fr")
	for _, l := range read(t, w, "rsz.auditor", trail.Question{Reference: own.File.Reference}) {
		if l.Action == "victim.show" && l.ActorRole == "police" {
			tab.Open(site.URL + "/log/entries/" + l.ID + "?reason=lawfulness_check")
		}
	}
	if !tab.Has("Lieu d’hébergement sécurisé") && !tab.Has("Lieu d’hébergement sécurisé") {
		t.Errorf("the entry does not name the closed section: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "trail-entry-fr")
	tab.Click("Retour au journal")
	tab.Click("Vérifier le journal")
	if !tab.Has("Le journal est intact") {
		t.Errorf("the verification: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "trail-verify-fr")
}

func TestVerification_warnsOnThePage(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	w.OpenCase("rsz")
	if _, err := w.Trail.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	spoil(t, w, read(t, w, "rsz.auditor", trail.Question{Op: "collect"})[0].ID)
	site := w.Serve(t)
	tab := site.Browse("rsz.auditor")
	tab.Open(site.URL + "/log?reason=integrity_security")
	tab.Click("Deutsch")
	tab.Click("Protokoll prüfen")
	if tab.Has("unversehrt") || !tab.Has("Eine Spalte eines Eintrags wurde geändert.") {
		t.Errorf("the verification: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "trail-verify-wrong-de")
}

func spoil(t *testing.T, w *testkit.World, entryID string) {
	t.Helper()
	err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
		if _, err := tx.Exec(dropGuard[w.Engine], nil); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE audit_entry SET actor_id = 'somebody-else' WHERE id = :id`, database.Args{"id": entryID})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPI_listsAndVerifies(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen"})
	own, err := w.Victims.Show(w.As("rsz"), id)
	if err != nil {
		t.Fatal(err)
	}
	site := w.Serve(t)
	c := site.Key("rsz.auditor")
	var list struct {
		Items []trail.LineBody
		Next  string
	}
	answer := c.Get("/api/v1/log?reason=lawfulness_check&operation=consult&reference=" + own.File.Reference).Want(200).Into(&list)
	if len(list.Items) != 1 || list.Items[0].Action != "victim.show" || list.Items[0].ActorRole != "labour_inspector" || len(list.Items[0].Sections) == 0 {
		t.Errorf("%+v", list)
	}
	if strings.Contains(string(answer.Body), "Nguyen") {
		t.Error("the log holds content")
	}
	var report trail.ReportBody
	if c.JSON("POST", "/api/v1/log/verifications", map[string]any{"reason": "lawfulness_check"}).Want(200).Into(&report); !report.Whole || report.Root == "" {
		t.Errorf("%+v", report)
	}
	for _, bad := range []string{"", "?reason=", "?reason=curiosity", "?reason=lawfulness_check&from=2026-13-01", "?reason=lawfulness_check&nonsense=1"} {
		c.Get("/api/v1/log" + bad).Want(422)
	}
	c.Get("/api/v1/log?reason=lawfulness_check&after=nonsense").Want(400)
	c.JSON("POST", "/api/v1/log/verifications", map[string]any{"reason": ""}).Want(422)
	for _, who := range []string{"rsz", "avim"} {
		other := site.Key(who)
		other.Get("/api/v1/log?reason=lawfulness_check").Want(404)
		other.JSON("POST", "/api/v1/log/verifications", map[string]any{"reason": "lawfulness_check"}).Want(404)
	}
}

// TestActions_haveWordsInFourLanguages goes through every action that the program declares: an auditor never reads a code.
func TestActions_haveWordsInFourLanguages(t *testing.T) {
	catalogue, err := locale.Load(web.Locales())
	if err != nil {
		t.Fatal(err)
	}
	actions := gate.Actions()
	for _, last := range []string{"exchange.import", "log.read", "outside.lose", "worklist.show"} {
		if !slices.Contains(actions, last) {
			t.Errorf("%s is not declared: this test does not see the whole program", last)
		}
	}
	for _, lang := range locale.Langs() {
		w := catalogue.For(lang)
		for _, action := range actions {
			if !strings.HasPrefix(action, "test.") && !w.Has("trail.action."+action) {
				t.Errorf("%s: no words for %s", lang, action)
			}
		}
	}
}
