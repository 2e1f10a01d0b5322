package section

import (
	"strings"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendText writes a JSON text with the fewest escapes, so that every text has one encoding.
func appendText(payload []byte, text string) []byte {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	payload = append(payload, '"')
	start := 0
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' {
			payload = append(payload, text[start:i]...)
			payload = appendEscape(payload, c)
			start = i + 1
		}
	}
	payload = append(payload, text[start:]...)
	return append(payload, '"')
}

func appendEscape(payload []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(payload, '\\', c)
	case '\n':
		return append(payload, '\\', 'n')
	default:
		return append(payload, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
}

// readEscaped reads a quoted text that has its first escape at i.
func readEscaped(text string, i int) (value, rest string, ok bool) {
	plain := append(make([]byte, 0, len(text)), text[1:i]...)
	for i < len(text) {
		switch c := text[i]; {
		case c == '"':
			return string(plain), text[i+1:], true
		case c == '\\':
			c, width := readEscape(text[i:])
			if width == 0 {
				return "", "", false
			}
			plain = append(plain, c)
			i += width
		case c < ' ':
			return "", "", false
		default:
			plain = append(plain, c)
			i++
		}
	}
	return "", "", false
}

// readEscape reads the escapes that appendEscape writes and no others; width 0 says that it is none of them.
func readEscape(text string) (c byte, width int) {
	switch {
	case len(text) >= 2 && (text[1] == '"' || text[1] == '\\'):
		return text[1], 2
	case len(text) >= 2 && text[1] == 'n':
		return '\n', 2
	case len(text) >= 6 && text[1:4] == "u00":
		high, low := strings.IndexByte(hexDigits, text[4]), strings.IndexByte(hexDigits, text[5])
		c = byte(high<<4 | low)
		if high >= 0 && low >= 0 && c < ' ' && c != '\n' {
			return c, 6
		}
	}
	return 0, 0
}
