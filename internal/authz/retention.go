package authz

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"relais/internal/moment"
	"relais/policies"
)

const (
	retentionFile   = "retention.csv"
	retentionHeader = "code,country,kind,subject,class,counts,amount,removed,longest,from,to,source"

	// longestRetention is in years; nothing is kept for longer than the longest that a law of the three countries names.
	longestRetention = 50
)

// What a retention counts.
const (
	countsYears = "years" // calendar years after the file was closed
	countsAge   = "age"   // until the end of the year in which the person reaches this age
)

// Retention is one line: for how long an agency of this kind keeps a closed file.
type Retention struct {
	Code     string
	Country  string // "EU" for all
	Kind     Role   // "any" for all
	Subject  string // minor, or any
	Class    string // what the agency that closes says the file is to it; empty for what nobody has to choose
	Counts   string
	Amount   int
	Removed  int // years after closing from which the agency's people use the file no more; zero where they do until its end
	Longest  int // as Amount: what a review cannot go beyond; zero where the law names no such end
	From, To moment.Date
	Source   string
}

// Retentions are all lines, in the order of the file.
type Retentions []Retention

// ShippedRetentions reads the lines that the program carries, or says everything that is wrong with them.
func ShippedRetentions() (Retentions, error) { return ParseRetentions(policies.Retention) }

// ParseRetentions reads a text of retention rules; each refusal names its line.
func ParseRetentions(text string) (list Retentions, err error) {
	var refusals Refusals
	checkLines(retentionFile, text, &refusals)
	if len(refusals) > 0 {
		return nil, refusals
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			refusals.add(retentionFile, 1, "the quotes do not match; nothing was read")
			return nil, refusals
		}
		number, _ := reader.FieldPos(0)
		if number == 1 {
			if strings.Join(record, ",") != retentionHeader {
				refusals.add(retentionFile, 1, "the first line has to be %q", retentionHeader)
				return nil, refusals
			}
			continue
		}
		list = list.with(number, record, &refusals)
	}
	list.checkComplete(&refusals)
	if len(refusals) > 0 {
		return nil, refusals
	}
	return list, nil
}

// with takes up one line, or says what is wrong with it.
func (list Retentions) with(number int, record []string, refusals *Refusals) Retentions {
	if len(record) != 12 {
		refusals.add(retentionFile, number, "%d values instead of 12", len(record))
		return list
	}
	r := Retention{Code: record[0], Country: record[1], Kind: Role(record[2]), Subject: record[3], Class: record[4], Counts: record[5],
		From: moment.Date(record[9]), To: moment.Date(record[10]), Source: record[11]}
	amount, err := strconv.Atoi(record[6])
	r.Amount = amount
	removed, removedOK := numberOrNone(record[7])
	longest, longestOK := numberOrNone(record[8])
	r.Removed, r.Longest = removed, longest
	_, from := moment.ParseDate(record[9])
	_, to := moment.ParseDate(record[10])
	switch {
	case r.Code == "":
		refusals.add(retentionFile, number, "the code is missing")
	case !slices.Contains([]string{"EU", "BE", "NL", "LU"}, r.Country):
		refusals.add(retentionFile, number, "%s: unknown country %q", r.Code, record[1])
	case r.Kind != "any" && !slices.Contains(receivers(), r.Kind):
		refusals.add(retentionFile, number, "%s: unknown kind %q", r.Code, record[2])
	case r.Subject != "any" && r.Subject != "minor":
		refusals.add(retentionFile, number, "%s: the subject has to be any or minor, not %q", r.Code, record[3])
	case r.Class != "" && (r.Country == "EU" || r.Kind == "any"):
		refusals.add(retentionFile, number, "%s: a class is of one country and one kind of agency", r.Code)
	case r.Counts != countsYears && r.Counts != countsAge:
		refusals.add(retentionFile, number, "%s: counts years or age, not %q", r.Code, record[5])
	case err != nil || amount < 1 || amount > longestRetention:
		refusals.add(retentionFile, number, "%s: the amount has to be between 1 and %d, not %q", r.Code, longestRetention, record[6])
	case !removedOK || removed > 0 && (r.Counts != countsYears || removed >= amount):
		refusals.add(retentionFile, number, "%s: removed has to be empty or a number of years below the amount, not %q", r.Code, record[7])
	case !longestOK || longest > 0 && (longest < amount || longest > longestRetention):
		refusals.add(retentionFile, number, "%s: longest has to be empty or between the amount and %d, not %q", r.Code, longestRetention, record[8])
	case !from || r.To != "" && (!to || r.To < r.From):
		refusals.add(retentionFile, number, "%s: from and to have to be days in order", r.Code)
	case strings.TrimSpace(r.Source) == "":
		refusals.add(retentionFile, number, "%s: the source is missing", r.Code)
	case slices.ContainsFunc(list, r.overlaps):
		refusals.add(retentionFile, number, "%s: says twice what holds for the same files on the same day", r.Code)
	default:
		list = append(list, r)
	}
	return list
}

// numberOrNone reads a number above zero; nothing is none.
func numberOrNone(text string) (n int, ok bool) {
	if text == "" {
		return 0, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0
}

func (r Retention) overlaps(o Retention) bool {
	return r.Country == o.Country && r.Kind == o.Kind && r.Subject == o.Subject && r.Class == o.Class && (o.To == "" || r.From <= o.To) && (r.To == "" || o.From <= r.To)
}

// checkComplete refuses a text that leaves a file without a rule: no line would mean that it is kept for ever.
func (list Retentions) checkComplete(refusals *Refusals) {
	general := func(r Retention) bool {
		return r.Country == "EU" && r.Kind == "any" && r.Subject == "any" && r.Class == "" && r.To == ""
	}
	if !slices.ContainsFunc(list, general) {
		refusals.add(retentionFile, 1, "no line without end for EU, any, any")
	}
}

// For is the rule for a file that an agency of this country and kind closes on a day: what names the country goes before what
// does not, then what names the kind, then what names children.
func (list Retentions) For(country string, kind Role, minor bool, on moment.Date) Retention {
	return list.Of("", country, kind, minor, on)
}

// Of is For for a file that is of a class to the agency.
func (list Retentions) Of(class, country string, kind Role, minor bool, on moment.Date) (best Retention) {
	weight := -1
	for _, r := range list {
		fits := r.Class == class && (r.Country == country || r.Country == "EU") && (r.Kind == kind || r.Kind == "any") && (r.Subject == "any" || minor) &&
			(r.From <= on || r.From == list.first(r.Code)) && (r.To == "" || on <= r.To)
		if own := r.weight(); fits && own > weight {
			best, weight = r, own
		}
	}
	return best
}

// Classes are what an agency of this country and kind may say that a file is to it, besides the ordinary; what counts an age only of a
// child's file.
func (list Retentions) Classes(country string, kind Role, child bool, on moment.Date) (classes []string) {
	for _, r := range list {
		if r.Class != "" && (child || r.Counts != countsAge) && r.Country == country && r.Kind == kind && (r.To == "" || on <= r.To) && !slices.Contains(classes, r.Class) {
			classes = append(classes, r.Class)
		}
	}
	return classes
}

// first is the day from which a code is known: a file closed before it follows the oldest line.
func (list Retentions) first(code string) (from moment.Date) {
	for _, r := range list {
		if r.Code == code && (from == "" || r.From < from) {
			from = r.From
		}
	}
	return from
}

func (r Retention) weight() (w int) {
	if r.Country != "EU" {
		w += 4
	}
	if r.Kind != "any" {
		w += 2
	}
	if r.Subject != "any" {
		w++
	}
	return w
}

// Due is the last day on which a file is kept. Of a person's birth only the year counts, so that the day tells no birthday;
// where it is not known, the person is taken to have been born on the day of closing. No file is due before it was closed.
func (r Retention) Due(closed moment.Date, birthYear int) moment.Date {
	return r.after(r.Amount, closed, birthYear)
}

// Latest is the day beyond which no review keeps a file; empty where there is none.
func (r Retention) Latest(closed moment.Date, birthYear int) moment.Date {
	if r.Longest == 0 {
		return ""
	}
	return r.after(r.Longest, closed, birthYear)
}

// RemovedAfter is the last day on which the agency's people use a closed file; empty where they do until its end.
func (r Retention) RemovedAfter(closed moment.Date) moment.Date {
	if r.Removed == 0 {
		return ""
	}
	return r.after(r.Removed, closed, 0)
}

// after counts from the closing, or from the birth, as the line says.
func (r Retention) after(amount int, closed moment.Date, birthYear int) moment.Date {
	year, err := strconv.Atoi(string(closed)[:4])
	if err != nil {
		return closed
	}
	if r.Counts == countsYears {
		due := strconv.Itoa(year+amount) + string(closed)[4:]
		if _, exists := moment.ParseDate(due); !exists { // 29 February, in a year without one
			due = strconv.Itoa(year+amount) + "-03-01"
		}
		return moment.Date(due)
	}
	if birthYear == 0 {
		birthYear = year
	}
	return max(moment.Date(strconv.Itoa(birthYear+amount)+"-12-31"), closed)
}
