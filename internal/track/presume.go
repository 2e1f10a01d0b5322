package track

import (
	"slices"

	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/victim"
)

// indications is the condition that whoever decides confirms: that there are indications of trafficking. A result of a screening is none.
const indications = "indications"

// presumption is the step by which somebody of whom a country presumes nothing yet becomes a presumed victim there, with the course that
// it moves; nil where they are presumed already, or the law has no such step from where they stand.
func presumption(pack *rulepack.Pack, steps []Step, country string) (*rulepack.Move, course) {
	c := courseOf(steps, rulepack.Protection, country)
	from := c.state()
	if len(c.steps) == 0 {
		if from = detected; called(coursesOf(steps, "")) == victim.Presumed {
			return nil, c
		}
	}
	if pack == nil {
		return nil, c
	}
	for _, m := range pack.Moves(rulepack.Protection, from) {
		if m.To == presumed && slices.ContainsFunc(m.Conditions, func(one []string) bool { return slices.Contains(one, indications) }) {
			return &m, c
		}
	}
	return nil, c
}

// presume records, with a step of another track for which somebody confirmed that there are indications, that they presume: it is the same
// decision of the same person, and help does not wait until it is recorded a second time. Who may not take that step takes none. It tells
// whether the step was taken.
func (s *Service) presume(tx *gate.Tx, pack *rulepack.Pack, steps []Step, by *Step, confirmed []string, who Person) (bool, error) {
	if by.Track == rulepack.Protection || !slices.Contains(confirmed, indications) || !who.Unpresumed {
		return false, nil
	}
	m, c := presumption(pack, steps, by.Country)
	if m == nil || s.decides(tx, m, &c) != nil {
		return false, nil
	}
	st := &Step{ID: gate.NewID(), Track: rulepack.Protection, Country: by.Country, Seq: c.seq(), From: m.From, To: presumed, On: max(by.On, c.since()),
		Authority: by.Authority, Rule: m.Name(), Basis: m.Basis, Ground: indications, Pack: string(pack.Version)}
	if err := insert(tx, st, nil); err != nil {
		return false, err
	}
	return true, s.after(tx, m, st, who)
}

// unpresumed says whether a step by somebody of a country could presume the person on a day.
func (s *Service) unpresumed(steps []Step, country string, on moment.Date) bool {
	pack, _ := s.book.Pack(country, on)
	m, _ := presumption(pack, steps, country)
	return m != nil
}
