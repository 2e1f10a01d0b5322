package romanise

import "strings"

func isGreek(r rune) bool { return r >= 'Ͱ' && r <= 'Ͽ' || r >= 'ἀ' && r <= '῿' }

// greek spells what stands at i after ELOT 743, whose pairs of letters have sounds of their own, and says how many runes
// it took. The second spelling writes the sounds at the start of a name as people do: Dina for Ντίνα, Yiannis for Γιάννης.
func (p *page) greek(runes []rune, i int) int {
	here, next := greekBase(runes, i), greekBase(runes, i+1)
	start := !isGreek(greekBase(runes, i-1))
	pair := string(here) + string(next)
	switch {
	case pair == "αυ" || pair == "ευ" || pair == "ηυ":
		p.write(letters[here][p.spelling] + softened(greekBase(runes, i+2)))
		return 2
	case pair == "μπ" && start:
		p.write("b")
		return 2
	case start && p.spelling == second && (pair == "ντ" || pair == "γκ"):
		p.write(map[string]string{"ντ": "d", "γκ": "g"}[pair])
		return 2
	case start && p.spelling == second && here == 'γ' && strings.ContainsRune("ιειυη", next):
		p.write("y")
	case greekPairs[pair] != "":
		p.write(greekPairs[pair])
		return 2
	default:
		p.single(runes[i])
	}
	return 1
}

var greekPairs = map[string]string{"ου": "ou", "γγ": "ng", "γξ": "nx", "γχ": "nch"}

// softened is υ in αυ, ευ, ηυ: voiced before a vowel or a voiced consonant.
func softened(after rune) string {
	if !isGreek(after) || strings.ContainsRune("θκξπσςτφχψ", after) {
		return "f"
	}
	return "v"
}

// greekBase is the letter at i without accents; ϋ keeps its dots, which say that it makes no pair.
func greekBase(runes []rune, i int) rune {
	if i < 0 || i >= len(runes) {
		return ' '
	}
	if r := runes[i]; r == 'ϋ' || r == 'ΰ' {
		return 'ϋ'
	}
	return base(runes[i])
}
