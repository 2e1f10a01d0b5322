package request

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
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/sharing"
)

// Actions, as they stand in the trail.
var (
	formAction     = gate.OnFile("request.form").Form()
	askAction      = gate.OnFile("request.ask")
	listAction     = gate.ByAnyone("request.list")
	showAction     = gate.ByAnyone("request.show")
	grantAction    = gate.ByAnyone("request.grant")
	refuseAction   = gate.ByAnyone("request.refuse").WhileClosed()
	withdrawAction = gate.ByAnyone("request.withdraw").WhileClosed()
	endAction      = gate.ByAnyone("request.end").WhileClosed()
	escalateAction = gate.ByProgram("request.escalate")
	standInAction  = gate.ByProgram("request.stand_in")
	expireAction   = gate.ByProgram("request.expire")
)

// Service is what people do to ask for access and to answer.
type Service struct{ gate *gate.Gate }

// NewService makes the service.
func NewService(g *gate.Gate) *Service { return &Service{gate: g} }

// New is what it takes to ask.
type New struct {
	Sections []string // words of sections, such as "residence"
	For      string   // ForDesk or ForMe
	Reason   string   // one of Reasons
	Note     string   // why, in the asker's words; sealed
	sharing.Terms
}

// Form is what the form shows: the sections that could be asked for, and why each is closed now.
type Form struct {
	File     gate.FileRow
	Sections []Choice
	Now      moment.Time
}

// Choice is a section that could be opened to the reader's agency.
type Choice struct {
	Section authz.Section
	Reason  authz.Reason // why it is closed now; empty where something of it is shown
}

// Form gives the closed sections of a file that its lead could open to the caller.
func (s *Service) Form(ctx context.Context, kind gate.Kind, fileID string) (form Form, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		if err := mayAsk(tx); err != nil {
			return audit.Event{}, err
		}
		form = Form{File: tx.File(), Now: tx.Now()}
		for _, room := range section.All() {
			if entry.Belongs(room, kind) && tx.Askable(room.ID) {
				form.Sections = append(form.Sections, Choice{Section: room.ID, Reason: tx.Decide(room.ID, authz.Read).Reason})
			}
		}
		return audit.Event{Op: audit.Consult, SubjectCategory: string(kind)}, nil
	})
	return form, err
}

// mayAsk refuses who works on no files and who leads the file, with the reason.
func mayAsk(tx *gate.Tx) error {
	if !works(tx.Actor()) {
		return fault.New(fault.Refused, "request.not_your_task", "Reason", string(authz.ReasonNoRole))
	}
	if _, _, ok := tx.AskedAs(); !ok {
		return fault.New(fault.Refused, "request.you_lead", "Reason", string(authz.ReasonRelation))
	}
	return nil
}

// Ask writes a request and tells the desks that lead the file; the same once key with the same content gives it again.
func (s *Service) Ask(ctx context.Context, kind gate.Kind, fileID string, n New, once string) (id string, err error) {
	for range 2 {
		err = s.gate.Write(ctx, askAction, gate.File(kind, fileID), func(tx *gate.Tx) (event audit.Event, err error) {
			var again bool
			id, again, err = tx.Once(once, fmt.Sprint(fileID, n), func() (string, error) {
				event, err = ask(tx, n)
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
	return ok && slices.ContainsFunc(f.Fields, func(field fault.FieldFault) bool { return field.Key == "request.already_open" })
}

func ask(tx *gate.Tx, n New) (audit.Event, error) {
	if err := mayAsk(tx); err != nil {
		return audit.Event{}, err
	}
	r, err := n.check(tx)
	if err != nil {
		return audit.Event{}, err
	}
	return put(tx, r, n.Note)
}

// put writes a request that was checked; tx is turned to the file that it asks for.
func put(tx *gate.Tx, r *Request, text string) (audit.Event, error) {
	to, err := leadAgency(tx, tx.File().ID)
	if err == nil && to == "" {
		err = fault.New(fault.Conflict, "request.nobody_leads")
	}
	if err != nil {
		return audit.Event{}, err
	}
	id := gate.NewID()
	note, err := tx.SealText("access_request", id, text)
	if err != nil {
		return audit.Event{}, err
	}
	if err := insert(tx, id, r, to, note); err != nil {
		return audit.Event{}, err
	}
	desks, err := notice.LeadDesks(tx)
	for _, desk := range desks {
		if _, err := notice.Tell(tx, notice.New{To: desk, Code: "request_asked", FileID: tx.File().ID, Subject: id, Link: "request",
			DueAt: tx.Now().Add(AnswerWithin)}); err != nil {
			return audit.Event{}, err
		}
	}
	return audit.Event{Op: audit.Collect, Subject: id, SubjectCategory: string(tx.File().Kind), Purpose: r.Purpose, Basis: r.Basis,
		Justification: r.Reason, Fields: sharing.SectionWords(r.Sections), Concerns: []string{to}}, err
}

// check holds the request against the access that the asker has.
func (n *New) check(tx *gate.Tx) (*Request, error) {
	have, relations, _ := tx.AskedAs()
	return n.checked(tx, &Request{GranteeKind: have.GranteeKind, GranteeID: have.GranteeID, Relations: relations, UntilAt: have.UntilAt}, checkOpens)
}

// checked looks at every field and gives the request as it will be stored. r says for whom it is and until when it may be at most;
// opens refuses sections that it could not open.
func (n *New) checked(tx *gate.Tx, r *Request, opens func(*gate.Tx, *fault.Fault, *Request)) (*Request, error) {
	wrong, longest := invalid(), r.UntilAt
	r.Reason, r.Purpose, r.Basis, r.BasisRef = n.Reason, n.Purpose, n.Basis, n.BasisRef
	sharing.CheckCode(wrong, "for", n.For, []string{ForDesk, ForMe})
	if n.For == ForMe {
		r.GranteeKind, r.GranteeID = "worker", tx.Actor().WorkerID
	}
	sharing.CheckCode(wrong, "reason", n.Reason, Reasons)
	n.Note = sharing.CheckNote(wrong, n.Note)
	if n.Note == "" && !has(wrong, "note") {
		wrong.WithField("note", "fault.field_required")
	}
	r.UntilAt = n.Terms.Check(wrong, tx.Now(), longest)
	if day := n.Until; day != "" && day > moment.DayOf(longest) && !has(wrong, "until") {
		wrong.WithField("until", "request.beyond_access")
	}
	r.Sections = sharing.CheckSections(wrong, n.Sections)
	if c, last := tx.CeilingOf(tx.Actor().Kind, r.Sections); moment.DayOf(r.UntilAt) > last && !has(wrong, "until") {
		if r.UntilAt = last.EndOf(); n.Until != "" {
			wrong.WithField("until", "gate.ceiling."+c.Section, "Days", c.Days)
		}
	}
	opens(tx, wrong, r)
	open, err := hasOpen(tx, r.GranteeID)
	if open {
		wrong.WithField("sections", "request.already_open")
	}
	if err != nil {
		return nil, err
	}
	return r, wrong.OrNil()
}

func has(wrong *fault.Fault, field string) bool {
	return slices.ContainsFunc(wrong.Fields, func(f fault.FieldFault) bool { return f.Name == field })
}

// checkOpens refuses what would show nothing: a section that files of this kind do not have, that is open already, that
// agencies of the asker's kind never see, or that stays closed on the legal basis that was named.
func checkOpens(tx *gate.Tx, wrong *fault.Fault, r *Request) {
	for id := range r.Sections.Each {
		now := tx.Decide(id, authz.Read)
		switch {
		case !entry.Belongs(section.Of(id), tx.File().Kind):
			wrong.WithField("sections", "request.not_in_this_file")
		case now.Show == authz.Full:
			wrong.WithField("sections", "request.open_already")
		case !tx.Askable(id):
			wrong.WithField("sections", "request.never")
		case !has(wrong, "basis") && tx.Would(id, r.Relations, r.Basis).Show <= now.Show:
			wrong.WithField("sections", "request.other_basis_needed")
		default:
			continue
		}
		return
	}
}

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("request: nothing to do")

// untilNothing runs a step until it finds nothing to do and counts.
func (s *Service) untilNothing(ctx context.Context, a gate.Action, step gate.UseCase) (done int, err error) {
	for {
		switch err := s.gate.Write(ctx, a, gate.Own(), step); {
		case errors.Is(err, errNothing):
			return done, nil
		case err != nil:
			return done, err
		}
		done++
	}
}
