package rulepack

import (
	"time"

	"relais/internal/moment"
)

// Unit is in what a clock counts.
type Unit string

// The units. Days, months and years are those of the calendar in Europe/Brussels.
const (
	Hours  Unit = "hours"
	Days   Unit = "days"
	Months Unit = "months"
	Years  Unit = "years"
)

// Due is the last day on which the right holds. The day of the event does not count (Regulation 1182/71, art. 3): 45 days from
// 1 March end with 15 April, a month from 31 January with the last day of February. Hours count as whole days begun.
func (r ClockRule) Due(start moment.Date) moment.Date { return r.DueAfter(start, 0) }

// DueAfter is Due for a clock that was renewed so many times. All is counted from the first day, so that a month end does not
// creep: 31 January and twice three months is 31 July.
func (r ClockRule) DueAfter(start moment.Date, renewals int) moment.Date {
	return Add(start, r.Length+renewals*r.RenewBy, r.Unit)
}

// DueAt is the end of a clock that counts in hours, from an instant.
func (r ClockRule) DueAt(start moment.Time) moment.Time {
	if r.Unit == Hours {
		return start.Add(time.Duration(r.Length) * time.Hour)
	}
	return r.Due(moment.DayOf(start)).EndOf()
}

// Add counts from a day: the same day of the month where months or years are counted, or the month's last day if it has no such
// day. Nothing comes of a day that is none.
func Add(start moment.Date, n int, unit Unit) moment.Date {
	day, err := time.Parse(time.DateOnly, string(start))
	if err != nil {
		return ""
	}
	switch unit {
	case Hours:
		return start.AddDays((n + 23) / 24)
	case Days:
		return start.AddDays(n)
	case Years:
		n *= 12
	}
	first := time.Date(day.Year(), day.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return moment.Date(first.AddDate(0, 0, min(day.Day(), last)-1).Format(time.DateOnly))
}

// shortest is the least number of days that a length can have.
func shortest(n int, unit Unit) int {
	switch unit {
	case Hours:
		return n / 24
	case Months:
		return leastMonths(n)
	case Years:
		return leastMonths(12 * n)
	}
	return n
}

// leastMonths looks at every month of a long year and a short one.
func leastMonths(n int) (least int) {
	for month := range 48 {
		start := time.Date(2023, time.Month(1+month), 28, 0, 0, 0, 0, time.UTC)
		from := moment.Date(start.Format(time.DateOnly))
		end, err := time.Parse(time.DateOnly, string(Add(from, n, Months)))
		if days := int(end.Sub(start).Hours() / 24); err == nil && (least == 0 || days < least) {
			least = days
		}
	}
	return least
}
