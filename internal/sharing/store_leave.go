package sharing

// Statements about what a person was given, whoever it was given by. :person is not the caller, and the files are not the
// transaction's.

const endWithDesk = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE grantee_id = :person AND grantee_kind = 'worker' AND state <> 'ended' AND root_id <> id
  AND EXISTS (SELECT 1 FROM file_grant r WHERE r.id = file_grant.root_id AND r.grantee_id = :desk)`

const selectLeadsOf = `SELECT id
FROM file_grant
WHERE grantee_id = :person AND grantee_kind = 'worker' AND state IN ('live', 'sealed') AND lead = 1 AND root_id = id
  AND until_at > :now
ORDER BY id`

const selectOldestDesk = `SELECT d.id
FROM desk d
JOIN worker w ON w.agency_id = d.agency_id
WHERE w.id = :person AND d.closed_at = 0
ORDER BY d.created_at, d.id
LIMIT 1`

const selectFilesOf = `SELECT DISTINCT file_id
FROM file_grant
WHERE grantee_id = :person AND grantee_kind = 'worker' AND state <> 'ended' AND lead = 0`

const endWithAgency = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE grantee_id = :person AND grantee_kind = 'worker' AND state <> 'ended' AND lead = 0`
