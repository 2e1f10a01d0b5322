package emergency

import (
	"errors"
	"strings"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
)

const insertEmergency = `INSERT INTO emergency (id, file_id, grant_id, root_id, worker_id, agency_id, sections, relations, reason, note, state,
  opened_at, closes_at, until_at)
VALUES (:id, :file_id, :grant, :root, :worker_id, :agency_id, :sections, :relations, :reason, :note, 'opened', :now, :closes, :until)`

const insertParty = `INSERT INTO emergency_party (id, emergency_id, agency_id, told_at, review_due_at)
VALUES (:id, :emergency, :agency, :now, :due)`

// inSight keeps an opening from whoever is excluded from its file; while the file lies under a seal, from everybody but auditors and
// whoever an order has opened it to.
const inSight = `NOT EXISTS (
    SELECT 1 FROM exclusion x WHERE x.file_id = e.file_id AND x.worker_id = :worker_id AND x.ended_at = 0)
  AND (:audits = 1 OR NOT EXISTS (
    SELECT 1 FROM file_seal z
    WHERE z.file_id = e.file_id AND z.ended_at = 0 AND NOT EXISTS (
      SELECT 1 FROM seal_opening o
      WHERE o.seal_id = z.id AND o.worker_id = :worker_id AND o.from_at <= :now AND o.until_at > :now)))`

// mayKnow is true for the person who opened, for those who answer for or audit an agency that is a party to it, and for whoever
// of such an agency sees the file.
const mayKnow = `(e.worker_id = :worker_id OR EXISTS (
    SELECT 1 FROM emergency_party p
    WHERE p.emergency_id = e.id AND p.agency_id = :agency_id
      AND (:watches = 1 OR EXISTS (
        SELECT 1 FROM file_grant s
        WHERE s.file_id = e.file_id AND s.state = 'live' AND s.emergency = 0 AND s.grantee_id IN (:grantees) AND s.from_at <= :now
          AND s.until_at > :now))))`

const emergencyColumns = `e.id, e.file_id, COALESCE(n.reference, '') AS reference, e.agency_id, a.name AS agency, e.worker_id, e.root_id,
  e.relations, e.sections, e.reason, e.state, e.opened_at, e.closes_at, e.until_at, e.confirmed_at, e.confirmed_by, e.ended_at, e.version,
  CASE WHEN e.agency_id = :agency_id THEN 1 ELSE 0 END AS own,
  CASE WHEN EXISTS (SELECT 1 FROM emergency_party v
    WHERE v.emergency_id = e.id AND v.agency_id = :agency_id AND v.review_due_at > 0 AND v.signed_at = 0) THEN 1 ELSE 0 END AS review
FROM emergency e
JOIN agency a ON a.id = e.agency_id
LEFT JOIN file_reference n ON n.file_id = e.file_id AND n.agency_id = :agency_id`

const selectEmergency = `SELECT ` + emergencyColumns + `
WHERE e.id = :emergency AND ` + inSight + ` AND ` + mayKnow

// selectPage begins with the parties of the reader's agency, so that it costs what that agency has and not what all have.
const selectPage = `SELECT ` + emergencyColumns + `
JOIN emergency_party m ON m.emergency_id = e.id AND m.agency_id = :agency_id
WHERE (m.told_at, m.emergency_id) < (:after_at, :after_id) AND ` + inSight + ` AND ` + mayKnow + `
ORDER BY m.told_at DESC, m.emergency_id DESC
LIMIT :limit`

// toReview is what of it the reader's agency has still to review.
const toReview = ` AND m.review_due_at > 0 AND m.signed_at = 0`

const selectToReview = `SELECT ` + emergencyColumns + `
JOIN emergency_party m ON m.emergency_id = e.id AND m.agency_id = :agency_id
WHERE (m.told_at, m.emergency_id) < (:after_at, :after_id) AND ` + inSight + ` AND ` + mayKnow + toReview + `
ORDER BY m.told_at DESC, m.emergency_id DESC
LIMIT :limit`

const countReviews = `SELECT COUNT(*)
FROM (SELECT m.id
  FROM emergency_party m
  JOIN emergency e ON e.id = m.emergency_id
  WHERE m.agency_id = :agency_id AND ` + inSight + ` AND ` + mayKnow + toReview + `
  LIMIT :limit) found`

const selectNote = `SELECT note FROM emergency WHERE id = :emergency AND file_id = :file_id`

const selectOpen = `SELECT COUNT(*)
FROM emergency
WHERE file_id = :file_id AND worker_id = :worker_id
  AND (state = 'opened' AND closes_at > :now OR state = 'confirmed' AND until_at > :now)`

const selectBase = `SELECT root_id
FROM file_grant
WHERE file_id = :file_id AND grantee_id IN (:sides) AND emergency = 0 AND state = 'live' AND from_at <= :now AND until_at > :now
ORDER BY until_at DESC, id
LIMIT 1`

// selectRoot counts a root under a seal too: that the case was sealed meanwhile takes nobody's victim file away, and what lies under a
// seal itself opens with the seal.
const selectRoot = `SELECT COUNT(*) FROM file_grant WHERE id = :root AND state IN ('live', 'sealed') AND until_at > :now`

const confirmEmergency = `UPDATE emergency
SET state = 'confirmed', confirmed_at = :now, confirmed_by = :worker_id, grant_id = :grant, version = version + 1
WHERE id = :emergency AND file_id = :file_id AND state = 'opened' AND closes_at > :now AND version = :version`

const closeEmergency = `UPDATE emergency
SET state = 'ended', ended_at = :now, ended_by = :worker_id, version = version + 1
WHERE id = :emergency AND file_id = :file_id AND state IN ('opened', 'confirmed') AND version = :version`

const endGrants = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE file_id = :file_id AND emergency = 1 AND grantee_id = :opener AND state <> 'ended'`

const selectReviews = `SELECT p.id, p.agency_id, a.name AS agency, p.review_due_at AS due_at, p.signed_at, p.finding, p.note
FROM emergency_party p
JOIN agency a ON a.id = p.agency_id
WHERE p.emergency_id = :emergency AND p.review_due_at > 0
ORDER BY p.id`

const signReview = `UPDATE emergency_party
SET signed_at = :now, signed_by = :worker_id, finding = :finding, note = :note
WHERE id = :party AND agency_id = :agency_id AND review_due_at > 0 AND signed_at = 0`

// selectControllers are the agencies that wrote in one of the sections, and the desks by which they see the file.
const selectControllers = `SELECT DISTINCT e.agency_id, COALESCE(g.grantee_id, '') AS id
FROM entry e
LEFT JOIN file_grant g ON g.file_id = e.file_id AND g.agency_id = e.agency_id AND g.grantee_kind = 'desk' AND g.state = 'live'
  AND g.until_at > :now
WHERE e.file_id = :file_id AND e.section IN (:sections)
ORDER BY e.agency_id`

// selectDuty are the other duty officers of the opener's agency.
const selectDuty = `SELECT id FROM worker WHERE agency_id = :agency_id AND duty = 1 AND disabled_at = 0 AND id <> :worker_id ORDER BY id LIMIT 50`

// selectSpent is an opening that nobody confirmed, or whose time is over.
const selectSpent = `SELECT id, file_id, agency_id, worker_id, state, version
FROM emergency
WHERE state = 'opened' AND closes_at <= :now OR state = 'confirmed' AND until_at <= :now
ORDER BY opened_at, id
LIMIT 1`

const spend = `UPDATE emergency
SET state = :state, ended_at = :now, ended_by = :worker_id, version = version + 1
WHERE id = :emergency AND state = :from AND version = :version`

const selectParties = `SELECT agency_id FROM emergency_party WHERE emergency_id = :emergency ORDER BY id`

func standing(tx *gate.Tx, args gate.Args) gate.Args {
	args["watches"], args["audits"] = gate.Flag(watches(tx.Actor())), gate.Flag(gate.Holds(tx.Actor(), authz.RoleAuditor))
	return args
}

// watches says whether somebody answers for, or audits, what the agency's people do.
func watches(a *authz.Actor) bool {
	return a.Supervisor || a.DutyOfficer || gate.Holds(a, authz.RoleAuditor)
}

func emergencyOf(tx *gate.Tx, id string) (e Emergency, err error) {
	err = tx.Get(&e, selectEmergency, standing(tx, gate.Args{"emergency": id}))
	if errors.Is(err, database.ErrNoRows) {
		return e, fault.New(fault.NotFound, "gate.not_found")
	}
	return e, err
}

func noteOf(file *gate.Tx, id string) (string, error) {
	var sealed []byte
	if err := file.Get(&sealed, selectNote, gate.Args{"emergency": id}); err != nil {
		return "", err
	}
	return file.OpenText("emergency", id, sealed)
}

// reviewsOf lists the reviews; the note of each is opened for the agency that wrote it.
func reviewsOf(file *gate.Tx, id string) (reviews []Review, err error) {
	if err := file.Select(&reviews, selectReviews, gate.Args{"emergency": id}); err != nil {
		return nil, err
	}
	for i := range reviews {
		if reviews[i].AgencyID != file.Actor().AgencyID {
			continue
		}
		if reviews[i].Text, err = file.OpenText("emergency_party", reviews[i].ID, reviews[i].Note); err != nil {
			return nil, err
		}
	}
	return reviews, nil
}

func hasOpen(tx *gate.Tx) (bool, error) {
	var count int64
	err := tx.Get(&count, selectOpen, nil)
	return count > 0, err
}

// rootOf is the grant by which the opener's side sees the file anyway: the emergency ends with it.
func rootOf(tx *gate.Tx) (root string, err error) {
	err = tx.Get(&root, selectBase, gate.Args{"sides": tx.Grantees()})
	if errors.Is(err, database.ErrNoRows) {
		return "", fault.New(fault.NotFound, "gate.not_found")
	}
	return root, err
}

// rootHolds says whether the opener's side still sees the file.
func rootHolds(tx *gate.Tx, root string) (bool, error) {
	var count int64
	err := tx.Get(&count, selectRoot, gate.Args{"root": root})
	return count > 0, err
}

// controller is an agency that wrote in a section, and one of the desks by which it sees the file; none where it no longer does.
type controller struct {
	AgencyID string `db:"agency_id"`
	DeskID   string `db:"id"`
}

func controllersOf(tx *gate.Tx, sections authz.SectionSet) (list []controller, err error) {
	return list, tx.Select(&list, selectControllers, gate.Args{"sections": strings.Split(sections.String(), ",")})
}

func partiesOf(tx *gate.Tx, id string) (agencies []string, err error) {
	return agencies, tx.Select(&agencies, selectParties, gate.Args{"emergency": id})
}

// spent is an opening that the program is about to mark.
type spent struct {
	ID       string `db:"id"`
	FileID   string `db:"file_id"`
	AgencyID string `db:"agency_id"`
	WorkerID string `db:"worker_id"`
	State    State  `db:"state"`
	Version  int64  `db:"version"`
}

func nextSpent(tx *gate.Tx) (*spent, error) {
	var rows []spent
	if err := tx.Select(&rows, selectSpent, nil); err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// list reads a page of what the reader's agency is a party to, the newest first.
func list(tx *gate.Tx, box Box, after gate.Cursor, limit int) (page []Emergency, next gate.Cursor, err error) {
	query := map[Box]string{All: selectPage, ToReview: selectToReview}[box]
	if query == "" {
		return nil, next, invalid().WithField("box", "fault.field_unknown_code")
	}
	after = after.FromNewest()
	if err := tx.Select(&page, query, standing(tx, gate.Args{"after_at": after.At, "after_id": after.ID, "limit": limit + 1})); err != nil {
		return nil, next, err
	}
	page, next = gate.Cut(page, limit, func(e *Emergency) gate.Cursor { return gate.Cursor{At: e.OpenedAt, ID: e.ID} })
	return page, next, nil
}

func changed() error { return fault.New(fault.Conflict, "emergency.changed") }

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }
