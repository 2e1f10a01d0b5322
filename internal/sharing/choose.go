package sharing

import (
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// What of a victim file goes along: sections, and of a section single entries.

// Picked is what somebody has ticked: a section goes along whole, later entries too, unless entries of it are ticked.
type Picked struct {
	Sections []string // words of sections, such as "identity"
	Entries  []string // ids of single entries, which go along without the others of their section
}

// Chosen are the sections of a package, with whose entries alone of some of them, and what the trail says of each.
type Chosen struct {
	Sections authz.SectionSet
	OnlyOf   gate.OnlyOf
	Uses     []audit.SectionUse
}

// choose checks every section of the package: the sender has to be allowed to pass it on, by what the share rests on, and the
// receiver's discipline to receive it. The key of the field fault names the section. Of some sections only what some agencies wrote
// goes along, or single entries, and something has to be there.
func (s *Service) choose(tx *gate.Tx, wrong *fault.Fault, what Picked, to authz.Role, offered authz.Needs) (c Chosen, err error) {
	c.Sections = parseSections(wrong, what.Sections)
	singles, err := singlesOf(tx, wrong, what.Entries, c.Sections)
	if err != nil {
		return c, err
	}
	for id := range c.Sections.Each {
		p := tx.PassOn(id, offered)
		single := singles.In(authz.SectionsOf(id))
		of, wrote, whose := p.Of, true, p.Whose(tx.Actor().AgencyID)
		if len(single) > 0 {
			of, whose = passable(wrong, p.Of, single), gate.ReasonSingleEntries
		}
		if p.Allowed() && len(of) > 0 {
			if wrote, err = stands(tx, id, of); err != nil {
				return c, err
			}
			c.OnlyOf = append(c.OnlyOf, of...)
		}
		switch {
		case !shareable().Has(id):
			wrong.WithField("sections", "sharing.not_here."+id.String())
		case !p.Allowed():
			wrong.WithField("sections", "sharing.not_yours."+id.String())
		case to != "" && !mayReceive(s.readable(to), to, id):
			wrong.WithField("sections", "sharing.not_theirs."+id.String())
		case !wrote:
			wrong.WithField("sections", "sharing.nothing_there", "Section", id)
		}
		c.Uses = append(c.Uses, audit.SectionUse{Section: id.String(), Show: p.Show.String(), Decision: audit.Allowed,
			Reason: string(whose), Line: p.Line, GrantID: p.GrantID})
	}
	return c, nil
}

// mostSingle is how many single entries go along at a time.
const mostSingle = 100

// singlesOf finds the entries that were ticked. One that the caller does not read in full is not there, and one whose section does not
// go along stays here with it.
func singlesOf(tx *gate.Tx, wrong *fault.Fault, ids []string, sections authz.SectionSet) (of gate.OnlyOf, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) > mostSingle {
		wrong.WithField("entries", "fault.field_too_many", "Max", mostSingle)
		return nil, nil
	}
	all, err := entry.Singles(tx)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		at := slices.IndexFunc(all, func(s entry.Single) bool { return s.EntryID == id })
		switch {
		case at < 0:
			wrong.WithField("entries", "sharing.no_such_entry")
		case !sections.Has(all[at].Section):
			wrong.WithField("entries", "sharing.entry_without_section", "Section", all[at].Section)
		case !slices.Contains(of, all[at].Writer):
			of = append(of, all[at].Writer)
		}
	}
	return of, nil
}

// SinglesFor are the entries that may go along alone: those of the sections that may, as far as the caller reads them.
func SinglesFor(tx *gate.Tx, choices []Choice) ([]entry.Single, error) {
	all, err := entry.Singles(tx)
	if err != nil {
		return nil, err
	}
	return entry.Newest(tx, slices.DeleteFunc(all, func(s entry.Single) bool {
		return !slices.ContainsFunc(choices, func(c Choice) bool { return c.Allowed && c.Section == s.Section && c.of.Let(s.Writer) })
	})), nil
}

// SingleField offers single entries, section by section; nothing of what they say stands on the form, the preview shows it.
func SingleField(w *locale.Words, singles []entry.Single) []httpkit.Field {
	if len(singles) == 0 {
		return nil
	}
	field := httpkit.Field{Kind: httpkit.Checkboxes, Name: "entries", Label: w.T("sharing.singles"), Hint: w.T("sharing.singles_hint")}
	for _, s := range singles {
		field.Options = append(field.Options, httpkit.Option{Value: s.EntryID, Label: w.T(s.Section.Key()),
			Hint: w.T("sharing.single", "Agency", s.Agency, "At", w.DateTime(s.WrittenAt))})
	}
	return []httpkit.Field{field}
}

// passable are single entries of a section as far as the caller may pass them on; of the whole section that may be some agencies' only.
func passable(wrong *fault.Fault, of, singles gate.OnlyOf) gate.OnlyOf {
	for _, w := range singles {
		if !of.Let(w) {
			wrong.WithField("entries", "sharing.entry_not_yours", "Section", w.Section)
		}
	}
	return singles
}

// choiceOf decides on one section. Where only a justification is missing, the purpose that the form asks for is it; where a consent
// is, one of the person's that lets the section go; where a legal gateway is, a provision of the agency's own law.
func choiceOf(tx *gate.Tx, id authz.Section, grounds *Grounds) (c Choice, err error) {
	p := tx.PassOn(id, grounds.couldOffer(id))
	c = Choice{Section: id, of: p.Of, Allowed: p.Allowed(), Reason: p.Reason, Whose: p.Whose(tx.Actor().AgencyID)}
	if c.Whose == "" {
		return c, nil
	}
	wrote, err := stands(tx, id, p.Of)
	if !wrote {
		c.Allowed, c.Reason = false, reasonNothingOwn
		if c.Whose == gate.ReasonSomeEntries {
			c.Reason = reasonNothingShared
		}
	}
	return c, err
}

// stands says whether something of these stands in a section: an entry, or a consent that it keeps.
func stands(tx *gate.Tx, id authz.Section, of gate.OnlyOf) (bool, error) {
	if wrote, err := entry.Wrote(tx, id, of); wrote || err != nil || id != authz.Consents {
		return wrote, err
	}
	return consent.Recorded(tx, of.Of(id))
}

// Reasons where a section goes along as far as it was written by agencies that have written nothing.
const (
	reasonNothingOwn    authz.Reason = "entries.none"        // by the own agency, which could write there
	reasonNothingShared authz.Reason = "entries.none_shared" // by those whose entries were shared with it, too
)
