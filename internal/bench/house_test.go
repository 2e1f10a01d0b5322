package bench

import (
	"context"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"testing"

	"relais/internal/account"
	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/server"
	"relais/internal/testkit"
)

// house is the whole program as it is served, with the agencies and people of the testkit, on the wall clock.
type house struct {
	*server.Program
	world *testkit.World
	url   string
}

// still is the program without its site and its background work; its log lines are written and thrown away.
func still(b *testing.B, engine string) *house {
	b.Helper()
	world := testkit.Open(b, engine)
	program, err := server.Open(b.Context(), server.Settings{Database: world.URL, Synthetic: true,
		Keys: filepath.Join(world.Dir, "keys"), Checkpoints: filepath.Join(world.Dir, "checkpoints"),
		Logger: slog.New(slog.NewJSONHandler(io.Discard, nil))})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := program.Close(context.Background()); err != nil {
			b.Errorf("close: %v", err)
		}
	})
	return &house{Program: program, world: world}
}

// open serves the program on a loopback address with all its background work.
func open(b *testing.B, engine string) *house {
	b.Helper()
	h := still(b, engine)
	public, private := listen(b), listen(b)
	h.url = "http://" + public.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx, public, private) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Errorf("serve: %v", err)
		}
	})
	return h
}

func listen(b *testing.B) net.Listener {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	return listener
}

const (
	password = "seven slow herons wade upstream"
	secret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// signIn takes a person through password and second factor and gives the cookie of the session.
func (h *house) signIn(b *testing.B, key string) string {
	b.Helper()
	person, from := h.world.Person(key), account.Place{Network: "127.0.0.1", Device: "bench"}
	must(b, h.Accounts.EnrolForDemo(h.world.AsProgram(), person.ID, password, secret))
	first, err := h.Accounts.SignIn(account.Nobody(b.Context(), "bench"), person.Email, password, from)
	must(b, err)
	ctx, err := h.Accounts.Recognise(b.Context(), first.Token, "bench")
	must(b, err)
	code, err := account.Code(secret, moment.Now())
	must(b, err)
	second, err := h.Accounts.ShowCode(ctx, code, from)
	must(b, err)
	return account.SessionCookie + "=" + second.Token
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		if f, ok := fault.As(err); ok {
			b.Fatalf("%v %+v", f, f.Fields)
		}
		b.Fatal(err)
	}
}
