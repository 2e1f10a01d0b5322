package agency

import (
	"errors"
	"sync"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
)

// Actors makes actors from the rows of a transaction. It keeps the compiled roles: the rules of a role at a version never
// change.
type Actors struct {
	baseline *authz.Snapshot
	compiled sync.Map // roleVersion → authz.Held
}

type roleVersion struct {
	ID      string
	Version int64
}

// NewActors makes actors against a baseline.
func NewActors(baseline *authz.Snapshot) *Actors { return &Actors{baseline: baseline} }

// Resolve is the worker as an actor: the agency, the live desks and the held roles. A person who may no longer sign in, or
// whose agency is closed, is Unauthenticated. It fits gate.Resolver.
func (a *Actors) Resolve(tx *database.Tx, workerID string) (authz.Actor, error) {
	row, err := standingOf(tx, workerID)
	if errors.Is(err, database.ErrNoRows) || err == nil && (row.DisabledAt != 0 || row.ClosedAt != 0) {
		return authz.Actor{}, fault.New(fault.Unauthenticated, "account.disabled")
	}
	if err != nil {
		return authz.Actor{}, err
	}
	actor := authz.Actor{WorkerID: workerID, AgencyID: row.AgencyID, Country: row.Country, Kind: authz.Role(row.Kind),
		CareProfessional: row.Care == 1, Supervisor: row.Supervisor == 1, DutyOfficer: row.Duty == 1, Language: row.Language}
	if actor.Desks, err = desksOf(tx, row.AgencyID, workerID); err != nil {
		return authz.Actor{}, err
	}
	if actor.Units, err = unitsOf(tx, row.AgencyID, workerID); err != nil {
		return authz.Actor{}, err
	}
	roles, err := heldBy(tx, row.AgencyID, workerID)
	if err != nil {
		return authz.Actor{}, err
	}
	for _, role := range roles {
		held, err := a.compile(tx, role)
		if err != nil {
			return authz.Actor{}, err
		}
		actor.Held = append(actor.Held, held)
	}
	return actor, nil
}

// compile gives a role's masks. A stored rule that the baseline no longer knows is left out, so that a narrower baseline
// narrows the people instead of locking them out.
func (a *Actors) compile(tx Rows, role roleRow) (authz.Held, error) {
	key := roleVersion{role.ID, role.Version}
	if held, ok := a.compiled.Load(key); ok {
		return held.(authz.Held), nil
	}
	stored, err := rulesOf(tx, role.ID, role.Version)
	if err != nil {
		return authz.Held{}, err
	}
	base := authz.Role(role.Base)
	held := authz.Held{Base: base}
	if rules := a.within(base, stored); len(rules) > 0 {
		if held, err = authz.CompileRole(base, rules, a.baseline); err != nil {
			return authz.Held{}, err
		}
	}
	held.RoleID = role.ID
	a.compiled.Store(key, held)
	return held, nil
}

func (a *Actors) within(base authz.Role, stored []ruleRow) (rules []authz.RoleRule) {
	for _, row := range stored {
		section, known := authz.ParseSection(row.Section)
		verb, also := authz.ParseVerb(row.Verb)
		if known && also && a.baseline.May(base, verb).Has(section) {
			rules = append(rules, authz.RoleRule{Section: section, Verb: verb, Effect: authz.Effect(row.Effect)})
		}
	}
	return rules
}
