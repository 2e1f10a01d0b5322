package consultation

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
)

// Actions, as they stand in the trail.
var (
	listAction    = gate.ByAnyone("consultation.list")
	formAction    = gate.ByAnyone("consultation.form")
	callAction    = gate.ByAnyone("consultation.call")
	showAction    = gate.ByAnyone("consultation.show")
	minutesAction = gate.ByAnyone("consultation.minutes")
	cancelAction  = gate.ByAnyone("consultation.cancel")
)

// PageSize is how many consultations stand on one page.
const PageSize = 25

// Service is what people do with consultations.
type Service struct{ gate *gate.Gate }

// NewService makes the service.
func NewService(g *gate.Gate) *Service { return &Service{gate: g} }

// List gives a page of the consultations in which one of the caller's desks takes part.
func (s *Service) List(ctx context.Context, after gate.Cursor) (list []Consultation, next gate.Cursor, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !gate.WorksOnFiles(tx.Actor()) {
			return audit.Event{}, notFound()
		}
		list, next, err = pageOf(tx, after, PageSize)
		return audit.Event{Op: audit.Consult, ResultCount: int64(len(list))}, err
	})
	return list, next, err
}

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }

// mayCall refuses whom the article does not let call a consultation: agencies of other countries, and who sits at no desk.
func mayCall(tx *gate.Tx) error {
	switch {
	case !gate.WorksOnFiles(tx.Actor()) || len(tx.Actor().Desks) == 0:
		return notFound()
	case !slices.Contains(Countries, tx.Actor().Country):
		return fault.New(fault.Refused, "consultation.not_here")
	}
	return nil
}

// Form is what the form for a new consultation offers.
type Form struct {
	Own   []agency.DeskListing
	Desks []agency.Listing // of agencies of the own country
	Today moment.Date
}

// Form gives the desks that can take part.
func (s *Service) Form(ctx context.Context) (form Form, err error) {
	err = s.gate.Read(ctx, formAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if err := mayCall(tx); err != nil {
			return audit.Event{}, err
		}
		all, err := agency.Directory(tx)
		if err != nil {
			return audit.Event{}, err
		}
		form = Form{Today: moment.DayOf(tx.Now()), Desks: slices.DeleteFunc(all, func(a agency.Listing) bool { return a.Country != tx.Actor().Country })}
		form.Own = agency.OwnDesks(tx, form.Desks)
		return audit.Event{Op: audit.Consult}, nil
	})
	return form, err
}

// Call sets a consultation up and tells the desks that take part; it gives its id.
func (s *Service) Call(ctx context.Context, n New, once string) (id string, err error) {
	err = s.gate.Write(ctx, callAction, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
		if err := mayCall(tx); err != nil {
			return event, err
		}
		var again bool
		id, again, err = tx.Once(once, fmt.Sprint(n), func() (made string, err error) {
			made, event, err = call(tx, n)
			return made, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return id, err
}

func call(tx *gate.Tx, n New) (id string, event audit.Event, err error) {
	wrong := invalid()
	n.check(wrong, tx.Actor().Desks, moment.DayOf(tx.Now()))
	var all []Participant
	for _, deskID := range append([]string{n.DeskID}, n.Desks...) {
		p, found, err := deskOf(tx, deskID)
		switch {
		case err != nil:
			return "", event, err
		case deskID == n.DeskID:
		case !found:
			wrong.WithField("participants", "consultation.no_such_desk")
		case p.Country != tx.Actor().Country:
			wrong.WithField("participants", "consultation.not_bound")
		}
		all = append(all, p)
	}
	if err := wrong.OrNil(); err != nil {
		return "", event, err
	}
	id = gate.NewID()
	if err := put(tx, id, n, all); err != nil {
		return "", event, err
	}
	return id, eventOf(audit.Collect, id, all), tell(tx, id, "consultation_called", all)
}

func eventOf(op audit.Op, id string, all []Participant) audit.Event {
	event := audit.Event{Op: op, Subject: id, Basis: "legal_gateway"}
	for _, p := range all {
		if !slices.Contains(event.Concerns, p.AgencyID) {
			event.Concerns = append(event.Concerns, p.AgencyID)
		}
	}
	return event
}

// tell says to the other desks what happened.
func tell(tx *gate.Tx, id, code string, all []Participant) error {
	for _, p := range all {
		if slices.Contains(tx.Actor().Desks, p.DeskID) {
			continue
		}
		if _, err := notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Desk, ID: p.DeskID, AgencyID: p.AgencyID}, Code: code,
			Subject: id, Link: "consultation"}); err != nil {
			return err
		}
	}
	return nil
}

// Show gives a consultation with its minutes to those who take part.
func (s *Service) Show(ctx context.Context, id string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		view = View{Today: moment.DayOf(tx.Now())}
		if view.Consultation, err = consultationOf(tx, id); err != nil {
			return audit.Event{}, err
		}
		if view.Participants, err = participantsOf(tx, id); err != nil {
			return audit.Event{}, err
		}
		view.Minutes, err = minutesOf(tx, id)
		event := eventOf(audit.Consult, id, nil)
		if len(view.Minutes) > 0 {
			event.Handling = view.Minutes[0].Marking
		}
		return event, err
	})
	return view, err
}

// owned finds a consultation that the caller's desk called.
func owned(tx *gate.Tx, id string) (Consultation, error) {
	c, err := consultationOf(tx, id)
	if err == nil && !c.Owned {
		err = fault.New(fault.Refused, "consultation.not_caller")
	}
	return c, err
}

// WriteMinutes adds a version of the minutes; version is the one of the consultation that the writer has seen.
func (s *Service) WriteMinutes(ctx context.Context, id, text, tlp string, version int64) error {
	return s.gate.Write(ctx, minutesAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, err := owned(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		wrong := invalid()
		text = checkText(wrong, section.FreeText, "text", text, longestText)
		marking := gate.Marking{TLP: checkMarking(wrong, tlp)}
		if c.HeldOn > moment.DayOf(tx.Now()) {
			wrong.WithField("text", "consultation.not_held_yet")
		}
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		if !c.State.becomes(Held) {
			return audit.Event{}, fault.New(fault.Conflict, "consultation.cancelled_already")
		}
		if err := moveTo(tx, &c, Held, version); err != nil {
			return audit.Event{}, err
		}
		if err := putMinutes(tx, id, version+1, marking, text); err != nil {
			return audit.Event{}, err
		}
		all, err := participantsOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		event := eventOf(audit.Collect, id, all)
		event.Fields, event.Handling = []string{"minutes"}, marking.String()
		return event, tell(tx, id, "consultation_minutes", all)
	})
}

// Cancel calls a consultation off that was not held.
func (s *Service) Cancel(ctx context.Context, id string, version int64) error {
	return s.gate.Write(ctx, cancelAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, err := owned(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if !c.State.becomes(Cancelled) {
			return audit.Event{}, fault.New(fault.Conflict, "consultation.settled")
		}
		if err := moveTo(tx, &c, Cancelled, version); err != nil {
			return audit.Event{}, err
		}
		all, err := participantsOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		return eventOf(audit.Alter, id, all), tell(tx, id, "consultation_cancelled", all)
	})
}
