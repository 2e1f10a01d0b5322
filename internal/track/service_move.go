package track

import (
	"slices"
	"strings"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/rulepack"
	"relais/internal/section"
	"relais/internal/sharing"
)

// longestDocument is how many characters the reference of a document may have.
const longestDocument = 120

func (s *Service) move(tx *gate.Tx, n New, version int64) (stepID string, presumes bool, err error) {
	if !slices.Contains(rulepack.Tracks(), n.Track) {
		return "", false, invalid("track", "fault.field_unknown_code", "")
	}
	steps, err := stepsOf(tx)
	if err != nil {
		return "", false, err
	}
	c := courseOf(steps, n.Track, tx.Actor().Country)
	who, err := s.facts(tx, moment.DayOf(tx.Now()))
	if err != nil {
		return "", false, err
	}
	who.Unpresumed = s.unpresumed(steps, c.country, moment.DayOf(tx.Now()))
	pack, m, err := s.allowed(tx, &c, n, who)
	if err != nil {
		return "", false, err
	}
	if !meets(m, steps, c.country) {
		return "", false, invalid("to", "track.needs_other", m.Name())
	}
	if version != c.next() {
		return "", false, fault.New(fault.Conflict, "track.moved")
	}
	if err := n.check(tx, &c, m, who); err != nil {
		return "", false, err
	}
	st := &Step{ID: gate.NewID(), Track: n.Track, Country: c.country, Seq: c.seq(), From: c.state(), To: n.To, On: n.On,
		Authority: string(tx.Actor().Kind), Rule: m.Name(), Basis: m.Basis, Ground: strings.Join(n.Confirmed, ";"), Pack: string(pack.Version),
		Document: n.Document, Note: n.Note}
	sealed, err := seal(tx, st)
	if err != nil {
		return "", false, err
	}
	if err := insert(tx, st, sealed); err != nil {
		return "", false, err
	}
	if presumes, err = s.presume(tx, pack, steps, st, n.Confirmed, who); err != nil {
		return "", false, err
	}
	if err := label(tx); err != nil {
		return "", false, err
	}
	if err := s.after(tx, m, st, who); err != nil {
		return "", false, err
	}
	return st.ID, presumes, tx.Changed()
}

// allowed finds the move in the law of the caller's country, and makes sure that the caller decides on it.
func (s *Service) allowed(tx *gate.Tx, c *course, n New, who Person) (*rulepack.Pack, *rulepack.Move, error) {
	pack, _ := s.book.Pack(c.country, moment.DayOf(tx.Now()))
	if on, ok := s.book.Pack(c.country, n.On); ok { // the law of the day on which it happened
		pack = on
	}
	if err := s.decides(tx, &rulepack.Move{Track: c.track, From: c.state(), To: n.To, Deciders: []string{rulepack.Anybody}}, c); err != nil {
		return nil, nil, err
	}
	if !slices.Contains(rulepack.States(c.track), n.To) { // what somebody made up is not repeated
		return nil, nil, invalid("to", "fault.field_unknown_code", "")
	}
	rule := c.track + ":" + c.state() + ">" + n.To
	var other error
	for _, m := range movesFor(pack, c, who) {
		if m.To != n.To || m.Person != rulepack.Anybody && who.Child == Unknown && m.Person != n.Person {
			continue
		}
		if other = s.decides(tx, &m, c); other == nil {
			return pack, &m, nil
		}
	}
	if other != nil {
		return nil, nil, other
	}
	return nil, nil, invalid("to", "track.not_allowed", rule)
}

// meets says whether the other tracks, in the same country, have come to where a move needs them.
func meets(m *rulepack.Move, steps []Step, country string) bool {
	for _, need := range m.Needs {
		if !slices.ContainsFunc(need, func(s rulepack.State) bool {
			c := courseOf(steps, s.Track, country)
			return c.state() == s.State
		}) {
			return false
		}
	}
	return true
}

func invalid(field, key, rule string) *fault.Fault {
	f := fault.New(fault.Invalid, "fault.invalid")
	if rule == "" {
		return f.WithField(field, key)
	}
	return f.WithField(field, key, "Rule", rule)
}

// check looks at the day, the conditions, the document and the note.
func (n *New) check(tx *gate.Tx, c *course, m *rulepack.Move, who Person) error {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	on, ok := moment.ParseDate(string(n.On))
	switch {
	case n.On == "":
		wrong.WithField("on", "fault.field_required")
	case !ok:
		wrong.WithField("on", "fault.field_not_a_date")
	case on > moment.DayOf(tx.Now()):
		wrong.WithField("on", "track.future", "Rule", m.Name())
	case who.unborn(on):
		wrong.WithField("on", "track.before_birth", "Rule", m.Name())
	case on < c.since():
		wrong.WithField("on", "track.before_last", "Rule", m.Name())
	}
	n.checkConditions(wrong, c, m, who)
	if n.Document = section.FreeLine(wrong, "document", n.Document, longestDocument); n.Document == "" && wantsDocument(m) {
		wrong.WithField("document", "track.document_wanted", "Rule", m.Name())
	}
	n.Note = sharing.CheckNote(wrong, n.Note)
	if len(wrong.Fields) > 0 {
		return wrong
	}
	return nil
}

// wantsDocument says whether a step has to name the paper on which it rests. Papers of residence have their number in the section.
func wantsDocument(m *rulepack.Move) bool {
	return len(m.Documents) > 0 && m.Track != rulepack.Residence
}

// checkConditions wants every condition of the move confirmed, one of each word, and keeps nothing that the move does not ask.
func (n *New) checkConditions(wrong *fault.Fault, c *course, m *rulepack.Move, who Person) {
	var kept []string
	for _, one := range m.Conditions {
		met := false
		for _, condition := range one {
			said := slices.Contains(n.Confirmed, condition)
			if said && contradicts(condition, who) || said && condition == "three_years" && !c.threeYears(n.On) {
				wrong.WithField("confirmed", "track.contradicted", "Rule", m.Name())
				return
			}
			if said || known(condition, who) {
				met, kept = true, append(kept, condition)
			}
		}
		if !met {
			wrong.WithField("confirmed", "track.unconfirmed", "Rule", m.Name())
			return
		}
	}
	n.Confirmed = kept
}

// threeYears says whether three years have passed since the first permit (NL, Vb art. 3.51(1)(k)).
func (c *course) threeYears(on moment.Date) bool {
	for i := range c.steps {
		if c.steps[i].To == "temporary" {
			return rulepack.Add(c.steps[i].On, 3, rulepack.Years) <= on
		}
	}
	return false
}

// why is the code of what ends a clock with a step.
func why(st *Step) string {
	switch {
	case st.Track == rulepack.Criminal:
		return "answered"
	case st.To == "ended_withdrawn" && slices.Contains(rulepack.Endings(), st.Ground):
		return st.Ground
	case st.To == "ended_expired":
		return "permit_lost"
	case st.To == "asylum_track" || st.To == "return":
		return "declined"
	}
	return "next_document"
}

// after sets going what a step brings: clocks end and start, tasks arise, and whoever leads the file is told.
func (s *Service) after(tx *gate.Tx, m *rulepack.Move, st *Step, who Person) error {
	if s.clocks.End != nil {
		for _, rule := range m.Ends {
			if err := s.clocks.End(tx, rule, st.On, why(st)); err != nil {
				return err
			}
		}
		for _, rule := range m.Starts {
			if err := s.clocks.Start(tx, rule, st.Country, st.On); err != nil {
				return err
			}
		}
	}
	if err := duties(tx, who); err != nil {
		return err
	}
	leads, err := notice.LeadDesks(tx)
	if err != nil {
		return err
	}
	for _, to := range leads {
		if to.AgencyID == tx.Actor().AgencyID {
			continue
		}
		if _, err := notice.Tell(tx, notice.New{To: to, Code: "track_moved", FileID: tx.File().ID, Link: "victim"}); err != nil {
			return err
		}
	}
	return nil
}
