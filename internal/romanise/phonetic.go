package romanise

import "strings"

// The phonetic key of a word is its consonants in classes that spellings of one name share, with "A" for a vowel at the
// start. Vowels are left out: Arabic does not write them, and transliterations disagree on them most.
//
//	P b p   F f v w   T d t   S s z c ch sh j …   K k q g c x   H h kh   Y y j   L   M   N   R
//
// A letter that two languages read differently gives a key for each reading.

const maxKeys = 4 // readings kept of one word

type sound struct {
	letters string
	codes   []string
	when    func(word string, i, n int) bool
}

func only(codes ...string) []string { return codes }

// sounds are tried in order: the longer before the shorter, the special before the general.
var sounds = []sound{
	{"schtsch", only("S"), nil}, {"shch", only("S"), nil}, {"stsch", only("S"), nil}, {"tsch", only("S"), nil},
	{"dsch", only("S"), nil}, {"dzh", only("S"), nil}, {"sch", only("S"), nil}, {"tch", only("S"), nil},
	{"tsh", only("S"), nil},
	{"ch", only("K", "H"), beforeConsonant}, {"ch", only("S", "H"), nil},
	{"sh", only("S"), nil}, {"sz", only("S"), nil}, {"cz", only("S"), nil}, {"cs", only("S"), nil},
	{"zs", only("S"), nil}, {"zh", only("S"), nil}, {"dj", only("S"), nil}, {"dz", only("S"), nil},
	{"ts", only("S"), nil}, {"tz", only("S"), nil}, {"gj", only("S"), nil}, {"xh", only("S"), nil},
	{"hs", only("S"), atStart}, {"kh", only("H", "K"), nil}, {"gh", only("K"), nil}, {"ph", only("F"), nil},
	{"th", only("T", "S"), nil}, {"dh", only("T", "S"), nil}, {"bh", only("P"), nil}, {"rh", only("R"), nil},
	{"ck", only("K"), nil},
	{"b", only("P"), nil}, {"p", only("P"), nil}, {"f", only("F"), nil}, {"v", only("F"), nil},
	{"w", only("F"), atStart}, {"w", only("F", ""), nil},
	{"d", only("T"), nil}, {"t", only("T"), nil}, {"s", only("S"), nil}, {"z", only("S"), nil},
	{"c", only("S"), beforeFront}, {"c", only("K", "S"), atEnd}, {"c", only("K"), nil},
	{"g", only("K", "S"), beforeFront}, {"g", only("K"), nil},
	{"k", only("K"), nil}, {"q", only("K", "S"), beforeIU}, {"q", only("K"), nil},
	{"x", only("S"), startBeforeIU}, {"x", only("S", "KS"), atStart}, {"x", only("KS", "S"), nil},
	{"h", only(""), atEnd}, {"h", only("H"), nil},
	{"j", only("Y", "S", "A"), startBeforeE}, {"j", only("Y", "S"), atStart}, {"j", only("S", ""), nil},
	{"l", only("L"), nil}, {"m", only("M"), nil}, {"n", only("N"), nil}, {"r", only("R"), nil},
	// Vowel letters that can stand for a consonant at the start: Evgeny and Yevgeny, Yvonne, Oualid and Walid.
	{"y", only("Y", "A"), startBeforeE}, {"i", only("Y", "A"), startBeforeE},
	{"y", only("Y"), startBeforeVowel}, {"i", only("Y"), startBeforeVowel}, {"y", only("A", "Y"), atStart},
	{"ou", only("F", "A"), startBeforeVowel},
}

func atStart(_ string, i, _ int) bool          { return i == 0 }
func atEnd(word string, i, n int) bool         { return i+n == len(word) }
func beforeIU(w string, i, n int) bool         { return nextIn(w, i+n, "iu") }
func beforeFront(w string, i, n int) bool      { return nextIn(w, i+n, "eiy") }
func startBeforeE(w string, i, n int) bool     { return i == 0 && nextIn(w, n, "e") }
func startBeforeIU(w string, i, n int) bool    { return i == 0 && nextIn(w, n, "iu") }
func startBeforeVowel(w string, i, n int) bool { return i == 0 && nextIn(w, n, "aeiou") }
func beforeConsonant(w string, i, n int) bool  { return nextIn(w, i+n, "bcdfgklmnprtvwz") }

func nextIn(word string, i int, set string) bool {
	return i < len(word) && strings.IndexByte(set, word[i]) >= 0
}

// phonetic is the keys of a word of a to z, the most likely first; none for other words and for words of vowels only.
func phonetic(word string) []string {
	if len(word) < 2 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
		return nil
	}
	if rest, ok := afterAbd(word); ok {
		return servants(rest)
	}
	return shorten(hear(word), word)
}

// hear walks the word and follows every reading, up to maxKeys.
func hear(word string) []string {
	keys, touching := []string{""}, false
	for i := 0; i < len(word); {
		s, ok := soundAt(word, i)
		if !ok { // a vowel
			if i == 0 {
				keys[0] = "A"
			}
			touching = false
			i++
			continue
		}
		keys = spread(keys, s.codes, touching)
		touching = !strings.ContainsAny(s.letters, "aeiouy")
		i += len(s.letters)
	}
	return keys
}

// soundsOf are the sounds by their first letter, in the same order.
var soundsOf = func() (by ['z' + 1][]sound) {
	for _, s := range sounds {
		by[s.letters[0]] = append(by[s.letters[0]], s)
	}
	return by
}()

func soundAt(word string, i int) (sound, bool) {
	for _, s := range soundsOf[word[i]] {
		if strings.HasPrefix(word[i:], s.letters) && (s.when == nil || s.when(word, i, len(s.letters))) {
			return s, true
		}
	}
	return sound{}, false
}

// spread adds each reading to each key. Consonants of one class that touch count once: Schmidt, Schmitt, Schmid.
func spread(keys, codes []string, touching bool) []string {
	if len(keys)*len(codes) > maxKeys {
		codes = codes[:1]
	}
	out := make([]string, 0, len(keys)*len(codes))
	for _, code := range codes {
		for _, key := range keys {
			if touching && code != "" && strings.HasSuffix(key, code[:1]) {
				out = append(out, key+code[1:])
				continue
			}
			out = append(out, key+code)
		}
	}
	return out
}

// shorten drops keys that hold no consonant, and tells the short ones apart by their last vowel: Li is not Lu.
func shorten(keys []string, word string) []string {
	out := keys[:0]
	for _, key := range keys {
		consonants := len(strings.TrimPrefix(key, "A"))
		if consonants == 0 {
			continue
		}
		if consonants == 1 {
			key += lastVowel(word)
		}
		out = append(out, key)
	}
	return out
}

func lastVowel(word string) string {
	switch i := strings.LastIndexAny(word, "aeiouy"); {
	case i < 0:
		return ""
	case word[i] == 'a':
		return "a"
	case word[i] == 'o' || word[i] == 'u':
		return "u"
	default:
		return "i"
	}
}

// afterAbd is what follows "servant of the" in one word, however the article was heard: Abdulrahman,
// Abderrahmane, Abdirahman.
func afterAbd(word string) (string, bool) {
	rest, ok := strings.CutPrefix(word, "abd")
	if !ok {
		return "", false
	}
	bare := strings.TrimLeft(rest, "aeiou")
	if bare == rest {
		return "", false
	}
	if after, ok := strings.CutPrefix(bare, "l"); ok {
		bare = after
	}
	return bare, len(bare) > 2
}

func servants(rest string) []string {
	keys := hear(rest)
	for i, key := range keys {
		keys[i] = "APT" + strings.TrimPrefix(key, "A")
	}
	return keys
}
