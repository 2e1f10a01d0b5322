package sharing

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/notice"
)

// endOfAge is why a guardian's access ended, as it stands in the grant.
const endOfAge = "came_of_age"

// onlyWard is what a grant makes of a guardian.
var onlyWard = authz.RelationsOf(authz.RelationWard)

// EndWards ends what was opened, offered or proposed to guardians of somebody who is no child any more, in the transaction that says so, and tells
// those who lose it; it gives whom. A guardian who leads the file keeps the lead until it is handed over, because a file is never
// without one; what a guardian has passed on stands, because help does not end with childhood. A new consent of the person opens the
// file to the guardian again like to anybody.
func EndWards(tx *gate.Tx, fileID string) (gone []notice.To, err error) {
	if err := tx.Select(&gone, selectWards, gate.Args{"on": fileID, "ward": int64(onlyWard)}); err != nil {
		return nil, err
	}
	for _, statement := range []string{endWards, endEmptyWards} {
		if _, err := tx.Exec(statement, ward(fileID)); err != nil {
			return nil, err
		}
	}
	var offers []string
	if err := tx.Select(&offers, selectWardOffers, gate.Args{"on": fileID, "reason": endOfAge}); err != nil {
		return nil, err
	}
	if err := settleAll(tx, offers, Withdrawn, endOfAge); err != nil {
		return nil, err
	}
	if len(gone) == 0 {
		return nil, nil
	}
	return gone, notice.TellAll(tx, notice.New{Code: "guardian_access_ended", FileID: fileID, MustAcknowledge: true}, gone...)
}

// TellWardsEnded tells the desks to which a file is open, besides those that lead it, that a guardian's access has ended.
func TellWardsEnded(tx *gate.Tx, fileID string) error {
	var rest []notice.To
	if err := tx.Select(&rest, selectRest, gate.Args{"on": fileID}); err != nil {
		return err
	}
	return notice.TellAll(tx, notice.New{Code: "guardian_left", FileID: fileID, Link: "victim"}, rest...)
}
