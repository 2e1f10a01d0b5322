package agency

import (
	"context"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/gate"
)

// bands are the least numbers of files that are told of somebody, and no number between: whoever administers an agency does not learn on
// whose file somebody works, nor, by subtracting or by asking again, when a file comes or goes. Fewer than the first are told like none.
var bands = []int{100, 20, 5}

// bandOf is the band in which a number of files lies, 0 below all. They are counted by what desks and people were given, whoever is excluded
// from one and whether one lies under a seal: neither is to be learnt by comparing colleagues.
func bandOf(files int) int {
	for _, least := range bands {
		if files >= least {
			return least
		}
	}
	return 0
}

// Shift is what one person would gain and lose, whatever else they hold.
type Shift struct {
	WorkerID string `json:"person_id"`
	Name     string `json:"name"`
	Gains    []Rule `json:"gains"`
	Loses    []Rule `json:"loses"`
	Files    int    `json:"files_at_least" enum:"0,5,20,100" doc:"How many files the person sees, at least; 0 where there are fewer than five, or none"`
}

// RoleEffect is what a changed role would change for those who hold it, before it is saved.
type RoleEffect struct {
	Role    Role           `json:"-"`       // as it would be
	Shifts  []Shift        `json:"changes"` // of those for whom something changes
	Same    int            `json:"unchanged" doc:"How many hold the role and neither gain nor lose anything"`
	Reasons []authz.Reason `json:"-"` // by which what is lost will be refused
}

// ForeseeRole says who would gain and lose what if a role were changed, and on how many files about; nothing is stored. It asks for the second
// factor, and refuses what a change would be refused for.
func (s *Service) ForeseeRole(ctx context.Context, roleID string, version int64, name string, rules []Rule) (effect RoleEffect, err error) {
	err = s.gate.Read(ctx, foreseeRoleAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		row, before, list, err := s.proposed(tx, roleID, version, &name, rules)
		if err != nil {
			return audit.Event{}, err
		}
		held, err := authz.CompileRole(before.Base, list, s.actors.baseline)
		if err != nil {
			return audit.Event{}, err
		}
		held.RoleID = row.ID
		effect = RoleEffect{Role: Role{ID: row.ID, Base: before.Base, Name: name, Rules: rules, Version: row.Version}, Shifts: []Shift{}}
		if err := s.foresee(tx, &effect, &held); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Consult, Subject: row.ID, Fields: ruleFields(before.Rules, rules)}, nil
	})
	return effect, err
}

// proposed checks a change of a role and gives the role as it stands and the rules as they would be.
func (s *Service) proposed(tx *gate.Tx, roleID string, version int64, name *string, rules []Rule) (row roleRow, before Role, list []authz.RoleRule, err error) {
	if row, err = s.changeable(tx, roleID); err != nil {
		return row, before, nil, err
	}
	f := newInvalid()
	*name = f.text("name", *name, longestTitle, true)
	if err := f.OrNil(); err != nil {
		return row, before, nil, err
	}
	if list, err = s.compose(tx, authz.Role(row.Base), rules); err != nil {
		return row, before, nil, err
	}
	if before, err = s.view(tx, row, nil, nil); err != nil {
		return row, before, nil, err
	}
	if row.Version != version {
		return row, before, nil, staleRole(&before, *name, rules)
	}
	return row, before, list, nil
}

// foresee fills in what changes for each who holds the role.
func (s *Service) foresee(tx *gate.Tx, effect *RoleEffect, changed *authz.Held) error {
	ids, err := holdersOf(tx, effect.Role.ID)
	if err != nil {
		return err
	}
	var moved []string
	for _, id := range ids {
		shift := Shift{WorkerID: id, Gains: []Rule{}, Loses: []Rule{}}
		if err := s.shift(tx, &shift, changed, &effect.Reasons); err != nil {
			return err
		}
		if len(shift.Gains)+len(shift.Loses) == 0 {
			effect.Same++
			continue
		}
		moved, effect.Shifts = append(moved, id), append(effect.Shifts, shift)
	}
	return nameShifts(tx, effect, moved)
}

func nameShifts(tx *gate.Tx, effect *RoleEffect, ids []string) error {
	names, err := WorkerNames(tx, ids)
	if err != nil {
		return err
	}
	each, err := filesOf(tx, ids)
	for i := range effect.Shifts {
		shift := &effect.Shifts[i]
		shift.Name, shift.Files = names[shift.WorkerID], bandOf(each[shift.WorkerID])
	}
	return err
}

// shift compares what somebody could ever do with all their roles, before and after one of them has changed.
func (s *Service) shift(tx *gate.Tx, shift *Shift, changed *authz.Held, reasons *[]authz.Reason) error {
	roles, err := heldBy(tx, tx.Actor().AgencyID, shift.WorkerID)
	if err != nil {
		return err
	}
	before := authz.Actor{WorkerID: shift.WorkerID, AgencyID: tx.Actor().AgencyID, Kind: tx.Actor().Kind}
	after := before
	for _, role := range roles {
		held, err := s.actors.compile(tx, role)
		if err != nil {
			return err
		}
		before.Held = append(before.Held, held)
		if role.ID == changed.RoleID {
			held = *changed
		}
		after.Held = append(after.Held, held)
	}
	for _, verb := range authz.Verbs() {
		for section := range authz.AllSections().Each {
			q := authz.Question{Section: section, Verb: verb, Relations: authz.AllRelations(), Met: authz.AllNeeds()}
			was, is := s.actors.baseline.Decide(&before, q), s.actors.baseline.Decide(&after, q)
			switch rule := (Rule{Section: section.String(), Verb: verb.String()}); {
			case is.Allowed() && !was.Allowed():
				shift.Gains = append(shift.Gains, rule)
			case was.Allowed() && !is.Allowed():
				shift.Loses = append(shift.Loses, rule)
				if !slices.Contains(*reasons, is.Reason) {
					*reasons = append(*reasons, is.Reason)
				}
			}
		}
	}
	return nil
}
