package pointer

import (
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// ChoicePage is whether one file takes part in matching.
type ChoicePage struct {
	httpkit.Sheet
	Reference string
	State     httpkit.Tag
	Apart     bool // the agency, or the desk, takes no part whatever is chosen
	Before    httpkit.Table
}

// Template is the page's file.
func (*ChoicePage) Template() string { return "pointer/choice" }

var _ = httpkit.Register(&ChoicePage{})

func (p pages) choice(r *httpkit.Request) (*ChoicePage, error) {
	m, err := p.s.Matching(r.Context(), r.Param("victim"))
	if err != nil {
		return nil, err
	}
	return choicePage(r, &m), nil
}

func choicePage(r *httpkit.Request, m *Matching) *ChoicePage {
	home := "/victims/" + m.File.ID
	page := &ChoicePage{Reference: m.File.Reference, State: matchingTag(r.W, m), Apart: !m.Allowed, Before: chosen(r.W, m.Before)}
	page.Back = httpkit.Link{URL: home, Text: r.W.T("pointer.back_to_file")}
	if m.File.Closed() {
		return page
	}
	value := string(Hidden)
	if m.Tells {
		value = string(Pointed)
	}
	page.Form = httpkit.Form{Action: home + "/matching", Submit: r.W.T("pointer.save"), Version: m.Version + 1, Fields: []httpkit.Field{
		{Kind: httpkit.Radios, Name: "choice", Label: r.W.T("pointer.choice"), Required: true, Value: value, Options: []httpkit.Option{
			{Value: string(Pointed), Label: r.W.T("pointer.choice.pointed"), Hint: r.W.T("pointer.choice_hint.pointed"), Disabled: !m.Allowed},
			{Value: string(Hidden), Label: r.W.T("pointer.choice.hidden"), Hint: r.W.T("pointer.choice_hint.hidden")}}}}}
	return page
}

// matchingTag says what holds now, whoever's word it is.
func matchingTag(w *locale.Words, m *Matching) httpkit.Tag {
	if m.Tells {
		return httpkit.Tag{Text: w.T("pointer.choice.pointed"), Colour: "green"}
	}
	return httpkit.Tag{Text: w.T("pointer.choice.hidden"), Colour: "grey"}
}

// chosen are the choices that were made for the file, the latest first.
func chosen(w *locale.Words, list []Chosen) httpkit.Table {
	if len(list) == 0 {
		return httpkit.Table{}
	}
	t := httpkit.Table{Caption: w.T("pointer.choices"), Columns: []httpkit.Column{{Label: w.T("pointer.since")}, {Label: w.T("pointer.choice_short")}, {Label: w.T("pointer.set_by")}}}
	for i := range list {
		c := &list[i]
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.DateTime(c.SetAt)}, {Text: w.T("pointer.choice." + string(c.Choice))},
			{Text: c.Agency, Sub: c.SetBy}}})
	}
	return t
}

// choose posts the version after the present one, because nobody has said anything yet at version 0.
func (p pages) choose(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Choose(r.Context(), r.Param("victim"), r.Version()-1, Choice(r.Form("choice")))
	return httpkit.Posted(r, err, httpkit.SeeWith("/victims/"+r.Param("victim")+"/matching", "pointer.chosen"), p.choice)
}
