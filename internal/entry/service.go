package entry

import (
	"context"
	"slices"
	"strings"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

var (
	addAction     = gate.OnSection("entry.add", authz.Write)
	changeAction  = gate.OnSection("entry.change", authz.Write)
	showAction    = gate.OnFile("entry.show")
	historyAction = gate.OnFile("entry.history")
	editAction    = gate.OnSection("entry.edit", authz.Write)
	formAction    = gate.OnSection("entry.form", authz.Write)
	revealAction  = gate.OnFile("section.reveal")
)

// Namer tells a worker's name to a caller who may know it, and nothing to others.
type Namer func(tx *gate.Tx, workerID string) (string, error)

// Corrected hears of each new version of an entry, in the transaction that writes it: whoever holds an older one has to know.
type Corrected func(tx *gate.Tx, entryID string, version int64) error

// Written hears of every version of an entry, the first too, in the transaction that writes it: what is planned or assessed there
// may ask for something to be done. before is what the version before it said, nil for the first.
type Written func(tx *gate.Tx, id authz.Section, entryID string, before, values section.Values) error

// Service is what people do with entries.
type Service struct {
	gate      *gate.Gate
	name      Namer
	corrected Corrected
	written   []Written
}

// NewService makes the service; name finds the author of a first edit for the second editor, corrected may be nil.
func NewService(g *gate.Gate, name Namer, corrected Corrected, written ...Written) *Service {
	return &Service{gate: g, name: name, corrected: corrected, written: written}
}

// Write adds an entry inside a running use case whose caller may write the section; other slices open files with it.
func (s *Service) Write(tx *gate.Tx, id authz.Section, d Draft) (entryID string, event audit.Event, err error) {
	if d, err = check(tx, id, d); err != nil {
		return "", event, err
	}
	entryID = gate.NewID()
	if err := insertNew(tx, entryID, id); err != nil {
		return "", event, err
	}
	if err := putVersion(tx, entryID, id, 1, d); err != nil {
		return "", event, err
	}
	if err := s.tell(tx, id, entryID, nil, d.Values); err != nil {
		return "", event, err
	}
	return entryID, written(audit.Collect, tx, entryID, id, d, keys(d.Values)), tx.Changed()
}

func (s *Service) tell(tx *gate.Tx, id authz.Section, entryID string, before, values section.Values) error {
	for _, hears := range s.written {
		if err := hears(tx, id, entryID, before, values); err != nil {
			return err
		}
	}
	return nil
}

// Add writes a new entry of the caller's agency in a section and gives its id. The same once key with the same draft gives
// the same entry again.
func (s *Service) Add(ctx context.Context, kind gate.Kind, fileID string, id authz.Section, d Draft, once string) (entryID string, err error) {
	err = s.gate.Write(ctx, addAction, gate.File(kind, fileID).In(id), func(tx *gate.Tx) (audit.Event, error) {
		var event audit.Event
		entryID, _, err = tx.Once(once, d.content(id), func() (string, error) {
			made, written, err := s.Write(tx, id, d)
			event = written
			return made, err
		})
		if err == nil && event.IsZero() {
			event = audit.Event{Op: audit.Consult, Subject: entryID}
		}
		return event, err
	})
	return entryID, err
}

func (d Draft) content(id authz.Section) string {
	return strings.Join([]string{id.String(), d.Purpose, d.Basis, d.Nature, d.TLP, string(d.Values.Encode())}, "\x00")
}

// Change writes the next version of an entry of the caller's agency. base is the version the editor began with; if
// somebody was first, the answer is a Conflict with both texts and nothing is stored.
func (s *Service) Change(ctx context.Context, entryID string, base int64, d Draft) (version int64, err error) {
	err = s.gate.Write(ctx, changeAction, gate.Entry(entryID).Because(reasonOf(d.Reason)), func(tx *gate.Tx) (audit.Event, error) {
		row, err := rowOf(tx, entryID, 0)
		if err != nil {
			return audit.Event{}, err
		}
		if row.AgencyID != tx.Actor().AgencyID {
			return audit.Event{}, notYours(tx)
		}
		if d, err = check(tx, tx.Section(), d); err != nil {
			return audit.Event{}, err
		}
		before, err := s.visible(tx, row) // nobody replaces what they cannot read
		if err != nil {
			return audit.Event{}, err
		}
		if err := fixed(tx, before); err != nil {
			return audit.Event{}, err
		}
		if row.Version != base {
			return audit.Event{}, s.conflict(tx, row, before, base, d)
		}
		version = base + 1
		return s.next(tx, row, before, d)
	})
	return version, err
}

func (s *Service) next(tx *gate.Tx, row *gate.EntryRow, before View, d Draft) (audit.Event, error) {
	if err := raiseVersion(tx, row.ID, row.Version); err != nil {
		return audit.Event{}, err
	}
	if err := putVersion(tx, row.ID, tx.Section(), row.Version+1, d); err != nil {
		return audit.Event{}, err
	}
	if s.corrected != nil {
		if err := s.corrected(tx, row.ID, row.Version+1); err != nil {
			return audit.Event{}, err
		}
	}
	if err := s.tell(tx, tx.Section(), row.ID, before.Values, d.Values); err != nil {
		return audit.Event{}, err
	}
	var changed []string
	for _, change := range section.Diff(before.draft().answers(), d.answers()) {
		changed = append(changed, change.Field)
	}
	return written(audit.Alter, tx, row.ID, tx.Section(), d, changed), tx.Changed()
}

// reasonOf lets only a known reason through to the decision and the trail.
func reasonOf(code string) string {
	if slices.Contains(gate.Reasons, code) {
		return code
	}
	return ""
}

// Show gives one entry; some sections ask for a reason of access at each look.
func (s *Service) Show(ctx context.Context, entryID, reason string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Entry(entryID).Because(reasonOf(reason)), func(tx *gate.Tx) (audit.Event, error) {
		row, err := rowOf(tx, entryID, 0)
		if err != nil {
			return audit.Event{}, err
		}
		view, err = s.visible(tx, row)
		return audit.Event{Op: audit.Consult, Subject: entryID}, err
	})
	return view, err
}

// ForEdit gives an entry for the form that changes it, with the address of its file; what cannot be changed by the caller is
// refused before anybody types.
func (s *Service) ForEdit(ctx context.Context, entryID, reason string) (view View, base string, err error) {
	err = s.gate.Read(ctx, editAction, gate.Entry(entryID).Because(reasonOf(reason)), func(tx *gate.Tx) (audit.Event, error) {
		base = addressOf(tx.File())
		row, err := rowOf(tx, entryID, 0)
		if err != nil {
			return audit.Event{}, err
		}
		if view, err = s.visible(tx, row); err != nil {
			return audit.Event{}, err
		}
		if row.AgencyID != tx.Actor().AgencyID {
			return audit.Event{}, notYours(tx)
		}
		if err := fixed(tx, view); err != nil {
			return audit.Event{}, err
		}
		if !view.CanEdit {
			return audit.Event{}, notYours(tx)
		}
		return audit.Event{Op: audit.Consult, Subject: entryID}, nil
	})
	return view, base, err
}

// MayAdd tells whether the caller may write in the section, before the form is shown, and which fields: nil is all of them.
func (s *Service) MayAdd(ctx context.Context, kind gate.Kind, fileID string, id authz.Section) (only []string, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(kind, fileID).In(id), func(tx *gate.Tx) (audit.Event, error) {
		if !Belongs(section.Of(id), kind) {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		only = openTo(section.Of(id), tx.Decide(id, authz.Write))
		return audit.Event{Op: audit.Consult}, nil
	})
	return only, err
}

func addressOf(f gate.FileRow) string { return "/" + string(f.Kind) + "s/" + f.ID }

// History gives every version of an entry, newest first, and the address of its file: nothing that was written is lost.
func (s *Service) History(ctx context.Context, entryID, reason string) (views []View, base string, err error) {
	err = s.gate.Read(ctx, historyAction, gate.Entry(entryID).Because(reasonOf(reason)), func(tx *gate.Tx) (audit.Event, error) {
		views, base = nil, addressOf(tx.File())
		rows, err := versionsOf(tx, entryID)
		if err != nil {
			return audit.Event{}, err
		}
		for i := range rows {
			view, err := s.visible(tx, &rows[i])
			if err != nil {
				return audit.Event{}, err
			}
			views = append(views, view)
		}
		return audit.Event{Op: audit.Consult, Subject: entryID}, nil
	})
	return views, base, err
}

// Reveal opens one section, for a reason of access where the section asks for one; the reason is recorded with the look.
func (s *Service) Reveal(ctx context.Context, kind gate.Kind, fileID string, id authz.Section, reason string) (out SectionView, err error) {
	if reason != reasonOf(reason) {
		return out, fault.New(fault.Invalid, "fault.invalid").WithField("reason", "gate.no_reason")
	}
	target := gate.File(kind, fileID).In(id).Because(reason)
	err = s.gate.Read(ctx, revealAction, target, func(tx *gate.Tx) (audit.Event, error) {
		sections, err := s.sections(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if len(sections) == 0 {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		if out = sections[0]; !out.Open {
			return audit.Event{}, gate.RefusalFor(id, out.Reason)
		}
		out.Given = reason
		return audit.Event{Op: audit.Consult, Purpose: reason}, nil
	})
	return out, err
}

func written(op audit.Op, tx *gate.Tx, entryID string, id authz.Section, d Draft, fields []string) audit.Event {
	return audit.Event{Op: op, Subject: entryID, Fields: fields, Purpose: d.Purpose, Basis: d.Basis,
		Handling: d.marking().String(), Evaluation: d.evaluation(), SubjectCategory: subjectOf(id, tx.File().Kind)}
}

func keys(values section.Values) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// check passes a draft through the catalogue and the caller's part of the section.
func check(tx *gate.Tx, id authz.Section, d Draft) (Draft, error) {
	room := section.Of(id)
	if room == nil || !Belongs(room, tx.File().Kind) {
		return d, fault.New(fault.NotFound, "gate.not_found")
	}
	d, wrong := d.checked(room, tx.Now())
	if only := openTo(room, tx.Decide(id, authz.Write)); only != nil {
		for _, name := range keys(d.Values) {
			if !slices.Contains(only, name) {
				wrong.WithField(name, "entry.not_your_field")
			}
		}
	}
	if len(wrong.Fields) > 0 {
		return d, wrong
	}
	return d, readable(tx, id, d)
}

// Check tells what is wrong with a draft by the catalogue alone, so that a form with several can name all mistakes at once.
func Check(id authz.Section, d Draft, now moment.Time) []fault.FieldFault {
	_, wrong := d.checked(section.Of(id), now)
	return wrong.Fields
}

// checked is the draft in its canonical form, and what is wrong with it: the one place where fields are checked.
func (d Draft) checked(room *section.Section, now moment.Time) (Draft, *fault.Fault) {
	values, err := room.Check(d.Values, now)
	wrong, isFault := fault.As(err)
	if !isFault {
		wrong = fault.New(fault.Invalid, "fault.invalid")
	}
	if d.Nature == "" {
		d.Nature = room.Nature
	}
	for _, code := range []struct {
		name, value string
		list        []string
	}{{"purpose", d.Purpose, gate.Purposes}, {"basis", d.Basis, gate.Bases}, {"nature", d.Nature, []string{section.Fact, section.Assessment}}} {
		if !slices.Contains(code.list, code.value) {
			wrong.WithField(code.name, "gate.no_"+code.name)
		}
	}
	if d.TLP != "" && (marks(room) || !slices.Contains(gate.TLPs, d.TLP)) {
		wrong.WithField("tlp", "entry.no_tlp")
	}
	d.Values = values
	return d, wrong
}

// readable refuses what its own agency could not read again: then the basis that the rule asks for is missing, and whoever
// writes is the one who has to say it.
func readable(tx *gate.Tx, id authz.Section, d Draft) error {
	decision := tx.ReadBack(id, d.Basis, d.marking().String())
	if decision.Allowed() || !decision.Missing.Has(authz.NeedConsent) && !decision.Missing.Has(authz.NeedLegalGateway) {
		return nil
	}
	return fault.New(fault.Invalid, "fault.invalid").WithField("basis", "entry.basis_too_weak")
}
