package audit

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"relais/internal/moment"
)

// heading is the first line of a stored entry; another format would have another.
const heading = "relais-audit-entry 1"

const timeLayout = "2006-01-02T15:04:05.000000Z"

var errNotCanonical = errors.New("audit: not an entry as Relais writes it")

// line is a key of the stored text and the value that belongs to it.
type line struct {
	key   string
	value *string
}

// lines are the single values of an entry, in the order in which they are written.
func (e *Entry) lines() [25]line {
	return [...]line{
		{"id", &e.ID}, {"action", &e.Action}, {"op", (*string)(&e.Op)}, {"decision", &e.Decision}, {"reason", &e.Reason},
		{"actor", &e.ActorID}, {"role", &e.ActorRole}, {"agency", &e.AgencyID}, {"country", &e.Country},
		{"on-behalf-of", &e.OnBehalfOf}, {"file", &e.FileID}, {"case", &e.CaseID}, {"subject", &e.Subject},
		{"category", &e.SubjectCategory}, {"purpose", &e.Purpose}, {"basis", &e.Basis}, {"justification", &e.Justification},
		{"grant", &e.GrantID}, {"consent", &e.ConsentID}, {"handling", &e.Handling}, {"evaluation", &e.Evaluation},
		{"fingerprint", &e.Fingerprint}, {"session", &e.SessionID}, {"device", &e.Device}, {"trace", &e.TraceID},
	}
}

// Canonical is the entry as it is stored and hashed: one "key value" line for each thing that is known, in a fixed order.
// A byte outside printable ASCII is written %XX and an empty part of a line -, so no value can forge a line.
func (e *Entry) Canonical() []byte {
	b := make([]byte, 0, 768+48*(len(e.Fields)+len(e.Results))+128*len(e.Sections))
	b = append(b, heading...)
	b = append(b, '\n')
	for _, l := range e.lines() {
		if *l.value != "" {
			b = append(appendPart(append(b, l.key...), *l.value), '\n')
		}
	}
	if e.At != 0 {
		b = append(b, "at "...)
		b = append(e.At.Time().AppendFormat(b, timeLayout), '\n')
	}
	b = appendNumber(b, "policy", e.PolicyVersion)
	b = appendNumber(b, "count", e.ResultCount)
	b = appendEach(b, "field", e.Fields)
	b = appendEach(b, "concern", e.Concerns)
	for _, r := range e.Recipients {
		b = append(b, "recipient"...)
		b = append(appendPart(appendPart(b, r.AgencyID), r.WorkerID), '\n')
	}
	for i := range e.Sections {
		b = appendSection(b, &e.Sections[i])
	}
	return appendEach(b, "result", e.Results)
}

func appendNumber(b []byte, key string, n int64) []byte {
	if n == 0 {
		return b
	}
	b = append(append(b, key...), ' ')
	return append(strconv.AppendInt(b, n, 10), '\n')
}

func appendEach(b []byte, key string, values []string) []byte {
	for _, value := range values {
		b = append(appendPart(append(b, key...), value), '\n')
	}
	return b
}

func appendSection(b []byte, s *SectionUse) []byte {
	b = append(b, "section"...)
	b = appendPart(appendPart(appendPart(appendPart(b, s.Section), s.Show), s.Decision), s.Reason)
	b = strconv.AppendInt(append(b, ' '), int64(s.Line), 10)
	return append(appendPart(appendPart(b, s.GrantID), s.Needs), '\n')
}

const hexDigits = "0123456789ABCDEF"

// appendPart writes a space and the value with everything escaped that could be mistaken for another part or line.
func appendPart(b []byte, value string) []byte {
	b = append(b, ' ')
	switch value {
	case "":
		return append(b, '-')
	case "-":
		return append(b, "%2D"...)
	}
	plain := 0
	for i := range len(value) {
		if c := value[i]; c <= ' ' || c > '~' || c == '%' {
			b = append(b, value[plain:i]...)
			b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
			plain = i + 1
		}
	}
	return append(b, value[plain:]...)
}

// ParseEntry reads what Canonical wrote and refuses every other text.
func ParseEntry(body []byte) (Entry, error) {
	r := reader{rest: string(body)}
	var e Entry
	if text, ok := r.next("relais-audit-entry"); !ok || text != "1" {
		return Entry{}, errNotCanonical
	}
	for _, l := range e.lines() {
		if text, ok := r.next(l.key); ok {
			*l.value = r.part(text)
		}
	}
	e.At = r.time("at")
	e.PolicyVersion = r.number("policy")
	e.ResultCount = r.number("count")
	e.Fields = r.each("field")
	e.Concerns = r.each("concern")
	for text, ok := r.next("recipient"); ok; text, ok = r.next("recipient") {
		p := r.parts(text, 2)
		e.Recipients = append(e.Recipients, Recipient{AgencyID: p[0], WorkerID: p[1]})
	}
	for text, ok := r.next("section"); ok; text, ok = r.next("section") {
		e.Sections = append(e.Sections, r.section(text))
	}
	e.Results = r.each("result")
	if r.bad || r.rest != "" || !bytes.Equal(e.Canonical(), body) {
		return Entry{}, errNotCanonical
	}
	return e, nil
}

// reader walks over the lines; bad stays set after the first thing that cannot be read.
type reader struct {
	rest string
	bad  bool
}

// next takes the next line if it has the key.
func (r *reader) next(key string) (string, bool) {
	if len(r.rest) <= len(key) || r.rest[len(key)] != ' ' || r.rest[:len(key)] != key {
		return "", false
	}
	text, rest, whole := strings.Cut(r.rest[len(key)+1:], "\n")
	r.rest = rest
	r.bad = r.bad || !whole
	return text, true
}

func (r *reader) part(text string) string {
	if text == "-" {
		return ""
	}
	if strings.IndexByte(text, '%') < 0 {
		return text
	}
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			plain = append(plain, text[i])
			continue
		}
		n, err := strconv.ParseUint(text[min(i+1, len(text)):min(i+3, len(text))], 16, 8)
		r.bad = r.bad || err != nil
		plain = append(plain, byte(n))
		i += 2
	}
	return string(plain)
}

func (r *reader) parts(text string, n int) []string {
	parts := strings.Split(text, " ")
	if len(parts) != n {
		r.bad = true
		return make([]string, n)
	}
	for i := range parts {
		parts[i] = r.part(parts[i])
	}
	return parts
}

func (r *reader) each(key string) []string {
	var values []string
	for text, ok := r.next(key); ok; text, ok = r.next(key) {
		values = append(values, r.part(text))
	}
	return values
}

func (r *reader) number(key string) int64 {
	text, ok := r.next(key)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	r.bad = r.bad || err != nil
	return n
}

func (r *reader) time(key string) moment.Time {
	text, ok := r.next(key)
	if !ok {
		return 0
	}
	at, err := time.Parse(timeLayout, text)
	r.bad = r.bad || err != nil
	return moment.Of(at)
}

func (r *reader) section(text string) SectionUse {
	p := r.parts(text, 7)
	n, err := strconv.Atoi(p[4])
	r.bad = r.bad || err != nil
	return SectionUse{Section: p[0], Show: p[1], Decision: p[2], Reason: p[3], Line: n, GrantID: p[5], Needs: p[6]}
}
