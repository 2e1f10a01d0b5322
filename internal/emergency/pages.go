package emergency

import (
	"github.com/gin-gonic/gin"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/sharing"
)

// OpenPage opens sections in an emergency.
type OpenPage struct {
	Back      httpkit.Link
	Reference string
	Notice    httpkit.Notice
	Nothing   bool // an emergency would open nothing more
	Form      httpkit.Form
}

// Template is the page's file.
func (*OpenPage) Template() string { return "emergency/open" }

// ShowPage is one opening, with what the reader may do about it.
type ShowPage struct {
	Back    httpkit.Link
	Notice  httpkit.Notice
	Card    httpkit.Summary
	File    httpkit.Link
	Confirm httpkit.PostButton
	Close   httpkit.PostButton
	Reviews httpkit.Summary
	Sign    bool
	Form    httpkit.Form
}

// Template is the page's file.
func (*ShowPage) Template() string { return "emergency/show" }

// ListPage lists the openings that the reader's agency is a party to.
type ListPage struct {
	Boxes []httpkit.NavItem
	Table httpkit.Table
	Pages httpkit.Pagination
}

// Template is the page's file.
func (ListPage) Template() string { return "emergency/list" }

var _ = httpkit.Register(&OpenPage{}, &ShowPage{}, ListPage{})

type pages struct{ s *Service }

// Pages registers the pages of emergency access.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/victims/:victim/emergencies/new", k.Do(p.blank))
	g.POST("/victims/:victim/emergencies", k.Do(p.open))
	g.GET("/emergencies", k.Do(p.list))
	g.GET("/emergencies/:emergency", k.Do(p.show))
	g.POST("/emergencies/:emergency/confirmation", k.Do(p.confirm))
	g.POST("/emergencies/:emergency/closure", k.Do(p.close))
	g.POST("/emergencies/:emergency/review", k.Do(p.sign))
}

func (p pages) blank(r *httpkit.Request) (httpkit.Reply, error) {
	form, err := p.s.Form(r.Context(), r.Param("victim"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(openPage(r, form, r.Query("section"))), nil
}

func openPage(r *httpkit.Request, f Form, section string) *OpenPage {
	home := "/victims/" + f.File.ID
	sections := httpkit.Field{Kind: httpkit.Checkboxes, Name: "sections", Label: r.W.T("emergency.sections"), Required: true}
	for _, id := range f.Sections {
		sections.Options = append(sections.Options, httpkit.Option{Value: id.String(), Label: r.W.T(id.Key()), Selected: id.String() == section})
	}
	return &OpenPage{Back: httpkit.Link{URL: home, Text: r.W.T("emergency.back_to_file")}, Reference: f.File.Reference, Nothing: len(f.Sections) == 0,
		Notice: httpkit.Notice{Kind: "warning", Text: r.W.T("emergency.open_warning")},
		Form: httpkit.Form{Action: home + "/emergencies", Submit: r.W.T("emergency.open"), Danger: true,
			Cancel: httpkit.Link{URL: home, Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{sections,
				{Kind: httpkit.Radios, Name: "reason", Label: r.W.T("emergency.reason"), Required: true, Options: sharing.Codes(r.W, "emergency.reason.", Reasons)},
				{Kind: httpkit.TextArea, Name: "note", Label: r.W.T("emergency.note"), Hint: r.W.T("emergency.note_hint"), Required: true, Rows: 4, MaxLength: sharing.LongestNote},
				{Kind: httpkit.Checkboxes, Name: "danger", Label: r.W.T("emergency.danger"), Required: true, Options: []httpkit.Option{{Value: "yes", Label: r.W.T("emergency.danger_yes")}}},
				{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}}
}

func (p pages) open(r *httpkit.Request) (httpkit.Reply, error) {
	n := New{Sections: r.FormValues("sections"), Danger: r.Form("danger") == "yes", Reason: r.Form("reason"), Note: r.Form("note")}
	id, err := p.s.Open(r.Context(), r.Param("victim"), n, r.Form("once"))
	if fault.KindOf(err) == fault.Invalid {
		form, broken := p.s.Form(r.Context(), r.Param("victim"))
		if broken != nil {
			return httpkit.Reply{}, broken
		}
		page := openPage(r, form, "")
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/emergencies/"+id, "emergency.opened"), nil
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
	page := ListPage{Table: table(r.W, list.Items)}
	for _, b := range []Box{All, ToReview} {
		page.Boxes = append(page.Boxes, httpkit.NavItem{Text: r.W.T("emergency.box." + string(b)), URL: "/emergencies?box=" + string(b), Current: b == box})
	}
	if r.Query("after") != "" {
		page.Pages.Newer = "/emergencies?box=" + string(box)
	}
	if list.Next.ID != "" {
		page.Pages.Older = "/emergencies?box=" + string(box) + "&after=" + list.Next.String()
	}
	return httpkit.Show(page), nil
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

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Show(r.Context(), r.Param("emergency"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(showPage(r, &view)), nil
}

func showPage(r *httpkit.Request, v *View) *ShowPage {
	url := "/emergencies/" + v.ID
	page := &ShowPage{Back: httpkit.Link{URL: "/emergencies", Text: r.W.T("emergency.list_title")}, Card: factsOf(r.W, v), Reviews: reviewRows(r.W, v)}
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
			{Kind: httpkit.Radios, Name: "finding", Label: w.T("emergency.finding"), Required: true, Options: sharing.Codes(w, "emergency.finding.", Findings)},
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

func (p pages) confirm(r *httpkit.Request) (httpkit.Reply, error) {
	return p.step(r, "emergency.confirmed", func(id string) error { return p.s.Confirm(r.Context(), id, r.Version()) })
}

func (p pages) close(r *httpkit.Request) (httpkit.Reply, error) {
	return p.step(r, "emergency.closed", func(id string) error { return p.s.Close(r.Context(), id, r.Version()) })
}

func (p pages) step(r *httpkit.Request, flash string, do func(id string) error) (httpkit.Reply, error) {
	id := r.Param("emergency")
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	if err := do(id); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/emergencies/"+id, flash), nil
}

func (p pages) sign(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	id := r.Param("emergency")
	err := p.s.Sign(r.Context(), id, r.Version(), Signature{Finding: r.Form("finding"), Note: r.Form("note")})
	if fault.KindOf(err) == fault.Invalid {
		view, broken := p.s.Show(r.Context(), id)
		if broken != nil {
			return httpkit.Reply{}, broken
		}
		page := showPage(r, &view)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/emergencies/"+id, "emergency.signed"), nil
}

// wantVersion refuses a form that does not say which version it was made from.
func wantVersion(r *httpkit.Request) error {
	if r.Version() == 0 {
		return fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	return nil
}
