package signal

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
	"relais/internal/sharing"
	"relais/internal/victim"
)

// Actions, as they stand in the trail.
var (
	listAction   = gate.ByAnyone("signal.list")
	formAction   = gate.ByAnyone("signal.form")
	noteAction   = gate.ByAnyone("signal.note")
	showAction   = gate.ByAnyone("signal.show")
	passAction   = gate.ByAnyone("signal.pass")
	answerAction = gate.ByAnyone("signal.answer")
	closeAction  = gate.ByAnyone("signal.close")
)

// PageSize is how many signals stand on one page.
const PageSize = 25

// Box is one of the lists of signals.
type Box string

// The lists.
const (
	BoxWaiting Box = "waiting" // for an answer of the caller's desks
	BoxOpen    Box = "open"
	BoxDone    Box = "done"
)

// Boxes lists the lists.
func Boxes() []Box { return []Box{BoxWaiting, BoxOpen, BoxDone} }

// Service is what people do with signals.
type Service struct {
	gate    *gate.Gate
	victims *victim.Service
}

// NewService makes the service.
func NewService(g *gate.Gate, victims *victim.Service) *Service {
	return &Service{gate: g, victims: victims}
}

// admits lets through whoever works on files at a desk; to all others there are no signals.
func admits(tx *gate.Tx) error {
	if !gate.WorksOnFiles(tx.Actor()) || len(tx.Actor().Desks) == 0 {
		return notFound()
	}
	return nil
}

// List gives a page of the signals that the caller's desks know of, the newest first.
func (s *Service) List(ctx context.Context, box Box, after gate.Cursor) (list []Signal, next gate.Cursor, err error) {
	if !slices.Contains(Boxes(), box) {
		return nil, next, invalid().WithField("box", "fault.field_unknown_code")
	}
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if err := admits(tx); err != nil {
			return audit.Event{}, err
		}
		list, next, err = pageOf(tx, box, after, PageSize)
		return audit.Event{Op: audit.Consult, ResultCount: int64(len(list))}, err
	})
	return list, next, err
}

// CountWaiting counts the list BoxWaiting up to most, inside a running use case.
func CountWaiting(tx *gate.Tx, most int) (count int, err error) {
	return count, tx.Get(&count, countWaiting, gate.Args{"limit": most})
}

// Form is what the forms offer.
type Form struct {
	Own   []agency.DeskListing
	Desks []agency.Listing
	Today moment.Date
}

// Form gives the caller's own desks, and all others.
func (s *Service) Form(ctx context.Context) (form Form, err error) {
	err = s.gate.Read(ctx, formAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if err := admits(tx); err != nil {
			return audit.Event{}, err
		}
		form, err = formOf(tx)
		return audit.Event{Op: audit.Consult}, err
	})
	return form, err
}

func formOf(tx *gate.Tx) (form Form, err error) {
	form.Today = moment.DayOf(tx.Now())
	form.Desks, err = agency.Directory(tx)
	form.Own = agency.OwnDesks(tx, form.Desks)
	return form, err
}

// Note keeps a new signal and gives its id; the same once key with the same content gives the same signal again.
func (s *Service) Note(ctx context.Context, n New, once string) (id string, err error) {
	err = s.gate.Write(ctx, noteAction, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
		if err := admits(tx); err != nil {
			return event, err
		}
		var again bool
		id, again, err = tx.Once(once, fmt.Sprint(n), func() (made string, err error) {
			made, event, err = note(tx, n)
			return made, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return id, err
}

func note(tx *gate.Tx, n New) (id string, event audit.Event, err error) {
	wrong := invalid()
	n.check(wrong, tx.Actor().Desks, tx.Now())
	if err := wrong.OrNil(); err != nil {
		return "", event, err
	}
	id = gate.NewID()
	basis, purpose := gate.UsualBasis(tx.Actor().Kind), gate.UsualPurpose(tx.Actor().Kind)
	event = audit.Event{Op: audit.Collect, Subject: id, Purpose: purpose, Basis: basis,
		Fields: []string{"country", "exploitation", "persons", "seen_on", "source", "place", "story"}}
	return id, event, put(tx, id, n, basis, purpose)
}

// Show gives a signal with its history to a desk that knows of it.
func (s *Service) Show(ctx context.Context, id string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		view = View{}
		if err := admits(tx); err != nil {
			return audit.Event{}, err
		}
		if view.Signal, err = signalOf(tx, id); err != nil {
			return audit.Event{}, err
		}
		if view.Steps, err = stepsOf(tx, id); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Consult, Subject: id}
		view.Files, err = filesOf(tx, id)
		for _, f := range view.Files {
			event.Results = append(event.Results, f.FileID)
		}
		return event, err
	})
	return view, err
}

// filesOf are the files that a signal led to and that are open to the caller.
func filesOf(tx *gate.Tx, id string) (files []Linked, err error) {
	var rows []struct {
		FileID string    `db:"file_id"`
		Kind   gate.Kind `db:"kind"`
	}
	if err := tx.Select(&rows, selectLinkedFiles, gate.Args{"signal": id}); err != nil {
		return nil, err
	}
	for _, row := range rows {
		file, err := tx.Enter(row.Kind, row.FileID)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		files = append(files, Linked{FileID: row.FileID, Kind: row.Kind, Reference: file.File().Reference})
	}
	return files, nil
}

// answerable finds a signal that a desk of the caller answers for.
func answerable(tx *gate.Tx, id string) (Signal, error) {
	if err := admits(tx); err != nil {
		return Signal{}, err
	}
	found, err := signalOf(tx, id)
	if err == nil && !found.Mine {
		err = fault.New(fault.Refused, "signal.not_with_you")
	}
	return found, err
}

// Pass hands a signal to another desk, which has to answer; until it takes it, the desk that has it answers for it.
func (s *Service) Pass(ctx context.Context, id string, p Pass, version int64) error {
	return s.gate.Write(ctx, passAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		found, err := answerable(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if found.State != Open || found.ExpiresAt <= tx.Now() {
			return audit.Event{}, fault.New(fault.Conflict, "signal.settled")
		}
		to, err := p.check(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if err := tx.ExecOne(touch, gate.Args{"signal": id, "version": version}); err != nil {
			return audit.Event{}, err
		}
		return pass(tx, &found, p, to)
	})
}

// check looks at every field and gives the desk that the signal goes to.
func (p *Pass) check(tx *gate.Tx, id string) (to desk, err error) {
	wrong := invalid()
	sharing.CheckCode(wrong, "purpose", p.Purpose, gate.Purposes)
	sharing.CheckCode(wrong, "basis", p.Basis, gate.Bases)
	to, known, err := deskOf(tx, p.DeskID)
	if err != nil {
		return to, err
	}
	holds, err := counted(tx, countHolding, gate.Args{"signal": id, "desk": p.DeskID})
	if err != nil {
		return to, err
	}
	waits, err := counted(tx, countWaitingOf, gate.Args{"signal": id})
	switch {
	case err != nil:
		return to, err
	case !known:
		wrong.WithField("to", "signal.no_such_desk")
	case holds:
		wrong.WithField("to", "signal.knows_already")
	case waits:
		wrong.WithField("to", "signal.waits_already")
	}
	return to, wrong.OrNil()
}

func pass(tx *gate.Tx, found *Signal, p Pass, to desk) (audit.Event, error) {
	own, err := holderDesk(tx, found.HolderID)
	if err != nil {
		return audit.Event{}, err
	}
	due := tx.Now().Add(AnswerWithin)
	if err := tx.ExecOne(insertHolder, gate.Args{"id": gate.NewID(), "signal": found.ID, "desk": to.ID, "of_agency": to.AgencyID,
		"state": string(Waiting), "with_story": gate.Flag(p.WithStory && found.WithStory), "purpose": p.Purpose, "basis": p.Basis,
		"from_desk": own.ID, "from_agency": own.AgencyID, "due": due}); err != nil {
		return audit.Event{}, err
	}
	if err := step(tx, found.ID, "passed", to.AgencyID, to.ID, ""); err != nil {
		return audit.Event{}, err
	}
	event := audit.Event{Op: audit.Disclose, Subject: found.ID, Purpose: p.Purpose, Basis: p.Basis, Concerns: []string{to.AgencyID},
		Recipients: []audit.Recipient{{AgencyID: to.AgencyID}}, Fields: []string{"country", "exploitation", "persons", "seen_on", "source"}}
	if p.WithStory {
		event.Fields = append(event.Fields, "place", "story")
	}
	return event, tell(tx, to, "signal_passed", found.ID, due)
}

func tell(tx *gate.Tx, to desk, code, id string, due moment.Time) error {
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Desk, ID: to.ID, AgencyID: to.AgencyID}, Code: code, Subject: id,
		Link: "signal", DueAt: due})
	return err
}

// Answer is what a desk says to a signal that was passed to it.
type Answer struct {
	Take   bool
	Reason string // one of DeclineReasons, where it does not take it
}

// Answer takes a signal, or gives it back for a reason; the desk that passed it is told.
func (s *Service) Answer(ctx context.Context, id string, a Answer, version int64) error {
	return s.gate.Write(ctx, answerAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if err := admits(tx); err != nil {
			return audit.Event{}, err
		}
		found, err := signalOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if !found.CanAnswer() {
			return audit.Event{}, fault.New(fault.Conflict, "signal.answered_already")
		}
		wrong := invalid()
		if !a.Take {
			sharing.CheckCode(wrong, "reason", a.Reason, DeclineReasons)
		} else if a.Reason != "" {
			wrong.WithField("reason", "signal.no_reason_to_take")
		}
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		return answer(tx, &found, a, version)
	})
}

func answer(tx *gate.Tx, found *Signal, a Answer, version int64) (audit.Event, error) {
	state, kind, code := Declined, "declined", "signal_declined"
	own, err := holderDesk(tx, found.HolderID)
	if err != nil {
		return audit.Event{}, err
	}
	if a.Take {
		state, kind, code = Holds, "taken", "signal_taken"
		err = tx.ExecOne(takeSignal, gate.Args{"signal": found.ID, "desk": own.ID, "version": version})
	} else {
		err = tx.ExecOne(touch, gate.Args{"signal": found.ID, "version": version})
	}
	if err != nil {
		return audit.Event{}, err
	}
	if err := tx.ExecOne(answerHolder, gate.Args{"holder": found.HolderID, "state": string(state), "reason": a.Reason}); err != nil {
		return audit.Event{}, err
	}
	if err := step(tx, found.ID, kind, own.AgencyID, own.ID, a.Reason); err != nil {
		return audit.Event{}, err
	}
	var sender desk
	if err := tx.Get(&sender, selectSender, gate.Args{"holder": found.HolderID}); err != nil {
		return audit.Event{}, err
	}
	return audit.Event{Op: audit.Alter, Subject: found.ID, Fields: []string{"with"}, Concerns: []string{sender.AgencyID}},
		tell(tx, sender, code, found.ID, 0)
}

// Close says for a reason that nobody follows a signal up; it is anonymised when its time is over.
func (s *Service) Close(ctx context.Context, id, reason string, version int64) error {
	return s.gate.Write(ctx, closeAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		found, err := answerable(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if !found.CanClose() {
			return audit.Event{}, fault.New(fault.Conflict, "signal.settled")
		}
		wrong := invalid()
		sharing.CheckCode(wrong, "reason", reason, CloseReasons)
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		if err := settle(tx, &found, Closed, reason, version); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: id, Fields: []string{"state"}}, step(tx, id, "closed", tx.Actor().AgencyID, "", reason)
	})
}

// settle moves a signal on and takes back what waits for another desk.
func settle(tx *gate.Tx, found *Signal, next State, reason string, version int64) error {
	if err := tx.ExecOne(moveSignal, gate.Args{"signal": found.ID, "from": string(found.State), "state": string(next), "reason": reason,
		"version": version}); err != nil {
		return err
	}
	_, err := tx.Exec(endWaiting, gate.Args{"signal": found.ID})
	return err
}
