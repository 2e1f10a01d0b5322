package breach

import (
	"slices"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// Outcome is what became of a report.
type Outcome string

// The outcomes. Waiting is none yet.
const (
	Waiting Outcome = "waiting"
	Taken   Outcome = "taken" // it is a breach in the register
	None    Outcome = "none"  // it was found to be no breach
)

// ReportBox is one of the lists of reports.
type ReportBox string

// The lists. Everybody has their own; the others are for who answers for the agency, and for its auditors.
const (
	BoxMine    ReportBox = "mine"
	BoxWaiting ReportBox = "waiting"
	BoxDecided ReportBox = "decided"
)

// ReportBoxes lists the lists.
func ReportBoxes() []ReportBox { return []ReportBox{BoxWaiting, BoxDecided, BoxMine} }

// Report is a colleague's word that there may be a breach. With it the agency has become aware: the clock runs from ReportedAt.
type Report struct {
	ID         string      `db:"id"`
	Kind       string      `db:"kind"`
	NoticedAt  moment.Time `db:"noticed_at"`
	ReportedBy string      `db:"reported_by"`
	ReportedAt moment.Time `db:"reported_at"`
	DueAt      moment.Time `db:"due_at"`
	Outcome    Outcome     `db:"outcome"`
	BreachID   string      `db:"breach_id"`
	DecidedBy  string      `db:"decided_by"`
	DecidedAt  moment.Time `db:"decided_at"`

	Sealed       []byte `db:"sealed"`
	SealedReason []byte `db:"sealed_reason"`
	Story        string `db:"-"`
	Reason       string `db:"-"` // why it was found to be none
	By           string `db:"-"`
	Decider      string `db:"-"`
	Files        []File `db:"-"` // of those that it names the ones of which the reader may know
}

// Version is 1 while the report waits, and 2 once somebody has decided.
func (p *Report) Version() int64 {
	if p.Outcome == Waiting {
		return 1
	}
	return 2
}

// Overdue says whether somebody should have decided by now.
func (p *Report) Overdue(now moment.Time) bool { return p.Outcome == Waiting && p.DueAt <= now }

// Reported is a report as who answers for the agency reads it.
type Reported struct {
	Report
	Now      moment.Time
	Withheld bool // it names a file of which the reader may not know: its words are not shown
	Records  bool // the reader may decide
	Law      string
}

// NewReport is what somebody noticed.
type NewReport struct {
	Kind       string
	NoticedAt  moment.Time
	Story      string
	References []string // of files that the reporter sees, as the agency knows them
	ToMinute   bool     // the instant was written down without seconds
}

func (n *NewReport) check(wrong *fault.Fault, now moment.Time) {
	if !slices.Contains(Kinds, n.Kind) {
		wrong.WithField("kind", "fault.field_unknown_code")
	}
	switch {
	case n.NoticedAt == 0:
		wrong.WithField("noticed_at", "fault.field_required")
	case n.NoticedAt > now:
		wrong.WithField("noticed_at", "fault.field_future")
	}
	required := len(wrong.Fields)
	if n.Story = section.FreeText(wrong, "story", n.Story, longestText); n.Story == "" && len(wrong.Fields) == required {
		wrong.WithField("story", "fault.field_required")
	}
	if len(n.References) > mostFiles {
		wrong.WithField("references", "fault.field_too_many", "Max", mostFiles)
	}
}

// asNew is a report as the breach that it would be.
func (p *Reported) asNew() New {
	n := New{Kind: p.Kind, KnownAt: p.ReportedAt, Authority: Pending, Subjects: Undecided, Texts: Texts{Story: p.Story}}
	for _, f := range p.Files {
		n.References = append(n.References, f.Reference)
	}
	return n
}

// takeOver makes what somebody writes of a reported breach fit the report. The clock does not begin later than the report was made; who may not
// read its words hands them on unread.
func (n *New) takeOver(p *Reported, story string) error {
	n.keepInstants(&Breach{KnownAt: p.ReportedAt})
	wrong := invalid()
	if n.KnownAt > p.ReportedAt {
		wrong.WithField("known_at", "breach.after_report")
	}
	if !p.Withheld {
		return wrong.OrNil()
	}
	if n.Story != "" {
		wrong.WithField("story", "breach.withheld_stays")
	}
	n.Story = story
	return wrong.OrNil()
}

// mayList says whether somebody may read a list of reports.
func mayList(tx *gate.Tx, box ReportBox) error {
	if box == BoxMine {
		return nil
	}
	return admits(tx)
}
