package gate

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
)

// EndRemoved is the reason with which the grants of an agency end that uses a closed file no more.
const EndRemoved = "removed"

// LongestOpening is for how many days a removed file can be opened at a time.
const LongestOpening = 14

// LastOpening is the last instant until which a removed file can be opened now.
func LastOpening(now moment.Time) moment.Time {
	return moment.DayOf(now).AddDays(LongestOpening).EndOf()
}

// endRemovedGrants reaches sealed grants and offers too: whatever would let the agency's people use the file.
const endRemovedGrants = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE file_id = :removed AND agency_id = :of_agency AND state <> 'ended'`

// selectRemoved finds a closed file that was removed from the use of the caller's agency.
const selectRemoved = `SELECT f.id, f.kind, f.case_id
FROM file_removal r
JOIN file_closure c ON c.id = r.closure_id AND c.reopened_at = 0 AND c.erased_at = 0
JOIN file f ON f.id = r.file_id AND f.stage = '` + StageClosed + `'
WHERE r.id = :removal AND r.agency_id = :agency_id AND r.removed_at > 0`

// RemoveFromUse ends whatever an agency's people have on a closed file. What others have stays theirs.
func (tx *Tx) RemoveFromUse(fileID, agencyID string) error {
	_, err := tx.Exec(endRemovedGrants, Args{"removed": fileID, "of_agency": agencyID, "reason": EndRemoved})
	return err
}

// OpenRemoved lets a colleague read, until an instant, what the caller's agency itself wrote in a file that was removed from its use: own entries
// are not cut by the sections of a grant, and what others wrote stays closed. Nothing can be written there: the file
// is closed.
func (tx *Tx) OpenRemoved(removalID, workerID string, until moment.Time) (grantID string, err error) {
	var file FileRow
	if err := tx.Get(&file, selectRemoved, Args{"removal": removalID}); errors.Is(err, database.ErrNoRows) {
		return "", fault.New(fault.NotFound, "gate.not_found")
	} else if err != nil {
		return "", err
	}
	if until > LastOpening(tx.now) {
		return "", fault.New(fault.Invalid, "gate.invalid").WithField("until", "gate.until_too_late", "Days", LongestOpening)
	}
	n := NewGrant{GranteeKind: "worker", GranteeID: workerID, Relations: authz.RelationsOf(authz.RelationTeam), Sections: authz.SectionsOf(authz.Identity),
		OnlyOf: OnlyOf{}.With(authz.Identity, tx.caller.Actor.AgencyID), Purpose: "audit", Basis: "legal_task", Until: until}
	return tx.turnedTo(file.ID, file.Kind).Grant(n)
}
