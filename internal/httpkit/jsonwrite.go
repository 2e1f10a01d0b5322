package httpkit

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"relais/internal/moment"
)

// Plain is an answer that writes itself as encoding/json would write it, without looking up its fields at each request: for what
// is read most. A test has to hold it against encoding/json.
type Plain interface {
	AppendJSON(to []byte) []byte
}

// Object is a JSON object that is being written, one member after the other.
type Object []byte

// Begin opens an object.
func Begin(to []byte) Object { return append(to, '{') }

// End closes the object.
func (o Object) End() []byte { return append(o, '}') }

// Name writes the name of the next member; its value is appended by the caller.
func (o Object) Name(name string) []byte {
	return append(append(append(o.comma(), '"'), name...), '"', ':')
}

// Text is a member that is a text.
func (o Object) Text(name, value string) Object { return AppendText(o.Name(name), value) }

// Given is Text where there is any, as omitempty has it.
func (o Object) Given(name, value string) Object {
	if value == "" {
		return o
	}
	return o.Text(name, value)
}

// Flag is a member that is true or false.
func (o Object) Flag(name string, value bool) Object { return strconv.AppendBool(o.Name(name), value) }

// Number is a member that is a whole number.
func (o Object) Number(name string, value int64) Object {
	return strconv.AppendInt(o.Name(name), value, 10)
}

// Instant is a member that is a moment.
func (o Object) Instant(name string, at moment.Time) Object { return at.AppendJSON(o.Name(name)) }

// Texts is a member that is an object of texts, in the order of their names.
func (o Object) Texts(name string, values map[string]string) Object {
	to := o.Name(name)
	if values == nil {
		return append(to, "null"...)
	}
	inner := Begin(to)
	for _, key := range slices.Sorted(maps.Keys(values)) {
		inner = AppendText(append(AppendText(inner.comma(), key), ':'), values[key])
	}
	return inner.End()
}

func (o Object) comma() []byte {
	if o[len(o)-1] != '{' {
		return append(o, ',')
	}
	return o
}

// AppendText writes a quoted text. What needs an escape is left to encoding/json.
func AppendText(to []byte, text string) []byte {
	if !isPlain(text) {
		var escaped strings.Builder
		encoder := json.NewEncoder(&escaped)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(text) // a text can always be written
		return append(to, strings.TrimSuffix(escaped.String(), "\n")...)
	}
	return append(append(append(to, '"'), text...), '"')
}

// isPlain says whether a text stands in JSON as it is. The two separators of lines do not, because of JavaScript.
func isPlain(text string) bool {
	ascii := true
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c == '"' || c == '\\' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || utf8.ValidString(text) && !strings.ContainsAny(text, "\u2028\u2029")
}

// AppendList writes a list.
func AppendList[T any](to []byte, items []T, one func(item *T, to []byte) []byte) []byte {
	if items == nil {
		return append(to, "null"...)
	}
	to = append(to, '[')
	for i := range items {
		if i > 0 {
			to = append(to, ',')
		}
		to = one(&items[i], to)
	}
	return append(to, ']')
}
