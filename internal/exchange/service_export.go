package exchange

import (
	"context"
	"encoding/json"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/consent"
	"relais/internal/entry"
	"relais/internal/gate"
)

// Actions of taking something out.
var (
	exportFormAction = gate.OnFile("exchange.export_form").SteppedUp()
	exportAction     = gate.OnFile("exchange.export").WhileClosed().SteppedUp() // a person may ask for what was kept of them after the end, too
	exportsAction    = gate.OnFile("exchange.exports")
)

// ExportForm is what the form offers: the sections that may leave, and those that may not, with why.
type ExportForm struct {
	File     gate.FileRow
	Sections []entry.SectionView
}

// ExportForm tells what of a file the caller may take along, before anything is taken.
func (s *Service) ExportForm(ctx context.Context, kind gate.Kind, fileID string) (form ExportForm, err error) {
	err = s.gate.Read(ctx, exportFormAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		form = ExportForm{File: tx.File()}
		form.Sections, _, err = s.entries.Leaving(tx, 0)
		return audit.Event{Op: audit.Consult, SubjectCategory: string(kind)}, err
	})
	return form, err
}

// Export takes a copy of the asked sections out of a file. It is a disclosure: it gets a number, is kept with what it held, and
// stands in the trail before the first byte leaves. A section that may not leave is refused with its reason. The same once key
// again gives the number of what was taken and nothing of it: what leaves a second time is a second export.
func (s *Service) Export(ctx context.Context, kind gate.Kind, fileID string, w Wanted) (c Copy, err error) {
	want, err := w.check(kind)
	if err != nil {
		return c, err
	}
	err = s.gate.Write(ctx, exportAction, gate.File(kind, fileID).Because(w.Purpose), func(tx *gate.Tx) (audit.Event, error) {
		c = Copy{Wanted: w, ID: gate.NewID(), Number: gate.NewReference('E'), At: tx.Now(), Kind: kind, Reference: tx.File().Reference}
		if again, err := c.before(tx, fileID); again || err != nil {
			return audit.Event{Op: audit.Consult, Subject: c.ID, SubjectCategory: string(kind)}, err
		}
		all, pins, err := s.entries.Leaving(tx, want)
		if err != nil {
			return audit.Event{}, err
		}
		if err := refuseClosed(all, want); err != nil {
			return audit.Event{}, err
		}
		c.sort(all, want)
		c.pin(pins)
		if err := c.mark(tx); err != nil {
			return audit.Event{}, err
		}
		if err := c.keep(tx, want); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Export, Subject: c.ID, SubjectCategory: string(kind), Fields: c.fields(), Purpose: w.Purpose,
			Handling: c.Marking.String(), ResultCount: int64(len(pins)), Concerns: c.writers(tx.Actor().AgencyID)}, nil
	})
	return c, err
}

// before remembers the once key. Where it was used for the same before, the copy is only the number of that export.
func (c *Copy) before(tx *gate.Tx, fileID string) (again bool, err error) {
	content, err := json.Marshal(struct {
		Kind, File string
		Wanted     Wanted
	}{string(c.Kind), fileID, c.Wanted})
	if err != nil {
		return false, err
	}
	id, again, err := tx.Once(c.Once, string(content), func() (string, error) { return c.ID, nil })
	if err != nil || !again {
		return false, err
	}
	*c = Copy{ID: id, Again: true}
	return true, tx.Get(&c.Number, selectNumber, gate.Args{"id": id})
}

// refuseClosed refuses a section that was asked for and may not leave; nobody gets less than they think.
func refuseClosed(all []entry.SectionView, want authz.SectionSet) error {
	for _, view := range all {
		if want.Has(view.Section) && !view.Open {
			return gate.RefusalFor(view.Section, view.Reason)
		}
		want = want.Without(view.Section)
	}
	for id := range want.Each { // such as a section of victim files, asked of a case
		return gate.RefusalFor(id, authz.ReasonNoRole)
	}
	return nil
}

// mark reads what the watermark and the formats say besides the sections.
func (c *Copy) mark(tx *gate.Tx) (err error) {
	if c.Agency, err = agencyName(tx); err != nil {
		return err
	}
	if c.Person, err = agency.WorkerName(tx, tx.Actor().WorkerID); err != nil {
		return err
	}
	if c.Kind == gate.Case {
		c.Facts, err = casefile.FactsOf(tx)
		return err
	}
	c.pseudonym, c.kind, c.country = pseudonymOf(tx), string(tx.Actor().Kind), tx.Actor().Country
	c.Consents, err = consent.Stands(tx)
	return err
}

// Departures is what has left a file.
type Departures struct {
	File      gate.FileRow
	Left      []Left // the newest first
	CanExport bool
}

// Exports lists what has left a file, as far as it concerns the reader's agency.
func (s *Service) Exports(ctx context.Context, kind gate.Kind, fileID string) (view Departures, err error) {
	err = s.gate.Read(ctx, exportsAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		view = Departures{File: tx.File(), CanExport: couldExport(tx)}
		view.Left, err = exportsOf(tx)
		return audit.Event{Op: audit.Consult, SubjectCategory: string(kind)}, err
	})
	return view, err
}

// couldExport says whether the caller could take anything out of the file, at most by giving a reason.
func couldExport(tx *gate.Tx) bool {
	for id := range authz.FileSections().Each {
		d := tx.Decide(id, authz.Export)
		if d.Allowed() || d.Missing == authz.NeedsOf(authz.NeedJustification) {
			return true
		}
	}
	return false
}
