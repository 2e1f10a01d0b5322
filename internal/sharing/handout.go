package sharing

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// What other slices need to share a victim file by the rules of a referral.

// Check adds a field fault for each rule that the terms break and gives the instant at which the access will end, at the latest
// at longest.
func (t *Terms) Check(wrong *fault.Fault, now, longest moment.Time) moment.Time {
	return min(t.check(wrong, now), longest)
}

// Package checks every section that the caller wants to pass on, and that what is marked may travel to every one of these
// disciplines; the marking of all of it together comes along.
func (s *Service) Package(tx *gate.Tx, wrong *fault.Fault, what Picked, terms *Terms, to []authz.Role) (c Chosen, marking string, err error) {
	if c, err = s.choose(tx, wrong, what, "", terms.offered()); err != nil {
		return c, "", err
	}
	for _, kind := range to {
		if marking, err = checkMarking(tx, wrong, &c, kind); err != nil || len(wrong.Fields) > 0 {
			break
		}
	}
	return c, marking, err
}

// Receivable leaves of a package what an agency of this discipline may get, and says as what it gets it.
func (s *Service) Receivable(sections authz.SectionSet, to authz.Role) (authz.SectionSet, authz.RelationSet) {
	var left authz.SectionSet
	for id := range sections.Each {
		if mayReceive(s.readable(to), to, id) {
			left = left.With(id)
		}
	}
	return left, referredAs(to)
}

// StillPasses leaves of what was chosen earlier what the caller may pass on now, on the same basis.
func (c Chosen) StillPasses(tx *gate.Tx, basis, consentID string) (left Chosen) {
	for id := range c.Sections.Each {
		p := tx.PassOn(id, gate.Offered(basis, consentID)|authz.NeedsOf(authz.NeedJustification))
		of := c.OnlyOf.In(authz.SectionsOf(id))
		switch {
		case !p.Allowed():
			continue
		case len(of) == 0:
			of = p.Of
		default:
			if of = slices.DeleteFunc(of, func(w gate.Writer) bool { return !p.Of.Let(w) }); len(of) == 0 {
				continue
			}
		}
		left.Sections, left.OnlyOf = left.Sections.With(id), append(left.OnlyOf, of...)
	}
	return left
}

// Choices are the sections of a victim file for a form: what the caller may pass on, and of the rest why not.
func Choices(tx *gate.Tx, grounds *Grounds) (choices []Choice, err error) {
	for id := range shareable().Each {
		c, err := choiceOf(tx, id, grounds)
		if err != nil {
			return nil, err
		}
		choices = append(choices, c)
	}
	return choices, nil
}

// WithdrawOrphans withdraws what is on offer of these files by agencies that no longer see them.
func WithdrawOrphans(tx *gate.Tx, files []string) error {
	if len(files) == 0 {
		return nil
	}
	return withdrawOrphansOf(tx, files)
}
