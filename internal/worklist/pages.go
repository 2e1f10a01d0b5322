package worklist

import (
	"slices"

	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/clock"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/sharing"
	"relais/internal/task"
)

// ShowPage is the landing page. An empty table without columns is not printed.
type ShowPage struct {
	Day      string
	Tiles    []Tile
	More     string // what "200+" means, where a tile says it
	Calm     bool   // nothing waits
	Tasks    Part
	Clocks   Part
	Waiting  Part
	Ending   Part
	Cases    Part
	Victims  Part
	Missing  []string
	Desks    httpkit.Link // where desks are marked, if a unit of the law is missing
	Verified string       // when the agency last verified the log, for its auditors
	Nothing  bool         // nothing of it is for this person's roles
}

// Tile is a number that opens the list it counts.
type Tile struct {
	Number string
	Text   string
	URL    string
	Due    bool
}

// Part is the beginning of a list, and the link to all of it.
type Part struct {
	Table httpkit.Table
	All   httpkit.Link
}

// Template is the page's file.
func (ShowPage) Template() string { return "worklist/show" }

// EndingPage lists the files that the reader's desks see only for a while yet.
type EndingPage struct{ ListPage }

// Template is the page's file.
func (EndingPage) Template() string { return "worklist/ending" }

// LeaderlessPage lists the cases of the agency without a lead person.
type LeaderlessPage struct {
	ListPage
	People httpkit.Link
}

// Template is the page's file.
func (LeaderlessPage) Template() string { return "worklist/leaderless" }

// UnprotectedPage lists the agency's people without a second factor.
type UnprotectedPage struct{ ListPage }

// Template is the page's file.
func (UnprotectedPage) Template() string { return "worklist/unprotected" }

// ListPage is one page of any of these lists.
type ListPage struct {
	Back  httpkit.Link
	Table httpkit.Table
	Pages httpkit.Pagination
}

var _ = httpkit.Register(ShowPage{}, EndingPage{}, LeaderlessPage{}, UnprotectedPage{})

type pages struct{ s *Service }

// Pages registers the landing page and the lists that its numbers open.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/", k.Do(p.show))
	g.GET("/worklist/ending", k.Do(p.ending))
	g.GET("/worklist/leaderless", k.Do(p.leaderless))
	g.GET("/worklist/unprotected", k.Do(p.unprotected))
}

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Show(r.Context())
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := ShowPage{Day: r.W.Date(view.Now), Tiles: tiles(r.W, &view), Nothing: !view.Works && !view.Watches && !view.Manages && !view.Reviews}
	if slices.ContainsFunc(view.Numbers, func(n Number) bool { return n.More }) {
		page.More = more(r.W)
	}
	for _, unit := range view.Missing {
		page.Missing, page.Desks = append(page.Missing, agency.MissingText(r.W, unit)), httpkit.Link{URL: "/desks", Text: r.W.T("worklist.to_desks")}
	}
	page.Calm = !page.Nothing && len(page.Tiles) == 0 && len(page.Missing) == 0
	page.Tasks = part(r.W, taskTable(r.W, &view), "/tasks?box=soon", "worklist.all_tasks")
	if view.Works {
		page.Clocks = part(r.W, clockTable(r.W, &view), "/clocks?box=due", "worklist.all_clocks")
		page.Waiting = part(r.W, sharing.Table(r.W, view.Waiting, sharing.Waiting, view.Now), "/referrals?box=waiting", "worklist.all_referrals")
		page.Ending = part(r.W, endingTable(r.W, view.Ending), "/worklist/ending", "worklist.all_ending")
		page.Cases = part(r.W, fileTable(r.W, view.Changed, gate.Case), "/cases", "worklist.all_cases")
		page.Victims = part(r.W, fileTable(r.W, view.Changed, gate.Victim), "/victims", "worklist.all_victims")
	}
	if view.Reviews {
		page.Verified = r.W.Label(r.W.T("worklist.tile_verified")) + " " + verified(r.W, view.Verified)
	}
	return httpkit.Show(page), nil
}

func verified(w *locale.Words, v Verified) string {
	if v.At == 0 {
		return w.T("worklist.never")
	}
	return w.T("worklist.verified."+v.Outcome, "At", w.Date(v.At))
}

func taskTable(w *locale.Words, v *View) httpkit.Table {
	t := task.Table(w, v.Tasks, v.Now)
	t.Caption = w.T("worklist.tasks")
	return t
}

func clockTable(w *locale.Words, v *View) httpkit.Table {
	t := clock.Table(w, v.Clocks, moment.DayOf(v.Now))
	t.Caption = w.T("worklist.clocks")
	return t
}

// part is the beginning of a list with the link to all of it; a list with nothing in it is not printed, so that the day is calm
// when nothing presses.
func part(w *locale.Words, table httpkit.Table, url, key string) Part {
	if len(table.Rows) == 0 {
		return Part{}
	}
	return Part{Table: table, All: httpkit.Link{URL: url, Text: w.T(key)}}
}

// tiles are the numbers of lists in which something stands.
func tiles(w *locale.Words, v *View) (tiles []Tile) {
	for _, n := range v.Numbers {
		if n.Number > 0 {
			tiles = append(tiles, Tile{Number: printed(w, n.Count), Text: w.N("worklist.tile_"+n.Key, n.Number), URL: n.Path, Due: n.Due})
		}
	}
	return tiles
}

// LengthFor is what a list says of itself in the words of the number that opens it.
func LengthFor(w *locale.Words, n Number) httpkit.Length {
	l := httpkit.Length{From: httpkit.Link{URL: "/", Text: w.Label(w.T("worklist.nav"))}, Number: printed(w, n.Count), Text: w.N("worklist.tile_"+n.Key, n.Number)}
	if n.More {
		l.More = more(w)
	}
	return l
}

// more says what "200+" means.
func more(w *locale.Words) string { return w.T("worklist.more", "Most", w.Number(Most)) }

// printed is a count, "200+" where it stopped counting.
func printed(w *locale.Words, c Count) string {
	if c.More {
		return w.Number(c.Number) + "+"
	}
	return w.Number(c.Number)
}

func fileTable(w *locale.Words, files []File, kind gate.Kind) httpkit.Table {
	t := httpkit.Table{Caption: w.T("worklist.changed." + string(kind)), Empty: w.T("worklist.no_file." + string(kind)),
		Columns: []httpkit.Column{{Label: w.T("worklist.reference")}, {Label: w.T("worklist.changed_at")}}}
	for _, f := range files {
		if f.Kind == kind {
			t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: f.Reference, URL: "/" + string(kind) + "s/" + f.ID, Mono: true},
				{Text: w.DateTime(f.ChangedAt)}}})
		}
	}
	return t
}

func endingTable(w *locale.Words, ending []Ending) httpkit.Table {
	t := httpkit.Table{Caption: w.T("worklist.ending"), Empty: w.T("worklist.no_ending"), Columns: []httpkit.Column{
		{Label: w.T("worklist.reference")}, {Label: w.T("worklist.kind")}, {Label: w.T("worklist.until")}}}
	for _, e := range ending {
		kind := httpkit.Cell{Text: w.T("worklist.kind." + string(e.Kind))}
		if e.Lead {
			kind.Sub = w.T("worklist.you_lead")
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: e.Reference, URL: "/" + string(e.Kind) + "s/" + e.FileID, Mono: true},
			kind, {Text: w.Date(e.UntilAt)}}})
	}
	return t
}

// listPage puts a table between its way back and its further pages.
func listPage(r *httpkit.Request, url string, table httpkit.Table, next gate.Cursor) ListPage {
	table.HideCaption = true
	return ListPage{Back: httpkit.Link{URL: "/", Text: r.W.T("worklist.nav")}, Table: table, Pages: r.Pages(url, next.String())}
}

func (p pages) ending(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, err := p.s.Ending(r.Context(), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(EndingPage{listPage(r, "/worklist/ending", endingTable(r.W, list.Items), list.Next)}), nil
}

func (p pages) leaderless(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, err := p.s.Leaderless(r.Context(), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	table := httpkit.Table{Caption: r.W.T("worklist.leaderless_title"), Empty: r.W.T("worklist.no_leaderless"), Columns: []httpkit.Column{
		{Label: r.W.T("worklist.reference")}, {Label: r.W.T("worklist.desk")}, {Label: r.W.T("worklist.changed_at")}}}
	for _, l := range list.Items {
		desk := httpkit.Cell{Text: l.Desk}
		if l.Desk == "" {
			desk.Text = r.W.T("worklist.one_person")
		}
		table.Rows = append(table.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: l.Reference, Mono: true}, desk, {Text: r.W.DateTime(l.ChangedAt)}}})
	}
	return httpkit.Show(LeaderlessPage{ListPage: listPage(r, "/worklist/leaderless", table, list.Next),
		People: httpkit.Link{URL: "/people", Text: r.W.T("worklist.to_people")}}), nil
}

func (p pages) unprotected(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, err := p.s.Unprotected(r.Context(), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	table := httpkit.Table{Caption: r.W.T("worklist.unprotected_title"), Empty: r.W.T("worklist.no_unprotected"), Columns: []httpkit.Column{
		{Label: r.W.T("worklist.person")}, {Label: r.W.T("worklist.added_at")}}}
	for _, w := range list.Items {
		table.Rows = append(table.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.Name, URL: "/people/" + w.WorkerID, Name: true}, {Text: r.W.Date(w.CreatedAt)}}})
	}
	return httpkit.Show(UnprotectedPage{listPage(r, "/worklist/unprotected", table, list.Next)}), nil
}
