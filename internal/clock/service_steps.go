package clock

import (
	"context"
	"errors"
	"slices"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

// act does one step of a clock: find it as the caller may see it, check the version that the caller looked at, do, record.
func (s *Service) act(ctx context.Context, action gate.Action, clockID string, version int64, step func(file *gate.Tx, c *Clock, r *rulepack.ClockRule) error) error {
	return s.gate.Write(ctx, action, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		file, c, r, err := s.find(tx, clockID)
		if err != nil {
			return audit.Event{}, err
		}
		may, err := s.mayAct(file, &c, &r)
		if err != nil {
			return audit.Event{}, err
		}
		if !may {
			return audit.Event{}, notYourTask()
		}
		if c.State == Ended {
			return audit.Event{}, fault.New(fault.Conflict, "clock.already_ended")
		}
		if c.Version != version {
			return audit.Event{}, changed()
		}
		event := audit.Event{Op: audit.Alter, Subject: c.ID, SubjectCategory: "victim", Results: []string{c.FileID}, Fields: []string{"due_on"}}
		err = step(file, &c, &r)
		event.Justification = c.Rule
		return event, err
	})
}

// find is a clock on a file that the caller sees, with its rule as the pack has it today; to everybody else it does not exist.
func (s *Service) find(tx *gate.Tx, clockID string) (file *gate.Tx, c Clock, r rulepack.ClockRule, err error) {
	fileID, err := parentOf(tx, clockID)
	if err != nil {
		return nil, c, r, err
	}
	if file, err = tx.Enter(gate.Victim, fileID); err != nil {
		return nil, c, r, err
	}
	if c, err = clockOf(file, clockID); err != nil {
		return nil, c, r, err
	}
	if !sees(file, &c) {
		return nil, c, r, fault.New(fault.NotFound, "gate.not_found")
	}
	c.Mine = true
	return file, c, s.rule(&c, moment.DayOf(tx.Now())), nil
}

// rule is the reading of a clock's rule that is in force on a day, else the one by which the clock runs: a law that ends without a
// successor leaves nobody without warnings. It has no length where the packs do not know that one either.
func (s *Service) rule(c *Clock, on moment.Date) rulepack.ClockRule {
	if r, ok := s.book.ReadingOf(c.Rule, c.Country, on, c.RuleFrom); ok {
		return r
	}
	return rulepack.ClockRule{Rule: c.Rule, Kind: c.Kind, Section: c.Section()}
}

// Stop is why a clock stands still: from when, and on which day somebody looks whether it still has to.
type Stop struct {
	On     moment.Date
	Review moment.Date
	Reason string // one of PauseReasons
}

// Pause lets a clock stand still from a day on, until a day of review, for which whoever has to act gets a task.
func (s *Service) Pause(ctx context.Context, clockID string, version int64, stop Stop) error {
	return s.act(ctx, pauseAction, clockID, version, func(file *gate.Tx, c *Clock, r *rulepack.ClockRule) error {
		if c.State == Paused {
			return fault.New(fault.Conflict, "clock.already_paused")
		}
		wrong, today := fault.New(fault.Invalid, "fault.invalid"), moment.DayOf(file.Now())
		if err := checkStop(file, wrong, c, stop.On, today); err != nil {
			return err
		}
		checkReview(wrong, stop.Review, today)
		if !slices.Contains(PauseReasons, stop.Reason) {
			wrong.WithField("reason", "fault.field_unknown_code")
		}
		if len(wrong.Fields) > 0 {
			return wrong
		}
		c.State, c.PausedOn, c.ReviewOn = Paused, stop.On, stop.Review
		if err := save(file, c); err != nil {
			return err
		}
		if err := record(file, c, Step{Step: paused, OnDay: stop.On, DueBefore: c.DueOn, Reason: stop.Reason}); err != nil {
			return err
		}
		return errors.Join(s.askReview(file, c, r), s.tellActed(file, c, r, paused))
	})
}

// checkStop refuses a pause that would give a day twice, or one that a clock has no more: no day counts for two pauses, and what is over
// does not stand still.
func checkStop(file *gate.Tx, wrong *fault.Fault, c *Clock, on, today moment.Date) error {
	last, err := lastResumed(file, c.ID)
	if err != nil {
		return err
	}
	checkDay(wrong, "on", on, c.StartOn, today, c.Rule)
	switch {
	case len(wrong.Fields) > 0:
	case on < last:
		wrong.WithField("on", "clock.stood_still", "Rule", c.Rule, "Day", last)
	case on > c.DueOn:
		wrong.WithField("on", "clock.over_before", "Rule", c.Rule, "Day", c.DueOn)
	}
	return nil
}

// Resume lets a paused clock run on; its last day moves by as many days as it stood still.
func (s *Service) Resume(ctx context.Context, clockID string, version int64, on moment.Date) error {
	return s.act(ctx, resumeAction, clockID, version, func(file *gate.Tx, c *Clock, r *rulepack.ClockRule) error {
		if c.State != Paused {
			return fault.New(fault.Conflict, "clock.not_paused")
		}
		wrong, today := fault.New(fault.Invalid, "fault.invalid"), moment.DayOf(file.Now())
		checkDay(wrong, "on", on, c.PausedOn, today, c.Rule)
		if len(wrong.Fields) > 0 {
			return wrong
		}
		before := c.DueOn
		c.State, c.PausedDays, c.PausedOn, c.ReviewOn = Runs, c.PausedDays+daysBetween(c.PausedOn, on), "", ""
		c.set(c.due(c.Terms), r.Warn, today)
		c.compare(r)
		if err := save(file, c); err != nil {
			return err
		}
		if err := settleReview(file, c); err != nil {
			return err
		}
		if err := record(file, c, Step{Step: resumed, OnDay: on, DueBefore: before}); err != nil {
			return err
		}
		return s.tellActed(file, c, r, resumed)
	})
}

// Renew lets a clock run for another time, if its rule allows that once more. What has to hold for it is for the person to know.
func (s *Service) Renew(ctx context.Context, clockID string, version int64) error {
	return s.act(ctx, renewAction, clockID, version, func(file *gate.Tx, c *Clock, r *rulepack.ClockRule) error {
		if !s.issued(file, c, r) {
			return notYourTask()
		}
		if !c.renewable(r) {
			return fault.New(fault.Conflict, "clock.not_renewable", "Rule", c.Rule)
		}
		if c.State == Paused {
			return fault.New(fault.Conflict, "clock.already_paused")
		}
		before, today := c.DueOn, moment.DayOf(file.Now())
		if from := c.renewFrom(r); today < from {
			return fault.New(fault.Conflict, "clock.renewed_too_early", "Rule", c.Rule, "From", from)
		}
		c.Renewals++
		c.set(c.due(c.Terms), r.Warn, today)
		c.compare(r)
		if err := save(file, c); err != nil {
			return err
		}
		return record(file, c, Step{Step: renewed, OnDay: today, DueBefore: before})
	})
}

// issued says whether the caller is one of those who issue what a clock stands for.
func (s *Service) issued(file *gate.Tx, c *Clock, r *rulepack.ClockRule) bool {
	pack, ok := s.book.Pack(c.Country, moment.DayOf(file.Now()))
	if ok {
		if _, has := pack.Clock(c.Rule); !has { // the law has ended: those issue it on who did when the clock took its terms
			pack, ok = s.book.Pack(c.Country, max(c.StartOn, c.RuleFrom))
		}
	}
	return ok && issues(file, pack, r)
}

// renewFrom is the first day on which a clock is renewed: that of its first warning.
func (c *Clock) renewFrom(r *rulepack.ClockRule) moment.Date {
	if len(r.Warn) == 0 {
		return c.StartOn
	}
	return c.DueOn.AddDays(-r.Warn[0])
}

func (c *Clock) renewable(r *rulepack.ClockRule) bool {
	return c.RenewBy > 0 && r.Renewable(c.Renewals)
}

// End ends a clock for one of its rule's reasons.
func (s *Service) End(ctx context.Context, clockID string, version int64, on moment.Date, reason string) error {
	return s.act(ctx, endAction, clockID, version, func(file *gate.Tx, c *Clock, r *rulepack.ClockRule) error {
		if !slices.Contains(EndReasons(r), reason) {
			return fault.New(fault.Invalid, "fault.invalid").WithField("reason", "fault.field_unknown_code")
		}
		if err := end(file, c, on, reason); err != nil {
			return err
		}
		return s.tellActed(file, c, r, ended)
	})
}

// EndReasons are the codes of why a clock of a rule ends.
func EndReasons(r *rulepack.ClockRule) []string { return append(slices.Clone(r.Ends), mistaken) }

func end(tx *gate.Tx, c *Clock, on moment.Date, reason string) error {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	checkDay(wrong, "on", on, c.StartOn, moment.DayOf(tx.Now()), c.Rule)
	if reason != mistaken && !slices.Contains(rulepack.Endings(), reason) {
		wrong.WithField("reason", "fault.field_unknown_code")
	}
	if len(wrong.Fields) > 0 {
		return wrong
	}
	stood := c.State == Paused
	c.State, c.EndedOn, c.EndReason, c.NextOn, c.WouldDueOn, c.WouldTerms, c.ReviewOn = Ended, on, reason, "", "", "", ""
	if err := save(tx, c); err != nil {
		return err
	}
	if stood {
		if err := settleReview(tx, c); err != nil {
			return err
		}
	}
	return record(tx, c, Step{Step: ended, OnDay: on, DueBefore: c.DueOn, Reason: reason})
}

// compare notes what the pack would make of a clock now, unless somebody has decided against just that.
func (c *Clock) compare(r *rulepack.ClockRule) (differs bool) {
	was := c.WouldDueOn + moment.Date(c.WouldTerms)
	c.WouldDueOn, c.WouldTerms = "", ""
	if r.Length > 0 {
		terms := termsOf(r)
		if due := c.due(terms); due != c.DueOn && terms.String() != c.KeptTerms {
			c.WouldDueOn, c.WouldTerms = due, terms.String()
		}
	}
	return was != c.WouldDueOn+moment.Date(c.WouldTerms)
}

// Decide answers what happens to a clock whose rule reads otherwise now: keep leaves it by the terms under which it began, else it
// moves to those of the pack.
func (s *Service) Decide(ctx context.Context, clockID string, version int64, keep bool) error {
	return s.act(ctx, decideAction, clockID, version, func(file *gate.Tx, c *Clock, r *rulepack.ClockRule) error {
		today := moment.DayOf(file.Now())
		c.compare(r)
		if c.WouldDueOn == "" {
			return fault.New(fault.Conflict, "clock.nothing_to_decide")
		}
		before, step := c.DueOn, kept
		if keep {
			c.KeptTerms = c.WouldTerms
		} else {
			step, c.Terms = moved, termsOf(r)
			if pack, ok := s.book.Pack(c.Country, today); ok {
				c.PackVersion = pack.Version
			}
			c.set(c.WouldDueOn, r.Warn, today)
		}
		c.WouldDueOn, c.WouldTerms = "", ""
		if err := save(file, c); err != nil {
			return err
		}
		return record(file, c, Step{Step: step, OnDay: today, DueBefore: before})
	})
}
