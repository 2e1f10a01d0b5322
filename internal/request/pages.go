package request

import (
	"github.com/gin-gonic/gin"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// AskPage asks for access to closed sections of a file.
type AskPage struct {
	Back      httpkit.Link
	Reference string
	Nothing   bool // no closed section could be opened to the reader
	Form      httpkit.Form
}

// Template is the page's file.
func (*AskPage) Template() string { return "request/ask" }

// ShowPage is one request, with what the reader may do about it.
type ShowPage struct {
	Back   httpkit.Link
	Notice httpkit.Notice
	Card   httpkit.Summary
	File   httpkit.Link
	Answer bool
	Form   httpkit.Form
	Refuse httpkit.Link

	Signatures httpkit.Table
	Sign       bool
	Yes        httpkit.PostButton
	No         httpkit.Form

	Withdraw httpkit.PostButton
	End      httpkit.PostButton
}

// Template is the page's file.
func (*ShowPage) Template() string { return "request/show" }

// RefusalPage asks why access is not given.
type RefusalPage struct {
	Back httpkit.Link
	Form httpkit.Form
}

// Template is the page's file.
func (*RefusalPage) Template() string { return "request/refusal" }

// ListPage is one of the lists of requests.
type ListPage struct {
	Boxes       []BoxLink
	Emergencies httpkit.Link
	Table       httpkit.Table
	Pages       httpkit.Pagination
}

// BoxLink leads to one of the lists.
type BoxLink struct {
	httpkit.Link
	Current bool
}

// Template is the page's file.
func (ListPage) Template() string { return "request/list" }

var _ = httpkit.Register(&AskPage{}, &ShowPage{}, &RefusalPage{}, ListPage{})

type pages struct{ s *Service }

// Pages registers the pages of requests for access.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	for _, kind := range []gate.Kind{gate.Case, gate.Victim} {
		base := "/" + string(kind) + "s/:" + string(kind) + "/requests"
		g.GET(base+"/new", k.Do(func(r *httpkit.Request) (httpkit.Reply, error) { return p.blank(r, kind) }))
		g.POST(base, k.Do(func(r *httpkit.Request) (httpkit.Reply, error) { return p.ask(r, kind) }))
	}
	g.GET("/requests", k.Do(p.list))
	g.GET("/requests/:request", k.Do(p.show))
	g.POST("/requests/:request/acceptance", k.Do(p.grant))
	g.GET("/requests/:request/refusal", k.Do(p.askRefusal))
	g.POST("/requests/:request/refusal", k.Do(p.refuse))
	g.POST("/requests/:request/signature", k.Do(p.sign))
	g.POST("/requests/:request/objection", k.Do(p.keep))
	g.POST("/requests/:request/withdrawal", k.Do(p.withdraw))
	g.POST("/requests/:request/end", k.Do(p.end))
}

func (p pages) blank(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error) {
	form, err := p.s.Form(r.Context(), kind, r.Param(string(kind)))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(askPage(r, kind, form, r.Query("section"))), nil
}

func askPage(r *httpkit.Request, kind gate.Kind, f Form, section string) *AskPage {
	home := "/" + string(kind) + "s/" + f.File.ID
	var sections []httpkit.Option
	for _, c := range f.Sections {
		option := httpkit.Option{Value: c.Section.String(), Label: r.W.T(c.Section.Key()), Selected: c.Section.String() == section}
		if c.Reason != "" {
			option.Hint = r.W.T(c.Reason.Key())
		}
		sections = append(sections, option)
	}
	return &AskPage{Back: httpkit.Link{URL: home, Text: r.W.T("request.back_to_file")}, Reference: f.File.Reference, Nothing: len(f.Sections) == 0,
		Form: httpkit.Form{Action: home + "/requests", Submit: r.W.T("request.ask"), Cancel: httpkit.Link{URL: home, Text: r.W.T("web.cancel")},
			Fields: Fields(r, sections, r.W.T("request.sections_hint"), f.Now)}}
}

// Fields are the questions of a form that asks for access to some of the sections; Posted reads their answers.
func Fields(r *httpkit.Request, sections []httpkit.Option, hint string, now moment.Time) []httpkit.Field {
	caller, _ := gate.CallerOf(r.Context())
	fields := []httpkit.Field{{Kind: httpkit.Checkboxes, Name: "sections", Label: r.W.T("request.sections"), Hint: hint, Required: true, Options: sections},
		{Kind: httpkit.Select, Name: "reason", Label: r.W.T("request.reason"), Required: true, Options: sharing.Codes(r.W, "request.reason.", Reasons)},
		{Kind: httpkit.TextArea, Name: "note", Label: r.W.T("request.note"), Hint: r.W.T("request.note_hint"), Required: true, Rows: 5, MaxLength: sharing.LongestNote},
		{Kind: httpkit.Radios, Name: "for", Label: r.W.T("request.for"), Required: true, Value: ForDesk, Options: sharing.Codes(r.W, "request.for.", []string{ForDesk, ForMe})}}
	terms := sharing.TermFields(r.W, sharing.DefaultUntil(now))
	for i := range terms {
		switch terms[i].Name {
		case "purpose":
			terms[i].Value = gate.UsualPurpose(caller.Actor.Kind)
		case "basis":
			terms[i].Value = gate.UsualBasis(caller.Actor.Kind)
		}
	}
	return append(append(fields, terms...), httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})
}

// Posted is what was asked for with the form.
func Posted(r *httpkit.Request) New {
	return New{Sections: r.FormValues("sections"), For: r.Form("for"), Reason: r.Form("reason"), Note: r.Form("note"), Terms: sharing.PostedTerms(r)}
}

func (p pages) ask(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error) {
	fileID := r.Param(string(kind))
	id, err := p.s.Ask(r.Context(), kind, fileID, Posted(r), r.Form("once"))
	if fault.KindOf(err) == fault.Invalid {
		form, broken := p.s.Form(r.Context(), kind, fileID)
		if broken != nil {
			return httpkit.Reply{}, broken
		}
		page := askPage(r, kind, form, "")
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/requests/"+id, "request.asked"), nil
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	box := parseBox(r.Query("box"))
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, err := p.s.List(r.Context(), box, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	url := "/requests?box=" + string(box)
	page := ListPage{Emergencies: httpkit.Link{URL: "/emergencies", Text: r.W.T("request.to_emergencies")}, Table: table(r.W, list.Requests, box, list.Now)}
	for _, b := range Boxes() {
		page.Boxes = append(page.Boxes, BoxLink{Link: httpkit.Link{URL: "/requests?box=" + string(b), Text: r.W.T("request.box." + string(b))}, Current: b == box})
	}
	if r.Query("after") != "" {
		page.Pages.Newer = url
	}
	if list.Next.ID != "" {
		page.Pages.Older = url + "&after=" + list.Next.String()
	}
	return httpkit.Show(page), nil
}

// wantVersion refuses a form that does not say which version it was made from.
func wantVersion(r *httpkit.Request) error {
	if r.Version() == 0 {
		return fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	return nil
}
