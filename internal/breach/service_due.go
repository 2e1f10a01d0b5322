package breach

import (
	"context"
	"errors"

	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/moment"
)

var (
	remindAction  = gate.ByProgram("breach.remind")
	overdueAction = gate.ByProgram("breach.overdue")
)

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("breach: nothing to do")

// The steps of a clock that the program takes, each once for an end, on whichever instance comes first.
const (
	reminded = "reminded"
	overdue  = "overdue"
)

// Tidy reminds the supervisors before the clock of a breach, or of a report that waits, ends, and tells them and the auditors when it has. ctx is
// the program's own.
func (s *Service) Tidy(ctx context.Context) error {
	return errors.Join(s.all(ctx, remindAction, step(reminded, selectWarned, take, tell, "breach_due", false)),
		s.all(ctx, overdueAction, step(overdue, selectMissed, take, tell, "breach_overdue", true)),
		s.all(ctx, remindReportAction, step(reminded, selectReportWarned, takeOfReport, tellOfReport, "breach_report_due", false)),
		s.all(ctx, overdueReportAction, step(overdue, selectReportMissed, takeOfReport, tellOfReport, "breach_report_overdue", true)))
}

type (
	taking  func(tx *gate.Tx, id, step string, due moment.Time) (first bool, err error)
	telling func(tx *gate.Tx, agencyID, code, id string, due moment.Time, auditors bool) error
)

// all does one after the other, each in a transaction of its own.
func (s *Service) all(ctx context.Context, action gate.Action, one gate.UseCase) error {
	for {
		if err := s.gate.Write(ctx, action, gate.Own(), one); errors.Is(err, errNothing) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func step(name, query string, take taking, tell telling, code string, auditors bool) gate.UseCase {
	return func(tx *gate.Tx) (audit.Event, error) {
		var found []struct {
			ID       string      `db:"id"`
			AgencyID string      `db:"agency_id"`
			DueAt    moment.Time `db:"due_at"`
		}
		if err := tx.Select(&found, query, gate.Args{"step": name}); err != nil {
			return audit.Event{}, err
		}
		if len(found) == 0 {
			return audit.Event{}, errNothing
		}
		one := found[0]
		first, err := take(tx, one.ID, name, one.DueAt)
		if err != nil {
			return audit.Event{}, err
		}
		if !first {
			return audit.Event{}, errNothing
		}
		return audit.Event{Op: audit.Alter, Subject: one.ID, Fields: []string{"breach." + name}, Concerns: []string{one.AgencyID}},
			tell(tx, one.AgencyID, code, one.ID, one.DueAt, auditors)
	}
}
