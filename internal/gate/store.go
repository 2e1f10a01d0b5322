package gate

// The gate's own statements. Everything else in SQL stands in the slices' store.go.

const selectGeneration = `SELECT generation FROM policy_state WHERE one = 1`

const raiseGeneration = `UPDATE policy_state SET generation = generation + 1 WHERE one = 1`

// NotExcluded is what every statement asks that shows a person the files of some grants (g): whoever is excluded from a file
// finds it nowhere, whatever else was granted.
const NotExcluded = `NOT EXISTS (
    SELECT 1 FROM exclusion x
    WHERE x.file_id = g.file_id AND x.worker_id = :worker_id AND x.ended_at = 0)`

// NotSealed is what a statement asks that goes over grants (g) which are not live yet; live ones become 'sealed' by themselves.
const NotSealed = `NOT EXISTS (SELECT 1 FROM file_seal z WHERE z.file_id = g.file_id AND z.ended_at = 0)`

// sightColumns are all that a decision about a file needs, in one statement.
const sightColumns = `g.id, g.file_id, g.grantee_kind, g.grantee_id, g.agency_id, g.lead, g.relations, g.sections,
  g.purpose, g.basis, g.until_at, g.legal_basis, g.consent_id, g.emergency, g.only_of, g.granted_by_agency, g.agreed,
  f.id AS "file.id", f.kind AS "file.kind", f.case_id AS "file.case_id", f.agency_id AS "file.agency_id", f.stage AS "file.stage",
  f.created_at AS "file.created_at", f.changed_at AS "file.changed_at", f.version AS "file.version",
  COALESCE(r.reference, '') AS "file.reference",
  COALESCE((SELECT k.reference
    FROM file_reference k
    JOIN file_grant g ON g.file_id = k.file_id
    WHERE f.kind = 'victim' AND k.file_id = f.case_id AND k.agency_id = :agency AND g.state = 'live'
      AND g.grantee_id IN (:grantees) AND g.from_at <= :now AND g.until_at > :now AND ` + NotExcluded + `
    LIMIT 1), '') AS "file.case_reference",
  f.access, COALESCE((SELECT c.access FROM file c WHERE c.id = f.case_id), 0) AS case_access,
  (SELECT generation FROM policy_state WHERE one = 1) AS generation
FROM file_grant g
JOIN file f ON f.id = g.file_id
LEFT JOIN file_reference r ON r.file_id = f.id AND r.agency_id = :agency`

const selectGrants = `SELECT ` + sightColumns + `
WHERE g.file_id = :target
  AND g.state IN ('live', 'sealed')
  AND g.grantee_id IN (:grantees)
  AND g.from_at <= :now
  AND g.until_at > :now
  AND (g.state = 'live' OR EXISTS (
    SELECT 1 FROM seal_opening o
    JOIN file_seal z ON z.id = o.seal_id AND z.ended_at = 0
    WHERE o.file_id = g.file_id AND o.worker_id = :worker_id AND o.from_at <= :now AND o.until_at > :now))
  AND ` + NotExcluded

// selectStanding is where a file stands: what was granted on it is still so if nothing of this has moved, and not yet the instant
// of selectTurn.
const selectStanding = `SELECT f.stage, f.changed_at, f.version, f.access, COALESCE(c.access, 0) AS case_access, p.generation
FROM file f
LEFT JOIN file c ON c.id = f.case_id
JOIN policy_state p ON p.one = 1
WHERE f.id = :target`

// selectTurn is the next instant at which a grant on a file or its case, or an opening, begins or ends by itself; zero for never.
const selectTurn = `SELECT COALESCE(MIN(t.at), 0)
FROM (
  SELECT until_at AS at FROM file_grant WHERE file_id IN (:files) AND state IN ('live', 'sealed')
  UNION ALL
  SELECT from_at AS at FROM file_grant WHERE file_id IN (:files) AND state IN ('live', 'sealed')
  UNION ALL
  SELECT until_at AS at FROM seal_opening WHERE file_id IN (:files)
  UNION ALL
  SELECT from_at AS at FROM seal_opening WHERE file_id IN (:files)
) t
WHERE t.at > :now`

const selectOffered = `SELECT ` + sightColumns + `
WHERE g.id = :offer
  AND g.state = 'offered'
  AND g.grantee_id IN (:grantees)
  AND g.until_at > :now
  AND ` + NotExcluded + `
  AND ` + NotSealed

// selectSealed finds what was granted to the caller on a sealed file.
const selectSealed = `SELECT ` + sightColumns + `
WHERE g.file_id = ` + referenced + `
  AND g.state = 'sealed'
  AND g.grantee_id IN (:grantees)
  AND g.from_at <= :now
  AND g.until_at > :now
  AND ` + NotExcluded

// selectHeld finds what was granted to the caller's agency.
const selectHeld = `SELECT ` + sightColumns + `
WHERE g.file_id = ` + referenced + `
  AND g.state = 'live'
  AND g.agency_id = :agency
  AND g.from_at <= :now
  AND g.until_at > :now
  AND ` + NotExcluded

const referenced = `(SELECT k.file_id FROM file_reference k WHERE k.agency_id = :agency AND k.reference = :reference)`

const selectEntryParent = `SELECT file_id, section FROM entry WHERE id = :entry`

// selectEntries are entries of the file as far as a decision about them needs, as they stand now.
const selectEntries = `SELECT e.id, e.section, e.agency_id, v.version, v.basis, v.handling
FROM entry e
JOIN entry_version v ON v.entry_id = e.id AND v.version = e.version
WHERE e.file_id = :file_id AND e.id IN (:entries)`

const selectKey = `SELECT wrapped FROM data_key WHERE owner_id = :owner AND domain = :domain AND destroyed_at = 0`

const selectKeys = `SELECT domain, wrapped FROM data_key WHERE owner_id = :owner AND destroyed_at = 0`

const insertKey = `INSERT INTO data_key (owner_id, domain, wrapped, created_at) VALUES (:owner, :domain, :wrapped, :now)`

const destroyApart = `UPDATE data_key SET wrapped = NULL, destroyed_at = :now
WHERE owner_id = :owner AND destroyed_at = 0
  AND NOT EXISTS (SELECT 1 FROM file WHERE id = :owner)
  AND NOT EXISTS (SELECT 1 FROM agency WHERE id = :owner)`

const insertFile = `INSERT INTO file (id, kind, case_id, agency_id, stage, created_at, created_by, changed_at)
VALUES (:id, :kind, :case, :agency_id, :stage, :now, :worker_id, :now)`

const touchFile = `UPDATE file SET changed_at = :now, version = version + 1 WHERE id = :file_id`

const touchGrants = `UPDATE file_grant SET sort_at = :now WHERE file_id = :file_id AND state <> 'ended'`

const insertGrant = `INSERT INTO file_grant (id, file_id, kind, grantee_kind, grantee_id, agency_id, state, lead, relations,
  sections, purpose, basis, basis_ref, root_id, granted_by, granted_by_agency, from_at, until_at, sort_at,
  consent_id, circle_id, legal_basis, emergency, renewed_from, reason, since_at, place, only_of, agreed, basis_on, basis_article, basis_by)
VALUES (:id, :file_id, :kind, :grantee_kind, :grantee_id, :grantee_agency,
  CASE WHEN CAST(:state AS TEXT) = 'live' AND EXISTS (SELECT 1 FROM file_seal WHERE file_id = :file_id AND ended_at = 0)
    THEN 'sealed' ELSE CAST(:state AS TEXT) END,
  :lead, :relations, :sections, :purpose, :basis, :basis_ref, :root, :worker_id, :agency_id, :now, :until,
  (SELECT changed_at FROM file WHERE id = :file_id),
  :consent, :circle, :legal_basis, :emergency, :renewed_from, :reason, :since, :place, :only_of, :agreed,
  :basis_on, :basis_article, :basis_by)`

const signGrant = `UPDATE file_grant
SET state = CASE WHEN CAST(:becomes AS TEXT) = 'live'
    AND EXISTS (SELECT 1 FROM file_seal z WHERE z.file_id = file_grant.file_id AND z.ended_at = 0)
    THEN 'sealed' ELSE CAST(:becomes AS TEXT) END,
  from_at = :now, version = version + 1
WHERE id = :grant AND state = 'proposed' AND until_at > :now`

const holdGrant = `UPDATE file_grant
SET version = version + 1
WHERE id = :grant AND state = 'proposed'`

const agreeToGrant = `UPDATE file_grant
SET agreed = agreed || :agency_id || ' ', version = version + 1
WHERE id = :grant AND state = 'proposed'`

const dropGrant = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE id = :grant AND state = 'proposed'`

// selectHanging does without the scope's file: what hangs on a place in a case team stands on its victim files.
const selectHanging = `SELECT id, file_id, kind, state, grantee_kind, grantee_id, agency_id, lead, relations, sections, purpose, basis,
  basis_ref, root_id, until_at, legal_basis, emergency, consent_id, circle_id, reason, granted_by, granted_by_agency, renewed_from,
  from_at, since_at, place, only_of, agreed, basis_on, basis_article, basis_by, version
FROM file_grant
WHERE (id = :root OR root_id = :root AND root_id <> id) AND state IN ('live', 'sealed') AND until_at > :now
ORDER BY CASE WHEN id = root_id THEN 0 ELSE 1 END, id`

// startGrant makes an offer or a proposal live, or sealed where the file lies under a seal.
const startGrant = `UPDATE file_grant
SET state = CASE WHEN EXISTS (SELECT 1 FROM file_seal z WHERE z.file_id = :file_id AND z.ended_at = 0) THEN 'sealed' ELSE 'live' END,
  from_at = :now, version = version + 1
WHERE id = :grant AND file_id = :file_id AND state = :from AND until_at > :now`

const sealGrants = `UPDATE file_grant
SET state = 'sealed', version = version + 1
WHERE file_id = :file_id AND state = 'live'`

const unsealGrants = `UPDATE file_grant
SET state = 'live', version = version + 1
WHERE file_id = (SELECT file_id FROM file_seal WHERE id = :id) AND state = 'sealed'`

const insertSeal = `INSERT INTO file_seal (id, file_id, order_hash, sealed_by, agency_id, sealed_at)
VALUES (:id, :file_id, :order, :worker_id, :agency_id, :now)`

const selectSeal = `SELECT id, order_hash, agency_id, sealed_at, version
FROM file_seal
WHERE file_id = :file_id AND ended_at = 0`

const selectMisses = `SELECT COUNT(*)
FROM seal_opening
WHERE file_id = :file_id AND worker_id = :worker_id AND until_at = from_at AND until_at > :since`

const endSeal = `UPDATE file_seal
SET ended_at = :now, ended_by = :worker_id, lifted_by = :lifted, version = version + 1
WHERE id = :id AND agency_id = :agency_id AND ended_at = 0 AND version = :version`

const insertOpening = `INSERT INTO seal_opening (id, seal_id, file_id, worker_id, from_at, until_at)
VALUES (:id, :seal, :file_id, :worker_id, :now, :until)`

const copyExclusions = `SELECT worker_id, worker_agency_id, reason, excluded_by, agency_id, root_id
FROM exclusion
WHERE file_id = :case_id AND ended_at = 0
ORDER BY id`

const insertExclusion = `INSERT INTO exclusion (id, file_id, worker_id, worker_agency_id, reason, note, excluded_by, agency_id, from_at, root_id)
VALUES (:id, :on, :person, :person_agency, :reason, :note, :by, :by_agency, :now, :root)`

const selectVictimsOfCase = `SELECT id FROM file WHERE case_id = :case_id AND kind = 'victim' ORDER BY id`

const endExclusions = `UPDATE exclusion
SET ended_at = :now, ended_by = :worker_id, version = version + 1
WHERE root_id = :root AND ended_at = 0`

const selectGround = `SELECT file_id, kind, basis, legal_basis, consent_id, basis_ref, basis_on, basis_article, basis_by FROM file_grant WHERE id = :root AND state <> 'ended'`

const selectAllowed = `SELECT grantee_kind, grantee_id, agency_id, relations, sections, purpose, basis, consent_id, until_at FROM file_grant WHERE id = :grant`

const selectGranteeAgency = `SELECT d.agency_id, a.kind
FROM desk d
JOIN agency a ON a.id = d.agency_id AND a.closed_at = 0
WHERE d.id = :grantee AND d.closed_at = 0
UNION ALL
SELECT w.agency_id, a.kind
FROM worker w
JOIN agency a ON a.id = w.agency_id AND a.closed_at = 0
WHERE w.id = :grantee AND w.disabled_at = 0`

const partnerColumns = `SELECT c.kind, c.version, c.sections, c.days, c.team_days, c.set_by, c.set_at
FROM partner_ceiling c
WHERE c.agency_id = :agency_id`

const selectPartnerCeiling = partnerColumns + ` AND c.kind = :kind
ORDER BY c.version DESC
LIMIT 1`

const selectPartnerCeilings = partnerColumns + `
  AND c.version = (SELECT MAX(l.version) FROM partner_ceiling l WHERE l.agency_id = c.agency_id AND l.kind = c.kind)`

const selectProposed = `SELECT g.file_id, g.kind, f.stage, g.sections, g.until_at, g.agency_id, g.granted_by_agency, a.kind AS to_kind
FROM file_grant g
JOIN file f ON f.id = g.file_id
JOIN agency a ON a.id = g.agency_id
WHERE g.id = :grant AND g.state = 'proposed'`

const countAbove = `SELECT COUNT(*) AS grants, COUNT(DISTINCT g.file_id) AS files
FROM file_grant g
JOIN agency a ON a.id = g.agency_id AND a.kind = :kind
WHERE g.granted_by_agency = :agency_id
  AND g.agency_id <> :agency_id
  AND g.state <> 'ended' AND g.state <> 'sealed'
  AND g.until_at > :now
  AND g.lead = 0 AND g.emergency = 0 AND g.relations <> :named
  AND ((g.sections & CAST(:beyond AS BIGINT)) <> 0
    OR g.until_at > CASE WHEN g.place = 1 OR g.kind = 'case' AND g.root_id = g.id
      THEN CAST(:team_last AS BIGINT) ELSE CAST(:last AS BIGINT) END)`

const insertReference = `INSERT INTO file_reference (agency_id, reference, file_id)
VALUES (:holder, :reference, :file_id)
ON CONFLICT DO NOTHING`

const selectReference = `SELECT reference FROM file_reference WHERE agency_id = :holder AND file_id = :file_id`

const endGrants = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE (id = :root OR root_id = :root AND root_id <> id) AND state <> 'ended'`

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
  AND ` + NotExcluded + `
ORDER BY g.sort_at DESC, g.file_id DESC
LIMIT :limit`
