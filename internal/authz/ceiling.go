package authz

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"relais/policies"
)

const (
	ceilingsFile   = "ceilings.csv"
	ceilingsHeader = "kind,section,days,source"
	anySection     = "any" // every section that has no line of its own

	// longestCeiling is a year: nothing is shared for longer without somebody saying again why (features N4).
	longestCeiling = 366
)

// Ceiling is the longest that one kind of agency may be given a section at a time, in days. Section is a section's word,
// "team" for a place in a case team, or "any".
type Ceiling struct {
	Section string
	Days    int
	Source  string
}

// Ceilings are those of all kinds of agencies.
type Ceilings struct{ of map[Role]map[string]Ceiling }

// ShippedCeilings reads the ceilings that the program carries, or says everything that is wrong with them.
func ShippedCeilings() (Ceilings, error) { return ParseCeilings(policies.Ceilings) }

// ParseCeilings reads a text of ceilings; each refusal names its line.
func ParseCeilings(text string) (Ceilings, error) {
	c := Ceilings{of: map[Role]map[string]Ceiling{}}
	var refusals Refusals
	checkLines(ceilingsFile, text, &refusals)
	if len(refusals) > 0 {
		return Ceilings{}, refusals
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			refusals.add(ceilingsFile, 1, "the quotes do not match; nothing was read")
			return Ceilings{}, refusals
		}
		number, _ := reader.FieldPos(0)
		if number == 1 {
			if strings.Join(record, ",") != ceilingsHeader {
				refusals.add(ceilingsFile, 1, "the first line has to be %q", ceilingsHeader)
				return Ceilings{}, refusals
			}
			continue
		}
		c.add(number, record, &refusals)
	}
	c.checkComplete(&refusals)
	if len(refusals) > 0 {
		return Ceilings{}, refusals
	}
	return c, nil
}

// add takes up one line, or says what is wrong with it.
func (c *Ceilings) add(number int, record []string, refusals *Refusals) {
	if len(record) != 4 {
		refusals.add(ceilingsFile, number, "%d values instead of 4", len(record))
		return
	}
	kind, word, source := Role(record[0]), record[1], record[3]
	days, err := strconv.Atoi(record[2])
	switch {
	case !slices.Contains(receivers(), kind):
		refusals.add(ceilingsFile, number, "unknown kind %q", record[0])
	case !ceilingFor(word):
		refusals.add(ceilingsFile, number, "unknown section %q", word)
	case err != nil || days < 1 || days > longestCeiling:
		refusals.add(ceilingsFile, number, "days have to be between 1 and %d, not %q", longestCeiling, record[2])
	case strings.TrimSpace(source) == "":
		refusals.add(ceilingsFile, number, "the source is missing")
	case c.of[kind][word].Days != 0:
		refusals.add(ceilingsFile, number, "repeats the ceiling of %s for %s", word, kind)
	default:
		if c.of[kind] == nil {
			c.of[kind] = map[string]Ceiling{}
		}
		c.of[kind][word] = Ceiling{Section: word, Days: days, Source: source}
	}
}

// checkComplete refuses a text that leaves a kind of agency without a ceiling: no line would mean no limit.
func (c *Ceilings) checkComplete(refusals *Refusals) {
	for _, kind := range receivers() {
		for _, word := range []string{Team.String(), anySection} {
			if c.of[kind][word].Days == 0 {
				refusals.add(ceilingsFile, 1, "no line %q for %s", word, kind)
			}
		}
	}
}

// Receivers lists the disciplines that agencies have.
func Receivers() []Role { return receivers() }

// receivers are the disciplines that agencies have; nothing is granted to an auditor or an administrator as such.
func receivers() []Role {
	return slices.DeleteFunc(Roles(), func(r Role) bool { return r == RoleAuditor || r == RoleAgencyAdmin })
}

func ceilingFor(word string) bool {
	section, known := ParseSection(word)
	return word == anySection || known && (section == Team || FileSections().Has(section))
}

// Team is the ceiling of a place in a case team for an agency of this kind; zero where nothing is known of it.
func (c Ceilings) Team(kind Role) Ceiling { return c.of[kind][Team.String()] }

// Over is the lowest ceiling among these sections for an agency of this kind; zero where nothing is known of it.
func (c Ceilings) Over(kind Role, sections SectionSet) (lowest Ceiling) {
	for section := range sections.Each {
		ceiling, own := c.of[kind][section.String()]
		if !own {
			ceiling = c.of[kind][anySection]
		}
		if lowest.Days == 0 || ceiling.Days < lowest.Days {
			lowest = ceiling
		}
	}
	return lowest
}
