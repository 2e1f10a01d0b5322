package closing

import (
	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// RemovalPage is a closed file that the reader's agency uses no more, with who has read it again.
type RemovalPage struct {
	httpkit.Sheet
	Card     httpkit.Summary
	Openings httpkit.Table
	Opens    bool
}

// Template is the page's file.
func (*RemovalPage) Template() string { return "closing/removal" }

var _ = httpkit.Register(&RemovalPage{})

// removed registers the pages of files that are removed from use.
func (p pages) removed(g *gin.RouterGroup, k *httpkit.Kit) {
	again := agency.StepUp(func(r *httpkit.Request) string { return "/removals/" + r.Param("removal") }, p.openRemoved)
	g.GET("/removals", k.Do(p.removals))
	g.GET("/removals/:removal", k.Do(httpkit.Shows(p.removal)))
	g.POST("/removals/:removal/openings", k.Do(again))
}

// boxes are the lists of closed files, with the list of those that are removed from use.
func boxes(w *locale.Words, current Box) httpkit.Boxes {
	list := httpkit.BoxesOf(w, "closing", "/retention", Boxes(), current)
	list.Items = append(list.Items, httpkit.NavItem{Text: w.T("closing.box.removed"), URL: "/removals", Current: current == ""})
	return list
}

func (p pages) removals(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, next, err := p.s.Removals(r.Context(), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	w := r.W
	t := httpkit.Table{Caption: w.T("closing.box.removed"), HideCaption: true, Empty: w.T("closing.empty.removed"), Columns: []httpkit.Column{
		{Label: w.T("closing.file")}, {Label: w.T("closing.closed_at")}, {Label: w.T("closing.removed_from")}, {Label: w.T("closing.state")}}}
	for i := range list {
		v := &list[i]
		state := removalState(w, v)
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: v.Reference, URL: "/removals/" + v.ID, Mono: true, Sub: w.T("closing.kind." + string(v.Kind))},
			{Text: w.Date(v.ClosedAt)}, {Text: w.Date(v.FromAt), Sub: w.T("closing.removal." + v.Rule)}, {Text: state.Text, Tag: state.Colour}}})
	}
	return httpkit.Show(QueuePage{httpkit.List{Boxes: boxes(w, ""), Table: t, Pages: r.Pages("/removals", next.String())}}), nil
}

func removalState(w *locale.Words, v *Removal) httpkit.Tag {
	if v.RemovedAt == 0 {
		return httpkit.Tag{Text: w.T("closing.state.used"), Colour: "blue"}
	}
	return httpkit.Tag{Text: w.T("closing.state.removed"), Colour: "grey"}
}

func (p pages) removal(r *httpkit.Request) (*RemovalPage, error) {
	v, err := p.s.Removal(r.Context(), r.Param("removal"))
	if err != nil {
		return nil, err
	}
	w := r.W
	page := &RemovalPage{Opens: v.CanOpen, Openings: openingTable(w, v.Openings), Card: httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: w.T("closing.file"), Value: v.Reference, Note: w.T("closing.kind." + string(v.Kind))},
		{Label: w.T("closing.state"), Tag: removalState(w, &v.Removal)},
		{Label: w.T("closing.closed_at"), Value: w.Date(v.ClosedAt)},
		{Label: w.T("closing.removed_from"), Value: w.Date(v.FromAt), Note: w.T("closing.removal." + v.Rule)}}}}
	page.Back = httpkit.Link{URL: "/removals", Text: w.T("closing.box.removed")}
	if !v.CanOpen {
		return page, nil
	}
	colleagues := make([]httpkit.Option, 0, len(v.Colleagues))
	for _, c := range v.Colleagues {
		colleagues = append(colleagues, httpkit.Option{Value: c.ID, Label: c.Name})
	}
	page.Form = httpkit.Form{Action: "/removals/" + v.ID + "/openings", Submit: w.T("closing.open_removed"), Legend: w.T("closing.open_title"), Fields: []httpkit.Field{
		{Kind: httpkit.Radios, Name: "reason", Label: w.T("closing.open_reason"), Required: true, Options: httpkit.Options(w, "closing.open.", OpenReasons)},
		{Kind: httpkit.Select, Name: "worker", Label: w.T("closing.open_for"), Required: true, Options: colleagues},
		{Kind: httpkit.Day, Name: "until", Label: w.T("closing.open_until"), Hint: w.T("closing.open_until_hint"), Required: true},
		{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}
	return page, nil
}

func openingTable(w *locale.Words, list []Opening) httpkit.Table {
	t := httpkit.Table{Caption: w.T("closing.openings"), Empty: w.T("closing.no_openings"), Columns: []httpkit.Column{
		{Label: w.T("closing.at")}, {Label: w.T("closing.open_for")}, {Label: w.T("closing.open_reason")}, {Label: w.T("closing.by")}}}
	for i := range list {
		o := &list[i]
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.DateTime(o.OpenedAt), Sub: w.T("closing.opened_until", "Until", w.DateTime(o.UntilAt))},
			{Text: o.Worker, Name: true}, {Text: w.T("closing.open." + o.Reason)}, {Text: o.By, Name: true}}})
	}
	return t
}

func (p pages) openRemoved(r *httpkit.Request) (httpkit.Reply, error) {
	_, err := p.s.Open(r.Context(), r.Param("removal"), NewOpening{WorkerID: r.Form("worker"), Reason: r.Form("reason"), Until: moment.Date(r.Form("until"))}, r.Form("once"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/removals/"+r.Param("removal"), "closing.opened"), p.removal)
}
