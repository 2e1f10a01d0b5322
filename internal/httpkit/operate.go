package httpkit

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"relais/internal/fault"
)

// Operation describes one JSON operation. ID, Method, Path, Summary, Tag, Permission and Parent are required: without
// them the program does not start.
type Operation struct {
	ID          string // "accept-referral"
	Method      string
	Path        string // below /api/v1: "/referrals/{referral}/acceptance"
	Summary     string // one sentence, in English: developers read it
	Description string
	Tag         string // the slice
	Permission  string // what is asked of the gate: "referral.accept"; "public" for what anybody may call
	Parent      string // whose grant opens it: "victim", "case", "agency" …, or "none"
	Status      int    // of success; 200, or 204 without a body

	NeedsIfMatch        bool // a write of an existing thing: If-Match is required, IfMatch(ctx) gives the version
	NeedsLook           bool // refused with PreconditionRequired where a preview was not looked at first; the slice sees to it
	NeedsIdempotencyKey bool // a creation: Idempotency-Key is required, IdempotencyKey(ctx) gives it
	MaxBody             int64
}

// Operate registers an operation. h gets the checked input and returns a fault for whatever goes wrong; the context
// carries the actor that the middleware found.
func Operate[I, O any](a *API, op Operation, h func(ctx context.Context, in *I) (*O, error)) {
	if missing := op.missing(); missing != "" {
		panic(fmt.Sprintf("httpkit: operation %q has no %s", op.ID, missing))
	}
	a.operations = append(a.operations, op)
	huma.Register(a.huma, op.forHuma(a.kit), func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, a.kit.apiError(ctx, err)
		}
		return out, nil
	})
}

func (op Operation) missing() string {
	for _, required := range []struct{ name, value string }{{"ID", op.ID}, {"Method", op.Method}, {"Path", op.Path},
		{"Summary", op.Summary}, {"Tag", op.Tag}, {"Permission", op.Permission}, {"Parent", op.Parent}} {
		if strings.TrimSpace(required.value) == "" {
			return required.name
		}
	}
	return ""
}

func (op Operation) forHuma(k *Kit) huma.Operation {
	described := huma.Operation{OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary,
		Description: op.Description, Tags: []string{op.Tag}, DefaultStatus: op.Status, MaxBodyBytes: op.MaxBody,
		Errors: op.failures(), Parameters: op.headers(), Middlewares: op.checks(k),
		Metadata:   map[string]any{"permission": op.Permission, "parent": op.Parent},
		Extensions: map[string]any{"x-permission": op.Permission, "x-parent": op.Parent}}
	if op.Permission == "public" {
		described.Security = []map[string][]string{}
	}
	return described
}

// failures are the statuses that the document promises.
func (op Operation) failures() []int {
	statuses := []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
		http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable}
	if op.Method != http.MethodGet {
		statuses = append(statuses, http.StatusRequestTimeout, http.StatusConflict, http.StatusRequestEntityTooLarge,
			http.StatusUnsupportedMediaType)
	}
	if op.NeedsIfMatch || op.NeedsLook {
		statuses = append(statuses, http.StatusPreconditionRequired)
	}
	return statuses
}

func (op Operation) headers() []*huma.Param {
	var params []*huma.Param
	if op.NeedsIfMatch {
		params = append(params, &huma.Param{Name: "If-Match", In: "header", Required: true,
			Description: "The ETag of the version that the change was made on.", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	if op.NeedsIdempotencyKey {
		params = append(params, &huma.Param{Name: "Idempotency-Key", In: "header", Required: true,
			Description: "A new UUID for each thing to be created; the same one when trying again.",
			Schema:      &huma.Schema{Type: huma.TypeString}})
	}
	return params
}

// checks run before the input is read: what a request lacks is said before what it holds.
func (op Operation) checks(k *Kit) huma.Middlewares {
	if !op.NeedsIfMatch && !op.NeedsIdempotencyKey {
		return nil
	}
	return huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		pre, err := op.preconditions(ctx.Header)
		if err != nil {
			k.problem(humagin.Unwrap(ctx), err)
			return
		}
		next(huma.WithValue(ctx, preconditionKey{}, pre))
	}}
}

// apiError makes the problem of an error that an operation returned.
func (k *Kit) apiError(ctx context.Context, err error) error {
	words := exchangeOf(ctx).words
	header := http.Header{"Content-Language": {words.Lang()}}
	if f, ok := fault.As(err); ok && retryHeader(f) != "" {
		header.Set("Retry-After", retryHeader(f))
	}
	return huma.ErrorWithHeaders(problemOf(ctx, words, err), header)
}
