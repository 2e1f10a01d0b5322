// Package worklist is the landing page: what each role should do now, with numbers that open the list they count.
// It changes nothing and decides nothing; every line leads to the page where something can be done.
package worklist

import (
	"time"

	"relais/internal/clock"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
	"relais/internal/task"
)

const (
	// Most is how far a list is counted; a longer one reads "200+". It is four pages of a list: what is beyond is not worked off by
	// counting it, and each line that is counted is a file whose grants are looked up.
	Most = 200
	// PageSize is how many lines stand on one page of a list.
	PageSize = 50
	// shown is how many lines of a list the landing page itself prints.
	shown = 10
	// recent is how many files it prints as changed last: these ask for nothing, and stand below what does.
	recent = 5
	// soon is how far ahead an end is announced.
	soon = 14 * 24 * time.Hour
)

// Count is the length of a list, counted up to Most; More says that there is more than that.
type Count struct {
	Number int  `json:"number"`
	More   bool `json:"more"`
}

// countOf makes a Count of a query that stopped at one more than Most.
func countOf(found int) Count {
	if found > Most {
		return Count{Number: Most, More: true}
	}
	return Count{Number: found}
}

// File is a file that changed lately: a reference and an instant, no name.
type File struct {
	Kind      gate.Kind   `db:"kind" json:"kind"`
	ID        string      `db:"file_id" json:"id"`
	Reference string      `db:"reference" json:"reference"`
	ChangedAt moment.Time `db:"changed_at" json:"changed_at"`
}

// Ending is a file that the caller's desks see only until a day within the next fortnight.
type Ending struct {
	GrantID   string      `db:"id" json:"grant_id"`
	Kind      gate.Kind   `db:"kind" json:"kind"`
	FileID    string      `db:"file_id" json:"file_id"`
	Reference string      `db:"reference" json:"reference"`
	Lead      bool        `db:"lead" json:"lead"`
	UntilAt   moment.Time `db:"until_at" json:"until"`
}

// Leaderless is a case that the caller's agency leads while nobody who works is there to lead it.
type Leaderless struct {
	FileID    string      `db:"file_id" json:"file_id"`
	Reference string      `db:"reference" json:"reference"`
	Desk      string      `db:"desk" json:"desk,omitempty"` // empty where one person led it
	ChangedAt moment.Time `db:"changed_at" json:"changed_at"`
}

// Person is somebody of the caller's own agency who signs in without a second factor, or has not signed in yet.
type Person struct {
	WorkerID  string      `db:"id" json:"id"`
	Name      string      `db:"-" json:"name"`
	CreatedAt moment.Time `db:"created_at" json:"created_at"`
}

// Number is how long a list is, and the page that shows the list; Due says that it presses.
type Number struct {
	Key  string // its words are worklist.tile_<key>
	Path string
	Count
	Due bool
}

// View is the landing page of one person: the day as that person's roles see it. What they do not reach is left empty.
type View struct {
	Now     moment.Time
	Numbers []Number      // of every list that is for the person's roles, in the order in which they press
	Notices Count         // to be read
	Clocks  []clock.Clock // that ask the person's kind of agency for something, the first day first
	Tasks   []task.Task   // of the person and the person's desks, the most pressing first

	Works        bool  // holds a role that works on files
	Requests     Count // for access, that wait for the person's answer
	Approvals    Count // that wait for a second person
	Waiting      []sharing.Referral
	WaitingCount Count
	Overdue      bool // one of those that wait should have been answered
	Sent         []sharing.Referral
	SentCount    Count
	Changed      []File
	Ending       []Ending
	EndingCount  Count

	Watches         bool // answers for the agency's cases: supervisor or administrator
	Leaderless      []Leaderless
	LeaderlessCount Count

	Manages     bool // may change people
	Unprotected Count
	Missing     []string // units of the law that no desk of the agency is

	Reviews     bool     // holds an auditor's role
	Emergencies Count    // openings that the agency has still to review
	Verified    Verified // by somebody of the agency, the last time

	clocks *clock.Service
	units  Units
}

// Verified is that somebody verified the access log, and what came of it.
type Verified struct {
	At      moment.Time // zero if never
	Outcome string      // Open where none is known
}

// What comes of a verification.
const (
	Whole     = "whole"
	Faulty    = "faulty"
	BrokenOff = "broken_off"
	Open      = "open" // it has not ended, or ended with the program, or was made when outcomes were not kept
)

// outcomes are the outcomes by the actions under which the trail keeps them.
var outcomes = map[string]string{"log.verify": Open, "log.whole": Whole, "log.faulty": Faulty, "log.broken_off": BrokenOff}
