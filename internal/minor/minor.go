// Package minor is what holds for children: whether somebody is one, as agencies say and authorities decide it, and who the guardian is.
// It does not open a file to a guardian; sharing does. In doubt the rules for children hold (CETS 197, art. 10(3)).
package minor

import (
	"cmp"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Status is how old somebody is taken to be; the codes are those of the field age_status.
type Status string

// The statuses.
const (
	Unknown  Status = "unknown"
	Adult    Status = "adult"
	Child    Status = "child"
	Presumed Status = "presumed_child"
	Disputed Status = "disputed"
)

// Statuses lists the statuses.
func Statuses() []Status { return []Status{Child, Presumed, Disputed, Adult, Unknown} }

// protects says whether the rules for children hold.
func (s Status) protects() bool { return s == Child || s == Presumed || s == Disputed }

// Methods are the codes of how an age was found.
var Methods = []string{"statement", "document", "interview", "medical", "authority"}

// birthdayMethod is how the program finds that a child has come of age, by the birth date that an agency wrote.
const birthdayMethod = "birthday"

// Services are the codes of who provides guardians: the three national services, and others.
var Services = []string{"be_guardianship", "nl_nidos", "lu_ad_hoc", "youth_protection", "family", "other"}

// EndReasons are the codes of why a guardian's task ends.
var EndReasons = []string{"came_of_age", "found_adult", "replaced", "left_country", "other"}

// Step is what one agency said of the age, or what was decided.
type Step struct {
	ID        string      `db:"id"`
	AgencyID  string      `db:"agency_id"`
	Agency    string      `db:"agency"`
	WrittenAt moment.Time `db:"written_at"`
	Status    Status      `db:"status"`
	Decided   bool        `db:"decided"`
	Method    string      `db:"method"`
	SaidOn    moment.Date `db:"said_on"`
	Source    string      `db:"source"` // the section in which it was written, if it was
	Sealed    []byte      `db:"note"`
	Note      string
}

// Standing is what the steps make of the person together.
type Standing struct {
	Status   Status
	Disputed bool        // agencies differ, or one of them doubts a decision
	Since    moment.Date // of the step that it rests on
	Decided  *Step       // the last decision, if there is one that still holds
	OfAge    *Step       // by which the person came of age, while nobody doubts it
}

// Protects says whether the rules for children hold.
func (s Standing) Protects() bool { return s.Status.protects() }

// stand weighs the steps, the oldest first: a decision replaces what was said before it; of what agencies say after that the newest of
// each counts, and in doubt the person is a child. A decision that somebody is a child holds until the birthday that the authority
// itself wrote down; by a date of another agency nobody ends it (CETS 197, art. 10(3)).
func stand(steps []Step) (s Standing) {
	s.Status = Unknown
	newest := map[string]*Step{}
	var order []string
	for i := range steps {
		step := &steps[i]
		if step.Decided {
			s.Decided, newest, order = step, map[string]*Step{}, nil
			continue
		}
		if newest[step.AgencyID] == nil {
			order = append(order, step.AgencyID)
		}
		newest[step.AgencyID] = step
		if step.Method == birthdayMethod && s.Decided != nil && s.Decided.AgencyID == step.AgencyID && s.Decided.Status.protects() {
			s.Decided = nil // that somebody is a child was decided until this day, by a date of the authority itself
		}
	}
	said := map[Status]bool{}
	if s.Decided != nil {
		s.Status, s.Since, said[s.Decided.Status] = s.Decided.Status, s.Decided.SaidOn, true
	}
	for _, agencyID := range order {
		step := newest[agencyID]
		if step.Status == Unknown {
			continue
		}
		said[step.Status] = true
		if step.Method == birthdayMethod {
			s.OfAge = step
		}
		if weight[step.Status] > weight[s.Status] {
			s.Status, s.Since = step.Status, step.SaidOn
		}
	}
	s.Disputed = said[Disputed] || said[Adult] && (said[Child] || said[Presumed])
	if s.Disputed && s.Status != Child {
		s.Status = Presumed
	}
	if s.Protects() {
		s.OfAge = nil
	}
	return s
}

// weight orders what is said from what protects least.
var weight = map[Status]int{Unknown: 0, Adult: 1, Disputed: 2, Presumed: 3, Child: 4}

// Guardian is somebody's guardian, or was.
type Guardian struct {
	ID         string      `db:"id"`
	Service    string      `db:"service"`
	AgencyID   string      `db:"agency_id"`
	Agency     string      `db:"agency"`
	WorkerID   string      `db:"worker_id"`
	AssignedOn moment.Date `db:"assigned_on"`
	EndedOn    moment.Date `db:"ended_on"`
	EndReason  string      `db:"end_reason"`
	MadeBy     string      `db:"made_agency_id"` // the agency that wrote it down
	Version    int64       `db:"version"`
	Words      []byte      `db:"words"`
	Name       string      // of the person, only within their agency
	Outside    Outside     // of one who does not work with this program
}

// Outside is a guardian who does not work with this program: nobody can ask them here, so the file has the document.
type Outside struct {
	Name     string `json:"name"`
	Document string `json:"document"` // that appoints them: which, its number, its day
}

// View is what holds for one person, as the reader may see it.
type View struct {
	File      gate.FileRow
	Standing  Standing
	All       bool   // what other agencies say is open too
	Full      bool   // or only whether the person is a minor
	Steps     []Step // the newest first
	Guardians []Guardian
	CanWrite  bool
	CanEnd    bool // that the guardian of today is one
	Decides   bool
	Today     moment.Date
	Choices   []Person // whom the reader's agency could name
}

// Person is somebody of the reader's agency.
type Person struct{ ID, Name string }

// Now is the guardian of today; nil where there is none.
func (v *View) Now() *Guardian {
	for i := range v.Guardians {
		if v.Guardians[i].EndedOn == "" {
			return &v.Guardians[i]
		}
	}
	return nil
}

// called is the guardian's name, as far as the reader knows it.
func (g *Guardian) called() string { return cmp.Or(g.Name, g.Outside.Name) }

// mayEnd: who wrote the guardian down, or the guardian's own service.
func (g *Guardian) mayEnd(a *authz.Actor) bool {
	return g.MadeBy == a.AgencyID || g.AgencyID == a.AgencyID
}
