// Package question lets a desk ask another one without saying about whom: codes and words, from which nobody can tell who it is.
// It opens no file; which of the asker's own files a question is about is for the asker's side alone.
package question

import (
	"slices"
	"time"

	"relais/internal/agency"
	"relais/internal/directory"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// State is where a question stands. Only an open one is spoken in; the others are ends.
type State string

// The states.
const (
	Open     State = "open"
	Closed   State = "closed"   // by either desk
	Lapsed   State = "lapsed"   // nobody has said anything for a long time
	Referred State = "referred" // the person was referred to the desk that was asked
)

// States lists the states.
func States() []State { return []State{Open, Closed, Lapsed, Referred} }

const (
	// silence is after how long without a word a question ends by itself.
	silence = 90 * 24 * time.Hour
	// kept is how long the words of a question stay after its end; then their key is destroyed.
	kept = 90 * 24 * time.Hour
)

// AgeBands are the codes of how old somebody is, wide enough to be many.
var AgeBands = []string{"under_12", "12_15", "16_17", "18_25", "26_64", "65_over"}

// Sexes are the codes of a person's sex; none is not said.
var Sexes = []string{"female", "male", "x"}

// Subject is what may be known of the person: codes, each of which can be left out but the need.
type Subject struct {
	Need         string `db:"need"` // a service of the directory
	Exploitation string `db:"exploitation"`
	AgeBand      string `db:"age_band"`
	Sex          string `db:"sex"`
	Country      string `db:"country"` // where the person stays
	Language     string `db:"language"`
}

// Question is one, as the two desks see it.
type Question struct {
	ID         string      `db:"id"`
	AgencyID   string      `db:"agency_id"`
	Agency     string      `db:"agency"`
	DeskID     string      `db:"desk_id"`
	Desk       string      `db:"desk"`
	ToAgencyID string      `db:"to_agency_id"`
	ToAgency   string      `db:"to_agency"`
	ToDeskID   string      `db:"to_desk_id"`
	ToDesk     string      `db:"to_desk"`
	State      State       `db:"state"`
	CreatedAt  moment.Time `db:"created_at"`
	SpokenAt   moment.Time `db:"spoken_at"`
	EndedAt    moment.Time `db:"ended_at"`
	ErasedAt   moment.Time `db:"erased_at"`
	ReferralID string      `db:"referral_id"`
	Version    int64       `db:"version"`
	Asked      bool        `db:"asked"`   // by one of the reader's desks
	Waiting    bool        `db:"waiting"` // the other desk has spoken last
	Subject
}

// Word is what one desk said.
type Word struct {
	ID        string      `db:"id"`
	AgencyID  string      `db:"agency_id"`
	Agency    string      `db:"agency"`
	DeskID    string      `db:"desk_id"`
	Desk      string      `db:"desk"`
	WrittenAt moment.Time `db:"written_at"`
	Sealed    []byte      `db:"sealed"`
	Text      string      `db:"-"`
}

// Linked is the asker's own file that a question is about; only somebody of the asking desk to whom it is open sees it.
type Linked struct {
	FileID    string
	Reference string
}

// View is a question with its words.
type View struct {
	Question
	Words        []Word
	File         Linked // empty for everybody but the asker's side
	SeesReferral bool   // the referral is open to the reader
}

// CanSpeak says whether something can still be said.
func (v *View) CanSpeak() bool { return v.State == Open }

// New is what it takes to ask.
type New struct {
	DeskID   string // one of the caller's own
	ToDeskID string
	Note     string
	VictimID string // the caller's own file; stays on their side
	Subject
}

func (s *Subject) check(wrong *fault.Fault) {
	one := func(field, code string, list []string) {
		if code != "" && !slices.Contains(list, code) {
			wrong.WithField(field, "fault.field_unknown_code")
		}
	}
	if s.Need == "" {
		wrong.WithField("need", "fault.field_required")
	}
	one("need", s.Need, directory.Services())
	one("exploitation", s.Exploitation, codesOf("exploitation_types"))
	one("age_band", s.AgeBand, AgeBands)
	one("sex", s.Sex, Sexes)
	one("country", s.Country, codesOf("countries"))
	one("language", s.Language, codesOf("languages"))
}

func codesOf(list string) (codes []string) {
	for _, c := range section.CodeList(list) {
		codes = append(codes, c.Code)
	}
	return codes
}

// ownDesks are the caller's own of all desks, and others the desks of other agencies.
func ownDesks(tx *gate.Tx, all []agency.Listing) (own []agency.DeskListing, others []agency.Listing) {
	for _, a := range all {
		if a.ID != tx.Actor().AgencyID {
			if len(a.Desks) > 0 {
				others = append(others, a)
			}
			continue
		}
		for _, d := range a.Desks {
			if slices.Contains(tx.Actor().Desks, d.ID) {
				own = append(own, d)
			}
		}
	}
	return own, others
}

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }
