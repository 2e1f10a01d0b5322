package mail_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"relais/internal/mail"
	"relais/internal/testkit/servers"
)

func letter(to string) mail.Letter {
	return mail.Letter{ID: "0197", To: to, Language: "fr", Subject: "Relais : à lire", Text: "Il y a 3 nouveaux avis.\nhttps://relais.example\n"}
}

// send gives why a letter did not go out; nil where it did.
func send(t *testing.T, s mail.Server, l mail.Letter) *mail.Failure {
	t.Helper()
	s.From = "relais@example.org"
	sender, err := mail.New(s)
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	err = sender.Send(context.Background(), l)
	failed, _ := errors.AsType[*mail.Failure](err)
	if err != nil && failed == nil {
		t.Fatalf("not a failure: %v", err)
	}
	return failed
}

// TestSend_handsOverWholeLetters reads at a real server what came in, over one connection that broke in between.
func TestSend_handsOverWholeLetters(t *testing.T) {
	box := servers.SMTP(t)
	sender, err := mail.New(mail.Server{Address: box.Address, Plain: true, From: "relais@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	for i := range 3 {
		if i == 2 {
			address := box.Address
			box.Stop()
			box.Start(address)
		}
		if err := sender.Send(t.Context(), letter("nora@example.org")); err != nil {
			t.Fatal(i, err)
		}
	}
	taken := box.Letters()
	if len(taken) != 3 {
		t.Fatalf("%d letters", len(taken))
	}
	for _, l := range taken {
		if l.From != "relais@example.org" || len(l.To) != 1 || l.To[0] != "nora@example.org" {
			t.Errorf("envelope: %+v", l)
		}
		for _, part := range []string{"Message-ID: <0197@example.org>", "Auto-Submitted: auto-generated", "Content-Language: fr",
			"Subject: =?UTF-8?q?Relais_:_=C3=A0_lire?=", "Il y a 3 nouveaux avis.", "https://relais.example"} {
			if !strings.Contains(l.Text, part) {
				t.Errorf("no %q in %s", part, l.Text)
			}
		}
		for _, part := range []string{"User-Agent", "X-Mailer"} {
			if strings.Contains(l.Text, part) {
				t.Errorf("%q in %s", part, l.Text)
			}
		}
	}
}

// TestSend_wantsEncryption: without it, or with a server that cannot prove itself, nothing leaves.
func TestSend_wantsEncryption(t *testing.T) {
	bare, closed := servers.SMTP(t), servers.SMTP(t, servers.Encrypts, servers.AsksWho)
	for claim, c := range map[string]struct {
		server mail.Server
		want   string
	}{
		"no encryption offered":   {mail.Server{Address: bare.Address}, mail.NoEncryption},
		"unknown certificate":     {mail.Server{Address: closed.Address}, mail.Certificate},
		"no sign-in":              {mail.Server{Address: closed.Address, Roots: closed.Roots}, mail.BadSender},
		"wrong password":          {mail.Server{Address: closed.Address, Roots: closed.Roots, User: "relais", Password: "no"}, mail.SignIn},
		"nobody listens":          {mail.Server{Address: "127.0.0.1:1", Plain: true}, mail.Unreachable},
		"encrypted and signed in": {mail.Server{Address: closed.Address, Roots: closed.Roots, User: "relais", Password: "open sesame"}, ""},
	} {
		failed := send(t, c.server, letter("nora@example.org"))
		switch {
		case c.want == "" && failed != nil, c.want != "" && (failed == nil || failed.Reason != c.want || !failed.Down):
			t.Errorf("%s: %+v", claim, failed)
		}
	}
	if len(bare.Letters()) != 0 || len(closed.Letters()) != 1 {
		t.Errorf("%d and %d letters", len(bare.Letters()), len(closed.Letters()))
	}
}

// TestSend_tellsFinalFromPassing, and never an address.
func TestSend_tellsFinalFromPassing(t *testing.T) {
	box := servers.SMTP(t)
	for code, want := range map[int]mail.Failure{550: {Reason: mail.Refused, Final: true}, 451: {Reason: mail.Later}, 421: {Reason: mail.Later, Down: true}} {
		box.Answer(code, "nora")
		failed := send(t, mail.Server{Address: box.Address, Plain: true}, letter("nora@example.org"))
		if failed == nil || *failed != want || strings.Contains(failed.Error(), "nora") {
			t.Errorf("%d: %+v", code, failed)
		}
	}
	if failed := send(t, mail.Server{Address: box.Address, Plain: true}, letter("not an address")); failed == nil || !failed.Final {
		t.Errorf("no address: %+v", failed)
	}
}

func TestNew_refusesWhatCannotWork(t *testing.T) {
	for claim, s := range map[string]mail.Server{
		"no address":        {From: "relais@example.org"},
		"no port":           {Address: "mail.example", From: "relais@example.org"},
		"port out of range": {Address: "mail.example:99999", From: "relais@example.org"},
		"no sender":         {Address: "mail.example:587"},
		"bare to elsewhere": {Address: "mail.example:25", Plain: true, From: "relais@example.org"},
	} {
		if _, err := mail.New(s); err == nil {
			t.Error(claim)
		}
	}
}
