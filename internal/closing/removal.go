package closing

import (
	"slices"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// OpenReasons are the only codes for which a file is read that was removed from use.
var OpenReasons = []string{"complaint", "accountability"}

// Removal is a closed file that the reader's agency uses no more, or will soon not, though it is still kept.
type Removal struct {
	ID        string      `db:"id"`
	FileID    string      `db:"file_id"`
	Kind      gate.Kind   `db:"kind"`
	Reference string      `db:"reference"`
	AgencyID  string      `db:"agency_id"`
	Rule      string      `db:"rule"`
	ClosedAt  moment.Time `db:"closed_at"`
	FromAt    moment.Time `db:"from_at"`
	RemovedAt moment.Time `db:"removed_at"` // when access was ended; zero until then
}

// Opening is that a colleague reads it again for a time.
type Opening struct {
	ID       string      `db:"id"`
	WorkerID string      `db:"worker_id"`
	Reason   string      `db:"reason"`
	OpenedBy string      `db:"opened_by"`
	OpenedAt moment.Time `db:"opened_at"`
	UntilAt  moment.Time `db:"until_at"`
	Worker   string      `db:"-"`
	By       string      `db:"-"`
}

// RemovalView is one with who has read it again.
type RemovalView struct {
	Removal
	Now        moment.Time
	Openings   []Opening
	CanOpen    bool
	Colleagues []agency.Colleague // for whom it can be opened
}

// NewOpening is for whom a removed file is opened, why, and until when.
type NewOpening struct {
	WorkerID string
	Reason   string
	Until    moment.Date
}

// opens says whether somebody lets a colleague read a removed file: who answers for the agency, and not the auditor, who looks at it afterwards.
func opens(a *authz.Actor) bool { return gate.Holds(a, authz.RoleAgencyAdmin) || a.Supervisor }

// check gives the end of the opening; nobody opens a file for themselves.
func (n *NewOpening) check(tx *gate.Tx, colleagues []agency.Colleague) (until moment.Time, err error) {
	wrong := invalid()
	sharing.CheckCode(wrong, "reason", n.Reason, OpenReasons)
	switch {
	case n.WorkerID == tx.Actor().WorkerID:
		wrong.WithField("worker", "closing.open_not_oneself")
	case !slices.ContainsFunc(colleagues, func(c agency.Colleague) bool { return c.ID == n.WorkerID }):
		wrong.WithField("worker", "fault.field_unknown_code")
	}
	day, ok := moment.ParseDate(string(n.Until))
	until = day.EndOf()
	switch {
	case n.Until == "":
		wrong.WithField("until", "fault.field_required")
	case !ok:
		wrong.WithField("until", "fault.field_not_a_date")
	case until <= tx.Now():
		wrong.WithField("until", "gate.until_past")
	case until > gate.LastOpening(tx.Now()):
		wrong.WithField("until", "gate.until_too_late", "Days", gate.LongestOpening)
	}
	return until, wrong.OrNil()
}

func notRemoved() error { return fault.New(fault.Conflict, "closing.not_removed") }
