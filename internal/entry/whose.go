package entry

import (
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/locale"
)

// How a page and an answer say whose entries something opens: a grant, a share with a circle, what rests on a consent.

// SectionLine lists the names of sections, behind each that is narrowed whose entries it is; without names only that not all are.
func SectionLine(w *locale.Words, sections authz.SectionSet, only gate.OnlyOf, names map[string]string) string {
	var parts []string
	for id := range sections.Each {
		parts = append(parts, sectionPart(w, id, only, names))
	}
	return strings.Join(parts, ", ")
}

func sectionPart(w *locale.Words, id authz.Section, only gate.OnlyOf, names map[string]string) string {
	var who []string
	for _, agencyID := range only.Of(id) {
		if name := names[agencyID]; name != "" {
			who = append(who, name)
		}
	}
	singles := len(only.Entries(id))
	switch {
	case len(only.Of(id)) == 0:
		return w.T(id.Key())
	case singles > 0 && singles == len(only.In(authz.SectionsOf(id))):
		return w.N("entry.only_single", singles, "Section", id)
	case len(who) == 0:
		return w.T("entry.only_some", "Section", id)
	}
	return w.T("entry.only_of", "Section", id, "Agencies", strings.Join(who, ", "))
}

// OnlyOfBody is a section in the JSON API of which the entries of some agencies alone are open.
type OnlyOfBody struct {
	Section   string   `json:"section"`
	AgencyIDs []string `json:"agency_ids"`
	EntryIDs  []string `json:"entry_ids,omitempty" doc:"Single entries of them, where not all are open"`
}

// OnlyOfBodies writes whose entries alone are open, section by section.
func OnlyOfBodies(only gate.OnlyOf) (bodies []OnlyOfBody) {
	for _, one := range only {
		if !slices.ContainsFunc(bodies, func(b OnlyOfBody) bool { return b.Section == one.Section.String() }) {
			bodies = append(bodies, OnlyOfBody{Section: one.Section.String(), AgencyIDs: only.Of(one.Section), EntryIDs: only.Entries(one.Section)})
		}
	}
	return bodies
}
