package track

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/rulepack"
	"relais/internal/section"
)

// The rules by which nobody may be removed; a refusal names one of them.
const (
	barReflection     = "no_removal:reflection"     // CETS 197, art. 13(1); Directive 2004/81/EC, art. 6(2)
	barPermit         = "no_removal:permit"         // Directive 2004/81/EC, art. 8: a permit stands
	barIdentification = "no_removal:identification" // CETS 197, art. 10(2): until the identification is complete
)

// removalBar is the rule by which somebody may not be removed now; empty where there is none. The identification is complete once it is in
// every country in which it has begun: one that gives up does not answer for another that still investigates.
func removalBar(courses []course) string {
	presumable, open, permit := false, false, false
	for i := range courses {
		c := &courses[i]
		if c.void {
			continue
		}
		switch c.track {
		case rulepack.Protection:
			presumable = presumable || c.state() != "not_victim" && c.state() != "deceased" && c.state() != signalled
		case rulepack.Residence:
			if c.state() == "reflection" {
				return barReflection
			}
			permit = permit || c.state() == "provisional" || c.state() == "temporary"
		case rulepack.Criminal:
			open = open || !rulepack.Final(c.track, c.state()) || c.state() == begin(c.track)
		}
	}
	switch {
	case permit:
		return barPermit
	case presumable && open:
		return barIdentification
	}
	return ""
}

// Heard refuses an entry that says of the tracks what they do not say: it is called inside the writing, so that nothing is stored.
func Heard(tx *gate.Tx, id authz.Section, _ string, before, values section.Values) error {
	if id == authz.Exploitation && tx.File().Kind == gate.Victim {
		return heardStatus(tx, before, values)
	}
	return heardOrder(tx, id, values)
}

// heardOrder: there is no order to leave the country while the person may not be removed.
func heardOrder(tx *gate.Tx, id authz.Section, values section.Values) error {
	if id != authz.Residence || values["removal_order"] != "yes" || tx.File().Kind != gate.Victim {
		return nil
	}
	steps, err := stepsOf(tx)
	if err != nil {
		return err
	}
	h, err := homeOf(tx)
	if err != nil {
		return err
	}
	if rule := removalBar(coursesOf(steps, h.Country)); rule != "" {
		return invalid("removal_order", "track.removal_barred", rule)
	}
	return nil
}
