package romanise

import (
	_ "embed"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed letters.txt
var lettersText string

var letters = readLetters(lettersText)

// readLetters reads letters.txt: both spellings of each letter.
func readLetters(text string) map[rune][2]string {
	table := make(map[rune][2]string)
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		r, _ := utf8.DecodeRuneInString(f[0])
		one := strings.Trim(f[1], "-")
		two := one
		if len(f) > 2 {
			two = f[2]
		}
		table[r] = [2]string{one, two}
	}
	return table
}

// letter spells one letter; a letter with marks that is not in the table counts as its base letter.
func (p *page) letter(r rune) (string, bool) {
	if p.ukrainian {
		switch r {
		case 'г':
			return "h", true
		case 'и':
			return "y", true
		}
	}
	if s, ok := letters[r]; ok {
		return s[p.spelling], true
	}
	if r = base(r); r >= 'a' && r <= 'z' {
		return string(r), true
	}
	s, ok := letters[r]
	return s[p.spelling], ok
}

// base is a letter without its marks.
func base(r rune) rune {
	var room [utf8.UTFMax]byte
	whole := room[:utf8.EncodeRune(room[:], r)]
	if parts := norm.NFD.Properties(whole).Decomposition(); parts != nil {
		r, _ = utf8.DecodeRune(parts)
	}
	return r
}

// looksUkrainian reads a name as Ukrainian or Belarusian when it has a letter of theirs and none of Kazakh's.
func looksUkrainian(runes []rune) bool {
	found := false
	for _, r := range runes {
		if strings.ContainsRune("әғқңөұүһ", r) {
			return false
		}
		found = found || strings.ContainsRune("іїєґў", r)
	}
	return found
}
