package worklist

import (
	"github.com/gin-gonic/gin"

	"relais/internal/casefile"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/sharing"
)

// ShowPage is the landing page. An empty table without columns is not printed.
type ShowPage struct {
	Tiles   []Tile
	Waiting Part
	Sent    Part
	Cases   Part
	Victims Part
	Ending  Part
	Nothing bool // nothing of it is for this person's roles
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
	page := ShowPage{Tiles: tiles(r.W, &view), Nothing: !view.Works && !view.Watches && !view.Manages && !view.Reviews}
	if view.Works {
		page.Waiting = part(r.W, sharing.Table(r.W, view.Waiting, sharing.Waiting, view.Now), "/referrals?box=waiting", "worklist.all_referrals")
		page.Sent = part(r.W, sharing.Table(r.W, view.Sent, sharing.Sent, view.Now), "/referrals?box=sent", "worklist.all_referrals")
		page.Cases = part(r.W, fileTable(r.W, view.Changed, gate.Case), "/cases", "worklist.all_cases")
		page.Victims = part(r.W, fileTable(r.W, view.Changed, gate.Victim), "/victims", "worklist.all_victims")
		page.Ending = part(r.W, endingTable(r.W, view.Ending), "/worklist/ending", "worklist.all_ending")
	}
	return httpkit.Show(page), nil
}

// part links to the whole list where there is anything in it.
func part(w *locale.Words, table httpkit.Table, url, key string) Part {
	p := Part{Table: table}
	if len(table.Rows) > 0 {
		p.All = httpkit.Link{URL: url, Text: w.T(key)}
	}
	return p
}

func tiles(w *locale.Words, v *View) (tiles []Tile) {
	add := func(wanted bool, c Count, key, url string, due bool) {
		if wanted {
			tiles = append(tiles, Tile{Number: number(w, c), Text: w.T(key), URL: url, Due: due})
		}
	}
	add(v.Notices.Number > 0, v.Notices, "worklist.tile_notices", "/notices", false)
	add(v.Works, v.WaitingCount, "worklist.tile_waiting", "/referrals?box=waiting", v.Overdue)
	add(v.Works, v.Requests, "worklist.tile_requests", "/requests?box=waiting", v.Requests.Number > 0)
	add(v.Works, v.SentCount, "worklist.tile_sent", "/referrals?box=sent", false)
	add(v.Works, v.EndingCount, "worklist.tile_ending", "/worklist/ending", v.EndingCount.Number > 0)
	add(v.Watches, v.LeaderlessCount, "worklist.tile_leaderless", "/worklist/leaderless", v.LeaderlessCount.Number > 0)
	add(v.Manages, v.Unprotected, "worklist.tile_unprotected", "/worklist/unprotected", v.Unprotected.Number > 0)
	add(v.Reviews, v.Emergencies, "worklist.tile_emergencies", "/emergencies", v.Emergencies.Number > 0)
	if v.Reviews {
		tile := Tile{Number: w.T("worklist.never"), Text: w.T("worklist.tile_verified"), URL: "/log"}
		if v.VerifiedAt != 0 {
			tile.Number = w.Date(v.VerifiedAt)
		}
		tiles = append(tiles, tile)
	}
	return tiles
}

// number prints a count, "1,000+" where it stopped counting.
func number(w *locale.Words, c Count) string {
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
	return ListPage{Back: httpkit.Link{URL: "/", Text: r.W.T("worklist.nav")}, Table: table, Pages: casefile.PagesOf(url, r.Query("after"), next)}
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
