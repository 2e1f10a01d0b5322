// Package restriction takes a file out of somebody's sight whatever was granted: the exclusion of a person, such as for a
// conflict of interest, and the seal that an order puts on a file.
// It gives nobody access; when a restriction ends, what was granted counts again.
package restriction

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// Reasons are the codes of why a person is excluded from a file.
var Reasons = []string{"related", "involved", "earlier_role", "own_request", "suspicion", "order", "other"}

// openFor is how long an order opens a sealed file to the person who shows it.
const openFor = 8 * time.Hour

const longestNote = 2000

// Exclusion is one person kept from one file, as the agency sees it that wrote it or to which the person belongs.
type Exclusion struct {
	ID            string      `db:"id"`
	FileID        string      `db:"file_id"`
	Kind          gate.Kind   `db:"kind"`
	Reference     string      `db:"reference"` // by which the reader's agency knows the file
	WorkerID      string      `db:"worker_id"`
	Name          string      `db:"-"` // of a colleague; empty for a person of another agency
	AgencyID      string      `db:"worker_agency_id"`
	Agency        string      `db:"agency"` // the person's
	Reason        string      `db:"reason"`
	SealedNote    []byte      `db:"note"`
	Note          string      `db:"-"` // for the agency that wrote it
	ByAgencyID    string      `db:"agency_id"`
	ByAgency      string      `db:"by_agency"`
	Since         moment.Time `db:"from_at"`
	Version       int64       `db:"version"`
	WrittenByMine bool        `db:"mine"`   // by the reader's agency, which may end it
	Unread        bool        `db:"unread"` // it leaves the file without an auditor of the reader's agency
}

// NewExclusion is what has to be said to exclude a person: a colleague by the id, somebody of another agency on the file, which
// the caller's agency has to lead, by the address with which they sign in.
type NewExclusion struct {
	Reference string
	WorkerID  string
	Email     string
	Reason    string
	Note      string
}

// Seal is one order on a file, as the agency sees it that sealed.
type Seal struct {
	ID        string      `db:"id"`
	FileID    string      `db:"file_id"`
	Kind      gate.Kind   `db:"kind"`
	Reference string      `db:"reference"`
	SealedAt  moment.Time `db:"sealed_at"`
	SealedBy  string      `db:"sealed_by"`
	Name      string      `db:"-"` // of the colleague who sealed, or who unsealed
	Version   int64       `db:"version"`

	EndedAt      moment.Time `db:"ended_at"`
	EndedBy      string      `db:"ended_by"`
	SealedLifted []byte      `db:"lifted_by"`
	LiftedBy     string      `db:"-"` // reference of what lifted the order
}

// tidy checks what can be checked without looking anything up.
func (n NewExclusion) tidy(wrong *fault.Fault) NewExclusion {
	n.Reference, n.Email = tidyReference(n.Reference), strings.TrimSpace(n.Email)
	if n.Reference == "" {
		wrong.WithField("reference", "fault.field_required")
	}
	switch {
	case n.WorkerID == "" && n.Email == "":
		wrong.WithField("worker", "fault.field_required")
	case n.WorkerID != "" && n.Email != "":
		wrong.WithField("email", "restriction.one_person")
	case len(n.Email) > 254:
		wrong.WithField("email", "fault.field_too_long", "Max", 254)
	}
	switch {
	case n.Reason == "":
		wrong.WithField("reason", "fault.field_required")
	case !slices.Contains(Reasons, n.Reason):
		wrong.WithField("reason", "fault.field_unknown_code")
	}
	n.Note = section.FreeText(wrong, "note", n.Note, longestNote)
	return n
}

// tidyReference reads a file's reference as people type it.
func tidyReference(text string) string { return strings.ToUpper(strings.ReplaceAll(text, " ", "")) }

// orderShape is the shape of an order's reference, such as "AN45.L7.1234/2026".
var orderShape = regexp.MustCompile(`^[A-Z0-9][A-Z0-9./_:-]{3,59}$`)

// tidyOrder reads an order's reference as people type it: case and spaces do not count.
func tidyOrder(wrong *fault.Fault, order string) string {
	order = strings.ToUpper(strings.Join(strings.Fields(order), ""))
	switch {
	case order == "":
		wrong.WithField("order", "fault.field_required")
	case !orderShape.MatchString(order) || !strings.ContainsAny(order, "0123456789"):
		wrong.WithField("order", "restriction.order_shape")
	}
	return order
}

// maySeal: an order to seal comes from a prosecutor or a court, and whoever works on files there carries it out.
func maySeal(a *authz.Actor) bool {
	return (a.Kind == authz.RoleProsecutor || a.Kind == authz.RoleCourt) && gate.WorksOnFiles(a)
}

// answersForPeople says whether the caller may exclude: a supervisor, or who manages the agency's people.
func answersForPeople(tx *gate.Tx) bool {
	return tx.Actor().Supervisor || tx.Could(authz.People, authz.Manage)
}

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }
