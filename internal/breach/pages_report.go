package breach

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// ReportsPage lists reports: the reader's own, or those of the agency.
type ReportsPage struct {
	httpkit.List
	Report httpkit.Link
	Text   string
}

// Template is the page's file.
func (ReportsPage) Template() string { return "breach/reports" }

// ReportPage is a report as who answers for the agency reads it; its form says that it is no breach.
type ReportPage struct {
	httpkit.Sheet
	State   httpkit.Tag
	Notice  httpkit.Notice
	Hidden  httpkit.Notice
	Facts   httpkit.Summary
	TakeUp  httpkit.Link
	Dismiss bool
}

// Template is the page's file.
func (*ReportPage) Template() string { return "breach/report" }

var _ = httpkit.Register(ReportsPage{}, &ReportPage{})

// Links leads from a file to the report of a breach that touched it.
func Links(tx *gate.Tx, w *locale.Words) []httpkit.Link {
	return []httpkit.Link{{URL: "/breach-reports/new?file=" + tx.File().ID, Text: w.T("breach.report_title")}}
}

func (p pages) reports(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	box := BoxMine
	if asked := r.Query("box"); asked != "" {
		box = ReportBox(asked)
	}
	list, err := p.s.Reports(r.Context(), box, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	w := r.W
	page := ReportsPage{Report: httpkit.Link{URL: "/breach-reports/new", Text: w.T("breach.report_title")}, Text: w.T("breach.reports_text." + string(box)),
		List: httpkit.List{Table: reportTable(w, box, &list), Pages: r.Pages("/breach-reports?box="+string(box), list.Next.String())}}
	if list.Answers {
		page.Boxes = httpkit.BoxesOf(w, "breach", "/breach-reports", ReportBoxes(), box)
	}
	return httpkit.Show(page), nil
}

func reportTable(w *locale.Words, box ReportBox, list *ReportList) httpkit.Table {
	t := httpkit.Table{Caption: w.T("breach.reports_title"), HideCaption: true, Empty: w.T("breach.reports_none"), Columns: []httpkit.Column{
		{Label: w.T("breach.reported_at")}, {Label: w.T("breach.kind")}, {Label: w.T("breach.outcome")}}}
	for i := range list.Items {
		p := &list.Items[i]
		at, state := httpkit.Cell{Text: w.DateTime(p.ReportedAt)}, httpkit.Cell{Text: w.T("breach.outcome." + string(p.Outcome)), Tag: outcomeColours[p.Outcome]}
		if box != BoxMine {
			at.URL, at.Sub = "/breach-reports/"+p.ID, p.By
			if tag := reportState(w, p, list.Now); p.Outcome == Waiting {
				state = httpkit.Cell{Text: tag.Text, Tag: tag.Colour, Sub: w.T("breach.until", "At", w.DateTime(p.DueAt))}
			}
		}
		t.Rows = append(t.Rows, httpkit.Row{Quiet: p.Outcome != Waiting, Cells: []httpkit.Cell{at, {Text: w.T("breach.kind." + p.Kind)}, state}})
	}
	return t
}

var outcomeColours = map[Outcome]string{Waiting: "yellow", Taken: "green", None: "grey"}

// reportState is what became of a report: that nobody decided in time comes first.
func reportState(w *locale.Words, p *Report, now moment.Time) httpkit.Tag {
	if p.Overdue(now) {
		return httpkit.Tag{Text: w.T("breach.overdue"), Colour: "red"}
	}
	return httpkit.Tag{Text: w.T("breach.outcome." + string(p.Outcome)), Colour: outcomeColours[p.Outcome]}
}

// fileIn is the id of the file that somebody came from; whether it is open to them the service says.
func fileIn(text string) string {
	id, err := uuid.Parse(text)
	if err != nil {
		return ""
	}
	return id.String()
}

func (p pages) reportForm(r *httpkit.Request) (*FormPage, error) {
	now, reference, err := p.s.ReportForm(r.Context(), fileIn(r.Query("file")))
	if err != nil {
		return nil, err
	}
	w := r.W
	return &FormPage{Heading: w.T("breach.report_title"), Text: w.T("breach.report_text"), Sheet: httpkit.Sheet{
		Back: httpkit.Link{URL: "/breach-reports", Text: w.T("breach.reports_title")},
		Form: httpkit.Form{Action: "/breach-reports", Submit: w.T("breach.report"), Cancel: httpkit.Link{URL: "/breach-reports", Text: w.T("web.cancel")}, Fields: []httpkit.Field{
			{Kind: httpkit.Select, Name: "kind", Label: w.T("breach.kind"), Required: true, Options: httpkit.Options(w, "breach.kind.", Kinds)},
			{Kind: httpkit.Day, Name: "noticed_at", Label: w.T("breach.noticed_at"), Value: dayOf(now), Required: true},
			{Kind: httpkit.Text, Name: "noticed_hour", Label: w.T("breach.known_hour"), Hint: w.T("breach.hour_hint"), Value: hourOf(now), Width: 5, MaxLength: 5, Required: true},
			{Kind: httpkit.TextArea, Name: "story", Label: w.T("breach.story"), Hint: w.T("breach.story_hint"), Rows: 4, MaxLength: longestText, Required: true},
			{Kind: httpkit.TextArea, Name: "references", Label: w.T("breach.files"), Hint: w.T("breach.report_files_hint"), Value: reference, Rows: 3, MaxLength: mostFiles * 20},
			{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()},
		}}}}, nil
}

func (p pages) report(r *httpkit.Request) (httpkit.Reply, error) {
	wrong := invalid()
	n := NewReport{Kind: r.Form("kind"), NoticedAt: instantIn(r, wrong, "noticed_at", "noticed_hour"), Story: r.Form("story"), References: referencesIn(r.Form("references"))}
	err := wrong.OrNil()
	if err == nil {
		_, err = p.s.Report(r.Context(), n, r.Form("once"))
	}
	return httpkit.Posted(r, err, httpkit.SeeWith("/breach-reports", "breach.report_sent"), p.reportForm)
}

func (p pages) showReport(r *httpkit.Request) (*ReportPage, error) {
	v, err := p.s.ShowReport(r.Context(), r.Param("report"))
	if err != nil {
		return nil, err
	}
	w, at := r.W, "/breach-reports/"+v.ID
	page := &ReportPage{State: reportState(w, &v.Report, v.Now), Facts: reportFacts(w, &v)}
	page.Back = httpkit.Link{URL: "/breach-reports?box=waiting", Text: w.T("breach.reports_title")}
	if v.Outcome == Waiting {
		page.Notice = httpkit.Notice{Kind: "warning", Text: w.T("breach.report_due_text", "At", w.DateTime(v.DueAt), "Law", v.Law)}
	}
	if v.Withheld {
		page.Hidden = httpkit.Notice{Kind: "info", Text: w.T("breach.withheld")}
	}
	if v.Records && v.Outcome == Waiting {
		page.TakeUp = httpkit.Link{URL: at + "/breach", Text: w.T("breach.take_up_title")}
		page.Dismiss = !v.Withheld
		page.Form = httpkit.Form{Action: at + "/dismissal", Submit: w.T("breach.dismiss"), Version: v.Version(), Legend: w.T("breach.dismiss_title"), Fields: []httpkit.Field{
			{Kind: httpkit.TextArea, Name: "reason", Label: w.T("breach.dismiss_reason"), Hint: w.T("breach.dismiss_hint"), Rows: 3, MaxLength: longestText, Required: true}}}
	}
	return page, nil
}

func reportFacts(w *locale.Words, v *Reported) httpkit.Summary {
	rows := []httpkit.SummaryRow{
		{Label: w.T("breach.kind"), Value: w.T("breach.kind." + v.Kind)},
		{Label: w.T("breach.reported_at"), Value: w.DateTime(v.ReportedAt), Note: v.By},
		{Label: w.T("breach.noticed_at"), Value: w.DateTime(v.NoticedAt)},
		{Label: w.T("breach.story"), Value: cmp.Or(v.Story, w.T("breach.withheld_here"))}}
	if files := v.Files; len(files) > 0 {
		row := httpkit.SummaryRow{Label: w.T("breach.files"), Value: files[0].Reference}
		for _, f := range files[1:] {
			row.Values = append(row.Values, f.Reference)
		}
		rows = append(rows, row)
	}
	if v.Outcome == Waiting {
		return httpkit.Summary{Rows: rows}
	}
	decision := httpkit.SummaryRow{Label: w.T("breach.decided_at"), Value: w.DateTime(v.DecidedAt), Note: v.Decider}
	if v.Outcome == Taken {
		decision.Change = httpkit.Link{URL: "/breaches/" + v.BreachID, Text: w.T("breach.show_title")}
	}
	if rows = append(rows, decision); v.Outcome == None {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("breach.dismiss_reason"), Value: cmp.Or(v.Reason, w.T("breach.withheld_here"))})
	}
	return httpkit.Summary{Rows: rows}
}

func (p pages) takeUpForm(r *httpkit.Request) (*FormPage, error) {
	v, err := p.s.ShowReport(r.Context(), r.Param("report"))
	if err == nil && !v.Records {
		err = notFound()
	}
	if err == nil && v.Outcome != Waiting {
		err = decided()
	}
	if err != nil {
		return nil, err
	}
	w, url := r.W, "/breach-reports/"+v.ID
	page := formPage(w, v.asNew())
	page.Heading, page.Text = w.T("breach.take_up_title"), w.T("breach.take_up_text", "At", w.DateTime(v.ReportedAt))
	if v.Withheld {
		page.Text = strings.Join([]string{page.Text, w.T("breach.take_up_unread")}, " ")
		page.Form.Fields = slices.DeleteFunc(page.Form.Fields, func(f httpkit.Field) bool { return slices.Contains(worded, f.Name) })
	}
	page.Back = httpkit.Link{URL: url, Text: w.T("breach.report_show_title")}
	page.Form.Action, page.Form.Submit = url+"/breach", w.T("breach.record")
	page.Form.Cancel = httpkit.Link{URL: url, Text: w.T("web.cancel")}
	page.Form.Fields = append(page.Form.Fields, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})
	return page, nil
}

func (p pages) takeUp(r *httpkit.Request) (httpkit.Reply, error) {
	n, err := posted(r)
	id := ""
	if err == nil {
		id, err = p.s.TakeUp(r.Context(), r.Param("report"), n, r.Form("once"))
	}
	return httpkit.Posted(r, err, httpkit.SeeWith("/breaches/"+id, "breach.recorded"), p.takeUpForm)
}

func (p pages) dismiss(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Dismiss(r.Context(), r.Param("report"), r.Version(), r.Form("reason"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/breach-reports/"+r.Param("report"), "breach.dismissed"), p.showReport)
}
