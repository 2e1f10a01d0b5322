package gate

import (
	"maps"
	"slices"
	"strings"

	"relais/internal/authz"
)

// DeclaredActions are all actions of the program in the order of their names, for a test that tries each.
func DeclaredActions() []Action {
	declaredLock.Lock()
	defer declaredLock.Unlock()
	all := slices.Collect(maps.Values(declared))
	slices.SortFunc(all, func(a, b Action) int { return strings.Compare(a.name, b.name) })
	return all
}

// OnFiles says whether the action's target is a file, and InSection whether one section of it.
func (a Action) OnFiles() bool   { return a.reach == onFile || a.reach == onSection }
func (a Action) InSection() bool { return a.reach == onSection }

// ByPeople says whether somebody who has signed in does it on no file or on files that the use case turns to.
func (a Action) ByPeople() bool { return a.reach == byAnyone || a.reach == onOwn }

// SetCeilings puts other ceilings in force, as a new version of the program does.
func (g *Gate) SetCeilings(c authz.Ceilings) { g.ceiling = c }
