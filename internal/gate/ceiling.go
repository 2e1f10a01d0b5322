package gate

import (
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/moment"
)

// CeilingOf is the longest that the file may be given to an agency of this kind at a time, and its last day from now. A root
// grant on a case is a place in its team, whatever sections it has; elsewhere the sharpest section sets the ceiling.
func (tx *Tx) CeilingOf(kind authz.Role, sections authz.SectionSet) (c authz.Ceiling, last moment.Date) {
	c = tx.gate.ceiling.Over(kind, sections)
	if tx.file.Kind == Case {
		c = tx.gate.ceiling.Team(kind)
	}
	if c.Days == 0 {
		c = authz.Ceiling{Section: authz.Team.String(), Days: int(LongestGrant.Hours() / 24)}
	}
	return c, moment.DayOf(tx.now).AddDays(c.Days)
}

// checkCeiling refuses an end beyond the ceiling and names it. What came from another grant ends with that one at the latest,
// and an agency's own files are not shared by anybody.
func (tx *Tx) checkCeiling(n NewGrant, kind authz.Role) error {
	if n.Lead || n.Root != "" {
		return nil
	}
	c, last := tx.CeilingOf(kind, n.Sections)
	if moment.DayOf(n.Until) > last {
		return fault.New(fault.Invalid, "gate.invalid").WithField("until", "gate.ceiling."+c.Section, "Days", c.Days)
	}
	return nil
}
