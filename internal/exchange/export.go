package exchange

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// Format is the shape in which a file leaves the program.
type Format string

// The formats. A page is for people and paper; JSON holds everything that leaves; HTCDS is strict: one row for one person, and
// nothing that the standard has no field for; IC-TIP is the case without the person, for statistics.
const (
	Page  Format = "page"
	JSON  Format = "json"
	HTCDS Format = "htcds"
	ICTip Format = "ictip"
)

// FormatsOf are the formats in which a file of a kind can leave: HTCDS knows persons, and a case is none.
func FormatsOf(kind gate.Kind) []Format {
	if kind == gate.Case {
		return []Format{Page, JSON}
	}
	return []Format{Page, JSON, HTCDS, ICTip}
}

// ExportReasons are the codes of why something leaves.
var ExportReasons = []string{"person_asks", "lawyer", "authority", "court", "partner_without_account", "meeting", "own_record"}

// longestRecipient is how many characters may say to whom an export goes.
const longestRecipient = 200

// Wanted is what somebody wants to take out of a file. An export is a disclosure: it says what for, why and to whom.
type Wanted struct {
	Once      string // the key under which this is taken once; empty on the pages, where every copy is an export of its own
	Format    Format
	Sections  []string // words of sections
	Purpose   string   // one of gate.Reasons; it is also the reason of access where a section asks for one
	Reason    string   // one of ExportReasons
	Recipient string   // an agency, an office or a role; kept sealed
}

// check names everything that is wrong at once.
func (w *Wanted) check(kind gate.Kind) (sections authz.SectionSet, err error) {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	if !slices.Contains(FormatsOf(kind), w.Format) {
		wrong.WithField("format", "fault.field_unknown_code")
	}
	for _, word := range w.Sections {
		id, known := authz.ParseSection(word)
		if !known || !authz.FileSections().Has(id) {
			wrong.WithField("sections", "fault.field_unknown_code")
			break
		}
		sections = sections.With(id)
	}
	if len(w.Sections) == 0 {
		wrong.WithField("sections", "gate.no_section")
	}
	if !slices.Contains(gate.Reasons, w.Purpose) {
		wrong.WithField("purpose", "gate.no_purpose")
	}
	if !slices.Contains(ExportReasons, w.Reason) {
		wrong.WithField("reason", "fault.field_unknown_code")
	}
	if w.Recipient = section.FreeLine(wrong, "recipient", w.Recipient, longestRecipient); w.Recipient == "" {
		wrong.WithField("recipient", "fault.field_required")
	}
	if len(wrong.Fields) > 0 {
		return 0, wrong
	}
	return sections, nil
}

// Copy is what leaves: the sections as the person may take them along, and what its watermark says.
type Copy struct {
	Wanted
	ID        string
	Number    string // random, on every page
	At        moment.Time
	Kind      gate.Kind
	Reference string // by which the agency knows the file
	Agency    string
	Person    string // who took it
	Facts     casefile.Facts
	Marking   gate.Marking // the strictest of what is in it
	Sections  []entry.SectionView
	Absent    []Absent
	Consents  bool // the person has allowed something that holds now
	Again     bool // taken before with the same once key: only the number is known
	pins      []entry.Pin
	pseudonym string // of the person, for this agency
	kind      string // of the agency
	country   string
}

// Absent is a section that an export does not hold. Its reason is empty where nobody asked for it.
type Absent struct {
	Section authz.Section
	Reason  authz.Reason
}

// sort keeps what was asked for and open, and names the rest, whether or not anything stands there.
func (c *Copy) sort(all []entry.SectionView, want authz.SectionSet) {
	for _, view := range all {
		switch {
		case !view.Open:
			c.Absent = append(c.Absent, Absent{view.Section, view.Reason})
		case !want.Has(view.Section):
			c.Absent = append(c.Absent, Absent{Section: view.Section})
		default:
			c.Sections = append(c.Sections, view)
		}
	}
}

// pin notes which entries leave, in full or as what may be known of them; the copy is marked as the strictest of them.
func (c *Copy) pin(pins []entry.Pin) {
	c.pins = pins
	for i := range pins {
		c.Marking = c.Marking.With(gate.ParseMarking(pins[i].Handling))
	}
}

// fields are the names of what leaves, as they stand in the trail.
func (c *Copy) fields() (names []string) {
	for _, view := range c.Sections {
		for _, e := range view.Entries {
			for name := range e.Values {
				names = append(names, view.Section.String()+"."+name)
			}
		}
		for _, d := range view.Derived {
			names = append(names, view.Section.String()+"."+d.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// writers are the other agencies of whose entries something leaves, if only what is derived from them: they learn of it.
func (c *Copy) writers(own string) (ids []string) {
	for i := range c.pins {
		if id := c.pins[i].AgencyID; id != own && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Left is an export as the list of a file's page tells it. Recipient and sections are for the agency that made it; another agency
// learns of those exports that hold entries of its own.
type Left struct {
	ID        string           `db:"id"`
	Number    string           `db:"number"`
	AgencyID  string           `db:"agency_id"`
	Agency    string           `db:"agency"`
	WorkerID  string           `db:"worker_id"`
	At        moment.Time      `db:"at"`
	Format    Format           `db:"format"`
	Purpose   string           `db:"purpose"`
	Reason    string           `db:"reason"`
	Sections  authz.SectionSet `db:"sections"`
	Sealed    []byte           `db:"recipient"`
	Ours      int              `db:"ours"`  // entries of the reader's agency in it
	Stale     int              `db:"stale"` // of the reader's own and, in an own export, of all: those that were written anew since
	Own       bool
	TakenBack bool // the referral by which its agency had the sections was taken back since; told to the two sides of it
	Recipient string
	Person    string
}
