package question

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/sharing"
)

// Actions, as they stand in the trail.
var (
	listAction  = gate.ByAnyone("question.list")
	formAction  = gate.ByAnyone("question.form")
	askAction   = gate.ByAnyone("question.ask")
	showAction  = gate.ByAnyone("question.show")
	speakAction = gate.ByAnyone("question.speak").WhileClosed() // what was asked is answered, and names of a closed file are names still
	closeAction = gate.ByAnyone("question.close")
	lapseAction = gate.ByProgram("question.lapse")
	eraseAction = gate.ByProgram("question.erase")
)

// PageSize is how many questions stand on one page.
const PageSize = 25

// Box is one of the lists of questions.
type Box string

// The lists.
const (
	BoxWaiting  Box = "waiting" // for a word of the reader's desks, whoever asked
	BoxReceived Box = "received"
	BoxAsked    Box = "asked"
)

// Boxes lists the lists.
func Boxes() []Box { return []Box{BoxWaiting, BoxReceived, BoxAsked} }

// Service is what people do with questions.
type Service struct {
	gate    *gate.Gate
	entries *entry.Service
	sharing *sharing.Service
}

// NewService makes the service.
func NewService(g *gate.Gate, entries *entry.Service, s *sharing.Service) *Service {
	return &Service{gate: g, entries: entries, sharing: s}
}

// admits lets through whoever works on files at a desk; to all others there are no questions.
func admits(tx *gate.Tx) error {
	if !gate.WorksOnFiles(tx.Actor()) || len(tx.Actor().Desks) == 0 {
		return notFound()
	}
	return nil
}

// List gives a page of the questions that the caller's desks have asked or were asked, the newest first.
func (s *Service) List(ctx context.Context, box Box, after gate.Cursor) (list []Question, next gate.Cursor, err error) {
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

// Form is what the form for a question offers.
type Form struct {
	Own   []agency.DeskListing
	Desks []agency.Listing // of other agencies
	File  Linked           // empty where it is about no file
}

// Form gives the desks, and the file that the question would be about, if it is open to the caller.
func (s *Service) Form(ctx context.Context, victimID string) (form Form, err error) {
	err = s.gate.Read(ctx, formAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		form = Form{}
		if err := admits(tx); err != nil {
			return audit.Event{}, err
		}
		all, err := agency.Directory(tx)
		if err != nil {
			return audit.Event{}, err
		}
		form.Own, form.Desks = ownDesks(tx, all)
		event := audit.Event{Op: audit.Consult}
		if victimID != "" {
			file, err := tx.Enter(gate.Victim, victimID)
			if err != nil {
				return audit.Event{}, err
			}
			form.File = Linked{FileID: victimID, Reference: file.File().Reference}
			event.Results = []string{victimID}
		}
		return event, nil
	})
	return form, err
}

// Ask begins a question and gives its id. Which file it is about stands in no entry that the other agency could read.
func (s *Service) Ask(ctx context.Context, n New, once string) (id string, err error) {
	err = s.gate.Write(ctx, askAction, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
		if err := admits(tx); err != nil {
			return event, err
		}
		var again bool
		id, again, err = tx.Once(once, fmt.Sprint(n), func() (made string, err error) {
			made, event, err = s.ask(tx, n)
			return made, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return id, err
}

func (s *Service) ask(tx *gate.Tx, n New) (id string, event audit.Event, err error) {
	wrong := invalid()
	n.Subject.check(wrong)
	if !slices.Contains(tx.Actor().Desks, n.DeskID) {
		wrong.WithField("desk", "question.not_your_desk")
	}
	to, found, err := deskOf(tx, n.ToDeskID)
	switch {
	case err != nil:
		return "", event, err
	case !found:
		wrong.WithField("to", "question.no_such_desk")
	case to.AgencyID == tx.Actor().AgencyID:
		wrong.WithField("to", "question.own_agency")
	}
	hidden := fault.FieldFault{Name: "victim", Key: "question.no_such_file"}
	if n.Note, err = s.checked(tx, wrong, n.Note, n.VictimID, hidden); err != nil {
		return "", event, err
	}
	if err := wrong.OrNil(); err != nil {
		return "", event, err
	}
	id = gate.NewID()
	event = audit.Event{Op: audit.Collect, Subject: id, Fields: []string{"need", "exploitation", "age_band", "sex", "country", "language", "text"}}
	if n.VictimID != "" {
		event.Results = []string{n.VictimID}
	}
	if err := put(tx, id, n, to); err != nil {
		return "", event, err
	}
	return id, event, tell(tx, to, "question_asked", id)
}

// checked tidies a text and refuses what could tell who the person is; with a file, also what the asker reads there as a name.
// Where the file is hidden from the asker nothing can be compared, and nothing is sent.
func (s *Service) checked(tx *gate.Tx, wrong *fault.Fault, text, victimID string, hidden fault.FieldFault) (string, error) {
	text = sharing.CheckNote(wrong, text)
	if text == "" {
		wrong.WithField("note", "fault.field_required")
	}
	checkText(wrong, text, tx.Now())
	if victimID == "" {
		return text, nil
	}
	file, err := tx.Enter(gate.Victim, victimID)
	if fault.KindOf(err) == fault.NotFound {
		wrong.WithField(hidden.Name, hidden.Key)
		return text, nil
	}
	if err != nil {
		return text, err
	}
	sections, err := s.entries.Sections(file)
	if err == nil {
		checkNames(wrong, text, sections)
	}
	return text, err
}

func tell(tx *gate.Tx, to desk, code, id string) error {
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Desk, ID: to.ID, AgencyID: to.AgencyID}, Code: code, Subject: id, Link: "question"})
	return err
}

// Show gives a question to the two desks; the file and the referral only to whom they are open.
func (s *Service) Show(ctx context.Context, id string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		view = View{}
		if err := admits(tx); err != nil {
			return audit.Event{}, err
		}
		if view.Question, err = questionOf(tx, id); err != nil {
			return audit.Event{}, err
		}
		if view.Words, err = wordsIn(tx, &view.Question); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Consult, Subject: id}
		if view.File, err = linked(tx, id); view.File.FileID != "" {
			event.Results = []string{view.File.FileID}
		}
		return event, err
	})
	if err != nil || view.ReferralID == "" {
		return view, err
	}
	_, hidden := s.sharing.Show(ctx, view.ReferralID)
	if view.SeesReferral = hidden == nil; fault.KindOf(hidden) != fault.NotFound && hidden != nil {
		return View{}, hidden
	}
	return view, nil
}

// linked is the file behind a question, if it is open to the reader.
func linked(tx *gate.Tx, questionID string) (Linked, error) {
	fileID, err := linkOf(tx, questionID)
	if err != nil || fileID == "" {
		return Linked{}, err
	}
	file, err := tx.Enter(gate.Victim, fileID)
	switch fault.KindOf(err) {
	case fault.NotFound, fault.Refused:
		return Linked{}, nil
	}
	if err != nil {
		return Linked{}, err
	}
	return Linked{FileID: fileID, Reference: file.File().Reference}, nil
}

// sides are the desk of a question that the caller sits at, and the other one.
func sides(q *Question) (own, other desk) {
	own, other = desk{q.DeskID, q.AgencyID}, desk{q.ToDeskID, q.ToAgencyID}
	if !q.Asked {
		own, other = other, own
	}
	return own, other
}

// Speak adds words of one of the two desks and tells the other.
func (s *Service) Speak(ctx context.Context, id, text string, version int64) error {
	return s.gate.Write(ctx, speakAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		q, err := openOne(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		wrong := invalid()
		fileID, err := linkOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if text, err = s.checked(tx, wrong, text, fileID, fault.FieldFault{Name: "note", Key: "question.not_compared"}); err != nil {
			return audit.Event{}, err
		}
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		own, other := sides(&q)
		if err := tx.ExecOne(speak, gate.Args{"question": id, "desk": own.ID, "version": version}); err != nil {
			return audit.Event{}, err
		}
		if err := putWord(tx, id, own.ID, text); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Collect, Subject: id, Concerns: []string{other.AgencyID}, Fields: []string{"text"}}, tell(tx, other, "question_answered", id)
	})
}

// openOne finds a question in which something can still be said.
func openOne(tx *gate.Tx, id string) (Question, error) {
	if err := admits(tx); err != nil {
		return Question{}, err
	}
	q, err := questionOf(tx, id)
	if err == nil && q.State != Open {
		err = fault.New(fault.Conflict, "question.ended")
	}
	return q, err
}

// Close ends a question; either desk may.
func (s *Service) Close(ctx context.Context, id string, version int64) error {
	return s.gate.Write(ctx, closeAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		q, err := openOne(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if err := tx.ExecOne(end, gate.Args{"question": id, "state": string(Closed), "version": version}); err != nil {
			return audit.Event{}, err
		}
		_, other := sides(&q)
		return audit.Event{Op: audit.Alter, Subject: id, Concerns: []string{other.AgencyID}, Fields: []string{"state"}}, tell(tx, other, "question_closed", id)
	})
}
