package gate

import (
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
)

// Replay is a recorded refusal decided again now, as the person who was refused would be answered.
type Replay struct {
	Gone    bool // the person can no longer sign in
	OnFile  bool // something of a file was asked for
	Tied    bool // the person has a live grant on that file now
	Refused []Replayed
}

// Replayed is one section or resource that was refused: then, and now.
type Replayed struct {
	Section   authz.Section
	Verb      authz.Verb
	Then      audit.SectionUse
	Now       Decision
	Relations authz.RelationSet // in which the person stands to the file now
	Lines     []authz.Line      // of the matrix that speak of it, and what each lacks
}

// Replay decides a refusal of somebody of the caller's own agency once more, with the grants, roles and rules of now. It looks
// for the file as that person would and tells nothing of it but which ties there are.
func (tx *Tx) Replay(e *audit.Entry) (out Replay, err error) {
	if e.AgencyID != tx.caller.Actor.AgencyID || e.ActorID == "" {
		return out, fault.New(fault.NotFound, "gate.not_found")
	}
	actor, err := tx.gate.resolve(tx.raw, e.ActorID)
	if fault.KindOf(err) == fault.Unauthenticated {
		return Replay{Gone: true}, nil
	}
	if err != nil {
		return out, err
	}
	actor.AAL = 2
	again := &Tx{id: tx.id, raw: tx.raw, gate: tx.gate, caller: Caller{Actor: actor, Generation: tx.generation}, now: tx.now,
		generation: tx.generation, action: actionOf(e.Action), target: Target{fileID: orElse(e.FileID, e.Subject), reason: e.Justification}}
	if out.OnFile = again.action.reach == onFile || again.action.reach == onSection; out.OnFile {
		if out.Tied, err = again.found(); err != nil {
			return out, err
		}
	}
	for _, use := range e.Sections {
		id, known := authz.ParseSection(use.Section)
		if known && use.Decision == denied {
			out.Refused = append(out.Refused, again.replayed(id, use))
		}
	}
	return out, nil
}

// actionOf finds a declared action; one of another version of the program is an action on nothing.
func actionOf(name string) Action {
	declaredLock.Lock()
	defer declaredLock.Unlock()
	return declared[name]
}

// found looks for the file that was asked for, by its own id or by that of an entry.
func (tx *Tx) found() (bool, error) {
	sights, err := tx.sights()
	if err == nil && len(sights) == 0 {
		tx.target.entryID = tx.target.fileID
		if err = tx.throughEntry(); err == nil {
			tx.target.hasSection = false // the reason that was given holds for what is asked again
			sights, err = tx.sights()
		}
	}
	if err != nil || len(sights) == 0 {
		return false, err
	}
	return true, tx.turnTo(sights)
}

// replayed decides on one section or resource as the use case did.
func (tx *Tx) replayed(id authz.Section, then audit.SectionUse) Replayed {
	verb := tx.action.verb
	if tx.action.reach == onFile && tx.action.section != id {
		verb = authz.Read // what a whole file shows, it shows to be read
	}
	out := Replayed{Section: id, Verb: verb, Then: then}
	q := authz.Question{Section: id, Verb: verb, Met: tx.metByCaller() | tx.metByRequest(id)}
	if tx.action.section == id { // a resource
		q.Relations = authz.RelationsOf(authz.RelationAny)
		if tx.action.reach == onOwn || tx.leads() {
			q.Relations = q.Relations.With(authz.RelationOwn)
		}
		out.Now = Decision{Decision: tx.gate.policy.Decide(tx.Actor(), q)}
	} else {
		out.Now = tx.again(id, verb)
		for _, g := range tx.grants {
			if g.Sections.Has(id) || verb != authz.Read { // by whatever part of it, as again asks
				q.Relations |= g.Relations
				q.Met |= metByBasis(g.Basis) | metByWard(g.Relations)
			}
		}
		if verb == authz.Read || verb == authz.Write {
			q.Relations = q.Relations.With(authz.RelationOwn)
		}
	}
	out.Relations = q.Relations
	out.Lines = slices.DeleteFunc(tx.gate.policy.Explain(tx.Actor(), q), func(l authz.Line) bool { return l.Deny && !l.Matched })
	return out
}

// again is the answer that a page would give now.
func (tx *Tx) again(id authz.Section, verb authz.Verb) Decision {
	if verb != authz.Read {
		return tx.Decide(id, verb)
	}
	look := tx.look(id)
	switch {
	case look.Others.Allowed():
		return look.Others
	case look.Own.Allowed():
		return look.Own
	case look.Some.Allowed():
		return look.Some
	}
	return look.Why()
}
