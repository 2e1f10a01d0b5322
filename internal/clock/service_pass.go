package clock

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/rulepack"
)

var (
	tellAction    = gate.ByProgram("clock.tell")
	compareAction = gate.ByProgram("clock.compare")
)

// What one transaction of the program's own work takes.
const (
	tellAtOnce    = 50
	compareAtOnce = 1000
)

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("clock: nothing to do")

// Tidy does what time asks for: it tells who has to act about the days that have come, and once a day, or when a pack has changed,
// compares every open clock with its pack. Each takes small pieces, and doing one twice changes nothing. ctx is the program's own.
func (s *Service) Tidy(ctx context.Context) error {
	_, told := s.TellDue(ctx)
	_, compared := s.Compare(ctx)
	return errors.Join(told, compared)
}

// untilNothing runs a step until it finds nothing to do and adds up what it did.
func (s *Service) untilNothing(ctx context.Context, a gate.Action, step func(tx *gate.Tx) (int, audit.Event, error)) (done int, err error) {
	for {
		some := 0
		err := s.gate.Write(ctx, a, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
			some, event, err = step(tx)
			return event, err
		})
		if errors.Is(err, errNothing) {
			return done + some, nil
		}
		if err != nil {
			return done, err
		}
		done += some
	}
}

// TellDue tells who has to act about each clock whose day has come, and gives the number of clocks.
func (s *Service) TellDue(ctx context.Context) (int, error) {
	return s.untilNothing(ctx, tellAction, func(tx *gate.Tx) (int, audit.Event, error) {
		today := moment.DayOf(tx.Now())
		list, err := toTell(tx, today, tellAtOnce)
		if err == nil && len(list) == 0 {
			err = errNothing
		}
		if err != nil {
			return 0, audit.Event{}, err
		}
		for i := range list {
			if err := s.tell(tx, &list[i], today); err != nil {
				return 0, audit.Event{}, err
			}
		}
		return len(list), audit.Event{Op: audit.Alter, Fields: []string{"next_on"}, Results: filesOf(list)}, nil
	})
}

// tell tells about one clock and moves its next day on.
func (s *Service) tell(tx *gate.Tx, c *Clock, today moment.Date) error {
	r := s.rule(c, today)
	what := c.tells(today)
	to, err := s.whoActs(tx, c, &r)
	if err != nil {
		return err
	}
	n := notice.New{Code: "clock_" + what, FileID: c.FileID, Subject: c.ID, Link: "clock", DueAt: c.DueOn.EndOf(), MustAcknowledge: what == overdue}
	if what == reached {
		n.DueAt = 0
	}
	if what == overdue {
		for _, agencyID := range agenciesOf(to) {
			to = append(to, notice.SupervisorsOf(agencyID))
		}
	}
	if err := notice.TellAll(tx, n, distinct(to)...); err != nil {
		return err
	}
	c.NextOn = c.tellAfter(r.Warn, today)
	if err := setNext(tx, c); err != nil {
		return err
	}
	return record(tx, c, Step{Step: what, OnDay: today})
}

// whoActs are the desks and persons of the agencies that the pack makes responsible, where they may know of the clock: those of
// its country, else those of any. Where there are none, whoever started it, and if those have lost the file their supervisors.
func (s *Service) whoActs(tx *gate.Tx, c *Clock, r *rulepack.ClockRule) (to []notice.To, err error) {
	holders, err := holdersOf(tx, c.FileID)
	if err != nil {
		return nil, err
	}
	pick := func(wanted func(h *holder) bool) []notice.To { return pickOf(holders, wanted) }
	starter := func(h *holder) bool { return h.AgencyID == c.AgencyID }
	acts := func(h *holder) bool {
		if slices.Contains(r.Responsible, rulepack.Starter) && starter(h) {
			return true
		}
		return slices.Contains(r.Responsible, string(h.AgencyKind)) &&
			(starter(h) || h.Sections.Has(c.Section()) && h.OnlyOf.Lets(c.Section(), c.AgencyID) && tx.OpensTo(h.AgencyKind, c.Section(), h.Relations, h.Basis))
	}
	if to = pick(func(h *holder) bool { return acts(h) && h.Country == c.Country }); len(to) > 0 {
		return to, nil
	}
	if to = pick(acts); len(to) > 0 {
		return to, nil
	}
	if to = pick(starter); len(to) > 0 {
		return to, nil
	}
	return []notice.To{notice.SupervisorsOf(c.AgencyID)}, nil
}

func pickOf(holders []holder, wanted func(h *holder) bool) (to []notice.To) {
	for i := range holders {
		if h := &holders[i]; wanted(h) {
			to = append(to, notice.To{Kind: h.Kind, ID: h.ID, AgencyID: h.AgencyID})
		}
	}
	return to
}

// tellActed tells who must act on a clock, and who started it, what somebody of another agency did to it.
func (s *Service) tellActed(tx *gate.Tx, c *Clock, r *rulepack.ClockRule, did string) error {
	to, err := s.whoActs(tx, c, r)
	if err != nil {
		return err
	}
	holders, err := holdersOf(tx, c.FileID)
	if err != nil {
		return err
	}
	to = append(to, pickOf(holders, func(h *holder) bool { return h.AgencyID == c.AgencyID })...)
	n := notice.New{Code: "clock_" + did, FileID: c.FileID, Subject: c.ID, Link: "clock"}
	if c.State == Runs {
		n.DueAt = c.DueOn.EndOf()
	}
	return notice.TellAll(tx, n, distinct(others(tx, to))...)
}

// others are the recipients outside of the caller's agency, which knows what it did.
func others(tx *gate.Tx, to []notice.To) []notice.To {
	return slices.DeleteFunc(to, func(one notice.To) bool { return one.AgencyID == tx.Actor().AgencyID })
}

func agenciesOf(to []notice.To) (ids []string) {
	for _, one := range to {
		if !slices.Contains(ids, one.AgencyID) {
			ids = append(ids, one.AgencyID)
		}
	}
	return ids
}

// distinct names each recipient once, and no worker whose agency is told at a desk.
func distinct(to []notice.To) (list []notice.To) {
	for _, one := range to {
		atDesk := func(other notice.To) bool { return other.Kind == notice.Desk && other.AgencyID == one.AgencyID }
		if !slices.Contains(list, one) && (one.Kind != notice.Worker || !slices.ContainsFunc(to, atDesk)) {
			list = append(list, one)
		}
	}
	return list
}

// Compare holds every open clock against its pack as it reads today, in one pass a day by their ids, and notes which would move.
// It moves none. It gives the number of clocks that it looked at.
func (s *Service) Compare(ctx context.Context) (int, error) {
	print := s.fingerprint()
	return s.untilNothing(ctx, compareAction, func(tx *gate.Tx) (int, audit.Event, error) {
		today := moment.DayOf(tx.Now())
		p, err := passOf(tx)
		if err != nil {
			return 0, audit.Event{}, err
		}
		if p.Day != today || p.Packs != print {
			p = pass{Day: today, Packs: print}
		} else if p.AfterID == finished {
			return 0, audit.Event{}, errNothing
		}
		list, err := openAfter(tx, p.AfterID, compareAtOnce)
		if err != nil {
			return 0, audit.Event{}, err
		}
		before, err := mannersOf(tx)
		if err != nil {
			return 0, audit.Event{}, err
		}
		event := audit.Event{Op: audit.Alter, Fields: []string{"would_due_on"}}
		for i := range list {
			c := &list[i]
			changed, err := s.hold(tx, c, before, today)
			if err != nil {
				return 0, event, err
			}
			if changed {
				event.Results = append(event.Results, c.FileID)
			}
		}
		if len(list) == compareAtOnce {
			p.AfterID = list[len(list)-1].ID
			return len(list), event, setPass(tx, p)
		}
		p.AfterID = finished
		return len(list), event, errors.Join(s.keepManners(tx, before, today), setPass(tx, p))
	})
}

// hold holds one clock against its pack. Who has to decide on it is told if it would move, and who must act if the rest of its rule reads
// otherwise: both once for each reading of the pack and not for each clock, because they find all of them on one list.
func (s *Service) hold(tx *gate.Tx, c *Clock, before map[ruleKey]string, today moment.Date) (changed bool, err error) {
	r := s.rule(c, today)
	if changed, err = s.remember(tx, c, &r, today); err != nil {
		return changed, err
	}
	if was, known := before[ruleKey{c.Country, c.Rule}]; known && was != mannerOf(&r) {
		changed = true
		if err := s.follow(tx, c, &r, today); err != nil {
			return true, err
		}
	}
	if !c.compare(&r) {
		return changed, nil
	}
	if err := setWould(tx, c); err != nil || c.WouldDueOn == "" {
		return true, err
	}
	return true, s.tellReading(tx, c, &r, "clocks_moving", today)
}

// follow lets a clock follow what its rule says of warnings, and tells who must act that the rule reads otherwise.
func (s *Service) follow(tx *gate.Tx, c *Clock, r *rulepack.ClockRule, today moment.Date) error {
	if c.State == Runs {
		next := c.NextOn
		c.set(c.DueOn, r.Warn, today)
		if c.NextOn = c.tellAfter(r.Warn, today); next != "" && next <= today {
			c.NextOn = next // has still to be told
		}
		if err := setWarn(tx, c); err != nil {
			return err
		}
	}
	return s.tellReading(tx, c, r, "clocks_ruled", today)
}

// tellReading tells who must act on a clock once of what a reading of the pack changes.
func (s *Service) tellReading(tx *gate.Tx, c *Clock, r *rulepack.ClockRule, code string, today moment.Date) error {
	to, err := s.whoActs(tx, c, r)
	if err != nil {
		return err
	}
	version := ""
	if pack, ok := s.book.Pack(c.Country, today); ok {
		version = string(pack.Version)
	}
	n := notice.New{Code: code, Subject: hashOf(c.Country + version + s.fingerprint()), Link: code, MustAcknowledge: true}
	return notice.TellOnce(tx, n, distinct(to)...)
}

// ruleKey names a rule in a country.
type ruleKey struct{ country, rule string }

// mannerOf is all of a rule that moves no last day: when who is told, how often it is renewed and what ends it. It holds from the day of the
// pack on, for clocks that run too.
func mannerOf(r *rulepack.ClockRule) string {
	return fmt.Sprint(r.Warn, r.Responsible, r.Renewals, r.Ends)
}

// keepManners writes down how the rules of the day read, for the next pass.
func (s *Service) keepManners(tx *gate.Tx, before map[ruleKey]string, today moment.Date) error {
	for _, country := range rulepack.Countries() {
		pack, ok := s.book.Pack(string(country), today)
		if !ok {
			continue
		}
		for i := range pack.Clocks {
			r := &pack.Clocks[i]
			key, manner := ruleKey{string(country), r.Rule}, mannerOf(r)
			if was, known := before[key]; known && was == manner {
				continue
			}
			if err := setManner(tx, key, manner); err != nil {
				return err
			}
		}
	}
	return nil
}

// fingerprint tells whether the packs read as they did when the last pass began.
func (s *Service) fingerprint() string {
	text := ""
	for _, r := range s.book.Clocks() {
		text += fmt.Sprintf("%s %s %s %s\n", r.Rule, termsOf(&r), r.To, mannerOf(&r))
	}
	return hashOf(text)
}
