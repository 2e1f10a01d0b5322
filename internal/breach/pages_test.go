package breach_test

import (
	"net/http"
	"strings"
	"testing"

	"relais/internal/breach"
	"relais/internal/gate"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/section"
	"relais/internal/testkit"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "breach") }

// TestBrowser_aBreachIsRecordedAndSettled in German and French, at 360 pixels and 1280: recorded over two mistakes, found by the number on
// my day, and completed when the authority was told.
func TestBrowser_aBreachIsRecordedAndSettled(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, t: t, caseID: w.OpenCase("rsz")}
	s.victim = w.OpenVictim("rsz", s.caseID, section.Values{"family_name": "Nguyen"})
	w.AddToTeam("rsz", s.caseID, "be.payoke")
	site := w.Serve(t)
	lead := site.SignIn("payoke.lead")
	day := strings.Split(string(w.Today().AddDays(-1)), "-")
	form := []string{"kind", "wrong_recipient", "known_at.year", day[0], "known_at.month", day[1], "known_at.day", day[2], "known_hour", "17:30",
		"story", "A report went to another desk.", "references", strings.ToLower(s.reference("payoke", s.victim)), "authority", "pending", "subjects", "high_risk"}
	wrong := append([]string{}, form...)
	wrong[9] = "half past five"
	if page := string(lead.PostForm("/breaches", testkit.Fields(wrong...)).Want(http.StatusUnprocessableEntity).Body); !strings.Contains(page, `known_hour-error`) {
		t.Error("the hour is not blamed")
	}
	to := lead.PostForm("/breaches", testkit.Fields(form...)).Want(http.StatusSeeOther).Location()
	if day := string(lead.Get("/").Want(http.StatusOK).Body); !strings.Contains(day, `href="/breaches?box=open"`) {
		t.Error("my day does not lead to it")
	}
	lead.PostForm(to+"/correction", testkit.Fields(form...)).Want(http.StatusPreconditionRequired)
	tab := site.Browse("payoke.lead")
	tab.Open(site.URL + "/breaches")
	tab.Click("Deutsch")
	testkit.Inspect(t, tab, "breach-list-de")
	tab.Open(site.URL + "/breaches/new")
	testkit.Inspect(t, tab, "breach-new-de")
	tab.Open(site.URL + to)
	if !tab.Has("RSZ/ONSS") || !tab.Has("17:30") {
		t.Errorf("the breach does not show what was written: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "breach-show-de")
	tab.Open(site.URL + to + "/correction")
	tab.Click("Français")
	testkit.Inspect(t, tab, "breach-correct-fr")
	tab.Click("Pas à notifier : un risque est peu probable")
	tab.Click("Enregistrer une nouvelle version")
	if !tab.Has("Pas notifiée : pourquoi un risque est-il peu probable ? : Remplissez") {
		t.Errorf("no risk without a reason goes through: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "breach-wrong-fr")
	tab.Open(site.URL + to)
	testkit.Inspect(t, tab, "breach-show-fr")
}

// TestBrowser_aBreachIsReportedAndTakenUp in German and French, at 360 pixels and 1280: from the menu of a file, over a mistake; who answers for the
// agency comes to it from my day, and takes it up.
func TestBrowser_aBreachIsReportedAndTakenUp(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, t: t, caseID: w.OpenCase("rsz")}
	s.victim = w.OpenVictim("rsz", s.caseID, section.Values{"family_name": "Nguyen"})
	w.AddToTeam("rsz", s.caseID, "be.payoke")
	mine := s.reference("payoke", s.victim)
	site := w.Serve(t)
	tab := site.Browse("payoke")
	tab.Open(site.URL + "/victims/" + s.victim)
	tab.Click("Deutsch")
	testkit.Inspect(t, tab, "breach-report-file-de")
	tab.Open(site.URL + "/breach-reports/new?file=" + s.victim)
	payoke := site.SignIn("payoke")
	if page := string(payoke.Get("/breach-reports/new?file=" + s.victim).Want(http.StatusOK).Body); !strings.Contains(page, mine+"</textarea>") {
		t.Errorf("the form does not name the file: %s", page)
	}
	testkit.Inspect(t, tab, "breach-report-new-de")
	tab.Click("Melden")
	testkit.Inspect(t, tab, "breach-report-wrong-de")
	day := strings.Split(string(w.Today()), "-")
	form := []string{"kind", "wrong_recipient", "noticed_at.year", day[0], "noticed_at.month", day[1], "noticed_at.day", day[2], "noticed_hour", "00:10",
		"story", "A report went to another desk.", "references", strings.ToLower(mine)}
	payoke.PostForm("/breach-reports", testkit.Fields(form...)).Want(http.StatusSeeOther)
	payoke.PostForm("/breach-reports", testkit.Fields(append(form[:9:9], "24:99", "story", "x")...)).Want(http.StatusUnprocessableEntity)
	tab.Open(site.URL + "/breach-reports")
	testkit.Inspect(t, tab, "breach-reports-mine-de")
	lead := site.Browse("payoke.lead")
	lead.Open(site.URL + "/")
	lead.Click("Français")
	lead.Click("Violation signalée à trancher")
	testkit.Inspect(t, lead, "breach-reports-fr")
	id := must(w.Breaches.Reports(w.As("payoke.lead"), breach.BoxWaiting, gate.Cursor{}))(t).Items[0].ID
	lead.Open(site.URL + "/breach-reports/" + id)
	testkit.Inspect(t, lead, "breach-report-fr")
	lead.Click("Reprendre au registre")
	testkit.Inspect(t, lead, "breach-take-up-fr")
	lead.Click("Enregistrer")
	if !lead.Has("La violation est enregistrée") || !lead.Has(mine) {
		t.Errorf("it is not taken up: %s", lead.Text())
	}
	testkit.Inspect(t, lead, "breach-taken-fr")
	lead.Open(site.URL + "/breach-reports/" + id)
	lead.Click("Deutsch")
	testkit.Inspect(t, lead, "breach-report-taken-de")
	tab.Open(site.URL + "/breach-reports")
	if !tab.Has("Im Verzeichnis") || tab.Has("another desk") {
		t.Errorf("who reported it reads %s", tab.Text())
	}
}
