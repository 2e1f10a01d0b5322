package account

import (
	"context"
	"net/netip"
	"time"

	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

// pace is how often something may be tried: burst times at once, then once every so long (GCRA). Nobody is ever locked
// out, so nobody can lock out somebody else.
type pace struct {
	name  string
	every time.Duration
	burst int
}

var (
	signInHere    = pace{"sign_in_here", 30 * time.Second, 5}     // one account from one network
	signInNetwork = pace{"sign_in_network", 2 * time.Second, 30}  // one network: an agency behind one address
	signInAnyhow  = pace{"sign_in_anyhow", 5 * time.Second, 60}   // one account from everywhere it has not signed in from
	codeTry       = pace{"code", time.Minute, 5}                  // one person's second factor
	inviteTry     = pace{"invitation", 10 * time.Second, 20}      // one network
	passwordTry   = pace{"password_change", 30 * time.Second, 10} // one person
	packageTry    = pace{"package", 10 * time.Second, 20}         // one network
)

// try is one thing that is being tried; about is who or where, from the server's own data.
type try struct {
	pace  pace
	about string
}

// slow counts tries and refuses if one of them comes too fast; then none is counted. The order matters: what a stranger
// can exhaust for somebody else comes last.
func (s *Service) slow(ctx context.Context, tries ...try) error {
	return s.gate.Touch(ctx, func(raw *database.Tx, now moment.Time) error {
		for _, t := range tries {
			key := s.gate.Pepper(forThrottle, []byte(t.pace.name+"\x00"+t.about))
			wait, err := t.pace.arrive(raw, key, now)
			if err != nil {
				return err
			}
			if wait > 0 {
				return tooMany(wait)
			}
		}
		return nil
	})
}

// Networks from which somebody has signed in with both factors are known for a while, and only so many of them.
const (
	networkKnown = 90 * 24 * time.Hour
	mostNetworks = 10
)

// slowSignIn counts a try to sign in. What strangers use up together, from wherever they come, does not keep somebody out who comes from where
// they have signed in before (threats T24): there only the pace of that account in that network counts, and of the network.
func (s *Service) slowSignIn(ctx context.Context, login []byte, network string) error {
	tries := []try{{signInHere, string(login) + network}, {signInNetwork, network}}
	known := false
	err := s.gate.Identify(ctx, func(raw *database.Tx, now moment.Time) error {
		who, err := credentialBy(raw, selectByLogin, gate.Args{"login": login})
		if err == nil {
			known, err = isKnownNetwork(raw, who.WorkerID, s.networkHash(who.WorkerID, network), now)
		}
		return err
	})
	if err != nil {
		return err
	}
	if !known {
		tries = append(tries, try{signInAnyhow, string(login)})
	}
	return s.slow(ctx, tries...)
}

// networkHash is of person and network together, so that the rows do not tell who comes from one place.
func (s *Service) networkHash(workerID, network string) []byte {
	return s.gate.Pepper(forNetwork, []byte(workerID+"\x00"+network))
}

// SlowPackage counts a try to open a package by a link and a code, from one network.
func (s *Service) SlowPackage(ctx context.Context, network string) error {
	return s.slow(ctx, try{packageTry, network})
}

// arrive moves the theoretical arrival time, or tells how long to wait.
func (p pace) arrive(raw *database.Tx, key []byte, now moment.Time) (time.Duration, error) {
	slack := p.every * time.Duration(p.burst-1)
	taken, err := raw.Exec(arrive, gate.Args{"key": key, "now": now, "step": int64(p.every / time.Microsecond),
		"first": now.Add(p.every), "latest": now.Add(slack)})
	if err != nil || taken == 1 {
		return 0, err
	}
	due, err := arrivalOf(raw, key)
	return due.Sub(now.Add(slack)), err
}

// NetworkOf is the part of an address that one customer of a provider has: all of an IPv4 address, half of an IPv6 one.
func NetworkOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}
