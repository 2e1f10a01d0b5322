package sharing

import (
	"slices"
	"strings"

	"relais/internal/gate"
	"relais/internal/locale"
)

// Level says in one of four words how far a file is shared now. It is read from the grants that are live: what is told and what opens
// cannot differ. It is never empty.
type Level string

// The levels, the narrowest first.
const (
	MyDesk        Level = "desk"     // one desk, or one person
	PointerOnly   Level = "pointer"  // as MyDesk; agencies that take part may learn that the desk has a file, and nothing of it
	MyAgency      Level = "agency"   // several desks or people of the agency that leads
	TheseAgencies Level = "agencies" // other agencies too, which are named
)

// Reach is how far a file is shared, with those whom it reaches.
type Reach struct {
	Level    Level
	Agencies []string // all that see the file, the lead first
	Desks    int      // desks and people of the agency that leads
}

// Pointing says whether other agencies may be pointed to the file of the transaction, whose lead is the caller's agency.
type Pointing func(tx *gate.Tx, leadKind, leadID string) (bool, error)

// Pointed makes the service tell of files that pointers may tell of.
func (s *Service) Pointed(by Pointing) *Service {
	s.pointed = by
	return s
}

// reachOf reads it from the list of who has access. Whether pointers tell of the file is known to the agency that leads it alone.
func (s *Service) reachOf(tx *gate.Tx, list []Access) (r Reach, err error) {
	var lead *Access
	for i := range list {
		if list[i].Lead && lead == nil {
			lead = &list[i]
		}
	}
	var own []string
	for i := range list {
		a := &list[i]
		if !slices.Contains(r.Agencies, a.Agency) {
			r.Agencies = append(r.Agencies, a.Agency)
		}
		if lead != nil && a.AgencyID == lead.AgencyID && !a.OnlyNamed() && !slices.Contains(own, a.GranteeID) {
			own = append(own, a.GranteeID)
		}
	}
	r.Desks = len(own)
	switch {
	case len(r.Agencies) > 1:
		r.Level = TheseAgencies
		return r, nil
	case len(own) > 1:
		r.Level = MyAgency
		return r, nil
	}
	r.Level = MyDesk
	if s.pointed == nil || lead == nil || lead.AgencyID != tx.Actor().AgencyID {
		return r, nil
	}
	tells, err := s.pointed(tx, lead.GranteeKind, lead.GranteeID)
	if tells {
		r.Level = PointerOnly
	}
	return r, err
}

// Line says it in words.
func (r *Reach) Line(w *locale.Words) string {
	return w.T("sharing.level."+string(r.Level), "Agencies", strings.Join(r.Agencies, ", "), "Desks", w.Number(r.Desks))
}
