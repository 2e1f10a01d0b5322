package pointer

import (
	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/request"
)

// FilePage looks whether another agency knows the person of a file.
type FilePage struct {
	httpkit.Sheet
	Reference string
	Table     httpkit.Table
}

// Template is the page's file.
func (*FilePage) Template() string { return "pointer/file" }

// ListPage lists the pointers of the reader's desks.
type ListPage struct{ httpkit.List }

// Template is the page's file.
func (ListPage) Template() string { return "pointer/list" }

// ShowPage is one pointer.
type ShowPage struct {
	Back   httpkit.Link
	Card   httpkit.Summary
	Stands bool
	Ask    httpkit.Link
	Same   httpkit.PostButton
	Mark   httpkit.PostButton
}

// Template is the page's file.
func (ShowPage) Template() string { return "pointer/show" }

// AskPage asks for access to the other file.
type AskPage struct {
	httpkit.Sheet
	Contact string
	Nothing bool
}

// Template is the page's file.
func (*AskPage) Template() string { return "pointer/ask" }

// SettingPage is whether the reader's agency takes part.
type SettingPage struct {
	httpkit.Sheet
	State  httpkit.Tag
	Facts  httpkit.Summary
	Before httpkit.Table
}

// Template is the page's file.
func (*SettingPage) Template() string { return "pointer/setting" }

var _ = httpkit.Register(&FilePage{}, ListPage{}, ShowPage{}, &AskPage{}, &SettingPage{})

type pages struct{ s *Service }

// Pages registers the pages of pointers.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/victims/:victim/pointers", k.Do(httpkit.Shows(p.file)))
	g.POST("/victims/:victim/pointers", k.Do(p.probe))
	g.GET("/victims/:victim/matching", k.Do(httpkit.Shows(p.choice)))
	g.POST("/victims/:victim/matching", k.Change(p.choose))
	g.GET("/pointers", k.Do(p.list))
	g.GET("/pointers/:pointer", k.Do(httpkit.Shows(p.show)))
	g.POST("/pointers/:pointer/refutation", k.Change(p.mark))
	g.POST("/pointers/:pointer/confirmation", k.Change(p.same))
	g.GET("/pointers/:pointer/requests/new", k.Do(httpkit.Shows(p.askForm)))
	g.POST("/pointers/:pointer/requests", k.Do(p.ask))
	g.GET("/pointer-setting", k.Do(httpkit.Shows(p.setting)))
	g.POST("/pointer-setting", k.Change(agency.StepUp(func(*httpkit.Request) string { return "/pointer-setting" }, p.decide)))
}

func (p pages) file(r *httpkit.Request) (*FilePage, error) {
	view, err := p.s.Form(r.Context(), r.Param("victim"))
	if err != nil {
		return nil, err
	}
	return filePage(r, &view), nil
}

func filePage(r *httpkit.Request, v *View) *FilePage {
	home := "/victims/" + v.File.ID
	page := &FilePage{Reference: v.File.Reference, Table: contacts(r.W, v.Pointers)}
	page.Back = httpkit.Link{URL: home, Text: r.W.T("pointer.back_to_file")}
	if !v.File.Closed() {
		page.Form = httpkit.Form{Action: home + "/pointers", Submit: r.W.T("pointer.look"),
			Fields: []httpkit.Field{{Kind: httpkit.Select, Name: "purpose", Label: r.W.T("pointer.purpose"), Required: true,
				Hint: r.W.T("pointer.purpose_hint", "Most", MostByWorker), Options: httpkit.Options(r.W, "gate.purpose.", Purposes)}}}
	}
	return page
}

// contacts are the desks to contact about one file.
func contacts(w *locale.Words, list []Pointer) httpkit.Table {
	t := httpkit.Table{Caption: w.T("pointer.contacts"), Empty: w.T("pointer.nothing"), Columns: []httpkit.Column{
		{Label: w.T("pointer.contact")}, {Label: w.T("pointer.found_on")}, {Label: w.T("pointer.until")}}}
	for i := range list {
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{contactCell(w, &list[i]), {Text: w.Date(list[i].MadeAt)}, {Text: w.Date(list[i].UntilAt)}}})
	}
	return t
}

func contactCell(w *locale.Words, p *Pointer) httpkit.Cell {
	return httpkit.Cell{Text: p.Agency, Sub: deskOf(w, p), URL: "/pointers/" + p.ID}
}

// deskOf is the desk to contact; people are not named.
func deskOf(w *locale.Words, p *Pointer) string {
	if p.Desk == "" {
		return w.T("pointer.no_desk")
	}
	return p.Desk
}

func (p pages) probe(r *httpkit.Request) (httpkit.Reply, error) {
	_, err := p.s.Probe(r.Context(), r.Param("victim"), r.Form("purpose"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/victims/"+r.Param("victim")+"/pointers", "pointer.looked"), p.file)
}

// The two lists.
const (
	boxOpen    = "open"
	boxSettled = "settled"
)

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	box := boxOpen
	if r.Query("box") == boxSettled {
		box = boxSettled
	}
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, err := p.s.List(r.Context(), box == boxSettled, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(ListPage{httpkit.List{Boxes: httpkit.BoxesOf(r.W, "pointer", "/pointers", []string{boxOpen, boxSettled}, box),
		Table: table(r.W, list.Items, box, list.Now), Pages: r.Pages("/pointers?box="+box, list.Next.String())}}), nil
}

func table(w *locale.Words, list []Pointer, box string, now moment.Time) httpkit.Table {
	t := httpkit.Table{Caption: w.T("pointer.box." + box), HideCaption: true, Empty: w.T("pointer.empty." + box), Columns: []httpkit.Column{
		{Label: w.T("pointer.contact")}, {Label: w.T("pointer.your_file")}, {Label: w.T("pointer.found_on")}, {Label: w.T("pointer.state")}}}
	for i := range list {
		p := &list[i]
		state := stateTag(w, p, now)
		t.Rows = append(t.Rows, httpkit.Row{Quiet: !p.Stands(now), Cells: []httpkit.Cell{contactCell(w, p), {Text: p.Reference, Mono: true},
			{Text: w.Date(p.MadeAt)}, {Text: state.Text, Tag: state.Colour}}})
	}
	return t
}

var colours = map[State]string{Open: "blue", NotSame: "grey", Ended: "grey"}

func stateTag(w *locale.Words, p *Pointer, now moment.Time) httpkit.Tag {
	state := p.StateAt(now)
	return httpkit.Tag{Text: w.T("pointer.state." + string(state)), Colour: colours[state]}
}

func (p pages) show(r *httpkit.Request) (ShowPage, error) {
	shown, err := p.s.Show(r.Context(), r.Param("pointer"))
	if err != nil {
		return ShowPage{}, err
	}
	at := "/pointers/" + shown.ID
	page := ShowPage{Back: httpkit.Link{URL: "/pointers", Text: r.W.T("pointer.list_title")}, Card: factsOf(r.W, &shown), Stands: shown.Stands(shown.Now)}
	if shown.CanAsk {
		page.Ask = httpkit.Link{URL: at + "/requests/new", Text: r.W.T("pointer.ask")}
	}
	if shown.CanSay {
		page.Same = httpkit.PostButton{Action: at + "/confirmation", Text: r.W.T("pointer.say_same"), Version: shown.Version}
	}
	if shown.CanMark {
		page.Mark = httpkit.PostButton{Action: at + "/refutation", Text: r.W.T("pointer.mark"), Version: shown.Version, Danger: true}
	}
	return page, nil
}

func factsOf(w *locale.Words, s *Shown) httpkit.Summary {
	asked := "pointer.asked_by_other"
	if s.Asked {
		asked = "pointer.asked_by_you"
	}
	contact := httpkit.SummaryRow{Label: w.T("pointer.contact"), Value: s.Agency, Values: []string{deskOf(w, &s.Pointer)}}
	if s.DeskID != "" {
		contact.Change = httpkit.Link{URL: "/directory/" + s.DeskID, Text: w.T("pointer.reach")}
	}
	rows := []httpkit.SummaryRow{contact,
		{Label: w.T("pointer.your_file"), Value: s.Reference, Change: httpkit.Link{URL: "/victims/" + s.FileID, Text: w.T("pointer.open_file")}},
		{Label: w.T("pointer.state"), Tag: stateTag(w, &s.Pointer, s.Now)},
		{Label: w.T("pointer.found_on"), Value: w.Date(s.MadeAt), Note: w.T(asked)},
		{Label: w.T("pointer.until"), Value: w.Date(s.UntilAt)},
	}
	if s.Purpose != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("pointer.purpose"), Value: w.T("gate.purpose." + s.Purpose)})
	}
	if s.State == NotSame {
		by := "pointer.marked_by_other"
		if s.EndedByMine {
			by = "pointer.marked_by_you"
		}
		rows = append(rows, httpkit.SummaryRow{Label: w.T("pointer.marked_on"), Value: w.Date(s.EndedAt), Note: w.T(by)})
	}
	if said := saidBy(&s.Pointer); said != "" && s.State != NotSame {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("pointer.same"), Value: w.T("pointer.same_by_" + said)})
	}
	return httpkit.Summary{Rows: rows}
}

// saidBy is who has said that it is the same person; empty for nobody.
func saidBy(p *Pointer) string {
	switch {
	case p.SaidByMine && p.SaidByOther:
		return "both"
	case p.SaidByMine:
		return "you"
	case p.SaidByOther:
		return "other"
	}
	return ""
}

func (p pages) same(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Same(r.Context(), r.Param("pointer"), r.Version())
	return httpkit.SeeWith("/pointers/"+r.Param("pointer"), "pointer.said_same"), err
}

func (p pages) mark(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Mark(r.Context(), r.Param("pointer"), r.Version())
	return httpkit.SeeWith("/pointers/"+r.Param("pointer"), "pointer.marked"), err
}

func (p pages) askForm(r *httpkit.Request) (*AskPage, error) {
	form, err := p.s.AskForm(r.Context(), r.Param("pointer"))
	if err != nil {
		return nil, err
	}
	return askPage(r, &form), nil
}

func askPage(r *httpkit.Request, f *AskForm) *AskPage {
	at := "/pointers/" + f.ID
	options := make([]httpkit.Option, 0, len(f.Sections))
	for _, id := range f.Sections {
		options = append(options, httpkit.Option{Value: id.String(), Label: r.W.T(id.Key())})
	}
	return &AskPage{Contact: f.Agency + ", " + deskOf(r.W, &f.Pointer), Nothing: len(f.Sections) == 0, Sheet: httpkit.Sheet{Back: httpkit.Link{URL: at, Text: r.W.T("pointer.back")},
		Form: httpkit.Form{Action: at + "/requests", Submit: r.W.T("request.ask"), Cancel: httpkit.Link{URL: at, Text: r.W.T("web.cancel")},
			Fields: request.Fields(r, options, r.W.T("pointer.sections_hint"), f.Now)}}}
}

func (p pages) ask(r *httpkit.Request) (httpkit.Reply, error) {
	id, err := p.s.Ask(r.Context(), r.Param("pointer"), request.Posted(r), r.Form("once"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/requests/"+id, "request.asked"), p.askForm)
}

// Block is the part of a victim file's page that leads to the look, for whoever may look, with the contacts that stand.
func (s *Service) Block(tx *gate.Tx, w *locale.Words) (casefile.Block, error) {
	d := tx.Decide(authz.Identity, authz.Read)
	if !gate.WorksOnFiles(tx.Actor()) || d.Show != authz.Full {
		return casefile.Block{}, nil
	}
	mine := sideOf(tx)
	setting, err := settingNow(tx)
	if err != nil || !setting.allows(mine.GranteeKind, mine.GranteeID) {
		return casefile.Block{}, err
	}
	said, err := saidOf(tx)
	if err != nil || !setting.tells(mine, &said) {
		return casefile.Block{}, err
	}
	list, err := ofFile(tx)
	if err != nil {
		return casefile.Block{}, err
	}
	if tx.File().Closed() && len(list) == 0 {
		return casefile.Block{}, nil
	}
	b := casefile.Block{ID: "pointers", Heading: w.T("pointer.block_title")}
	if !tx.File().Closed() {
		b.Links = []httpkit.Link{{URL: "/victims/" + tx.File().ID + "/pointers", Text: w.T("pointer.to_look")}}
	}
	if len(list) > 0 {
		b.Table = contacts(w, list)
	}
	return b, nil
}
