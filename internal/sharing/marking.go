package sharing

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
)

// checkMarking refuses to pass on what its originator keeps, and names the desk to ask; of all that goes along together the
// strictest marking is the package's.
func checkMarking(tx *gate.Tx, wrong *fault.Fault, c *Chosen, to authz.Role) (marking string, err error) {
	whole, keepers, err := entry.Onward(tx, c.Sections, c.OnlyOf, to)
	for _, k := range keepers {
		wrong.WithField("sections", "sharing.kept", "Who", k.Name())
	}
	return whole.String(), err
}

// Kept refuses what checkMarking does where sections are opened without a package, unless the originator is asked by itself: it names
// those agencies. Opened is what stands in a section, not what the giver reads of it: of what they do not read they learn that somebody
// keeps something, and neither who nor what.
func Kept(tx *gate.Tx, wrong *fault.Fault, sections authz.SectionSet, to authz.Role, asked []string) error {
	keepers, err := entry.Keepers(tx, sections, to)
	unseen := false
	for _, k := range keepers {
		switch {
		case slices.Contains(asked, k.AgencyID):
		case k.Unseen:
			unseen = true
		default:
			wrong.WithField("sections", "sharing.kept", "Who", k.Name())
		}
	}
	if unseen {
		wrong.WithField("sections", "sharing.kept_unseen")
	}
	return err
}
