package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost is what a guess at a password costs, in argon2id's terms.
type Cost struct {
	kibibytes uint32
	passes    uint32
	threads   uint8
}

// presentCost is OWASP's first choice for argon2id.
var presentCost = Cost{kibibytes: 19 * 1024, passes: 2, threads: 1}

// CheapCost is for tests that sign many people in and try something else than passwords; nobody serves with it.
var CheapCost = Cost{kibibytes: 64, passes: 1, threads: 1}

// dearest bounds what a stored hash may ask for, so that a changed row cannot exhaust the memory.
const dearest = 256 * 1024

const (
	saltBytes = 16
	hashBytes = 32
)

// hasher turns passwords into PHC strings. A keyed hash goes in first, so that a stolen database alone cannot be guessed on.
type hasher struct {
	pepper func(password string) []byte
	cost   Cost
	room   chan struct{} // each hash holds 19 MiB: so many at once
	decoy  string        // what is hashed for somebody who is not there
}

func newHasher(pepper func(string) []byte, c Cost) *hasher {
	return &hasher{pepper: pepper, cost: c, room: make(chan struct{}, max(2, runtime.GOMAXPROCS(0))),
		decoy: encode(c, make([]byte, saltBytes), make([]byte, hashBytes))}
}

// normal is the form in which a password is compared, whatever keyboard it was typed on.
func normal(password string) string { return norm.NFKC.String(strings.TrimSpace(password)) }

// hash makes the PHC string of a new password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails, by its contract
	sum, err := h.derive(ctx, password, salt, h.cost)
	if err != nil {
		return "", err
	}
	return encode(h.cost, salt, sum), nil
}

// verify compares, taking the same time whether there is a stored hash or not.
func (h *hasher) verify(ctx context.Context, stored, password string) (bool, error) {
	c, salt, want, ok := decode(stored)
	if !ok {
		c, salt, want, _ = decode(h.decoy)
	}
	sum, err := h.derive(ctx, password, salt, c)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(sum, want) == 1 && ok, nil
}

// derive waits for room; a client that goes away waits no longer.
func (h *hasher) derive(ctx context.Context, password string, salt []byte, c Cost) ([]byte, error) {
	select {
	case h.room <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.room }()
	return argon2.IDKey(h.pepper(normal(password)), salt, c.passes, c.kibibytes, c.threads, hashBytes), nil
}

// needsRehash says whether a stored hash was made at another cost than the present one.
func (h *hasher) needsRehash(stored string) bool {
	c, _, _, ok := decode(stored)
	return ok && c != h.cost
}

func encode(c Cost, salt, sum []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.kibibytes, c.passes, c.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum))
}

func decode(phc string) (c Cost, salt, sum []byte, ok bool) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, false
	}
	n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.kibibytes, &c.passes, &c.threads)
	if err != nil || n != 3 || c.kibibytes == 0 || c.kibibytes > dearest || c.passes == 0 || c.passes > 10 || c.threads == 0 {
		return c, nil, nil, false
	}
	salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil || len(salt) < 8 {
		return c, nil, nil, false
	}
	sum, err = base64.RawStdEncoding.DecodeString(parts[5])
	return c, salt, sum, err == nil && len(sum) == hashBytes
}
