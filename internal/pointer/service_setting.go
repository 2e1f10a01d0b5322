package pointer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Settings is what an administrator sees: the setting in force, those before, the agency's desks, and how often it was wrong.
type Settings struct {
	Setting
	Before  []Setting
	Desks   []agency.DeskListing
	Made    int // pointers within a year
	NotSame int // of those, marked as another person
	Now     moment.Time
}

// settingsShown is how many settings of before are shown.
const settingsShown = 20

// Settings gives whether the caller's agency takes part.
func (s *Service) Settings(ctx context.Context) (out Settings, err error) {
	err = s.gate.Read(ctx, settingAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		out, err = settingsOf(tx)
		return audit.Event{Op: audit.Consult}, err
	})
	return out, err
}

// settingRow is a setting as it lies in the database.
type settingRow struct {
	Setting
	DesksOffText string `db:"desks_off"`
	SetByID      string `db:"set_by"`
}

// settingRows are the latest settings of the caller's agency, the one in force first.
func settingRows(tx *gate.Tx, limit int) (rows []settingRow, err error) {
	err = tx.Select(&rows, selectSetting, gate.Args{"limit": limit})
	for i := range rows {
		rows[i].DesksOff = splitIDs(rows[i].DesksOffText)
	}
	return rows, err
}

// settingNow is the setting in force.
func settingNow(tx *gate.Tx) (Setting, error) {
	rows, err := settingRows(tx, 1)
	if err != nil || len(rows) == 0 {
		return Setting{Allows: takesPart(tx.Actor().Kind)}, err
	}
	return rows[0].Setting, nil
}

// Tells says whether a pointer may tell of the file of the transaction, which a desk or a person of the caller's agency leads.
func Tells(tx *gate.Tx, leadKind, leadID string) (bool, error) {
	now, err := settingNow(tx)
	if err != nil {
		return false, err
	}
	said, err := saidOf(tx)
	return err == nil && now.tells(side{AgencyID: tx.Actor().AgencyID, GranteeKind: leadKind, GranteeID: leadID}, &said), err
}

func settingsOf(tx *gate.Tx) (out Settings, err error) {
	rows, err := settingRows(tx, settingsShown)
	if err != nil {
		return out, err
	}
	out = Settings{Setting: Setting{Allows: takesPart(tx.Actor().Kind)}, Now: tx.Now()}
	for i := range rows {
		one := rows[i].Setting
		if one.SetBy, err = nameOf(tx, rows[i].SetByID); err != nil {
			return out, err
		}
		if i == 0 {
			out.Setting = one
			continue
		}
		out.Before = append(out.Before, one)
	}
	if out.Desks, err = desksOf(tx); err != nil {
		return out, err
	}
	var marked struct {
		Made    int `db:"made"`
		NotSame int `db:"not_same"`
	}
	err = tx.Get(&marked, selectMarked, gate.Args{"since": tx.Now().Add(-365 * 24 * time.Hour)})
	out.Made, out.NotSame = marked.Made, marked.NotSame
	return out, err
}

func desksOf(tx *gate.Tx) ([]agency.DeskListing, error) {
	all, err := agency.Directory(tx)
	for i := range all {
		if all[i].ID == tx.Actor().AgencyID {
			return all[i].Desks, err
		}
	}
	return nil, err
}

// Decision is what an administrator says.
type Decision struct {
	Allows   bool
	EachFile bool // only with files of which who leads them says so
	DesksOff []string
}

// Decide says from now on whether the caller's agency takes part, with which files, and which of its desks do not. What was pointed out
// to those that no longer take part ends.
func (s *Service) Decide(ctx context.Context, version int64, d Decision) error {
	return s.gate.Write(ctx, decideAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		now, err := settingsOf(tx)
		if err != nil {
			return audit.Event{}, err
		}
		if now.Version != version {
			return audit.Event{}, changed()
		}
		if d.EachFile && !d.Allows {
			return audit.Event{}, invalid().WithField("each_file", "pointer.each_file_without")
		}
		desksOff := slices.Compact(slices.Sorted(slices.Values(d.DesksOff)))
		if slices.ContainsFunc(desksOff, func(id string) bool {
			return !slices.ContainsFunc(now.Desks, func(d agency.DeskListing) bool { return d.ID == id })
		}) {
			return audit.Event{}, invalid().WithField("desks_off", "fault.field_unknown_code")
		}
		err = tx.ExecOne(insertSetting, gate.Args{"version": version + 1, "allows": gate.Flag(d.Allows), "each_file": gate.Flag(d.EachFile), "desks_off": strings.Join(desksOff, ",")})
		if database.IsUnique(err) {
			err = changed()
		}
		if err == nil {
			_, err = tx.Exec(endOfApart, gate.Args{"all": gate.Flag(!d.Allows), "each": gate.Flag(d.EachFile), "desks": append([]string{""}, desksOff...)})
		}
		return audit.Event{Op: audit.PolicyChange, Fields: []string{"allows", "each_file", "desks_off"}}, err
	})
}

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("pointer: nothing to do")

// Tidy does what time asks for: pointers end after their day, agencies find in their own log that one of their files matched, and it
// is forgotten in time who looked. ctx is the program's own.
func (s *Service) Tidy(ctx context.Context) error {
	return errors.Join(s.untilNothing(ctx, endAction, endNext), s.untilNothing(ctx, logAction, logNext),
		s.untilNothing(ctx, sweepAction, sweep))
}

func (s *Service) untilNothing(ctx context.Context, a gate.Action, step gate.UseCase) error {
	for {
		switch err := s.gate.Write(ctx, a, gate.Own(), step); {
		case errors.Is(err, errNothing):
			return nil
		case err != nil:
			return err
		}
	}
}

// endNext ends a pointer whose day has passed.
func endNext(tx *gate.Tx) (audit.Event, error) {
	id, err := nextID(tx, selectDue)
	if err != nil {
		return audit.Event{}, err
	}
	var concerns []string
	if err := tx.Select(&concerns, selectAgenciesOf, gate.Args{"pointer": id}); err != nil {
		return audit.Event{}, err
	}
	return audit.Event{Op: audit.Alter, Subject: id, Fields: []string{"state"}, Concerns: concerns}, tx.ExecOne(endDue, gate.Args{"pointer": id})
}

// logNext writes into the log of an agency that one of its files matched. Each file is an entry of its own, so that nobody reads there
// what others have. An agency that takes part is told who looked; one that does not is not, as it would not have told either.
func logNext(tx *gate.Tx) (audit.Event, error) {
	var rows []probeRow
	if err := tx.Select(&rows, selectToLog, nil); err != nil {
		return audit.Event{}, err
	}
	if len(rows) == 0 {
		return audit.Event{}, errNothing
	}
	p := rows[0]
	event := audit.Event{Op: audit.Search, Subject: p.ID, SubjectCategory: "victim"}
	var fileID string
	if p.Told != "" {
		fileID, p.Told, _ = strings.Cut(p.Told, ",")
		event.Op, event.Purpose, event.Recipients = audit.Disclose, p.Purpose, []audit.Recipient{{AgencyID: p.AgencyID}}
	} else {
		fileID, p.Silent, _ = strings.Cut(p.Silent, ",")
	}
	event.Results = []string{fileID}
	if err := tx.Select(&event.Concerns, selectLeadersOf, gate.Args{"on": fileID}); err != nil {
		return audit.Event{}, err
	}
	return event, tx.ExecOne(setToLog, gate.Args{"probe": p.ID, "told": p.Told, "silent": p.Silent})
}

// sweep forgets who looked long ago.
func sweep(tx *gate.Tx) (audit.Event, error) {
	swept, err := tx.Exec(sweepProbes, gate.Args{"before": tx.Now().Add(-probesKept)})
	if err == nil && swept == 0 {
		err = errNothing
	}
	return audit.Event{Op: audit.Erase, ResultCount: swept}, err
}

// FileErased takes from the pointers of an erased file what made them.
func FileErased(tx *gate.Tx, fileID string) error {
	_, err := tx.Exec(clearEvidence, gate.Args{"gone": fileID})
	return err
}

func nextID(tx *gate.Tx, query string) (string, error) {
	var ids []string
	if err := tx.Select(&ids, query, nil); err != nil {
		return "", err
	}
	if len(ids) == 0 {
		return "", errNothing
	}
	return ids[0], nil
}
