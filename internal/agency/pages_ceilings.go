package agency

import (
	"strconv"
	"strings"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// CeilingsPage lists what the agency lets each kind of agency have.
type CeilingsPage struct {
	Back  httpkit.Link
	Table httpkit.Table
}

// Template is the page's file.
func (CeilingsPage) Template() string { return "agency/ceilings" }

// CeilingPage sets the ceiling for one kind of agency and shows what held before.
type CeilingPage struct {
	Back    httpkit.Link
	Heading string
	Form    httpkit.Form
	Table   httpkit.Table
}

// Template is the page's file.
func (*CeilingPage) Template() string { return "agency/ceiling" }

// EffectPage says what a ceiling would change, before it is set.
type EffectPage struct {
	Back    httpkit.Link
	Heading string
	Notice  httpkit.Notice
	Card    httpkit.Summary
	Form    httpkit.Form
}

// Template is the page's file.
func (EffectPage) Template() string { return "agency/effect" }

var _ = httpkit.Register(CeilingsPage{}, &CeilingPage{}, EffectPage{})

func ceilingsLink(r *httpkit.Request) httpkit.Link {
	return httpkit.Link{URL: "/ceilings", Text: r.W.T("agency.ceilings_heading")}
}

func (p pages) ceilings(r *httpkit.Request) (httpkit.Reply, error) {
	list, err := p.s.Ceilings(r.Context())
	if err != nil {
		return httpkit.Reply{}, err
	}
	w := r.W
	page := CeilingsPage{Back: peopleLink(r), Table: httpkit.Table{Caption: w.T("agency.ceilings_heading"), HideCaption: true, Columns: []httpkit.Column{
		{Label: w.T("agency.partner_kind")}, {Label: w.T("agency.ceiling_sections")}, {Label: w.T("agency.ceiling_days_label")},
		{Label: w.T("agency.ceiling_team_label")}, {Label: w.T("agency.ceiling_set")}}}}
	for i := range list {
		c := &list[i]
		row := httpkit.Row{Quiet: !c.limits(), Cells: []httpkit.Cell{{Text: w.T(c.Kind.Key()), URL: pathOf("/ceilings", string(c.Kind))}}}
		page.Table.Rows = append(page.Table.Rows, httpkit.Row{Quiet: row.Quiet, Cells: append(row.Cells, ceilingCells(w, c)...)})
	}
	return httpkit.Show(page), nil
}

// ceilingCells are the sections, the days, the days of a place in a team, and who set it.
func ceilingCells(w *locale.Words, c *PartnerCeiling) []httpkit.Cell {
	cells := []httpkit.Cell{{Text: ceilingSections(w, c.Sections)}, {Text: daysText(w, c.Days)}, {Text: daysText(w, c.TeamDays)}}
	if c.Version == 0 {
		return append(cells, httpkit.Cell{Text: w.T("agency.ceiling_law_only")})
	}
	return append(cells, httpkit.Cell{Text: w.Date(c.SetAt), Sub: c.SetBy, Name: true})
}

func ceilingSections(w *locale.Words, words []string) string {
	switch len(words) {
	case 0:
		return w.T("agency.ceiling_nothing")
	case len(sectionWords(authz.FileSections())):
		return w.T("agency.ceiling_all")
	}
	names := make([]string, 0, len(words))
	for _, word := range words {
		section, _ := authz.ParseSection(word)
		names = append(names, w.T(section.Key()))
	}
	return strings.Join(names, ", ")
}

// daysText says the days; a year is the ceiling of every grant, so there it says that only the law's holds.
func daysText(w *locale.Words, days int) string {
	switch days {
	case 0:
		return w.T("agency.ceiling_never")
	case longestDays:
		return w.T("agency.ceiling_as_law")
	}
	return w.N("agency.ceiling_n_days", days)
}

func (p pages) ceiling(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.ceilingPage(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

func (p pages) ceilingPage(r *httpkit.Request) (*CeilingPage, error) {
	now, versions, err := p.s.Ceiling(r.Context(), r.Param("partner"))
	if err != nil {
		return nil, err
	}
	w := r.W
	page := &CeilingPage{Back: ceilingsLink(r), Heading: w.T("agency.ceiling_heading", "Partner", w.T(now.Kind.Key())), Form: ceilingForm(w, &now),
		Table: httpkit.Table{Caption: w.T("agency.ceiling_versions"), Empty: w.T("agency.ceiling_no_versions"), Columns: []httpkit.Column{
			{Label: w.T("agency.ceiling_sections")}, {Label: w.T("agency.ceiling_days_label")}, {Label: w.T("agency.ceiling_team_label")}, {Label: w.T("agency.ceiling_set")}}}}
	for i := range versions {
		page.Table.Rows = append(page.Table.Rows, httpkit.Row{Quiet: i > 0, Cells: ceilingCells(w, &versions[i])})
	}
	return page, nil
}

func ceilingForm(w *locale.Words, c *PartnerCeiling) httpkit.Form {
	sections := httpkit.Field{Kind: httpkit.Checkboxes, Name: "sections", Label: w.T("agency.ceiling_sections"), Hint: w.T("agency.ceiling_sections_hint"), Values: c.Sections}
	team := 0
	for _, law := range c.Law {
		if law.Section == authz.Team.String() {
			team = law.Days
			continue
		}
		section, _ := authz.ParseSection(law.Section)
		sections.Options = append(sections.Options, httpkit.Option{Value: law.Section, Label: w.T(section.Key()), Hint: w.N("agency.ceiling_law", law.Days)})
	}
	return httpkit.Form{Action: pathOf("/ceilings", string(c.Kind)) + "/effect", Submit: w.T("agency.ceiling_to_effect"), Version: c.Version,
		Cancel: httpkit.Link{URL: "/ceilings", Text: w.T("web.cancel")}, Fields: []httpkit.Field{sections,
			{Kind: httpkit.Number, Name: "days", Label: w.T("agency.ceiling_days_label"), Hint: w.T("agency.ceiling_days_hint", "Most", longestDays), Value: strconv.Itoa(c.Days), Width: 3, Required: true},
			{Kind: httpkit.Number, Name: "team_days", Label: w.T("agency.ceiling_team_label"), Hint: w.T("agency.ceiling_team_hint") + " " + w.N("agency.ceiling_law", team), Value: strconv.Itoa(c.TeamDays), Width: 3, Required: true}}}
}

func postedCeiling(r *httpkit.Request) NewCeiling {
	n := NewCeiling{Kind: r.Param("partner"), Sections: r.FormValues("sections"), Days: -1, TeamDays: -1}
	if days, err := strconv.Atoi(strings.TrimSpace(r.Form("days"))); err == nil {
		n.Days = days
	}
	if days, err := strconv.Atoi(strings.TrimSpace(r.Form("team_days"))); err == nil {
		n.TeamDays = days
	}
	return n
}

// effect shows what the ceiling changes and asks once more.
func (p pages) effect(r *httpkit.Request) (httpkit.Reply, error) {
	n := postedCeiling(r)
	effect, err := p.s.CeilingEffect(r.Context(), n)
	if httpkit.ComesBack(err) {
		page, broken := p.ceilingPage(r)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(effectPage(r, &n, effect)), nil
}

func effectPage(r *httpkit.Request, n *NewCeiling, e gate.Effect) EffectPage {
	w, url := r.W, pathOf("/ceilings", n.Kind)
	page := EffectPage{Back: httpkit.Link{URL: url, Text: w.T("agency.ceiling_back")}, Heading: w.T("agency.ceiling_heading", "Partner", w.T(authz.Role(n.Kind).Key())),
		Notice: httpkit.Notice{Text: w.T("agency.ceiling_no_effect")}, Card: httpkit.Summary{Rows: []httpkit.SummaryRow{
			{Label: w.T("agency.ceiling_sections"), Value: ceilingSections(w, n.Sections)},
			{Label: w.T("agency.ceiling_days_label"), Value: daysText(w, n.Days)},
			{Label: w.T("agency.ceiling_team_label"), Value: daysText(w, n.TeamDays)}}},
		Form: httpkit.Form{Action: url, Submit: w.T("agency.ceiling_set_now"), Version: r.Version(), Cancel: httpkit.Link{URL: url, Text: w.T("web.cancel")},
			Fields: []httpkit.Field{{Kind: httpkit.Hidden, Name: "days", Value: strconv.Itoa(n.Days)}, {Kind: httpkit.Hidden, Name: "team_days", Value: strconv.Itoa(n.TeamDays)}}}}
	if e.Grants > 0 {
		page.Notice = httpkit.Notice{Kind: "warning", Text: w.N("agency.ceiling_effect", e.Grants) + " " + w.T("agency.ceiling_effect_text")}
	}
	for _, word := range n.Sections {
		page.Form.Fields = append(page.Form.Fields, httpkit.Field{Kind: httpkit.Hidden, Name: "sections", Value: word})
	}
	return page
}

func (p pages) setCeiling(r *httpkit.Request) (httpkit.Reply, error) {
	n := postedCeiling(r)
	_, err := p.s.SetCeiling(r.Context(), n, r.Version())
	return httpkit.SeeWith(pathOf("/ceilings", n.Kind), "agency.ceiling_saved"), err
}
