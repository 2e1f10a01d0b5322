// Package consent keeps what a person has allowed: which sections may go to whom, for what, until when, and how they were
// asked. Every version stays as the proof; a withdrawal ends at once what rests on it.
// It does not share anything itself; sharing does, and the gate holds each grant on consent against the record.
package consent

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// State is where a consent stands.
type State string

// The states. A consent that has run out or was withdrawn never comes back; the person is asked anew.
const (
	Live      State = "live"
	Expired   State = "expired"
	Withdrawn State = "withdrawn"
	Waiting   State = "waiting"  // for the guardian of a child; nothing may rest on it yet
	Alone     State = "alone"    // came of age before the guardian signed: the person alone decides, and has to be asked again
	Declined  State = "declined" // the guardian has not agreed
)

// Explanations are what has to have been explained before a yes counts (HTCDS 2.0, guidance on consent): the seven boxes of
// the form, all of which have to be ticked.
func Explanations() []string { return codesOf("explanations") }

// purposes are those for which a person can be asked; statistics and audit need nobody's consent.
func purposes() []string { return gate.Reasons }

// Ways are how a consent can have been given.
func Ways() []string { return codesOf("consent_how") }

func codesOf(list string) (codes []string) {
	for _, c := range section.CodeList(list) {
		codes = append(codes, c.Code)
	}
	return codes
}

// WithdrawalWays are how the person can have withdrawn: never harder than giving (GDPR, art. 7(3)).
var WithdrawalWays = []string{"spoken", "written", "through_guardian", "through_lawyer"}

// Recipient is an agency with all its desks, or one of its desks.
type Recipient struct {
	AgencyID string `db:"agency_id" json:"agency_id"`
	DeskID   string `db:"desk_id" json:"desk_id,omitempty"` // empty: all desks
	Agency   string `db:"agency" json:"agency,omitempty"`
	Desk     string `db:"desk" json:"desk,omitempty"`
}

// Given is what the person allowed, and how they were asked.
type Given struct {
	Sections   authz.SectionSet
	Recipients []Recipient
	Purposes   []string // of gate.Reasons
	AskedOn    moment.Date
	UntilAt    moment.Time
	How        string   // one of Ways
	Explained  []string // of Explanations
	GuardianID string   // of a child: the person who has to agree too; empty where nobody here has to
	SignedAt   moment.Time
	Agreed     bool
	Released   bool // the guardian is not asked any more
	Words
}

// Words are what of it lies sealed: language, and free text that may name people.
type Words struct {
	Language    string `json:"language"`
	Interpreter string `json:"interpreter,omitempty"`
	Witness     string `json:"witness,omitempty"`
	Minor       bool   `json:"minor,omitempty"`
	Guardian    string `json:"guardian,omitempty"` // who agreed for a minor
	Note        string `json:"note,omitempty"`
	Outside     string `json:"outside,omitempty"` // organisations without an account, one on each line
}

// Consent is a record at its newest version.
type Consent struct {
	ID            string
	FileID        string
	AgencyID      string // that asked the person and keeps the record
	Agency        string
	CreatedAt     moment.Time
	WithdrawnAt   moment.Time
	WithdrawnHow  string
	WithdrawnNote string
	WithdrawnBy   string // name of the agency that took the withdrawal
	WrittenAt     moment.Time
	AuthorID      string // of this version
	Version       int64
	Given
}

// State is where the consent stands now.
func (c *Consent) State(now moment.Time) State {
	switch {
	case c.WithdrawnAt != 0:
		return Withdrawn
	case c.UntilAt <= now:
		return Expired
	case c.GuardianID != "" && c.SignedAt == 0 && c.Released:
		return Alone
	case c.GuardianID != "" && c.SignedAt == 0:
		return Waiting
	case c.GuardianID != "" && !c.Agreed:
		return Declined
	}
	return Live
}

// reaches says whether the sections may go to a desk or a worker of an agency; desks are those that the grantee is or sits at.
func (g *Given) reaches(agencyID string, desks []string) bool {
	return slices.ContainsFunc(g.Recipients, func(r Recipient) bool {
		return r.AgencyID == agencyID && (r.DeskID == "" || slices.Contains(desks, r.DeskID))
	})
}

// agencies are the recipients' agencies, each once.
func (g *Given) agencies() (ids []string) {
	for _, r := range g.Recipients {
		if !slices.Contains(ids, r.AgencyID) {
			ids = append(ids, r.AgencyID)
		}
	}
	return ids
}

// Choice is a live consent that a form offers as the ground of a share.
type Choice struct {
	ID         string
	Sections   authz.SectionSet
	Recipients []Recipient
	Until      moment.Time
	AskedOn    moment.Date
}

// Share is a grant on the file, as the page of a consent lists it: never with a worker's name.
type Share struct {
	GrantID    string           `db:"id"`
	AgencyID   string           `db:"agency_id"`
	Agency     string           `db:"agency"`
	Desk       string           `db:"desk"` // empty where one person holds it
	State      string           `db:"state"`
	Sections   authz.SectionSet `db:"sections"` // as far as the reader may know
	OnlyOf     gate.OnlyOf      `db:"only_of"`  // whose entries alone, of some of the sections
	Purpose    string           `db:"purpose"`
	Basis      string           `db:"basis"`
	LegalBasis string           `db:"legal_basis"`
	ConsentID  string           `db:"consent_id"`
	Since      moment.Time      `db:"from_at"`
	Until      moment.Time      `db:"until_at"`
	EndedAt    moment.Time      `db:"ended_at"`
}

// Package went on the consent to an organisation without an account. Of one that was opened the end is when; it can be asked back, and
// not taken back.
type Package struct {
	Organisation string      `db:"organisation"`
	State        string      `db:"state"` // created, opened, expired, withdrawn or blocked
	SentAt       moment.Time `db:"sent_at"`
	EndedAt      moment.Time `db:"ended_at"`
}

// onlyNamed are the relations of a worker named for a shelter's location: what their own agency wrote, nothing of others.
var onlyNamed = authz.RelationsOf(authz.RelationNamed)

// rests says whether one of the caller's own grants rests on the consent.
func rests(tx *gate.Tx, consentID string) bool {
	return slices.ContainsFunc(tx.Grants(), func(g gate.Grant) bool { return g.ConsentID == consentID })
}
