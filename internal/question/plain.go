package question

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"relais/internal/romanise"
)

// plain is a text with one kind of space, of hyphen and of digit, so that no identifier slips through by how it is typed.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Pd, r) || r == '−': // the minus sign
			return '-'
		case unicode.Is(unicode.Nd, r):
			return digit(r)
		case unicode.Is(unicode.Cf, r): // what nobody sees
			return -1
		}
		return r
	}, norm.NFKC.String(text))
}

// digit is the ASCII digit of one of any script; each has its ten in a row.
func digit(r rune) rune {
	for _, in := range unicode.Nd.R16 {
		if rune(in.Lo) <= r && r <= rune(in.Hi) {
			return '0' + (r-rune(in.Lo))%10
		}
	}
	for _, in := range unicode.Nd.R32 {
		if rune(in.Lo) <= r && r <= rune(in.Hi) {
			return '0' + (r-rune(in.Lo))%10
		}
	}
	return r
}

// holds says whether a text has a value of a kind that the catalogue marks to be searched by, other than a name.
func holds(text, kind, value string) bool {
	switch kind {
	case "number":
		return holdsSome(squeezed(text), romanise.Number(value), 4)
	case "phone":
		digits := digitsOf(plain(value))
		return holdsSome(digitsOf(text), digits[max(0, len(digits)-7):], 4) // however the country and the trunk are dialled
	case "email":
		before, _, _ := strings.Cut(plain(value), "@")
		return holdsSome(squeezed(text), squeezed(before), 6) // with its @ no address passes anyway
	case "date":
		return holdsDate(text, romanise.Date(value))
	}
	return false
}

// holdsSome looks for what is long enough not to be found by chance.
func holdsSome(text, value string, shortest int) bool {
	return len(value) >= shortest && strings.Contains(text, value)
}

// squeezed is a text as numbers are compared, whole: piece by piece, since a number is cut where none is that long.
func squeezed(text string) string {
	var out strings.Builder
	for piece := range slices.Chunk([]rune(text), 16) {
		out.WriteString(romanise.Number(string(piece)))
	}
	return out.String()
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

var groups = regexp.MustCompile(`[0-9]+`)

// holdsDate looks for the three numbers of a day next to each other, in any of the orders in which people write them.
func holdsDate(text, date string) bool {
	parts := strings.Split(date, "-")
	if len(parts) != 3 {
		return false
	}
	year, month, day := parts[0], strings.TrimLeft(parts[1], "0"), strings.TrimLeft(parts[2], "0")
	found := groups.FindAllString(text, -1)
	for i := range found {
		found[i] = strings.TrimLeft(found[i], "0")
	}
	for _, y := range []string{year, strings.TrimLeft(year[2:], "0")} {
		for _, order := range [][]string{{day, month, y}, {month, day, y}, {y, month, day}} {
			for i := 0; i+3 <= len(found); i++ {
				if slices.Equal(found[i:i+3], order) {
					return true
				}
			}
		}
	}
	return false
}
