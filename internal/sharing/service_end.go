package sharing

import (
	"context"
	"errors"
	"slices"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
)

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("sharing: nothing to do")

// ExpireDue marks offers as expired that nobody answered within the time and the grace after it, each in its own
// transaction, and gives their number. ctx is the program's own.
func (s *Service) ExpireDue(ctx context.Context) (expired int, err error) {
	return untilNothing(func() (int, error) { return 1, s.gate.Write(ctx, expireAction, gate.Own(), expireOne) })
}

// untilNothing runs step until it finds nothing and adds up what it did.
func untilNothing(step func() (int, error)) (total int, err error) {
	for {
		done, err := step()
		switch {
		case errors.Is(err, errNothing):
			return total, nil
		case err != nil:
			return total, err
		}
		total += done
	}
}

func expireOne(tx *gate.Tx) (audit.Event, error) {
	var due []lapsed
	if err := tx.Select(&due, selectLapsed, gate.Args{"lapsed": lapsedBefore(tx.Now())}); err != nil {
		return audit.Event{}, err
	}
	if len(due) == 0 {
		return audit.Event{}, errNothing
	}
	r := due[0]
	if err := tx.ExecOne(expireReferral, gate.Args{"referral": r.ID, "version": r.Version, "state": string(r.Becomes)}); err != nil {
		return audit.Event{}, err
	}
	err := tx.EndGrants(r.ID, endExpired)
	if fault.KindOf(err) == fault.Conflict {
		err = nil // the grant had reached its own end before
	}
	if err == nil && r.Becomes == Expired {
		err = tellSender(tx, r.sender, r.FromAgencyID, r.FileID, r.ID, "referral.expired")
	}
	event := audit.Event{Op: audit.Alter, Subject: r.ID, GrantID: r.ID, SubjectCategory: "victim", Results: []string{r.FileID}, Concerns: []string{r.FromAgencyID}}
	if r.Reached {
		event.Concerns = append(event.Concerns, r.ToAgencyID)
	}
	return event, err
}

// passing is what has passed without anybody doing anything, and how it is ended.
type passing struct{ find, end, reason string }

var passings = []passing{{selectPast, endPast, endUntil}, {selectUntaken, endUntaken, endExpired}}

// EndDue marks grants whose end has passed as ended, and offers of them as expired, and gives their number. The rights themselves are gone at the instant of
// the end, because the gate looks at it; this keeps lists and indexes small and withdraws what such agencies had on offer.
func (s *Service) EndDue(ctx context.Context) (ended int, err error) {
	for _, p := range passings {
		some, err := untilNothing(func() (done int, err error) {
			err = s.gate.Write(ctx, endDueAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
				var event audit.Event
				event, done, err = p.endSome(tx)
				return event, err
			})
			return done, err
		})
		if ended += some; err != nil {
			return ended, err
		}
	}
	return ended, nil
}

func (p passing) endSome(tx *gate.Tx) (audit.Event, int, error) {
	var past []struct {
		ID       string `db:"id"`
		FileID   string `db:"file_id"`
		AgencyID string `db:"agency_id"`
	}
	if err := tx.Select(&past, p.find, nil); err != nil {
		return audit.Event{}, 0, err
	}
	if len(past) == 0 {
		return audit.Event{}, 0, errNothing
	}
	event, ids := audit.Event{Op: audit.Alter}, make([]string, 0, len(past))
	for _, grant := range past {
		ids = append(ids, grant.ID)
		if !slices.Contains(event.Results, grant.FileID) {
			event.Results = append(event.Results, grant.FileID)
		}
		if !slices.Contains(event.Concerns, grant.AgencyID) {
			event.Concerns = append(event.Concerns, grant.AgencyID)
		}
	}
	if _, err := tx.Exec(p.end, gate.Args{"ids": ids, "reason": p.reason}); err != nil {
		return audit.Event{}, 0, err
	}
	return event, len(past), withdrawOrphansOf(tx, event.Results)
}
