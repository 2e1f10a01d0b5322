package emergency

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/sharing"
)

// Actions, as they stand in the trail.
var (
	formAction    = gate.OnFile("emergency.form")
	openAction    = gate.OnFile("emergency.open").WhileClosed()
	listAction    = gate.ByAnyone("emergency.list")
	showAction    = gate.ByAnyone("emergency.show")
	confirmAction = gate.ByAnyone("emergency.confirm").WhileClosed()
	closeAction   = gate.ByAnyone("emergency.close").WhileClosed()
	signAction    = gate.ByAnyone("emergency.sign").WhileClosed()
	endAction     = gate.ByProgram("emergency.end_due")
)

// Service is what people do in an emergency and after it.
type Service struct{ gate *gate.Gate }

// NewService makes the service.
func NewService(g *gate.Gate) *Service { return &Service{gate: g} }

// New is what it takes to open in an emergency.
type New struct {
	Sections []string // words of sections, such as "shelter_location"
	Danger   bool     // the person declares that a life is in danger
	Reason   string   // one of Reasons
	Note     string   // what is known of the danger; sealed
}

// Form is what the form shows.
type Form struct {
	File     gate.FileRow
	Sections []authz.Section
	Now      moment.Time
}

// Form gives the sections that an emergency would open to the caller.
func (s *Service) Form(ctx context.Context, victimID string) (form Form, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if err := mayOpen(tx); err != nil {
			return audit.Event{}, err
		}
		form = Form{File: tx.File(), Sections: Openable(tx), Now: tx.Now()}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, nil
	})
	return form, err
}

// Openable are the sections of the transaction's file that an emergency would open to the caller.
func Openable(tx *gate.Tx) (open []authz.Section) {
	for _, room := range section.All() {
		if _, could := tx.InEmergency(room.ID); could && entry.Belongs(room, tx.File().Kind) {
			open = append(open, room.ID)
		}
	}
	return open
}

// mayOpen refuses everybody but a duty officer of the agency's own discipline.
func mayOpen(tx *gate.Tx) error {
	if !tx.Actor().DutyOfficer || !gate.Holds(tx.Actor(), tx.Actor().Kind) {
		return fault.New(fault.Refused, "emergency.duty_officers_only", "Reason", string(authz.ReasonNoRole))
	}
	return nil
}

// Open opens sections at once, to the caller alone and for 15 minutes, and tells everybody who has to know. The same once key
// with the same content gives the same opening again.
func (s *Service) Open(ctx context.Context, victimID string, n New, once string) (id string, err error) {
	for range 2 {
		err = s.gate.Write(ctx, openAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (event audit.Event, err error) {
			var again bool
			id, again, err = tx.Once(once, fmt.Sprint(victimID, n), func() (string, error) {
				event, err = open(tx, n)
				return event.Subject, err
			})
			if again {
				event = audit.Event{Op: audit.Consult, Subject: id}
			}
			return event, err
		})
		if once == "" || !lostToTwin(err) {
			break
		}
	}
	return id, err
}

// lostToTwin says whether the same thing was made by somebody else meanwhile.
func lostToTwin(err error) bool {
	if database.IsUnique(err) {
		return true
	}
	f, ok := fault.As(err)
	return ok && slices.ContainsFunc(f.Fields, func(field fault.FieldFault) bool { return field.Key == "emergency.already_open" })
}

func open(tx *gate.Tx, n New) (audit.Event, error) {
	if err := mayOpen(tx); err != nil {
		return audit.Event{}, err
	}
	sections, relations, err := n.check(tx)
	if err != nil {
		return audit.Event{}, err
	}
	root, err := rootOf(tx)
	if err != nil {
		return audit.Event{}, err
	}
	closes := tx.Now().Add(ConfirmWithin)
	grantID, err := tx.Grant(grantOf(tx.Actor().WorkerID, relations, sections, root, closes))
	if err != nil {
		return audit.Event{}, err
	}
	id := gate.NewID()
	note, err := tx.SealText("emergency", id, n.Note)
	if err != nil {
		return audit.Event{}, err
	}
	if err := tx.ExecOne(insertEmergency, gate.Args{"id": id, "grant": grantID, "root": root, "sections": int64(sections),
		"relations": int64(relations), "reason": n.Reason, "note": note, "closes": closes, "until": tx.Now().Add(Lasts)}); err != nil {
		return audit.Event{}, err
	}
	parties, err := tellOpened(tx, id, sections)
	event := gate.Disclosed(grantID, tx.Actor().AgencyID, purpose, basis)
	event.Op, event.Subject, event.SubjectCategory, event.Justification = audit.BreakGlass, id, "victim", n.Reason
	event.Recipients[0].WorkerID, event.Concerns, event.Fields = tx.Actor().WorkerID, parties, sharing.SectionWords(sections)
	return event, err
}

// What an emergency is for, and on what ground: the vital interest of the person (GDPR, art. 6(1)(d), 9(2)(c)).
const (
	purpose = "protection"
	basis   = "vital_interest"
)

// grantOf is the grant of an emergency: to one person, of these sections, hanging on what that person's side has anyway.
func grantOf(workerID string, relations authz.RelationSet, sections authz.SectionSet, root string, until moment.Time) gate.NewGrant {
	return gate.NewGrant{GranteeKind: "worker", GranteeID: workerID, Relations: relations, Sections: sections, Purpose: purpose, Basis: basis,
		Until: until, Beside: root, Emergency: true, Reason: "emergency"}
}

// check looks at every field and gives what will be opened.
func (n *New) check(tx *gate.Tx) (sections authz.SectionSet, relations authz.RelationSet, err error) {
	wrong := invalid()
	if !n.Danger {
		wrong.WithField("danger", "emergency.danger_required")
	}
	sharing.CheckCode(wrong, "reason", n.Reason, Reasons)
	faults := len(wrong.Fields)
	if n.Note = sharing.CheckNote(wrong, n.Note); n.Note == "" && len(wrong.Fields) == faults {
		wrong.WithField("note", "fault.field_required")
	}
	sections = sharing.CheckSections(wrong, n.Sections)
	for id := range sections.Each {
		as, could := tx.InEmergency(id)
		if !could || !entry.Belongs(section.Of(id), gate.Victim) {
			wrong.WithField("sections", "emergency.not_by_emergency")
			break
		}
		relations |= as
	}
	already, err := hasOpen(tx)
	if already {
		wrong.WithField("sections", "emergency.already_open")
	}
	if err != nil {
		return 0, 0, err
	}
	return sections, relations, wrong.OrNil()
}

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("emergency: nothing to do")

// EndDue marks what nobody confirmed within 15 minutes and what has lasted its time, and gives the number. The access itself
// is gone at that instant, because the gate looks at the end of the grant. ctx is the program's own.
func (s *Service) EndDue(ctx context.Context) (done int, err error) {
	for {
		switch err := s.gate.Write(ctx, endAction, gate.Own(), endOne); {
		case errors.Is(err, errNothing):
			return done, nil
		case err != nil:
			return done, err
		}
		done++
	}
}

func endOne(tx *gate.Tx) (audit.Event, error) {
	e, err := nextSpent(tx)
	if err == nil && e == nil {
		err = errNothing
	}
	if err != nil {
		return audit.Event{}, err
	}
	as := Ended
	if e.State == Opened {
		as = Lapsed
	}
	if err := tx.ExecOne(spend, gate.Args{"emergency": e.ID, "state": string(as), "from": string(e.State), "version": e.Version}); err != nil {
		return audit.Event{}, err
	}
	parties, err := partiesOf(tx, e.ID)
	if err == nil && as == Lapsed {
		err = tellLapsed(tx, e)
	}
	return audit.Event{Op: audit.Alter, Subject: e.ID, SubjectCategory: "victim", Results: []string{e.FileID}, Concerns: parties}, err
}
