package circle

import (
	"strings"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// JoinPage chooses a desk that is to join.
type JoinPage struct {
	Back httpkit.Link
	Name string
	Desk httpkit.Field
	URL  string
}

// Template is the page's file.
func (JoinPage) Template() string { return "circle/join" }

// EffectPage says what a change does before it is saved.
type EffectPage struct {
	Back    httpkit.Link
	Heading string
	Who     string
	Effects []string
	Form    httpkit.Form
}

// Template is the page's file.
func (*EffectPage) Template() string { return "circle/effect" }

var _ = httpkit.Register(JoinPage{}, &EffectPage{})

func circleURL(r *httpkit.Request) string { return "/circles/" + r.Param("circle") }

func effectPage(r *httpkit.Request, e *Effect, action, submit string) *EffectPage {
	page := &EffectPage{Back: httpkit.Link{URL: circleURL(r), Text: r.W.T("circle.back")}, Heading: e.Name, Who: e.Desk.Agency}
	if e.Desk.Desk != "" {
		page.Who += " · " + e.Desk.Desk
	}
	page.Form = httpkit.Form{Action: circleURL(r) + action, Version: e.Version, Submit: r.W.T(submit),
		Cancel: httpkit.Link{URL: circleURL(r), Text: r.W.T("web.cancel")}}
	return page
}

// askJoin asks for a desk, and with one says what would happen if it joined.
func (p pages) askJoin(r *httpkit.Request) (httpkit.Reply, error) {
	desk := r.Query("desk")
	if desk == "" {
		return p.askDesk(r, nil)
	}
	e, err := p.s.Effect(r.Context(), r.Param("circle"), desk, "")
	if fault.KindOf(err) == fault.Invalid {
		return p.askDesk(r, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := effectPage(r, &e, "/members", "circle.join_now")
	page.Effects = []string{r.W.N("circle.effect_opens", e.Opens), r.W.N("circle.effect_asks", e.Asks)}
	page.Form.Fields = []httpkit.Field{{Kind: httpkit.Hidden, Name: "desk", Value: desk}}
	if e.Opens > 0 {
		page.Form.Fields = append(page.Form.Fields, httpkit.Field{Kind: httpkit.Radios, Name: "old", Label: r.W.T("circle.old_label"), Required: true,
			Options: []httpkit.Option{{Value: "open", Label: r.W.T("circle.old_open")}, {Value: "closed", Label: r.W.T("circle.old_closed")}}})
	}
	return httpkit.Show(page), nil
}

func (p pages) askDesk(r *httpkit.Request, wrong error) (httpkit.Reply, error) {
	form, err := p.s.Form(r.Context())
	if err != nil {
		return httpkit.Reply{}, err
	}
	e, err := p.s.Effect(r.Context(), r.Param("circle"), "", "") // refused to whoever could not change it
	if err != nil {
		return httpkit.Reply{}, err
	}
	choice := httpkit.Form{Fields: []httpkit.Field{{Kind: httpkit.Select, Name: "desk", Label: r.W.T("circle.desk"), Required: true, Options: deskOptions(r.W, form.Desks)}}}
	choice.Mark(r, wrong)
	page := JoinPage{Back: httpkit.Link{URL: circleURL(r), Text: r.W.T("circle.back")}, Name: e.Name, Desk: choice.Fields[0], URL: circleURL(r) + "/members/new"}
	if wrong != nil {
		return httpkit.ShowStatus(page, 422), nil
	}
	return httpkit.Show(page), nil
}

func wantVersion(r *httpkit.Request) error {
	if r.Version() == 0 {
		return fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	return nil
}

func (p pages) join(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	if _, err := p.s.Join(r.Context(), r.Param("circle"), r.Form("desk"), r.Form("old") == "open", r.Version()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(circleURL(r), "circle.joined"), nil
}

func (p pages) askLeave(r *httpkit.Request) (httpkit.Reply, error) {
	e, err := p.s.Effect(r.Context(), r.Param("circle"), "", r.Param("circle_member"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := effectPage(r, &e, "/members/"+r.Param("circle_member")+"/removal", "circle.leave_now")
	page.Effects, page.Form.Danger = []string{r.W.N("circle.effect_ends", e.Ends)}, true
	return httpkit.Show(page), nil
}

func (p pages) leave(r *httpkit.Request) (httpkit.Reply, error) {
	err := wantVersion(r)
	if err == nil {
		err = p.s.Leave(r.Context(), r.Param("circle"), r.Param("circle_member"), r.Version())
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/circles", "circle.left"), nil
}

func (p pages) askClose(r *httpkit.Request) (httpkit.Reply, error) {
	e, err := p.s.Effect(r.Context(), r.Param("circle"), "", "")
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := effectPage(r, &e, "/closure", "circle.close_now")
	page.Effects, page.Form.Danger = []string{r.W.N("circle.effect_ends", e.Ends)}, true
	return httpkit.Show(page), nil
}

func (p pages) end(r *httpkit.Request) (httpkit.Reply, error) {
	err := wantVersion(r)
	if err == nil {
		err = p.s.Close(r.Context(), r.Param("circle"), r.Version())
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(circleURL(r), "circle.closed"), nil
}

func sectionNames(w *locale.Words, sections authz.SectionSet) string {
	var names []string
	for id := range sections.Each {
		names = append(names, w.T(id.Key()))
	}
	return strings.Join(names, ", ")
}
