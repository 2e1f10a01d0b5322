package httpkit

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"relais/internal/fault"
)

// precondition is what the headers of a write promised.
type precondition struct {
	version int64
	key     string
}

type preconditionKey struct{}

var idempotencyShape = regexp.MustCompile(`^[A-Za-z0-9_.:-]{8,64}$`)

// ETag is the entity tag of a version.
func ETag(version int64) string { return `"v` + strconv.FormatInt(version, 10) + `"` }

// ParseIfMatch reads the version out of an If-Match header. None is PreconditionRequired; a list, a weak tag and "*" are
// Malformed, because a person must have seen the one version that is replaced.
func ParseIfMatch(header string) (int64, error) {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0, fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	digits, quoted := strings.CutPrefix(header, `"v`)
	digits, closed := strings.CutSuffix(digits, `"`)
	version, err := strconv.ParseInt(digits, 10, 64)
	if !quoted || !closed || err != nil || version < 0 || ETag(version) != header {
		return 0, fault.New(fault.Malformed, "fault.if_match_malformed")
	}
	return version, nil
}

// IfMatch is the version that the request wants to replace; for operations with NeedsIfMatch.
func IfMatch(ctx context.Context) int64 {
	pre, _ := ctx.Value(preconditionKey{}).(precondition)
	return pre.version
}

// IdempotencyKey names the creation that the request may be repeating; for operations with NeedsIdempotencyKey.
func IdempotencyKey(ctx context.Context) string {
	pre, _ := ctx.Value(preconditionKey{}).(precondition)
	return pre.key
}

func (op Operation) preconditions(header func(string) string) (precondition, error) {
	var pre precondition
	if op.NeedsIfMatch {
		version, err := ParseIfMatch(header("If-Match"))
		if err != nil {
			return pre, err
		}
		pre.version = version
	}
	if op.NeedsIdempotencyKey {
		pre.key = header("Idempotency-Key")
		if pre.key == "" {
			return pre, fault.New(fault.Malformed, "fault.idempotency_key_required")
		}
		if !idempotencyShape.MatchString(pre.key) {
			return pre, fault.New(fault.Malformed, "fault.idempotency_key_malformed")
		}
	}
	return pre, nil
}
