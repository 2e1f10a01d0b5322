package clock

import (
	"fmt"
	"slices"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/rulepack"
	"relais/internal/task"
)

const (
	// reviewRule asks whether a clock still has to stand still.
	reviewRule = "clock_review"
	// latestReview is how many days ahead the review of a pause may lie: nobody forgets a clock for longer than three months.
	latestReview = 92
	// unsaidReview is when a pause is looked at for which nobody has named a day.
	unsaidReview = 14
)

// checkReview: a clock does not stand still until somebody happens to remember it.
func checkReview(wrong *fault.Fault, day, today moment.Date) {
	parsed, ok := moment.ParseDate(string(day))
	switch {
	case day == "":
		wrong.WithField("review_on", "fault.field_required")
	case !ok:
		wrong.WithField("review_on", "fault.field_not_a_date")
	case parsed <= today || parsed > today.AddDays(latestReview):
		wrong.WithField("review_on", "clock.review_within", "Last", today.AddDays(latestReview))
	}
}

// askReview gives the task to who has to act: to the agency that let the clock stand still, where it is one of them.
func (s *Service) askReview(tx *gate.Tx, c *Clock, r *rulepack.ClockRule) error {
	acts, err := s.whoActs(tx, c, r)
	if err != nil {
		return err
	}
	to := acts[max(0, slices.IndexFunc(acts, func(one notice.To) bool { return one.AgencyID == tx.Actor().AgencyID }))]
	return task.Make(tx, task.Made{FileID: c.FileID, FileKind: gate.Victim, Rule: reviewRule, Subject: fmt.Sprint(c.ID, "/", c.Version), To: to,
		DueAt: c.ReviewOn.EndOf(), Link: "clock", LinkID: c.ID})
}

// settleReview closes what was asked of a pause, because the clock runs on or has ended.
func settleReview(tx *gate.Tx, c *Clock) error {
	open, err := task.OpenOf(tx, c.FileID)
	for i := range open {
		if t := &open[i]; err == nil && t.Rule == reviewRule && t.LinkID == c.ID {
			err = task.Settle(tx, c.FileID, reviewRule, t.Subject)
		}
	}
	return err
}

// remember gives a pause from the time before there were reviews its day, so that it is not forgotten either.
func (s *Service) remember(tx *gate.Tx, c *Clock, r *rulepack.ClockRule, today moment.Date) (done bool, err error) {
	if c.State != Paused || c.ReviewOn != "" {
		return false, nil
	}
	c.ReviewOn = today.AddDays(unsaidReview)
	if err := setReview(tx, c); err != nil {
		return false, err
	}
	return true, s.askReview(tx, c, r)
}
