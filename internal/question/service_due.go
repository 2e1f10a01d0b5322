package question

import (
	"context"
	"errors"

	"relais/internal/audit"
	"relais/internal/gate"
)

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("question: nothing to do")

// Tidy ends questions in which nobody has spoken for long, and destroys the keys of those that ended long ago. It is harmless when done
// twice; ctx is the program's own.
func (s *Service) Tidy(ctx context.Context) error {
	return errors.Join(s.all(ctx, lapseAction, lapseOne), s.all(ctx, eraseAction, eraseOne))
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

func lapseOne(tx *gate.Tx) (audit.Event, error) {
	q, err := first(tx, selectSilent, gate.Args{"before": tx.Now().Add(-silence)})
	if err != nil {
		return audit.Event{}, err
	}
	if err := tx.ExecOne(end, gate.Args{"question": q.ID, "state": string(Lapsed), "version": q.Version}); err != nil {
		return audit.Event{}, err
	}
	for _, to := range []desk{{q.DeskID, q.AgencyID}, {q.ToDeskID, q.ToAgencyID}} {
		if err := tell(tx, to, "question_lapsed", q.ID); err != nil {
			return audit.Event{}, err
		}
	}
	return audit.Event{Op: audit.Alter, Subject: q.ID, Fields: []string{"state"}, Concerns: []string{q.AgencyID, q.ToAgencyID}}, nil
}

func eraseOne(tx *gate.Tx) (audit.Event, error) {
	q, err := first(tx, selectOld, gate.Args{"before": tx.Now().Add(-kept)})
	if err != nil {
		return audit.Event{}, err
	}
	if err := tx.ExecOne(markErased, gate.Args{"question": q.ID}); err != nil {
		return audit.Event{}, err
	}
	return audit.Event{Op: audit.Erase, Subject: q.ID, Fields: []string{"text"}, Concerns: []string{q.AgencyID, q.ToAgencyID}}, tx.EraseApart(q.ID)
}

func first(tx *gate.Tx, query string, args gate.Args) (Question, error) {
	var list []Question
	if err := tx.Select(&list, query, args); err != nil {
		return Question{}, err
	}
	if len(list) == 0 {
		return Question{}, errNothing
	}
	return list[0], nil
}

// Offered marks the questions that led to a referral: those of the sending agency to that desk about the file. It runs with
// what lets the referral reach the desk, or not at all.
func Offered(tx *gate.Tx, fileID, toDeskID, referralID string) error {
	var about []Question
	if err := tx.Select(&about, selectAbout, gate.Args{"about": fileID, "to_desk": toDeskID}); err != nil {
		return err
	}
	for i := range about {
		if err := tx.ExecOne(markReferred, gate.Args{"question": about[i].ID, "referral": referralID, "version": about[i].Version}); err != nil {
			return err
		}
	}
	return nil
}
