package sharing

import (
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/section"
)

// What other slices that let somebody see more of a file ask in the same words and check by the same rules.

// CheckCode adds a field fault for a code that is missing or not in the list.
func CheckCode(wrong *fault.Fault, field, code string, list []string) {
	checkCode(wrong, field, code, list)
}

// CheckNote tidies a note and adds a field fault for what is no text.
func CheckNote(wrong *fault.Fault, note string) string {
	return section.FreeText(wrong, "note", note, longestNote)
}

// CheckSections reads the words of sections and adds a field fault where there is none, or one that files do not have.
func CheckSections(wrong *fault.Fault, words []string) authz.SectionSet {
	return parseSections(wrong, words)
}

// LongestNote is how many characters a note may have.
const LongestNote = longestNote

// TermFields ask for the terms; until is the day that stands there already.
func TermFields(w *locale.Words, until string) []httpkit.Field { return termFields(w, until) }

// PostedTerms reads what was typed into TermFields.
func PostedTerms(r *httpkit.Request) Terms { return postedTerms(r) }

// DefaultUntil is the day that a form begins with.
func DefaultUntil(now moment.Time) string { return defaultUntil(now) }

// SectionNames lists the names of sections in the reader's language.
func SectionNames(w *locale.Words, sections authz.SectionSet) string {
	return sectionNames(w, sections)
}

// Codes are the choices of a list of codes, each with its word under the prefix.
func Codes(w *locale.Words, prefix string, list []string) []httpkit.Option {
	return httpkit.Options(w, prefix, list)
}

// SectionWords lists the words of sections, as the JSON API writes them.
func SectionWords(sections authz.SectionSet) []string { return wordsOf(sections) }

// Terms reads the terms of a JSON body.
func (b TermsBody) Terms() Terms { return b.terms() }
