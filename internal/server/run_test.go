package server_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"relais/internal/testkit"
)

// program is a world's program as it runs in earnest, with its two listeners.
type program struct {
	*testkit.Served
	private string // address of metrics and health
	end     context.CancelFunc
	ended   chan error
}

func run(t *testing.T, w *testkit.World) *program {
	t.Helper()
	public, private := listen(t), listen(t)
	ctx, end := context.WithCancel(context.Background())
	p := &program{Served: w.Serve(t), private: "http://" + private.Addr().String(), end: end, ended: make(chan error, 1)}
	p.URL = "http://" + public.Addr().String()
	go func() { p.ended <- w.Run(ctx, public, private) }()
	t.Cleanup(end)
	return p
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	return must(net.Listen("tcp", "127.0.0.1:0"))(t)
}

func (p *program) get(t *testing.T, path string) []byte {
	t.Helper()
	answer := must(http.Get(p.private + path))(t)
	defer func() { _ = answer.Body.Close() }()
	return must(io.ReadAll(answer.Body))(t)
}

// stop ends the program and waits until it has signed and let go.
func (p *program) stop(t *testing.T) {
	t.Helper()
	if ready := p.get(t, "/readyz"); string(ready) != "ready\n" {
		t.Errorf("readyz says %q", ready)
	}
	p.end()
	select {
	case err := <-p.ended:
		if err != nil {
			t.Errorf("the program ended with %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the program does not end")
	}
}

// TestRun_endsWithEverythingSigned stops a running program and finds nothing left in the queue of the trail.
func TestRun_endsWithEverythingSigned(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		running := run(t, w)
		running.Key("rsz").Get("/api/v1/cases").Want(http.StatusOK)
		if alive := running.get(t, "/livez"); string(alive) != "alive\n" {
			t.Errorf("livez says %q", alive)
		}
		running.stop(t)
		report := must(w.Trail.Verify(context.Background()))(t)
		if report.Wrong != nil || report.Queued != 0 || report.Size == 0 {
			t.Errorf("%+v", report)
		}
	})
}
