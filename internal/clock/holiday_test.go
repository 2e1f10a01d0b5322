package clock_test

import (
	"testing"

	"relais/internal/locale"
	"relais/internal/rulepack"
	"relais/internal/testkit"
	"relais/web"
)

// TestShow_saysWhenOfficesAreClosedOnTheLastDay: the law's day stays, and the page names the last working day before it.
func TestShow_saysWhenOfficesAreClosedOnTheLastDay(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		v := s.show("payoke", s.start("dvz", "be.reflection", "2026-02-20"))
		if v.DueOn != "2026-04-06" || v.Falls != "easter_monday" || v.Before != "2026-04-03" {
			t.Errorf("45 days from 20 February: %s, %q, %s", v.DueOn, v.Falls, v.Before)
		}
		s.victimID = s.victim("1990")
		if v := s.show("payoke", s.start("dvz", "be.reflection", w.Today())); v.DueOn != "2026-04-16" || v.Falls != "" || v.Before != "" {
			t.Errorf("45 days from 2 March: %s, %q, %s", v.DueOn, v.Falls, v.Before)
		}
	})
}

func TestWords_areThereForEachHoliday(t *testing.T) {
	words, err := locale.Load(web.Locales())
	if err != nil {
		t.Fatal(err)
	}
	for _, holiday := range rulepack.Holidays() {
		for _, lang := range locale.Langs() {
			if !words.For(lang).Has("clock.holiday." + holiday) {
				t.Errorf("%s: no words for %s", lang, holiday)
			}
		}
	}
}
