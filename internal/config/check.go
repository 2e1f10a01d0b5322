package config

import (
	"errors"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	shortest = time.Minute
	longest  = 24 * time.Hour
)

// check finds what can only be told from the values.
func (c *Config) check() Mistakes {
	var mistakes Mistakes
	require := func(holds bool, sentence string) {
		if !holds {
			mistakes = append(mistakes, sentence)
		}
	}
	require(isDatabase(c.Database.Reveal()), unmet("RELAIS_DATABASE"))
	require(isHostPort(c.Address), unmet("RELAIS_ADDRESS"))
	require(isHostPort(c.MetricsAddress), unmet("RELAIS_METRICS_ADDRESS"))
	require(c.Address != c.MetricsAddress || strings.HasSuffix(c.Address, ":0"),
		"RELAIS_METRICS_ADDRESS must differ from RELAIS_ADDRESS")
	mistakes = append(mistakes, c.checkPublicURL()...)
	require(inRange(c.SessionIdle), unmet("RELAIS_SESSION_IDLE"))
	require(inRange(c.SessionLength), unmet("RELAIS_SESSION_LENGTH"))
	require(inRange(c.StepUp), unmet("RELAIS_STEP_UP"))
	require(c.SessionIdle <= c.SessionLength, "RELAIS_SESSION_IDLE must not be longer than RELAIS_SESSION_LENGTH")
	return append(mistakes, c.checkMail()...)
}

// checkMail wants all of a mail server or nothing.
func (c *Config) checkMail() Mistakes {
	var mistakes Mistakes
	if c.SMTPAddress == "" {
		if c.SMTPFrom != "" || c.SMTPUser != "" || c.SMTPPassword != "" {
			mistakes = append(mistakes, "RELAIS_SMTP_ADDRESS must be set where another RELAIS_SMTP setting is")
		}
		return mistakes
	}
	if !isHostPort(c.SMTPAddress) || strings.HasPrefix(c.SMTPAddress, ":") || strings.HasSuffix(c.SMTPAddress, ":0") {
		mistakes = append(mistakes, unmet("RELAIS_SMTP_ADDRESS"))
	}
	if from, err := mail.ParseAddress(c.SMTPFrom); err != nil || from.Address != c.SMTPFrom {
		mistakes = append(mistakes, unmet("RELAIS_SMTP_FROM"))
	}
	if (c.SMTPUser == "") != (c.SMTPPassword == "") {
		mistakes = append(mistakes, "RELAIS_SMTP_USER and RELAIS_SMTP_PASSWORD go together")
	}
	return mistakes
}

// checkPublicURL holds the origin to https, which the session cookie needs, except on this machine.
func (c *Config) checkPublicURL() Mistakes {
	if c.PublicURL == "" {
		if !isHostPort(c.Address) || isLoopback(c.Address) {
			return nil
		}
		return Mistakes{"RELAIS_PUBLIC_URL must be set when RELAIS_ADDRESS is not on the loopback"}
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || c.PublicURL != u.Scheme+"://"+u.Host {
		return Mistakes{unmet("RELAIS_PUBLIC_URL")}
	}
	if u.Scheme == "http" && !isLoopback(net.JoinHostPort(u.Hostname(), "0")) {
		return Mistakes{"RELAIS_PUBLIC_URL must begin with https://, except on this machine"}
	}
	return nil
}

func inRange(d time.Duration) bool { return shortest <= d && d <= longest }

func isDatabase(address string) bool {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		return path != "" && !strings.HasPrefix(path, "//")
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return false
	}
	return (u.Host != "" || u.Query().Get("host") != "") && len(u.Path) > 1
}

func isHostPort(address string) bool {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Networks are ranges of addresses.
type Networks []netip.Prefix

// Strings writes the ranges as addresses with a length.
func (n Networks) Strings() []string {
	texts := make([]string, 0, len(n))
	for _, network := range n {
		texts = append(texts, network.String())
	}
	return texts
}

// EnvDecode reads addresses and networks with commas between them. The whole Internet is no network to trust.
// Envconfig calls it with an empty list when the variable is not set.
func (n *Networks) EnvDecode(list string) error {
	if list == "" {
		return nil
	}
	for entry := range strings.SplitSeq(list, ",") {
		network, err := parseNetwork(strings.TrimSpace(entry))
		if err != nil {
			return err
		}
		*n = append(*n, network)
	}
	return nil
}

func parseNetwork(entry string) (netip.Prefix, error) {
	if ip, err := netip.ParseAddr(entry); err == nil {
		return ip.Prefix(ip.BitLen())
	}
	network, err := netip.ParsePrefix(entry)
	if err == nil && network.Bits() == 0 {
		return network, errors.New("everybody")
	}
	return network.Masked(), err
}
