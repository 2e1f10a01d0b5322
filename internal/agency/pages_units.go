package agency

import (
	"slices"

	"relais/internal/httpkit"
	"relais/internal/locale"
)

// UnitsPage lists the agency's desks with the units of the law that they are.
type UnitsPage struct {
	Back    httpkit.Link
	Nothing bool // the law names no unit for agencies of this kind
	Missing []httpkit.Notice
	Table   httpkit.Table
}

// Template is the page's file.
func (UnitsPage) Template() string { return "agency/units" }

// UnitPage says which unit a desk is.
type UnitPage struct {
	httpkit.Sheet
	Heading string
}

// Template is the page's file.
func (*UnitPage) Template() string { return "agency/unit" }

var _ = httpkit.Register(UnitsPage{}, &UnitPage{})

func unitName(w *locale.Words, unit string) string {
	if unit == "" {
		return w.T("agency.no_unit")
	}
	return w.T("agency.unit." + unit)
}

// MissingText says what it means that no desk is a unit of the law.
func MissingText(w *locale.Words, unit string) string {
	return w.T("agency.units_unmarked", "Unit", unitName(w, unit))
}

func (p pages) units(r *httpkit.Request) (UnitsPage, error) {
	u, err := p.s.Units(r.Context())
	page := UnitsPage{Back: peopleLink(r), Nothing: len(u.Offered) == 0, Table: httpkit.Table{Caption: r.W.T("agency.desks"), HideCaption: true,
		Columns: []httpkit.Column{{Label: r.W.T("agency.desk")}, {Label: r.W.T("agency.unit")}}}}
	for _, unit := range u.Missing {
		page.Missing = append(page.Missing, httpkit.Notice{Kind: "warning", Text: MissingText(r.W, unit)})
	}
	for _, d := range u.Desks {
		page.Table.Rows = append(page.Table.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: d.Name, URL: pathOf("/desks", d.ID)}, {Text: unitName(r.W, d.Unit)}}})
	}
	return page, err
}

func (p pages) unit(r *httpkit.Request) (*UnitPage, error) {
	u, err := p.s.Units(r.Context())
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(u.Desks, func(d DeskUnit) bool { return d.ID == r.Param("desk") })
	if at < 0 {
		return nil, notFound()
	}
	d := &u.Desks[at]
	field := httpkit.Field{Kind: httpkit.Radios, Name: "unit", Label: r.W.T("agency.unit"), Hint: r.W.T("agency.unit_hint"), Required: true, Value: d.Unit}
	for _, unit := range append([]string{""}, u.Offered...) {
		field.Options = append(field.Options, httpkit.Option{Value: unitValue(unit), Label: unitName(r.W, unit)})
	}
	field.Value = unitValue(d.Unit)
	page := &UnitPage{Heading: d.Name}
	page.Back = httpkit.Link{URL: "/desks", Text: r.W.T("agency.units_title")}
	page.Form = httpkit.Form{Action: pathOf("/desks", d.ID), Submit: r.W.T("agency.unit_set"), Version: d.Version, Cancel: httpkit.Link{URL: "/desks", Text: r.W.T("web.cancel")},
		Fields: []httpkit.Field{field}}
	return page, nil
}

// noUnit stands in the form for none, so that an answer is an answer.
const noUnit = "none"

func unitValue(unit string) string {
	if unit == "" {
		return noUnit
	}
	return unit
}

func (p pages) setUnit(r *httpkit.Request) (httpkit.Reply, error) {
	unit := r.Form("unit")
	if unit == noUnit {
		unit = ""
	}
	_, err := p.s.SetUnit(r.Context(), r.Param("desk"), unit, r.Version())
	return httpkit.Posted(r, err, httpkit.SeeWith("/desks", "agency.unit_saved"), p.unit)
}
