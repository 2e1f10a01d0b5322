package rulepack

import (
	"io/fs"
	"path"
	"slices"
	"time"

	"relais/internal/moment"
)

// Adulthood is the age at which childhood ends, in all three countries.
const Adulthood = 18

// AdultOn is the day on which somebody with a birth date becomes an adult: by the last day that a year or a month can mean, and of who
// was born on 29 February, in a year without it, the first of March, because in doubt somebody is a child. Empty where the date is none.
func AdultOn(born string) moment.Date {
	switch len(born) {
	case len("2006"):
		born += "-12-31"
	case len("2006-01"):
		first, err := time.Parse("2006-01", born)
		if err != nil {
			return ""
		}
		born = first.AddDate(0, 1, -1).Format(time.DateOnly)
	}
	day, ok := moment.ParseDate(born)
	if !ok || day < "1900" {
		return ""
	}
	birth, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return ""
	}
	return moment.Date(birth.AddDate(Adulthood, 0, 0).Format(time.DateOnly)) // Go reads 29 February of a common year as 1 March
}

// ageFile lists who decides a dispute about an age.
const ageFile = "age_deciders.csv"

var ageColumns = []string{"country", "deciders", "valid_from", "valid_to", "source"}

// ageDeciders are the kinds of agencies that decide in a country in a time.
type ageDeciders struct {
	country  Country
	kinds    []string
	from, to moment.Date
}

func (b *Book) readAges(packs fs.FS, refusals *Refusals) {
	countries := make([]string, 0, len(Countries()))
	for _, country := range Countries() {
		countries = append(countries, string(country))
	}
	read(packs, path.Join(everywhere, ageFile), ageColumns, refusals, func(c *cells) {
		c.rule = c.needed("country")
		a := ageDeciders{country: Country(c.code("country", countries)), kinds: c.codes("deciders", working())}
		if len(a.kinds) == 0 {
			c.refuse("deciders are missing")
		}
		a.from, a.to = c.days()
		c.needed("source")
		for _, other := range b.ages {
			if other.country == a.country && (other.to == "" || a.from <= other.to) && (a.to == "" || other.from <= a.to) {
				c.refuse("holds on the same days as another line of %s", a.country)
			}
		}
		b.ages = append(b.ages, a)
	})
	for _, country := range Countries() {
		if !slices.ContainsFunc(b.ages, func(a ageDeciders) bool { return a.country == country && a.to == "" }) {
			refusals.add(path.Join(everywhere, ageFile), 1, string(country), "nobody decides about an age from some day on")
		}
	}
}

// DecidesAge says whether agencies of a kind decide a dispute about an age in a country on a day.
func (b *Book) DecidesAge(country, kind string, on moment.Date) bool {
	return slices.ContainsFunc(b.ages, func(a ageDeciders) bool {
		return string(a.country) == country && a.from <= on && (a.to == "" || on <= a.to) && slices.Contains(a.kinds, kind)
	})
}
