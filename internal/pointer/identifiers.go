package pointer

import (
	"encoding/hex"
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/romanise"
	"relais/internal/section"
)

// sections are those whose entries say who somebody is.
var sections = []authz.Section{authz.Identity, authz.Identifiers, authz.SafeContact, authz.Residence}

// kind is how much an identifier says.
type kind int

const (
	strong kind = iota
	phone
	birth
	name
)

// says tells a number from what people write where there is none: "unknown", "00000", "n/a 1".
func says(number string) bool {
	distinct := map[rune]bool{}
	for _, r := range number {
		distinct[r] = true
	}
	return len(number) >= 5 && len(distinct) >= 3 && strings.ContainsAny(number, "0123456789")
}

// looked are the identifiers of a file, as tokens of the blind index.
type looked struct {
	tokens map[string]kind // strong, phone and birth
	words  [][]string      // each word of the name with the tokens of its spellings
}

// comparable says whether there is enough to make a match at all.
func (l *looked) comparable() bool {
	var has [name + 1]bool
	for _, k := range l.tokens {
		has[k] = true
	}
	return has[strong] || enough(has[phone], has[birth], len(l.words) >= 2)
}

// leading are the tokens by which candidates are found; the name is only compared where one of them agrees.
func (l *looked) leading() [][]byte {
	tokens := make([][]byte, 0, len(l.tokens))
	for token := range l.tokens {
		tokens = append(tokens, []byte(token))
	}
	slices.SortFunc(tokens, slices.Compare)
	return tokens
}

func (l *looked) names() (tokens [][]byte) {
	for _, word := range l.words {
		for _, token := range word {
			tokens = append(tokens, []byte(token))
		}
	}
	return tokens
}

// identify gathers what an entry says of who somebody is.
func (l *looked) identify(tx *gate.Tx, id authz.Section, values section.Values) {
	for _, found := range section.Of(id).Searchable(values) {
		switch found.Kind {
		case "name":
			l.addName(tx, found.Value)
		case "number":
			if says(romanise.Number(found.Value)) {
				l.add(tx, strong, found)
			}
		case "email":
			l.add(tx, strong, found)
		case "phone":
			l.add(tx, phone, found)
		case "date":
			if day := romanise.Date(found.Value); len(day) == len("1998-02-15") && !strings.HasSuffix(day, "-01-01") {
				l.add(tx, birth, found)
			}
		}
	}
}

func (l *looked) add(tx *gate.Tx, k kind, found section.Searchable) {
	for _, token := range entry.Tokens(tx, []section.Searchable{found}) {
		l.tokens[string(token)] = k
	}
}

// addName takes a name word by word. A particle such as "el" says nothing alone; joined to the word to which it leads, it is another
// spelling of that word.
func (l *looked) addName(tx *gate.Tx, full string) {
	words, from := strings.Fields(full), 0
	for i, word := range words {
		if !slices.ContainsFunc(romanise.Tokens(word), heard) {
			continue
		}
		own := nameTokens(tx, word)
		var others []string
		for _, other := range words[from:i] {
			others = append(others, nameTokens(tx, other)...)
		}
		for _, token := range nameTokens(tx, strings.Join(words[from:i+1], " ")) {
			if !slices.Contains(others, token) && !slices.Contains(own, token) {
				own = append(own, token)
			}
		}
		l.addWord(own)
		from = i
	}
}

// addWord keeps a word that is not there yet in another spelling: an alias repeats the family name.
func (l *looked) addWord(tokens []string) {
	same := func(word []string) bool {
		return slices.ContainsFunc(word, func(token string) bool { return slices.Contains(tokens, token) })
	}
	if len(tokens) > 0 && !slices.ContainsFunc(l.words, same) {
		l.words = append(l.words, tokens)
	}
}

func heard(token string) bool { return strings.HasPrefix(token, "p:") }

func nameTokens(tx *gate.Tx, text string) (tokens []string) {
	for _, token := range entry.Tokens(tx, []section.Searchable{{Kind: "name", Value: text}}) {
		tokens = append(tokens, string(token))
	}
	return tokens
}

// agreed is what of a file agrees with what was looked for.
type agreed struct {
	tokens []string // strong, phone and birth
	names  map[string]bool
}

// evidence are the identifiers that make the two files a match, sorted; nil where they do not.
func (l *looked) evidence(a agreed) (found []string) {
	var has [name + 1]bool
	for _, token := range a.tokens {
		k, known := l.tokens[token]
		if !known {
			continue
		}
		has[k] = true
		found = append(found, token)
	}
	words := 0
	for _, word := range l.words {
		if slices.ContainsFunc(word, func(token string) bool { return a.names[token] }) {
			words++
		}
	}
	has[name] = words >= 2
	if !has[strong] && !enough(has[phone], has[birth], has[name]) {
		return nil
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// enough says whether two of the weak kinds agree.
func enough(weak ...bool) bool {
	n := 0
	for _, agrees := range weak {
		if agrees {
			n++
		}
	}
	return n >= 2
}

// marked writes evidence as it is kept: keyed hashes that can be compared for one pair of files only.
func marked(tx *gate.Tx, pair string, evidence []string) []string {
	marks := make([]string, 0, len(evidence))
	for _, token := range evidence {
		marks = append(marks, tx.Fingerprint(pair + "\x00" + hex.EncodeToString([]byte(token)))[:16])
	}
	slices.Sort(marks)
	return marks
}

// pairOf names two files whichever of them was looked at.
func pairOf(a, b string) string { return min(a, b) + "|" + max(a, b) }

// among says whether all of some marks are among others.
func among(marks, others []string) bool {
	return !slices.ContainsFunc(marks, func(mark string) bool { return !slices.Contains(others, mark) })
}
