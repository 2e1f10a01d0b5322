// Package pointer tells two desks of two agencies of one country that each has a file on what is probably the same person, and
// whom to contact, if both agencies allow it. It shows nothing of either file and gives no access: that is asked for (request),
// and who leads the other file answers.
//
// The rule of a match: one strong identifier (the number of a document, a national number, an e-mail address), or two weak ones of
// different kinds: a telephone number, at least two words of the name, the whole day of birth. Telephones are lent, and shared
// by a house, so they are not enough alone; the first of January stands on papers for "unknown", and does not count. An
// identifier counts where the agency that wrote it takes part, on both sides.
package pointer

import (
	"slices"
	"strings"
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/notice"
)

// State is where a pointer stands; an open one whose day has passed has ended.
type State string

// The states of a pointer.
const (
	Open    State = "open"
	NotSame State = "not_same" // one of the two desks says that it is another person
	Ended   State = "ended"
)

const (
	// LastsFor is how long a pointer stands.
	LastsFor = 90 * 24 * time.Hour
	// within is the time over which probes are counted.
	within = time.Hour
	// MostByWorker and MostBySide are how often one person, and one desk, may look within the hour: enough for an inspection with
	// twenty people, too few to try a list of names.
	MostByWorker = 20
	MostBySide   = 60
	// probesKept is how long it is known that somebody looked; the trail keeps it longer (domain 2.7).
	probesKept = 2 * 366 * 24 * time.Hour
)

// Purposes are the codes for which somebody may look (domain 3.7: judicial, or referral). A person is not looked for to be sent
// back, nor to decide on their stay or to control an employer.
var Purposes = []string{"protection", "identification", "investigation", "prosecution", "guardianship"}

// takesPart is what holds for a kind of agency until its administrator says otherwise: police, prosecutors and national focal
// points (domain 3.7). Shelters do not (domain 5.3: undiscoverable), and neither do those whose questions may cost a person
// their stay or their work.
func takesPart(kind authz.Role) bool {
	return kind == authz.RolePolice || kind == authz.RoleProsecutor || kind == authz.RoleFocalPoint
}

// Setting is whether an agency takes part, and which of its desks do not.
type Setting struct {
	Version  int64       `db:"version"` // 0 where nobody has said anything yet
	Allows   bool        `db:"allows"`
	EachFile bool        `db:"each_file"` // only with files of which who leads them says so
	DesksOff []string    `db:"-"`
	SetAt    moment.Time `db:"set_at"`
	SetBy    string      `db:"-"` // name of the colleague
}

// allows says whether a desk of the agency takes part. Somebody who has a file alone belongs to no desk, and stands apart as soon as
// one does.
func (s *Setting) allows(kind, granteeID string) bool {
	if kind == notice.Worker {
		return s.Allows && len(s.DesksOff) == 0
	}
	return s.Allows && !slices.Contains(s.DesksOff, granteeID)
}

// tells says whether a side takes part with a file of which who leads it has said something, or nothing.
func (s *Setting) tells(of side, said *Said) bool {
	return s.allows(of.GranteeKind, of.GranteeID) && said.Choice != Hidden && (!s.EachFile || said.opens(of.AgencyID))
}

// counts says whether what the agency wrote in a file is compared.
func (s *Setting) counts(agencyID string, said *Said) bool {
	return s.Allows && (!s.EachFile || said.opens(agencyID))
}

// Choice is what who leads a file says of it alone.
type Choice string

// The choices; empty is that nobody has said anything. Hidden holds whatever the agency says, and after a hand-over too. Pointed goes
// no further than what the agency of who said it allows.
const (
	Hidden  Choice = "hidden"
	Pointed Choice = "pointed"
)

// Said is the last choice for a file.
type Said struct {
	Version  int64  `db:"choice_version"` // 0 where nobody has said anything yet
	Choice   Choice `db:"choice"`
	AgencyID string `db:"chooser"`
}

// opens says whether it lets an agency take part that leaves it to who leads each file.
func (s *Said) opens(agencyID string) bool { return s.Choice == Pointed && s.AgencyID == agencyID }

// Pointer is a pointer as one of its two sides sees it: the other's public names, and nothing of its file.
type Pointer struct {
	ID          string      `db:"id"`
	State       State       `db:"state"`
	FileID      string      `db:"file_id"`   // of the reader's side
	Reference   string      `db:"reference"` // by which the reader's agency knows it
	GranteeKind string      `db:"grantee_kind"`
	GranteeID   string      `db:"grantee_id"` // of the reader's side
	AgencyID    string      `db:"other_agency_id"`
	Agency      string      `db:"other_agency"`
	Desk        string      `db:"other_desk"` // empty where one person leads
	DeskID      string      `db:"other_desk_id"`
	Purpose     string      `db:"purpose"` // of the look, where the reader's side looked: what for is not the other's business
	Asked       bool        `db:"asked"`   // by the reader's side
	MadeAt      moment.Time `db:"made_at"`
	UntilAt     moment.Time `db:"until_at"`
	EndedAt     moment.Time `db:"ended_at"`
	EndedByMine bool        `db:"ended_by_mine"`
	SaidByMine  bool        `db:"said_by_mine"` // that it is the same person
	SaidByOther bool        `db:"said_by_other"`
	Version     int64       `db:"version"`
}

// Stands says whether the pointer tells something now.
func (p *Pointer) Stands(now moment.Time) bool { return p.State == Open && p.UntilAt > now }

// StateAt is the state as it is at an instant.
func (p *Pointer) StateAt(now moment.Time) State {
	if p.State == Open && p.UntilAt <= now {
		return Ended
	}
	return p.State
}

// side is one end of a pointer.
type side struct {
	FileID      string `db:"file_id"`
	AgencyID    string `db:"agency_id"`
	GranteeKind string `db:"grantee_kind"`
	GranteeID   string `db:"grantee_id"`
}

// Wait is how long somebody who looks too often has to wait; httpkit tells it as Retry-After.
type Wait time.Duration

// RetryAfter is the wait as a duration.
func (w Wait) RetryAfter() time.Duration { return time.Duration(w) }

func tooMany(most int, wait time.Duration) error {
	return fault.New(fault.TooMany, "pointer.too_many", "Most", most, "Minutes", int(wait/time.Minute)+1).With(Wait(wait))
}

// pace refuses a probe where as many were made within the hour as one may; oldest is the first of them.
func pace(made, most int, oldest, now moment.Time) error {
	if made < most {
		return nil
	}
	return tooMany(most, max(oldest.Add(within).Sub(now), 0))
}

func splitIDs(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }

func changed() error { return fault.New(fault.Conflict, "pointer.changed") }
