package sharing

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/section"
)

// What is said of the document behind a share: its number, its day, who issued it and the article that it applies. Which of them have
// to be said stands with each provision in policies/bases.csv.

// documentNumber is the shape of a reference: no sentence and no plain name fits, because it needs a digit.
var documentNumber = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ./_:-]{0,59}$`)

// article is the shape of one, such as "art. 16 (1) c" or "§ 2"; it lies in clear, so a plain name does not fit either.
var article = regexp.MustCompile(`^[\p{L}0-9§][\p{L}0-9 ./_:,()°§-]{0,39}$`)

// longestIssuer is how many characters the name of an authority may have.
const longestIssuer = 120

// checkDocument adds a field fault for each thing that is said and is not what it should be. The gate asks for what the provision asks.
func (t *Terms) checkDocument(wrong *fault.Fault, now moment.Time) {
	switch {
	case t.BasisRef == "" && needsDocument(t.Basis):
		wrong.WithField("basis_ref", "sharing.basis_ref_required")
	case t.BasisRef != "" && (!documentNumber.MatchString(t.BasisRef) || !hasDigit(t.BasisRef)):
		wrong.WithField("basis_ref", "sharing.basis_ref_shape")
	}
	d := &t.Document
	if d.On != "" {
		switch day, ok := moment.ParseDate(string(d.On)); {
		case !ok:
			wrong.WithField("basis_on", "fault.field_not_a_date")
		case day > moment.DayOf(now):
			wrong.WithField("basis_on", "sharing.basis_on_future")
		default:
			d.On = day
		}
	}
	d.Article, d.By = oneLine(d.Article), section.FreeLine(wrong, "basis_by", d.By, longestIssuer)
	if d.Article != "" && (!article.MatchString(d.Article) || !hasDigit(d.Article)) {
		wrong.WithField("basis_article", "sharing.basis_article_shape")
	}
}

func hasDigit(text string) bool { return strings.ContainsAny(text, "0123456789") }

func oneLine(text string) string { return norm.NFC.String(strings.Join(strings.Fields(text), " ")) }

// DocumentFields ask for the document behind a share.
func DocumentFields(w *locale.Words) []httpkit.Field {
	return []httpkit.Field{
		{Kind: httpkit.Text, Name: "basis_ref", Label: w.T("sharing.basis_ref"), Hint: w.T("sharing.basis_ref_hint"), MaxLength: 60, Width: 20},
		{Kind: httpkit.Day, Name: "basis_on", Label: w.T("sharing.basis_on"), Hint: w.T("sharing.basis_if_asked")},
		{Kind: httpkit.Text, Name: "basis_by", Label: w.T("sharing.basis_by"), Hint: w.T("sharing.basis_if_asked"), MaxLength: longestIssuer},
		{Kind: httpkit.Text, Name: "basis_article", Label: w.T("sharing.basis_article"), Hint: w.T("sharing.basis_article_hint"), MaxLength: 40, Width: 20},
	}
}

// filledDocument asks for the document of access that goes on, as it is known.
func filledDocument(w *locale.Words, a *Access) []httpkit.Field {
	fields := DocumentFields(w)
	for i, value := range []string{a.BasisRef, string(a.Document.On), a.Document.By, a.Document.Article} {
		fields[i].Value = value
	}
	return fields
}

// postedDocument reads what was typed into DocumentFields besides the number.
func postedDocument(r *httpkit.Request) gate.Document {
	return gate.Document{On: moment.Date(r.Form("basis_on")), By: r.Form("basis_by"), Article: r.Form("basis_article")}
}

// lawOptions are the provisions, each under its family and with what it asks of the document; the code is the answer.
func lawOptions(w *locale.Words, laws authz.Bases) (options []httpkit.Option) {
	for i := range laws {
		label := w.T("gate.basis."+laws[i].Family) + " · " + laws[i].Article
		if asks := asksLine(w, &laws[i]); asks != "" {
			label += " (" + asks + ")"
		}
		options = append(options, httpkit.Option{Value: laws[i].Code, Label: label})
	}
	return options
}

// asksLine names what a provision asks of the document besides its number, which each one asks for; empty where nothing.
func asksLine(w *locale.Words, law *authz.LegalBasis) string {
	var asked []string
	for _, field := range authz.DocumentFields {
		if law.Asks(field) && field != "basis_ref" {
			asked = append(asked, w.T("sharing.asks."+field))
		}
	}
	if len(asked) == 0 {
		return ""
	}
	return w.T("sharing.asks", "What", strings.Join(asked, ", "))
}

// DocumentLine is what is known of the document behind a share, in one line; empty where nothing is.
func DocumentLine(w *locale.Words, number string, d gate.Document) string {
	parts := []string{d.Article, number}
	if d.On != "" {
		parts = append(parts, w.Day(d.On))
	}
	parts = append(parts, d.By)
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " · ")
}

// GroundLine is what a share rests on: the family, and in small the provision as it read on that day, and the document.
func GroundLine(w *locale.Words, basis, law, document string, at moment.Time) (line, small string) {
	known, _ := authz.LegalBases().Find(law, moment.DayOf(at))
	small = known.Article
	if document != "" && small != "" {
		small += " · "
	}
	return w.T("gate.basis." + basis), small + document
}
