package track

import (
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

// ShowPage is where a person stands: the picture, what the reader may record, and what has happened.
type ShowPage struct {
	Back      httpkit.Link
	Reference string
	Picture   casefile.Block
	May       []MayMove
	History   httpkit.Table
	Strikes   []httpkit.Link
	Appeals   []httpkit.Link
}

// MayMove is one step that the reader may record.
type MayMove struct {
	Track string
	httpkit.Link
}

// Template is the page's file.
func (ShowPage) Template() string { return "track/show" }

// FormPage records a step.
type FormPage struct {
	Back    httpkit.Link
	Heading string
	Facts   httpkit.Summary
	Form    httpkit.Form
}

// Template is the page's file.
func (*FormPage) Template() string { return "track/form" }

var _ = httpkit.Register(ShowPage{}, &FormPage{})

type pages struct{ s *Service }

// Pages registers the pages of the tracks.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/victims/:victim/tracks", k.Do(p.show))
	g.GET("/victims/:victim/tracks/:track/new", k.Do(p.blank))
	g.POST("/victims/:victim/tracks/:track", k.Do(p.move))
	g.GET("/victims/:victim/tracks/:track/steps/:step/strike", k.Do(p.strikeForm))
	g.POST("/victims/:victim/tracks/:track/steps/:step/strike", k.Do(p.strike))
	g.GET("/victims/:victim/tracks/:track/steps/:step/appeal", k.Do(p.appealForm))
	g.POST("/victims/:victim/tracks/:track/steps/:step/appeal", k.Do(p.appeal))
}

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	view, file, err := p.s.Show(r.Context(), r.Param("victim"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	base := "/victims/" + file.ID
	caller, _ := gate.CallerOf(r.Context())
	page := ShowPage{Back: httpkit.Link{URL: base, Text: r.W.T("track.back_to_file")}, Reference: file.Reference,
		Picture: p.s.picture(caller.Actor.Kind, r.W, &view, moment.DayOf(p.s.gate.Now())), History: history(r.W, view.Lanes), Strikes: strikeLinks(r.W, base, view.Lanes),
		Appeals: appealLinks(r.W, base, view.Lanes)}
	page.Picture.Heading = r.W.T("track.picture")
	for i := range view.Lanes {
		for j := range view.Lanes[i].May {
			m := &view.Lanes[i].May[j]
			query := url.Values{"to": {m.To}}
			if m.Person != rulepack.Anybody {
				query.Set("person", m.Person)
			}
			page.May = append(page.May, MayMove{Track: r.W.T("track.track." + m.Track),
				Link: httpkit.Link{URL: base + "/tracks/" + m.Track + "/new?" + query.Encode(), Text: moveName(r.W, m)}})
		}
	}
	return httpkit.Show(page), nil
}

// history is every step that is shown, the newest first.
func history(w *locale.Words, lanes []Lane) httpkit.Table {
	t := httpkit.Table{Caption: w.T("track.history"), Empty: w.T("track.no_history"), Columns: []httpkit.Column{{Label: w.T("track.on")},
		{Label: w.T("track.step")}, {Label: w.T("track.by")}, {Label: w.T("track.basis")}, {Label: w.T("track.document")}}}
	var steps []Step
	for i := range lanes {
		steps = append(steps, lanes[i].Steps...)
	}
	newestFirst(steps)
	for i := range steps {
		st := &steps[i]
		state := httpkit.Cell{Text: stateWord(w, st.Track, st.To, st.Country)}
		if st.Struck() {
			state.Text = w.T("track.struck_step", "State", state.Text)
			st.Note = strings.TrimSpace(st.Note + " " + strikeNote(w, st))
		}
		st.Note = strings.TrimSpace(st.Note + " " + appealNote(w, st))
		t.Rows = append(t.Rows, httpkit.Row{Quiet: st.Struck(), Cells: []httpkit.Cell{{Text: w.Day(st.On), Sub: w.DateTime(st.WrittenAt)},
			{Text: state.Text, Sub: w.T("track.track."+st.Track) + " · " + entry.CodeName(w, "countries", st.Country)},
			{Text: st.Agency, Sub: w.T(authz.Role(st.Authority).Key())}, {Text: st.Basis, Sub: groundNames(w, st.Ground)}, {Text: st.Document, Sub: st.Note}}})
	}
	return t
}

func groundNames(w *locale.Words, ground string) string {
	if ground == "" {
		return ""
	}
	words := strings.Split(ground, ";")
	for i := range words {
		words[i] = w.T("track.condition." + words[i])
	}
	return strings.Join(words, "; ")
}

func (p pages) blank(r *httpkit.Request) (httpkit.Reply, error) {
	form, err := p.s.Form(r.Context(), r.Param("victim"), r.Param("track"), r.Query("to"), r.Query("person"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(formPage(r, &form, moment.DayOf(p.s.gate.Now()))), nil
}

func (p pages) move(r *httpkit.Request) (httpkit.Reply, error) {
	victimID, track := r.Param("victim"), r.Param("track")
	if r.Version() == 0 {
		return httpkit.Reply{}, fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	n := New{Track: track, To: r.Form("to"), Person: r.Form("person"), On: moment.Date(r.Form("on")), Document: r.Form("document"), Note: r.Form("note"),
		Confirmed: r.FormValues("confirmed")}
	for _, name := range groundFields {
		if ground := r.Form(name); ground != "" {
			n.Confirmed = append(n.Confirmed, ground)
		}
	}
	_, err := p.s.Move(r.Context(), victimID, n, r.Version(), r.Form("once"))
	if httpkit.ComesBack(err) {
		form, broken := p.s.Form(r.Context(), victimID, track, n.To, n.Person)
		if fault.KindOf(broken) == fault.NotFound {
			return p.refused(r, err)
		}
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		page := formPage(r, &form, moment.DayOf(p.s.gate.Now()))
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/victims/"+victimID+"/tracks", "track.recorded"), nil
}

// refused shows why a step that has no form for this reader was refused.
func (p pages) refused(r *httpkit.Request, err error) (httpkit.Reply, error) {
	back := "/victims/" + r.Param("victim") + "/tracks"
	page := &FormPage{Back: httpkit.Link{URL: back, Text: r.W.T("track.back")}, Heading: r.W.T("track.form_heading"),
		Form: httpkit.Form{Action: back + "/" + url.PathEscape(r.Param("track")), Submit: r.W.T("track.record"), Cancel: httpkit.Link{URL: back, Text: r.W.T("web.cancel")}}}
	return r.Again(page, &page.Form, err)
}

// groundFields are the names of the questions of which one answer is wanted.
var groundFields = []string{"ground1", "ground2", "ground3"}

func formPage(r *httpkit.Request, f *Form, today moment.Date) *FormPage {
	back, m := "/victims/"+f.File.ID+"/tracks", &f.Move
	form := httpkit.Form{Action: back + "/" + m.Track, Submit: r.W.T("track.record"), Version: f.Lane.Version, Cancel: httpkit.Link{URL: back, Text: r.W.T("web.cancel")}}
	form.Fields = append(form.Fields, httpkit.Field{Kind: httpkit.Day, Name: "on", Label: r.W.T("track.on_label"), Hint: r.W.T("track.on_hint"), Value: string(today), Required: true})
	form.Fields = append(form.Fields, conditionFields(r.W, m, f.Person)...)
	form.Fields = append(form.Fields,
		httpkit.Field{Kind: httpkit.Text, Name: "document", Label: r.W.T("track.document_label"), Hint: r.W.T("track.document_hint"), MaxLength: longestDocument, Width: 20, Autocomplete: "off", Required: wantsDocument(m)},
		httpkit.Field{Kind: httpkit.TextArea, Name: "note", Label: r.W.T("track.note_label"), Rows: 3},
		httpkit.Field{Kind: httpkit.Hidden, Name: "to", Value: m.To}, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})
	if m.Person != rulepack.Anybody {
		form.Fields = append(form.Fields, httpkit.Field{Kind: httpkit.Hidden, Name: "person", Value: m.Person})
	}
	facts := httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: r.W.T("track.step"), Value: stateWord(r.W, m.Track, m.From, f.Lane.Country) + " → " + moveName(r.W, m), Note: m.Name()},
		{Label: r.W.T("track.basis"), Value: m.Basis}, {Label: r.W.T("track.decider"), Value: deciders(r.W, m)}}}
	return &FormPage{Back: httpkit.Link{URL: back, Text: r.W.T("track.back")}, Heading: r.W.T("track.track." + m.Track), Facts: facts, Form: form}
}

// conditionFields asks whoever decides to confirm what the law wants; what the file says already is not asked.
func conditionFields(w *locale.Words, m *rulepack.Move, who Person) (fields []httpkit.Field) {
	all := httpkit.Field{Kind: httpkit.Checkboxes, Name: "confirmed", Label: w.T("track.confirm"), Hint: w.T("track.confirm_hint"), Required: true}
	for _, one := range m.Conditions {
		if len(one) == 1 {
			if !known(one[0], who) {
				all.Options = append(all.Options, httpkit.Option{Value: one[0], Label: w.T("track.condition." + one[0])})
			}
			continue
		}
		if len(fields) == len(groundFields) {
			break
		}
		field := httpkit.Field{Kind: httpkit.Radios, Name: groundFields[len(fields)], Label: w.T("track.ground"), Required: true}
		for _, condition := range one {
			field.Options = append(field.Options, httpkit.Option{Value: condition, Label: w.T("track.condition." + condition)})
		}
		fields = append(fields, field)
	}
	if len(all.Options) > 0 {
		fields = append([]httpkit.Field{all}, fields...)
	}
	return fields
}
