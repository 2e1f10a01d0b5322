package minor

import (
	"fmt"
	"time"

	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/section"
)

// birthdays knows the day on which each birth date makes somebody an adult, by the token of the date: so no file is opened, and nothing
// new is stored of anybody.
type birthdays struct {
	of     map[string]moment.Date // by token
	on     map[moment.Date][][]byte
	latest moment.Date
}

// know works the days out, from the first year in which somebody can have been said to be a child here to eighteen years from today.
func (b *birthdays) know(tx *gate.Tx, today moment.Date) {
	if b.latest == today {
		return
	}
	*b = birthdays{of: map[string]moment.Date{}, on: map[moment.Date][][]byte{}, latest: today}
	first, _ := time.Parse(time.DateOnly, "2000-01-01")
	now, _ := time.Parse(time.DateOnly, string(today))
	for day := first; day.Before(now.AddDate(rulepack.Adulthood+1, 0, 0)); day = day.AddDate(0, 0, 1) {
		b.learn(tx, day.AddDate(-rulepack.Adulthood, 0, 0).Format(time.DateOnly))
	}
	for year := first.Year() - rulepack.Adulthood; year <= now.Year(); year++ {
		b.learn(tx, fmt.Sprintf("%04d", year))
		b.learn(tx, fmt.Sprintf("%04d-02-29", year))
		for month := 1; month <= 12; month++ {
			b.learn(tx, fmt.Sprintf("%04d-%02d", year, month))
		}
	}
}

func (b *birthdays) learn(tx *gate.Tx, born string) {
	day := rulepack.AdultOn(born)
	tokens := entry.Tokens(tx, []section.Searchable{{Field: "birth_date", Kind: "date", Value: born}})
	for _, token := range tokens {
		if _, known := b.of[string(token)]; day != "" && !known {
			b.of[string(token)] = day
			b.on[day] = append(b.on[day], token)
		}
	}
}

// tokens are those of the birth dates by which somebody comes of age on one of the days.
func (b *birthdays) tokens(tx *gate.Tx, from, last, today moment.Date) [][]byte {
	b.know(tx, today)
	all := [][]byte{{}} // a list is never empty
	for day := from; day <= last; day = day.AddDays(1) {
		all = append(all, b.on[day]...)
	}
	return all
}
