// Package fault classifies failures where they are known: a kind, a key for the reader's language, and the fields at fault.
// It holds no words and no values that a person typed.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure it is; it is itself an error, so errors.Is(err, fault.NotFound) asks for it.
type Kind string

// The kinds, each with its HTTP status in httpkit's table.
const (
	Malformed            Kind = "malformed"             // 400: cannot be read at all
	Unauthenticated      Kind = "unauthenticated"       // 401: nobody, or no longer somebody
	CrossSite            Kind = "cross_site"            // 403: posted from another site
	Refused              Kind = "refused"               // 403: only to somebody who may know that the thing exists
	NotFound             Kind = "not_found"             // 404: absent, or not for this person; the two are the same
	Conflict             Kind = "conflict"              // 409: somebody else was first
	TooLarge             Kind = "too_large"             // 413
	Unsupported          Kind = "unsupported"           // 415: a content type that is not read here
	Invalid              Kind = "invalid"               // 422: fields break a rule
	PreconditionRequired Kind = "precondition_required" // 428: a write without If-Match
	TooMany              Kind = "too_many"              // 429: slow down
	Internal             Kind = "internal"              // 500
	Unavailable          Kind = "unavailable"           // 503: the trail or the database cannot be written now
)

// Error makes a kind usable with errors.Is.
func (k Kind) Error() string { return string(k) }

// FieldFault says which rule one field broke; Args never hold the value.
type FieldFault struct {
	Name string
	Key  string
	Args map[string]any
}

// Fault is a classified failure.
type Fault struct {
	Kind   Kind
	Key    string         // message key, "slice.thing"
	Args   map[string]any // for the message; never personal values
	Fields []FieldFault
	Detail any    // a typed payload, such as the two versions of a conflict
	Entry  string // of a refusal: the id of the trail's entry that records it, by which it can be replayed
	cause  error
}

// New makes a fault; args are name, value pairs for the message and must not be personal.
func New(kind Kind, key string, args ...any) *Fault {
	return &Fault{Kind: kind, Key: key, Args: pairs(args)}
}

// WithField returns the fault with one more field at fault.
func (f *Fault) WithField(name, key string, args ...any) *Fault {
	f.Fields = append(f.Fields, FieldFault{Name: name, Key: key, Args: pairs(args)})
	return f
}

// OrNil is the fault if any field broke a rule, and no error else.
func (f *Fault) OrNil() error {
	if len(f.Fields) == 0 {
		return nil
	}
	return f
}

// With attaches a typed payload.
func (f *Fault) With(detail any) *Fault { f.Detail = detail; return f }

// Because keeps the cause for the log; it is never shown.
func (f *Fault) Because(err error) *Fault { f.cause = err; return f }

// Error is for the log: kind, key, the fields with the rules they broke, and cause.
func (f *Fault) Error() string {
	text := fmt.Sprintf("%s: %s", f.Kind, f.Key)
	for _, field := range f.Fields {
		text += fmt.Sprintf(" [%s %s]", field.Name, field.Key)
	}
	if f.cause != nil {
		text += fmt.Sprintf(": %v", f.cause)
	}
	return text
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.cause }

// Is lets errors.Is compare with a Kind.
func (f *Fault) Is(target error) bool {
	kind, ok := target.(Kind)
	return ok && kind == f.Kind
}

// As finds the fault in err's chain.
func As(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}

// KindOf is the kind of err; an unclassified error is Internal, nil is "".
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if f, ok := As(err); ok {
		return f.Kind
	}
	return Internal
}

func pairs(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			panic("fault: argument names are strings")
		}
		m[name] = args[i+1]
	}
	return m
}
