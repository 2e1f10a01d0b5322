package authz

import (
	"slices"

	"relais/internal/moment"
)

// LegalBasis is one line of bases.csv: a provision, other than consent, on which an agency of one country and kind may share.
type LegalBasis struct {
	Code       string // stands in grants and in the log; its words are the article
	Country    string // BE, NL, LU, or EU for all three
	Kind       Role   // of the agency that shares; empty for any
	Family     string // one of Families
	Article    string // as it is cited, in the languages of its country
	From, To   moment.Date
	Required   []string // what of DocumentFields has to be said of the document
	Recipients []Role   // kinds of agencies that may receive on it; empty for any
	line       int
}

// Families are the kinds of legal bases besides consent, in the order in which a form offers them.
var Families = []string{"legal_task", "legal_gateway", "magistrate_release", "vital_interest", "duty_to_report"}

// DocumentFields are what a provision may ask of the document behind a share: its number, its day, who issued it, and the article or
// paragraph that it applies.
var DocumentFields = []string{"basis_ref", "basis_on", "basis_by", "basis_article"}

// Asks says whether the provision asks for one of DocumentFields.
func (b *LegalBasis) Asks(field string) bool { return slices.Contains(b.Required, field) }

// anyCountry holds in all three.
const anyCountry = "EU"

// Bases are the legal bases that the program knows, national ones before those of the Union.
type Bases []LegalBasis

// Holds says whether the provision is in force on a day; To is the last one.
func (b *LegalBasis) Holds(day moment.Date) bool {
	return b.From <= day && (b.To == "" || day <= b.To)
}

// Serves says whether an agency of this country and kind may share on it at all.
func (b *LegalBasis) Serves(country string, kind Role) bool {
	return (b.Country == country || b.Country == anyCountry) && (b.Kind == "" || b.Kind == kind)
}

// Reaches says whether an agency of this kind may receive on it.
func (b *LegalBasis) Reaches(kind Role) bool {
	return len(b.Recipients) == 0 || slices.Contains(b.Recipients, kind)
}

// Find gives the line of a code that is in force on a day.
func (all Bases) Find(code string, day moment.Date) (LegalBasis, bool) {
	for i := range all {
		if all[i].Code == code && all[i].Holds(day) {
			return all[i], true
		}
	}
	return LegalBasis{}, false
}

// For lists what an agency may share on, on a day.
func (all Bases) For(country string, kind Role, day moment.Date) (open Bases) {
	for i := range all {
		if all[i].Serves(country, kind) && all[i].Holds(day) {
			open = append(open, all[i])
		}
	}
	return open
}

// Usual is the provision that is meant where only the family is named: the first that reaches the recipient, one that names
// the recipient's kind before one that names none.
func (all Bases) Usual(family string, to Role) (usual LegalBasis, found bool) {
	for i := range all {
		b := &all[i]
		if b.Family != family || !b.Reaches(to) {
			continue
		}
		if len(b.Recipients) > 0 {
			return *b, true
		}
		if !found {
			usual, found = *b, true
		}
	}
	return usual, found
}
