package clock

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/gate"
)

// dated are the disciplines that may know the days of a section of which they see one fact only: the police and the registrar
// know until when somebody may stay, a shelter the dates of a trial (access matrix, derived cells).
var dated = map[authz.Section][]authz.Role{
	authz.Residence: {authz.RolePolice, authz.RoleFocalPoint},
	authz.Court:     {authz.RoleShelter},
}

// sight is by which relations a grant opens the clocks of one section to the caller.
type sight struct {
	section        authz.Section
	plain, consent authz.RelationSet // where the grant names the section: on any basis, on consent
	own            authz.RelationSet // of clocks that the own agency started
}

// sightOf asks the policy once for each relation; lists and single files go by the same answer.
func sightOf(tx *gate.Tx, section authz.Section) sight {
	s := sight{section: section}
	if !works(tx.Actor()) {
		return s
	}
	for relation := range authz.AllRelations().Each {
		of := authz.RelationsOf(relation)
		shows := func(relations authz.RelationSet, basis string) bool {
			d := tx.Would(section, relations, basis)
			return d.Show == authz.Full || d.Show == authz.Derived && slices.Contains(dated[section], tx.Actor().Kind)
		}
		if shows(of, "legal_task") {
			s.plain = s.plain.With(relation)
		}
		if shows(of, "consent") {
			s.consent = s.consent.With(relation)
		}
		if shows(of.With(authz.RelationOwn), "consent") {
			s.own = s.own.With(relation)
		}
	}
	return s
}

// opens says whether a grant shows a clock of the section that an agency started; own where that is the caller's.
func (s sight) opens(g *gate.Grant, starter string, own bool) bool {
	relations := s.plain
	if g.Basis == "consent" {
		relations |= s.consent
	}
	return g.Opens(gate.Writer{Section: s.section, AgencyID: starter}) && g.Relations&relations != 0 || own && g.Relations&s.own != 0
}

// Seen says whether the caller may know of a clock of the transaction's file more than that one runs.
func Seen(tx *gate.Tx, c *Clock) bool { return sees(tx, c) }

// sees says whether the caller may know of a clock of the file that the transaction stands on.
func sees(tx *gate.Tx, c *Clock) bool {
	s, own := sightOf(tx, c.Section()), c.AgencyID == tx.Actor().AgencyID
	grants := tx.Grants()
	return slices.ContainsFunc(grants, func(g gate.Grant) bool { return s.opens(&g, c.AgencyID, own) })
}
