package signal

import (
	"context"
	"errors"
	"time"

	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/moment"
)

var (
	warnAction      = gate.ByProgram("signal.warn")
	anonymiseAction = gate.ByProgram("signal.anonymise")
)

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("signal: nothing to do")

// Tidy tells the desks whose signals end soon, and anonymises what nobody has followed up in six months. It is harmless when
// done twice; ctx is the program's own.
func (s *Service) Tidy(ctx context.Context) error {
	return errors.Join(s.all(ctx, warnAction, warnOne), s.all(ctx, anonymiseAction, anonymiseOne))
}

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

func warnOne(tx *gate.Tx) (audit.Event, error) {
	var ending []struct {
		ID        string      `db:"id"`
		DeskID    string      `db:"desk_id"`
		AgencyID  string      `db:"agency_id"`
		ExpiresAt moment.Time `db:"expires_at"`
	}
	if err := tx.Select(&ending, selectEnding, gate.Args{"soon": tx.Now().Add(WarnDays * 24 * time.Hour)}); err != nil {
		return audit.Event{}, err
	}
	if len(ending) == 0 {
		return audit.Event{}, errNothing
	}
	one := ending[0]
	if err := tx.ExecOne(markWarned, gate.Args{"signal": one.ID}); err != nil {
		return audit.Event{}, err
	}
	return audit.Event{Op: audit.Alter, Subject: one.ID, Fields: []string{"warned_at"}, Concerns: []string{one.AgencyID}},
		tell(tx, desk{ID: one.DeskID, AgencyID: one.AgencyID}, "signal_ending", one.ID, one.ExpiresAt)
}

// anonymiseOne takes from one signal what somebody wrote, and destroys the key under which it lay.
func anonymiseOne(tx *gate.Tx) (audit.Event, error) {
	var ids []string
	if err := tx.Select(&ids, selectExpired, nil); err != nil {
		return audit.Event{}, err
	}
	if len(ids) == 0 {
		return audit.Event{}, errNothing
	}
	id := ids[0]
	if err := tx.ExecOne(anonymise, gate.Args{"signal": id}); err != nil {
		return audit.Event{}, err
	}
	if _, err := tx.Exec(endWaiting, gate.Args{"signal": id}); err != nil {
		return audit.Event{}, err
	}
	if err := tx.EraseApart(id); err != nil {
		return audit.Event{}, err
	}
	return audit.Event{Op: audit.Erase, Subject: id, Fields: []string{"place", "story", "seen_on"}}, step(tx, id, "anonymised", "", "", "")
}
