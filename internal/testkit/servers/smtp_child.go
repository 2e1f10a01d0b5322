package servers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// serveSMTP is the mail server's process: how are its address and its ways. It ends with its standard input.
func serveSMTP(dir string, how []string) int {
	listener, err := net.Listen("tcp", how[0])
	if err != nil {
		fmt.Fprintln(os.Stderr, "mail server:", err)
		return 1
	}
	box := &box{dir: dir, asksWho: slices.Contains(how, AsksWho)}
	server := smtp.NewServer(box)
	server.Domain, server.AllowInsecureAuth = "mail.invalid", true
	if slices.Contains(how, Encrypts) {
		certificate, err := ownCertificate(filepath.Join(dir, "certificate.pem"))
		if err != nil {
			fmt.Fprintln(os.Stderr, "mail server:", err)
			return 1
		}
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Println(listener.Addr())
	_ = server.Serve(listener)
	return 0
}

// box keeps what the server takes, a file for each letter.
type box struct {
	dir     string
	asksWho bool
	number  atomic.Int64
}

// NewSession answers a connection.
func (b *box) NewSession(*smtp.Conn) (smtp.Session, error) { return &visit{box: b}, nil }

// visit is one connection.
type visit struct {
	box   *box
	known bool
	taken Taken
}

var errWho = &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "who are you?"}

// AuthMechanisms are the ways to sign in.
func (v *visit) AuthMechanisms() []string {
	if !v.box.asksWho {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth takes one user.
func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if v.known = user == "relais" && password == "open sesame"; !v.known {
			return errors.New("unknown")
		}
		return nil
	}), nil
}

// Mail begins a letter.
func (v *visit) Mail(from string, _ *smtp.MailOptions) error {
	if v.box.asksWho && !v.known {
		return errWho
	}
	v.taken = Taken{From: from}
	return nil
}

// Rcpt answers what the test wants for a recipient.
func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	var code int
	var whose string
	if wanted, err := os.ReadFile(filepath.Join(v.box.dir, "answer")); err == nil {
		_, _ = fmt.Sscan(string(wanted), &code, &whose)
	}
	if code != 0 && strings.HasPrefix(to, whose) {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "not " + to}
	}
	v.taken.To = append(v.taken.To, to)
	return nil
}

// Data keeps the letter before it says that it has.
func (v *visit) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	v.taken.Text = string(text)
	kept, err := json.Marshal(v.taken)
	if err != nil {
		return err
	}
	name := filepath.Join(v.box.dir, fmt.Sprintf("%019d-%06d", time.Now().UnixNano(), v.box.number.Add(1)))
	return errors.Join(os.WriteFile(name, kept, 0o600), os.Rename(name, name+".letter"))
}

// Reset forgets a letter that was begun.
func (v *visit) Reset() { v.taken = Taken{} }

// Logout ends the visit.
func (v *visit) Logout() error { return nil }

// ownCertificate makes a certificate for this machine and leaves it in a file for whoever wants to trust it.
func ownCertificate(file string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, os.WriteFile(file, text, 0o600)
}
