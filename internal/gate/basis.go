package gate

import (
	"errors"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
)

// ground is what a grant rests on: a family with its provision, or a consent.
type ground struct {
	Basis      string
	LegalBasis string `db:"legal_basis"`
	ConsentID  string `db:"consent_id"`
}

// code is what the trail cites: the provision where there is one, otherwise the family.
func (g ground) code() string { return orElse(g.LegalBasis, g.Basis) }

// LegalBases are the provisions other than consent on which the caller's agency may share today.
func (tx *Tx) LegalBases() authz.Bases {
	actor := tx.Actor()
	return authz.LegalBases().For(actor.Country, actor.Kind, moment.DayOf(tx.now))
}

// rest makes sure that a grant rests on something: on a consent, on the provision that it names, or on the usual one of its
// family. What came from another grant rests on what that one does.
func (tx *Tx) rest(n *NewGrant, to recipient) error {
	if n.Root != "" && (n.LegalBasis == "" && n.ConsentID == "" || n.Document == (Document{})) {
		if err := tx.inherit(n); err != nil {
			return err
		}
	}
	switch {
	case n.Basis == "consent":
		n.LegalBasis = ""
		return tx.checkConsent(*n, to.AgencyID)
	case n.ConsentID != "":
		return fault.New(fault.Invalid, "gate.invalid").WithField("consent", "gate.consent_not_asked")
	case n.Root != "" || tx.Actor().IsSystem():
		return nil
	}
	return tx.restOnLaw(n, to)
}

// stillAllowed holds a grant on consent that is about to begin against the record once more: what the person allowed may wait for a
// guardian by now, or have become less. It is nobody's mistake of this moment, so it is a conflict that says why.
func (tx *Tx) stillAllowed(grantID string) error {
	var g Grant
	if err := tx.raw.Get(&g, selectAllowed, Args{"grant": grantID}); err != nil {
		if errors.Is(err, database.ErrNoRows) {
			err = fault.New(fault.Conflict, "gate.changed")
		}
		return err
	}
	err := tx.checkConsent(NewGrant{GranteeKind: g.GranteeKind, GranteeID: g.GranteeID, Relations: g.Relations, Sections: g.Sections, Purpose: g.Purpose,
		Basis: g.Basis, ConsentID: g.ConsentID, Until: g.UntilAt}, g.AgencyID)
	if f, ok := fault.As(err); ok && f.Kind == fault.Invalid && len(f.Fields) > 0 {
		return fault.New(fault.Conflict, f.Fields[0].Key)
	}
	return err
}

// inherited is what a grant that comes from another one takes from it.
type inherited struct {
	ground
	FileID   string `db:"file_id"`
	Kind     Kind   `db:"kind"`
	BasisRef string `db:"basis_ref"`
	SealedDocument
}

func (tx *Tx) inherit(n *NewGrant) error {
	var from inherited
	err := tx.raw.Get(&from, selectGround, Args{"root": n.Root})
	if errors.Is(err, database.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if n.Basis == from.Basis && n.BasisRef == from.BasisRef && n.Document == (Document{}) {
		if n.Document, err = tx.turnedTo(from.FileID, from.Kind).OpenDocument("file_grant", n.Root, from.SealedDocument); err != nil {
			return err
		}
	}
	switch {
	case n.LegalBasis != "" || n.ConsentID != "":
	case n.Basis == "consent":
		n.ConsentID = from.ConsentID
	default:
		n.LegalBasis = from.LegalBasis
	}
	return nil
}

// restOnLaw finds the provision. A document has to be cited to others; what an agency opens for itself it has not shown to
// anybody yet.
func (tx *Tx) restOnLaw(n *NewGrant, to recipient) error {
	f := fault.New(fault.Invalid, "gate.invalid")
	law, found := tx.LegalBases().Usual(n.Basis, to.Kind)
	if n.LegalBasis != "" {
		law, found = tx.LegalBases().Find(n.LegalBasis, moment.DayOf(tx.now))
	}
	switch {
	case !found && n.LegalBasis != "":
		return f.WithField("legal_basis", "gate.not_your_legal_basis")
	case !found:
		return f.WithField("basis", "gate.no_legal_basis")
	case law.Family != n.Basis:
		return f.WithField("legal_basis", "gate.other_legal_basis")
	case !law.Reaches(to.Kind):
		return f.WithField("legal_basis", "gate.legal_basis_not_theirs")
	case to.AgencyID != tx.Actor().AgencyID:
		n.missing(f, &law)
	}
	n.LegalBasis = law.Code
	return f.OrNil()
}

// remember keeps what a new grant rests on, so that the entry of this transaction cites it whatever the slice says.
func (tx *Tx) remember(id string, n *NewGrant) {
	if tx.given == nil {
		tx.given = map[string]ground{}
	}
	tx.given[id] = ground{Basis: n.Basis, LegalBasis: n.LegalBasis, ConsentID: n.ConsentID}
}

// cite completes an event with the grant on which it happened and with what that grant rests on.
func (tx *Tx) cite(event *audit.Event) {
	if event.GrantID == "" && len(tx.grants) > 0 {
		grant := tx.carrying(event.Sections)
		event.GrantID, event.Purpose = grant.ID, orElse(event.Purpose, grant.Purpose)
	}
	rests, known := tx.groundOf(event.GrantID)
	if !known {
		return
	}
	if event.Basis == "" || event.Basis == rests.Basis {
		event.Basis = rests.code()
	}
	event.ConsentID = orElse(event.ConsentID, rests.ConsentID)
}

// groundOf is what a grant rests on that this transaction wrote or came in by.
func (tx *Tx) groundOf(grantID string) (ground, bool) {
	if given, ok := tx.given[grantID]; ok {
		return given, true
	}
	for i := range tx.grants {
		if g := &tx.grants[i]; g.ID == grantID {
			return ground{Basis: g.Basis, LegalBasis: g.LegalBasis, ConsentID: g.ConsentID}, true
		}
	}
	return ground{}, false
}
