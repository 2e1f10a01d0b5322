package task

import (
	"errors"

	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/notice"
)

// Make writes the task that a rule asks for, inside a running use case or the program's own work. Once for each file, rule
// and subject: a second time it changes nothing, even if the task is closed.
func Make(tx *gate.Tx, m Made) error {
	if err := m.check(); err != nil {
		return err
	}
	found, err := countOfRule(tx, m.FileID, m.Rule, m.Subject)
	if err != nil || found > 0 {
		return err
	}
	to, err := doerOf(tx, m.FileID, m.To)
	if err != nil {
		return err
	}
	if m.DueAt == 0 {
		m.DueAt = tx.Now().Add(unsaid)
	}
	t := &Task{ID: gate.NewID(), FileID: m.FileID, Kind: m.FileKind, Code: m.Rule, Rule: m.Rule, Subject: m.Subject, State: Open,
		ToKind: to.Kind, ToID: to.ID, ToAgencyID: to.AgencyID, DueAt: m.DueAt, Link: m.Link, LinkID: m.LinkID}
	made, err := insert(tx, t)
	if err != nil || !made {
		return err
	}
	return record(tx, t, stepMade, "", "")
}

// Asked says whether a rule has asked for something on a file, be it done or not.
func Asked(tx *gate.Tx, fileID, rule, subject string) (bool, error) {
	found, err := countOfRule(tx, fileID, rule, subject)
	return found > 0, err
}

// Settle closes what a rule had asked for, because it has happened. Where nothing is open it changes nothing.
func Settle(tx *gate.Tx, fileID, rule, subject string) error {
	t, err := openOfRule(tx, fileID, rule, subject)
	if errors.Is(err, database.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return finish(tx, &t, t.Version, Done, stepSettled, "", "")
}

// OpenOf lists what is still open on a file, whoever does it, the most pressing first and without texts: for the program's
// own questions, such as whether a file can be closed.
func OpenOf(tx *gate.Tx, fileID string) (list []Task, err error) {
	return list, tx.Select(&list, selectOpenOf, gate.Args{"on": fileID})
}

// doerOf is who does a rule's task: whom the rule names where they see the file, else whoever leads it, else a desk that
// sees it.
func doerOf(tx *gate.Tx, fileID string, named notice.To) (notice.To, error) {
	if named.ID != "" {
		sees, err := seesFile(tx, fileID, named)
		if err != nil || sees {
			return named, err
		}
	}
	leads, err := notice.LeadDesksOf(tx, fileID)
	switch {
	case err != nil:
		return named, err
	case len(leads) > 0:
		return leads[0], nil
	case named.ID != "":
		return named, nil // it waits until they see the file
	}
	// A file whose lead has lapsed must not keep anybody from writing what made the task: it goes to who sees the file, the writer's
	// agency first.
	if heir, found, err := heirOf(tx, &Task{FileID: fileID, ToAgencyID: tx.Actor().AgencyID}); err != nil || found {
		return heir, err
	}
	opener, err := openerOf(tx, fileID)
	return notice.SupervisorsOf(opener), err
}

// finish closes a task and opens what has waited for it alone.
func finish(tx *gate.Tx, t *Task, version int64, as State, step, reason, note string) error {
	if err := closeTask(tx, t.ID, version, as, reason); err != nil {
		return err
	}
	if err := record(tx, t, step, reason, note); err != nil {
		return err
	}
	waiting, err := waitingFor(tx, t.ID)
	for i := range waiting {
		if err := release(tx, &waiting[i]); err != nil {
			return err
		}
	}
	return err
}

func release(tx *gate.Tx, t *Task) error {
	if err := tx.ExecOne(releaseTask, gate.Args{"task": t.ID}); err != nil {
		return err
	}
	return record(tx, t, stepReleased, "", "")
}
