package sharing

import (
	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// Grounds are on what something could be shared: the provisions of the agency's own law, and the person's live consents.
type Grounds struct {
	Laws     authz.Bases
	Consents []consent.Choice
}

// groundsOf reads them for the file of the transaction.
func groundsOf(tx *gate.Tx) (Grounds, error) {
	consents, err := consent.Choices(tx)
	return Grounds{Laws: tx.LegalBases(), Consents: consents}, err
}

// checkOnePerson: a consent speaks for one person. It opens their file to somebody who acts for them, never a whole case.
func (n NewMember) checkOnePerson(wrong *fault.Fault, kind authz.Role) {
	if n.Basis == "consent" && kind != "" && (!actsForOne(kind) || len(n.VictimIDs) > 1) {
		wrong.WithField("basis", "sharing.consent_one_person")
	}
}

// narrowed gives a place on consent no more of the victim file than the consent lets go.
func narrowed(tx *gate.Tx, grant gate.NewGrant) (gate.NewGrant, error) {
	if grant.Basis != "consent" {
		return grant, nil
	}
	sections, err := consent.SectionsOf(tx, grant.ConsentID)
	grant.Sections = sections
	return grant, err
}

// SettleConsent withdraws what was on offer on a consent whose grants have just ended, and what was on offer by agencies that
// saw the file only because of it.
func SettleConsent(tx *gate.Tx, consentID string) error {
	if _, err := tx.Exec(settleOnConsent, gate.Args{"consent": consentID}); err != nil {
		return err
	}
	return withdrawOrphansOf(tx, []string{tx.File().ID})
}

// lawOptions are the provisions, each under its family; the code is the answer.
func lawOptions(w *locale.Words, laws authz.Bases) (options []httpkit.Option) {
	for i := range laws {
		options = append(options, httpkit.Option{Value: laws[i].Code, Label: w.T("gate.basis."+laws[i].Family) + " · " + laws[i].Article})
	}
	return options
}

// GroundLine is what a share rests on: the family, and in small the provision as it read on that day, or the document.
func GroundLine(w *locale.Words, basis, law, document string, at moment.Time) (line, small string) {
	known, _ := authz.LegalBases().Find(law, moment.DayOf(at))
	small = known.Article
	if document != "" && small != "" {
		small += " · "
	}
	return w.T("gate.basis." + basis), small + document
}
