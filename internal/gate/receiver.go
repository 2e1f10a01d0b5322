package gate

import (
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/seal"
)

// Receiver is the agency that would read the file, and the grant by which it would.
type Receiver struct {
	AgencyID string
	Country  string
	Kind     authz.Role
	Grant    Grant
}

// AsReceiver looks at the file with the eyes of a receiving desk: somebody who holds all of the discipline's role and nothing
// more, no care professional, under one grant. It decides by the same code as a look of the desk itself, writes nothing, and
// what it decides does not stand in the trail as a look of the caller.
func (tx *Tx) AsReceiver(r Receiver) *Tx {
	held := authz.Held{Base: r.Kind}
	for _, verb := range authz.Verbs() {
		held.Allow[verb] = tx.gate.policy.May(r.Kind, verb)
	}
	actor := authz.Actor{WorkerID: "receiver", AgencyID: r.AgencyID, Country: r.Country, Kind: r.Kind, Held: []authz.Held{held}, AAL: 2}
	return &Tx{raw: tx.raw, gate: tx.gate, caller: Caller{Actor: actor}, action: tx.action, now: tx.now, generation: tx.generation,
		target: Target{kind: tx.file.Kind, fileID: tx.file.ID}, file: tx.file, grants: []Grant{r.Grant}, wrapped: tx.wrapped,
		borrowed: true}
}

// Foresee says whether Grant would write this grant, and if not, why; it writes nothing itself.
func (tx *Tx) Foresee(n NewGrant) error {
	_, err := tx.foresee(&n)
	return err
}

// errBorrowed is the answer to a write with borrowed eyes.
var errBorrowed = fault.New(fault.Internal, "gate.borrowed")

// SealPart closes bytes that belong to a section of the file, with the key of that section's domain, so that they are erased
// together with the section.
func (tx *Tx) SealPart(domain seal.Domain, table, row, part string, plain []byte) ([]byte, error) {
	key, err := tx.key(domain)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, seal.AD{Table: table, Row: row, Section: part, Version: 1})
}

// OpenPart opens what SealPart closed.
func (tx *Tx) OpenPart(domain seal.Domain, table, row, part string, sealed []byte) ([]byte, error) {
	key, err := tx.key(domain)
	if err != nil {
		return nil, err
	}
	return key.Open(sealed, seal.AD{Table: table, Row: row, Section: part, Version: 1})
}
