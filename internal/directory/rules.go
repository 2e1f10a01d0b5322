package directory

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"relais/internal/fault"
	"relais/internal/section"
)

// New is what a desk says that it offers.
type New struct {
	Services     []string
	Languages    []string
	People       []string
	Exploitation []string
	Area         string // towns or regions, no address
	AlwaysOpen   bool
	Days         []string
	Opens        string // "09:00"
	Closes       string
	Email        string // of the function, never of a person
	Phone        string // of the desk
}

var (
	clockShape = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
	emailShape = regexp.MustCompile(`^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)
	phoneShape = regexp.MustCompile(`^\+?[0-9][0-9 ()/.-]{2,24}$`)
)

// check tidies what was typed and adds a field fault for each rule that is broken.
func (n *New) check(wrong *fault.Fault) {
	n.Services = checkCodes(wrong, "services", n.Services, Services())
	n.Languages = checkCodes(wrong, "languages", n.Languages, codesOf("languages"))
	n.People = checkCodes(wrong, "people", n.People, People)
	n.Exploitation = checkCodes(wrong, "exploitation", n.Exploitation, exploitations())
	for name, codes := range map[string][]string{"services": n.Services, "languages": n.Languages} {
		if len(codes) == 0 && len(wrong.Fields) == 0 {
			wrong.WithField(name, "fault.field_required")
		}
	}
	n.checkArea(wrong)
	n.checkHours(wrong)
	n.checkContact(wrong)
}

// checkCodes gives the codes in the order of their list, each once.
func checkCodes(wrong *fault.Fault, field string, codes, list []string) []string {
	if len(codes) > mostCodes {
		wrong.WithField(field, "fault.field_too_many", "Max", mostCodes)
		return nil
	}
	for _, code := range codes {
		if !slices.Contains(list, code) {
			wrong.WithField(field, "fault.field_unknown_code")
			return nil
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(code string) bool { return !slices.Contains(codes, code) })
}

// checkArea: where a desk works is a town or a region. Without a digit there is no house number and no postcode, so that nobody
// writes down where a shelter stands.
func (n *New) checkArea(wrong *fault.Fault) {
	if n.Area = section.FreeLine(wrong, "area", n.Area, longestArea); strings.ContainsFunc(n.Area, unicode.IsDigit) {
		wrong.WithField("area", "directory.no_address")
	}
}

// checkHours: a desk that is always open has no hours; every other has days, and hours that may run past midnight.
func (n *New) checkHours(wrong *fault.Fault) {
	n.Days = checkCodes(wrong, "days", n.Days, Days)
	if n.AlwaysOpen {
		n.Days, n.Opens, n.Closes = nil, "", ""
		return
	}
	if len(n.Days) == 0 && n.Opens == "" && n.Closes == "" {
		return
	}
	if len(n.Days) == 0 {
		wrong.WithField("days", "fault.field_required")
	}
	for _, at := range []struct{ name, value string }{{"opens", n.Opens}, {"closes", n.Closes}} {
		if !clockShape.MatchString(at.value) {
			wrong.WithField(at.name, "directory.not_an_hour")
		}
	}
	if n.Opens == n.Closes && clockShape.MatchString(n.Opens) {
		wrong.WithField("closes", "directory.same_hour")
	}
}

func (n *New) checkContact(wrong *fault.Fault) {
	n.Email, n.Phone = strings.TrimSpace(n.Email), strings.Join(strings.Fields(n.Phone), " ")
	if n.Email != "" && !IsEmail(n.Email) {
		wrong.WithField("email", "directory.not_an_email")
	}
	if n.Phone != "" && !phoneShape.MatchString(n.Phone) {
		wrong.WithField("phone", "directory.not_a_phone")
	}
	if n.Email == "" && n.Phone == "" {
		wrong.WithField("email", "directory.no_contact")
	}
}

// IsEmail says whether a text has the shape of an e-mail address.
func IsEmail(text string) bool { return len(text) <= 120 && emailShape.MatchString(text) }

// bearsName says whether the address of an e-mail is made of the name of a person: every part of the name stands in it.
func bearsName(email, name string) bool {
	local, _, _ := strings.Cut(strings.ToLower(email), "@")
	parts := strings.FieldsFunc(plain(name), func(r rune) bool { return !unicode.IsLetter(r) })
	if len(parts) == 0 {
		return false
	}
	for _, part := range parts {
		if !strings.Contains(local, part) {
			return false
		}
	}
	return true
}

// plain writes a name without accents in small letters, as it stands in addresses.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, strings.ToLower(norm.NFD.String(name)))
}

// check refuses codes that no list has.
func (f Filter) check() error {
	wrong := invalid()
	for _, one := range []struct {
		name, code string
		list       []string
	}{{"service", f.Service, Services()}, {"language", f.Language, codesOf("languages")}, {"country", f.Country, codesOf("countries")}} {
		if one.code != "" && !slices.Contains(one.list, one.code) {
			wrong.WithField(one.name, "fault.field_unknown_code")
		}
	}
	return wrong.OrNil()
}

// spoken are the languages that some desks have between them.
func spoken(list []Codes) (codes []string) {
	for _, code := range section.CodeList("languages") {
		if slices.ContainsFunc(list, func(of Codes) bool { return of.Has(code.Code) }) {
			codes = append(codes, code.Code)
		}
	}
	return codes
}

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }
