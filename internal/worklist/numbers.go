package worklist

import (
	"relais/internal/clock"
	"relais/internal/gate"
	"relais/internal/pointer"
	"relais/internal/question"
	"relais/internal/sharing"
	"relais/internal/signal"
	"relais/internal/support"
	"relais/internal/task"
)

// number is one number of the day: for whom, which list, and how it is counted by the rule of that list.
type number struct {
	key, path string
	wanted    func(v *View) bool
	presses   bool // as soon as there is anything
	count     func(v *View, tx *gate.Tx) (Count, error)
}

func everybody(*View) bool   { return true }
func working(v *View) bool   { return v.Works }
func watching(v *View) bool  { return v.Watches }
func answering(v *View) bool { return v.Works || v.Watches }
func managing(v *View) bool  { return v.Manages }
func reviewing(v *View) bool { return v.Reviews }

// numbers are the numbers of the day in the order in which they press. Each is counted up to Most by the statement of the list
// that its page shows, so that number and list cannot differ.
var numbers = []number{
	{"tasks_overdue", "/tasks?box=overdue", everybody, true, tasksIn(task.Overdue)},
	{"tasks_today", "/tasks?box=today", everybody, true, tasksIn(task.Today)},
	{"clocks_overdue", "/clocks?box=overdue", answering, true, clocksIn(clock.Overdue)},
	{"clocks_due", "/clocks?box=due", working, true, clocksIn(clock.Due)},
	{"waiting", "/referrals?box=waiting", working, false, func(v *View, _ *gate.Tx) (Count, error) { return v.WaitingCount, nil }},
	{"requests", "/requests?box=waiting", working, true, func(v *View, _ *gate.Tx) (Count, error) { return v.Requests, nil }},
	{"approvals", "/approvals", working, true, func(v *View, _ *gate.Tx) (Count, error) { return v.Approvals, nil }},
	{"signals", "/signals?box=waiting", working, false, counted(signal.CountWaiting)},
	{"questions", "/questions?box=waiting", working, false, counted(question.CountWaiting)},
	{"pointers", "/pointers", working, false, counted(pointer.CountOpen)},
	{"needs", "/needs", working, false, counted(support.CountUnmet)},
	{"emergencies", "/emergencies?box=review", reviewing, true, func(v *View, _ *gate.Tx) (Count, error) { return v.Emergencies, nil }},
	{"house", "/tasks?box=house", watching, true, tasksIn(task.House)},
	{"leaderless", "/worklist/leaderless", watching, true, func(v *View, _ *gate.Tx) (Count, error) { return v.LeaderlessCount, nil }},
	{"unprotected", "/worklist/unprotected", managing, true, func(v *View, _ *gate.Tx) (Count, error) { return v.Unprotected, nil }},
	{"tasks_soon", "/tasks?box=soon", everybody, false, tasksIn(task.Soon)},
	{"flags", "/tasks?box=flags", everybody, false, tasksIn(task.Flags)},
	{"ending", "/worklist/ending", working, false, func(v *View, _ *gate.Tx) (Count, error) { return v.EndingCount, nil }},
	{"notices", "/notices", everybody, false, func(v *View, _ *gate.Tx) (Count, error) { return v.Notices, nil }},
}

// counted is a list that a slice counts by itself.
func counted(count func(tx *gate.Tx, most int) (int, error)) func(*View, *gate.Tx) (Count, error) {
	return func(_ *View, tx *gate.Tx) (Count, error) {
		found, err := count(tx, Most+1)
		return countOf(found), err
	}
}

func tasksIn(box task.Box) func(*View, *gate.Tx) (Count, error) {
	return counted(func(tx *gate.Tx, most int) (int, error) { return task.CountIn(tx, box, most) })
}

func clocksIn(box clock.Box) func(*View, *gate.Tx) (Count, error) {
	return func(v *View, tx *gate.Tx) (Count, error) {
		found, err := v.clocks.Count(tx, box, Most+1)
		return countOf(found), err
	}
}

// readClocks reads the first of the clocks that ask for something.
func (v *View) readClocks(tx *gate.Tx) (err error) {
	v.Clocks, err = v.clocks.First(tx, clock.Due, shown)
	return err
}

// readNumbers counts what the person's roles reach.
func (v *View) readNumbers(tx *gate.Tx) error {
	for _, n := range numbers {
		if !n.wanted(v) {
			continue
		}
		count, err := n.count(v, tx)
		if err != nil {
			return err
		}
		v.Numbers = append(v.Numbers, Number{Key: n.key, Path: n.path, Count: count, Due: count.Number > 0 && (n.presses || n.key == "waiting" && v.Overdue)})
	}
	return nil
}

// readTasks reads the first lines of what has to be done: what is overdue, then today, then within a week.
func (v *View) readTasks(tx *gate.Tx) error {
	for _, box := range []task.Box{task.Overdue, task.Today, task.Soon} {
		if left := shown - len(v.Tasks); left > 0 {
			some, _, err := task.In(tx, box, gate.Cursor{}, left)
			if err != nil {
				return err
			}
			v.Tasks = append(v.Tasks, some...)
		}
	}
	return nil
}

func (v *View) readApprovals(tx *gate.Tx) error {
	found, err := sharing.ApprovalsWaiting(tx, Most+1)
	v.Approvals = countOf(found)
	return err
}
