package review

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/notice"
)

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("review: nothing to do")

// The steps of a quarter's review that the program takes, each once on whichever instance comes first.
const (
	asked  = "asked"
	missed = "missed"
)

// Tidy asks at the beginning of a quarter, and after thirty days tells the auditors what was left over. ctx is the program's own.
func (s *Service) Tidy(ctx context.Context) error {
	return errors.Join(s.step(ctx, askAction, ask), s.step(ctx, missedAction, tellMissed))
}

func (s *Service) step(ctx context.Context, a gate.Action, use gate.UseCase) error {
	err := s.gate.Write(ctx, a, gate.Own(), use)
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// ask tells each desk that answers for somebody's access from before the quarter.
func ask(tx *gate.Tx) (audit.Event, error) {
	q := QuarterOf(tx.Now())
	event, leaders, err := begin(tx, q, asked)
	if err != nil {
		return event, err
	}
	due, err := dueAt(tx, q)
	if err != nil {
		return event, err
	}
	for _, l := range leaders {
		event.Concerns = withID(event.Concerns, l.AgencyID)
		if _, err := notice.Tell(tx, notice.New{To: notice.To{Kind: l.Kind, ID: l.ID, AgencyID: l.AgencyID}, Code: "review.due", Subject: q.String(),
			Link: "review", DueAt: due}); err != nil {
			return event, err
		}
	}
	return event, nil
}

// tellMissed tells the auditors of each agency, once, that grants were not looked at; its page says of which desks.
func tellMissed(tx *gate.Tx) (audit.Event, error) {
	q := QuarterOf(tx.Now())
	if due, err := dueAt(tx, q); err != nil || tx.Now() < due {
		return audit.Event{}, cmp.Or(err, errNothing)
	}
	event, leaders, err := begin(tx, q, missed)
	if err != nil {
		return event, err
	}
	for _, l := range leaders {
		if slices.Contains(event.Concerns, l.AgencyID) {
			continue
		}
		event.Concerns = append(event.Concerns, l.AgencyID)
		if _, err := notice.Tell(tx, notice.New{To: notice.AuditorsOf(l.AgencyID), Code: "review.missed", Subject: q.String(), Link: "review"}); err != nil {
			return event, err
		}
	}
	return event, nil
}

// begin takes a step, if nobody has, and finds whom it is about.
func begin(tx *gate.Tx, q Quarter, step string) (event audit.Event, leaders []leader, err error) {
	event = audit.Event{Op: audit.Alter, Subject: q.String(), Fields: []string{"review." + step}}
	done, err := taken(tx, q, step)
	if err != nil {
		return event, nil, err
	}
	if done {
		return event, nil, errNothing
	}
	first, err := take(tx, q, step)
	if err != nil {
		return event, nil, err
	}
	if !first {
		return event, nil, errNothing
	}
	leaders, err = leadersOf(tx, q)
	return event, leaders, err
}

func withID(list []string, id string) []string {
	if slices.Contains(list, id) {
		return list
	}
	return append(list, id)
}
