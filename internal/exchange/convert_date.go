package exchange

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	isoDate    = regexp.MustCompile(`^\d{4}-\d{1,2}(-\d{1,2})?$`)
	isoInstant = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$`)
	slashed    = regexp.MustCompile(`^(\d{1,2})([/.-])(\d{1,2})([/.-])(\d{4})$`)
	yearFirst  = regexp.MustCompile(`^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$`)
	worded     = regexp.MustCompile(`^(\d{1,2})(?:er|\.)?[ -]([\pL]+)\.?[ -](\d{4})$`)
)

// date reads a day as spreadsheets and people write it. 3/4/2020 is refused: half of the world reads March.
func date(c cell, partial bool) (value, wrong string) {
	switch {
	case c.kind == day:
		return c.text, ""
	case c.kind == truth:
		return "", "date_unreadable"
	case isoDate.MatchString(c.text):
		return c.text, "" // the catalogue checks it
	}
	if whole := isoInstant.FindStringSubmatch(c.text); whole != nil {
		return whole[1], ""
	}
	if n, err := strconv.ParseFloat(c.text, 64); err == nil {
		return fromNumber(n, partial)
	}
	if part := yearFirst.FindStringSubmatch(c.text); part != nil {
		return join(part[1], part[2], part[3])
	}
	if part := worded.FindStringSubmatch(c.text); part != nil {
		if month, ok := months[fold(part[2])]; ok {
			return join(part[3], strconv.Itoa(month), part[1])
		}
	}
	return fromSlashes(c.text)
}

// fromNumber reads a bare number: a year where the field takes one, or the count of days of a cell that lost its format.
func fromNumber(n float64, partial bool) (value, wrong string) {
	if partial && n == float64(int(n)) && n >= 1900 && n <= 2100 {
		return strconv.Itoa(int(n)), ""
	}
	if n < 10000 { // before 1927: more likely a slip than a day
		return "", "date_unreadable"
	}
	if value, ok := fromSerial(n, false); ok {
		return value, ""
	}
	return "", "date_unreadable"
}

// fromSlashes reads day, month and year where only one order makes a date.
func fromSlashes(content string) (value, wrong string) {
	part := slashed.FindStringSubmatch(content)
	if part == nil || part[2] != part[4] {
		return "", "date_unreadable"
	}
	first, _ := strconv.Atoi(part[1])
	second, _ := strconv.Atoi(part[3])
	switch {
	case first > 12 || first == second:
		return join(part[5], part[3], part[1])
	case second > 12:
		return join(part[5], part[1], part[3])
	}
	return "", "date_ambiguous"
}

func join(year, month, dayOfMonth string) (value, wrong string) {
	parsed, err := time.Parse("2006-1-2", year+"-"+strings.TrimLeft(month, "0")+"-"+strings.TrimLeft(dayOfMonth, "0"))
	if err != nil {
		return "", "date_unreadable"
	}
	return parsed.Format(time.DateOnly), ""
}

// months are the names of the months and their usual abbreviations in the four languages, without accents.
var months = monthNames(
	"january jan januari janvier janv januar janner", "february feb februari fevrier fevr februar",
	"march mar maart mrt mars marz", "april apr avril avr", "may mei mai", "june jun juni juin",
	"july jul juli juillet juil", "august aug augustus aout", "september sep sept septembre",
	"october oct oktober okt octobre", "november nov novembre", "december dec decembre dezember dez",
)

func monthNames(lists ...string) map[string]int {
	all := map[string]int{}
	for i, list := range lists {
		for _, name := range strings.Fields(list) {
			all[name] = i + 1
		}
	}
	return all
}
