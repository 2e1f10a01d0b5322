package track

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/rulepack"
	"relais/internal/section"
)

var (
	strikeFormAction = gate.OnFile("track.strike_form").Form()
	strikeAction     = gate.OnFile("track.strike")
)

// StrikeForm is what the form for striking a step shows.
type StrikeForm struct {
	File    gate.FileRow
	Step    Step
	Version int64
}

// StrikeForm gives the step that the caller is about to strike, if it is theirs to strike.
func (s *Service) StrikeForm(ctx context.Context, victimID, stepID string) (form StrikeForm, err error) {
	err = s.gate.Read(ctx, strikeFormAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		c, st, err := strikable(tx, stepID)
		if err != nil {
			return audit.Event{}, err
		}
		form = StrikeForm{File: tx.File(), Step: *st, Version: c.next()}
		return audit.Event{Op: audit.Consult, Subject: stepID, SubjectCategory: "victim"}, nil
	})
	return form, err
}

// strikable finds a step with its course, if the caller may strike it.
func strikable(tx *gate.Tx, stepID string) (course, *Step, error) {
	steps, err := stepsOf(tx)
	if err != nil {
		return course{}, nil, err
	}
	at := slices.IndexFunc(steps, func(st Step) bool { return st.ID == stepID })
	if at < 0 {
		return course{}, nil, fault.New(fault.NotFound, "gate.not_found")
	}
	c := courseOf(steps, steps[at].Track, steps[at].Country)
	st := c.find(stepID)
	return c, st, c.mayStrike(tx, st)
}

// Strike takes a step back that was recorded wrongly: the track stands where it stood before, what the step did to clocks is undone,
// and whoever was told of it is told. version is the one that the caller began with.
func (s *Service) Strike(ctx context.Context, victimID, stepID string, n NewStrike, version int64, once string) error {
	return s.gate.Write(ctx, strikeAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (event audit.Event, err error) {
		if err := n.check(); err != nil {
			return audit.Event{}, err
		}
		track := ""
		_, again, err := tx.Once(once, fmt.Sprint(victimID, stepID, version, n), func() (string, error) {
			c, st, err := strikable(tx, stepID)
			if err != nil {
				return "", err
			}
			if version != c.next() {
				return "", fault.New(fault.Conflict, "track.moved")
			}
			track = c.track
			return stepID, s.strike(tx, st, n)
		})
		if again || err != nil {
			return audit.Event{Op: audit.Consult, Subject: stepID}, err
		}
		return audit.Event{Op: audit.Alter, Subject: stepID, SubjectCategory: "victim", Justification: n.Reason, Fields: []string{"track." + track}}, nil
	})
}

func (s *Service) strike(tx *gate.Tx, st *Step, n NewStrike) error {
	var sealed []byte
	if n.Note != "" {
		var err error
		if sealed, err = tx.Seal(SectionOf(st.Track), st.ID, strikeVersion, section.Values{"note": n.Note}); err != nil {
			return err
		}
	}
	if err := insertStruck(tx, st.ID, n.Reason, sealed); err != nil {
		return err
	}
	if err := label(tx); err != nil {
		return err
	}
	if m, ok := s.moveOf(st); ok && s.clocks.Undo != nil {
		if err := s.clocks.Undo(tx, m.Starts, m.Ends, st.WrittenAt); err != nil {
			return err
		}
	}
	if err := tellStruck(tx, st); err != nil {
		return err
	}
	return tx.Changed()
}

// strikeVersion is the version under which the note of a strike is sealed: the step's own words are version 1.
const strikeVersion = 2

// moveOf is the move by which a step was taken, as the law had it on its day, or has it now.
func (s *Service) moveOf(st *Step) (rulepack.Move, bool) {
	for _, on := range []moment.Date{st.On, moment.DayOf(st.WrittenAt)} {
		pack, ok := s.book.Pack(st.Country, on)
		if !ok {
			continue
		}
		for _, m := range pack.AllMoves {
			if m.Name() == st.Rule && m.Basis == st.Basis {
				return m, true
			}
		}
	}
	return rulepack.Move{}, false
}

// tellStruck tells the desks that lead the file and whoever recorded the step.
func tellStruck(tx *gate.Tx, st *Step) error {
	to, err := notice.LeadDesks(tx)
	if err != nil {
		return err
	}
	to = slices.DeleteFunc(to, func(one notice.To) bool { return one.AgencyID == tx.Actor().AgencyID })
	if st.WorkerID != tx.Actor().WorkerID {
		to = append(to, notice.To{Kind: notice.Worker, ID: st.WorkerID, AgencyID: st.AgencyID})
	}
	return notice.TellAll(tx, notice.New{Code: "track_struck", FileID: tx.File().ID, Link: "victim"}, to...)
}
