package journal

import (
	"context"
	"fmt"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
)

// Actions, as they stand in the trail.
var (
	timelineAction = gate.OnFile("journal.timeline")
	formAction     = gate.OnFile("journal.form")
	writeAction    = gate.OnSection("journal.write", authz.Write)
	findAction     = gate.ByAnyone("journal.find")
	showAction     = gate.OnFile("journal.show")
	correctAction  = gate.OnSection("journal.correct", authz.Write)
)

// Service is what people do with notes and the timeline.
type Service struct {
	gate    *gate.Gate
	sources []Source
}

// NewService makes the service; more are the events that other slices bring.
func NewService(g *gate.Gate, more ...Source) *Service {
	own := []Source{opening, entries(selectWritten, Written), entries(selectCorrected, Corrected), shares(selectShared, Shared),
		shares(selectUnshared, Unshared), referrals, moves, strikes, appeals, tasks, timed, notes}
	return &Service{gate: g, sources: append(own, more...)}
}

// Timeline is one page of what happened on a file.
type Timeline struct {
	File     gate.FileRow
	Events   []Event
	Next     gate.Cursor
	CanWrite bool
}

// Timeline gives one page of what happened on a file, as far as the caller may know of it, the newest first.
func (s *Service) Timeline(ctx context.Context, kind gate.Kind, fileID string, after gate.Cursor) (t Timeline, err error) {
	err = s.gate.Read(ctx, timelineAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		t = Timeline{File: tx.File(), CanWrite: !tx.File().Closed() && len(writable(tx)) > 0}
		var events []Event
		for _, source := range s.sources {
			some, err := source(tx, after, PageSize+1)
			if err != nil {
				return audit.Event{}, err
			}
			events = append(events, some...)
		}
		t.Events, t.Next = merge(events, PageSize)
		return audit.Event{Op: audit.Consult, SubjectCategory: string(kind)}, nil
	})
	return t, err
}

// writable are the sections in which the caller may write a note: those that the caller writes whole and could read again.
func writable(tx *gate.Tx) (open []authz.Section) {
	basis := gate.UsualBasis(tx.Actor().Kind)
	for _, room := range section.All() {
		if belongs(room, tx.File().Kind) && tx.Decide(room.ID, authz.Write).Show == authz.Full && tx.ReadBack(room.ID, basis, "").Show == authz.Full {
			open = append(open, room.ID)
		}
	}
	return open
}

func belongs(room *section.Section, kind gate.Kind) bool {
	return room != nil && (kind == gate.Case && room.InCase() || kind == gate.Victim && room.InVictim())
}

// Form is what the form for a note offers.
type Form struct {
	File       gate.FileRow
	Sections   []authz.Section
	Colleagues []agency.Colleague
}

// Form gives the sections in which the caller may write a note, and the colleagues who can be named.
func (s *Service) Form(ctx context.Context, kind gate.Kind, fileID string) (form Form, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		form = Form{File: tx.File(), Sections: writable(tx)}
		if tx.File().Closed() || len(form.Sections) == 0 {
			return audit.Event{}, fault.New(fault.Refused, "journal.nowhere", "Reason", string(authz.ReasonNoRole))
		}
		all, err := agency.Colleagues(tx)
		for _, c := range all {
			if c.ID != tx.Actor().WorkerID {
				form.Colleagues = append(form.Colleagues, c)
			}
		}
		return audit.Event{Op: audit.Consult}, err
	})
	return form, err
}

// Write writes a note in a section of a file and gives its id; the same once key with the same note gives the same again.
func (s *Service) Write(ctx context.Context, kind gate.Kind, fileID string, n New, once string) (id string, err error) {
	room, err := n.check()
	if err != nil {
		return "", err
	}
	err = s.gate.Write(ctx, writeAction, gate.File(kind, fileID).In(room), func(tx *gate.Tx) (event audit.Event, err error) {
		var again bool
		id, again, err = tx.Once(once, fmt.Sprint(fileID, n), func() (made string, err error) {
			made, event, err = write(tx, room, n)
			return made, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return id, err
}

func write(tx *gate.Tx, room authz.Section, n New) (id string, event audit.Event, err error) {
	basis := gate.UsualBasis(tx.Actor().Kind)
	if !belongs(section.Of(room), tx.File().Kind) || tx.Decide(room, authz.Write).Show != authz.Full || tx.ReadBack(room, basis, "").Show != authz.Full {
		return "", event, invalid().WithField("section", "journal.not_here")
	}
	if err := checkReaders(tx, n.Readers); err != nil {
		return "", event, err
	}
	id = gate.NewID()
	if err := putNote(tx, id, n); err != nil {
		return "", event, err
	}
	if err := put(tx, id, room, 1, basis, "", n.Text); err != nil {
		return "", event, err
	}
	return id, written(tx, audit.Collect, id, basis), tx.Changed()
}

// put seals a version under the section's key, at a place of its own like an entry's.
func put(tx *gate.Tx, id string, room authz.Section, version int64, basis, handling, text string) error {
	sealed, err := tx.Seal(room, id, version, section.Values{textField: text})
	if err != nil {
		return err
	}
	return putVersion(tx, id, version, basis, handling, sealed)
}

func written(tx *gate.Tx, op audit.Op, id, basis string) audit.Event {
	return audit.Event{Op: op, Subject: id, Fields: []string{"note"}, Purpose: gate.UsualPurpose(tx.Actor().Kind), Basis: basis,
		SubjectCategory: string(tx.File().Kind)}
}

// checkReaders lets only colleagues be named: people of other agencies have no name here.
func checkReaders(tx *gate.Tx, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	names, err := agency.WorkerNames(tx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if names[id] == "" || id == tx.Actor().WorkerID {
			return invalid().WithField("readers", "journal.no_such_colleague")
		}
	}
	return nil
}

// View is one note with all its versions, the newest first.
type View struct {
	File       gate.FileRow
	Section    authz.Section
	Versions   []Note
	Readers    []string // names of colleagues, for a reader of the writer's agency
	CanCorrect bool
}

// Show gives a note with its history to whoever may read it.
func (s *Service) Show(ctx context.Context, noteID string) (view View, err error) {
	w, err := s.find(ctx, noteID)
	if err != nil {
		return view, err
	}
	err = s.gate.Read(ctx, showAction, gate.File(w.Kind, w.FileID), func(tx *gate.Tx) (audit.Event, error) {
		view, err = look(tx, noteID)
		return audit.Event{Op: audit.Consult, Subject: noteID, SubjectCategory: string(w.Kind)}, err
	})
	return view, err
}

// note is how it reads.
func (v *View) note() entry.NoteView {
	latest := &v.Versions[0]
	n := entry.NoteView{ID: latest.ID, File: v.File, Section: v.Section, Visibility: string(latest.Visibility), AgencyID: latest.AgencyID, Agency: latest.Agency,
		CanCorrect: v.CanCorrect}
	for i := range v.Versions {
		one := &v.Versions[i]
		n.Versions = append(n.Versions, entry.NoteVersion{Number: one.Version, Text: one.Text, WrittenAt: one.WrittenAt, Author: one.Author})
	}
	return n
}

// find tells on which file a note stands; it shows nothing of it, and the file decides.
func (s *Service) find(ctx context.Context, noteID string) (w where, err error) {
	var absent error
	err = s.gate.Read(ctx, findAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		w, absent = whereOf(tx, noteID)
		if absent != nil {
			return audit.Event{}, absent
		}
		return audit.Event{Op: audit.Consult, Subject: noteID}, nil
	})
	return w, err
}

// look opens all versions of a note; what is closed to the caller is not there.
func look(tx *gate.Tx, noteID string) (view View, err error) {
	all, err := versionsOf(tx, noteID)
	if err != nil {
		return view, err
	}
	view = View{File: tx.File()}
	for i := range all {
		shown, err := open(tx, &all[i])
		if err != nil {
			return View{}, err
		}
		if !shown {
			return View{}, notFound()
		}
	}
	if len(all) == 0 {
		return View{}, notFound()
	}
	view.Versions = all
	view.Section, _ = authz.ParseSection(all[0].Section)
	if all[0].AgencyID == tx.Actor().AgencyID {
		view.CanCorrect = !tx.File().Closed() && tx.Decide(view.Section, authz.Write).Show == authz.Full
		err = name(tx, &view)
	}
	return view, err
}

// open reveals one version, by the same decision as an entry of its section.
func open(tx *gate.Tx, n *Note) (shown bool, err error) {
	revealed, err := tx.Reveal(n.row())
	if err != nil || revealed.Show != authz.Full {
		return false, err
	}
	n.Text = revealed.Values[textField]
	return true, nil
}

// name gives a colleague the names of those who wrote and of those who may read.
func name(tx *gate.Tx, view *View) error {
	readers, err := readersOf(tx, view.Versions[0].ID)
	if err != nil {
		return err
	}
	ids := append([]string{}, readers...)
	for i := range view.Versions {
		ids = append(ids, view.Versions[i].AuthorID)
	}
	names, err := agency.WorkerNames(tx, ids)
	for i := range view.Versions {
		view.Versions[i].Author = names[view.Versions[i].AuthorID]
	}
	for _, id := range readers {
		view.Readers = append(view.Readers, names[id])
	}
	return err
}

// Correct writes the next version of a note of the caller's agency; version is the one that the writer began with.
func (s *Service) Correct(ctx context.Context, noteID string, version int64, text string) error {
	wrong := invalid()
	text = checkText(wrong, text)
	before, err := s.Show(ctx, noteID)
	if err != nil {
		return err
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	return s.gate.Write(ctx, correctAction, gate.File(before.File.Kind, before.File.ID).In(before.Section), func(tx *gate.Tx) (audit.Event, error) {
		view, err := look(tx, noteID)
		if err != nil {
			return audit.Event{}, err
		}
		latest := &view.Versions[0]
		switch {
		case !view.CanCorrect:
			return audit.Event{}, fault.New(fault.Refused, "journal.not_yours", "Reason", "entry.other_agency")
		case latest.Version != version:
			return audit.Event{}, second(tx, latest, text)
		}
		if err := raise(tx, noteID, version); err != nil {
			return audit.Event{}, err
		}
		if err := put(tx, noteID, view.Section, version+1, latest.Basis, latest.Handling, text); err != nil {
			return audit.Event{}, err
		}
		if err := tellHolders(tx, noteID, view.Section, version+1); err != nil {
			return audit.Event{}, err
		}
		return written(tx, audit.Alter, noteID, latest.Basis), tx.Changed()
	})
}

// second is what the second of two correctors gets: both texts, and who was first.
func second(tx *gate.Tx, latest *Note, mine string) error {
	return agency.ChangedSince(tx, "gate.changed", latest.AuthorID, gate.Stale{Version: latest.Version, At: latest.WrittenAt,
		Fields: []gate.StaleField{{Name: "text", Mine: mine, Theirs: latest.Text}}})
}

// notes are the notes on the timeline, with their newest text.
func notes(tx *gate.Tx, c gate.Cursor, n int) ([]Event, error) {
	words := readableSections(tx)
	if len(words) == 0 {
		return nil, nil
	}
	return fill(c, n, func(c gate.Cursor) (events []Event, last gate.Cursor, read int, err error) {
		rows, err := notesBefore(tx, c, n, words)
		if err != nil {
			return nil, last, 0, err
		}
		for i := range rows {
			row := &rows[i]
			last = gate.Cursor{At: row.CreatedAt, ID: row.ID}
			shown, err := open(tx, row)
			if err != nil {
				return nil, last, 0, err
			}
			if shown {
				events = append(events, noted(row))
			}
		}
		return events, last, len(rows), nil
	})
}

func noted(n *Note) Event {
	id, _ := authz.ParseSection(n.Section)
	e := Event{At: n.CreatedAt, Kind: Noted, ID: n.ID, Words: "journal.event.note", Agency: n.Agency, Link: "/notes/" + n.ID, Text: n.Text,
		Args: map[string]any{"Agency": n.Agency, "Section": Key(id.Key())}}
	if n.Version > 1 {
		e.Words += "_corrected"
	}
	return e
}
