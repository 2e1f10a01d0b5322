package report

import (
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// ReferralsPage shows how long referrals wait and how they end.
type ReferralsPage struct {
	Period  string
	Periods httpkit.Boxes
	Table   httpkit.Table
	Persons httpkit.Summary
}

// Template is the page's file.
func (ReferralsPage) Template() string { return "report/referrals" }

// ListPage shows the referrals behind a figure that the reader may open.
type ListPage struct {
	Back  httpkit.Link
	Table httpkit.Table
	Pages httpkit.Pagination
}

// Template is the page's file.
func (ListPage) Template() string { return "report/list" }

// SignalsPage shows what came of signals.
type SignalsPage struct {
	Period  string
	Periods httpkit.Boxes
	Tables  []httpkit.Table
}

// Template is the page's file.
func (SignalsPage) Template() string { return "report/signals" }

var _ = httpkit.Register(ReferralsPage{}, ListPage{}, SignalsPage{})

type pages struct{ s *Service }

// Pages registers the figures.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/figures", k.Do(p.referrals))
	g.GET("/figures/referrals", k.Do(p.list))
	g.GET("/figures/signals", k.Do(p.signals))
}

// quartersOffered are two years; older ones can be asked for by their name.
const quartersOffered = 8

// periods offers the running quarter and those before it.
func periods(w *locale.Words, path, shown string, now moment.Time) httpkit.Boxes {
	list := httpkit.Boxes{Label: w.T("report.periods")}
	today := now.Time().In(moment.Brussels())
	for day := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, time.UTC); len(list.Items) < quartersOffered; day = day.AddDate(0, -3, 0) {
		quarter := quarterOf(day)
		year, number, _ := strings.Cut(quarter, "-Q")
		list.Items = append(list.Items, httpkit.NavItem{URL: path + "?quarter=" + quarter, Text: w.T("report.quarter", "Number", number, "Year", year),
			Current: quarter == shown})
	}
	return list
}

func periodText(w *locale.Words, p Period) string {
	return w.T("report.period_shown", "From", w.Day(moment.Date(p.From)), "Until", w.Day(moment.Date(p.Until)))
}

func (p pages) referrals(r *httpkit.Request) (httpkit.Reply, error) {
	figures, err := p.s.Referrals(r.Context(), r.Query("quarter"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	w := r.W
	page := ReferralsPage{Period: periodText(w, figures.Period), Periods: periods(w, "/figures", figures.Period.Quarter, p.s.gate.Now()), Table: httpkit.Table{Caption: w.T("report.referrals_title"),
		HideCaption: true, Empty: w.T("report.no_referrals"), Columns: []httpkit.Column{{Label: w.T("report.from")}, {Label: w.T("report.to")}, {Label: w.T("report.number"), Numeric: true},
			{Label: w.T("report.answer")}, {Label: w.T("report.service")}, {Label: w.T("report.in_time"), Numeric: true}, {Label: w.T("report.ends")}, {Label: w.T("report.behind")}}}}
	page.Persons = personRows(w, &figures.Persons)
	for i := range figures.Pairs {
		page.Table.Rows = append(page.Table.Rows, httpkit.Row{Cells: pairCells(w, &figures.Pairs[i], figures.Period)})
	}
	return httpkit.Show(page), nil
}

func personRows(w *locale.Words, p *Persons) httpkit.Summary {
	rows := []httpkit.SummaryRow{{Label: w.T("report.persons_number"), Value: numberText(w, p.Number)}}
	for _, c := range p.Says {
		name := w.T("report.rest")
		if c.Code != rest {
			name = w.T("report.says." + c.Code)
		}
		rows = append(rows, httpkit.SummaryRow{Label: name, Value: w.Number(c.Number)})
	}
	return httpkit.Summary{Rows: rows}
}

func pairCells(w *locale.Words, p *Pair, period Period) []httpkit.Cell {
	open := httpkit.Cell{Text: "—"}
	if p.MayOpen > 0 {
		open = httpkit.Cell{Text: w.N("report.open", p.MayOpen), URL: "/figures/referrals?" + url.Values{"agency": {p.FromAgencyID}, "desk": {p.ToDeskID},
			"quarter": {period.Quarter}}.Encode()}
	}
	inTime := "—"
	if p.InTime != nil {
		inTime = w.Number(*p.InTime) + " %"
	}
	return []httpkit.Cell{{Text: p.FromAgency}, {Text: p.ToAgency, Sub: p.ToDesk}, {Text: numberText(w, p.Number)}, timesCell(w, p.Answer), timesCell(w, p.Service),
		{Text: inTime}, {Text: endsText(w, p.Ends)}, open}
}

func numberText(w *locale.Words, n int) string {
	if n == 0 {
		return w.T("report.few")
	}
	return w.Number(n)
}

func timesCell(w *locale.Words, t *Times) httpkit.Cell {
	if t == nil {
		return httpkit.Cell{Text: "—"}
	}
	return httpkit.Cell{Text: durationText(w, t.Median), Sub: w.T("report.p90", "Time", durationText(w, t.P90))}
}

// durationText rounds up: to hours below two days, to days above.
func durationText(w *locale.Words, d time.Duration) string {
	hours := int((d + time.Hour - 1) / time.Hour)
	if hours < 48 {
		return w.N("report.hours", hours)
	}
	return w.N("report.days", (hours+23)/24)
}

func endsText(w *locale.Words, ends []Count) string {
	lines := make([]string, 0, len(ends))
	for _, end := range ends {
		lines = append(lines, w.Label(endName(w, end.Code))+" "+w.Number(end.Number))
	}
	if len(lines) == 0 {
		return "—"
	}
	return strings.Join(lines, "; ")
}

func endName(w *locale.Words, code string) string {
	if reason, ok := strings.CutPrefix(code, "declined."); ok {
		return w.T("sharing.state.declined") + " (" + w.T("sharing.decline."+reason) + ")"
	}
	if outcome, ok := strings.CutPrefix(code, "completed."); ok {
		return w.T("sharing.outcome." + outcome)
	}
	if code == rest {
		return w.T("report.rest")
	}
	return w.T("sharing.state." + code)
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	behind, err := p.s.List(r.Context(), r.Query("agency"), r.Query("desk"), r.Query("quarter"), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	query := url.Values{"quarter": {behind.Period.Quarter}}
	page := ListPage{Back: httpkit.Link{URL: "/figures?" + query.Encode(), Text: r.W.T("report.referrals_title")},
		Table: sharing.Table(r.W, behind.Referrals, sharing.Received, behind.Now)}
	page.Table.Caption, page.Table.HideCaption = r.W.T("report.list_title"), true
	query.Set("agency", r.Query("agency"))
	query.Set("desk", r.Query("desk"))
	if r.Query("after") != "" {
		page.Pages.Newer = "/figures/referrals?" + query.Encode()
	}
	if behind.Next.ID != "" {
		page.Pages.Older = "/figures/referrals?" + query.Encode() + "&after=" + behind.Next.String()
	}
	return httpkit.Show(page), nil
}

func (p pages) signals(r *httpkit.Request) (httpkit.Reply, error) {
	figures, err := p.s.Signals(r.Context(), r.Query("quarter"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	w := r.W
	page := SignalsPage{Period: periodText(w, figures.Period), Periods: periods(w, "/figures/signals", figures.Period.Quarter, p.s.gate.Now())}
	for _, t := range figures.Tables {
		table := httpkit.Table{Caption: w.T("report.by." + string(t.By)), Empty: w.T("report.no_signals"), Columns: []httpkit.Column{{Label: w.T("report.key." + string(t.By))},
			{Label: w.T("report.number"), Numeric: true}}}
		if t.By.tellsEnds() {
			table.Columns = append(table.Columns, httpkit.Column{Label: w.T("report.came_of")}, httpkit.Column{Label: w.T("report.passed"), Numeric: true})
		}
		for _, line := range t.Lines {
			table.Rows = append(table.Rows, httpkit.Row{Cells: signalCells(w, t.By, &line)})
		}
		page.Tables = append(page.Tables, table)
	}
	return httpkit.Show(page), nil
}

func signalCells(w *locale.Words, by By, line *SignalLine) []httpkit.Cell {
	cells := []httpkit.Cell{{Text: keyText(w, by, line.Key)}, {Text: numberText(w, line.Number)}}
	if !by.tellsEnds() {
		return cells
	}
	ends := make([]string, 0, len(line.Ends))
	for _, end := range line.Ends {
		name := w.T("report.rest")
		if end.Code != rest {
			name = w.T("signal.state." + end.Code)
		}
		ends = append(ends, w.Label(name)+" "+w.Number(end.Number))
	}
	passed := "—"
	if line.Passed > 0 {
		passed = w.Number(line.Passed)
	}
	return append(cells, httpkit.Cell{Text: orDash(strings.Join(ends, "; "))}, httpkit.Cell{Text: passed})
}

func keyText(w *locale.Words, by By, key string) string {
	switch by {
	case ByDiscipline:
		return w.T(authz.Role(key).Key())
	case ByExploitation:
		return entry.CodeName(w, "exploitation_types", key)
	}
	return key
}

func orDash(text string) string {
	if text == "" {
		return "—"
	}
	return text
}
