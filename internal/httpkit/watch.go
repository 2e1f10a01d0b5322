package httpkit

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
)

// longestCause bounds a cause in the log.
const longestCause = 500

// quoted finds what an error's text quotes, and the values of a PostgreSQL key detail: both may be personal.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'[^']*'|` + "`[^`]*`" + `|=\([^)]*\)`)

// watch measures a request and writes its one log line: route template, method, status, time and trace id, never a
// path, a query or a value.
func (k *Kit) watch() gin.HandlerFunc {
	return func(c *gin.Context) {
		begun := time.Now()
		defer func() { // deferred: a download that was cut off is a request too
			took := time.Since(begun)
			route, status := routeOf(c), c.Writer.Status()
			k.metrics.observe(methodOf(c), route, status, took)
			k.log(c, route, status, took)
		}()
		c.Next()
	}
}

func (k *Kit) log(c *gin.Context, route string, status int, took time.Duration) {
	ex := exchangeOf(c.Request.Context())
	attrs := []slog.Attr{slog.String("method", methodOf(c)), slog.String("route", route), slog.Int("status", status),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("trace", ex.trace)}
	level := slog.LevelInfo
	if ex.fault != nil {
		attrs = append(attrs, faultAttrs(ex.fault)...)
		if status >= http.StatusInternalServerError && !errors.Is(ex.fault, context.Canceled) {
			level = slog.LevelError
		}
	}
	k.cfg.Logger.LogAttrs(c.Request.Context(), level, "request", attrs...)
}

// faultAttrs names the failure; only an unexpected one has its cause told, without quoted values.
func faultAttrs(err error) []slog.Attr {
	kind := fault.KindOf(err)
	attrs := []slog.Attr{slog.String("kind", string(kind))}
	if f, ok := fault.As(err); ok {
		attrs = append(attrs, slog.String("fault", f.Key))
	}
	if kind == fault.Internal || kind == fault.Unavailable {
		attrs = append(attrs, slog.String("cause", withoutValues(err.Error())))
	}
	return attrs
}

func withoutValues(text string) string {
	text = quoted.ReplaceAllString(text, "…")
	if len(text) > longestCause {
		text = strings.ToValidUTF8(text[:longestCause], "")
	}
	return text
}

// routeOf is the template of the matched route; an unknown path reads "none", so that no path reaches a log or a label.
func routeOf(c *gin.Context) string {
	if route := c.FullPath(); route != "" {
		return route
	}
	return "none"
}

// methodOf keeps an invented method out of logs and labels.
func methodOf(c *gin.Context) string {
	switch c.Request.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions:
		return c.Request.Method
	}
	return "other"
}
