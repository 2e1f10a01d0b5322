package consent

import (
	"slices"
	"strings"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// FormPage records a consent, or a new version of one.
type FormPage struct {
	Back      httpkit.Link
	Reference string
	Again     bool // a new version
	Form      httpkit.Form
}

// Template is the page's file.
func (*FormPage) Template() string { return "consent/form" }

func (p pages) blank(r *httpkit.Request) (httpkit.Reply, error) {
	form, err := p.s.Form(r.Context(), r.Param("victim"), "")
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(blankPage(r, &form)), nil
}

func blankPage(r *httpkit.Request, f *Form) *FormPage {
	fields := append(fieldsOf(r.W, f, &Given{AskedOn: moment.DayOf(f.Now)}), onceField())
	return &FormPage{Back: back(r, listURL(r)), Reference: f.File.Reference, Form: httpkit.Form{Action: listURL(r),
		Submit: r.W.T("consent.record"), Cancel: httpkit.Link{URL: listURL(r), Text: r.W.T("web.cancel")}, Fields: fields}}
}

func (p pages) record(r *httpkit.Request) (httpkit.Reply, error) {
	id, err := p.s.Record(r.Context(), r.Param("victim"), posted(r), r.Form("once"))
	if httpkit.ComesBack(err) {
		form, broken := p.s.Form(r.Context(), r.Param("victim"), "")
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		page := blankPage(r, &form)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(listURL(r)+"/"+id, "consent.recorded"), nil
}

func (p pages) edit(r *httpkit.Request) (httpkit.Reply, error) {
	form, err := p.s.Form(r.Context(), r.Param("victim"), r.Param("consent"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	if form.Before.WithdrawnAt != 0 {
		return httpkit.See(consentURL(r)), nil
	}
	return httpkit.Show(editPage(r, &form)), nil
}

func editPage(r *httpkit.Request, f *Form) *FormPage {
	return &FormPage{Back: back(r, consentURL(r)), Reference: f.File.Reference, Again: true, Form: httpkit.Form{
		Action: consentURL(r) + "/change", Submit: r.W.T("consent.change_now"), Version: f.Before.Version,
		Cancel: httpkit.Link{URL: consentURL(r), Text: r.W.T("web.cancel")}, Fields: fieldsOf(r.W, f, &f.Before.Given)}}
}

func (p pages) change(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Change(r.Context(), r.Param("victim"), r.Param("consent"), r.Version(), posted(r))
	if httpkit.ComesBack(err) {
		form, broken := p.s.Form(r.Context(), r.Param("victim"), r.Param("consent"))
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		page := editPage(r, &form)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(consentURL(r), "consent.changed"), nil
}

// fieldsOf asks for everything, filled with what was given before.
func fieldsOf(w *locale.Words, f *Form, g *Given) []httpkit.Field {
	minor := []string{}
	if g.Minor {
		minor = []string{"yes"}
	}
	until := ""
	if g.UntilAt != 0 {
		until = string(moment.DayOf(g.UntilAt))
	}
	return []httpkit.Field{
		{Kind: httpkit.Checkboxes, Name: "sections", Label: w.T("consent.sections"), Hint: w.T("consent.sections_hint"), Required: true, Options: sectionOptions(w, f.Sections), Values: wordsOf(g.Sections)},
		{Kind: httpkit.Checkboxes, Name: "recipients", Label: w.T("consent.recipients"), Hint: w.T("consent.recipients_hint"), Required: true, Options: recipientOptions(w, f), Values: valuesOf(g.Recipients)},
		{Kind: httpkit.TextArea, Name: "outside", Label: w.T("consent.outside"), Hint: w.T("consent.outside_hint"), Rows: 2, MaxLength: longestNote, Value: g.Outside},
		{Kind: httpkit.Checkboxes, Name: "purposes", Label: w.T("consent.purposes"), Required: true, Options: codeOptions(w, purposeKey, purposes()), Values: g.Purposes},
		{Kind: httpkit.Day, Name: "until", Label: w.T("consent.until"), Hint: w.T("consent.until_hint"), Required: true, Value: until},
		{Kind: httpkit.Day, Name: "asked_on", Label: w.T("consent.asked_on"), Required: true, Value: string(g.AskedOn)},
		{Kind: httpkit.Radios, Name: "how", Label: w.T("consent.how"), Required: true, Options: codeOptions(w, wayKey, Ways()), Value: g.How},
		{Kind: httpkit.Select, Name: "language", Label: w.T("consent.language"), Required: true, Options: entry.CodeOptions(w, "languages"), Value: g.Language},
		{Kind: httpkit.Checkboxes, Name: "explained", Label: w.T("consent.explained"), Hint: w.T("consent.explained_hint"), Required: true, Options: codeOptions(w, explanationKey, Explanations()), Values: g.Explained},
		{Kind: httpkit.Text, Name: "interpreter", Label: w.T("consent.interpreter"), Hint: w.T("consent.interpreter_hint"), MaxLength: longestName, Value: g.Interpreter},
		{Kind: httpkit.Text, Name: "witness", Label: w.T("consent.witness"), MaxLength: longestName, Value: g.Witness},
		{Kind: httpkit.Checkboxes, Name: "minor", Label: w.T("consent.minor"), Options: []httpkit.Option{{Value: "yes", Label: w.T("consent.minor_yes")}}, Values: minor},
		{Kind: httpkit.Text, Name: "guardian", Label: w.T("consent.guardian"), Hint: w.T("consent.guardian_hint"), MaxLength: longestName, Value: g.Guardian},
		{Kind: httpkit.TextArea, Name: "note", Label: w.T("consent.note"), Rows: 4, MaxLength: longestNote, Value: g.Note},
	}
}

func sectionOptions(w *locale.Words, sections authz.SectionSet) (options []httpkit.Option) {
	for id := range sections.Each {
		options = append(options, httpkit.Option{Value: id.String(), Label: w.T(id.Key())})
	}
	return options
}

func codeOptions(w *locale.Words, key func(string) string, codes []string) (options []httpkit.Option) {
	for _, code := range codes {
		options = append(options, httpkit.Option{Value: code, Label: w.T(key(code))})
	}
	return options
}

// recipientOptions list each agency with all its desks, and each desk of those that have several: those of the reader's own country
// first, the others folded by country.
func recipientOptions(w *locale.Words, f *Form) []httpkit.Option {
	var own, others []httpkit.Option
	for _, a := range f.Agencies {
		if a.Country == f.Country {
			own = append(own, optionsOf(w, &a, "")...)
			continue
		}
		others = append(others, optionsOf(w, &a, entry.CodeName(w, "countries", a.Country))...)
	}
	slices.SortStableFunc(others, func(a, b httpkit.Option) int { return strings.Compare(a.Fold, b.Fold) })
	return append(own, others...)
}

func optionsOf(w *locale.Words, a *agency.Listing, fold string) []httpkit.Option {
	label := a.Country + " · " + a.Name
	options := []httpkit.Option{{Value: a.ID, Label: label + " (" + w.T(a.Kind.Key()) + ")", Fold: fold}}
	if len(a.Desks) < 2 {
		return options
	}
	for _, d := range a.Desks {
		options = append(options, httpkit.Option{Value: a.ID + "/" + d.ID, Label: label + " · " + d.Name, Fold: fold})
	}
	return options
}

// valuesOf and recipientsOf turn recipients into the answers of the form and back: "agency" or "agency/desk".
func valuesOf(list []Recipient) (values []string) {
	for _, r := range list {
		if r.DeskID == "" {
			values = append(values, r.AgencyID)
			continue
		}
		values = append(values, r.AgencyID+"/"+r.DeskID)
	}
	return values
}

func recipientsOf(values []string) (list []Recipient) {
	for _, value := range values {
		agencyID, deskID, _ := strings.Cut(value, "/")
		list = append(list, Recipient{AgencyID: agencyID, DeskID: deskID})
	}
	return list
}

func wordsOf(sections authz.SectionSet) []string {
	words := []string{}
	for id := range sections.Each {
		words = append(words, id.String())
	}
	return words
}

func posted(r *httpkit.Request) New {
	return New{Sections: r.FormValues("sections"), Recipients: recipientsOf(r.FormValues("recipients")), Purposes: r.FormValues("purposes"),
		AskedOn: moment.Date(r.Form("asked_on")), Until: moment.Date(r.Form("until")), How: r.Form("how"), Language: r.Form("language"),
		Explained: r.FormValues("explained"), Interpreter: r.Form("interpreter"), Witness: r.Form("witness"),
		Minor: r.Form("minor") == "yes", Guardian: r.Form("guardian"), Note: r.Form("note"), Outside: r.Form("outside")}
}
