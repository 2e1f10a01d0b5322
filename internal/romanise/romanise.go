// Package romanise brings names, dates and numbers from any paper into one comparable form, and makes the search tokens
// of a name that survive another script, another spelling and another word order.
//
// It does not decide that two people are one, and keeps nothing: seal turns its tokens into the blind index. Changing a
// form or a token here means that the index has to be built anew.
package romanise

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxBytes bounds what is read of a name and what comes out: no name is longer, and an index must not be flooded.
const maxBytes = 1024

// Normalise is a name in lower-case Latin letters and digits, words parted by one space. Letters of scripts that have no
// table here (Devanagari, Hangul, rare Chinese characters …) stay as they are, so they still match themselves. The result
// is valid UTF-8, and normalising it again changes nothing.
func Normalise(name string) string { return settle(name, first) }

// spelling chooses between the two columns of letters.txt.
type spelling int

const (
	first spelling = iota
	second
)

// settle spells until nothing changes: dropping a sign can bring together two that compose.
func settle(name string, s spelling) string {
	for range 4 {
		if settled(name) {
			return name
		}
		next := cut(spell(cut(name), s))
		if next == name {
			return name
		}
		name = next
	}
	return name
}

// settled knows by a look that a name is already in its final form, as nearly all queries and all results are.
func settled(name string) bool {
	gap := true
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			gap = false
		case c == ' ' && !gap:
			gap = true
		default:
			return false
		}
	}
	return (!gap || name == "") && len(name) <= maxBytes
}

func cut(name string) string {
	if len(name) > maxBytes {
		at := maxBytes
		for at > maxBytes-utf8.UTFMax && !utf8.RuneStart(name[at]) {
			at--
		}
		name = name[:at]
	}
	return strings.TrimRight(name, " ")
}

func spell(name string, s spelling) string {
	composed := norm.NFKC.String(strings.ToValidUTF8(name, " "))
	runes := []rune(composed)
	for i, r := range runes {
		runes[i] = unicode.ToLower(r)
	}
	out := page{spelling: s, ukrainian: looksUkrainian(runes), hanRuns: countHan(runes)}
	for i := 0; i < len(runes); {
		i += out.next(runes, i)
	}
	return norm.NFC.String(string(out.text))
}

// page is a name being written.
type page struct {
	spelling  spelling
	ukrainian bool
	hanRuns   int
	text      []byte
	gap       bool // a space is due before the next letter
	foreign   bool // the last letter was kept in its own script, and its marks belong to it
}

// next writes what stands at i and says how many runes that were.
func (p *page) next(runes []rune, i int) int {
	switch r := runes[i]; {
	case r < utf8.RuneSelf:
		p.plain(r)
	case isHan(r):
		return p.run(runes[i:], isHan, p.han)
	case isArabic(r):
		return p.run(runes[i:], isArabicOrSign, p.arabic)
	case isGreek(r):
		return p.greek(runes, i)
	default:
		p.single(r)
	}
	return 1
}

// run hands a stretch of one script to its speller, as words of their own.
func (p *page) run(runes []rune, of func(rune) bool, write func([]rune)) int {
	n := 0
	for n < len(runes) && of(runes[n]) {
		n++
	}
	p.space()
	write(runes[:n])
	p.space()
	return n
}

func (p *page) plain(r rune) {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		p.write(string(r))
	case r != '\'' && r != '`':
		p.space()
	}
}

// single writes a letter of a script that is spelled letter by letter, or of one that is kept.
func (p *page) single(r rune) {
	if spelled, ok := p.letter(r); ok {
		p.write(spelled)
		return
	}
	switch n, isDigit := digit(r); {
	case isDigit:
		p.write(string('0' + n))
	case unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Cf, r), isQuote(r):
	case unicode.Is(unicode.M, r):
		if p.foreign {
			p.text = utf8.AppendRune(p.text, r)
		}
	case unicode.IsLetter(r):
		p.write(string(r))
		p.foreign = true
	default:
		p.space()
	}
}

// isQuote tells the signs that stand for an apostrophe inside a name (O’Brien, N‘Diaye, Saʿd) or stretch a word.
// They part no words.
func isQuote(r rune) bool {
	return r == '’' || r == '‘' || r == '´' || r == '‛' || r == '′' || r == 'ـ' || r >= 'ʰ' && r <= '\u02ff'
}

func (p *page) write(letters string) {
	if letters == "" {
		return
	}
	if p.gap && len(p.text) > 0 {
		p.text = append(p.text, ' ')
	}
	p.text, p.gap, p.foreign = append(p.text, letters...), false, false
}

func (p *page) space() { p.gap, p.foreign = true, false }

// digit is the value of a decimal digit of any script.
func digit(r rune) (rune, bool) {
	if r < utf8.RuneSelf {
		return r - '0', r >= '0' && r <= '9'
	}
	for _, span := range unicode.Nd.R16 {
		if r >= rune(span.Lo) && r <= rune(span.Hi) {
			return (r - rune(span.Lo)) % 10, true
		}
	}
	for _, span := range unicode.Nd.R32 {
		if r >= rune(span.Lo) && r <= rune(span.Hi) {
			return (r - rune(span.Lo)) % 10, true
		}
	}
	return 0, false
}
