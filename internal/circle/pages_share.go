package circle

import (
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// SharePage shares a victim file with a circle.
type SharePage struct {
	Back      httpkit.Link
	Reference string
	Nothing   bool // no circle to share with
	Form      httpkit.Form
}

// Template is the page's file.
func (*SharePage) Template() string { return "circle/share" }

var _ = httpkit.Register(&SharePage{})

func (p pages) blankShare(r *httpkit.Request) (httpkit.Reply, error) {
	form, err := p.s.ShareForm(r.Context(), r.Param("victim"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(sharePage(r, form)), nil
}

func sharePage(r *httpkit.Request, f ShareForm) *SharePage {
	home := "/victims/" + f.File.ID
	circles := make([]httpkit.Option, 0, len(f.Circles))
	for i := range f.Circles {
		circles = append(circles, httpkit.Option{Value: f.Circles[i].ID, Label: f.Circles[i].Name + " (" + f.Circles[i].Agency + ")"})
	}
	sections := make([]httpkit.Option, 0, len(f.Sections))
	for _, c := range f.Sections {
		option := httpkit.Option{Value: c.Section.String(), Label: r.W.T(c.Section.Key()), Disabled: !c.Allowed}
		if !c.Allowed {
			option.Hint = r.W.T(c.Reason.Key())
		}
		sections = append(sections, option)
	}
	fields := []httpkit.Field{
		{Kind: httpkit.Select, Name: "circle", Label: r.W.T("circle.one"), Required: true, Options: circles},
		{Kind: httpkit.Checkboxes, Name: "sections", Label: r.W.T("sharing.sections"), Hint: r.W.T("circle.sections_hint"), Required: true, Options: sections},
		purposeField(r.W),
		{Kind: httpkit.Select, Name: "basis", Label: r.W.T("sharing.basis"), Required: true},
		{Kind: httpkit.Text, Name: "basis_ref", Label: r.W.T("sharing.basis_ref"), Hint: r.W.T("sharing.basis_ref_hint"), MaxLength: 60, Width: 20},
		{Kind: httpkit.Day, Name: "until", Label: r.W.T("sharing.until_label"), Hint: r.W.T("circle.until_hint"), Required: true,
			Value: string(moment.DayOf(f.Now.Add(gate.DefaultGrant)))},
		{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()},
	}
	for _, code := range gate.Bases {
		fields[3].Options = append(fields[3].Options, httpkit.Option{Value: code, Label: r.W.T("gate.basis." + code)})
	}
	f.Partners.Limit(r.W, fields, authz.Receivers())
	fields = sharing.WithGrounds(r.W, f.Grounds, fields)
	return &SharePage{Back: httpkit.Link{URL: home, Text: r.W.T("circle.back_to_file")}, Reference: f.File.Reference, Nothing: len(circles) == 0,
		Form: httpkit.Form{Action: home + "/circles", Submit: r.W.T("circle.share"), Fields: fields,
			Cancel: httpkit.Link{URL: home, Text: r.W.T("web.cancel")}}}
}

func (p pages) share(r *httpkit.Request) (httpkit.Reply, error) {
	n := NewShare{CircleID: r.Form("circle"), Sections: r.FormValues("sections"), Terms: sharing.Terms{Purpose: r.Form("purpose"),
		Basis: r.Form("basis"), BasisRef: r.Form("basis_ref"), ConsentID: r.Form("consent"), LegalBasis: r.Form("legal_basis"), Until: moment.Date(r.Form("until"))}}
	_, err := p.s.Share(r.Context(), r.Param("victim"), n, r.Form("once"))
	if fault.KindOf(err) == fault.Invalid {
		form, broken := p.s.ShareForm(r.Context(), r.Param("victim"))
		if broken != nil {
			return httpkit.Reply{}, broken
		}
		page := sharePage(r, form)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/circles/"+n.CircleID, "circle.shared"), nil
}

func (p pages) endShare(r *httpkit.Request) (httpkit.Reply, error) {
	err := wantVersion(r)
	if err == nil {
		err = p.s.EndShare(r.Context(), r.Param("circle"), r.Param("share"), r.Version())
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(circleURL(r), "circle.share_ended"), nil
}
