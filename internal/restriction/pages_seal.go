package restriction

import (
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// SealPage seals a file.
type SealPage struct {
	Back      httpkit.Link
	Reference string
	OnCase    bool
	Form      httpkit.Form
}

// Template is the page's file.
func (*SealPage) Template() string { return "restriction/seal" }

// SealsPage opens a sealed file, and lists those that the reader's agency has sealed.
type SealsPage struct {
	Keeps  bool
	Lines  []SealLine
	Lifted []SealLine
	Pages  httpkit.Pagination
	Form   httpkit.Form
}

// SealLine is one sealed file.
type SealLine struct {
	Reference string
	Card      httpkit.Summary
	End       httpkit.Link
}

// Template is the page's file.
func (*SealsPage) Template() string { return "restriction/seals" }

// UnsealPage lifts a seal.
type UnsealPage struct {
	httpkit.Sheet
	Reference string
}

// Template is the page's file.
func (*UnsealPage) Template() string { return "restriction/unseal" }

// handler is a page's.
type handler = func(r *httpkit.Request) (httpkit.Reply, error)

func (p pages) sealForm(kind gate.Kind) handler {
	return func(r *httpkit.Request) (httpkit.Reply, error) {
		page, err := p.sealPage(r, kind)
		if err != nil {
			return httpkit.Reply{}, err
		}
		return httpkit.Show(page), nil
	}
}

func (p pages) sealPage(r *httpkit.Request, kind gate.Kind) (*SealPage, error) {
	file, err := p.s.SealForm(r.Context(), kind, r.Param(string(kind)))
	if err != nil {
		return nil, err
	}
	url := "/" + string(kind) + "s/" + file.ID
	back := httpkit.Link{URL: url, Text: r.W.T("restriction.back")}
	return &SealPage{Back: back, Reference: file.Reference, OnCase: kind == gate.Case, Form: httpkit.Form{Action: url + "/seal",
		Submit: r.W.T("restriction.seal"), Danger: true, Cancel: httpkit.Link{URL: url, Text: r.W.T("web.cancel")},
		Fields: []httpkit.Field{orderField(r.W), onceField()}}}, nil
}

func orderField(w *locale.Words) httpkit.Field {
	return httpkit.Field{Kind: httpkit.Text, Name: "order", Label: w.T("restriction.order"), Hint: w.T("restriction.order_hint"), Required: true,
		Width: 20, MaxLength: 60, Autocomplete: "off"}
}

func (p pages) seal(kind gate.Kind) handler {
	return func(r *httpkit.Request) (httpkit.Reply, error) {
		_, err := p.s.Seal(r.Context(), kind, r.Param(string(kind)), r.Form("order"), r.Form("once"))
		if httpkit.ComesBack(err) {
			page, broken := p.sealPage(r, kind)
			if broken != nil {
				return httpkit.Reply{}, httpkit.Gone(err, broken)
			}
			return r.Again(page, &page.Form, err)
		}
		if err != nil {
			return httpkit.Reply{}, err
		}
		return httpkit.SeeWith("/sealed", "restriction.sealed"), nil
	}
}

func (p pages) seals(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.sealsPage(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

func (p pages) sealsPage(r *httpkit.Request) (*SealsPage, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return nil, err
	}
	list, err := p.s.Seals(r.Context(), after)
	if err != nil {
		return nil, err
	}
	page := &SealsPage{Keeps: list.Keeps, Pages: pagesOf(r, "/sealed", list.Next), Form: httpkit.Form{Action: "/sealed/openings",
		Submit: r.W.T("restriction.open"), Legend: r.W.T("restriction.open_title"), Fields: []httpkit.Field{
			{Kind: httpkit.Text, Name: "reference", Label: r.W.T("restriction.file"), Hint: r.W.T("restriction.file_hint"), Required: true, Width: 20, MaxLength: 20},
			orderField(r.W)}}}
	for i := range list.Items {
		s := &list.Items[i]
		page.Lines = append(page.Lines, SealLine{Reference: s.Reference, Card: httpkit.Summary{Rows: []httpkit.SummaryRow{
			{Label: r.W.T("restriction.file_kind"), Value: r.W.T("restriction.kind." + string(s.Kind))},
			{Label: r.W.T("restriction.sealed_at"), Value: r.W.DateTime(s.SealedAt)},
			{Label: r.W.T("restriction.sealed_by"), Value: s.Name, Name: true}}},
			End: httpkit.Link{URL: "/sealed/" + s.ID + "/end", Text: r.W.T("restriction.unseal_of", "Reference", s.Reference), Short: r.W.T("restriction.unseal")}})
	}
	for i := range list.Lifted {
		s := &list.Lifted[i]
		card := httpkit.Summary{Rows: []httpkit.SummaryRow{{Label: r.W.T("restriction.file_kind"), Value: r.W.T("restriction.kind." + string(s.Kind))},
			{Label: r.W.T("restriction.sealed_at"), Value: r.W.DateTime(s.SealedAt)}, {Label: r.W.T("restriction.unsealed_at"), Value: r.W.DateTime(s.EndedAt)},
			{Label: r.W.T("restriction.unsealed_by"), Value: s.Name, Name: true}}}
		if s.LiftedBy != "" {
			card.Rows = append(card.Rows, httpkit.SummaryRow{Label: r.W.T("restriction.lifting"), Value: s.LiftedBy})
		}
		page.Lifted = append(page.Lifted, SealLine{Reference: s.Reference, Card: card})
	}
	return page, nil
}

func (p pages) open(r *httpkit.Request) (httpkit.Reply, error) {
	opened, err := p.s.Open(r.Context(), r.Form("reference"), r.Form("order"))
	if httpkit.ComesBack(err) {
		page, broken := p.sealsPage(r)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/"+string(opened.Kind)+"s/"+opened.FileID, "restriction.opened"), nil
}

func (p pages) unsealForm(r *httpkit.Request) (*UnsealPage, error) {
	found, err := p.s.UnsealForm(r.Context(), r.Param("seal"))
	if err != nil {
		return nil, err
	}
	page := &UnsealPage{Reference: found.Reference}
	page.Back = httpkit.Link{URL: "/sealed", Text: r.W.T("restriction.seals_title")}
	field := orderField(r.W)
	field.Label, field.Hint = r.W.T("restriction.lifting"), r.W.T("restriction.lifting_hint")
	page.Form = httpkit.Form{Action: r.Path(), Submit: r.W.T("restriction.unseal"), Version: found.Version, Danger: true,
		Cancel: httpkit.Link{URL: "/sealed", Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{field}}
	return page, nil
}

func (p pages) unseal(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Unseal(r.Context(), r.Param("seal"), r.Version(), r.Form("order"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/sealed", "restriction.unsealed"), p.unsealForm)
}
