package consent

import (
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/section"
)

// ListPage lists the consents of a victim file.
type ListPage struct {
	Back      httpkit.Link
	Reference string
	Table     httpkit.Table
	Record    httpkit.Link
}

// Template is the page's file.
func (ListPage) Template() string { return "consent/list" }

// ShowPage is one consent: what was allowed, what rests on it, what stays on other grounds, and its earlier versions.
type ShowPage struct {
	Back     httpkit.Link
	Notice   httpkit.Notice
	Card     httpkit.Summary
	Resting  httpkit.Table
	Staying  httpkit.Table
	Gone     bool // it was withdrawn
	Earlier  []VersionCard
	Change   httpkit.Link
	Withdraw httpkit.Link
	Sign     []httpkit.PostButton // of the guardian: yes and no
}

// VersionCard is an earlier version.
type VersionCard struct {
	Title string
	Card  httpkit.Summary
}

// Template is the page's file.
func (ShowPage) Template() string { return "consent/show" }

// WithdrawalPage asks once more and says what ends and what stays.
type WithdrawalPage struct {
	Back    httpkit.Link
	Resting httpkit.Table
	Staying httpkit.Table
	Form    httpkit.Form
}

// Template is the page's file.
func (*WithdrawalPage) Template() string { return "consent/withdrawal" }

var _ = httpkit.Register(ListPage{}, ShowPage{}, &FormPage{}, &WithdrawalPage{})

type pages struct{ s *Service }

// Pages registers the pages of consents.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/consents/:consent", k.Do(p.find))
	g.GET("/victims/:victim/consents", k.Do(p.list))
	g.GET("/victims/:victim/consents/new", k.Do(p.blank))
	g.POST("/victims/:victim/consents", k.Do(p.record))
	g.GET("/victims/:victim/consents/:consent", k.Do(p.show))
	g.GET("/victims/:victim/consents/:consent/change", k.Do(p.edit))
	g.POST("/victims/:victim/consents/:consent/change", k.Change(p.change))
	g.POST("/victims/:victim/consents/:consent/signature", k.Change(p.sign))
	g.GET("/victims/:victim/consents/:consent/withdrawal", k.Do(p.askWithdrawal))
	g.POST("/victims/:victim/consents/:consent/withdrawal", k.Change(p.withdraw))
}

func listURL(r *httpkit.Request) string { return "/victims/" + r.Param("victim") + "/consents" }

func consentURL(r *httpkit.Request) string { return listURL(r) + "/" + r.Param("consent") }

func back(r *httpkit.Request, url string) httpkit.Link {
	return httpkit.Link{URL: url, Text: r.W.T("consent.back")}
}

// find leads from a notice, which knows only the consent, to the page under its victim file.
func (p pages) find(r *httpkit.Request) (httpkit.Reply, error) {
	victimID, err := p.s.Find(r.Context(), r.Param("consent"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.See("/victims/" + victimID + "/consents/" + r.Param("consent")), nil
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	list, err := p.s.List(r.Context(), r.Param("victim"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := ListPage{Back: back(r, "/victims/"+list.File.ID), Reference: list.File.Reference, Table: listTable(r.W, &list)}
	if list.CanRecord {
		page.Record = httpkit.Link{URL: listURL(r) + "/new", Text: r.W.T("consent.record")}
	}
	return httpkit.Show(page), nil
}

func listTable(w *locale.Words, list *List) httpkit.Table {
	t := httpkit.Table{Caption: w.T("consent.list_title"), HideCaption: true, Empty: w.T("consent.none"), Columns: []httpkit.Column{
		{Label: w.T("consent.asked_on")}, {Label: w.T("consent.state")}, {Label: w.T("consent.sections")},
		{Label: w.T("consent.recipients")}, {Label: w.T("consent.until")}}}
	for i := range list.Consents {
		c := &list.Consents[i]
		state := stateTag(w, c, list.Now)
		t.Rows = append(t.Rows, httpkit.Row{Quiet: c.State(list.Now) != Live, Cells: []httpkit.Cell{
			{Text: w.Day(c.AskedOn), URL: "/victims/" + list.File.ID + "/consents/" + c.ID, Sub: c.Agency}, {Text: state.Text, Tag: state.Colour},
			{Text: sectionNames(w, c.Sections)}, {Text: recipientNames(w, c.Recipients)}, {Text: w.Date(c.UntilAt)}}})
	}
	return t
}

var stateColours = map[State]string{Live: "green", Expired: "grey", Withdrawn: "red", Waiting: "yellow", Alone: "yellow", Declined: "red"}

func stateTag(w *locale.Words, c *Consent, now moment.Time) httpkit.Tag {
	state := c.State(now)
	return httpkit.Tag{Text: w.T("consent.state." + string(state)), Colour: stateColours[state]}
}

func sectionNames(w *locale.Words, sections authz.SectionSet) string {
	var names []string
	for id := range sections.Each {
		names = append(names, w.T(id.Key()))
	}
	return strings.Join(names, ", ")
}

func recipientNames(w *locale.Words, list []Recipient) string {
	names := make([]string, 0, len(list))
	for _, r := range list {
		if r.DeskID == "" {
			names = append(names, w.T("consent.all_desks", "Agency", r.Agency))
			continue
		}
		names = append(names, r.Agency+" · "+r.Desk)
	}
	return strings.Join(names, ", ")
}

// codeNames are lines of their own: an explanation is half a sentence.
func codeNames(w *locale.Words, key func(code string) string, codes []string) []string {
	names := make([]string, 0, len(codes))
	for _, code := range codes {
		names = append(names, w.T(key(code)))
	}
	return names
}

func purposeKey(code string) string { return "gate.purpose." + code }

func explanationKey(code string) string { return section.CodeKey("explanations", code) }

func wayKey(code string) string { return section.CodeKey("consent_how", code) }

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Show(r.Context(), r.Param("victim"), r.Param("consent"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := ShowPage{Back: httpkit.Link{URL: listURL(r), Text: r.W.T("consent.list_title")}, Gone: view.WithdrawnAt != 0,
		Card: httpkit.Summary{Rows: append(standing(r.W, &view), facts(r.W, &view.Consent)...)}, Resting: restingTable(r.W, view.Resting),
		Staying: stayingTable(r.W, view.Staying, view.Now)}
	if page.Gone {
		page.Notice = httpkit.Notice{Kind: "warning", Text: r.W.T("consent.withdrawn_notice")}
	}
	if view.State(view.Now) == Alone {
		page.Notice = httpkit.Notice{Kind: "warning", Text: r.W.T("consent.is_alone")}
	}
	for i := range view.Versions[1:] {
		v := &view.Versions[i+1]
		page.Earlier = append(page.Earlier, VersionCard{Title: r.W.T("consent.version_of", "Number", v.Version, "At", r.W.DateTime(v.WrittenAt)),
			Card: httpkit.Summary{Rows: facts(r.W, v)}})
	}
	if view.CanSign {
		page.Sign = signButtons(r, &view)
	}
	if view.CanChange {
		page.Change = httpkit.Link{URL: consentURL(r) + "/change", Text: r.W.T("consent.change")}
	}
	if view.CanWithdraw {
		page.Withdraw = httpkit.Link{URL: consentURL(r) + "/withdrawal", Text: r.W.T("consent.withdraw")}
	}
	return httpkit.Show(page), nil
}

// standing is where the consent stands now, and how it was withdrawn.
func standing(w *locale.Words, v *View) []httpkit.SummaryRow {
	rows := []httpkit.SummaryRow{{Label: w.T("consent.state"), Tag: stateTag(w, &v.Consent, v.Now)},
		{Label: w.T("consent.file"), Value: v.File.Reference}, {Label: w.T("consent.kept_by"), Value: v.Agency}}
	if len(v.Outside) > 0 {
		row := httpkit.SummaryRow{Label: w.T("consent.packages")}
		for i := range v.Outside {
			p := &v.Outside[i]
			at := p.SentAt
			if p.State == "opened" {
				at = p.EndedAt
			}
			row.Values = append(row.Values, w.T("consent.package."+p.State, "Organisation", p.Organisation, "At", w.DateTime(at)))
		}
		rows = append(rows, row)
	}
	if v.WithdrawnAt != 0 {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("consent.withdrawn_at"), Value: w.DateTime(v.WithdrawnAt),
			Note: w.T("consent.withdrawal."+v.WithdrawnHow) + " · " + v.WithdrawnBy})
	}
	if v.SignedAt != 0 {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("consent.signed_at"), Value: w.DateTime(v.SignedAt)})
	}
	if v.WithdrawnNote != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("consent.withdrawal_note"), Value: v.WithdrawnNote})
	}
	return rows
}

// facts are what one version says.
func facts(w *locale.Words, c *Consent) []httpkit.SummaryRow {
	rows := []httpkit.SummaryRow{
		{Label: w.T("consent.asked_on"), Value: w.Day(c.AskedOn), Note: w.T(wayKey(c.How))},
		{Label: w.T("consent.sections"), Value: sectionNames(w, c.Sections)},
		{Label: w.T("consent.recipients"), Value: recipientNames(w, c.Recipients)},
		{Label: w.T("consent.purposes"), Values: codeNames(w, purposeKey, c.Purposes)},
		{Label: w.T("consent.until"), Value: w.Date(c.UntilAt)},
		{Label: w.T("consent.explained"), Values: codeNames(w, explanationKey, c.Explained)},
		{Label: w.T("consent.language"), Value: section.CodeName("languages", c.Language, w.Lang())},
	}
	for _, line := range []struct{ key, text string }{{"consent.outside", c.Outside}, {"consent.interpreter", c.Interpreter}, {"consent.witness", c.Witness},
		{"consent.guardian", c.Guardian}, {"consent.note", c.Note}} {
		if line.text != "" {
			rows = append(rows, httpkit.SummaryRow{Label: w.T(line.key), Value: line.text})
		}
	}
	return rows
}

func restingTable(w *locale.Words, list []Share) httpkit.Table {
	t := httpkit.Table{Caption: w.T("consent.resting"), HideCaption: true, Empty: w.T("consent.nothing_rests"), Columns: []httpkit.Column{
		{Label: w.T("consent.who")}, {Label: w.T("consent.sections")}, {Label: w.T("consent.state")}, {Label: w.T("consent.until")}}}
	for i := range list {
		g := &list[i]
		state, until := httpkit.Cell{Text: w.T("consent.share." + g.State), Tag: "green"}, g.Until
		if g.EndedAt != 0 {
			state.Tag, until = "grey", g.EndedAt
		}
		t.Rows = append(t.Rows, httpkit.Row{Quiet: g.EndedAt != 0, Cells: []httpkit.Cell{who(w, g), {Text: entry.SectionLine(w, g.Sections, g.OnlyOf, nil)}, state, {Text: w.DateTime(until)}}})
	}
	return t
}

func stayingTable(w *locale.Words, list []Share, now moment.Time) httpkit.Table {
	t := httpkit.Table{Caption: w.T("consent.staying"), HideCaption: true, Empty: w.T("consent.nothing_stays"), Columns: []httpkit.Column{
		{Label: w.T("consent.who")}, {Label: w.T("consent.ground")}, {Label: w.T("consent.until")}}}
	for i := range list {
		g := &list[i]
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{who(w, g),
			{Text: w.T("gate.basis." + g.Basis), Sub: article(g.LegalBasis, g.Since)}, {Text: w.Date(g.Until)}}})
	}
	return t
}

// article is the provision as it read when the share began.
func article(code string, at moment.Time) string {
	law, _ := authz.LegalBases().Find(code, moment.DayOf(at))
	return law.Article
}

func who(w *locale.Words, g *Share) httpkit.Cell {
	if g.Desk == "" {
		return httpkit.Cell{Text: g.Agency, Sub: w.T("consent.one_person")}
	}
	return httpkit.Cell{Text: g.Agency, Sub: g.Desk}
}

func (p pages) askWithdrawal(r *httpkit.Request) (httpkit.Reply, error) {
	page, view, err := p.withdrawalPage(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	if !view.CanWithdraw {
		return httpkit.See(consentURL(r)), nil
	}
	return httpkit.Show(page), nil
}

func (p pages) withdrawalPage(r *httpkit.Request) (*WithdrawalPage, View, error) {
	view, err := p.s.Show(r.Context(), r.Param("victim"), r.Param("consent"))
	if err != nil {
		return nil, view, err
	}
	var live []Share
	for _, g := range view.Resting {
		if g.EndedAt == 0 {
			live = append(live, g)
		}
	}
	ways := make([]httpkit.Option, 0, len(WithdrawalWays))
	for _, way := range WithdrawalWays {
		ways = append(ways, httpkit.Option{Value: way, Label: r.W.T("consent.withdrawal." + way)})
	}
	return &WithdrawalPage{Back: back(r, consentURL(r)), Resting: restingTable(r.W, live), Staying: stayingTable(r.W, view.Staying, view.Now),
		Form: httpkit.Form{Action: consentURL(r) + "/withdrawal", Version: view.Version, Danger: true, Submit: r.W.T("consent.withdraw_now"),
			Cancel: httpkit.Link{URL: consentURL(r), Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{
				{Kind: httpkit.Radios, Name: "how", Label: r.W.T("consent.withdrawal_how"), Required: true, Options: ways},
				{Kind: httpkit.TextArea, Name: "note", Label: r.W.T("consent.withdrawal_note"), Hint: r.W.T("consent.withdrawal_note_hint"), Rows: 3, MaxLength: longestNote}}}}, view, nil
}

func (p pages) withdraw(r *httpkit.Request) (httpkit.Reply, error) {
	gone, err := p.s.Withdraw(r.Context(), r.Param("victim"), r.Param("consent"), r.Version(), r.Form("how"), r.Form("note"))
	if httpkit.ComesBack(err) {
		page, _, broken := p.withdrawalPage(r)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	if gone {
		return httpkit.SeeWith("/victims", "consent.withdrawn_and_gone"), nil
	}
	return httpkit.SeeWith(consentURL(r), "consent.withdrawn"), nil
}

// Options are consents as a form offers them: when the person was asked, what may go to whom, until when.
func Options(w *locale.Words, choices []Choice) (options []httpkit.Option) {
	for _, c := range choices {
		options = append(options, httpkit.Option{Value: c.ID, Label: w.T("consent.choice", "Asked", w.Day(c.AskedOn),
			"Recipients", recipientNames(w, c.Recipients), "Sections", sectionNames(w, c.Sections), "Until", w.Date(c.Until))})
	}
	return options
}

// onceField carries the key that makes a form sent twice one thing.
func onceField() httpkit.Field {
	return httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}
}
