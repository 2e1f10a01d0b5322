package sharing

import (
	"slices"
	"strings"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// Partner is what the reader's agency lets agencies of one discipline have, as forms say it before the gate refuses.
type Partner struct{ gate.PartnerCeiling }

// partnerOf is the ceiling for an agency; none for the reader's own.
func partnerOf(tx *gate.Tx, kind authz.Role, agencyID string) (p Partner, err error) {
	if agencyID == tx.Actor().AgencyID {
		return p, nil
	}
	p.PartnerCeiling, err = tx.PartnerCeiling(kind)
	return p, err
}

// opensPlace says whether the ceiling leaves anything of a place in a case team.
func (p Partner) opensPlace() bool { return p.Unlimited() || p.TeamDays > 0 && !p.Sections.Empty() }

// Partners are the ceilings that the reader's agency has set, in the order of the disciplines.
type Partners []Partner

// PartnersOf reads them.
func PartnersOf(tx *gate.Tx) (list Partners, err error) {
	set, err := tx.PartnerCeilings()
	for _, kind := range authz.Receivers() {
		if c, ok := set[kind]; ok && !c.Unlimited() {
			list = append(list, Partner{c})
		}
	}
	return list, err
}

func (l Partners) of(kind authz.Role) Partner {
	if at := slices.IndexFunc(l, func(p Partner) bool { return p.Kind == kind }); at >= 0 {
		return l[at]
	}
	return Partner{}
}

// notTo are the disciplines to which the reader's agency does not give a section.
func (l Partners) notTo(id authz.Section) (kinds []authz.Role) {
	for _, p := range l {
		if !p.Sections.Has(id) {
			kinds = append(kinds, p.Kind)
		}
	}
	return kinds
}

// Limit writes the ceilings into a form: on sections to whom they do not go, on the day how long is allowed. to are the
// disciplines that can be chosen; a section that goes to none of them cannot be ticked.
func (l Partners) Limit(w *locale.Words, fields []httpkit.Field, to []authz.Role) {
	for i := range fields {
		switch field := &fields[i]; field.Name {
		case "sections":
			for j := range field.Options {
				l.limitOption(w, &field.Options[j], to)
			}
		case "until":
			field.Hint = joined2(field.Hint, l.daysLine(w, to))
		}
	}
}

func (l Partners) limitOption(w *locale.Words, option *httpkit.Option, to []authz.Role) {
	id, _ := authz.ParseSection(option.Value)
	shut := slices.DeleteFunc(l.notTo(id), func(kind authz.Role) bool { return !slices.Contains(to, kind) })
	if option.Disabled || len(shut) == 0 {
		return
	}
	option.Hint = w.T("sharing.partner_not_to", "Partners", kindNames(w, shut))
	if len(shut) == len(to) {
		option.Disabled, option.Selected = true, false
	}
}

func (l Partners) daysLine(w *locale.Words, to []authz.Role) string {
	var lines []string
	for _, p := range l {
		if slices.Contains(to, p.Kind) {
			lines = append(lines, w.N("sharing.partner_days", p.Days, "Partner", w.T(p.Kind.Key())))
		}
	}
	return strings.Join(lines, " ")
}

// forTeam leaves the desks that may have a place in a team, and says what of the others' kinds is left out or cut.
func (l Partners) forTeam(w *locale.Words, desks []agency.Listing, own string) (open []agency.Listing, hint string) {
	var lines []string
	for _, a := range desks {
		if a.ID == own || l.of(a.Kind).opensPlace() {
			open = append(open, a)
		}
	}
	for _, p := range l {
		name := w.T(p.Kind.Key())
		switch {
		case !p.opensPlace():
			lines = append(lines, w.T("sharing.partner_no_team", "Partner", name))
		default:
			if p.Sections != wholeFile {
				lines = append(lines, w.T("sharing.partner_team_sections", "Partner", name, "Sections", sectionNames(w, p.Sections)))
			}
			lines = append(lines, w.N("sharing.partner_days", p.TeamDays, "Partner", name))
		}
	}
	return open, strings.Join(lines, " ")
}

// renewalLine says what of a grant a renewal leaves out, or that there can be none.
func (p Partner) renewalLine(w *locale.Words, h *Holding) string {
	beyond := h.Sections.Minus(p.Sections)
	if p.Unlimited() || h.Lead || beyond.Empty() {
		return ""
	}
	key := "sharing.partner_renewal_not"
	if h.wholePlace() {
		key = "sharing.partner_renewal_cut"
	}
	return w.T(key, "Partner", w.T(p.Kind.Key()), "Sections", sectionNames(w, beyond))
}

// kindsOfDesks are the disciplines of agencies, each once.
func kindsOfDesks(desks []agency.Listing) (kinds []authz.Role) {
	for _, a := range desks {
		if !slices.Contains(kinds, a.Kind) {
			kinds = append(kinds, a.Kind)
		}
	}
	return kinds
}

func kindNames(w *locale.Words, kinds []authz.Role) string {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = w.T(kind.Key())
	}
	return strings.Join(names, ", ")
}

func joined2(a, b string) string { return strings.TrimSpace(a + " " + b) }
