package clock

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/rulepack"
)

// Actions, as they stand in the trail.
var (
	formAction   = gate.OnFile("clock.form").Form()
	startAction  = gate.OnFile("clock.start")
	fileAction   = gate.OnFile("clock.of_file")
	showAction   = gate.ByAnyone("clock.show")
	stepAction   = gate.ByAnyone("clock.step")
	pauseAction  = gate.ByAnyone("clock.pause")
	resumeAction = gate.ByAnyone("clock.resume")
	renewAction  = gate.ByAnyone("clock.renew")
	endAction    = gate.ByAnyone("clock.end").WhileClosed()
	decideAction = gate.ByAnyone("clock.decide")
	listAction   = gate.ByAnyone("clock.list")
)

// Person is what a clock asks about the person of a victim file, as far as the caller may read it.
type Person struct {
	Born         moment.Date // the earliest day that the birth can have been; empty where it is not known
	Child, Adult bool        // neither where it is not known
	Free         bool        // moves freely in the Union
}

// Who tells about the person of the transaction's file; upper slices know.
type Who func(tx *gate.Tx) (Person, error)

// suits says whether a rule can hold for the person: one for adults not for a child, one of residence not for who needs none.
func (p Person) suits(r *rulepack.ClockRule) bool {
	return !(p.Child && !r.For(true) || p.Adult && !r.For(false) || p.Free && r.Section == authz.Residence)
}

// Service is what people do with clocks.
type Service struct {
	gate *gate.Gate
	book *rulepack.Book
	who  Who
}

// NewService makes the service.
func NewService(g *gate.Gate, book *rulepack.Book, who Who) *Service {
	return &Service{gate: g, book: book, who: who}
}

// New is what it takes to start a clock.
type New struct {
	Rule  string      // such as be.reflection
	Start moment.Date // the day of the event
	Until moment.Date // an earlier end that the authority set; empty for the rule's own
}

// Form is what the form for a new clock offers.
type Form struct {
	File  gate.FileRow
	Rules []rulepack.ClockRule
	Today moment.Date
}

// Form gives the rules by which the caller may start a clock on a file.
func (s *Service) Form(ctx context.Context, fileID string) (form Form, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(gate.Victim, fileID), func(tx *gate.Tx) (audit.Event, error) {
		who, err := s.who(tx)
		if err != nil {
			return audit.Event{}, err
		}
		form = Form{File: tx.File(), Today: moment.DayOf(tx.Now())}
		for _, r := range s.startable(tx) {
			if who.suits(&r) {
				form.Rules = append(form.Rules, r)
			}
		}
		if len(form.Rules) == 0 {
			return audit.Event{}, notYourTask()
		}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, nil
	})
	return form, err
}

// startable are the rules of all countries by which the caller may start a clock.
func (s *Service) startable(tx *gate.Tx) (rules []rulepack.ClockRule) {
	today := moment.DayOf(tx.Now())
	for _, country := range rulepack.Countries() {
		pack, ok := s.book.Pack(string(country), today)
		if !ok {
			continue
		}
		for _, r := range pack.Clocks {
			known := slices.ContainsFunc(rules, func(have rulepack.ClockRule) bool { return have.Rule == r.Rule })
			if !known && r.Kind != rulepack.Breach && issues(tx, pack, &r) {
				rules = append(rules, r)
			}
		}
	}
	return rules
}

// mayStart says whether there is such a rule.
func (s *Service) mayStart(tx *gate.Tx) bool {
	today := moment.DayOf(tx.Now())
	for _, country := range rulepack.Countries() {
		if pack, ok := s.book.Pack(string(country), today); ok && slices.ContainsFunc(pack.Clocks, func(r rulepack.ClockRule) bool {
			return r.Kind != rulepack.Breach && issues(tx, pack, &r)
		}) {
			return true
		}
	}
	return false
}

// mayAct says whether the caller pauses, ends and decides on a clock: whoever deals with its rule, of the clock's country or because they
// started it; those of another country only where nobody of that one could, as it is told to them.
func (s *Service) mayAct(tx *gate.Tx, c *Clock, r *rulepack.ClockRule) (bool, error) {
	actor := tx.Actor()
	if !deals(tx, c.Section(), r, c.AgencyID) {
		return false, nil
	}
	if actor.Country == c.Country || actor.AgencyID == c.AgencyID {
		return true, nil
	}
	holders, err := holdersOf(tx, c.FileID)
	if err != nil || !slices.ContainsFunc(holders, func(h holder) bool { return h.Country == c.Country }) {
		return err == nil, err
	}
	acts, err := s.whoActs(tx, c, r)
	return slices.ContainsFunc(acts, func(to notice.To) bool { return to.AgencyID == actor.AgencyID }), err
}

// deals says whether the caller deals with clocks of a rule on this file: who writes the section, and agencies of the kinds that
// the pack makes responsible and that may know of the clock.
func deals(tx *gate.Tx, section authz.Section, r *rulepack.ClockRule, starter string) bool {
	if !works(tx.Actor()) {
		return false
	}
	if tx.Decide(section, authz.Write).Allowed() {
		return true
	}
	kind := string(tx.Actor().Kind)
	return (slices.Contains(r.Responsible, kind) || starter == tx.Actor().AgencyID) &&
		sees(tx, &Clock{SectionWord: section.String(), AgencyID: tx.Actor().AgencyID})
}

// issues says whether the caller starts and renews clocks of a rule on this file, by the law of their own country and no other. Where a
// step of a track starts them, that is whoever decides on the step: a clock stands for a paper that they have issued. Others are for
// whoever deals with them.
func issues(tx *gate.Tx, pack *rulepack.Pack, r *rulepack.ClockRule) bool {
	actor := tx.Actor()
	if actor.Country != string(pack.Country) {
		return false
	}
	if len(pack.Starters(r.Rule)) == 0 {
		return deals(tx, r.Section, r, "")
	}
	return decidesOn(pack, r.Rule, string(actor.Kind), actor.Units...) && works(actor) && gate.Holds(actor, actor.Kind) &&
		sees(tx, &Clock{SectionWord: r.Section.String(), AgencyID: actor.AgencyID})
}

// decidesOn says whether agencies of a kind, or of these units of it, decide on a step that starts a rule's clocks.
func decidesOn(pack *rulepack.Pack, rule, kind string, units ...string) bool {
	return slices.ContainsFunc(pack.Starters(rule), func(m *rulepack.Move) bool { return m.DecidedBy(kind, units...) })
}

func notYourTask() error {
	return fault.New(fault.Refused, "clock.not_your_task", "Reason", string(authz.ReasonNoRole))
}

// Start starts a clock on a victim file and gives its id; the same once key with the same content gives it again.
func (s *Service) Start(ctx context.Context, fileID string, n New, once string) (id string, err error) {
	err = s.gate.Write(ctx, startAction, gate.File(gate.Victim, fileID), func(tx *gate.Tx) (audit.Event, error) {
		made, again, err := tx.Once(once, fmt.Sprint(fileID, n), func() (string, error) {
			r, pack, err := s.ruleOf(tx, n)
			if err != nil {
				return "", err
			}
			if !issues(tx, pack, &r) {
				return "", notYourTask()
			}
			return s.start(tx, &r, pack, n)
		})
		id = made
		if again || err != nil {
			return audit.Event{Op: audit.Consult, Subject: id}, err
		}
		return audit.Event{Op: audit.Collect, Subject: id, SubjectCategory: "victim", Justification: n.Rule, Fields: []string{"start_on", "due_on"}}, nil
	})
	return id, err
}

// ruleOf finds the reading of a rule that held on the day of the event. A rule of all countries runs in the caller's own.
func (s *Service) ruleOf(tx *gate.Tx, n New) (rulepack.ClockRule, *rulepack.Pack, error) {
	for _, country := range append([]rulepack.Country{rulepack.Country(tx.Actor().Country)}, rulepack.Countries()...) {
		if pack, ok := s.book.Pack(string(country), n.Start); ok {
			if r, ok := pack.Clock(n.Rule); ok {
				return r, pack, nil
			}
		}
	}
	wrong := fault.New(fault.Invalid, "fault.invalid")
	if _, ok := moment.ParseDate(string(n.Start)); !ok {
		return rulepack.ClockRule{}, nil, wrong.WithField("start_on", "fault.field_not_a_date")
	}
	return rulepack.ClockRule{}, nil, wrong.WithField("rule", "clock.unknown_rule")
}

// StartIn starts a clock inside a running use case on a victim file whose own rules have decided that it may.
func (s *Service) StartIn(tx *gate.Tx, rule, country string, start moment.Date) (id string, err error) {
	pack, ok := s.book.Pack(country, start)
	if !ok {
		return "", fault.New(fault.Invalid, "fault.invalid").WithField("country", "clock.unknown_rule")
	}
	r, ok := pack.Clock(rule)
	if !ok {
		return "", fault.New(fault.Invalid, "fault.invalid").WithField("rule", "clock.unknown_rule")
	}
	if c, runs, err := byRule(tx, rule); err != nil || runs && c.StartOn == start {
		return c.ID, err // whoever decides had started it by hand
	}
	if err := s.clear(tx, pack, &r); err != nil {
		return "", err
	}
	return s.start(tx, &r, pack, New{Rule: rule, Start: start})
}

// clear ends as mistakes the clocks that stand in the way of a decision and that somebody started who does not decide on it, which
// nobody can any more: an authority is not kept from recording what it has decided.
func (s *Service) clear(tx *gate.Tx, pack *rulepack.Pack, r *rulepack.ClockRule) error {
	open, err := openOf(tx, tx.File().ID)
	if err != nil {
		return err
	}
	today := moment.DayOf(tx.Now())
	for i := range open {
		c := &open[i]
		inTheWay := c.Rule == r.Rule || r.Kind == rulepack.Reflection && c.Kind == r.Kind && c.Country == string(pack.Country)
		if !inTheWay || len(pack.Starters(c.Rule)) == 0 {
			continue
		}
		kind, country, err := starterOf(tx, c)
		if err != nil {
			return err
		}
		if country == string(pack.Country) && decidesOn(pack, c.Rule, kind) {
			continue
		}
		if err := errors.Join(end(tx, c, today, mistaken), s.tellCorrected(tx, c, today)); err != nil {
			return err
		}
	}
	return nil
}

// StartBy is StartIn for a step of a track, which does not ask for the clock's id.
func (s *Service) StartBy(tx *gate.Tx, rule, country string, start moment.Date) error {
	_, err := s.StartIn(tx, rule, country, start)
	return err
}

func (s *Service) start(tx *gate.Tx, r *rulepack.ClockRule, pack *rulepack.Pack, n New) (string, error) {
	country := string(pack.Country)
	today := moment.DayOf(tx.Now())
	if err := s.checkStart(tx, r, n, today); err != nil {
		return "", err
	}
	open, err := openOf(tx, tx.File().ID)
	if err != nil {
		return "", err
	}
	answers := r.Kind == rulepack.Answer && len(pack.Starters(r.Rule)) == 0
	for i := range open {
		if answers && open[i].AgencyID != tx.Actor().AgencyID {
			continue // what another agency was asked is its own to answer, and not told
		}
		if open[i].Rule == r.Rule || r.Kind == rulepack.Reflection && open[i].Kind == r.Kind && open[i].Country == country {
			return "", alreadyRuns(r.Kind, r.Rule)
		}
	}
	c := &Clock{ID: gate.NewID(), FileID: tx.File().ID, AgencyID: tx.Actor().AgencyID, Country: country, Rule: r.Rule, Kind: r.Kind,
		SectionWord: r.Section.String(), State: Runs, StartOn: n.Start, Terms: termsOf(r), SetDueOn: n.Until, PackVersion: pack.Version}
	c.set(c.due(c.Terms), r.Warn, today)
	if err := insert(tx, c); err != nil {
		return "", err
	}
	if err := record(tx, c, Step{Step: started, OnDay: n.Start}); err != nil {
		return "", err
	}
	return c.ID, s.tellStarted(tx, c, r)
}

// tellStarted tells who must act that the person's time to decide has begun: to recover, or to appeal. The papers that an office issues are
// asked for by those who hear of their end in time.
func (s *Service) tellStarted(tx *gate.Tx, c *Clock, r *rulepack.ClockRule) error {
	if r.Kind != rulepack.Reflection && r.Consequence != rulepack.DecisionFinal {
		return nil
	}
	to, err := s.whoActs(tx, c, r)
	if err != nil {
		return err
	}
	n := notice.New{Code: "clock_" + started, FileID: c.FileID, Subject: c.ID, Link: "clock", DueAt: c.DueOn.EndOf()}
	return notice.TellAll(tx, n, distinct(others(tx, to))...)
}

// checkStart names everything that is wrong with a start at once, each with the rule's name.
func (s *Service) checkStart(tx *gate.Tx, r *rulepack.ClockRule, n New, today moment.Date) error {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	if r.Kind == rulepack.Breach {
		wrong.WithField("rule", "clock.not_on_a_file", "Rule", r.Rule)
	}
	who, err := s.who(tx)
	if err != nil {
		return err
	}
	if !who.suits(r) {
		wrong.WithField("rule", "clock.other_person", "Rule", r.Rule)
	}
	checkDay(wrong, "start_on", n.Start, "1900-01-01", today, r.Rule)
	if len(wrong.Fields) == 0 && n.Start < who.Born {
		wrong.WithField("start_on", "clock.before_birth", "Rule", r.Rule)
	}
	checkUntil(wrong, r, n)
	return wrong.OrNil()
}

// checkUntil lets an authority set an earlier end only where the rule says "at most", and never one that leaves less than the
// floor of a reflection period.
func checkUntil(wrong *fault.Fault, r *rulepack.ClockRule, n New) {
	if n.Until == "" || len(wrong.Fields) > 0 {
		return
	}
	until, ok := moment.ParseDate(string(n.Until))
	switch {
	case !ok:
		wrong.WithField("until", "fault.field_not_a_date")
	case !r.AtMost:
		wrong.WithField("until", "clock.length_is_fixed", "Rule", r.Rule)
	case until <= n.Start:
		wrong.WithField("until", "clock.end_before_start", "Rule", r.Rule)
	case until > r.Due(n.Start):
		wrong.WithField("until", "clock.longer_than_rule", "Rule", r.Rule)
	case r.Kind == rulepack.Reflection && until < n.Start.AddDays(rulepack.ReflectionFloor):
		wrong.WithField("until", "clock.under_floor", "Rule", r.Rule, "Days", rulepack.ReflectionFloor)
	}
}

// checkDay refuses a day outside of what can have happened: none, one in the future, or one before another.
func checkDay(wrong *fault.Fault, name string, day, from, today moment.Date, rule string) {
	parsed, ok := moment.ParseDate(string(day))
	switch {
	case day == "":
		wrong.WithField(name, "fault.field_required")
	case !ok || parsed < "1900-01-01":
		wrong.WithField(name, "fault.field_not_a_date")
	case parsed > today:
		wrong.WithField(name, "clock.in_future", "Rule", rule)
	case parsed < from:
		wrong.WithField(name, "clock.end_before_start", "Rule", rule)
	}
}

// EndIn ends the clock of a rule inside a running use case on its file; where none runs it changes nothing.
func EndIn(tx *gate.Tx, rule string, on moment.Date, why string) error {
	c, found, err := byRule(tx, rule)
	if err != nil || !found {
		return err
	}
	return end(tx, &c, on, why)
}

// Running are the open clocks of a file, whoever may know of them: for the program's own questions.
func Running(tx *gate.Tx, fileID string) ([]Clock, error) { return openOf(tx, fileID) }
