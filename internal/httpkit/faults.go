package httpkit

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"relais/internal/fault"
	"relais/internal/locale"
)

// Kinds that only HTTP knows.
const (
	methodNotAllowed fault.Kind = "method_not_allowed"
	notAcceptable    fault.Kind = "not_acceptable"
	timedOut         fault.Kind = "timed_out"
)

var (
	errNoReply    = errors.New("the handler gave no reply")
	errForeignURL = errors.New("the handler sends to another site")
)

// line says how a kind is answered. A generic kind always has the same words, whatever key the fault carries: of a thing
// that is not there for somebody, nothing may tell whether it exists.
type line struct {
	status  int
	generic bool
	traced  bool // the answer shows the trace id; a not-found does not, so that two of them are equal byte for byte
}

var table = map[fault.Kind]line{
	fault.Malformed:            {status: http.StatusBadRequest, traced: true},
	fault.Unauthenticated:      {status: http.StatusUnauthorized, generic: true},
	fault.CrossSite:            {status: http.StatusForbidden, generic: true, traced: true},
	fault.Refused:              {status: http.StatusForbidden, traced: true},
	fault.NotFound:             {status: http.StatusNotFound, generic: true},
	methodNotAllowed:           {status: http.StatusMethodNotAllowed, generic: true},
	notAcceptable:              {status: http.StatusNotAcceptable, generic: true},
	timedOut:                   {status: http.StatusRequestTimeout, generic: true, traced: true},
	fault.Conflict:             {status: http.StatusConflict, traced: true},
	fault.TooLarge:             {status: http.StatusRequestEntityTooLarge, traced: true},
	fault.Unsupported:          {status: http.StatusUnsupportedMediaType, traced: true},
	fault.Invalid:              {status: http.StatusUnprocessableEntity, traced: true},
	fault.PreconditionRequired: {status: http.StatusPreconditionRequired, traced: true},
	fault.TooMany:              {status: http.StatusTooManyRequests, traced: true},
	fault.Internal:             {status: http.StatusInternalServerError, generic: true, traced: true},
	fault.Unavailable:          {status: http.StatusServiceUnavailable, traced: true},
}

// verdict is a failure ready to be told, on a page or in a problem.
type verdict struct {
	kind   fault.Kind
	status int
	key    string
	title  string
	text   string
	next   string
	trace  string
	told   *fault.Fault // whose fields and detail may be told; bare for a generic kind
	logged *fault.Fault
}

// judge classifies an error and finds its words; nothing of an unclassified error's text is used.
func judge(ctx context.Context, w *locale.Words, err error) verdict {
	f := classify(err)
	row, ok := table[f.Kind]
	if !ok {
		f, row = fault.New(fault.Internal, "fault.internal").Because(err), table[fault.Internal]
	}
	generic := "fault." + string(f.Kind)
	v := verdict{kind: f.Kind, status: row.status, key: f.Key, told: f, logged: f,
		title: w.T(generic + "_title"), text: w.T(generic), next: w.T(generic + "_next")}
	switch {
	case row.generic:
		v.key, v.told = generic, fault.New(f.Kind, generic)
	case !w.Has(f.Key):
		v.key = generic
	default:
		v.text = w.Text(f.Key, f.Args)
		if w.Has(f.Key + "_next") {
			v.next = w.Text(f.Key+"_next", f.Args)
		}
	}
	if why, ok := v.told.Detail.(reasoned); ok && v.kind == fault.Refused {
		v.text, v.next = w.Text(why.ReasonKey(), f.Args), w.Text(why.NextStepKey(), f.Args)
	}
	if row.traced {
		v.trace = TraceID(ctx)
	}
	return v
}

// reasonID is the stable id of why somebody was refused; empty where nobody was.
func (v *verdict) reasonID() string {
	if why, ok := v.told.Detail.(reasoned); ok && v.kind == fault.Refused {
		return why.ReasonID()
	}
	switch v.kind {
	case fault.Refused, fault.NotFound, fault.Unauthenticated, fault.CrossSite:
		return strings.TrimPrefix(v.key, "fault.")
	}
	return ""
}

func classify(err error) *fault.Fault {
	if f, ok := fault.As(err); ok {
		return f
	}
	var kind fault.Kind
	switch {
	case errors.As(err, &kind): // a bare kind, as a sentinel
		return fault.New(kind, "fault."+string(kind))
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.New(fault.Unavailable, "fault.unavailable").Because(err)
	}
	return fault.New(fault.Internal, "fault.internal").Because(err)
}

// retryAfter is asked of a fault's detail: how long somebody who was too fast should wait.
type retryAfter interface{ RetryAfter() time.Duration }

func retryHeader(f *fault.Fault) string {
	if wait, ok := f.Detail.(retryAfter); ok {
		return strconv.Itoa(int(wait.RetryAfter().Round(time.Second)/time.Second) + 1)
	}
	return ""
}

const errorTemplate = "web/error"

// ErrorPage tells a failure: what happened, what to do next, and the id under which it stands in the log.
type ErrorPage struct {
	Heading   string
	Text      string
	Next      string
	TraceID   string
	ReasonID  string // stable id of why somebody was refused
	Decision  string // the id by which a refusal can be replayed
	SignInURL string // set when signing in would help
	Errors    []string
	Typed     string // of a conflict: the texts of the form that was sent, for copying
}

// Template names the error page.
func (ErrorPage) Template() string { return errorTemplate }

var _ = Register(ErrorPage{})

// fail answers with an error page. If even that cannot be rendered, a plain line remains.
func (k *Kit) fail(r *Request, err error) {
	v := judge(r.Context(), r.W, err)
	exchangeOf(r.Context()).fault = v.logged
	page := ErrorPage{Heading: v.title, Text: v.text, Next: v.next, TraceID: v.trace, ReasonID: v.reasonID(), Decision: v.told.Entry}
	if v.kind == fault.Unauthenticated {
		page.SignInURL = k.cfg.SignInURL
	}
	for _, field := range v.told.Fields {
		page.Errors = append(page.Errors, r.W.Text(field.Key, field.Args))
	}
	if v.kind == fault.Conflict {
		page.Typed = r.typed()
	}
	if wait := retryHeader(v.told); wait != "" {
		r.Header("Retry-After", wait)
	}
	k.steerSwap(r, v.kind)
	if err := k.sendPage(r, ShowStatus(page, v.status)); err != nil {
		k.cfg.Logger.Error("error page", "trace", TraceID(r.Context()), "cause", withoutValues(err.Error()))
		r.Header("Content-Type", "text/plain; charset=utf-8")
		r.String(http.StatusInternalServerError, "500 %s\n", TraceID(r.Context()))
	}
}

// steerSwap keeps htmx from putting an error page into the small part of a page that it asked for.
func (k *Kit) steerSwap(r *Request, kind fault.Kind) {
	if r.GetHeader("HX-Request") != "true" {
		return
	}
	if kind == fault.Unauthenticated {
		r.Header("HX-Redirect", k.cfg.SignInURL)
		return
	}
	r.Header("HX-Retarget", "#main")
	r.Header("HX-Reselect", "#main")
	r.Header("HX-Reswap", "outerHTML")
}
