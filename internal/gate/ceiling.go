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
// the team reaches into victim files, as a worker named by the own agency does, for as long as the place itself. What hangs on another
// grant and goes on with it as it was keeps its end under a ceiling that was lowered since: whoever renews the other one did not give it,
// and a refusal would name its sections.
func (tx *Tx) checkCeiling(n NewGrant, kind authz.Role) error {
	inherited := n.Root != "" && (n.place || n.Relations == onlyNamed)
	if n.Lead || inherited || n.goesOn() {
		return nil
	}
	c, last := tx.CeilingOf(kind, n.Sections)
	if tx.isPlace(&n) {
		c, last = tx.TeamCeilingOf(kind)
	}
	if moment.DayOf(n.Until) > last {
		return fault.New(fault.Invalid, "gate.invalid").WithField("until", "gate.ceiling."+c.Section, "Days", c.Days).
			With(Limit{PartnerKind: string(kind), Sections: []string{c.Section}, Days: c.Days, SetBy: SetByLaw, Source: c.Source})
	}
	return nil
}

// isPlace says whether the grant is itself a place in the case team of the file: the root on which what it opens of the victim
// files hangs.
func (tx *Tx) isPlace(n *NewGrant) bool {
	return n.Root == "" && n.Beside == "" && tx.file.Kind == Case
}
