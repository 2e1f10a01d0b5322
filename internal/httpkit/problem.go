package httpkit

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/locale"
)

// Problem is the one shape of a failure in the API (RFC 9457). It is made from a fault and from nothing else, so neither
// the input nor the text of a Go error can be in it.
type Problem struct {
	Type     string         `json:"type" doc:"urn:relais:problem:<code>" example:"urn:relais:problem:fault.not_found"`
	Title    string         `json:"title" doc:"What kind of failure, in the reader's language"`
	Status   int            `json:"status" doc:"HTTP status"`
	Detail   string         `json:"detail,omitempty" doc:"One sentence, in the reader's language"`
	Code     string         `json:"code" doc:"Stable key of the failure"`
	TraceID  string         `json:"trace_id,omitempty" doc:"Under this id the failure stands in the log; a not-found has none, so that all are equal"`
	Errors   []FieldProblem `json:"errors,omitempty" doc:"The fields that break a rule"`
	ReasonID string         `json:"reason_id,omitempty" doc:"Why access was refused"`
	NextStep string         `json:"next_step,omitempty" doc:"What to do now, in the reader's language"`
	Decision string         `json:"decision_id,omitempty" doc:"By this id your administrator or auditor can replay the refusal; a not-found has none"`
	Ceiling  *gate.Limit    `json:"ceiling,omitempty" doc:"Of what lies above a ceiling of sharing: which one"`
	Diff     any            `json:"diff,omitempty" doc:"Of a conflict: both versions, field by field"`
}

// FieldProblem names a field and the rule it broke, never its value.
type FieldProblem struct {
	Field  string `json:"field" doc:"Path of the field in the body, or query.<name>, header.<name>"`
	Code   string `json:"code" doc:"Stable key of the rule"`
	Detail string `json:"detail,omitempty" doc:"The rule in the reader's language"`
}

// Error makes a problem an error that huma can carry; it says no more than the code.
func (p *Problem) Error() string { return p.Code }

// GetStatus tells huma the status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType tells huma the media type.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// reasoned is asked of a refusal's detail: the id of the reason and the keys of its sentence and of the next step, where they
// differ from the fault's own key.
type reasoned interface {
	ReasonID() string
	ReasonKey() string
	NextStepKey() string
}

func problemOf(ctx context.Context, w *locale.Words, err error) *Problem {
	v := judge(ctx, w, err)
	exchangeOf(ctx).fault = v.logged
	p := &Problem{Type: "urn:relais:problem:" + v.key, Title: v.title, Status: v.status, Detail: v.text, Code: v.key,
		TraceID: v.trace}
	for _, field := range v.told.Fields {
		p.Errors = append(p.Errors, FieldProblem{Field: field.Name, Code: field.Key, Detail: w.Text(field.Key, field.Args)})
	}
	p.ReasonID, p.Decision = v.reasonID(), v.told.Entry
	if p.ReasonID != "" || v.kind == fault.PreconditionRequired || v.kind == fault.Conflict && w.Has(v.key+"_next") {
		p.NextStep = v.next
	}
	if limit, ok := v.told.Detail.(gate.Limit); ok {
		p.Ceiling = &limit
	}
	if v.kind == fault.Conflict {
		p.Diff = v.told.Detail
	}
	return p
}

// problem answers outside an operation: an unknown path, a body too large, a panic.
func (k *Kit) problem(c *gin.Context, err error) {
	w := exchangeOf(c.Request.Context()).words
	if w == nil {
		w = k.words.For(locale.English)
	}
	p := problemOf(c.Request.Context(), w, err)
	var body bytes.Buffer
	if err := encodeJSON(&body, p); err != nil { // the diff alone could fail to marshal
		p.Diff = nil
		body.Reset()
		_ = encodeJSON(&body, p)
	}
	if f, ok := fault.As(err); ok && retryHeader(f) != "" {
		c.Header("Retry-After", retryHeader(f))
	}
	c.Header("Content-Type", problemType)
	c.Header("Content-Language", w.Lang())
	c.Header("Content-Length", strconv.Itoa(body.Len()))
	c.Status(p.Status)
	c.Writer.WriteHeaderNow()
	if c.Request.Method != http.MethodHead {
		_, _ = body.WriteTo(c.Writer)
	}
}

// encodeJSON writes JSON as it is: the media type and nosniff keep it from being read as HTML.
func encodeJSON(to *bytes.Buffer, v any) error {
	if plain, ok := v.(Plain); ok {
		_, err := to.Write(append(plain.AppendJSON(to.AvailableBuffer()), '\n'))
		return err
	}
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}
