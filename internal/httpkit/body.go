package httpkit

import (
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
)

const (
	usualBody = 1 << 20 // bytes; a form or a JSON document
	usualRead = 10 * time.Second
)

// bodyRule is how much of a body a route reads, and for how long.
type bodyRule struct {
	bytes  int64
	within time.Duration
}

// AllowBody lets one route (method and template, such as "POST /documents/:document/content") read a larger body than
// 1 MiB, or for longer than 10 seconds. Call it while wiring, before serving.
func (k *Kit) AllowBody(route string, bytes int64, within time.Duration) {
	k.bodies[route] = bodyRule{bytes: bytes, within: within}
}

// limitBody cuts a body off at the route's limit and gives the client so long to send it.
func (k *Kit) limitBody() gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Request.Body == nil || c.Request.Body == http.NoBody {
			c.Next()
			return
		}
		rule, ok := k.bodies[c.Request.Method+" "+c.FullPath()]
		if !ok {
			rule = bodyRule{bytes: usualBody, within: usualRead}
		}
		if c.Request.ContentLength > rule.bytes {
			c.Header("Connection", "close") // the rest of the body is not worth reading
			k.Abort(c, fault.New(fault.TooLarge, "fault.too_large"))
			return
		}
		connection := http.NewResponseController(c.Writer)
		_ = connection.SetReadDeadline(time.Now().Add(rule.within)) // a recorder in a test has no deadline
		c.Request.Body = &timedBody{
			ReadCloser: http.MaxBytesReader(c.Writer, c.Request.Body, rule.bytes),
			read:       func() { _ = connection.SetReadDeadline(time.Time{}) },
		}
		c.Next()
	}
}

// timedBody lifts the deadline when the body has been read, so that a slow answer is not taken for a slow client.
type timedBody struct {
	io.ReadCloser
	read func()
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.read()
	}
	return n, err
}

// bodyFault classifies why a body could not be read; each is the client's doing, so none is a 5xx.
func bodyFault(err error) *fault.Fault {
	var large *http.MaxBytesError
	var network net.Error
	switch {
	case errors.As(err, &large):
		return fault.New(fault.TooLarge, "fault.too_large")
	case errors.As(err, &network) && network.Timeout():
		return fault.New(timedOut, "fault.timed_out")
	}
	return fault.New(fault.Malformed, "fault.malformed")
}
