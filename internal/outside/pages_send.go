package outside

import (
	"net/http"
	"slices"
	"strconv"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/sharing"
)

// FormPage asks what goes to whom.
type FormPage struct {
	Back      httpkit.Link
	Reference string
	Form      httpkit.Form
}

// Template is the page's file.
func (*FormPage) Template() string { return "outside/new" }

// PreviewPage shows what the organisation will see.
type PreviewPage struct {
	Reference string
	Notice    httpkit.Notice
	Card      httpkit.Summary
	Cards     []entry.Card
	Send      httpkit.PostButton
	Change    httpkit.PostButton
}

// Template is the page's file.
func (PreviewPage) Template() string { return "outside/preview" }

// MadePage shows the link and the code, once.
type MadePage struct {
	Back   httpkit.Link
	Link   string // empty where the form was sent again
	Code   string
	Until  string
	Mailed httpkit.Notice
}

// Template is the page's file.
func (MadePage) Template() string { return "outside/made" }

var _ = httpkit.Register(&FormPage{}, PreviewPage{}, MadePage{})

func posted(r *httpkit.Request) New {
	hours, _ := strconv.Atoi(r.Form("hours"))
	terms := sharing.PostedTerms(r)
	terms.Until = ""
	return New{Organisation: r.Form("organisation"), Email: r.Form("email"), Hours: hours, ByMail: r.Form("by_mail") == "yes", Language: r.W.Lang(),
		Outward: sharing.Outward{Kind: roleIn(r.Form("kind")), Country: r.Form("country"), Sections: r.FormValues("sections"), Entries: r.FormValues("entries"), Reason: r.Form("reason"),
			Note: r.Form("note"), Seen: r.Form("seen"), Terms: terms}}
}

func (p pages) blank(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.form(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

func (p pages) form(r *httpkit.Request) (*FormPage, error) {
	f, err := p.s.Form(r.Context(), r.Param("victim"))
	if err != nil {
		return nil, err
	}
	home := homeOf(r) + "/outside"
	return &FormPage{Back: httpkit.Link{URL: home, Text: r.W.T("outside.back_to_list")}, Reference: f.File.Reference, Form: httpkit.Form{Action: home + "/preview",
		Submit: r.W.T("outside.to_preview"), Cancel: httpkit.Link{URL: home, Text: r.W.T("web.cancel")}, Fields: p.fields(r.W, &f)}}, nil
}

func (p pages) fields(w *locale.Words, f *Form) []httpkit.Field {
	terms := slices.DeleteFunc(sharing.TermFields(w, ""), func(field httpkit.Field) bool { return field.Name == "until" })
	fields := []httpkit.Field{
		{Kind: httpkit.Text, Name: "organisation", Label: w.T("outside.organisation"), Hint: w.T("outside.organisation_hint"), Required: true, MaxLength: longestName},
		{Kind: httpkit.Select, Name: "kind", Label: w.T("outside.kind"), Hint: w.T("outside.kind_hint"), Required: true, Options: kindOptions(w)},
		{Kind: httpkit.Select, Name: "country", Label: w.T("outside.country"), Hint: w.T("outside.country_hint"), Required: true, Options: countryOptions(w)},
		{Kind: httpkit.Checkboxes, Name: "sections", Label: w.T("sharing.sections"), Hint: w.T("outside.sections_hint"), Required: true, Options: sectionOptions(w, f.Sections)},
	}
	fields = append(append(fields, sharing.SingleField(w, f.Singles)...), []httpkit.Field{
		{Kind: httpkit.Select, Name: "reason", Label: w.T("sharing.reason"), Required: true, Options: sharing.Codes(w, "sharing.reason.", sharing.Reasons)},
		{Kind: httpkit.TextArea, Name: "note", Label: w.T("outside.note"), Rows: 4, MaxLength: 2000},
	}...)
	fields = append(fields, sharing.WithGrounds(w, f.Grounds, terms)...)
	hours := httpkit.Field{Kind: httpkit.Radios, Name: "hours", Label: w.T("outside.hours"), Required: true, Value: strconv.Itoa(Holds[0])}
	for _, h := range Holds {
		hours.Options = append(hours.Options, httpkit.Option{Value: strconv.Itoa(h), Label: w.T("outside.hours_option", "Hours", h)})
	}
	fields = append(fields, hours, httpkit.Field{Kind: httpkit.Email, Name: "email", Label: w.T("outside.email"), Hint: w.T("outside.email_hint"), MaxLength: 120})
	if p.doors.Send != nil {
		fields = append(fields, httpkit.Field{Kind: httpkit.Checkboxes, Name: "by_mail", Label: w.T("outside.by_mail"), HideLabel: true, Required: true,
			Options: []httpkit.Option{{Value: "yes", Label: w.T("outside.by_mail"), Hint: w.T("outside.by_mail_hint")}}})
	}
	return append(fields, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})
}

func countryOptions(w *locale.Words) []httpkit.Option {
	return slices.DeleteFunc(entry.CodeOptions(w, "countries"), func(o httpkit.Option) bool { return !slices.Contains(Countries(), o.Value) })
}

func sectionOptions(w *locale.Words, sections []sharing.Choice) (options []httpkit.Option) {
	for _, c := range sections {
		if c.Allowed {
			options = append(options, sharing.ChoiceOption(w, &c))
		}
	}
	return options
}

// preview shows what would be handed over, or, if the sender wants to change it, the form with what was typed.
func (p pages) preview(r *httpkit.Request) (httpkit.Reply, error) {
	if r.Form("change") == "" {
		return p.rehearse(r, "")
	}
	page, err := p.form(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	page.Form.Fill(r)
	return httpkit.Show(page), nil
}

// rehearse shows the preview; outdated is why a look that was handed back does not hold.
func (p pages) rehearse(r *httpkit.Request, outdated string) (httpkit.Reply, error) {
	n := posted(r)
	shown, err := p.s.Rehearse(r.Context(), r.Param("victim"), n)
	if err != nil {
		return p.again(r, err)
	}
	form, err := p.form(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	form.Form.Fill(r)
	home, carried := homeOf(r)+"/outside", sharing.CarriedAlong(form.Form.Fields)
	page := PreviewPage{Reference: shown.File.Reference, Card: previewFacts(r.W, &shown, &n)}
	page.Cards, _ = entry.Cards(r.W, shown.Sections, "")
	for i := range page.Cards {
		for j := range page.Cards[i].Entries {
			page.Cards[i].Entries[j].Edit, page.Cards[i].Entries[j].History = httpkit.Link{}, httpkit.Link{}
		}
	}
	page.Send = httpkit.PostButton{Action: home, Text: r.W.T("outside.send"), Fields: append(carried, hidden("seen", shown.Seen))}
	page.Change = httpkit.PostButton{Action: home + "/preview", Text: r.W.T("sharing.change_offer"), Quiet: true,
		Fields: append(carried[:len(carried):len(carried)], hidden("change", "1"))}
	if outdated == "" {
		return httpkit.Show(page), nil
	}
	page.Notice = httpkit.Notice{Kind: "warning", Text: r.W.T(outdated)}
	return httpkit.ShowStatus(page, http.StatusConflict), nil
}

func hidden(name, value string) httpkit.Field {
	return httpkit.Field{Kind: httpkit.Hidden, Name: name, Value: value}
}

func previewFacts(w *locale.Words, shown *Rehearsal, n *New) httpkit.Summary {
	rows := []httpkit.SummaryRow{
		{Label: w.T("outside.organisation"), Value: n.Organisation, Note: w.T(n.Kind.Key()) + " · " + entry.CodeName(w, "countries", n.Country)},
		{Label: w.T("sharing.reason"), Value: w.T("sharing.reason." + n.Reason)},
		{Label: w.T("outside.until"), Value: w.DateTime(shown.UntilAt)},
		{Label: w.T("outside.entries"), Value: w.Number(shown.Entries)}}
	if n.Note != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("outside.note"), Value: n.Note})
	}
	return httpkit.Summary{Rows: rows}
}

func (p pages) again(r *httpkit.Request, refused error) (httpkit.Reply, error) {
	if !httpkit.ComesBack(refused) {
		return httpkit.Reply{}, refused
	}
	page, err := p.form(r)
	if err != nil {
		return httpkit.Reply{}, httpkit.Gone(refused, err)
	}
	return r.Again(page, &page.Form, refused)
}

// send makes the link of what was previewed. Without a look that holds, and where what would go along has changed since, it shows the preview.
func (p pages) send(r *httpkit.Request) (httpkit.Reply, error) {
	n := posted(r)
	made, err := p.s.Send(r.Context(), r.Param("victim"), n, r.Form("once"))
	if f, ok := fault.As(err); ok {
		switch f.Key {
		case "sharing.preview_first":
			return p.rehearse(r, "")
		case "sharing.preview_stale", "sharing.preview_changed":
			return p.rehearse(r, f.Key)
		}
	}
	if err != nil {
		return p.again(r, err)
	}
	return p.shownOnce(r, &made, n.ByMail), nil
}

func markingText(w *locale.Words, marking string) string {
	return entry.MarkingText(w, gate.ParseMarking(marking))
}

// sectionWords are the words of sections for the JSON API.
func sectionWords(sections authz.SectionSet) []string {
	words := []string{}
	for id := range sections.Each {
		words = append(words, id.String())
	}
	return words
}
