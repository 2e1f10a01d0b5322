package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/testkit"
)

// secret stands in everything wrong that the tests send; it must come back nowhere.
const secret = "zq Questionable Content zq"

// unknown is the name of a field that does not exist. A short plain name may be repeated, so that it can be found.
const unknown = "zqUnknown"

// send is one request to an operation with everything right but what the caller of send changes.
type send struct {
	body   string
	header []string
	query  string
}

// wrong sends something to an operation as somebody who may use it.
func (c *contract) wrong(op httpkit.Operation, s send) testkit.Answer {
	c.t.Helper()
	path, _ := c.path(op, false)
	header := append([]string{"If-Match", `"v1"`, "Idempotency-Key", gate.NewID(), "Content-Type", "application/json"}, s.header...)
	if op.Method == http.MethodGet {
		header = s.header
	}
	a := c.as(able[op.ID]).Do(op.Method, path+s.query, strings.NewReader(s.body), header...)
	if strings.Contains(string(a.Body), secret) {
		c.t.Errorf("%s: %s repeats what was sent: %s", op.ID, a.Asked, a.Body)
	}
	if op.Method != http.MethodGet && a.Status < 400 {
		c.w.Rewind()
	}
	return a
}

// choices are the writes in which nothing was typed: one answer that is given anew as quickly as it is compared.
var choices = map[string]bool{"change-mail-choice": true, "decide-pointer-setting": true, "choose-matching": true}

// nameless are the things of which nobody is kept who changed them last, each with why.
var nameless = map[string]string{
	"set-desk-unit": "a desk keeps a version and nobody's name",
	"change-task":   "in the story the program was last, which is nobody",
	"change-person": "its version counts what its administrators and the person did", "change-role": "its version counts what its administrators did",
}

// tellsOfTheFirst holds a conflict to what differs and to who was first.
func (c *contract) tellsOfTheFirst(op httpkit.Operation, diff json.RawMessage) {
	c.t.Helper()
	var first struct{ By string }
	if len(diff) == 0 || json.Unmarshal(diff, &first) != nil {
		c.t.Errorf("%s: a stale version is refused without a diff: %s", op.ID, diff)
	}
	if (first.By == "") != (nameless[op.ID] != "") {
		c.t.Errorf("%s: by %q, and named as nameless: %q", op.ID, first.By, nameless[op.ID])
	}
}

// refusesWhatIsWrong sends each kind of bad input that the issue names, as far as the operation takes it.
func (c *contract) refusesWhatIsWrong(op httpkit.Operation) {
	c.t.Helper()
	right := ""
	body, known := c.s.bodies(c.w.World)[op.Method+" "+strings.TrimPrefix(routeOf(op), apiPath)]
	takes := known && body != nil
	if takes {
		right = string(must(json.Marshal(body))(c.t))
	}
	c.fails(op, http.StatusUnprocessableEntity, "en", c.wrong(op, send{body: right, query: "?" + unknown + "=" + url.QueryEscape(secret)}))
	if op.NeedsIfMatch {
		c.fails(op, http.StatusPreconditionRequired, "en", c.wrong(op, send{body: right, header: []string{"If-Match", ""}}))
		c.fails(op, http.StatusBadRequest, "en", c.wrong(op, send{body: right, header: []string{"If-Match", secret}}))
		stale := c.wrong(op, send{body: right, header: []string{"If-Match", `"v99"`}})
		c.fails(op, http.StatusConflict, "en", stale)
		if op.Method == http.MethodPut && !choices[op.ID] {
			c.tellsOfTheFirst(op, stale.Problem().Diff)
		}
	}
	if op.NeedsIdempotencyKey {
		c.fails(op, http.StatusBadRequest, "en", c.wrong(op, send{body: right, header: []string{"Idempotency-Key", ""}}))
		c.fails(op, http.StatusBadRequest, "en", c.wrong(op, send{body: right, header: []string{"Idempotency-Key", secret}}))
	}
	if takes {
		c.refusesBodies(op, right)
	}
}

// refusesBodies sends bodies that are no JSON, not this JSON, too much, or of another kind.
func (c *contract) refusesBodies(op httpkit.Operation, right string) {
	c.t.Helper()
	for _, malformed := range []string{right[:len(right)-1], `{"a":"` + secret, secret, "", "[1", right + right, "\xff\xfe" + right,
		strings.Replace(right, "{", `{"`+secret+`":"\ud800`, 1), strings.Repeat(`{"a":`, 64) + "1" + strings.Repeat("}", 64)} {
		c.fails(op, http.StatusBadRequest, "en", c.wrong(op, send{body: malformed}))
	}
	for _, other := range []string{`{"` + secret + `":"` + secret + `"}`, strings.Replace(right, "{", `{"`+unknown+`":"`+secret+`",`, 1), `[]`, `"` + secret + `"`, `null`} {
		c.fails(op, http.StatusUnprocessableEntity, "en", c.wrong(op, send{body: other}))
	}
	for _, kind := range []string{"text/plain", "application/xml", "multipart/form-data; boundary=" + unknown, "application/x-www-form-urlencoded"} {
		c.fails(op, http.StatusUnsupportedMediaType, "en", c.wrong(op, send{body: right, header: []string{"Content-Type", kind}}))
	}
	c.fails(op, http.StatusRequestEntityTooLarge, "en", c.wrong(op, send{body: strings.Repeat(" ", 1<<20) + right}))
}
