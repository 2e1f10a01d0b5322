package support

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// New is what it takes to note a need.
type New struct {
	Service  string      // one of Services
	NotedOn  moment.Date // today where empty
	ReviewOn moment.Date // may be empty
	Note     string      // sealed
}

// Change is what is written down when something happens to a need.
type Change struct {
	State      State
	On         moment.Date // when it happened; today where empty
	ReviewOn   moment.Date
	ReferralID string // the referral by which the service was asked for; may be empty
	Outcome    string // where the need ends
	Note       string
}

// Form gives the file to whoever may note a need, before anybody types.
func (s *Service) Form(ctx context.Context, victimID string) (file gate.FileRow, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		file = tx.File()
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim", Sections: used(tx, authz.Write)}, demandWrite(tx)
	})
	return file, err
}

func demandWrite(tx *gate.Tx) error {
	if d := tx.Decide(authz.SupportPlan, authz.Write); !d.Allowed() {
		return gate.Refusal(authz.SupportPlan, d)
	}
	return nil
}

// Note writes down a need; the same once key with the same words gives it again.
func (s *Service) Note(ctx context.Context, victimID string, n New, once string) (id string, err error) {
	err = s.gate.Write(ctx, noteAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (event audit.Event, err error) {
		var again bool
		id, again, err = tx.Once(once, fmt.Sprint(victimID, n), func() (string, error) {
			event, err = s.note(tx, n)
			return event.Subject, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return id, err
}

func (s *Service) note(tx *gate.Tx, n New) (audit.Event, error) {
	if err := demandWrite(tx); err != nil {
		return audit.Event{}, err
	}
	today, wrong := moment.DayOf(tx.Now()), fault.New(fault.Invalid, "fault.invalid")
	sharing.CheckCode(wrong, "service", n.Service, Services())
	if n.NotedOn == "" {
		n.NotedOn = today
	}
	checkPast(wrong, "noted_on", n.NotedOn, "", today)
	checkReview(wrong, n.ReviewOn, today)
	if err := s.tracks.BeforeBirth(tx, wrong, "noted_on", n.NotedOn); err != nil {
		return audit.Event{}, err
	}
	n.Note = sharing.CheckNote(wrong, n.Note)
	if len(wrong.Fields) > 0 {
		return audit.Event{}, wrong
	}
	need := Need{ID: gate.NewID(), Service: n.Service, State: Open, NotedOn: n.NotedOn, MovedOn: n.NotedOn, ReviewOn: n.ReviewOn, Version: 1}
	if err := insert(tx, &need); err != nil {
		return audit.Event{}, err
	}
	if err := addStep(tx, &need, n.Note); err != nil {
		return audit.Event{}, err
	}
	return event(tx, audit.Collect, &need, "service", "noted_on", "review_on", "note"), remindNeed(tx, &need)
}

func event(tx *gate.Tx, op audit.Op, n *Need, fields ...string) audit.Event {
	return audit.Event{Op: op, Subject: n.ID, SubjectCategory: "victim", Purpose: "protection", Basis: "legal_task", Fields: fields,
		Sections: used(tx, authz.Write)}
}

// checkPast refuses a day that is none, lies in the future, or before another.
func checkPast(wrong *fault.Fault, field string, day, earliest, today moment.Date) {
	parsed, ok := moment.ParseDate(string(day))
	switch {
	case !ok || parsed < "2000-01-01":
		wrong.WithField(field, "fault.field_not_a_date")
	case parsed > today:
		wrong.WithField(field, "support.in_future")
	case parsed < earliest:
		wrong.WithField(field, "support.before_last")
	}
}

func checkReview(wrong *fault.Fault, day, today moment.Date) {
	if day == "" {
		return
	}
	parsed, ok := moment.ParseDate(string(day))
	switch {
	case !ok:
		wrong.WithField("review_on", "fault.field_not_a_date")
	case parsed < today:
		wrong.WithField("review_on", "support.review_past")
	case parsed > today.AddDays(2*366):
		wrong.WithField("review_on", "support.review_far")
	}
}

// Move writes down what happened to a need of the own agency.
func (s *Service) Move(ctx context.Context, victimID, needID string, version int64, c Change) error {
	return s.gate.Write(ctx, moveAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		need, err := readable(tx, needID)
		if err == nil {
			err = demandWrite(tx)
		}
		if err != nil {
			return audit.Event{}, err
		}
		if need.AgencyID != tx.Actor().AgencyID {
			return audit.Event{}, fault.New(fault.Refused, "support.not_yours", "Section", authz.SupportPlan.String(), "Reason", string(authz.ReasonRelation)).
				With(gate.Why(authz.ReasonRelation))
		}
		if need.Version != version {
			return audit.Event{}, fault.New(fault.Conflict, "gate.changed")
		}
		if err := c.apply(tx, &need); err != nil {
			return audit.Event{}, err
		}
		if err := update(tx, &need, version); err != nil {
			return audit.Event{}, err
		}
		if err := addStep(tx, &need, c.Note); err != nil {
			return audit.Event{}, err
		}
		return event(tx, audit.Alter, &need, "state", "moved_on", "review_on", "referral_id", "outcome", "note"), remindNeed(tx, &need)
	})
}

// apply holds a change against the need and makes the need what it will be.
func (c *Change) apply(tx *gate.Tx, n *Need) error {
	today, wrong := moment.DayOf(tx.Now()), fault.New(fault.Invalid, "fault.invalid")
	if c.On == "" {
		c.On = today
	}
	switch {
	case !slices.Contains(States(), c.State):
		wrong.WithField("state", "fault.field_unknown_code")
	case !n.State.becomes(c.State):
		wrong.WithField("state", "support.no_such_move")
	}
	checkPast(wrong, "on", c.On, n.MovedOn, today)
	checkReview(wrong, c.ReviewOn, today)
	switch {
	case c.State.done():
		sharing.CheckCode(wrong, "outcome", c.Outcome, outcomes[c.State])
		c.ReviewOn = ""
	case c.Outcome != "":
		wrong.WithField("outcome", "support.outcome_early")
	}
	c.Note = sharing.CheckNote(wrong, c.Note)
	if err := c.checkReferral(tx, wrong); err != nil {
		return err
	}
	if len(wrong.Fields) > 0 {
		return wrong
	}
	if c.ReferralID != "" || c.State == Open {
		n.ReferralID = c.ReferralID
	}
	n.State, n.MovedOn, n.ReviewOn, n.Outcome, n.Version = c.State, c.On, c.ReviewOn, c.Outcome, n.Version+1
	return nil
}

// checkReferral: the service was asked for by a referral of the own agency on this file, or by none that stands here.
func (c *Change) checkReferral(tx *gate.Tx, wrong *fault.Fault) error {
	if c.ReferralID == "" {
		return nil
	}
	sent, err := sharing.SentOn(tx)
	if err == nil && !slices.ContainsFunc(sent, func(r sharing.Referral) bool { return r.ID == c.ReferralID }) {
		wrong.WithField("referral_id", "support.no_such_referral")
	}
	return err
}
