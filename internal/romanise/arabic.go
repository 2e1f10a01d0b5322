package romanise

import (
	"strings"
	"unicode"
)

// isArabic tells the letters of the Arabic script that can be spelled here; others are kept.
func isArabic(r rune) bool {
	if r < 'ء' || r > 'ۿ' {
		return false
	}
	_, consonant := letters[r]
	return consonant || strings.ContainsRune(arabicVowels, r)
}

// isArabicOrSign also takes the vowel signs, the stretching stroke and the joiners that may stand inside a word. They are
// not spelled: papers leave them out, and both ways of writing must meet.
func isArabicOrSign(r rune) bool {
	return isArabic(r) || r == 'ـ' || r == '\u200c' || r == '\u200d' || unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Arabic, r) ||
		r >= '\u064b' && r <= '\u0655' || r == '\u0670'
}

const (
	arabicVowels = "اأإآٱءئؤعوىيیېێےۓةەۀۆۇۈ"
	// long are the letters that make a waw or ya before them a consonant.
	arabicLong = "اأإآٱىيیېێےۓةەۀ"
)

const shortest = 2 * len("ب") // bytes of a word behind its article

// arabicWords are the short words of names whose vowels are known.
var arabicWords = map[string]string{
	"عبد": "abd", "الله": "allah", "بن": "bin", "ابن": "ibn", "إبن": "ibn", "بنت": "bint", "أبو": "abu", "ابو": "abu",
	"آل": "al", "ال": "al", "عمرو": "amr",
}

func (p *page) arabic(word []rune) {
	bare := make([]rune, 0, len(word))
	for _, r := range word {
		if isArabic(r) {
			bare = append(bare, r)
		}
	}
	p.arabicWord(string(bare))
}

// arabicWord parts the article and the servant's "abd" from what follows, since Latin papers write them both ways.
func (p *page) arabicWord(word string) {
	p.space()
	if known, ok := arabicWords[word]; ok {
		p.write(known)
		return
	}
	if rest, ok := strings.CutPrefix(word, "عبدال"); ok && len(rest) >= shortest {
		p.write("abd")
		p.arabicWord("ال" + rest)
		return
	}
	if rest, ok := strings.CutPrefix(word, "ال"); ok && len(rest) >= shortest {
		p.write("al")
		p.arabicWord(rest)
		return
	}
	p.write(p.vowelled([]rune(word)))
}

// vowelled spells a word letter by letter and puts an "a" between consonants: short vowels are not written in Arabic, and
// without one s and h would read as sh.
func (p *page) vowelled(word []rune) string {
	var out []byte
	consonant := false
	for i := range word {
		spelled, vowel := p.arabicLetter(word, i)
		switch {
		case spelled == "": // a hamza on its own: what stands around it stays apart
		case vowel && len(out) > 0 && out[len(out)-1] == spelled[0]:
			consonant = false // one long vowel is enough
		case vowel:
			out, consonant = append(out, spelled...), false
		default:
			if consonant {
				out = append(out, 'a')
			}
			out, consonant = append(out, spelled...), true
		}
	}
	return string(out)
}

func (p *page) arabicLetter(word []rune, i int) (spelled string, vowel bool) {
	switch r := word[i]; r {
	case 'ا', 'أ', 'آ', 'ٱ', 'ى', 'ع', 'ة':
		return "a", true
	case 'إ', 'ئ':
		return "i", true
	case 'ء':
		return "", true
	case 'ې', 'ێ', 'ے', 'ۓ', 'ە', 'ۀ':
		return "e", true
	case 'ۆ':
		return "o", true
	case 'ؤ', 'ۇ', 'ۈ':
		return "u", true
	case 'و':
		if i == 0 || isLong(word, i+1) || i > 1 && word[i-1] == 'ا' {
			return "w", false
		}
		return "u", true
	case 'ي', 'ی':
		if i == 0 || isLong(word, i+1) {
			return "y", false
		}
		return "i", true
	default:
		return letters[r][p.spelling], false
	}
}

func isLong(word []rune, i int) bool {
	return i < len(word) && strings.ContainsRune(arabicLong, word[i])
}
