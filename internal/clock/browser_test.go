package clock_test

import (
	"strings"
	"testing"

	"relais/internal/testkit"
)

// TestClock_inTheBrowser starts a clock with a mistake first, looks at it, pauses it and makes a calendar address.
func TestClock_inTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := sceneIn(t, w)
	site := w.Serve(t)
	tab := site.Browse("dvz")
	tab.Open(site.URL + "/victims/" + s.victimID)
	tab.Click("English")
	tab.Click("Start a time limit")
	testkit.Inspect(t, tab, "clock-start")
	tab.Click("Reflection period (Belgium)")
	for label, value := range map[string]string{"Day": "2", "Month": "3", "Year": "2027"} {
		tab.In("Day of the event").Fill(label, value)
	}
	tab.Click("Start a time limit")
	if tab.Status() != 422 || !tab.Has("be.reflection: the day lies in the future.") {
		t.Errorf("a wrong day: %d %s", tab.Status(), tab.Text())
	}
	tab.In("Day of the event").Fill("Year", "2026")
	tab.Click("Start a time limit")
	if !tab.Has("The time limit runs.") || !tab.Has("45 days left") || !tab.Has("16 April 2026") {
		t.Errorf("%s: %s", tab.Title(), tab.Text())
	}
	if !tab.Has("Loi / Wet 15.12.1980, art. 61/2") || strings.Contains(tab.Text(), "domain 1") {
		t.Errorf("the law, and nothing of the project's notes: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "clock-show")
	tab.Click("Pause the time limit")
	testkit.Inspect(t, tab, "clock-step")
	tab.Click("In hospital")
	for label, value := range map[string]string{"Day": "20", "Month": "3", "Year": "2026"} {
		tab.In("Look at it again on").Fill(label, value)
	}
	tab.Click("Pause")
	if !tab.Has("The time limit is paused.") {
		t.Errorf("%s: %s", tab.Title(), tab.Text())
	}
	tab.Click("All time limits")
	testkit.Inspect(t, tab, "clock-list")
	tab.Click("Calendar addresses")
	tab.Click("Make a calendar address")
	if !tab.Has("it is shown this once") {
		t.Errorf("%s: %s", tab.Title(), tab.Text())
	}
	testkit.Inspect(t, tab, "clock-feed")
	tab.Click("Calendar addresses")
	testkit.Inspect(t, tab, "clock-feeds")
	tab.Open(site.URL + "/victims/" + s.victimID)
	testkit.Inspect(t, tab, "victim-with-clock")
}
