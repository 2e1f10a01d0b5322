package casefile

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
)

// PageSize is how many files stand on one page of a list.
const PageSize = 50

var (
	openAction   = gate.OnOwn("case.open", authz.CaseFile, authz.Open)
	showAction   = gate.OnFile("case.show")
	changeAction = gate.OnFileAs("case.change", authz.Team, authz.Manage)
	listAction   = gate.ByAnyone("case.list")
	formAction   = gate.OnOwn("case.form", authz.CaseFile, authz.Open)
	editAction   = gate.OnFileAs("case.edit", authz.Team, authz.Manage).Form()
)

// Service is what people do with case files.
type Service struct{ gate *gate.Gate }

// NewService makes the service.
func NewService(g *gate.Gate) *Service { return &Service{gate: g} }

// New is what it takes to open a case file.
type New struct {
	Facts   Facts
	DeskID  string // the desk that leads; empty takes the caller's first desk, or the caller
	Level   Level  // who sees it from the start; empty is the narrowest
	Purpose string // empty is identification
	Basis   string // empty is the usual one of the caller's discipline
}

// Level is how far a case file is shared when it is opened.
type Level string

// The levels; whichever is chosen, other agencies are named one by one afterwards.
const (
	OwnDesk   Level = "desk"     // the desk that leads, or the person
	OwnAgency Level = "agency"   // every desk of the agency that is open today, each by a place that ends
	Others    Level = "agencies" // as OwnDesk: the agencies are chosen next
)

// Levels are the choices of the form, the narrowest first.
var Levels = []Level{OwnDesk, OwnAgency, Others}

// Open opens a case file led by the caller's desk and gives its id; the same once key gives the same file again.
func (s *Service) Open(ctx context.Context, n New, once string) (fileID string, err error) {
	err = s.gate.Write(ctx, openAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		id, again, err := tx.Once(once, fmt.Sprint(n), func() (string, error) { return Write(tx, n) })
		fileID = id
		if again {
			return audit.Event{Op: audit.Consult, Subject: id}, err
		}
		return audit.Event{Op: audit.Collect, Subject: id, Purpose: n.purpose(), Basis: n.basis(tx),
			Fields: []string{"exploitation", "sector", "country", "detected_by", "detected_on"}}, err
	})
	return fileID, err
}

func (n New) purpose() string {
	if n.Purpose == "" {
		return "identification"
	}
	return n.Purpose
}

func (n New) basis(tx *gate.Tx) string {
	if n.Basis == "" {
		return gate.UsualBasis(tx.Actor().Kind)
	}
	return n.Basis
}

// Write opens a case file inside a running use case and turns the transaction towards it; the import uses it too.
func Write(tx *gate.Tx, n New) (fileID string, err error) {
	if err := n.Facts.check(tx.Now()); err != nil {
		return "", err
	}
	if n.Level != "" && !slices.Contains(Levels, n.Level) {
		return "", fault.New(fault.Invalid, "fault.invalid").WithField("level", "fault.field_unknown_code")
	}
	kind, grantee, err := leader(tx, n.DeskID)
	if err != nil {
		return "", err
	}
	if err := tx.Create(gate.Case, "", Active); err != nil {
		return "", err
	}
	if err := insertCase(tx, n.Facts); err != nil {
		return "", err
	}
	place := gate.NewGrant{GranteeKind: kind, GranteeID: grantee, Lead: true,
		Relations: authz.RelationsOf(authz.RelationTeam), Sections: authz.FileSections(),
		Purpose: n.purpose(), Basis: n.basis(tx), Until: tx.Now().Add(gate.LongestGrant)}
	if _, err = tx.Grant(place); err != nil || n.Level != OwnAgency {
		return tx.File().ID, err
	}
	return tx.File().ID, toOwnDesks(tx, place)
}

// toOwnDesks gives every other desk of the agency a place of its own, which ends and is renewed like one of another agency.
func toOwnDesks(tx *gate.Tx, lead gate.NewGrant) error {
	all, err := agency.Directory(tx)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.ID != tx.Actor().AgencyID {
			continue
		}
		for _, d := range a.Desks {
			place := lead
			place.GranteeKind, place.GranteeID, place.Lead, place.Until = "desk", d.ID, false, tx.Now().Add(gate.DefaultGrant)
			if d.ID == lead.GranteeID {
				continue
			}
			if _, err := tx.Grant(place); err != nil {
				return err
			}
		}
	}
	return nil
}

// leader is the desk that will lead, which has to be one of the caller's, or the caller where there is no desk.
func leader(tx *gate.Tx, deskID string) (kind, id string, err error) {
	desks := tx.Actor().Desks
	if deskID == "" && len(desks) == 0 {
		return "worker", tx.Actor().WorkerID, nil
	}
	if deskID == "" {
		return "desk", desks[0], nil
	}
	for _, own := range desks {
		if own == deskID {
			return "desk", own, nil
		}
	}
	return "", "", fault.New(fault.Invalid, "fault.invalid").WithField("desk_id", "fault.field_unknown_code")
}

// Desk is a desk of the caller's that can lead a case.
type Desk struct{ ID, Name string }

// MayOpen tells whether the caller may open case files, before the form is shown, and which desks could lead.
func (s *Service) MayOpen(ctx context.Context) (desks []Desk, err error) {
	err = s.gate.Read(ctx, formAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		names, err := agency.Names(tx, tx.Actor().Desks)
		desks = nil
		for _, id := range tx.Actor().Desks {
			desks = append(desks, Desk{ID: id, Name: names[id].Desk})
		}
		return audit.Event{Op: audit.Consult}, err
	})
	return desks, err
}

// ForEdit gives the facts for the form that changes them; only the agency that leads the case gets it.
func (s *Service) ForEdit(ctx context.Context, fileID string) (view View, err error) {
	err = s.gate.Read(ctx, editAction, gate.File(gate.Case, fileID), func(tx *gate.Tx) (audit.Event, error) {
		view, err = read(tx)
		return audit.Event{Op: audit.Consult, SubjectCategory: "case"}, err
	})
	return view, err
}

// Around is what other slices put on the case page inside the same look: its sections, its team.
type Around func(tx *gate.Tx) error

// Show gives a case file with the victim files of it that the caller may see.
func (s *Service) Show(ctx context.Context, fileID string, around ...Around) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.File(gate.Case, fileID), func(tx *gate.Tx) (audit.Event, error) {
		if view, err = read(tx); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Consult, SubjectCategory: "case"}
		for _, line := range view.Victims {
			event.Results = append(event.Results, line.FileID)
		}
		return event, each(tx, around)
	})
	return view, err
}

// Change replaces the coded facts of a case that the caller's agency leads; version is the one the editor began with.
func (s *Service) Change(ctx context.Context, fileID string, version int64, facts Facts) error {
	return s.gate.Write(ctx, changeAction, gate.File(gate.Case, fileID), func(tx *gate.Tx) (audit.Event, error) {
		if err := facts.check(tx.Now()); err != nil {
			return audit.Event{}, err
		}
		before, err := read(tx)
		if err != nil {
			return audit.Event{}, err
		}
		if before.Version != version {
			return audit.Event{}, second(tx, facts)
		}
		if err := updateCase(tx, version, facts); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Fields: changed(before.Facts, facts), SubjectCategory: "case"}, tx.Changed()
	})
}

func changed(before, after Facts) (fields []string) {
	for _, f := range []struct {
		name string
		same bool
	}{
		{"exploitation", before.exploitation() == after.exploitation()}, {"sector", before.Sector == after.Sector},
		{"country", before.Country == after.Country}, {"detected_by", before.DetectedBy == after.DetectedBy},
		{"detected_on", before.DetectedOn == after.DetectedOn},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// List is one page of the case files that the caller may see, newest change first.
func (s *Service) List(ctx context.Context, after gate.Cursor, around ...Around) (lines []Line, next gate.Cursor, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		page, following, err := tx.List(gate.Case, after, PageSize)
		if err != nil {
			return audit.Event{}, err
		}
		next = following
		event := audit.Event{Op: audit.Search, SubjectCategory: "case"}
		for _, item := range page {
			event.Results = append(event.Results, item.FileID)
		}
		if lines, err = linesOf(tx, event.Results); err != nil {
			return audit.Event{}, err
		}
		return event, each(tx, around)
	})
	return lines, next, err
}

func each(tx *gate.Tx, around []Around) error {
	for _, more := range around {
		if err := more(tx); err != nil {
			return err
		}
	}
	return nil
}

// FactsOf are the coded facts of the case file of a running look.
func FactsOf(tx *gate.Tx) (Facts, error) {
	view, err := read(tx)
	return view.Facts, err
}
