package request

import (
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
)

// Pointed is whom a pointer led to a file that they do not see.
type Pointed struct{ PointerID, GranteeKind, GranteeID string }

// pointedAs is what somebody would be on the file whose lead lets them in: of the team, and a receiver, with the sections that were
// opened and no others.
var pointedAs = authz.RelationsOf(authz.RelationTeam, authz.RelationReferred)

// AskPointed asks for sections of the file at the far end of a pointer, inside a running use case of the slice that keeps pointers.
// The asker learns neither the id of the file nor its reference before the access is granted.
func AskPointed(tx *gate.Tx, p Pointed, n New) (audit.Event, error) {
	if !works(tx.Actor()) {
		return audit.Event{}, fault.New(fault.Refused, "request.not_your_task", "Reason", string(authz.ReasonNoRole))
	}
	far, err := tx.Pointed(p.PointerID)
	if err != nil {
		return audit.Event{}, err
	}
	r, err := n.checked(far, &Request{GranteeKind: p.GranteeKind, GranteeID: p.GranteeID, Relations: pointedAs, PointerID: p.PointerID,
		UntilAt: tx.Now().Add(gate.LongestGrant)}, checkPointed)
	if err != nil {
		return audit.Event{}, err
	}
	event, err := put(far, r, n.Note)
	event.Results = []string{far.File().ID}
	return event, err
}

// checkPointed refuses what would show nothing to an agency like the asker's.
func checkPointed(tx *gate.Tx, wrong *fault.Fault, r *Request) {
	for id := range r.Sections.Each {
		switch {
		case !entry.Belongs(section.Of(id), tx.File().Kind):
			wrong.WithField("sections", "request.not_in_this_file")
		case !openable(tx, id):
			wrong.WithField("sections", "request.never")
		case !has(wrong, "basis") && !tx.OpensTo(tx.Actor().Kind, id, r.Relations, r.Basis):
			wrong.WithField("sections", "request.other_basis_needed")
		default:
			continue
		}
		return
	}
}

// PointedSections are the sections that who leads such a file could open to the caller's agency, on whatever legal basis.
func PointedSections(tx *gate.Tx, kind gate.Kind) (sections []authz.Section) {
	for _, room := range section.All() {
		if entry.Belongs(room, kind) && openable(tx, room.ID) {
			sections = append(sections, room.ID)
		}
	}
	return sections
}

func openable(tx *gate.Tx, id authz.Section) bool {
	for _, basis := range gate.Bases {
		if tx.OpensTo(tx.Actor().Kind, id, pointedAs, basis) {
			return true
		}
	}
	return false
}

// base is the access on which what is granted would hang: what the asker has anyway, or nothing but the answer itself where a
// pointer led them here.
func (r *Request) base(file *gate.Tx) (have base, found bool, err error) {
	if r.PointerID != "" {
		return base{UntilAt: file.Now().Add(gate.LongestGrant)}, true, nil
	}
	return baseOf(file, r)
}
