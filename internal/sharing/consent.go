package sharing

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// Grounds are on what something could be shared: the provisions of the agency's own law, and the person's live consents.
type Grounds struct {
	Laws     authz.Bases
	Consents []consent.Choice
}

// covers says whether one of the consents lets a section go to anybody.
func (g *Grounds) covers(id authz.Section) bool {
	return slices.ContainsFunc(g.Consents, func(c consent.Choice) bool { return c.Sections.Has(id) })
}

// couldOffer are the needs that a share of a section could meet on these grounds, whatever the form is filled in with.
func (g *Grounds) couldOffer(id authz.Section) authz.Needs {
	needs := authz.NeedsOf(authz.NeedJustification)
	if g.covers(id) {
		needs |= authz.NeedsOf(authz.NeedConsent)
	}
	for i := range g.Laws {
		needs |= gate.Offered(g.Laws[i].Family, "")
	}
	return needs
}

// GroundsOf reads them for the file of the transaction.
func GroundsOf(tx *gate.Tx) (Grounds, error) { return groundsOf(tx) }

// WithGrounds adds to the fields of the terms, after the legal basis, which consent or which provision it is.
func WithGrounds(w *locale.Words, g Grounds, terms []httpkit.Field) []httpkit.Field {
	consents := httpkit.Field{Kind: httpkit.Select, Name: "consent", Label: w.T("sharing.consent"), Hint: w.T("sharing.consent_hint"), Options: consent.Options(w, g.Consents)}
	if len(g.Consents) == 0 {
		consents.Hint, consents.Disabled = w.T("sharing.no_consent_yet"), true
	}
	law := httpkit.Field{Kind: httpkit.Select, Name: "legal_basis", Label: w.T("sharing.legal_basis"), Hint: w.T("sharing.legal_basis_hint"), Options: lawOptions(w, g.Laws)}
	after := 1 + slices.IndexFunc(terms, func(f httpkit.Field) bool { return f.Name == "basis" })
	return slices.Insert(terms, after, consents, law)
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
