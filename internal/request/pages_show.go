package request

import (
	"relais/internal/authz"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/sharing"
)

var colours = map[State]string{Asked: "blue", Granted: "green", Refused: "red", Withdrawn: "grey", Expired: "grey", Ended: "grey"}

// stateTag is the state of a request; one that nobody answered in time stands out, and access whose day is over has ended.
func stateTag(w *locale.Words, r *Request, now moment.Time) httpkit.Tag {
	state := r.State
	switch {
	case state == Asked && !r.Open(now):
		state = Expired
	case r.Overdue(now):
		return httpkit.Tag{Text: w.T("request.overdue"), Colour: "orange"}
	case state == Granted && r.GrantState == "proposed":
		if r.Signs {
			return httpkit.Tag{Text: w.T("request.yours_to_sign"), Colour: "orange"}
		}
		return httpkit.Tag{Text: w.T("request.second_person"), Colour: "yellow"}
	case state == Granted && !r.Holds(now):
		state = Ended
	}
	return httpkit.Tag{Text: w.T("request.state." + string(state)), Colour: colours[state]}
}

func table(w *locale.Words, requests []Request, box Box, now moment.Time) httpkit.Table {
	t := httpkit.Table{Caption: w.T("request.box." + string(box)), HideCaption: true, Empty: w.T("request.empty." + string(box)), Columns: []httpkit.Column{
		{Label: w.T("request.file")}, {Label: w.T("request.from")}, {Label: w.T("request.sections")}, {Label: w.T("request.state")}, {Label: w.T("request.due_at")}}}
	for i := range requests {
		r := &requests[i]
		state := stateTag(w, r, now)
		t.Rows = append(t.Rows, httpkit.Row{Quiet: !r.Open(now), Cells: []httpkit.Cell{fileCell(w, r),
			{Text: r.Agency, Sub: side(w, r)}, {Text: sharing.SectionNames(w, r.Sections)}, {Text: state.Text, Tag: state.Colour}, {Text: w.DateTime(r.DueAt)}}})
	}
	return t
}

// fileCell names the file; one that the reader was only pointed to has no name for them.
func fileCell(w *locale.Words, r *Request) httpkit.Cell {
	cell := httpkit.Cell{Text: r.Reference, URL: "/requests/" + r.ID, Mono: true}
	if r.Reference == "" {
		cell.Text, cell.Mono = w.T("request.pointed"), false
	}
	return cell
}

// side says for whom it is asked, and never a person's name.
func side(w *locale.Words, r *Request) string {
	if r.Desk == "" {
		return w.T("request.one_person")
	}
	return r.Desk
}

func (p pages) show(r *httpkit.Request) (*ShowPage, error) {
	view, err := p.s.Show(r.Context(), r.Param("request"))
	if err != nil {
		return nil, err
	}
	return showPage(r, &view), nil
}

func requestURL(r *httpkit.Request) string { return "/requests/" + r.Param("request") }

func showPage(r *httpkit.Request, v *View) *ShowPage {
	url := "/requests/" + v.ID
	page := &ShowPage{Card: factsOf(r.W, v)}
	page.Back = httpkit.Link{URL: "/requests", Text: r.W.T("request.list_title")}
	if v.Overdue(v.Now) && v.Open(v.Now) {
		page.Notice = httpkit.Notice{Kind: "warning", Text: r.W.T("request.overdue_notice", "Until", r.W.DateTime(v.LapsesAt))}
	}
	if v.CanOpen {
		page.File = httpkit.Link{URL: "/" + string(v.Kind) + "s/" + v.FileID, Text: r.W.T("request.open_file")}
	}
	if v.CanAnswer {
		page.Answer, page.Form = true, answerForm(r.W, v)
		page.Refuse = httpkit.Link{URL: url + "/refusal", Text: r.W.T("request.refuse")}
	}
	page.Signatures = signatureTable(r.W, v)
	if v.CanSign {
		page.Sign = true
		page.Yes = httpkit.PostButton{Action: url + "/signature", Text: r.W.T("request.sign"), Version: v.Version}
		page.No = httpkit.Form{Action: url + "/objection", Submit: r.W.T("request.keep"), Danger: true, Version: v.Version,
			Fields: []httpkit.Field{{Kind: httpkit.Select, Name: "reason", Label: r.W.T("request.refuse_reason"), Required: true, Options: httpkit.Options(r.W, "request.refuse.", RefuseReasons)}}}
	}
	if v.CanWithdraw {
		page.Withdraw = httpkit.PostButton{Action: url + "/withdrawal", Text: r.W.T("request.withdraw"), Version: v.Version, Danger: true}
	}
	if v.CanEnd {
		page.End = httpkit.PostButton{Action: url + "/end", Text: r.W.T("request.end"), Version: v.Version, Danger: true}
	}
	return page
}

// answerForm begins with all that was asked for; who answers takes away.
func answerForm(w *locale.Words, v *View) httpkit.Form {
	sections := httpkit.Field{Kind: httpkit.Checkboxes, Name: "sections", Label: w.T("request.give_sections"), Hint: w.T("request.give_hint"), Required: true}
	for id := range v.Sections.Each {
		sections.Options = append(sections.Options, httpkit.Option{Value: id.String(), Label: w.T(id.Key()), Selected: true})
	}
	fields := append([]httpkit.Field{sections}, giveTerms(w, v)...)
	v.Partners.Limit(w, fields, []authz.Role{v.AgencyKind})
	return httpkit.Form{Action: "/requests/" + v.ID + "/acceptance", Submit: w.T("request.give"), Version: v.Version, Legend: w.T("request.answer"),
		Fields: fields}
}

// giveTerms ask for the terms of who answers, and begin with what was asked for.
func giveTerms(w *locale.Words, v *View) []httpkit.Field {
	terms := sharing.WithGrounds(w, v.Grounds, sharing.TermFields(w, string(moment.DayOf(v.UntilAt))))
	for i := range terms {
		switch terms[i].Name {
		case "purpose":
			terms[i].Value = v.Purpose
		case "basis":
			terms[i].Value = v.Basis
		case "until":
			terms[i].Label, terms[i].Hint = w.T("request.give_until"), w.T("request.give_until_hint")
		}
	}
	return terms
}

func factsOf(w *locale.Words, v *View) httpkit.Summary {
	who := httpkit.SummaryRow{Label: w.T("request.from"), Value: v.Agency, Note: side(w, &v.Request)}
	if v.Asker != "" {
		who.Values = []string{v.Asker}
	}
	rows := []httpkit.SummaryRow{
		{Label: w.T("request.state"), Tag: stateTag(w, &v.Request, v.Now)},
		{Label: w.T("request.file"), Value: fileCell(w, &v.Request).Text}, who,
		{Label: w.T("request.sections"), Value: sharing.SectionNames(w, v.Sections)},
		{Label: w.T("request.reason"), Value: w.T("request.reason." + v.Reason)},
		{Label: w.T("request.purpose"), Value: w.T("gate.purpose." + v.Purpose)},
		{Label: w.T("request.basis"), Value: w.T("gate.basis." + v.Basis), Note: v.BasisRef},
		{Label: w.T("request.until"), Value: w.Date(v.UntilAt)},
		{Label: w.T("request.asked_at"), Value: w.DateTime(v.AskedAt)},
	}
	add := func(wanted bool, key, value, note string) {
		if wanted {
			rows = append(rows, httpkit.SummaryRow{Label: w.T(key), Value: value, Note: note})
		}
	}
	if v.PointerID != "" {
		row := httpkit.SummaryRow{Label: w.T("request.pointed_by"), Value: w.T("request.pointed"), Note: w.T("request.pointed_text")}
		if v.Mine || v.Answers && v.CanOpen {
			row.Change = httpkit.Link{URL: "/pointers/" + v.PointerID, Text: w.T("request.pointed_open")}
		}
		rows = append(rows, row)
	}
	add(v.Note != "", "request.note", v.Note, "")
	add(v.State == Asked, "request.due_at", w.DateTime(v.DueAt), w.T("request.due_note"))
	add(v.EscalatedAt != 0, "request.escalated_at", w.DateTime(v.EscalatedAt), "")
	add(v.AnsweredAt != 0, "request.answered_at", w.DateTime(v.AnsweredAt), "")
	if v.RefuseReason != "" {
		add(true, "request.refuse_reason", w.T("request.refuse."+v.RefuseReason), "")
	}
	given := "request.given"
	if v.GrantState == "proposed" {
		given = "request.would_open"
	}
	add(v.GrantID != "", given, sharing.SectionNames(w, v.Given), w.T("request.given_until", "Until", w.Date(v.GivenTo)))
	return httpkit.Summary{Rows: rows}
}

func (p pages) grant(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Grant(r.Context(), r.Param("request"), r.Version(), Answer{Sections: r.FormValues("sections"), Terms: sharing.PostedTerms(r)})
	return httpkit.Posted(r, err, httpkit.SeeWith(requestURL(r), "request.granted"), p.show)
}

func (p pages) askRefusal(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Show(r.Context(), r.Param("request"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	if !view.CanAnswer {
		return httpkit.See("/requests/" + view.ID), nil
	}
	return httpkit.Show(refusalPage(r, view.ID, view.Version)), nil
}

func refusalPage(r *httpkit.Request, id string, version int64) *RefusalPage {
	url := "/requests/" + id
	return &RefusalPage{httpkit.Sheet{Back: httpkit.Link{URL: url, Text: r.W.T("request.back")}, Form: httpkit.Form{Action: url + "/refusal", Submit: r.W.T("request.refuse"),
		Version: version, Cancel: httpkit.Link{URL: url, Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{{Kind: httpkit.Radios, Name: "reason",
			Label: r.W.T("request.refuse_reason"), Required: true, Options: httpkit.Options(r.W, "request.refuse.", RefuseReasons)}}}}}
}

func (p pages) refuse(r *httpkit.Request) (httpkit.Reply, error) {
	id := r.Param("request")
	err := p.s.Refuse(r.Context(), id, r.Version(), r.Form("reason"))
	return httpkit.Posted(r, err, httpkit.SeeWith(requestURL(r), "request.refused"), func(r *httpkit.Request) (*RefusalPage, error) {
		return refusalPage(r, id, r.Version()), nil
	})
}

func (p pages) withdraw(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Withdraw(r.Context(), r.Param("request"), r.Version())
	return httpkit.SeeWith(requestURL(r), "request.withdrawn"), err
}

func (p pages) end(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.End(r.Context(), r.Param("request"), r.Version())
	return httpkit.SeeWith(requestURL(r), "request.ended"), err
}
