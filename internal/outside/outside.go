// Package outside hands sections of a victim file to an organisation that has no account: a frozen package behind a link that holds
// for hours, opened once with a code that goes another way.
// It gives no access to the file, and what needs a second person never goes this way.
package outside

import (
	"crypto/rand"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/sharing"
)

// State is where a package stands. Only a created one can be opened; the others are ends.
type State string

// The states.
const (
	Created   State = "created"
	Opened    State = "opened"
	Expired   State = "expired"
	Withdrawn State = "withdrawn" // by the sender, or with the consent
	Blocked   State = "blocked"   // too many wrong codes
	Ended     State = "ended"     // whoever sent it may no longer pass on what is in it
)

// States lists the states.
func States() []State { return []State{Created, Opened, Expired, Withdrawn, Blocked, Ended} }

// MostTries is how many wrong codes kill a link.
const MostTries = 5

// Holds are for how many hours a link can be made to hold.
var Holds = []int{24, 48, 72}

const longestName = 120

// Package is one, as the agency that sent it follows it.
type Package struct {
	ID           string           `db:"id"`
	FileID       string           `db:"file_id"`
	AgencyID     string           `db:"agency_id"`
	Agency       string           `db:"agency"`
	DeskID       string           `db:"desk_id"`
	Organisation string           `db:"organisation"`
	Kind         authz.Role       `db:"kind"`
	Country      string           `db:"country"`
	Email        string           `db:"email"`
	Sections     authz.SectionSet `db:"sections"`
	Reason       string           `db:"reason"`
	Purpose      string           `db:"purpose"`
	Basis        string           `db:"basis"`
	BasisRef     string           `db:"basis_ref"`
	Document     gate.Document    `db:"-"` // what else is known of that document
	LegalBasis   string           `db:"legal_basis"`
	ConsentID    string           `db:"consent_id"`
	Marking      string           `db:"marking"`
	Sealed       []byte           `db:"note"`
	Note         string           `db:"-"`
	Hash         string           `db:"hash"`
	Salt         []byte           `db:"salt"`
	Entries      int              `db:"entries"`
	CodeHash     []byte           `db:"code_hash"`
	Tries        int              `db:"tries"`
	State        State            `db:"state"`
	Lost         bool             `db:"lost"`    // what is in it is no longer its sender's to pass on
	ByMail       bool             `db:"by_mail"` // the link was meant to go by mail
	MailedAt     moment.Time      `db:"mailed_at"`
	SentBy       string           `db:"sent_by"`
	SentAt       moment.Time      `db:"sent_at"`
	UntilAt      moment.Time      `db:"until_at"`
	EndedAt      moment.Time      `db:"ended_at"`
	Version      int64            `db:"version"`
	gate.SealedDocument
}

// Now is the state at an instant: a link is dead when its hours are over, whether or not a job has marked it.
func (p *Package) Now(now moment.Time) State {
	switch {
	case p.State == Created && p.UntilAt <= now:
		return Expired
	case p.Lost && (p.State == Created || p.State == Withdrawn):
		return Ended
	}
	return p.State
}

// Delivery is what became of the mail with the link.
type Delivery string

// A mail is tried once: who wants it tried again makes a new link.
const (
	NoMail    Delivery = "none"
	Mailed    Delivery = "taken"       // a mail server has taken it; whether somebody reads it nobody knows
	NotMailed Delivery = "unconfirmed" // no mail server has said so, or the program was stopped while it was on its way
)

// Delivery says what is known of the mail.
func (p *Package) Delivery() Delivery {
	switch {
	case p.MailedAt != 0:
		return Mailed
	case p.ByMail:
		return NotMailed
	}
	return NoMail
}

// waits says whether the link could still be opened, were it not that its sender has lost what is in it: access may come back before
// the program ends it.
func (p *Package) waits(now moment.Time) bool { return p.State == Created && p.UntilAt > now }

// Number is by what both sides call the package.
func (p *Package) Number() string { return strings.ToUpper(p.ID[len(p.ID)-8:]) }

// New is what it takes to hand something to an organisation.
type New struct {
	Organisation string // its name, never a person's
	Email        string // a function box; the link can go there
	Hours        int    // one of Holds
	ByMail       bool   // send the link to Email
	Language     string // of the mail
	sharing.Outward
}

// looked are the terms that a look at the preview is bound to: all but the look itself and the language of the mail, the sections in
// one order.
func (n New) looked() New {
	n.Seen, n.Language, n.Sections = "", "", slices.Sorted(slices.Values(n.Sections))
	return n
}

// Made is a new package with its secrets, which are shown once and kept nowhere.
type Made struct {
	ID      string
	Token   string // empty where the same form was sent again
	Code    string
	UntilAt moment.Time
	Email   string
}

// Given is a package as whoever opened it reads it.
type Given struct {
	Package
	Sections []entry.SectionView
	OpenedAt moment.Time
}

// Kinds are the disciplines that an organisation can have.
func Kinds() []authz.Role {
	return slices.DeleteFunc(authz.Roles(), func(r authz.Role) bool { return r == authz.RoleAuditor || r == authz.RoleAgencyAdmin })
}

// Countries are those in which the data stay protected without further conditions: the European Economic Area, and Switzerland and
// the United Kingdom by a decision of adequacy (GDPR, art. 44 and 45).
func Countries() []string {
	return []string{"AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU",
		"LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"}
}

// check tidies what is not the package's own and adds a field fault for each rule that is broken.
func (n *New) check(wrong *fault.Fault) {
	if n.Organisation = section.FreeLine(wrong, "organisation", n.Organisation, longestName); n.Organisation == "" {
		wrong.WithField("organisation", "fault.field_required")
	}
	if !slices.Contains(Kinds(), n.Kind) {
		wrong.WithField("kind", "fault.field_unknown_code")
	}
	if !slices.Contains(Countries(), n.Country) {
		wrong.WithField("country", "outside.third_country")
	}
	if !slices.Contains(Holds, n.Hours) {
		wrong.WithField("hours", "fault.field_unknown_code")
	}
	if n.ByMail && n.Email == "" {
		wrong.WithField("email", "fault.field_required")
	}
}

// letters of a code: none that is taken for another when it is read aloud.
const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

const codeLength = 10 // of 32 letters: fifty bits, and five tries

// newCode makes a code in two groups, as it is read over the telephone.
func newCode() string {
	drawn := make([]byte, codeLength)
	_, _ = rand.Read(drawn) // never fails, by its contract
	for i := range drawn {
		drawn[i] = letters[int(drawn[i])%len(letters)]
	}
	return string(drawn[:codeLength/2]) + "-" + string(drawn[codeLength/2:])
}

// plainCode is a code however it was typed.
func plainCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, typed)
}

// newToken makes the part of an address that leads to a package: 256 bits that say nothing.
func newToken() string {
	drawn := make([]byte, 32)
	_, _ = rand.Read(drawn)
	return base64.RawURLEncoding.EncodeToString(drawn)
}

var tokenShape = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// longestHold is the most that a link holds.
const longestHold = 72 * time.Hour

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }

// notOpened is the one answer to every link that does not open: never given, used, over, withdrawn, blocked, or a wrong code.
func notOpened() error { return fault.New(fault.NotFound, "outside.not_opened") }
