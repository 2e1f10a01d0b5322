package pointer

import (
	"context"
	"slices"

	"relais/internal/audit"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// Matching is whether one file takes part in matching, for whoever leads it.
type Matching struct {
	Said
	File    gate.FileRow
	Tells   bool // other agencies may learn now that the desk has it
	Allowed bool // the agency lets files of the desk take part
	Before  []Chosen
}

// Chosen is one choice that was made for a file.
type Chosen struct {
	Choice Choice      `db:"choice"`
	SetAt  moment.Time `db:"set_at"`
	Agency string      `db:"agency"`
	SetBy  string      `db:"set_by"` // name of the colleague; empty of those of other agencies
}

// choicesShown is how many choices of before are shown.
const choicesShown = 20

// Matching gives whether a victim file takes part, and what was said of it before.
func (s *Service) Matching(ctx context.Context, fileID string) (m Matching, err error) {
	err = s.gate.Read(ctx, choiceAction, gate.File(gate.Victim, fileID), func(tx *gate.Tx) (audit.Event, error) {
		if m, err = matchingOf(tx); err != nil {
			return audit.Event{}, err
		}
		m.Before, err = choicesOf(tx)
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return m, err
}

func matchingOf(tx *gate.Tx) (m Matching, err error) {
	m.File = tx.File()
	if m.Said, err = saidOf(tx); err != nil {
		return m, err
	}
	now, err := settingNow(tx)
	lead := leadOf(tx)
	m.Tells, m.Allowed = now.tells(lead, &m.Said), now.allows(lead.GranteeKind, lead.GranteeID)
	return m, err
}

// leadOf is the desk or the person by which the caller leads the file; the caller does.
func leadOf(tx *gate.Tx) side {
	lead := side{FileID: tx.File().ID, AgencyID: tx.Actor().AgencyID, GranteeKind: notice.Worker, GranteeID: tx.Actor().WorkerID}
	if at := slices.IndexFunc(tx.Grants(), func(g gate.Grant) bool { return g.Lead }); at >= 0 {
		lead.GranteeKind, lead.GranteeID = tx.Grants()[at].GranteeKind, tx.Grants()[at].GranteeID
	}
	return lead
}

// Choose says of one victim file that it is kept out of matching, or that it takes part, where the agency allows that. What was
// pointed out of a file that is kept out ends, and does not come back.
func (s *Service) Choose(ctx context.Context, fileID string, version int64, choice Choice) error {
	return s.gate.Write(ctx, chooseAction, gate.File(gate.Victim, fileID), func(tx *gate.Tx) (audit.Event, error) {
		now, err := matchingOf(tx)
		switch {
		case err != nil:
			return audit.Event{}, err
		case now.Version != version:
			return audit.Event{}, changed()
		case choice != Hidden && choice != Pointed:
			return audit.Event{}, invalid().WithField("choice", "fault.field_unknown_code")
		case choice == Pointed && !now.Allowed:
			return audit.Event{}, invalid().WithField("choice", "pointer.agency_apart")
		}
		err = tx.ExecOne(insertChoice, gate.Args{"version": version + 1, "choice": string(choice)})
		if database.IsUnique(err) {
			err = changed()
		}
		if err != nil {
			return audit.Event{}, err
		}
		if choice == Hidden || now.Choice == Hidden { // after it too: a look in the same instant may have made one that it did not see
			_, err = tx.Exec(endOfFile, nil)
		}
		return audit.Event{Op: audit.Alter, SubjectCategory: "victim", Fields: []string{"matching"}}, err
	})
}

// takePart refuses a look by a side that does not take part with its file, and says on whose word.
func (p participants) takePart(mine side, said *Said) error {
	why := "pointer.apart"
	switch setting, known := p[mine.AgencyID]; {
	case p.allow(mine, said):
		return nil
	case said.Choice == Hidden:
		why = "pointer.hidden"
	case known && setting.allows(mine.GranteeKind, mine.GranteeID):
		why = "pointer.unchosen"
	}
	return fault.New(fault.Refused, why, "Reason", why)
}

// saidOf is the last choice for the file of the transaction.
func saidOf(tx *gate.Tx) (said Said, err error) {
	var rows []Said
	if err := tx.Select(&rows, selectSaid, nil); err != nil || len(rows) == 0 {
		return said, err
	}
	return rows[0], nil
}

func choicesOf(tx *gate.Tx) (list []Chosen, err error) {
	if err := tx.Select(&list, selectChoices, gate.Args{"limit": choicesShown}); err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].SetBy, err = nameOf(tx, list[i].SetBy); err != nil {
			return nil, err
		}
	}
	return list, nil
}
