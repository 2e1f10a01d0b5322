package gate

// The gate's own statements. Everything else in SQL stands in the slices' store.go.

const selectGeneration = `SELECT generation FROM policy_state WHERE one = 1`

const raiseGeneration = `UPDATE policy_state SET generation = generation + 1 WHERE one = 1`

// sightColumns are all that a decision about a file needs, in one statement.
const sightColumns = `g.id, g.file_id, g.grantee_kind, g.grantee_id, g.agency_id, g.lead, g.relations, g.sections,
  g.purpose, g.basis, g.until_at,
  f.id AS "file.id", f.kind AS "file.kind", f.case_id AS "file.case_id", f.agency_id AS "file.agency_id", f.stage AS "file.stage",
  f.created_at AS "file.created_at", f.changed_at AS "file.changed_at", f.version AS "file.version",
  COALESCE(r.reference, '') AS "file.reference",
  (SELECT generation FROM policy_state WHERE one = 1) AS generation
FROM file_grant g
JOIN file f ON f.id = g.file_id
LEFT JOIN file_reference r ON r.file_id = f.id AND r.agency_id = :agency`

const selectGrants = `SELECT ` + sightColumns + `
WHERE g.file_id = :target
  AND g.state = 'live'
  AND g.grantee_id IN (:grantees)
  AND g.from_at <= :now
  AND g.until_at > :now`

const selectOffered = `SELECT ` + sightColumns + `
WHERE g.id = :offer
  AND g.state = 'offered'
  AND g.grantee_id IN (:grantees)
  AND g.until_at > :now`

const selectEntryParent = `SELECT file_id, section FROM entry WHERE id = :entry`

const selectKey = `SELECT wrapped FROM data_key WHERE owner_id = :owner AND domain = :domain AND destroyed_at = 0`

const selectKeys = `SELECT domain, wrapped FROM data_key WHERE owner_id = :owner AND destroyed_at = 0`

const insertKey = `INSERT INTO data_key (owner_id, domain, wrapped, created_at) VALUES (:owner, :domain, :wrapped, :now)`

const insertFile = `INSERT INTO file (id, kind, case_id, agency_id, stage, created_at, created_by, changed_at)
VALUES (:id, :kind, :case, :agency_id, :stage, :now, :worker_id, :now)`

const touchFile = `UPDATE file SET changed_at = :now, version = version + 1 WHERE id = :file_id`

const touchGrants = `UPDATE file_grant SET sort_at = :now WHERE file_id = :file_id AND state <> 'ended'`

const insertGrant = `INSERT INTO file_grant (id, file_id, kind, grantee_kind, grantee_id, agency_id, state, lead, relations,
  sections, purpose, basis, basis_ref, root_id, granted_by, granted_by_agency, from_at, until_at, sort_at)
VALUES (:id, :file_id, :kind, :grantee_kind, :grantee_id, :grantee_agency, :state, :lead, :relations,
  :sections, :purpose, :basis, :basis_ref, :root, :worker_id, :agency_id, :now, :until,
  (SELECT changed_at FROM file WHERE id = :file_id))`

const selectGranteeAgency = `SELECT d.agency_id, a.kind
FROM desk d
JOIN agency a ON a.id = d.agency_id AND a.closed_at = 0
WHERE d.id = :grantee AND d.closed_at = 0
UNION ALL
SELECT w.agency_id, a.kind
FROM worker w
JOIN agency a ON a.id = w.agency_id AND a.closed_at = 0
WHERE w.id = :grantee AND w.disabled_at = 0`

const insertReference = `INSERT INTO file_reference (agency_id, reference, file_id)
VALUES (:holder, :reference, :file_id)
ON CONFLICT DO NOTHING`

const selectReference = `SELECT reference FROM file_reference WHERE agency_id = :holder AND file_id = :file_id`

const endGrants = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE root_id = :root AND state <> 'ended'`

const selectOnce = `SELECT fingerprint, result_id FROM once WHERE worker_id = :worker_id AND key = :key`

const insertOnce = `INSERT INTO once (worker_id, key, fingerprint, result_id, at)
VALUES (:worker_id, :key, :fingerprint, :result, :now)
ON CONFLICT DO NOTHING`

const sweepOnce = `DELETE FROM once WHERE at < :before`

const listPage = `SELECT g.file_id, g.sort_at
FROM file_grant g
WHERE g.grantee_id = :grantee
  AND g.kind = :kind
  AND g.state = 'live'
  AND (g.sort_at, g.file_id) < (:before_at, :before_id)
  AND g.from_at <= :now
  AND g.until_at > :now
ORDER BY g.sort_at DESC, g.file_id DESC
LIMIT :limit`
