package request

import (
	"slices"

	"github.com/gin-gonic/gin"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// AskPage asks for access to closed sections of a file.
type AskPage struct {
	httpkit.Sheet
	Reference string
	Nothing   bool // no closed section could be opened to the reader
}

// Template is the page's file.
func (*AskPage) Template() string { return "request/ask" }

// ShowPage is one request, with what the reader may do about it.
type ShowPage struct {
	httpkit.Sheet
	Notice httpkit.Notice
	Card   httpkit.Summary
	File   httpkit.Link
	Answer bool
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
type RefusalPage struct{ httpkit.Sheet }

// Template is the page's file.
func (*RefusalPage) Template() string { return "request/refusal" }

// ListPage is one of the lists of requests.
type ListPage struct {
	httpkit.List
	Emergencies httpkit.Link
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
		g.GET(base+"/new", k.Do(httpkit.Shows(func(r *httpkit.Request) (*AskPage, error) { return p.blank(r, kind) })))
		g.POST(base, k.Do(func(r *httpkit.Request) (httpkit.Reply, error) { return p.ask(r, kind) }))
	}
	g.GET("/requests", k.Do(p.list))
	g.GET("/requests/:request", k.Do(httpkit.Shows(p.show)))
	g.POST("/requests/:request/acceptance", k.Change(p.grant))
	g.GET("/requests/:request/refusal", k.Do(p.askRefusal))
	g.POST("/requests/:request/refusal", k.Change(p.refuse))
	g.POST("/requests/:request/signature", k.Change(p.sign))
	g.POST("/requests/:request/objection", k.Change(p.keep))
	g.POST("/requests/:request/withdrawal", k.Change(p.withdraw))
	g.POST("/requests/:request/end", k.Change(p.end))
}

func (p pages) blank(r *httpkit.Request, kind gate.Kind) (*AskPage, error) {
	form, err := p.s.Form(r.Context(), kind, r.Param(string(kind)))
	if err != nil {
		return nil, err
	}
	return askPage(r, kind, form, r.Query("section")), nil
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
	return &AskPage{Reference: f.File.Reference, Nothing: len(f.Sections) == 0, Sheet: httpkit.Sheet{Back: httpkit.Link{URL: home, Text: r.W.T("request.back_to_file")},
		Form: httpkit.Form{Action: home + "/requests", Submit: r.W.T("request.ask"), Cancel: httpkit.Link{URL: home, Text: r.W.T("web.cancel")},
			Fields: Fields(r, sections, r.W.T("request.sections_hint"), f.Now)}}}
}

// Fields are the questions of a form that asks for access to some of the sections; Posted reads their answers.
func Fields(r *httpkit.Request, sections []httpkit.Option, hint string, now moment.Time) []httpkit.Field {
	caller, _ := gate.CallerOf(r.Context())
	fields := []httpkit.Field{{Kind: httpkit.Checkboxes, Name: "sections", Label: r.W.T("request.sections"), Hint: hint, Required: true, Options: sections},
		{Kind: httpkit.Select, Name: "reason", Label: r.W.T("request.reason"), Required: true, Options: httpkit.Options(r.W, "request.reason.", Reasons)},
		{Kind: httpkit.TextArea, Name: "note", Label: r.W.T("request.note"), Hint: r.W.T("request.note_hint"), Required: true, Rows: 5, MaxLength: sharing.LongestNote},
		{Kind: httpkit.Radios, Name: "for", Label: r.W.T("request.for"), Required: true, Value: ForDesk, Options: httpkit.Options(r.W, "request.for.", []string{ForDesk, ForMe})}}
	terms := slices.DeleteFunc(sharing.TermFields(r.W, sharing.DefaultUntil(now)), func(f httpkit.Field) bool {
		return slices.Contains([]string{"basis_on", "basis_by", "basis_article"}, f.Name) // it is for who answers to cite the document
	})
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
	id, err := p.s.Ask(r.Context(), kind, r.Param(string(kind)), Posted(r), r.Form("once"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/requests/"+id, "request.asked"), func(r *httpkit.Request) (*AskPage, error) { return p.blank(r, kind) })
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
	return httpkit.Show(ListPage{Emergencies: httpkit.Link{URL: "/emergencies", Text: r.W.T("request.to_emergencies")}, List: httpkit.List{
		Boxes: httpkit.BoxesOf(r.W, "request", "/requests", Boxes(), box), Table: table(r.W, list.Requests, box, list.Now),
		Pages: r.Pages("/requests?box="+string(box), list.Next.String())}}), nil
}
