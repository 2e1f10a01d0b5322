package circle

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// SharePage shares a victim file with a circle.
type SharePage struct {
	httpkit.Sheet
	Reference string
	Nothing   bool // no circle to share with
}

// Template is the page's file.
func (*SharePage) Template() string { return "circle/share" }

var _ = httpkit.Register(&SharePage{})

func (p pages) blankShare(r *httpkit.Request) (*SharePage, error) {
	form, err := p.s.ShareForm(r.Context(), r.Param("victim"))
	if err != nil {
		return nil, err
	}
	return sharePage(r, form), nil
}

func sharePage(r *httpkit.Request, f ShareForm) *SharePage {
	home := "/victims/" + f.File.ID
	circles := make([]httpkit.Option, 0, len(f.Circles))
	for i := range f.Circles {
		circles = append(circles, httpkit.Option{Value: f.Circles[i].ID, Label: f.Circles[i].Name + " (" + f.Circles[i].Agency + ")"})
	}
	sections := make([]httpkit.Option, 0, len(f.Sections))
	for _, c := range f.Sections {
		sections = append(sections, sharing.ChoiceOption(r.W, &c))
	}
	fields := []httpkit.Field{
		{Kind: httpkit.Select, Name: "circle", Label: r.W.T("circle.one"), Required: true, Options: circles},
		{Kind: httpkit.Checkboxes, Name: "sections", Label: r.W.T("sharing.sections"), Hint: r.W.T("circle.sections_hint"), Required: true, Options: sections},
		purposeField(r.W),
		{Kind: httpkit.Select, Name: "basis", Label: r.W.T("sharing.basis"), Required: true, Options: httpkit.Options(r.W, "gate.basis.", gate.Bases)},
		{Kind: httpkit.Day, Name: "until", Label: r.W.T("sharing.until_label"), Hint: r.W.T("circle.until_hint"), Required: true,
			Value: string(moment.DayOf(f.Now.Add(gate.DefaultGrant)))},
		{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()},
	}
	fields = slices.Insert(fields, 4, sharing.DocumentFields(r.W)...)
	fields = slices.Insert(fields, 2, sharing.SingleField(r.W, f.Singles)...)
	f.Partners.Limit(r.W, fields, authz.Receivers())
	fields = sharing.WithGrounds(r.W, f.Grounds, fields)
	return &SharePage{Reference: f.File.Reference, Nothing: len(circles) == 0, Sheet: httpkit.Sheet{Back: httpkit.Link{URL: home, Text: r.W.T("circle.back_to_file")},
		Form: httpkit.Form{Action: home + "/circles", Submit: r.W.T("circle.share"), Fields: fields,
			Cancel: httpkit.Link{URL: home, Text: r.W.T("web.cancel")}}}}
}

func (p pages) share(r *httpkit.Request) (httpkit.Reply, error) {
	n := NewShare{CircleID: r.Form("circle"), Sections: r.FormValues("sections"), Entries: r.FormValues("entries"), Terms: sharing.PostedTerms(r)}
	_, err := p.s.Share(r.Context(), r.Param("victim"), n, r.Form("once"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/circles/"+n.CircleID, "circle.shared"), p.blankShare)
}

func (p pages) endShare(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.EndShare(r.Context(), r.Param("circle"), r.Param("share"), r.Version())
	return httpkit.SeeWith(circleURL(r), "circle.share_ended"), err
}
