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
	filesAtOnce  = 50
	daysAtOnce   = 366 // of tokens in one statement
	againDays    = 2   // a day is looked at again, for what was written over midnight
)

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("minor: nothing to do")

// Tidy looks once a day for those who have come of age since the last time, however long ago that was. Doing it twice changes nothing,
// and of two instances one goes on. ctx is the program's own.
func (s *Service) Tidy(ctx context.Context) error {
	var days birthdays
	for {
		err := s.gate.Write(ctx, majorityAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) { return comeOfAge(tx, &days) })
		switch {
		case errors.Is(err, errNothing), fault.KindOf(err) == fault.Conflict: // done, or another instance is at it
			return nil
		case err != nil:
			return err
		}
	}
}

// comeOfAge takes the next files of the pass.
func comeOfAge(tx *gate.Tx, days *birthdays) (event audit.Event, err error) {
	today := moment.DayOf(tx.Now())
	was, err := passOf(tx)
	if err != nil {
		return event, err
	}
	p := was
	if p.Day != today {
		if p, err = begin(tx, was, today); err != nil {
			return event, err
		}
	}
	if p.From > today {
		if p == was {
			return event, errNothing
		}
		return audit.Event{Op: audit.Alter, Fields: []string{"birthday"}}, setPass(tx, was, p)
	}
	last := min(p.From.AddDays(daysAtOnce-1), today)
	files, err := bornOn(tx, days.tokens(tx, p.From, last, today), p.After, filesAtOnce)
	if err != nil {
		return event, err
	}
	event = audit.Event{Op: audit.Alter, Fields: []string{"birthday"}}
	for _, fileID := range files {
		came, err := birthday(tx, fileID, days, today)
		if err != nil {
			return event, err
		}
		if came {
			event.Results = append(event.Results, fileID)
		}
	}
	if p.After = ""; len(files) == filesAtOnce {
		p.After = files[len(files)-1]
	} else {
		p.From = last.AddDays(1)
	}
	return event, setPass(tx, was, p)
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

// birthday lets somebody come of age, once the last of the birth dates that agencies wrote has come: each of them that held the person
// to be a child says adult from now on. An agency that knows no date keeps its word, and then the person stays protected. Nothing
// follows from a date that had passed when the agency wrote it, or said in spite of it that this is a child.
func birthday(tx *gate.Tx, fileID string, days *birthdays, today moment.Date) (came bool, err error) {
	dates, err := datesOn(tx, fileID)
	if err != nil {
		return false, err
	}
	last, stage := moment.Date(""), ""
	by := map[string]*dated{} // the newest of each agency
	for i := range dates {
		d := &dates[i]
		if day := days.of[string(d.Token)]; day != "" {
			last, stage, by[d.AgencyID] = max(last, day), d.Stage, d
		}
	}
	steps, err := stepsOn(tx, fileID)
	if err != nil || last == "" || last > today || !stand(steps).Protects() || decidedSince(steps, last) {
		return false, err
	}
	for _, agencyID := range childFor(steps) {
		d := by[agencyID]
		if d == nil || moment.DayOf(d.ChangedAt) >= last || !saidBefore(steps, agencyID, last) {
			continue
		}
		step := Step{ID: gate.NewID(), AgencyID: agencyID, Status: Adult, SaidOn: today}
		if known(steps, d) {
			step.Method = birthdayMethod
		}
		if err := insertComing(tx, fileID, &step, d.EntryID); err != nil {
			return false, err
		}
		steps, came = append(steps, step), true
	}
	if !came {
		return false, nil
	}
	return true, follow(tx, fileID, stage == gate.StageClosed, stand(steps).Protects(), today)
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

// known says whether the authority that decided on the age, if one has, knew of an agency's date: it stood there before, or is its own.
// By a date that was written later nobody ends what was decided; it makes a dispute.
func known(steps []Step, d *dated) bool {
	now := stand(steps)
	return now.Decided == nil || now.Decided.AgencyID == d.AgencyID || d.ChangedAt <= now.Decided.WrittenAt
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

// follow is what comes of it: the guardian's task ends, and whoever leads the file reviews what rests on childhood. Where another
// agency still holds the person to be a child the guardian stays. On a closed file nothing new is asked of anybody.
func follow(tx *gate.Tx, fileID string, closed, protects bool, today moment.Date) error {
	to, err := notice.LeadDesksOf(tx, fileID)
	if err != nil {
		return err
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
	if closed {
		return nil
	}
	n := notice.New{Code: "came_of_age", FileID: fileID, Link: "victim"}
	if err := notice.TellAll(tx, n, unique(to)...); err != nil {
		return err
	}
	return task.Make(tx, task.Made{FileID: fileID, FileKind: gate.Victim, Rule: majorityRule, DueAt: today.AddDays(reviewWithin).EndOf(), Link: "victim"})
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
