package sharing

import (
	"context"

	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// Remind tells a desk at half of its time that an offer waits, once, and gives the number of reminders. ctx is the program's own.
func (s *Service) Remind(ctx context.Context) (reminded int, err error) {
	return untilNothing(func() (int, error) { return 1, s.gate.Write(ctx, remindAction, gate.Own(), remindOne) })
}

// Escalate tells the supervisors of the receiving agency, once, that the time to answer has passed, and gives the number of
// offers. ctx is the program's own.
func (s *Service) Escalate(ctx context.Context) (escalated int, err error) {
	return untilNothing(func() (int, error) { return 1, s.gate.Write(ctx, escalateAction, gate.Own(), escalateOne) })
}

// pressing is an offer on which the clock has run to one of its marks.
type pressing struct {
	ID           string      `db:"id"`
	FileID       string      `db:"file_id"`
	FromAgencyID string      `db:"from_agency_id"`
	ToAgencyID   string      `db:"to_agency_id"`
	ToDeskID     string      `db:"to_desk_id"`
	DueAt        moment.Time `db:"due_at"`
	Version      int64       `db:"version"`
}

func remindOne(tx *gate.Tx) (audit.Event, error) {
	return press(tx, selectToRemind, markReminded, func(p *pressing) notice.New {
		return notice.New{To: notice.To{Kind: notice.Desk, ID: p.ToDeskID, AgencyID: p.ToAgencyID}, Code: "referral.reminder"}
	})
}

func escalateOne(tx *gate.Tx) (audit.Event, error) {
	return press(tx, selectToEscalate, markEscalated, func(p *pressing) notice.New {
		return notice.New{To: notice.SupervisorsOf(p.ToAgencyID), Code: "referral.overdue"}
	})
}

// press takes one offer that has reached a mark, notes that it has, and tells.
func press(tx *gate.Tx, find, mark string, words func(p *pressing) notice.New) (audit.Event, error) {
	var due []pressing
	if err := tx.Select(&due, find, gate.Args{"lapsed": lapsedBefore(tx.Now())}); err != nil {
		return audit.Event{}, err
	}
	if len(due) == 0 {
		return audit.Event{}, errNothing
	}
	p := &due[0]
	if err := tx.ExecOne(mark, gate.Args{"referral": p.ID}); err != nil {
		return audit.Event{}, err
	}
	n := words(p)
	n.FileID, n.Subject, n.Link, n.DueAt = p.FileID, p.ID, byReferral, p.DueAt
	_, err := notice.Tell(tx, n)
	return audit.Event{Op: audit.Alter, Subject: p.ID, GrantID: p.ID, SubjectCategory: "victim", Results: []string{p.FileID},
		Concerns: []string{p.FromAgencyID, p.ToAgencyID}}, err
}
