package sharing

import (
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// What other slices need to share a victim file by the rules of a referral.

// Check adds a field fault for each rule that the terms break and gives the instant at which the access will end, at the latest
// at longest.
func (t Terms) Check(wrong *fault.Fault, now, longest moment.Time) moment.Time {
	return min(t.check(wrong, now), longest)
}

// Package checks every section that the caller wants to pass on, and that what is marked may travel to every one of these
// disciplines; the marking of all of it together comes along.
func (s *Service) Package(tx *gate.Tx, wrong *fault.Fault, words []string, to []authz.Role) (sections authz.SectionSet, uses []audit.SectionUse, marking string, err error) {
	sections, uses = s.choose(tx, wrong, words, "", false)
	for _, kind := range to {
		if marking, err = checkMarking(tx, wrong, sections, kind); err != nil || len(wrong.Fields) > 0 {
			break
		}
	}
	return sections, uses, marking, err
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

// Choices are the sections of a victim file for a form: what the caller may pass on, and of the rest why not.
func Choices(tx *gate.Tx) (choices []Choice) {
	for id := range shareable().Each {
		choices = append(choices, choiceOf(tx, id, false))
	}
	return choices
}

// WithdrawOrphans withdraws what is on offer of these files by agencies that no longer see them.
func WithdrawOrphans(tx *gate.Tx, files []string) error {
	if len(files) == 0 {
		return nil
	}
	return withdrawOrphansOf(tx, files)
}
