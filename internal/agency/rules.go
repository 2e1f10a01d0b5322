package agency

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/locale"
	"relais/internal/section"
)

const (
	longestName  = 100
	longestEmail = 254 // RFC 5321
	longestPhone = 40
	longestCode  = 40
	longestTitle = 200 // the name of an agency, a desk or a role
)

// NormalEmail is the form in which an address is compared: no space around it, NFC, lower case. It is empty for what is no
// address.
func NormalEmail(text string) string {
	text = strings.ToLower(norm.NFC.String(strings.TrimSpace(text)))
	local, domain, found := strings.Cut(text, "@")
	if !found || local == "" || len(text) > longestEmail || strings.ContainsAny(domain, "@_") || !strings.Contains(domain, ".") ||
		strings.HasPrefix(domain, ".") || strings.HasSuffix(domain, ".") || strings.ContainsFunc(text, notInAddress) {
		return ""
	}
	return text
}

func notInAddress(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`<>()[]\,;:"`, r)
}

// invalid collects what is wrong with an input.
type invalid struct{ *fault.Fault }

func newInvalid() invalid { return invalid{fault.New(fault.Invalid, "fault.invalid")} }

// text checks one line of text, and more strictly than others: what tells people and agencies apart has nothing in it that an eye
// cannot see.
func (f invalid) text(field, value string, longest int, required bool) string {
	faults := len(f.Fields)
	value = section.FreeLine(f.Fault, field, value, longest)
	switch {
	case len(f.Fields) > faults:
	case value == "" && required:
		f.WithField(field, "fault.field_required")
	case strings.ContainsFunc(value, hidden):
		f.WithField(field, "fault.field_control_characters")
	}
	return value
}

// hidden finds marks without a shape, but for the joiners of Persian and Hindi, and what was no text where it came from.
func hidden(r rune) bool {
	return r == unicode.ReplacementChar || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d'
}

func (f invalid) code(field, value string, list []string) {
	if !slices.Contains(list, value) {
		f.WithField(field, "fault.field_unknown_code")
	}
}

// checkPerson gives the person in normal form.
func checkPerson(f invalid, p Person) Person {
	p.Given = f.text("given", p.Given, longestName, false)
	p.Family = f.text("family", p.Family, longestName, true)
	p.Phone = f.text("phone", p.Phone, longestPhone, false)
	switch email := NormalEmail(p.Email); {
	case strings.TrimSpace(p.Email) == "":
		f.WithField("email", "fault.field_required")
	case email == "":
		f.WithField("email", "agency.no_email")
	default:
		p.Email = email
	}
	return p
}

func checkLanguage(f invalid, language string) {
	if !locale.Spoken(language) {
		f.WithField("language", "fault.field_unknown_code")
	}
}

// composed reads the rules of a role; what is no section or verb is named by its place.
func composed(rules []Rule) ([]authz.RoleRule, error) {
	f := newInvalid()
	out := make([]authz.RoleRule, len(rules))
	for i, rule := range rules {
		section, known := authz.ParseSection(rule.Section)
		verb, also := authz.ParseVerb(rule.Verb)
		if !known || !also {
			f.WithField(fmt.Sprintf("rules.%d", i), "fault.field_unknown_code")
		}
		out[i] = authz.RoleRule{Section: section, Verb: verb, Effect: authz.Allow}
	}
	return out, f.OrNil()
}

// written is the other way round: what a mask opens, in the order of verbs and sections.
func written(m *authz.Mask) (rules []Rule) {
	for _, verb := range authz.Verbs() {
		for section := range m[verb].Each {
			rules = append(rules, Rule{Section: section.String(), Verb: verb.String()})
		}
	}
	return rules
}

// opens is what a role really lets do: its allowances less its prohibitions.
func opens(held *authz.Held) *authz.Mask {
	m := held.Allow
	for _, verb := range authz.Verbs() {
		m[verb] = m[verb].Minus(held.Deny[verb])
	}
	return &m
}

// beyond lists the rules that the ceiling does not hold.
func beyond(rules []authz.RoleRule, ceiling *authz.Mask) (over []authz.RoleRule) {
	for _, rule := range rules {
		if !ceiling.Has(rule.Verb, rule.Section) {
			over = append(over, rule)
		}
	}
	return over
}

// refused is a no that the trail keeps, with its reason.
func refused(key string) *fault.Fault { return fault.New(fault.Refused, key, "Reason", key) }

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }

// isID keeps what cannot be an id away from the database, which would answer to a broken byte with a failure of its own.
func isID(id string) bool { return len(id) == 36 && uuid.Validate(id) == nil }
