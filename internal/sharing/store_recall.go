package sharing

import (
	"relais/internal/gate"
	"relais/internal/moment"
)

const selectGiven = `SELECT g.id, g.root_id, g.renewed_from, g.grantee_kind, g.grantee_id, g.agency_id, a.name AS agency, COALESCE(d.name, '') AS desk,
  g.granted_by_agency, g.state, g.sections, g.only_of, g.lead, g.emergency, g.from_at, g.until_at,
  CASE WHEN g.relations = :named THEN 1 ELSE 0 END AS named
FROM file_grant g
JOIN agency a ON a.id = g.agency_id
LEFT JOIN desk d ON d.id = g.grantee_id AND g.grantee_kind = 'desk'
WHERE g.file_id = :on
ORDER BY g.id`

// raiseRecalled lets one of two win who take the same referral back at once, or complete it.
const raiseRecalled = `UPDATE referral SET version = version + 1
WHERE id = :referral AND file_id = :file_id AND state IN ('accepted', 'completed') AND version = :version`

const insertRecall = `INSERT INTO referral_recall (referral_id, agency_id, recalled_by, recalled_at, reason, came_of)
VALUES (:referral, :agency_id, :worker_id, :now, :reason, :came_of)`

const insertRecalledGrant = `INSERT INTO recall_grant (referral_id, grant_id) VALUES (:referral, :grant)`

// selectOnward are the referrals by which something was passed on that ends now. A renewed one is found by its first grant.
const selectOnward = `WITH RECURSIVE back (id, renewed_from) AS (
  SELECT g.id, g.renewed_from FROM file_grant g WHERE g.file_id = :file_id AND g.id IN (:ids)
  UNION
  SELECT g.id, g.renewed_from
  FROM back b
  JOIN file_grant g ON g.id = b.renewed_from AND g.file_id = :file_id)
SELECT r.id, r.state, r.to_desk_id, r.to_agency_id, r.version
FROM referral r
JOIN back b ON b.id = r.id
LEFT JOIN referral_recall c ON c.referral_id = r.id
WHERE r.file_id = :file_id AND r.id <> :referral AND r.state IN ('offered', 'accepted', 'completed') AND c.referral_id IS NULL
ORDER BY r.id`

// departedIn is what agencies had from the file within a time. The desk is the one by which the person had the file then.
const departedIn = `SELECT x.agency_id, x.number, x.at, a.name AS agency, x.format, x.sections,
  COALESCE((SELECT MIN(d.name)
    FROM worker_desk k
    JOIN desk d ON d.id = k.desk_id AND d.agency_id = x.agency_id
    JOIN file_grant g ON g.grantee_id = k.desk_id AND g.file_id = x.file_id AND g.from_at <= x.at AND (g.ended_at = 0 OR g.ended_at >= x.at)
    WHERE k.worker_id = x.worker_id AND k.from_at <= x.at AND (k.ended_at = 0 OR k.ended_at > x.at)), '') AS desk
FROM file_export x
JOIN agency a ON a.id = x.agency_id
WHERE x.file_id = :on AND x.agency_id IN (:agencies) AND x.at >= :since AND x.at <= :to
UNION ALL
SELECT p.agency_id, '' AS number, p.ended_at AS at, a.name AS agency, 'link' AS format, p.sections, COALESCE(d.name, '') AS desk
FROM outside_package p
JOIN agency a ON a.id = p.agency_id
LEFT JOIN desk d ON d.id = p.desk_id
WHERE p.file_id = :on AND p.agency_id IN (:agencies) AND p.state = 'opened' AND p.sent_at >= :since AND p.ended_at <= :to
ORDER BY 3 DESC, 2
LIMIT 200`

// selectLosers are the agencies that lost the file with a referral.
const selectLosers = `SELECT r.to_agency_id FROM referral r WHERE r.id = :referral
UNION
SELECT g.agency_id FROM recall_grant e JOIN file_grant g ON g.id = e.grant_id WHERE e.referral_id = :referral`

// selectRecalls are the referrals of a file that were taken back, of which the caller's agency is one of the two sides.
const selectRecalls = `SELECT r.from_agency_id, r.to_agency_id, r.answered_at, b.recalled_at, g.sections
FROM referral_recall b
JOIN referral r ON r.id = b.referral_id
JOIN file_grant g ON g.id = r.grant_id
WHERE r.file_id = :file_id AND (r.from_agency_id = :agency_id OR r.to_agency_id = :agency_id)
ORDER BY r.id`

// onward is a referral by which an agency passed on what is taken back.
type onward struct {
	ID       string `db:"id"`
	State    State  `db:"state"`
	DeskID   string `db:"to_desk_id"`
	AgencyID string `db:"to_agency_id"`
	Version  int64  `db:"version"`
}

func givenOn(tx *gate.Tx, fileID string) (all []given, err error) {
	return all, tx.Select(&all, selectGiven, gate.Args{"on": fileID, "named": onlyNamed})
}

// putRecall writes that a referral was taken back. Of two at once the version lets one win.
func putRecall(tx *gate.Tx, referralID string, version int64, reason, cameOf string) error {
	if err := tx.ExecOne(raiseRecalled, gate.Args{"referral": referralID, "version": version}); err != nil {
		return err
	}
	return tx.ExecOne(insertRecall, gate.Args{"referral": referralID, "reason": reason, "came_of": cameOf})
}

func onwardFrom(tx *gate.Tx, referralID string, ended []*given) (list []onward, err error) {
	ids := make([]string, 0, len(ended))
	for _, g := range ended {
		ids = append(ids, g.ID)
	}
	return list, tx.Select(&list, selectOnward, gate.Args{"referral": referralID, "ids": ids})
}

func departed(tx *gate.Tx, fileID string, agencies []string, since, to moment.Time) (list []Departed, err error) {
	return list, tx.Select(&list, departedIn, gate.Args{"on": fileID, "agencies": agencies, "since": since, "to": to})
}

func losersOf(tx *gate.Tx, referralID string) (ids []string, err error) {
	return ids, tx.Select(&ids, selectLosers, gate.Args{"referral": referralID})
}
