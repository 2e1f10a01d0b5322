package casefile_test

import (
	"strings"
	"testing"

	"relais/internal/httpkit/pagecheck"
	"relais/internal/section"
	"relais/internal/testkit"
)

func TestPages_areSound(t *testing.T) { pagecheck.Slice(t, "casefile") }

// TestCase_isOpenedInTheBrowser opens a case from the empty list, with a mistake first, in German.
func TestCase_isOpenedInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	tab := site.Browse("rsz")
	tab.Open(site.URL + "/cases")
	tab.Click("Deutsch")
	testkit.Inspect(t, tab, "casefile-list-empty-de")
	tab.Click("Fallakte eröffnen")
	tab.Click("Fallakte eröffnen")
	if tab.Status() != 422 {
		t.Errorf("an empty form: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "casefile-form-wrong-de")
	tab.Fill("Form der Ausbeutung", "Zwangsarbeit")
	tab.Fill("Wirtschaftszweig (freiwillig)", "Baugewerbe")
	tab.Fill("Land der Ausbeutung", "Belgien")
	tab.Fill("Erkannt durch", "Arbeitsinspektion")
	for label, value := range map[string]string{"Tag": "26", "Monat": "2", "Jahr": "2026"} {
		tab.In("Erkannt am").Fill(label, value)
	}
	tab.Click("Fallakte eröffnen")
	if !tab.Has("Ihre Arbeitsstelle führt sie") || !tab.Has("Baugewerbe") {
		t.Errorf("the case does not show: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "casefile-show-de")
}

// TestFacts_twoEditors shows the second what the first has saved.
func TestFacts_twoEditors(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := w.OpenCase("rsz")
	w.OpenVictim("rsz", id, section.Values{"family_name": "Nguyen"})
	site := w.Serve(t)
	tab := site.Browse("rsz")
	tab.Open(site.URL + "/cases/" + id)
	if strings.Contains(tab.HTML(), "Nguyen") {
		t.Error("the page of a case names a person")
	}
	tab.Click("Feiten wijzigen")
	theirs := testkit.Site
	theirs.Country = "NL"
	if err := w.Cases.Change(w.As("rsz.second"), id, 1, theirs); err != nil {
		t.Fatal(err)
	}
	tab.Fill("Sector (niet verplicht)", "Landbouw, bosbouw en visserij")
	tab.Click("Opslaan")
	if tab.Status() != 409 || !tab.Has("Nu opgeslagen") || !tab.Has("Nederland") || !tab.Has("Bram Oostwal heeft dit op") {
		t.Errorf("the second editor is not told: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "casefile-conflict-nl")
	tab.Click("Opslaan")
	view, err := w.Cases.Show(w.As("rsz"), id)
	if err != nil || view.Version != 3 || view.Facts.Sector != "A" {
		t.Errorf("%+v %v", view, err)
	}
	tab.Click("Eerdere versies van de feiten")
	for _, words := range []string{"Versie 3", "Lotte Vermoesen", "Bram Oostwal", "Nederland", "Versie 1", "België", "Bouw"} {
		if !tab.Has(words) {
			t.Errorf("the history does not say %q: %s", words, tab.Text())
		}
	}
	testkit.Inspect(t, tab, "casefile-history-nl")
}

func TestList_offersOnlyWhatTheReaderMayDo(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := w.OpenCase("rsz")
	w.AddToTeam("rsz", id, "be.court")
	w.AddToTeam("rsz", id, "be.fgp")
	site := w.Serve(t)
	for who, may := range map[string][3]bool{"rsz": {true, true, true}, "fgp": {true, true, false}, "court": {false, false, false}} {
		c := site.SignIn(who)
		list, page := string(c.Get("/cases").Want(200).Body), string(c.Get("/cases/"+id).Want(200).Body)
		got := [3]bool{strings.Contains(list, `"/cases/new"`), strings.Contains(page, "/victims/new"), strings.Contains(page, "/cases/"+id+"/edit")}
		if got != may {
			t.Errorf("%s is offered %v, wants %v", who, got, may)
		}
		status := map[bool]int{true: 200, false: 403}
		c.Get("/cases/" + id + "/edit").Want(status[may[2]])
		c.Get("/cases/" + id + "/victims/new").Want(status[may[1]])
	}
	site.SignIn("court").Get("/cases/new").Want(404)
}
