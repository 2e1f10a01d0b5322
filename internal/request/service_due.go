package request

import (
	"context"
	"errors"

	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/notice"
)

// Tidy does what time asks for: it tells leads, and then who stands in, of requests that nobody has answered, or signed, in time, and ends those
// that stayed without any answer or whose proposed grant has ended. Each request is one transaction; doing it twice changes nothing. ctx is the program's own.
func (s *Service) Tidy(ctx context.Context) error {
	_, escalated := s.EscalateDue(ctx)
	_, stood := s.StandInDue(ctx)
	_, expired := s.ExpireDue(ctx)
	_, reminded := s.RemindOwners(ctx)
	_, unsigned := s.StandInForOwners(ctx)
	_, silent := s.CloseSilent(ctx)
	_, fallen := s.CloseFallen(ctx)
	_, barred := s.CloseBarred(ctx)
	return errors.Join(escalated, stood, expired, reminded, unsigned, silent, fallen, barred)
}

// EscalateDue tells the leads of the desks that lead the file, once for each request, or who stands in where they have none, and gives
// the number.
func (s *Service) EscalateDue(ctx context.Context) (int, error) {
	return s.untilNothing(ctx, escalateAction, func(tx *gate.Tx) (audit.Event, error) {
		return tooLate(tx, selectOverdue, escalateRequest, func(r *due, lead string) ([]notice.To, error) {
			to, err := leadsOf(tx, r.FileID, lead)
			if err != nil || len(to) > 0 {
				return to, err
			}
			return []notice.To{notice.SupervisorsOf(lead)}, tx.ExecOne(standIn, gate.Args{"request": r.ID})
		})
	})
}

// StandInDue tells the supervisors of the lead agency, once for each request, where a day after the desk's lead was told nobody has
// answered, and gives the number.
func (s *Service) StandInDue(ctx context.Context) (int, error) {
	return s.untilNothing(ctx, standInAction, func(tx *gate.Tx) (audit.Event, error) {
		return tooLate(tx, selectToStandIn, standIn, func(_ *due, lead string) ([]notice.To, error) {
			return []notice.To{notice.SupervisorsOf(lead)}, nil
		})
	})
}

// tooLate takes one request that has reached a mark, notes that it has, and tells whom it concerns at the agency that leads the file.
func tooLate(tx *gate.Tx, find, mark string, whom func(r *due, lead string) ([]notice.To, error)) (audit.Event, error) {
	r, err := nextDue(tx, find)
	if err != nil {
		return audit.Event{}, err
	}
	if err := tx.ExecOne(mark, gate.Args{"request": r.ID}); err != nil {
		return audit.Event{}, err
	}
	lead, err := leadAgency(tx, r.FileID)
	event := audit.Event{Op: audit.Alter, Subject: r.ID, Results: []string{r.FileID}, Concerns: []string{r.AgencyID}}
	if err != nil || lead == "" {
		return event, err
	}
	event.Concerns = append(event.Concerns, lead)
	to, err := whom(&r, lead)
	if err != nil {
		return event, err
	}
	return event, notice.TellAll(tx, notice.New{Code: "request_escalated", FileID: r.FileID, Subject: r.ID, Link: "request", MustAcknowledge: true}, to...)
}

// leadsOf are the leads of the desks by which an agency leads a file.
func leadsOf(tx *gate.Tx, fileID, agencyID string) ([]notice.To, error) {
	leading, err := notice.LeadDesksOf(tx, fileID)
	if err != nil {
		return nil, err
	}
	var desks []string
	for _, to := range leading {
		if to.Kind == notice.Desk && to.AgencyID == agencyID {
			desks = append(desks, to.ID)
		}
	}
	return notice.LeadsOf(tx, fileID, desks...)
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
	if err := tx.Select(&rows, query, gate.Args{"told": tx.Now().Add(-notice.LeadAnswers)}); err != nil {
		return due{}, err
	}
	if len(rows) == 0 {
		return due{}, errNothing
	}
	return rows[0], nil
}
