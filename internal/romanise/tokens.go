package romanise

import (
	"slices"
	"strings"
)

const maxTokens = 24 // of one name: an index of more would tell which names are unusual

// Tokens are what the blind index keeps of a name and what a search asks for: "w:" with a word as it is spelled, "p:"
// with a phonetic key. Two names may be the same when each word of the shorter has a token in the longer, in any order.
// Neighbours that other papers write as one word have tokens for that too. The result is sorted, without repeats, and
// never more than 24.
func Tokens(name string) []string {
	words, other := wordsOf(name, first), wordsOf(name, second)
	t := tokens{}
	t.spelled(words)
	t.heard(words)
	if !slices.Equal(words, other) {
		t.spelled(other)
		t.heard(other)
	}
	t.spelled(givenNames(words))
	slices.Sort(t)
	return t
}

// longestJoin is how many neighbouring words other papers may write as one.
const longestJoin = 4

// Words are the tokens that a search asks for, word by word: a name is found when it has a token of each. What neighbours have only
// together stands with each of them. A particle that leads to another word is not asked for by itself.
func Words(name string) (list [][]string) {
	words, other := wordsOf(name, first), wordsOf(name, second)
	sets := make([][]string, len(words))
	spread := func(words []string) {
		for i := range words {
			for n := 1; n <= longestJoin && i+n <= len(words); n++ {
				for _, token := range together(words[i : i+n]) {
					for k := i; k < i+n; k++ {
						sets[k] = append(sets[k], token)
					}
				}
			}
		}
	}
	spread(words)
	if len(other) == len(words) {
		spread(other)
	}
	for i, w := range words {
		if _, leads := joinedFrom(words[i:]); particles[w] && leads {
			continue
		}
		slices.Sort(sets[i])
		list = append(list, slices.Compact(sets[i]))
	}
	return list
}

// together are the tokens that words have as neighbours and that fewer of them do not have.
func together(words []string) []string {
	all := Tokens(strings.Join(words, " "))
	if len(words) == 1 {
		return all
	}
	front, back := Tokens(strings.Join(words[:len(words)-1], " ")), Tokens(strings.Join(words[1:], " "))
	return slices.DeleteFunc(all, func(token string) bool { return slices.Contains(front, token) || slices.Contains(back, token) })
}

// wordsOf leaves out words that could not have a token anyway, so that no text makes the work long.
func wordsOf(name string, s spelling) []string {
	words := strings.Fields(settle(name, s))
	return words[:min(len(words), maxTokens)]
}

type tokens []string

func (t *tokens) add(token string) {
	if len(*t) < maxTokens && !slices.Contains(*t, token) {
		*t = append(*t, token)
	}
}

func (t *tokens) spelled(words []string) {
	for _, w := range words {
		t.add("w:" + w)
	}
}

// heard adds the most likely key of every word before the second of any, so a long name keeps all its words.
func (t *tokens) heard(words []string) {
	var keys [][]string
	for i, w := range words {
		if !particles[w] {
			keys = append(keys, phonetic(w))
			continue
		}
		if joined, ok := joinedFrom(words[i:]); ok {
			keys = append(keys, phonetic(joined))
		}
	}
	for _, name := range faithNames(words) {
		keys = append(keys, phonetic(name))
	}
	for rank := range maxKeys {
		for _, k := range keys {
			if rank < len(k) {
				t.add("p:" + k[rank])
			}
		}
	}
}

// particles are the small words that papers write apart or join to the next: El Amrani and Elamrani, Van den Berghe and
// Vandenberghe, Abd al-Rahman and Abdulrahman. Alone they say too little for a phonetic key.
var particles = setOf(`abd abdal abdel abdul abdou al el il ul ar er ur as es us ash ech ad ed bin ben ibn ould
	bou bu abu abou ait o mac mc van von vande vanden vander de den der des du di del della da do dos das la le ter ten te
	op st`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// joinedFrom writes a particle, those that follow it and the word they lead to as one word.
func joinedFrom(words []string) (string, bool) {
	for i, w := range words {
		if !particles[w] {
			return strings.Join(words[:i+1], ""), true
		}
	}
	return "", false
}

// faithNames joins "… of the faith" to what stands before: Nour Eddine, Nur al-Din and Noureddine sound alike.
func faithNames(words []string) []string {
	var out []string
	before := ""
	for _, w := range words {
		if before != "" && faith[strings.TrimLeft(w, "aeiul")] {
			out = append(out, before+"din")
		}
		if !particles[w] {
			before = w
		}
	}
	return out
}

var faith = setOf("din dine deen ddin ddine ddeen")

// givenNames joins neighbouring Chinese syllables: what one paper writes Xiao Ming is Xiaoming in another.
func givenNames(words []string) []string {
	var out []string
	for i := 1; i < len(words); i++ {
		if pinyin.syllable[words[i-1]] && pinyin.syllable[words[i]] {
			out = append(out, words[i-1]+words[i])
		}
	}
	return out
}
