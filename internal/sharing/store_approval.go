package sharing

import (
	"relais/internal/gate"
	"relais/internal/moment"
)

const insertApproval = `INSERT INTO approval (id, file_id, agency_id, state, becomes, asked_by, asked_at, lapses_at)
VALUES (:grant, :file_id, :agency_id, 'open', :becomes, :worker_id, :now, :lapses)`

// maySeeProposal is true for those who see the file, and for the agency's supervisors, who see of it no more than the proposal
// says.
const maySeeProposal = `p.agency_id = :agency_id
  AND (EXISTS (
      SELECT 1 FROM file_grant s
      WHERE s.file_id = p.file_id AND s.state = 'live' AND s.grantee_id IN (:grantees) AND s.from_at <= :now AND s.until_at > :now)
    OR EXISTS (SELECT 1 FROM worker v WHERE v.id = :worker_id AND v.supervisor = 1 AND v.disabled_at = 0))
  AND ` + gate.NotExcluded + `
  AND ` + gate.NotSealed

const approvalColumns = `p.id, p.file_id, f.kind, COALESCE(r.reference, '') AS reference, p.state, g.state AS grant_state, p.becomes,
  a.id AS agency_id, a.name AS agency, COALESCE(d.name, '') AS desk, g.grantee_kind, g.grantee_id, g.renewed_from, g.reason, g.sections, g.only_of, g.purpose, g.basis, g.basis_ref,
  g.legal_basis, g.until_at, p.asked_at, p.asked_by, p.lapses_at, p.decided_at, p.version,
  CASE WHEN p.asked_by = :worker_id THEN 1 ELSE 0 END AS mine,
  CASE WHEN g.grantee_id = :worker_id THEN 1 ELSE 0 END AS for_me
FROM approval p
JOIN file_grant g ON g.id = p.id
JOIN file f ON f.id = p.file_id
JOIN agency a ON a.id = g.agency_id
LEFT JOIN desk d ON d.id = g.grantee_id AND g.grantee_kind = 'desk'
LEFT JOIN file_reference r ON r.file_id = p.file_id AND r.agency_id = :agency_id`

const selectApproval = `SELECT ` + approvalColumns + `
WHERE p.id = :approval AND ` + maySeeProposal

const selectOpenApprovals = `SELECT ` + approvalColumns + `
WHERE p.state = 'open' AND g.state = 'proposed' AND p.lapses_at > :now AND (p.lapses_at, p.id) > (:after_at, :after_id)
  AND ` + maySeeProposal + `
ORDER BY p.lapses_at, p.id
LIMIT :limit`

const countOpenApprovals = `SELECT COUNT(*)
FROM (SELECT p.id
  FROM approval p
  JOIN file_grant g ON g.id = p.id
  WHERE p.state = 'open' AND g.state = 'proposed' AND p.lapses_at > :now AND ` + maySeeProposal + `
  LIMIT :limit) found`

const countUnsigned = `SELECT COUNT(*) FROM approval WHERE id = :grant AND state = 'open'`

const decideApproval = `UPDATE approval
SET state = :state, decided_at = :now, decided_by = :worker_id, version = version + 1
WHERE id = :approval AND agency_id = :agency_id AND state = 'open' AND version = :version`

// restartReferral lets the receiving desk's time begin when the offer reaches it.
const restartReferral = `UPDATE referral
SET due_at = :now + (due_at - offered_at), remind_at = :now + (remind_at - offered_at), offered_at = :now
WHERE id = :grant AND state = 'offered'`

const selectAddressee = `SELECT to_desk_id, to_worker_id, to_agency_id, due_at FROM referral WHERE id = :grant`

// selectUnsignedForADay leaves out what has lapsed or fallen, and a sealed file until it is open again.
const selectUnsignedForADay = `SELECT p.id, p.file_id, p.agency_id, p.asked_by, p.lapses_at, g.state AS grant_state
FROM approval p
JOIN file_grant g ON g.id = p.id AND g.state = 'proposed' AND g.until_at > :now
WHERE p.state = 'open' AND p.stand_in_at = 0 AND p.asked_at <= :told AND p.lapses_at > :now AND ` + gate.NotSealed + `
ORDER BY p.asked_at, p.id
LIMIT 1`

const markApprovalStoodIn = `UPDATE approval SET stand_in_at = :now WHERE id = :approval AND state = 'open' AND stand_in_at = 0`

const selectUnsigned = `SELECT p.id, p.file_id, p.agency_id, p.asked_by, p.lapses_at, g.state AS grant_state
FROM approval p
JOIN file_grant g ON g.id = p.id
WHERE p.state = 'open' AND p.lapses_at <= :now
ORDER BY p.lapses_at, p.id
LIMIT 1`

const lapseApproval = `UPDATE approval
SET state = 'lapsed', decided_at = :now, version = version + 1
WHERE id = :approval AND state = 'open'`

// unsigned is a proposal about which the program is about to do something.
type unsigned struct {
	ID         string      `db:"id"`
	FileID     string      `db:"file_id"`
	AgencyID   string      `db:"agency_id"`
	AskedBy    string      `db:"asked_by"`
	LapsesAt   moment.Time `db:"lapses_at"`
	GrantState string      `db:"grant_state"`
}

func approvalOf(tx *gate.Tx, id string) (a Approval, err error) {
	err = tx.Get(&a, selectApproval, gate.Args{"approval": id})
	return a, orNotFound(err)
}

func openApprovals(tx *gate.Tx, after gate.Cursor, limit int) (list []Approval, err error) {
	return list, tx.Select(&list, selectOpenApprovals, gate.Args{"after_at": after.At, "after_id": after.ID, "limit": limit})
}

func putApproval(tx *gate.Tx, grantID, becomes string, lapses moment.Time) error {
	return tx.ExecOne(insertApproval, gate.Args{"grant": grantID, "becomes": becomes, "lapses": lapses})
}

// WaitsForSecond says whether a grant still waits for the second person of the agency that gives it.
func WaitsForSecond(tx *gate.Tx, grantID string) (bool, error) {
	var count int64
	err := tx.Get(&count, countUnsigned, gate.Args{"grant": grantID})
	return count > 0, err
}
