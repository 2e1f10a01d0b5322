package account

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"sync"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
)

// Face is who is signed in, for what surrounds a page: names for the person's own eyes only.
type Face struct {
	agency.Self
	AAL      int
	Enrolled bool // has a second factor
	ViaKey   bool
}

// face is a Face with the actor, as built from the rows of one generation.
type face struct {
	generation int64
	actor      authz.Actor
	self       agency.Self
}

// faces keeps who people are until the generation of rights moves on. What decides is read again in every transaction of
// the gate; this only saves building the same actor for each request.
type faces struct {
	sync.Mutex
	of map[string]*face
}

// mostFaces bounds the memory; beyond it everybody is built anew once.
const mostFaces = 10_000

func newFaces() *faces { return &faces{of: map[string]*face{}} }

func (f *faces) get(workerID string, generation int64) *face {
	f.Lock()
	defer f.Unlock()
	if known := f.of[workerID]; known != nil && known.generation == generation {
		return known
	}
	return nil
}

func (f *faces) put(workerID string, known *face) {
	f.Lock()
	defer f.Unlock()
	if len(f.of) >= mostFaces {
		clear(f.of)
	}
	f.of[workerID] = known
}

type faceKey struct{}

// FaceOf is who is signed in; ok is false for nobody.
func FaceOf(ctx context.Context) (Face, bool) {
	f, ok := ctx.Value(faceKey{}).(Face)
	return f, ok
}

// Recognise puts whoever comes with a session's token into the context. A token of no live session is Unauthenticated.
func (s *Service) Recognise(ctx context.Context, token, traceID string) (context.Context, error) {
	if !isToken(token) {
		return ctx, signedOut()
	}
	ctx, came, err := s.recognise(ctx, selectSession, s.hashed(forSession, token), traceID, false)
	if err == nil && s.gate.Now().Sub(came.SeenAt) >= seenEvery {
		err = s.seen(ctx, came.ID)
	}
	return ctx, err
}

// Glance is Recognise for what a page asks by itself: it does not count as use of the session, which ends although a page lies open.
func (s *Service) Glance(ctx context.Context, token, traceID string) (context.Context, error) {
	if !isToken(token) {
		return ctx, signedOut()
	}
	ctx, _, err := s.recognise(ctx, selectSession, s.hashed(forSession, token), traceID, false)
	return ctx, err
}

// RecogniseKey is Recognise for an API key.
func (s *Service) RecogniseKey(ctx context.Context, token, traceID string) (context.Context, error) {
	if rest, ok := strings.CutPrefix(token, keyPrefix); !ok || !isToken(rest) {
		return ctx, signedOut()
	}
	ctx, _, err := s.recognise(ctx, selectKey, s.hashed(forKey, token), traceID, true)
	return ctx, err
}

// RecogniseBy is Recognise for a secret address that another slice keeps: its statement gives for :token what an API key's gives.
// What asks for the second factor once more stays closed to it.
func (s *Service) RecogniseBy(ctx context.Context, query string, hashed []byte) (context.Context, error) {
	trace := ""
	if caller, ok := gate.CallerOf(ctx); ok {
		trace = caller.TraceID
	}
	ctx, _, err := s.recognise(ctx, query, hashed, trace, true)
	return ctx, err
}

// Nobody puts somebody into the context who has not signed in.
func Nobody(ctx context.Context, traceID string) context.Context {
	return gate.WithCaller(ctx, gate.Caller{Actor: *authz.Nobody(), TraceID: traceID})
}

// markOf is as much of a session's keyed hash as tells two browsers of one person apart.
func markOf(device []byte) string { return hex.EncodeToString(device[:min(len(device), markSize)]) }

const markSize = 8 // bytes

func signedOut() error { return fault.New(fault.Unauthenticated, "account.signed_out") }

func (s *Service) recognise(ctx context.Context, query string, hashed []byte, traceID string, viaKey bool) (context.Context, bearer, error) {
	var came bearer
	now := s.gate.Now()
	err := s.gate.IdentifyOne(ctx, &came, query, gate.Args{"token": hashed, "now": now, "idle_since": now.Add(-s.settings.Idle)})
	if errors.Is(err, database.ErrNoRows) {
		return ctx, came, signedOut()
	}
	if err != nil {
		return ctx, came, err
	}
	known, err := s.face(ctx, &came)
	if err != nil {
		return ctx, came, err
	}
	actor := known.actor
	actor.SessionID, actor.AAL, actor.ViaKey = came.ID, came.AAL, viaKey
	ctx = gate.WithCaller(ctx, gate.Caller{Actor: actor, Generation: came.Generation, SteppedAt: came.SteppedAt, TraceID: traceID,
		Device: markOf(came.Device)})
	return context.WithValue(ctx, faceKey{}, Face{Self: known.self, AAL: came.AAL, Enrolled: came.Enrolled, ViaKey: viaKey}), came, nil
}

// face builds the actor, unless it is known for this generation. Rights that changed since the session was read do no harm: the
// gate compares the generation again.
func (s *Service) face(ctx context.Context, came *bearer) (*face, error) {
	if known := s.known.get(came.WorkerID, came.Generation); known != nil {
		return known, nil
	}
	known := &face{generation: came.Generation}
	err := s.gate.Identify(ctx, func(raw *database.Tx, _ moment.Time) (err error) {
		if known.actor, err = s.actors.Resolve(raw, came.WorkerID); err != nil {
			return err
		}
		known.self, err = agency.SelfOf(raw, s.opener(raw), known.actor.AgencyID, came.WorkerID)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.known.put(came.WorkerID, known)
	return known, nil
}

// seen notes that a session is in use, at most once a minute.
func (s *Service) seen(ctx context.Context, sessionID string) error {
	return s.gate.Touch(ctx, func(raw *database.Tx, now moment.Time) error {
		_, err := raw.Exec(touchSession, gate.Args{"session": sessionID, "now": now, "seen_before": now.Add(-seenEvery)})
		return err
	})
}

func (s *Service) opener(raw *database.Tx) agency.Opener {
	return func(agencyID string, ad seal.AD, sealed []byte) ([]byte, error) {
		return s.gate.OpenForAgency(raw, agencyID, ad, sealed)
	}
}
