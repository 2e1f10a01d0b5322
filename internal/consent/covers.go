package consent

import (
	"slices"
	"strings"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Covers refuses a grant that goes beyond what the person allowed, with the field that does. The gate calls it for every
// grant on consent, in the transaction that writes it; a withdrawal in the same instant makes one of the two run again.
func Covers(tx *gate.Tx, consentID string, n gate.NewGrant, recipientAgency string) error {
	c, found, err := held(tx, consentID)
	if err != nil {
		return err
	}
	wrong := fault.New(fault.Invalid, "gate.invalid")
	if !found { // unknown, or another person's: the answer is the same
		return wrong.WithField("consent", "consent.other_person")
	}
	if key := c.dead(tx.Now()); key != "" {
		return wrong.WithField("consent", key)
	}
	if n.Relations == onlyNamed { // within the recipient's own house, on what it wrote itself
		return nil
	}
	desks, err := desksOf(tx, n)
	if err != nil {
		return err
	}
	if !c.reaches(recipientAgency, desks) {
		wrong.WithField("to", "consent.other_recipient")
	}
	if tx.File().Kind == gate.Victim && n.Sections.Minus(c.Sections) != 0 { // a case file's own sections are nobody's person
		wrong.WithField("sections", "consent.other_section")
	}
	if !slices.Contains(c.Purposes, n.Purpose) {
		wrong.WithField("purpose", "consent.other_purpose")
	}
	if n.Until > c.UntilAt {
		wrong.WithField("until", "consent.until_too_late")
	}
	if len(wrong.Fields) > 0 {
		return wrong
	}
	return nil
}

// dead says why nothing can rest on the consent; empty where something can.
func (c *Consent) dead(now moment.Time) string {
	switch c.State(now) {
	case Withdrawn:
		return "consent.is_withdrawn"
	case Expired:
		return "consent.is_expired"
	case Waiting:
		return "consent.is_waiting"
	case Alone:
		return "consent.is_alone"
	case Declined:
		return "consent.is_declined"
	}
	return ""
}

// CoversOutside refuses a package for an organisation without an account that goes beyond what the person allowed: the consent has
// to name that organisation. It holds the consent like Covers.
func CoversOutside(tx *gate.Tx, consentID, organisation string, n gate.NewGrant) error {
	wrong := fault.New(fault.Invalid, "gate.invalid")
	c, found, err := held(tx, consentID)
	if err != nil {
		return err
	}
	if !found {
		return wrong.WithField("consent", "consent.other_person")
	}
	if key := c.dead(tx.Now()); key != "" {
		return wrong.WithField("consent", key)
	}
	newest, err := versions(tx, consentID)
	if err != nil {
		return err
	}
	if !newest[0].names(organisation) {
		wrong.WithField("organisation", "consent.other_organisation")
	}
	if n.Sections.Minus(c.Sections) != 0 {
		wrong.WithField("sections", "consent.other_section")
	}
	if !slices.Contains(c.Purposes, n.Purpose) {
		wrong.WithField("purpose", "consent.other_purpose")
	}
	if n.Until > c.UntilAt {
		wrong.WithField("hours", "consent.until_too_late")
	}
	if len(wrong.Fields) > 0 {
		return wrong
	}
	return nil
}

// names says whether the person allowed an organisation without an account, by its name.
func (g *Given) names(organisation string) bool {
	for line := range strings.Lines(g.Outside) {
		if strings.EqualFold(strings.Join(strings.Fields(line), " "), strings.Join(strings.Fields(organisation), " ")) {
			return organisation != ""
		}
	}
	return false
}

// desksOf are the desk that a grant goes to, or those at which its worker sits.
func desksOf(tx *gate.Tx, n gate.NewGrant) ([]string, error) {
	if n.GranteeKind == "desk" {
		return []string{n.GranteeID}, nil
	}
	return desksOfWorker(tx, n.GranteeID)
}

// Stands says whether the person has allowed anything that holds now.
func Stands(tx *gate.Tx) (bool, error) {
	list, err := consents(tx)
	return slices.ContainsFunc(list, func(c Consent) bool { return c.State(tx.Now()) == Live }), err
}
