package task

import (
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/notice"
)

// ShowPage is one task with its history, and what the reader may do about it.
type ShowPage struct {
	httpkit.Sheet
	Heading string
	Tag     httpkit.Tag
	Card    httpkit.Summary
	Links   []httpkit.Link
	Finish  bool
	History httpkit.Table
}

// Template is the page's file.
func (*ShowPage) Template() string { return "task/show" }

// ChangePage asks who does a task from now on, until when and what it waits for.
type ChangePage struct{ httpkit.Sheet }

// Template is the page's file.
func (*ChangePage) Template() string { return "task/change" }

// CancelPage asks why a task is not to be done.
type CancelPage struct{ httpkit.Sheet }

// Template is the page's file.
func (*CancelPage) Template() string { return "task/cancel" }

func (p pages) show(r *httpkit.Request) (*ShowPage, error) {
	view, err := p.s.Show(r.Context(), r.Param("task"))
	if err != nil {
		return nil, err
	}
	return showPage(r, &view), nil
}

func showPage(r *httpkit.Request, v *View) *ShowPage {
	url := "/tasks/" + v.ID
	page := &ShowPage{Heading: Words(r.W, &v.Task), Tag: dueTag(r.W, &v.Task, v.Now), Card: factsOf(r.W, v), History: historyOf(r.W, v)}
	page.Back = httpkit.Link{URL: "/tasks", Text: r.W.T("task.list_title")}
	link := func(wanted bool, to, key string) {
		if wanted {
			page.Links = append(page.Links, httpkit.Link{URL: to, Text: r.W.T(key)})
		}
	}
	place := notice.PathOf(v.Link, v.FileID, v.LinkID)
	link(place != "" && v.IsOpen(), place, "task.go_there")
	link(v.CanOpen, "/"+string(v.Kind)+"s/"+v.FileID, "task.open_file")
	link(v.CanChange, url+"/change", "task.change")
	link(v.CanCancel, url+"/cancellation", cancelKey(v))
	if v.CanFinish {
		page.Finish = true
		page.Form = httpkit.Form{Action: url + "/closure", Submit: r.W.T("task.finish_now"), Version: v.Version, Fields: []httpkit.Field{
			{Kind: httpkit.TextArea, Name: "note", Label: r.W.T("task.note"), Hint: r.W.T("task.note_hint"), Rows: 3, MaxLength: longestText}}}
	}
	return page
}

func cancelKey(v *View) string {
	if v.Flag {
		return "task.end_flag"
	}
	return "task.cancel"
}

func factsOf(w *locale.Words, v *View) httpkit.Summary {
	rows := []httpkit.SummaryRow{{Label: w.T("task.what"), Value: Words(w, &v.Task)}}
	add := func(wanted bool, row httpkit.SummaryRow) {
		if wanted {
			rows = append(rows, row)
		}
	}
	add(v.Text != "", httpkit.SummaryRow{Label: w.T("task.text"), Value: v.Text})
	add(true, httpkit.SummaryRow{Label: w.T("task.state"), Tag: httpkit.Tag{Text: w.T("task.state." + string(v.State)), Colour: colours[v.State]}})
	add(v.Reference != "", httpkit.SummaryRow{Label: w.T("task.file"), Value: v.Reference})
	add(true, httpkit.SummaryRow{Label: w.T("task.who"), Value: v.ToAgency, Note: whoOf(w, &v.Task)})
	label := "task.due"
	if v.Flag {
		label = "task.flag_until"
	}
	add(true, httpkit.SummaryRow{Label: w.T(label), Value: w.Date(v.DueAt)})
	if v.Waits.ID != "" {
		add(true, httpkit.SummaryRow{Label: w.T("task.waits_for"), Value: w.T("task.named", "What", Words(w, &v.Waits), "Day", w.Date(v.Waits.DueAt)),
			Change: httpkit.Link{URL: "/tasks/" + v.Waits.ID, Text: w.T("task.look")}})
	}
	add(v.Rule != "", httpkit.SummaryRow{Label: w.T("task.asked_by"), Value: w.T("task.by_rule")})
	if v.Reason != "" {
		add(true, httpkit.SummaryRow{Label: w.T("task.cancel_reason"), Value: w.T("task.cancel_reason." + v.Reason)})
	}
	return httpkit.Summary{Rows: rows}
}

var colours = map[State]string{Open: "blue", Waiting: "grey", Done: "green", Cancelled: "grey"}

func historyOf(w *locale.Words, v *View) httpkit.Table {
	t := httpkit.Table{Caption: w.T("task.history"), Columns: []httpkit.Column{{Label: w.T("task.at")}, {Label: w.T("task.step")}, {Label: w.T("task.by")}}}
	for i := range v.Steps {
		s := &v.Steps[i]
		step := httpkit.Cell{Text: w.T("task.step."+s.Step, "Who", stepDoer(w, s), "Day", w.Date(s.DueAt)), Sub: s.Note}
		if s.Reason != "" {
			step.Text += " " + w.T("task.cancel_reason."+s.Reason)
		}
		by := httpkit.Cell{Text: s.Agency, Sub: s.By}
		if s.AgencyID == "" {
			by.Text = w.T("task.by_rule")
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.DateTime(s.At)}, step, by}})
	}
	return t
}

func stepDoer(w *locale.Words, s *Step) string {
	who := s.ToDesk
	switch {
	case s.ToKind == notice.Supervisors:
		who = w.T("task.supervisors")
	case who == "":
		who = w.T("task.one_person")
	}
	return s.ToAgency + " – " + who
}

func (p pages) finish(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Finish(r.Context(), r.Param("task"), r.Version(), r.Form("note"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/tasks/"+r.Param("task"), "task.finished"), p.show)
}

func (p pages) askCancel(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Show(r.Context(), r.Param("task"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	if !view.CanCancel {
		return httpkit.See("/tasks/" + view.ID), nil
	}
	return httpkit.Show(cancelPage(r, view.ID, view.Version)), nil
}

func cancelPage(r *httpkit.Request, id string, version int64) *CancelPage {
	url := "/tasks/" + id
	return &CancelPage{httpkit.Sheet{Back: httpkit.Link{URL: url, Text: r.W.T("task.back")}, Form: httpkit.Form{Action: url + "/cancellation", Submit: r.W.T("task.cancel_now"),
		Version: version, Danger: true, Cancel: httpkit.Link{URL: url, Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{
			{Kind: httpkit.Radios, Name: "reason", Label: r.W.T("task.cancel_reason"), Required: true, Options: httpkit.Options(r.W, "task.cancel_reason.", CancelReasons)},
			{Kind: httpkit.TextArea, Name: "note", Label: r.W.T("task.note"), Rows: 3, MaxLength: longestText}}}}}
}

func (p pages) cancel(r *httpkit.Request) (httpkit.Reply, error) {
	id := r.Param("task")
	err := p.s.Cancel(r.Context(), id, r.Version(), r.Form("reason"), r.Form("note"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/tasks/"+id, "task.cancelled"), func(r *httpkit.Request) (*CancelPage, error) {
		return cancelPage(r, id, r.Version()), nil
	})
}

func (p pages) askChange(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Show(r.Context(), r.Param("task"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	if !view.CanChange {
		return httpkit.See("/tasks/" + view.ID), nil
	}
	return httpkit.Show(changePage(r, &view)), nil
}

func changePage(r *httpkit.Request, v *View) *ChangePage {
	url := "/tasks/" + v.ID
	return &ChangePage{httpkit.Sheet{Back: httpkit.Link{URL: url, Text: r.W.T("task.back")}, Form: httpkit.Form{Action: url + "/change", Submit: r.W.T("task.change_now"),
		Version: v.Version, Cancel: httpkit.Link{URL: url, Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{
			doerField(r.W, &v.Choices, v.ToKind+":"+v.ToID),
			{Kind: httpkit.Day, Name: "due", Label: r.W.T("task.due"), Required: true, Value: string(moment.DayOf(v.DueAt))},
			waitsField(r.W, &v.Choices, v.ID, v.WaitsFor),
			{Kind: httpkit.TextArea, Name: "note", Label: r.W.T("task.why"), Rows: 3, MaxLength: longestText}}}}}
}

func (p pages) change(r *httpkit.Request) (httpkit.Reply, error) {
	c := Change{Doer: r.Form("doer"), Due: moment.Date(r.Form("due")), WaitsFor: r.Form("waits_for"), Note: r.Form("note")}
	err := p.s.Change(r.Context(), r.Param("task"), r.Version(), c)
	return httpkit.Posted(r, err, httpkit.SeeWith("/tasks/"+r.Param("task"), "task.changed_now"), func(r *httpkit.Request) (*ChangePage, error) {
		view, err := p.s.Show(r.Context(), r.Param("task"))
		return changePage(r, &view), err
	})
}
