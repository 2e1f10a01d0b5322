package victim

import (
	"relais/internal/casefile"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// FamilyPage lists who belongs to a person, and links another file.
type FamilyPage struct {
	Back      httpkit.Link
	Reference string
	Table     httpkit.Table
	Writes    bool
	Form      httpkit.Form
}

// Template is the page's file.
func (*FamilyPage) Template() string { return "victim/family" }

// LinkPage ends a link.
type LinkPage struct {
	Back httpkit.Link
	Card httpkit.Summary
	Form httpkit.Form
}

// Template is the page's file.
func (*LinkPage) Template() string { return "victim/link" }

var _ = httpkit.Register(&FamilyPage{}, &LinkPage{})

func familyURL(victimID string) string { return "/victims/" + victimID + "/family" }

// FamilyBlock is the part of a victim file's page that says who belongs to the person.
func FamilyBlock(tx *gate.Tx, w *locale.Words) (b casefile.Block, err error) {
	f, err := family(tx)
	if err != nil || len(f.Links) == 0 && !f.CanWrite {
		return b, err
	}
	b = casefile.Block{ID: "family", Heading: w.T("victim.family"), Links: []httpkit.Link{{URL: familyURL(f.File.ID), Text: w.T("victim.family_open")}}}
	for i := range f.Links {
		if l := &f.Links[i]; l.EndedAt == 0 {
			b.Table.Rows = append(b.Table.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.T("victim.relation." + l.From(f.File.ID))},
				{Text: l.Other.Reference, URL: "/victims/" + l.Other.ID, Mono: true}}})
		}
	}
	if len(b.Table.Rows) > 0 {
		b.Table.Caption, b.Table.HideCaption = b.Heading, true
		b.Table.Columns = []httpkit.Column{{Label: w.T("victim.relation_column")}, {Label: w.T("victim.reference")}}
	} else {
		b.Text = []string{w.T("victim.no_family")}
	}
	return b, nil
}

func (p pages) family(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.familyPage(r)
	return httpkit.Show(page), err
}

func (p pages) familyPage(r *httpkit.Request) (*FamilyPage, error) {
	f, err := p.s.Family(r.Context(), r.Param("victim"))
	if err != nil {
		return nil, err
	}
	page := &FamilyPage{Back: httpkit.Link{URL: "/victims/" + f.File.ID, Text: r.W.T("victim.back_to_file")}, Reference: f.File.Reference,
		Table: familyTable(r.W, &f), Writes: f.CanWrite}
	if f.CanWrite {
		page.Form = httpkit.Form{Action: familyURL(f.File.ID), Submit: r.W.T("victim.link"), Legend: r.W.T("victim.link_legend"), Fields: []httpkit.Field{
			{Kind: httpkit.Radios, Name: "relation", Label: r.W.T("victim.relation_label"), Required: true, Options: codes(r.W, "victim.this_is.", Relations)},
			{Kind: httpkit.Text, Name: "reference", Label: r.W.T("victim.other_reference"), Hint: r.W.T("victim.other_hint"), Required: true, Width: 10,
				MaxLength: 20, Autocomplete: "off"},
			{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}
	}
	return page, nil
}

func codes(w *locale.Words, prefix string, words []string) (options []httpkit.Option) {
	for _, word := range words {
		options = append(options, httpkit.Option{Value: word, Label: w.T(prefix + word)})
	}
	return options
}

func familyTable(w *locale.Words, f *Family) httpkit.Table {
	t := httpkit.Table{Caption: w.T("victim.family"), HideCaption: true, Empty: w.T("victim.no_family"), Columns: []httpkit.Column{{Label: w.T("victim.relation_column")},
		{Label: w.T("victim.reference")}, {Label: w.T("victim.linked_on")}, {Label: w.T("victim.link_state")}}}
	for i := range f.Links {
		l := &f.Links[i]
		state := httpkit.Cell{}
		switch {
		case l.EndedAt != 0:
			state = httpkit.Cell{Text: w.T("victim.link_ending." + l.EndReason), Sub: w.Date(l.EndedAt)}
		case l.CanEnd:
			state = httpkit.Cell{Text: w.T("victim.end_link"), URL: familyURL(f.File.ID) + "/" + l.ID + "/end"}
		}
		t.Rows = append(t.Rows, httpkit.Row{Quiet: l.EndedAt != 0, Cells: []httpkit.Cell{{Text: w.T("victim.relation." + l.From(f.File.ID))},
			{Text: l.Other.Reference, URL: "/victims/" + l.Other.ID, Mono: true}, {Text: w.Date(l.MadeAt), Sub: l.Agency}, state}})
	}
	return t
}

func (p pages) link(r *httpkit.Request) (httpkit.Reply, error) {
	victimID := r.Param("victim")
	_, err := p.s.Link(r.Context(), victimID, NewLink{Reference: r.Form("reference"), Relation: r.Form("relation")}, r.Form("once"))
	if httpkit.ComesBack(err) {
		page, broken := p.familyPage(r)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(familyURL(victimID), "victim.linked"), nil
}

func (p pages) endLinkForm(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.linkPage(r)
	return httpkit.Show(page), err
}

func (p pages) linkPage(r *httpkit.Request) (*LinkPage, error) {
	f, err := p.s.Family(r.Context(), r.Param("victim"))
	if err != nil {
		return nil, err
	}
	for i := range f.Links {
		l := &f.Links[i]
		if l.ID != r.Param("link") || !l.CanEnd {
			continue
		}
		back := httpkit.Link{URL: familyURL(f.File.ID), Text: r.W.T("victim.back_to_family")}
		return &LinkPage{Back: back, Card: httpkit.Summary{Rows: []httpkit.SummaryRow{
			{Label: r.W.T("victim.relation." + l.From(f.File.ID)), Value: l.Other.Reference}}},
			Form: httpkit.Form{Action: familyURL(f.File.ID) + "/" + l.ID + "/end", Submit: r.W.T("victim.end_link"), Version: l.Version, Danger: true,
				Cancel: httpkit.Link{URL: back.URL, Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{
					{Kind: httpkit.Radios, Name: "reason", Label: r.W.T("victim.end_link_why"), Required: true, Options: codes(r.W, "victim.link_ending.", LinkEndings)}}}}, nil
	}
	return nil, fault.New(fault.NotFound, "gate.not_found")
}

func (p pages) endLink(r *httpkit.Request) (httpkit.Reply, error) {
	if r.Version() == 0 {
		return httpkit.Reply{}, fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	err := p.s.EndLink(r.Context(), r.Param("victim"), r.Param("link"), r.Version(), r.Form("reason"))
	if httpkit.ComesBack(err) {
		page, broken := p.linkPage(r)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(familyURL(r.Param("victim")), "victim.link_ended_now"), nil
}
