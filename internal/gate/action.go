package gate

import (
	"slices"
	"sync"

	"relais/internal/authz"
)

// reach says what an action is done to.
type reach int

const (
	onFile    reach = iota + 1 // a file that the caller has a grant on
	onSection                  // one section of such a file: the target names it
	onOwn                      // something of the caller's own agency, decided like a section
	byAnyone                   // the caller's own affairs
	byNobody                   // before signing in
	byProgram                  // the program's own work
)

// Action is one thing that can be done, declared once by its slice. Its fields are closed, so that nobody can make one up.
type Action struct {
	name    string
	reach   reach
	section authz.Section
	verb    authz.Verb
	weak    bool
	stepped bool
	stays   bool // may be done on a closed file
	form    bool // shows the form of what a closed file refuses
}

var (
	declaredLock sync.Mutex
	declared     = map[string]Action{}
)

func declare(a Action) Action {
	declaredLock.Lock()
	defer declaredLock.Unlock()
	if _, twice := declared[a.name]; twice || a.name == "" {
		panic("gate: action " + a.name + " is declared twice or without a name")
	}
	declared[a.name] = a
	return a
}

// OnFile declares an action on a whole file; what of the file is shown is decided section by section.
func OnFile(name string) Action { return declare(Action{name: name, reach: onFile}) }

// OnFileAs declares an action on a file that also needs a right to a resource, such as managing the team or opening a
// victim file. Leading the file counts as the relation "own".
func OnFileAs(name string, resource authz.Section, verb authz.Verb) Action {
	return declare(Action{name: name, reach: onFile, section: resource, verb: verb})
}

// OnSection declares an action on one section of a file; the target names the section.
func OnSection(name string, verb authz.Verb) Action {
	return declare(Action{name: name, reach: onSection, verb: verb})
}

// OnOwn declares an action on a resource of the caller's own agency, such as its people.
func OnOwn(name string, resource authz.Section, verb authz.Verb) Action {
	return declare(Action{name: name, reach: onOwn, section: resource, verb: verb})
}

// ByAnyone declares an action on the caller's own affairs.
func ByAnyone(name string) Action { return declare(Action{name: name, reach: byAnyone}) }

// ByNobody declares an action that comes before signing in.
func ByNobody(name string) Action { return declare(Action{name: name, reach: byNobody, weak: true}) }

// ByProgram declares work that the program does by itself.
func ByProgram(name string) Action { return declare(Action{name: name, reach: byProgram}) }

// Weakly lets the action be done by somebody who has not shown a second factor yet.
func (a Action) Weakly() Action { a.weak = true; return a.declaredAnew() }

// SteppedUp demands that the caller has shown the second factor within the last ten minutes.
func (a Action) SteppedUp() Action { a.stepped = true; return a.declaredAnew() }

// WhileClosed lets the action write on a closed file too, because it ends, takes back, keeps or answers for something; all
// others are refused there.
func (a Action) WhileClosed() Action { a.stays = true; return a.declaredAnew() }

// Form says that the action shows the form of something that a closed file refuses, so that nobody fills it in for nothing.
func (a Action) Form() Action { a.form = true; return a.declaredAnew() }

func (a Action) declaredAnew() Action {
	declaredLock.Lock()
	defer declaredLock.Unlock()
	declared[a.name] = a
	return a
}

// Name is the action's name, as it stands in the trail.
func (a Action) Name() string { return a.name }

// Actions lists the names of all declared actions in order.
func Actions() []string {
	declaredLock.Lock()
	defer declaredLock.Unlock()
	names := make([]string, 0, len(declared))
	for name := range declared {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
