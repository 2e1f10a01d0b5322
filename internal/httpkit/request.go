package httpkit

import (
	"context"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
	"golang.org/x/text/unicode/norm"

	"relais/internal/fault"
	"relais/internal/locale"
)

type ginContext = gin.Context // an alias, so that Request can have a method Context

// Request is one request to a page handler: Gin's context, the reader's words and the form.
type Request struct {
	*ginContext
	W *locale.Words
}

// Context carries the actor, the trace id and the deadline.
func (r *Request) Context() context.Context { return r.ginContext.Request.Context() }

// Path is the path that was asked for, for marking the place in the navigation; it is never logged.
func (r *Request) Path() string { return r.ginContext.Request.URL.Path }

// request finds the reader's language: the person's own, the one chosen before signing in, the browser's.
func (k *Kit) request(c *gin.Context) *Request {
	r := &Request{ginContext: c, W: exchangeOf(c.Request.Context()).words}
	if chosen, err := c.Cookie(k.CookieName(languageCookie)); err == nil && locale.Spoken(chosen) {
		r.W = k.words.For(chosen)
	}
	if own := k.cfg.Language(r); locale.Spoken(own) {
		r.W = k.words.For(own)
	}
	return r
}

// readForm reads a posted form whole, before the handler runs. A multipart body is left to the handler, which streams it.
func (r *Request) readForm() error {
	req := r.ginContext.Request
	if req.Method == http.MethodGet || req.Method == http.MethodHead || req.Body == nil || req.Body == http.NoBody {
		return nil
	}
	kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" {
		return nil
	}
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return fault.New(fault.Unsupported, "fault.unsupported")
	}
	if err := req.ParseForm(); err != nil {
		return bodyFault(err)
	}
	for name, values := range req.PostForm {
		if !utf8.ValidString(name) || !utf8.ValidString(strings.Join(values, "")) {
			return fault.New(fault.Malformed, "fault.malformed")
		}
	}
	return nil
}

// Form is a posted value: trimmed, in NFC, with line ends as \n. A date posted in parts (name.year, name.month, name.day)
// is joined to YYYY-MM-DD. The query of the address is never looked at.
func (r *Request) Form(name string) string {
	posted := r.ginContext.Request.PostForm
	if values, ok := posted[name]; ok && len(values) > 0 {
		return tidy(values[0])
	}
	if _, ok := posted[name+".year"]; ok {
		return joinDay(r.Form(name+".year"), r.Form(name+".month"), r.Form(name+".day"))
	}
	return ""
}

// FormValues are all posted values of a name, such as ticked boxes; empty ones are left out.
func (r *Request) FormValues(name string) []string {
	var values []string
	for _, value := range r.ginContext.Request.PostForm[name] {
		if value = tidy(value); value != "" {
			values = append(values, value)
		}
	}
	return values
}

// Version is the version of the thing that the form was filled from; 0 if none, which no stored thing has.
func (r *Request) Version() int64 {
	version, err := strconv.ParseInt(r.Form("version"), 10, 64)
	if err != nil || version < 0 {
		return 0
	}
	return version
}

// Kept tells which text a person kept of a field when comparing two versions: "mine", "theirs", "both", or "" if none.
func (r *Request) Kept(field string) string {
	switch kept := r.Form("keep." + field); kept {
	case "mine", "theirs", "both":
		return kept
	}
	return ""
}

func tidy(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return norm.NFC.String(strings.TrimSpace(text))
}

// joinDay pads the parts; what is no date stays recognisable, so that the field's rule can refuse it.
func joinDay(year, month, day string) string {
	if year == "" && month == "" && day == "" {
		return ""
	}
	return year + "-" + twoDigits(month) + "-" + twoDigits(day)
}

func twoDigits(part string) string {
	if len(part) == 1 {
		return "0" + part
	}
	return part
}

// back is where a change of language returns to. Only a page that was got and shown is an address to come back to; an
// error page must not repeat the address that was asked for.
func (r *Request) back(status int) string {
	if r.ginContext.Request.Method != http.MethodGet || status >= 400 {
		return "/"
	}
	return r.ginContext.Request.URL.RequestURI()
}
