// Package journal is what happens on a file, in the order in which it happened: notes that people write, and the timeline that
// puts them beside entries, shares, duties and decisions.
// It opens nothing: a note stands in a section, and who may read that section, or learn of a share, may read of it here.
package journal

import (
	"cmp"
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// Visibility narrows who may read a note, of those who may read its section.
type Visibility string

// The visibilities.
const (
	ForFile   Visibility = "file"   // whoever may read the section of this file
	ForAgency Visibility = "agency" // of those, the writer's agency
	ForPeople Visibility = "people" // of those, the writer and the colleagues who are named
)

// Visibilities lists them, the widest first.
func Visibilities() []Visibility { return []Visibility{ForFile, ForAgency, ForPeople} }

// longestText is how many characters a note may have.
const longestText = 8000

// PageSize is how many events stand on one page of the timeline.
const PageSize = 50

// Note is one version of a note, as a reader may see it.
type Note struct {
	ID         string      `db:"id"`
	Section    string      `db:"section"`
	AgencyID   string      `db:"agency_id"`
	Agency     string      `db:"agency"`
	Visibility Visibility  `db:"visibility"`
	CreatedAt  moment.Time `db:"created_at"`
	CreatedBy  string      `db:"created_by"`
	Latest     int64       `db:"latest"`
	Version    int64       `db:"version"`
	AuthorID   string      `db:"author_id"`
	WrittenAt  moment.Time `db:"written_at"`
	Basis      string      `db:"basis"`
	Handling   string      `db:"handling"`
	Sealed     []byte      `db:"sealed"`
	Text       string      `db:"-"`
	Author     string      `db:"-"` // a colleague's name; empty for people of other agencies (CETS 197, art. 28)
}

// row is the note as the gate decides on it: like an entry of its section.
func (n *Note) row() *gate.EntryRow {
	return &gate.EntryRow{ID: n.ID, Section: n.Section, AgencyID: n.AgencyID, Agency: n.Agency, Version: n.Version, AuthorID: n.AuthorID,
		WrittenAt: n.WrittenAt, Basis: n.Basis, Handling: n.Handling, Sealed: n.Sealed}
}

// textField is the name under which a note's text is sealed.
const textField = "text"

// New is what has to be said to write a note.
type New struct {
	Section    string
	Visibility Visibility
	Readers    []string // ids of colleagues, for ForPeople
	Text       string
}

// check tidies a new note and gives its section.
func (n *New) check() (authz.Section, error) {
	wrong := invalid()
	id, known := authz.ParseSection(n.Section)
	switch {
	case n.Section == "":
		wrong.WithField("section", "fault.field_required")
	case !known || !authz.FileSections().Has(id):
		wrong.WithField("section", "fault.field_unknown_code")
	}
	if n.Visibility == "" {
		n.Visibility = ForFile
	}
	if !slices.Contains(Visibilities(), n.Visibility) {
		wrong.WithField("visibility", "fault.field_unknown_code")
	}
	slices.Sort(n.Readers)
	n.Readers = slices.Compact(n.Readers)
	switch {
	case n.Visibility == ForPeople && len(n.Readers) == 0:
		wrong.WithField("readers", "journal.nobody_named")
	case n.Visibility != ForPeople && len(n.Readers) > 0:
		wrong.WithField("readers", "journal.named_for_nothing")
	}
	n.Text = checkText(wrong, n.Text)
	return id, wrong.OrNil()
}

func checkText(wrong *fault.Fault, text string) string {
	if text = section.FreeText(wrong, "text", text, longestText); text == "" {
		wrong.WithField("text", "fault.field_required")
	}
	return text
}

// Key is a value of an event's arguments that is itself a key of words.
type Key string

// Kind is a kind of event.
type Kind string

// The kinds of events of the journal itself; other slices bring their own.
const (
	Opened    Kind = "opened"
	Written   Kind = "written"
	Corrected Kind = "corrected"
	Shared    Kind = "shared"
	Unshared  Kind = "unshared"
	Referral  Kind = "referral"
	Noted     Kind = "note"
	Moved     Kind = "track"
	Tasked    Kind = "task"
	Timed     Kind = "clock"
)

// Event is one thing that happened on a file. Words is a key with Args; Text is a note's own words.
type Event struct {
	At     moment.Time
	Kind   Kind
	ID     string
	Words  string
	Args   map[string]any
	Agency string
	Link   string // a path of this site
	Text   string
}

// Source gives the events of one kind of the transaction's file that the caller may know of and that come before a place, at
// most n of them, the newest first. Fewer than n says that there are no more.
type Source func(tx *gate.Tx, before gate.Cursor, n int) ([]Event, error)

// before is a place as the statements take it.
func before(c gate.Cursor, n int) gate.Args {
	if c.ID == "" {
		c = gate.Cursor{At: 1 << 62, ID: "~"}
	}
	return gate.Args{"before_at": c.At, "before_id": c.ID, "limit": n}
}

// merge puts what the sources gave into one order and cuts a page off. What happened in the same instant to the same thing
// stays on one page, because a place in the list cannot tell it apart.
func merge(events []Event, size int) (page []Event, next gate.Cursor) {
	slices.SortStableFunc(events, func(a, b Event) int {
		return cmp.Or(cmp.Compare(b.At, a.At), strings.Compare(b.ID, a.ID))
	})
	if len(events) <= size {
		return events, next
	}
	cut := size
	for cut < len(events) && events[cut].At == events[cut-1].At && events[cut].ID == events[cut-1].ID {
		cut++
	}
	if cut == len(events) {
		return events, next
	}
	return events[:cut], gate.Cursor{At: events[cut-1].At, ID: events[cut-1].ID}
}

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }
