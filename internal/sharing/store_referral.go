package sharing

import (
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Statements about referrals. A referral has the id of the grant that it offers, so each is found by the other.

const insertReferralRow = `INSERT INTO referral (id, file_id, grant_id, from_agency_id, from_worker_id, to_agency_id, to_desk_id,
  state, urgency, reason, note, offered_at, due_at)
VALUES (:id, :file_id, :id, :agency_id, :worker_id, :to_agency, :to_desk, 'offered', :urgency, :reason, :note, :now, :due)`

// seesFile is true where the caller has a live grant on the referral's file.
const seesFile = `EXISTS (
    SELECT 1 FROM file_grant g
    WHERE g.file_id = r.file_id AND g.state = 'live' AND g.grantee_id IN (:grantees) AND g.from_at <= :now AND g.until_at > :now
      AND ` + gate.NotExcluded + `)`

// inSight keeps the offers (with their grant g) of a sealed file, and of one that the caller is excluded from, from a receiving desk.
const inSight = gate.NotExcluded + ` AND ` + gate.NotSealed

const referralColumns = `r.id, r.file_id, r.state, r.urgency, r.reason, r.from_agency_id, f.name AS from_agency, r.to_agency_id,
  t.name AS to_agency, r.to_desk_id, d.name AS to_desk, COALESCE(n.reference, '') AS reference, g.sections, g.purpose, g.basis,
  g.basis_ref, r.offered_at, r.due_at, g.until_at, r.answered_at, r.decline_reason, r.version,
  CASE WHEN r.to_desk_id IN (:grantees) THEN 1 ELSE 0 END AS received,
  CASE WHEN r.from_agency_id = :agency_id AND ` + seesFile + ` THEN 1 ELSE 0 END AS sent
FROM referral r
JOIN file_grant g ON g.id = r.grant_id
JOIN agency f ON f.id = r.from_agency_id
JOIN agency t ON t.id = r.to_agency_id
JOIN desk d ON d.id = r.to_desk_id
LEFT JOIN file_reference n ON n.file_id = r.file_id AND n.agency_id = :agency_id`

const selectReferral = `SELECT ` + referralColumns + `
WHERE r.id = :referral
  AND (` + inReceived + ` OR r.from_agency_id = :agency_id AND ` + seesFile + `)`

// What stands in each list: the pages and the counts share it.
const (
	inWaiting  = `r.to_desk_id IN (:grantees) AND r.state = 'offered' AND r.due_at > :lapsed AND g.until_at > :now AND ` + inSight
	inReceived = `r.to_desk_id IN (:grantees) AND ` + inSight
	inSent     = `r.from_agency_id = :agency_id AND ` + seesFile
)

const selectWaiting = `SELECT ` + referralColumns + `
WHERE ` + inWaiting + ` AND (r.due_at, r.id) > (:after_at, :after_id)
ORDER BY r.due_at, r.id
LIMIT :limit`

const selectReceived = `SELECT ` + referralColumns + `
WHERE ` + inReceived + ` AND (r.offered_at, r.id) < (:after_at, :after_id)
ORDER BY r.offered_at DESC, r.id DESC
LIMIT :limit`

const selectSent = `SELECT ` + referralColumns + `
WHERE ` + inSent + ` AND (r.offered_at, r.id) < (:after_at, :after_id)
ORDER BY r.offered_at DESC, r.id DESC
LIMIT :limit`

const countWaiting = `SELECT COUNT(*)
FROM (SELECT r.id FROM referral r JOIN file_grant g ON g.id = r.grant_id WHERE ` + inWaiting + ` LIMIT :limit) found`

const countReceived = `SELECT COUNT(*)
FROM (SELECT r.id FROM referral r JOIN file_grant g ON g.id = r.grant_id WHERE ` + inReceived + ` LIMIT :limit) found`

const countSent = `SELECT COUNT(*)
FROM (SELECT r.id FROM referral r WHERE ` + inSent + ` LIMIT :limit) found`

const selectNote = `SELECT note FROM referral WHERE id = :referral AND file_id = :file_id`

const selectOpenOffer = `SELECT COUNT(*)
FROM referral
WHERE file_id = :file_id AND to_desk_id = :desk AND state = 'offered'`

// selectSenderPresent: an agency that no longer sees the file can hand nothing over any more.
const selectSenderPresent = `SELECT COUNT(*)
FROM file_grant
WHERE file_id = :file_id AND agency_id = :sender AND state = 'live' AND until_at > :now`

const settleReferral = `UPDATE referral
SET state = :state, answered_at = :now, answered_by = :worker_id, decline_reason = :reason, version = version + 1
WHERE id = :referral AND file_id = :file_id AND state = 'offered' AND version = :version`

const selectLapsed = `SELECT r.id, r.file_id, r.from_agency_id, r.to_agency_id, r.version
FROM referral r
JOIN file_grant g ON g.id = r.grant_id
WHERE r.state = 'offered' AND (r.due_at <= :lapsed OR g.until_at <= :now)
ORDER BY r.due_at, r.id
LIMIT 1`

const expireReferral = `UPDATE referral
SET state = 'expired', answered_at = :now, answered_by = :worker_id, version = version + 1
WHERE id = :referral AND state = 'offered' AND version = :version`

// orphan is an open offer whose sender no longer sees the file.
const orphan = `r.state = 'offered' AND NOT EXISTS (
    SELECT 1 FROM file_grant s
    WHERE s.file_id = r.file_id AND s.agency_id = r.from_agency_id AND s.state IN ('live', 'sealed') AND s.until_at > :now)`

const selectOrphansOfCase = `SELECT r.id
FROM referral r
JOIN file f ON f.id = r.file_id
WHERE f.case_id = :case_id AND ` + orphan

const selectOrphansOf = `SELECT r.id
FROM referral r
WHERE r.file_id IN (:files) AND ` + orphan

const settleReferrals = `UPDATE referral
SET state = :state, answered_at = :now, answered_by = :worker_id, version = version + 1
WHERE id IN (:ids) AND state = 'offered'`

const endOffers = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE id IN (:ids) AND state = 'offered'`

const selectLapsedTo = `SELECT r.id
FROM referral r
JOIN file_grant g ON g.id = r.grant_id
WHERE r.file_id = :file_id AND r.to_desk_id = :desk AND r.state = 'offered' AND (r.due_at <= :lapsed OR g.until_at <= :now)`

// lapsed is a referral that the program is about to mark.
type lapsed struct {
	ID           string `db:"id"`
	FileID       string `db:"file_id"`
	FromAgencyID string `db:"from_agency_id"`
	ToAgencyID   string `db:"to_agency_id"`
	Version      int64  `db:"version"`
}

func referralOf(tx *gate.Tx, referralID string) (r Referral, err error) {
	err = tx.Get(&r, selectReferral, gate.Args{"referral": referralID})
	return r, orNotFound(err)
}

// noteOf opens the note of a referral of the transaction's file.
func noteOf(tx *gate.Tx, referralID string) (string, error) {
	var sealed []byte
	if err := tx.Get(&sealed, selectNote, gate.Args{"referral": referralID}); err != nil {
		return "", orNotFound(err)
	}
	return tx.OpenText("referral", referralID, sealed)
}

func hasOpenOffer(tx *gate.Tx, deskID string) (bool, error) {
	return some(tx, selectOpenOffer, gate.Args{"desk": deskID})
}

func senderPresent(tx *gate.Tx, agencyID string) (bool, error) {
	return some(tx, selectSenderPresent, gate.Args{"sender": agencyID})
}

// lapsedBefore is the instant before which an offer had to be answered to be open still.
func lapsedBefore(now moment.Time) moment.Time { return now.Add(-grace) }

// withdrawOrphans withdraws what is on offer of the case's files by agencies that no longer see them.
func withdrawOrphans(tx *gate.Tx) error {
	var ids []string
	if err := tx.Select(&ids, selectOrphansOfCase, nil); err != nil {
		return err
	}
	return settleAll(tx, ids, Withdrawn, endWithdrawn)
}

func withdrawOrphansOf(tx *gate.Tx, files []string) error {
	var ids []string
	if err := tx.Select(&ids, selectOrphansOf, gate.Args{"files": files}); err != nil {
		return err
	}
	return settleAll(tx, ids, Withdrawn, endWithdrawn)
}

// settleLapsed marks what a desk has left unanswered too long, so that the same file can be offered to it again.
func settleLapsed(tx *gate.Tx, deskID string) error {
	var ids []string
	if err := tx.Select(&ids, selectLapsedTo, gate.Args{"desk": deskID, "lapsed": lapsedBefore(tx.Now())}); err != nil {
		return err
	}
	return settleAll(tx, ids, Expired, endExpired)
}

// settleAll ends open offers together with the grants that they offer.
func settleAll(tx *gate.Tx, ids []string, as State, reason string) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := tx.Exec(settleReferrals, gate.Args{"ids": ids, "state": string(as)}); err != nil {
		return err
	}
	_, err := tx.Exec(endOffers, gate.Args{"ids": ids, "reason": reason})
	return err
}

// insertReferral stores the referral. A second open offer to the same desk meets the unique index even if both were sent in
// the same instant.
func insertReferral(tx *gate.Tx, id string, to grantee, n NewReferral, note []byte, dueAt moment.Time) error {
	err := tx.ExecOne(insertReferralRow, gate.Args{"id": id, "to_agency": to.AgencyID, "to_desk": to.ID,
		"urgency": string(n.Urgency), "reason": n.Reason, "note": note, "due": dueAt})
	if database.IsUnique(err) {
		return invalid().WithField("to", "sharing.already_offered")
	}
	return err
}
