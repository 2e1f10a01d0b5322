package agency

import (
	"context"
	"errors"

	"relais/internal/audit"
	"relais/internal/database"
	"relais/internal/gate"
)

var findAction = gate.ByProgram("agency.find")

// Find gives the ids of an agency by its code, for the operator at the terminal.
func (s *Service) Find(ctx context.Context, code string) (found Founded, err error) {
	err = s.gate.Read(ctx, findAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if found, err = byCode(tx, code); errors.Is(err, database.ErrNoRows) {
			return audit.Event{}, notFound()
		}
		return audit.Event{Op: audit.Admin, Subject: found.ID, Concerns: []string{found.ID}}, err
	})
	return found, err
}

// WorkerByEmail gives the ids of a live worker and of the agency by the address they sign in with, for commands that act as
// a named person.
func (s *Service) WorkerByEmail(ctx context.Context, email string) (workerID, agencyID string, err error) {
	err = s.gate.Read(ctx, findAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		workerID, agencyID, err = byLogin(tx, LoginToken(s.gate, email))
		if errors.Is(err, database.ErrNoRows) {
			return audit.Event{}, notFound()
		}
		return audit.Event{Op: audit.Admin, Subject: workerID, Concerns: []string{agencyID}}, err
	})
	return workerID, agencyID, err
}
