// Package sharing lets other agencies see a file: the case team, the referral of a victim, workers named for the shelter's
// location, and the end of all of these.
// It does not decide what a grant opens; the gate does, section by section, at every look.
package sharing

import (
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// State is where a referral stands. Only Offered, Accepted and Completed are not final: what somebody has can be taken back.
type State string

// The states of a referral.
const (
	Offered   State = "offered"
	Accepted  State = "accepted"
	Declined  State = "declined"
	Withdrawn State = "withdrawn"
	Expired   State = "expired"
	Completed State = "completed"  // with an outcome
	TakenBack State = "taken_back" // after it was accepted
)

// States lists the states in the order in which a filter offers them.
func States() []State {
	return []State{Offered, Accepted, Declined, Withdrawn, Expired, Completed, TakenBack}
}

// becomes says whether a referral in state s can turn into next: an open offer is answered or ends once, and what was accepted
// is completed once; either can be taken back, once.
func (s State) becomes(next State) bool {
	switch next {
	case Accepted, Declined, Withdrawn, Expired:
		return s == Offered
	case Completed:
		return s == Accepted
	case TakenBack:
		return s == Accepted || s == Completed
	}
	return false
}

// Urgency sets how soon the receiving desk has to answer.
type Urgency string

// The two urgencies (domain 3.6: 24 hours, 72 hours).
const (
	Urgent Urgency = "urgent"
	Normal Urgency = "normal"
)

// grace is how long an overdue offer stays open: the desk may still answer and the sender may still withdraw, then it expires.
const grace = 72 * time.Hour

// within is the time in which the receiving desk has to answer.
func (u Urgency) within() time.Duration {
	if u == Urgent {
		return 24 * time.Hour
	}
	return 72 * time.Hour
}

// Reasons are the codes of what the receiving desk is asked to do.
var Reasons = []string{
	"support", "shelter", "medical", "legal_aid", "guardianship", "residence", "investigation", "labour", "compensation",
	"registration", "relocation", "return",
}

// DeclineReasons are the codes of why a desk does not take a person in.
var DeclineReasons = []string{
	"no_capacity", "not_our_task", "outside_area", "person_declined", "already_known", "conflict_of_interest", "safety",
	"incomplete",
}

// Outcomes are the codes of how a referral ended that a desk has accepted.
var Outcomes = []string{
	"support_given", "accommodated", "cared_for", "represented", "registered", "decided", "handed_on", "returned",
	"person_stopped", "contact_lost", "not_possible",
}

// Why a grant ended, as it stands in the grant.
const (
	endRemoved   = "removed"
	endDeclined  = "declined"
	endWithdrawn = "withdrawn"
	endExpired   = "expired"
	endUntil     = "until"
)

// Referral is an offer of some sections of one victim file to a desk, as both sides see it: codes, public names of agencies
// and desks, no person.
type Referral struct {
	ID            string            `db:"id"` // also the id of the grant that it offers
	FileID        string            `db:"file_id"`
	Kind          Kind              `db:"kind"`
	State         State             `db:"state"`
	Urgency       Urgency           `db:"urgency"`
	Reason        string            `db:"reason"`
	FromAgencyID  string            `db:"from_agency_id"`
	FromAgency    string            `db:"from_agency"`
	ToAgencyID    string            `db:"to_agency_id"`
	ToAgency      string            `db:"to_agency"`
	ToDeskID      string            `db:"to_desk_id"`
	ToDesk        string            `db:"to_desk"`
	Reference     string            `db:"reference"` // by which the reader's agency knows the file
	Sections      authz.SectionSet  `db:"sections"`
	OnlyOf        gate.OnlyOf       `db:"only_of"` // whose entries alone, of some of them
	Relations     authz.RelationSet `db:"relations"`
	Purpose       string            `db:"purpose"`
	Basis         string            `db:"basis"`
	BasisRef      string            `db:"basis_ref"`
	Writers       map[string]string `db:"-"`           // names of the agencies in OnlyOf, where a single one is shown
	LegalBasis    string            `db:"legal_basis"` // the provision; empty on consent
	OfferedAt     moment.Time       `db:"offered_at"`
	DueAt         moment.Time       `db:"due_at"`
	UntilAt       moment.Time       `db:"until_at"`       // end of the access, if accepted, and as it was renewed since
	FirstUntil    moment.Time       `db:"first_until_at"` // as it was offered
	AnsweredAt    moment.Time       `db:"answered_at"`
	DeclineReason string            `db:"decline_reason"`
	EscalatedAt   moment.Time       `db:"escalated_at"` // when the supervisors were told that nobody had answered
	Outcome       string            `db:"outcome"`
	CompletedAt   moment.Time       `db:"completed_at"`
	RecalledAt    moment.Time       `db:"recalled_at"`
	RecallReason  string            `db:"recall_reason"`
	Version       int64             `db:"version"`
	ForMe         bool              `db:"for_me"`   // meant for the reader, and still open to the whole desk
	Proposed      bool              `db:"proposed"` // waits for a second person of the sending agency
	Reached       bool              `db:"reached"`  // the desk has, or had it: no second person still had to sign it
	Received      bool              `db:"received"` // offered to one of the reader's desks
	Sent          bool              `db:"sent"`     // by the reader's agency, on a file that the reader may see
}

// Overdue says whether the desk should have answered by now.
func (r *Referral) Overdue(now moment.Time) bool { return r.State == Offered && r.DueAt <= now }

// lapsed says whether the offer is dead although no job has marked it yet.
func (r *Referral) lapsed(now moment.Time) bool {
	return r.DueAt.Add(grace) <= now || r.UntilAt <= now
}

// relationsOf is what a grant makes of an agency by its discipline. A guardian and a lawyer act for one person, the national
// focal point receives, the rapporteur looks from outside; the others work in the team.
func relationsOf(kind authz.Role) authz.RelationSet {
	switch kind {
	case authz.RoleGuardian:
		return authz.RelationsOf(authz.RelationWard)
	case authz.RoleLawyer:
		return authz.RelationsOf(authz.RelationClient)
	case authz.RoleFocalPoint:
		return authz.RelationsOf(authz.RelationReferred)
	case authz.RoleRapporteur:
		return authz.RelationsOf(authz.RelationAny)
	}
	return authz.RelationsOf(authz.RelationTeam)
}

// referredAs is relationsOf for a package of one victim file: who works in a team also stands as a receiver.
func referredAs(kind authz.Role) authz.RelationSet {
	relations := relationsOf(kind)
	if relations.Has(authz.RelationTeam) {
		return relations.With(authz.RelationReferred)
	}
	return relations
}

// actsForOne says whether the discipline acts for single persons, so that a whole case is never opened to it.
func actsForOne(kind authz.Role) bool { return kind == authz.RoleGuardian || kind == authz.RoleLawyer }

// caseSections is what of the case file itself is opened to a team member. For a guardian or a lawyer these are the court
// matters only: everything else on a case file speaks of other victims too.
func caseSections(kind authz.Role) authz.SectionSet {
	if actsForOne(kind) {
		return authz.SectionsOf(authz.Court)
	}
	return authz.FileSections()
}

// byTwoInTeam is what a place in the case team opens of the case only when a second person of the agency that leads has signed
// (domain 3.6); byTwoOfVictim what it opens of its victim files only so, to those who would read all of it.
var (
	byTwoInTeam   = authz.SectionsOf(authz.Intelligence)
	byTwoOfVictim = authz.SectionsOf(authz.ShelterLocation, authz.Health)
)

// mayReceive says whether a section can go to an agency of this discipline at all: statements go to prosecutor and court only
// (domain 3.5, F08), and what a discipline can never read would be a disclosure without a use.
func mayReceive(readable authz.SectionSet, kind authz.Role, section authz.Section) bool {
	if section == authz.Statements && kind != authz.RoleProsecutor && kind != authz.RoleCourt {
		return false
	}
	return readable.Has(section)
}

// settled is the answer to somebody who comes too late: it names what has happened, so that both sides see the same truth.
func settled(r *Referral, now moment.Time) error {
	state := r.State
	if state == Offered && r.lapsed(now) {
		state = Expired
	}
	return fault.New(fault.Conflict, "sharing.already_"+string(state)).With(Settled{State: state, Version: r.Version})
}

// Settled goes with the conflict of an answer that came too late.
type Settled struct {
	State   State `json:"state"`
	Version int64 `json:"version"`
}
