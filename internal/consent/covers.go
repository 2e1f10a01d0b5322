package consent

import (
	"slices"

	"relais/internal/fault"
	"relais/internal/gate"
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
	switch c.State(tx.Now()) {
	case Withdrawn:
		return wrong.WithField("consent", "consent.is_withdrawn")
	case Expired:
		return wrong.WithField("consent", "consent.is_expired")
	case Waiting:
		return wrong.WithField("consent", "consent.is_waiting")
	case Declined:
		return wrong.WithField("consent", "consent.is_declined")
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
