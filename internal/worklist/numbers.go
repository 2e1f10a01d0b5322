package worklist

import (
	"relais/internal/breach"
	"relais/internal/clock"
	"relais/internal/closing"
	"relais/internal/emergency"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/pointer"
	"relais/internal/question"
	"relais/internal/request"
	"relais/internal/sharing"
	"relais/internal/signal"
	"relais/internal/support"
	"relais/internal/task"
)

// number is one number of the day: for whom, which list, and how it is counted by the rule of that list. keep is where the view has it
// too, if it has.
type number struct {
	key, path string
	wanted    func(v *View) bool
	presses   bool // as soon as there is anything
	count     func(clocks *clock.Service, tx *gate.Tx, most int) (int, error)
	keep      func(v *View) *Count
}

func everybody(*View) bool   { return true }
func working(v *View) bool   { return v.Works }
func watching(v *View) bool  { return v.Watches }
func answering(v *View) bool { return v.Works || v.Watches }
func keeping(v *View) bool   { return v.Reviews || v.Watches }
func managing(v *View) bool  { return v.Manages }
func reviewing(v *View) bool { return v.Reviews }

// numbers are the numbers of the day in the order in which they press. Each is counted up to Most by the statement of the list
// that its page shows, so that number and list cannot differ.
var numbers = []number{
	{"tasks_overdue", "/tasks?box=overdue", everybody, true, tasksIn(task.Overdue), nil},
	{"tasks_today", "/tasks?box=today", everybody, true, tasksIn(task.Today), nil},
	{"clocks_overdue", "/clocks?box=overdue", answering, true, clocksIn(clock.Overdue), nil},
	{"clocks_due", "/clocks?box=due", working, true, clocksIn(clock.Due), nil},
	{"clocks_moving", "/clocks?box=moving", working, true, clocksIn(clock.Moving), nil},
	{"waiting", "/referrals?box=waiting", working, false, counted(waitingReferrals), func(v *View) *Count { return &v.WaitingCount }},
	{"requests", "/requests?box=waiting", working, true, counted(request.CountWaiting), func(v *View) *Count { return &v.Requests }},
	{"approvals", "/approvals", working, true, counted(sharing.ApprovalsWaiting), func(v *View) *Count { return &v.Approvals }},
	{"signals", "/signals?box=waiting", working, false, counted(signal.CountWaiting), nil},
	{"questions", "/questions?box=waiting", working, false, counted(question.CountWaiting), nil},
	{"pointers", "/pointers", working, false, counted(pointer.CountOpen), nil},
	{"needs", "/needs", working, false, counted(support.CountUnmet), nil},
	{"breach_reports", "/breach-reports?box=waiting", watching, true, counted(breach.CountReported), nil},
	{"breaches", "/breaches?box=open", watching, true, counted(breach.CountOpen), nil},
	{"emergencies", "/emergencies?box=review", reviewing, true, counted(emergency.CountReviews), func(v *View) *Count { return &v.Emergencies }},
	{"erasures", "/retention?box=sign", keeping, true, counted(closing.CountToSign), nil},
	{"house", "/tasks?box=house", watching, true, tasksIn(task.House), nil},
	{"leaderless", "/worklist/leaderless", watching, true, counted(lengthOf(leaderlessAfter)), func(v *View) *Count { return &v.LeaderlessCount }},
	{"unprotected", "/worklist/unprotected", managing, true, counted(lengthOf(unprotectedAfter)), func(v *View) *Count { return &v.Unprotected }},
	{"tasks_soon", "/tasks?box=soon", everybody, false, tasksIn(task.Soon), nil},
	{"flags", "/tasks?box=flags", everybody, false, tasksIn(task.Flags), nil},
	{"ending", "/worklist/ending", working, false, counted(lengthOf(endingAfter)), func(v *View) *Count { return &v.EndingCount }},
	{"notices", "/notices", everybody, false, counted(notice.CountOpen), func(v *View) *Count { return &v.Notices }},
}

// counted is a list that a slice counts by itself.
func counted(count func(tx *gate.Tx, most int) (int, error)) func(*clock.Service, *gate.Tx, int) (int, error) {
	return func(_ *clock.Service, tx *gate.Tx, most int) (int, error) { return count(tx, most) }
}

func waitingReferrals(tx *gate.Tx, most int) (int, error) {
	return sharing.CountIn(tx, sharing.Waiting, most)
}

// lengthOf counts a list by reading it.
func lengthOf[T any](read func(tx *gate.Tx, after gate.Cursor, limit int) ([]T, gate.Cursor, error)) func(*gate.Tx, int) (int, error) {
	return func(tx *gate.Tx, most int) (int, error) {
		found, _, err := read(tx, gate.Cursor{}, most)
		return len(found), err
	}
}

func tasksIn(box task.Box) func(*clock.Service, *gate.Tx, int) (int, error) {
	return counted(func(tx *gate.Tx, most int) (int, error) { return task.CountIn(tx, box, most) })
}

func clocksIn(box clock.Box) func(*clock.Service, *gate.Tx, int) (int, error) {
	return func(clocks *clock.Service, tx *gate.Tx, most int) (int, error) { return clocks.Count(tx, box, most) }
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
		found, err := n.count(v.clocks, tx, Most+1)
		if err != nil {
			return err
		}
		count := countOf(found)
		if n.keep != nil {
			*n.keep(v) = count
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

// alike are further addresses of lists that numbers open.
var alike = map[string]string{"/notices?box=open": "/notices", "/pointers?box=open": "/pointers", "/clocks": "/clocks?box=due", "/breaches": "/breaches?box=open"}

// LengthOf is the number of the day that opens a list, for the page of that list to say the same; ok is false for a page that no number
// of the caller's opens, and for an empty list. It tells a number and nothing of any file, inside a
// glimpse.
func (s *Service) LengthOf(tx *gate.Tx, page string) (n Number, ok bool, err error) {
	of := numberOf(page)
	if of == nil {
		return n, false, nil
	}
	if v := standing(tx); !of.wanted(&v) {
		return n, false, nil
	}
	found, err := of.count(s.clocks, tx, Most+1)
	return Number{Key: of.key, Path: of.path, Count: countOf(found)}, err == nil && found > 0, err
}

// Numbered says whether a page shows a list that a number opens.
func Numbered(page string) bool { return numberOf(page) != nil }

func numberOf(page string) *number {
	if list := alike[page]; list != "" {
		page = list
	}
	for i := range numbers {
		if numbers[i].path == page {
			return &numbers[i]
		}
	}
	return nil
}
