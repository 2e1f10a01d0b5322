package checklist

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/task"
)

// taskRule is the rule of the tasks that items make; it says nothing of the item, because a task is seen by more than who reads it.
const taskRule = "checklist"

// mostAtOnce is how many items are ticked in one go: more than any list has.
const mostAtOnce = 100

// Tick is that items were done, or that they are not needed.
type Tick struct {
	Items []string
	State State
	On    moment.Date
}

// Tick writes down that items were done, or are not needed, by the caller's agency. The same once key with the same items ticks once.
func (s *Service) Tick(ctx context.Context, victimID string, n Tick, once string) error {
	return s.gate.Write(ctx, tickAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (event audit.Event, err error) {
		id, again, err := tx.Once(once, fmt.Sprint(victimID, n), func() (string, error) { return s.tick(tx, n) })
		if again || err != nil {
			return audit.Event{Op: audit.Consult, Subject: id}, err
		}
		return audit.Event{Op: audit.Alter, Subject: id, SubjectCategory: "victim", Fields: []string{"checklist"}}, nil
	})
}

func (s *Service) tick(tx *gate.Tx, n Tick) (id string, err error) {
	view, err := s.look(tx)
	if err != nil {
		return "", err
	}
	wrong := fault.New(fault.Invalid, "fault.invalid")
	on, ok := moment.ParseDate(string(n.On))
	switch {
	case n.On == "":
		wrong.WithField("on", "fault.field_required")
	case !ok || on < "2000-01-01":
		wrong.WithField("on", "fault.field_not_a_date")
	case on > view.Today:
		wrong.WithField("on", "checklist.future")
	}
	if err := s.tracks.BeforeBirth(tx, wrong, "on", on); err != nil {
		return "", err
	}
	if n.State != Done && n.State != NotNeeded {
		wrong.WithField("state", "fault.field_unknown_code")
	}
	if len(n.Items) == 0 || len(n.Items) > mostAtOnce {
		wrong.WithField("items", "checklist.nothing_chosen")
	}
	for _, item := range n.Items {
		if list, line := view.Find(item); list == nil || !line.mayDo || line.Off {
			wrong.WithField("items", "checklist.not_yours")
			break
		}
	}
	if err := wrong.OrNil(); err != nil {
		return "", err
	}
	for _, item := range slices.Compact(slices.Sorted(slices.Values(n.Items))) {
		if id, err = s.tickOne(tx, &view, item, n); err != nil {
			return "", err
		}
	}
	return id, tx.Changed()
}

func (s *Service) tickOne(tx *gate.Tx, view *View, item string, n Tick) (id string, err error) {
	list, line := view.Find(item)
	if line.State != Open {
		return "", fault.New(fault.Conflict, "checklist.ticked_already")
	}
	step := &Step{ID: gate.NewID(), Item: line.Item.Item, Seq: line.Own + 1, State: n.State, On: n.On, Edition: list.Version}
	if err := insert(tx, step); err != nil {
		return "", err
	}
	return step.ID, settle(tx, line.Item.Item, n.State)
}

// settle closes the tasks that asked for an item: what was done is done for everybody, and what one agency finds not needed is for
// another to find for itself.
func settle(tx *gate.Tx, item string, state State) error {
	open, err := task.OpenOf(tx, tx.File().ID)
	for i := range open {
		ours := state == Done || open[i].ToAgencyID == tx.Actor().AgencyID
		if err == nil && ours && open[i].Rule == taskRule && asks(open[i].Subject, item) {
			err = task.Settle(tx, open[i].FileID, taskRule, open[i].Subject)
		}
	}
	return err
}

// asks says whether a task's subject is an item: its name and how often it had been ticked by then.
func asks(subject, item string) bool {
	name, _, _ := strings.Cut(subject, "/")
	return name == item
}

// Undo takes back what the caller's agency ticked. version is the agency's newest step on the item.
func (s *Service) Undo(ctx context.Context, victimID, item, reason string, version int64) error {
	return s.gate.Write(ctx, undoAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (event audit.Event, err error) {
		view, err := s.look(tx)
		if err != nil {
			return event, err
		}
		list, line, err := view.found(item)
		switch {
		case err != nil:
			return event, err
		case !slices.Contains(Reasons, reason):
			return event, invalid("reason", "fault.field_unknown_code")
		case !line.CanUndo(tx.Actor().AgencyID) || line.Own != version:
			return event, fault.New(fault.Conflict, "checklist.not_ticked")
		}
		step := &Step{ID: gate.NewID(), Item: line.Item.Item, Seq: line.Own + 1, State: Open, On: view.Today, Reason: reason, Edition: list.Version}
		if err := insert(tx, step); err != nil {
			return event, err
		}
		return audit.Event{Op: audit.Alter, Subject: step.ID, SubjectCategory: "victim", Fields: []string{"checklist"}}, tx.Changed()
	})
}

// Form is what the page of one item shows.
type Form struct {
	View  View
	List  List
	Line  Line
	Desks []Desk // that can be asked for it
}

// Desk is a desk that sees the file and does the item.
type Desk struct{ ID, Name, Agency string }

// Form gives one item with its history, and whom the caller can ask for it.
func (s *Service) Form(ctx context.Context, victimID, item string) (f Form, err error) {
	err = s.gate.Read(ctx, showAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if f.View, err = s.look(tx); err != nil {
			return audit.Event{}, err
		}
		list, line, err := f.View.found(item)
		if err != nil {
			return audit.Event{}, err
		}
		f.List, f.Line = *list, *line
		one := View{Lists: []List{{Lines: []Line{*line}}}}
		shown(tx, &one)
		if f.View.Works && line.State == Open && !line.Off && !line.Asked {
			f.Desks, err = doers(tx, line)
		}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return f, err
}

// askedFor are the subjects of the tasks that are open for items of the file.
func askedFor(tx *gate.Tx) (subjects []string, err error) {
	open, err := task.OpenOf(tx, tx.File().ID)
	for i := range open {
		if open[i].Rule == taskRule {
			subjects = append(subjects, open[i].Subject)
		}
	}
	return subjects, err
}

// doers are the desks on the file that do an item.
func doers(tx *gate.Tx, line *Line) (desks []Desk, err error) {
	on, err := desksOn(tx)
	for i := range on {
		if d := &on[i]; d.Country == string(line.Country) && line.DoneBy(d.Kind) {
			desks = append(desks, Desk{ID: d.ID, Name: d.Name, Agency: d.Agency})
		}
	}
	return desks, err
}

// Ask makes a task of an open item for a desk that does it. The same once key asks once.
func (s *Service) Ask(ctx context.Context, victimID, item, deskID, once string) error {
	return s.gate.Write(ctx, askAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (event audit.Event, err error) {
		id, again, err := tx.Once(once, fmt.Sprint(victimID, item, deskID), func() (string, error) { return deskID, s.ask(tx, item, deskID) })
		if again || err != nil {
			return audit.Event{Op: audit.Consult, Subject: id}, err
		}
		return audit.Event{Op: audit.Alter, Subject: id, SubjectCategory: "victim", Fields: []string{"task"}}, nil
	})
}

func (s *Service) ask(tx *gate.Tx, item, deskID string) error {
	view, err := s.look(tx)
	if err != nil {
		return err
	}
	_, line, err := view.found(item)
	if err != nil {
		return err
	}
	if !view.Works || line.State != Open || line.Off {
		return fault.New(fault.Conflict, "checklist.ticked_already")
	}
	on, err := desksOn(tx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(on, func(d desk) bool { return d.ID == deskID && d.Country == string(line.Country) && line.DoneBy(d.Kind) })
	if at < 0 {
		return invalid("desk", "fault.field_unknown_code")
	}
	if line.Asked {
		return fault.New(fault.Conflict, "checklist.asked_already")
	}
	subject, err := subjectOf(tx, line.Item.Item)
	if err != nil {
		return err
	}
	m := task.Made{FileID: tx.File().ID, FileKind: gate.Victim, Rule: taskRule, Subject: subject,
		To: notice.To{Kind: notice.Desk, ID: deskID, AgencyID: on[at].AgencyID}, DueAt: view.Today.AddDays(line.Days).EndOf(), Link: "checklist"}
	return task.Make(tx, m)
}

// subjectOf tells the first task for an item from one that was asked for after it had been ticked and taken back.
func subjectOf(tx *gate.Tx, item string) (string, error) {
	k, err := keptOf(tx)
	steps := 0
	for i := range k.steps {
		if k.steps[i].Item == item {
			steps++
		}
	}
	return fmt.Sprintf("%s/%d", item, steps), err
}
