package gate

import (
	"errors"

	"relais/internal/database"
	"relais/internal/fault"
)

// SignGrant turns a proposed grant into what it was proposed as, "offered" or "live"; on a sealed file a live one is sealed. The
// second person may answer for the agency without seeing the file, so the file is not the transaction's.
// What the agency's ceiling no longer allows is not signed.
func (tx *Tx) SignGrant(grantID, becomes string) error {
	if err := tx.proposedOnOpen(grantID); err != nil {
		return err
	}
	if err := tx.stillWithin(grantID); err != nil {
		return err
	}
	return tx.oneProposed(signGrant, Args{"grant": grantID, "becomes": becomes})
}

// proposedOnOpen refuses a second signature under a grant on a file that was closed since.
func (tx *Tx) proposedOnOpen(grantID string) error {
	var stage string
	err := tx.raw.Get(&stage, selectProposedStage, Args{"grant": grantID})
	switch {
	case errors.Is(err, database.ErrNoRows):
		return fault.New(fault.Conflict, "gate.changed")
	case err == nil && stage == StageClosed:
		return standing(reasonClosed)
	}
	return err
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

func (tx *Tx) oneProposed(statement string, args Args) error {
	rows, err := tx.Exec(statement, args)
	if err == nil && rows == 0 {
		return fault.New(fault.Conflict, "gate.changed")
	}
	return err
}
