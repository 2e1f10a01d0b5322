package server_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"relais/internal/account"
	"relais/internal/mail"
	"relais/internal/notice"
	"relais/internal/server"
	"relais/internal/testkit"
	"relais/internal/testkit/servers"
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
		open := running.listen(t, "rsz")
		running.stop(t)
		if rest := must(io.ReadAll(open.Body))(t); !strings.Contains(string(rest), `"url":"/notices"`) {
			t.Errorf("an open page heard %q", rest)
		}
		report := must(w.Trail.Verify(context.Background()))(t)
		if report.Wrong != nil || report.Queued != 0 || report.Size == 0 {
			t.Errorf("%+v", report)
		}
	})
}

// listen opens the stream of what is new as a browser does.
func (p *program) listen(t *testing.T, key string) *http.Response {
	t.Helper()
	req := must(http.NewRequest(http.MethodGet, p.URL+"/events", http.NoBody))(t)
	req.Header.Set("Accept", "text/event-stream")
	req.AddCookie(&http.Cookie{Name: account.SessionCookie, Value: p.SignIn(key).Session()})
	answer := must(http.DefaultClient.Do(req))(t)
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

// TestMail_leavesTheHouse by the settings alone, in the reader's language, once; and a program whose letters could not say where to
// sign in does not start.
func TestMail_leavesTheHouse(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	box := servers.SMTP(t, servers.Encrypts, servers.AsksWho)
	settings := server.Settings{Database: w.URL, Keys: filepath.Join(w.Dir, "keys"), Checkpoints: filepath.Join(w.Dir, "checkpoints"), Clock: w.Now,
		Mail: mail.Server{Address: box.Address, Roots: box.Roots, From: "relais@example.org", User: "relais", Password: "open sesame"}}
	if _, err := server.Open(t.Context(), settings); err == nil {
		t.Error("started without a public address")
	}
	settings.PublicURL = "https://relais.example"
	p := must(server.Open(t.Context(), settings))(t)
	defer func() { _ = p.Close(context.Background()) }()
	lead := w.Person("payoke.lead")
	tellOne(w, notice.New{To: notice.To{Kind: notice.Worker, ID: lead.ID, AgencyID: lead.AgencyID}, Code: "other", DueAt: w.Now().Add(time.Hour)})
	for range 2 {
		if err := p.Mail(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	letters := box.Letters()
	if len(letters) != 1 || !strings.Contains(letters[0].Text, "https://relais.example") || letters[0].To[0] != lead.Email {
		t.Errorf("%+v", letters)
	}
}
