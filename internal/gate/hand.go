package gate

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
)

// selectHanded leaves out what nothing may be taken from any more: an erased file, one under a seal, and one that whoever made the
// package no longer has.
const selectHanded = `SELECT f.id, f.kind, f.case_id, f.agency_id, f.stage, f.created_at, f.changed_at, f.version, '' AS reference, '' AS case_reference
FROM file f
WHERE f.id = :target AND f.stage <> :erased
  AND NOT EXISTS (SELECT 1 FROM file_seal z WHERE z.file_id = f.id AND z.ended_at = 0)
  AND EXISTS (
    SELECT 1 FROM file_grant g
    WHERE g.file_id = f.id AND g.agency_id = :sender AND g.state = 'live' AND g.from_at <= :now AND g.until_at > :now)`

// selectOpenTo gives what each grant of an agency opens of a file, under a seal too: that a file is sealed is told by nothing.
const selectOpenTo = `SELECT g.id, g.sections, g.only_of
FROM file_grant g
WHERE g.file_id = :target AND g.agency_id = :sender AND g.state IN ('live', 'sealed') AND g.from_at <= :now AND g.until_at > :now`

// OpenTo are the grants by which an agency has a file at this instant, with the sections of each and whose entries alone; none where
// it has the file no longer.
func (tx *Tx) OpenTo(fileID, agencyID string) (grants []Grant, err error) {
	return grants, tx.raw.Select(&grants, selectOpenTo, Args{"target": fileID, "sender": agencyID, "now": tx.now})
}

// Lets says whether an agency lets sections out to a discipline until an instant, by the ceiling that it has set.
func (tx *Tx) Lets(agencyID string, kind authz.Role, sections authz.SectionSet, until moment.Time) (bool, error) {
	c, err := tx.partnerCeilingOf(agencyID, kind)
	if err != nil || c.Unlimited() {
		return err == nil, err
	}
	return c.check(&NewGrant{Sections: sections, Until: until}, tx.now, false) == nil, nil
}

// Hand turns the transaction of somebody who has no account to the file from which a package was made for them, once a secret has
// led to that package; sender is the agency that made it, and has to have the file still. It opens no entry, for nobody was granted
// anything: only the parts that were sealed for the package are read, and the trail names the file.
func (tx *Tx) Hand(fileID, sender string) error {
	if tx.action.reach != byNobody || tx.file.ID != "" {
		return fault.New(fault.Internal, "gate.undeclared")
	}
	err := tx.raw.Get(&tx.file, selectHanded, Args{"target": fileID, "erased": StageErased, "sender": sender, "now": tx.now})
	if errors.Is(err, database.ErrNoRows) {
		return fault.New(fault.NotFound, "gate.not_found")
	}
	return err
}

// Outward says on which provision something may go to an organisation of this discipline that has no account, by the rules by which
// a grant rests on the law, and within the ceilings of the law and of the caller's agency for that discipline. What rests on consent
// is for the consent to say.
func (tx *Tx) Outward(n NewGrant, kind authz.Role) (legalBasis string, err error) {
	if err := tx.checkCeiling(n, kind); err != nil {
		return "", err
	}
	if err := tx.holdToPartner(&n, recipient{Kind: kind}); err != nil {
		return "", err
	}
	if n.Basis == "consent" {
		return "", nil
	}
	if n.ConsentID != "" {
		return "", fault.New(fault.Invalid, "gate.invalid").WithField("consent", "gate.consent_not_asked")
	}
	err = tx.restOnLaw(&n, recipient{Kind: kind})
	return n.LegalBasis, err
}
