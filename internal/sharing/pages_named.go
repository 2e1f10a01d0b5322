package sharing

import (
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// NamedPage lists the own agency's workers who see the shelter's location on a file, and names more.
type NamedPage struct {
	Back      httpkit.Link
	Reference string
	Named     []NamedLine
	CanName   bool
	Form      httpkit.Form
}

// NamedLine is one named worker; End is empty where the reader may not end it.
type NamedLine struct {
	Name  string
	Since string
	Until string
	Waits bool // for a second signature
	End   httpkit.PostButton
}

// Template is the page's file.
func (*NamedPage) Template() string { return "sharing/named" }

var _ = httpkit.Register(&NamedPage{})

func namedURL(r *httpkit.Request) string { return "/victims/" + r.Param("victim") + "/named-workers" }

func (p pages) named(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.NamedWorkers(r.Context(), r.Param("victim"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(namedPage(r, view)), nil
}

func namedPage(r *httpkit.Request, v NamedView) *NamedPage {
	page := &NamedPage{Back: back(r, "/victims/"+v.File.ID), Reference: v.File.Reference, CanName: v.CanName}
	for _, n := range v.Named {
		line := NamedLine{Name: n.Name, Since: r.W.Date(n.Since), Until: r.W.Date(n.Until), Waits: n.Waits()}
		if v.CanName {
			line.End = httpkit.PostButton{Action: namedURL(r) + "/" + n.GrantID + "/end", Text: r.W.T("sharing.named_end"), Version: n.Version, Quiet: true}
		}
		page.Named = append(page.Named, line)
	}
	if v.File.Closed() { // who is named can be taken away; nobody new is
		return page
	}
	workers := make([]httpkit.Option, 0, len(v.Colleagues))
	for _, c := range v.Colleagues {
		workers = append(workers, httpkit.Option{Value: c.ID, Label: c.Name})
	}
	page.Form = httpkit.Form{Action: namedURL(r), Submit: r.W.T("sharing.named_add"), Legend: r.W.T("sharing.named_more"), Fields: []httpkit.Field{
		{Kind: httpkit.Select, Name: "worker", Label: r.W.T("sharing.worker"), Required: true, Options: workers},
		{Kind: httpkit.Day, Name: "until", Label: r.W.T("sharing.until_label"), Hint: r.W.T("sharing.named_until_hint"), Value: string(moment.DayOf(v.Longest)), Required: true},
		onceField()}}
	return page
}

func (p pages) name(r *httpkit.Request) (httpkit.Reply, error) {
	_, err := p.s.NameWorker(r.Context(), r.Param("victim"), r.Form("worker"), moment.Date(r.Form("until")), r.Form("once"))
	if httpkit.ComesBack(err) {
		view, broken := p.s.NamedWorkers(r.Context(), r.Param("victim"))
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		page := namedPage(r, view)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(namedURL(r), "sharing.named_added"), nil
}

func (p pages) endNamed(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	if err := p.s.EndNamed(r.Context(), r.Param("victim"), r.Param("named"), r.Version()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(namedURL(r), "sharing.named_ended"), nil
}
