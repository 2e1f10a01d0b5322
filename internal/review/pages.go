package review

import (
	"github.com/gin-gonic/gin"

	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/sharing"
)

// ListPage lists what the reader's desks have to review, and for auditors how far each desk has come.
type ListPage struct {
	httpkit.List
	Quarter string
	Due     string
	Audits  bool
	Tallies httpkit.Table
}

// Template is the page's file.
func (ListPage) Template() string { return "review/list" }

// DecidePage asks what becomes of one grant.
type DecidePage struct {
	httpkit.Sheet
	Reference string
	Notice    httpkit.Notice
	Card      httpkit.Summary
}

// Template is the page's file.
func (*DecidePage) Template() string { return "review/decide" }

var _ = httpkit.Register(ListPage{}, &DecidePage{})

type pages struct{ s *Service }

// Pages registers the pages of the review.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/reviews", k.Do(p.list))
	g.GET("/reviews/:grant", k.Do(httpkit.Shows(p.show)))
	g.POST("/reviews/:grant", k.Change(p.decide))
}

func quarterText(w *locale.Words, q Quarter) string {
	return w.T("review.quarter", "Number", q.Number, "Year", q.Year)
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, err := p.s.List(r.Context(), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	w := r.W
	t := httpkit.Table{Caption: w.T("review.list_title"), HideCaption: true, Empty: w.T("review.none"), Columns: []httpkit.Column{
		{Label: w.T("sharing.file")}, {Label: w.T("sharing.who")}, {Label: w.T("sharing.why")}, {Label: w.T("sharing.since")}, {Label: w.T("sharing.until")}}}
	for i := range list.Lines {
		l := &list.Lines[i]
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: l.Reference, URL: "/reviews/" + l.GrantID, Mono: true},
			{Text: l.Agency, Sub: whoText(w, l)}, {Text: w.T("gate.purpose." + l.Purpose), Sub: w.T("gate.basis." + l.Basis)},
			{Text: w.Date(l.SinceAt)}, {Text: w.Date(l.UntilAt)}}})
	}
	page := ListPage{List: httpkit.List{Table: t, Pages: r.Pages("/reviews", list.Next.String())}, Quarter: quarterText(w, list.Quarter),
		Due: w.T("review.list_text", "Day", w.Date(list.DueAt)), Audits: list.Audits}
	page.Tallies = httpkit.Table{Caption: w.T("review.tallies"), Empty: w.T("review.none"), Columns: []httpkit.Column{
		{Label: w.T("review.desk")}, {Label: w.T("review.open")}, {Label: w.T("review.done_count")}}}
	for _, one := range list.Tallies {
		desk := one.Desk
		if desk == "" {
			desk = w.T("sharing.one_person")
		}
		page.Tallies.Rows = append(page.Tallies.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: desk}, {Text: w.Number(one.Open)}, {Text: w.Number(one.Done)}}})
	}
	return httpkit.Show(page), nil
}

func whoText(w *locale.Words, l *Line) string {
	if l.GranteeKind == "worker" {
		return w.T("sharing.one_person")
	}
	return l.Desk
}

func (p pages) show(r *httpkit.Request) (*DecidePage, error) {
	v, err := p.s.Show(r.Context(), r.Param("grant"))
	if err != nil {
		return nil, err
	}
	w := r.W
	page := &DecidePage{Reference: v.Reference, Card: httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: w.T("sharing.who"), Value: v.Agency, Note: whoText(w, &v.Line)},
		{Label: w.T("sharing.sections"), Value: entry.SectionLine(w, v.Sections, v.OnlyOf, nil)},
		{Label: w.T("sharing.purpose"), Value: w.T("gate.purpose." + v.Purpose)},
		{Label: w.T("sharing.basis"), Value: w.T("gate.basis." + v.Basis)},
		{Label: w.T("sharing.since"), Value: w.Date(v.SinceAt)},
		{Label: w.T("sharing.until"), Value: w.Date(v.UntilAt)}}}}
	keep := httpkit.Option{Value: "keep", Label: w.T("review.keep"), Hint: w.T("review.keep_hint", "Day", w.Date(v.UntilAt))}
	if v.TooLong {
		page.Notice.Text, keep.Disabled = w.T("review.beyond", "Last", v.Last), true
	}
	page.Back = httpkit.Link{URL: "/reviews", Text: w.T("review.list_title")}
	page.Form = httpkit.Form{Action: "/reviews/" + v.GrantID, Submit: w.T("review.decide"), Version: v.Version,
		Cancel: httpkit.Link{URL: "/reviews", Text: w.T("web.cancel")}, Fields: []httpkit.Field{
			{Kind: httpkit.Radios, Name: "decision", Label: w.T("review.decision"), Required: true,
				Options: []httpkit.Option{keep, {Value: "end", Label: w.T("review.end"), Hint: w.T("review.end_hint")}}},
			{Kind: httpkit.Select, Name: "reason", Label: w.T("review.reason"), Hint: w.T("review.reason_hint"),
				Options: httpkit.Options(w, "sharing.renew.", sharing.RenewReasons)}}}
	return page, nil
}

func (p pages) decide(r *httpkit.Request) (httpkit.Reply, error) {
	reason := r.Form("reason")
	if r.Form("decision") == "end" { // the form has one for both
		reason = ""
	}
	d, err := decisionIn(r.Form("decision"), reason)
	words := "review.ended"
	if d.Keep {
		words = "review.kept"
	}
	if err == nil {
		err = p.s.Decide(r.Context(), r.Param("grant"), r.Version(), d)
	}
	return httpkit.Posted(r, err, httpkit.SeeWith("/reviews", words), p.show)
}

// decisionIn reads the two words; nothing is decided by leaving something open.
func decisionIn(word, reason string) (Decision, error) {
	switch word {
	case "keep":
		return Decision{Keep: true, Reason: reason}, nil
	case "end":
		if reason != "" { // it would be kept nowhere
			return Decision{}, invalid().WithField("reason", "fault.field_unknown_code")
		}
		return Decision{}, nil
	case "":
		return Decision{}, invalid().WithField("decision", "fault.field_required")
	}
	return Decision{}, invalid().WithField("decision", "fault.field_unknown_code")
}
