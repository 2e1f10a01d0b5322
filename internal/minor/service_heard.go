package minor

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/section"
	"relais/internal/task"
)

// Heard is hear, and where an agency changed what it wrote of a birth, the work of the birthdays looks at the file at once: the date may
// have been all that kept the day back.
func Heard(tx *gate.Tx, id authz.Section, entryID string, before, values section.Values) error {
	if err := hear(tx, id, entryID, before, values); err != nil {
		return err
	}
	if id != authz.Identity || tx.File().Kind != gate.Victim || before == nil || sameAge(id, before, values) {
		return nil
	}
	return LookAgain(tx)
}

// hear turns what agencies write of an age in the sections into steps, once for each change of mind. An entry that says of the age
// what it said before is no change, whatever else was written in it: somebody who has come of age since stays an adult. A date that
// has passed and is written beside the word "child" is one: the agency says so in spite of it, and its word is said anew.
func hear(tx *gate.Tx, id authz.Section, entryID string, before, values section.Values) error {
	today := moment.DayOf(tx.Now())
	status := saysOf(id, values, today)
	if status == "" || tx.File().Kind != gate.Victim || before != nil && sameAge(id, before, values) {
		return nil
	}
	steps, err := stepsOf(tx)
	if err != nil {
		return err
	}
	said := newestOf(steps, tx.Actor().AgencyID)
	passed := id == authz.Identity && byBirth(values["birth_date"], today) == Adult && values["birth_date"] != before["birth_date"]
	switch {
	case said == Adult && passed && before != nil && values["age_status"] == before["age_status"]:
		return nil // the word was written of a child, who is an adult by the new date too
	case said == status && !(passed && status.protects()):
		return nil
	case said == "" && status == Adult && len(steps) == 0:
		return nil
	}
	return add(tx, &Step{ID: gate.NewID(), Status: status, SaidOn: today}, entryID, "", steps)
}

// sameAge says whether two versions of an entry say the same of the age, word by word.
func sameAge(id authz.Section, before, values section.Values) bool {
	if id == authz.Identity {
		return before["age_status"] == values["age_status"] && before["birth_date"] == values["birth_date"]
	}
	return before["minor"] == values["minor"]
}

// newestOf is what an agency said last, other than by a decision; empty where it has said nothing.
func newestOf(steps []Step, agencyID string) (said Status) {
	for i := range steps {
		if steps[i].AgencyID == agencyID && !steps[i].Decided {
			said = steps[i].Status
		}
	}
	return said
}

// saysOf is what an entry says of the age; empty where it says nothing.
func saysOf(id authz.Section, values section.Values, today moment.Date) Status {
	switch id {
	case authz.Identity:
		if s := Status(values["age_status"]); s != "" && s != Unknown {
			return s
		}
		if born := values["birth_date"]; born != "" {
			return byBirth(born, today)
		}
	case authz.Guardianship:
		return map[string]Status{"yes": Child, "no": Adult}[values["minor"]]
	}
	return ""
}

// byBirth takes the last day that the date can mean: in doubt the person is a child.
func byBirth(born string, today moment.Date) Status {
	switch day := rulepack.AdultOn(born); {
	case day == "":
		return ""
	case day > today:
		return Child
	}
	return Adult
}

// add writes a step and what follows from it: a child without a guardian needs one, and nobody else does.
func add(tx *gate.Tx, step *Step, entryID, note string, before []Step) error {
	if err := insertStep(tx, step, entryID, note); err != nil {
		return err
	}
	step.AgencyID = tx.Actor().AgencyID
	now := stand(append(slices.Clone(before), *step))
	if !now.Protects() {
		if err := consent.Release(tx, tx.File().ID); err != nil {
			return err
		}
		return settle(tx)
	}
	guardians, err := guardiansOf(tx)
	v := View{Guardians: guardians}
	if err != nil || v.Now() != nil {
		return err
	}
	subject := ""
	if len(guardians) > 0 {
		subject = guardians[0].ID
	}
	if stand(before).Protects() || len(before) == 0 {
		return ask(tx, subject)
	}
	return askAnew(tx, subject, step.ID)
}

// askAnew asks for a guardian of somebody who is a child again. What was asked for before was closed when the person was an adult, and
// a task is made once for each subject: a second time the step is it.
func askAnew(tx *gate.Tx, subject, stepID string) error {
	asked, err := task.Asked(tx, tx.File().ID, guardianRule, subject)
	if err != nil {
		return err
	}
	if asked {
		subject = stepID
	}
	return ask(tx, subject)
}
