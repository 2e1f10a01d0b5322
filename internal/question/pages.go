package question

import (
	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"relais/internal/agency"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/sharing"
)

// ListPage lists the questions of the reader's desks.
type ListPage struct {
	Ask   httpkit.Link
	Boxes []sharing.BoxLink
	Table httpkit.Table
	Pages httpkit.Pagination
}

// Template is the page's file.
func (ListPage) Template() string { return "question/list" }

// FormPage asks a question.
type FormPage struct {
	Back httpkit.Link
	File string // reference of the file that it is about
	Form httpkit.Form
}

// Template is the page's file.
func (*FormPage) Template() string { return "question/new" }

// ShowPage is a question with its words.
type ShowPage struct {
	Back    httpkit.Link
	Notice  httpkit.Notice
	Facts   httpkit.Summary
	File    httpkit.Link // the asker's own
	Refer   httpkit.Link
	Went    httpkit.Link // the referral it led to
	Words   httpkit.Summary
	CanSay  bool
	Form    httpkit.Form
	Close   httpkit.PostButton
	Private bool
}

// Template is the page's file.
func (*ShowPage) Template() string { return "question/show" }

var _ = httpkit.Register(ListPage{}, &FormPage{}, &ShowPage{})

type pages struct{ s *Service }

// Pages registers the pages of questions.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/questions", k.Do(p.list))
	g.GET("/questions/new", k.Do(p.blank))
	g.POST("/questions", k.Do(p.ask))
	g.GET("/questions/:question", k.Do(p.show))
	g.POST("/questions/:question/words", k.Do(p.speak))
	g.POST("/questions/:question/closure", k.Do(p.end))
}

var colours = map[State]string{Open: "blue", Closed: "grey", Lapsed: "grey", Referred: "green"}

func boxIn(r *httpkit.Request) Box {
	if r.Query("box") == string(BoxAsked) {
		return BoxAsked
	}
	return BoxReceived
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	box := boxIn(r)
	list, next, err := p.s.List(r.Context(), box, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := ListPage{Ask: httpkit.Link{URL: "/questions/new", Text: r.W.T("question.new_title")}, Table: table(r.W, list, box)}
	for _, b := range Boxes() {
		page.Boxes = append(page.Boxes, sharing.BoxLink{Link: httpkit.Link{URL: "/questions?box=" + string(b), Text: r.W.T("question.box." + string(b))}, Current: b == box})
	}
	if r.Query("after") != "" {
		page.Pages.Newer = "/questions?box=" + string(box)
	}
	if next.ID != "" {
		page.Pages.Older = "/questions?box=" + string(box) + "&after=" + next.String()
	}
	return httpkit.Show(page), nil
}

func table(w *locale.Words, list []Question, box Box) httpkit.Table {
	t := httpkit.Table{Caption: w.T("question.box." + string(box)), HideCaption: true, Empty: w.T("question.none." + string(box)), Columns: []httpkit.Column{
		{Label: w.T("question.need")}, {Label: w.T("question." + string(box) + "_desk")}, {Label: w.T("question.state")}, {Label: w.T("question.spoken_at")}}}
	for i := range list {
		q := &list[i]
		side := httpkit.Cell{Text: q.Agency, Sub: q.Desk}
		if box == BoxAsked {
			side = httpkit.Cell{Text: q.ToAgency, Sub: q.ToDesk}
		}
		state := stateTag(w, q)
		t.Rows = append(t.Rows, httpkit.Row{Quiet: q.State != Open, Cells: []httpkit.Cell{{Text: entry.CodeName(w, "services", q.Need), URL: "/questions/" + q.ID}, side,
			{Text: state.Text, Tag: state.Colour}, {Text: w.DateTime(q.SpokenAt)}}})
	}
	return t
}

func stateTag(w *locale.Words, q *Question) httpkit.Tag {
	if q.Waiting {
		return httpkit.Tag{Text: w.T("question.waiting"), Colour: "orange"}
	}
	return httpkit.Tag{Text: w.T("question.state." + string(q.State)), Colour: colours[q.State]}
}

// victimIn is the id of the file that somebody came from; whether it is open to them the gate says.
func victimIn(text string) string {
	id, err := uuid.Parse(text)
	if err != nil {
		return ""
	}
	return id.String()
}

func (p pages) blank(r *httpkit.Request) (httpkit.Reply, error) {
	form, err := p.s.Form(r.Context(), victimIn(r.Query("victim")))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := formPage(r, &form)
	for i := range page.Form.Fields {
		if page.Form.Fields[i].Name == "to" {
			page.Form.Fields[i].Value = victimIn(r.Query("to"))
		}
	}
	return httpkit.Show(page), nil
}

func formPage(r *httpkit.Request, f *Form) *FormPage {
	w, own := r.W, make([]httpkit.Option, 0, len(f.Own))
	for _, d := range f.Own {
		own = append(own, httpkit.Option{Value: d.ID, Label: d.Name})
	}
	fields := []httpkit.Field{
		{Kind: httpkit.Select, Name: "desk", Label: w.T("question.desk"), Required: true, Options: own},
		{Kind: httpkit.Select, Name: "to", Label: w.T("question.to"), Required: true, Options: deskOptions(w, f.Desks)},
		{Kind: httpkit.Select, Name: "need", Label: w.T("question.need"), Required: true, Options: entry.CodeOptions(w, "services")},
		{Kind: httpkit.Select, Name: "exploitation", Label: w.T("question.exploitation"), Options: entry.CodeOptions(w, "exploitation_types")},
		{Kind: httpkit.Select, Name: "age_band", Label: w.T("question.age_band"), Options: sharing.Codes(w, "question.age_band.", AgeBands)},
		{Kind: httpkit.Select, Name: "sex", Label: w.T("question.sex"), Options: sexOptions(w)},
		{Kind: httpkit.Select, Name: "country", Label: w.T("question.country"), Options: entry.CodeOptions(w, "countries")},
		{Kind: httpkit.Select, Name: "language", Label: w.T("question.language"), Options: entry.CodeOptions(w, "languages")},
		noteField(w, "question.note"),
		{Kind: httpkit.Hidden, Name: "victim", Value: f.File.FileID},
		{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()},
	}
	if len(own) == 1 {
		fields[0].Value = own[0].Value
	}
	return &FormPage{Back: httpkit.Link{URL: "/questions", Text: w.T("question.back")}, File: f.File.Reference, Form: httpkit.Form{Action: "/questions",
		Submit: w.T("question.ask"), Fields: fields, Cancel: httpkit.Link{URL: "/questions", Text: w.T("web.cancel")}}}
}

func noteField(w *locale.Words, key string) httpkit.Field {
	return httpkit.Field{Kind: httpkit.TextArea, Name: "note", Label: w.T(key), Hint: w.T("question.note_hint"), Required: true, Rows: 6, MaxLength: 2000}
}

func sexOptions(w *locale.Words) (options []httpkit.Option) {
	for _, code := range Sexes {
		options = append(options, httpkit.Option{Value: code, Label: entry.CodeName(w, "sex", code)})
	}
	return options
}

func deskOptions(w *locale.Words, agencies []agency.Listing) (options []httpkit.Option) {
	for _, a := range agencies {
		for _, d := range a.Desks {
			options = append(options, httpkit.Option{Value: d.ID, Label: a.Country + " · " + a.Name + " · " + d.Name + " (" + w.T(a.Kind.Key()) + ")"})
		}
	}
	return options
}

func (p pages) ask(r *httpkit.Request) (httpkit.Reply, error) {
	n := New{DeskID: r.Form("desk"), ToDeskID: r.Form("to"), Note: r.Form("note"), VictimID: victimIn(r.Form("victim")), Subject: Subject{Need: r.Form("need"),
		Exploitation: r.Form("exploitation"), AgeBand: r.Form("age_band"), Sex: r.Form("sex"), Country: r.Form("country"), Language: r.Form("language")}}
	id, err := p.s.Ask(r.Context(), n, r.Form("once"))
	if fault.KindOf(err) == fault.Invalid {
		form, broken := p.s.Form(r.Context(), n.VictimID)
		if broken != nil {
			return httpkit.Reply{}, broken
		}
		page := formPage(r, &form)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/questions/"+id, "question.asked"), nil
}
