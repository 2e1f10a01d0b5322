package sharing

import (
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// lookHolds is how long somebody may send what they have looked at.
const lookHolds = time.Hour

// look is what the preview of an offer, or of a package for outside, hands out and what is sent hands back: the salt and the hash of what was shown, when, and a mark
// that only this program makes, over that and over who looked, at which file, on which terms.
type look struct {
	shown string
	at    moment.Time
	mark  string
}

func (l look) String() string {
	return l.shown + "." + strconv.FormatInt(int64(l.at), 36) + "." + l.mark
}

// parseLook reads what was handed back; ok is false for what no preview could have handed out.
func parseLook(text string) (l look, ok bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 4 {
		return l, false
	}
	at, err := strconv.ParseInt(parts[2], 36, 64)
	return look{shown: parts[0] + "." + parts[1], at: moment.Time(at), mark: parts[3]}, err == nil
}

// shownIn is the salt and the hash in what was handed back; empty where there was no look.
func shownIn(wrong *fault.Fault, seen string) string {
	l, ok := parseLook(seen)
	if seen != "" && !ok {
		wrong.WithField("seen", "sharing.bad_preview")
	}
	return l.shown
}

// looked is the look of the caller at what was just packed on some terms.
func (s *Service) looked(tx *gate.Tx, terms any, p *parcel) look {
	l := look{shown: p.seen(), at: tx.Now()}
	l.mark = s.markOf(tx, terms, l)
	return l
}

// markOf writes the terms with the names of their types, so that a look at an offer is none at a package for outside.
func (s *Service) markOf(tx *gate.Tx, terms any, l look) string {
	said := fmt.Sprintf("%s %s %d %s %#v", tx.Actor().WorkerID, tx.File().ID, l.at, l.shown, terms)
	return hex.EncodeToString(s.gate.Pepper("referral-look", []byte(said)))
}

// looked are the terms that a look is bound to: all but the look itself, the sections in one order.
func (n NewReferral) looked() NewReferral {
	n.Seen, n.Sections, n.Entries = "", slices.Sorted(slices.Values(n.Sections)), slices.Sorted(slices.Values(n.Entries))
	return n
}

// checkLook holds what is sent against the look that it names: within the hour, by the same person, on the same terms, and nothing
// that goes along has changed since.
func (s *Service) checkLook(tx *gate.Tx, seen string, terms any, p *parcel) error {
	l, ok := parseLook(seen)
	switch age := tx.Now().Sub(l.at); {
	case !ok:
		return fault.New(fault.PreconditionRequired, "sharing.preview_first")
	case subtle.ConstantTimeCompare([]byte(l.mark), []byte(s.markOf(tx, terms, l))) == 0 || age > lookHolds:
		return fault.New(fault.Conflict, "sharing.preview_stale")
	case !p.stillAs(l.shown):
		return fault.New(fault.Conflict, "sharing.preview_changed")
	}
	return nil
}
