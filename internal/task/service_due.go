package task

import (
	"context"
	"errors"
	"sync"
	"time"

	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/moment"
)

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("task: nothing to do")

const (
	// returnEvery is how often the open tasks are looked through for doers who have lost their files.
	returnEvery = time.Hour
	// looked is how many tasks one transaction looks through.
	looked = 500
)

// sweep remembers when this instance last looked through the open tasks.
type sweep struct {
	lock sync.Mutex
	at   moment.Time
}

func (s *sweep) due(now moment.Time) bool {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.at != 0 && now.Sub(s.at) < returnEvery {
		return false
	}
	s.at = now
	return true
}

// Tidy does what time asks for: flags end with their day, a task whose doer has lost the file goes to who leads it, and what is late
// is told. Each is harmless when done twice. ctx is the program's own.
func (s *Service) Tidy(ctx context.Context) error {
	_, expired := s.ExpireFlags(ctx)
	var returned error
	if s.swept.due(s.gate.Now()) {
		_, returned = s.ReturnLost(ctx)
	}
	_, told := s.TellLate(ctx)
	return errors.Join(expired, returned, told)
}

// ExpireFlags ends the flags whose day is over and gives the number.
func (s *Service) ExpireFlags(ctx context.Context) (done int, err error) {
	for {
		err := s.gate.Write(ctx, expireAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			t, err := flagDue(tx)
			if err != nil {
				return audit.Event{}, err
			}
			return t.event(tx, audit.Alter, "state"), finish(tx, &t, t.Version, Cancelled, stepExpired, "", "")
		})
		if errors.Is(err, errNothing) {
			return done, nil
		}
		if err != nil {
			return done, err
		}
		done++
	}
}

// ReturnLost hands tasks whose doer has left or no longer sees the file to a desk of the same agency that does, or else to who
// leads it, and gives the number: no task waits where nobody can do it.
func (s *Service) ReturnLost(ctx context.Context) (done int, err error) {
	for after, more := "", true; more; {
		var last string
		var found int
		err := s.gate.Write(ctx, returnAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			lost, end, err := lostAfter(tx, after, looked)
			last, found = end, len(lost)
			if err == nil && len(lost) == 0 {
				err = errNothing
			}
			if err != nil {
				return audit.Event{}, err
			}
			event := audit.Event{Op: audit.Alter}
			for i := range lost {
				if err := returnTo(tx, &lost[i]); err != nil {
					return audit.Event{}, err
				}
				event.Results = append(event.Results, lost[i].FileID)
			}
			return event, nil
		})
		if err != nil && !errors.Is(err, errNothing) {
			return done, err
		}
		done, after, more = done+found, last, last != ""
	}
	return done, nil
}

func returnTo(tx *gate.Tx, t *Task) error {
	heir, found, err := heirOf(tx, t)
	if err != nil || !found {
		return err
	}
	t.ToKind, t.ToID, t.ToAgencyID = heir.Kind, heir.ID, heir.AgencyID
	if err := change(tx, t, t.Version); err != nil {
		return err
	}
	if err := record(tx, t, stepReturned, "", ""); err != nil {
		return err
	}
	return tellDoer(tx, t, "task_returned")
}
