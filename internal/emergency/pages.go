package emergency

import (
	"github.com/gin-gonic/gin"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/sharing"
)

// OpenPage opens sections in an emergency.
type OpenPage struct {
	httpkit.Sheet
	Reference string
	Notice    httpkit.Notice
	Nothing   bool // an emergency would open nothing more
}

// Template is the page's file.
func (*OpenPage) Template() string { return "emergency/open" }

// ShowPage is one opening, with what the reader may do about it.
type ShowPage struct {
	httpkit.Sheet
	Notice  httpkit.Notice
	Card    httpkit.Summary
	File    httpkit.Link
	Confirm httpkit.PostButton
	Close   httpkit.PostButton
	Reviews httpkit.Summary
	Sign    bool
}

// Template is the page's file.
func (*ShowPage) Template() string { return "emergency/show" }

// ListPage lists the openings that the reader's agency is a party to.
type ListPage struct{ httpkit.List }

// Template is the page's file.
func (ListPage) Template() string { return "emergency/list" }

var _ = httpkit.Register(&OpenPage{}, &ShowPage{}, ListPage{})

type pages struct{ s *Service }

// Pages registers the pages of emergency access.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/victims/:victim/emergencies/new", k.Do(httpkit.Shows(p.blank)))
	g.POST("/victims/:victim/emergencies", k.Do(p.open))
	g.GET("/emergencies", k.Do(p.list))
	g.GET("/emergencies/:emergency", k.Do(httpkit.Shows(p.show)))
	g.POST("/emergencies/:emergency/confirmation", k.Change(p.confirm))
	g.POST("/emergencies/:emergency/closure", k.Change(p.close))
	g.POST("/emergencies/:emergency/review", k.Change(p.sign))
}

func (p pages) blank(r *httpkit.Request) (*OpenPage, error) {
	form, err := p.s.Form(r.Context(), r.Param("victim"))
	if err != nil {
		return nil, err
	}
	return openPage(r, form, r.Query("section")), nil
}

func openPage(r *httpkit.Request, f Form, section string) *OpenPage {
	home := "/victims/" + f.File.ID
	sections := httpkit.Field{Kind: httpkit.Checkboxes, Name: "sections", Label: r.W.T("emergency.sections"), Required: true}
	for _, id := range f.Sections {
		sections.Options = append(sections.Options, httpkit.Option{Value: id.String(), Label: r.W.T(id.Key()), Selected: id.String() == section})
	}
	return &OpenPage{Reference: f.File.Reference, Nothing: len(f.Sections) == 0,
		Notice: httpkit.Notice{Kind: "warning", Text: r.W.T("emergency.open_warning")},
		Sheet: httpkit.Sheet{Back: httpkit.Link{URL: home, Text: r.W.T("emergency.back_to_file")}, Form: httpkit.Form{Action: home + "/emergencies",
			Submit: r.W.T("emergency.open"), Danger: true, Cancel: httpkit.Link{URL: home, Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{sections,
				{Kind: httpkit.Radios, Name: "reason", Label: r.W.T("emergency.reason"), Required: true, Options: httpkit.Options(r.W, "emergency.reason.", Reasons)},
				{Kind: httpkit.TextArea, Name: "note", Label: r.W.T("emergency.note"), Hint: r.W.T("emergency.note_hint"), Required: true, Rows: 4, MaxLength: sharing.LongestNote},
				{Kind: httpkit.Checkboxes, Name: "danger", Label: r.W.T("emergency.danger"), Required: true, Options: []httpkit.Option{{Value: "yes", Label: r.W.T("emergency.danger_yes")}}},
				{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}}}
}

func (p pages) open(r *httpkit.Request) (httpkit.Reply, error) {
	n := New{Sections: r.FormValues("sections"), Danger: r.Form("danger") == "yes", Reason: r.Form("reason"), Note: r.Form("note")}
	id, err := p.s.Open(r.Context(), r.Param("victim"), n, r.Form("once"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/emergencies/"+id, "emergency.opened"), p.blank)
}

var colours = map[State]string{Opened: "red", Confirmed: "orange", Lapsed: "grey", Ended: "grey"}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	box := parseBox(r.Query("box"))
	list, err := p.s.List(r.Context(), box, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(ListPage{httpkit.List{Boxes: httpkit.BoxesOf(r.W, "emergency", "/emergencies", []Box{All, ToReview}, box),
		Table: table(r.W, list.Items), Pages: r.Pages("/emergencies?box="+string(box), list.Next.String())}}), nil
}

func table(w *locale.Words, items []View) httpkit.Table {
	t := httpkit.Table{Caption: w.T("emergency.list_title"), HideCaption: true, Empty: w.T("emergency.list_empty"), Columns: []httpkit.Column{
		{Label: w.T("emergency.file")}, {Label: w.T("emergency.by")}, {Label: w.T("emergency.state")}, {Label: w.T("emergency.opened_at")}, {Label: w.T("emergency.review")}}}
	for i := range items {
		v := &items[i]
		review := httpkit.Cell{Text: w.T("emergency.review_none")}
		if v.Review {
			review = httpkit.Cell{Text: w.T("emergency.review_open"), Tag: "orange"}
		}
		t.Rows = append(t.Rows, httpkit.Row{Quiet: !v.Review && (v.Stand == Lapsed || v.Stand == Ended), Cells: []httpkit.Cell{
			{Text: v.Reference, URL: "/emergencies/" + v.ID, Mono: true}, {Text: v.Agency, Sub: sharing.SectionNames(w, v.Sections)},
			{Text: w.T("emergency.state." + string(v.Stand)), Tag: colours[v.Stand]}, {Text: w.DateTime(v.OpenedAt)}, review}})
	}
	return t
}

func (p pages) show(r *httpkit.Request) (*ShowPage, error) {
	view, err := p.s.Show(r.Context(), r.Param("emergency"))
	if err != nil {
		return nil, err
	}
	return showPage(r, &view), nil
}

func showPage(r *httpkit.Request, v *View) *ShowPage {
	url := "/emergencies/" + v.ID
	page := &ShowPage{Card: factsOf(r.W, v), Reviews: reviewRows(r.W, v)}
	page.Back = httpkit.Link{URL: "/emergencies", Text: r.W.T("emergency.list_title")}
	if v.Stand == Opened {
		page.Notice = httpkit.Notice{Kind: "warning", Text: r.W.T("emergency.closes", "At", r.W.DateTime(v.ClosesAt))}
	}
	if v.CanOpen {
		page.File = httpkit.Link{URL: "/victims/" + v.FileID, Text: r.W.T("emergency.open_file")}
	}
	if v.CanConfirm {
		page.Confirm = httpkit.PostButton{Action: url + "/confirmation", Text: r.W.T("emergency.confirm"), Version: v.Version}
	}
	if v.CanClose {
		page.Close = httpkit.PostButton{Action: url + "/closure", Text: r.W.T("emergency.close"), Version: v.Version, Danger: true}
	}
	if v.CanSign {
		page.Sign, page.Form = true, signForm(r.W, v)
	}
	return page
}

func signForm(w *locale.Words, v *View) httpkit.Form {
	return httpkit.Form{Action: "/emergencies/" + v.ID + "/review", Submit: w.T("emergency.sign"), Version: v.Version, Legend: w.T("emergency.sign_title"),
		Fields: []httpkit.Field{
			{Kind: httpkit.Radios, Name: "finding", Label: w.T("emergency.finding"), Required: true, Options: httpkit.Options(w, "emergency.finding.", Findings)},
			{Kind: httpkit.TextArea, Name: "note", Label: w.T("emergency.sign_note"), Hint: w.T("emergency.sign_note_hint"), Rows: 4, MaxLength: sharing.LongestNote}}}
}

func factsOf(w *locale.Words, v *View) httpkit.Summary {
	rows := []httpkit.SummaryRow{
		{Label: w.T("emergency.state"), Tag: httpkit.Tag{Text: w.T("emergency.state." + string(v.Stand)), Colour: colours[v.Stand]}},
		{Label: w.T("emergency.file"), Value: v.Reference},
		{Label: w.T("emergency.by"), Value: v.Agency, Note: v.Opener},
		{Label: w.T("emergency.sections"), Value: sharing.SectionNames(w, v.Sections)},
		{Label: w.T("emergency.reason"), Value: w.T("emergency.reason." + v.Reason)},
		{Label: w.T("emergency.opened_at"), Value: w.DateTime(v.OpenedAt)},
	}
	add := func(wanted bool, key, value, note string) {
		if wanted {
			rows = append(rows, httpkit.SummaryRow{Label: w.T(key), Value: value, Note: note})
		}
	}
	add(v.Note != "", "emergency.note", v.Note, "")
	add(v.ConfirmedAt != 0, "emergency.confirmed_at", w.DateTime(v.ConfirmedAt), v.Confirmer)
	add(v.Stand == Confirmed, "emergency.until", w.DateTime(v.UntilAt), "")
	add(v.EndedAt != 0, "emergency.ended_at", w.DateTime(v.EndedAt), "")
	return httpkit.Summary{Rows: rows}
}

func reviewRows(w *locale.Words, v *View) (list httpkit.Summary) {
	for _, review := range v.Reviews {
		row := httpkit.SummaryRow{Label: review.Agency, Tag: httpkit.Tag{Text: w.T("emergency.review_open"), Colour: "orange"},
			Note: w.T("emergency.review_due", "At", w.Date(review.DueAt))}
		if review.SignedAt != 0 {
			row = httpkit.SummaryRow{Label: review.Agency, Value: w.T("emergency.finding." + review.Finding), Note: w.T("emergency.signed_at", "At", w.DateTime(review.SignedAt))}
			if review.Text != "" {
				row.Values = []string{review.Text}
			}
		}
		list.Rows = append(list.Rows, row)
	}
	return list
}

func emergencyURL(r *httpkit.Request) string { return "/emergencies/" + r.Param("emergency") }

func (p pages) confirm(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Confirm(r.Context(), r.Param("emergency"), r.Version())
	return httpkit.SeeWith(emergencyURL(r), "emergency.confirmed"), err
}

func (p pages) close(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Close(r.Context(), r.Param("emergency"), r.Version())
	return httpkit.SeeWith(emergencyURL(r), "emergency.closed"), err
}

func (p pages) sign(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Sign(r.Context(), r.Param("emergency"), r.Version(), Signature{Finding: r.Form("finding"), Note: r.Form("note")})
	return httpkit.Posted(r, err, httpkit.SeeWith(emergencyURL(r), "emergency.signed"), p.show)
}
