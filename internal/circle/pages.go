package circle

import (
	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// ListPage lists the circles of the reader's desks.
type ListPage struct {
	httpkit.List
	Make httpkit.Link
}

// Template is the page's file.
func (ListPage) Template() string { return "circle/list" }

// FormPage makes a circle.
type FormPage struct{ httpkit.Sheet }

// Template is the page's file.
func (*FormPage) Template() string { return "circle/new" }

// ShowPage is a circle with its desks and the files shared with it.
type ShowPage struct {
	Back    httpkit.Link
	Name    string
	Facts   httpkit.Summary
	Members httpkit.Table
	Shares  httpkit.Table
	Ends    []httpkit.PostButton // of shares that the reader may take back
	Join    httpkit.Link
	Close   httpkit.Link
}

// Template is the page's file.
func (ShowPage) Template() string { return "circle/show" }

var _ = httpkit.Register(ListPage{}, &FormPage{}, ShowPage{})

type pages struct{ s *Service }

// Pages registers the pages of circles.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/circles", k.Do(p.list))
	g.GET("/circles/new", k.Do(httpkit.Shows(p.blank)))
	g.POST("/circles", k.Do(p.create))
	g.GET("/circles/:circle", k.Do(httpkit.Shows(p.show)))
	g.GET("/circles/:circle/members/new", k.Do(p.askJoin))
	g.POST("/circles/:circle/members", k.Change(p.join))
	g.GET("/circles/:circle/members/:circle_member/removal", k.Do(httpkit.Shows(p.askLeave)))
	g.POST("/circles/:circle/members/:circle_member/removal", k.Change(p.leave))
	g.GET("/circles/:circle/closure", k.Do(httpkit.Shows(p.askClose)))
	g.POST("/circles/:circle/closure", k.Change(p.end))
	g.POST("/circles/:circle/shares/:share/end", k.Change(p.endShare))
	g.GET("/victims/:victim/circles/new", k.Do(httpkit.Shows(p.blankShare)))
	g.POST("/victims/:victim/circles", k.Do(p.share))
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, next, now, err := p.s.List(r.Context(), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	t := httpkit.Table{Caption: r.W.T("circle.list_title"), HideCaption: true, Empty: r.W.T("circle.none"), Columns: []httpkit.Column{
		{Label: r.W.T("circle.name")}, {Label: r.W.T("circle.owner")}, {Label: r.W.T("circle.purpose")}, {Label: r.W.T("circle.until")}}}
	for i := range list {
		c := &list[i]
		t.Rows = append(t.Rows, httpkit.Row{Quiet: !c.Live(now), Cells: []httpkit.Cell{{Text: c.Name, URL: "/circles/" + c.ID},
			{Text: c.Agency, Sub: c.Desk}, {Text: r.W.T("gate.purpose." + c.Purpose)}, {Text: untilText(r.W, c)}}})
	}
	return httpkit.Show(ListPage{List: httpkit.List{Table: t, Pages: r.Pages("/circles", next.String())},
		Make: httpkit.Link{URL: "/circles/new", Text: r.W.T("circle.new_title")}}), nil
}

func untilText(w *locale.Words, c *Circle) string {
	if c.ClosedAt != 0 {
		return w.T("circle.closed_on", "Day", w.Date(c.ClosedAt))
	}
	return w.Date(c.UntilAt)
}

func (p pages) blank(r *httpkit.Request) (*FormPage, error) {
	form, err := p.s.Form(r.Context())
	if err != nil {
		return nil, err
	}
	return formPage(r, form), nil
}

func formPage(r *httpkit.Request, f Form) *FormPage {
	fields := []httpkit.Field{
		{Kind: httpkit.Text, Name: "name", Label: r.W.T("circle.name"), Hint: r.W.T("circle.name_hint"), Required: true, MaxLength: longestName},
		agency.OwnDesk(r.W.T("circle.owner_desk"), f.Own),
		purposeField(r.W),
		{Kind: httpkit.Day, Name: "until", Label: r.W.T("circle.until"), Required: true, Value: string(moment.DayOf(f.Now.Add(usualLife)))},
		{Kind: httpkit.Checkboxes, Name: "members", Label: r.W.T("circle.members"), Required: true, Options: agency.DeskOptions(r.W, f.Desks)},
		{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()},
	}
	return &FormPage{httpkit.Sheet{Back: toList(r.W), Form: httpkit.Form{Action: "/circles", Submit: r.W.T("circle.create"), Fields: fields,
		Cancel: httpkit.Link{URL: "/circles", Text: r.W.T("web.cancel")}}}}
}

func purposeField(w *locale.Words) httpkit.Field {
	return httpkit.Field{Kind: httpkit.Select, Name: "purpose", Label: w.T("circle.purpose"), Required: true, Options: httpkit.Options(w, "gate.purpose.", gate.Purposes)}
}

func toList(w *locale.Words) httpkit.Link {
	return httpkit.Link{URL: "/circles", Text: w.T("circle.list_title")}
}

func (p pages) create(r *httpkit.Request) (httpkit.Reply, error) {
	id, err := p.s.Create(r.Context(), New{Name: r.Form("name"), DeskID: r.Form("desk"), Purpose: r.Form("purpose"),
		Until: moment.Date(r.Form("until")), Desks: r.FormValues("members")}, r.Form("once"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/circles/"+id, "circle.created"), p.blank)
}

func (p pages) show(r *httpkit.Request) (ShowPage, error) {
	v, err := p.s.Show(r.Context(), r.Param("circle"))
	if err != nil {
		return ShowPage{}, err
	}
	page := ShowPage{Back: toList(r.W), Name: v.Name, Members: memberTable(r.W, &v), Shares: shareTable(r.W, &v),
		Facts: httpkit.Summary{Rows: []httpkit.SummaryRow{{Label: r.W.T("circle.owner"), Value: v.Agency, Note: v.Desk},
			{Label: r.W.T("circle.purpose"), Value: r.W.T("gate.purpose." + v.Purpose)}, {Label: r.W.T("circle.until"), Value: untilText(r.W, &v.Circle)}}}}
	for i := range v.Shares {
		if s := &v.Shares[i]; s.Mine {
			page.Ends = append(page.Ends, httpkit.PostButton{Action: "/circles/" + v.ID + "/shares/" + s.ID + "/end", Version: s.Version, Danger: true,
				Text: r.W.T("circle.end_share", "Reference", s.Reference)})
		}
	}
	if v.Owned && v.Live(v.Now) {
		page.Join = httpkit.Link{URL: "/circles/" + v.ID + "/members/new", Text: r.W.T("circle.join")}
		page.Close = httpkit.Link{URL: "/circles/" + v.ID + "/closure", Text: r.W.T("circle.close")}
	}
	return page, nil
}

func memberTable(w *locale.Words, v *View) httpkit.Table {
	t := httpkit.Table{Caption: w.T("circle.members"), HideCaption: true, Columns: []httpkit.Column{{Label: w.T("circle.desk")},
		{Label: w.T("circle.kind")}, {Label: w.T("circle.since")}, {Label: w.T("circle.change")}}}
	for i := range v.Members {
		m := &v.Members[i]
		change := httpkit.Cell{Text: "—"}
		if m.DeskID != v.DeskID && v.Live(v.Now) && (v.Owned || m.Mine) {
			change = httpkit.Cell{Text: w.T("circle.leave"), URL: "/circles/" + v.ID + "/members/" + m.ID + "/removal"}
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: m.Country + " · " + m.Agency, Sub: m.Desk}, {Text: w.T(m.Kind.Key())},
			{Text: w.Date(m.FromAt)}, change}})
	}
	return t
}

func shareTable(w *locale.Words, v *View) httpkit.Table {
	t := httpkit.Table{Caption: w.T("circle.shares"), HideCaption: true, Empty: w.T("circle.no_shares"), Columns: []httpkit.Column{
		{Label: w.T("circle.file")}, {Label: w.T("circle.shared_by")}, {Label: w.T("circle.what")}, {Label: w.T("circle.until")}}}
	for i := range v.Shares {
		s := &v.Shares[i]
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: s.Reference, URL: "/victims/" + s.FileID, Mono: true},
			{Text: s.Agency, Sub: w.Date(s.At)}, {Text: entry.SectionLine(w, s.Sections, s.OnlyOf, nil), Sub: w.T("gate.purpose." + s.Purpose)}, {Text: w.Date(s.UntilAt)}}})
	}
	return t
}
