package romanise

import (
	_ "embed"
	"strings"
	"unicode"
)

//go:embed pinyin.txt
var pinyinText string

var pinyin = readPinyin(pinyinText)

// readings are the Chinese characters of names with their Mandarin syllables.
type readings struct {
	of       map[rune]string   // in a given name
	surname  map[string]string // of one or two characters, where it differs
	syllable map[string]bool
}

func readPinyin(text string) readings {
	table := readings{map[rune]string{}, map[string]string{}, map[string]bool{}}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		switch f[0][0] {
		case '&':
			for _, name := range f[1:] {
				table.surname[name] = f[0][1:]
			}
		case '@':
			for _, r := range f[1] {
				table.surname[string(r)] = f[0][1:]
			}
		default:
			table.syllable[f[0]] = true
			for _, r := range f[1] {
				table.of[r] = f[0]
			}
		}
	}
	return table
}

func isHan(r rune) bool { return r > 0x2e7f && unicode.Is(unicode.Han, r) && unicode.IsLetter(r) }

func countHan(runes []rune) int {
	runs := 0
	for i, r := range runes {
		if isHan(r) && (i == 0 || !isHan(runes[i-1])) {
			runs++
		}
	}
	return runs
}

// han spells a stretch of characters as passports do: 王小明 is the surname Wang and the given name Xiaoming. Where the
// name came in several stretches they are its words already. The second spelling parts all syllables.
func (p *page) han(run []rune) {
	if p.hanRuns > 1 {
		p.syllables(run)
		return
	}
	surname := 1
	if len(run) > 1 && pinyin.surname[string(run[:2])] != "" {
		surname = 2
	}
	if special, ok := pinyin.surname[string(run[:surname])]; ok {
		p.write(special)
	} else {
		p.syllables(run[:surname])
	}
	p.space()
	p.syllables(run[surname:])
}

// syllables joins known characters into one word; an unknown one stays itself, as a word of its own.
func (p *page) syllables(run []rune) {
	for _, r := range run {
		s, ok := pinyin.of[r]
		if !ok || p.spelling == second {
			p.space()
		}
		if !ok {
			s = string(r)
		}
		p.write(s)
		if !ok {
			p.space()
		}
	}
}
