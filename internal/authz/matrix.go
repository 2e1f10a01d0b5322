package authz

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	matrixFile   = "matrix.csv"
	matrixHeader = "role,section,verb,relation,show,needs,eft,note"
	effectAllow  = "allow"
	effectDeny   = "deny"
)

var columns = strings.Split(matrixHeader, ",")

// line is one line of the matrix, checked.
type line struct {
	number   int
	role     Role
	section  Section
	verb     Verb
	relation Relation
	show     Show
	needs    Needs
	deny     bool
}

// alternative names what may stand only once: two lines that ask the same and show differently contradict each other.
type alternative struct {
	role     Role
	section  Section
	verb     Verb
	relation Relation
	needs    Needs
	deny     bool
}

func (l line) alternative() alternative {
	return alternative{l.role, l.section, l.verb, l.relation, l.needs, l.deny}
}

// parseMatrix reads the text; it returns the good lines and a refusal for each bad one.
func parseMatrix(text string) (lines []line, refusals Refusals) {
	checkLines(matrixFile, text, &refusals)
	if len(refusals) > 0 {
		return nil, refusals
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if err != nil || !slices.Equal(header, columns) {
		refusals.add(matrixFile, 1, "the first line has to be %q", matrixHeader)
		return nil, refusals
	}
	first := map[alternative]int{}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			refuseCSV(err, &refusals)
			break
		}
		number, _ := reader.FieldPos(0)
		l, ok := parseLine(number, record, &refusals)
		if !ok {
			continue
		}
		if earlier, twice := first[l.alternative()]; twice {
			refusals.add(matrixFile, number, "repeats line %d", earlier)
			continue
		}
		first[l.alternative()] = number
		lines = append(lines, l)
	}
	if len(lines)+len(refusals) == 0 {
		refusals.add(matrixFile, 1, "the policy is empty")
	}
	return lines, refusals
}

// checkLines refuses what an eye cannot see in an editor, before anything is read.
func checkLines(file, text string, refusals *Refusals) {
	if strings.TrimSpace(text) == "" {
		refusals.add(file, 1, "the policy is empty")
		return
	}
	number := 0
	for row := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		number++
		if row == "" {
			refusals.add(file, number, "the line is empty")
		}
		if !utf8.ValidString(row) {
			refusals.add(file, number, "not UTF-8")
			continue
		}
		for _, r := range row {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				refusals.add(file, number, "control character %U", r)
				break
			}
		}
	}
}

func refuseCSV(err error, refusals *Refusals) {
	number := 1
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		number = broken.StartLine
	}
	refusals.add(matrixFile, number, "the quotes do not match; the rest was not read")
}

// parseLine turns one record into a line, or says everything that is wrong with it.
func parseLine(number int, record []string, refusals *Refusals) (line, bool) {
	before := len(*refusals)
	if len(record) != len(columns) {
		refusals.add(matrixFile, number, "%d values instead of %d", len(record), len(columns))
		return line{}, false
	}
	for i, value := range record {
		if strings.Contains(value, "\n") {
			refusals.add(matrixFile, number, "the value of %s goes on in the next line", columns[i])
		} else if strings.TrimSpace(value) != value {
			refusals.add(matrixFile, number, "space around the value of %s", columns[i])
		}
	}
	known := [7]bool{}
	l := line{number: number, deny: record[6] == effectDeny}
	l.role, known[0] = ParseRole(record[0])
	l.section, known[1] = ParseSection(record[1])
	l.verb, known[2] = ParseVerb(record[2])
	l.relation, known[3] = ParseRelation(record[3])
	l.show, known[4] = ParseShow(record[4])
	l.needs, known[5] = ParseNeeds(record[5])
	known[6] = record[6] == effectAllow || l.deny
	for i, ok := range known {
		if !ok {
			refusals.add(matrixFile, number, "unknown %s %q", columns[i], record[i])
		}
	}
	if known[4] && known[5] && known[6] {
		checkEffect(l, refusals)
	}
	return l, len(*refusals) == before
}

// checkEffect refuses an allowance of nothing and a prohibition with conditions: neither can mean what its author meant.
func checkEffect(l line, refusals *Refusals) {
	switch {
	case !l.deny && l.show == Hidden:
		refusals.add(matrixFile, l.number, "an allow line shows something; to forbid, write deny")
	case l.deny && (l.show != Hidden || l.needs != 0):
		refusals.add(matrixFile, l.number, "a deny line shows hidden and has no needs")
	}
}

// checkWhole refuses a policy with a piece missing: a role or section that never occurs, or a line of the shipped
// baseline. The baseline is narrowed by deny lines and by agency roles, never by leaving lines out.
func checkWhole(lines, shipped []line) (refusals Refusals) {
	last := lines[len(lines)-1].number
	occurs, sections, have := map[Role]bool{}, SectionSet(0), map[line]bool{}
	for _, l := range lines {
		l.number = 0
		have[l] = true
		if !l.deny {
			occurs[l.role] = true
			sections = sections.With(l.section)
		}
	}
	for _, role := range roles {
		if !occurs[role] {
			refusals.add(matrixFile, last, "the policy ends without any allow line for role %q", role)
		}
	}
	for section := range AllSections().Minus(sections).Each {
		refusals.add(matrixFile, last, "the policy ends without any allow line for section %q", section)
	}
	checkApplies(lines, &refusals)
	for _, l := range shipped {
		number := l.number
		l.number = 0
		if !have[l] {
			refusals.add(matrixFile, number, "the shipped line %q is missing", l.text())
		}
	}
	return refusals
}

// checkApplies refuses to let a discipline refer what it wrote itself in a section where it never writes: the line can never apply,
// and whoever reads it would believe that something goes along. Reading and exporting so stay, because the access matrix has them.
func checkApplies(lines []line, refusals *Refusals) {
	type place struct {
		role    Role
		section Section
	}
	writes := map[place]bool{}
	for _, l := range lines {
		if l.verb == Write && !l.deny {
			writes[place{l.role, l.section}] = true
		}
	}
	for _, l := range lines {
		if l.verb == Refer && l.relation == RelationOwn && !l.deny && !writes[place{l.role, l.section}] {
			refusals.add(matrixFile, l.number, "%s never writes %s, so that it has nothing of its own to refer there", l.role, l.section)
		}
	}
}

// text is the line as the matrix writes it, without its note.
func (l line) text() string {
	return strings.Join([]string{string(l.role), l.section.String(), l.verb.String(), l.relation.String(),
		l.show.String(), l.needs.String(), l.effect()}, ",")
}
