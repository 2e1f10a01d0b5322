package entry

import (
	"slices"
	"strconv"
	"strings"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/section"
)

// Lines are a field's value as people read it; a text of several lines and a list of codes have several.
func Lines(w *locale.Words, field *section.Field, value string) []string {
	switch field.Type {
	case section.Code, section.Codes, section.Country, section.Countries, section.Language, section.Bool:
		var lines []string
		for _, code := range strings.Split(value, ";") {
			lines = append(lines, CodeName(w, field.ListOf(code), code))
		}
		return lines
	case section.Date, section.PartialDate:
		return []string{dayText(w, value)}
	case section.LongText:
		return strings.Split(value, "\n")
	case section.Money:
		return []string{moneyText(w, value)}
	}
	return []string{value}
}

// moneyText writes an amount as the reader's language does; the currency keeps its code.
func moneyText(w *locale.Words, value string) string {
	amount, currency, _ := strings.Cut(value, " ")
	whole, cents, _ := strings.Cut(amount, ".")
	number, err := strconv.Atoi(whole)
	if err != nil {
		return value
	}
	text := w.Number(number)
	if cents != "00" && cents != "" {
		mark := ","
		if w.Lang() == locale.English {
			mark = "."
		}
		text += mark + cents
	}
	return text + "\u00a0" + currency
}

// dayText writes a whole date in words and leaves a year or a month as it is.
func dayText(w *locale.Words, value string) string {
	if day, ok := moment.ParseDate(value); ok {
		return w.Day(day)
	}
	return value
}

// CodeName is a code in the reader's words: countries and languages by their own names, all else from the catalogue.
func CodeName(w *locale.Words, list, code string) string {
	if name := section.CodeName(list, code, w.Lang()); name != "" {
		return name
	}
	return w.T(section.CodeKey(list, code))
}

// CodeNames are several codes joined by ";" in the reader's words, with commas.
func CodeNames(w *locale.Words, list, codes string) string {
	var names []string
	for _, code := range split(codes) {
		names = append(names, CodeName(w, list, code))
	}
	return strings.Join(names, ", ")
}

// Fields are the questions of a section, filled with values. prefix keeps the fields of several sections apart in one form.
func Fields(w *locale.Words, id authz.Section, values section.Values, prefix string) []httpkit.Field {
	room := section.Of(id)
	fields := make([]httpkit.Field, 0, len(room.Fields))
	for i := range room.Fields {
		f := &room.Fields[i]
		if all := options(w, f); f.Many() && len(all) > longList {
			fields = append(fields, several(w, f, values.Split(f.Name), prefix, all)...)
		} else {
			fields = append(fields, formField(w, f, values[f.Name], prefix))
		}
		if f.Group != "" {
			underHeading(fields, prefix+f.Name, w.T(room.GroupKey(f.Group)))
		}
	}
	for i := range fields {
		fields[i].MarkRequired = true // hardly any field of a section is required
	}
	return fields
}

// underHeading puts the last fields, those of one question, under a heading.
func underHeading(fields []httpkit.Field, name, heading string) {
	for i := len(fields) - 1; i >= 0 && (fields[i].Name == name || strings.HasPrefix(fields[i].Name, name+".")); i-- {
		fields[i].Group = heading
	}
}

// longList is from how many answers on tick boxes would be a wall: then there are some selects instead.
const longList = 40

// several offers three selects for a field with many answers, and one more than are already chosen.
func several(w *locale.Words, f *section.Field, chosen []string, prefix string, all []httpkit.Option) []httpkit.Field {
	var fields []httpkit.Field
	for i := range max(3, len(chosen)+1) {
		field := httpkit.Field{Kind: httpkit.Select, Name: prefix + f.Name, Label: w.T(f.Key()), Options: all, Required: f.Required && i == 0}
		if i > 0 {
			field.Name = prefix + f.Name + "." + strconv.Itoa(i+1)
			field.Label = w.T("entry.further", "Label", field.Label, "Number", i+1)
		}
		if i < len(chosen) {
			field.Value = chosen[i]
		}
		fields = append(fields, field)
	}
	return fields
}

// further reads what several asked for.
func further(r *httpkit.Request, name string) []string {
	answers := r.FormValues(name)
	for i := 2; i < 40; i++ {
		answer := r.Form(name + "." + strconv.Itoa(i))
		if answer != "" && !slices.Contains(answers, answer) {
			answers = append(answers, answer)
		}
	}
	return answers
}

func formField(w *locale.Words, f *section.Field, value, prefix string) httpkit.Field {
	out := httpkit.Field{Kind: httpkit.Text, Name: prefix + f.Name, Label: w.T(f.Key()), Value: value, Required: f.Required, MaxLength: f.MaxLen}
	if f.Hint {
		out.Hint = w.T(f.HintKey())
	}
	switch f.Type {
	case section.LongText:
		out.Kind, out.Rows = httpkit.TextArea, max(f.Rows, 3)
	case section.Date:
		out.Kind = httpkit.Day
	case section.Number, section.Money:
		out.Kind, out.Width = httpkit.Number, 10
	case section.Phone:
		out.Kind, out.Width = httpkit.Tel, 20
	case section.Email:
		out.Kind = httpkit.Email
	case section.PartialDate:
		out.Width = 10
	case section.Code, section.Country, section.Language, section.Bool:
		choose(w, f, &out)
	case section.Codes, section.Countries:
		out.Kind, out.Value, out.Values = httpkit.Checkboxes, "", split(value)
		out.Options = options(w, f)
	}
	return out
}

// choose offers a short list as radio buttons and a long one as a select.
func choose(w *locale.Words, f *section.Field, out *httpkit.Field) {
	out.Options = options(w, f)
	if len(out.Options) <= 6 {
		out.Kind = httpkit.Radios
		return
	}
	out.Kind = httpkit.Select
}

func options(w *locale.Words, f *section.Field) []httpkit.Option {
	var all []httpkit.Option
	for _, list := range f.Lists() {
		all = append(all, CodeOptions(w, list)...)
	}
	return all
}

// CodeOptions are the codes of a list with their names in the reader's language; countries and languages sorted by name.
func CodeOptions(w *locale.Words, list string) []httpkit.Option {
	var out []httpkit.Option
	for _, choice := range section.Choices(list, w.Lang()) {
		out = append(out, httpkit.Option{Value: choice.Code, Label: choice.Name})
	}
	if out != nil {
		return out
	}
	for _, code := range section.CodeList(list) {
		out = append(out, httpkit.Option{Value: code.Code, Label: CodeName(w, list, code.Code)})
	}
	return out
}

func split(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, ";")
}

// Posted reads the values of a section from a form that Fields made.
func Posted(r *httpkit.Request, id authz.Section, prefix string) section.Values {
	values := section.Values{}
	room := section.Of(id)
	for i := range room.Fields {
		f := &room.Fields[i]
		value := r.Form(prefix + f.Name)
		if f.Many() {
			value = strings.Join(further(r, prefix+f.Name), ";")
		}
		if value != "" {
			values[f.Name] = value
		}
	}
	return values
}

// Grounds are the questions that every entry has to answer: for what purpose, on what basis, fact or assessment.
func Grounds(w *locale.Words, d Draft) []httpkit.Field {
	heading := w.T("entry.grounds")
	return []httpkit.Field{
		{Kind: httpkit.Radios, Name: "nature", Label: w.T("entry.nature_label"), Value: d.Nature, Required: true, MarkRequired: true, Group: heading,
			Options: []httpkit.Option{{Value: "fact", Label: w.T("entry.nature.fact")}, {Value: "assessment", Label: w.T("entry.nature.assessment")}}},
		{Kind: httpkit.Select, Name: "purpose", Label: w.T("entry.purpose_label"), Value: d.Purpose, Required: true, MarkRequired: true, Group: heading,
			Options: codeOptions(w, "gate.purpose.", gate.Reasons)},
		{Kind: httpkit.Select, Name: "basis", Label: w.T("entry.basis_label"), Hint: w.T("entry.basis_hint"), Value: d.Basis, Required: true, MarkRequired: true, Group: heading,
			Options: codeOptions(w, "gate.basis.", gate.Bases)},
	}
}

// tlpField asks how far a text between agencies may travel; no answer leaves it to the grants.
func tlpField(w *locale.Words, value string) httpkit.Field {
	return httpkit.Field{Kind: httpkit.Select, Name: "tlp", Label: w.T("entry.tlp_label"), Hint: w.T("entry.tlp_hint"), Value: value,
		MarkRequired: true, Group: w.T("entry.grounds"), Options: codeOptions(w, "gate.tlp.", gate.TLPs)}
}
