package rulepack

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"relais/internal/moment"
)

// TestClosed_isTheCalendarOfEachCountry compares with days that were looked up by hand.
func TestClosed_isTheCalendarOfEachCountry(t *testing.T) {
	b, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ country, day, want, before string }{
		{"BE", "2026-07-21", "national_be", "2026-07-20"}, {"NL", "2026-07-21", "", "2026-07-21"}, {"LU", "2026-06-23", "national_lu", "2026-06-22"},
		{"BE", "2026-04-06", "easter_monday", "2026-04-03"}, {"NL", "2026-04-06", "easter_monday", "2026-04-02"}, // Good Friday, Saturday, Sunday before it
		{"NL", "2026-04-03", "good_friday", "2026-04-02"}, {"BE", "2026-04-03", "", "2026-04-03"},
		{"BE", "2026-05-14", "ascension", "2026-05-13"}, {"LU", "2026-05-25", "whit_monday", "2026-05-22"},
		{"NL", "2026-04-27", "kings_day", "2026-04-24"}, {"NL", "2025-04-26", "kings_day", "2025-04-25"}, {"NL", "2025-04-27", "sunday", "2025-04-25"},
		{"LU", "2018-05-09", "", "2018-05-09"}, {"LU", "2019-05-09", "europe_day", "2019-05-08"},
		{"NL", "2026-12-26", "st_stephen", "2026-12-24"}, {"BE", "2026-12-26", "saturday", "2026-12-24"},
		{"BE", "2027-01-01", "new_year", "2026-12-31"}, {"DE", "2026-10-03", "saturday", "2026-10-02"}, {"BE", "no day", "", "no day"},
	} {
		if got, before := b.Closed(c.country, moment.Date(c.day)), b.WorkingDay(c.country, moment.Date(c.day)); got != c.want || string(before) != c.before && c.day != "no day" {
			t.Errorf("%s %s: %q, the last working day %s", c.country, c.day, got, before)
		}
	}
}

// TestEasterOf_isWhatAlmanacsSay, the earliest and the latest possible ones too.
func TestEasterOf_isWhatAlmanacsSay(t *testing.T) {
	for year, want := range map[int]string{1818: "03-22", 1943: "04-25", 2000: "04-23", 2008: "03-23", 2024: "03-31", 2025: "04-20", 2026: "04-05", 2027: "03-28", 2038: "04-25"} {
		if got := easterOf(year).Format("01-02"); got != want {
			t.Errorf("%d: %s, want %s", year, got, want)
		}
	}
	for year := 1900; year < 2200; year++ {
		if day := easterOf(year); day.Weekday() != time.Sunday {
			t.Errorf("Easter of %d is a %s", year, day.Weekday())
		}
	}
}

func TestHolidays_areRefusedWithFileAndReason(t *testing.T) {
	for claim, c := range map[string]struct{ old, new, want string }{
		"a holiday without words": {"armistice,", "carnival,", `be/holidays.csv line 10: carnival: unknown holiday "carnival"`},
		"a day that is none":      {"11-11", "02-30", `no day of a year: "02-30"`},
		"a rule nobody reads":     {"easter+39", "pentecost-10", "day has to be MM-DD"},
		"one twice":               {"assumption,", "all_saints,", "holds on the same days as another line"},
		"no source":               {"11-11,Loi / Wet 4.1.1974; Arrêté royal / Koninklijk besluit 18.4.1974", "11-11,", "source is missing"},
	} {
		files := shippedFiles(t)
		text := string(files["be/holidays.csv"].Data)
		if !strings.Contains(text, c.old) {
			t.Errorf("%s: no %q", claim, c.old)
		}
		files["be/holidays.csv"] = &fstest.MapFile{Data: []byte(strings.Replace(text, c.old, c.new, 1))}
		if _, err := Load(files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", claim, err)
		}
	}
}
