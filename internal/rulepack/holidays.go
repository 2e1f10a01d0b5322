package rulepack

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"relais/internal/moment"
)

// holidaysFile lists the public holidays of a country.
const holidaysFile = "holidays.csv"

var holidayColumns = strings.Split("holiday,valid_from,valid_to,day,source,note", ",")

// holidayWords are the holidays that have words: clock.holiday.<word>. Saturday and sunday stand there too.
var holidayWords = strings.Fields(`new_year good_friday easter_monday labour_day europe_day ascension whit_monday kings_day liberation_nl
	national_be national_lu assumption all_saints armistice christmas st_stephen`)

// The days of a week on which offices are closed.
const (
	saturday = "saturday"
	sunday   = "sunday"
)

// Holidays are the words of days on which offices are closed.
func Holidays() []string { return append([]string{saturday, sunday}, holidayWords...) }

// dayOfYear is how a day is written: a month and a day, which may fall a day earlier where it is a Sunday, or days from Easter Sunday.
var dayOfYear = regexp.MustCompile(`^(?:(\d\d)-(\d\d)(<sunday)?|easter([+-]\d{1,2}))$`)

// holiday is a public holiday of a country in a time.
type holiday struct {
	country     Country
	code        string
	from, to    moment.Date
	month, day  int
	beforeOnSun bool
	easter      bool
	offset      int
}

func (b *Book) readHolidays(packs fs.FS, directory string, country Country, refusals *Refusals) {
	read(packs, path.Join(directory, holidaysFile), holidayColumns, refusals, func(c *cells) {
		c.rule = c.values[0]
		h := holiday{country: country, code: c.code("holiday", holidayWords)}
		h.from, h.to = c.days()
		c.needed("source")
		parts := dayOfYear.FindStringSubmatch(c.text("day"))
		switch {
		case parts == nil:
			c.refuse("day has to be MM-DD, MM-DD<sunday or easter+N, not %q", c.text("day"))
		case parts[4] != "":
			h.easter = true
			h.offset, _ = strconv.Atoi(parts[4])
		default:
			h.month, _ = strconv.Atoi(parts[1])
			h.day, _ = strconv.Atoi(parts[2])
			h.beforeOnSun = parts[3] != ""
			if _, err := time.Parse(time.DateOnly, "2024-"+parts[1]+"-"+parts[2]); err != nil {
				c.refuse("no day of a year: %q", c.text("day"))
			}
		}
		for i := range b.holidays {
			if o := &b.holidays[i]; o.country == country && o.code == h.code && overlap(h.from, h.to, o.from, o.to) {
				c.refuse("holds on the same days as another line")
			}
		}
		b.holidays = append(b.holidays, h)
	})
}

// in is the day on which the holiday falls in a year.
func (h *holiday) in(year int) time.Time {
	if h.easter {
		return easterOf(year).AddDate(0, 0, h.offset)
	}
	day := time.Date(year, time.Month(h.month), h.day, 0, 0, 0, 0, time.UTC)
	if h.beforeOnSun && day.Weekday() == time.Sunday {
		return day.AddDate(0, 0, -1)
	}
	return day
}

// easterOf is Easter Sunday of the Gregorian calendar, by the method that is named after Meeus, Jones and Butcher.
func easterOf(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	return time.Date(year, time.Month(month), (h+l-7*m+33*month+19)%32, 0, 0, 0, 0, time.UTC)
}

// Closed says why offices of a country are closed on a day: a holiday, a saturday or a sunday; empty where they are not.
func (b *Book) Closed(country string, on moment.Date) string {
	day, err := time.Parse(time.DateOnly, string(on))
	if err != nil {
		return ""
	}
	at := slices.IndexFunc(b.holidays, func(h holiday) bool {
		return string(h.country) == country && h.from <= on && (h.to == "" || on <= h.to) && h.in(day.Year()).Equal(day)
	})
	switch {
	case at >= 0:
		return b.holidays[at].code
	case day.Weekday() == time.Saturday:
		return saturday
	case day.Weekday() == time.Sunday:
		return sunday
	}
	return ""
}

// WorkingDay is the last day, up to one, on which offices of a country are open. No time limit moves by it: the law's day stays.
func (b *Book) WorkingDay(country string, on moment.Date) moment.Date {
	for range 31 { // no country closes for a month
		if b.Closed(country, on) == "" {
			return on
		}
		on = on.AddDays(-1)
	}
	return on
}
