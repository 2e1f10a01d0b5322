// Package section holds the catalogue of sections and their fields as data (data/*.csv) and reads, checks, compares,
// merges and derives what people write in them.
// It knows nothing of who may see a section (authz), of keys and sealing (seal), or of rows and versions (casefile, victim).
package section

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/seal"
)

// Type is the kind of answer that a field takes; the check, the form control and the search follow from it.
type Type string

// The types. Every value is stored as text in one canonical form, named here.
const (
	Text        Type = "text"         // one line
	LongText    Type = "longtext"     // lines end in \n
	Reference   Type = "reference"    // one line: the number or mark that something carries elsewhere
	Date        Type = "date"         // YYYY-MM-DD
	PartialDate Type = "partial_date" // YYYY, YYYY-MM or YYYY-MM-DD
	Code        Type = "code"         // one code of the list
	Codes       Type = "codes"        // codes in the list's order, joined by ";"
	Number      Type = "number"       // decimal digits with a point, no leading or trailing zeros
	Money       Type = "money"        // "1500.00 EUR"
	Bool        Type = "bool"         // yes or no; where "not known" matters, a code of yes_no_unknown
	Country     Type = "country"      // ISO 3166-1 alpha-2, or a code of the field's own list
	Countries   Type = "countries"    // joined by ";"
	Language    Type = "language"     // ISO 639, two letters where they exist, or a code of the field's own list
	Phone       Type = "phone"        // E.164 with +
	Email       Type = "email"
)

// What an entry holds (Directive (EU) 2016/680, art. 7: facts apart from personal assessments).
const (
	Fact       = "fact"
	Assessment = "assessment"
)

// The files that a section belongs to.
const (
	InVictimFile = "victim"
	InCaseFile   = "case"
	InBoth       = "both"
)

// Field is one question of a section.
type Field struct {
	Name       string
	Group      string // fields of one group stand together in a form; "" when the section has no groups
	Type       Type
	Codes      string // code list; for countries and languages the list of further answers, such as "stateless"
	MaxLen     int    // characters after normalisation
	Min, Max   int    // of a number, or the years of a date; both zero for a number without bounds
	Decimals   int    // of a number
	Rows       int    // height of a long text in a form
	Required   bool
	Past       bool   // may not lie in the future
	After      string // the date field that this one may not precede
	Nature     string // Fact or Assessment
	Special    bool   // special category, GDPR art. 9
	Search     string // "", name, date, number or phone: the kind of token in the blind index
	HTCDS      string // name in the exchange standard; x_… where the standard has none
	Hint       bool   // has an explanation under its label
	requiredIf condition
	section    string
}

// Section is one part of a file: what may be written there and how it is protected.
type Section struct {
	ID      authz.Section
	Files   string // InVictimFile, InCaseFile or InBoth
	Domain  seal.Domain
	Special bool   // special categories or criminal data are the rule here
	Nature  string // of most of its fields
	Fields  []Field
	index   map[string]int
	derived map[authz.Role][]derivation
}

// All lists the sections in the order of the access matrix; they are shared and must not be changed.
func All() []*Section { return append([]*Section(nil), loaded.sections...) }

// Of is the section of this id, nil for what people do not write in, such as the access log.
func Of(id authz.Section) *Section { return loaded.byID[id] }

// Place is where a section stands in the order of the access matrix, in which files show them and packages are hashed; -1 for none.
func Place(id authz.Section) int {
	return slices.IndexFunc(loaded.sections, func(room *Section) bool { return room.ID == id })
}

// Version is the number of the catalogue; it rises with every change of a field or code.
func Version() int { return loaded.version }

// Field finds a field by its name, or nil.
func (s *Section) Field(name string) *Field {
	if i, ok := s.index[name]; ok {
		return &s.Fields[i]
	}
	return nil
}

// Key is the message key of the section's name.
func (s *Section) Key() string { return s.ID.Key() }

// InVictim says whether victim files have this section.
func (s *Section) InVictim() bool { return s.Files != InCaseFile }

// InCase says whether case files have this section.
func (s *Section) InCase() bool { return s.Files != InVictimFile }

// GroupKey is the message key of a group's heading.
func (s *Section) GroupKey(group string) string {
	return "section.group." + s.ID.String() + "." + group
}

// Key is the message key of the field's label.
func (f *Field) Key() string { return "section.field." + f.section + "." + f.Name }

// HintKey is the message key of the explanation, "" if there is none.
func (f *Field) HintKey() string {
	if !f.Hint {
		return ""
	}
	return "section.hint." + f.section + "." + f.Name
}

// Many says whether the field takes several answers, joined by ";".
func (f *Field) Many() bool { return f.Type == Codes || f.Type == Countries }

// dated says whether the field holds a date, whole or partial.
func (f *Field) dated() bool { return f.Type == Date || f.Type == PartialDate }
