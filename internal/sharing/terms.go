package sharing

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Terms are what has to be said whenever something is shared: what for, on what ground, until when.
type Terms struct {
	Purpose    string        // one of gate.Purposes
	Basis      string        // one of gate.Bases
	BasisRef   string        // number of the document behind the basis; it lies in clear, so never a name
	Document   gate.Document // what else its provision asks of that document
	LegalBasis string        // code of policies/bases.csv; the usual one of the family where empty
	ConsentID  string        // the consent it rests on, where Basis is "consent"
	Until      moment.Date   // last day in Brussels; empty is 90 days from now
}

// longestNote is how many characters a referral's note may have.
const longestNote = 2000

// check adds a field fault for each rule that is broken and gives the instant at which the grant will end.
func (t *Terms) check(wrong *fault.Fault, now moment.Time) (until moment.Time) {
	checkCode(wrong, "purpose", t.Purpose, gate.Purposes)
	checkCode(wrong, "basis", t.Basis, gate.Bases)
	t.checkDocument(wrong, now)
	return checkUntil(wrong, t.Until, now, now.Add(gate.LongestGrant))
}

// checkUntil gives the end of the day as an instant, 90 days from now where no day is named, and never more than longest.
func checkUntil(wrong *fault.Fault, day moment.Date, now, longest moment.Time) moment.Time {
	if day == "" {
		return min(now.Add(gate.DefaultGrant), longest)
	}
	parsed, ok := moment.ParseDate(string(day))
	switch {
	case !ok:
		wrong.WithField("until", "fault.field_not_a_date")
	case parsed < moment.DayOf(now):
		wrong.WithField("until", "sharing.until_past")
	case parsed > moment.DayOf(longest):
		wrong.WithField("until", "sharing.until_too_late")
	}
	return min(parsed.EndOf(), longest)
}

// needsDocument: a legal gateway has to be cited and a magistrate's release shown (domain 3.1, 3.5).
func needsDocument(basis string) bool {
	return basis == "legal_gateway" || basis == "magistrate_release"
}

func checkCode(wrong *fault.Fault, field, code string, list []string) {
	switch {
	case code == "":
		wrong.WithField(field, "fault.field_required")
	case !slices.Contains(list, code):
		wrong.WithField(field, "fault.field_unknown_code")
	}
}

// longestName is how many characters the name of an addressee may have.
const longestName = 100

// parseSections reads section words; an unknown or repeated one, or one that files do not have, is a field fault.
func parseSections(wrong *fault.Fault, words []string) (set authz.SectionSet) {
	for _, word := range words {
		section, known := authz.ParseSection(word)
		if !known || !authz.FileSections().Has(section) {
			wrong.WithField("sections", "fault.field_unknown_code")
			return 0
		}
		set = set.With(section)
	}
	if len(words) == 0 {
		wrong.WithField("sections", "sharing.no_section")
	}
	return set
}

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }
