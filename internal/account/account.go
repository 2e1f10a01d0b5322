// Package account signs people in: passwords, second factors, sessions, API keys, invitations, and the middleware that
// finds out who calls. It decides about no file; what somebody may do is the matter of agency, authz and the gate.
package account

import (
	"crypto/rand"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"relais/internal/agency"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

const (
	codeHolds       = 10 * time.Minute // after the password, to show the second factor or to set one up
	invitationHolds = 72 * time.Hour
	longestKeyDays  = 90
	mostKeys        = 10 // live ones of a person
	longestLabel    = 80
	seenEvery       = time.Minute // how exactly the last use of a session is kept
)

// Settings are what an operator may set; zero values take the defaults.
type Settings struct {
	Idle   time.Duration // a session that nobody uses ends after this; 30 minutes
	Length time.Duration // every session ends after this; 12 hours
	Cost   Cost          // of a password; OWASP's first choice
}

// Service is what people do with their own account.
type Service struct {
	gate     *gate.Gate
	actors   *agency.Actors
	settings Settings
	hash     *hasher
	known    *faces
}

// New makes the service on the gate that resolves with the same actors.
func New(g *gate.Gate, actors *agency.Actors, settings Settings) *Service {
	if g == nil || actors == nil {
		panic("account: a part is missing")
	}
	if settings.Idle <= 0 {
		settings.Idle = 30 * time.Minute
	}
	if settings.Length <= 0 {
		settings.Length = 12 * time.Hour
	}
	if settings.Cost == (Cost{}) {
		settings.Cost = presentCost
	}
	return &Service{gate: g, actors: actors, settings: settings, known: newFaces(),
		hash: newHasher(func(password string) []byte { return g.Pepper("password", []byte(password)) }, settings.Cost)}
}

// Place is where a request comes from, as the server saw it and not as the client says.
type Place struct {
	Network string // the address, or the /64 of an IPv6 address
	Device  string // the browser's description of itself
}

// Pass is what a browser gets to come back with: the token of its session, and what is still to do.
type Pass struct {
	Token    string
	AAL      int  // 1: the second factor is still to be shown or set up
	Enrolled bool // there is a second factor to show
}

// Session is one of the caller's own sessions.
type Session struct {
	ID        string      `json:"id"`
	CreatedAt moment.Time `json:"created_at"`
	SeenAt    moment.Time `json:"seen_at"`
	UntilAt   moment.Time `json:"until_at"`
	Current   bool        `json:"current"`
}

// Key is one of the caller's API keys; the token itself is shown once, when it is made.
type Key struct {
	ID        string      `json:"id"`
	Label     string      `json:"label"`
	CreatedAt moment.Time `json:"created_at"`
	UntilAt   moment.Time `json:"until_at"`
}

// NewKey is a key that was just made. Asking again with the same once key gives it without its token.
type NewKey struct {
	Key
	Token string `json:"token,omitempty"`
}

// Wait is how long somebody who was too fast has to wait; httpkit tells it as Retry-After.
type Wait time.Duration

// RetryAfter is the wait as a duration.
func (w Wait) RetryAfter() time.Duration { return time.Duration(w) }

func tooMany(wait time.Duration) error {
	seconds := int(wait/time.Second) + 1
	return fault.New(fault.TooMany, "account.too_many", "Seconds", strconv.Itoa(seconds)).With(Wait(wait))
}

// The purposes under which secrets are hashed before they are stored or looked up.
const (
	forSession    = "session"
	forInvitation = "invitation"
	forKey        = "api_key"
	forDevice     = "device"
	forThrottle   = "throttle"
	forNetwork    = "network"
)

// keyPrefix lets a key be recognised, by people and by scanners of leaked secrets.
const keyPrefix = "relais_"

// newToken is 256 bits that nobody can guess.
func newToken() string {
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails, by its contract
	return base64.RawURLEncoding.EncodeToString(random[:])
}

// isToken saves looking up what cannot be a token.
func isToken(text string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && len(raw) == 32
}

func (s *Service) hashed(purpose, token string) []byte {
	return s.gate.Pepper(purpose, []byte(strings.TrimPrefix(token, keyPrefix)))
}

// isID keeps what cannot be an id away from the database, which would answer to a broken byte with a failure of its own.
func isID(id string) bool { return len(id) == 36 && uuid.Validate(id) == nil }
