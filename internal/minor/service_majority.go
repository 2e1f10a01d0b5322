package minor

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/task"
)

var majorityAction = gate.ByProgram("minor.majority")

// majorityRule asks to review what rests on childhood: consents, the guardian, the age itself where agencies differ.
const majorityRule = "majority_review"

const (
	reviewWithin = 14 // days
	filesAtOnce  = 500
	daysAtOnce   = 366 // of tokens in one statement
	againDays    = 2   // a day is looked at again, for what was written over midnight
)

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("minor: nothing to do")

// Tidy looks once a day for those who have come of age since the last time, however long ago that was, and each time at the files of
// which somebody wants to know (LookAgain). Each file is a transaction of its own: one that fails is reported and tried again until it
// succeeds, and the others go on. Doing it twice changes nothing, and of two instances one goes on.
func (s *Service) Tidy(ctx context.Context) error {
	var days birthdays
	return errors.Join(s.pass(ctx, &days), s.lookAgain(ctx, &days))
}

// pass is the look of the day.
func (s *Service) pass(ctx context.Context, days *birthdays) error {
	var failed []error
	for {
		was, next, files, err := s.look(ctx, days)
		if err != nil || next == was {
			return errors.Join(append(failed, err)...)
		}
		failed = append(failed, s.each(ctx, files, days))
		if ctx.Err() != nil {
			return errors.Join(append(failed, ctx.Err())...)
		}
		err = s.gate.Write(ctx, majorityAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			return audit.Event{Op: audit.Alter, Fields: []string{"birthday"}}, setPass(tx, was, next)
		})
		if fault.KindOf(err) == fault.Conflict { // another instance is at it
			return errors.Join(failed...)
		}
		if err != nil {
			return errors.Join(append(failed, err)...)
		}
	}
}

// look gives how far the pass has come, how far it comes with the next files, and these; next is was where the day is done.
func (s *Service) look(ctx context.Context, days *birthdays) (was, next pass, files []string, err error) {
	err = s.gate.Write(ctx, majorityAction, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
		today := moment.DayOf(tx.Now())
		if was, err = passOf(tx); err != nil {
			return event, err
		}
		next, files = was, nil
		if next.Day != today {
			if next, err = begin(tx, was, today); err != nil {
				return event, err
			}
		}
		if next.From > today {
			return event, errNothing
		}
		last := min(next.From.AddDays(daysAtOnce-1), today)
		files, err = toLookAt(tx, days.tokens(tx, next.From, last, today), next.From.AddDays(-1).EndOf(), next.After, filesAtOnce)
		if err != nil {
			return event, err
		}
		if next.After = ""; len(files) == filesAtOnce {
			next.After = files[len(files)-1]
		} else {
			next.From = last.AddDays(1)
		}
		return event, errNothing // it only looked
	})
	if errors.Is(err, errNothing) {
		err = nil
	}
	return was, next, files, err
}

// each looks at some files; one that fails is put down to be tried again.
func (s *Service) each(ctx context.Context, files []string, days *birthdays) error {
	var failed []error
	for _, fileID := range files {
		if ctx.Err() != nil {
			break
		}
		if err := s.comeOfAge(ctx, fileID, days); err != nil {
			failed = append(failed, fmt.Errorf("minor: the birthday on file %s: %w", fileID, err), s.failed(ctx, fileID))
		}
	}
	return errors.Join(failed...)
}

// comeOfAge looks at one file, and what was asked to be looked at is done.
func (s *Service) comeOfAge(ctx context.Context, fileID string, days *birthdays) error {
	err := s.gate.Write(ctx, majorityAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		days.know(tx, moment.DayOf(tx.Now()))
		asked, err := looked(tx, fileID)
		if err != nil {
			return audit.Event{}, err
		}
		came, lost, err := birthday(tx, fileID, days, moment.DayOf(tx.Now()))
		if err == nil && !came && !asked {
			err = errNothing
		}
		event := audit.Event{Op: audit.Alter, Fields: []string{"birthday"}, Results: []string{fileID}}
		for _, to := range lost {
			if event.Fields[len(event.Fields)-1] != "guardian.access" {
				event.Fields = append(event.Fields, "guardian.access")
			}
			if !slices.Contains(event.Concerns, to.AgencyID) {
				event.Concerns = append(event.Concerns, to.AgencyID)
			}
		}
		return event, err
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// begin is the pass of a new day: from where the last one stopped, or from the first day on which somebody was said to be a child.
func begin(tx *gate.Tx, was pass, today moment.Date) (p pass, err error) {
	from := was.From.AddDays(-againDays)
	if was.From == "" {
		if from, err = firstDay(tx); err != nil {
			return p, err
		}
	}
	if from == "" {
		from = today
	}
	return pass{Day: today, From: from}, nil
}

// written is what agencies wrote of a birth: the newest date of each, and the last day that makes the person an adult.
type written struct {
	by     map[string]*dated
	last   moment.Date
	opener string // the agency that opened the file
	closed bool
}

func writtenOn(tx *gate.Tx, fileID string, days *birthdays) (w written, err error) {
	dates, err := datesOn(tx, fileID)
	w.by = map[string]*dated{}
	for i := range dates {
		d := &dates[i]
		if day := days.of[string(d.Token)]; day != "" {
			w.last, w.by[d.AgencyID] = max(w.last, day), d
			w.opener, w.closed = d.Opener, d.Stage == gate.StageClosed
		}
	}
	return w, err
}

// birthday lets somebody come of age, once the last of the birth dates that agencies wrote has come: each of them that held the person
// to be a child says adult from now on. An agency that knows no date keeps its word, and then the person stays protected. Nothing
// follows from a date that had passed when the agency wrote it, or said in spite of it that this is a child. What an authority decided
// without a date of its own stands, and is to be reviewed. Whoever writes on the file at the same time and this work raise the same
// version: one of the two looks again.
func birthday(tx *gate.Tx, fileID string, days *birthdays, today moment.Date) (came bool, lost []notice.To, err error) {
	w, err := writtenOn(tx, fileID, days)
	if err != nil || w.last == "" || w.last > today {
		return false, nil, err
	}
	steps, err := stepsOn(tx, fileID)
	if err != nil {
		return false, nil, err
	}
	switch now := stand(steps); {
	case now.Status == Adult: // by a word; of whom nobody has said anything the guardian stays, whatever date somebody writes
		if came, err = guardedBefore(tx, fileID, w.last); err == nil && !came {
			return missed(tx, fileID, w, now, today)
		}
	case now.Protects() && !decidedSince(steps, w.last):
		if steps, came, err = sayAdult(tx, fileID, steps, w, today); err == nil && !came {
			came, err = unreviewed(tx, fileID, steps, w)
		}
	}
	if err != nil || !came {
		return false, nil, err
	}
	if err := raiseVersion(tx, fileID); err != nil {
		return false, nil, err
	}
	lost, err = follow(tx, fileID, w, stand(steps).Protects(), today)
	return true, lost, err
}

// missed asks once to look at what rests on the childhood of somebody who has become an adult without anybody being asked: because the
// file was closed then, or because a corrected date says that they came of age before they had a guardian, who stays until somebody
// has looked.
func missed(tx *gate.Tx, fileID string, w written, now Standing, today moment.Date) (bool, []notice.To, error) {
	if w.closed {
		return false, nil, nil
	}
	asked, err := task.Asked(tx, fileID, majorityRule, "")
	if err != nil || asked {
		return false, nil, err
	}
	guarded := false
	if now.OfAge == nil {
		if guarded, err = guardedBefore(tx, fileID, today); err != nil || !guarded {
			return false, nil, err
		}
	}
	if err := raiseVersion(tx, fileID); err != nil {
		return false, nil, err
	}
	_, err = follow(tx, fileID, w, true, today)
	return err == nil, nil, err
}

// sayAdult writes the step of each agency whose date has come, and gives the steps with them. Against a decision that the birthday
// does not end they make a dispute.
func sayAdult(tx *gate.Tx, fileID string, steps []Step, w written, today moment.Date) (all []Step, came bool, err error) {
	all = slices.Clone(steps)
	coming := slices.DeleteFunc(childFor(steps), func(id string) bool { return w.by[id] == nil || !saidBefore(steps, id, w.last) })
	method := birthdayMethod
	if now := stand(steps).Decided; now != nil && now.Status.protects() && !slices.Contains(coming, now.AgencyID) {
		method = ""
	}
	for _, agencyID := range coming {
		step := Step{ID: gate.NewID(), AgencyID: agencyID, Status: Adult, Method: method, SaidOn: today}
		if err := insertComing(tx, fileID, &step, w.by[agencyID].EntryID); err != nil {
			return all, false, err
		}
		all, came = append(all, step), true
	}
	return all, came, nil
}

// unreviewed says whether a decision that this is a child outlives the birthday and nobody was asked to look at it yet.
func unreviewed(tx *gate.Tx, fileID string, steps []Step, w written) (bool, error) {
	if now := stand(steps); now.Decided == nil || !now.Decided.Status.protects() || w.closed {
		return false, nil
	}
	asked, err := task.Asked(tx, fileID, majorityRule, "")
	return !asked, err
}

// childFor are the agencies whose newest word is that the person is a child.
func childFor(steps []Step) (ids []string) {
	for i := range steps {
		at := slices.Index(ids, steps[i].AgencyID)
		switch {
		case steps[i].Status.protects() && at < 0:
			ids = append(ids, steps[i].AgencyID)
		case !steps[i].Status.protects() && at >= 0:
			ids = slices.Delete(ids, at, at+1)
		}
	}
	return ids
}

// decidedSince says whether an authority decided on the age on that day or later: then it knew of the date.
func decidedSince(steps []Step, day moment.Date) bool {
	return slices.ContainsFunc(steps, func(s Step) bool { return s.Decided && moment.DayOf(s.WrittenAt) >= day })
}

// saidBefore says whether the newest word of an agency is older than a day.
func saidBefore(steps []Step, agencyID string, day moment.Date) bool {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].AgencyID == agencyID {
			return moment.DayOf(steps[i].WrittenAt) < day
		}
	}
	return false
}
