package rulepack

import (
	"slices"
	"strings"

	"relais/internal/moment"
)

// check looks at the book as a whole: versions that overlap, rules that are named and do not exist, circles, and help that would
// depend on cooperation.
func (b *Book) check(refusals *Refusals) {
	b.checkVersions(refusals)
	b.checkNamed(refusals)
	b.checkFollows(refusals)
	b.checkMoves(refusals)
	b.checkReflection(refusals)
	b.checkWithdrawals(refusals)
	b.checkNeeds(refusals)
	b.checkItems(refusals)
}

func overlap(from, to, otherFrom, otherTo moment.Date) bool {
	return (to == "" || otherFrom <= to) && (otherTo == "" || from <= otherTo)
}

// checkVersions refuses two readings of a clock or a move that hold on the same day, and a rule that changes its nature.
func (b *Book) checkVersions(refusals *Refusals) {
	for i := range b.clocks {
		r := &b.clocks[i]
		for j := range b.clocks[:i] {
			switch earlier := &b.clocks[j]; {
			case earlier.Rule != r.Rule:
			case earlier.Country != r.Country || earlier.Kind != r.Kind || earlier.Section != r.Section:
				refusals.add(r.file, r.line, r.Rule, "is something else in %s line %d", earlier.file, earlier.line)
			case overlap(r.From, r.To, earlier.From, earlier.To):
				refusals.add(r.file, r.line, r.Rule, "holds on the same days as in line %d", earlier.line)
			}
		}
	}
	for i := range b.moves {
		m := &b.moves[i]
		for j := range b.moves[:i] {
			earlier := &b.moves[j]
			if earlier.Country == m.Country && earlier.name() == m.name() && samePerson(earlier.Person, m.Person) &&
				overlap(m.ValidFrom, m.ValidTo, earlier.ValidFrom, earlier.ValidTo) {
				refusals.add(m.file, m.line, m.name(), "holds on the same days as in line %d", earlier.line)
			}
		}
	}
}

func samePerson(a, b string) bool { return a == b || a == Anybody || b == Anybody }

// checkNamed refuses the name of a clock that the country does not have.
func (b *Book) checkNamed(refusals *Refusals) {
	for i := range b.clocks {
		if r := &b.clocks[i]; r.Follows != "" && !b.has(r.Follows, r.Country) {
			refusals.add(r.file, r.line, r.Rule, "follows an unknown rule %q", r.Follows)
		}
	}
	for i := range b.moves {
		m := &b.moves[i]
		for _, rule := range slices.Concat(m.Starts, m.Ends) {
			if !b.has(rule, m.Country) {
				refusals.add(m.file, m.line, m.name(), "starts or ends an unknown rule %q", rule)
			}
		}
	}
}

func (b *Book) has(rule string, country Country) bool {
	return slices.ContainsFunc(b.clocks, func(r ClockRule) bool {
		return r.Rule == rule && (r.Country == "" || r.Country == country)
	})
}

// checkFollows refuses clocks that follow each other in a circle: none of them could begin.
func (b *Book) checkFollows(refusals *Refusals) {
	before := map[string][]string{}
	for i := range b.clocks {
		if r := &b.clocks[i]; r.Follows != "" {
			before[r.Rule] = append(before[r.Rule], r.Follows)
		}
	}
	for i := range b.clocks {
		if r := &b.clocks[i]; r.Follows != "" && circle(before, r.Rule) {
			refusals.add(r.file, r.line, r.Rule, "follows itself in a circle by way of %s", r.Follows)
		}
	}
}

// checkMoves refuses help that waits for the criminal track: protection and remedy never depend on cooperation.
func (b *Book) checkMoves(refusals *Refusals) {
	for i := range b.moves {
		m := &b.moves[i]
		if m.Track != Protection && m.Track != Remedy {
			continue
		}
		for _, need := range m.Needs {
			if m.Track == Protection || slices.ContainsFunc(need, func(s State) bool { return s.Track == Criminal }) {
				refusals.add(m.file, m.line, m.name(), "help never depends on another track")
			}
		}
		for _, one := range m.Conditions {
			if !slices.ContainsFunc(one, func(word string) bool { return !slices.Contains(cooperation, word) }) {
				refusals.add(m.file, m.line, m.name(), "help never depends on cooperation (%s)", strings.Join(one, "|"))
			}
		}
	}
}

// checkReflection refuses a reflection period without a clock of its kind: it would escape the floor.
func (b *Book) checkReflection(refusals *Refusals) {
	for i := range b.moves {
		m := &b.moves[i]
		if m.Track != Residence || m.To != string(Reflection) {
			continue
		}
		if len(m.Starts) == 0 {
			refusals.add(m.file, m.line, m.name(), "a reflection period starts a clock")
		}
		for _, rule := range m.Starts {
			if r := b.first(rule, m.Country); r != nil && r.Kind != Reflection {
				refusals.add(m.file, m.line, m.name(), "a reflection period starts clocks of its kind only, and %s is a %s", rule, r.Kind)
			}
		}
	}
}

// checkWithdrawals refuses a ground on which a stay is withdrawn and which does not end the clocks of that stay, where both name grounds: a
// person would lose by the one line what the other gives.
func (b *Book) checkWithdrawals(refusals *Refusals) {
	for i := range b.moves {
		m := &b.moves[i]
		if m.Track != Residence || m.To != withdrawn {
			continue
		}
		for j := range b.clocks {
			r := &b.clocks[j]
			if !slices.Contains(m.Ends, r.Rule) || !samePerson(r.Person, m.Person) || !overlap(r.From, r.To, m.ValidFrom, m.ValidTo) ||
				!slices.ContainsFunc(r.Ends, func(word string) bool { return slices.Contains(grounds, word) }) || !b.runsIn(r, m) {
				continue
			}
			for _, ground := range slices.Concat(m.Conditions...) {
				if !slices.Contains(r.Ends, ground) {
					refusals.add(m.file, m.line, m.name(), "%s does not end %s (%s line %d)", ground, r.Rule, r.file, r.line)
				}
			}
		}
	}
}

// withdrawn is the state of a stay that an authority has taken away.
const withdrawn = "ended_withdrawn"

// runsIn says whether a clock belongs to the state from which a move leads: a step into that state starts it.
func (b *Book) runsIn(r *ClockRule, m *Move) bool {
	return slices.ContainsFunc(b.moves, func(into Move) bool {
		return into.Country == m.Country && into.Track == m.Track && into.To == m.From && slices.Contains(into.Starts, r.Rule)
	})
}

// first is the first reading of a rule in a country; all have the same kind.
func (b *Book) first(rule string, country Country) *ClockRule {
	for i := range b.clocks {
		if r := &b.clocks[i]; r.Rule == rule && (r.Country == "" || r.Country == country) {
			return r
		}
	}
	return nil
}

// checkNeeds refuses states that need each other in a circle: none of them could be reached.
func (b *Book) checkNeeds(refusals *Refusals) {
	for _, country := range Countries() {
		needed := map[string][]string{}
		for i := range b.moves {
			if m := &b.moves[i]; m.Country == country {
				for _, need := range m.Needs {
					for _, state := range need {
						at := m.Track + ":" + m.To
						needed[at] = append(needed[at], state.Track+":"+state.State)
					}
				}
			}
		}
		for i := range b.moves {
			m := &b.moves[i]
			if at := m.Track + ":" + m.To; m.Country == country && len(m.Needs) > 0 && circle(needed, at) {
				refusals.add(m.file, m.line, m.name(), "needs itself in a circle by way of %s", strings.Join(needed[at], " "))
			}
		}
	}
}

// circle says whether a way leads from a name back to it.
func circle(edges map[string][]string, start string) bool {
	seen, open := map[string]bool{}, slices.Clone(edges[start])
	for len(open) > 0 {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		if at == start {
			return true
		}
		if !seen[at] {
			seen[at] = true
			open = append(open, edges[at]...)
		}
	}
	return false
}
