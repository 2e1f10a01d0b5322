package httpkit

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// What becomes of a form whose sender was second: the page as it is now, with what was typed in it and what is stored beside each
// field that differs. Where the page has no such form any more, the error page gives the texts back.

// ComesBack says whether a refusal shows the form again: an answer was wrong, or somebody else was first.
func ComesBack(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.Conflict
}

// Gone is what is told where the page of a form cannot be shown again: of a conflict the conflict itself, because the error page then
// gives the texts back; otherwise what broke.
func Gone(err, broken error) error {
	if fault.KindOf(err) == fault.Conflict {
		return err
	}
	return broken
}

// late shows a form again after a conflict, based on the version that is stored now.
func (r *Request) late(p Page, form *Form, err error) Reply {
	form.compare(r)
	form.Mark(r, err)
	f, _ := fault.As(err)
	if stale, ok := f.Detail.(gate.Stale); ok && stale.By != "" {
		form.General = append(form.General, r.W.T("web.conflict_first", "By", stale.By, "At", r.W.DateTime(stale.At)))
	}
	form.General = append(form.General, r.W.T("web.conflict_yours"))
	exchangeOf(r.Context()).fault = f
	reply := ShowStatus(p, http.StatusConflict)
	reply.form, reply.late = form, err
	return reply
}

// compare fills a form that shows what is stored now with what was typed, and notes at each field that differs what it replaces.
// Of a form of the same version nothing was changed by others, and of one without a version nothing is stored.
func (f *Form) compare(r *Request) {
	now, moved := f.Version, f.Version != 0 && f.Version != r.Version()
	stored := slices.Clone(f.Fields)
	for i := range stored {
		stored[i].Options = slices.Clone(stored[i].Options)
	}
	filled := slices.ContainsFunc(stored, func(field Field) bool { return (field.Kind == Text || field.Kind == TextArea) && field.Value != "" })
	f.Fill(r)
	f.Version = now
	for i := range f.Fields {
		field, was := &f.Fields[i], &stored[i]
		if field.Kind == Hidden && field.Name == onceField { // the key of what was stored already would meet it again
			field.Value = was.Value
		}
		if text := was.printed(r); moved && was.compared() && field.printed(r) != text {
			if text == "" && filled {
				text = r.W.T("web.stored_nothing")
			}
			field.Stored = text
		}
	}
}

const onceField = "once"

func (f *Field) compared() bool {
	return f.Kind != Hidden && f.Kind != Password && f.Kind != File && !f.Disabled
}

// printed is a field's answer as a person reads it.
func (f *Field) printed(r *Request) string {
	switch f.Kind {
	case Select, Radios, Checkboxes:
		var chosen []string
		for _, o := range f.Options {
			if f.Chosen(o) {
				chosen = append(chosen, o.Label)
			}
		}
		return strings.Join(chosen, ", ")
	case Day:
		return r.W.Day(moment.Date(f.Value))
	}
	return f.Value
}

// printsTo says whether a page has one of the form's questions on it: a page leaves a form out that no longer has a use.
func (f *Form) printsTo(page string) bool {
	return slices.ContainsFunc(f.Fields, func(field Field) bool {
		return field.compared() && strings.Contains(page, ` id="`+field.FirstID()+`"`)
	})
}

// unsaid are the fields whose values are never repeated: secrets, and what the page had put in.
var unsaid = []string{"password", "present", "pass", "code", "seen", "began", onceField, "version"}

// idLike are values that no page lets a person type: an id, and codes of several words.
var idLike = regexp.MustCompile(`^([a-z]+:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[a-z0-9]+_[a-z0-9_]*$`)

// partLike are the parts of a day, and the choice between two texts.
var partLike = regexp.MustCompile(`\.(year|month|day)$|^keep\.`)

// chosen says whether a posted value was chosen and not typed. One word of small letters may be either: it was chosen where the
// program has a code like it. A word too many does no harm, a word that is lost does.
func (r *Request) chosen(name, value string) bool {
	return slices.Contains(unsaid, name) || partLike.MatchString(name) || idLike.MatchString(value) || r.W.IsCode(value)
}

// typed are the texts of a form that was posted, one below the other, for somebody who would lose them.
func (r *Request) typed() string {
	posted := r.ginContext.Request.PostForm
	names := make([]string, 0, len(posted))
	for name := range posted {
		names = append(names, name)
	}
	slices.Sort(names)
	var texts []string
	for _, name := range names {
		for _, value := range r.FormValues(name) {
			if !r.chosen(name, value) {
				texts = append(texts, value)
			}
		}
	}
	return strings.Join(texts, "\n\n")
}
