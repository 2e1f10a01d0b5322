package victim

import (
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/section"
)

// ListPage is the list of victim files.
type ListPage struct {
	Table httpkit.Table
	Pages httpkit.Pagination
}

// Template is the page's file.
func (ListPage) Template() string { return "victim/list" }

// ShowPage is one victim file.
type ShowPage struct {
	Back      httpkit.Link
	Reference string
	Name      string
	Status    httpkit.Tag
	Facts     httpkit.Summary
	Refer     httpkit.Link
	Blocks    []casefile.Block
	Access    casefile.Panel
	Sheet     entry.Sheet
}

// Template is the page's file.
func (ShowPage) Template() string { return "victim/show" }

// NewPage opens a victim file.
type NewPage struct {
	Back httpkit.Link
	Form httpkit.Form
}

// Template is the page's file.
func (*NewPage) Template() string { return "victim/new" }

// SearchPage asks and answers.
type SearchPage struct {
	Form  httpkit.Form
	Asked bool
	More  bool
	Found httpkit.Table
}

// Template is the page's file.
func (*SearchPage) Template() string { return "victim/search" }

var _ = httpkit.Register(ListPage{}, ShowPage{}, &NewPage{}, &SearchPage{})

// BlockOf reads one part of a victim file's page inside the audited look at the file.
type BlockOf = casefile.BlockOf

type pages struct {
	s      *Service
	access casefile.TeamPanel
	refers CanRefer
	blocks []BlockOf
}

// CanRefer says whether the form for an offer would have a section to choose.
type CanRefer func(tx *gate.Tx) (bool, error)

// Pages registers the pages of victim files and of the search; access and refers come from the sharing slice, the blocks from the
// slices above, in the order in which they stand on the page.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service, access casefile.TeamPanel, refers CanRefer, blocks ...BlockOf) {
	p := pages{s, access, refers, blocks}
	g.GET("/victims", k.Do(p.list))
	g.GET("/victims/:victim", k.Do(p.show))
	g.GET("/cases/:case/victims/new", k.Do(p.blank))
	g.POST("/cases/:case/victims", k.Do(p.open))
	g.GET("/victims/:victim/family", k.Do(p.family))
	g.POST("/victims/:victim/family", k.Do(p.link))
	g.GET("/victims/:victim/family/:link/end", k.Do(p.endLinkForm))
	g.POST("/victims/:victim/family/:link/end", k.Do(p.endLink))
	g.GET("/search", k.Do(p.ask))
	g.POST("/search", k.Do(p.search))
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	lines, next, err := p.s.List(r.Context(), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := ListPage{Pages: r.Pages("/victims", next.String()), Table: httpkit.Table{
		Caption: r.W.T("victim.list_heading"), HideCaption: true, Empty: r.W.T("victim.list_empty"), Columns: []httpkit.Column{
			{Label: r.W.T("casefile.reference")}, {Label: r.W.T("casefile.status")}, {Label: r.W.T("casefile.country")},
			{Label: r.W.T("victim.opened_by")}, {Label: r.W.T("casefile.changed")}}}}
	for _, l := range lines {
		page.Table.Rows = append(page.Table.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: l.Reference, URL: "/victims/" + l.FileID, Mono: true},
			{Text: r.W.T("victim.status." + l.Status), Tag: "blue"}, {Text: entry.CodeName(r.W, "countries", l.Country)},
			{Text: l.Agency}, {Text: r.W.DateTime(l.ChangedAt)}}})
	}
	return httpkit.Show(page), nil
}

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	var access casefile.Panel
	var blocks []casefile.Block
	var refer httpkit.Link
	view, err := p.s.Show(r.Context(), r.Param("victim"), func(tx *gate.Tx) (err error) {
		if refer, err = p.referLink(tx, r.W); err != nil {
			return err
		}
		if blocks, err = casefile.Blocks(tx, r.W, p.blocks); err != nil {
			return err
		}
		access, err = p.access(tx, r.W)
		return err
	})
	if err != nil {
		return httpkit.Reply{}, err
	}
	base := "/victims/" + view.File.ID
	page := ShowPage{Back: httpkit.Link{URL: "/victims", Text: r.W.T("victim.back_to_list")}, Reference: view.File.Reference,
		Name: nameIn(view.Sections), Status: httpkit.Tag{Text: r.W.T("victim.status." + view.Status), Colour: "blue"},
		Facts: facts(r.W, view), Blocks: blocks, Access: access, Refer: refer}
	page.Sheet = entry.SheetOf(r.W, view.Sections, base)
	page.Sheet.Number = view.EntryID
	return httpkit.Show(page), nil
}

// referLink leads to the form for an offer, if it has something to choose.
func (p pages) referLink(tx *gate.Tx, w *locale.Words) (link httpkit.Link, err error) {
	if tx.File().Closed() {
		return link, nil
	}
	could, err := p.refers(tx)
	if could {
		link = httpkit.Link{URL: "/victims/" + tx.File().ID + "/referrals/new", Text: w.T("victim.refer")}
	}
	return link, err
}

// nameIn is the name that the caller may read; without one the page goes by the reference.
func nameIn(sections []entry.SectionView) string {
	for _, s := range sections {
		if s.Section != authz.Identity {
			continue
		}
		for _, e := range s.Entries {
			if name := DisplayName(e.Values); name != "" {
				return name
			}
		}
	}
	return ""
}

func facts(w *locale.Words, v View) httpkit.Summary {
	rows := []httpkit.SummaryRow{{Label: w.T("casefile.detected_on"), Value: w.Day(v.DetectedOn)}}
	if v.CaseReference != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("victim.case"), Value: v.CaseReference,
			Change: httpkit.Link{URL: "/cases/" + v.File.CaseID, Text: w.T("victim.to_case")}})
	}
	return httpkit.Summary{Rows: rows}
}

// beginWith are the sections that the form for a new victim file asks for at once.
var beginWith = []authz.Section{authz.Identity}

func (p pages) blank(r *httpkit.Request) (httpkit.Reply, error) {
	if err := p.s.MayOpen(r.Context(), r.Param("case")); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(newPage(r)), nil
}

func newPage(r *httpkit.Request) *NewPage {
	back := "/cases/" + r.Param("case")
	page := &NewPage{Back: httpkit.Link{URL: back, Text: r.W.T("entry.back")}, Form: httpkit.Form{Action: back + "/victims",
		Submit: r.W.T("victim.open"), Cancel: httpkit.Link{URL: back, Text: r.W.T("entry.cancel")}}}
	page.Form.Fields = []httpkit.Field{{Kind: httpkit.Day, Name: "detected_on", Label: r.W.T("casefile.detected_on"), Required: true, MarkRequired: true}}
	for _, id := range beginWith {
		page.Form.Fields = append(page.Form.Fields, entry.Fields(r.W, id, section.Values{}, id.String()+".")...)
	}
	page.Form.Fields = append(page.Form.Fields, entry.Grounds(r.W, entry.UsualDraft(r, section.Fact))...)
	page.Form.Fields = append(page.Form.Fields, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})
	return page
}

func (p pages) open(r *httpkit.Request) (httpkit.Reply, error) {
	n := New{DetectedOn: moment.Date(r.Form("detected_on"))}
	for _, id := range beginWith {
		if values := entry.Posted(r, id, id.String()+"."); len(values) > 0 {
			n.Entries = append(n.Entries, Beginning{Section: id, Draft: entry.Draft{Values: values, Purpose: r.Form("purpose"),
				Basis: r.Form("basis"), Nature: r.Form("nature")}})
		}
	}
	id, err := p.s.Open(r.Context(), r.Param("case"), n, r.Form("once"))
	if err != nil {
		page := newPage(r)
		return r.Again(page, &page.Form, atOneQuestion(err))
	}
	return httpkit.SeeWith("/victims/"+id, "victim.opened"), nil
}

// atOneQuestion takes the section off the grounds' names, which the form asks for once.
func atOneQuestion(err error) error {
	if f, ok := fault.As(err); ok {
		for i := range f.Fields {
			switch _, name, _ := strings.Cut(f.Fields[i].Name, "."); name {
			case "purpose", "basis", "nature":
				f.Fields[i].Name = name
			}
		}
	}
	return err
}

func (p pages) ask(r *httpkit.Request) (httpkit.Reply, error) {
	return httpkit.Show(searchPage(r)), nil
}

func searchPage(r *httpkit.Request) *SearchPage {
	return &SearchPage{Form: httpkit.Form{Action: "/search", Submit: r.W.T("victim.search"), Fields: []httpkit.Field{
		{Kind: httpkit.Text, Name: "words", Label: r.W.T("victim.search_label"), Hint: r.W.T("victim.search_hint"), Value: r.Form("words"),
			Required: true, MaxLength: 100, Width: 30, Autocomplete: "off"}}}}
}

// search answers a posted question: what people search for never stands in an address.
func (p pages) search(r *httpkit.Request) (httpkit.Reply, error) {
	page := searchPage(r)
	found, more, err := p.s.Search(r.Context(), r.Form("words"))
	if fault.KindOf(err) == fault.Invalid {
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	page.Asked, page.More = true, more
	page.Found = httpkit.Table{Caption: r.W.N("victim.found", len(found)), Empty: r.W.T("victim.found_nothing"), Columns: []httpkit.Column{
		{Label: r.W.T("casefile.reference")}, {Label: r.W.T("victim.kind")}, {Label: r.W.T("victim.name")}, {Label: r.W.T("victim.birth_date")}}}
	for _, f := range found {
		page.Found.Rows = append(page.Found.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: f.Reference, URL: "/" + string(f.Kind) + "s/" + f.FileID, Mono: true},
			{Text: r.W.T("victim.kind." + string(f.Kind))}, {Text: f.Name, Name: true}, {Text: r.W.Day(moment.Date(f.BirthDate))}}})
	}
	return httpkit.Show(page), nil
}
