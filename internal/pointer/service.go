package pointer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/request"
	"relais/internal/sharing"
)

// Actions, as they stand in the trail.
var (
	formAction    = gate.OnFile("pointer.form")
	probeAction   = gate.OnFile("pointer.probe")
	listAction    = gate.ByAnyone("pointer.list")
	showAction    = gate.ByAnyone("pointer.show")
	markAction    = gate.ByAnyone("pointer.not_same")
	sameAction    = gate.ByAnyone("pointer.same")
	askFormAction = gate.ByAnyone("pointer.ask_form")
	askAction     = gate.ByAnyone("pointer.ask")
	settingAction = gate.OnOwn("pointer.setting", authz.People, authz.Manage)
	decideAction  = gate.OnOwn("pointer.decide", authz.People, authz.Manage).SteppedUp()
	choiceAction  = gate.OnFileAs("pointer.choice", authz.Team, authz.Manage)
	chooseAction  = gate.OnFileAs("pointer.choose", authz.Team, authz.Manage)
	endAction     = gate.ByProgram("pointer.end")
	logAction     = gate.ByProgram("pointer.found")
	sweepAction   = gate.ByProgram("pointer.sweep")
)

// Service is what people do with pointers.
type Service struct {
	gate    *gate.Gate
	entries *entry.Service
}

// NewService makes the service.
func NewService(g *gate.Gate, entries *entry.Service) *Service {
	return &Service{gate: g, entries: entries}
}

// View is what a victim file knows of others: whether the caller may look, and the pointers that stand.
type View struct {
	File     gate.FileRow
	Pointers []Pointer
	Now      moment.Time
}

// Form gives what there is before somebody looks.
func (s *Service) Form(ctx context.Context, fileID string) (view View, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(gate.Victim, fileID), func(tx *gate.Tx) (audit.Event, error) {
		if _, err := s.standing(tx); err != nil {
			return audit.Event{}, err
		}
		view, err = viewOf(tx)
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return view, err
}

func viewOf(tx *gate.Tx) (view View, err error) {
	view = View{File: tx.File(), Now: tx.Now()}
	view.Pointers, err = ofFile(tx)
	return view, err
}

// standing is for which side the caller would look; who may not is refused with the reason.
func (s *Service) standing(tx *gate.Tx) (mine side, err error) {
	if !gate.WorksOnFiles(tx.Actor()) {
		return mine, fault.New(fault.Refused, "pointer.not_your_task", "Reason", string(authz.ReasonNoRole))
	}
	look := tx.Look(authz.Identity)
	if look.Others.Show != authz.Full && look.Own.Show != authz.Full {
		reason := look.Why().Reason
		if look.Open() { // a pseudonym says nothing that could be compared
			reason = authz.ReasonNoRole
		}
		return mine, gate.RefusalFor(authz.Identity, reason)
	}
	said, err := saidOf(tx)
	if err != nil {
		return mine, err
	}
	all, err := participantsOf(tx)
	if err == nil {
		err = all.takePart(sideOf(tx), &said)
	}
	return sideOf(tx), err
}

// sideOf is the desk by which the caller sees the file, one that leads it first; the person where no desk does.
func sideOf(tx *gate.Tx) side {
	mine := side{FileID: tx.File().ID, AgencyID: tx.Actor().AgencyID, GranteeKind: notice.Worker, GranteeID: tx.Actor().WorkerID}
	for _, lead := range []bool{false, true} {
		for _, g := range tx.Grants() {
			if g.Lead == lead && g.GranteeKind == notice.Desk {
				mine.GranteeKind, mine.GranteeID = g.GranteeKind, g.GranteeID
			}
		}
	}
	return mine
}

// Probe looks whether another agency knows the person of a file, for one of Purposes, and gives the pointers that stand then. Where
// nobody else knows the person, and where whoever does takes no part, the answer is the same.
func (s *Service) Probe(ctx context.Context, fileID, purpose string) (view View, err error) {
	if !slices.Contains(Purposes, purpose) {
		wrong := invalid()
		sharing.CheckCode(wrong, "purpose", purpose, Purposes)
		return view, wrong
	}
	err = s.gate.Write(ctx, probeAction, gate.File(gate.Victim, fileID).Because(purpose), func(tx *gate.Tx) (audit.Event, error) {
		mine, err := s.standing(tx)
		if err == nil {
			err = keepPace(tx, mine.GranteeID)
		}
		if err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Search, SubjectCategory: "victim", Purpose: purpose}
		if err := s.match(tx, mine, purpose, &event); err != nil {
			return audit.Event{}, err
		}
		view, err = viewOf(tx)
		return event, err
	})
	return view, err
}

// match compares, makes the pointers, tells both desks and remembers that somebody looked.
func (s *Service) match(tx *gate.Tx, mine side, purpose string, event *audit.Event) error {
	all, err := participantsOf(tx)
	if err != nil {
		return err
	}
	l, err := s.looked(tx, all)
	if err == nil && !l.comparable() {
		err = fault.New(fault.Conflict, "pointer.nothing_to_compare")
	}
	if err != nil {
		return err
	}
	told, silent, err := matches(tx, l, all)
	if err != nil {
		return err
	}
	known, err := toldBefore(tx, mine, told)
	if err != nil {
		return err
	}
	for i := range told {
		made, err := point(tx, mine, &told[i], purpose, known)
		if err != nil {
			return err
		}
		if made {
			known = append(known, pointerRow{State: Open, UntilAt: tx.Now().Add(LastsFor), OfMine: true, FileID: told[i].FileID, Grantee: told[i].GranteeID})
			event.Results = append(event.Results, told[i].FileID)
		}
	}
	return tx.ExecOne(insertProbe, gate.Args{"probe": gate.NewID(), "side": mine.GranteeID, "purpose": purpose,
		"told": strings.Join(event.Results, ","), "silent": strings.Join(silent, ",")})
}

// looked gathers the identifiers that the caller may read in full and whose writers take part.
func (s *Service) looked(tx *gate.Tx, all participants) (*looked, error) {
	l := &looked{tokens: map[string]kind{}}
	views, err := s.entries.Some(tx, sections...)
	if err != nil {
		return nil, err
	}
	said, err := saidOf(tx)
	if err != nil {
		return nil, err
	}
	for _, view := range views {
		for i := range view.Entries {
			if e := &view.Entries[i]; e.Full && e.Only == nil && all.count(e.AgencyID, &said) {
				l.identify(tx, view.Section, e.Values)
			}
		}
	}
	return l, nil
}

// List is one page of pointers.
type List struct {
	Items []Pointer
	Next  gate.Cursor
	Now   moment.Time
}

// PageSize is how many pointers stand on one page.
const PageSize = 50

// List gives a page of the pointers of the caller's desks, the newest first: those that stand, or those that are settled.
func (s *Service) List(ctx context.Context, settled bool, after gate.Cursor) (list List, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !gate.WorksOnFiles(tx.Actor()) {
			return audit.Event{}, notFound()
		}
		list = List{Now: tx.Now()}
		if list.Items, list.Next, err = page(tx, settled, after); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Search, SubjectCategory: "victim"}
		for i := range list.Items {
			event.Results = append(event.Results, list.Items[i].FileID)
		}
		return event, nil
	})
	return list, err
}

func page(tx *gate.Tx, settled bool, after gate.Cursor) (rows []Pointer, next gate.Cursor, err error) {
	query := selectOpen
	if settled {
		query = selectSettled
	}
	after = after.FromNewest()
	err = tx.Select(&rows, query, gate.Args{"before_at": after.At, "before_id": after.ID, "limit": PageSize + 1})
	rows, next = gate.Cut(rows, PageSize, func(p *Pointer) gate.Cursor { return gate.Cursor{At: p.MadeAt, ID: p.ID} })
	return rows, next, err
}

// CountOpen counts the pointers that stand up to most, inside a running use case.
func CountOpen(tx *gate.Tx, most int) (found int, err error) {
	return found, tx.Get(&found, countOpen, gate.Args{"limit": most})
}

// Shown is one pointer with what its reader may do.
type Shown struct {
	Pointer
	CanAsk  bool
	CanMark bool
	CanSay  bool // that it is the same person
	Now     moment.Time
}

// Show gives a pointer to one of its sides.
func (s *Service) Show(ctx context.Context, id string) (shown Shown, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		p, err := toUse(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		stands := p.Stands(tx.Now())
		shown = Shown{Pointer: p, Now: tx.Now(), CanAsk: stands, CanMark: stands, CanSay: stands && !p.SaidByMine}
		return audit.Event{Op: audit.Consult, Subject: id, SubjectCategory: "victim", Results: []string{p.FileID}}, nil
	})
	return shown, err
}

func toUse(tx *gate.Tx, id string) (Pointer, error) {
	if !gate.WorksOnFiles(tx.Actor()) {
		return Pointer{}, notFound()
	}
	return pointerOf(tx, id)
}

func settled(p *Pointer, now moment.Time) error {
	return fault.New(fault.Conflict, "pointer.already_"+string(p.StateAt(now)))
}

// Mark says that the other file is of another person. Both desks see it, and the same identifiers make no pointer again.
func (s *Service) Mark(ctx context.Context, id string, version int64) error {
	return s.gate.Write(ctx, markAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		p, err := toUse(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if !p.Stands(tx.Now()) {
			return audit.Event{}, settled(&p, tx.Now())
		}
		if err := tx.ExecOne(endPointer, gate.Args{"pointer": id, "version": version}); err != nil {
			if fault.KindOf(err) == fault.Conflict {
				err = changed()
			}
			return audit.Event{}, err
		}
		_, other, err := sidesOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Alter, Subject: id, SubjectCategory: "victim", Fields: []string{"state"},
			Concerns: []string{other.AgencyID}}
		return event, tell(tx, other, "pointer_not_same", id)
	})
}

// Same says that the other file is of the same person. The other desk is told, and nothing is opened; once both have said so, each agency
// counts the person once. Who was wrong refutes the pointer.
func (s *Service) Same(ctx context.Context, id string, version int64) error {
	return s.gate.Write(ctx, sameAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		p, err := toUse(tx, id)
		switch {
		case err != nil:
			return audit.Event{}, err
		case !p.Stands(tx.Now()):
			return audit.Event{}, settled(&p, tx.Now())
		case p.SaidByMine:
			return audit.Event{}, fault.New(fault.Conflict, "pointer.already_said")
		}
		if err := tx.ExecOne(raisePointer, gate.Args{"pointer": id, "version": version}); err != nil {
			if fault.KindOf(err) == fault.Conflict {
				err = changed()
			}
			return audit.Event{}, err
		}
		if err := tx.ExecOne(insertSame, gate.Args{"pointer": id}); err != nil {
			return audit.Event{}, err
		}
		_, other, err := sidesOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Alter, Subject: id, SubjectCategory: "victim", Fields: []string{"same"}, Concerns: []string{other.AgencyID}}
		return event, tell(tx, other, "pointer_same", id)
	})
}

func tell(tx *gate.Tx, to side, code, id string) error {
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: to.GranteeKind, ID: to.GranteeID, AgencyID: to.AgencyID}, Code: code,
		FileID: to.FileID, Subject: id, Link: "pointer"})
	return err
}

// AskForm is what the form of a request from a pointer shows.
type AskForm struct {
	Pointer
	Sections []authz.Section
	Now      moment.Time
}

// AskForm gives the sections that who leads the other file could open to the caller.
func (s *Service) AskForm(ctx context.Context, id string) (form AskForm, err error) {
	err = s.gate.Read(ctx, askFormAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		p, err := toUse(tx, id)
		if err == nil && !p.Stands(tx.Now()) {
			err = settled(&p, tx.Now())
		}
		if err != nil {
			return audit.Event{}, err
		}
		form = AskForm{Pointer: p, Sections: request.PointedSections(tx, gate.Victim), Now: tx.Now()}
		return audit.Event{Op: audit.Consult, Subject: id, SubjectCategory: "victim"}, nil
	})
	return form, err
}

// Ask asks for access to the other file. The same once key with the same content gives the same request again.
func (s *Service) Ask(ctx context.Context, id string, n request.New, once string) (requestID string, err error) {
	err = s.gate.Write(ctx, askAction, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
		p, err := toUse(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		var again bool
		requestID, again, err = tx.Once(once, fmt.Sprint(id, n), func() (string, error) {
			if !p.Stands(tx.Now()) {
				return "", settled(&p, tx.Now())
			}
			event, err = request.AskPointed(tx, request.Pointed{PointerID: id, GranteeKind: p.GranteeKind, GranteeID: p.GranteeID}, n)
			return event.Subject, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: requestID}
		}
		return event, err
	})
	return requestID, err
}

// nameOf is the name of a colleague.
func nameOf(tx *gate.Tx, workerID string) (string, error) {
	if workerID == "" {
		return "", nil
	}
	return agency.WorkerName(tx, workerID)
}
