package gate

import (
	"errors"
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
)

// enter finds the file, what was granted on it and whether the caller may do this at all. The Tx comes back even with a
// refusal, because the refusal has to be recorded. Whoever has no grant gets the same answer as for a file that is not there.
func (g *Gate) enter(raw *database.Tx, caller Caller, action Action, target Target, writes bool) (*Tx, error) {
	tx := &Tx{id: NewID(), raw: raw, gate: g, caller: caller, action: action, target: target, now: g.clock(), given: map[string]ground{}, writes: writes}
	switch action.reach {
	case onFile, onSection:
		if err := tx.findFile(); err != nil {
			return tx, err
		}
		if err := tx.whileClosed(); err != nil {
			return tx, err
		}
		switch {
		case action.reach == onSection:
			return tx, tx.demand(tx.target.section, action.verb)
		case action.section != 0:
			return tx, tx.demandResource(action.section, action.verb, tx.leads())
		}
		return tx, nil
	}
	if _, err := tx.refreshActor(); err != nil || action.reach != onOwn {
		return tx, err
	}
	return tx, tx.demandResource(action.section, action.verb, true)
}

// refreshActor reads the generation of the roles in this transaction and rebuilds the actor if the session's was behind.
func (tx *Tx) refreshActor() (wasBehind bool, err error) {
	if tx.caller.Actor.WorkerID == "" || tx.caller.Actor.IsSystem() {
		return false, nil
	}
	if err := tx.raw.Get(&tx.generation, selectGeneration, nil); err != nil {
		return false, err
	}
	if tx.generation == tx.caller.Generation {
		return false, nil
	}
	fresh, err := tx.gate.resolve(tx.raw, tx.caller.Actor.WorkerID)
	if err != nil {
		return true, err
	}
	was := tx.caller.Actor
	fresh.SessionID, fresh.AAL, fresh.ViaKey = was.SessionID, was.AAL, was.ViaKey
	if fresh.Language == "" {
		fresh.Language = was.Language
	}
	tx.caller.Actor, tx.caller.Generation = fresh, tx.generation
	return true, nil
}

// sight is one grant with the file that it opens, and where access and roles stood in the same instant.
type sight struct {
	Grant
	File FileRow `db:"file"`
	stand
}

// findFile looks for the file as the session knows the caller. Where nothing is found, or the roles have changed since, the
// caller is known anew and the search made again: what counts are the desks of this instant.
func (tx *Tx) findFile() error {
	if tx.target.entryID != "" {
		if err := tx.throughEntry(); err != nil {
			return err
		}
	}
	sights, err := tx.sights()
	if err != nil {
		return err
	}
	if len(sights) > 0 && sights[0].Generation == tx.caller.Generation {
		tx.generation = tx.caller.Generation
		return tx.turnTo(sights)
	}
	wasBehind, err := tx.refreshActor()
	if err == nil && wasBehind {
		sights, err = tx.sights()
	}
	if err != nil {
		return err
	}
	if len(sights) == 0 {
		return tx.absent()
	}
	return tx.turnTo(sights)
}

func (tx *Tx) sights() (sights []sight, err error) {
	query := selectGrants
	switch {
	case tx.mayRecallSights():
		return tx.recallSights()
	case tx.target.grantID != "":
		query = selectOffered
	case tx.target.shut == bySeal:
		query = selectSealed
	case tx.target.shut == byAgency:
		query = selectHeld
	}
	return sights, tx.readSights(&sights, query)
}

func (tx *Tx) readSights(sights *[]sight, query string) error {
	return tx.raw.Select(sights, query, Args{"target": tx.target.fileID, "offer": tx.target.grantID, "reference": tx.target.reference,
		"agency": tx.caller.Actor.AgencyID, "worker_id": tx.caller.Actor.WorkerID, "grantees": tx.Grantees(), "now": tx.now})
}

// turnTo takes up the file that the grants open, the oldest grant first; without a grant there is none.
func (tx *Tx) turnTo(sights []sight) error {
	tx.file, tx.grants, tx.agencyLeads = FileRow{}, nil, false
	if len(sights) == 0 || tx.target.kind != "" && sights[0].File.Kind != tx.target.kind {
		return fault.New(fault.NotFound, "gate.not_found")
	}
	tx.file = sights[0].File
	slices.SortFunc(sights, func(a, b sight) int { return strings.Compare(a.ID, b.ID) })
	for i := range sights {
		tx.agencyLeads = tx.agencyLeads || sights[i].Lead && sights[i].AgencyID == tx.caller.Actor.AgencyID
		if tx.target.shut == 0 {
			tx.grants = append(tx.grants, sights[i].Grant)
		}
	}
	return nil
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

// AgencyLeads says whether the caller's agency leads the file by one of the grants that were found.
func (tx *Tx) AgencyLeads() bool { return tx.agencyLeads }

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
	other := tx.elsewhere()
	other.target = Target{kind: kind, fileID: fileID, reason: tx.target.reason}
	sights, err := other.sights()
	if err == nil {
		err = other.turnTo(sights)
	}
	if err == nil {
		err = other.whileClosed()
	}
	if err != nil {
		return nil, err
	}
	return other, nil
}

// elsewhere is the same use case, turned to no file yet.
func (tx *Tx) elsewhere() *Tx {
	return &Tx{id: tx.id, raw: tx.raw, gate: tx.gate, caller: tx.caller, action: tx.action, now: tx.now, generation: tx.generation,
		given: tx.given, writes: tx.writes}
}

// Reload reads the grants on the file again, after this use case wrote some.
func (tx *Tx) Reload() error {
	tx.target = Target{kind: tx.file.Kind, fileID: tx.file.ID, reason: tx.target.reason}
	sights, err := tx.sights()
	if err != nil {
		return err
	}
	return tx.turnTo(sights)
}

// Could says whether the caller might do verb with a resource of the own agency if every need were met, such as giving a
// reason: it decides whether a form is offered, never whether something is shown.
func (tx *Tx) Could(resource authz.Section, verb authz.Verb) bool {
	return tx.gate.policy.Decide(tx.Actor(), authz.Question{Section: resource, Verb: verb,
		Relations: authz.RelationsOf(authz.RelationOwn, authz.RelationAny), Met: authz.AllNeeds()}).Allowed()
}
