package support

import (
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/sharing"
)

func needURL(n *Need) string { return "/victims/" + n.FileID + "/needs/" + n.ID }

var stateColours = map[State]string{Open: "yellow", Asked: "blue", Given: "teal", Met: "green", Dropped: "grey"}

func stateTag(w *locale.Words, s State) httpkit.Tag {
	return httpkit.Tag{Text: w.T("support.state." + string(s)), Colour: stateColours[s]}
}

// needTable has one line for each need: what is needed, what was asked of whom, and what came of it.
func needTable(w *locale.Words, list []Need, today moment.Date) httpkit.Table {
	t := httpkit.Table{Caption: w.T("support.needs"), HideCaption: true, Empty: w.T("support.no_needs"), Columns: []httpkit.Column{
		{Label: w.T("support.need")}, {Label: w.T("support.state")}, {Label: w.T("support.referral")}, {Label: w.T("support.outcome")},
		{Label: w.T("support.review_on")}}}
	for i := range list {
		n := &list[i]
		state := stateTag(w, n.State)
		since := w.T("support.since_day", "On", w.Day(n.NotedOn))
		if n.Old(today) {
			since = w.T("support.waits_long", "On", w.Day(n.NotedOn))
		}
		t.Rows = append(t.Rows, httpkit.Row{Quiet: n.State.done(), Cells: []httpkit.Cell{
			{Text: entry.CodeName(w, "services", n.Service), URL: needURL(n), Sub: since}, {Text: state.Text, Tag: state.Colour, Sub: n.Agency},
			referralCell(w, n.Referral), {Text: outcomeText(w, n.Outcome)}, {Text: dayOrNone(w, n.ReviewOn)}}})
	}
	return t
}

func dayOrNone(w *locale.Words, day moment.Date) string {
	if day == "" {
		return ""
	}
	return w.Day(day)
}

func referralCell(w *locale.Words, r *sharing.Referral) httpkit.Cell {
	if r == nil {
		return httpkit.Cell{}
	}
	return httpkit.Cell{Text: r.ToAgency, URL: "/referrals/" + r.ID, Sub: referralText(w, r)}
}

// referralText is where a referral stands, with its outcome where it has one.
func referralText(w *locale.Words, r *sharing.Referral) string {
	if r.Outcome != "" {
		return w.T("sharing.outcome." + r.Outcome)
	}
	return w.T("sharing.state." + string(r.State))
}

func outcomeText(w *locale.Words, code string) string {
	if code == "" {
		return ""
	}
	return w.T(section.CodeKey("plan_outcome", code))
}

func (p pages) blank(r *httpkit.Request) (httpkit.Reply, error) {
	file, err := p.s.Form(r.Context(), r.Param("victim"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(formPage(r, &file)), nil
}

func formPage(r *httpkit.Request, file *gate.FileRow) *FormPage {
	back := supportURL(file.ID)
	return &FormPage{Back: httpkit.Link{URL: back, Text: r.W.T("support.back")}, Reference: file.Reference, Form: httpkit.Form{
		Action: "/victims/" + file.ID + "/needs", Submit: r.W.T("support.add_need"), Cancel: httpkit.Link{URL: back, Text: r.W.T("web.cancel")},
		Fields: []httpkit.Field{
			{Kind: httpkit.Radios, Name: "service", Label: r.W.T("support.need"), Required: true, Options: entry.CodeOptions(r.W, "services")},
			{Kind: httpkit.Day, Name: "noted_on", Label: r.W.T("support.noted_on"), Hint: r.W.T("support.today_hint")},
			{Kind: httpkit.Day, Name: "review_on", Label: r.W.T("support.review_on"), Hint: r.W.T("support.review_hint")},
			noteField(r.W),
			{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}}
}

func noteField(w *locale.Words) httpkit.Field {
	return httpkit.Field{Kind: httpkit.TextArea, Name: "note", Label: w.T("support.note"), Rows: 4, MaxLength: sharing.LongestNote}
}

func (p pages) note(r *httpkit.Request) (httpkit.Reply, error) {
	_, err := p.s.Note(r.Context(), r.Param("victim"), New{Service: r.Form("service"), NotedOn: moment.Date(r.Form("noted_on")),
		ReviewOn: moment.Date(r.Form("review_on")), Note: r.Form("note")}, r.Form("once"))
	if httpkit.ComesBack(err) {
		file, broken := p.s.Form(r.Context(), r.Param("victim"))
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		page := formPage(r, &file)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(supportURL(r.Param("victim")), "support.noted"), nil
}

func (p pages) need(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Need(r.Context(), r.Param("victim"), r.Param("need"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(needPage(r, &view)), nil
}

func needPage(r *httpkit.Request, v *NeedView) *NeedPage {
	page := &NeedPage{Back: httpkit.Link{URL: supportURL(v.FileID), Text: r.W.T("support.back")}, Card: needCard(r.W, v), Steps: stepTable(r.W, v.Steps),
		Moves: v.CanMove}
	if v.CanMove {
		page.Form = moveForm(r.W, v)
	}
	return page
}

func needCard(w *locale.Words, v *NeedView) httpkit.Summary {
	rows := []httpkit.SummaryRow{
		{Label: w.T("support.file"), Value: v.File.Reference}, {Label: w.T("support.need"), Value: entry.CodeName(w, "services", v.Service), Note: v.Agency},
		{Label: w.T("support.state"), Tag: stateTag(w, v.State), Value: w.Day(v.MovedOn)},
		{Label: w.T("support.noted_on"), Value: w.Day(v.NotedOn)}}
	if v.ReviewOn != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("support.review_on"), Value: w.Day(v.ReviewOn)})
	}
	if v.Referral != nil {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("support.referral"), Value: v.Referral.ToAgency, Note: referralText(w, v.Referral),
			Change: httpkit.Link{URL: "/referrals/" + v.Referral.ID, Text: w.T("support.see")}})
	}
	if v.Outcome != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("support.outcome"), Value: outcomeText(w, v.Outcome)})
	}
	return httpkit.Summary{Rows: rows}
}

func stepTable(w *locale.Words, steps []Step) httpkit.Table {
	t := httpkit.Table{Caption: w.T("support.history"), Columns: []httpkit.Column{{Label: w.T("support.on")}, {Label: w.T("support.state")},
		{Label: w.T("support.note")}, {Label: w.T("support.written")}}}
	for i := range steps {
		s := &steps[i]
		state := stateTag(w, s.State)
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.Day(s.MovedOn)}, {Text: state.Text, Tag: state.Colour, Sub: outcomeText(w, s.Outcome)},
			{Text: s.Note}, {Text: w.DateTime(s.WrittenAt), Sub: s.Author}}})
	}
	return t
}

// moveForm offers the states that may follow.
func moveForm(w *locale.Words, v *NeedView) httpkit.Form {
	state := httpkit.Field{Kind: httpkit.Radios, Name: "state", Label: w.T("support.state"), Required: true}
	ends := httpkit.Field{Kind: httpkit.Select, Name: "outcome", Label: w.T("support.outcome"), Hint: w.T("support.outcome_hint")}
	for _, next := range States() {
		if !v.State.becomes(next) {
			continue
		}
		state.Options = append(state.Options, httpkit.Option{Value: string(next), Label: w.T("support.state." + string(next)), Selected: next == v.State})
		for _, code := range outcomes[next] {
			ends.Options = append(ends.Options, httpkit.Option{Value: code, Label: outcomeText(w, code)})
		}
	}
	fields := []httpkit.Field{state, {Kind: httpkit.Day, Name: "on", Label: w.T("support.on"), Hint: w.T("support.today_hint")}}
	if len(v.Referrals) > 0 {
		fields = append(fields, referralField(w, v))
	}
	if len(ends.Options) > 0 {
		fields = append(fields, ends)
	}
	fields = append(fields, httpkit.Field{Kind: httpkit.Day, Name: "review_on", Label: w.T("support.review_on"), Hint: w.T("support.review_hint"),
		Value: string(upcoming(v.ReviewOn, v.Today))}, noteField(w))
	return httpkit.Form{Action: needURL(&v.Need), Submit: w.T("support.save"), Version: v.Version, Legend: w.T("support.move"), Fields: fields}
}

// upcoming is a day that has not passed.
func upcoming(day, today moment.Date) moment.Date {
	if day < today {
		return ""
	}
	return day
}

func referralField(w *locale.Words, v *NeedView) httpkit.Field {
	field := httpkit.Field{Kind: httpkit.Select, Name: "referral_id", Label: w.T("support.referral"), Hint: w.T("support.referral_hint"), Value: v.ReferralID}
	for i := range v.Referrals {
		r := &v.Referrals[i]
		field.Options = append(field.Options, httpkit.Option{Value: r.ID, Label: r.ToAgency + " · " + r.ToDesk + ", " + w.Date(r.OfferedAt) + ", " + referralText(w, r)})
	}
	return field
}

func (p pages) move(r *httpkit.Request) (httpkit.Reply, error) {
	victimID, needID := r.Param("victim"), r.Param("need")
	err := p.s.Move(r.Context(), victimID, needID, r.Version(), Change{State: State(r.Form("state")), On: moment.Date(r.Form("on")),
		ReviewOn: moment.Date(r.Form("review_on")), ReferralID: r.Form("referral_id"), Outcome: r.Form("outcome"), Note: r.Form("note")})
	if httpkit.ComesBack(err) {
		view, broken := p.s.Need(r.Context(), victimID, needID)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		page := needPage(r, &view)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/victims/"+victimID+"/needs/"+needID, "support.moved"), nil
}
