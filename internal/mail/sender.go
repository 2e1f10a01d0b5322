package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"sync"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Sender sends letters one after the other and keeps its connection from one to the next.
type Sender struct {
	from   string
	domain string
	client *gomail.Client

	sync.Mutex
	open *smtp.Client
}

// New makes a sender; it connects when the first letter goes out.
func New(s Server) (*Sender, error) {
	host, port, err := s.check()
	if err != nil {
		return nil, err
	}
	probe := gomail.NewMsg()
	if err := probe.From(s.From); err != nil {
		return nil, errors.New("mail: the sender must be an address")
	}
	domain := domainOf(s.From)
	options := []gomail.Option{gomail.WithPort(port), gomail.WithTimeout(patience), gomail.WithHELO(domain),
		gomail.WithTLSConfig(&tls.Config{ServerName: host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12})}
	switch {
	case s.Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	case port == implicit:
		options = append(options, gomail.WithSSL())
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	client, err := gomail.NewClient(host, options...)
	if err != nil {
		return nil, errors.New("mail: the server's settings do not fit together")
	}
	return &Sender{from: s.From, domain: domain, client: client}, nil
}

// Send hands one letter to the server. Without an error the server has taken it; every error is a *Failure.
func (s *Sender) Send(ctx context.Context, l Letter) error {
	s.Lock()
	defer s.Unlock()
	msg, err := s.message(l)
	if err != nil {
		return &Failure{Reason: Refused, Final: true}
	}
	again := s.open != nil // a kept connection may have died meanwhile, which is not the letter's fault
	err = s.sendOn(ctx, msg)
	if failed, ok := errors.AsType[*Failure](err); ok && failed.Down && again {
		err = s.sendOn(ctx, msg)
	}
	return err
}

func (s *Sender) sendOn(ctx context.Context, msg *gomail.Msg) error {
	if s.open == nil {
		open, err := s.client.DialToSMTPClientWithContext(ctx)
		if err != nil {
			return notConnected(err)
		}
		s.open = open
	}
	err := s.client.SendWithSMTPClient(s.open, msg)
	if err == nil {
		return nil
	}
	failed := notSent(err)
	if failed.Down || msg.IsDelivered() {
		s.drop()
	}
	if msg.IsDelivered() {
		return nil // it was taken; only the good manners afterwards failed
	}
	return failed
}

func (s *Sender) message(l Letter) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(s.from), msg.To(l.To)); err != nil {
		return nil, err
	}
	msg.SetDate()
	msg.SetMessageIDWithValue(fmt.Sprintf("%s@%s", l.ID, s.domain))
	msg.Subject(l.Subject)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("Content-Language", l.Language)
	msg.SetBodyString(gomail.TypeTextPlain, l.Text)
	return msg, nil
}

// Close says goodbye to the server.
func (s *Sender) Close() {
	s.Lock()
	defer s.Unlock()
	s.drop()
}

func (s *Sender) drop() {
	if s.open != nil {
		_ = s.client.CloseWithSMTPClient(s.open) // whether it answers or not
		s.open = nil
	}
}

// notConnected is why there is no connection to send on.
func notConnected(err error) *Failure {
	reason := Unreachable
	switch text := err.Error(); { // the library has no kinds for the last two
	case errors.As(err, new(*tls.CertificateVerificationError)), errors.As(err, new(x509.UnknownAuthorityError)),
		errors.As(err, new(x509.HostnameError)):
		reason = Certificate
	case strings.HasPrefix(text, "STARTTLS mode"):
		reason = NoEncryption
	case strings.Contains(text, "AUTH"), errors.Is(err, gomail.ErrNoSupportedAuthDiscovered):
		reason = SignIn
	}
	return &Failure{Reason: reason, Down: true}
}

// notSent is why a letter was not taken on an open connection.
func notSent(err error) *Failure {
	var failed *gomail.SendError
	if !errors.As(err, &failed) || failed.ErrorCode() == 0 {
		return &Failure{Reason: Unreachable, Down: true}
	}
	final := failed.ErrorCode() >= 500
	switch {
	case failed.ErrorCode() == 421: // the server closes
		return &Failure{Reason: Later, Down: true}
	case final && failed.Reason == gomail.ErrSMTPMailFrom:
		return &Failure{Reason: BadSender, Down: true}
	case final:
		return &Failure{Reason: Refused, Final: true}
	}
	return &Failure{Reason: Later}
}
