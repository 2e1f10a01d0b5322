package gate

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
)

// enter finds the file, what was granted on it and whether the caller may do this at all. The Tx comes back even with a
// refusal, because the refusal has to be recorded. Whoever has no grant gets the same answer as for a file that is not there.
func (g *Gate) enter(raw *database.Tx, caller Caller, action Action, target Target) (*Tx, error) {
	tx := &Tx{raw: raw, gate: g, caller: caller, action: action, target: target, now: g.clock()}
	if err := tx.refreshActor(); err != nil {
		return tx, err
	}
	switch action.reach {
	case onFile, onSection:
		if err := tx.loadFile(); err != nil {
			return tx, err
		}
		switch {
		case action.reach == onSection:
			return tx, tx.demand(tx.target.section, action.verb)
		case action.section != 0:
			return tx, tx.demandResource(action.section, action.verb, tx.leads())
		}
	case onOwn:
		return tx, tx.demandResource(action.section, action.verb, true)
	}
	return tx, nil
}

// refreshActor reads the generation of the roles in this transaction and rebuilds the actor if the session's is behind.
func (tx *Tx) refreshActor() error {
	if tx.caller.Actor.WorkerID == "" || tx.caller.Actor.IsSystem() {
		return nil
	}
	if err := tx.raw.Get(&tx.generation, selectGeneration, nil); err != nil {
		return err
	}
	if tx.generation == tx.caller.Generation {
		return nil
	}
	fresh, err := tx.gate.resolve(tx.raw, tx.caller.Actor.WorkerID)
	if err != nil {
		return err
	}
	was := tx.caller.Actor
	fresh.SessionID, fresh.AAL, fresh.ViaKey = was.SessionID, was.AAL, was.ViaKey
	if fresh.Language == "" {
		fresh.Language = was.Language
	}
	tx.caller.Actor, tx.caller.Generation = fresh, tx.generation
	return nil
}

func (tx *Tx) loadFile() error {
	notFound := fault.New(fault.NotFound, "gate.not_found")
	if tx.target.entryID != "" {
		if err := tx.throughEntry(); err != nil {
			return err
		}
	}
	args := Args{"target": tx.target.fileID, "offer": tx.target.grantID, "agency": tx.caller.Actor.AgencyID,
		"grantees": tx.Grantees(), "now": tx.now}
	query := selectGrants
	if tx.target.grantID != "" {
		query = selectOffered
	}
	if err := tx.raw.Select(&tx.grants, query, args); err != nil {
		return err
	}
	if len(tx.grants) == 0 {
		return notFound
	}
	args["target"] = tx.grants[0].FileID
	err := tx.raw.Get(&tx.file, selectFile, args)
	if errors.Is(err, database.ErrNoRows) || err == nil && tx.target.kind != "" && tx.file.Kind != tx.target.kind {
		tx.file, tx.grants = FileRow{}, nil
		return notFound
	}
	return err
}

// throughEntry finds a file by one of its entries: the child is reached through its parent, never the other way round.
func (tx *Tx) throughEntry() error {
	var parent struct {
		FileID  string `db:"file_id"`
		Section string `db:"section"`
	}
	err := tx.raw.Get(&parent, selectEntryParent, Args{"entry": tx.target.entryID})
	if err != nil && !errors.Is(err, database.ErrNoRows) {
		return err
	}
	section, known := authz.ParseSection(parent.Section)
	tx.target.fileID, tx.target.section, tx.target.hasSection = parent.FileID, section, known
	return nil
}

// demand refuses unless the caller may do verb in the section. Somebody who sees the file learns why not.
func (tx *Tx) demand(section authz.Section, verb authz.Verb) error {
	if !tx.target.hasSection {
		return fault.New(fault.NotFound, "gate.not_found")
	}
	decision := tx.Decide(section, verb)
	if verb != authz.Read { // what is read is recorded when it is revealed
		tx.use(section, decision)
	}
	if !decision.Allowed() {
		return Refusal(section, decision)
	}
	return nil
}

// demandResource refuses unless the caller may do verb with a resource. On a file the refusal says why; elsewhere the
// resource does not exist for the caller.
func (tx *Tx) demandResource(resource authz.Section, verb authz.Verb, own bool) error {
	relations := authz.RelationsOf(authz.RelationAny)
	if own {
		relations = relations.With(authz.RelationOwn)
	}
	decision := Decision{Decision: tx.gate.policy.Decide(tx.Actor(), authz.Question{
		Section: resource, Verb: verb, Relations: relations, Met: tx.metByCaller() | tx.metByRequest(resource),
	})}
	tx.use(resource, decision)
	tx.granted = decision
	switch {
	case decision.Allowed():
		return nil
	case tx.file.ID != "":
		return Refusal(resource, decision)
	}
	return fault.New(fault.NotFound, "gate.not_found")
}

// leads says whether the caller sees the file as one of those who lead it.
func (tx *Tx) leads() bool {
	for i := range tx.grants {
		if tx.grants[i].Lead {
			return true
		}
	}
	return false
}

// Refusal is the answer to somebody who sees the file but not this section: a reason id, and words for the next step.
func Refusal(section authz.Section, d Decision) error { return RefusalFor(section, d.Reason) }

// RefusalFor is Refusal for a reason that is not the policy's own.
func RefusalFor(section authz.Section, reason authz.Reason) error {
	return fault.New(fault.Refused, "gate.refused", "Section", section.String(), "Reason", string(reason)).With(Why(reason))
}

// Why goes with a refusal, so that a page and an answer can say the reason and the next step.
type Why authz.Reason

// ReasonID is the stable id of the reason.
func (y Why) ReasonID() string { return string(y) }

// ReasonKey is the key of the sentence that says why.
func (y Why) ReasonKey() string { return authz.Reason(y).Key() }

// NextStepKey is the key of what to do now.
func (y Why) NextStepKey() string { return authz.Reason(y).NextKey() }

// Enter opens another file in the same transaction by the same rule; not found where the caller has no grant on it.
func (tx *Tx) Enter(kind Kind, fileID string) (*Tx, error) {
	other := &Tx{raw: tx.raw, gate: tx.gate, caller: tx.caller, action: tx.action, now: tx.now, generation: tx.generation}
	other.target = Target{kind: kind, fileID: fileID, reason: tx.target.reason}
	if err := other.loadFile(); err != nil {
		return nil, err
	}
	return other, nil
}

// Reload reads the grants on the file again, after this use case wrote some.
func (tx *Tx) Reload() error {
	tx.target = Target{kind: tx.file.Kind, fileID: tx.file.ID, reason: tx.target.reason}
	tx.grants = nil
	return tx.loadFile()
}

// Could says whether the caller might do verb with a resource of the own agency if every need were met, such as giving a
// reason: it decides whether a form is offered, never whether something is shown.
func (tx *Tx) Could(resource authz.Section, verb authz.Verb) bool {
	return tx.gate.policy.Decide(tx.Actor(), authz.Question{Section: resource, Verb: verb,
		Relations: authz.RelationsOf(authz.RelationOwn, authz.RelationAny), Met: authz.AllNeeds()}).Allowed()
}
