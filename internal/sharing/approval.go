package sharing

import (
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// fourEyes are the sections that nobody opens alone beyond what a place in the case team opens (domain 3.6).
var fourEyes = authz.SectionsOf(authz.ShelterLocation, authz.Health, authz.Intelligence)

// NeedsTwo says whether a second person of the agency has to sign before these sections are opened.
func NeedsTwo(sections authz.SectionSet) bool { return !sections.And(fourEyes).Empty() }

// signWithin is the time in which the second person signs; then the proposal lapses.
const signWithin = 72 * time.Hour

// ApprovalState is where a proposal stands. Every state but Proposed is final.
type ApprovalState string

// The states of a proposal.
const (
	Proposed ApprovalState = "open"
	Approved ApprovalState = "approved"
	Refused  ApprovalState = "refused"
	Lapsed   ApprovalState = "lapsed"
)

// Approval is a grant that waits for, or had, its second signature, as the agency that gives it sees it: codes and public
// names of agencies and desks, no person.
type Approval struct {
	ID          string            `db:"id"` // also of the grant
	FileID      string            `db:"file_id"`
	Kind        gate.Kind         `db:"kind"`
	Reference   string            `db:"reference"`
	State       ApprovalState     `db:"state"`
	GrantState  string            `db:"grant_state"`
	Becomes     string            `db:"becomes"` // "offered" or "live"
	AgencyID    string            `db:"agency_id"`
	Agency      string            `db:"agency"`
	Desk        string            `db:"desk"`
	GranteeKind string            `db:"grantee_kind"`
	GranteeID   string            `db:"grantee_id"`
	RenewedFrom string            `db:"renewed_from"` // the grant that it lets go on; empty where it begins anew
	Reason      string            `db:"reason"`       // code of why it goes on
	Sections    authz.SectionSet  `db:"sections"`
	OnlyOf      gate.OnlyOf       `db:"only_of"`
	Purpose     string            `db:"purpose"`
	Basis       string            `db:"basis"`
	BasisRef    string            `db:"basis_ref"`
	Writers     map[string]string `db:"-"` // names of the agencies in OnlyOf, where a single one is shown
	LegalBasis  string            `db:"legal_basis"`
	UntilAt     moment.Time       `db:"until_at"`
	AskedAt     moment.Time       `db:"asked_at"`
	AskedBy     string            `db:"asked_by"` // a colleague; never leaves the agency
	LapsesAt    moment.Time       `db:"lapses_at"`
	DecidedAt   moment.Time       `db:"decided_at"`
	Mine        bool              `db:"mine"`   // the reader asked for it
	ForMe       bool              `db:"for_me"` // it would open something to the reader
	Version     int64             `db:"version"`
}

// Open says whether the proposal still waits: not signed, not lapsed, and what it hangs on has not ended.
func (a *Approval) Open(now moment.Time) bool {
	return a.State == Proposed && a.GrantState == "proposed" && a.LapsesAt > now && a.UntilAt > now
}

// CanSign says whether the reader is a second person: not the one who asked and not the one who would gain by it.
func (a *Approval) CanSign(reader *authz.Actor, now moment.Time) bool {
	return a.Open(now) && !a.Mine && !a.ForMe && (gate.WorksOnFiles(reader) || reader.Supervisor)
}

// decided is the answer to a signature that comes too late; it names what has happened.
func (a *Approval) decided() error {
	state := a.State
	if state == Proposed {
		state = Lapsed
	}
	return fault.New(fault.Conflict, "sharing.approval_already_"+string(state))
}

// Proposals is what a slice that proposes grants adds to the second signature: whether somebody else has to sign a grant yet, and what
// follows when the second person has signed, refused, or let it lapse. The zero value adds nothing.
type Proposals struct {
	Waits   func(tx *gate.Tx, grantID string) (bool, error)
	Settled func(tx *gate.Tx, grantID string, as ApprovalState) error
}

func (p *Proposals) waits(tx *gate.Tx, grantID string) (bool, error) {
	if p.Waits == nil {
		return false, nil
	}
	return p.Waits(tx, grantID)
}

func (p *Proposals) settled(tx *gate.Tx, grantID string, as ApprovalState) error {
	if p.Settled == nil {
		return nil
	}
	return p.Settled(tx, grantID, as)
}
