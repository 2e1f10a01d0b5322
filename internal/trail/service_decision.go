package trail

import (
	"context"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
)

var replayAction = gate.OnOwn("log.replay", authz.AccessLog, authz.Read)

// Decision is one refusal of somebody of the reader's agency, as it was recorded and as it would be decided now. Metadata says
// that the reader administers and does not review: then nothing tells which file it was.
type Decision struct {
	Line
	gate.Replay
	Metadata bool
}

// Replay finds a refusal by its number and decides it again. Numbers of other agencies, and of what was allowed, are of nothing.
func (s *Service) Replay(ctx context.Context, entryID, reason string) (d Decision, err error) {
	if err := s.demandReason(ctx, reason); err != nil {
		return d, err
	}
	err = s.gate.Read(ctx, replayAction, gate.Own().Because(reason), func(tx *gate.Tx) (audit.Event, error) {
		e, err := s.entryOf(tx, entryID)
		if err != nil {
			return audit.Event{}, err
		}
		if !refusesAnything(&e) || ofCases(tx) {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		if d.Replay, err = tx.Replay(&e); err != nil {
			return audit.Event{}, err
		}
		if d.Metadata = tx.Granted().Show < authz.Full; d.Metadata {
			e = withoutFile(e)
		}
		lines := []Line{{Entry: e}}
		if err := s.name(tx, lines); err != nil {
			return audit.Event{}, err
		}
		d.Line = lines[0]
		return audit.Event{Op: audit.Consult, Purpose: "audit", Subject: entryID}, nil
	})
	return d, err
}

// replayable says whether an entry is a refusal of somebody of the reader's own agency.
func (s *Service) replayable(ctx context.Context, l *Line) bool {
	caller, ok := gate.CallerOf(ctx)
	return ok && l.ActorID != "" && l.AgencyID == caller.Actor.AgencyID && refusesAnything(&l.Entry)
}

func refusesAnything(e *audit.Entry) bool {
	if e.Decision == audit.Denied {
		return true
	}
	for i := range e.Sections {
		if e.Sections[i].Decision == audit.Denied {
			return true
		}
	}
	return false
}

// withoutFile leaves of an entry what an administrator needs to mend a role: who, when, what, which sections and why.
func withoutFile(e audit.Entry) audit.Entry {
	e.FileID, e.CaseID, e.Subject, e.GrantID, e.ConsentID, e.Results, e.Fields = "", "", "", "", "", nil, nil
	return e
}
