package sharing

import (
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

const insertTransfer = `INSERT INTO transfer (id, file_id, from_grant_id, from_agency_id, to_agency_id, to_desk_id, state, reason, note,
  keep_until_at, keep_grant_id, offered_by, offered_at, due_at)
VALUES (:id, :file_id, :from, :agency_id, :to_agency, :to_desk, 'offered', :reason, :note, :keep, :keep_grant, :worker_id, :now, :due)`

const transferColumns = `t.id, t.file_id, t.from_grant_id, t.state, t.reason, t.from_agency_id, f.name AS from_agency, t.to_agency_id,
  a.name AS to_agency, a.kind AS to_kind, t.to_desk_id, d.name AS to_desk, COALESCE(n.reference, '') AS reference, t.keep_until_at,
  t.keep_grant_id, g.purpose, g.basis, g.basis_ref, g.legal_basis, g.until_at, t.offered_at, t.due_at, t.answered_at, t.decline_reason, t.version,
  CASE WHEN t.to_desk_id IN (:grantees) THEN 1 ELSE 0 END AS received,
  CASE WHEN t.from_agency_id = :agency_id THEN 1 ELSE 0 END AS sent,
  CASE WHEN t.offered_by = :worker_id THEN 1 ELSE 0 END AS mine
FROM transfer t
JOIN file_grant g ON g.id = t.id
JOIN agency f ON f.id = t.from_agency_id
JOIN agency a ON a.id = t.to_agency_id
JOIN desk d ON d.id = t.to_desk_id
LEFT JOIN file_reference n ON n.file_id = t.file_id AND n.agency_id = :agency_id`

// knowsTransfer is true for the desk that it was offered to, and in the agency that offered it for whoever sees the case or saw
// it: the old lead keeps what it signed.
const knowsTransfer = `(t.to_desk_id IN (:grantees) OR t.from_agency_id = :agency_id AND EXISTS (
    SELECT 1 FROM file_grant s WHERE s.file_id = t.file_id AND s.grantee_id IN (:grantees)))
  AND ` + gate.NotExcluded + `
  AND ` + gate.NotSealed

const selectTransfer = `SELECT ` + transferColumns + `
WHERE t.id = :transfer AND ` + knowsTransfer

const selectTransfers = `SELECT ` + transferColumns + `
WHERE (t.offered_at, t.id) < (:after_at, :after_id) AND ` + knowsTransfer + `
ORDER BY t.offered_at DESC, t.id DESC
LIMIT :limit`

const selectTransferNote = `SELECT note FROM transfer WHERE id = :transfer AND file_id = :file_id`

const settleTransfer = `UPDATE transfer
SET state = :state, answered_at = :now, answered_by = :worker_id, decline_reason = :reason, version = version + 1
WHERE id = :transfer AND state = 'offered' AND version = :version`

const selectLead = `SELECT id, grantee_kind, grantee_id, agency_id, purpose, basis, basis_ref, legal_basis
FROM file_grant
WHERE file_id = :file_id AND lead = 1 AND root_id = id AND state = 'live' AND until_at > :now
ORDER BY id DESC
LIMIT 1`

const selectPlaceOf = `SELECT id
FROM file_grant
WHERE file_id = :file_id AND grantee_id = :grantee AND root_id = id AND lead = 0 AND state IN ('live', 'sealed') AND until_at > :now`

const moveFiles = `UPDATE file
SET agency_id = :to, version = version + 1
WHERE case_id = :case_id AND agency_id = :from`

const selectUntakenTransfers = `SELECT id, file_id, from_agency_id, to_agency_id, to_desk_id, from_grant_id, keep_grant_id, version
FROM transfer
WHERE state = 'offered' AND due_at <= :now
ORDER BY due_at, id
LIMIT 1`

const selectUntakenOf = `SELECT id, file_id, from_agency_id, to_agency_id, to_desk_id, from_grant_id, keep_grant_id, version
FROM transfer
WHERE file_id = :file_id AND state = 'offered' AND due_at <= :now`

const endOfferedLeads = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE id IN (:grants) AND state = 'offered'`

// selectDuty leaves out leads that were only ever offered: they carry the id of a transfer that was not accepted.
const selectDuty = `SELECT g.id, g.agency_id, a.name AS agency, g.grantee_kind, g.grantee_id, COALESCE(d.name, '') AS desk, g.from_at,
  CASE WHEN g.state = 'ended' THEN g.ended_at WHEN g.until_at <= :now THEN g.until_at ELSE 0 END AS over_at, g.end_reason,
  CASE WHEN t.id IS NULL THEN '' ELSE t.id END AS transfer_id
FROM file_grant g
JOIN agency a ON a.id = g.agency_id
LEFT JOIN desk d ON d.id = g.grantee_id AND g.grantee_kind = 'desk'
LEFT JOIN transfer t ON t.id = g.root_id
WHERE g.file_id = :file_id AND g.lead = 1 AND g.state IN ('live', 'sealed', 'ended') AND (t.id IS NULL OR t.state = 'accepted')
ORDER BY g.from_at, g.id
LIMIT 500`

const selectGranteeOf = `SELECT grantee_kind, grantee_id, agency_id FROM file_grant WHERE id = :grant`

// untaken is an offer of a lead whose time has passed.
type untaken struct {
	ID           string `db:"id"`
	FileID       string `db:"file_id"`
	FromAgencyID string `db:"from_agency_id"`
	ToAgencyID   string `db:"to_agency_id"`
	ToDeskID     string `db:"to_desk_id"`
	FromGrantID  string `db:"from_grant_id"`
	KeepGrantID  string `db:"keep_grant_id"`
	Version      int64  `db:"version"`
}

// leadGrant is the root by which a case is led.
type leadGrant struct {
	ID          string `db:"id"`
	GranteeKind string `db:"grantee_kind"`
	GranteeID   string `db:"grantee_id"`
	AgencyID    string `db:"agency_id"`
	Purpose     string `db:"purpose"`
	Basis       string `db:"basis"`
	BasisRef    string `db:"basis_ref"`
	LegalBasis  string `db:"legal_basis"`
}

func transferOf(tx *gate.Tx, id string) (t Transfer, err error) {
	err = tx.Get(&t, selectTransfer, gate.Args{"transfer": id})
	return t, orNotFound(err)
}

func leadOf(tx *gate.Tx) (lead leadGrant, err error) {
	err = tx.Get(&lead, selectLead, nil)
	return lead, orNotFound(err)
}

func transferNote(tx *gate.Tx, id string) (string, error) {
	var sealed []byte
	if err := tx.Get(&sealed, selectTransferNote, gate.Args{"transfer": id}); err != nil {
		return "", orNotFound(err)
	}
	return tx.OpenText("transfer", id, sealed)
}

// transferRow is an offer of a lead as it is stored.
type transferRow struct {
	id, reason, keepGrant string
	lead                  leadGrant
	to                    grantee
	note                  []byte
	keep, due             moment.Time
}

// putTransfer stores an offer. A second open one of the same case meets the unique index even if both came in one instant.
func putTransfer(tx *gate.Tx, r transferRow) error {
	err := tx.ExecOne(insertTransfer, gate.Args{"id": r.id, "from": r.lead.ID, "to_agency": r.to.AgencyID, "to_desk": r.to.ID,
		"reason": r.reason, "note": r.note, "keep": r.keep, "keep_grant": r.keepGrant, "due": r.due})
	if database.IsUnique(err) {
		return fault409("sharing.transfer_open")
	}
	return err
}

// endLeadOffer ends what was offered with a transfer that does not come about.
func endLeadOffer(tx *gate.Tx, id, keepGrant, reason string) error {
	_, err := tx.Exec(endOfferedLeads, gate.Args{"grants": []string{id, keepGrant}, "reason": reason})
	return err
}
