package task

import (
	"slices"

	"github.com/gin-gonic/gin"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/notice"
)

// ListPage is one of the lists of tasks.
type ListPage struct{ httpkit.List }

// Template is the page's file.
func (ListPage) Template() string { return "task/list" }

// FilePage lists what is open on a file.
type FilePage struct {
	Back      httpkit.Link
	Reference string
	Table     httpkit.Table
	Links     []httpkit.Link
}

// Template is the page's file.
func (FilePage) Template() string { return "task/file" }

// NewPage asks what is to be done, by whom and until when; or what is to be minded.
type NewPage struct {
	httpkit.Sheet
	Reference string
	Flag      bool
}

// Template is the page's file.
func (*NewPage) Template() string { return "task/new" }

var _ = httpkit.Register(ListPage{}, FilePage{}, &NewPage{}, &ShowPage{}, &ChangePage{}, &CancelPage{})

type pages struct{ s *Service }

// Pages registers the pages of tasks.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	for _, kind := range []gate.Kind{gate.Case, gate.Victim} {
		base := "/" + string(kind) + "s/:" + string(kind) + "/tasks"
		g.GET(base, k.Do(httpkit.Shows(func(r *httpkit.Request) (FilePage, error) { return p.onFile(r, kind) })))
		g.GET(base+"/new", k.Do(httpkit.Shows(func(r *httpkit.Request) (*NewPage, error) { return p.blank(r, kind, r.Query("flag") == "yes") })))
		g.POST(base, k.Do(func(r *httpkit.Request) (httpkit.Reply, error) { return p.add(r, kind) }))
	}
	g.GET("/tasks", k.Do(p.list))
	g.GET("/tasks/:task", k.Do(httpkit.Shows(p.show)))
	g.POST("/tasks/:task/closure", k.Change(p.finish))
	g.GET("/tasks/:task/cancellation", k.Do(p.askCancel))
	g.POST("/tasks/:task/cancellation", k.Change(p.cancel))
	g.GET("/tasks/:task/change", k.Do(p.askChange))
	g.POST("/tasks/:task/change", k.Change(p.change))
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
	table := Table(r.W, list.Tasks, list.Now)
	table.Caption, table.HideCaption, table.Empty = r.W.T("task.box."+string(box)), true, r.W.T("task.empty."+string(box))
	return httpkit.Show(ListPage{httpkit.List{Boxes: httpkit.BoxesOf(r.W, "task", "/tasks", boxesFor(list.Supervises), box), Table: table,
		Pages: r.Pages("/tasks?box="+string(box), list.Next.String())}}), nil
}

// boxesFor leaves out the list of the house for whoever does not supervise it.
func boxesFor(supervises bool) []Box {
	return slices.DeleteFunc(Boxes(), func(b Box) bool { return b == House && !supervises })
}

// Table lists tasks: what, on which file, who, until when.
func Table(w *locale.Words, tasks []Task, now moment.Time) httpkit.Table {
	t := httpkit.Table{Caption: w.T("task.list_title"), Empty: w.T("task.empty.file"), Columns: []httpkit.Column{{Label: w.T("task.what")},
		{Label: w.T("task.file")}, {Label: w.T("task.who")}, {Label: w.T("task.due")}}}
	for i := range tasks {
		one := &tasks[i]
		due := dueTag(w, one, now)
		t.Rows = append(t.Rows, httpkit.Row{Quiet: !one.IsOpen(), Cells: []httpkit.Cell{{Text: Words(w, one), URL: "/tasks/" + one.ID, Sub: firstLine(one.Text)},
			{Text: one.Reference, Mono: true}, {Text: one.ToAgency, Sub: whoOf(w, one)}, {Text: due.Text, Tag: due.Colour}}})
	}
	return t
}

// Words names a task: the kind that somebody chose, or what its rule asks for.
func Words(w *locale.Words, t *Task) string {
	key := "task.code." + t.Code
	if t.Rule != "" {
		key = "task.rule." + t.Rule
	}
	if w.Has(key) {
		return w.T(key)
	}
	return w.T("task.rule.other")
}

// longestLine is how much of a text a list shows.
const longestLine = 90

func firstLine(text string) string {
	line := []rune(text)
	for i, r := range line {
		if r == '\n' || i == longestLine {
			return string(line[:i]) + " …"
		}
	}
	return text
}

// whoOf says by whom in an agency a task is to be done; the name of a person stays in the own agency.
func whoOf(w *locale.Words, t *Task) string {
	switch {
	case t.ToKind == notice.Supervisors:
		return w.T("task.supervisors")
	case t.ToKind == notice.Desk:
		return t.ToDesk
	case t.Person != "":
		return t.Person
	}
	return w.T("task.one_person")
}

// dueTag is the day of an open task, which stands out when it is near or past, and the state of another.
func dueTag(w *locale.Words, t *Task, now moment.Time) httpkit.Tag {
	day := w.Date(t.DueAt)
	switch {
	case !t.IsOpen():
		return httpkit.Tag{Text: w.T("task.state." + string(t.State)), Colour: "grey"}
	case t.Flag:
		return httpkit.Tag{Text: w.T("task.until_day", "Day", day), Colour: "purple"}
	case t.Overdue(now):
		return httpkit.Tag{Text: w.T("task.overdue_since", "Day", day), Colour: "red"}
	case moment.DayOf(t.DueAt) == moment.DayOf(now):
		return httpkit.Tag{Text: w.T("task.today"), Colour: "yellow"}
	case t.State == Waiting:
		return httpkit.Tag{Text: w.T("task.waits_until", "Day", day), Colour: "grey"}
	}
	return httpkit.Tag{Text: day, Colour: "blue"}
}

func homeOf(r *httpkit.Request, kind gate.Kind) string {
	return "/" + string(kind) + "s/" + r.Param(string(kind))
}

func (p pages) onFile(r *httpkit.Request, kind gate.Kind) (FilePage, error) {
	c, err := p.s.OnFile(r.Context(), kind, r.Param(string(kind)))
	if err != nil {
		return FilePage{}, err
	}
	table := Table(r.W, c.Open, c.Now)
	table.HideCaption = true
	page := FilePage{Back: httpkit.Link{URL: homeOf(r, kind), Text: r.W.T("task.back_to_file")}, Reference: c.File.Reference, Table: table}
	if !c.File.Closed() {
		page.Links = Links(r.W, kind, c.File.ID)
	}
	return page, nil
}

// Links lead from a file to a new task and a new flag.
func Links(w *locale.Words, kind gate.Kind, fileID string) []httpkit.Link {
	base := "/" + string(kind) + "s/" + fileID + "/tasks"
	return []httpkit.Link{{URL: base + "/new", Text: w.T("task.new_title")}, {URL: base + "/new?flag=yes", Text: w.T("task.flag_title")}}
}

func (p pages) blank(r *httpkit.Request, kind gate.Kind, flag bool) (*NewPage, error) {
	c, err := p.s.Form(r.Context(), kind, r.Param(string(kind)))
	if err != nil {
		return nil, err
	}
	return newPage(r, kind, &c, flag), nil
}

func newPage(r *httpkit.Request, kind gate.Kind, c *Choices, flag bool) *NewPage {
	home := homeOf(r, kind)
	codes, key, due := Codes, "task.code", c.Now.Add(unsaid)
	if flag {
		codes, key, due = FlagReasons, "task.flag_reason", c.Now.Add(4*unsaid)
	}
	fields := []httpkit.Field{{Kind: httpkit.Select, Name: "code", Label: r.W.T(key), Required: true, Options: httpkit.Options(r.W, "task.code.", codes)},
		{Kind: httpkit.TextArea, Name: "text", Label: r.W.T("task.text"), Hint: r.W.T("task.text_hint"), Rows: 4, MaxLength: longestText}, doerField(r.W, c, c.Self.Value)}
	day := httpkit.Field{Kind: httpkit.Day, Name: "due", Label: r.W.T("task.due"), Required: true, Value: string(moment.DayOf(due))}
	if flag {
		day.Label = r.W.T("task.flag_until")
		fields = append(fields, day, httpkit.Field{Kind: httpkit.Hidden, Name: "flag", Value: "yes"})
	} else {
		fields = append(fields, day, waitsField(r.W, c, "", ""))
	}
	submit := map[bool]string{false: "task.add", true: "task.set_flag"}[flag]
	return &NewPage{Reference: c.File.Reference, Flag: flag, Sheet: httpkit.Sheet{Back: httpkit.Link{URL: home, Text: r.W.T("task.back_to_file")},
		Form: httpkit.Form{Action: home + "/tasks", Submit: r.W.T(submit), Cancel: httpkit.Link{URL: home, Text: r.W.T("web.cancel")},
			Fields: append(fields, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})}}}
}

// doerField offers oneself, the colleagues who see the file and the desks that do.
func doerField(w *locale.Words, c *Choices, chosen string) httpkit.Field {
	f := httpkit.Field{Kind: httpkit.Select, Name: "doer", Label: w.T("task.who"), Hint: w.T("task.who_hint"), Required: true, Value: chosen}
	if c.Self.Value != "" {
		f.Options = append(f.Options, httpkit.Option{Value: c.Self.Value, Label: w.T("task.myself")})
	}
	for _, d := range c.Mates {
		f.Options = append(f.Options, httpkit.Option{Value: d.Value, Label: d.Name})
	}
	for _, d := range c.Desks {
		f.Options = append(f.Options, httpkit.Option{Value: d.Value, Label: d.Agency + " – " + d.Name})
	}
	return f
}

// waitsField offers the other open tasks of the file.
func waitsField(w *locale.Words, c *Choices, own, chosen string) httpkit.Field {
	f := httpkit.Field{Kind: httpkit.Select, Name: "waits_for", Label: w.T("task.waits_for"), Hint: w.T("task.waits_for_hint"), Value: chosen,
		Options: []httpkit.Option{{Label: w.T("task.waits_for_none"), Selected: chosen == ""}}}
	for i := range c.Open {
		if t := &c.Open[i]; t.ID != own && !t.Flag {
			f.Options = append(f.Options, httpkit.Option{Value: t.ID, Label: w.T("task.named", "What", Words(w, t), "Day", w.Date(t.DueAt))})
		}
	}
	return f
}

func (p pages) add(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error) {
	n := New{Flag: r.Form("flag") == "yes", Code: r.Form("code"), Text: r.Form("text"), Doer: r.Form("doer"), Due: moment.Date(r.Form("due")), WaitsFor: r.Form("waits_for")}
	id, err := p.s.Add(r.Context(), kind, r.Param(string(kind)), n, r.Form("once"))
	done := httpkit.SeeWith("/tasks/"+id, map[bool]string{false: "task.added", true: "task.flagged"}[n.Flag])
	return httpkit.Posted(r, err, done, func(r *httpkit.Request) (*NewPage, error) { return p.blank(r, kind, n.Flag) })
}
