// Package task is what has to be done on a file, by whom and until when: written by people, or made by the rules of other
// slices. A task shows nothing of a file and opens nothing: it leads to a page, and the gate decides there.
package task

import (
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// State is where a task stands.
type State string

// The states of a task; the last two are final.
const (
	Open      State = "open"
	Waiting   State = "waiting" // until another task is done or cancelled
	Done      State = "done"
	Cancelled State = "cancelled"
)

// Codes are the kinds of what people ask each other to do.
var Codes = []string{"call", "appointment", "accompany", "interpreter", "document", "ask_agency", "tell_person", "check", "decide", "other"}

// FlagReasons are the codes of what everybody who works on the file has to mind until a day.
var FlagReasons = []string{"flag_danger", "flag_contact", "flag_missing", "flag_child", "flag_deadline", "flag_wrong_facts"}

// CancelReasons are the codes of why a task is not done.
var CancelReasons = []string{"not_needed", "done_elsewhere", "twice", "not_ours", "person_declines", "person_gone"}

// steps are the words of a task's history.
const (
	stepMade     = "made"
	stepGiven    = "given" // to another doer
	stepMoved    = "moved" // to another day
	stepWaits    = "waits" // for another task
	stepReleased = "released"
	stepDone     = "done"
	stepSettled  = "settled" // what the rule asked for has happened
	stepDropped  = "cancelled"
	stepExpired  = "expired"  // a flag's day is over
	stepReturned = "returned" // the doer lost the file: to who leads it
)

// unsaid is the time that a task has for which nobody named a day.
const unsaid = 7 * 24 * time.Hour

// Made is a task that a rule of another slice asks for.
type Made struct {
	FileID   string
	FileKind gate.Kind
	Rule     string      // its words are task.rule.<rule>
	Subject  string      // what the rule asks it for, such as the id of a step; once for each
	To       notice.To   // empty, or without access to the file: whoever leads the file
	DueAt    moment.Time // zero: within a week
	Link     string      // kind of the page where it can be done, as in a notice; empty for the file's own
	LinkID   string
}

// Task is a task as the list of its file or of its doer holds it.
type Task struct {
	ID         string      `db:"id"`
	FileID     string      `db:"file_id"`
	Kind       gate.Kind   `db:"kind"`
	Reference  string      `db:"reference"` // by which the reader's agency knows the file
	Code       string      `db:"code"`      // one of Codes or FlagReasons; of a rule's task its rule
	Rule       string      `db:"rule"`
	Subject    string      `db:"subject"`
	Flag       bool        `db:"flag"`
	Sealed     []byte      `db:"text"`
	MadeAt     moment.Time `db:"made_at"`
	MadeBy     string      `db:"made_by"`
	MadeAgency string      `db:"made_agency_id"`
	ToKind     string      `db:"to_kind"`
	ToID       string      `db:"to_id"`
	ToAgencyID string      `db:"to_agency_id"`
	ToAgency   string      `db:"to_agency"` // name
	ToDesk     string      `db:"to_desk"`   // name; empty for a person
	DueAt      moment.Time `db:"due_at"`
	WaitsFor   string      `db:"waits_for"`
	Link       string      `db:"link"`
	LinkID     string      `db:"link_id"`
	State      State       `db:"state"`
	ClosedAt   moment.Time `db:"closed_at"`
	ClosedBy   string      `db:"closed_by"`
	Reason     string      `db:"reason"`
	Version    int64       `db:"version"`
	Told       int         `db:"told"` // how often it was told that it is late
	Text       string      `db:"-"`    // what somebody wrote, for its two sides
	Person     string      `db:"-"`    // name of the doer, within the own agency
}

// IsOpen says whether something has still to be done.
func (t *Task) IsOpen() bool { return t.State == Open || t.State == Waiting }

// Overdue says whether it should have been done by now.
func (t *Task) Overdue(now moment.Time) bool { return t.IsOpen() && t.DueAt <= now }

// To is who does it.
func (t *Task) To() notice.To { return notice.To{Kind: t.ToKind, ID: t.ToID, AgencyID: t.ToAgencyID} }

// check refuses a rule's task that says too little. It is a mistake of the program, never of its user.
func (m *Made) check() error {
	if m.FileID == "" || m.FileKind == "" || m.Rule == "" || m.Link != "" && !notice.Leads(m.Link) {
		return fault.New(fault.Internal, "task.incomplete")
	}
	return nil
}

// works says whether somebody holds a role of the own agency's discipline: only they do and give tasks.
func works(a *authz.Actor) bool { return gate.Holds(a, a.Kind) }
