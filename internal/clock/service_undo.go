package clock

import (
	"errors"

	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// struck is why a clock runs on again: what had ended it was taken back.
const struck = "step_struck"

// Undo takes back what a step of a track did to clocks at an instant, because the step was struck: a clock that it started ends as
// a mistake, one that it ended runs on as if it had not. What somebody did to them since stays, and who must act is told.
func (s *Service) Undo(tx *gate.Tx, starts, ends []string, at moment.Time) error {
	today := moment.DayOf(tx.Now())
	for _, rule := range starts {
		c, found, err := byInstant(tx, selectStartedAt, rule, at)
		if err == nil && found {
			err = s.neverBegan(tx, &c, today)
		}
		if err != nil {
			return err
		}
	}
	for _, rule := range ends {
		if err := s.runOn(tx, rule, at, today); err != nil {
			return err
		}
	}
	return nil
}

// neverBegan ends a clock as a mistake. One that has ended since keeps its day, and nothing that is struck later lets it run on: it
// should never have begun.
func (s *Service) neverBegan(tx *gate.Tx, c *Clock, today moment.Date) error {
	if c.State != Ended {
		return errors.Join(end(tx, c, today, mistaken), s.tellCorrected(tx, c, today))
	}
	c.EndReason = mistaken
	if err := save(tx, c); err != nil {
		return err
	}
	return record(tx, c, Step{Step: ended, OnDay: c.EndedOn, DueBefore: c.DueOn, Reason: mistaken})
}

// runOn lets a clock run on that ended at an instant, unless another of its rule runs meanwhile.
func (s *Service) runOn(tx *gate.Tx, rule string, at moment.Time, today moment.Date) error {
	c, found, err := byInstant(tx, selectEndedAt, rule, at)
	if err != nil || !found {
		return err
	}
	if _, other, err := byRule(tx, rule); err != nil || other {
		return err
	}
	r := s.rule(&c, today)
	before := c.DueOn
	c.State, c.EndedOn, c.EndReason = Runs, "", ""
	if c.PausedOn != "" {
		c.State = Paused
	}
	c.set(c.due(c.Terms), r.Warn, today)
	c.compare(&r)
	if err := save(tx, &c); err != nil {
		return err
	}
	if err := record(tx, &c, Step{Step: resumed, OnDay: today, DueBefore: before, Reason: struck}); err != nil {
		return err
	}
	return s.tellCorrected(tx, &c, today)
}

// tellCorrected tells who must act on a clock that it does not stand as they were told.
func (s *Service) tellCorrected(tx *gate.Tx, c *Clock, today moment.Date) error {
	r := s.rule(c, today)
	to, err := s.whoActs(tx, c, &r)
	if err != nil {
		return err
	}
	return notice.TellAll(tx, notice.New{Code: "clock_corrected", FileID: c.FileID, Subject: c.ID, Link: "clock"}, distinct(to)...)
}
