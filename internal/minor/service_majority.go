package minor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"relais/internal/audit"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
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

// Tidy looks once a day for those who have come of age since the last time, however long ago that was. Each file is a transaction of
// its own: one that fails is reported and looked at again the next day, and the others go on. Doing it twice changes nothing, and of two instances one goes on.
func (s *Service) Tidy(ctx context.Context) error {
	var days birthdays
	var failed []error
	for {
		was, next, files, err := s.look(ctx, &days)
		if err != nil || next == was {
			return errors.Join(append(failed, err)...)
		}
		for _, fileID := range files {
			if err := s.comeOfAge(ctx, fileID, &days); err != nil {
				failed = append(failed, fmt.Errorf("minor: the birthday on file %s: %w", fileID, err))
			}
			if ctx.Err() != nil {
				return errors.Join(append(failed, ctx.Err())...)
			}
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

// comeOfAge looks at one file.
func (s *Service) comeOfAge(ctx context.Context, fileID string, days *birthdays) error {
	err := s.gate.Write(ctx, majorityAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		came, err := birthday(tx, fileID, days, moment.DayOf(tx.Now()))
		if err == nil && !came {
			err = errNothing
		}
		return audit.Event{Op: audit.Alter, Fields: []string{"birthday"}, Results: []string{fileID}}, err
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

// birthdays knows the day on which each birth date makes somebody an adult, by the token of the date: so no file is opened, and nothing
// new is stored of anybody.
type birthdays struct {
	of     map[string]moment.Date // by token
	on     map[moment.Date][][]byte
	latest moment.Date
}

// know works the days out, from the first year in which somebody can have been said to be a child here to eighteen years from today.
func (b *birthdays) know(tx *gate.Tx, today moment.Date) {
	if b.latest == today {
		return
	}
	*b = birthdays{of: map[string]moment.Date{}, on: map[moment.Date][][]byte{}, latest: today}
	first, _ := time.Parse(time.DateOnly, "2000-01-01")
	now, _ := time.Parse(time.DateOnly, string(today))
	for day := first; day.Before(now.AddDate(adultAt+1, 0, 0)); day = day.AddDate(0, 0, 1) {
		b.learn(tx, day.AddDate(-adultAt, 0, 0).Format(time.DateOnly))
	}
	for year := first.Year() - adultAt; year <= now.Year(); year++ {
		b.learn(tx, fmt.Sprintf("%04d", year))
		b.learn(tx, fmt.Sprintf("%04d-02-29", year))
		for month := 1; month <= 12; month++ {
			b.learn(tx, fmt.Sprintf("%04d-%02d", year, month))
		}
	}
}

func (b *birthdays) learn(tx *gate.Tx, born string) {
	day := adultOn(born)
	tokens := entry.Tokens(tx, []section.Searchable{{Field: "birth_date", Kind: "date", Value: born}})
	for _, token := range tokens {
		if _, known := b.of[string(token)]; day != "" && !known {
			b.of[string(token)] = day
			b.on[day] = append(b.on[day], token)
		}
	}
}

// tokens are those of the birth dates by which somebody comes of age on one of the days.
func (b *birthdays) tokens(tx *gate.Tx, from, last, today moment.Date) [][]byte {
	b.know(tx, today)
	all := [][]byte{{}} // a list is never empty
	for day := from; day <= last; day = day.AddDays(1) {
		all = append(all, b.on[day]...)
	}
	return all
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
func birthday(tx *gate.Tx, fileID string, days *birthdays, today moment.Date) (came bool, err error) {
	w, err := writtenOn(tx, fileID, days)
	if err != nil || w.last == "" || w.last > today {
		return false, err
	}
	steps, err := stepsOn(tx, fileID)
	if err != nil {
		return false, err
	}
	switch now := stand(steps); {
	case now.Status == Adult: // by a word; of whom nobody has said anything the guardian stays, whatever date somebody writes
		came, err = guardedBefore(tx, fileID, w.last)
	case now.Protects() && !decidedSince(steps, w.last):
		if steps, came, err = sayAdult(tx, fileID, steps, w, today); err == nil && !came {
			came, err = unreviewed(tx, fileID, steps, w)
		}
	}
	if err != nil || !came {
		return false, err
	}
	if err := raiseVersion(tx, fileID); err != nil {
		return false, err
	}
	return true, follow(tx, fileID, w, stand(steps).Protects(), today)
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

// follow is what comes of it: the guardian's task ends, and whoever leads the file reviews what rests on childhood; where nobody leads
// it, the supervisors of the agency that opened it. Where somebody still holds the person to be a child the guardian stays. On a closed
// file nothing new is asked of anybody.
func follow(tx *gate.Tx, fileID string, w written, protects bool, today moment.Date) error {
	to, err := notice.LeadDesksOf(tx, fileID)
	if err != nil {
		return err
	}
	review := task.Made{FileID: fileID, FileKind: gate.Victim, Rule: majorityRule, DueAt: today.AddDays(reviewWithin).EndOf(), Link: "victim"}
	if len(to) == 0 {
		review.To = notice.SupervisorsOf(w.opener)
	}
	if !protects {
		guardians, err := endGuardianOn(tx, fileID, today)
		if err != nil {
			return err
		}
		if err := settleOn(tx, fileID); err != nil {
			return err
		}
		for i := range guardians {
			own, err := guardiansDesks(tx, fileID, &guardians[i])
			if err != nil {
				return err
			}
			to = append(to, own...)
		}
	}
	if w.closed {
		return nil
	}
	n := notice.New{Code: "came_of_age", FileID: fileID, Link: "victim"}
	if err := notice.TellAll(tx, n, unique(to)...); err != nil {
		return err
	}
	return task.Make(tx, review)
}

// guardiansDesks are those of the guardian's agency that see the file, or else the guardian.
func guardiansDesks(tx *gate.Tx, fileID string, g *Guardian) (to []notice.To, err error) {
	if g.AgencyID == "" {
		return nil, nil
	}
	ids, err := desksOn(tx, fileID, g.AgencyID)
	for _, id := range ids {
		to = append(to, notice.To{Kind: notice.Desk, ID: id, AgencyID: g.AgencyID})
	}
	if len(to) == 0 {
		to = append(to, notice.To{Kind: notice.Worker, ID: g.WorkerID, AgencyID: g.AgencyID})
	}
	return to, err
}

func unique(to []notice.To) (list []notice.To) {
	for _, one := range to {
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list
}
