package authz

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"sync"

	"relais/policies"
)

// Snapshot holds Casbin's answer to every question there can be; it never changes.
type Snapshot struct {
	cells   [numRoles][numSections + 1][NumVerbs]cell
	filters [numRoles][NumVerbs]filter
	lines   []line // as in the matrix, for Explain
}

// cell is what one discipline may do in one section with one verb.
type cell struct {
	open   []opening   // the most showing first, then the fewest needs
	denied RelationSet // relations that a deny line closes
}

// opening is one allow line that no deny line of its tuple closes.
type opening struct {
	relation RelationSet // one bit
	rule     Rule
}

// filter is the same turned round: which sections open with these needs through this relation.
type filter struct {
	groups []group
	denied [numRelations + 1]SectionSet
}

type group struct {
	relation RelationSet
	needs    Needs
	sections SectionSet
}

// Compile checks the texts, asks a fresh Casbin enforcer once for every tuple, keeps the answers, and tries them on the
// decisions that must hold. Faults in the texts come as Refusals, all at once.
func Compile(model, matrix string) (*Snapshot, error) {
	lines, refusals := parseMatrix(matrix)
	refusals = append(checkModel(modelFile, model, frozenModel), refusals...)
	if len(refusals) > 0 {
		return nil, refusals
	}
	shipped, refusals := parseMatrix(policies.Matrix)
	if len(refusals) > 0 {
		return nil, refusals
	}
	if missing := checkWhole(lines, shipped); len(missing) > 0 {
		return nil, missing
	}
	s, err := build(lines)
	if err != nil {
		return nil, err
	}
	if broken := s.checkGolden(); len(broken) > 0 {
		return nil, broken
	}
	return s, nil
}

var compileShipped = sync.OnceValues(func() (*Snapshot, error) {
	if refusals := checkModel(roleModelFile, policies.RoleModel, frozenRoleModel); len(refusals) > 0 {
		return nil, refusals
	}
	if _, err := shippedBases(); err != nil {
		return nil, err
	}
	return Compile(policies.Model, policies.Matrix)
})

// Shipped is the baseline inside the program, compiled once.
func Shipped() (*Snapshot, error) { return compileShipped() }

// tuple is one question to Casbin; without its last two parts, one enforcer's ground.
type tuple struct {
	role     Role
	section  Section
	verb     Verb
	relation Relation
}

func (l line) tuple() tuple { return tuple{l.role, l.section, l.verb, l.relation} }

// build asks one enforcer for each role and section that have lines. Casbin's cost is the number of lines, and the
// matcher compares both for equality, so no other line could answer; where there is none, all stays closed.
// A test holds the result against one enforcer with all lines, on the whole domain.
func build(lines []line) (*Snapshot, error) {
	s := &Snapshot{lines: lines}
	grounds := map[tuple][]line{}
	for _, l := range lines {
		ground := tuple{role: l.role, section: l.section}
		grounds[ground] = append(grounds[ground], l)
	}
	var failures [numRoles]error
	var asked sync.WaitGroup
	for i, role := range roles {
		asked.Go(func() {
			for section := range AllSections().Each {
				if own := grounds[tuple{role: role, section: section}]; len(own) > 0 && failures[i] == nil {
					failures[i] = s.ask(i, section, own)
				}
			}
		})
	}
	asked.Wait()
	if err := errors.Join(failures[:]...); err != nil {
		return nil, err
	}
	s.turnRound()
	return s, nil
}

// ask puts every verb and relation of one role and section to a fresh enforcer.
func (s *Snapshot) ask(row int, section Section, lines []line) error {
	policy, byTuple := make(rows, len(lines)), make(map[tuple][]line, len(lines))
	for i, l := range lines {
		policy[i] = l.row()
		byTuple[l.tuple()] = append(byTuple[l.tuple()], l)
	}
	e, err := newEnforcer(frozenModel, policy)
	if err != nil {
		return err
	}
	for _, verb := range Verbs() {
		c := &s.cells[row][section][verb]
		for relation := range AllRelations().Each {
			at := tuple{roles[row], section, verb, relation}
			allowed, err := enforce(e, at.request()...)
			if err != nil {
				return fmt.Errorf("authz: casbin on %q: %w", at.request(), err)
			}
			if err := c.keep(allowed, relation, byTuple[at]); err != nil {
				return err
			}
		}
		c.sort()
	}
	return nil
}

// keep records the enforcer's answer with the lines behind it; an answer that the lines do not bear out stops everything.
func (c *cell) keep(allowed bool, relation Relation, lines []line) error {
	var denied bool
	var open []opening
	for _, l := range lines {
		denied = denied || l.deny
		if !l.deny {
			open = append(open, opening{RelationsOf(relation), Rule{l.show, l.needs, l.number}})
		}
	}
	if allowed != (len(open) > 0 && !denied) {
		return fmt.Errorf("authz: casbin answers %t where %d lines of %s say otherwise", allowed, len(lines), matrixFile)
	}
	if denied {
		c.denied = c.denied.With(relation)
		return nil
	}
	c.open = append(c.open, open...)
	return nil
}

func (c *cell) sort() {
	slices.SortFunc(c.open, func(a, b opening) int {
		return cmp.Or(cmp.Compare(b.rule.Show, a.rule.Show),
			cmp.Compare(bits.OnesCount16(uint16(a.rule.Needs)), bits.OnesCount16(uint16(b.rule.Needs))),
			cmp.Compare(a.rule.Line, b.rule.Line))
	})
}

// turnRound builds the list filters from the cells.
func (s *Snapshot) turnRound() {
	for role := range s.cells {
		for section := range AllSections().Each {
			for _, verb := range Verbs() {
				s.filters[role][verb].add(section, &s.cells[role][section][verb])
			}
		}
	}
}

func (f *filter) add(section Section, c *cell) {
	for relation := range c.denied.Each {
		f.denied[relation] = f.denied[relation].With(section)
	}
	for _, o := range c.open {
		i := slices.IndexFunc(f.groups, func(g group) bool { return g.relation == o.relation && g.needs == o.rule.Needs })
		if i < 0 {
			i = len(f.groups)
			f.groups = append(f.groups, group{relation: o.relation, needs: o.rule.Needs})
		}
		f.groups[i].sections = f.groups[i].sections.With(section)
	}
}
