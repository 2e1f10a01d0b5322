package sharing

import (
	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// What is said of grants that open the entries of some agencies only.

// namesIn are the public names of the agencies whose entries alone are opened; none where nothing is narrowed.
func namesIn(tx *gate.Tx, only ...gate.OnlyOf) (map[string]string, error) {
	var ids []string
	for _, one := range only {
		for _, w := range one {
			ids = append(ids, w.AgencyID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	known, err := agency.Names(tx, ids)
	names := map[string]string{}
	for id, name := range known {
		names[id] = name.Agency
	}
	return names, err
}

// discreet takes from a grant what its reader may not know: whose entries it opens, and of which sections only some.
func (h *Holding) discreet() {
	h.Sections = h.Sections.Minus(h.untold)
	h.OnlyOf = h.OnlyOf.In(h.Sections)
}

// narrowedLine says of a grant which sections are narrowed, and to whom; empty where none is.
func narrowedLine(w *locale.Words, only gate.OnlyOf, names map[string]string) string {
	var sections authz.SectionSet
	for _, one := range only {
		sections = sections.With(one.Section)
	}
	return entry.SectionLine(w, sections, only, names)
}

// ChoiceOption is one section of a form. Of one that goes along in part it says whose entries do.
func ChoiceOption(w *locale.Words, c *Choice) httpkit.Option {
	option := httpkit.Option{Value: c.Section.String(), Label: w.T(c.Section.Key()), Disabled: !c.Allowed}
	switch {
	case c.Reason == authz.ReasonNoRole:
		option.Hint = w.T("sharing.never_passed_on") // an agency may read what none of its kind passes on
	case !c.Allowed:
		option.Hint = w.T(c.Reason.Key())
	case c.Whose != "":
		option.Hint = w.T("sharing.whose." + string(c.Whose))
	}
	return option
}
