package section

import "strings"

// home is the one field that keeps a field of the exchange standard.
type home struct {
	section *Section
	field   string
}

// Home finds the field that keeps a field of HTCDS 2.0, or one of our own x_ names. Case and punctuation do not count,
// because IOM's own files differ in them (domain 4.1).
func Home(name string) (*Section, *Field, bool) {
	found, ok := loaded.homes[normalise(name)]
	if !ok {
		return nil, nil, false
	}
	return found.section, found.section.Field(found.field), true
}

// FromHTCDS reads one value of the standard's picklist, or our own code, as a code of the list. Case, spaces and
// punctuation do not count; the spellings of codes.csv cover both method-of-control sets and the standard's typos.
func FromHTCDS(list, value string) (string, bool) {
	l := loaded.lists[list]
	if l == nil {
		return "", false
	}
	code, ok := l.spelt[normalise(value)]
	return code, ok
}

// ToHTCDS gives the standard's value for a code, "" if it has none. It is exact when the value means the same; otherwise
// a full export keeps our code in an x_ column beside it, and a strict one drops the difference.
func ToHTCDS(list, code string) (value string, exact bool) {
	l := loaded.lists[list]
	if l == nil {
		return "", false
	}
	place, ok := l.rank[code]
	if !ok {
		return "", false
	}
	entry := l.codes[place]
	return entry.HTCDS, entry.exact && entry.HTCDS != ""
}

// normalise keeps the ASCII letters, in lower case, and the digits.
func normalise(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, text)
}
