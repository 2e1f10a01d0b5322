package gate

import "relais/internal/fault"

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
