package request

import (
	"context"
	"errors"

	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/notice"
)

// Tidy does what time asks for: it tells the supervisors of requests that nobody has answered, or signed, in time, and ends those
// that stayed without any answer or whose proposed grant has ended. Each request is one transaction; doing it twice changes nothing. ctx is the program's own.
func (s *Service) Tidy(ctx context.Context) error {
	_, escalated := s.EscalateDue(ctx)
	_, expired := s.ExpireDue(ctx)
	_, reminded := s.RemindOwners(ctx)
	_, silent := s.CloseSilent(ctx)
	_, fallen := s.CloseFallen(ctx)
	_, barred := s.CloseBarred(ctx)
	return errors.Join(escalated, expired, reminded, silent, fallen, barred)
}

// EscalateDue tells the supervisors of the lead agency once for each request, and gives the number.
func (s *Service) EscalateDue(ctx context.Context) (int, error) {
	return s.untilNothing(ctx, escalateAction, func(tx *gate.Tx) (audit.Event, error) {
		r, err := nextDue(tx, selectOverdue)
		if err != nil {
			return audit.Event{}, err
		}
		if err := tx.ExecOne(escalateRequest, gate.Args{"request": r.ID}); err != nil {
			return audit.Event{}, err
		}
		lead, err := leadAgency(tx, r.FileID)
		event := audit.Event{Op: audit.Alter, Subject: r.ID, Results: []string{r.FileID}, Concerns: []string{r.AgencyID}}
		if err != nil || lead == "" {
			return event, err
		}
		event.Concerns = append(event.Concerns, lead)
		_, err = notice.Tell(tx, notice.New{To: notice.To{Kind: "supervisors", ID: lead, AgencyID: lead}, Code: "request_escalated",
			FileID: r.FileID, Subject: r.ID, Link: "request", MustAcknowledge: true})
		return event, err
	})
}

// ExpireDue ends requests that nobody has answered at all, tells their askers, and gives the number.
func (s *Service) ExpireDue(ctx context.Context) (int, error) {
	return s.untilNothing(ctx, expireAction, func(tx *gate.Tx) (audit.Event, error) {
		r, err := nextDue(tx, selectLapsed)
		if err != nil {
			return audit.Event{}, err
		}
		if err := tx.ExecOne(expireRequest, gate.Args{"request": r.ID, "version": r.Version}); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: r.ID, Results: []string{r.FileID}, Concerns: []string{r.AgencyID, r.ToAgencyID}},
			tellAsker(tx, &Request{ID: r.ID, FileID: r.FileID, WorkerID: r.WorkerID, AgencyID: r.AgencyID, PointerID: r.PointerID}, "request_expired")
	})
}

func nextDue(tx *gate.Tx, query string) (due, error) {
	var rows []due
	if err := tx.Select(&rows, query, nil); err != nil {
		return due{}, err
	}
	if len(rows) == 0 {
		return due{}, errNothing
	}
	return rows[0], nil
}
