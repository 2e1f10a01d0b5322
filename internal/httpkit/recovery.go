package httpkit

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
)

// deepestFrame bounds the stack that a panic leaves in the log.
const deepestFrame = 32

// recovery turns a panic into a 500 with a trace id and nothing else. A panic's value may hold what a person typed, so
// the log gets its type and the places in the code only.
func (k *Kit) recovery() gin.HandlerFunc {
	return func(c *gin.Context) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(value) // the server's own way to drop a connection
			}
			k.cfg.Logger.Error("panic", "trace", TraceID(c.Request.Context()), "route", c.FullPath(),
				"panic", panicked(value), "at", frames())
			if c.Writer.Written() {
				panic(http.ErrAbortHandler) // half an answer must not look like a whole one
			}
			k.Abort(c, fault.New(fault.Internal, "fault.internal"))
		}()
		c.Next()
	}
}

func panicked(value any) string {
	if err, ok := value.(runtime.Error); ok {
		return withoutValues(err.Error())
	}
	return fmt.Sprintf("%T", value)
}

// frames lists where the panic came from; runtime.Callers gives no argument values, unlike debug.Stack.
func frames() string {
	pcs := make([]uintptr, deepestFrame)
	walk := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var places []string
	for {
		frame, more := walk.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") {
			places = append(places, fmt.Sprintf("%s:%d", frame.Function, frame.Line))
		}
		if !more {
			return strings.Join(places, " < ")
		}
	}
}
