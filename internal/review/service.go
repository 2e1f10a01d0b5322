package review

import (
	"context"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/sharing"
)

// Actions, as they stand in the trail.
var (
	listAction   = gate.ByAnyone("review.list")
	showAction   = gate.ByAnyone("review.show")
	decideAction = gate.ByAnyone("review.decide").WhileClosed()
	askAction    = gate.ByProgram("review.ask")
	missedAction = gate.ByProgram("review.missed")
)

// endReviewed is why a grant ended, as it stands in the grant.
const endReviewed = "reviewed"

// Service is what a desk does with its review.
type Service struct{ gate *gate.Gate }

// NewService makes the service.
func NewService(g *gate.Gate) *Service { return &Service{g} }

// List is one page of what the reader's desks have to review this quarter; for an auditor how far each desk of the agency has come.
type List struct {
	Quarter Quarter
	DueAt   moment.Time // by when every desk should have looked
	Lines   []Line
	Next    gate.Cursor
	Audits  bool
	Tallies []Tally
}

// List gives it, the latest grants first; after is where the page before ended.
func (s *Service) List(ctx context.Context, after gate.Cursor) (list List, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = List{Quarter: QuarterOf(tx.Now()), Audits: gate.Holds(tx.Actor(), authz.RoleAuditor)}
		if list.DueAt, err = dueAt(tx, list.Quarter); err != nil {
			return audit.Event{}, err
		}
		if list.Lines, list.Next, err = linesAfter(tx, list.Quarter, after); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Search}
		for i := range list.Lines {
			if !slices.Contains(event.Results, list.Lines[i].FileID) {
				event.Results = append(event.Results, list.Lines[i].FileID)
			}
		}
		if list.Audits {
			list.Tallies, err = named(tx, list.Quarter)
		}
		return event, err
	})
	return list, err
}

// named gives the tallies with the names of the desks.
func named(tx *gate.Tx, q Quarter) ([]Tally, error) {
	list, err := talliesOf(tx, q)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(list))
	for i := range list {
		ids = append(ids, list[i].DeskID)
	}
	names, err := agency.Names(tx, ids)
	for i := range list {
		list[i].Desk = names[list[i].DeskID].Desk
	}
	return list, err
}

// View is one grant to decide on.
type View struct {
	Line
	Quarter Quarter
	TooLong bool        // it ends later than may be given today, so it can only be ended
	Last    moment.Date // the last day that may be given today
}

// Show gives one grant that the reader's desk has to decide on.
func (s *Service) Show(ctx context.Context, grantID string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		view.Quarter = QuarterOf(tx.Now())
		l, file, err := lineOf(tx, view.Quarter, grantID)
		if err != nil {
			return audit.Event{}, err
		}
		view.Line = l
		view.Last, view.TooLong, err = l.beyond(file)
		return audit.Event{Op: audit.Consult, Subject: grantID, SubjectCategory: string(l.Kind), Results: []string{l.FileID}}, err
	})
	return view, err
}

// beyond says whether the grant ends after the last day that may be given from today.
func (l *Line) beyond(file *gate.Tx) (last moment.Date, beyond bool, err error) {
	last, err = file.LastDay(l.AgencyKind, l.AgencyID, l.Sections, l.Place || l.Kind == gate.Case)
	return last, err == nil && moment.DayOf(l.UntilAt) > last, err
}

// Decide keeps a grant as it is, for a reason and no longer than may be given today, or ends it with all that hangs on it. version is that
// of the grant that the person has seen; of two who decide at once, the second learns that it was done.
func (s *Service) Decide(ctx context.Context, grantID string, version int64, d Decision) error {
	return s.gate.Write(ctx, decideAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		q := QuarterOf(tx.Now())
		l, file, err := lineOf(tx, q, grantID)
		if err != nil {
			return audit.Event{}, err
		}
		if err := l.check(file, version, &d); err != nil {
			return audit.Event{}, err
		}
		if err := putReview(file, q, &l, d); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Alter, Subject: grantID, GrantID: grantID, SubjectCategory: string(l.Kind), Purpose: l.Purpose, Basis: l.Basis,
			Justification: d.Reason, Fields: []string{"review." + d.word()}, Results: []string{l.FileID}, Concerns: []string{l.AgencyID}}
		if d.Keep {
			return event, nil
		}
		return event, l.end(file)
	})
}

func (l *Line) check(file *gate.Tx, version int64, d *Decision) error {
	switch {
	case !gate.WorksOnFiles(file.Actor()):
		return fault.New(fault.Refused, "sharing.not_your_task", "Reason", string(authz.ReasonNoRole))
	case l.Version != version:
		return fault.New(fault.Conflict, "sharing.grant_changed")
	}
	if !d.Keep {
		d.Reason = ""
		return nil
	}
	wrong := invalid()
	sharing.CheckCode(wrong, "reason", d.Reason, sharing.RenewReasons)
	last, beyond, err := l.beyond(file)
	if err != nil {
		return err
	}
	if beyond {
		wrong.WithField("decision", "review.beyond", "Last", last)
	}
	return wrong.OrNil()
}

// end takes the access away and tells who had it.
func (l *Line) end(file *gate.Tx) error {
	if err := file.EndGrants(l.GrantID, endReviewed); err != nil {
		return err
	}
	files, err := victimsOf(file)
	if err != nil {
		return err
	}
	if err := sharing.WithdrawOrphans(file, files); err != nil {
		return err
	}
	_, err = notice.Tell(file, notice.New{To: notice.To{Kind: l.GranteeKind, ID: l.GranteeID, AgencyID: l.AgencyID}, Code: "review.ended",
		FileID: l.FileID, Subject: l.GrantID})
	return err
}
