package gate

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
)

// selectBeside finds a file of which the caller's agency holds, or held, something; an excluded person finds nothing.
const selectBeside = `SELECT f.id, f.kind, f.case_id, f.agency_id, f.stage, f.created_at, f.changed_at, f.version,
  COALESCE(r.reference, '') AS reference
FROM file f
LEFT JOIN file_reference r ON r.file_id = f.id AND r.agency_id = :agency
WHERE f.id = :target
  AND EXISTS (SELECT 1 FROM file_grant g WHERE g.file_id = f.id AND g.agency_id = :agency AND ` + NotExcluded + `)`

// Beside turns to a file of the caller's agency on which the caller holds no grant: for supervisors, duty officers and
// auditors, who answer for what others do there. Everything that stands in the file stays closed to them; what they do is
// decided by the row that led them here, such as a request that waits for an answer.
func (tx *Tx) Beside(fileID string) (*Tx, error) {
	actor := tx.Actor()
	answers := actor.Supervisor || actor.DutyOfficer || Holds(actor, authz.RoleAuditor)
	other := tx.elsewhere()
	err := tx.raw.Get(&other.file, selectBeside, Args{"target": fileID, "agency": actor.AgencyID, "worker_id": actor.WorkerID})
	if errors.Is(err, database.ErrNoRows) || err == nil && !answers {
		return nil, fault.New(fault.NotFound, "gate.not_found")
	}
	if err == nil {
		err = other.whileClosed()
	}
	return other, err
}

// Holds says whether somebody holds a role of this discipline.
func Holds(a *authz.Actor, base authz.Role) bool {
	for i := range a.Held {
		if a.Held[i].Base == base {
			return true
		}
	}
	return false
}

// WorksOnFiles says whether somebody holds a role of their agency's own discipline. Who only administers or audits answers no offers,
// asks nobody for consent and passes nothing on.
func WorksOnFiles(a *authz.Actor) bool { return Holds(a, a.Kind) }

// Would is what a grant with these relations and on this basis would let the caller read of a section as such. What is asked
// for at each look, or belongs to a single entry, counts as given.
func (tx *Tx) Would(section authz.Section, relations authz.RelationSet, basis string) authz.Decision {
	met := tx.metByCaller() | metByBasis(basis) | metByWard(relations) | authz.NeedsOf(authz.NeedJustification, authz.NeedOriginator)
	return tx.gate.policy.Decide(tx.Actor(), authz.Question{Section: section, Verb: authz.Read,
		Relations: relations.Without(authz.RelationNamed), Met: met})
}

// OpensTo says whether a grant with these relations and on this basis would let somebody of a discipline read anything of a
// section, as far as no agency narrows it.
func (tx *Tx) OpensTo(kind authz.Role, section authz.Section, relations authz.RelationSet, basis string) bool {
	return tx.opensTo(kind, section, relations, basis).Allowed()
}

// OpensWhole is OpensTo for reading a section in full.
func (tx *Tx) OpensWhole(kind authz.Role, section authz.Section, relations authz.RelationSet, basis string) bool {
	return tx.opensTo(kind, section, relations, basis).Show == authz.Full
}

func (tx *Tx) opensTo(kind authz.Role, section authz.Section, relations authz.RelationSet, basis string) authz.Decision {
	held := authz.Held{RoleID: "baseline", Base: kind}
	held.Allow[authz.Read] = tx.gate.policy.May(kind, authz.Read)
	met := metByBasis(basis) | metByWard(relations) | authz.NeedsOf(authz.NeedJustification, authz.NeedOriginator, authz.NeedCareGroup)
	return tx.gate.policy.Decide(&authz.Actor{WorkerID: "somebody", AgencyID: "somewhere", Kind: kind, Held: []authz.Held{held}}, authz.Question{
		Section: section, Verb: authz.Read, Relations: relations.Without(authz.RelationNamed), Met: met})
}

// InEmergency is what the caller could read of a section in danger to life, and whether the emergency makes a difference.
func (tx *Tx) InEmergency(section authz.Section) (relations authz.RelationSet, could bool) {
	now := tx.Decide(section, authz.Read)
	for i := range tx.grants {
		relations = tx.grants[i].Relations.Without(authz.RelationNamed)
		d := tx.gate.policy.Decide(tx.Actor(), authz.Question{Section: section, Verb: authz.Read, Relations: relations,
			Met: tx.metByCaller() | authz.NeedsOf(authz.NeedBreakGlass)})
		if d.Show > now.Show {
			return relations, true
		}
	}
	return 0, false
}

// AskedAs are the relations and the grant by which the caller could be given more of the file: a place in the team also
// stands as a receiver, as in a referral. Who leads the file asks nobody.
func (tx *Tx) AskedAs() (base Grant, relations authz.RelationSet, ok bool) {
	for i := range tx.grants {
		grant := tx.grants[i]
		if grant.Lead {
			return Grant{}, 0, false
		}
		if !grant.Emergency && grant.Relations.Without(authz.RelationNamed) != 0 && (!ok || grant.UntilAt > base.UntilAt) {
			base, ok = grant, true
		}
	}
	if !ok {
		return Grant{}, 0, false
	}
	relations = base.Relations.Without(authz.RelationNamed)
	if relations.Has(authz.RelationTeam) {
		relations = relations.With(authz.RelationReferred)
	}
	return base, relations, true
}

// Askable says whether somebody who leads the file could open more of a section to the caller, on whatever legal basis.
func (tx *Tx) Askable(section authz.Section) bool {
	_, relations, ok := tx.AskedAs()
	if !ok {
		return false
	}
	now := tx.Decide(section, authz.Read)
	for _, basis := range Bases {
		if tx.Would(section, relations, basis).Show > now.Show {
			return true
		}
	}
	return false
}
