package task

import (
	"context"
	"errors"

	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// toldAtOnce is how many late tasks one transaction tells about.
const toldAtOnce = 50

// How often it was told that a task is late.
const (
	toldNobody = iota
	toldDoer
	toldLead
)

// TellLate tells about the tasks whose last day is over: once to who does it, and once more, when nothing has come of it, to who
// answers for them. After that the lists say it. It gives the number of notices.
func (s *Service) TellLate(ctx context.Context) (done int, err error) {
	for {
		told, looked := 0, 0
		err := s.gate.Write(ctx, lateAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			list, err := lateNow(tx, toldAtOnce)
			if looked = len(list); err == nil && looked == 0 {
				err = errNothing
			}
			if err != nil {
				return audit.Event{}, err
			}
			event := audit.Event{Op: audit.Alter, Fields: []string{"told"}}
			for i := range list {
				some, err := s.tellLate(tx, &list[i])
				if err != nil {
					return audit.Event{}, err
				}
				told += some
				event.Results = append(event.Results, list[i].FileID)
			}
			return event, nil
		})
		if errors.Is(err, errNothing) {
			return done, nil
		}
		if err != nil {
			return done, err
		}
		done += told
	}
}

// tellLate tells whose turn it is, if their day has come, and says when the next turn is.
func (s *Service) tellLate(tx *gate.Tx, t *Task) (told int, err error) {
	late, n := s.late.of(t), notice.New{To: t.To(), Code: "task_late", FileID: t.FileID, Subject: t.ID, Link: "task", DueAt: t.DueAt}
	after := late.Doer
	if t.Told == toldDoer {
		after, n.To, n.Code, n.MustAcknowledge = late.Lead, notice.SupervisorsOf(t.ToAgencyID), "task_late_lead", true
	}
	if turn := turnOf(t, after); turn > tx.Now() {
		return 0, setTold(tx, t.ID, t.Told, turn)
	}
	if _, err := notice.Tell(tx, n); err != nil {
		return 0, err
	}
	if t.Told == toldDoer || t.ToKind == notice.Supervisors {
		return 1, setTold(tx, t.ID, toldLead, 0)
	}
	return 1, setTold(tx, t.ID, toldDoer, turnOf(t, late.Lead))
}

// turnOf is when somebody is told who is told some days after the last one.
func turnOf(t *Task, after int) moment.Time {
	if after == 0 {
		return t.DueAt
	}
	return moment.DayOf(t.DueAt).AddDays(after).EndOf()
}
