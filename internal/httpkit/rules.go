package httpkit

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"relais/internal/fault"
)

// fieldPath is what of a location may be repeated: the names of our own members, or of an unknown one if it is short
// and plain enough to be a name.
var fieldPath = regexp.MustCompile(`^[A-Za-z0-9_.\[\]-]{1,80}$`)

var number = regexp.MustCompile(`^-?[0-9][0-9.e+]{0,20}$`)

// rule leads from one of huma's messages to our key. The number in a message is a limit of our own schema, so it may be
// told; nothing else of a message may, because it can hold a value.
type rule struct{ message, key, limit string }

var rules = []rule{
	{message: validation.MsgUnexpectedProperty, key: "fault.field_unknown"},
	{message: "unknown query parameter", key: "fault.field_unknown"},
	{message: validation.MsgExpectedRequiredProperty, key: "fault.field_required"},
	{message: validation.MsgExpectedDependentRequiredProperty, key: "fault.field_required"},
	{message: "required %s parameter is missing", key: "fault.field_required"},
	{message: validation.MsgExpectedMinLength, key: "fault.field_too_short", limit: "Min"},
	{message: validation.MsgExpectedMaxLength, key: "fault.field_too_long", limit: "Max"},
	{message: validation.MsgExpectedOneOf, key: "fault.field_unknown_code"},
	{message: validation.MsgExpectedConst, key: "fault.field_unknown_code"},
	{message: validation.MsgExpectedRFC3339Date, key: "fault.field_not_a_date"},
	{message: validation.MsgExpectedRFC3339DateTime, key: "fault.field_not_a_date"},
	{message: validation.MsgExpectedRFC1123DateTime, key: "fault.field_not_a_date"},
	{message: validation.MsgExpectedMinimumNumber, key: "fault.field_too_small", limit: "Min"},
	{message: validation.MsgExpectedMaximumNumber, key: "fault.field_too_large", limit: "Max"},
	{message: validation.MsgExpectedNumber, key: "fault.field_not_a_number"},
	{message: validation.MsgExpectedInteger, key: "fault.field_not_a_number"},
	{message: "invalid integer", key: "fault.field_not_a_number"},
	{message: "invalid float", key: "fault.field_not_a_number"},
	{message: validation.MsgExpectedBoolean, key: "fault.field_wrong_type"},
	{message: validation.MsgExpectedString, key: "fault.field_wrong_type"},
	{message: validation.MsgExpectedArray, key: "fault.field_wrong_type"},
	{message: validation.MsgExpectedObject, key: "fault.field_wrong_type"},
	{message: validation.MsgExpectedArrayItemsUnique, key: "fault.field_duplicate"},
	{message: validation.MsgExpectedMinItems, key: "fault.field_too_few", limit: "Min"},
	{message: validation.MsgExpectedMaxItems, key: "fault.field_too_many", limit: "Max"},
}

// problemFromHuma makes the problem of what huma itself refuses. Of its errors only the location and the kind of rule
// are used; its messages are English and can quote the input.
func problemFromHuma(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
	f := faultFromHuma(status, errs)
	if ctx == nil {
		return &Problem{Status: status}
	}
	ex := exchangeOf(ctx.Context())
	if ex.words == nil {
		return &Problem{Status: status}
	}
	ctx.SetHeader("Content-Language", ex.words.Lang())
	return problemOf(ctx.Context(), ex.words, f)
}

func faultFromHuma(status int, errs []error) *fault.Fault {
	switch status {
	case http.StatusBadRequest:
		return fault.New(fault.Malformed, "fault.malformed")
	case http.StatusNotAcceptable:
		return fault.New(notAcceptable, "fault.not_acceptable")
	case http.StatusRequestTimeout:
		return fault.New(timedOut, "fault.timed_out")
	case http.StatusRequestEntityTooLarge:
		return fault.New(fault.TooLarge, "fault.too_large")
	case http.StatusUnsupportedMediaType:
		return fault.New(fault.Unsupported, "fault.unsupported")
	case http.StatusUnprocessableEntity:
		return invalidFromHuma(errs)
	}
	return unexpectedFromHuma(errs)
}

// unexpectedFromHuma: a 500 of huma is a body that could not be read, which is the client's doing, or a bug.
func unexpectedFromHuma(errs []error) *fault.Fault {
	cause := errors.Join(errs...)
	if cause == nil {
		return fault.New(fault.Internal, "fault.internal")
	}
	if f, ok := fault.As(cause); ok {
		return f
	}
	return bodyFault(cause).Because(cause)
}

func invalidFromHuma(errs []error) *fault.Fault {
	f := fault.New(fault.Invalid, "fault.invalid")
	for _, err := range errs {
		var detail *huma.ErrorDetail
		if !errors.As(err, &detail) {
			continue
		}
		if strings.HasPrefix(detail.Location, "path.") { // an id that cannot be one is an id of nothing
			return fault.New(fault.NotFound, "fault.not_found")
		}
		f = broken(f, detail)
	}
	return f
}

func broken(f *fault.Fault, detail *huma.ErrorDetail) *fault.Fault {
	field := detail.Location
	if name, ok := between(detail.Message, validation.MsgExpectedRequiredProperty); ok {
		field += "." + name // huma puts a missing member at its parent
	}
	if field = strings.TrimPrefix(field, "body."); !fieldPath.MatchString(field) {
		field = "body"
	}
	for _, r := range rules {
		if limit, ok := r.matches(detail.Message); ok {
			if r.limit != "" {
				return f.WithField(field, r.key, r.limit, limit)
			}
			return f.WithField(field, r.key)
		}
	}
	return f.WithField(field, "fault.field_format")
}

// matches compares a message with huma's constant; for a rule with a limit it gives the number.
func (r rule) matches(message string) (limit string, ok bool) {
	before, _, verb := strings.Cut(r.message, "%")
	if !verb {
		return "", message == r.message
	}
	rest, ok := strings.CutPrefix(message, before)
	if !ok || (r.limit != "" && !number.MatchString(rest)) {
		return "", false
	}
	return rest, true
}

// between takes the word that stands for %s out of a message, if the message is of that form.
func between(message, form string) (string, bool) {
	before, after, _ := strings.Cut(form, "%s")
	word, ok := strings.CutPrefix(message, before)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(word, after)
}
