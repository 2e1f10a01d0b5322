package task

import (
	"context"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
)

// rights are what the reader may do with a task.
type rights struct{ finish, cancel, change bool }

// rightsOn: who does it finishes it; who asked for it, or who does what a rule asked, cancels it; both sides change it, and
// so does who answers for the people of the doer's agency.
func rightsOn(tx *gate.Tx, t *Task) (r rights) {
	if !t.IsOpen() {
		return r
	}
	made, doing := t.MadeAgency == tx.Actor().AgencyID, t.ToAgencyID == tx.Actor().AgencyID
	if working := works(tx.Actor()); working {
		r.finish = does(tx, t) && t.State == Open && !t.Flag
		r.cancel = made || doing && (t.Flag || t.MadeAgency == "")
		r.change = made || doing
	}
	r.change = r.change || tx.Actor().Supervisor && doing
	return r
}

// supervises says whether the reader answers for what the people of the agency do.
func supervises(tx *gate.Tx) bool {
	return tx.Actor().Supervisor || tx.Could(authz.People, authz.Manage)
}

// open finds a task in its reader's sight that is not closed.
func open(tx *gate.Tx, id string) (t Task, r rights, err error) {
	if t, err = taskOf(tx, id); err != nil {
		return t, r, err
	}
	if !t.IsOpen() {
		return t, r, fault.New(fault.Conflict, "task.already_"+string(t.State))
	}
	return t, rightsOn(tx, &t), nil
}

func notYours() error {
	return fault.New(fault.Refused, "task.not_yours", "Reason", string(authz.ReasonRelation))
}

// fileOf turns to the file of a task: as far as the reader sees it, or beside it for who answers for others.
func fileOf(tx *gate.Tx, t *Task) (*gate.Tx, error) {
	file, err := tx.Enter(t.Kind, t.FileID)
	if fault.KindOf(err) == fault.NotFound {
		return tx.Beside(t.FileID)
	}
	return file, err
}

// Finish says that a task is done, with a note if there is something to add.
func (s *Service) Finish(ctx context.Context, id string, version int64, note string) error {
	return s.gate.Write(ctx, finishAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		wrong := invalid()
		note = section.FreeText(wrong, "note", note, longestText)
		t, may, err := open(tx, id)
		switch {
		case err != nil:
			return audit.Event{}, err
		case t.State == Waiting && does(tx, &t):
			return audit.Event{}, fault.New(fault.Conflict, "task.waits")
		case !may.finish:
			return audit.Event{}, notYours()
		}
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		file, err := fileOf(tx, &t)
		if err != nil {
			return audit.Event{}, err
		}
		if err := finish(file, &t, version, Done, stepDone, "", note); err != nil {
			return audit.Event{}, err
		}
		return t.event(tx, audit.Alter, "state"), tellMaker(tx, &t, "task_done")
	})
}

// Cancel says that a task is not to be done, for one of CancelReasons; it ends a flag too.
func (s *Service) Cancel(ctx context.Context, id string, version int64, reason, note string) error {
	return s.gate.Write(ctx, cancelAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		wrong := invalid()
		checkCode(wrong, "reason", reason, CancelReasons)
		note = section.FreeText(wrong, "note", note, longestText)
		t, may, err := open(tx, id)
		if err == nil && !may.cancel {
			err = notYours()
		}
		if err == nil {
			err = wrong.OrNil()
		}
		if err != nil {
			return audit.Event{}, err
		}
		file, err := fileOf(tx, &t)
		if err != nil {
			return audit.Event{}, err
		}
		if err := finish(file, &t, version, Cancelled, stepDropped, reason, note); err != nil {
			return audit.Event{}, err
		}
		event := t.event(tx, audit.Alter, "state")
		event.Justification = reason
		return event, tellDoer(tx, &t, "task_cancelled")
	})
}

// Change is who does a task, until when and what it waits for, as they are to be from now on.
type Change struct {
	Doer     string
	Due      moment.Date
	WaitsFor string
	Note     string // why; sealed
}

// second is what the second of two people gets who change a task: what differs, and who was first.
func second(tx *gate.Tx, t *Task, mine Change) error {
	by, at, err := lastStep(tx, t.ID)
	if err != nil {
		return err
	}
	return agency.ChangedSince(tx, "task.changed", by, gate.Stale{Version: t.Version, At: at, Fields: []gate.StaleField{
		{Name: "doer", Mine: mine.Doer, Theirs: t.ToKind + ":" + t.ToID}, {Name: "due", Mine: mine.Due, Theirs: moment.DayOf(t.DueAt)},
		{Name: "waits_for", Mine: mine.WaitsFor, Theirs: t.WaitsFor}}})
}

// Change gives a task to somebody else, to another day, or lets it wait for another task.
func (s *Service) Change(ctx context.Context, id string, version int64, c Change) error {
	return s.gate.Write(ctx, changeAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		t, may, err := open(tx, id)
		switch {
		case err == nil && !may.change:
			err = notYours()
		case err == nil && t.Version != version:
			err = second(tx, &t, c)
		}
		if err != nil {
			return audit.Event{}, err
		}
		look, err := lookOn(tx, &t)
		if err != nil {
			return audit.Event{}, err
		}
		now, err := c.apply(look, t)
		if err != nil {
			return audit.Event{}, err
		}
		steps := stepsBetween(&t, &now)
		if len(steps) == 0 {
			return audit.Event{}, invalid().WithField("doer", "task.nothing_changed")
		}
		file, err := fileOf(tx, &t)
		if err != nil {
			return audit.Event{}, err
		}
		if err := change(file, &now, version); err != nil {
			return audit.Event{}, err
		}
		for _, step := range steps {
			if err := record(file, &now, step, "", c.Note); err != nil {
				return audit.Event{}, err
			}
		}
		if slices.Contains(steps, stepGiven) {
			err = tellDoer(tx, &now, "task_given")
		}
		return now.event(tx, audit.Alter, steps...), err
	})
}

func (c *Change) apply(tx *gate.Tx, t Task) (Task, error) {
	wrong := invalid()
	c.Note = section.FreeText(wrong, "note", c.Note, longestText)
	if c.Due != moment.DayOf(t.DueAt) { // a day that is past may stay
		t.DueAt = checkDay(wrong, c.Due, tx.Now())
	}
	if c.Doer != t.ToKind+":"+t.ToID {
		if err := t.giveTo(tx, wrong, c.Doer); err != nil {
			return t, err
		}
	}
	if c.WaitsFor != t.WaitsFor {
		if err := t.waitFor(tx, wrong, c.WaitsFor); err != nil {
			return t, err
		}
	}
	return t, wrong.OrNil()
}

func stepsBetween(was, now *Task) (steps []string) {
	if was.ToID != now.ToID {
		steps = append(steps, stepGiven)
	}
	if was.DueAt != now.DueAt {
		steps = append(steps, stepMoved)
	}
	switch {
	case was.WaitsFor == now.WaitsFor:
	case now.WaitsFor == "":
		steps = append(steps, stepReleased)
	default:
		steps = append(steps, stepWaits)
	}
	return steps
}

// tellMaker tells who asked for a task, unless that is the one who acts.
func tellMaker(tx *gate.Tx, t *Task, code string) error {
	if t.MadeBy == "" || t.MadeBy == tx.Actor().WorkerID {
		return nil
	}
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Worker, ID: t.MadeBy, AgencyID: t.MadeAgency}, Code: code, FileID: t.FileID,
		Subject: t.ID, Link: "task"})
	return err
}
