package gate

import (
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/moment"
)

// CeilingOf is the longest that sections of the file may be given to an agency of this kind at a time, and the last day of it
// from now; the sharpest section sets it.
func (tx *Tx) CeilingOf(kind authz.Role, sections authz.SectionSet) (c authz.Ceiling, last moment.Date) {
	return tx.lastDayOf(tx.gate.ceiling.Over(kind, sections))
}

// TeamCeilingOf is CeilingOf for a place in the case team, whatever sections it opens.
func (tx *Tx) TeamCeilingOf(kind authz.Role) (c authz.Ceiling, last moment.Date) {
	return tx.lastDayOf(tx.gate.ceiling.Team(kind))
}

func (tx *Tx) lastDayOf(c authz.Ceiling) (authz.Ceiling, moment.Date) {
	if c.Days == 0 {
		c = authz.Ceiling{Section: authz.Team.String(), Days: int(LongestGrant.Hours() / 24)}
	}
	return c, moment.DayOf(tx.now).AddDays(c.Days)
}

// checkCeiling refuses an end beyond the ceiling and names it. An agency's own files are not shared by anybody, and a place in
// the team reaches into victim files, as a worker named by the own agency does, for as long as the place itself.
func (tx *Tx) checkCeiling(n NewGrant, kind authz.Role) error {
	inherited := n.Root != "" && (n.Sections == authz.FileSections() || n.Relations == authz.RelationsOf(authz.RelationNamed))
	if n.Lead || inherited {
		return nil
	}
	c, last := tx.CeilingOf(kind, n.Sections)
	if n.Root == "" && n.Beside == "" && tx.file.Kind == Case {
		c, last = tx.TeamCeilingOf(kind)
	}
	if moment.DayOf(n.Until) > last {
		return fault.New(fault.Invalid, "gate.invalid").WithField("until", "gate.ceiling."+c.Section, "Days", c.Days)
	}
	return nil
}
