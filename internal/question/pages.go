package question

import (
	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"slices"

	"relais/internal/agency"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// ListPage lists the questions of the reader's desks.
type ListPage struct {
	httpkit.List
	Ask httpkit.Link
}

// Template is the page's file.
func (ListPage) Template() string { return "question/list" }

// FormPage asks a question.
type FormPage struct {
	httpkit.Sheet
	File string // reference of the file that it is about
}

// Template is the page's file.
func (*FormPage) Template() string { return "question/new" }

// ShowPage is a question with its words.
type ShowPage struct {
	httpkit.Sheet
	Notice  httpkit.Notice
	Facts   httpkit.Summary
	File    httpkit.Link // the asker's own
	Refer   httpkit.Link
	Went    httpkit.Link // the referral it led to
	Words   httpkit.Summary
	CanSay  bool
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
	g.GET("/questions/new", k.Do(httpkit.Shows(p.blank)))
	g.POST("/questions", k.Do(p.ask))
	g.GET("/questions/:question", k.Do(httpkit.Shows(p.show)))
	g.POST("/questions/:question/words", k.Change(p.speak))
	g.POST("/questions/:question/closure", k.Change(p.end))
}

var colours = map[State]string{Open: "blue", Closed: "grey", Lapsed: "grey", Referred: "green"}

func boxIn(r *httpkit.Request) Box {
	if box := Box(r.Query("box")); slices.Contains(Boxes(), box) {
		return box
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
	return httpkit.Show(ListPage{Ask: httpkit.Link{URL: "/questions/new", Text: r.W.T("question.new_title")}, List: httpkit.List{Table: table(r.W, list, box),
		Boxes: httpkit.BoxesOf(r.W, "question", "/questions", Boxes(), box), Pages: r.Pages("/questions?box="+string(box), next.String())}}), nil
}

func table(w *locale.Words, list []Question, box Box) httpkit.Table {
	t := httpkit.Table{Caption: w.T("question.box." + string(box)), HideCaption: true, Empty: w.T("question.none." + string(box)), Columns: []httpkit.Column{
		{Label: w.T("question.need")}, {Label: w.T("question." + string(box) + "_desk")}, {Label: w.T("question.state")}, {Label: w.T("question.spoken_at")}}}
	for i := range list {
		q := &list[i]
		side := httpkit.Cell{Text: q.Agency, Sub: q.Desk}
		if box == BoxAsked || box == BoxWaiting && q.Asked {
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

func (p pages) blank(r *httpkit.Request) (*FormPage, error) {
	return p.form(r, victimIn(r.Query("victim")), victimIn(r.Query("to")))
}

func (p pages) form(r *httpkit.Request, victimID, to string) (*FormPage, error) {
	form, err := p.s.Form(r.Context(), victimID)
	if err != nil {
		return nil, err
	}
	return formPage(r, &form, to), nil
}

func formPage(r *httpkit.Request, f *Form, to string) *FormPage {
	w := r.W
	fields := []httpkit.Field{
		agency.OwnDesk(w.T("question.desk"), f.Own),
		{Kind: httpkit.Select, Name: "to", Label: w.T("question.to"), Required: true, Value: to, Options: agency.DeskOptions(w, f.Desks)},
		{Kind: httpkit.Select, Name: "need", Label: w.T("question.need"), Required: true, Options: entry.CodeOptions(w, "services")},
		{Kind: httpkit.Select, Name: "exploitation", Label: w.T("question.exploitation"), Options: entry.CodeOptions(w, "exploitation_types")},
		{Kind: httpkit.Select, Name: "age_band", Label: w.T("question.age_band"), Options: httpkit.Options(w, "question.age_band.", AgeBands)},
		{Kind: httpkit.Select, Name: "sex", Label: w.T("question.sex"), Options: sexOptions(w)},
		{Kind: httpkit.Select, Name: "country", Label: w.T("question.country"), Options: entry.CodeOptions(w, "countries")},
		{Kind: httpkit.Select, Name: "language", Label: w.T("question.language"), Options: entry.CodeOptions(w, "languages")},
		noteField(w, "question.note"),
		{Kind: httpkit.Hidden, Name: "victim", Value: f.File.FileID},
		{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()},
	}
	return &FormPage{File: f.File.Reference, Sheet: httpkit.Sheet{Back: httpkit.Link{URL: "/questions", Text: w.T("question.back")}, Form: httpkit.Form{
		Action: "/questions", Submit: w.T("question.ask"), Fields: fields, Cancel: httpkit.Link{URL: "/questions", Text: w.T("web.cancel")}}}}
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

func (p pages) ask(r *httpkit.Request) (httpkit.Reply, error) {
	n := New{DeskID: r.Form("desk"), ToDeskID: r.Form("to"), Note: r.Form("note"), VictimID: victimIn(r.Form("victim")), Subject: Subject{Need: r.Form("need"),
		Exploitation: r.Form("exploitation"), AgeBand: r.Form("age_band"), Sex: r.Form("sex"), Country: r.Form("country"), Language: r.Form("language")}}
	id, err := p.s.Ask(r.Context(), n, r.Form("once"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/questions/"+id, "question.asked"), func(r *httpkit.Request) (*FormPage, error) { return p.form(r, n.VictimID, "") })
}
