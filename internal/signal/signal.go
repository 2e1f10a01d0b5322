// Package signal keeps signals: that somebody may be exploited somewhere, before anybody is known by name. A desk notes one,
// passes it on or follows it up into a file; one that nobody follows up is anonymised after six months.
// It holds no file and no person: whoever becomes known gets a victim file, and the signal stays as its history.
package signal

import (
	"slices"
	"time"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// State is where a signal stands.
type State string

// The states. A signal that was followed up stays with its file; the others end anonymised.
const (
	Open       State = "open"
	Followed   State = "followed"
	Closed     State = "closed"
	Anonymised State = "anonymised"
)

// States lists the states.
func States() []State { return []State{Open, Followed, Closed, Anonymised} }

// becomes says whether a signal in state s can turn into next. What was closed can still be followed up until it expires.
func (s State) becomes(next State) bool {
	switch s {
	case Open:
		return next != Open
	case Closed:
		return next == Followed || next == Anonymised
	case Followed:
		return next == Followed // another file that it led to
	}
	return false
}

// HolderState is where a desk stands to a signal.
type HolderState string

// The states of a holder.
const (
	Waiting  HolderState = "waiting" // it was passed to the desk, which has not answered
	Holds    HolderState = "holds"
	Declined HolderState = "declined"
	Ended    HolderState = "ended"
)

const (
	// Months is how long a signal waits for somebody to follow it up (domain 2.7).
	Months = 6
	// WarnDays is how long before its end the desk that has it is told.
	WarnDays = 14
	// AnswerWithin is how long a desk has to answer a signal that was passed to it (domain 3.6).
	AnswerWithin = 72 * time.Hour

	longestPlace = 200
	longestStory = 4000
	mostPersons  = 1000
)

// Sources are the codes of where a signal comes from.
var Sources = []string{"own_observation", "person_concerned", "third_person", "anonymous", "other_service", "online"}

// CloseReasons are the codes of why nobody follows a signal up.
var CloseReasons = []string{"unfounded", "not_trafficking", "known_already", "too_little", "nobody_found"}

// DeclineReasons are the codes of why a desk does not take a signal.
var DeclineReasons = []string{"not_competent", "other_region", "known_already", "no_capacity"}

// The names of the code lists in the catalogue.
const (
	exploitationCodes = "exploitation_types"
	countryCodes      = "countries"
)

// Signal is one, as a desk that knows of it sees it.
type Signal struct {
	ID           string      `db:"id"`
	Country      string      `db:"country"`
	Exploitation string      `db:"exploitation"`
	Persons      int64       `db:"persons"` // zero is not known
	SeenOn       string      `db:"seen_on"` // a day; the month once anonymised
	Source       string      `db:"source"`
	State        State       `db:"state"`
	CloseReason  string      `db:"close_reason"`
	CreatedAt    moment.Time `db:"created_at"`
	ExpiresAt    moment.Time `db:"expires_at"`
	Version      int64       `db:"version"`

	Agency   string `db:"agency"` // that noted it
	With     string `db:"with_agency"`
	WithDesk string `db:"with_desk"`
	Mine     bool   `db:"mine"` // a desk of the reader answers for it

	HolderID  string      `db:"holder_id"` // of the reader's desk
	Holder    HolderState `db:"holder_state"`
	WithStory bool        `db:"with_story"`
	FromAt    moment.Time `db:"from_at"`
	DueAt     moment.Time `db:"due_at"`

	SealedPlace []byte `db:"place"`
	SealedStory []byte `db:"story"`
	Place       string `db:"-"`
	Story       string `db:"-"`
}

// CanPass says whether the reader may pass it on.
func (s *Signal) CanPass() bool { return s.Mine && s.State == Open }

// CanAnswer says whether it waits for the reader's answer.
func (s *Signal) CanAnswer() bool { return s.Holder == Waiting && s.State == Open }

// CanClose says whether the reader may close it.
func (s *Signal) CanClose() bool { return s.Mine && s.State.becomes(Closed) }

// CanFollow says whether the reader may follow it up into a file.
func (s *Signal) CanFollow() bool { return s.Mine && s.State.becomes(Followed) }

// Step is one thing that has happened to a signal.
type Step struct {
	Kind   string      `db:"kind"`
	Agency string      `db:"agency"`
	Desk   string      `db:"desk"`
	Reason string      `db:"reason"`
	At     moment.Time `db:"at"`
}

// Linked is a file that a signal led to and that the reader may see.
type Linked struct {
	FileID    string
	Kind      gate.Kind
	Reference string
}

// View is a signal whole.
type View struct {
	Signal
	Steps []Step
	Files []Linked
}

// New is what it takes to note a signal. There is no field for a name.
type New struct {
	DeskID       string // one of the caller's own
	Country      string
	Exploitation string
	Persons      int64
	SeenOn       moment.Date
	Source       string // one of Sources
	Place        string // sealed
	Story        string // sealed
}

// Pass is what it takes to hand a signal to another desk.
type Pass struct {
	DeskID    string
	WithStory bool // the place and the text go along; else the coded facts alone
	Purpose   string
	Basis     string
}

// check adds a field fault for each rule that is broken.
func (n *New) check(wrong *fault.Fault, desks []string, now moment.Time) {
	if !slices.Contains(desks, n.DeskID) {
		wrong.WithField("desk", "signal.not_your_desk")
	}
	if !hasCode(countryCodes, n.Country) {
		wrong.WithField("country", "fault.field_unknown_code")
	}
	if !hasCode(exploitationCodes, n.Exploitation) {
		wrong.WithField("exploitation", "fault.field_unknown_code")
	}
	if n.Persons < 0 || n.Persons > mostPersons {
		wrong.WithField("persons", "signal.persons_range", "Max", mostPersons)
	}
	if !slices.Contains(Sources, n.Source) {
		wrong.WithField("source", "fault.field_unknown_code")
	}
	day, ok := moment.ParseDate(string(n.SeenOn))
	switch {
	case !ok || day < "1900-01-01":
		wrong.WithField("seen_on", "fault.field_not_a_date")
	case day > moment.DayOf(now):
		wrong.WithField("seen_on", "fault.field_future")
	}
	n.Place = section.FreeLine(wrong, "place", n.Place, longestPlace)
	n.Story = section.FreeText(wrong, "story", n.Story, longestStory)
	if n.Story == "" && len(wrong.Fields) == 0 {
		wrong.WithField("story", "fault.field_required")
	}
}

func hasCode(list, code string) bool {
	return slices.ContainsFunc(section.CodeList(list), func(c section.CodeEntry) bool { return c.Code == code })
}

// expiry is the last instant of the day six calendar months on; a day that the month does not have is its last one.
func expiry(noted moment.Time) moment.Time {
	day := noted.Time().In(moment.Brussels())
	first := time.Date(day.Year(), day.Month()+Months, 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return moment.Date(first.AddDate(0, 0, min(day.Day(), last)-1).Format(time.DateOnly)).EndOf()
}

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }
