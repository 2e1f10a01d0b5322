package authz

// words is one closed vocabulary: the place of a word is its number. An empty word is not part of it.
type words []string

func (w words) at(i uint8) string {
	if int(i) >= len(w) {
		return ""
	}
	return w[i]
}

func (w words) find(word string) (uint8, bool) {
	for i, known := range w {
		if known == word && word != "" {
			return uint8(i), true
		}
	}
	return 0, false
}

// bit is the place of a word in a set. Sets are stored in grant rows: the order of every vocabulary only grows at its end.
// Number 0 is no word and has no bit.
func bit[T ~uint8](word T) uint32 { return 1 << (uint32(word) - 1) }
