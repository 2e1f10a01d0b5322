package breach

import (
	"slices"
	"strconv"
	"strings"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

func (p pages) blank(r *httpkit.Request) (*FormPage, error) {
	now, err := p.s.Form(r.Context())
	if err != nil {
		return nil, err
	}
	page := formPage(r.W, New{KnownAt: now, Authority: Pending, Subjects: Undecided})
	page.Heading, page.Text, page.Back = r.W.T("breach.new_title"), r.W.T("breach.new_text"), toList(r.W)
	page.Form.Action, page.Form.Submit = "/breaches", r.W.T("breach.record")
	page.Form.Cancel = httpkit.Link{URL: "/breaches", Text: r.W.T("web.cancel")}
	page.Form.Fields = append(page.Form.Fields, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})
	return page, nil
}

// worded are the fields whose words are withheld from who may not know a file that is touched.
var worded = []string{"story", "effects", "measures"}

func (p pages) correctForm(r *httpkit.Request) (*FormPage, error) {
	v, err := p.s.Show(r.Context(), r.Param("breach"))
	if err == nil && !v.Records {
		err = notFound()
	}
	if err != nil {
		return nil, err
	}
	page, url := formPage(r.W, v.asNew()), "/breaches/"+v.ID
	page.Heading, page.Text = r.W.T("breach.correct_title"), r.W.T("breach.correct_text")
	if v.Withheld {
		page.Text = r.W.T("breach.withheld_correct")
		page.Form.Fields = slices.DeleteFunc(page.Form.Fields, func(f httpkit.Field) bool { return slices.Contains(worded, f.Name) })
	}
	page.Back = httpkit.Link{URL: url, Text: r.W.T("breach.show_title")}
	page.Form.Action, page.Form.Submit, page.Form.Version = url+"/correction", r.W.T("breach.correct"), v.Version
	page.Form.Cancel = httpkit.Link{URL: url, Text: r.W.T("web.cancel")}
	return page, nil
}

// hourOf is the hour of an instant in Brussels, as a form shows it.
func hourOf(at moment.Time) string {
	if at == 0 {
		return ""
	}
	return at.Time().In(moment.Brussels()).Format("15:04")
}

func dayOf(at moment.Time) string {
	if at == 0 {
		return ""
	}
	return string(moment.DayOf(at))
}

func formPage(w *locale.Words, n New) *FormPage {
	what, authority, persons := w.T("breach.group_what"), w.T("breach.authority"), w.T("breach.subjects")
	text := func(name, value, group string, required bool) httpkit.Field {
		return httpkit.Field{Kind: httpkit.TextArea, Name: name, Label: w.T("breach." + name), Hint: w.T("breach." + name + "_hint"), Value: value, Rows: 4,
			MaxLength: longestText, Required: required, Group: group}
	}
	hour := func(name string, at moment.Time, group string, required bool) httpkit.Field {
		return httpkit.Field{Kind: httpkit.Text, Name: name, Label: w.T("breach." + name), Hint: w.T("breach.hour_hint"), Value: hourOf(at), Width: 5,
			MaxLength: 5, Required: required, Group: group}
	}
	number := ""
	if n.Persons > 0 {
		number = strconv.FormatInt(n.Persons, 10)
	}
	return &FormPage{Sheet: httpkit.Sheet{Form: httpkit.Form{Fields: []httpkit.Field{
		{Kind: httpkit.Select, Name: "kind", Label: w.T("breach.kind"), Value: n.Kind, Required: true, Group: what, Options: httpkit.Options(w, "breach.kind.", Kinds)},
		{Kind: httpkit.Day, Name: "known_at", Label: w.T("breach.known_at"), Hint: w.T("breach.known_at_hint"), Value: dayOf(n.KnownAt), Required: true, Group: what},
		hour("known_hour", n.KnownAt, what, true),
		text("story", n.Story, what, true),
		{Kind: httpkit.Number, Name: "persons", Label: w.T("breach.persons"), Hint: w.T("breach.persons_hint"), Value: number, Width: 10, Group: what},
		{Kind: httpkit.TextArea, Name: "references", Label: w.T("breach.files"), Hint: w.T("breach.files_hint"), Value: strings.Join(n.References, "\n"),
			Rows: 3, MaxLength: mostFiles * 20, Group: what},
		text("effects", n.Effects, what, false),
		text("measures", n.Measures, what, false),
		{Kind: httpkit.Radios, Name: "authority", Label: w.T("breach.authority_label"), Value: string(n.Authority), Required: true, Group: authority,
			Options: httpkit.Options(w, "breach.authority.", Authorities)},
		{Kind: httpkit.Day, Name: "told_at", Label: w.T("breach.told_at"), Value: dayOf(n.ToldAt), Group: authority},
		hour("told_hour", n.ToldAt, authority, false),
		{Kind: httpkit.Text, Name: "told_ref", Label: w.T("breach.told_ref"), Value: n.ToldRef, MaxLength: longestLine, Group: authority},
		text("late", n.Late, authority, false),
		text("no_risk", n.NoRisk, authority, false),
		{Kind: httpkit.Radios, Name: "subjects", Label: w.T("breach.subjects_label"), Hint: w.T("breach.safe_contact"), Value: string(n.Subjects), Required: true,
			Group: persons, Options: httpkit.Options(w, "breach.subjects.", AllSubjects)},
		{Kind: httpkit.Day, Name: "subjects_on", Label: w.T("breach.subjects_on"), Value: string(n.SubjectsOn), Group: persons},
		{Kind: httpkit.Select, Name: "exemption", Label: w.T("breach.exemption"), Value: n.Exemption, Group: persons,
			Options: httpkit.Options(w, "breach.exemption.", Exemptions)},
	}}}}
}

// posted reads the form; what is no day or no hour is a fault of its field.
func posted(r *httpkit.Request) (n New, err error) {
	wrong := invalid()
	n = New{Kind: r.Form("kind"), Persons: numberOf(r.Form("persons")), References: referencesIn(r.Form("references")),
		Authority: Authority(r.Form("authority")), Subjects: Subjects(r.Form("subjects")), SubjectsOn: moment.Date(r.Form("subjects_on")),
		Exemption: r.Form("exemption"), ToMinute: true, Texts: Texts{Story: r.Form("story"), Effects: r.Form("effects"), Measures: r.Form("measures"),
			ToldRef: r.Form("told_ref"), Late: r.Form("late"), NoRisk: r.Form("no_risk")}}
	n.KnownAt = instantIn(r, wrong, "known_at", "known_hour")
	n.ToldAt = instantIn(r, wrong, "told_at", "told_hour")
	return n, wrong.OrNil()
}

// instantIn reads a day and an hour in Brussels; neither is no instant.
func instantIn(r *httpkit.Request, wrong *fault.Fault, day, hour string) moment.Time {
	on, clock := r.Form(day), r.Form(hour)
	if on == "" && clock == "" {
		return 0
	}
	at, ok := moment.Date(on).At(clock)
	if ok {
		return at
	}
	if _, isDay := moment.ParseDate(on); !isDay {
		wrong.WithField(day, "fault.field_not_a_date")
	} else {
		wrong.WithField(hour, "breach.not_an_hour")
	}
	return 0
}

func (p pages) record(r *httpkit.Request) (httpkit.Reply, error) {
	n, err := posted(r)
	id := ""
	if err == nil {
		id, err = p.s.Record(r.Context(), n, r.Form("once"))
	}
	return httpkit.Posted(r, err, httpkit.SeeWith("/breaches/"+id, "breach.recorded"), p.blank)
}

func (p pages) correct(r *httpkit.Request) (httpkit.Reply, error) {
	n, err := posted(r)
	if err == nil {
		err = p.s.Correct(r.Context(), r.Param("breach"), r.Version(), n)
	}
	return httpkit.Posted(r, err, httpkit.SeeWith("/breaches/"+r.Param("breach"), "breach.corrected"), p.correctForm)
}
