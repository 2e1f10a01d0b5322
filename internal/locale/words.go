package locale

import (
	"strings"
	"time"

	"github.com/go-playground/locales"
	de "github.com/go-playground/locales/de"
	en "github.com/go-playground/locales/en_GB"
	fr "github.com/go-playground/locales/fr"
	nl "github.com/go-playground/locales/nl"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"

	"relais/internal/moment"
)

// formats write dates and numbers; en_GB because Europe writes the day first.
var formats = map[string]locales.Translator{English: en.New(), "fr": fr.New(), "nl": nl.New(), "de": de.New()}

// parser refuses a message whose placeholder got no value: "<no value>" must not reach a reader.
var parser = &template.TextParser{Option: "missingkey=error"}

// Words are the words of one language.
type Words struct {
	catalogue *Catalogue
	lang      string
	localizer *i18n.Localizer
	format    locales.Translator
	plain     map[string]string // messages without placeholder or plural: the bulk, served without a template
}

// Lang is the language's code, fit for the lang attribute.
func (w *Words) Lang() string { return w.lang }

// Has says whether the key has words in this language.
func (w *Words) Has(key string) bool {
	_, ok := w.catalogue.messages[w.lang][key]
	return ok
}

// IsCode says whether a text is the last part of a key below a list: a code for which the program has words.
func (w *Words) IsCode(text string) bool { return w.catalogue.codes[text] }

// Placeholders are the names that a key's text wants a value for, sorted.
func (w *Words) Placeholders(key string) []string { return namesIn(w.catalogue.messages[w.lang][key]) }

// T is the text of a key; args are name, value pairs for its placeholders. A missing key reads English, then itself.
func (w *Words) T(key string, args ...any) string {
	if text, ok := w.plain[key]; ok {
		return text
	}
	return w.localize(key, &i18n.LocalizeConfig{MessageID: key, TemplateData: pairs(args), TemplateParser: parser})
}

// Text is T with the placeholders in a map, as a fault carries them.
func (w *Words) Text(key string, args map[string]any) string {
	if text, ok := w.plain[key]; ok {
		return text
	}
	return w.localize(key, &i18n.LocalizeConfig{MessageID: key, TemplateData: w.say(args), TemplateParser: parser})
}

// say puts the arguments of a fault into this language: what has a key of its own (a section, a discipline) by its name, a day
// as people write it. A fault is made where no language is known.
func (w *Words) say(args map[string]any) map[string]any {
	said := make(map[string]any, len(args))
	for name, value := range args {
		switch value := value.(type) {
		case interface{ Key() string }:
			said[name] = w.T(value.Key())
		case moment.Date:
			said[name] = w.Day(value)
		default:
			said[name] = value
		}
	}
	return said
}

// N is the text of a key for a count, which the message shows as {{.Count}}.
func (w *Words) N(key string, count int, args ...any) string {
	values := pairs(args)
	if values == nil {
		values = map[string]any{}
	}
	values["Count"] = w.Number(count)
	return w.localize(key, &i18n.LocalizeConfig{
		MessageID: key, PluralCount: count, TemplateData: values, TemplateParser: parser,
	})
}

// Label is a text before what belongs to it, with a colon as the language writes it: French puts a space before.
func (w *Words) Label(text string) string { return w.T("web.label", "Label", text) }

// Date is the day in Brussels at which an instant falls, as "1 March 2026"; nothing for no instant.
func (w *Words) Date(at moment.Time) string {
	if at.IsZero() {
		return ""
	}
	return w.long(at.Time().In(moment.Brussels()))
}

// Day is a civil date as "1 March 2026", a month as "March 2026"; nothing for no date, and the date as it stands if it is none.
func (w *Words) Day(date moment.Date) string {
	if month, err := time.Parse("2006-01", string(date)); err == nil {
		return w.format.MonthWide(month.Month()) + " " + month.Format("2006")
	}
	day, err := time.Parse(time.DateOnly, string(date))
	if err != nil {
		return string(date)
	}
	return w.long(day)
}

// long is a day in words. French counts the first of a month: 1er mars.
func (w *Words) long(day time.Time) string {
	text := w.format.FmtDateLong(day)
	if w.lang == "fr" && day.Day() == 1 {
		return "1er" + strings.TrimPrefix(text, "1")
	}
	return text
}

// DateTime is an instant in Brussels as "1 March 2026, 14:05".
func (w *Words) DateTime(at moment.Time) string {
	if at.IsZero() {
		return ""
	}
	here := at.Time().In(moment.Brussels())
	return w.long(here) + ", " + here.Format("15:04")
}

// Number is a whole number with the language's grouping.
func (w *Words) Number(n int) string {
	return w.format.FmtNumber(float64(n), 0)
}

// localize answers with words at any price: this language, English, the key.
func (w *Words) localize(key string, ask *i18n.LocalizeConfig) string {
	text, err := w.localizer.Localize(ask)
	if err == nil && text != "" {
		return text
	}
	w.catalogue.missing(w.lang, key, reason(err))
	if text != "" {
		return text
	}
	if w.lang != English {
		return w.catalogue.For(English).localize(key, ask)
	}
	return key
}

// reason names the sort of failure only: the error's text may quote the arguments.
func reason(err error) string {
	if _, ok := err.(*i18n.MessageNotFoundErr); ok {
		return "no such key"
	}
	return "a placeholder has no value"
}

// pairs reads name, value arguments; a name without a value is left out, and its message then says so in the log.
func pairs(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	values := make(map[string]any, len(args)/2+1)
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			values[name] = args[i+1]
		}
	}
	return values
}
