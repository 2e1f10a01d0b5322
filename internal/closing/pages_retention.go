package closing

import (
	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// QueuePage lists the closed files that the reader's agency answers for.
type QueuePage struct {
	Boxes []BoxLink
	Table httpkit.Table
	Pages httpkit.Pagination
}

// BoxLink leads to one of the lists.
type BoxLink struct {
	httpkit.Link
	Current bool
}

// Template is the page's file.
func (QueuePage) Template() string { return "closing/queue" }

// ItemPage is one closed file in review, or what is left of an erased one.
type ItemPage struct {
	Back     httpkit.Link
	Card     httpkit.Summary
	Steps    httpkit.Table
	Postpone bool
	Form     httpkit.Form
	Ask      httpkit.Form
	Approve  httpkit.PostButton
	Erase    httpkit.PostButton
	Refuse   httpkit.PostButton
}

// Template is the page's file.
func (*ItemPage) Template() string { return "closing/item" }

// retention registers the pages of the review.
func (p pages) retention(g *gin.RouterGroup, k *httpkit.Kit) {
	again := func(h handler) handler {
		return agency.StepUp(func(r *httpkit.Request) string { return "/retention/" + r.Param("closure") }, h)
	}
	g.GET("/retention", k.Do(p.queue))
	g.GET("/retention/:closure", k.Do(p.item))
	g.POST("/retention/:closure/postponement", k.Do(p.postpone))
	g.POST("/retention/:closure/request", k.Do(p.request))
	g.POST("/retention/:closure/approval", k.Do(again(p.approve)))
	g.POST("/retention/:closure/refusal", k.Do(p.refuse))
	g.POST("/retention/:closure/erasure", k.Do(again(p.erase)))
}

func (p pages) queue(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	box := ToReview
	if r.Query("box") == string(Erased) {
		box = Erased
	}
	list, next, err := p.s.Queue(r.Context(), box, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := QueuePage{Table: queueTable(r.W, box, list)}
	for _, b := range Boxes() {
		page.Boxes = append(page.Boxes, BoxLink{Link: httpkit.Link{URL: "/retention?box=" + string(b), Text: r.W.T("closing.box." + string(b))}, Current: b == box})
	}
	if r.Query("after") != "" {
		page.Pages.Newer = "/retention?box=" + string(box)
	}
	if next.ID != "" {
		page.Pages.Older = "/retention?box=" + string(box) + "&after=" + next.String()
	}
	return httpkit.Show(page), nil
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

func (p pages) item(r *httpkit.Request) (httpkit.Reply, error) {
	item, err := p.s.Item(r.Context(), r.Param("closure"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(itemPage(r.W, &item)), nil
}

func itemPage(w *locale.Words, i *Item) *ItemPage {
	at := "/retention/" + i.ID
	card := []httpkit.SummaryRow{{Label: w.T("closing.file"), Value: i.Reference, Note: w.T("closing.kind." + string(i.Kind))},
		{Label: w.T("closing.state"), Tag: stateOf(w, &i.Closure)},
		{Label: w.T("closing.closed_at"), Value: w.Date(i.ClosedAt), Note: w.T("closing.reason." + i.Reason)},
		{Label: w.T("closing.kept_until"), Value: w.Date(i.DueAt), Note: w.T("closing.rule." + i.Rule)}}
	if i.ErasedAt != 0 {
		card = append(card, httpkit.SummaryRow{Label: w.T("closing.erased_at"), Value: w.DateTime(i.ErasedAt)})
	}
	page := &ItemPage{Back: httpkit.Link{URL: "/retention", Text: w.T("closing.queue_title")}, Card: httpkit.Summary{Rows: card}, Steps: stepTable(w, i.Steps)}
	button := func(can bool, path, key string, danger bool, fields ...httpkit.Field) (b httpkit.PostButton) {
		if can {
			b = httpkit.PostButton{Action: at + "/" + path, Text: w.T(key), Version: i.Version, Danger: danger, Fields: fields}
		}
		return b
	}
	page.Approve, page.Erase = button(i.CanApprove, "approval", "closing.approve", false), button(i.CanConfirm && !i.OnHold, "erasure", "closing.erase", true)
	page.Refuse = button(i.CanRefuse, "refusal", "closing.refuse", false)
	if i.CanKeep {
		page.Postpone, page.Form, page.Ask = true, keepForm(w, i), askForm(w, i)
	}
	return page
}

// keepForm postpones the end, or asks to erase.
func keepForm(w *locale.Words, i *Item) httpkit.Form {
	return httpkit.Form{Action: "/retention/" + i.ID + "/postponement", Submit: w.T("closing.postpone"), Version: i.Version, Legend: w.T("closing.postpone_title"), Fields: []httpkit.Field{
		{Kind: httpkit.Day, Name: "until", Label: w.T("closing.until"), Hint: w.T("closing.until_hint"), Required: true},
		{Kind: httpkit.Select, Name: "reason", Label: w.T("closing.postpone_reason"), Required: true, Options: sharing.Codes(w, "closing.postpone.", PostponeReasons)}}}
}

func askForm(w *locale.Words, i *Item) httpkit.Form {
	return httpkit.Form{Action: "/retention/" + i.ID + "/request", Submit: w.T("closing.ask"), Version: i.Version, Legend: w.T("closing.ask_title"), Fields: []httpkit.Field{
		{Kind: httpkit.Radios, Name: "erase_reason", Label: w.T("closing.erase_reason"), Required: true, Options: sharing.Codes(w, "closing.erase.", EraseReasons)}}}
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

func (p pages) postpone(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	id := r.Param("closure")
	err := p.s.Postpone(r.Context(), id, r.Version(), moment.Date(r.Form("until")), r.Form("reason"))
	if fault.KindOf(err) == fault.Invalid {
		item, broken := p.s.Item(r.Context(), id)
		if broken != nil {
			return httpkit.Reply{}, broken
		}
		page := itemPage(r.W, &item)
		return r.Again(page, &page.Form, err)
	}
	return to(id, "closing.postponed", err)
}

func to(id, flash string, err error) (httpkit.Reply, error) {
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/retention/"+id, flash), nil
}

// step is one button of the review.
func (p pages) step(r *httpkit.Request, flash string, do func(id string) error) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	id := r.Param("closure")
	return to(id, flash, do(id))
}

func (p pages) request(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	id := r.Param("closure")
	err := p.s.Request(r.Context(), id, r.Version(), r.Form("erase_reason"))
	if f, ok := fault.As(err); ok && f.Kind == fault.Invalid {
		item, broken := p.s.Item(r.Context(), id)
		if broken != nil {
			return httpkit.Reply{}, broken
		}
		for i := range f.Fields {
			f.Fields[i].Name = "erase_" + f.Fields[i].Name
		}
		page := itemPage(r.W, &item)
		return r.Again(page, &page.Ask, err)
	}
	return to(id, "closing.asked", err)
}

func (p pages) approve(r *httpkit.Request) (httpkit.Reply, error) {
	return p.step(r, "closing.approved", func(id string) error { return p.s.Approve(r.Context(), id, r.Version()) })
}

func (p pages) refuse(r *httpkit.Request) (httpkit.Reply, error) {
	return p.step(r, "closing.refused", func(id string) error { return p.s.Refuse(r.Context(), id, r.Version()) })
}

func (p pages) erase(r *httpkit.Request) (httpkit.Reply, error) {
	return p.step(r, "closing.erased", func(id string) error { return p.s.Erase(r.Context(), id, r.Version()) })
}
