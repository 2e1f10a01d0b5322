package track

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/rulepack"
)

var (
	appealFormAction = gate.OnFile("track.appeal_form").Form()
	appealAction     = gate.OnFile("track.appeal")
)

// AppealForm is what the form for an appeal shows.
type AppealForm struct {
	File    gate.FileRow
	Step    Step
	Open    *Appeal // what runs; nil where one may begin
	Version int64
	Today   moment.Date
}

// AppealForm gives the decision against which the caller may record an appeal, or what came of one.
func (s *Service) AppealForm(ctx context.Context, victimID, stepID string) (form AppealForm, err error) {
	err = s.gate.Read(ctx, appealFormAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		form, err = appealed(tx, stepID)
		return audit.Event{Op: audit.Consult, Subject: stepID, SubjectCategory: "victim"}, err
	})
	return form, err
}

// appealed finds a decision with its appeals, if the caller may record anything about them.
func appealed(tx *gate.Tx, stepID string) (form AppealForm, err error) {
	steps, err := stepsOf(tx)
	if err != nil {
		return form, err
	}
	at := slices.IndexFunc(steps, func(st Step) bool { return st.ID == stepID })
	if at < 0 {
		return form, fault.New(fault.NotFound, "gate.not_found")
	}
	all, err := appealsOf(tx)
	if err != nil {
		return form, err
	}
	form = AppealForm{File: tx.File(), Step: steps[at], Open: running(all, stepID), Version: 1, Today: moment.DayOf(tx.Now())}
	for i := range all {
		if all[i].StepID == stepID {
			form.Version++
		}
	}
	c := courseOf(steps, form.Step.Track, form.Step.Country)
	return form, c.mayAppeal(tx, &form.Step, form.Open)
}

// Appeal records that somebody appeals against a decision on identification, or, where an appeal runs, what came of it. version is the
// one that the caller began with.
func (s *Service) Appeal(ctx context.Context, victimID, stepID string, n NewAppeal, version int64, once string) error {
	return s.gate.Write(ctx, appealAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		what := cmp.Or(n.Result, lodged)
		_, again, err := tx.Once(once, fmt.Sprint(victimID, stepID, version, n), func() (string, error) {
			form, err := appealed(tx, stepID)
			switch {
			case err != nil:
				return "", err
			case version != form.Version:
				return "", fault.New(fault.Conflict, "track.moved")
			}
			if err := n.check(&form.Step, form.Open, form.Today); err != nil {
				return "", err
			}
			if err := insertAppeal(tx, stepID, what, n.On); err != nil {
				return "", err
			}
			if err := s.settleTerm(tx, &form.Step, what, n.On); err != nil {
				return "", err
			}
			return stepID, tellAppealed(tx, &form.Step, what)
		})
		if again || err != nil {
			return audit.Event{Op: audit.Consult, Subject: stepID}, err
		}
		return audit.Event{Op: audit.Collect, Subject: stepID, SubjectCategory: "victim", Fields: []string{"appeal." + what}}, tx.Changed()
	})
}

// settleTerm ends the term for an appeal against a decision on residence once one is lodged.
func (s *Service) settleTerm(tx *gate.Tx, st *Step, what string, on moment.Date) error {
	m, ok := s.moveOf(st)
	if !ok || what != lodged || st.Track != rulepack.Residence || s.clocks.End == nil {
		return nil
	}
	for _, rule := range m.Starts {
		if err := s.clocks.End(tx, rule, on, "answered"); err != nil {
			return err
		}
	}
	return nil
}

// tellAppealed tells whoever recorded the decision, and the desks that lead the file no more than that something moved: they may not
// know that somebody was identified.
func tellAppealed(tx *gate.Tx, st *Step, what string) error {
	to, err := notice.LeadDesks(tx)
	if err != nil {
		return err
	}
	to = slices.DeleteFunc(to, func(one notice.To) bool { return one.AgencyID == tx.Actor().AgencyID })
	if err := notice.TellAll(tx, notice.New{Code: "track_moved", FileID: tx.File().ID, Link: "victim"}, to...); err != nil {
		return err
	}
	if st.WorkerID == tx.Actor().WorkerID {
		return nil
	}
	code := "track_appealed"
	if what != lodged {
		code = "track_appeal_ended"
	}
	_, err = notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Worker, ID: st.WorkerID, AgencyID: st.AgencyID}, Code: code, FileID: tx.File().ID, Link: "victim"})
	return err
}

// appeals gives the decisions that the caller sees what has become of them, and those about which they may record something.
func appeals(tx *gate.Tx, lanes []Lane) error {
	all, err := appealsOf(tx)
	if err != nil {
		return err
	}
	for i := range lanes {
		l := &lanes[i]
		c := course{track: l.Track, country: l.Country}
		l.Steps = slices.Clone(l.Steps) // what is kept of the file is nobody's to change
		for j := range l.Steps {
			st := &l.Steps[j]
			for n := range all {
				if all[n].StepID == st.ID {
					st.Appeals = append(st.Appeals, all[n])
				}
			}
			if !tx.File().Closed() && c.mayAppeal(tx, st, running(all, st.ID)) == nil {
				l.Appeal = append(l.Appeal, *st)
			}
		}
	}
	return nil
}
