package gate

import (
	"errors"
	"time"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
)

// PartnerCeiling is what an agency lets agencies of one discipline have at most: which sections, for how many days at a time,
// and for how many a place in a case team. It lies below the ceiling of policies/ceilings.csv: of the two the lower holds.
type PartnerCeiling struct {
	Kind     authz.Role       `db:"kind"`
	Version  int64            `db:"version"` // 0 where the agency has set none
	Sections authz.SectionSet `db:"sections"`
	Days     int              `db:"days"`
	TeamDays int              `db:"team_days"` // 0: no place in a team
	SetBy    string           `db:"set_by"`
	SetAt    moment.Time      `db:"set_at"`
}

// Unlimited says that the agency adds nothing to the ceiling of the law.
func (c *PartnerCeiling) Unlimited() bool {
	return c.Version == 0 || c.Sections == authz.FileSections() && min(c.Days, c.TeamDays) == longestDays
}

// longestDays is LongestGrant in days.
const longestDays = int(LongestGrant / (24 * time.Hour))

var onlyNamed = authz.RelationsOf(authz.RelationNamed)

// Who set a ceiling.
const (
	SetByLaw    = "law"    // policies/ceilings.csv
	SetByAgency = "agency" // the giving agency's administrators
)

// Limit goes with the refusal of what lies above a ceiling and names it. It holds codes and a day, nothing of a file.
type Limit struct {
	PartnerKind string      `json:"partner_kind" doc:"Discipline of the receiving agency"`
	Sections    []string    `json:"sections,omitempty" doc:"Sections that lie above the ceiling, or the one that sets its days"`
	Days        int         `json:"days" doc:"Longest time in days; 0 where none is allowed"`
	SetBy       string      `json:"set_by" enum:"law,agency" doc:"law: policies/ceilings.csv; agency: the administrators of your agency"`
	SetOn       moment.Date `json:"set_on,omitempty" doc:"Day on which your agency set it"`
	Source      string      `json:"source,omitempty" doc:"Where the law says so"`
}

// PartnerCeilings are what the caller's agency has set, by discipline.
func (tx *Tx) PartnerCeilings() (map[authz.Role]PartnerCeiling, error) {
	var rows []PartnerCeiling
	if err := tx.Select(&rows, selectPartnerCeilings, nil); err != nil {
		return nil, err
	}
	set := make(map[authz.Role]PartnerCeiling, len(rows))
	for _, row := range rows {
		set[row.Kind] = row
	}
	return set, nil
}

// PartnerCeiling is what the caller's agency has set for one discipline; unlimited where it has set nothing.
func (tx *Tx) PartnerCeiling(kind authz.Role) (PartnerCeiling, error) {
	return tx.partnerCeilingOf(tx.caller.Actor.AgencyID, kind)
}

func (tx *Tx) partnerCeilingOf(agencyID string, kind authz.Role) (c PartnerCeiling, err error) {
	err = tx.raw.Get(&c, selectPartnerCeiling, Args{"agency_id": agencyID, "kind": string(kind)})
	if errors.Is(err, database.ErrNoRows) {
		return PartnerCeiling{Kind: kind, Sections: authz.FileSections(), Days: longestDays, TeamDays: longestDays}, nil
	}
	return c, err
}

// lasts is the last day from now that the ceiling leaves to a share, or to a place in a team.
func (c *PartnerCeiling) lasts(now moment.Time, place bool) moment.Date {
	if place {
		return moment.DayOf(now).AddDays(c.TeamDays)
	}
	return moment.DayOf(now).AddDays(c.Days)
}

// LastDay is the last day until which the caller's agency may give this to an agency of the discipline: the lower of the law's
// ceiling and its own.
func (tx *Tx) LastDay(kind authz.Role, agencyID string, sections authz.SectionSet, place bool) (moment.Date, error) {
	_, last := tx.CeilingOf(kind, sections)
	if place {
		_, last = tx.TeamCeilingOf(kind)
	}
	if agencyID == tx.caller.Actor.AgencyID {
		return last, nil
	}
	c, err := tx.PartnerCeiling(kind)
	return min(last, c.lasts(tx.now, place)), err
}

// holdToPartner holds a grant to what the agency that gives it lets agencies of the receiver's discipline have. What somebody
// chose is refused above it, with the ceiling's name; a place in a team is cut to the sections that are left, and so is what
// comes along with one. Not cut are: what an agency gives to itself, the duty of a file (a lead is handed over because the law
// says whose the duty is), danger to life, and what goes on as it was with its old end.
func (tx *Tx) holdToPartner(n *NewGrant, to recipient) error {
	actor := &tx.caller.Actor
	if actor.AgencyID == "" || to.AgencyID == actor.AgencyID || n.Lead || n.Emergency || n.Relations == onlyNamed || n.goesOn() {
		return nil
	}
	c, err := tx.PartnerCeiling(to.Kind)
	if err != nil || c.Unlimited() {
		return err
	}
	if n.Root != "" {
		c.cut(n, tx.now)
		return nil
	}
	return c.check(n, tx.now, tx.isPlace(n))
}

// goesOn says whether the grant only goes on: its grantee had as much for as long.
func (n *NewGrant) goesOn() bool {
	if n.was == nil || n.GranteeID != n.was.GranteeID || n.Until > n.was.UntilAt || !n.Sections.Minus(n.was.Sections).Empty() {
		return false
	}
	for id := range n.Sections.Each {
		if !n.OnlyOf.Within(id, n.was.OnlyOf) {
			return false
		}
	}
	return true
}

// cut leaves of what comes along with a place in a team as much as the ceiling allows, which may be nothing.
func (c *PartnerCeiling) cut(n *NewGrant, now moment.Time) {
	n.Sections = n.Sections.And(c.Sections)
	if c.TeamDays == 0 {
		n.Sections = 0
	}
	n.Until = min(n.Until, c.lasts(now, true).EndOf())
}

// check refuses what lies above the ceiling; of a place in a team it takes away the sections that may not be given.
func (c *PartnerCeiling) check(n *NewGrant, now moment.Time, place bool) error {
	f := fault.New(fault.Invalid, "gate.invalid")
	limit := Limit{PartnerKind: string(c.Kind), Days: c.Days, SetBy: SetByAgency, SetOn: moment.DayOf(c.SetAt)}
	beyond, key := n.Sections.Minus(c.Sections), "gate.partner.days"
	if place {
		limit.Days, key = c.TeamDays, "gate.partner.team_days"
		if c.TeamDays == 0 {
			return c.refuse(f, "to", "gate.partner.no_team").With(limit)
		}
		if n.Sections.And(c.Sections).Empty() {
			limit.Sections = sectionWords(beyond)
			return c.refuse(f, "to", "gate.partner.no_section").With(limit)
		}
		n.Sections, beyond = n.Sections.And(c.Sections), 0
	}
	for id := range beyond.Each {
		limit.Sections = append(limit.Sections, id.String())
		c.refuse(f, "sections", "gate.partner.section", "Section", id)
	}
	if moment.DayOf(n.Until) > c.lasts(now, place) {
		c.refuse(f, "until", key, "Days", limit.Days)
	}
	if len(f.Fields) == 0 {
		return nil
	}
	return f.With(limit)
}

// refuse adds one rule to the fault, with the discipline and the day on which the agency set its ceiling.
func (c *PartnerCeiling) refuse(f *fault.Fault, field, key string, args ...any) *fault.Fault {
	return f.WithField(field, key, append(args, "Partner", c.Kind, "Since", moment.DayOf(c.SetAt))...)
}

// stillWithin holds a proposed grant to the ceiling of the day on which it is signed: nothing of it was disclosed before. Whoever
// signs, the ceiling is that of the agency that gives it.
func (tx *Tx) stillWithin(p *proposal) error {
	if p.AgencyID == p.GivenBy {
		return nil
	}
	c, err := tx.partnerCeilingOf(p.GivenBy, p.To)
	if err != nil || c.Unlimited() {
		return err
	}
	return c.check(&NewGrant{Sections: p.Sections, Until: p.UntilAt}, tx.now, false)
}

// Effect is how much of what an agency has given lies above a ceiling that it is about to set.
type Effect struct {
	Grants int `db:"grants" json:"grants"`
	Files  int `db:"files" json:"files"`
}

// EffectOf counts what the caller's agency has given that lies above the ceiling: it runs to its end, and is not renewed above
// it. What lies under a seal is not counted. It reads all grants: an index for what is asked once a year would cost every end of one.
func (tx *Tx) EffectOf(c PartnerCeiling) (e Effect, err error) {
	return e, tx.Get(&e, countAbove, Args{"kind": string(c.Kind), "named": int64(onlyNamed),
		"beyond": int64(authz.FileSections().Minus(c.Sections)), "last": c.lasts(tx.now, false).EndOf(), "team_last": c.lasts(tx.now, true).EndOf()})
}

func sectionWords(set authz.SectionSet) (words []string) {
	for id := range set.Each {
		words = append(words, id.String())
	}
	return words
}
