package section

import (
	"io/fs"
	"strings"

	"relais/internal/authz"
)

// Value is one thing that a role sees of a section of which it sees no more than derived facts.
type Value struct {
	Key   string // message key of its label
	Name  string // field, or the name of the fact
	Type  Type
	List  string // code list of Text; several codes are joined by ";"
	Text  string
	Entry int // index of the entry it comes from, -1 when it speaks of all of them
}

// The ways to derive (column op of derived.csv).
const (
	keep    = "keep"    // the field as it is, of every entry that meets the condition
	class   = "class"   // of every entry the class of a code: open or closed for a stage
	exists  = "exists"  // yes or no: does any entry meet the condition
	latest  = "latest"  // the last date in a field
	highest = "highest" // the code that stands last in its list: two agencies differ, the graver one counts
	answer  = "answer"  // yes if any entry says so, no if all say no, else unknown: silence is no reassurance
)

// derivation is one line of derived.csv.
type derivation struct {
	op    string
	field *Field
	list  string
	as    string
	when  condition
}

// Project gives what a role that sees a section only as derived facts may see of these entries. It is false when the
// catalogue has no line for this role and section, or when show is not Derived: then nothing is shown.
func (s *Section) Project(role authz.Role, show authz.Show, entries []Values) ([]Value, bool) {
	lines := s.derived[role]
	if show != authz.Derived || len(lines) == 0 {
		return nil, false
	}
	var shown []Value
	for _, line := range lines {
		shown = append(shown, line.derive(entries)...)
	}
	return shown, true
}

// DerivedKeys are the message keys of what Project can show to a role, for a preview without entries.
func (s *Section) DerivedKeys(role authz.Role) (keys []string) {
	for _, line := range s.derived[role] {
		keys = append(keys, line.key())
	}
	return keys
}

func (d derivation) key() string {
	if d.op == keep {
		return d.field.Key()
	}
	return "section.derived." + d.as
}

func (d derivation) derive(entries []Values) (shown []Value) {
	if d.op == keep || d.op == class {
		for i, values := range entries {
			if text := d.ofEntry(values); text != "" {
				shown = append(shown, d.value(text, i))
			}
		}
		return shown
	}
	if text := d.ofAll(entries); text != "" {
		shown = append(shown, d.value(text, -1))
	}
	return shown
}

func (d derivation) value(text string, entry int) Value {
	v := Value{Key: d.key(), Name: d.as, Type: Code, List: d.list, Text: text, Entry: entry}
	switch {
	case d.op == keep:
		v.Name, v.Type, v.List = d.field.Name, d.field.Type, d.field.baseList()
	case d.op == latest:
		v.Type = d.field.Type
	}
	return v
}

func (d derivation) ofEntry(values Values) string {
	text := values[d.field.Name]
	if text == "" || !d.when.holds(values) {
		return ""
	}
	if d.op == class {
		l := loaded.lists[d.field.Codes]
		if place, ok := l.rank[text]; ok {
			return l.codes[place].Class
		}
		return ""
	}
	return text
}

func (d derivation) ofAll(entries []Values) string {
	switch d.op {
	case exists:
		return d.anyHolds(entries)
	case answer:
		return d.answered(entries)
	default:
		return d.greatest(entries)
	}
}

func (d derivation) anyHolds(entries []Values) string {
	for _, values := range entries {
		if d.when.holds(values) {
			return "yes"
		}
	}
	return "no"
}

func (d derivation) answered(entries []Values) string {
	no := 0
	for _, values := range entries {
		switch values[d.field.Name] {
		case "yes":
			return "yes"
		case "no":
			no++
		}
	}
	if no > 0 && no == len(entries) {
		return "no"
	}
	return "unknown"
}

// greatest is the latest date or the highest code; whole dates compare as text.
func (d derivation) greatest(entries []Values) (best string) {
	rank := func(text string) int { return strings.Compare(text, best) }
	if d.op == highest {
		places := loaded.lists[d.field.Codes].rank
		rank = func(text string) int { return places[text] - places[best] }
	}
	for _, values := range entries {
		text := values[d.field.Name]
		if text != "" && d.when.holds(values) && (best == "" || rank(text) > 0) {
			best = text
		}
	}
	return best
}

func (c *catalogue) readDerived(files fs.FS, wrong *mistakes) {
	columns := []string{"section", "role", "op", "field", "list", "as", "when"}
	for _, r := range readTable(files, "derived.csv", columns, wrong) {
		role, ok := authz.ParseRole(r.cell("role"))
		r.must(ok, "role", "no such role", wrong)
		s := c.sectionAt(r, wrong)
		if s == nil {
			continue
		}
		d := derivation{
			op: r.oneOf("op", wrong, keep, class, exists, latest, highest, answer), field: s.Field(r.cell("field")),
			list: r.cell("list"), as: r.cell("as"), when: readCondition(r, "when", wrong),
		}
		c.checkDerivation(r, s, d, wrong)
		s.derived[role] = append(s.derived[role], d)
	}
}

func (c *catalogue) checkDerivation(r row, s *Section, d derivation, wrong *mistakes) {
	c.checkCondition(r, "when", s, d.when, wrong)
	r.must(d.op == keep || nameShape.MatchString(d.as), "as", "needs a name", wrong)
	r.must(d.list == "" || c.lists[d.list] != nil, "list", "no such list", wrong)
	r.must((d.list == "") == (d.op == keep || d.op == latest), "list", "needed for a code, and only then", wrong)
	r.must((d.field == nil) == (d.op == exists), "field", "no such field in this section", wrong)
	if d.field == nil {
		return
	}
	switch d.op {
	case latest:
		r.must(d.field.Type == Date, "field", "has to be a whole date", wrong)
	case highest:
		r.must(d.field.Type == Code && d.list == d.field.Codes, "list", "has to be the field's own list", wrong)
	case answer:
		r.must(d.field.Type == Code && c.has(d.list, "unknown"), "list", "needs yes, no and unknown", wrong)
	case class:
		for _, code := range c.codes(d.field.Codes) {
			r.must(c.has(d.list, code.Class), "list", code.Code+" has no class of this list", wrong)
		}
	}
}
