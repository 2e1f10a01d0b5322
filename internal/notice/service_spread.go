package notice

import (
	"context"
	"errors"
	"time"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

var spreadAction = gate.ByProgram("mail.spread")

// spreadAtOnce is how many notices are looked at in one transaction.
const spreadAtOnce = 100

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = fault.New(fault.Conflict, "gate.changed")

// untilNothing repeats a step until it finds nothing to do, and adds up what it did.
func untilNothing(step func() (int, error)) (total int, err error) {
	for {
		done, err := step()
		if errors.Is(err, errNothing) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		total += done
	}
}

// Spread looks at the notices that are new and puts down for each person whom they reach, and who wants mail, that there is
// something to tell and when. It gives how many notices it looked at. ctx is the program's own.
func (s *Service) Spread(ctx context.Context) (spread int, err error) {
	return untilNothing(func() (done int, err error) {
		err = s.gate.Write(ctx, spreadAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			done, err = s.spreadSome(tx)
			return audit.Event{Op: audit.Admin, ResultCount: int64(done)}, err
		})
		return done, err
	})
}

func (s *Service) spreadSome(tx *gate.Tx) (int, error) {
	var fresh []string
	if err := tx.Select(&fresh, selectFresh, gate.Args{"limit": spreadAtOnce}); err != nil {
		return 0, err
	}
	if len(fresh) == 0 {
		return 0, errNothing
	}
	if s.mails {
		var reached []reachedRow
		if err := tx.Select(&reached, selectReached, gate.Args{"fresh": fresh, "day": dayLong}); err != nil {
			return 0, err
		}
		for i := range reached {
			if err := putDown(tx, &reached[i]); err != nil {
				return 0, err
			}
		}
	}
	_, err := tx.Exec(markSpread, gate.Args{"fresh": fresh})
	return len(fresh), err
}

// putDown makes a person's waiting mail, or lets the one that waits go out earlier.
func putDown(tx *gate.Tx, r *reachedRow) error {
	choice := r.choice()
	at, wanted := choice.next(max(r.ToldAt, tx.Now()), r.Urgent == 1)
	if !wanted {
		return nil
	}
	_, err := tx.Exec(putMail, gate.Args{"id": gate.NewID(), "worker": r.WorkerID, "agency": r.AgencyID, "since": r.ToldAt, "due": at})
	return err
}

// Sweep forgets mails that were settled long ago. ctx is the program's own.
func (s *Service) Sweep(ctx context.Context) error {
	_, err := untilNothing(func() (int, error) {
		return 1, s.gate.Write(ctx, sweepAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			swept, err := tx.Exec(sweepMails, gate.Args{"before": tx.Now().Add(-keptFor)})
			if err == nil && swept == 0 {
				err = errNothing
			}
			return audit.Event{Op: audit.Erase, ResultCount: swept}, err
		})
	})
	return err
}

var sweepAction = gate.ByProgram("mail.sweep")

// dayLong is a day in the unit of moments.
var dayLong = moment.Time(0).Add(24 * time.Hour)
