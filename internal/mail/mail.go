// Package mail hands letters to a mail server over SMTP, encrypted except on this machine. It knows no person and no notice:
// what a letter says, and whether it is sent again, is its caller's matter.
package mail

import (
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

const (
	patience = 30 * time.Second // for connecting, and for each answer of the server
	implicit = 465              // the port on which the encryption begins before the first word
)

// Server is a mail server, and under which address the program writes.
type Server struct {
	Address  string // HOST:PORT
	From     string // an address
	User     string // empty: the server asks for no sign-in
	Password string
	Plain    bool           // without encryption, to this machine only
	Roots    *x509.CertPool // who may vouch for the server; nil for those that the system knows
}

// Letter is what is sent to one person. ID stands in its Message-ID: a letter that was sent twice can be recognised.
type Letter struct {
	ID       string
	To       string
	Language string
	Subject  string
	Text     string
}

// Failure is why a letter did not go out. It holds no address and nothing that the server said.
type Failure struct {
	Reason string
	Final  bool // the server will not take this letter, however often it is offered
	Down   bool // it was not about this letter: the next one would fare the same
}

// Reasons of failures.
const (
	Unreachable  = "unreachable"   // nobody answers, or the connection broke
	NoEncryption = "no_encryption" // the server offers none
	Certificate  = "certificate"   // the server could not prove who it is
	SignIn       = "sign_in"       // the server does not know the program
	BadSender    = "sender"        // the server takes no letters from this address
	Refused      = "refused"       // the server refuses the recipient or the letter
	Later        = "later"         // the server asks to try again later
)

// Reasons lists the reasons.
func Reasons() []string {
	return []string{Unreachable, NoEncryption, Certificate, SignIn, BadSender, Refused, Later}
}

// Error is the reason.
func (f *Failure) Error() string { return "mail: " + f.Reason }

// IsLoopback says whether HOST:PORT is on this machine.
func IsLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip, parsed := netip.ParseAddr(host)
	return err == nil && (host == "localhost" || parsed == nil && ip.IsLoopback())
}

// check refuses a server to which no letter could go.
func (s *Server) check() (host string, port int, err error) {
	host, digits, err := net.SplitHostPort(s.Address)
	if err != nil || host == "" {
		return "", 0, errors.New("mail: the server's address must be HOST:PORT")
	}
	if port, err = strconv.Atoi(digits); err != nil || port < 1 || port > 65535 {
		return "", 0, errors.New("mail: the server's address must be HOST:PORT")
	}
	if s.Plain && !IsLoopback(s.Address) {
		return "", 0, errors.New("mail: letters go unencrypted to this machine only")
	}
	return host, port, nil
}

// domainOf is what stands behind the @ of an address.
func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}
