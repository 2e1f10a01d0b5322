package sharing

import (
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
)

// Statements about referrals. A referral has the id of the grant that it offers, so each is found by the other.

const insertReferralRow = `INSERT INTO referral (id, file_id, grant_id, from_agency_id, from_worker_id, from_desk_id, to_agency_id,
  to_desk_id, to_worker_id, kind, state, urgency, reason, note, attention, offered_at, remind_at, due_at)
VALUES (:id, :file_id, :id, :agency_id, :worker_id, :from_desk, :to_agency, :to_desk, :to_worker, :kind, 'offered', :urgency, :reason,
  :note, :attention, :now, :remind, :due)`

// seesFile is true where the caller has a live grant on the referral's file.
const seesFile = `EXISTS (
    SELECT 1 FROM file_grant g
    WHERE g.file_id = r.file_id AND g.state = 'live' AND g.grantee_id IN (:grantees) AND g.from_at <= :now AND g.until_at > :now
      AND ` + gate.NotExcluded + `)`

// inSight keeps the offers (with their grant g) of a sealed file, of one that the caller is excluded from, and those that never reached
// it, from a receiving desk.
const inSight = gate.NotExcluded + ` AND ` + gate.NotSealed + ` AND ` + gate.Reached

// watched keeps the referrals to an agency for its supervisors, who are told what its desks leave unanswered; it opens no file.
const watched = `r.to_agency_id = :agency_id AND CAST(:supervisor AS INTEGER) = 1`

// offerState is where a referral stands: whatever ends the grant that an open offer holds takes the offer back, and what was taken
// back after it was accepted has a row that says so (b).
const offerState = `CASE WHEN b.referral_id IS NOT NULL THEN 'taken_back' WHEN r.state = 'offered' AND g.state = 'ended' THEN 'withdrawn' ELSE r.state END`

// accessUntil is the end of what came of an offer: of the last of the grants that went on from it.
const accessUntil = `CASE WHEN g.end_reason = '` + endRenewed + `' THEN (
    WITH RECURSIVE after (id, until_at, end_reason) AS (
      SELECT o.id, o.until_at, o.end_reason FROM file_grant o WHERE o.id = r.grant_id
      UNION ALL
      SELECT n.id, n.until_at, n.end_reason
      FROM after a
      JOIN file_grant n ON n.file_id = r.file_id AND n.renewed_from = a.id AND ` + signed + `
      WHERE a.end_reason = '` + endRenewed + `')
    SELECT MAX(until_at) FROM after) ELSE g.until_at END`

const referralColumns = `r.id, r.file_id, r.kind, ` + offerState + ` AS state, r.urgency, r.reason, r.from_agency_id, f.name AS from_agency, r.to_agency_id,
  t.name AS to_agency, r.to_desk_id, d.name AS to_desk, COALESCE(n.reference, '') AS reference, g.sections, g.only_of, g.relations, g.purpose, g.basis,
  g.basis_ref, g.legal_basis, r.offered_at, r.due_at, ` + accessUntil + ` AS until_at, g.until_at AS first_until_at, r.answered_at, r.decline_reason, r.escalated_at, r.outcome,
  r.completed_at, COALESCE(b.recalled_at, 0) AS recalled_at, COALESCE(b.reason, '') AS recall_reason, r.version,
  CASE WHEN r.to_worker_id = :worker_id THEN 1 ELSE 0 END AS for_me,
  CASE WHEN g.state = 'proposed' THEN 1 ELSE 0 END AS proposed,
  CASE WHEN ` + gate.Reached + ` THEN 1 ELSE 0 END AS reached,
  CASE WHEN r.to_desk_id IN (:grantees) THEN 1 ELSE 0 END AS received,
  CASE WHEN r.from_agency_id = :agency_id AND ` + seesFile + ` THEN 1 ELSE 0 END AS sent
FROM referral r
JOIN file_grant g ON g.id = r.grant_id
JOIN agency f ON f.id = r.from_agency_id
JOIN agency t ON t.id = r.to_agency_id
JOIN desk d ON d.id = r.to_desk_id
LEFT JOIN referral_recall b ON b.referral_id = r.id
LEFT JOIN file_reference n ON n.file_id = r.file_id AND n.agency_id = :agency_id`

const selectReferral = `SELECT ` + referralColumns + `
WHERE r.id = :referral
  AND (` + inReceived + ` OR ` + watched + ` AND ` + inSight + `
    OR r.from_agency_id = :agency_id AND ` + seesFile + `)`

// What stands in each list: the pages and the counts share it.
const (
	inWaiting = `r.to_desk_id IN (:grantees) AND r.state = 'offered' AND g.state <> 'ended' AND r.due_at > :lapsed AND g.until_at > :now
    AND ` + inSight
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

// selectOpenOffer asks for those of the caller's agency alone: what others have offered to the desk, and whether somebody has still to sign
// it there, is not for it to know.
const selectOpenOffer = `SELECT COUNT(*)
FROM referral r
JOIN file_grant g ON g.id = r.grant_id
WHERE r.file_id = :file_id AND r.to_desk_id = :desk AND r.from_agency_id = :agency_id AND r.state = 'offered' AND g.state <> 'ended' AND r.due_at > :lapsed
  AND g.until_at > :now`

// selectSenderPresent: an agency that no longer sees the file can hand nothing over any more.
const selectSenderPresent = `SELECT COUNT(*)
FROM file_grant
WHERE file_id = :file_id AND agency_id = :sender AND state = 'live' AND until_at > :now`

const settleReferral = `UPDATE referral
SET state = :state, answered_at = :now, answered_by = :worker_id, decline_reason = :reason, version = version + 1
WHERE id = :referral AND file_id = :file_id AND state = 'offered' AND version = :version`

const selectLapsed = `SELECT r.id, r.file_id, r.from_agency_id, r.from_desk_id, r.from_worker_id, r.to_agency_id, r.version,
  CASE WHEN g.state = 'ended' THEN 'withdrawn' ELSE 'expired' END AS becomes, CASE WHEN ` + gate.Reached + ` THEN 1 ELSE 0 END AS reached
FROM referral r
JOIN file_grant g ON g.id = r.grant_id
WHERE r.state = 'offered' AND (r.due_at <= :lapsed OR g.until_at <= :now OR g.state = 'ended')
ORDER BY r.due_at, r.id
LIMIT 1`

const expireReferral = `UPDATE referral
SET state = :state, answered_at = :now, answered_by = :worker_id, version = version + 1
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
WHERE id IN (:ids) AND state IN ('offered', 'proposed')`

const selectDeadTo = `SELECT r.id, CASE WHEN g.state = 'ended' THEN 'withdrawn' ELSE 'expired' END AS becomes
FROM referral r
JOIN file_grant g ON g.id = r.grant_id
WHERE r.file_id = :file_id AND r.to_desk_id = :desk AND r.from_agency_id = :agency_id AND r.state = 'offered'
  AND (r.due_at <= :lapsed OR g.until_at <= :now OR g.state = 'ended')`

const completeReferral = `UPDATE referral
SET state = 'completed', outcome = :outcome, completed_at = :now, completed_by = :worker_id, version = version + 1
WHERE id = :referral AND state = 'accepted' AND version = :version`

const selectSender = `SELECT from_desk_id, from_worker_id FROM referral WHERE id = :referral`

const selectTexts = `SELECT note, attention FROM referral WHERE id = :referral AND file_id = :file_id`

// lapsed is a referral that the program is about to mark.
type lapsed struct {
	ID           string `db:"id"`
	FileID       string `db:"file_id"`
	FromAgencyID string `db:"from_agency_id"`
	ToAgencyID   string `db:"to_agency_id"`
	sender
	Version int64 `db:"version"`
	Becomes State `db:"becomes"`
	Reached bool  `db:"reached"` // the desk
}

// sender is who hears of the answer: the desk that sent, or the person where the file is open to no desk of theirs.
type sender struct {
	DeskID   string `db:"from_desk_id"`
	WorkerID string `db:"from_worker_id"`
}

func senderOf(tx *gate.Tx, referralID string) (who sender, err error) {
	return who, tx.Get(&who, selectSender, gate.Args{"referral": referralID})
}

// referralRow is a referral about to be stored.
type referralRow struct {
	id, fromDesk, toWorker string
	to                     grantee
	n                      NewReferral
	note, attention        []byte
	dueAt                  moment.Time
}

func referralOf(tx *gate.Tx, referralID string) (r Referral, err error) {
	err = tx.Get(&r, selectReferral, gate.Args{"referral": referralID, "supervisor": gate.Flag(tx.Actor().Supervisor)})
	if err == nil {
		r.Writers, err = namesIn(tx, r.OnlyOf)
	}
	return r, orNotFound(err)
}

// textsOf opens the note of a referral of the transaction's file, and whom it is meant for.
func textsOf(tx *gate.Tx, referralID string) (note, attention string, err error) {
	var row struct {
		Note      []byte `db:"note"`
		Attention []byte `db:"attention"`
	}
	if err := tx.Get(&row, selectTexts, gate.Args{"referral": referralID}); err != nil {
		return "", "", orNotFound(err)
	}
	if note, err = tx.OpenText("referral", referralID, row.Note); err != nil || len(row.Attention) == 0 {
		return note, "", err
	}
	plain, err := tx.OpenPart(seal.General, "referral", referralID, "attention", row.Attention)
	return note, string(plain), err
}

func hasOpenOffer(tx *gate.Tx, deskID string) (bool, error) {
	return some(tx, selectOpenOffer, gate.Args{"desk": deskID, "lapsed": lapsedBefore(tx.Now())})
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

// settleDead marks what a desk has left unanswered too long of the caller's agency, and what was taken back by the end of its grant, so
// that the agency can offer it the same file again.
func settleDead(tx *gate.Tx, deskID string) error {
	var dead []struct {
		ID      string `db:"id"`
		Becomes State  `db:"becomes"`
	}
	if err := tx.Select(&dead, selectDeadTo, gate.Args{"desk": deskID, "lapsed": lapsedBefore(tx.Now())}); err != nil {
		return err
	}
	for _, offer := range dead {
		if err := settleAll(tx, []string{offer.ID}, offer.Becomes, string(offer.Becomes)); err != nil {
			return err
		}
	}
	return nil
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

// insertReferral stores the referral. A second open offer of the agency to the same desk meets the unique index even if both were sent in
// the same instant.
func insertReferral(tx *gate.Tx, row referralRow) error {
	n := row.n
	err := tx.ExecOne(insertReferralRow, gate.Args{"id": row.id, "from_desk": row.fromDesk, "to_agency": row.to.AgencyID,
		"to_desk": row.to.ID, "to_worker": row.toWorker, "kind": string(n.Kind), "urgency": string(n.Urgency), "reason": n.Reason,
		"note": row.note, "attention": row.attention, "remind": tx.Now().Add(n.Urgency.within() / 2), "due": row.dueAt})
	if database.IsUnique(err) {
		return invalid().WithField("to", "sharing.already_offered")
	}
	return err
}

// complete writes the outcome; a version that is behind is a Conflict.
func complete(tx *gate.Tx, referralID string, version int64, outcome string) error {
	return tx.ExecOne(completeReferral, gate.Args{"referral": referralID, "version": version, "outcome": outcome})
}

const selectSentOn = `SELECT ` + referralColumns + `
WHERE r.from_agency_id = :agency_id AND r.file_id = :file_id
ORDER BY r.id DESC
LIMIT 200`

// SentOn are the referrals of the file by the caller's agency, the newest first, inside a running use case.
func SentOn(tx *gate.Tx) (list []Referral, err error) {
	return list, tx.Select(&list, selectSentOn, nil)
}
