package gate

import (
	"context"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/moment"
)

// Caller is who calls, as the session or the key says.
type Caller struct {
	Actor      authz.Actor
	Generation int64       // of the roles that Actor was built from
	SteppedAt  moment.Time // when the second factor was last shown
	TraceID    string
	Device     string // keyed mark of the browser of the session; empty without one
}

type callerKey struct{}

// WithCaller puts the caller into the context; only the session's middleware and tests do so.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf is the caller in ctx; ok is false where nobody was put there.
func CallerOf(ctx context.Context) (Caller, bool) {
	c, ok := ctx.Value(callerKey{}).(Caller)
	return c, ok
}

// AsProgram is the context for the program's own work, named in the trail.
func AsProgram(ctx context.Context, name string) context.Context {
	return WithCaller(ctx, Caller{Actor: *authz.System(name)})
}

// turnedAway records that somebody known was refused at the door, before anything was read.
func (g *Gate) turnedAway(ctx context.Context, caller Caller, a Action, target Target, err error) error {
	if fault.KindOf(err) != fault.Refused {
		return err
	}
	tx := &Tx{id: NewID(), gate: g, caller: caller, action: a, target: target, now: g.clock(), generation: caller.Generation}
	if lost := g.trail.Append(context.WithoutCancel(ctx), tx.refusal(err)); lost != nil {
		return fault.New(fault.Unavailable, "gate.trail").Because(lost)
	}
	return err
}

// admit refuses a caller who may not even try: nobody, the program in a person's place, a person without second factor.
func (g *Gate) admit(ctx context.Context, a Action) (Caller, error) {
	caller, ok := CallerOf(ctx)
	if !ok {
		return Caller{}, fault.New(fault.Unauthenticated, "gate.nobody")
	}
	switch {
	case a.reach == 0:
		return Caller{}, fault.New(fault.Internal, "gate.undeclared")
	case a.reach == byNobody:
		return caller, nil
	case (a.reach == byProgram) != caller.Actor.IsSystem():
		return Caller{}, fault.New(fault.Unauthenticated, "gate.nobody")
	case a.reach == byProgram:
		return caller, nil
	case caller.Actor.WorkerID == "" || caller.Actor.AgencyID == "":
		return Caller{}, fault.New(fault.Unauthenticated, "gate.nobody")
	case caller.Actor.AAL < 2 && !a.weak:
		return Caller{}, fault.New(fault.Unauthenticated, "gate.second_factor")
	case a.stepped && !caller.Actor.ViaKey && g.clock().Sub(caller.SteppedAt) > g.stepUp:
		return caller, fault.New(fault.Refused, "gate.step_up")
	case a.stepped && caller.Actor.ViaKey:
		return caller, fault.New(fault.Refused, "gate.not_by_key")
	}
	return caller, nil
}
