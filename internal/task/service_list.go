package task

import (
	"context"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// PageSize is how many tasks stand on one page of a list.
const PageSize = 50

// Box is one of the lists of tasks.
type Box string

// The lists. Those of what the reader or one of the reader's desks has to do come first; each task stands in one of them.
const (
	Overdue Box = "overdue"
	Today   Box = "today"
	Soon    Box = "soon" // within a week after today
	Later   Box = "later"
	Blocked Box = "waiting" // for another task
	Flags   Box = "flags"   // to be minded until a day
	Given   Box = "given"   // by the reader to somebody else, still open
	Closed  Box = "closed"  // done and cancelled, the latest first
	House   Box = "house"   // overdue, of all people of the agency; for who answers for them
)

// Boxes lists the lists; House is only for who answers for others.
func Boxes() []Box { return []Box{Overdue, Today, Soon, Later, Blocked, Flags, Given, Closed, House} }

// soonDays is how many days after today are soon.
const soonDays = 7

// never is after every day that a task can be due.
const never = moment.Time(1 << 62)

// span is between which instants, in which state and as what a task belongs into a list of things to do.
func (b Box) span(now moment.Time) (from, until moment.Time, state State, flag bool) {
	today := moment.DayOf(now)
	soon := today.AddDays(soonDays).EndOf()
	switch b {
	case Overdue:
		return 0, now, Open, false
	case Today:
		return now, today.EndOf(), Open, false
	case Soon:
		return today.EndOf(), soon, Open, false
	case Later:
		return soon, never, Open, false
	case Blocked:
		return 0, never, Waiting, false
	}
	return 0, never, Open, true
}

func parseBox(word string) (Box, error) {
	if word == "" {
		return Today, nil
	}
	for _, b := range Boxes() {
		if word == string(b) {
			return b, nil
		}
	}
	return "", invalid().WithField("box", "fault.field_unknown_code")
}

// List is one page of a list of tasks.
type List struct {
	Tasks      []Task
	Next       gate.Cursor
	Now        moment.Time
	Supervises bool // may look at House
}

// List gives one page of a list; after is where the page before ended.
func (s *Service) List(ctx context.Context, box Box, after gate.Cursor) (list List, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = List{Now: tx.Now(), Supervises: supervises(tx)}
		if box == House && !list.Supervises {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		if list.Tasks, list.Next, err = In(tx, box, after, PageSize); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Search}
		for i := range list.Tasks {
			event.Results = append(event.Results, list.Tasks[i].FileID)
		}
		return event, nil
	})
	return list, err
}

// openTexts gives the tasks their texts and the names of the own people who do them.
func openTexts(tx *gate.Tx, list []Task) error {
	files := map[string]*gate.Tx{}
	var people []string
	for i := range list {
		t := &list[i]
		if t.ToKind == notice.Worker && t.ToAgencyID == tx.Actor().AgencyID {
			people = append(people, t.ToID)
		}
		if err := openText(tx, t, files); err != nil {
			return err
		}
	}
	names, err := agency.WorkerNames(tx, people)
	for i := range list {
		list[i].Person = names[list[i].ToID]
	}
	return err
}

// openText opens what somebody wrote, for the two sides of a task and as far as they see the file.
func openText(tx *gate.Tx, t *Task, files map[string]*gate.Tx) (err error) {
	own := tx.Actor().AgencyID
	if len(t.Sealed) == 0 || t.MadeAgency != own && t.ToAgencyID != own {
		return nil
	}
	file, known := files[t.FileID]
	if !known {
		if file, err = entered(tx, t); err != nil {
			return err
		}
		files[t.FileID] = file
	}
	if file != nil {
		t.Text, err = file.OpenText("task", t.ID, t.Sealed)
	}
	return err
}

// entered is the file of a task as the reader sees it; nil where the reader does not.
func entered(tx *gate.Tx, t *Task) (*gate.Tx, error) {
	if tx.File().ID == t.FileID {
		return tx, nil
	}
	file, err := tx.Enter(t.Kind, t.FileID)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil // who answers for others sees that there is a task, and not the file
	}
	return file, err
}

// lookOn is the file of a task as the reader sees it, or the running look where the reader does not see the file.
func lookOn(tx *gate.Tx, t *Task) (*gate.Tx, error) {
	file, err := entered(tx, t)
	if err != nil || file == nil {
		return tx, err
	}
	return file, nil
}

// View is a task with its history, as one of its sides sees it.
type View struct {
	Task
	Steps     []Step
	Waits     Task // what it waits for
	CanFinish bool
	CanCancel bool
	CanChange bool
	CanOpen   bool // the file itself
	Choices   Choices
	Now       moment.Time
}

// OnFile lists what is open on a file, as far as the reader may see it, and to whom a task could be given.
func (s *Service) OnFile(ctx context.Context, kind gate.Kind, fileID string) (c Choices, err error) {
	err = s.gate.Read(ctx, onFileAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		if c, err = choicesOn(tx, fileID); err != nil {
			return audit.Event{}, err
		}
		c.File = tx.File()
		return audit.Event{Op: audit.Consult, SubjectCategory: string(kind)}, openTexts(tx, c.Open)
	})
	return c, err
}

// Show gives a task to those who do it, who asked for it and who lead its file.
func (s *Service) Show(ctx context.Context, id string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		t, err := taskOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		may := rightsOn(tx, &t)
		view = View{Task: t, Now: tx.Now(), CanFinish: may.finish, CanCancel: may.cancel, CanChange: may.change}
		return t.event(tx, audit.Consult), view.read(tx)
	})
	return view, err
}

func (v *View) read(tx *gate.Tx) (err error) {
	look, err := lookOn(tx, &v.Task)
	if err != nil {
		return err
	}
	v.CanOpen = look.File().ID == v.FileID
	v.CanChange = v.CanChange && !look.File().Closed()
	one := []Task{v.Task}
	if err := openTexts(look, one); err != nil {
		return err
	}
	v.Task = one[0]
	if v.Steps, err = stepsOf(tx, v.ID); err != nil {
		return err
	}
	if err := v.openSteps(look); err != nil {
		return err
	}
	if v.WaitsFor != "" {
		if other, err := taskOf(tx, v.WaitsFor); err == nil {
			v.Waits = other
		} else if fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	if v.CanChange {
		v.Choices, err = choicesOn(look, v.FileID)
	}
	return err
}

// openSteps opens the notes of the history as the text itself, and names the own people.
func (v *View) openSteps(tx *gate.Tx) error {
	own := tx.Actor().AgencyID
	sees := v.CanOpen && (v.MadeAgency == own || v.ToAgencyID == own)
	var people []string
	for i := range v.Steps {
		step := &v.Steps[i]
		if step.AgencyID == own {
			people = append(people, step.WorkerID)
		}
		if step.ToKind == notice.Worker && step.ToAgencyID == own {
			people = append(people, step.ToID)
		}
		if sees {
			var err error
			if step.Note, err = tx.OpenText("task_step", step.ID, step.Sealed); err != nil {
				return err
			}
		}
	}
	names, err := agency.WorkerNames(tx, people)
	for i := range v.Steps {
		v.Steps[i].By = names[v.Steps[i].WorkerID]
		if v.Steps[i].ToKind == notice.Worker {
			v.Steps[i].ToDesk = names[v.Steps[i].ToID]
		}
	}
	return err
}
