package notice_test

import (
	"context"
	"fmt"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"relais/internal/gate"
	relaismail "relais/internal/mail"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/server"
	"relais/internal/testkit/servers"
)

const (
	childURL = "RELAIS_NOTICE_CHILD_URL"
	childDir = "RELAIS_NOTICE_CHILD_DIR"
	childBox = "RELAIS_NOTICE_CHILD_BOX"
	childNow = "RELAIS_NOTICE_CHILD_NOW"
)

// survivesAKill: a process that dies after the mail server took a letter and before it noted so
// leaves it to be sent once more; none is lost.
func (o *office) survivesAKill(t *testing.T) {
	w := o.World
	o.choose("payoke", func(c *notice.Choice) { c.Cadence = notice.AtOnce })
	told(w, notice.New{To: notice.To{Kind: notice.Worker, ID: w.Person("payoke").ID, AgencyID: w.Person("payoke").AgencyID}, Code: "other"})
	child := exec.Command(os.Args[0], "-test.run=^TestChild_sendsAndDies$")
	child.Env = append(os.Environ(), childURL+"="+w.URL, childDir+"="+w.Dir, childBox+"="+o.box.Address, childNow+"="+fmt.Sprint(int64(w.Now())))
	if out, err := child.CombinedOutput(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child lived: %v %s", err, out)
	}
	if n := len(o.box.Letters()) - o.read; n != 1 {
		t.Fatalf("the child sent %d", n)
	}
	o.read++
	o.want("another instance leaves it alone while it may be on its way")
	w.Advance(6 * time.Minute)
	o.want("and then sends it once more", "payoke: Er is 1 nieuw bericht voor u in Relais.")
	letters := o.box.Letters()[o.read-2:]
	if idOf(letters[0]) == "" || idOf(letters[0]) != idOf(letters[1]) {
		t.Error("the two cannot be told to be one")
	}
	w.Advance(time.Hour)
	o.want("and that was it")
}

func idOf(l servers.Taken) string {
	m, err := mail.ReadMessage(strings.NewReader(l.Text))
	if err != nil {
		return ""
	}
	return m.Header.Get("Message-ID")
}

// TestChild_sendsAndDies is the process of survivesAKill; on its own it does nothing.
func TestChild_sendsAndDies(t *testing.T) {
	if os.Getenv(childURL) == "" {
		return
	}
	now, err := strconv.ParseInt(os.Getenv(childNow), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	dir := os.Getenv(childDir)
	p, err := server.Open(t.Context(), server.Settings{Database: os.Getenv(childURL), Keys: filepath.Join(dir, "keys"), PublicURL: signInURL,
		Checkpoints: filepath.Join(dir, "checkpoints"), Synthetic: true, Clock: func() moment.Time { return moment.Time(now) },
		Mail: relaismail.Server{Address: os.Getenv(childBox), Plain: true, From: "relais@example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	send := sender(t, os.Getenv(childBox)).Send
	post := notice.Post{Words: words(), URL: signInURL, Send: func(ctx context.Context, l relaismail.Letter) error {
		if err := send(ctx, l); err != nil {
			t.Error(err)
			return err
		}
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		<-ctx.Done() // dead before
		return err
	}}
	ctx := gate.AsProgram(t.Context(), "test")
	if _, err := p.Notices.Spread(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = p.Notices.Deliver(ctx, post)
	t.Fatalf("alive: %v", err)
}
