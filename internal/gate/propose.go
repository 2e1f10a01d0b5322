package gate

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
)

// SignGrant turns a proposed grant into what it was proposed as, "offered" or "live"; on a sealed file a live one is sealed. The
// second person may answer for the agency without seeing the file, so the file is not the transaction's.
// What the ceiling of the agency that gives it no longer allows is not signed, nor is anything on a file that was closed since.
func (tx *Tx) SignGrant(grantID, becomes string) error {
	p, err := tx.proposal(grantID)
	if err != nil {
		return err
	}
	if p.Stage == StageClosed {
		return standing(reasonClosed)
	}
	if err := tx.stillWithin(&p); err != nil {
		return err
	}
	file := tx.turnedTo(p.FileID, p.Kind)
	if err := file.stillAllowed(grantID); err != nil {
		return err
	}
	if err := tx.oneProposed(signGrant, Args{"grant": grantID, "becomes": becomes}); err != nil {
		return err
	}
	return file.refer(p.AgencyID)
}

// Barred says whether nobody can sign a grant any more: it has ended, its day has passed, its file was closed, or who gives it has
// lowered the ceiling since it was proposed.
func (tx *Tx) Barred(grantID string) (bool, error) {
	p, err := tx.proposal(grantID)
	switch {
	case fault.KindOf(err) == fault.Conflict:
		return true, nil
	case err != nil:
		return false, err
	case p.Stage == StageClosed || p.UntilAt <= tx.now:
		return true, nil
	}
	err = tx.stillWithin(&p)
	if fault.KindOf(err) == fault.Invalid {
		return true, nil
	}
	return false, err
}

// proposal is a grant that waits to be signed.
type proposal struct {
	FileID   string           `db:"file_id"`
	Kind     Kind             `db:"kind"`
	Stage    string           `db:"stage"` // of the file
	Sections authz.SectionSet `db:"sections"`
	UntilAt  moment.Time      `db:"until_at"`
	AgencyID string           `db:"agency_id"`
	To       authz.Role       `db:"to_kind"`
	GivenBy  string           `db:"granted_by_agency"`
}

func (tx *Tx) proposal(grantID string) (p proposal, err error) {
	err = tx.raw.Get(&p, selectProposed, Args{"grant": grantID})
	if errors.Is(err, database.ErrNoRows) {
		return p, fault.New(fault.Conflict, "gate.changed")
	}
	return p, err
}

// DropGrant ends a proposed grant that nobody signs.
func (tx *Tx) DropGrant(grantID, reason string) error {
	return tx.oneProposed(dropGrant, Args{"grant": grantID, "reason": reason})
}

// HoldGrant takes hold of a proposed grant that several have to sign: of two who sign in the same instant one runs again and sees what
// the other has done, so that neither leaves the last step to the other.
func (tx *Tx) HoldGrant(grantID string) error {
	return tx.oneProposed(holdGrant, Args{"grant": grantID})
}

// Agree writes to a proposed grant that the caller's agency agrees to it, so that what it marks for named recipients is open too.
func (tx *Tx) Agree(grantID string) error {
	return tx.oneProposed(agreeToGrant, Args{"grant": grantID})
}

func (tx *Tx) oneProposed(statement string, args Args) error {
	rows, err := tx.Exec(statement, args)
	if err == nil && rows == 0 {
		return fault.New(fault.Conflict, "gate.changed")
	}
	return err
}
