package sharing

import (
	"errors"

	"relais/internal/database"
	"relais/internal/gate"
)

// Why a grant ended when its holder left, as it stands in the grant.
const (
	endLeftDesk   = "left_desk"
	endLeftAgency = "left_agency"
)

// Left ends what a person was given that came with a desk, such as a place as a named worker; with deskID empty it ends all
// that the person was given, because they leave the agency. A lead that only this person held goes to a desk of the agency.
// What the person sees through other desks of theirs stays.
func Left(tx *gate.Tx, workerID, deskID string) error {
	if deskID != "" {
		_, err := tx.Exec(endWithDesk, gate.Args{"person": workerID, "desk": deskID, "reason": endLeftDesk})
		return err
	}
	if err := handLeadsOver(tx, workerID); err != nil {
		return err
	}
	var files []string
	if err := tx.Select(&files, selectFilesOf, gate.Args{"person": workerID}); err != nil || len(files) == 0 {
		return err
	}
	if _, err := tx.Exec(endWithAgency, gate.Args{"person": workerID, "reason": endLeftAgency}); err != nil {
		return err
	}
	return withdrawOrphansOf(tx, files)
}

// handLeadsOver passes the leads that a person held alone to the agency's oldest desk; an agency without a desk keeps them
// with the person, because a file must not be without a lead.
func handLeadsOver(tx *gate.Tx, workerID string) error {
	var roots []string
	if err := tx.Select(&roots, selectLeadsOf, gate.Args{"person": workerID}); err != nil || len(roots) == 0 {
		return err
	}
	var desk string
	err := tx.Get(&desk, selectOldestDesk, gate.Args{"person": workerID})
	if errors.Is(err, database.ErrNoRows) {
		return nil
	}
	for i := 0; err == nil && i < len(roots); i++ {
		err = tx.LeadTo(roots[i], desk, endLeftAgency)
	}
	return err
}
