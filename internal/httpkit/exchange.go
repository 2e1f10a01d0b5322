package httpkit

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/locale"
)

// exchange is what the kit remembers of one request and its answer.
type exchange struct {
	trace string
	words *locale.Words
	fault error // the failure that was answered, for the one log line
}

type exchangeKey struct{}

// traceparent is the W3C header; only its trace id is used.
var traceparent = regexp.MustCompile(`^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$`)

// TraceID is the id under which a request stands in the logs; empty outside a request.
func TraceID(ctx context.Context) string { return exchangeOf(ctx).trace }

// Words are those of the language that a request asks for, for an operation whose answer has a sentence in it.
func Words(ctx context.Context) *locale.Words { return exchangeOf(ctx).words }

// exchange opens the request: a trace id, accepted from a W3C traceparent or drawn, and the asked language.
func (k *Kit) exchange() gin.HandlerFunc {
	return func(c *gin.Context) {
		ex := &exchange{trace: traceOf(c.GetHeader("Traceparent"))}
		ex.words = k.words.For(locale.Match(c.GetHeader("Accept-Language")))
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), exchangeKey{}, ex))
		c.Header("X-Request-Id", ex.trace)
		c.Next()
	}
}

func exchangeOf(ctx context.Context) *exchange {
	if ex, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return ex
	}
	return &exchange{}
}

func traceOf(header string) string {
	match := traceparent.FindStringSubmatch(header)
	if match != nil && strings.Trim(match[1], "0") != "" {
		return match[1]
	}
	var id [16]byte
	rand.Read(id[:]) // never fails since Go 1.24
	return hex.EncodeToString(id[:])
}

func isAPI(c *gin.Context) bool { return strings.HasPrefix(c.Request.URL.Path, apiPrefix) }
