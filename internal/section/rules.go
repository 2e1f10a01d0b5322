package section

import (
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"
)

var (
	dateShape   = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	monthShape  = regexp.MustCompile(`^(\d{4})-(\d{1,2})$`)
	yearShape   = regexp.MustCompile(`^\d{4}$`)
	numberShape = regexp.MustCompile(`^([+-]?)(\d{1,15})(?:[.,](\d{1,9}))?$`)
	moneyShape  = regexp.MustCompile(
		`^(?:([A-Za-z]{3}) ?)?(\d{1,12}|\d{1,3}(?: \d{3}){1,3})(?:[.,](\d{1,2}))?(?: ?([A-Za-z]{3}))?$`)
	phoneShape = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)
)

// date reads a day, and for a partial date a year or a month too.
func (f *Field) date(text, today string) (string, *breach) {
	date, ok := wholeDate(text)
	if !ok && f.Type == PartialDate {
		date, ok = partOfDate(text)
	}
	if !ok {
		return "", broken(string(f.Type))
	}
	if year, _ := strconv.Atoi(date[:4]); year < f.Min || year > f.Max {
		return "", broken("date_range", "Min", f.Min, "Max", f.Max)
	}
	if f.Past && date > today[:len(date)] {
		return "", broken("future")
	}
	return date, nil
}

func wholeDate(text string) (string, bool) {
	part := dateShape.FindStringSubmatch(text)
	if part == nil {
		return "", false
	}
	day, err := time.Parse("2006-1-2", text)
	return day.Format(time.DateOnly), err == nil
}

func partOfDate(text string) (string, bool) {
	if yearShape.MatchString(text) {
		return text, true
	}
	if !monthShape.MatchString(text) {
		return "", false
	}
	month, err := time.Parse("2006-1", text)
	return month.Format("2006-01"), err == nil
}

// codes reads one answer or several, each once, in the order of the lists.
func (f *Field) codes(text, rule string) (string, *breach) {
	parts := []string{text}
	if f.Many() {
		parts = strings.Split(text, ";")
	}
	var picked []pick
	for _, part := range parts {
		if part = trim(part); part == "" {
			continue
		}
		one, ok := f.pick(part)
		if !ok {
			return "", broken(rule)
		}
		picked = append(picked, one)
	}
	slices.SortFunc(picked, func(a, b pick) int { return a.place - b.place })
	picked = slices.CompactFunc(picked, func(a, b pick) bool { return a.code == b.code })
	return joined(picked)
}

// pick is an answer with its place among all answers of the field.
type pick struct {
	code  string
	place int
	alone bool
}

func (f *Field) pick(text string) (pick, bool) {
	before := 0
	for _, name := range f.Lists() {
		l := loaded.lists[name]
		code := text
		if f.Type != Code && f.Type != Codes && codeShape.MatchString(text) { // ISO codes come in either case and length
			code = l.spelt[normalise(text)]
		}
		if place, ok := l.rank[code]; ok {
			return pick{code: code, place: before + place, alone: l.codes[place].Alone}, true
		}
		before += len(l.codes)
	}
	return pick{}, false
}

func joined(picked []pick) (string, *breach) {
	codes := make([]string, len(picked))
	for i, one := range picked {
		if one.alone && len(picked) > 1 {
			return "", broken("alone")
		}
		codes[i] = one.code
	}
	return strings.Join(codes, ";"), nil
}

// truth reads yes and no, also as forms and other systems write them.
func (f *Field) truth(text string) (string, *breach) {
	if code, ok := loaded.lists[boolList].spelt[normalise(text)]; ok && codeShape.MatchString(text) {
		return code, nil
	}
	return "", broken("code")
}

// number reads digits with a point or comma and gives them back without needless zeros.
func (f *Field) number(text string) (string, *breach) {
	part := numberShape.FindStringSubmatch(text)
	if part == nil || len(part[3]) > f.Decimals {
		if f.Decimals == 0 {
			return "", broken("whole_number")
		}
		return "", broken("number")
	}
	value := wholeDigits(part[2])
	if decimals := strings.TrimRight(part[3], "0"); decimals != "" {
		value += "." + decimals
	}
	if part[1] == "-" && value != "0" {
		value = "-" + value
	}
	size, _ := strconv.ParseFloat(value, 64)
	if bounded := f.Min != 0 || f.Max != 0; bounded && (size < float64(f.Min) || size > float64(f.Max)) {
		return "", broken("range", "Min", f.Min, "Max", f.Max)
	}
	return value, nil
}

// wholeDigits drops needless zeros in front.
func wholeDigits(digits string) string {
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		return "0"
	}
	return digits
}

var moneySigns = strings.NewReplacer("€", "EUR", "\u00A0", " ", "\u202F", " ")

// money reads an amount and a currency, euro if none is named. 1.500 is refused: some read it as one and a half.
func money(text string) (string, *breach) {
	part := moneyShape.FindStringSubmatch(moneySigns.Replace(text))
	if part == nil || part[1] != "" && part[4] != "" {
		return "", broken("money")
	}
	unit := strings.ToUpper(part[1] + part[4])
	if unit == "" {
		unit = "EUR"
	}
	if _, err := currency.ParseISO(unit); err != nil {
		return "", broken("money")
	}
	return wholeDigits(strings.ReplaceAll(part[2], " ", "")) + "." + (part[3] + "00")[:2] + " " + unit, nil
}

var phoneSigns = strings.NewReplacer("(0)", "", " ", "", "\u00A0", "", ".", "", "-", "", "/", "", "(", "", ")", "")

// phone reads a number with its country code; without one it could be anybody's.
func phone(text string) (string, *breach) {
	number := phoneSigns.Replace(text)
	if rest, ok := strings.CutPrefix(number, "00"); ok {
		number = "+" + rest
	}
	if !phoneShape.MatchString(number) {
		return "", broken("phone")
	}
	return number, nil
}

func email(text string) (string, *breach) {
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text || address.Name != "" {
		return "", broken("email")
	}
	_, host, _ := strings.Cut(text, "@")
	if !strings.Contains(strings.Trim(host, "."), ".") {
		return "", broken("email")
	}
	return text, nil
}
