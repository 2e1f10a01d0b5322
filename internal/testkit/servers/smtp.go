package servers

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// smtpChild is set for the process that is the mail server, with the directory of its mailbox.
const smtpChild = "RELAIS_TEST_SMTP"

// A test binary that finds the variable is no test but the mail server: so it needs no binary of its own.
func init() {
	if dir := os.Getenv(smtpChild); dir != "" {
		os.Exit(serveSMTP(dir, strings.Fields(os.Getenv(smtpChild+"_HOW"))))
	}
}

// Mailbox is a mail server in a process of its own, and what it has taken.
type Mailbox struct {
	t       testing.TB
	Address string
	Roots   *x509.CertPool // that vouch for it, where it encrypts
	dir     string
	stop    func()
}

// Taken is a letter as the server took it, envelope and text.
type Taken struct {
	From string
	To   []string
	Text string
}

// Ways of a mail server.
const (
	Encrypts = "encrypts" // offers STARTTLS, with a certificate of its own
	AsksWho  = "asks_who" // takes letters from the user "relais" with the password "open sesame" only
)

// SMTP starts a mail server with an empty mailbox. It stops with the test.
func SMTP(t testing.TB, ways ...string) *Mailbox {
	t.Helper()
	m := &Mailbox{t: t, dir: t.TempDir()}
	m.Start("127.0.0.1:0", ways...)
	t.Cleanup(func() { m.Stop() })
	return m
}

// Start starts the server, again after Stop at the address that it had.
func (m *Mailbox) Start(address string, ways ...string) {
	m.t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), smtpChild+"="+m.dir, smtpChild+"_HOW="+strings.Join(append([]string{address}, ways...), " "))
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	if err != nil {
		m.t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		m.t.Fatalf("start the mail server: %v", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		m.t.Fatalf("the mail server did not start: %v", err)
	}
	m.Address = strings.TrimSpace(line)
	if pem, err := os.ReadFile(filepath.Join(m.dir, "certificate.pem")); err == nil {
		m.Roots = x509.NewCertPool()
		m.Roots.AppendCertsFromPEM(pem)
	}
	m.stop = func() { _ = in.Close(); _ = child.Wait() } // the child ends when its input does
}

// Stop ends the server; what it took stays.
func (m *Mailbox) Stop() {
	if m.stop != nil {
		m.stop()
		m.stop = nil
	}
}

// Answer makes the server answer with a code to the next recipients that begin so, until the code is zero again.
func (m *Mailbox) Answer(code int, recipient string) {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(m.dir, "answer"), fmt.Appendf(nil, "%d %s", code, recipient), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// Letters are those that the server has taken so far, the oldest first.
func (m *Mailbox) Letters() (letters []Taken) {
	m.t.Helper()
	names, err := filepath.Glob(filepath.Join(m.dir, "*.letter"))
	if err != nil {
		m.t.Fatal(err)
	}
	for _, name := range names {
		var letter Taken
		text, err := os.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(text, &letter)
		}
		if err != nil {
			m.t.Fatal(err)
		}
		letters = append(letters, letter)
	}
	return letters
}
