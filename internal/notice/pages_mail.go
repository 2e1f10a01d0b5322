package notice

import (
	"strconv"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// MailPage is how the reader wants to be told by mail.
type MailPage struct {
	Back   httpkit.Link
	Notice httpkit.Notice
	Facts  httpkit.Summary
	Form   httpkit.Form
	Last   httpkit.Table
}

// Template is the page's file.
func (*MailPage) Template() string { return "notice/mail" }

// MailsPage lists the mails to the people of an agency.
type MailsPage struct {
	Back   httpkit.Link
	Notice httpkit.Notice
	States []httpkit.NavItem
	Lines  []MailLine
	Empty  string
	Pages  httpkit.Pagination
}

// MailLine is one mail; Retry is empty where there is nothing to try again.
type MailLine struct {
	Name  string
	State httpkit.Tag
	Facts string
	Why   string
	Retry httpkit.PostButton
}

// Template is the page's file.
func (MailsPage) Template() string { return "notice/mails" }

var _ = httpkit.Register(&MailPage{}, MailsPage{})

const (
	myMailPath = "/account/mail"
	mailsPath  = "/mails"
)

func (p pages) mail(r *httpkit.Request) (httpkit.Reply, error) {
	my, err := p.s.MyMail(r.Context())
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(mailPage(r, &my)), nil
}

func mailPage(r *httpkit.Request, my *MyMail) *MailPage {
	page := &MailPage{Back: httpkit.Link{URL: "/account", Text: r.W.T("account.show_heading")}, Form: choiceForm(r.W, &my.Choice),
		Facts: httpkit.Summary{Rows: []httpkit.SummaryRow{{Label: r.W.T("account.email"), Value: my.Email}}}}
	if my.Off {
		page.Notice = httpkit.Notice{Text: r.W.T("notice.mail_off"), Kind: "warning"}
	}
	page.Last = httpkit.Table{Caption: r.W.T("notice.mail_last"), Empty: r.W.T("notice.mail_none"), Columns: []httpkit.Column{
		{Label: r.W.T("notice.mail_made")}, {Label: r.W.T("notice.mail_state")}, {Label: r.W.T("notice.mail_facts")}}}
	for i := range my.Last {
		m := &my.Last[i]
		tag := stateTag(r.W, m)
		page.Last.Rows = append(page.Last.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: r.W.DateTime(m.MadeAt)}, {Text: tag.Text, Tag: tag.Colour},
			{Text: factsOf(r.W, m), Sub: whyOf(r.W, m)}}})
	}
	return page
}

func choiceForm(w *locale.Words, c *Choice) httpkit.Form {
	cadences := make([]httpkit.Option, 0, len(Cadences()))
	for _, cadence := range Cadences() {
		cadences = append(cadences, httpkit.Option{Value: string(cadence), Label: w.T("notice.mail_cadence." + string(cadence))})
	}
	hours := func(name string, at int) httpkit.Field {
		field := httpkit.Field{Kind: httpkit.Select, Name: name, Label: w.T("notice.mail_" + name), Required: true, Value: strconv.Itoa(at)}
		for hour := range 24 {
			field.Options = append(field.Options, httpkit.Option{Value: strconv.Itoa(hour), Label: strconv.Itoa(hour) + ":00"})
		}
		return field
	}
	urgent := httpkit.Field{Kind: httpkit.Checkboxes, Name: "urgent", Label: w.T("notice.mail_urgent"), Required: true,
		Options: []httpkit.Option{{Value: "yes", Label: w.T("notice.mail_urgent_yes"), Hint: w.T("notice.mail_urgent_hint"), Selected: c.Urgent}}}
	from := hours("quiet_from", c.QuietFrom)
	from.Hint = w.T("notice.mail_quiet_hint")
	return httpkit.Form{Action: myMailPath, Submit: w.T("web.save"), Version: c.Version, Fields: []httpkit.Field{
		{Kind: httpkit.Radios, Name: "cadence", Label: w.T("notice.mail_cadence"), Required: true, Options: cadences, Value: string(c.Cadence)},
		hours("hour", c.Hour), from, hours("quiet_until", c.QuietUntil), urgent}}
}

func (p pages) choose(r *httpkit.Request) (httpkit.Reply, error) {
	c := Choice{Cadence: Cadence(r.Form("cadence")), Hour: hourOf(r, "hour"), QuietFrom: hourOf(r, "quiet_from"), QuietUntil: hourOf(r, "quiet_until"),
		Urgent: r.Form("urgent") == "yes", Version: r.Version()}
	if _, err := p.s.Choose(r.Context(), c); err != nil {
		if !httpkit.ComesBack(err) {
			return httpkit.Reply{}, err
		}
		my, lost := p.s.MyMail(r.Context())
		if lost != nil {
			return httpkit.Reply{}, httpkit.Gone(err, lost)
		}
		page := mailPage(r, &my)
		return r.Again(page, &page.Form, err)
	}
	return httpkit.SeeWith(myMailPath, "web.saved"), nil
}

// hourOf is a posted hour; what is none is refused by the rule.
func hourOf(r *httpkit.Request, name string) int {
	hour, err := strconv.Atoi(r.Form(name))
	if err != nil {
		return -1
	}
	return hour
}

// parseState reads a list's word; none is Dead. ListMails refuses an unknown one.
func parseState(word string) State {
	if word == "" {
		return Dead
	}
	return State(word)
}

func (p pages) mails(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	state := parseState(r.Query("state"))
	list, err := p.s.ListMails(r.Context(), state, after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	here := mailsPath + "?state=" + string(state)
	page := MailsPage{Back: httpkit.Link{URL: "/people", Text: r.W.T("agency.people_heading")}, Empty: r.W.T("notice.mail_none")}
	if list.Off {
		page.Notice = httpkit.Notice{Text: r.W.T("notice.mail_off"), Kind: "warning"}
	}
	for _, other := range States() {
		page.States = append(page.States, httpkit.NavItem{Text: r.W.T("notice.mail_box." + string(other)), URL: mailsPath + "?state=" + string(other), Current: other == state})
	}
	for i := range list.Items {
		page.Lines = append(page.Lines, mailLine(r.W, &list.Items[i]))
	}
	if r.Query("after") != "" {
		page.Pages.Newer = here
	}
	if next := list.Next.String(); next != "" {
		page.Pages.Older = here + "&after=" + next
	}
	return httpkit.Show(page), nil
}

func mailLine(w *locale.Words, m *Mail) MailLine {
	line := MailLine{Name: m.Name, State: stateTag(w, m), Facts: factsOf(w, m), Why: whyOf(w, m)}
	if m.State == Dead {
		line.Retry = httpkit.PostButton{Action: mailsPath + "/" + m.ID + "/attempt", Text: w.T("notice.mail_retry"), Version: m.Version}
	}
	return line
}

func stateTag(w *locale.Words, m *Mail) httpkit.Tag {
	colour := map[State]string{Waiting: "blue", Sent: "green", Dead: "red"}[m.State]
	if m.State == Waiting && m.Tries > 0 {
		colour = "yellow"
	}
	return httpkit.Tag{Text: w.T("notice.mail_state." + string(m.State)), Colour: colour}
}

// factsOf says when a mail was tried and will be.
func factsOf(w *locale.Words, m *Mail) string {
	switch {
	case m.State == Waiting && m.Tries > 0:
		return w.N("notice.mail_tries", m.Tries) + " " + w.T("notice.mail_next", "At", w.DateTime(m.DueAt))
	case m.State == Waiting:
		return w.T("notice.mail_next", "At", w.DateTime(m.DueAt))
	case m.State == Dead:
		return w.N("notice.mail_tries", m.Tries) + " " + w.T("notice.mail_given_up", "At", w.DateTime(m.SettledAt))
	}
	return w.T("notice.mail_went", "At", w.DateTime(m.SettledAt))
}

// whyOf is why the last try failed; a reason without words says nothing.
func whyOf(w *locale.Words, m *Mail) string {
	if !isReason(m.Reason) {
		return ""
	}
	return w.T("notice.mail_reason." + m.Reason)
}

func (p pages) retry(r *httpkit.Request) (httpkit.Reply, error) {
	if err := p.s.Retry(r.Context(), r.Param("mail"), r.Version()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(mailsPath+"?state="+string(Waiting), "notice.mail_retried"), nil
}
