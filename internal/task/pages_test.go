package task_test

import (
	"strings"
	"testing"

	"relais/internal/httpkit/pagecheck"
	"relais/internal/testkit"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "task") }

// TestTask_isGivenAndDoneInTheBrowser goes from the victim's page over a mistake to a task, to the day of who does it, and to its
// end, in German: the longest words have to stay on one line of the menu.
func TestTask_isGivenAndDoneInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	victimID := scene(w)
	site := w.Serve(t)
	tab := site.Browse("payoke")
	tab.Open(site.URL + "/victims/" + victimID)
	tab.Click("Deutsch")
	tab.Click("Neue Aufgabe")
	tab.Fill("Was zu tun ist", "Etwas anderes")
	tab.Click("Die Aufgabe geben")
	if tab.Status() != 422 {
		t.Errorf("without a word of what it is: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "task-new-wrong-de")
	tab.Fill("In eigenen Worten (freiwillig)", "Dolmetscherin für Dienstag suchen")
	tab.Click("Die Aufgabe geben")
	testkit.Inspect(t, tab, "task-show-de")
	tab.Open(site.URL + "/")
	if !tab.Has("Dolmetscherin für Dienstag suchen") {
		t.Errorf("the day does not show the task: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "worklist-show-de")
	tab.Click("Etwas anderes")
	tab.Fill("Notiz (freiwillig)", "Frau Duong kommt")
	tab.Click("Als erledigt melden")
	if !tab.Has("Frau Duong kommt") || !strings.Contains(tab.URL(), "/tasks/") {
		t.Errorf("the task is not done: %s", tab.Text())
	}
	tab.Click("Austausch")
	testkit.Inspect(t, tab, "referrals-de")
}

// TestTask_givesTheNoteBackWhereTheTaskIsOverInTheBrowser writes a note under a task that somebody else ends meanwhile: the page has no form for it
// any more, and the error page gives back even one short word. It is looked at in German.
func TestTask_givesTheNoteBackWhereTheTaskIsOverInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := add(w, "payoke", scene(w), call(w, "worker:"+w.Person("payoke").ID, 3))
	site := w.Serve(t)
	tab := site.Browse("payoke")
	tab.Open(site.URL + "/tasks/" + id)
	tab.Click("Deutsch")
	tab.Fill("Notiz (freiwillig)", "angst")
	if err := w.Tasks.Finish(w.As("payoke"), id, 1, ""); err != nil {
		t.Fatal(err)
	}
	tab.Click("Als erledigt melden")
	if typed := tab.Value("Was Sie geschrieben haben"); tab.Status() != 409 || typed != "angst" {
		t.Errorf("%d, and of the note there is %q", tab.Status(), typed)
	}
	testkit.Inspect(t, tab, "task-over-de")
}
