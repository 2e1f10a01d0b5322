package trail

import (
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// AskPage asks for the reason of reading the log.
type AskPage struct{ Reason httpkit.Field }

// Template is the page's file.
func (AskPage) Template() string { return "trail/ask" }

// ListPage is a page of the log with its filter.
type ListPage struct {
	Reason   string
	Filter   []httpkit.Field
	Metadata bool
	Table    httpkit.Table
	Pages    httpkit.Pagination
	Verify   httpkit.PostButton
}

// Template is the page's file.
func (ListPage) Template() string { return "trail/list" }

// EntryPage is one entry whole.
type EntryPage struct {
	Back     httpkit.Link
	Facts    httpkit.Summary
	Sections httpkit.Table
}

// Template is the page's file.
func (EntryPage) Template() string { return "trail/entry" }

// VerifyPage is the outcome of a verification.
type VerifyPage struct {
	Back   httpkit.Link
	Whole  bool
	Notice httpkit.Notice
	Facts  httpkit.Summary
}

// Template is the page's file.
func (VerifyPage) Template() string { return "trail/verify" }

var _ = httpkit.Register(AskPage{}, ListPage{}, EntryPage{}, VerifyPage{})

type pages struct{ s *Service }

// Pages registers the reviewer's pages.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/log", k.Do(p.list))
	g.GET("/log/entries/:entry", k.Do(p.entry))
	g.POST("/log/verification", k.Do(p.verify))
}

func reasonOptions(w *locale.Words) []httpkit.Option {
	options := []httpkit.Option{{Value: "", Label: w.T("entry.choose")}}
	for _, code := range gate.LogReasons {
		options = append(options, httpkit.Option{Value: code, Label: w.T("trail.reason." + code)})
	}
	return options
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	if err := p.s.Ask(r.Context()); err != nil {
		return httpkit.Reply{}, err
	}
	reason := r.Query("reason")
	if reason == "" {
		return httpkit.Show(AskPage{Reason: httpkit.Field{Kind: httpkit.Select, Name: "reason", Label: r.W.T("entry.reason_label"),
			Required: true, Options: reasonOptions(r.W)}}), nil
	}
	q := Question{Reason: reason, Reference: strings.ToUpper(strings.TrimSpace(r.Query("reference"))), PersonID: r.Query("person"),
		Op: audit.Op(r.Query("op")), Decision: r.Query("decision"), From: moment.Date(r.Query("from")), To: moment.Date(r.Query("to")), After: r.Query("after")}
	answer, err := p.s.Read(r.Context(), q)
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := ListPage{Reason: reason, Filter: filterFields(r.W, q), Metadata: answer.Metadata, Table: table(r.W, answer.Lines, reason),
		Verify: httpkit.PostButton{Action: "/log/verification", Text: r.W.T("trail.verify"), Quiet: false,
			Fields: []httpkit.Field{{Kind: httpkit.Hidden, Name: "reason", Value: reason}}}}
	if answer.Next != "" {
		page.Pages.Older = "/log?" + query(q, answer.Next)
	}
	if q.After != "" {
		page.Pages.Newer = "/log?" + query(q, "")
	}
	return httpkit.Show(page), nil
}

func query(q Question, after string) string {
	values := url.Values{}
	for name, value := range map[string]string{"reason": q.Reason, "reference": q.Reference, "person": q.PersonID, "op": string(q.Op),
		"decision": q.Decision, "from": string(q.From), "to": string(q.To), "after": after} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return values.Encode()
}

func filterFields(w *locale.Words, q Question) []httpkit.Field {
	any := []httpkit.Option{{Value: "", Label: w.T("trail.any")}}
	ops, decisions := any, any
	for _, op := range audit.Ops() {
		ops = append(ops, httpkit.Option{Value: string(op), Label: w.T("trail.op." + string(op))})
	}
	for _, d := range []string{audit.Allowed, audit.Denied} {
		decisions = append(decisions, httpkit.Option{Value: d, Label: w.T("trail.decision." + d)})
	}
	return []httpkit.Field{
		{Kind: httpkit.Text, Name: "reference", Label: w.T("trail.reference"), Value: q.Reference, Width: 20},
		{Kind: httpkit.Select, Name: "op", Label: w.T("trail.op"), Value: string(q.Op), Options: ops},
		{Kind: httpkit.Select, Name: "decision", Label: w.T("trail.decision"), Value: q.Decision, Options: decisions},
		{Kind: httpkit.Text, Name: "from", Label: w.T("trail.from"), Hint: w.T("trail.day_hint"), Value: string(q.From), Width: 10},
		{Kind: httpkit.Text, Name: "to", Label: w.T("trail.to"), Hint: w.T("trail.day_hint"), Value: string(q.To), Width: 10},
	}
}

func table(w *locale.Words, lines []Line, reason string) httpkit.Table {
	t := httpkit.Table{Caption: w.T("trail.list_heading"), HideCaption: true, Empty: w.T("trail.list_empty"), Columns: []httpkit.Column{
		{Label: w.T("trail.when")}, {Label: w.T("trail.who")}, {Label: w.T("trail.op")}, {Label: w.T("trail.reference")}, {Label: w.T("trail.decision")}}}
	for _, l := range lines {
		colour := "green"
		if l.Decision == audit.Denied {
			colour = "red"
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{
			{Text: w.DateTime(l.At), URL: "/log/entries/" + l.ID + "?reason=" + reason}, {Text: who(w, l), Sub: roleAndAgency(w, l)},
			{Text: w.T("trail.op." + string(l.Op)), Sub: l.Action}, {Text: l.Reference, Mono: true},
			{Text: w.T("trail.decision." + l.Decision), Tag: colour}}})
	}
	return t
}

// who is the name within the own agency; of other agencies a short mark that their own auditor can resolve.
func who(w *locale.Words, l Line) string {
	switch {
	case l.Person != "":
		return l.Person
	case l.ActorID == "":
		return w.T("trail.nobody")
	case strings.HasPrefix(l.ActorID, "system:"):
		return w.T("trail.program")
	}
	return w.T("trail.person_of", "Mark", l.ActorID[len(l.ActorID)-8:])
}

func roleAndAgency(w *locale.Words, l Line) string {
	if l.ActorRole == "" {
		return l.Agency
	}
	return strings.TrimSpace(w.T(authz.Role(l.ActorRole).Key()) + " · " + l.Agency)
}

func (p pages) entry(r *httpkit.Request) (httpkit.Reply, error) {
	reason := r.Query("reason")
	l, err := p.s.Show(r.Context(), r.Param("entry"), reason)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(EntryPage{Back: httpkit.Link{URL: "/log?reason=" + url.QueryEscape(reason), Text: r.W.T("trail.back")},
		Facts: entryFacts(r.W, l), Sections: sectionTable(r.W, l)}), nil
}

func (p pages) verify(r *httpkit.Request) (httpkit.Reply, error) {
	report, err := p.s.Verify(r.Context(), r.Form("reason"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := VerifyPage{Back: httpkit.Link{URL: "/log?reason=" + url.QueryEscape(r.Form("reason")), Text: r.W.T("trail.back")}, Whole: report.Wrong == nil,
		Notice: httpkit.Notice{Kind: "success", Text: r.W.T("trail.whole")}, Facts: reportFacts(r.W, report)}
	if report.Wrong != nil {
		page.Notice = httpkit.Notice{Kind: "warning", Text: r.W.T(string(report.Wrong.What))}
	}
	return httpkit.Show(page), nil
}
