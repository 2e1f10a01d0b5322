// Package request asks for access to sections of a file that are closed to somebody who sees the file, or was pointed to it: a
// reason, a purpose, a legal basis and an end. Who leads the file answers; without an answer it goes up to their supervisors.
// It opens nothing by itself: the answer writes a grant, and the gate decides at every look what that grant shows.
package request

import (
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// State is where a request stands. A granted request can end, and be refused while its access waits for
// a signature; the others but Asked are final.
type State string

// The states of a request.
const (
	Asked     State = "asked"
	Granted   State = "granted"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
	Expired   State = "expired"
	Ended     State = "ended" // the access that was granted was taken back or given up before its day
)

// States lists the states.
func States() []State { return []State{Asked, Granted, Refused, Withdrawn, Expired, Ended} }

// becomes says whether a request in state s can turn into next.
func (s State) becomes(next State) bool {
	switch s {
	case Asked:
		return next == Granted || next == Refused || next == Withdrawn || next == Expired
	case Granted:
		return next == Ended || next == Refused // by the second person, or by who wrote in the section
	}
	return false
}

const (
	// AnswerWithin is the time in which the lead answers (features F45); then the supervisors are told and may answer too.
	AnswerWithin = 48 * time.Hour
	// LapsesAfter is when a request that nobody answers ends by itself.
	LapsesAfter = 7 * 24 * time.Hour
)

// Reasons are the codes of why somebody asks.
var Reasons = []string{
	"support", "hearing", "residence_procedure", "risk", "investigation", "prosecution", "compensation", "wages", "guardianship",
	"legal_duty",
}

// RefuseReasons are the codes of why access is not given.
var RefuseReasons = []string{
	"not_needed", "too_broad", "ask_the_person", "other_basis", "not_ours", "safety", "conflict_of_interest",
}

// The two kinds of whom the access is for.
const (
	ForDesk = "desk" // the desk by which the asker sees the file
	ForMe   = "me"   // the asker alone
)

// Request is a request as one of its two sides sees it: codes, public names of agencies and desks, no person.
type Request struct {
	ID           string            `db:"id"`
	FileID       string            `db:"file_id"`
	Kind         gate.Kind         `db:"kind"`
	Reference    string            `db:"reference"` // by which the reader's agency knows the file
	State        State             `db:"state"`
	WorkerID     string            `db:"worker_id"`
	AgencyID     string            `db:"agency_id"`
	Agency       string            `db:"agency"`
	AgencyKind   authz.Role        `db:"agency_kind"`
	Desk         string            `db:"desk"` // empty where it is for the asker alone
	GranteeKind  string            `db:"grantee_kind"`
	GranteeID    string            `db:"grantee_id"`
	Relations    authz.RelationSet `db:"relations"`
	Sections     authz.SectionSet  `db:"sections"`
	Reason       string            `db:"reason"`
	Purpose      string            `db:"purpose"`
	Basis        string            `db:"basis"`
	BasisRef     string            `db:"basis_ref"`
	UntilAt      moment.Time       `db:"until_at"`
	AskedAt      moment.Time       `db:"asked_at"`
	DueAt        moment.Time       `db:"due_at"`
	LapsesAt     moment.Time       `db:"lapses_at"`
	EscalatedAt  moment.Time       `db:"escalated_at"`
	AnsweredAt   moment.Time       `db:"answered_at"`
	RefuseReason string            `db:"refuse_reason"`
	GrantID      string            `db:"grant_id"`
	GrantState   string            `db:"grant_state"`
	Given        authz.SectionSet  `db:"given"`    // what of it was granted
	GivenTo      moment.Time       `db:"given_to"` // until when
	Version      int64             `db:"version"`
	PointerID    string            `db:"pointer_id"` // by which the asker knows of a file that they do not see
	Mine         bool              `db:"mine"`       // of one of the reader's desks, or the reader's own
	Answers      bool              `db:"answers"`    // the reader may answer for who leads the file
	Signs        bool              `db:"signs"`      // the reader may sign for an agency that wrote in it
}

// Overdue says whether the lead should have answered by now.
func (r *Request) Overdue(now moment.Time) bool { return r.State == Asked && r.DueAt <= now }

// Open says whether the request still waits for an answer.
func (r *Request) Open(now moment.Time) bool { return r.State == Asked && r.LapsesAt > now }

// Holds says whether the access that was granted is open now.
func (r *Request) Holds(now moment.Time) bool {
	return r.State == Granted && r.GrantState == "live" && r.GivenTo > now
}

// endable says whether there is something to take back or to give up: access that is open, or that waits for a signature.
func (r *Request) endable(now moment.Time) bool {
	return r.Holds(now) || r.State == Granted && r.GrantState == "proposed"
}

// settled is the answer to somebody who comes too late: it names what has happened.
func settled(r *Request, now moment.Time) error {
	state := r.State
	if state == Asked && !r.Open(now) {
		state = Expired
	}
	return fault.New(fault.Conflict, "request.already_"+string(state))
}

// works says whether somebody holds a role of the own agency's discipline: only they ask and answer.
func works(a *authz.Actor) bool { return gate.Holds(a, a.Kind) }
