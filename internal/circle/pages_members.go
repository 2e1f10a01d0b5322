package circle

import (
	"relais/internal/agency"
	"relais/internal/httpkit"
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
	httpkit.Sheet
	Heading string
	Who     string
	Effects []string
}

// Template is the page's file.
func (*EffectPage) Template() string { return "circle/effect" }

var _ = httpkit.Register(JoinPage{}, &EffectPage{})

func circleURL(r *httpkit.Request) string { return "/circles/" + r.Param("circle") }

func effectPage(r *httpkit.Request, e *Effect, action, submit string) *EffectPage {
	page := &EffectPage{Heading: e.Name, Who: e.Desk.Agency}
	if e.Desk.Desk != "" {
		page.Who += " · " + e.Desk.Desk
	}
	page.Back = httpkit.Link{URL: circleURL(r), Text: r.W.T("circle.back")}
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
	if httpkit.ComesBack(err) {
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
	choice := httpkit.Form{Fields: []httpkit.Field{{Kind: httpkit.Select, Name: "desk", Label: r.W.T("circle.desk"), Required: true, Options: agency.DeskOptions(r.W, form.Desks)}}}
	choice.Mark(r, wrong)
	page := JoinPage{Back: httpkit.Link{URL: circleURL(r), Text: r.W.T("circle.back")}, Name: e.Name, Desk: choice.Fields[0], URL: circleURL(r) + "/members/new"}
	if wrong != nil {
		return httpkit.ShowStatus(page, 422), nil
	}
	return httpkit.Show(page), nil
}

func (p pages) join(r *httpkit.Request) (httpkit.Reply, error) {
	_, err := p.s.Join(r.Context(), r.Param("circle"), r.Form("desk"), r.Form("old") == "open", r.Version())
	return httpkit.SeeWith(circleURL(r), "circle.joined"), err
}

func (p pages) askLeave(r *httpkit.Request) (*EffectPage, error) {
	return p.endings(r, r.Param("circle_member"), "/members/"+r.Param("circle_member")+"/removal", "circle.leave_now")
}

// endings says what ends when a desk leaves, or the circle is closed.
func (p pages) endings(r *httpkit.Request, memberID, action, submit string) (*EffectPage, error) {
	e, err := p.s.Effect(r.Context(), r.Param("circle"), "", memberID)
	if err != nil {
		return nil, err
	}
	page := effectPage(r, &e, action, submit)
	page.Effects, page.Form.Danger = []string{r.W.N("circle.effect_ends", e.Ends)}, true
	return page, nil
}

func (p pages) leave(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Leave(r.Context(), r.Param("circle"), r.Param("circle_member"), r.Version())
	return httpkit.SeeWith("/circles", "circle.left"), err
}

func (p pages) askClose(r *httpkit.Request) (*EffectPage, error) {
	return p.endings(r, "", "/closure", "circle.close_now")
}

func (p pages) end(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Close(r.Context(), r.Param("circle"), r.Version())
	return httpkit.SeeWith(circleURL(r), "circle.closed"), err
}
