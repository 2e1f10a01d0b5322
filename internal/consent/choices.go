package consent

import (
	"relais/internal/authz"
	"relais/internal/gate"
)

// Choices are the live consents that the caller may name as the ground of a share: of the transaction's file, or, on a case,
// of its victim files.
func Choices(tx *gate.Tx) (choices []Choice, err error) {
	var list []Consent
	if tx.File().Kind == gate.Case {
		list, err = rowsOf(tx, selectOfCase)
	} else {
		list, err = readable(tx)
	}
	for i := range list {
		if c := &list[i]; c.State(tx.Now()) == Live {
			choices = append(choices, Choice{ID: c.ID, Sections: c.Sections, Recipients: c.Recipients, Until: c.UntilAt, AskedOn: c.AskedOn})
		}
	}
	return choices, err
}

// SectionsOf are the sections that a consent of the file, or of its case, lets go; none where there is no such consent.
func SectionsOf(tx *gate.Tx, consentID string) (authz.SectionSet, error) {
	c, _, err := held(tx, consentID)
	return c.Sections, err
}
