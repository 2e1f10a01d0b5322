package section

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"relais/internal/fault"
)

// FreeText gives a free text that is no field of the catalogue, such as a note, in the form of the catalogue's texts, by the same
// rules; it may have several lines. What breaks a rule is a fault of the field and comes back as it was sent.
func FreeText(wrong *fault.Fault, field, raw string, most int) string {
	return free(wrong, field, raw, most, true)
}

// FreeLine is FreeText for what stands on one line, such as a name: each space in it is one space.
func FreeLine(wrong *fault.Fault, field, raw string, most int) string {
	return free(wrong, field, raw, most, false)
}

func free(wrong *fault.Fault, field, raw string, most int, lines bool) string {
	text, broke := tidied(raw, most, lines)
	switch {
	case broke == nil && !longer(text, most) && lines:
		return text
	case broke == nil && !longer(text, most):
		return strings.Join(strings.Fields(text), " ")
	case broke == nil || broke.rule == "too_long":
		wrong.WithField(field, "fault.field_too_long", "Max", most)
	case broke.rule == "text":
		wrong.WithField(field, "fault.field_not_text")
	case broke.rule == "control":
		wrong.WithField(field, "fault.field_control_characters")
	default:
		broke.on(wrong, field)
	}
	return raw
}

// clean gives the text of an answer, held to its length where the text itself is what is stored.
func (f *Field) clean(raw string) (string, *breach) {
	text, wrong := tidied(raw, f.MaxLen, f.Type == LongText)
	if wrong == nil && longer(text, f.MaxLen) && f.freeText() {
		return "", broken("too_long", "Max", f.MaxLen)
	}
	return text, wrong
}

// tidied refuses what is no text, then normalises: line ends to \n, NFC, no space around it.
func tidied(raw string, most int, lines bool) (string, *breach) {
	if len(raw) > 16*most+1024 { // before the work on it: no character in NFC needs more
		return "", broken("too_long", "Max", most)
	}
	if !utf8.ValidString(raw) {
		return "", broken("text")
	}
	text := trim(norm.NFC.String(debris.Replace(raw)))
	if strings.ContainsFunc(text, forbidden) || text != "" && !strings.ContainsFunc(text, visible) {
		return "", broken("control")
	}
	if !lines && strings.ContainsAny(text, "\n\t") {
		return "", broken("line")
	}
	return text, nil
}

// freeText says whether the text itself is stored; the other types are measured in their canonical form.
func (f *Field) freeText() bool { return f.Type == Text || f.Type == LongText || f.Type == Reference }

// debris is what forms and copied text bring along: other line ends, and marks without width or meaning of their own.
var debris = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\uFEFF", "", "\u200B", "", "\u2060", "")

func trim(text string) string { return strings.TrimSpace(text) }

func longer(text string, limit int) bool {
	return len(text) > limit && utf8.RuneCountInString(text) > limit
}

// forbidden are the characters that a reader cannot see and that can change what he reads: controls other than the line
// end and the tab, separators that only some programs break lines at, marks that reverse text, tags and noncharacters.
// The joiners and direction marks stay: Persian, Hindi and Arabic names need them.
func forbidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069':
		return true
	case r >= 0xE0000 && r <= 0xE007F, r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
		return true
	}
	return false
}

// visible says whether a reader sees the character at all.
func visible(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }
