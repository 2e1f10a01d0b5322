// Package checklist is what a country's template wants done for a person, phase by phase, and what of it was done: ticked by whom, on
// which day, and taken back with a reason.
// It decides nothing and holds nothing up: an item that is open keeps no help, no step and no document from anybody.
package checklist

import (
	"slices"

	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

// State is what an agency says of an item.
type State string

// The states of an item.
const (
	Open      State = "open"
	Done      State = "done"
	NotNeeded State = "not_needed"
)

// Outcomes are what can be ticked.
var Outcomes = []string{string(Done), string(NotNeeded)}

// Reasons are the codes of why a tick is taken back.
var Reasons = []string{"not_done", "wrong_item", "wrong_person", "once_more"}

// Step is one tick of an agency, or its taking back. Steps are never changed.
type Step struct {
	ID        string      `db:"id"`
	Item      string      `db:"item"`
	AgencyID  string      `db:"agency_id"`
	Agency    string      `db:"agency"` // its name
	Seq       int64       `db:"seq"`    // 1, 2, 3 … of the agency on the item
	State     State       `db:"state"`
	On        moment.Date `db:"happened_on"`
	Reason    string      `db:"reason"`  // one of Reasons, where it was taken back
	Edition   moment.Date `db:"edition"` // version of the list on which it stood
	WrittenAt moment.Time `db:"written_at"`
	WorkerID  string      `db:"worker_id"`
}

// Choice is that somebody took a newer version of a list for a file.
type Choice struct {
	Country  string      `db:"country"`
	Seq      int64       `db:"seq"`
	Edition  moment.Date `db:"edition"`
	ChosenAt moment.Time `db:"chosen_at"`
	Agency   string      `db:"agency"`
}

// Line is one item of a list as the caller may see it.
type Line struct {
	rulepack.Item
	Key   string // by which an address names it: what an item says of a person stands in no address
	State State
	Last  *Step       // the tick that it rests on; nil while it is open
	Own   int64       // the newest step of the caller's agency; 0 for none
	Steps []Step      // that the caller may see, the oldest first
	Due   moment.Date // of the legal time limit that it has to keep, where one runs and the caller may know it
	Mine  bool        // agencies of the caller's kind do it
	Asked bool        // a task for it is open
	Off   bool        // ticked on a version that the file no longer has
	mayDo bool
}

// CanTick says whether the caller can tick it now.
func (l *Line) CanTick() bool { return l.mayDo && l.State == Open && !l.Off }

// CanUndo says whether the caller can take back what the own agency ticked.
func (l *Line) CanUndo(agencyID string) bool {
	own := newestOf(l.Steps, agencyID)
	return l.mayDo && own != nil && own.State != Open
}

// List is the template of one country for one person.
type List struct {
	Country   string
	Version   moment.Date // of the file
	Newest    moment.Date // that is in force today
	Lines     []Line
	Added     []rulepack.Item // by the newest version, as far as the caller may see them
	Gone      []rulepack.Item
	Choices   int64 // how often a newer version was taken
	CanChoose bool
}

// Behind says whether a newer version is in force.
func (l *List) Behind() bool { return l.Newest > l.Version }

// Done counts the lines of a phase that are not open, and all of them.
func (l *List) Done(phase string) (done, all int) {
	for i := range l.Lines {
		if l.Lines[i].Phase == phase {
			all++
			if l.Lines[i].State != Open {
				done++
			}
		}
	}
	return done, all
}

// View is everything that is to be done for a person, country by country.
type View struct {
	File  gate.FileRow
	Lists []List
	Works bool // the caller works on files and the file is not closed
	Today moment.Date
}

// Find gives a line by its item, or by its key.
func (v *View) Find(item string) (*List, *Line) {
	for i := range v.Lists {
		for j := range v.Lists[i].Lines {
			if l := &v.Lists[i].Lines[j]; l.Item.Item == item || l.Key == item {
				return &v.Lists[i], &v.Lists[i].Lines[j]
			}
		}
	}
	return nil, nil
}

// stand weighs steps, the oldest first: of each agency its newest one counts. An item is done once one agency says so.
func stand(steps []Step) (state State, last *Step) {
	state = Open
	for i := range steps {
		s := &steps[i]
		if s.State == Open || newestOf(steps, s.AgencyID) != s || state == Done && s.State != Done {
			continue
		}
		state, last = s.State, s
	}
	return state, last
}

// newestOf is the newest step of an agency; nil for none.
func newestOf(steps []Step, agencyID string) *Step {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].AgencyID == agencyID {
			return &steps[i]
		}
	}
	return nil
}

// lacking are the items of one list that another has not.
func lacking(of, in []rulepack.Item) (items []rulepack.Item) {
	for i := range of {
		if !slices.ContainsFunc(in, func(other rulepack.Item) bool { return other.Item == of[i].Item }) {
			items = append(items, of[i])
		}
	}
	return items
}
