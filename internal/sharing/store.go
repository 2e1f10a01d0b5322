package sharing

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// A root grant on a case file is a place in its team, or its lead; all that came from it carries its id as root_id.

const selectGrantee = `SELECT 'desk' AS grantee_kind, d.id, d.name AS desk, d.intake, a.id AS agency_id, a.name AS agency, a.country, a.kind
FROM desk d
JOIN agency a ON a.id = d.agency_id AND a.closed_at = 0
WHERE d.id = :id AND d.closed_at = 0 AND :kind = 'desk'
UNION ALL
SELECT 'worker', w.id, '', 0, a.id, a.name, a.country, a.kind
FROM worker w
JOIN agency a ON a.id = w.agency_id AND a.closed_at = 0
WHERE w.id = :id AND w.disabled_at = 0 AND :kind = 'worker'`

const selectIsMember = `SELECT COUNT(*)
FROM file_grant
WHERE file_id = :file_id AND grantee_id = :grantee AND root_id = id AND state IN ('live', 'sealed') AND until_at > :now`

const selectMember = `SELECT id, agency_id, state, purpose, basis, version
FROM file_grant
WHERE id = :grant AND file_id = :file_id AND root_id = id AND lead = 0`

const selectLiveMembers = `SELECT g.id, g.grantee_kind, g.grantee_id, g.agency_id, a.kind, g.lead, g.relations, g.purpose, g.basis,
  g.basis_ref, g.until_at
FROM file_grant g
JOIN agency a ON a.id = g.agency_id AND a.closed_at = 0
WHERE g.file_id = :case_id AND g.root_id = g.id AND g.state IN ('live', 'sealed') AND g.until_at > :now
  AND (g.grantee_kind = 'desk' AND EXISTS (SELECT 1 FROM desk d WHERE d.id = g.grantee_id AND d.closed_at = 0)
    OR g.grantee_kind = 'worker' AND EXISTS (SELECT 1 FROM worker w WHERE w.id = g.grantee_id AND w.disabled_at = 0))
ORDER BY g.lead DESC, g.id`

// holdCase and holdRoot change nothing. On PostgreSQL they make a use case that hands a grant down collide with one that ends
// or adds to what it hangs on, and the later one runs again.
const holdCase = `UPDATE file SET version = version WHERE id = :case_id`

const holdRoot = `UPDATE file_grant SET version = version WHERE id = :root AND state IN ('live', 'sealed')`

const selectVictims = `SELECT id
FROM file
WHERE case_id = :case_id AND kind = 'victim'
ORDER BY id`

const selectVictimChoices = `SELECT f.id AS file_id, COALESCE(r.reference, '') AS reference
FROM file f
LEFT JOIN file_reference r ON r.file_id = f.id AND r.agency_id = :agency_id
WHERE f.case_id = :case_id AND f.kind = 'victim'
  AND EXISTS (
    SELECT 1 FROM file_grant g
    WHERE g.file_id = f.id AND g.state = 'live' AND g.grantee_id IN (:grantees) AND g.from_at <= :now AND g.until_at > :now AND ` + gate.NotExcluded + `)
ORDER BY f.created_at, f.id
LIMIT 500`

const selectAccess = `SELECT g.id, g.grantee_kind, g.grantee_id, g.agency_id, a.name AS agency, a.country, COALESCE(d.name, '') AS desk, g.lead,
  g.relations, g.only_of, g.purpose, g.basis, g.basis_ref, g.legal_basis, g.emergency, g.reason,
  CASE WHEN g.since_at > 0 THEN g.since_at ELSE g.from_at END AS since_at, g.until_at, g.root_id, g.version,
  g.granted_by_agency, g.basis_on, g.basis_article, g.basis_by
FROM file_grant g
JOIN agency a ON a.id = g.agency_id
LEFT JOIN desk d ON d.id = g.grantee_id AND g.grantee_kind = 'desk'
WHERE g.file_id = :file_id AND g.state IN ('live', 'sealed') AND g.from_at <= :now AND g.until_at > :now
ORDER BY g.lead DESC, a.name, d.name, g.from_at, g.id
LIMIT 1000`

// selectAgencyRoot is the grant by which the caller's agency sees the file longest; a named worker's place hangs on it.
const selectAgencyRoot = `SELECT root_id, until_at, purpose, basis, basis_ref
FROM file_grant
WHERE file_id = :file_id AND agency_id = :agency_id AND state = 'live' AND relations <> :named AND from_at <= :now
  AND until_at > :now
ORDER BY until_at DESC, id
LIMIT 1`

const selectNamed = `SELECT id, grantee_id AS worker_id, from_at, until_at, state, version
FROM file_grant
WHERE file_id = :file_id AND agency_id = :agency_id AND grantee_kind = 'worker' AND relations = :named AND state IN ('live', 'sealed', 'proposed')
  AND until_at > :now
ORDER BY from_at, id`

const selectColleague = `SELECT COUNT(*) FROM worker WHERE id = :worker AND agency_id = :agency_id AND disabled_at = 0`

const endNamed = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE id = :grant AND file_id = :file_id AND agency_id = :agency_id AND relations = :named
  AND state IN ('live', 'sealed', 'proposed') AND version = :version`

// told is by the index of what is due: what ends soon is looked for where nobody was told, what has ended in both.
const told = `CASE WHEN told_at = 0 THEN 0 ELSE 1 END`

const selectPast = `SELECT id, file_id, agency_id
FROM file_grant
WHERE state IN ('live', 'sealed') AND ` + told + ` IN (0, 1) AND until_at <= :now
ORDER BY until_at
LIMIT 200`

const endPast = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE id IN (:ids) AND state IN ('live', 'sealed') AND until_at <= :now`

// selectUntaken are grants that were offered and that nobody took before their end, such as the place that an old lead would have kept.
// An open referral ends by its own time.
const selectUntaken = `SELECT g.id, g.file_id, g.agency_id
FROM file_grant g
WHERE g.state = 'offered' AND g.until_at <= :now
  AND NOT EXISTS (SELECT 1 FROM referral r WHERE r.grant_id = g.id AND r.state = 'offered')
ORDER BY g.until_at
LIMIT 200`

const endUntaken = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE id IN (:ids) AND state = 'offered' AND until_at <= :now`

// grantee is a desk or a worker to whom something can be granted, with the public name of the agency.
type grantee struct {
	GranteeKind string     `db:"grantee_kind"`
	ID          string     `db:"id"`
	Desk        string     `db:"desk"`
	Intake      bool       `db:"intake"`
	AgencyID    string     `db:"agency_id"`
	Agency      string     `db:"agency"`
	Country     string     `db:"country"`
	Kind        authz.Role `db:"kind"`
}

// VictimChoice is a victim file of a case, by the reference of the reader's agency.
type VictimChoice struct {
	FileID    string `db:"file_id"`
	Reference string `db:"reference"`
}

// member is a root grant on a case file.
type member struct {
	ID          string            `db:"id"`
	GranteeKind string            `db:"grantee_kind"`
	GranteeID   string            `db:"grantee_id"`
	AgencyID    string            `db:"agency_id"`
	Kind        authz.Role        `db:"kind"`
	Lead        bool              `db:"lead"`
	Relations   authz.RelationSet `db:"relations"`
	Purpose     string            `db:"purpose"`
	Basis       string            `db:"basis"`
	BasisRef    string            `db:"basis_ref"`
	UntilAt     moment.Time       `db:"until_at"`
	State       string            `db:"state"`
	Version     int64             `db:"version"`
}

func findGrantee(tx *gate.Tx, kind, id string) (to grantee, found bool, err error) {
	err = tx.Get(&to, selectGrantee, gate.Args{"kind": kind, "id": id})
	if errors.Is(err, database.ErrNoRows) {
		return grantee{}, false, nil
	}
	return to, err == nil, err
}

func isMember(tx *gate.Tx, granteeID string) (bool, error) {
	return some(tx, selectIsMember, gate.Args{"grantee": granteeID})
}

func some(tx *gate.Tx, query string, args gate.Args) (bool, error) {
	var count int64
	err := tx.Get(&count, query, args)
	return count > 0, err
}

// memberOf finds a place in the team of this case, ended ones included; not found for the lead's own grant.
func memberOf(tx *gate.Tx, grantID string) (m member, err error) {
	err = tx.Get(&m, selectMember, gate.Args{"grant": grantID})
	return m, orNotFound(err)
}

func orNotFound(err error) error {
	if errors.Is(err, database.ErrNoRows) {
		return fault.New(fault.NotFound, "gate.not_found")
	}
	return err
}

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }

func liveMembers(tx *gate.Tx) (members []member, err error) {
	return members, tx.Select(&members, selectLiveMembers, nil)
}

func victimsOf(tx *gate.Tx) (ids []string, err error) {
	return ids, tx.Select(&ids, selectVictims, nil)
}

func victimChoices(tx *gate.Tx) (victims []VictimChoice, err error) {
	return victims, tx.Select(&victims, selectVictimChoices, nil)
}

// wholeFile are the sections of a place in a case team on its victim files.
var wholeFile = authz.FileSections()

var onlyNamed = int64(authz.RelationsOf(authz.RelationNamed))

// agencyRoot is the grant on which a named worker's place hangs.
func agencyRoot(tx *gate.Tx) (root struct {
	RootID   string      `db:"root_id"`
	UntilAt  moment.Time `db:"until_at"`
	Purpose  string      `db:"purpose"`
	Basis    string      `db:"basis"`
	BasisRef string      `db:"basis_ref"`
}, err error) {
	err = tx.Get(&root, selectAgencyRoot, gate.Args{"named": onlyNamed})
	return root, orNotFound(err)
}

func namedOf(tx *gate.Tx) (named []Named, err error) {
	return named, tx.Select(&named, selectNamed, gate.Args{"named": onlyNamed})
}

func isColleague(tx *gate.Tx, workerID string) (bool, error) {
	return some(tx, selectColleague, gate.Args{"worker": workerID})
}
