package trail

import (
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// AskPage asks for the reason of reading the log; Action is where it leads.
type AskPage struct {
	Action string
	Reason httpkit.Field
}

// Template is the page's file.
func (AskPage) Template() string { return "trail/ask" }

// ListPage is a page of the log with its filter.
type ListPage struct {
	Reason   string
	Filter   []httpkit.Field
	Filtered bool
	Metadata bool
	Cases    bool
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
	Replay   httpkit.Link
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
	g.GET("/decisions", k.Do(p.findDecision))
	g.GET("/decisions/:entry", k.Do(p.decision))
}

func reasonField(w *locale.Words) httpkit.Field {
	field := httpkit.Field{Kind: httpkit.Select, Name: "reason", Label: w.T("entry.reason_label"), Required: true}
	for _, code := range gate.LogReasons {
		field.Options = append(field.Options, httpkit.Option{Value: code, Label: w.T("trail.reason." + code)})
	}
	return field
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	q := asked(r)
	if q.Reason == "" {
		return p.askFor(r, "/log")
	}
	answer, err := p.s.Read(r.Context(), q)
	if fault.KindOf(err) == fault.Invalid {
		return again(r, q, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := listPage(r.W, q, answer.People)
	page.Metadata, page.Cases, page.Table = answer.Metadata, answer.Cases, table(r.W, answer.Lines, q.Reason)
	if answer.Next != "" {
		page.Pages.Older = "/log?" + query(q, answer.Next)
	}
	if q.After != "" {
		page.Pages.Newer = "/log?" + query(q, "")
	}
	return httpkit.Show(page), nil
}

// askFor asks for the reason first; to those who may not read the log there is no such page.
func (p pages) askFor(r *httpkit.Request, action string) (httpkit.Reply, error) {
	if err := p.s.Ask(r.Context()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(AskPage{Action: action, Reason: reasonField(r.W)}), nil
}

// again shows the filter with what is wrong in it, and no entries.
func again(r *httpkit.Request, q Question, err error) (httpkit.Reply, error) {
	form := httpkit.Form{Fields: append(filterFields(r.W, q, nil), reasonField(r.W))}
	form.Mark(r, err)
	last := len(form.Fields) - 1
	if form.Fields[last].Error != "" {
		return httpkit.ShowStatus(AskPage{Action: "/log", Reason: form.Fields[last]}, 422), nil
	}
	page := listPage(r.W, q, nil)
	page.Filter, page.Filtered, page.Table = form.Fields[:last], true, table(r.W, nil, q.Reason)
	return httpkit.ShowStatus(page, 422), nil
}

func asked(r *httpkit.Request) Question {
	return Question{Reason: r.Query("reason"), Reference: strings.ToUpper(strings.TrimSpace(r.Query("reference"))), PersonID: r.Query("person"),
		Op: audit.Op(r.Query("op")), Decision: r.Query("decision"), From: moment.Date(r.Query("from")), To: moment.Date(r.Query("to")), After: r.Query("after")}
}

func listPage(w *locale.Words, q Question, people []agency.Colleague) ListPage {
	plain := Question{Reason: q.Reason, After: q.After}
	return ListPage{Reason: q.Reason, Filter: filterFields(w, q, people), Filtered: q != plain,
		Verify: httpkit.PostButton{Action: "/log/verification", Text: w.T("trail.verify"),
			Fields: []httpkit.Field{{Kind: httpkit.Hidden, Name: "reason", Value: q.Reason}}}}
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

func filterFields(w *locale.Words, q Question, people []agency.Colleague) []httpkit.Field {
	var persons, ops, decisions []httpkit.Option
	for _, c := range people {
		persons = append(persons, httpkit.Option{Value: c.ID, Label: c.Name})
	}
	for _, op := range audit.Ops() {
		ops = append(ops, httpkit.Option{Value: string(op), Label: w.T("trail.op." + string(op))})
	}
	for _, d := range []string{audit.Allowed, audit.Denied} {
		decisions = append(decisions, httpkit.Option{Value: d, Label: w.T("trail.decision." + d)})
	}
	fields := []httpkit.Field{
		{Kind: httpkit.Text, Name: "reference", Label: w.T("trail.reference"), Value: q.Reference, Width: 20},
		{Kind: httpkit.Select, Name: "person", Label: w.T("trail.person"), Value: q.PersonID, Options: persons},
		{Kind: httpkit.Select, Name: "op", Label: w.T("trail.op"), Value: string(q.Op), Options: ops},
		{Kind: httpkit.Select, Name: "decision", Label: w.T("trail.decision"), Value: q.Decision, Options: decisions},
		{Kind: httpkit.Text, Name: "from", Label: w.T("trail.from"), Hint: w.T("trail.day_hint"), Value: string(q.From), Width: 10},
		{Kind: httpkit.Text, Name: "to", Label: w.T("trail.to"), Hint: w.T("trail.day_hint"), Value: string(q.To), Width: 10},
	}
	for i := range fields {
		fields[i].MarkRequired = true // nothing in a filter is
	}
	return fields
}

func table(w *locale.Words, lines []Line, reason string) httpkit.Table {
	t := httpkit.Table{Caption: w.T("trail.list_heading"), HideCaption: true, Empty: w.T("trail.list_empty"), Columns: []httpkit.Column{
		{Label: w.T("trail.when")}, {Label: w.T("trail.who")}, {Label: w.T("trail.what")}, {Label: w.T("trail.reference")}, {Label: w.T("trail.decision")}}}
	for _, l := range lines {
		colour := "green"
		if l.Decision == audit.Denied {
			colour = "red"
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{
			{Text: w.DateTime(l.At), URL: "/log/entries/" + l.ID + "?reason=" + reason}, {Text: who(w, l), Sub: roleAndAgency(w, l)},
			{Text: actionWords(w, l), Sub: w.T("trail.op." + string(l.Op))}, {Text: l.Reference, Mono: true},
			{Text: w.T("trail.decision." + l.Decision), Tag: colour, Sub: refusedSections(w, l)}}})
	}
	return t
}

// actionWords say what was done; an action of a later version stands with its name.
func actionWords(w *locale.Words, l Line) string {
	return codeWords(w, []string{"trail.action."}, l.Action)
}

// refusedSections counts the sections of a file that stayed closed while the file was shown.
func refusedSections(w *locale.Words, l Line) string {
	refused := 0
	for _, s := range l.Sections {
		if s.Decision == audit.Denied {
			refused++
		}
	}
	if refused == 0 || l.Decision == audit.Denied {
		return ""
	}
	return w.N("trail.refused_sections", refused)
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
	return w.T("trail.person_of", "Mark", l.ActorID[max(0, len(l.ActorID)-8):])
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
	page := EntryPage{Back: httpkit.Link{URL: "/log?reason=" + url.QueryEscape(reason), Text: r.W.T("trail.back")},
		Facts: entryFacts(r.W, l), Sections: sectionTable(r.W, l)}
	if p.s.replayable(r.Context(), &l) {
		page.Replay = httpkit.Link{URL: "/decisions/" + l.ID + "?reason=" + url.QueryEscape(reason), Text: r.W.T("trail.replay")}
	}
	return httpkit.Show(page), nil
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
