package casefile

import (
	"github.com/gin-gonic/gin"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// ListPage is the list of case files.
type ListPage struct {
	Table httpkit.Table
	Pages httpkit.Pagination
	New   httpkit.Link
}

// Template is the page's file.
func (ListPage) Template() string { return "casefile/list" }

// ShowPage is one case file.
type ShowPage struct {
	Back      httpkit.Link
	Reference string
	Facts     httpkit.Summary
	Edit      httpkit.Link
	History   httpkit.Link
	Victims   httpkit.Table
	NewVictim httpkit.Link
	Blocks    []Block
	Team      Panel
	Sheet     entry.Sheet
}

// Panel is the part of a file's page that says who has access; the sharing slice fills it.
type Panel struct {
	Level string // how far the file is shared, in one line
	Table httpkit.Table
	Links []httpkit.Link
}

// Template is the page's file.
func (ShowPage) Template() string { return "casefile/show" }

// FormPage opens a case file or changes its facts.
type FormPage struct {
	Back    httpkit.Link
	Heading string
	Form    httpkit.Form
}

// Template is the page's file.
func (*FormPage) Template() string { return "casefile/form" }

// Asks is the form.
func (p *FormPage) Asks() *httpkit.Form { return &p.Form }

var _ = httpkit.Register(ListPage{}, ShowPage{}, &FormPage{}, HistoryPage{})

// TeamPanel reads inside the same look who has access to the file, and what the caller may do about it.
type TeamPanel func(tx *gate.Tx, w *locale.Words) (Panel, error)

type pages struct {
	s       *Service
	entries *entry.Service
	team    TeamPanel
	blocks  []BlockOf
}

// Pages registers the pages of case files; team comes from the sharing slice, the blocks from the slices above.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service, entries *entry.Service, team TeamPanel, blocks ...BlockOf) {
	p := pages{s, entries, team, blocks}
	g.GET("/cases", k.Do(p.list))
	g.GET("/cases/new", k.Do(p.blank))
	g.POST("/cases", k.Do(p.open))
	g.GET("/cases/:case", k.Do(p.show))
	g.GET("/cases/:case/edit", k.Do(httpkit.Shows(p.edit)))
	g.POST("/cases/:case", k.Change(p.change))
	g.GET("/cases/:case/history", k.Do(httpkit.Shows(p.history)))
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	var page ListPage
	lines, next, err := p.s.List(r.Context(), after, func(tx *gate.Tx) error {
		if tx.Could(authz.CaseFile, authz.Open) {
			page.New = httpkit.Link{URL: "/cases/new", Text: r.W.T("casefile.new")}
		}
		return nil
	})
	if err != nil {
		return httpkit.Reply{}, err
	}
	page.Table = httpkit.Table{Caption: r.W.T("casefile.list_heading"), HideCaption: true, Empty: r.W.T("casefile.list_empty"),
		Columns: []httpkit.Column{{Label: r.W.T("casefile.reference")}, {Label: r.W.T("casefile.exploitation")}, {Label: r.W.T("casefile.country")},
			{Label: r.W.T("casefile.lead")}, {Label: r.W.T("casefile.changed")}}}
	for _, l := range lines {
		page.Table.Rows = append(page.Table.Rows, httpkit.Row{Cells: []httpkit.Cell{
			{Text: l.Reference, URL: "/cases/" + l.FileID, Mono: true}, {Text: entry.CodeNames(r.W, exploitationCodes, l.Exploitation), Sub: entry.CodeNames(r.W, sectorCodes, l.Sector)},
			{Text: entry.CodeName(r.W, countryCodes, l.Country)}, {Text: l.Agency}, {Text: r.W.DateTime(l.ChangedAt)}}})
	}
	page.Pages = r.Pages("/cases", next.String())
	return httpkit.Show(page), nil
}

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	var sections []entry.SectionView
	var team Panel
	var blocks []Block
	var newVictim, edit httpkit.Link
	view, err := p.s.Show(r.Context(), r.Param("case"), func(tx *gate.Tx) (err error) {
		takes := !tx.File().Closed()
		if takes && leads(tx) && tx.Could(authz.Team, authz.Manage) {
			edit = httpkit.Link{URL: "/cases/" + tx.File().ID + "/edit", Text: r.W.T("casefile.edit")}
		}
		if takes && tx.Could(authz.VictimFile, authz.Open) {
			newVictim = httpkit.Link{URL: "/cases/" + tx.File().ID + "/victims/new", Text: r.W.T("casefile.new_victim")}
		}
		if sections, err = p.entries.Sections(tx); err != nil {
			return err
		}
		if blocks, err = Blocks(tx, r.W, p.blocks); err != nil {
			return err
		}
		team, err = p.team(tx, r.W)
		return err
	})
	if err != nil {
		return httpkit.Reply{}, err
	}
	base := "/cases/" + view.File.ID
	page := ShowPage{Back: httpkit.Link{URL: "/cases", Text: r.W.T("casefile.back_to_list")}, Reference: view.File.Reference,
		Facts:   httpkit.Summary{Rows: append(FactRows(r.W, view.Facts), httpkit.SummaryRow{Label: r.W.T("casefile.lead"), Value: view.Lead})},
		Victims: victimTable(r.W, view.Victims), Team: team, Blocks: blocks,
		NewVictim: newVictim, Edit: edit}
	if view.Version > 1 {
		page.History = httpkit.Link{URL: base + "/history", Text: r.W.T("casefile.history")}
	}
	page.Sheet = entry.SheetOf(r.W, sections, base)
	page.Sheet.Number = view.EntryID
	return httpkit.Show(page), nil
}

// FactRows are the coded facts of a case, ready to print.
func FactRows(w *locale.Words, f Facts) []httpkit.SummaryRow {
	return []httpkit.SummaryRow{
		{Label: w.T("casefile.exploitation"), Value: entry.CodeNames(w, exploitationCodes, f.exploitation())},
		{Label: w.T("casefile.sector"), Value: entry.CodeNames(w, sectorCodes, f.Sector)},
		{Label: w.T("casefile.country"), Value: entry.CodeName(w, countryCodes, f.Country)},
		{Label: w.T("casefile.detected_by"), Value: entry.CodeName(w, detectedByCodes, f.DetectedBy)},
		{Label: w.T("casefile.detected_on"), Value: w.Day(f.DetectedOn)},
	}
}

func victimTable(w *locale.Words, lines []VictimLine) httpkit.Table {
	t := httpkit.Table{Caption: w.T("casefile.victims"), HideCaption: true, Empty: w.T("casefile.no_victims"),
		Columns: []httpkit.Column{{Label: w.T("casefile.reference")}, {Label: w.T("casefile.status")}, {Label: w.T("casefile.detected_on")}, {Label: w.T("casefile.changed")}}}
	for _, l := range lines {
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: l.Reference, URL: "/victims/" + l.FileID, Mono: true},
			{Text: w.T("victim.status." + l.Status), Tag: "blue"}, {Text: w.Day(l.DetectedOn)}, {Text: w.DateTime(l.ChangedAt)}}})
	}
	return t
}

func (p pages) blank(r *httpkit.Request) (httpkit.Reply, error) {
	desks, err := p.s.MayOpen(r.Context())
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(newPage(r, desks)), nil
}

func newPage(r *httpkit.Request, desks []Desk) *FormPage {
	page := formPage(r, Facts{}, "/cases")
	page.Heading, page.Form.Action, page.Form.Submit = r.W.T("casefile.new_heading"), "/cases", r.W.T("casefile.open")
	if len(desks) > 1 {
		page.Form.Fields = append(page.Form.Fields, deskField(r.W, desks))
	}
	page.Form.Fields = append(page.Form.Fields, levelField(r.W), httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})
	return page
}

func levelField(w *locale.Words) httpkit.Field {
	field := httpkit.Field{Kind: httpkit.Radios, Name: "level", Label: w.T("casefile.level"), Hint: w.T("casefile.level_hint"), Value: string(OwnDesk), Required: true}
	for _, level := range Levels {
		field.Options = append(field.Options, httpkit.Option{Value: string(level), Label: w.T("casefile.level." + string(level)), Hint: w.T("casefile.level_hint." + string(level))})
	}
	return field
}

func deskField(w *locale.Words, desks []Desk) httpkit.Field {
	field := httpkit.Field{Kind: httpkit.Radios, Name: "desk_id", Label: w.T("casefile.desk"), Value: desks[0].ID, Required: true}
	for _, desk := range desks {
		field.Options = append(field.Options, httpkit.Option{Value: desk.ID, Label: desk.Name})
	}
	return field
}

func formPage(r *httpkit.Request, f Facts, back string) *FormPage {
	return &FormPage{Back: httpkit.Link{URL: back, Text: r.W.T("entry.back")}, Form: httpkit.Form{Submit: r.W.T("entry.save"),
		Cancel: httpkit.Link{URL: back, Text: r.W.T("entry.cancel")}, Fields: []httpkit.Field{
			{Kind: httpkit.Checkboxes, Name: "exploitation", Label: r.W.T("casefile.exploitation"), Values: f.Exploitation, Required: true, Options: entry.CodeOptions(r.W, exploitationCodes)},
			{Kind: httpkit.Select, Name: "sector", Label: r.W.T("casefile.sector"), Value: f.Sector, Options: entry.CodeOptions(r.W, sectorCodes)},
			{Kind: httpkit.Select, Name: "country", Label: r.W.T("casefile.country"), Value: f.Country, Required: true, Options: entry.CodeOptions(r.W, countryCodes)},
			{Kind: httpkit.Select, Name: "detected_by", Label: r.W.T("casefile.detected_by"), Value: f.DetectedBy, Required: true, Options: entry.CodeOptions(r.W, detectedByCodes)},
			{Kind: httpkit.Day, Name: "detected_on", Label: r.W.T("casefile.detected_on"), Value: string(f.DetectedOn), Required: true},
		}}}
}

func posted(r *httpkit.Request) Facts {
	return Facts{Exploitation: r.FormValues("exploitation"), Sector: r.Form("sector"), Country: r.Form("country"),
		DetectedBy: r.Form("detected_by"), DetectedOn: moment.Date(r.Form("detected_on"))}
}

func (p pages) open(r *httpkit.Request) (httpkit.Reply, error) {
	level := Level(r.Form("level"))
	id, err := p.s.Open(r.Context(), New{Facts: posted(r), DeskID: r.Form("desk_id"), Level: level}, r.Form("once"))
	if httpkit.ComesBack(err) {
		desks, may := p.s.MayOpen(r.Context())
		if may != nil {
			return httpkit.Reply{}, httpkit.Gone(err, may)
		}
		page := newPage(r, desks)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	if level == Others {
		return httpkit.SeeWith("/cases/"+id+"/team/new", "casefile.opened_name_agencies"), nil
	}
	return httpkit.SeeWith("/cases/"+id, "casefile.opened"), nil
}

func (p pages) edit(r *httpkit.Request) (*FormPage, error) {
	view, err := p.s.ForEdit(r.Context(), r.Param("case"))
	if err != nil {
		return nil, err
	}
	return editPage(r, view.File.ID, view.Version, view.Facts), nil
}

func editPage(r *httpkit.Request, id string, version int64, f Facts) *FormPage {
	page := formPage(r, f, "/cases/"+id)
	page.Heading, page.Form.Action, page.Form.Version = r.W.T("casefile.edit_heading"), "/cases/"+id, version
	return page
}

func (p pages) change(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Change(r.Context(), r.Param("case"), r.Version(), posted(r))
	return httpkit.Posted(r, err, httpkit.SeeWith("/cases/"+r.Param("case"), "casefile.changed_saved"), p.edit)
}
