// Package review asks the desks that gave access to files, once a quarter, who still has it: each grant is kept with a reason or ended.
// It gives no access and makes none longer; what nobody looked at within thirty days is told to the agency's auditors.
package review

import (
	"fmt"
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// lookWithin is how long a desk has for the review of a quarter before the auditors are told.
const lookWithin = 30 * 24 * time.Hour

// PageSize is how many grants stand on one page.
const PageSize = 50

// Quarter is one of a calendar year, in Brussels.
type Quarter struct {
	Year, Number int
}

// QuarterOf is the quarter of an instant.
func QuarterOf(at moment.Time) Quarter {
	day := moment.DayOf(at)
	var year, month int
	_, _ = fmt.Sscanf(string(day), "%d-%d", &year, &month) // a day is always written so
	return Quarter{year, (month + 2) / 3}
}

// String writes it as it is stored: 2026-Q1.
func (q Quarter) String() string { return fmt.Sprintf("%04d-Q%d", q.Year, q.Number) }

// Begins is its first instant: the end of the day before.
func (q Quarter) Begins() moment.Time {
	return moment.Date(fmt.Sprintf("%04d-%02d-01", q.Year, 3*q.Number-2)).AddDays(-1).EndOf()
}

// DueAt is by when every desk should have looked.
func (q Quarter) DueAt() moment.Time { return q.Begins().Add(lookWithin) }

// Line is one grant that is older than the quarter and for which one of the reader's desks answers: its agency gave it, or leads the file
// where who gave it no longer sees it.
type Line struct {
	GrantID     string           `db:"id"`
	FileID      string           `db:"file_id"`
	Kind        gate.Kind        `db:"kind"`
	Reference   string           `db:"reference"` // by which the reader's agency knows the file
	GranteeKind string           `db:"grantee_kind"`
	GranteeID   string           `db:"grantee_id"`
	AgencyID    string           `db:"agency_id"`
	Agency      string           `db:"agency"`
	AgencyKind  authz.Role       `db:"agency_kind"`
	Desk        string           `db:"desk"` // empty where a single person was granted it
	Sections    authz.SectionSet `db:"sections"`
	OnlyOf      gate.OnlyOf      `db:"only_of"` // whose entries alone, of some of them
	Purpose     string           `db:"purpose"`
	Basis       string           `db:"basis"`
	Place       bool             `db:"place"` // in the case team
	FromAt      moment.Time      `db:"from_at"`
	SinceAt     moment.Time      `db:"since_at"`
	UntilAt     moment.Time      `db:"until_at"`
	Version     int64            `db:"version"`
}

// Decision is what becomes of a grant.
type Decision struct {
	Keep   bool
	Reason string // why it is kept: one of sharing.RenewReasons
}

func (d Decision) word() string {
	if d.Keep {
		return "keep"
	}
	return "end"
}

// Tally is how far one desk of the reader's agency has come, for its auditors.
type Tally struct {
	DeskID string `db:"desk_id"`
	Desk   string `db:"desk"` // empty for a person who leads alone
	Open   int    `db:"open"`
	Done   int    `db:"done"`
}

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }
