package authz

import (
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"

	"relais/internal/moment"
	"relais/policies"
)

const basesFile = "bases.csv"

var basisColumns = strings.Split("code,country,kind,basis,article,from,to,required,recipients,note", ",")

// basisCode is lower case and begins with its country, so that a code read in the log says where it belongs.
var basisCode = regexp.MustCompile(`^(be|nl|lu|eu)(\.[a-z0-9]+)+$`)

var shippedBases = sync.OnceValues(func() (Bases, error) {
	bases, refusals := parseBases(policies.Bases)
	if len(refusals) > 0 {
		return nil, refusals
	}
	return bases, nil
})

// LegalBases are the legal bases inside the program; the program does not start with a list that is refused (Shipped).
func LegalBases() Bases {
	bases, _ := shippedBases()
	return bases
}

// parseBases reads the text; national lines come before those of the Union, otherwise the order of the file is kept, because
// the first line of a family is the usual one.
func parseBases(text string) (bases Bases, refusals Refusals) {
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if err != nil || !slices.Equal(header, basisColumns) {
		refusals.add(basesFile, 1, "the first line has to be %q", strings.Join(basisColumns, ","))
		return nil, refusals
	}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			refusals.add(basesFile, len(bases)+2, "the quotes do not match; the rest was not read")
			break
		}
		number, _ := reader.FieldPos(0)
		if b, ok := parseBasis(number, record, &refusals); ok {
			checkBefore(bases, &b, &refusals)
			bases = append(bases, b)
		}
	}
	if len(refusals) == 0 {
		checkTasks(bases, &refusals)
	}
	slices.SortStableFunc(bases, func(a, b LegalBasis) int { return unionLast(a) - unionLast(b) })
	return bases, refusals
}

func unionLast(b LegalBasis) int {
	if b.Country == anyCountry {
		return 1
	}
	return 0
}

// parseBasis turns one record into a line, or says everything that is wrong with it.
func parseBasis(number int, record []string, refusals *Refusals) (LegalBasis, bool) {
	before := len(*refusals)
	if len(record) != len(basisColumns) {
		refusals.add(basesFile, number, "%d values instead of %d", len(record), len(basisColumns))
		return LegalBasis{}, false
	}
	for i, value := range record {
		if strings.TrimSpace(value) != value || strings.ContainsAny(value, "\n\t") {
			refusals.add(basesFile, number, "space around or a line break in the value of %s", basisColumns[i])
		}
	}
	b := LegalBasis{Code: record[0], Country: record[1], Family: record[3], Article: record[4], line: number}
	refuse := func(bad bool, i int) {
		if bad {
			refusals.add(basesFile, number, "unknown %s %q", basisColumns[i], record[i])
		}
	}
	refuse(!basisCode.MatchString(b.Code) || !strings.HasPrefix(b.Code, strings.ToLower(b.Country)+"."), 0)
	refuse(!slices.Contains([]string{"BE", "NL", "LU", anyCountry}, b.Country), 1)
	if record[2] != "any" {
		b.Kind = Role(record[2])
		refuse(!agencyKind(b.Kind), 2)
	}
	refuse(!slices.Contains(Families, b.Family), 3)
	refuse(b.Article == "", 4)
	b.From, b.To = basisDay(record[5], refuse, 5), basisDay(record[6], refuse, 6)
	refuse(b.From == "", 5)
	refuse(b.To != "" && b.To < b.From, 6)
	for _, word := range strings.Fields(record[7]) {
		refuse(!slices.Contains(DocumentFields, word) || b.Asks(word), 7)
		b.Required = append(b.Required, word)
	}
	for _, word := range strings.Fields(record[8]) {
		b.Recipients = append(b.Recipients, Role(word))
		refuse(!agencyKind(Role(word)), 8)
	}
	return b, len(*refusals) == before
}

// basisDay reads a day; none is the empty one.
func basisDay(text string, refuse func(bool, int), column int) moment.Date {
	if text == "" {
		return ""
	}
	day, ok := moment.ParseDate(text)
	refuse(!ok, column)
	return day
}

// agencyKind says whether a discipline is one that agencies have; auditing and administering are done inside each of them.
func agencyKind(role Role) bool {
	_, known := role.index()
	return known && role != RoleAuditor && role != RoleAgencyAdmin
}

// checkBefore refuses a code that changes its meaning, and two versions of it that hold on the same day: what a grant or the
// log cites has to be one provision for ever.
func checkBefore(bases Bases, b *LegalBasis, refusals *Refusals) {
	for i := range bases {
		earlier := &bases[i]
		switch {
		case earlier.Code != b.Code:
		case earlier.Country != b.Country || earlier.Kind != b.Kind || earlier.Family != b.Family:
			refusals.add(basesFile, b.line, "%s is something else in line %d", b.Code, earlier.line)
		case earlier.Holds(b.From) || b.Holds(earlier.From):
			refusals.add(basesFile, b.line, "%s holds on the same days as in line %d", b.Code, earlier.line)
		}
	}
}

// checkTasks refuses a list that leaves some kind of agency without the basis of its daily work.
func checkTasks(bases Bases, refusals *Refusals) {
	for _, country := range []string{"BE", "NL", "LU"} {
		for _, kind := range roles {
			if agencyKind(kind) && !slices.ContainsFunc(bases, func(b LegalBasis) bool {
				return b.Family == "legal_task" && b.To == "" && len(b.Recipients) == 0 && b.Serves(country, kind)
			}) {
				refusals.add(basesFile, 1, "no legal task for %s in %s", kind, country)
			}
		}
	}
}
