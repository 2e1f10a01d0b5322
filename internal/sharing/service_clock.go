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

// Escalate tells the lead of the receiving desk, once, that the time to answer has passed, or who stands in where it has none, and gives
// the number of offers. ctx is the program's own.
func (s *Service) Escalate(ctx context.Context) (escalated int, err error) {
	return untilNothing(func() (int, error) { return 1, s.gate.Write(ctx, escalateAction, gate.Own(), escalateOne) })
}

// StandIn tells the supervisors of the receiving agency, once, where a day after the desk's lead was told nobody has answered, and gives
// the number of offers. ctx is the program's own.
func (s *Service) StandIn(ctx context.Context) (told int, err error) {
	return untilNothing(func() (int, error) { return 1, s.gate.Write(ctx, standInAction, gate.Own(), standInOne) })
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
	return press(tx, selectToRemind, markReminded, "referral.reminder", func(p *pressing) ([]notice.To, error) {
		return []notice.To{{Kind: notice.Desk, ID: p.ToDeskID, AgencyID: p.ToAgencyID}}, nil
	})
}

func escalateOne(tx *gate.Tx) (audit.Event, error) {
	return press(tx, selectToEscalate, markEscalated, overdue, func(p *pressing) ([]notice.To, error) {
		leads, err := notice.LeadsOf(tx, p.FileID, p.ToDeskID)
		if err != nil || len(leads) > 0 {
			return leads, err
		}
		return []notice.To{notice.SupervisorsOf(p.ToAgencyID)}, tx.ExecOne(markStoodIn, gate.Args{"referral": p.ID})
	})
}

func standInOne(tx *gate.Tx) (audit.Event, error) {
	return press(tx, selectToStandIn, markStoodIn, overdue, func(p *pressing) ([]notice.To, error) {
		return []notice.To{notice.SupervisorsOf(p.ToAgencyID)}, nil
	})
}

const overdue = "referral.overdue"

// press takes one offer that has reached a mark, notes that it has, and tells whom it concerns.
func press(tx *gate.Tx, find, mark, code string, whom func(p *pressing) ([]notice.To, error)) (audit.Event, error) {
	var due []pressing
	if err := tx.Select(&due, find, gate.Args{"lapsed": lapsedBefore(tx.Now()), "told": tx.Now().Add(-notice.LeadAnswers)}); err != nil {
		return audit.Event{}, err
	}
	if len(due) == 0 {
		return audit.Event{}, errNothing
	}
	p := &due[0]
	if err := tx.ExecOne(mark, gate.Args{"referral": p.ID}); err != nil {
		return audit.Event{}, err
	}
	to, err := whom(p)
	if err == nil {
		err = notice.TellAll(tx, notice.New{Code: code, FileID: p.FileID, Subject: p.ID, Link: byReferral, DueAt: p.DueAt}, to...)
	}
	return audit.Event{Op: audit.Alter, Subject: p.ID, GrantID: p.ID, SubjectCategory: "victim", Results: []string{p.FileID},
		Concerns: []string{p.FromAgencyID, p.ToAgencyID}}, err
}
