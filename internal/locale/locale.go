// Package locale finds the words for a key in the reader's language, with plurals, dates and numbers.
// It holds no words itself (they live in web/locales) and does not decide in which language a case is kept.
package locale

import (
	"log/slog"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// English is the source language: every key exists there first, and a missing word falls back to it.
const English = "en"

// Langs are the languages of the program, the source language first.
func Langs() []string { return []string{English, "fr", "nl", "de"} }

// tags has the order of Langs: the matcher answers with an index into it.
var tags = []language.Tag{language.English, language.French, language.Dutch, language.German}

var matcher = language.NewMatcher(tags)

// longestAccept bounds what of a hostile Accept-Language header is parsed; browsers send far less.
const longestAccept = 256

// Catalogue holds the words of all languages; it is immutable after Load.
type Catalogue struct {
	words    map[string]*Words
	messages map[string]map[string]message // language → key → message
	codes    map[string]bool               // the last parts of the keys
	missed   sync.Map                      // language and key already logged
}

// For gives the words of a language; an unknown language reads English.
func (c *Catalogue) For(lang string) *Words {
	if w, ok := c.words[lang]; ok {
		return w
	}
	return c.words[English]
}

// Match picks the language for an Accept-Language header. The matcher's tag may carry extensions (fr-u-rg-bezzzz for
// fr-BE), so its index is what counts.
func Match(acceptLanguage string) string {
	wanted, _, err := language.ParseAcceptLanguage(readable(acceptLanguage))
	if err != nil || len(wanted) == 0 {
		return English
	}
	_, index, confidence := matcher.Match(wanted...)
	if confidence == language.No {
		return English
	}
	return Langs()[index]
}

// readable drops what cannot be parsed, because one unknown language would make the whole header an error.
func readable(acceptLanguage string) string {
	if len(acceptLanguage) > longestAccept {
		acceptLanguage = acceptLanguage[:longestAccept]
	}
	var kept []string
	for item := range strings.SplitSeq(acceptLanguage, ",") {
		if _, _, err := language.ParseAcceptLanguage(item); err == nil {
			kept = append(kept, item)
		}
	}
	return strings.Join(kept, ",")
}

// Spoken says whether lang is a language of the program.
func Spoken(lang string) bool {
	for _, l := range Langs() {
		if l == lang {
			return true
		}
	}
	return false
}

// missing logs a missing or broken word once per language and key; a page must not be blank and the log not full.
func (c *Catalogue) missing(lang, key, why string) {
	if _, again := c.missed.LoadOrStore(lang+" "+key, true); !again {
		slog.Warn("word missing", "lang", lang, "key", key, "why", why)
	}
}

func newWords(c *Catalogue, bundle *i18n.Bundle, lang string) *Words {
	return &Words{
		catalogue: c,
		lang:      lang,
		localizer: i18n.NewLocalizer(bundle, lang),
		format:    formats[lang],
		plain:     plainOf(c.messages[lang]),
	}
}
