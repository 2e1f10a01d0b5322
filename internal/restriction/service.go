package restriction

import (
	"context"
	"strings"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/seal"
)

// Actions, as they stand in the trail.
var (
	listAction    = gate.ByAnyone("exclusion.list")
	excludeAction = gate.OnFile("exclusion.add").WhileClosed()
	endAction     = gate.ByAnyone("exclusion.end").WhileClosed().SteppedUp()

	sealFormAction = gate.OnFile("seal.form").SteppedUp()
	sealAction     = gate.OnFile("seal.add").WhileClosed().SteppedUp()
	againAction    = gate.ByAnyone("seal.again")
	sealsAction    = gate.ByAnyone("seal.list")
	openAction     = gate.OnFile("seal.open").WhileClosed().SteppedUp()
	unsealForm     = gate.ByAnyone("seal.end_form").SteppedUp()
	unsealAction   = gate.ByAnyone("seal.end").WhileClosed().SteppedUp()
)

// PageSize is how many lines stand on one page of a list.
const PageSize = 50

// Service is what people do to restrict a file.
type Service struct{ gate *gate.Gate }

// NewService makes the service.
func NewService(g *gate.Gate) *Service { return &Service{gate: g} }

// Exclusions is one page of the exclusions that concern an agency, with the colleagues who can be excluded.
type Exclusions struct {
	Items      []Exclusion
	Next       gate.Cursor
	Colleagues []agency.Colleague
	Now        moment.Time
}

// Exclusions lists who is excluded from what, the newest first: what the caller's agency wrote, and what others wrote about its
// people. It is for those who answer for the agency's people, and says nothing of a file that they are excluded from themselves.
func (s *Service) Exclusions(ctx context.Context, after gate.Cursor) (list Exclusions, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !answersForPeople(tx) {
			return audit.Event{}, notFound()
		}
		list = Exclusions{Now: tx.Now()}
		if list.Items, list.Next, err = exclusionsAfter(tx, after, PageSize); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Search}
		for i := range list.Items {
			event.Results = append(event.Results, list.Items[i].FileID)
		}
		if err := complete(tx, list.Items); err != nil {
			return audit.Event{}, err
		}
		list.Colleagues, err = others(tx)
		return event, err
	})
	return list, err
}

// others are the colleagues besides the caller: nobody excludes themselves.
func others(tx *gate.Tx) (colleagues []agency.Colleague, err error) {
	all, err := agency.Colleagues(tx)
	for _, c := range all {
		if c.ID != tx.Actor().WorkerID {
			colleagues = append(colleagues, c)
		}
	}
	return colleagues, err
}

// complete gives the lines the names and the notes of the reader's own agency.
func complete(tx *gate.Tx, list []Exclusion) error {
	ids := make([]string, 0, len(list))
	for i := range list {
		ids = append(ids, list[i].WorkerID)
	}
	names, err := agency.WorkerNames(tx, ids)
	if err != nil {
		return err
	}
	for i := range list {
		e := &list[i]
		e.Name = names[e.WorkerID]
		if e.AgencyID != tx.Actor().AgencyID {
			e.WorkerID = "" // ids of people never leave their agency
		}
		if !e.WrittenByMine || len(e.SealedNote) == 0 {
			continue
		}
		note, err := tx.OpenStaff(tx.Actor().AgencyID, placeOf(e.ID), e.SealedNote)
		if err != nil {
			return fault.New(fault.Internal, "gate.sealed").Because(err)
		}
		e.Note = string(note)
	}
	return nil
}

// placeOf binds a note to its exclusion. It is about a colleague, so it lies under the agency's key and not the file's.
func placeOf(id string) seal.AD {
	return seal.AD{Table: "exclusion", Row: id, Section: "note", Version: 1}
}

// Exclude keeps a person from a file and, on a case, from its victim files. The person finds nothing any more from the next
// request on and is not told.
func (s *Service) Exclude(ctx context.Context, n NewExclusion, once string) (id string, err error) {
	wrong := invalid()
	n = n.tidy(wrong)
	if err := wrong.OrNil(); err != nil {
		return "", err
	}
	content := strings.Join([]string{n.Reference, n.WorkerID, n.Email, n.Reason, n.Note}, "\x00")
	err = s.gate.Write(ctx, excludeAction, gate.Held(n.Reference), func(tx *gate.Tx) (event audit.Event, err error) {
		if !answersForPeople(tx) {
			return audit.Event{}, notFound()
		}
		var again bool
		id, again, err = tx.Once(once, content, func() (string, error) {
			event, err = exclude(tx, n)
			return event.Subject, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return id, err
}

func exclude(tx *gate.Tx, n NewExclusion) (audit.Event, error) {
	who, err := personOf(tx, n)
	if err != nil {
		return audit.Event{}, err
	}
	e := gate.Exclusion{ID: gate.NewID(), WorkerID: who.ID, WorkerAgencyID: who.AgencyID, Reason: n.Reason}
	if n.Note != "" {
		if e.Note, err = tx.SealStaff(tx.Actor().AgencyID, placeOf(e.ID), []byte(n.Note)); err != nil {
			return audit.Event{}, err
		}
	}
	if err := tx.Exclude(e); err != nil {
		return audit.Event{}, err
	}
	event := audit.Event{Op: audit.Alter, Subject: e.ID, Fields: []string{"exclusion"}, Justification: n.Reason}
	if who.AgencyID == tx.Actor().AgencyID {
		return event, nil
	}
	event.Concerns = []string{who.AgencyID}
	_, err = notice.Tell(tx, notice.New{To: notice.SupervisorsOf(who.AgencyID), Code: "person_excluded", FileID: tx.File().ID})
	return event, err
}

// personOf finds whom to exclude; a mistake is told at the field that named the person.
func personOf(tx *gate.Tx, n NewExclusion) (who person, err error) {
	field, wrong := "worker", invalid()
	if n.Email != "" {
		field = "email"
		who, err = byEmail(tx, n.Email)
	} else {
		who, err = colleague(tx, n.WorkerID)
	}
	switch {
	case err != nil:
		return who, err
	case who.ID == "":
		return who, wrong.WithField(field, "restriction.no_such_person")
	case who.ID == tx.Actor().WorkerID:
		return who, wrong.WithField(field, "restriction.not_yourself")
	}
	already, err := isExcluded(tx, who.ID)
	if err == nil && already {
		err = wrong.WithField(field, "restriction.already_excluded")
	}
	return who, err
}

// byEmail finds somebody of another agency that sees the file, for the agency that leads it: only that one has the whole of the
// file to answer for.
func byEmail(tx *gate.Tx, email string) (person, error) {
	workerID, agencyID, err := agency.PersonBy(tx, email)
	if err != nil || workerID == "" {
		return person{}, err
	}
	if agencyID != tx.Actor().AgencyID {
		sees, err := agencySees(tx, agencyID)
		if err != nil || !sees || !tx.AgencyLeads() {
			return person{}, err
		}
	}
	return person{ID: workerID, AgencyID: agencyID}, nil
}

// EndExclusion lets the person in again by whatever was granted; only the agency that wrote the exclusion ends it.
func (s *Service) EndExclusion(ctx context.Context, exclusionID string, version int64) error {
	return s.gate.Write(ctx, endAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !answersForPeople(tx) {
			return audit.Event{}, notFound()
		}
		e, err := exclusionOf(tx, exclusionID)
		if err != nil {
			return audit.Event{}, err
		}
		if e.Version != version {
			return audit.Event{}, fault.New(fault.Conflict, "gate.changed")
		}
		return audit.Event{Op: audit.Alter, Subject: e.ID, Fields: []string{"exclusion"}, Results: []string{e.FileID},
			Concerns: []string{e.AgencyID}}, tx.EndExclusion(e.ID)
	})
}
