package gate

import (
	"relais/internal/fault"
	"relais/internal/moment"
)

// HeldGrant is a grant as it stands, whoever it was given to.
type HeldGrant struct {
	Grant
	Kind        Kind        `db:"kind"`
	State       string      `db:"state"`
	BasisRef    string      `db:"basis_ref"`
	RootID      string      `db:"root_id"`
	CircleID    string      `db:"circle_id"`
	Reason      string      `db:"reason"`
	GrantedBy   string      `db:"granted_by"`
	RenewedFrom string      `db:"renewed_from"`
	FromAt      moment.Time `db:"from_at"`
	SinceAt     moment.Time `db:"since_at"`
	Place       bool        `db:"place"` // a place in a case team, or a lead, whatever a ceiling left of it
	Version     int64       `db:"version"`
	SealedDocument
}

// Since is when its grantee was first given what the grant holds, however often it was renewed.
func (h *HeldGrant) Since() moment.Time {
	if h.SinceAt == 0 {
		return h.FromAt
	}
	return h.SinceAt
}

// Succession says how grants follow others: Follow gives what follows each grant that hangs on a root, the root first; nothing
// where it just ends. Under is the root that takes the old one's place; empty makes one of what follows the root itself.
type Succession struct {
	RootID    string
	Under     string
	EndReason string // as it stands in the old grants
	Follow    func(old *HeldGrant, next NewGrant) []NewGrant
}

// Succeed ends a root grant on the file of the transaction with all that hangs on it, and writes what follows. It reaches
// grants on files that the caller does not see and on sealed ones: what is handed on was given before.
func (tx *Tx) Succeed(s Succession) (newRoot string, err error) {
	held, err := tx.hanging(s.RootID)
	if err != nil {
		return "", err
	}
	newRoot = s.Under
	for i := range held {
		old := &held[i]
		following, err := tx.following(old, newRoot)
		if err != nil {
			return "", err
		}
		for _, next := range s.Follow(old, following) {
			if next.Root == "" && (newRoot != "" || old.ID != s.RootID) {
				return "", fault.New(fault.Internal, "gate.no_root")
			}
			if next.GranteeID != old.GranteeID {
				next.since, next.RenewedFrom, next.was, next.agreed = 0, "", nil, ""
			}
			id, err := tx.turnedTo(old.FileID, old.Kind).Grant(next)
			if err != nil {
				return "", err
			}
			newRoot = orElse(newRoot, id)
		}
	}
	return newRoot, tx.EndGrants(s.RootID, s.EndReason)
}

// following is a grant written anew as it stands, under the root that takes the old one's place. What another agency gave may
// rest on a provision that the caller's cannot cite, so the usual one is taken.
func (tx *Tx) following(h *HeldGrant, root string) (NewGrant, error) {
	next := NewGrant{GranteeKind: h.GranteeKind, GranteeID: h.GranteeID, Relations: h.Relations, Sections: h.Sections, OnlyOf: h.OnlyOf, Purpose: h.Purpose,
		Basis: h.Basis, BasisRef: h.BasisRef, Until: h.UntilAt, Lead: h.Lead, ConsentID: h.ConsentID, CircleID: h.CircleID,
		LegalBasis: h.LegalBasis, Emergency: h.Emergency, Reason: h.Reason, RenewedFrom: h.ID, since: h.Since(), Root: root,
		place: h.Place, was: h, agreed: h.Agreed + h.GivenBy + " "}
	if root == "" && h.GivenBy != tx.caller.Actor.AgencyID {
		next.LegalBasis = ""
	}
	var err error
	next.Document, err = tx.turnedTo(h.FileID, h.Kind).OpenDocument("file_grant", h.ID, h.SealedDocument)
	return next, err
}

// Following is a root grant on the file of the transaction as it would be written anew, so that it can be proposed beside the old one.
func (tx *Tx) Following(rootID string) (NewGrant, error) {
	held, err := tx.hanging(rootID)
	if err != nil {
		return NewGrant{}, err
	}
	return tx.following(&held[0], "")
}

// GoOn is Succeed for a root on a file that the caller need not see: who signs for their agency may not.
func (tx *Tx) GoOn(s Succession) error {
	var held []HeldGrant
	if err := tx.raw.Select(&held, selectHanging, Args{"root": s.RootID, "now": tx.now}); err != nil {
		return err
	}
	if len(held) == 0 {
		return fault.New(fault.Conflict, "gate.changed")
	}
	_, err := tx.turnedTo(held[0].FileID, held[0].Kind).Succeed(s)
	return err
}

// LeadTo hands a lead that one person held to a desk of the same agency, with all that hangs on it: the agency leads a file,
// not the person.
func (tx *Tx) LeadTo(rootID, deskID, reason string) error {
	var held []HeldGrant
	if err := tx.raw.Select(&held, selectHanging, Args{"root": rootID, "now": tx.now}); err != nil || len(held) == 0 {
		return err
	}
	_, err := tx.turnedTo(held[0].FileID, held[0].Kind).Succeed(Succession{RootID: rootID, EndReason: reason,
		Follow: func(old *HeldGrant, next NewGrant) []NewGrant {
			switch {
			case old.Lead:
				next.GranteeKind, next.GranteeID = "desk", deskID
			case old.GranteeID == held[0].GranteeID:
				return nil
			}
			return []NewGrant{next}
		}})
	return err
}

// hanging are the grants of a root that hold now, the root first; a root of another file is none.
func (tx *Tx) hanging(rootID string) (held []HeldGrant, err error) {
	if err := tx.raw.Select(&held, selectHanging, Args{"root": rootID, "now": tx.now}); err != nil {
		return nil, err
	}
	if len(held) == 0 || held[0].ID != rootID || held[0].FileID != tx.file.ID {
		return nil, fault.New(fault.Conflict, "gate.changed")
	}
	return held, nil
}

// turnedTo is the transaction turned to another file by the program itself, with nothing on it open to the caller.
func (tx *Tx) turnedTo(fileID string, kind Kind) *Tx {
	other := tx.elsewhere()
	other.file = FileRow{ID: fileID, Kind: kind, CaseID: tx.file.CaseID}
	return other
}
