package clock

import (
	"strings"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

// ShowPage is one clock, with what the reader may do about it.
type ShowPage struct {
	Back    httpkit.Link
	Title   string
	State   httpkit.Tag
	Notice  httpkit.Notice
	Card    httpkit.Summary
	Law     httpkit.Summary
	Renew   httpkit.PostButton
	Decide  []httpkit.PostButton
	Links   []httpkit.Link
	History httpkit.Table
	All     httpkit.Link
}

// Template is the page's file.
func (ShowPage) Template() string { return "clock/show" }

// StepPage asks for the day and the reason of a step.
type StepPage struct {
	Back  httpkit.Link
	Title string
	Rule  string
	Form  httpkit.Form
}

// Template is the page's file.
func (*StepPage) Template() string { return "clock/step" }

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	v, err := p.s.Show(r.Context(), r.Param("clock"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	url := "/clocks/" + v.ID
	page := ShowPage{Back: httpkit.Link{URL: "/victims/" + v.FileID, Text: r.W.T("clock.back_to_file")}, Title: ruleName(r.W, v.Clock.Rule),
		State: tagOf(r.W, &v.Clock, v.Today), Card: card(r.W, &v), Law: law(r.W, &v), History: history(r.W, &v),
		All: httpkit.Link{URL: "/clocks?box=open", Text: r.W.T("clock.all")}}
	if v.CanRenew {
		page.Renew = httpkit.PostButton{Action: url + "/renewal", Text: r.W.T("clock.renew"), Version: v.Version}
	}
	if v.CanAct {
		page.Links = stepLinks(r.W, &v, url)
	}
	if v.WouldDueOn != "" {
		page.Notice = httpkit.Notice{Kind: "warning", Text: r.W.T("clock.moving_text", "Old", r.W.Day(v.DueOn), "New", r.W.Day(v.WouldDueOn))}
		if v.CanAct && !v.Closed {
			decide := func(key, keep string) httpkit.PostButton {
				return httpkit.PostButton{Action: url + "/decision", Text: r.W.T(key), Version: v.Version,
					Fields: []httpkit.Field{{Kind: httpkit.Hidden, Name: "keep", Value: keep}}}
			}
			page.Decide = []httpkit.PostButton{decide("clock.move", "no"), decide("clock.keep", "yes")}
		}
	}
	return httpkit.Show(page), nil
}

func stepLinks(w *locale.Words, v *View, url string) []httpkit.Link {
	links := []httpkit.Link{{URL: url + "/pause", Text: w.T("clock.pause_title")}, {URL: url + "/end", Text: w.T("clock.end_title")}}
	switch {
	case v.Closed:
		return links[1:]
	case v.State == Paused:
		links[0] = httpkit.Link{URL: url + "/resumption", Text: w.T("clock.resume_title")}
	}
	return links
}

func card(w *locale.Words, v *View) httpkit.Summary {
	due := httpkit.SummaryRow{Label: w.T("clock.due_on"), Value: w.Day(v.DueOn)}
	if v.State == Runs {
		due.Note = left(w, &v.Clock, v.Today)
	}
	if v.Before != "" { // the law's day stays; offices do not open for it
		due.Values = []string{w.T("clock.falls_on", "What", w.T("clock.holiday."+v.Falls), "Country", entry.CodeName(w, "countries", v.Country), "Day", w.Day(v.Before))}
	}
	rows := []httpkit.SummaryRow{{Label: w.T("clock.reference"), Value: v.Reference}, {Label: w.T("clock.start_on"), Value: w.Day(v.StartOn),
		Note: w.T("clock.event." + orElse(v.Rule.Event, "request_received"))}, due,
		{Label: w.T("clock.length"), Value: length(w, v.Term, v.Unit)}}
	add := func(wanted bool, key, value string) {
		if wanted {
			rows = append(rows, httpkit.SummaryRow{Label: w.T(key), Value: value})
		}
	}
	add(v.Renewals > 0, "clock.renewed_times", w.Number(v.Renewals))
	add(v.PausedOn != "", "clock.paused_since", w.Day(v.PausedOn))
	add(v.ReviewOn != "", "clock.review_on", w.Day(v.ReviewOn))
	add(v.PausedDays > 0, "clock.paused_days", w.Number(v.PausedDays))
	add(v.EndReason != "", "clock.end_reason", w.T("clock.ending."+orElse(v.EndReason, mistaken)))
	rows = append(rows, httpkit.SummaryRow{Label: w.T("clock.pack_version"), Value: w.Day(v.PackVersion)})
	return httpkit.Summary{Rows: rows}
}

func length(w *locale.Words, n int, unit rulepack.Unit) string {
	return w.T("clock.unit."+string(unit), "Number", w.Number(n))
}

// law is what the pack says of the clock today; nothing where it has the rule no more.
func law(w *locale.Words, v *View) (s httpkit.Summary) {
	if v.Rule.Length == 0 {
		return s
	}
	add := func(key string, values []string) {
		if len(values) > 0 {
			s.Rows = append(s.Rows, httpkit.SummaryRow{Label: w.T(key), Value: values[0], Values: values[1:]})
		}
	}
	var acts, next []string
	for _, kind := range v.Rule.Responsible {
		if kind == rulepack.Starter {
			acts = append(acts, w.T("clock.starter"))
		} else {
			acts = append(acts, w.T(authz.Role(kind).Key()))
		}
	}
	for _, r := range v.Next {
		next = append(next, ruleName(w, r.Rule))
	}
	add("clock.who_acts", acts)
	add("clock.consequence", names(w, "clock.consequence.", []string{v.Rule.Consequence}))
	add("clock.documents", names(w, "clock.document.", v.Rule.Documents))
	add("clock.conditions", names(w, "clock.condition.", v.Rule.Conditions))
	add("clock.ends", names(w, "clock.ending.", v.Rule.Ends))
	add("clock.next", next)
	add("clock.source", []string{provision(v.Rule.Source)})
	return s
}

// provision is the law that a rule's source names; which page of the project's own notes it was read from is for those who keep
// the rules.
func provision(source string) string {
	law, _, _ := strings.Cut(source, "; domain ")
	return law
}

func history(w *locale.Words, v *View) httpkit.Table {
	t := httpkit.Table{Caption: w.T("clock.history"), Columns: []httpkit.Column{{Label: w.T("clock.when")}, {Label: w.T("clock.what")},
		{Label: w.T("clock.on_day")}, {Label: w.T("clock.due_on")}, {Label: w.T("clock.by")}}}
	for _, s := range v.Steps {
		what := httpkit.Cell{Text: w.T("clock.step." + s.Step)}
		switch {
		case s.Step == paused:
			what.Sub = w.T("clock.pause." + s.Reason)
		case s.Step == ended || s.Reason == struck:
			what.Sub = w.T("clock.ending." + s.Reason)
		}
		due := httpkit.Cell{Text: w.Day(s.DueOn)}
		if s.DueBefore != "" && s.DueBefore != s.DueOn {
			due.Sub = w.Label(w.T("clock.due_before")) + " " + w.Day(s.DueBefore)
		}
		by := httpkit.Cell{Text: orElse(s.Agency, w.T("clock.by_program")), Sub: v.Names[s.WorkerID]}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.DateTime(s.At)}, what, {Text: w.Day(s.OnDay)}, due, by}})
	}
	return t
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func (p pages) askStep(step string) func(r *httpkit.Request) (httpkit.Reply, error) {
	return func(r *httpkit.Request) (httpkit.Reply, error) {
		page, err := p.stepPage(r, step)
		if err != nil {
			return httpkit.Reply{}, err
		}
		return httpkit.Show(page), nil
	}
}

// stepPage asks for what a step needs. Whoever may not take it is told so before typing.
func (p pages) stepPage(r *httpkit.Request, step string) (*StepPage, error) {
	v, err := p.s.ForStep(r.Context(), r.Param("clock"))
	if err != nil {
		return nil, err
	}
	url := "/clocks/" + v.ID
	page := &StepPage{Back: httpkit.Link{URL: url, Text: ruleName(r.W, v.Clock.Rule)}, Rule: v.Reference, Form: httpkit.Form{Action: url + "/" + step, Version: v.Version,
		Cancel: httpkit.Link{URL: url, Text: r.W.T("web.cancel")},
		Fields: []httpkit.Field{{Kind: httpkit.Day, Name: "on", Label: r.W.T("clock.on"), Value: string(v.Today), Required: true}}}}
	reason := func(prefix string, codes []string) {
		field := httpkit.Field{Kind: httpkit.Radios, Name: "reason", Label: r.W.T("clock.reason"), Required: true}
		for _, code := range codes {
			field.Options = append(field.Options, httpkit.Option{Value: code, Label: r.W.T(prefix + code)})
		}
		page.Form.Fields = append(page.Form.Fields, field)
	}
	switch step {
	case "pause":
		page.Title, page.Form.Submit = r.W.T("clock.pause_title"), r.W.T("clock.pause")
		page.Form.Fields = append(page.Form.Fields, httpkit.Field{Kind: httpkit.Day, Name: "review_on", Label: r.W.T("clock.review_on"),
			Hint: r.W.T("clock.review_hint"), Required: true})
		reason("clock.pause.", PauseReasons)
	case "resumption":
		page.Title, page.Form.Submit = r.W.T("clock.resume_title"), r.W.T("clock.resume")
	default:
		page.Title, page.Form.Submit, page.Form.Danger = r.W.T("clock.end_title"), r.W.T("clock.end"), true
		reason("clock.ending.", EndReasons(&v.Rule))
	}
	return page, nil
}

// step takes a posted step and shows its form again where a field broke a rule.
func (p pages) step(r *httpkit.Request, step, flash string, do func(id string, version int64) error) (httpkit.Reply, error) {
	id, version := r.Param("clock"), r.Version()
	if version == 0 {
		return httpkit.Reply{}, fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	err := do(id, version)
	if httpkit.ComesBack(err) && step != "" {
		page, broken := p.stepPage(r, step)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/clocks/"+id, flash), nil
}

func (p pages) pause(r *httpkit.Request) (httpkit.Reply, error) {
	return p.step(r, "pause", "clock.paused_now", func(id string, version int64) error {
		return p.s.Pause(r.Context(), id, version, Stop{On: moment.Date(r.Form("on")), Review: moment.Date(r.Form("review_on")), Reason: r.Form("reason")})
	})
}

func (p pages) resume(r *httpkit.Request) (httpkit.Reply, error) {
	return p.step(r, "resumption", "clock.resumed_now", func(id string, version int64) error {
		return p.s.Resume(r.Context(), id, version, moment.Date(r.Form("on")))
	})
}

func (p pages) end(r *httpkit.Request) (httpkit.Reply, error) {
	return p.step(r, "end", "clock.ended_now", func(id string, version int64) error {
		return p.s.End(r.Context(), id, version, moment.Date(r.Form("on")), r.Form("reason"))
	})
}

func (p pages) renew(r *httpkit.Request) (httpkit.Reply, error) {
	return p.step(r, "", "clock.renewed_now", func(id string, version int64) error { return p.s.Renew(r.Context(), id, version) })
}

func (p pages) decide(r *httpkit.Request) (httpkit.Reply, error) {
	keep, flash := r.Form("keep"), "clock.moved_now"
	if keep == "yes" {
		flash = "clock.kept_now"
	}
	return p.step(r, "", flash, func(id string, version int64) error {
		if keep != "yes" && keep != "no" {
			return fault.New(fault.Invalid, "fault.invalid").WithField("keep", "fault.field_unknown_code")
		}
		return p.s.Decide(r.Context(), id, version, keep == "yes")
	})
}
