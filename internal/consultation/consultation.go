// Package consultation keeps case consultations (Belgian Criminal Code, article 458ter; circular COL 04/2018): on what ground
// several keepers of secrets spoke with each other, who took part, and the minutes under a key of their own.
// It opens no file and hangs on none: whoever takes part decides alone what to say.
package consultation

import (
	"regexp"
	"slices"
	"strings"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// State is where a consultation stands.
type State string

// The states. Minutes make a planned one held; nothing leads out of the other two.
const (
	Planned   State = "planned"
	Held      State = "held"
	Cancelled State = "cancelled"
)

// States lists the states.
func States() []State { return []State{Planned, Held, Cancelled} }

// becomes says whether a consultation in state s can turn into next; minutes of one that was held get new versions.
func (s State) becomes(next State) bool {
	return s == Planned && next != Planned || s == Held && next == Held
}

// Grounds are the codes of why keepers of secrets may speak: a law provides for it, or the public prosecutor permits it with
// reasons (article 458ter, § 1).
var Grounds = []string{"prosecutor_permission", "law"}

// Aims are the codes of what for; there are no others (article 458ter, § 1).
var Aims = []string{"integrity", "terrorism", "criminal_organisation"}

// Countries are those whose law has case consultations: an agency of another country is not bound by its secrecy.
var Countries = []string{"BE"}

const (
	longestText      = 20000
	longestSubject   = 300
	mostParticipants = 30
)

// Consultation is one, as those who take part see it.
type Consultation struct {
	ID          string      `db:"id"`
	AgencyID    string      `db:"agency_id"`
	Agency      string      `db:"agency"`
	DeskID      string      `db:"desk_id"`
	Desk        string      `db:"desk"`
	Ground      string      `db:"ground"`
	Permission  string      `db:"permission"` // number of the document
	PermittedOn moment.Date `db:"permitted_on"`
	HeldOn      moment.Date `db:"held_on"`
	Aim         string      `db:"aim"`
	Sealed      []byte      `db:"subject"`
	Subject     string      `db:"-"`
	State       State       `db:"state"`
	CreatedAt   moment.Time `db:"created_at"`
	Version     int64       `db:"version"`
	Owned       bool        `db:"owned"` // the reader sits at the desk that called it
}

// Participant is a desk that takes part.
type Participant struct {
	DeskID   string `db:"desk_id"`
	Desk     string `db:"desk"`
	AgencyID string `db:"agency_id"`
	Agency   string `db:"agency"`
	Country  string `db:"country"`
}

// Minutes are one version of what was written down. Nothing that was written is lost.
type Minutes struct {
	Version   int64       `db:"version"`
	WrittenAt moment.Time `db:"written_at"`
	Agency    string      `db:"agency"`
	Marking   string      `db:"marking"`
	Sealed    []byte      `db:"sealed"`
	Text      string      `db:"-"`
}

// View is a consultation whole; its newest minutes stand first.
type View struct {
	Consultation
	Participants []Participant
	Minutes      []Minutes
	Today        moment.Date
}

// CanWrite says whether the reader may write minutes now.
func (v *View) CanWrite() bool { return v.Owned && v.State.becomes(Held) && v.HeldOn <= v.Today }

// CanCancel says whether the reader may call it off.
func (v *View) CanCancel() bool { return v.Owned && v.State.becomes(Cancelled) }

// New is what it takes to call a consultation.
type New struct {
	DeskID      string // the desk that calls it, one of the caller's own
	Ground      string // one of Grounds
	Permission  string // number of the permission or of the provision; it lies in clear, so never a name
	PermittedOn moment.Date
	HeldOn      moment.Date
	Aim         string // one of Aims
	Subject     string // what it is about; sealed
	Desks       []string
}

// documentNumber is the shape of a reference: no sentence and no plain name fits, because it needs a digit.
var documentNumber = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ./_:-]{0,59}$`)

// check adds a field fault for each rule that is broken.
func (n *New) check(wrong *fault.Fault, desks []string, today moment.Date) {
	if !slices.Contains(desks, n.DeskID) {
		wrong.WithField("desk", "consultation.not_your_desk")
	}
	if !slices.Contains(Grounds, n.Ground) {
		wrong.WithField("ground", "fault.field_unknown_code")
	}
	if !slices.Contains(Aims, n.Aim) {
		wrong.WithField("aim", "fault.field_unknown_code")
	}
	switch {
	case n.Permission == "":
		wrong.WithField("permission", "fault.field_required")
	case !documentNumber.MatchString(n.Permission) || !strings.ContainsAny(n.Permission, "0123456789"):
		wrong.WithField("permission", "consultation.permission_shape")
	}
	permitted, ok := moment.ParseDate(string(n.PermittedOn))
	held, known := moment.ParseDate(string(n.HeldOn))
	switch {
	case !ok:
		wrong.WithField("permitted_on", "fault.field_not_a_date")
	case permitted > today:
		wrong.WithField("permitted_on", "fault.field_future")
	}
	switch {
	case !known:
		wrong.WithField("held_on", "fault.field_not_a_date")
	case ok && held < permitted:
		wrong.WithField("held_on", "consultation.before_permission")
	}
	n.Subject = checkText(wrong, section.FreeLine, "subject", n.Subject, longestSubject)
	slices.Sort(n.Desks)
	n.Desks = slices.DeleteFunc(slices.Compact(n.Desks), func(id string) bool { return id == n.DeskID || id == "" })
	switch {
	case len(n.Desks) == 0:
		wrong.WithField("participants", "consultation.nobody")
	case len(n.Desks) >= mostParticipants:
		wrong.WithField("participants", "fault.field_too_many", "Max", mostParticipants-1)
	}
}

// checkText gives a text that must not be empty, by the check that texts of its kind have.
func checkText(wrong *fault.Fault, check func(*fault.Fault, string, string, int) string, field, text string, longest int) string {
	if text = check(wrong, field, text, longest); text == "" {
		wrong.WithField(field, "fault.field_required")
	}
	return text
}

// usualMarking is how far minutes travel if nothing else is said: to those who took part.
const usualMarking = "red"

func checkMarking(wrong *fault.Fault, tlp string) string {
	if tlp == "" {
		return usualMarking
	}
	if !slices.Contains(gate.TLPs, tlp) {
		wrong.WithField("tlp", "fault.field_unknown_code")
	}
	return tlp
}

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }
