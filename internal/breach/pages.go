package breach

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// ListPage lists the breaches of the reader's agency.
type ListPage struct {
	httpkit.List
	Record  httpkit.Link
	Reports httpkit.Link
	Law     string
}

// Template is the page's file.
func (ListPage) Template() string { return "breach/list" }

// FormPage asks what is known of a breach, at first or once more.
type FormPage struct {
	httpkit.Sheet
	Heading string
	Text    string
}

// Template is the page's file.
func (*FormPage) Template() string { return "breach/form" }

// ShowPage is a breach with its versions.
type ShowPage struct {
	Back    httpkit.Link
	State   httpkit.Tag
	Notice  httpkit.Notice
	Safe    httpkit.Notice
	Hidden  httpkit.Notice
	Facts   httpkit.Summary
	Origins httpkit.Table
	Correct httpkit.Link
	Before  []VersionCard
}

// VersionCard is a version as it was before.
type VersionCard struct {
	Heading string
	Facts   httpkit.Summary
}

// Template is the page's file.
func (ShowPage) Template() string { return "breach/show" }

var _ = httpkit.Register(ListPage{}, &FormPage{}, ShowPage{})

type pages struct{ s *Service }

// Pages registers the pages of breaches.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/breaches", k.Do(p.list))
	g.GET("/breaches/new", k.Do(httpkit.Shows(p.blank)))
	g.POST("/breaches", k.Do(p.record))
	g.GET("/breaches/:breach", k.Do(httpkit.Shows(p.show)))
	g.GET("/breaches/:breach/correction", k.Do(httpkit.Shows(p.correctForm)))
	g.POST("/breaches/:breach/correction", k.Change(p.correct))
	g.GET("/breach-reports", k.Do(p.reports))
	g.GET("/breach-reports/new", k.Do(httpkit.Shows(p.reportForm)))
	g.POST("/breach-reports", k.Do(p.report))
	g.GET("/breach-reports/:report", k.Do(httpkit.Shows(p.showReport)))
	g.GET("/breach-reports/:report/breach", k.Do(httpkit.Shows(p.takeUpForm)))
	g.POST("/breach-reports/:report/breach", k.Do(p.takeUp))
	g.POST("/breach-reports/:report/dismissal", k.Change(p.dismiss))
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	box := BoxOpen
	if asked := r.Query("box"); asked != "" {
		box = Box(asked)
	}
	list, err := p.s.List(r.Context(), box, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	w := r.W
	t := httpkit.Table{Caption: w.T("breach.list_title"), HideCaption: true, Empty: w.T("breach.none"), Columns: []httpkit.Column{
		{Label: w.T("breach.known_at")}, {Label: w.T("breach.kind")}, {Label: w.T("breach.authority_short")}, {Label: w.T("breach.subjects")}}}
	for i := range list.Items {
		b := &list.Items[i]
		state := stateOf(w, b, list.Now)
		t.Rows = append(t.Rows, httpkit.Row{Quiet: box == BoxDone, Cells: []httpkit.Cell{{Text: w.DateTime(b.KnownAt), URL: "/breaches/" + b.ID},
			{Text: w.T("breach.kind." + b.Kind)}, {Text: state.Text, Tag: state.Colour, Sub: untilText(w, b)}, {Text: w.T("breach.subjects." + string(b.Subjects))}}})
	}
	page := ListPage{Law: list.Law, Reports: httpkit.Link{URL: "/breach-reports?box=waiting", Text: w.T("breach.reports_title")}, List: httpkit.List{Boxes: httpkit.BoxesOf(w, "breach", "/breaches", Boxes(), box), Table: t,
		Pages: r.Pages("/breaches?box="+string(box), list.Next.String())}}
	if list.Records {
		page.Record = httpkit.Link{URL: "/breaches/new", Text: w.T("breach.new_title")}
	}
	return httpkit.Show(page), nil
}

// stateOf is where the agency stands to the authority: that it is late comes first.
func stateOf(w *locale.Words, b *Breach, now moment.Time) httpkit.Tag {
	if b.Overdue(now) {
		return httpkit.Tag{Text: w.T("breach.overdue"), Colour: "red"}
	}
	colour := "green"
	if b.Authority == Pending {
		colour = "yellow"
	}
	return httpkit.Tag{Text: w.T("breach.authority." + string(b.Authority)), Colour: colour}
}

func untilText(w *locale.Words, b *Breach) string {
	if b.Authority != Pending {
		return ""
	}
	return w.T("breach.until", "At", w.DateTime(b.DueAt))
}

func toList(w *locale.Words) httpkit.Link {
	return httpkit.Link{URL: "/breaches", Text: w.T("breach.list_title")}
}

func (p pages) show(r *httpkit.Request) (ShowPage, error) {
	v, err := p.s.Show(r.Context(), r.Param("breach"))
	if err != nil {
		return ShowPage{}, err
	}
	w := r.W
	page := ShowPage{Back: toList(w), State: stateOf(w, &v.Breach, v.Now), Facts: factsOf(w, &v.Breach)}
	if v.Authority == Pending {
		page.Notice = httpkit.Notice{Kind: "warning", Text: w.T("breach.due_text", "At", w.DateTime(v.DueAt), "Law", v.Law)}
	}
	if v.Subjects == HighRisk {
		page.Safe = httpkit.Notice{Kind: "warning", Text: w.T("breach.safe_contact")}
	}
	if v.Withheld {
		page.Hidden = httpkit.Notice{Kind: "info", Text: w.T("breach.withheld")}
	}
	page.Origins = httpkit.Table{Caption: w.T("breach.origins"), Columns: []httpkit.Column{{Label: w.T("breach.origin")}, {Label: w.T("breach.country")}}}
	for _, o := range v.Origins {
		abroad := ""
		if o.Country != v.Country {
			abroad = w.T("breach.abroad")
		}
		page.Origins.Rows = append(page.Origins.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: o.Agency}, {Text: entry.CodeName(w, "countries", o.Country), Sub: abroad}}})
	}
	if from := &v.Report; from.ID != "" {
		page.Facts.Rows = append(page.Facts.Rows, httpkit.SummaryRow{Label: w.T("breach.reported_at"), Value: w.DateTime(from.ReportedAt), Note: from.By,
			Change: httpkit.Link{URL: "/breach-reports/" + from.ID, Text: w.T("breach.report_show_title")}})
	}
	if v.Records {
		page.Correct = httpkit.Link{URL: "/breaches/" + v.ID + "/correction", Text: w.T("breach.correct_title")}
	}
	for i := range v.Before {
		b := &v.Before[i]
		page.Before = append(page.Before, VersionCard{Heading: w.T("breach.version", "Number", b.Version), Facts: factsOf(w, b)})
	}
	return page, nil
}

func factsOf(w *locale.Words, b *Breach) httpkit.Summary {
	rows := []httpkit.SummaryRow{
		{Label: w.T("breach.kind"), Value: w.T("breach.kind." + b.Kind)},
		{Label: w.T("breach.known_at"), Value: w.DateTime(b.KnownAt)},
		{Label: w.T("breach.story"), Value: cmp.Or(b.Texts.Story, w.T("breach.withheld_here"))},
		{Label: w.T("breach.persons"), Value: personsText(w, b.Persons)}}
	if files := b.Files; len(files) > 0 {
		row := httpkit.SummaryRow{Label: w.T("breach.files"), Value: files[0].Reference}
		for _, f := range files[1:] {
			row.Values = append(row.Values, f.Reference)
		}
		rows = append(rows, row)
	}
	authority := httpkit.SummaryRow{Label: w.T("breach.authority"), Value: w.T("breach.authority." + string(b.Authority)), Note: untilText(w, b)}
	if b.Authority == Told {
		authority.Note = w.DateTime(b.ToldAt)
	}
	rows = append(rows, authority)
	subjects := httpkit.SummaryRow{Label: w.T("breach.subjects"), Value: w.T("breach.subjects." + string(b.Subjects)), Note: w.Day(b.SubjectsOn)}
	if b.Subjects == Exempt {
		subjects.Note = w.T("breach.exemption." + b.Exemption)
	}
	rows = append(rows, subjects)
	for _, text := range []struct{ key, value string }{{"told_ref", b.Texts.ToldRef}, {"late", b.Texts.Late}, {"no_risk", b.Texts.NoRisk},
		{"effects", b.Texts.Effects}, {"measures", b.Texts.Measures}} {
		if text.value != "" {
			rows = append(rows, httpkit.SummaryRow{Label: w.T("breach." + text.key), Value: text.value})
		}
	}
	rows = append(rows, httpkit.SummaryRow{Label: w.T("breach.written"), Value: w.DateTime(b.WrittenAt), Note: b.By})
	return httpkit.Summary{Rows: rows}
}

func personsText(w *locale.Words, persons int64) string {
	if persons == 0 {
		return w.T("breach.persons_unknown")
	}
	return w.Number(int(persons))
}

// numberOf reads a number of persons; nothing is not known, and what is no number is out of range.
func numberOf(text string) int64 {
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return -1
	}
	return n
}

// referencesIn are the references that somebody wrote down, one a line or with commas between.
func referencesIn(text string) []string {
	return strings.FieldsFunc(strings.ToUpper(text), func(c rune) bool { return c == ',' || c == ';' || c == ' ' || c == '\n' || c == '\r' || c == '\t' })
}
