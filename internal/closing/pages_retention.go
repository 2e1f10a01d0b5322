package closing

import (
	"slices"

	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// QueuePage lists the closed files that the reader's agency answers for.
type QueuePage struct{ httpkit.List }

// Template is the page's file.
func (QueuePage) Template() string { return "closing/queue" }

// ItemPage is one closed file in review, or what is left of an erased one.
type ItemPage struct {
	httpkit.Sheet
	Card     httpkit.Summary
	Steps    httpkit.Table
	Postpone bool
	MayAsk   bool
	Ask      httpkit.Form
	Approve  httpkit.PostButton
	Erase    httpkit.PostButton
	Refuse   httpkit.PostButton
}

// Template is the page's file.
func (*ItemPage) Template() string { return "closing/item" }

// retention registers the pages of the review.
func (p pages) retention(g *gin.RouterGroup, k *httpkit.Kit) {
	again := func(h httpkit.Handler) httpkit.Handler {
		return agency.StepUp(func(r *httpkit.Request) string { return "/retention/" + r.Param("closure") }, h)
	}
	g.GET("/retention", k.Do(p.queue))
	g.GET("/retention/:closure", k.Do(httpkit.Shows(p.item)))
	g.POST("/retention/:closure/postponement", k.Change(p.postpone))
	g.POST("/retention/:closure/request", k.Change(p.request))
	g.POST("/retention/:closure/approval", k.Change(again(p.approve)))
	g.POST("/retention/:closure/refusal", k.Change(p.refuse))
	g.POST("/retention/:closure/erasure", k.Change(again(p.erase)))
}

func (p pages) queue(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	box := ToReview
	if asked := Box(r.Query("box")); slices.Contains(Boxes(), asked) {
		box = asked
	}
	list, next, err := p.s.Queue(r.Context(), box, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(QueuePage{httpkit.List{Boxes: boxes(r.W, box), Table: queueTable(r.W, box, list),
		Pages: r.Pages("/retention?box="+string(box), next.String())}}), nil
}

func queueTable(w *locale.Words, box Box, list []Closure) httpkit.Table {
	t := httpkit.Table{Caption: w.T("closing.box." + string(box)), HideCaption: true, Empty: w.T("closing.empty." + string(box)), Columns: []httpkit.Column{
		{Label: w.T("closing.file")}, {Label: w.T("closing.closed_at")}, {Label: w.T("closing.kept_until")}, {Label: w.T("closing.state")}}}
	for i := range list {
		c := &list[i]
		state := stateOf(w, c)
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: c.Reference, URL: "/retention/" + c.ID, Mono: true, Sub: w.T("closing.kind." + string(c.Kind))},
			{Text: w.Date(c.ClosedAt)}, {Text: w.Date(c.DueAt), Sub: w.T("closing.rule." + c.Rule)}, {Text: state.Text, Tag: state.Colour}}})
	}
	return t
}

// stateOf is where a closed file stands on its way.
func stateOf(w *locale.Words, c *Closure) httpkit.Tag {
	switch {
	case c.ErasedAt != 0:
		return httpkit.Tag{Text: w.T("closing.state.erased"), Colour: "grey"}
	case c.OnHold:
		return httpkit.Tag{Text: w.T("closing.state.held"), Colour: "purple"}
	case c.ApprovedBy != "":
		return httpkit.Tag{Text: w.T("closing.state.approved"), Colour: "orange"}
	case c.Asked != "":
		return httpkit.Tag{Text: w.T("closing.state.asked"), Colour: "yellow"}
	}
	return httpkit.Tag{Text: w.T("closing.state.kept"), Colour: "blue"}
}

func (p pages) item(r *httpkit.Request) (*ItemPage, error) {
	item, err := p.s.Item(r.Context(), r.Param("closure"))
	if err != nil {
		return nil, err
	}
	return itemPage(r.W, &item), nil
}

func itemPage(w *locale.Words, i *Item) *ItemPage {
	at := "/retention/" + i.ID
	card := []httpkit.SummaryRow{{Label: w.T("closing.file"), Value: i.Reference, Note: w.T("closing.kind." + string(i.Kind))},
		{Label: w.T("closing.state"), Tag: stateOf(w, &i.Closure)},
		{Label: w.T("closing.closed_at"), Value: w.Date(i.ClosedAt), Note: w.T("closing.reason." + i.Reason)},
		{Label: w.T("closing.kept_until"), Value: w.Date(i.DueAt), Note: w.T("closing.rule." + i.Rule)}}
	if i.LatestAt != 0 {
		card = append(card, httpkit.SummaryRow{Label: w.T("closing.latest"), Value: w.Date(i.LatestAt), Note: w.T("closing.latest_text")})
	}
	if i.ErasedAt != 0 {
		card = append(card, httpkit.SummaryRow{Label: w.T("closing.erased_at"), Value: w.DateTime(i.ErasedAt)})
	}
	page := &ItemPage{Card: httpkit.Summary{Rows: card}, Steps: stepTable(w, i.Steps)}
	page.Back = httpkit.Link{URL: "/retention", Text: w.T("closing.queue_title")}
	button := func(can bool, path, key string, danger bool, fields ...httpkit.Field) (b httpkit.PostButton) {
		if can {
			b = httpkit.PostButton{Action: at + "/" + path, Text: w.T(key), Version: i.Version, Danger: danger, Fields: fields}
		}
		return b
	}
	page.Approve, page.Erase = button(i.CanApprove, "approval", "closing.approve", false), button(i.CanConfirm && !i.OnHold, "erasure", "closing.erase", true)
	page.Refuse = button(i.CanRefuse, "refusal", "closing.refuse", false)
	if page.Postpone = i.CanPostpone; page.Postpone {
		page.Form = keepForm(w, i)
	}
	if page.MayAsk = i.CanKeep; page.MayAsk {
		page.Ask = askForm(w, i)
	}
	return page
}

// keepForm postpones the end, or asks to erase.
func keepForm(w *locale.Words, i *Item) httpkit.Form {
	return httpkit.Form{Action: "/retention/" + i.ID + "/postponement", Submit: w.T("closing.postpone"), Version: i.Version, Legend: w.T("closing.postpone_title"), Fields: []httpkit.Field{
		{Kind: httpkit.Day, Name: "until", Label: w.T("closing.until"), Hint: w.T("closing.until_hint"), Required: true},
		{Kind: httpkit.Select, Name: "reason", Label: w.T("closing.postpone_reason"), Required: true, Options: httpkit.Options(w, "closing.postpone.", PostponeReasons)}}}
}

func askForm(w *locale.Words, i *Item) httpkit.Form {
	return httpkit.Form{Action: "/retention/" + i.ID + "/request", Submit: w.T("closing.ask"), Version: i.Version, Legend: w.T("closing.ask_title"), Fields: []httpkit.Field{
		{Kind: httpkit.Radios, Name: "erase_reason", Label: w.T("closing.erase_reason"), Required: true, Options: httpkit.Options(w, "closing.erase.", EraseReasons)}}}
}

func stepTable(w *locale.Words, steps []Step) httpkit.Table {
	t := httpkit.Table{Caption: w.T("closing.steps"), Empty: w.T("closing.no_steps"), Columns: []httpkit.Column{
		{Label: w.T("closing.at")}, {Label: w.T("closing.step")}, {Label: w.T("closing.by")}}}
	for i := range steps {
		s := &steps[i]
		by, why := s.By, w.T("closing.erase."+s.Reason)
		if s.ByID == "" {
			by = w.T("closing.by_rule")
		}
		if s.Step == "postponed" {
			why = w.T("closing.postponed_until", "Until", w.Date(s.Until), "Reason", w.T("closing.postpone."+s.Reason))
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.DateTime(s.At)}, {Text: w.T("closing.step." + s.Step), Sub: why}, {Text: by, Name: true}}})
	}
	return t
}

// stands leads to the file in review.
func stands(r *httpkit.Request, flash string) httpkit.Reply {
	return httpkit.SeeWith("/retention/"+r.Param("closure"), flash)
}

func (p pages) postpone(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Postpone(r.Context(), r.Param("closure"), r.Version(), moment.Date(r.Form("until")), r.Form("reason"))
	return httpkit.Posted(r, err, stands(r, "closing.postponed"), p.item)
}

// request asks to erase; its question stands beside one of the same name on the page.
func (p pages) request(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Request(r.Context(), r.Param("closure"), r.Version(), r.Form("erase_reason"))
	if f, ok := fault.As(err); ok {
		for i := range f.Fields {
			f.Fields[i].Name = "erase_" + f.Fields[i].Name
		}
	}
	return httpkit.PostedIn(r, err, stands(r, "closing.asked"), p.item, func(page *ItemPage) *httpkit.Form { return &page.Ask })
}

func (p pages) approve(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Approve(r.Context(), r.Param("closure"), r.Version())
	return stands(r, "closing.approved"), err
}

func (p pages) refuse(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Refuse(r.Context(), r.Param("closure"), r.Version())
	return stands(r, "closing.refused"), err
}

func (p pages) erase(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Erase(r.Context(), r.Param("closure"), r.Version())
	return stands(r, "closing.erased"), err
}
