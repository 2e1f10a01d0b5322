package closing

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/minor"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// Actions, as they stand in the trail.
var (
	showAction     = gate.OnFile("closing.show")
	closeAction    = gate.OnFileAs("closing.close", authz.Team, authz.Manage).WhileClosed()
	reopenAction   = gate.OnFileAs("closing.reopen", authz.Team, authz.Manage).WhileClosed()
	holdFormAction = gate.OnFile("closing.hold_form")
	holdAction     = gate.OnFile("closing.hold").WhileClosed()
	holdsAction    = gate.ByAnyone("closing.holds")
	liftAction     = gate.ByAnyone("closing.lift").WhileClosed()
	queueAction    = gate.ByAnyone("retention.list")
	itemAction     = gate.ByAnyone("retention.show")
	keepAction     = gate.ByAnyone("retention.postpone").WhileClosed()
	askAction      = gate.ByAnyone("retention.request").WhileClosed()
	approveAction  = gate.ByAnyone("retention.approve").WhileClosed().SteppedUp()
	refuseAction   = gate.ByAnyone("retention.refuse").WhileClosed()
	eraseAction    = gate.ByAnyone("retention.erase").WhileClosed().SteppedUp()
	dueAction      = gate.ByProgram("retention.due")
)

// PageSize is how many closed files or holds stand on one page.
const PageSize = 50

// Service is what people do at the end of a file.
type Service struct {
	gate   *gate.Gate
	rules  authz.Retentions
	person PersonOf
	gone   Gone
	duties []Duties
}

// NewService makes the service; more are the duties of other slices, which come first on the page.
func NewService(g *gate.Gate, rules authz.Retentions, person PersonOf, gone Gone, more ...Duties) *Service {
	return &Service{gate: g, rules: rules, person: person, gone: gone, duties: append(more, ownDuties()...)}
}

// View is how a file stands: open with its duties, or closed, with every time that it was closed before.
type View struct {
	File      gate.FileRow
	Duties    []Duty // of an open file, for who may close it
	Closures  []Closure
	Holds     []Hold
	CanClose  bool
	CanReopen bool
	CanHold   bool
	OwnHold   Hold // the caller's agency's order on this very file
	Now       moment.Time
	Classes   []string // what it may be to the agency that closes it, besides the ordinary
}

// Closed is the closing that stands, nil where the file is open.
func (v *View) Closed() *Closure {
	if len(v.Closures) == 0 || !v.Closures[0].Live() {
		return nil
	}
	return &v.Closures[0]
}

// Show gives the state of a file to whoever sees it, with its open duties to who may close it.
func (s *Service) Show(ctx context.Context, kind gate.Kind, fileID string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		view, err = s.look(tx)
		return audit.Event{Op: audit.Consult, SubjectCategory: string(kind)}, err
	})
	return view, err
}

func (s *Service) look(tx *gate.Tx) (view View, err error) {
	view = View{File: tx.File(), Now: tx.Now(), CanHold: orders(tx.Actor())}
	if view.Closures, err = closuresOf(tx); err != nil {
		return view, err
	}
	for i := range view.Closures {
		c := &view.Closures[i]
		if c.AgencyID != tx.Actor().AgencyID {
			c.Rule, c.DueAt = "", 0
		}
		if err := openNotes(tx, c); err != nil {
			return view, err
		}
	}
	if view.Holds, err = holdsOn(tx); err != nil {
		return view, err
	}
	for i := range view.Holds {
		h := &view.Holds[i]
		if h.AgencyID != tx.Actor().AgencyID || h.FileID != tx.File().ID {
			continue
		}
		if h.Note, err = tx.OpenText("legal_hold", h.ID, h.Sealed); err != nil {
			return view, err
		}
		view.CanHold = false
		if orders(tx.Actor()) {
			view.OwnHold = *h
		}
	}
	leads := decidesEnd(tx)
	view.CanReopen = leads && view.Closed() != nil
	if view.Closed() != nil {
		return view, nil
	}
	if !leads { // tasks, clocks and grants tell more than others on the file may know
		return view, nil
	}
	if view.Duties, err = s.open(tx); err != nil {
		return view, err
	}
	who, err := s.personOf(tx)
	view.CanClose, view.Classes = true, s.classes(tx, who)
	return view, err
}

// decidesEnd says whether the caller closes the file and opens it again: somebody of the agency that leads it.
func decidesEnd(tx *gate.Tx) bool { return tx.AgencyLeads() && tx.Could(authz.Team, authz.Manage) }

func openNotes(tx *gate.Tx, c *Closure) (err error) {
	if c.Note, err = tx.OpenText("file_closure", c.ID, c.SealedNote); err != nil {
		return err
	}
	c.ReopenNote, err = tx.OpenText("file_reopening", c.ID, c.SealedReopen)
	return err
}

// open are the duties on the file of the transaction.
func (s *Service) open(tx *gate.Tx) (all []Duty, err error) {
	for _, of := range s.duties {
		some, err := of(tx)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// Close closes a file that the caller's agency leads, once nothing is open on it that has to be settled first; from now on it is
// kept as long as the rules say. The same once key with the same content gives the same closing again.
func (s *Service) Close(ctx context.Context, kind gate.Kind, fileID string, n New, once string) (id string, err error) {
	err = s.gate.Write(ctx, closeAction, gate.File(kind, fileID), func(tx *gate.Tx) (event audit.Event, err error) {
		if err := n.check(); err != nil {
			return event, err
		}
		var again bool
		id, again, err = tx.Once(once, fmt.Sprint(fileID, n), func() (string, error) { return s.close(tx, n) })
		if again {
			return audit.Event{Op: audit.Consult, Subject: id}, err
		}
		return audit.Event{Op: audit.Alter, Subject: id, Fields: []string{"stage"}, SubjectCategory: string(kind)}, err
	})
	if database.IsUnique(err) {
		err = fault.New(fault.Conflict, "closing.already_closed")
	}
	return id, err
}

func (s *Service) close(tx *gate.Tx, n New) (id string, err error) {
	if tx.File().Closed() {
		return "", fault.New(fault.Conflict, "closing.already_closed")
	}
	all, err := s.open(tx)
	if err != nil {
		return "", err
	}
	if first := blocking(all); len(first) > 0 {
		return "", fault.New(fault.Conflict, "closing.unsettled").With(Unsettled{Duties: dutyBodies(first)})
	}
	if len(all) > 0 && !n.Known {
		return "", invalid().WithField("known", "closing.say_known")
	}
	who, err := s.personOf(tx)
	if err != nil {
		return "", err
	}
	if n.Class != "" && !slices.Contains(s.classes(tx, who), n.Class) {
		return "", invalid().WithField("class", "fault.field_unknown_code")
	}
	writers, err := writersOf(tx)
	if err != nil {
		return "", err
	}
	k := keptUntil(s.rules, writers, n.Class, tx.Actor().AgencyID, who, moment.DayOf(tx.Now()))
	id = gate.NewID()
	note, err := tx.SealText("file_closure", id, n.Note)
	if err != nil {
		return "", err
	}
	if err := tx.ExecOne(insertClosure, gate.Args{"closure": id, "kind": string(tx.File().Kind), "reason": n.Reason, "note": note, "rule": k.rule,
		"due": k.due.EndOf(), "latest": endOf(k.latest)}); err != nil {
		return "", err
	}
	for _, r := range k.removed {
		if err := putRemoval(tx, id, r); err != nil {
			return "", err
		}
	}
	return id, tx.SetStage(gate.StageClosed)
}

// endOf is the end of a day; no day is none.
func endOf(day moment.Date) moment.Time {
	if day == "" {
		return 0
	}
	return day.EndOf()
}

// classes are what the file may be to the caller's agency, besides the ordinary. A victim file is of none unless the person was found to be
// no victim: each class is kept shorter, and what is kept of a trafficked person they may need for long.
func (s *Service) classes(tx *gate.Tx, who Person) []string {
	if tx.File().Kind == gate.Victim && !who.NoVictim {
		return nil
	}
	return s.rules.Classes(tx.Actor().Country, tx.Actor().Kind, who.Child, moment.DayOf(tx.Now()))
}

// personOf is whose file it is; a case is of nobody.
func (s *Service) personOf(tx *gate.Tx) (Person, error) {
	if tx.File().Kind != gate.Victim || s.person == nil {
		return Person{}, nil
	}
	return s.person(tx)
}

// Reopen opens a closed file again: its history stays one, and the time for which it was to be kept no longer counts.
func (s *Service) Reopen(ctx context.Context, kind gate.Kind, fileID string, version int64, reason, note string) error {
	return s.gate.Write(ctx, reopenAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		wrong := invalid()
		sharing.CheckCode(wrong, "reason", reason, ReopenReasons)
		note = sharing.CheckNote(wrong, note)
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		all, err := closuresOf(tx)
		if err != nil {
			return audit.Event{}, err
		}
		if len(all) == 0 || !all[0].Live() {
			return audit.Event{}, fault.New(fault.Conflict, "closing.not_closed")
		}
		c := &all[0]
		sealed, err := tx.SealText("file_reopening", c.ID, note)
		if err != nil {
			return audit.Event{}, err
		}
		if err := tx.ExecOne(endClosure, gate.Args{"closure": c.ID, "version": version, "reason": reason, "note": sealed}); err != nil {
			return audit.Event{}, err
		}
		if _, err := drop(tx, c.ID); err != nil {
			return audit.Event{}, err
		}
		if err := minor.Reopened(tx); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: c.ID, Fields: []string{"stage"}, SubjectCategory: string(kind)}, tx.SetStage(casefile.Active)
	})
}

// HoldForm gives the file that the caller is about to order kept; only a prosecutor's people get it.
func (s *Service) HoldForm(ctx context.Context, kind gate.Kind, fileID string) (file gate.FileRow, err error) {
	err = s.gate.Read(ctx, holdFormAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		file = tx.File()
		return audit.Event{Op: audit.Consult}, demandOrders(tx)
	})
	return file, err
}

func demandOrders(tx *gate.Tx) error {
	if !orders(tx.Actor()) {
		return fault.New(fault.Refused, "closing.prosecutors_only", "Reason", string(authz.ReasonNoRole))
	}
	return nil
}

// Hold orders that a file is kept: nothing of it is erased until the order is lifted. From a case it holds for its victim files
// too.
func (s *Service) Hold(ctx context.Context, kind gate.Kind, fileID, note, once string) (id string, err error) {
	err = s.gate.Write(ctx, holdAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		if err := demandOrders(tx); err != nil {
			return audit.Event{}, err
		}
		wrong := invalid()
		if note = sharing.CheckNote(wrong, note); note == "" && len(wrong.Fields) == 0 {
			wrong.WithField("note", "fault.field_required")
		}
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		var again bool
		id, again, err = tx.Once(once, fileID+"\x00"+note, func() (string, error) {
			made := gate.NewID()
			sealed, err := tx.SealText("legal_hold", made, note)
			if err != nil {
				return "", err
			}
			return made, putHold(tx, made, sealed)
		})
		if again {
			return audit.Event{Op: audit.Consult, Subject: id}, err
		}
		return audit.Event{Op: audit.Alter, Subject: id, Fields: []string{"hold"}, SubjectCategory: string(kind)}, err
	})
	if database.IsUnique(err) {
		err = fault.New(fault.Conflict, "closing.already_held")
	}
	return id, err
}

// Holds lists the orders of the caller's agency that stand, the newest first. It opens no file.
func (s *Service) Holds(ctx context.Context, after gate.Cursor) (list []Hold, next gate.Cursor, err error) {
	err = s.gate.Read(ctx, holdsAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !orders(tx.Actor()) {
			return audit.Event{}, notFound()
		}
		if list, err = ownHolds(tx, after, PageSize+1); err != nil {
			return audit.Event{}, err
		}
		list, next = gate.Cut(list, PageSize, func(h *Hold) gate.Cursor { return gate.Cursor{At: h.SetAt, ID: h.ID} })
		event := audit.Event{Op: audit.Search}
		for i := range list {
			event.Results = append(event.Results, list[i].FileID)
		}
		return event, nil
	})
	return list, next, err
}

// Lift ends an order of the caller's agency.
func (s *Service) Lift(ctx context.Context, holdID string, version int64) error {
	return s.gate.Write(ctx, liftAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !orders(tx.Actor()) {
			return audit.Event{}, notFound()
		}
		h, err := holdOf(tx, holdID)
		if err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: h.ID, Fields: []string{"hold"}, Results: []string{h.FileID}}, liftHold(tx, h.ID, version)
	})
}
