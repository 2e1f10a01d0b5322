// Package track is where a person stands: protection, residence, identification and the criminal case, remedy. The four run side
// by side, each in the countries that it has reached, and none of them waits for another: help never depends on cooperation.
// It does not know the law; the rule packs do. It measures no time; clocks do.
package track

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

// Step is one change of a track: who recorded it, for which authority, since when, on what basis.
type Step struct {
	ID        string      `db:"id"`
	Track     string      `db:"track"`
	Country   string      `db:"country"`
	Seq       int64       `db:"seq"` // 1, 2, 3 … within the track and the country
	From      string      `db:"from_state"`
	To        string      `db:"to_state"`
	On        moment.Date `db:"happened_on"`
	WrittenAt moment.Time `db:"written_at"`
	WorkerID  string      `db:"worker_id"`
	AgencyID  string      `db:"agency_id"`
	Agency    string      `db:"agency"`    // its name
	Authority string      `db:"authority"` // kind of the agency that decided
	Rule      string      `db:"rule"`
	Basis     string      `db:"basis"`
	Ground    string      `db:"ground"` // conditions that were confirmed, joined by ";"
	Pack      string      `db:"pack"`   // version of the rule pack
	Sealed    []byte      `db:"sealed"` // document and note
	Document  string      `db:"-"`
	Note      string      `db:"-"`
	Appeals   []Appeal    `db:"-"` // of a decision on identification, in their order
	Strike
}

// Lane is one track in one country, as this caller may see it.
type Lane struct {
	Track     string
	Country   string
	Show      authz.Show   // Hidden, Derived or Full
	Reason    authz.Reason // why it is closed
	State     string       // of a derived view its class, such as "open"; empty where not even that is shown
	Since     moment.Date
	Final     bool
	Version   int64           // for the next change
	Steps     []Step          // struck ones too
	Void      bool            // all was struck in a country where the track has not begun by itself
	CanStrike *Step           // the step that the caller may strike; nil for none
	Appeal    []Step          // the decisions about which the caller may record an appeal, or its result
	Moves     []rulepack.Move // what may come next, whoever decides
	May       []rulepack.Move // those of them that the caller decides
}

// View is where a person stands.
type View struct {
	Lanes     []Lane
	Person    Person
	NoRemoval bool // nobody may be removed meanwhile
}

// sections are the sections of the matrix that say who may see which track.
var sections = map[string]authz.Section{
	rulepack.Protection: authz.RiskLevel, rulepack.Residence: authz.Residence, rulepack.Criminal: authz.Court, rulepack.Remedy: authz.Claims,
}

// SectionOf is the section whose readers see a track.
func SectionOf(track string) authz.Section { return sections[track] }

// The first states of protection (domain 1.2).
const (
	signalled = "signal"
	detected  = "detected" // somebody was noticed; nobody has presumed anything yet
	presumed  = "presumed"
)

// begin is the state in which a track is before anything was recorded. A victim file begins with the presumption: help starts
// before anybody has decided. One that comes of a signal begins a step earlier, by a step of its own.
func begin(track string) string {
	if track == rulepack.Protection {
		return presumed
	}
	return rulepack.States(track)[0]
}

// ways are the states that lead on, in their order; all others are ways out.
var ways = map[string][]string{
	rulepack.Protection: {presumed, "referred", "intake", "supported", "aftercare", "closed"},
	rulepack.Residence:  {"not_started", "reflection", "provisional", "temporary", "durable"},
	rulepack.Criminal:   {"not_reported", "reported", "under_investigation", "identified", "prosecution", "judgment_1st", "appeal", "final"},
	rulepack.Remedy:     {"not_assessed", "claim_prepared", "claimed", "awarded", "paid"},
}

// way is the part of a track's way that a country's law has.
func way(p *rulepack.Pack, track string) (states []string) {
	for _, state := range ways[track] {
		named := func(m rulepack.Move) bool { return m.Track == track && (m.From == state || m.To == state) }
		if p == nil || slices.ContainsFunc(p.AllMoves, named) {
			states = append(states, state)
		}
	}
	return states
}

// prelude is what lies before the way, of a person who was noticed by a signal.
func prelude(track string) []string {
	if track == rulepack.Protection {
		return []string{signalled, detected}
	}
	return nil
}

// ahead says whether a state lies further on the way than another: what comes next, rather than a way out.
func ahead(track, from, to string) bool {
	return slices.Index(ways[track], to) > slices.Index(ways[track], from)
}

// The classes of states that are told to those who see a track only as a derived fact.
const (
	classNone     = "none"
	classOpen     = "open"
	classDetected = "detected"
	classClosed   = "closed"
	classPresumed = "presumed"
	classInCare   = "in_care"
	classEnded    = "ended"
)

// classOf is what a derived view tells of a state; nothing where the matrix derives another fact than the state.
func classOf(track, state string, role authz.Role) string {
	switch track {
	case rulepack.Protection:
		switch {
		case rulepack.Final(track, state):
			return classEnded
		case state == "intake" || state == "supported" || state == "aftercare":
			return classInCare
		case slices.Contains(prelude(track), state):
			return classDetected
		}
		return classPresumed
	case rulepack.Residence:
		if role == authz.RolePolice { // status and expiry
			return state
		}
	case rulepack.Criminal:
		switch {
		case state == begin(track):
			return classNone
		case state == "final" || state == "dismissed":
			return classClosed
		}
		return classOpen
	}
	return ""
}

// since says whether a derived view tells the day too (matrix: "dates, outcome, claim"; "only: dates").
func tellsDay(track string, role authz.Role) bool {
	return track == rulepack.Criminal && role == authz.RoleShelter || track == rulepack.Residence && role == authz.RoleFocalPoint
}
