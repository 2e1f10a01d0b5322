package clock

import (
	"context"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

// PageSize is how many clocks stand on one page.
const PageSize = 50

// Box is one of the lists of clocks.
type Box string

// The lists.
const (
	Due     Box = "due"     // the caller's kind of agency has to act, and the time of warnings has begun
	Overdue Box = "overdue" // the last day has passed; supervisors see those of their agency's files
	Open    Box = "open"    // all that the caller may know of
	Moving  Box = "moving"  // the pack reads otherwise now, and nobody has decided yet
)

// Boxes lists the lists.
func Boxes() []Box { return []Box{Due, Overdue, Open, Moving} }

// List is one page of clocks.
type List struct {
	Items []Clock
	Next  gate.Cursor
	Today moment.Date
}

// List gives one page of one of the caller's lists, the first day first.
func (s *Service) List(ctx context.Context, box Box, after gate.Cursor) (list List, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = List{Today: moment.DayOf(tx.Now())}
		q, err := s.box(tx, box)
		if err != nil {
			return audit.Event{}, err
		}
		list.Items, list.Next, err = q.page(tx, after, PageSize)
		return audit.Event{Op: audit.Search, SubjectCategory: "victim", Results: filesOf(list.Items)}, err
	})
	return list, err
}

// First gives the beginning of a list inside a running look at the caller's own affairs.
func (s *Service) First(tx *gate.Tx, box Box, limit int) ([]Clock, error) {
	q, err := s.box(tx, box)
	if err != nil {
		return nil, err
	}
	list, _, err := q.page(tx, gate.Cursor{}, limit)
	return list, err
}

// Count counts a list up to most, inside a running look at the caller's own affairs; the list holds as many.
func (s *Service) Count(tx *gate.Tx, box Box, most int) (int, error) {
	q, err := s.box(tx, box)
	if err != nil {
		return 0, err
	}
	return q.count(tx, most)
}

func (s *Service) box(tx *gate.Tx, box Box) (query, error) {
	which := map[Box]string{Due: inDue, Overdue: inOverdue, Open: inOpen, Moving: inMoving}[box]
	if which == "" {
		return query{}, fault.New(fault.Invalid, "fault.invalid").WithField("box", "fault.field_unknown_code")
	}
	whose := ofCaller
	if box == Overdue && tx.Actor().Supervisor {
		whose = ofAgency
	}
	return s.about(tx, whose, which), nil
}

// about fills a list's question with what the caller may see and has to do.
func (s *Service) about(tx *gate.Tx, whose, which string) query {
	var sights []sight
	rules, own := []string{""}, []string{""}
	for _, r := range s.book.Clocks() {
		if r.Kind == rulepack.Breach {
			continue
		}
		if !slices.ContainsFunc(sights, func(have sight) bool { return have.section == r.Section }) {
			sights = append(sights, sightOf(tx, r.Section))
		}
		if slices.Contains(r.Responsible, string(tx.Actor().Kind)) && works(tx.Actor()) {
			rules = append(rules, r.Rule)
		}
		if slices.Contains(r.Responsible, rulepack.Starter) {
			own = append(own, r.Rule)
		}
	}
	args := gate.Args{}
	if which == inDue || which == inMoving {
		args["rules"], args["own_rules"] = rules, own
	}
	if which == inDue || which == inOverdue {
		args["today"] = string(moment.DayOf(tx.Now()))
	}
	if which == inFeed {
		args["since"] = string(moment.DayOf(tx.Now()).AddDays(-shownOver))
	}
	return about(whose, which, sights, args)
}

func filesOf(list []Clock) (ids []string) {
	for i := range list {
		if !slices.Contains(ids, list[i].FileID) {
			ids = append(ids, list[i].FileID)
		}
	}
	return ids
}

// View is one clock with its history and what the reader may do about it.
type View struct {
	Clock
	Rule     rulepack.ClockRule // as the pack reads today
	Next     []rulepack.ClockRule
	Steps    []Step
	Names    map[string]string // of colleagues, by worker
	Today    moment.Date
	Closed   bool // the file is: what runs can be ended, and nothing else
	CanAct   bool
	CanRenew bool
	Falls    string      // why offices are closed on the last day, a word of rulepack.Holidays; empty where they are not
	Before   moment.Date // then the last day before it on which they are open
}

// Show gives one clock.
func (s *Service) Show(ctx context.Context, clockID string) (View, error) {
	return s.look(ctx, showAction, clockID, func(*View) error { return nil })
}

// ForStep is Show for somebody who is about to take a step; who may not is refused before typing anything.
func (s *Service) ForStep(ctx context.Context, clockID string) (View, error) {
	return s.look(ctx, stepAction, clockID, func(v *View) error {
		switch {
		case v.State == Ended:
			return fault.New(fault.Conflict, "clock.already_ended")
		case !v.CanAct:
			return notYourTask()
		}
		return nil
	})
}

func (s *Service) look(ctx context.Context, action gate.Action, clockID string, check func(*View) error) (view View, err error) {
	err = s.gate.Read(ctx, action, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		file, c, r, err := s.find(tx, clockID)
		if err != nil {
			return audit.Event{}, err
		}
		may, err := s.mayAct(file, &c, &r)
		if err != nil {
			return audit.Event{}, err
		}
		view = View{Clock: c, Rule: r, Today: moment.DayOf(tx.Now()), Closed: file.File().Closed(), CanAct: c.State != Ended && may}
		if err := check(&view); err != nil {
			return audit.Event{}, err
		}
		view.CanRenew = view.CanAct && !view.Closed && c.State == Runs && c.renewable(&r) && view.Today >= c.renewFrom(&r) && s.issued(file, &c, &r)
		if pack, ok := s.book.Pack(c.Country, view.Today); ok {
			view.Next = pack.Next(c.Rule)
		}
		if view.Falls = s.book.Closed(c.Country, c.DueOn); view.Falls != "" && c.State != Ended {
			view.Before = s.book.WorkingDay(c.Country, c.DueOn)
		}
		if view.Steps, err = stepsOf(file, clockID); err != nil {
			return audit.Event{}, err
		}
		view.Names, err = agency.WorkerNames(tx, colleagues(view.Steps, tx.Actor()))
		return audit.Event{Op: audit.Consult, Subject: c.ID, SubjectCategory: "victim", Results: []string{c.FileID}}, err
	})
	return view, err
}

// colleagues are the people of the reader's own agency who took a step; names of others stay in their agency.
func colleagues(steps []Step, reader *authz.Actor) (ids []string) {
	for _, step := range steps {
		if step.WorkerID != "" && step.AgencyID == reader.AgencyID && !slices.Contains(ids, step.WorkerID) {
			ids = append(ids, step.WorkerID)
		}
	}
	return ids
}

// OfFile gives the clocks of a victim file of which the caller may know, the open ones first.
func (s *Service) OfFile(ctx context.Context, fileID string) (list List, err error) {
	err = s.gate.Read(ctx, fileAction, gate.File(gate.Victim, fileID), func(tx *gate.Tx) (audit.Event, error) {
		list = List{Today: moment.DayOf(tx.Now())}
		list.Items, err = visible(tx)
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return list, err
}

// visible are the clocks of the transaction's file of which the caller may know.
func visible(tx *gate.Tx) (list []Clock, err error) {
	all, err := allOf(tx)
	for i := range all {
		if sees(tx, &all[i]) {
			all[i].Reference, all[i].Mine = tx.File().Reference, true
			list = append(list, all[i])
		}
	}
	return list, err
}

// Days are the due days of the file's open time limits by their rule, as far as the caller may know of them.
func Days(tx *gate.Tx) (map[string]moment.Date, error) {
	list, err := visible(tx)
	days := map[string]moment.Date{}
	for i := range list {
		if list[i].State != Ended {
			days[list[i].Rule] = list[i].DueOn
		}
	}
	return days, err
}
