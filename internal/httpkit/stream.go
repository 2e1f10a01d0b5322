package httpkit

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
)

const (
	sendTakes = 10 * time.Second // how long a reader may take for one event before the stream is given up
	comeBack  = 5 * time.Second  // how long a browser waits before it asks for a stream again that broke
)

// Stream is an answer that stays open and sends events as they come (server-sent events). What goes over it are numbers and ids.
type Stream struct {
	writer http.ResponseWriter
	out    *http.ResponseController
	begun  bool
}

// Stream runs a handler that sends events until it returns; an error before the first event is answered like any other, one after it
// only ends the stream.
func (k *Kit) Stream(h func(r *Request, s *Stream) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		s := &Stream{writer: c.Writer, out: http.NewResponseController(c.Writer)}
		r := k.request(c)
		switch err := h(r, s); {
		case err != nil && !s.begun:
			k.fail(r, err)
		case err != nil && fault.KindOf(err) != fault.Unauthenticated && !errors.Is(err, errGone):
			exchangeOf(c.Request.Context()).fault = err
		}
	}
}

// WantsStream says whether the reader asked for a stream; others get what there is now, and the end.
func (r *Request) WantsStream() bool {
	return strings.Contains(r.GetHeader("Accept"), "text/event-stream")
}

// errGone is what a stream ends with whose reader has left.
var errGone = errors.New("httpkit: the reader has left")

// Send sends one event; data is one line.
func (s *Stream) Send(event, data string) error {
	return s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", event, data))
}

// Beat sends nothing, so that neither a proxy nor the reader takes the stream for dead.
func (s *Stream) Beat() error { return s.write(":\n\n") }

func (s *Stream) write(text string) error {
	if !s.begun {
		s.begun = true
		h := s.writer.Header()
		h.Set("Content-Type", "text/event-stream; charset=utf-8")
		h.Set("X-Accel-Buffering", "no") // a proxy that collects answers would hold the events back
		s.writer.WriteHeader(http.StatusOK)
		text = fmt.Sprintf("retry: %d\n", comeBack.Milliseconds()) + text
	}
	if err := s.out.SetWriteDeadline(time.Now().Add(sendTakes)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return errGone
	}
	if _, err := s.writer.Write([]byte(text)); err != nil {
		return errGone
	}
	if err := s.out.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return errGone
	}
	return nil
}
