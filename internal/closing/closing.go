// Package closing ends a file: it is closed once its duties are settled, kept as long as the rules say, held where a prosecutor
// orders it, and erased when two persons have signed; what was closed can be opened again with its one history.
// It ends no access but where the law ends an agency's use of a file that is still kept, and deletes no row: an erased file has lost its keys, and
// ids, dates and codes stay.
package closing

import (
	"slices"
	"strconv"
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/sharing"
)

// Reasons are the codes of why a file is closed.
var Reasons = []string{"help_completed", "proceedings_ended", "returned", "moved_on", "contact_lost", "no_victim", "opened_in_error", "other"}

// ReopenReasons are the codes of why a file is opened again.
var ReopenReasons = []string{"person_back", "new_facts", "proceedings_resumed", "claim", "closed_in_error", "other"}

// PostponeReasons are the codes of why a file is kept longer than its rule says, each time for a year at most.
var PostponeReasons = []string{"proceedings", "claim", "support_needed", "agency_rule", "other"}

// EraseReasons are the codes for which a person asks to erase a closed file; "due" is said by its rule.
var EraseReasons = []string{"due", "wrong", "person_asks", "unlawful"}

// longestPostponement is how far the end can be put off at a time.
const longestPostponement = 366 * 24 * time.Hour

// seenBefore is how long before its end a file stands in the review queue.
const seenBefore = 90 * 24 * time.Hour

// Kind is a kind of duty that is open on a file.
type Kind string

// The kinds of duties. All but shares and holds have to be settled before a file can be closed; those stay, and who closes says
// to know of them.
const (
	Track   Kind = "track"   // has not reached its end
	Clock   Kind = "clock"   // runs
	Task    Kind = "task"    // is not done
	Offer   Kind = "offer"   // a referral or the lead, waits for an answer
	Request Kind = "request" // for access, waits for an answer
	File    Kind = "file"    // a victim file of the case, still open
	Share   Kind = "share"   // access of another agency
	Held    Kind = "hold"    // by a prosecutor's order
)

// Blocks says whether a duty of this kind has to be settled first.
func (k Kind) Blocks() bool { return k != Share && k != Held }

// Duty is one thing that is open on a file.
type Duty struct {
	Kind  Kind
	Words string // key of its own words; empty takes those of its kind
	Args  map[string]any
	Link  string // a path of this site
	Due   moment.Time
}

// Duties gives the open duties of one kind on the transaction's file; other slices' come through functions that are handed in.
type Duties func(tx *gate.Tx) ([]Duty, error)

// Person is what the rules for keeping ask about whose file it is.
type Person struct {
	Born     int  // the year, as far as the caller may know it
	Child    bool // when found
	NoVictim bool // was found to be none, and that stands
}

// PersonOf tells of the transaction's victim.
type PersonOf func(tx *gate.Tx) (Person, error)

// Gone takes away what other slices keep of a file outside its keys, such as the signal that led to it, in the transaction that
// erases it.
type Gone func(tx *gate.Tx, fileID string) error

// Closure is one closing of a file, and what became of it.
type Closure struct {
	ID           string      `db:"id"`
	FileID       string      `db:"file_id"`
	Kind         gate.Kind   `db:"kind"`
	CaseID       string      `db:"case_id"`
	Reference    string      `db:"reference"` // by which the reader's agency knows the file
	AgencyID     string      `db:"agency_id"`
	Agency       string      `db:"agency"`
	Reason       string      `db:"reason"`
	SealedNote   []byte      `db:"note"`
	Note         string      `db:"-"`
	ClosedAt     moment.Time `db:"closed_at"`
	Rule         string      `db:"rule"` // like DueAt for the agency that closed: both give away of what class the file is to it
	DueAt        moment.Time `db:"due_at"`
	LatestAt     moment.Time `db:"latest_at"` // beyond which no review keeps it; zero for no such end
	ReopenedAt   moment.Time `db:"reopened_at"`
	ReopenReason string      `db:"reopen_reason"`
	SealedReopen []byte      `db:"reopen_note"`
	ReopenNote   string      `db:"-"`
	ErasedAt     moment.Time `db:"erased_at"`
	Version      int64       `db:"version"`
	OnHold       bool        `db:"on_hold"`
	Asked        string      `db:"asked"` // reason of an open request to erase
	AskedBy      string      `db:"asked_by"`
	ApprovedBy   string      `db:"approved_by"`
}

// Live says whether the file is closed by it now.
func (c *Closure) Live() bool { return c.ReopenedAt == 0 && c.ErasedAt == 0 }

// Hold is a prosecutor's order to keep a file.
type Hold struct {
	ID        string      `db:"id"`
	FileID    string      `db:"file_id"`
	Kind      gate.Kind   `db:"kind"`
	Reference string      `db:"reference"`
	AgencyID  string      `db:"agency_id"`
	Agency    string      `db:"agency"`
	Sealed    []byte      `db:"note"`
	Note      string      `db:"-"` // for the agency that ordered it
	SetAt     moment.Time `db:"set_at"`
	Version   int64       `db:"version"`
}

// Step is one decision about a closed file.
type Step struct {
	Step   string      `db:"step"`
	Reason string      `db:"reason"`
	Until  moment.Time `db:"until_at"`
	ByID   string      `db:"by_id"`
	By     string      `db:"-"`
	At     moment.Time `db:"at"`
}

// New is what has to be said to close a file.
type New struct {
	Reason string
	Note   string
	Known  bool   // who closes knows of the shares and holds that stay
	Class  string // of the retention rules, what the file is to the agency that closes it; empty for the ordinary
}

func (n *New) check() error {
	wrong := invalid()
	sharing.CheckCode(wrong, "reason", n.Reason, Reasons)
	n.Note = sharing.CheckNote(wrong, n.Note)
	return wrong.OrNil()
}

// orders says whether somebody may order that a file is kept: whoever works on files for a prosecutor.
func orders(a *authz.Actor) bool { return a.Kind == authz.RoleProsecutor && gate.Holds(a, a.Kind) }

// reviews says whether somebody answers for how long the agency keeps its files.
func reviews(a *authz.Actor) bool {
	return gate.Holds(a, authz.RoleAuditor) || gate.Holds(a, authz.RoleAgencyAdmin) || a.Supervisor
}

// approves says whether somebody signs an erasure as its reviewer: by the matrix, an auditor.
func approves(tx *gate.Tx) bool {
	return gate.Holds(tx.Actor(), authz.RoleAuditor) && tx.Could(authz.Identity, authz.Erase)
}

// canApprove says whether the caller is the first to sign: an auditor who did not ask for it.
func (c *Closure) canApprove(tx *gate.Tx) bool {
	return c.Live() && c.Asked != "" && c.ApprovedBy == "" && c.AskedBy != tx.Actor().WorkerID && approves(tx)
}

// canConfirm says whether the caller is the second to sign: neither who asked nor who signed before.
func (c *Closure) canConfirm(a *authz.Actor) bool {
	return c.Live() && c.Asked != "" && c.ApprovedBy != "" && c.AskedBy != a.WorkerID && c.ApprovedBy != a.WorkerID && reviews(a)
}

// mayPostpone says whether a review can keep the file beyond its present end.
func (c *Closure) mayPostpone() bool { return c.Live() && (c.LatestAt == 0 || c.DueAt < c.LatestAt) }

// mayAsk says why a person may not ask to erase a file now; nil where they may.
func (c *Closure) mayAsk(reason string, now moment.Time) error {
	wrong := invalid()
	sharing.CheckCode(wrong, "reason", reason, EraseReasons)
	if reason == "due" && c.DueAt > now {
		wrong.WithField("reason", "closing.not_due")
	}
	return wrong.OrNil()
}

// checkUntil holds a postponement against its bounds: later than now and than the present end, for a year at most, and never beyond what the
// law allows.
func checkUntil(wrong *fault.Fault, day moment.Date, c *Closure, now moment.Time) (until moment.Time) {
	dueAt := c.DueAt
	parsed, ok := moment.ParseDate(string(day))
	until = parsed.EndOf()
	switch {
	case day == "":
		wrong.WithField("until", "fault.field_required")
	case !ok:
		wrong.WithField("until", "fault.field_not_a_date")
	case until <= now || until <= dueAt:
		wrong.WithField("until", "closing.not_later")
	case until > max(now, dueAt).Add(longestPostponement):
		wrong.WithField("until", "closing.too_late")
	case c.LatestAt != 0 && until > c.LatestAt:
		wrong.WithField("until", "closing.above_longest", "Rule", c.Rule, "Day", string(moment.DayOf(c.LatestAt)))
	}
	return until
}

// kept is how long a file is kept, by the rules of all agencies that wrote in it.
type kept struct {
	rule    string
	due     moment.Date
	latest  moment.Date // beyond which no review keeps it; empty where one of them names no such end
	removed []removal   // of the agencies whose people use it no more before that
}

// removal is from when the people of an agency use a closed file no more: until is the last day on which they do.
type removal struct {
	agencyID string
	rule     string
	until    moment.Date
}

// keptUntil is the last of the days until which the agencies that wrote in the file keep it, and its rule. class is what the file is to the
// agency that closes it: what it is to the others they have not said.
func keptUntil(rules authz.Retentions, writers []writer, class, closer string, who Person, closed moment.Date) (k kept) {
	capped := true
	for _, w := range writers {
		of := ""
		if w.AgencyID == closer {
			of = class
		}
		rule := rules.Of(of, w.Country, w.Kind, who.Child, closed)
		if day := rule.Due(closed, who.Born); day > k.due {
			k.rule, k.due = rule.Code, day
		}
		latest := rule.Latest(closed, who.Born)
		capped = capped && latest != ""
		k.latest = max(k.latest, latest)
		if until := rule.RemovedAfter(closed); until != "" {
			k.removed = append(k.removed, removal{w.AgencyID, rule.Code, until})
		}
	}
	if !capped {
		k.latest = ""
	}
	return k
}

// blocking are the duties that have to be settled first.
func blocking(duties []Duty) []Duty {
	return slices.DeleteFunc(slices.Clone(duties), func(d Duty) bool { return !d.Kind.Blocks() })
}

// Unsettled goes with the refusal to close: the duties that are open, for the JSON API.
type Unsettled struct {
	Duties []DutyBody `json:"duties"`
}

// home is the address of a file.
func home(kind gate.Kind, fileID string) string { return "/" + string(kind) + "s/" + fileID }

// Child reads a birth date, which may be a year or a month alone, and says whether that person was under eighteen on a day; where
// the day is not known, whether they can have been: age that is not certain is presumed to be a child's (CETS 197, art. 10(3)).
func Child(born string, found moment.Date) (year int, child bool) {
	adult := rulepack.AdultOn(born)
	if adult == "" || len(found) < 10 {
		return 0, false
	}
	year, err := strconv.Atoi(born[:4])
	return year, err == nil && adult > found
}

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }
