// Package circle keeps standing groups of desks that share victim files with each other: what for, whose, until when, and who
// belongs to them. To anybody outside a circle it does not exist.
// A circle opens nothing by itself: sharing with it writes one grant for each desk, and the gate decides at every look.
package circle

import (
	"slices"
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/sharing"
)

const (
	longestName = 80
	mostMembers = 40
	// usualLife is how long a circle holds if nothing else is said; gate.LongestGrant is the most.
	usualLife = 180 * 24 * time.Hour
)

// Why a grant ended, as it stands in the grant.
const (
	endLeft   = "circle_left"
	endClosed = "circle_closed"
	endShare  = "circle_share_ended"
)

// eyes are the sections that a second person has to agree to each time, so they never go to a whole circle.
var eyes = authz.SectionsOf(authz.ShelterLocation, authz.Health, authz.Intelligence)

// Circle is one, as its members see it.
type Circle struct {
	ID        string      `db:"id"`
	AgencyID  string      `db:"agency_id"`
	Agency    string      `db:"agency"`
	DeskID    string      `db:"desk_id"`
	Desk      string      `db:"desk"`
	Sealed    []byte      `db:"name"`
	Name      string      `db:"-"`
	Purpose   string      `db:"purpose"`
	CreatedAt moment.Time `db:"created_at"`
	UntilAt   moment.Time `db:"until_at"`
	ClosedAt  moment.Time `db:"closed_at"`
	Version   int64       `db:"version"`
	Owned     bool        `db:"owned"` // the reader sits at the desk that owns it
}

// Live says whether the circle can still be used.
func (c *Circle) Live(now moment.Time) bool { return c.ClosedAt == 0 && c.UntilAt > now }

// Member is a desk in a circle.
type Member struct {
	ID       string      `db:"id"`
	DeskID   string      `db:"desk_id"`
	Desk     string      `db:"desk"`
	AgencyID string      `db:"agency_id"`
	Agency   string      `db:"agency"`
	Country  string      `db:"country"`
	Kind     authz.Role  `db:"kind"`
	FromAt   moment.Time `db:"from_at"`
	Mine     bool        `db:"mine"` // one of the reader's desks
}

// Share is a file that was shared with a circle, as a member sees it.
type Share struct {
	ID         string           `db:"id"`
	FileID     string           `db:"file_id"`
	Reference  string           `db:"reference"` // by which the reader's agency knows the file
	AgencyID   string           `db:"agency_id"`
	Agency     string           `db:"agency"`
	Sections   authz.SectionSet `db:"sections"`
	OnlyOf     gate.OnlyOf      `db:"only_of"` // whose entries alone, of some of them
	Purpose    string           `db:"purpose"`
	Basis      string           `db:"basis"`
	BasisRef   string           `db:"basis_ref"`
	Document   gate.Document    `db:"-"` // as it was said; what lies in the row is sealed
	LegalBasis string           `db:"legal_basis"`
	ConsentID  string           `db:"consent_id"`
	At         moment.Time      `db:"at"`
	UntilAt    moment.Time      `db:"until_at"`
	Version    int64            `db:"version"`
	Mine       bool             `db:"mine"` // by the reader's agency
	gate.SealedDocument
}

// openDocument opens, on its file, what is known of the document behind a share that was read from its row.
func (s *Share) openDocument(tx *gate.Tx) (err error) {
	if s.Document == (gate.Document{}) {
		s.Document, err = tx.OpenDocument("circle_share", s.ID, s.SealedDocument)
	}
	return err
}

// discreet takes from a share what its reader may not know: of sections that go along in part, the agencies whose entries neither it
// wrote nor is shown. To all but these and whoever shared it, that somebody's entries go along would say that there are some.
func (s *Share) discreet(reader string, holds []held) {
	var told gate.OnlyOf
	for _, w := range s.OnlyOf {
		knows := s.Mine || w.AgencyID == reader || slices.ContainsFunc(holds, func(h held) bool {
			g := gate.Grant{Sections: h.Sections, OnlyOf: h.OnlyOf}
			return h.FileID == s.FileID && g.Opens(w)
		})
		if knows {
			told = append(told, w)
		}
	}
	for _, w := range s.OnlyOf {
		if len(told.Of(w.Section)) == 0 {
			s.Sections = s.Sections.Minus(authz.SectionsOf(w.Section))
		}
	}
	s.OnlyOf = told
}

// View is a circle with its desks and what was shared with it.
type View struct {
	Circle
	Members []Member
	Shares  []Share
	Now     moment.Time
}

// Effect is what a change does, told before it is saved. A version that has moved since makes the change a conflict, so what
// was told is what happens.
type Effect struct {
	Circle
	Desk  Member
	Ends  int // files that the desk, or everybody, no longer sees by this circle
	Opens int // files of the reader's agency that the desk could be given
	Asks  int // files of other agencies, whose desks are asked
}

// New is what it takes to make a circle.
type New struct {
	Name    string
	DeskID  string // the desk that owns it, one of the maker's own
	Purpose string
	Until   moment.Date // last day in Brussels; empty is 180 days from now
	Desks   []string    // the others
}

// check adds a field fault for each rule that is broken and gives the instant at which the circle ends.
func (n *New) check(wrong *fault.Fault, a *authz.Actor, now moment.Time) moment.Time {
	if n.Name = section.FreeLine(wrong, "name", n.Name, longestName); n.Name == "" {
		wrong.WithField("name", "fault.field_required")
	}
	if !slices.Contains(a.Desks, n.DeskID) {
		wrong.WithField("desk", "circle.not_your_desk")
	}
	if !slices.Contains(gate.Purposes, n.Purpose) {
		wrong.WithField("purpose", "gate.no_purpose")
	}
	slices.Sort(n.Desks)
	n.Desks = slices.DeleteFunc(slices.Compact(n.Desks), func(id string) bool { return id == n.DeskID || id == "" })
	switch {
	case len(n.Desks) == 0:
		wrong.WithField("members", "circle.nobody")
	case len(n.Desks) >= mostMembers:
		wrong.WithField("members", "fault.field_too_many", "Max", mostMembers-1)
	}
	return ends(wrong, n.Until, now)
}

func ends(wrong *fault.Fault, day moment.Date, now moment.Time) moment.Time {
	longest := now.Add(gate.LongestGrant)
	if day == "" {
		return now.Add(usualLife)
	}
	parsed, ok := moment.ParseDate(string(day))
	switch {
	case !ok:
		wrong.WithField("until", "fault.field_not_a_date")
	case parsed < moment.DayOf(now):
		wrong.WithField("until", "sharing.until_past")
	case parsed > moment.DayOf(longest):
		wrong.WithField("until", "sharing.until_too_late")
	}
	return min(parsed.EndOf(), longest)
}

// NewShare is what it takes to share a victim file with a circle.
type NewShare struct {
	CircleID string
	Sections []string // words of sections, such as "identity"
	Entries  []string // of some of them these entries alone, by their ids
	sharing.Terms
}

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }
