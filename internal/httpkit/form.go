package httpkit

import (
	"net/http"
	"slices"
	"strings"

	"relais/internal/fault"
)

// Kind is how a field is asked for.
type Kind string

// The kinds of fields.
const (
	Text       Kind = "text"
	TextArea   Kind = "textarea"
	Select     Kind = "select"
	Radios     Kind = "radios"
	Checkboxes Kind = "checkboxes"
	Day        Kind = "day" // three boxes, posted as name.day, name.month, name.year
	Password   Kind = "password"
	Hidden     Kind = "hidden"
	Email      Kind = "email"
	Tel        Kind = "tel"
	Number     Kind = "number" // digits in a text box; a spinner changes values by accident
	File       Kind = "file"
)

// Field is one question of a form; all its texts are ready to print.
type Field struct {
	Kind         Kind
	Name         string
	Label        string
	Hint         string
	Value        string
	Values       []string // of Checkboxes
	Options      []Option
	Error        string
	Stored       string // of a form that was sent too late: what is stored now, where it differs
	Required     bool   // without it the label says that the field is optional
	MarkRequired bool   // the label says instead what is required: for forms where nearly nothing is
	Group        string // heading under which the field stands with its neighbours
	Disabled     bool
	Rows         int
	MaxLength    int
	Width        int // characters: 2, 3, 4, 5, 10, 20, 30; 0 is the full width
	Autocomplete string
	InputMode    string
	Lang         string // of what is typed, if another than the page's
	Accept       string // of File
	HideLabel    bool
}

// Option is one choice.
type Option struct {
	Value    string
	Label    string
	Hint     string
	Fold     string // of Checkboxes: the heading under which it is folded with its neighbours
	Selected bool
	Disabled bool
}

// Form is a whole form; {{template "form" .Form}} prints it with its errors, fields, version and buttons.
type Form struct {
	Action  string
	Submit  string
	Danger  bool // a red button, for what cannot be undone
	Version int64
	Legend  string // a heading over the fields
	Cancel  Link
	Fields  []Field
	Upload  bool // the form holds a File
	General []string
}

// FormError is one line of the error summary.
type FormError struct {
	Href  string // "" when no field of the form is to blame
	Label string
	Text  string
}

// ID is the id of the field's first input.
func (f Field) ID() string {
	return "f-" + strings.NewReplacer(".", "-", "[", "-", "]", "").Replace(f.Name)
}

// DescribedBy names the hint, what is stored and the error for a screen reader.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID()+"-hint")
	}
	if f.Stored != "" {
		ids = append(ids, f.ID()+"-stored")
	}
	if f.Error != "" {
		ids = append(ids, f.ID()+"-error")
	}
	return strings.Join(ids, " ")
}

// Chosen says whether a choice is taken.
func (f Field) Chosen(o Option) bool {
	return o.Selected || (f.Value != "" && o.Value == f.Value) || slices.Contains(f.Values, o.Value)
}

// FirstID is where the error summary leads to.
func (f Field) FirstID() string {
	if f.Kind == Day {
		return f.ID() + "-day"
	}
	return f.ID()
}

// DayPart is one box of a date.
type DayPart struct {
	Name, Value string
	Width       int
}

// DayParts splits a date into its boxes: day, month, year.
func (f Field) DayParts() []DayPart {
	parts := append(strings.SplitN(f.Value, "-", 3), "", "", "")
	return []DayPart{
		{Name: "day", Value: strings.TrimPrefix(parts[2], "0"), Width: 2},
		{Name: "month", Value: strings.TrimPrefix(parts[1], "0"), Width: 2},
		{Name: "year", Value: parts[0], Width: 4},
	}
}

// Errors are the lines of the error summary, in the order of the form.
func (f Form) Errors() []FormError {
	var lines []FormError
	for _, text := range f.General {
		lines = append(lines, FormError{Text: text})
	}
	for _, field := range f.Fields {
		if field.Error != "" {
			lines = append(lines, FormError{Href: "#" + field.FirstID(), Label: field.Label, Text: field.Error})
		}
	}
	return lines
}

// Again shows a form once more. After a refusal of kind Invalid: status 422, what was typed, an error at each field. After a
// Conflict: 409, what was typed and what is stored. Any other error is handed on. form must be the form inside p, so p is a
// pointer, and filled from what is stored now.
func (r *Request) Again(p Page, form *Form, err error) (Reply, error) {
	switch fault.KindOf(err) {
	case fault.Invalid:
	case fault.Conflict:
		return r.late(p, form, err), nil
	default:
		return Reply{}, err
	}
	form.Fill(r)
	form.Mark(r, err)
	f, _ := fault.As(err)
	exchangeOf(r.Context()).fault = f
	return ShowStatus(p, http.StatusUnprocessableEntity), nil
}

// Fill puts what was posted into the fields; passwords and files are not given back.
func (f *Form) Fill(r *Request) {
	f.Version = r.Version()
	for i := range f.Fields {
		field := &f.Fields[i]
		switch field.Kind {
		case Password, File:
			field.Value = ""
		case Checkboxes:
			field.Values = r.FormValues(field.Name)
			unselect(field.Options)
		default:
			field.Value = r.Form(field.Name)
			unselect(field.Options)
		}
	}
}

// Mark puts each broken rule to its field, and what belongs to no field on top.
func (f *Form) Mark(r *Request, err error) {
	broken, ok := fault.As(err)
	if !ok {
		return
	}
	for _, rule := range broken.Fields {
		text := r.W.Text(rule.Key, rule.Args)
		at := slices.IndexFunc(f.Fields, func(field Field) bool { return field.Name == rule.Name && field.Kind != Hidden })
		if at < 0 {
			f.General = append(f.General, text)
			continue
		}
		f.Fields[at].Error = text
	}
	if len(broken.Fields) == 0 {
		f.General = append(f.General, r.W.Text(broken.Key, broken.Args))
	}
}

func unselect(options []Option) {
	for i := range options {
		options[i].Selected = false
	}
}
