// Package breach is an agency's register of breaches of personal data: what happened, when it became known, which files it touched, and
// who was told. Its clock runs against the supervisory authority (GDPR art. 33, directive 2016/680 art. 30).
// It opens no file and tells nobody outside the agency: the authority and the persons are told by people.
package breach

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// Rule is the clock of the rule packs that a breach runs on.
const Rule = "breach.authority"

const (
	// PageSize is how many breaches stand on one page.
	PageSize = 25

	longestText = 4000
	longestLine = 200
	mostPersons = 1_000_000
	mostFiles   = 200
)

// Kinds are the codes of what happened.
var Kinds = []string{"wrong_recipient", "unauthorised_access", "device_lost", "intrusion", "published", "destroyed", "altered", "unavailable", "other"}

// Authority is where the agency stands to the supervisory authority.
type Authority string

// The states. Told carries its instant, NoRisk its reason: only a breach that is unlikely to result in a risk need not be told.
const (
	Pending Authority = "pending"
	Told    Authority = "told"
	NoRisk  Authority = "no_risk"
)

// Authorities lists them.
var Authorities = []string{string(Pending), string(Told), string(NoRisk)}

// Subjects is where the agency stands to the persons whose data it is (GDPR art. 34).
type Subjects string

// The states. HighRisk says that they have to be told and have not been.
const (
	Undecided    Subjects = "undecided"
	HighRisk     Subjects = "high_risk"
	SubjectsTold Subjects = "told"
	Exempt       Subjects = "exempt"
)

// AllSubjects lists them.
var AllSubjects = []string{string(Undecided), string(HighRisk), string(SubjectsTold), string(Exempt)}

// Exemptions are the codes of why the persons are not told each: no high risk, or one of the grounds of GDPR art. 34(3).
var Exemptions = []string{"no_high_risk", "unintelligible", "measures_taken", "public_notice"}

// Box is one of the lists of breaches.
type Box string

// The lists.
const (
	BoxOpen Box = "open" // the authority or the persons still wait for a word
	BoxDone Box = "done"
)

// Boxes lists the lists.
func Boxes() []Box { return []Box{BoxOpen, BoxDone} }

// Texts are what is written in words; they lie sealed.
type Texts struct {
	Story    string `json:"story"`
	Effects  string `json:"effects,omitempty"`  // likely consequences for the persons
	Measures string `json:"measures,omitempty"` // taken or meant
	ToldRef  string `json:"told_ref,omitempty"` // under which the authority keeps it
	Late     string `json:"late,omitempty"`     // why it was told after the end of the clock
	NoRisk   string `json:"no_risk,omitempty"`  // why it is unlikely to result in a risk
}

// Breach is one, by its newest version.
type Breach struct {
	ID         string      `db:"id"`
	Kind       string      `db:"kind"`
	KnownAt    moment.Time `db:"known_at"`
	DueAt      moment.Time `db:"due_at"`
	Persons    int64       `db:"persons"` // zero is not known
	Authority  Authority   `db:"authority"`
	ToldAt     moment.Time `db:"told_at"`
	Subjects   Subjects    `db:"subjects"`
	SubjectsOn moment.Date `db:"subjects_on"`
	Exemption  string      `db:"exemption"`
	CreatedAt  moment.Time `db:"created_at"`
	WrittenBy  string      `db:"written_by"`
	WrittenAt  moment.Time `db:"written_at"`
	Version    int64       `db:"version"`

	Sealed []byte `db:"sealed"`
	Texts  Texts  `db:"-"`
	By     string `db:"-"` // the colleague who wrote the version
	Files  []File `db:"-"` // of those that it names the ones of which the reader may know
}

// Overdue says whether the authority should have been told by now.
func (b *Breach) Overdue(now moment.Time) bool { return b.Authority == Pending && b.DueAt <= now }

// Open says whether somebody still waits for a word.
func (b *Breach) Open() bool {
	return b.Authority == Pending || b.Subjects == Undecided || b.Subjects == HighRisk
}

// File is one that a breach touched: by the agency's own reference, which opens nothing.
type File struct {
	ID        string    `db:"file_id"`
	Kind      gate.Kind `db:"kind"`
	Reference string    `db:"reference"`
}

// Origin is an agency that gave the reader's its access to one of the files, or wrote in it what that access opens: what was breached is its data
// too, so it has to hear of it.
type Origin struct {
	Agency  string `db:"agency"`
	Country string `db:"country"`
}

// View is a breach whole, with the versions before, the newest first.
type View struct {
	Breach
	Now      moment.Time
	Withheld bool   // one of the versions touched a file of which the reader may not know: none of their words is shown
	Records  bool   // the reader may correct it
	Country  string // of the reader's agency
	Law      string // where the clock comes from
	Origins  []Origin
	Before   []Breach
	Report   Report // that it came of; without one its id is empty
}

// New is what is known of a breach.
type New struct {
	Kind       string
	KnownAt    moment.Time
	Persons    int64
	References []string // by which the agency knows the files that were touched
	Authority  Authority
	ToldAt     moment.Time
	Subjects   Subjects
	SubjectsOn moment.Date
	Exemption  string
	ToMinute   bool // the instants were written down without seconds
	Texts
}

// mayRecord: who answers for what the agency's desks do, a supervisor or who manages its people.
func mayRecord(tx *gate.Tx) bool {
	return tx.Actor().Supervisor || tx.Could(authz.People, authz.Manage)
}

// admits lets through who records breaches and who audits the agency; to all others there are none.
func admits(tx *gate.Tx) error {
	if mayRecord(tx) || gate.Holds(tx.Actor(), authz.RoleAuditor) {
		return nil
	}
	return notFound()
}

// check adds a field fault for each rule that is broken; dueAt is the end of the clock by KnownAt.
func (n *New) check(wrong *fault.Fault, dueAt, now moment.Time) {
	n.checkWhat(wrong, now)
	n.Story = section.FreeText(wrong, "story", n.Story, longestText)
	n.Effects = section.FreeText(wrong, "effects", n.Effects, longestText)
	n.Measures = section.FreeText(wrong, "measures", n.Measures, longestText)
	n.ToldRef = section.FreeLine(wrong, "told_ref", n.ToldRef, longestLine)
	n.Late = section.FreeText(wrong, "late", n.Late, longestText)
	n.NoRisk = section.FreeText(wrong, "no_risk", n.NoRisk, longestText)
	if n.Story == "" && len(wrong.Fields) == 0 {
		wrong.WithField("story", "fault.field_required")
	}
	n.checkAuthority(wrong, dueAt, now)
	n.checkSubjects(wrong, now)
}

func (n *New) checkWhat(wrong *fault.Fault, now moment.Time) {
	if !slices.Contains(Kinds, n.Kind) {
		wrong.WithField("kind", "fault.field_unknown_code")
	}
	if n.KnownAt > now {
		wrong.WithField("known_at", "fault.field_future")
	}
	if n.Persons < 0 || n.Persons > mostPersons {
		wrong.WithField("persons", "fault.field_range", "Min", 0, "Max", mostPersons)
	}
	if len(n.References) > mostFiles {
		wrong.WithField("references", "fault.field_too_many", "Max", mostFiles)
	}
}

// checkAuthority: what was told has an instant, and after the end of the clock a reason for the delay (GDPR art. 33(1)); what is not told
// has the reason why it need not be. An answer that belongs to another choice is a slip and not kept silently.
func (n *New) checkAuthority(wrong *fault.Fault, dueAt, now moment.Time) {
	told := n.Authority == Told
	switch {
	case !slices.Contains(Authorities, string(n.Authority)):
		wrong.WithField("authority", "fault.field_unknown_code")
		return
	case !told && n.ToldAt != 0:
		wrong.WithField("told_at", "breach.not_with_choice")
	case told && n.ToldAt == 0:
		wrong.WithField("told_at", "fault.field_required")
	case n.ToldAt > now:
		wrong.WithField("told_at", "fault.field_future")
	case told && n.ToldAt < n.KnownAt:
		wrong.WithField("told_at", "breach.before_known")
	case told && n.ToldAt > dueAt && n.Late == "":
		wrong.WithField("late", "breach.late_required")
	}
	for _, one := range []struct {
		field, text string
		fits        bool
	}{{"told_ref", n.ToldRef, told}, {"late", n.Late, told}, {"no_risk", n.NoRisk, n.Authority == NoRisk}} {
		if one.text != "" && !one.fits {
			wrong.WithField(one.field, "breach.not_with_choice")
		}
	}
	if n.Authority == NoRisk && n.NoRisk == "" {
		wrong.WithField("no_risk", "fault.field_required")
	}
}

func (n *New) checkSubjects(wrong *fault.Fault, now moment.Time) {
	if !slices.Contains(AllSubjects, string(n.Subjects)) {
		wrong.WithField("subjects", "fault.field_unknown_code")
		return
	}
	day, ok := moment.ParseDate(string(n.SubjectsOn))
	switch {
	case n.Subjects != SubjectsTold && n.SubjectsOn != "":
		wrong.WithField("subjects_on", "breach.not_with_choice")
	case n.Subjects == SubjectsTold && n.SubjectsOn == "":
		wrong.WithField("subjects_on", "fault.field_required")
	case n.SubjectsOn != "" && !ok:
		wrong.WithField("subjects_on", "fault.field_not_a_date")
	case day > moment.DayOf(now):
		wrong.WithField("subjects_on", "fault.field_future")
	case day != "" && day < moment.DayOf(n.KnownAt):
		wrong.WithField("subjects_on", "breach.before_known")
	}
	switch {
	case n.Subjects != Exempt && n.Exemption != "":
		wrong.WithField("exemption", "breach.not_with_choice")
	case n.Subjects == Exempt && !slices.Contains(Exemptions, n.Exemption):
		wrong.WithField("exemption", "fault.field_unknown_code")
	}
}

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }
