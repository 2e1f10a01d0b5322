package section

import (
	"cmp"
	"slices"

	"relais/internal/fault"
	"relais/internal/moment"
)

// breach is a rule that a value breaks; its arguments come from the catalogue, never from the value.
type breach struct {
	rule string
	args []any
}

func broken(rule string, args ...any) *breach { return &breach{rule: rule, args: args} }

func (b *breach) on(found *fault.Fault, field string) {
	found.WithField(field, "section.rule."+b.rule, b.args...)
}

// Check brings answers into their canonical form (trimmed, NFC, codes in order) or says which rules they break: an
// Invalid fault with one field fault for each problem. No value stands in the fault, and names that are no fields of the
// section are not repeated either. now decides what lies in the future, by the day in Brussels.
func (s *Section) Check(in Values, now moment.Time) (Values, error) {
	found := fault.New(fault.Invalid, "section.invalid")
	today := string(moment.DayOf(now))
	out, failed, known := make(Values, len(in)), map[string]bool{}, 0
	for i := range s.Fields {
		f := &s.Fields[i]
		raw, sent := in[f.Name]
		if !sent {
			continue
		}
		known++
		value, wrong := f.check(raw, today)
		if wrong != nil {
			wrong.on(found, f.Name)
			failed[f.Name] = true
		} else if value != "" {
			out[f.Name] = value
		}
	}
	s.checkTogether(out, failed, found)
	if known < len(in) {
		broken("unknown_field").on(found, "")
	}
	if len(out) == 0 && len(found.Fields) == 0 {
		broken("empty").on(found, "")
	}
	if len(found.Fields) > 0 {
		s.sortAsForm(found.Fields)
		return nil, found
	}
	return out, nil
}

// sortAsForm puts the problems in the order in which a reader meets the fields; what concerns none comes last.
func (s *Section) sortAsForm(problems []fault.FieldFault) {
	place := func(f fault.FieldFault) int {
		if i, ok := s.index[f.Name]; ok {
			return i
		}
		return len(s.Fields)
	}
	slices.SortStableFunc(problems, func(a, b fault.FieldFault) int { return cmp.Compare(place(a), place(b)) })
}

// checkTogether holds the fields to what the catalogue says of them as a set; a field that already failed is left alone.
func (s *Section) checkTogether(out Values, failed map[string]bool, found *fault.Fault) {
	for i := range s.Fields {
		f := &s.Fields[i]
		value := out[f.Name]
		switch {
		case failed[f.Name]:
		case value == "" && (f.Required || f.requiredIf != nil && f.requiredIf.holds(out)):
			broken("required").on(found, f.Name)
		case value != "" && f.After != "" && out[f.After] != "" && precedes(value, out[f.After]):
			broken("before").on(found, f.Name)
		}
	}
}

// precedes compares dates as far as both are known: 2024 does not precede 2024-05.
func precedes(date, other string) bool {
	known := min(len(date), len(other))
	return date[:known] < other[:known]
}

// check gives the canonical form of one answer, "" for none.
func (f *Field) check(raw, today string) (string, *breach) {
	text, wrong := f.clean(raw)
	if wrong != nil || text == "" {
		return "", wrong
	}
	value, wrong := f.canonical(text, today)
	if wrong == nil && longer(value, f.MaxLen) {
		return "", broken("too_long", "Max", f.MaxLen)
	}
	return value, wrong
}

func (f *Field) canonical(text, today string) (string, *breach) {
	switch f.Type {
	case Date, PartialDate:
		return f.date(text, today)
	case Code, Codes:
		return f.codes(text, "code")
	case Bool:
		return f.truth(text)
	case Country, Countries:
		return f.codes(text, "country")
	case Language:
		return f.codes(text, "language")
	case Number:
		return f.number(text)
	case Money:
		return money(text)
	case Phone:
		return phone(text)
	case Email:
		return email(text)
	}
	return text, nil
}
