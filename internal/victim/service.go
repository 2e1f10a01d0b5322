package victim

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

var (
	openAction = gate.OnFileAs("victim.open", authz.VictimFile, authz.Open)
	showAction = gate.OnFile("victim.show")
	listAction = gate.ByAnyone("victim.list")
	formAction = gate.OnFileAs("victim.form", authz.VictimFile, authz.Open)
)

// Extend gives a new victim file to those who are on its case's team; the sharing slice hands it in.
type Extend func(tx *gate.Tx, caseGrants []gate.Grant) error

// Begun is what follows at once from opening a victim file, inside the transaction that opens it; slices above hand it in. A file that
// comes of a signal begins differently.
type Begun func(tx *gate.Tx, ofSignal bool) error

// Service is what people do with victim files.
type Service struct {
	gate    *gate.Gate
	entries *entry.Service
	extend  Extend
	begun   []Begun
}

// NewService makes the service.
func NewService(g *gate.Gate, entries *entry.Service, extend Extend, begun ...Begun) *Service {
	return &Service{gate: g, entries: entries, extend: extend, begun: begun}
}

// New is what it takes to open a victim file.
type New struct {
	DetectedOn moment.Date
	Entries    []Beginning // what is known from the start; may be empty
	OfSignal   bool        // that somebody was noticed, and no more
}

// Beginning is a first entry of a section.
type Beginning struct {
	Section authz.Section
	Draft   entry.Draft
}

// Open opens a victim file in a case that the caller sees and gives its id; the case's team gets the same rights on it.
func (s *Service) Open(ctx context.Context, caseID string, n New, once string) (fileID string, err error) {
	err = s.gate.Write(ctx, openAction, gate.File(gate.Case, caseID), func(tx *gate.Tx) (audit.Event, error) {
		id, again, err := tx.Once(once, n.content(caseID), func() (string, error) { return s.Write(tx, n) })
		fileID = id
		if again || err != nil {
			return audit.Event{Op: audit.Consult, Subject: id}, err
		}
		return opened(tx, n)
	})
	return fileID, err
}

// opened is the event of a new file: what was collected, and which agencies see it from now on.
func opened(tx *gate.Tx, n New) (audit.Event, error) {
	event := audit.Event{Op: audit.Collect, Subject: tx.File().ID, SubjectCategory: "victim", Fields: []string{"detected_on"}}
	for _, b := range n.Entries {
		event.Purpose, event.Basis = b.Draft.Purpose, b.Draft.Basis
		d := tx.Decide(b.Section, authz.Write)
		event.Sections = append(event.Sections, audit.SectionUse{Section: b.Section.String(), Show: d.Show.String(),
			Decision: audit.Allowed, Line: d.Line, GrantID: d.GrantID})
		for _, name := range slices.Sorted(maps.Keys(b.Draft.Values)) {
			event.Fields = append(event.Fields, b.Section.String()+"."+name)
		}
	}
	agencies, err := otherAgencies(tx)
	event.Concerns = agencies
	for _, id := range agencies {
		event.Recipients = append(event.Recipients, audit.Recipient{AgencyID: id})
	}
	return event, err
}

func (n New) content(caseID string) string {
	text := caseID + "\x00" + string(n.DetectedOn)
	for _, b := range n.Entries {
		text += fmt.Sprintf("\x00%s\x00%s\x00%s\x00%s\x00%s", b.Section, b.Draft.Purpose, b.Draft.Basis, b.Draft.Nature, b.Draft.Values.Encode())
	}
	return text
}

// MayOpen tells whether the caller may open a victim file in the case, before the form is shown.
func (s *Service) MayOpen(ctx context.Context, caseID string) error {
	return s.gate.Read(ctx, formAction, gate.File(gate.Case, caseID), func(*gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Consult, SubjectCategory: "case"}, nil
	})
}

// Write opens a victim file inside a running use case on a case file and turns the transaction towards the new file.
func (s *Service) Write(tx *gate.Tx, n New) (fileID string, err error) {
	if err := n.check(tx.Now()); err != nil {
		return "", err
	}
	caseID, team := tx.File().CaseID, tx.Grants()
	if err := tx.Create(gate.Victim, caseID, casefile.Active); err != nil {
		return "", err
	}
	if err := insertVictim(tx, n.DetectedOn); err != nil {
		return "", err
	}
	if err := s.extend(tx, team); err != nil {
		return "", err
	}
	if err := tx.Reload(); err != nil {
		return "", err
	}
	for _, b := range n.Entries {
		if d := tx.Decide(b.Section, authz.Write); !d.Allowed() {
			return "", gate.Refusal(b.Section, d)
		}
		if _, _, err := s.entries.Write(tx, b.Section, b.Draft); err != nil {
			return "", within(b.Section, err)
		}
	}
	for _, follow := range s.begun {
		if err := follow(tx, n.OfSignal); err != nil {
			return "", err
		}
	}
	return tx.File().ID, nil
}

// Enter writes an entry inside a running use case on a victim file, such as an import.
func (s *Service) Enter(file *gate.Tx, id authz.Section, d entry.Draft) error {
	_, _, err := s.entries.Write(file, id, d)
	return err
}

// check names everything that is wrong at once, before anything is written.
func (n New) check(now moment.Time) error {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	casefile.CheckPastDay(wrong, "detected_on", n.DetectedOn, now)
	for _, b := range n.Entries {
		if !entry.Belongs(section.Of(b.Section), gate.Victim) {
			wrong.WithField("entries.section", "fault.field_unknown_code")
			continue
		}
		for _, f := range entry.Check(b.Section, b.Draft, now) {
			f.Name = b.Section.String() + "." + f.Name
			wrong.Fields = append(wrong.Fields, f)
		}
	}
	if len(wrong.Fields) > 0 {
		return wrong
	}
	return nil
}

// within puts the section before the names of the fields at fault, so that one form can hold several sections.
func within(id authz.Section, err error) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	for i := range f.Fields {
		f.Fields[i].Name = id.String() + "." + f.Fields[i].Name
	}
	return f
}

// Show gives a victim file section by section; what is closed to the caller is recorded as refused.
func (s *Service) Show(ctx context.Context, fileID string, around ...casefile.Around) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.File(gate.Victim, fileID), func(tx *gate.Tx) (audit.Event, error) {
		if view, err = s.look(tx); err != nil {
			return audit.Event{}, err
		}
		for _, more := range around {
			if err := more(tx); err != nil {
				return audit.Event{}, err
			}
		}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, nil
	})
	return view, err
}

// look reads the file and its sections inside a running look.
func (s *Service) look(tx *gate.Tx) (View, error) {
	view, err := read(tx)
	if err != nil {
		return view, err
	}
	view.Sections, err = s.entries.Sections(tx)
	return view, err
}

// List is one page of the victim files that the caller may see, newest change first.
func (s *Service) List(ctx context.Context, after gate.Cursor) (lines []Line, next gate.Cursor, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		page, following, err := tx.List(gate.Victim, after, casefile.PageSize)
		if err != nil {
			return audit.Event{}, err
		}
		next = following
		event := audit.Event{Op: audit.Search, SubjectCategory: "victim"}
		for _, item := range page {
			event.Results = append(event.Results, item.FileID)
		}
		lines, err = linesOf(tx, event.Results)
		return event, err
	})
	return lines, next, err
}
