package question

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/romanise"
	"relais/internal/section"
)

// month is one in the languages of the program and of those nearby, with what follows it before a number.
const month = `(?:jan|gen|ene|feb|fev|fév|mar|mär|mrt|maa|apr|avr|abr|may|mai|mei|mag|jun|juin|giu|jul|juil|lug|aug|aou|aoû|ago|sep|set|oct|okt|ott|out|nov|dec|déc|dez|dic)\p{L}{0,7}[.,]?[\s-]+`

// What tells who somebody is, whatever file it stands in. The rules would rather refuse a harmless number than let an identifier pass.
var (
	address  = regexp.MustCompile(`(?i)\S+@\S+|https?://|www\.`)
	numeric  = regexp.MustCompile(`\+?[0-9](?:[ ./()_'·\\-]*[0-9]){5,}`)                                                                                           // telephone, national number, document
	dated    = regexp.MustCompile(`\b(?:[0-9]{1,2} ?[./-] ?[0-9]{1,2} ?[./-] ?(?:[0-9]{2}){1,2}|[0-9]{2,4}[./-][0-9]{1,2}[./-][0-9]{1,2}|[0-9]{1,2}月[0-9]{1,2}日)`) // 7/3/94
	written  = regexp.MustCompile(`(?i)\b[0-9]{1,2}(?:st|nd|rd|th|er|e|\.)?[\s-]*(?:(?:of|de)\s+)?(?:\p{L}{3,}[.,]?[\s-]+(?:de\s+)?(?:19|20)[0-9]{2}|` + month + `['’]?[0-9]{2})\b`)
	american = regexp.MustCompile(`(?i)\b(?:(?:19|20)[0-9]{2}[\s,.-]+` + month + `[0-9]{1,2}|` + month + `[0-9]{1,2}(?:st|nd|rd|th)?[\s,.-]+['’]?(?:(?:19|20)[0-9]{2}|[0-9]{2}))\b`) // March 7, 1994
	document = regexp.MustCompile(`(?:^|[^\p{L}0-9])\p{L}{1,4}[- ]?[0-9]{4,}`)                                                                                                       // AB1234567
)

// A year of now, alone or next to another, says when something is needed and not who somebody is.
var (
	run           = regexp.MustCompile(`[0-9]+(?:[ ./()_'·\\-]*[0-9]+)*`) // digits as far as one number could go
	years         = regexp.MustCompile(`^(20[0-9]{2})(?: ?[/-] ?(20[0-9]{2}))?$`)
	lettersBefore = regexp.MustCompile(`(?:^|[^\p{L}0-9])(?:\p{Lu}{1,4}[- ]?|\p{L}{1,4}-?)$`) // as before the digits of a document
)

const (
	yearsBack  = 2
	yearsAhead = 5
)

// withoutYears takes out the years near now, unless they stand as the digits of a document would.
func withoutYears(text string, now moment.Time) string {
	var out strings.Builder
	last := 0
	for _, at := range run.FindAllStringIndex(text, -1) {
		found := years.FindStringSubmatch(text[at[0]:at[1]])
		if found == nil || !near(found[1], now) || found[2] != "" && !near(found[2], now) || lettersBefore.MatchString(text[:at[0]]) {
			continue
		}
		out.WriteString(text[last:at[0]])
		out.WriteByte('#')
		last = at[1]
	}
	return out.String() + text[last:]
}

func near(year string, now moment.Time) bool {
	n, err := strconv.Atoi(year)
	this := now.Time().Year()
	return err == nil && this-yearsBack <= n && n <= this+yearsAhead
}

// checkText refuses words that could tell who the person is: what looks like an address, a number or a date of birth.
func checkText(wrong *fault.Fault, text string, now moment.Time) {
	text = plain(text)
	numbers := withoutYears(text, now)
	switch {
	case address.MatchString(text):
		wrong.WithField("note", "question.holds_address")
	case dated.MatchString(text) || written.MatchString(text) || american.MatchString(text):
		wrong.WithField("note", "question.holds_date")
	case numeric.MatchString(numbers) || document.MatchString(numbers):
		wrong.WithField("note", "question.holds_number")
	}
}

// shortestName is from how many letters on a word of a name is looked for: shorter ones are words of every language.
const shortestName = 3

// checkNames refuses words that stand as names or numbers in what the asker reads of the file.
func checkNames(wrong *fault.Fault, text string, sections []entry.SectionView) {
	text = plain(text)
	said := wordsOf(text)
	for _, s := range sections {
		for _, e := range s.Entries {
			for _, found := range section.Of(s.Section).Searchable(e.Values) {
				if found.Kind == "name" && holdsOne(said, wordsOf(found.Value)) || holds(text, found.Kind, found.Value) {
					wrong.WithField("note", "question.holds_name")
					return
				}
			}
		}
	}
}

// wordsOf are the words of a text in the form in which names of any script are compared.
func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for _, raw := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		for _, word := range strings.Fields(romanise.Normalise(raw)) {
			if utf8.RuneCountInString(word) >= shortestName {
				words[word] = true
			}
		}
	}
	return words
}

func holdsOne(said, name map[string]bool) bool {
	for word := range name {
		if said[word] {
			return true
		}
	}
	return false
}
