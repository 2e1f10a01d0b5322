package screening

import (
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// BlankPage is a list of indicators to fill in by hand.
type BlankPage struct {
	Lists  []httpkit.NavItem
	Title  string
	Tables []httpkit.Table
}

// Template is the page's file.
func (*BlankPage) Template() string { return "screening/blank" }

// FormPage asks for the answers.
type FormPage struct {
	Back    httpkit.Link
	Heading string
	Lists   []httpkit.NavItem
	Form    httpkit.Form
}

// Template is the page's file.
func (*FormPage) Template() string { return "screening/form" }

// ShowPage is a screening with its result and the rule that led there.
type ShowPage struct {
	Back     httpkit.Link
	Result   httpkit.Tag
	Facts    httpkit.Summary
	Tallies  httpkit.Table
	Tables   []httpkit.Table
	Edit     httpkit.Link
	Status   httpkit.Link
	Versions httpkit.Table
}

// Template is the page's file.
func (*ShowPage) Template() string { return "screening/show" }

var _ = httpkit.Register(&BlankPage{}, &FormPage{}, &ShowPage{})

type pages struct{ s *Service }

// Pages registers the pages of screenings.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/screening", k.Do(p.blank))
	g.GET("/victims/:victim/screenings/new", k.Do(p.form))
	g.POST("/victims/:victim/screenings", k.Do(p.add))
	g.GET("/victims/:victim/screenings/:screening", k.Do(p.show))
	g.GET("/victims/:victim/screenings/:screening/edit", k.Do(p.edit))
	g.POST("/victims/:victim/screenings/:screening", k.Change(p.change))
}

// listNav leads to the other lists.
func listNav(w *locale.Words, lists []string, base, current string) (items []httpkit.NavItem) {
	for _, list := range lists {
		items = append(items, httpkit.NavItem{Text: w.T("screening.list." + list), URL: base + "?list=" + list, Current: list == current})
	}
	return items
}

// orMinute is the shortest list where none is named.
func orMinute(list string) string {
	if list == "" {
		return "minute"
	}
	return list
}

// box is what stands on paper for a tick.
const box = "☐"

func (p pages) blank(r *httpkit.Request) (httpkit.Reply, error) {
	list := orMinute(r.Query("list"))
	indicators, err := p.s.Blank(r.Context(), list, "")
	if err != nil {
		return httpkit.Reply{}, err
	}
	w := r.W
	page := &BlankPage{Lists: listNav(w, Lists, "/screening", list), Title: w.T("screening.list." + list)}
	for _, i := range indicators {
		if n := len(page.Tables); n == 0 || page.Tables[n-1].Caption != w.T("screening.dimension."+i.Dimension) {
			page.Tables = append(page.Tables, httpkit.Table{Caption: w.T("screening.dimension." + i.Dimension), Columns: []httpkit.Column{
				{Label: w.T("screening.indicator")}, {Label: w.T("screening.answer.yes")}, {Label: w.T("screening.answer.no")}, {Label: w.T("screening.answer.unknown")},
				{Label: w.T("screening.source")}}})
		}
		t := &page.Tables[len(page.Tables)-1]
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.T("screening.indicator." + i.ID)}, {Text: box}, {Text: box}, {Text: box}, {Text: "…………"}}})
	}
	return httpkit.Show(page), nil
}

// choices are the answers to one indicator: each yes says where it comes from.
var choices = []string{"yes.person.fact", "yes.observed.fact", "yes.document.fact", "yes.third.fact", "yes.inferred.assessment", No, Unknown}

// choiceOf is the choice of a form that says the same as an answer; an answer that no choice says stays as a choice of its own.
func choiceOf(a Answer) string {
	if a.Present != Yes {
		return a.Present
	}
	return strings.Join([]string{a.Present, a.Source, a.Nature}, ".")
}

func (p pages) formPage(r *httpkit.Request, d *Draft, base string) *FormPage {
	w := r.W
	caller, _ := gate.CallerOf(r.Context())
	if d.Purpose == "" {
		d.Purpose, d.Basis = gate.UsualPurpose(caller.Actor.Kind), gate.UsualBasis(caller.Actor.Kind)
	}
	fields := []httpkit.Field{
		{Kind: httpkit.Hidden, Name: "list", Value: d.List},
		{Kind: httpkit.Day, Name: "held_on", Label: w.T("screening.held_on"), Value: string(d.HeldOn), Required: true, MarkRequired: true},
	}
	for _, i := range p.s.book.On(d.HeldOn).List(d.List) {
		field := httpkit.Field{Kind: httpkit.Select, Name: i.ID, Label: w.T("screening.indicator." + i.ID), Group: w.T("screening.dimension." + i.Dimension),
			MarkRequired: true, Value: choiceOf(d.answerOf(i.ID))}
		for _, choice := range choices {
			field.Options = append(field.Options, httpkit.Option{Value: choice, Label: w.T("screening.choice." + choice)})
		}
		if a := d.answerOf(i.ID); field.Value != "" && !strings.Contains(" "+strings.Join(choices, " ")+" ", " "+field.Value+" ") {
			field.Options = append(field.Options, httpkit.Option{Value: field.Value, Label: w.Label(w.T("screening.answer.yes")) + " " + w.T("screening.source."+a.Source) + ", " + w.T("screening.nature."+a.Nature)})
		}
		fields = append(fields, field)
	}
	about := w.T("screening.about")
	fields = append(fields,
		httpkit.Field{Kind: httpkit.TextArea, Name: "note", Label: w.T("screening.note"), Hint: w.T("screening.note_hint"), Group: about, Rows: 4, MaxLength: longestNote, MarkRequired: true, Value: d.Note},
		httpkit.Field{Kind: httpkit.Select, Name: "purpose", Label: w.T("entry.purpose_label"), Group: about, Required: true, MarkRequired: true, Value: d.Purpose, Options: sharing.Codes(w, "gate.purpose.", gate.Purposes)},
		httpkit.Field{Kind: httpkit.Select, Name: "basis", Label: w.T("entry.basis_label"), Group: about, Required: true, MarkRequired: true, Value: d.Basis, Options: sharing.Codes(w, "gate.basis.", gate.Bases)})
	back := "/victims/" + r.Param("victim")
	return &FormPage{Back: httpkit.Link{URL: back, Text: w.T("screening.back")}, Heading: w.T("screening.new_heading"),
		Form: httpkit.Form{Action: base, Submit: w.T("screening.save"), Fields: fields, Cancel: httpkit.Link{URL: back, Text: w.T("web.cancel")}}}
}

// newPage is the form of a new screening; held is the day whose indicators it asks, today where it is empty.
func (p pages) newPage(r *httpkit.Request, list string, held moment.Date) (*FormPage, error) {
	today, lists, err := p.s.MayAdd(r.Context(), r.Param("victim"))
	if err != nil {
		return nil, err
	}
	if held == "" {
		held = today
	}
	switch {
	case list == "" && slices.Contains(lists, Lists[0]):
		list = orMinute("")
	case list == "":
		list = lists[0]
	case !slices.Contains(Lists, list):
		return nil, fault.New(fault.Invalid, "fault.invalid").WithField("list", "fault.field_unknown_code")
	case !slices.Contains(lists, list):
		list = lists[0]
	}
	base := "/victims/" + r.Param("victim") + "/screenings"
	page := p.formPage(r, &Draft{List: list, HeldOn: held}, base)
	page.Lists = listNav(r.W, lists, base+"/new", list)
	page.Form.Fields = append(page.Form.Fields, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})
	return page, nil
}

func (p pages) form(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.newPage(r, r.Query("list"), "")
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

// posted reads a form; what was not asked is no answer.
func (p pages) posted(r *httpkit.Request) Draft {
	d := Draft{List: r.Form("list"), HeldOn: moment.Date(r.Form("held_on")), Note: r.Form("note"), Purpose: r.Form("purpose"), Basis: r.Form("basis")}
	for _, i := range p.s.book.Ever(d.List) {
		if choice := r.Form(i.ID); choice != "" {
			parts := append(strings.Split(choice, "."), "", "")
			d.Answers = append(d.Answers, Answer{Indicator: i.ID, Present: parts[0], Source: parts[1], Nature: parts[2]})
		}
	}
	return d
}

// heldOn is the day that was posted, since by its indicators the answers are checked; none where the day itself is wrong.
func heldOn(d *Draft, err error) moment.Date {
	f, _ := fault.As(err)
	if slices.ContainsFunc(f.Fields, func(ff fault.FieldFault) bool { return ff.Name == "held_on" }) {
		return ""
	}
	return d.HeldOn
}

func (p pages) add(r *httpkit.Request) (httpkit.Reply, error) {
	d := p.posted(r)
	id, err := p.s.Add(r.Context(), r.Param("victim"), d, r.Form("once"))
	if httpkit.ComesBack(err) && slices.Contains(Lists, d.List) {
		page, broken := p.newPage(r, d.List, heldOn(&d, err))
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/victims/"+r.Param("victim")+"/screenings/"+id, "screening.saved"), nil
}

// editPage is the form that corrects a screening; held is the day whose indicators it asks, the day that was kept where it is empty.
func (p pages) editPage(r *httpkit.Request, held moment.Date) (*FormPage, error) {
	v, err := p.s.ForEdit(r.Context(), r.Param("victim"), r.Param("screening"))
	if err != nil {
		return nil, err
	}
	kept := v.Draft.HeldOn
	if held != "" {
		v.Draft.HeldOn = held
	}
	page := p.formPage(r, &v.Draft, "/victims/"+r.Param("victim")+"/screenings/"+v.ID)
	for i := range page.Form.Fields {
		if page.Form.Fields[i].Name == "held_on" {
			page.Form.Fields[i].Value = string(kept)
		}
	}
	page.Heading, page.Form.Version = r.W.T("screening.edit_heading"), v.Version
	return page, nil
}

func (p pages) edit(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.editPage(r, "")
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

func (p pages) change(r *httpkit.Request) (httpkit.Reply, error) {
	d := p.posted(r)
	err := p.s.Change(r.Context(), r.Param("victim"), r.Param("screening"), d, r.Version())
	if httpkit.ComesBack(err) {
		page, broken := p.editPage(r, heldOn(&d, err))
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/victims/"+r.Param("victim")+"/screenings/"+r.Param("screening"), "screening.saved"), nil
}
