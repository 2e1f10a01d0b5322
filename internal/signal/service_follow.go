package signal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/victim"
)

var (
	openAction = gate.OnOwn("signal.open_file", authz.CaseFile, authz.Open)
	joinAction = gate.ByAnyone("signal.join_file")
)

// What a signal can be followed up into.
const (
	IntoCase     = "case"     // a new case file
	IntoVictim   = "victim"   // a new case file with a first victim file, whose person is not known by name yet
	IntoExisting = "existing" // a file that the agency knows already
)

// Targets lists what a signal can be followed up into.
func Targets() []string { return []string{IntoCase, IntoVictim, IntoExisting} }

// FollowUp is what it takes to follow a signal up.
type FollowUp struct {
	Into      string // one of Targets
	Reference string // of a file, where it exists already
}

// Follow makes a signal the beginning of a file, or a part of one that exists: what it said lies there under the file's keys,
// and its history goes along. It gives the file.
func (s *Service) Follow(ctx context.Context, id string, f FollowUp, version int64, once string) (kind gate.Kind, fileID string, err error) {
	action := openAction
	if f.Into == IntoExisting {
		action = joinAction
	}
	if !slices.Contains(Targets(), f.Into) {
		return "", "", invalid().WithField("into", "fault.field_unknown_code")
	}
	kind = gate.Case
	if f.Into == IntoVictim {
		kind = gate.Victim
	}
	err = s.gate.Write(ctx, action, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
		var again bool
		fileID, again, err = tx.Once(once, fmt.Sprint(id, f), func() (made string, err error) {
			event, err = s.follow(tx, id, f, version)
			return event.Subject, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: fileID}
		}
		if err == nil && f.Into == IntoExisting {
			kind, err = kindOf(tx, fileID)
		}
		return event, err
	})
	return kind, fileID, err
}

func kindOf(tx *gate.Tx, fileID string) (gate.Kind, error) {
	for _, kind := range []gate.Kind{gate.Case, gate.Victim} {
		if _, err := tx.Enter(kind, fileID); fault.KindOf(err) != fault.NotFound {
			return kind, err
		}
	}
	return "", notFound()
}

func (s *Service) follow(tx *gate.Tx, id string, f FollowUp, version int64) (audit.Event, error) {
	found, err := answerable(tx, id)
	if err != nil {
		return audit.Event{}, err
	}
	if !found.CanFollow() || found.State != Followed && found.ExpiresAt <= tx.Now() {
		return audit.Event{}, fault.New(fault.Conflict, "signal.settled")
	}
	if err := settle(tx, &found, Followed, "", version); err != nil {
		return audit.Event{}, err
	}
	if err := step(tx, id, "followed", tx.Actor().AgencyID, "", ""); err != nil {
		return audit.Event{}, err
	}
	if f.Into == IntoExisting {
		return join(tx, &found, f.Reference)
	}
	return s.begin(tx, &found, f.Into)
}

// begin opens the files that a signal leads to. The case gets the signal, and so does the victim file, which others may see
// without the case.
func (s *Service) begin(tx *gate.Tx, found *Signal, into string) (audit.Event, error) {
	purpose, basis := gate.UsualPurpose(tx.Actor().Kind), gate.UsualBasis(tx.Actor().Kind)
	_, err := casefile.Write(tx, casefile.New{Purpose: purpose, Basis: basis, Facts: casefile.Facts{Exploitation: []string{found.Exploitation},
		Country: found.Country, DetectedBy: detectedBy(tx.Actor().Kind), DetectedOn: moment.Date(found.SeenOn)}})
	if err == nil {
		err = tx.Reload()
	}
	if err == nil {
		err = attach(tx, found, purpose, basis)
	}
	if err == nil && into == IntoVictim {
		if !tx.Could(authz.VictimFile, authz.Open) {
			return audit.Event{}, notFound()
		}
		if _, err = s.victims.Write(tx, victim.New{DetectedOn: moment.Date(found.SeenOn), OfSignal: true}); err == nil {
			err = attach(tx, found, purpose, basis)
		}
	}
	return audit.Event{Op: audit.Collect, Subject: tx.File().ID, Purpose: purpose, Basis: basis, Justification: found.ID,
		SubjectCategory: string(tx.File().Kind), Fields: []string{"signal", "exploitation", "country", "detected_by", "detected_on"}}, err
}

// detectors are the codes of the list detected_by for the disciplines; all others are another service.
var detectors = map[authz.Role]string{authz.RolePolice: "police", authz.RoleLabourInspector: "labour_inspectorate",
	authz.RoleShelter: "social_service", authz.RoleMigration: "immigration", authz.RoleGuardian: "guardianship_service"}

func detectedBy(kind authz.Role) string {
	if code := detectors[kind]; code != "" {
		return code
	}
	return "other"
}

// join puts a signal to a file that exists; where the caller may not write what it says, nothing is joined.
func join(tx *gate.Tx, found *Signal, reference string) (audit.Event, error) {
	noSuch := invalid().WithField("reference", "signal.no_such_file")
	var row struct {
		FileID string    `db:"file_id"`
		Kind   gate.Kind `db:"kind"`
	}
	err := tx.Get(&row, selectReferenced, gate.Args{"reference": reference})
	if errors.Is(err, database.ErrNoRows) {
		return audit.Event{}, noSuch
	}
	if err != nil {
		return audit.Event{}, err
	}
	file, err := tx.Enter(row.Kind, row.FileID)
	if fault.KindOf(err) == fault.NotFound {
		return audit.Event{}, noSuch
	}
	if err != nil {
		return audit.Event{}, err
	}
	if d := file.Decide(authz.Exploitation, authz.Write); d.Show != authz.Full {
		return audit.Event{}, gate.Refusal(authz.Exploitation, d)
	}
	if linked, err := counted(file, countLink, gate.Args{"signal": found.ID}); err != nil || linked {
		return audit.Event{}, errors.Join(err, invalid().WithField("reference", "signal.joined_already"))
	}
	purpose, basis := gate.UsualPurpose(tx.Actor().Kind), gate.UsualBasis(tx.Actor().Kind)
	if err := attach(file, found, purpose, basis); err != nil {
		return audit.Event{}, err
	}
	return audit.Event{Op: audit.Combine, Subject: row.FileID, Results: []string{row.FileID}, Purpose: purpose, Basis: basis,
		Justification: found.ID, SubjectCategory: string(row.Kind), Fields: []string{"signal"}}, file.Changed()
}

// attach writes what a signal said to the transaction's file, under the key of the section that it belongs to. What somebody
// typed goes along only where its writer may write there.
func attach(tx *gate.Tx, found *Signal, purpose, basis string) error {
	values := section.Values{"country": found.Country, "exploitation": found.Exploitation, "seen_on": found.SeenOn, "source": found.Source,
		"persons": fmt.Sprint(found.Persons), "noted_at": fmt.Sprint(int64(found.CreatedAt)), "agency": found.Agency}
	if tx.Decide(authz.Exploitation, authz.Write).Show == authz.Full {
		values["place"], values["story"] = found.Place, found.Story
	}
	id := gate.NewID()
	sealed, err := tx.Seal(authz.Exploitation, id, 1, values)
	if err != nil {
		return err
	}
	return tx.ExecOne(insertLink, gate.Args{"id": id, "signal": found.ID, "purpose": purpose, "basis": basis, "sealed": sealed})
}
