package section

import (
	"sort"
	"strings"
	"unicode/utf8"

	"relais/internal/fault"
)

// Values are the answers of one entry by field name, in canonical form; several answers are joined by ";". No answer
// is no key: an empty text is the same as none.
type Values map[string]string

// Split gives the answers of a field one by one, nil for none.
func (v Values) Split(field string) []string {
	if v[field] == "" {
		return nil
	}
	return strings.Split(v[field], ";")
}

// Encode writes the payload that is sealed: one JSON object of texts, sorted by name, without spaces, so that equal
// values are equal bytes. Values have passed Check; a byte that is not UTF-8 is written as U+FFFD.
func (v Values) Encode() []byte {
	names := make([]string, 0, len(v))
	size := 2
	for name, text := range v {
		if text != "" {
			names = append(names, name)
			size += len(name) + len(text) + 8
		}
	}
	sort.Strings(names)
	payload := append(make([]byte, 0, size), '{')
	for i, name := range names {
		if i > 0 {
			payload = append(payload, ',')
		}
		payload = appendText(payload, name)
		payload = append(payload, ':')
		payload = appendText(payload, v[name])
	}
	return append(payload, '}')
}

// Decode reads what Encode wrote; anything else, however harmless, is an Internal fault. It is written by hand because a
// page opens about ten payloads: texts without escapes are slices of one string.
func Decode(payload []byte) (Values, error) {
	text := string(payload)
	if !utf8.ValidString(text) || len(text) < 2 || text[0] != '{' {
		return nil, unreadable()
	}
	values := make(Values, min(strings.Count(text, `":"`), 64))
	if text == "{}" {
		return values, nil
	}
	last, rest := "", text
	for rest[0] != '}' {
		var name, value string
		var ok bool
		if name, value, rest, ok = readMember(rest); !ok || name <= last && len(values) > 0 {
			return nil, unreadable()
		}
		values[name], last = value, name
	}
	if rest != "}" {
		return nil, unreadable()
	}
	return values, nil
}

func unreadable() error { return fault.New(fault.Internal, "section.unreadable") }

// readMember reads `{"name":"value"` or `,"name":"value"`; what is left begins with a comma or brace.
func readMember(text string) (name, value, rest string, ok bool) {
	name, rest, ok = readText(text[1:])
	if !ok || rest == "" || rest[0] != ':' {
		return "", "", "", false
	}
	value, rest, ok = readText(rest[1:])
	if !ok || rest == "" || rest[0] != ',' && rest[0] != '}' || value == "" {
		return "", "", "", false
	}
	return name, value, rest, true
}

// readText reads one quoted text from the front.
func readText(text string) (value, rest string, ok bool) {
	if text == "" || text[0] != '"' {
		return "", "", false
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return text[1:i], text[i+1:], true
		case text[i] == '\\':
			return readEscaped(text, i)
		case text[i] < ' ':
			return "", "", false
		}
	}
	return "", "", false
}
