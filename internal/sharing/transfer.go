package sharing

import (
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// answerTransferWithin is the time in which a desk takes a case over or declines; until then the lead stays where it is.
const answerTransferWithin = 7 * 24 * time.Hour

// TransferReasons are the codes of why a case changes hands.
var TransferReasons = []string{"moved", "competence", "other_country", "specialised", "capacity", "conflict_of_interest", "prosecution_leads"}

// TransferDeclineReasons are the codes of why a desk does not take a case over.
var TransferDeclineReasons = []string{"no_capacity", "not_our_task", "outside_area", "conflict_of_interest", "incomplete"}

const endTransferred = "transferred"

// Transfer is the offer of the lead of a case to a desk, as both sides see it. Who signed stays inside each agency.
type Transfer struct {
	ID            string      `db:"id"` // also the id of the lead that it offers
	FileID        string      `db:"file_id"`
	FromGrantID   string      `db:"from_grant_id"`
	State         State       `db:"state"`
	Reason        string      `db:"reason"`
	FromAgencyID  string      `db:"from_agency_id"`
	FromAgency    string      `db:"from_agency"`
	ToAgencyID    string      `db:"to_agency_id"`
	ToAgency      string      `db:"to_agency"`
	ToKind        authz.Role  `db:"to_kind"`
	ToDeskID      string      `db:"to_desk_id"`
	ToDesk        string      `db:"to_desk"`
	Reference     string      `db:"reference"` // by which the reader's agency knows the case
	KeepUntil     moment.Time `db:"keep_until_at"`
	KeepGrantID   string      `db:"keep_grant_id"`
	Purpose       string      `db:"purpose"`
	Basis         string      `db:"basis"`
	BasisRef      string      `db:"basis_ref"`
	LegalBasis    string      `db:"legal_basis"`
	UntilAt       moment.Time `db:"until_at"` // end of the new lead, if accepted; then it is renewed
	OfferedAt     moment.Time `db:"offered_at"`
	DueAt         moment.Time `db:"due_at"`
	AnsweredAt    moment.Time `db:"answered_at"`
	DeclineReason string      `db:"decline_reason"`
	Version       int64       `db:"version"`
	Received      bool        `db:"received"` // offered to one of the reader's desks
	Sent          bool        `db:"sent"`     // by the reader's agency
	Mine          bool        `db:"mine"`     // the reader offered it
}

// Open says whether the desk can still answer.
func (t *Transfer) Open(now moment.Time) bool { return t.State == Offered && t.DueAt > now }

// late is the answer to somebody who comes too late; it names what has happened.
func (t *Transfer) late(now moment.Time) error {
	state := t.State
	if state == Offered && !t.Open(now) {
		state = Expired
	}
	return fault.New(fault.Conflict, "sharing.transfer_already_"+string(state)).With(Settled{State: state, Version: t.Version})
}

// mayLead says whether an agency of this discipline can lead a case at all.
func (s *Service) mayLead(kind authz.Role) bool {
	return s.gate.Policy().May(kind, authz.Manage).Has(authz.Team) && !actsForOne(kind)
}

// Duty is who had the duty of a file from one instant until another.
type Duty struct {
	GrantID     string      `db:"id"`
	AgencyID    string      `db:"agency_id"`
	Agency      string      `db:"agency"`
	GranteeKind string      `db:"grantee_kind"`
	GranteeID   string      `db:"grantee_id"`
	Desk        string      `db:"desk"`
	Worker      string      `db:"-"` // the name of a person of the reader's own agency
	From        moment.Time `db:"from_at"`
	Until       moment.Time `db:"over_at"` // zero while it lasts
	EndReason   string      `db:"end_reason"`
	TransferID  string      `db:"transfer_id"` // the transfer by which it came; empty for who opened the case
}

// joined is the history with renewals taken together: the duty of one desk is one line.
func joined(list []Duty) (history []Duty) {
	for _, d := range list {
		if n := len(history); n > 0 && history[n-1].GranteeID == d.GranteeID && history[n-1].EndReason == endRenewed {
			history[n-1].Until, history[n-1].EndReason, history[n-1].GrantID = d.Until, d.EndReason, d.GrantID
			continue
		}
		history = append(history, d)
	}
	return history
}

// DutyOn is who had the duty at some time of a day in Brussels, in order; nobody where the file was without a lead.
func DutyOn(history []Duty, day moment.Date) (on []Duty) {
	start, end := day.AddDays(-1).EndOf(), day.EndOf()
	for _, d := range history {
		if d.From <= end && (d.Until == 0 || d.Until > start) {
			on = append(on, d)
		}
	}
	return on
}

// followLead is what follows the grants of the old lead: on each victim file the new lead, and, where the old agency keeps
// access for a while, a place in the team with its named workers.
func followLead(t *Transfer, keepRoot string) func(*gate.HeldGrant, gate.NewGrant) []gate.NewGrant {
	return func(old *gate.HeldGrant, next gate.NewGrant) (follow []gate.NewGrant) {
		kept := next
		kept.Lead, kept.Root, kept.Until = false, keepRoot, min(next.Until, t.KeepUntil)
		if old.ID == old.RootID {
			return nil // the offered grant has taken its place
		}
		if old.Lead {
			next.GranteeKind, next.GranteeID, next.Relations, next.Until = "desk", t.ToDeskID, relationsOf(t.ToKind), t.UntilAt
			next.Purpose, next.Basis, next.BasisRef, next.LegalBasis, next.ConsentID = t.Purpose, t.Basis, t.BasisRef, t.LegalBasis, ""
			kept.Until = t.KeepUntil
			follow = append(follow, next)
		}
		if keepRoot != "" {
			follow = append(follow, kept)
		}
		return follow
	}
}

// followMember is what follows the place in the team of a desk that leads from now on: the lead opens what the place opened,
// so only what has a shape of its own goes on, such as named workers.
func followMember(old *gate.HeldGrant, next gate.NewGrant) []gate.NewGrant {
	if old.ID == old.RootID || old.Place {
		return nil
	}
	return []gate.NewGrant{next}
}
