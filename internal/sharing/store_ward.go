package sharing

import "relais/internal/gate"

// Statements about the access of guardians. :on need not be the transaction's file.

const ofWards = `g.lead = 0 AND g.state IN ('live', 'sealed', 'offered', 'proposed') AND (g.relations & CAST(:ward AS BIGINT)) <> 0`

const selectWards = `SELECT DISTINCT g.grantee_kind AS kind, g.grantee_id AS id, g.agency_id
FROM file_grant g
WHERE g.file_id = :on AND g.state <> 'proposed' AND ` + ofWards + `
ORDER BY 3, 2`

const endWards = `UPDATE file_grant AS g
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE g.file_id = :on AND ` + ofWards

// endEmptyWards ends the guardian's place on the case, where no other person's file of it hangs on the place.
const endEmptyWards = `UPDATE file_grant AS g
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE g.kind = 'case' AND ` + ofWards + `
  AND g.id IN (SELECT h.root_id FROM file_grant h WHERE h.file_id = :on AND h.end_reason = :reason AND h.ended_at = :now)
  AND NOT EXISTS (SELECT 1 FROM file_grant o WHERE o.root_id = g.id AND o.root_id <> o.id AND o.kind = 'victim' AND o.state <> 'ended')`

const selectWardOffers = `SELECT r.id
FROM referral r
JOIN file_grant g ON g.id = r.grant_id
WHERE r.file_id = :on AND r.state = 'offered' AND g.state = 'ended' AND g.end_reason = :reason`

// selectRest are the desks to which a file is open without leading it.
const selectRest = `SELECT DISTINCT g.grantee_kind AS kind, g.grantee_id AS id, g.agency_id
FROM file_grant g
WHERE g.file_id = :on AND g.grantee_kind = 'desk' AND g.lead = 0 AND g.state IN ('live', 'sealed') AND g.from_at <= :now AND g.until_at > :now
ORDER BY 3, 2`

func ward(fileID string) gate.Args {
	return gate.Args{"on": fileID, "ward": int64(onlyWard), "reason": endOfAge}
}
