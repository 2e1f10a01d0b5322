package gate

import (
	"fmt"
	"slices"
	"strings"

	"relais/internal/authz"
)

// OnlyOf narrows a grant: of the sections in it the grant opens what these agencies wrote, and of nobody else; where an entry is named,
// that entry alone. Sections that are not in it are open whoever wrote there; nothing at all is no narrowing.
type OnlyOf []Writer

// Writer is one agency whose entries of a section are open, whenever it writes them, or a single one of them.
type Writer struct {
	Section  authz.Section
	AgencyID string
	EntryID  string // empty for all of the agency's
}

// With opens a section to the entries of these agencies only; none leaves it as it is.
func (o OnlyOf) With(section authz.Section, agencies ...string) OnlyOf {
	for _, id := range agencies {
		o = append(slices.Clone(o), Writer{Section: section, AgencyID: id})
	}
	return o
}

// Of are the agencies whose entries of a section are open, all of them or single ones; none where it is not narrowed.
func (o OnlyOf) Of(section authz.Section) (agencies []string) {
	for i := range o {
		if o[i].Section == section && !slices.Contains(agencies, o[i].AgencyID) {
			agencies = append(agencies, o[i].AgencyID)
		}
	}
	return agencies
}

// Entries are the single entries of a section that are open; none where all of an agency's are.
func (o OnlyOf) Entries(section authz.Section) (entries []string) {
	for i := range o {
		if o[i].Section == section && o[i].EntryID != "" {
			entries = append(entries, o[i].EntryID)
		}
	}
	return entries
}

// In leaves what narrows one of these sections.
func (o OnlyOf) In(sections authz.SectionSet) OnlyOf {
	return slices.DeleteFunc(slices.Clone(o), func(w Writer) bool { return !sections.Has(w.Section) })
}

// Lets says whether all entries of an agency in a section are left open, the later ones too; without an agency, those of everybody.
func (o OnlyOf) Lets(section authz.Section, agencyID string) bool {
	return o.Let(Writer{Section: section, AgencyID: agencyID})
}

// Let says whether an entry is left open, or without one what Lets says.
func (o OnlyOf) Let(w Writer) bool {
	narrowed := false
	for i := range o {
		if o[i].Section != w.Section {
			continue
		}
		if o[i].AgencyID == w.AgencyID && (o[i].EntryID == "" || o[i].EntryID == w.EntryID) {
			return true
		}
		narrowed = true
	}
	return !narrowed
}

// Within says whether a section is narrowed to no more than by the other.
func (o OnlyOf) Within(section authz.Section, other OnlyOf) bool {
	mine := o.In(authz.SectionsOf(section))
	if len(mine) == 0 {
		return other.Lets(section, "")
	}
	return !slices.ContainsFunc(mine, func(w Writer) bool { return !other.Let(w) })
}

// String writes it as it is stored, with a space on either side of each part so that a statement can look for one:
// " health:<agency> identifiers:<agency>/<entry> ".
func (o OnlyOf) String() string {
	if len(o) == 0 {
		return ""
	}
	var text strings.Builder
	for i := range o {
		text.WriteString(" " + o[i].Section.String() + ":" + o[i].AgencyID)
		if o[i].EntryID != "" {
			text.WriteString("/" + o[i].EntryID)
		}
	}
	return text.String() + " "
}

// Scan reads what String wrote; what it cannot read opens nothing, because the row is not read at all.
func (o *OnlyOf) Scan(src any) error {
	*o = nil
	text, ok := src.(string)
	if raw, isBytes := src.([]byte); isBytes {
		text, ok = string(raw), true
	}
	if !ok {
		return fmt.Errorf("gate: whose entries a grant opens is a %T", src)
	}
	for part := range strings.FieldsSeq(text) {
		word, whose, _ := strings.Cut(part, ":")
		agencyID, entryID, single := strings.Cut(whose, "/")
		section, known := authz.ParseSection(word)
		if !known || agencyID == "" || single && entryID == "" {
			return fmt.Errorf("gate: %q does not say whose entries a grant opens", part)
		}
		*o = append(*o, Writer{section, agencyID, entryID})
	}
	return nil
}

// Opens says whether the grant names an entry, or all that an agency writes in a section; without an agency, what everybody does there.
func (g *Grant) Opens(w Writer) bool {
	return g.Sections.Has(w.Section) && (len(g.OnlyOf) == 0 || g.OnlyOf.Let(w))
}

// DecideOf answers for what an agency wrote in a section, as far as no basis or marking of a single entry counts.
func (tx *Tx) DecideOf(section authz.Section, verb authz.Verb, agencyID string) Decision {
	return tx.decide(question{section: section, verb: verb, writer: agencyID, own: agencyID == tx.caller.Actor.AgencyID})
}

// some is the answer for entries of the agencies to which a section was narrowed in what was granted to the caller: the best of
// them. Without such a grant it is no.
func (tx *Tx) some(q question, decide func(question) Decision) Decision {
	best := Decision{Decision: authz.Decision{Reason: reasonNotShared}}
	for i := range tx.grants {
		for _, w := range tx.grants[i].OnlyOf {
			if w.Section != q.section || w.AgencyID == tx.caller.Actor.AgencyID {
				continue
			}
			q.writer, q.entry = w.AgencyID, w.EntryID
			if d := decide(q); better(d.Decision, best.Decision) {
				best = d
			}
		}
	}
	return best
}

// ReadsSome says whether the caller may read in full what others wrote in a section, of all of them or of some.
func (tx *Tx) ReadsSome(section authz.Section) bool {
	return tx.Decide(section, authz.Read).Show == authz.Full || tx.some(question{section: section, verb: authz.Read}, tx.decide).Show == authz.Full
}

// Untold are the narrowed sections of a grant on the file of the transaction of which the caller may not know: that somebody's
// entries go along says that there are some. It is told to who wrote them, to the agency that holds the grant, and to who was itself
// granted theirs; not to who gave it, since a renewal or a hand-over makes another the giver. Of single entries it is no news to who reads
// every one of them, such as the lead that chose them.
func (tx *Tx) Untold(only OnlyOf, holder string) (hidden authz.SectionSet, err error) {
	me := tx.Actor().AgencyID
	for _, w := range only {
		writers := only.Of(w.Section)
		if holder == me || slices.Contains(writers, me) {
			continue
		}
		theirs := func(g Grant) bool {
			return slices.ContainsFunc(g.OnlyOf.Of(w.Section), func(id string) bool { return slices.Contains(writers, id) })
		}
		if !slices.ContainsFunc(tx.Grants(), theirs) {
			hidden = hidden.With(w.Section)
		}
	}
	for section := range hidden.Each {
		read, err := tx.readsSingles(only.In(authz.SectionsOf(section)))
		if err != nil {
			return hidden, err
		}
		if read {
			hidden = hidden.Without(section)
		}
	}
	return hidden, nil
}

// readsSingles says whether these are single entries only and the caller reads each of them in full, as they stand now.
func (tx *Tx) readsSingles(only OnlyOf) (bool, error) {
	var ids []string
	for i := range only {
		if only[i].EntryID == "" {
			return false, nil
		}
		ids = append(ids, only[i].EntryID)
	}
	var rows []EntryRow
	if err := tx.Select(&rows, selectEntries, Args{"entries": ids}); err != nil {
		return false, err
	}
	return len(rows) == len(ids) && !slices.ContainsFunc(rows, func(row EntryRow) bool { return !tx.Readable(&row) }), nil
}
