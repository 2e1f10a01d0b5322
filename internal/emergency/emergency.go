// Package emergency opens what keeps a person hidden, in danger to life and for nothing else: a duty officer opens it at once,
// a second person confirms within 15 minutes or it closes, it ends after 24 hours, and every opening is reviewed until the
// auditors have signed.
// It does not decide for whom this exists; the matrix does, by the need "break glass".
package emergency

import (
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// State is where an emergency access stands.
type State string

// The states.
const (
	Opened    State = "opened"    // by one person; closes by itself unless a second one confirms
	Confirmed State = "confirmed" // by a second person
	Lapsed    State = "lapsed"    // nobody confirmed in time
	Ended     State = "ended"     // its time is over, or it was closed before
)

// States lists the states.
func States() []State { return []State{Opened, Confirmed, Lapsed, Ended} }

// becomes says whether an emergency access in state s can turn into next.
func (s State) becomes(next State) bool {
	switch s {
	case Opened:
		return next == Confirmed || next == Lapsed || next == Ended
	case Confirmed:
		return next == Ended
	}
	return false
}

const (
	// ConfirmWithin is how long one person alone may look (domain 3.6).
	ConfirmWithin = 15 * time.Minute
	// Lasts is how long it is open in all, once confirmed, counted from the opening (domain 3.6).
	Lasts = 24 * time.Hour
	// ReviewWithin is when the auditors should have signed: five working days (features F46). It stays open until they do.
	ReviewWithin = 7 * 24 * time.Hour
)

// Reasons are the codes of the danger. All of them are dangers to life; for anything less there is the request for access.
var Reasons = []string{"attack", "abduction", "threat_to_kill", "suicide", "medical", "missing"}

// Findings are the codes of what an auditor found.
var Findings = []string{"justified", "not_justified", "needs_follow_up"}

// Emergency is one opening, as a reader may see it: no person but the reader's own colleagues.
type Emergency struct {
	ID          string            `db:"id"`
	FileID      string            `db:"file_id"`
	Reference   string            `db:"reference"` // by which the reader's agency knows the file
	AgencyID    string            `db:"agency_id"`
	Agency      string            `db:"agency"`
	WorkerID    string            `db:"worker_id"`
	RootID      string            `db:"root_id"` // of the access that the opener's side has anyway
	Relations   authz.RelationSet `db:"relations"`
	Sections    authz.SectionSet  `db:"sections"`
	Reason      string            `db:"reason"`
	State       State             `db:"state"`
	OpenedAt    moment.Time       `db:"opened_at"`
	ClosesAt    moment.Time       `db:"closes_at"` // unless confirmed
	UntilAt     moment.Time       `db:"until_at"`  // once confirmed
	ConfirmedAt moment.Time       `db:"confirmed_at"`
	ConfirmedBy string            `db:"confirmed_by"`
	EndedAt     moment.Time       `db:"ended_at"`
	Version     int64             `db:"version"`
	Own         bool              `db:"own"`    // opened by the reader's agency
	Review      bool              `db:"review"` // the reader's agency has to review it and has not yet
}

// Stands is the state at an instant: what no job has marked yet has lapsed or ended all the same.
func (e *Emergency) Stands(now moment.Time) State {
	switch {
	case e.State == Opened && e.ClosesAt <= now:
		return Lapsed
	case e.State == Confirmed && e.UntilAt <= now:
		return Ended
	}
	return e.State
}

// MayConfirm says whether somebody is the second person: of the same agency, a supervisor or a duty officer, and not the one
// who opened.
func (e *Emergency) MayConfirm(a *authz.Actor) bool {
	return e.AgencyID == a.AgencyID && e.WorkerID != a.WorkerID && gate.Holds(a, a.Kind) && (a.Supervisor || a.DutyOfficer)
}

// MayClose says whether somebody may close it before its time.
func (e *Emergency) MayClose(a *authz.Actor) bool {
	return e.AgencyID == a.AgencyID && (e.WorkerID == a.WorkerID || a.Supervisor || a.DutyOfficer)
}

// MaySign says whether somebody reviews it: an auditor who had no part in it.
func (e *Emergency) MaySign(a *authz.Actor) bool {
	return gate.Holds(a, authz.RoleAuditor) && e.WorkerID != a.WorkerID && e.ConfirmedBy != a.WorkerID
}

// Review is what one agency's auditors have to say about an opening.
type Review struct {
	ID       string      `db:"id"`
	AgencyID string      `db:"agency_id"`
	Agency   string      `db:"agency"`
	DueAt    moment.Time `db:"due_at"`
	SignedAt moment.Time `db:"signed_at"`
	Finding  string      `db:"finding"`
	Note     []byte      `db:"note"`
	Text     string      `db:"-"` // of the note, only within the agency that wrote it
}

// settled is the answer to somebody who comes too late.
func settled(state State) error { return fault.New(fault.Conflict, "emergency.already_"+string(state)) }
