package section

import (
	"embed"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"relais/internal/authz"
)

//go:embed data/ictip
var embeddedICTIP embed.FS

// The words that stand for what nobody has said, and for somebody without a citizenship.
const (
	NotSpecified = "not_specified"
	stateless    = "stateless"
)

// Term is one thing that the classification tells of a case: Object is one of its four, Type what is said of it.
type Term struct {
	Name    string // object and leaf, such as event.means
	Object  string // event, victim, perpetrator, reporting_entity
	Element string // act, means, purpose, profile, criminal_justice …
	Type    string // codes, countries, year
	Values  []string
}

// Mapping says as which term a field is told, by which turn, or why it is told as none.
type Mapping struct{ Term, Turn, Because string }

// The turns of an answer into a value of the classification.
const (
	TurnCodes   = "codes"
	TurnCountry = "country"
	TurnYear    = "year"
	TurnAge     = "age"   // a number of years
	TurnBirth   = "birth" // a day of birth
)

type classification struct {
	edition string
	terms   []Term
	values  map[string][]string
	fields  map[string]Mapping
	codes   map[string]string
}

// international is IC-TIP as far as its public description goes (domain 4.3): its objects, and names for its terms. Its own codes
// could not be read, and none were made up.
var international = mustLoadICTIP()

func mustLoadICTIP() *classification {
	files, err := fs.Sub(embeddedICTIP, "data/ictip")
	if err != nil {
		panic(err)
	}
	c, err := loadICTIP(files)
	if err != nil {
		panic("section: the mapping to IC-TIP is wrong:\n" + err.Error())
	}
	return c
}

// ICTIPEdition names the edition of the mapping.
func ICTIPEdition() string { return international.edition }

// ICTIPTerms lists the terms.
func ICTIPTerms() []Term { return slices.Clone(international.terms) }

// ICTIPOf says as which term a field is told.
func ICTIPOf(id authz.Section, field string) (Mapping, bool) {
	m, ok := international.fields[id.String()+"."+field]
	return m, ok
}

// ICTIPValue is the value that a code of a field stands for.
func ICTIPValue(id authz.Section, field, code string) string {
	return international.codes[id.String()+"."+field+":"+code]
}

// ValidICTIP says whether a value may be told of a term.
func ValidICTIP(term, value string) bool {
	at := slices.IndexFunc(international.terms, func(t Term) bool { return t.Name == term })
	if at < 0 {
		return false
	}
	switch t := &international.terms[at]; t.Type {
	case "codes":
		return slices.Contains(t.Values, value)
	case "countries":
		return value == NotSpecified || value == stateless || loaded.has(countryList, value) || len(value) == len("XK") && loaded.has("country_extra", value)
	default:
		return len(value) == len("2026") && strings.Trim(value, "0123456789") == ""
	}
}

var reasonsForNone = strings.Fields("never_leaves investigation names_somebody free_text work_of_agencies no_category")

func loadICTIP(files fs.FS) (*classification, error) {
	c := &classification{values: map[string][]string{}, fields: map[string]Mapping{}, codes: map[string]string{}}
	var wrong mistakes
	text, err := fs.ReadFile(files, "edition.txt")
	if c.edition = strings.TrimSpace(string(text)); err != nil || c.edition == "" {
		wrong.add("edition.txt: is missing or empty")
	}
	for _, r := range readTable(files, "values.csv", []string{"list", "value"}, &wrong) {
		r.must(codeShape.MatchString(r.cell("value")) && !slices.Contains(c.values[r.cell("list")], r.cell("value")), "value", "no code, or twice", &wrong)
		c.values[r.cell("list")] = append(c.values[r.cell("list")], r.cell("value"))
	}
	c.readTerms(files, &wrong)
	c.readMappings(files, &wrong)
	c.readValues(files, &wrong)
	return c, errors.Join(wrong...)
}

func (c *classification) readTerms(files fs.FS, wrong *mistakes) {
	for _, r := range readTable(files, "terms.csv", []string{"term", "object", "element", "type", "values", "source"}, wrong) {
		t := Term{Name: r.cell("term"), Element: r.cell("element"), Object: r.oneOf("object", wrong, "event", "victim", "perpetrator", "reporting_entity"),
			Type: r.oneOf("type", wrong, "codes", "countries", "year"), Values: c.values[r.cell("values")]}
		r.must((t.Type == "codes") == (len(t.Values) > 0), "values", "codes need a list of values.csv, and nothing else does", wrong)
		r.must(!slices.ContainsFunc(c.terms, func(o Term) bool { return o.Name == t.Name }), "term", "twice", wrong)
		c.terms = append(c.terms, t)
	}
}

// readMappings wants one line for each field of the catalogue: a term, or why there is none.
func (c *classification) readMappings(files fs.FS, wrong *mistakes) {
	for _, r := range readTable(files, "fields.csv", []string{"section", "field", "term", "turn", "because"}, wrong) {
		m := Mapping{Term: r.cell("term"), Turn: r.cell("turn"), Because: r.cell("because")}
		id, _ := authz.ParseSection(r.cell("section"))
		s := loaded.byID[id]
		r.must(s != nil && s.Field(r.cell("field")) != nil, "field", "not in the catalogue", wrong)
		name := r.cell("section") + "." + r.cell("field")
		_, twice := c.fields[name]
		r.must(!twice, "field", "twice", wrong)
		if m.Term == "" {
			r.oneOf("because", wrong, reasonsForNone...)
		} else {
			r.must(slices.ContainsFunc(c.terms, func(t Term) bool { return t.Name == m.Term }), "term", "not in terms.csv", wrong)
			r.oneOf("turn", wrong, TurnCodes, TurnCountry, TurnYear, TurnAge, TurnBirth)
			r.must(m.Because == "", "because", "a field that has a term needs no reason", wrong)
		}
		c.fields[name] = m
	}
	for _, s := range loaded.sections {
		for i := range s.Fields {
			if _, ok := c.fields[s.ID.String()+"."+s.Fields[i].Name]; !ok {
				wrong.add("fields.csv: %s.%s is missing", s.ID, s.Fields[i].Name)
			}
		}
	}
}

// readValues wants a value for each code of each field that is told by codes.
func (c *classification) readValues(files fs.FS, wrong *mistakes) {
	for _, r := range readTable(files, "codes.csv", []string{"field", "code", "value"}, wrong) {
		m := c.fields[r.cell("field")]
		at := slices.IndexFunc(c.terms, func(t Term) bool { return t.Name == m.Term })
		r.must(at >= 0 && m.Turn == TurnCodes, "field", "not told by codes", wrong)
		r.must(at >= 0 && slices.Contains(c.terms[max(at, 0)].Values, r.cell("value")), "value", "no value of the term", wrong)
		c.codes[r.cell("field")+":"+r.cell("code")] = r.cell("value")
	}
	for _, s := range loaded.sections {
		for i := range s.Fields {
			f := &s.Fields[i]
			name := s.ID.String() + "." + f.Name
			if c.fields[name].Turn != TurnCodes {
				continue
			}
			for _, code := range loaded.codes(f.Codes) {
				if c.codes[name+":"+code.Code] == "" {
					wrong.add("codes.csv: %s has no value for %s", name, code.Code)
				}
			}
		}
	}
}
