package moment

import "time"

// Date is a civil day as YYYY-MM-DD, without zone; empty means "none".
type Date string

// brussels is the one legal zone of the three countries.
var brussels = mustZone("Europe/Brussels")

// Brussels is the civil time zone in which days begin and end for all three countries.
func Brussels() *time.Location { return brussels }

// ParseDate reads YYYY-MM-DD; ok is false for anything else, 30 February included.
func ParseDate(text string) (Date, bool) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return "", false
	}
	return Date(day.Format(time.DateOnly)), true
}

// DayOf is the civil day in Brussels at which t falls.
func DayOf(t Time) Date { return Date(t.Time().In(brussels).Format(time.DateOnly)) }

// At is an hour of the day in Brussels, written as 14:05; ok is false for what is no day or no hour.
func (d Date) At(clock string) (t Time, ok bool) {
	at, err := time.ParseInLocation(time.DateOnly+" 15:04", string(d)+" "+clock, brussels)
	return Of(at), err == nil
}

// EndOf is the last instant of the day in Brussels, so that a right "until 3 May" still holds on 3 May.
func (d Date) EndOf() Time {
	day, err := time.ParseInLocation(time.DateOnly, string(d), brussels)
	if err != nil {
		return 0
	}
	return Of(day.AddDate(0, 0, 1)) - 1
}

// AddDays moves the day by n days.
func (d Date) AddDays(n int) Date {
	day, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return Date(day.AddDate(0, 0, n).Format(time.DateOnly))
}
