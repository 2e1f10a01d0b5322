// Package clock keeps the legal time limits that run on victim files: reflection periods, papers, answers that are owed. It
// starts, pauses, renews and ends them, and tells whoever has to act before a day is missed.
// How long a clock runs is said by the rule packs; what stands in a file is not shown here.
package clock

import (
	"slices"
	"strconv"
	"time"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

// State is where a clock stands.
type State string

// The states of a clock; an ended one is final.
const (
	Runs   State = "running"
	Paused State = "paused"
	Ended  State = "ended"
)

// The steps of a clock's history.
const (
	started = "started"
	paused  = "paused"
	resumed = "resumed"
	renewed = "renewed"
	ended   = "ended"
	kept    = "kept"
	moved   = "moved"
	warned  = "warned"
	overdue = "overdue"
	reached = "reached"
)

// PauseReasons are the codes of why a clock stands still.
var PauseReasons = []string{"in_hospital", "in_detention", "abroad", "procedure_suspended", "court_order"}

// mistaken ends a clock that should not have been started.
const mistaken = "mistake"

// Clock is one time limit as it runs.
type Clock struct {
	ID          string        `db:"id"`
	FileID      string        `db:"file_id"`
	Reference   string        `db:"reference"` // by which the reader's agency knows the file
	AgencyID    string        `db:"agency_id"` // that started it
	Country     string        `db:"country"`
	Rule        string        `db:"rule"`
	Kind        rulepack.Kind `db:"kind"`
	SectionWord string        `db:"section"`
	State       State         `db:"state"`
	StartOn     moment.Date   `db:"start_on"`
	Terms
	Renewals    int         `db:"renewals"`
	SetDueOn    moment.Date `db:"set_due_on"` // an earlier end that the authority set
	PausedOn    moment.Date `db:"paused_on"`
	PausedDays  int         `db:"paused_days"`
	ReviewOn    moment.Date `db:"review_on"` // of a pause: when somebody looks whether it goes on
	DueOn       moment.Date `db:"due_on"`    // the last day on which the right holds
	WarnOn      moment.Date `db:"warn_on"`   // from when it stands on worklists
	NextOn      moment.Date `db:"next_on"`   // when the program has something to tell; empty for never
	PackVersion moment.Date `db:"pack_version"`
	WouldDueOn  moment.Date `db:"would_due_on"` // what the pack makes of it now, where that differs
	WouldTerms  string      `db:"would_terms"`
	KeptTerms   string      `db:"kept_terms"` // what somebody decided not to take over
	StartedAt   moment.Time `db:"started_at"`
	EndedOn     moment.Date `db:"ended_on"`
	EndReason   string      `db:"end_reason"`
	Version     int64       `db:"version"`
	Mine        bool        `db:"mine"` // the reader sees the file, and not only their agency
}

// Terms are what of a rule a clock runs by.
type Terms struct {
	Term     int           `db:"term"`
	Unit     rulepack.Unit `db:"unit"`
	RenewBy  int           `db:"renew_by"`
	RuleFrom moment.Date   `db:"rule_from"`
}

// termsOf are the terms of a rule.
func termsOf(r *rulepack.ClockRule) Terms {
	return Terms{Term: r.Length, Unit: r.Unit, RenewBy: r.RenewBy, RuleFrom: r.From}
}

// String names the terms, so that a decision about them is found again.
func (t Terms) String() string {
	return strconv.Itoa(t.Term) + " " + string(t.Unit) + " +" + strconv.Itoa(t.RenewBy) + " " + string(t.RuleFrom)
}

// due is the last day under some terms: renewals are counted from the first day, the days of pauses come on top.
func (c *Clock) due(t Terms) moment.Date {
	if c.SetDueOn != "" && c.Renewals == 0 {
		return c.SetDueOn.AddDays(c.PausedDays)
	}
	return rulepack.Add(c.StartOn, t.Term+c.Renewals*t.RenewBy, t.Unit).AddDays(c.PausedDays)
}

// Section is the section whose readers may know of the clock.
func (c *Clock) Section() authz.Section {
	id, _ := authz.ParseSection(c.SectionWord)
	return id
}

// Overdue says whether somebody should have acted by now. Nothing is missed when a waiting time is over.
func (c *Clock) Overdue(today moment.Date) bool {
	return c.State == Runs && c.Kind != rulepack.Waiting && c.DueOn < today
}

// DaysLeft counts the days until the last one; negative once it has passed.
func (c *Clock) DaysLeft(today moment.Date) int { return daysBetween(today, c.DueOn) }

func daysBetween(from, to moment.Date) int {
	a, err := time.Parse(time.DateOnly, string(from))
	b, wrong := time.Parse(time.DateOnly, string(to))
	if err != nil || wrong != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}

// set gives the clock its due day and what follows from it: when it comes onto worklists and when there is something to tell.
func (c *Clock) set(due moment.Date, warn []int, today moment.Date) {
	c.DueOn, c.WarnOn = due, due
	if len(warn) > 0 {
		c.WarnOn = due.AddDays(-warn[0])
	}
	c.NextOn = c.tellAfter(warn, today.AddDays(-1))
	if c.WarnOn < today { // started, or moved, into its warning time: told at once
		c.NextOn = today
	}
}

// tellAfter is the next day after another on which there is something to tell: a day of the pack, or the first one too late, or
// of a waiting time the one on which the right arises. Empty for none.
func (c *Clock) tellAfter(warn []int, day moment.Date) moment.Date {
	days := make([]moment.Date, 0, len(warn)+1)
	for _, n := range warn {
		days = append(days, c.DueOn.AddDays(-n))
	}
	last := c.DueOn.AddDays(1)
	if c.Kind == rulepack.Waiting {
		last = c.DueOn
	}
	days = append(days, last)
	if at := slices.IndexFunc(days, func(d moment.Date) bool { return d > day }); at >= 0 {
		return days[at]
	}
	return ""
}

// tells is what there is to tell on a day.
func (c *Clock) tells(today moment.Date) string {
	switch {
	case c.Kind == rulepack.Waiting && today >= c.DueOn:
		return reached
	case c.Overdue(today):
		return overdue
	}
	return warned
}

// Step is one line of a clock's history.
type Step struct {
	ID          string      `db:"id"`
	Step        string      `db:"step"`
	OnDay       moment.Date `db:"on_day"`
	DueBefore   moment.Date `db:"due_before"`
	DueOn       moment.Date `db:"due_on"`
	Reason      string      `db:"reason"`
	PackVersion moment.Date `db:"pack_version"`
	WorkerID    string      `db:"worker_id"`
	AgencyID    string      `db:"agency_id"`
	Agency      string      `db:"agency"`
	At          moment.Time `db:"at"`
}

// works says whether somebody holds a role of the own agency's discipline.
func works(a *authz.Actor) bool { return gate.Holds(a, a.Kind) }
