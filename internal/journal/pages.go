package journal

import (
	"github.com/gin-gonic/gin"

	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// TimelinePage is what happened on a file.
type TimelinePage struct {
	Back      httpkit.Link
	Reference string
	New       httpkit.Link
	Table     httpkit.Table
	Pages     httpkit.Pagination
}

// Template is the page's file.
func (TimelinePage) Template() string { return "journal/timeline" }

// NewPage writes a note.
type NewPage struct {
	Back      httpkit.Link
	Reference string
	Form      httpkit.Form
}

// Template is the page's file.
func (*NewPage) Template() string { return "journal/new" }

// NotePage is one note with its history, and the form that corrects it.
type NotePage struct {
	Back     httpkit.Link
	Card     httpkit.Summary
	Versions []entry.NoteVersionCard
	Correct  bool
	Form     httpkit.Form
}

// Template is the page's file.
func (*NotePage) Template() string { return "journal/note" }

var _ = httpkit.Register(TimelinePage{}, &NewPage{}, &NotePage{})

type pages struct{ s *Service }

// Pages registers the pages of notes and the timeline.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	for _, kind := range []gate.Kind{gate.Case, gate.Victim} {
		base := "/" + string(kind) + "s/:" + string(kind)
		g.GET(base+"/timeline", k.Do(func(r *httpkit.Request) (httpkit.Reply, error) { return p.timeline(r, kind) }))
		g.GET(base+"/notes/new", k.Do(func(r *httpkit.Request) (httpkit.Reply, error) { return p.blank(r, kind) }))
		g.POST(base+"/notes", k.Do(func(r *httpkit.Request) (httpkit.Reply, error) { return p.write(r, kind) }))
	}
	g.GET("/notes/:note", k.Do(p.show))
	g.POST("/notes/:note", k.Change(p.correct))
}

// Links lead from a file's page to its timeline.
func Links(tx *gate.Tx, w *locale.Words) []httpkit.Link {
	return []httpkit.Link{{URL: home(tx.File()) + "/timeline", Text: w.T("journal.to_timeline")}}
}

func home(f gate.FileRow) string { return "/" + string(f.Kind) + "s/" + f.ID }

func (p pages) timeline(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	t, err := p.s.Timeline(r.Context(), kind, r.Param(string(kind)), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	base := home(t.File)
	page := TimelinePage{Back: httpkit.Link{URL: base, Text: r.W.T("journal.back_to_file")}, Reference: t.File.Reference, Table: table(r.W, t.Events)}
	if t.CanWrite {
		page.New = httpkit.Link{URL: base + "/notes/new", Text: r.W.T("journal.write")}
	}
	if r.Query("after") != "" {
		page.Pages.Newer = base + "/timeline"
	}
	if t.Next.ID != "" {
		page.Pages.Older = base + "/timeline?after=" + t.Next.String()
	}
	return httpkit.Show(page), nil
}

func table(w *locale.Words, events []Event) httpkit.Table {
	t := httpkit.Table{Caption: w.T("journal.timeline_title"), HideCaption: true, Empty: w.T("journal.empty"), Columns: []httpkit.Column{
		{Label: w.T("journal.when")}, {Label: w.T("journal.what")}, {Label: w.T("journal.agency")}}}
	for i := range events {
		e := &events[i]
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.DateTime(e.At)}, {Text: Say(w, e.Words, e.Args), URL: e.Link, Sub: begin(e.Text)}, {Text: e.Agency}}})
	}
	return t
}

// Say is the sentence of a key; keys among its arguments become words too.
func Say(w *locale.Words, key string, args map[string]any) string {
	said := make(map[string]any, len(args))
	for name, value := range args {
		if of, ok := value.(Key); ok {
			value = w.T(string(of))
		}
		said[name] = value
	}
	return w.Text(key, said)
}

// shownOfText is how many characters of a note stand on the timeline.
const shownOfText = 280

func begin(text string) string {
	runes := []rune(text)
	if len(runes) <= shownOfText {
		return text
	}
	return string(runes[:shownOfText]) + "…"
}

func (p pages) blank(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error) {
	page, err := p.newPage(r, kind)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

func (p pages) newPage(r *httpkit.Request, kind gate.Kind) (*NewPage, error) {
	form, err := p.s.Form(r.Context(), kind, r.Param(string(kind)))
	if err != nil {
		return nil, err
	}
	base := home(form.File)
	sections := httpkit.Field{Kind: httpkit.Select, Name: "section", Label: r.W.T("journal.section"), Hint: r.W.T("journal.section_hint"), Required: true}
	for _, id := range form.Sections {
		sections.Options = append(sections.Options, httpkit.Option{Value: id.String(), Label: r.W.T(id.Key())})
	}
	visibility := httpkit.Field{Kind: httpkit.Radios, Name: "visibility", Label: r.W.T("journal.visibility"), Required: true, Value: string(ForFile)}
	for _, v := range Visibilities() {
		if v != ForPeople || len(form.Colleagues) > 0 {
			visibility.Options = append(visibility.Options, httpkit.Option{Value: string(v), Label: r.W.T("journal.visibility." + string(v))})
		}
	}
	fields := []httpkit.Field{sections, {Kind: httpkit.TextArea, Name: "text", Label: r.W.T("journal.text"), Required: true, Rows: 10, MaxLength: longestText}, visibility}
	if len(form.Colleagues) > 0 {
		readers := httpkit.Field{Kind: httpkit.Checkboxes, Name: "readers", Label: r.W.T("journal.readers"), Hint: r.W.T("journal.readers_hint")}
		for _, c := range form.Colleagues {
			readers.Options = append(readers.Options, httpkit.Option{Value: c.ID, Label: c.Name})
		}
		fields = append(fields, readers)
	}
	fields = append(fields, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})
	return &NewPage{Back: httpkit.Link{URL: base + "/timeline", Text: r.W.T("journal.back_to_timeline")}, Reference: form.File.Reference,
		Form: httpkit.Form{Action: base + "/notes", Submit: r.W.T("journal.save"), Cancel: httpkit.Link{URL: base + "/timeline", Text: r.W.T("web.cancel")}, Fields: fields}}, nil
}

func (p pages) write(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error) {
	n := New{Section: r.Form("section"), Visibility: Visibility(r.Form("visibility")), Readers: r.FormValues("readers"), Text: r.Form("text")}
	id, err := p.s.Write(r.Context(), kind, r.Param(string(kind)), n, r.Form("once"))
	if httpkit.ComesBack(err) {
		page, broken := p.newPage(r, kind)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/notes/"+id, "journal.saved"), nil
}

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Show(r.Context(), r.Param("note"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(notePage(r, &view)), nil
}

func notePage(r *httpkit.Request, v *View) *NotePage {
	latest := &v.Versions[0]
	card := httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: r.W.T("journal.file"), Value: v.File.Reference, Change: httpkit.Link{URL: home(v.File), Text: r.W.T("journal.open")}},
		{Label: r.W.T("journal.section"), Value: r.W.T(v.Section.Key())},
		{Label: r.W.T("journal.visibility"), Value: r.W.T("journal.visibility." + string(latest.Visibility)), Values: v.Readers}}}
	note := v.note()
	page := &NotePage{Back: httpkit.Link{URL: home(v.File) + "/timeline", Text: r.W.T("journal.back_to_timeline")}, Card: card, Versions: entry.NoteVersionCards(r.W, &note),
		Correct: v.CanCorrect}
	if v.CanCorrect {
		page.Form = httpkit.Form{Action: "/notes/" + latest.ID, Submit: r.W.T("journal.correct"), Version: latest.Version, Legend: r.W.T("journal.correct_title"),
			Fields: []httpkit.Field{{Kind: httpkit.TextArea, Name: "text", Label: r.W.T("journal.new_text"), Required: true, Rows: 8, MaxLength: longestText, Value: latest.Text}}}
	}
	return page
}

func (p pages) correct(r *httpkit.Request) (httpkit.Reply, error) {
	id := r.Param("note")
	err := p.s.Correct(r.Context(), id, r.Version(), r.Form("text"))
	if httpkit.ComesBack(err) {
		view, broken := p.s.Show(r.Context(), id)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		page := notePage(r, &view)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/notes/"+id, "journal.corrected"), nil
}
