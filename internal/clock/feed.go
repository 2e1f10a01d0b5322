package clock

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

var (
	feedsAction   = gate.ByAnyone("clock.feeds")
	addFeedAction = gate.ByAnyone("clock.add_feed")
	endFeedAction = gate.ByAnyone("clock.end_feed")
	feedAction    = gate.ByAnyone("clock.feed")
)

const (
	mostFeeds = 10  // live addresses of one person
	mostShown = 500 // clocks in one calendar
	shownOver = 30  // days that a clock stays in it after its last one
)

// Feed is a secret address by which a calendar reads clocks; the address itself is shown once and not kept.
type Feed struct {
	ID        string      `db:"id"`
	WorkerID  string      `db:"worker_id"`
	DeskID    string      `db:"desk_id"` // empty where it holds all that its owner may know of
	Desk      string      `db:"desk"`
	CreatedAt moment.Time `db:"created_at"`
	Version   int64       `db:"version"`
}

// NewFeed is a feed with its secret, right after it was made; the token is empty when the same request comes again.
type NewFeed struct {
	ID    string
	Token string
}

// Desk is a desk of the caller's.
type Desk struct {
	ID   string `db:"id"`
	Name string `db:"name"`
}

// Feeds lists the caller's live addresses, and the desks for which one can be made.
func (s *Service) Feeds(ctx context.Context) (feeds []Feed, desks []Desk, err error) {
	err = s.gate.Read(ctx, feedsAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if feeds, err = feedsOf(tx); err == nil {
			desks, err = desksOf(tx)
		}
		return audit.Event{Op: audit.Consult, Subject: tx.Actor().WorkerID}, err
	})
	return feeds, desks, err
}

// AddFeed makes an address for all clocks that the caller may know of, or for those of the files of one of the caller's desks.
func (s *Service) AddFeed(ctx context.Context, deskID, once string) (made NewFeed, err error) {
	err = s.gate.Write(ctx, addFeedAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		made = NewFeed{}
		id, again, err := tx.Once(once, deskID, func() (string, error) {
			made, err = addFeed(tx, deskID)
			return made.ID, err
		})
		if err != nil {
			return audit.Event{}, err
		}
		if again {
			made = NewFeed{ID: id}
			return audit.Event{Op: audit.Consult, Subject: id}, nil
		}
		return audit.Event{Op: audit.Admin, Subject: id, Fields: []string{"feed"}}, nil
	})
	return made, err
}

func addFeed(tx *gate.Tx, deskID string) (NewFeed, error) {
	if deskID != "" && !slices.Contains(tx.Actor().Desks, deskID) {
		return NewFeed{}, fault.New(fault.Invalid, "fault.invalid").WithField("desk", "clock.not_your_desk")
	}
	have, err := feedsOf(tx)
	if err != nil {
		return NewFeed{}, err
	}
	if len(have) >= mostFeeds {
		return NewFeed{}, fault.New(fault.Conflict, "clock.too_many_feeds", "Max", mostFeeds)
	}
	var secret [32]byte
	_, _ = rand.Read(secret[:])
	made := NewFeed{ID: gate.NewID(), Token: base64.RawURLEncoding.EncodeToString(secret[:])}
	return made, insertFeed(tx, made.ID, deskID, HashOf(made.Token))
}

// HashOf is what is kept of a secret address. It is 256 random bits, so a plain hash gives nothing to guess.
func HashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// IsToken says whether a text has the form of a secret address, before anybody looks for it.
func IsToken(text string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && len(raw) == 32 && len(text) == 43
}

// RevokeFeed ends one of the caller's own addresses; somebody else's is not found.
func (s *Service) RevokeFeed(ctx context.Context, feedID string) error {
	return s.gate.Write(ctx, endFeedAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Admin, Subject: feedID, Fields: []string{"feed"}}, endFeed(tx, feedID)
	})
}

// Calendar gives the running clocks behind an address, as its owner may know of them now, and whether there are more than a calendar holds.
// What has been over for long is on the lists, and would take the place of what is still to come. The caller in ctx is that owner.
func (s *Service) Calendar(ctx context.Context, token string) (list []Clock, more bool, err error) {
	err = s.gate.Read(ctx, feedAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		f, err := feedBy(tx, HashOf(token))
		if err != nil {
			return audit.Event{}, err
		}
		q := s.about(tx, ofCaller, inFeed)
		if f.DeskID != "" {
			q = s.about(tx, ofDesk, inFeed)
			q.args["desk"] = f.DeskID
		}
		var next gate.Cursor
		if list, next, err = q.page(tx, gate.Cursor{}, mostShown); err != nil {
			return audit.Event{}, err
		}
		more = next.ID != ""
		return audit.Event{Op: audit.Search, Subject: f.ID, SubjectCategory: "victim", Results: filesOf(list)}, nil
	})
	return list, more, err
}
