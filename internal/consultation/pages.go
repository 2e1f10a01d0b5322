package consultation

import (
	"slices"

	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// ListPage lists the consultations of the reader's desks.
type ListPage struct {
	httpkit.List
	Call httpkit.Link
}

// Template is the page's file.
func (ListPage) Template() string { return "consultation/list" }

// FormPage calls a consultation.
type FormPage struct{ httpkit.Sheet }

// Template is the page's file.
func (*FormPage) Template() string { return "consultation/new" }

// ShowPage is a consultation with its minutes.
type ShowPage struct {
	httpkit.Sheet
	Facts        httpkit.Summary
	Participants httpkit.Table
	Minutes      httpkit.Summary
	CanWrite     bool
	Cancel       httpkit.PostButton
}

// Template is the page's file.
func (*ShowPage) Template() string { return "consultation/show" }

var _ = httpkit.Register(ListPage{}, &FormPage{}, &ShowPage{})

type pages struct{ s *Service }

// Pages registers the pages of consultations.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/consultations", k.Do(p.list))
	g.GET("/consultations/new", k.Do(httpkit.Shows(p.blank)))
	g.POST("/consultations", k.Do(p.call))
	g.GET("/consultations/:consultation", k.Do(httpkit.Shows(p.show)))
	g.POST("/consultations/:consultation/minutes", k.Change(p.minutes))
	g.POST("/consultations/:consultation/cancellation", k.Change(p.cancel))
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, next, err := p.s.List(r.Context(), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	t := httpkit.Table{Caption: r.W.T("consultation.list_title"), HideCaption: true, Empty: r.W.T("consultation.none"), Columns: []httpkit.Column{
		{Label: r.W.T("consultation.held_on")}, {Label: r.W.T("consultation.subject")}, {Label: r.W.T("consultation.called_by")}, {Label: r.W.T("consultation.state")}}}
	for i := range list {
		c := &list[i]
		t.Rows = append(t.Rows, httpkit.Row{Quiet: c.State == Cancelled, Cells: []httpkit.Cell{{Text: r.W.Day(c.HeldOn), URL: "/consultations/" + c.ID},
			{Text: c.Subject}, {Text: c.Agency, Sub: c.Desk}, {Text: r.W.T("consultation.state." + string(c.State)), Tag: colours[c.State]}}})
	}
	page := ListPage{List: httpkit.List{Table: t, Pages: r.Pages("/consultations", next.String())}}
	if caller, _ := gate.CallerOf(r.Context()); slices.Contains(Countries, caller.Actor.Country) {
		page.Call = httpkit.Link{URL: "/consultations/new", Text: r.W.T("consultation.new_title")}
	}
	return httpkit.Show(page), nil
}

var colours = map[State]string{Planned: "blue", Held: "green", Cancelled: "grey"}

func (p pages) blank(r *httpkit.Request) (*FormPage, error) {
	form, err := p.s.Form(r.Context())
	if err != nil {
		return nil, err
	}
	return formPage(r, form), nil
}

func formPage(r *httpkit.Request, f Form) *FormPage {
	fields := []httpkit.Field{
		agency.OwnDesk(r.W.T("consultation.desk"), f.Own),
		{Kind: httpkit.Radios, Name: "ground", Label: r.W.T("consultation.ground"), Required: true, Options: httpkit.Options(r.W, "consultation.ground.", Grounds)},
		{Kind: httpkit.Text, Name: "permission", Label: r.W.T("consultation.permission"), Hint: r.W.T("consultation.permission_hint"), Required: true, MaxLength: 60, Width: 20},
		{Kind: httpkit.Day, Name: "permitted_on", Label: r.W.T("consultation.permitted_on"), Required: true},
		{Kind: httpkit.Radios, Name: "aim", Label: r.W.T("consultation.aim"), Required: true, Options: httpkit.Options(r.W, "consultation.aim.", Aims)},
		{Kind: httpkit.Day, Name: "held_on", Label: r.W.T("consultation.held_on"), Required: true},
		{Kind: httpkit.Text, Name: "subject", Label: r.W.T("consultation.subject"), Hint: r.W.T("consultation.subject_hint"), Required: true, MaxLength: longestSubject},
		{Kind: httpkit.Checkboxes, Name: "participants", Label: r.W.T("consultation.participants"), Required: true, Options: agency.DeskOptions(r.W, f.Desks)},
		{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()},
	}
	return &FormPage{httpkit.Sheet{Back: toList(r.W), Form: httpkit.Form{Action: "/consultations", Submit: r.W.T("consultation.call"), Fields: fields,
		Cancel: httpkit.Link{URL: "/consultations", Text: r.W.T("web.cancel")}}}}
}

func toList(w *locale.Words) httpkit.Link {
	return httpkit.Link{URL: "/consultations", Text: w.T("consultation.list_title")}
}

func (p pages) call(r *httpkit.Request) (httpkit.Reply, error) {
	id, err := p.s.Call(r.Context(), New{DeskID: r.Form("desk"), Ground: r.Form("ground"), Permission: r.Form("permission"),
		PermittedOn: moment.Date(r.Form("permitted_on")), HeldOn: moment.Date(r.Form("held_on")), Aim: r.Form("aim"), Subject: r.Form("subject"),
		Desks: r.FormValues("participants")}, r.Form("once"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/consultations/"+id, "consultation.called"), p.blank)
}

func (p pages) show(r *httpkit.Request) (*ShowPage, error) {
	v, err := p.s.Show(r.Context(), r.Param("consultation"))
	if err != nil {
		return nil, err
	}
	return showPage(r, &v), nil
}

func showPage(r *httpkit.Request, v *View) *ShowPage {
	w, url := r.W, "/consultations/"+v.ID
	page := &ShowPage{CanWrite: v.CanWrite(), Facts: httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: w.T("consultation.subject"), Value: v.Subject},
		{Label: w.T("consultation.state"), Tag: httpkit.Tag{Text: w.T("consultation.state." + string(v.State)), Colour: colours[v.State]}},
		{Label: w.T("consultation.called_by"), Value: v.Agency, Note: v.Desk}, {Label: w.T("consultation.held_on"), Value: w.Day(v.HeldOn)},
		{Label: w.T("consultation.ground"), Value: w.T("consultation.ground." + v.Ground), Note: v.Permission + " · " + w.Day(v.PermittedOn)},
		{Label: w.T("consultation.aim"), Value: w.T("consultation.aim." + v.Aim)}}}}
	page.Back = toList(w)
	page.Participants = httpkit.Table{Caption: w.T("consultation.participants"), Columns: []httpkit.Column{{Label: w.T("consultation.agency")}, {Label: w.T("consultation.its_desk")}}}
	for _, p := range v.Participants {
		page.Participants.Rows = append(page.Participants.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: p.Agency}, {Text: p.Desk}}})
	}
	for _, m := range v.Minutes {
		page.Minutes.Rows = append(page.Minutes.Rows, httpkit.SummaryRow{Label: w.DateTime(m.WrittenAt), Value: m.Text,
			Note: m.Agency + " · " + entry.MarkingText(w, gate.ParseMarking(m.Marking))})
	}
	page.Form = httpkit.Form{Action: url + "/minutes", Version: v.Version, Submit: w.T("consultation.save_minutes"), Fields: []httpkit.Field{
		{Kind: httpkit.TextArea, Name: "text", Label: w.T("consultation.minutes"), Hint: w.T("consultation.minutes_hint"), Rows: 10, MaxLength: longestText, Required: true},
		{Kind: httpkit.Select, Name: "tlp", Label: w.T("entry.tlp_label"), Value: usualMarking, Required: true, Options: httpkit.Options(w, "gate.tlp.", gate.TLPs)}}}
	if v.CanCancel() {
		page.Cancel = httpkit.PostButton{Action: url + "/cancellation", Version: v.Version, Danger: true, Text: w.T("consultation.cancel")}
	}
	return page
}

func consultationURL(r *httpkit.Request) string { return "/consultations/" + r.Param("consultation") }

func (p pages) minutes(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.WriteMinutes(r.Context(), r.Param("consultation"), r.Form("text"), r.Form("tlp"), r.Version())
	return httpkit.Posted(r, err, httpkit.SeeWith(consultationURL(r), "consultation.minutes_saved"), func(r *httpkit.Request) (*ShowPage, error) {
		page, err := p.show(r)
		if err == nil {
			page.CanWrite = true // the form stands there whatever is wrong with it, such as a day to come
		}
		return page, err
	})
}

func (p pages) cancel(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Cancel(r.Context(), r.Param("consultation"), r.Version())
	return httpkit.SeeWith(consultationURL(r), "consultation.cancelled"), err
}
