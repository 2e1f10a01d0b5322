package agency

import (
	"context"
	"encoding/json"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/gate"
)

// Roles are the roles of an agency, and what the caller can compose new ones from.
type Roles struct {
	Items      []Role    `json:"items"`
	Composable []Ceiling `json:"composable"`
}

// Ceiling is the widest role that the caller can compose from a discipline: what the roles that they may give open.
type Ceiling struct {
	Base  authz.Role `json:"base"`
	Rules []Rule     `json:"rules"`
}

// ListRoles lists the roles of the caller's agency.
func (s *Service) ListRoles(ctx context.Context) (list Roles, err error) {
	err = s.gate.Read(ctx, listRolesAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if list.Items, err = s.roles(tx); err != nil {
			return audit.Event{}, err
		}
		list.Composable, err = s.composable(tx)
		return audit.Event{Op: audit.Consult}, err
	})
	return list, err
}

// ShowRole shows one role of the caller's agency.
func (s *Service) ShowRole(ctx context.Context, roleID string) (role Role, err error) {
	err = s.gate.Read(ctx, showRoleAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		role, err = s.roleFor(tx, roleID)
		return audit.Event{Op: audit.Consult, Subject: roleID}, err
	})
	return role, err
}

// EditRole gives the form of a role, or of a new one of a discipline where roleID is empty, with its ceiling. It asks for
// the second factor, so that nobody types for nothing.
func (s *Service) EditRole(ctx context.Context, roleID string, base authz.Role) (role Role, ceiling Ceiling, err error) {
	err = s.gate.Read(ctx, editRoleAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		role = Role{Base: base}
		if roleID != "" {
			row, err := s.changeable(tx, roleID)
			if err != nil {
				return audit.Event{}, err
			}
			if role, err = s.view(tx, row, nil, nil); err != nil {
				return audit.Event{}, err
			}
		}
		mask, err := s.ceiling(tx, role.Base)
		if err == nil && *mask == (authz.Mask{}) {
			err = notFound()
		}
		ceiling = Ceiling{Base: role.Base, Rules: written(mask)}
		return audit.Event{Op: audit.Consult, Subject: roleID}, err
	})
	return role, ceiling, err
}

// CreateRole composes a role from a discipline, within what the caller may give. The caller may give it from then on.
func (s *Service) CreateRole(ctx context.Context, base authz.Role, name string, rules []Rule, once string) (roleID string, err error) {
	content, err := json.Marshal([]any{base, name, rules})
	if err != nil {
		return "", err
	}
	err = s.gate.Write(ctx, createRoleAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		event := audit.Event{Op: audit.Consult}
		roleID, _, err = tx.Once(once, string(content), func() (string, error) {
			id, written, err := s.create(tx, base, name, rules)
			event = written
			return id, err
		})
		event.Subject = roleID
		return event, err
	})
	return roleID, err
}

func (s *Service) create(tx *gate.Tx, base authz.Role, name string, rules []Rule) (string, audit.Event, error) {
	f := newInvalid()
	name = f.text("name", name, longestTitle, true)
	if err := f.OrNil(); err != nil {
		return "", audit.Event{}, err
	}
	composed, err := s.compose(tx, base, rules)
	if err != nil {
		return "", audit.Event{}, err
	}
	id := gate.NewID()
	if err := putRole(tx, tx.Actor().AgencyID, id, base, name, false, composed); err != nil {
		return "", audit.Event{}, err
	}
	if err := link(tx, tx.Actor().WorkerID, id, mayGive, tx.Actor().WorkerID); err != nil {
		return "", audit.Event{}, err
	}
	return id, audit.Event{Op: audit.PolicyChange, Fields: ruleFields(nil, rules)}, tx.PolicyChanged()
}

// ChangeRole gives a role another name or other rules, from the version that the editor saw. Who holds the role has the
// new rules at once. Nobody changes a role that they hold.
func (s *Service) ChangeRole(ctx context.Context, roleID string, version int64, name string, rules []Rule) (role Role, err error) {
	err = s.gate.Write(ctx, changeRoleAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		row, before, composed, err := s.proposed(tx, roleID, version, &name, rules)
		if err != nil {
			return audit.Event{}, err
		}
		role = Role{ID: row.ID, Base: before.Base, Name: name, Rules: rules, CanGive: true, CanEdit: true, Version: version + 1}
		return guarded(tx, tx.Actor().AgencyID, func() (audit.Event, error) {
			event := audit.Event{Op: audit.PolicyChange, Subject: row.ID, Fields: ruleFields(before.Rules, rules)}
			if name != before.Name {
				event.Fields = append(event.Fields, "name")
			}
			return event, saveRole(tx, row, name, composed)
		})
	})
	return role, err
}

// CloseRole ends a role for everybody who holds it.
func (s *Service) CloseRole(ctx context.Context, roleID string, version int64) error {
	return s.gate.Write(ctx, closeRoleAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		row, err := s.changeable(tx, roleID)
		if err != nil {
			return audit.Event{}, err
		}
		before, err := s.view(tx, row, nil, nil)
		if err != nil {
			return audit.Event{}, err
		}
		if row.Version != version {
			return audit.Event{}, staleRole(&before, before.Name, before.Rules)
		}
		return guarded(tx, tx.Actor().AgencyID, func() (audit.Event, error) {
			return audit.Event{Op: audit.PolicyChange, Subject: row.ID, Fields: []string{"closed"}}, endRole(tx, row)
		})
	})
}

// compose checks rules against the baseline (a mistake) and against what the caller may give (a refusal).
func (s *Service) compose(tx *gate.Tx, base authz.Role, rules []Rule) ([]authz.RoleRule, error) {
	list, err := composed(rules)
	if err != nil {
		return nil, err
	}
	if _, err := authz.CompileRole(base, list, s.actors.baseline); err != nil {
		return nil, err
	}
	ceiling, err := s.ceiling(tx, base)
	if err != nil {
		return nil, err
	}
	if len(beyond(list, ceiling)) > 0 {
		return nil, refused("agency.rule_not_yours")
	}
	return list, nil
}

// changeable finds a role that the caller may change: an own one of the agency, to be given by the caller, not held by
// the caller.
func (s *Service) changeable(tx *gate.Tx, roleID string) (row roleRow, err error) {
	agencyID, me := tx.Actor().AgencyID, tx.Actor().WorkerID
	if row, err = roleOf(tx, agencyID, roleID); err != nil {
		return row, err
	}
	give, err := rolesOf(tx, agencyID, me, mayGive)
	if err != nil {
		return row, err
	}
	held, err := heldBy(tx, agencyID, me)
	if err != nil {
		return row, err
	}
	return row, whyNotChange(row, give, held)
}

func whyNotChange(row roleRow, give, held []roleRow) error {
	is := func(other roleRow) bool { return other.ID == row.ID }
	switch {
	case row.Standard == 1:
		return refused("agency.standard_role")
	case slices.ContainsFunc(held, is):
		return refused("agency.own_role")
	case !slices.ContainsFunc(give, is):
		return refused("agency.not_yours_to_give")
	}
	return nil
}

// ceiling is what the caller may give of a discipline: all that the roles open which the caller may give.
func (s *Service) ceiling(tx *gate.Tx, base authz.Role) (*authz.Mask, error) {
	var mask authz.Mask
	give, err := rolesOf(tx, tx.Actor().AgencyID, tx.Actor().WorkerID, mayGive)
	if err != nil {
		return nil, err
	}
	for _, role := range give {
		if authz.Role(role.Base) != base {
			continue
		}
		held, err := s.actors.compile(tx, role)
		if err != nil {
			return nil, err
		}
		for verb, sections := range opens(&held) {
			mask[verb] = mask[verb].Or(sections)
		}
	}
	return &mask, nil
}

func (s *Service) composable(tx *gate.Tx) ([]Ceiling, error) {
	list := []Ceiling{}
	for _, base := range []authz.Role{tx.Actor().Kind, authz.RoleAuditor, authz.RoleAgencyAdmin} {
		mask, err := s.ceiling(tx, base)
		if err != nil {
			return nil, err
		}
		if *mask != (authz.Mask{}) {
			list = append(list, Ceiling{Base: base, Rules: written(mask)})
		}
	}
	return list, nil
}

// roles lists the agency's roles as the caller sees them.
func (s *Service) roles(tx *gate.Tx) ([]Role, error) {
	agencyID, me := tx.Actor().AgencyID, tx.Actor().WorkerID
	rows, err := allRoles(tx, agencyID)
	if err != nil {
		return nil, err
	}
	give, err := rolesOf(tx, agencyID, me, mayGive)
	if err != nil {
		return nil, err
	}
	held, err := heldBy(tx, agencyID, me)
	if err != nil {
		return nil, err
	}
	list := make([]Role, len(rows))
	for i, row := range rows {
		if list[i], err = s.view(tx, row, give, held); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Service) roleFor(tx *gate.Tx, roleID string) (Role, error) {
	all, err := s.roles(tx)
	if err != nil {
		return Role{}, err
	}
	for _, role := range all {
		if role.ID == roleID {
			return role, nil
		}
	}
	return Role{}, notFound()
}

func (s *Service) view(tx *gate.Tx, row roleRow, give, held []roleRow) (Role, error) {
	compiled, err := s.actors.compile(tx, row)
	if err != nil {
		return Role{}, err
	}
	return Role{ID: row.ID, Base: authz.Role(row.Base), Name: row.Name, Standard: row.Standard == 1, Version: row.Version,
		Rules:   append([]Rule{}, written(opens(&compiled))...),
		CanGive: slices.ContainsFunc(give, func(r roleRow) bool { return r.ID == row.ID }),
		CanEdit: whyNotChange(row, give, held) == nil}, nil
}

// ruleFields names the difference between two lists of rules for the trail.
func ruleFields(before, after []Rule) (fields []string) {
	for _, rule := range after {
		if !slices.Contains(before, rule) {
			fields = append(fields, "rule+"+rule.String())
		}
	}
	for _, rule := range before {
		if !slices.Contains(after, rule) {
			fields = append(fields, "rule-"+rule.String())
		}
	}
	return fields
}
