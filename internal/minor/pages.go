package minor

import (
	"github.com/gin-gonic/gin"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// ShowPage is what holds for one person: the age, who is the guardian, and the forms for both.
type ShowPage struct {
	Back      httpkit.Link
	Reference string
	Notice    httpkit.Notice
	Card      httpkit.Summary
	Full      bool
	Guardians httpkit.Table
	Steps     httpkit.Table
	Writes    bool
	Guardian  httpkit.Form // names one, or ends the one of today
	Age       httpkit.Form
}

// Template is the page's file.
func (*ShowPage) Template() string { return "minor/show" }

var _ = httpkit.Register(&ShowPage{})

type pages struct{ s *Service }

// Pages registers the pages of minors.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/victims/:victim/minor", k.Do(p.show))
	g.POST("/victims/:victim/minor/age", k.Do(p.say))
	g.POST("/victims/:victim/minor/guardian", k.Do(p.assign))
	g.POST("/victims/:victim/minor/guardian/:guardian/end", k.Do(p.end))
}

func minorURL(victimID string) string { return "/victims/" + victimID + "/minor" }

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.page(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

func (p pages) page(r *httpkit.Request) (*ShowPage, error) {
	view, err := p.s.Show(r.Context(), r.Param("victim"))
	if err != nil {
		return nil, err
	}
	page := &ShowPage{Back: httpkit.Link{URL: "/victims/" + view.File.ID, Text: r.W.T("minor.back_to_file")}, Reference: view.File.Reference,
		Card: card(r.W, &view), Full: view.Full, Steps: stepTable(r.W, view.Steps), Guardians: guardianTable(r.W, view.Guardians), Writes: view.CanWrite}
	if view.Standing.Disputed {
		page.Notice = httpkit.Notice{Kind: "warning", Text: r.W.T("minor.disputed_notice")}
	}
	switch now := view.Now(); {
	case view.CanEnd:
		page.Guardian = endForm(r.W, &view, now)
	case now == nil && view.CanWrite:
		page.Guardian = assignForm(r.W, &view)
	}
	if view.CanWrite {
		page.Age = ageForm(r.W, &view)
	}
	return page, nil
}

// card says whether the rules for children hold, on what it rests, and who is the guardian.
func card(w *locale.Words, v *View) httpkit.Summary {
	if !v.Full {
		return httpkit.Summary{Rows: []httpkit.SummaryRow{{Label: w.T("minor.is_minor"), Value: w.T("minor.answer." + answer(v.Standing.Status))}}}
	}
	row := httpkit.SummaryRow{Label: w.T("minor.age"), Tag: statusTag(w, v.Standing.Status)}
	if v.Standing.Since != "" {
		row.Value = w.T("minor.since", "On", w.Day(v.Standing.Since))
	}
	if v.Standing.OfAge != nil {
		row.Value, row.Note = w.T("minor.since", "On", w.Day(v.Standing.OfAge.SaidOn)), w.T("minor.method."+birthdayMethod)
	}
	rows := []httpkit.SummaryRow{row}
	if d := v.Standing.Decided; d != nil {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("minor.decided"), Value: w.T("minor.status." + string(d.Status)), Note: d.Agency + ", " + w.Day(d.SaidOn)})
	}
	if v.Standing.Protects() && v.All || len(v.Guardians) > 0 {
		rows = append(rows, guardianRow(w, v.Now()))
	}
	return httpkit.Summary{Rows: rows}
}

func guardianRow(w *locale.Words, g *Guardian) httpkit.SummaryRow {
	row := httpkit.SummaryRow{Label: w.T("minor.guardian")}
	if g == nil {
		row.Tag = httpkit.Tag{Text: w.T("minor.no_guardian"), Colour: "red"}
		return row
	}
	row.Value, row.Note = w.T("minor.service."+g.Service), w.T("minor.since", "On", w.Day(g.AssignedOn))
	if name := g.called(); name != "" {
		row.Values = []string{name}
	}
	return row
}

// answer is what somebody may know who may only know whether the person is a minor.
func answer(s Status) string {
	switch {
	case s.protects():
		return "yes"
	case s == Adult:
		return "no"
	}
	return "unknown"
}

var statusColours = map[Status]string{Child: "purple", Presumed: "purple", Disputed: "orange", Adult: "grey", Unknown: "grey"}

func statusTag(w *locale.Words, s Status) httpkit.Tag {
	return httpkit.Tag{Text: w.T("minor.status." + string(s)), Colour: statusColours[s]}
}

func stepTable(w *locale.Words, steps []Step) httpkit.Table {
	t := httpkit.Table{Caption: w.T("minor.steps"), Empty: w.T("minor.no_steps"), Columns: []httpkit.Column{{Label: w.T("minor.said_on")}, {Label: w.T("minor.age")},
		{Label: w.T("minor.method")}, {Label: w.T("minor.by")}, {Label: w.T("minor.note")}}}
	for i := range steps {
		s := &steps[i]
		tag, method := statusTag(w, s.Status), w.T("minor.from_section")
		if s.Method != "" {
			method = w.T("minor.method." + s.Method)
		}
		cell := httpkit.Cell{Text: tag.Text, Tag: tag.Colour}
		if s.Decided {
			cell.Sub = w.T("minor.decision")
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.Day(s.SaidOn)}, cell, {Text: method}, {Text: s.Agency}, {Text: s.Note}}})
	}
	return t
}

func guardianTable(w *locale.Words, list []Guardian) httpkit.Table {
	t := httpkit.Table{Caption: w.T("minor.guardians"), Empty: w.T("minor.no_guardians"), Columns: []httpkit.Column{{Label: w.T("minor.service")},
		{Label: w.T("minor.document")}, {Label: w.T("minor.assigned_on")}, {Label: w.T("minor.ended_on")}}}
	for i := range list {
		g := &list[i]
		cells := []httpkit.Cell{{Text: w.T("minor.service." + g.Service), Sub: g.called()}, {Text: g.Outside.Document}, {Text: w.Day(g.AssignedOn)}, {}}
		if g.EndedOn != "" {
			cells[3] = httpkit.Cell{Text: w.Day(g.EndedOn), Sub: w.T("minor.end_reason." + g.EndReason)}
		}
		t.Rows = append(t.Rows, httpkit.Row{Quiet: g.EndedOn != "", Cells: cells})
	}
	return t
}

func onceField() httpkit.Field {
	return httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}
}

func ageForm(w *locale.Words, v *View) httpkit.Form {
	var statuses []string
	for _, s := range Statuses() {
		statuses = append(statuses, string(s))
	}
	fields := []httpkit.Field{
		{Kind: httpkit.Radios, Name: "status", Label: w.T("minor.age"), Hint: w.T("minor.age_hint"), Required: true, Options: sharing.Codes(w, "minor.status.", statuses)},
		{Kind: httpkit.Select, Name: "method", Label: w.T("minor.method"), Required: true, Options: sharing.Codes(w, "minor.method.", Methods)},
		{Kind: httpkit.Day, Name: "said_on", Label: w.T("minor.said_on"), Hint: w.T("minor.today_hint")}}
	if v.Decides {
		fields = append(fields, httpkit.Field{Kind: httpkit.Checkboxes, Name: "decided", Label: w.T("minor.decision"), Hint: w.T("minor.decision_hint"),
			Options: []httpkit.Option{{Value: "yes", Label: w.T("minor.decision_yes")}}})
	}
	fields = append(fields, httpkit.Field{Kind: httpkit.TextArea, Name: "note", Label: w.T("minor.note"), Rows: 3, MaxLength: sharing.LongestNote}, onceField())
	return httpkit.Form{Action: minorURL(v.File.ID) + "/age", Submit: w.T("minor.say"), Legend: w.T("minor.say_title"), Fields: fields}
}

func assignForm(w *locale.Words, v *View) httpkit.Form {
	fields := []httpkit.Field{{Kind: httpkit.Select, Name: "service", Label: w.T("minor.service"), Required: true, Options: sharing.Codes(w, "minor.service.", Services)}}
	if len(v.Choices) > 0 {
		field := httpkit.Field{Kind: httpkit.Select, Name: "worker", Label: w.T("minor.worker"), Hint: w.T("minor.worker_hint")}
		for _, c := range v.Choices {
			field.Options = append(field.Options, httpkit.Option{Value: c.ID, Label: c.Name})
		}
		fields = append(fields, field)
	}
	fields = append(fields,
		httpkit.Field{Kind: httpkit.Text, Name: "name", Label: w.T("minor.name"), Hint: w.T("minor.name_hint"), Required: len(v.Choices) == 0, MaxLength: longestName},
		httpkit.Field{Kind: httpkit.Text, Name: "document", Label: w.T("minor.document"), Hint: w.T("minor.document_hint"), Required: len(v.Choices) == 0, MaxLength: longestDocument})
	fields = append(fields, httpkit.Field{Kind: httpkit.Day, Name: "assigned_on", Label: w.T("minor.assigned_on"), Hint: w.T("minor.today_hint")}, onceField())
	return httpkit.Form{Action: minorURL(v.File.ID) + "/guardian", Submit: w.T("minor.assign"), Legend: w.T("minor.assign_title"), Fields: fields}
}

func endForm(w *locale.Words, v *View, g *Guardian) httpkit.Form {
	return httpkit.Form{Action: minorURL(v.File.ID) + "/guardian/" + g.ID + "/end", Submit: w.T("minor.end"), Legend: w.T("minor.end_title"), Version: g.Version,
		Danger: true, Fields: []httpkit.Field{
			{Kind: httpkit.Radios, Name: "end_reason", Label: w.T("minor.end_reason"), Required: true, Options: sharing.Codes(w, "minor.end_reason.", EndReasons)},
			{Kind: httpkit.Day, Name: "ended_on", Label: w.T("minor.ended_on"), Hint: w.T("minor.today_hint")}}}
}

// done leads back to the page, or shows the form that was at fault again.
func (p pages) done(r *httpkit.Request, err error, key string, form func(*ShowPage) *httpkit.Form) (httpkit.Reply, error) {
	if httpkit.ComesBack(err) {
		page, broken := p.page(r)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		if form(page).Action != "" {
			return r.Again(page, form(page), err)
		}
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(minorURL(r.Param("victim")), key), nil
}

func (p pages) say(r *httpkit.Request) (httpkit.Reply, error) {
	_, err := p.s.Say(r.Context(), r.Param("victim"), NewAge{Status: Status(r.Form("status")), Decided: r.Form("decided") == "yes", Method: r.Form("method"),
		On: moment.Date(r.Form("said_on")), Note: r.Form("note")}, r.Form("once"))
	return p.done(r, err, "minor.said", func(page *ShowPage) *httpkit.Form { return &page.Age })
}

func (p pages) assign(r *httpkit.Request) (httpkit.Reply, error) {
	_, err := p.s.Assign(r.Context(), r.Param("victim"), NewGuardian{Service: r.Form("service"), WorkerID: r.Form("worker"),
		On: moment.Date(r.Form("assigned_on")), Outside: Outside{Name: r.Form("name"), Document: r.Form("document")}}, r.Form("once"))
	return p.done(r, err, "minor.assigned", func(page *ShowPage) *httpkit.Form { return &page.Guardian })
}

func (p pages) end(r *httpkit.Request) (httpkit.Reply, error) {
	if r.Version() == 0 {
		return httpkit.Reply{}, fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	err := p.s.End(r.Context(), r.Param("victim"), r.Param("guardian"), r.Version(), moment.Date(r.Form("ended_on")), r.Form("end_reason"))
	return p.done(r, err, "minor.ended", func(page *ShowPage) *httpkit.Form { return &page.Guardian })
}

// Block is the part of a victim file's page about a child; of somebody whose age nobody doubts it says nothing.
func (s *Service) Block(tx *gate.Tx, w *locale.Words) (b casefile.Block, err error) {
	if seen(tx).Show < authz.Derived {
		return b, nil
	}
	view, err := read(tx)
	if err != nil || !view.Standing.Protects() && len(view.Steps) == 0 && !view.CanWrite {
		return b, err
	}
	b = casefile.Block{ID: "minor", Heading: w.T("minor.heading"), Summary: card(w, &view), Links: []httpkit.Link{{URL: minorURL(view.File.ID), Text: w.T("minor.open")}}}
	if view.Standing.Disputed {
		b.Notice = httpkit.Notice{Kind: "warning", Text: w.T("minor.disputed_notice")}
	}
	return b, nil
}
