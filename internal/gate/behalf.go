package gate

import (
	"context"

	"relais/internal/database"
	"relais/internal/fault"
)

// Behalf looks with the eyes of a person at what is theirs, such as the notices that wait for them, where the program has to know
// whether there is something to tell. It opens no file and writes nothing. Whoever may no longer sign in is Unauthenticated.
func (tx *Tx) Behalf(workerID string) (*Tx, error) {
	if !tx.caller.Actor.IsSystem() {
		return nil, fault.New(fault.Internal, "gate.undeclared")
	}
	actor, err := tx.gate.resolve(tx.raw, workerID)
	if err != nil {
		return nil, err
	}
	actor.AAL = 2
	return &Tx{raw: tx.raw, gate: tx.gate, caller: Caller{Actor: actor}, action: tx.action, now: tx.now, generation: tx.generation,
		borrowed: true}, nil
}

// Glimpse counts something for the caller, such as what waits to be read, as often as a page asks, and leaves no entry in the trail:
// fn may tell numbers and nothing of any file. Whoever may no longer sign in is Unauthenticated.
func (g *Gate) Glimpse(ctx context.Context, fn func(tx *Tx) error) error {
	caller, ok := CallerOf(ctx)
	if !ok || caller.Actor.WorkerID == "" || caller.Actor.IsSystem() || caller.Actor.AAL < 2 {
		return fault.New(fault.Unauthenticated, "gate.nobody")
	}
	return g.db.Read(ctx, func(raw *database.Tx) error {
		tx := &Tx{raw: raw, gate: g, caller: caller, now: g.clock(), borrowed: true}
		if _, err := tx.refreshActor(); err != nil {
			return err
		}
		return fn(tx)
	})
}
