package clock

import (
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/casefile"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

// ListPage is one of the lists of clocks.
type ListPage struct {
	Boxes []httpkit.NavItem
	Table httpkit.Table
	Pages httpkit.Pagination
	Feeds httpkit.Link
}

// Template is the page's file.
func (ListPage) Template() string { return "clock/list" }

// StartPage starts a clock on a victim file.
type StartPage struct {
	Back      httpkit.Link
	Reference string
	Form      httpkit.Form
}

// Template is the page's file.
func (*StartPage) Template() string { return "clock/start" }

var _ = httpkit.Register(ListPage{}, &StartPage{}, ShowPage{}, &StepPage{}, &FeedsPage{}, FeedPage{})

type pages struct {
	s     *Service
	doors Doors
}

// Pages registers the pages of clocks; the calendar lies on open, because its address is its key.
func Pages(open, g *gin.RouterGroup, k *httpkit.Kit, s *Service, doors Doors) {
	p := pages{s, doors}
	g.GET("/clocks", k.Do(p.list))
	g.GET("/victims/:victim/clocks/new", k.Do(p.blank))
	g.POST("/victims/:victim/clocks", k.Do(p.start))
	g.GET("/clocks/:clock", k.Do(p.show))
	g.GET("/clocks/:clock/pause", k.Do(p.askStep("pause")))
	g.POST("/clocks/:clock/pause", k.Do(p.pause))
	g.GET("/clocks/:clock/resumption", k.Do(p.askStep("resumption")))
	g.POST("/clocks/:clock/resumption", k.Do(p.resume))
	g.GET("/clocks/:clock/end", k.Do(p.askStep("end")))
	g.POST("/clocks/:clock/end", k.Do(p.end))
	g.POST("/clocks/:clock/renewal", k.Do(p.renew))
	g.POST("/clocks/:clock/decision", k.Do(p.decide))
	g.GET("/clock-feeds", k.Do(p.feeds))
	g.POST("/clock-feeds", k.Do(p.addFeed))
	g.POST("/clock-feeds/:feed/revocation", k.Do(p.revokeFeed))
	open.GET("/calendar/:token", k.Do(p.calendar))
}

func parseBox(text string) (Box, error) {
	if text == "" {
		return Due, nil
	}
	for _, box := range Boxes() {
		if string(box) == text {
			return box, nil
		}
	}
	return "", fault.New(fault.Invalid, "fault.invalid").WithField("box", "fault.field_unknown_code")
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	box, err := parseBox(r.Query("box"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, err := p.s.List(r.Context(), box, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := ListPage{Table: Table(r.W, list.Items, list.Today), Feeds: httpkit.Link{URL: "/clock-feeds", Text: r.W.T("clock.feeds_title")}}
	page.Table.Caption, page.Table.HideCaption = r.W.T("clock.box."+string(box)), true
	for _, one := range Boxes() {
		page.Boxes = append(page.Boxes, httpkit.NavItem{Text: r.W.T("clock.box." + string(one)), URL: "/clocks?box=" + string(one), Current: one == box})
	}
	if r.Query("after") != "" {
		page.Pages.Newer = "/clocks?box=" + string(box)
	}
	if list.Next.ID != "" {
		page.Pages.Older = "/clocks?box=" + string(box) + "&after=" + list.Next.String()
	}
	return httpkit.Show(page), nil
}

// Table lists clocks with their files. Somebody who answers for an agency and does not see the file gets no link.
func Table(w *locale.Words, list []Clock, today moment.Date) httpkit.Table {
	t := table(w, list, today)
	t.Columns = append([]httpkit.Column{{Label: w.T("clock.reference")}}, t.Columns...)
	for i := range list {
		file := httpkit.Cell{Text: list[i].Reference, Mono: true}
		if list[i].Mine {
			file.URL = "/victims/" + list[i].FileID
		}
		t.Rows[i].Cells = append([]httpkit.Cell{file}, t.Rows[i].Cells...)
	}
	return t
}

// table lists the clocks of one file.
func table(w *locale.Words, list []Clock, today moment.Date) httpkit.Table {
	t := httpkit.Table{Caption: w.T("clock.block_title"), Empty: w.T("clock.list_empty"), Columns: []httpkit.Column{{Label: w.T("clock.rule")},
		{Label: w.T("clock.start_on")}, {Label: w.T("clock.due_on")}, {Label: w.T("clock.state")}}}
	for i := range list {
		c := &list[i]
		rule := httpkit.Cell{Text: ruleName(w, c.Rule)}
		if c.Mine {
			rule.URL = "/clocks/" + c.ID
		}
		due := httpkit.Cell{Text: w.Day(c.DueOn)}
		switch {
		case c.WouldDueOn != "":
			due.Sub = w.Label(w.T("clock.would_due_on")) + " " + w.Day(c.WouldDueOn)
		case c.State == Runs:
			due.Sub = left(w, c, today)
		case c.State == Paused && c.ReviewOn != "":
			due.Sub = w.Label(w.T("clock.review_on")) + " " + w.Day(c.ReviewOn)
		}
		tag := tagOf(w, c, today)
		t.Rows = append(t.Rows, httpkit.Row{Quiet: c.State == Ended, Cells: []httpkit.Cell{rule, {Text: w.Day(c.StartOn)}, due, {Text: tag.Text, Tag: tag.Colour}}})
	}
	return t
}

// left says how many days are left, or how many too late it is.
func left(w *locale.Words, c *Clock, today moment.Date) string {
	days := c.DaysLeft(today)
	if days == 0 && c.Kind != rulepack.Waiting {
		return w.T("clock.last_day")
	}
	if days >= 0 || c.Kind == rulepack.Waiting {
		return w.N("clock.days_left", max(days, 0))
	}
	return w.N("clock.days_over", -days)
}

func tagOf(w *locale.Words, c *Clock, today moment.Date) httpkit.Tag {
	switch {
	case c.Overdue(today):
		return httpkit.Tag{Text: w.T("clock.state.overdue"), Colour: "red"}
	case c.State == Paused:
		return httpkit.Tag{Text: w.T("clock.state.paused"), Colour: "grey"}
	case c.State == Ended:
		return httpkit.Tag{Text: w.T("clock.state.ended"), Colour: "grey"}
	case c.WarnOn <= today:
		return httpkit.Tag{Text: w.T("clock.state.running"), Colour: "orange"}
	}
	return httpkit.Tag{Text: w.T("clock.state.running"), Colour: "blue"}
}

func ruleName(w *locale.Words, rule string) string {
	if w.Has("clock.rule." + rule) {
		return w.T("clock.rule." + rule)
	}
	return rule
}

// Block is the part of a victim file's page that shows its clocks.
func (s *Service) Block(tx *gate.Tx, w *locale.Words) (casefile.Block, error) {
	list, err := visible(tx)
	if err != nil {
		return casefile.Block{}, err
	}
	may := s.mayStart(tx) && !tx.File().Closed()
	if len(list) == 0 && !may {
		return casefile.Block{}, nil
	}
	block := casefile.Block{ID: "clocks", Heading: w.T("clock.block_title")}
	if len(list) > 0 {
		block.Table = table(w, list, moment.DayOf(tx.Now()))
		block.Table.HideCaption = true
	} else {
		block.Text = []string{w.T("clock.block_none")}
	}
	if may {
		block.Links = []httpkit.Link{{URL: "/victims/" + tx.File().ID + "/clocks/new", Text: w.T("clock.start")}}
	}
	return block, nil
}

func (p pages) blank(r *httpkit.Request) (httpkit.Reply, error) {
	form, err := p.s.Form(r.Context(), r.Param("victim"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(startPage(r, &form)), nil
}

func startPage(r *httpkit.Request, f *Form) *StartPage {
	home := "/victims/" + f.File.ID
	rules := httpkit.Field{Kind: httpkit.Radios, Name: "rule", Label: r.W.T("clock.rule"), Required: true}
	for i := range f.Rules {
		rule := &f.Rules[i]
		rules.Options = append(rules.Options, httpkit.Option{Value: rule.Rule, Label: ruleName(r.W, rule.Rule),
			Hint: r.W.T("clock.event." + rule.Event)})
	}
	return &StartPage{Back: httpkit.Link{URL: home, Text: r.W.T("clock.back_to_file")}, Reference: f.File.Reference,
		Form: httpkit.Form{Action: home + "/clocks", Submit: r.W.T("clock.start"), Cancel: httpkit.Link{URL: home, Text: r.W.T("web.cancel")},
			Fields: []httpkit.Field{rules, {Kind: httpkit.Day, Name: "start_on", Label: r.W.T("clock.start_on_label"), Required: true},
				{Kind: httpkit.Day, Name: "until", Label: r.W.T("clock.until"), Hint: r.W.T("clock.until_hint")},
				{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}}
}

func (p pages) start(r *httpkit.Request) (httpkit.Reply, error) {
	n := New{Rule: r.Form("rule"), Start: moment.Date(r.Form("start_on")), Until: moment.Date(r.Form("until"))}
	id, err := p.s.Start(r.Context(), r.Param("victim"), n, r.Form("once"))
	if httpkit.ComesBack(err) {
		form, broken := p.s.Form(r.Context(), r.Param("victim"))
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		page := startPage(r, &form)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/clocks/"+id, "clock.started"), nil
}

// names lists the words of codes.
func names(w *locale.Words, prefix string, codes []string) []string {
	var list []string
	for _, code := range codes {
		list = append(list, w.T(prefix+code))
	}
	return list
}

func joined(list []string) string { return strings.Join(list, "; ") }
