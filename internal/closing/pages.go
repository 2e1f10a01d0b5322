package closing

import (
	"github.com/gin-gonic/gin"

	"relais/internal/casefile"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/journal"
	"relais/internal/locale"
	"relais/internal/sharing"
)

// ShowPage is how a file stands: its open duties and the form that closes it, or how long it is kept and the form that opens it
// again; the prosecutor's orders.
type ShowPage struct {
	httpkit.Sheet
	Reference string
	State     httpkit.Tag
	Closed    httpkit.Summary
	SettlesIt bool
	Duties    httpkit.Table
	ShowsOpen bool
	Blocked   bool
	Acts      bool
	Holds     httpkit.Table
	CanHold   bool
	HoldForm  httpkit.Link
	EndHold   httpkit.PostButton
	OwnHolds  httpkit.Link
	Before    httpkit.Table
}

// Template is the page's file.
func (*ShowPage) Template() string { return "closing/show" }

// HoldPage orders that a file is kept.
type HoldPage struct {
	httpkit.Sheet
	Reference string
	OnCase    bool
}

// Template is the page's file.
func (*HoldPage) Template() string { return "closing/hold" }

// HoldsPage lists the orders of the reader's agency.
type HoldsPage struct {
	Lines []HoldLine
	Pages httpkit.Pagination
}

// HoldLine is one order.
type HoldLine struct {
	Reference string
	Card      httpkit.Summary
	End       httpkit.PostButton
}

// Template is the page's file.
func (HoldsPage) Template() string { return "closing/holds" }

var _ = httpkit.Register(&ShowPage{}, &HoldPage{}, HoldsPage{}, QueuePage{}, &ItemPage{})

type pages struct{ s *Service }

// Pages registers the pages about the end of files.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	for _, kind := range []gate.Kind{gate.Case, gate.Victim} {
		base := "/" + string(kind) + "s/:" + string(kind)
		on := onFile{p, kind}
		g.GET(base+"/closure", k.Do(httpkit.Shows(on.show)))
		g.POST(base+"/closure", k.Do(on.close))
		g.POST(base+"/reopening", k.Change(on.reopen))
		g.GET(base+"/holds/new", k.Do(httpkit.Shows(on.holdForm)))
		g.POST(base+"/holds", k.Do(on.hold))
	}
	g.GET("/holds", k.Do(p.holds))
	g.POST("/holds/:hold/end", k.Change(p.lift))
	p.retention(g, k)
	p.removed(g, k)
}

// onFile are the pages on files of one kind.
type onFile struct {
	pages
	kind gate.Kind
}

func (p onFile) id(r *httpkit.Request) string { return r.Param(string(p.kind)) }

// Links lead from a file's page to its end, and a prosecutor to the order that keeps it.
func Links(tx *gate.Tx, w *locale.Words) []httpkit.Link {
	base := home(tx.File().Kind, tx.File().ID)
	links := []httpkit.Link{{URL: base + "/closure", Text: w.T("closing.to_closure")}}
	if orders(tx.Actor()) {
		links = append(links, httpkit.Link{URL: base + "/holds/new", Text: w.T("closing.hold_title")})
	}
	return links
}

// Block says on a file's page that it is closed, or held; of an open file that nobody holds it is empty.
func Block(tx *gate.Tx, w *locale.Words) (b casefile.Block, err error) {
	holds, err := holdsOn(tx)
	if err != nil {
		return b, err
	}
	leads := httpkit.Link{URL: home(tx.File().Kind, tx.File().ID) + "/closure", Text: w.T("closing.to_closure")}
	if tx.File().Closed() {
		all, err := closuresOf(tx)
		if err != nil {
			return b, err
		}
		b.Tags = append(b.Tags, httpkit.Tag{Text: w.T("closing.state.closed"), Colour: "grey"})
		if len(all) > 0 {
			b.Text = append(b.Text, w.T("closing.closed_since", "Day", w.Date(all[0].ClosedAt)))
		}
		b.Text = append(b.Text, w.T("closing.closed_text"))
		if decidesEnd(tx) {
			leads.Text = w.T("closing.reopen_title")
		}
	}
	if len(holds) > 0 {
		b.Tags = append(b.Tags, httpkit.Tag{Text: w.T("closing.state.held"), Colour: "purple"})
	}
	if len(b.Tags) > 0 {
		b.ID, b.Heading = "closure", w.T("closing.block")
		b.Links = []httpkit.Link{leads}
	}
	return b, nil
}

func (p onFile) show(r *httpkit.Request) (*ShowPage, error) {
	v, err := p.s.Show(r.Context(), p.kind, p.id(r))
	if err != nil {
		return nil, err
	}
	base := home(p.kind, v.File.ID)
	page := &ShowPage{Reference: v.File.Reference, Acts: v.CanClose || v.CanReopen,
		State: httpkit.Tag{Text: r.W.T("closing.state.open"), Colour: "green"}, Holds: holdTable(r.W, v.Holds), CanHold: v.CanHold, Before: beforeTable(r.W, &v)}
	page.Back = httpkit.Link{URL: base, Text: r.W.T("closing.back_to_file")}
	if v.CanHold {
		page.HoldForm = httpkit.Link{URL: base + "/holds/new", Text: r.W.T("closing.hold_title")}
	}
	if v.CanHold || v.OwnHold.ID != "" {
		page.OwnHolds = httpkit.Link{URL: "/holds", Text: r.W.T("closing.own_holds")}
	}
	if h := &v.OwnHold; h.ID != "" {
		page.EndHold = httpkit.PostButton{Action: "/holds/" + h.ID + "/end", Text: r.W.T("closing.lift"), Version: h.Version, Danger: true}
	}
	if c := v.Closed(); c != nil {
		page.State, page.Closed, page.Form = httpkit.Tag{Text: r.W.T("closing.state.closed"), Colour: "grey"}, closedCard(r.W, c), reopenForm(r.W, base, c.Version)
		return page, nil
	}
	page.ShowsOpen, page.SettlesIt, page.Duties, page.Blocked = true, v.CanClose, dutyTable(r.W, v.Duties), len(blocking(v.Duties)) > 0
	page.Form = closeForm(r.W, base, len(v.Duties) > len(blocking(v.Duties)), v.Classes)
	page.Acts = page.Acts && !page.Blocked
	return page, nil
}

func dutyTable(w *locale.Words, duties []Duty) httpkit.Table {
	t := httpkit.Table{Caption: w.T("closing.duties"), HideCaption: true, Empty: w.T("closing.no_duties"), Columns: []httpkit.Column{
		{Label: w.T("closing.duty")}, {Label: w.T("closing.due")}, {Label: w.T("closing.first")}}}
	for i := range duties {
		d := &duties[i]
		words, due, first := d.Words, "", httpkit.Cell{Text: w.T("closing.stays"), Tag: "grey"}
		if words == "" {
			words = "closing.duty." + string(d.Kind)
		}
		if d.Due != 0 {
			due = w.Date(d.Due)
		}
		if d.Kind.Blocks() {
			first = httpkit.Cell{Text: w.T("closing.settle"), Tag: "orange"}
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: journal.Say(w, words, d.Args), URL: d.Link}, {Text: due}, first}})
	}
	return t
}

func holdTable(w *locale.Words, holds []Hold) httpkit.Table {
	t := httpkit.Table{Caption: w.T("closing.holds_title"), HideCaption: true, Empty: w.T("closing.no_holds"), Columns: []httpkit.Column{
		{Label: w.T("closing.ordered_by")}, {Label: w.T("closing.since")}}}
	for i := range holds {
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: holds[i].Agency, Sub: holds[i].Note}, {Text: w.Date(holds[i].SetAt)}}})
	}
	return t
}

// beforeTable are the times that the file was closed and opened again.
func beforeTable(w *locale.Words, v *View) httpkit.Table {
	t := httpkit.Table{Caption: w.T("closing.before"), HideCaption: true, Columns: []httpkit.Column{{Label: w.T("closing.closed_at")}, {Label: w.T("closing.reopened_at")}}}
	for i := range v.Closures {
		if c := &v.Closures[i]; c.ReopenedAt != 0 {
			t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.Date(c.ClosedAt), Sub: w.T("closing.reason." + c.Reason)},
				{Text: w.Date(c.ReopenedAt), Sub: w.T("closing.reopen." + c.ReopenReason)}}})
		}
	}
	return t
}

func closedCard(w *locale.Words, c *Closure) httpkit.Summary {
	rows := []httpkit.SummaryRow{{Label: w.T("closing.closed_at"), Value: w.DateTime(c.ClosedAt), Note: c.Agency},
		{Label: w.T("closing.reason"), Value: w.T("closing.reason." + c.Reason)}}
	if c.Note != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("closing.note"), Value: c.Note})
	}
	kept := httpkit.SummaryRow{Label: w.T("closing.kept"), Value: w.T("closing.kept_by_its_rule")}
	if c.Rule != "" {
		kept = httpkit.SummaryRow{Label: w.T("closing.kept_until"), Value: w.Date(c.DueAt), Note: w.T("closing.rule." + c.Rule)}
	}
	return httpkit.Summary{Rows: append(rows, kept)}
}

// ordinary stands in the form for no class, so that an answer is an answer.
const ordinary = "ordinary"

func closeForm(w *locale.Words, base string, stays bool, classes []string) httpkit.Form {
	fields := []httpkit.Field{{Kind: httpkit.Radios, Name: "reason", Label: w.T("closing.reason"), Required: true, Options: httpkit.Options(w, "closing.reason.", Reasons)},
		{Kind: httpkit.TextArea, Name: "note", Label: w.T("closing.note"), Rows: 4, MaxLength: sharing.LongestNote}}
	if stays {
		fields = append(fields, httpkit.Field{Kind: httpkit.Checkboxes, Name: "known", Label: w.T("closing.known"), Required: true,
			Options: []httpkit.Option{{Value: "yes", Label: w.T("closing.known_yes")}}})
	}
	if len(classes) > 0 {
		fields = append(fields, httpkit.Field{Kind: httpkit.Radios, Name: "class", Label: w.T("closing.class"), Hint: w.T("closing.class_hint"), Required: true,
			Value: ordinary, Options: httpkit.Options(w, "closing.class.", append([]string{ordinary}, classes...))})
	}
	fields = append(fields, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})
	return httpkit.Form{Action: base + "/closure", Submit: w.T("closing.close"), Legend: w.T("closing.close_title"), Fields: fields}
}

func reopenForm(w *locale.Words, base string, version int64) httpkit.Form {
	return httpkit.Form{Action: base + "/reopening", Submit: w.T("closing.reopen"), Legend: w.T("closing.reopen_title"), Version: version, Fields: []httpkit.Field{
		{Kind: httpkit.Radios, Name: "reason", Label: w.T("closing.reopen_reason"), Required: true, Options: httpkit.Options(w, "closing.reopen.", ReopenReasons)},
		{Kind: httpkit.TextArea, Name: "note", Label: w.T("closing.note"), Rows: 4, MaxLength: sharing.LongestNote}}}
}

func (p onFile) close(r *httpkit.Request) (httpkit.Reply, error) {
	n := New{Reason: r.Form("reason"), Note: r.Form("note"), Known: r.Form("known") == "yes", Class: r.Form("class")}
	if n.Class == ordinary {
		n.Class = ""
	}
	_, err := p.s.Close(r.Context(), p.kind, p.id(r), n, r.Form("once"))
	return httpkit.Posted(r, err, p.stands(r, "closing.closed"), p.show)
}

func (p onFile) reopen(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Reopen(r.Context(), p.kind, p.id(r), r.Version(), r.Form("reason"), r.Form("note"))
	return httpkit.Posted(r, err, p.stands(r, "closing.reopened"), p.show)
}

// stands leads to how the file stands.
func (p onFile) stands(r *httpkit.Request, flash string) httpkit.Reply {
	return httpkit.SeeWith(home(p.kind, p.id(r))+"/closure", flash)
}

func (p onFile) holdForm(r *httpkit.Request) (*HoldPage, error) {
	file, err := p.s.HoldForm(r.Context(), p.kind, p.id(r))
	if err != nil {
		return nil, err
	}
	base := home(p.kind, file.ID) + "/closure"
	return &HoldPage{Reference: file.Reference, OnCase: p.kind == gate.Case, Sheet: httpkit.Sheet{Back: httpkit.Link{URL: base, Text: r.W.T("closing.to_closure")}, Form: httpkit.Form{
		Action: home(p.kind, file.ID) + "/holds", Submit: r.W.T("closing.hold"), Cancel: httpkit.Link{URL: base, Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{
			{Kind: httpkit.TextArea, Name: "note", Label: r.W.T("closing.hold_note"), Hint: r.W.T("closing.hold_note_hint"), Required: true, Rows: 4, MaxLength: sharing.LongestNote},
			{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}}}, nil
}

func (p onFile) hold(r *httpkit.Request) (httpkit.Reply, error) {
	_, err := p.s.Hold(r.Context(), p.kind, p.id(r), r.Form("note"), r.Form("once"))
	return httpkit.Posted(r, err, p.stands(r, "closing.held"), p.holdForm)
}

func (p pages) holds(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, next, err := p.s.Holds(r.Context(), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := HoldsPage{Pages: r.Pages("/holds", next.String())}
	for i := range list {
		h := &list[i]
		page.Lines = append(page.Lines, HoldLine{Reference: h.Reference, Card: httpkit.Summary{Rows: []httpkit.SummaryRow{
			{Label: r.W.T("closing.file_kind"), Value: r.W.T("closing.kind." + string(h.Kind))}, {Label: r.W.T("closing.since"), Value: r.W.Date(h.SetAt)}}},
			End: httpkit.PostButton{Action: "/holds/" + h.ID + "/end", Text: r.W.T("closing.lift"), Version: h.Version, Danger: true}})
	}
	return httpkit.Show(page), nil
}

func (p pages) lift(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Lift(r.Context(), r.Param("hold"), r.Version())
	return httpkit.SeeWith("/holds", "closing.lifted"), err
}
