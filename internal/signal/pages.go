package signal

import (
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// ListPage lists the signals that the reader's desks know of.
type ListPage struct {
	httpkit.List
	Note httpkit.Link
}

// Template is the page's file.
func (ListPage) Template() string { return "signal/list" }

// FormPage is a page of one form: to note a signal, to pass it on, to close it, to follow it up.
type FormPage struct {
	httpkit.Sheet
	Heading string
	Text    string
}

// Template is the page's file.
func (*FormPage) Template() string { return "signal/form" }

// ShowPage is a signal with its history.
type ShowPage struct {
	Back    httpkit.Link
	State   httpkit.Tag
	Notice  httpkit.Notice
	Facts   httpkit.Summary
	Steps   httpkit.Table
	Files   []httpkit.Link
	Links   []httpkit.Link
	Take    httpkit.PostButton
	Decline httpkit.Form
}

// Template is the page's file.
func (*ShowPage) Template() string { return "signal/show" }

// Asks is the form for whoever does not take the signal.
func (p *ShowPage) Asks() *httpkit.Form { return &p.Decline }

var _ = httpkit.Register(ListPage{}, &FormPage{}, &ShowPage{})

type pages struct{ s *Service }

// Pages registers the pages of signals.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/signals", k.Do(p.list))
	g.GET("/signals/new", k.Do(httpkit.Shows(p.blank)))
	g.POST("/signals", k.Do(p.note))
	g.GET("/signals/:signal", k.Do(httpkit.Shows(p.show)))
	g.GET("/signals/:signal/pass", k.Do(httpkit.Shows(p.passForm)))
	g.POST("/signals/:signal/pass", k.Change(p.pass))
	g.POST("/signals/:signal/answer", k.Change(p.answer))
	g.GET("/signals/:signal/closure", k.Do(httpkit.Shows(p.closeForm)))
	g.POST("/signals/:signal/closure", k.Change(p.close))
	g.GET("/signals/:signal/follow-up", k.Do(httpkit.Shows(p.followForm)))
	g.POST("/signals/:signal/follow-up", k.Change(p.follow))
}

var colours = map[State]string{Open: "blue", Followed: "green", Closed: "grey", Anonymised: "grey"}

// stateOf is the tag of a signal: what waits for the reader comes first.
func stateOf(w *locale.Words, s *Signal) httpkit.Tag {
	if s.CanAnswer() {
		return httpkit.Tag{Text: w.T("signal.state.waiting"), Colour: "yellow"}
	}
	return httpkit.Tag{Text: w.T("signal.state." + string(s.State)), Colour: colours[s.State]}
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
	list, next, err := p.s.List(r.Context(), box, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(ListPage{Note: httpkit.Link{URL: "/signals/new", Text: r.W.T("signal.new_title")}, List: httpkit.List{
		Boxes: httpkit.BoxesOf(r.W, "signal", "/signals", Boxes(), box), Table: table(r.W, list), Pages: r.Pages("/signals?box="+string(box), next.String())}}), nil
}

func table(w *locale.Words, list []Signal) httpkit.Table {
	t := httpkit.Table{Caption: w.T("signal.list_title"), HideCaption: true, Empty: w.T("signal.none"), Columns: []httpkit.Column{
		{Label: w.T("signal.noted")}, {Label: w.T("signal.exploitation")}, {Label: w.T("signal.country")}, {Label: w.T("signal.with")},
		{Label: w.T("signal.state")}, {Label: w.T("signal.until")}}}
	for i := range list {
		s := &list[i]
		state := stateOf(w, s)
		t.Rows = append(t.Rows, httpkit.Row{Quiet: s.State != Open, Cells: []httpkit.Cell{
			{Text: w.DateTime(s.CreatedAt), URL: "/signals/" + s.ID}, {Text: entry.CodeName(w, exploitationCodes, s.Exploitation), Sub: personsText(w, s.Persons)},
			{Text: entry.CodeName(w, countryCodes, s.Country)}, {Text: s.With, Sub: s.WithDesk}, {Text: state.Text, Tag: state.Colour}, {Text: untilText(w, s)}}})
	}
	return t
}

func personsText(w *locale.Words, persons int64) string {
	if persons == 0 {
		return w.T("signal.persons_unknown")
	}
	return w.T("signal.persons_some", "Number", w.Number(int(persons)))
}

// untilText is the day on which the signal is anonymised, where it is one that will be.
func untilText(w *locale.Words, s *Signal) string {
	if s.State == Followed || s.State == Anonymised {
		return ""
	}
	return w.Day(moment.DayOf(s.ExpiresAt))
}

func toList(w *locale.Words) httpkit.Link {
	return httpkit.Link{URL: "/signals", Text: w.T("signal.list_title")}
}

func (p pages) blank(r *httpkit.Request) (*FormPage, error) {
	form, err := p.s.Form(r.Context())
	if err != nil {
		return nil, err
	}
	return notePage(r.W, form), nil
}

func notePage(w *locale.Words, f Form) *FormPage {
	fields := []httpkit.Field{
		agency.OwnDesk(w.T("signal.desk"), f.Own),
		{Kind: httpkit.Select, Name: "exploitation", Label: w.T("signal.exploitation"), Required: true, Options: entry.CodeOptions(w, exploitationCodes)},
		{Kind: httpkit.Select, Name: "country", Label: w.T("signal.country"), Required: true, Options: entry.CodeOptions(w, countryCodes)},
		{Kind: httpkit.Text, Name: "place", Label: w.T("signal.place"), Hint: w.T("signal.place_hint"), MaxLength: longestPlace},
		{Kind: httpkit.Number, Name: "persons", Label: w.T("signal.persons"), Hint: w.T("signal.persons_hint"), Width: 4},
		{Kind: httpkit.Day, Name: "seen_on", Label: w.T("signal.seen_on"), Value: string(f.Today), Required: true},
		{Kind: httpkit.Radios, Name: "source", Label: w.T("signal.source"), Required: true, Options: httpkit.Options(w, "signal.source.", Sources)},
		{Kind: httpkit.TextArea, Name: "story", Label: w.T("signal.story"), Hint: w.T("signal.story_hint"), Rows: 6, MaxLength: longestStory, Required: true},
		{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()},
	}
	return &FormPage{Heading: w.T("signal.new_title"), Text: w.T("signal.new_text"), Sheet: httpkit.Sheet{Back: toList(w), Form: httpkit.Form{
		Action: "/signals", Submit: w.T("signal.note"), Fields: fields, Cancel: httpkit.Link{URL: "/signals", Text: w.T("web.cancel")}}}}
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

func (p pages) note(r *httpkit.Request) (httpkit.Reply, error) {
	id, err := p.s.Note(r.Context(), New{DeskID: r.Form("desk"), Country: r.Form("country"), Exploitation: r.Form("exploitation"),
		Persons: numberOf(r.Form("persons")), SeenOn: moment.Date(r.Form("seen_on")), Source: r.Form("source"), Place: r.Form("place"),
		Story: r.Form("story")}, r.Form("once"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/signals/"+id, "signal.noted_done"), p.blank)
}

func (p pages) show(r *httpkit.Request) (*ShowPage, error) {
	v, err := p.s.Show(r.Context(), r.Param("signal"))
	if err != nil {
		return nil, err
	}
	return showPage(r.W, &v), nil
}

func showPage(w *locale.Words, v *View) *ShowPage {
	url := "/signals/" + v.ID
	page := &ShowPage{Back: toList(w), State: stateOf(w, &v.Signal), Facts: factsOf(w, v), Steps: stepTable(w, v.Steps)}
	for _, f := range v.Files {
		page.Files = append(page.Files, httpkit.Link{URL: "/" + string(f.Kind) + "s/" + f.FileID, Text: w.T("signal.file."+string(f.Kind), "Reference", f.Reference)})
	}
	if v.CanFollow() {
		page.Links = append(page.Links, httpkit.Link{URL: url + "/follow-up", Text: w.T("signal.follow_title")})
	}
	if v.CanPass() {
		page.Links = append(page.Links, httpkit.Link{URL: url + "/pass", Text: w.T("signal.pass_title")})
	}
	if v.CanClose() {
		page.Links = append(page.Links, httpkit.Link{URL: url + "/closure", Text: w.T("signal.close_title")})
	}
	if v.CanAnswer() {
		page.Notice = httpkit.Notice{Text: w.T("signal.answer_text", "At", w.DateTime(v.DueAt))}
		page.Take = httpkit.PostButton{Action: url + "/answer", Text: w.T("signal.take"), Version: v.Version,
			Fields: []httpkit.Field{{Kind: httpkit.Hidden, Name: "answer", Value: "take"}}}
		page.Decline = httpkit.Form{Action: url + "/answer", Version: v.Version, Submit: w.T("signal.decline"), Fields: []httpkit.Field{
			{Kind: httpkit.Radios, Name: "reason", Label: w.T("signal.decline_reason"), Required: true, Options: httpkit.Options(w, "signal.decline.", DeclineReasons)},
			{Kind: httpkit.Hidden, Name: "answer", Value: "decline"}}}
	}
	return page
}

func factsOf(w *locale.Words, v *View) httpkit.Summary {
	rows := []httpkit.SummaryRow{
		{Label: w.T("signal.exploitation"), Value: entry.CodeName(w, exploitationCodes, v.Exploitation)},
		{Label: w.T("signal.country"), Value: entry.CodeName(w, countryCodes, v.Country)},
		{Label: w.T("signal.persons"), Value: personsText(w, v.Persons)},
		{Label: w.T("signal.seen_on"), Value: seenText(w, v.SeenOn)},
		{Label: w.T("signal.source"), Value: w.T("signal.source." + v.Source)},
		{Label: w.T("signal.noted_by"), Value: v.Agency, Note: w.DateTime(v.CreatedAt)},
		{Label: w.T("signal.with"), Value: v.With, Note: v.WithDesk},
	}
	switch {
	case v.State == Anonymised:
		rows = append(rows, httpkit.SummaryRow{Label: w.T("signal.story"), Value: w.T("signal.story_gone")})
	case !v.WithStory:
		rows = append(rows, httpkit.SummaryRow{Label: w.T("signal.story"), Value: w.T("signal.story_kept")})
	default:
		if v.Place != "" {
			rows = append(rows, httpkit.SummaryRow{Label: w.T("signal.place"), Value: v.Place})
		}
		rows = append(rows, httpkit.SummaryRow{Label: w.T("signal.story"), Value: v.Story})
	}
	if v.CloseReason != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("signal.close_reason"), Value: w.T("signal.close." + v.CloseReason)})
	}
	if until := untilText(w, &v.Signal); until != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("signal.until"), Value: until, Note: w.T("signal.until_note")})
	}
	return httpkit.Summary{Rows: rows}
}

// seenText is a day, or the month that is left of it.
func seenText(w *locale.Words, seen string) string {
	if strings.Count(seen, "-") == 2 {
		return w.Day(moment.Date(seen))
	}
	return seen
}

func stepTable(w *locale.Words, steps []Step) httpkit.Table {
	t := httpkit.Table{Caption: w.T("signal.history"), Columns: []httpkit.Column{{Label: w.T("signal.at")}, {Label: w.T("signal.what")}, {Label: w.T("signal.who")}}}
	for _, s := range steps {
		reason := ""
		switch {
		case s.Reason != "" && s.Kind == "declined":
			reason = w.T("signal.decline." + s.Reason)
		case s.Reason != "":
			reason = w.T("signal.close." + s.Reason)
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.DateTime(s.At)}, {Text: w.T("signal.step." + s.Kind), Sub: reason},
			{Text: s.Agency, Sub: s.Desk}}})
	}
	return t
}
