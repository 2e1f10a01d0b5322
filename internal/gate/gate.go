// Package gate is the only door to the data: it decides, opens the transaction, runs the use case, writes the audit entry
// and commits. It knows files, grants and keys; it does not know what a use case means.
package gate

import (
	"context"
	"time"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/seal"
)

// Resolver builds the actor of a worker from the rows of the running transaction; the agency slice hands it in.
// A disabled worker or a closed agency is fault.Unauthenticated.
type Resolver func(tx *database.Tx, workerID string) (authz.Actor, error)

// Consents says whether a consent of the transaction's file covers a grant to an agency; the consent slice hands it in. What
// it does not cover is a field fault.
type Consents func(tx *Tx, consentID string, n NewGrant, recipientAgency string) error

// Gate holds what a decision needs.
type Gate struct {
	db       *database.DB
	policy   *authz.Snapshot
	trail    *audit.Log
	vault    *seal.Vault
	clock    moment.Clock
	resolve  Resolver
	consents Consents
	stepUp   time.Duration
	ceiling  authz.Ceilings
	recalls  recollection
}

// usualStepUp is how long a shown second factor opens the doors that ask for one, where nothing else is set.
const usualStepUp = 10 * time.Minute

// Parts are what New puts together; all but Consents, StepUp and Ceilings are required.
type Parts struct {
	Database *database.DB
	Policy   *authz.Snapshot
	Trail    *audit.Log
	Vault    *seal.Vault
	Clock    moment.Clock
	Resolve  Resolver
	Consents Consents       // nil: a grant on consent is not held against one
	StepUp   time.Duration  // how long a shown second factor holds; ten minutes when zero
	Ceilings authz.Ceilings // how long a grant may hold; a year for everybody when zero
}

// New makes the gate.
func New(p Parts) *Gate {
	if p.Database == nil || p.Policy == nil || p.Trail == nil || p.Vault == nil || p.Clock == nil || p.Resolve == nil {
		panic("gate: a part is missing")
	}
	if p.StepUp <= 0 {
		p.StepUp = usualStepUp
	}
	return &Gate{db: p.Database, policy: p.Policy, trail: p.Trail, vault: p.Vault, clock: p.Clock, resolve: p.Resolve, stepUp: p.StepUp,
		consents: p.Consents, ceiling: p.Ceilings}
}

// Policy is the statutory baseline in force.
func (g *Gate) Policy() *authz.Snapshot { return g.policy }

// UseCase is what runs inside the gate. It returns what the audit entry has to say; an empty event undoes everything.
type UseCase func(tx *Tx) (audit.Event, error)

// Read runs fn on a snapshot and shows nothing before its entry is durable; if the trail cannot be written, nothing is shown.
func (g *Gate) Read(ctx context.Context, action Action, target Target, fn UseCase) error {
	caller, err := g.admit(ctx, action)
	if err != nil {
		return g.turnedAway(ctx, caller, action, target, err)
	}
	var entry *audit.Entry
	err = g.db.Read(ctx, func(raw *database.Tx) error {
		entry, err = g.pass(raw, caller, action, target, false, fn)
		return err
	})
	if entry == nil {
		return err
	}
	if lost := g.trail.Append(context.WithoutCancel(ctx), entry); lost != nil {
		return fault.New(fault.Unavailable, "gate.trail").Because(lost)
	}
	return err
}

// Write runs fn in one transaction together with its audit entry; a refusal is recorded after the transaction was undone.
func (g *Gate) Write(ctx context.Context, action Action, target Target, fn UseCase) error {
	caller, err := g.admit(ctx, action)
	if err != nil {
		return g.turnedAway(ctx, caller, action, target, err)
	}
	var entry *audit.Entry
	err = g.db.Write(ctx, func(raw *database.Tx) error {
		var failed error
		entry, failed = g.pass(raw, caller, action, target, true, fn)
		if failed != nil {
			return failed
		}
		return g.trail.Insert(raw, entry)
	})
	if err == nil || entry == nil || entry.Decision == allowed {
		return err
	}
	if lost := g.trail.Append(context.WithoutCancel(ctx), entry); lost != nil {
		return fault.New(fault.Unavailable, "gate.trail").Because(lost)
	}
	return err
}

// Identify reads what tells who is calling (a session, a key, a credential). It runs before there is an actor, leaves no
// entry and must show nothing of a file.
func (g *Gate) Identify(ctx context.Context, fn func(raw *database.Tx, now moment.Time) error) error {
	return g.db.Read(ctx, func(raw *database.Tx) error { return fn(raw, g.clock()) })
}

// IdentifyOne is Identify for a single row: every request begins with one, so it does without a transaction around it.
func (g *Gate) IdentifyOne(ctx context.Context, dest any, query string, args Args) error {
	return g.db.Get(ctx, dest, query, args)
}

// Now is the instant that the gate's clock shows.
func (g *Gate) Now() moment.Time { return g.clock() }

// Touch writes bookkeeping of sign-in (a session's last use, a throttle's mark) that is no event of its own.
func (g *Gate) Touch(ctx context.Context, fn func(raw *database.Tx, now moment.Time) error) error {
	return g.db.Write(ctx, func(raw *database.Tx) error { return fn(raw, g.clock()) })
}

// pass is one trip through the gate: enter, run, and say what the trail has to record. A nil entry means that nothing was
// decided (the input was bad, somebody else was first), so there is nothing to record.
func (g *Gate) pass(raw *database.Tx, caller Caller, action Action, target Target, writes bool, fn UseCase) (*audit.Entry, error) {
	tx, err := g.enter(raw, caller, action, target, writes)
	if err != nil {
		return tx.refusal(err), err
	}
	event, err := fn(tx)
	if err != nil {
		return tx.refusal(err), err
	}
	if event.IsZero() {
		return nil, fault.New(fault.Internal, "gate.no_event")
	}
	return tx.entry(event), nil
}
