package request

import (
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

const insertSignature = `INSERT INTO request_signature (request_id, agency_id, file_id, grant_id, sections, state, asked_at, due_at, lapses_at)
VALUES (:request, :owner, :file_id, :grant, :sections, 'open', :now, :due, :lapses)`

// maySign is true for the desks of an agency whose signature is open, and once its time has passed for its supervisors.
const maySign = `EXISTS (
    SELECT 1 FROM request_signature s
    JOIN file_grant o ON o.file_id = s.file_id AND o.agency_id = s.agency_id AND o.state = 'live' AND o.from_at <= :now AND o.until_at > :now
    WHERE s.request_id = r.id AND s.agency_id = :agency_id
      AND (o.grantee_id IN (:grantees) OR (:supervisor = 1 AND s.due_at <= :now)))`

// waitsForMine is true while the signature of the reader's agency is open.
const waitsForMine = `r.state = 'granted' AND EXISTS (
    SELECT 1 FROM request_signature s
    JOIN file_grant t ON t.id = s.grant_id AND t.state = 'proposed'
    WHERE s.request_id = r.id AND s.agency_id = :agency_id AND s.state = 'open' AND s.lapses_at > :now) AND ` + maySign

const selectSignatures = `SELECT s.agency_id, a.name AS agency, s.sections, s.state, s.reason, s.asked_at, s.due_at, s.lapses_at, s.decided_at, s.version,
  CASE WHEN s.agency_id = :reader THEN 1 ELSE 0 END AS mine
FROM request_signature s
JOIN agency a ON a.id = s.agency_id
WHERE s.request_id = :request
ORDER BY s.agency_id`

const decideSignature = `UPDATE request_signature
SET state = :state, reason = :reason, decided_at = :now, decided_by = :worker_id, version = version + 1
WHERE request_id = :request AND agency_id = :owner AND state = 'open' AND version = :version`

const voidSignatures = `UPDATE request_signature
SET state = 'void', decided_at = :now, version = version + 1
WHERE request_id = :request AND state = 'open'`

// narrowGrant takes out of a proposed grant what its owners do not sign.
const narrowGrant = `UPDATE file_grant
SET sections = :sections, version = version + 1
WHERE id = :grant AND state = 'proposed'`

// closeProposal is what becomes of a request whose proposed grant came to nothing.
const closeProposal = `UPDATE access_request
SET state = 'refused', answered_at = :now, refuse_reason = :reason, version = version + 1
WHERE id = :request AND state = 'granted'`

const openSignatures = `SELECT COUNT(*) FROM request_signature WHERE grant_id = :grant AND state = 'open'`

const selectOfGrant = `SELECT r.id, r.file_id, r.kind, r.worker_id, r.agency_id, r.grant_id, r.pointer_id, r.purpose, r.basis, t.sections AS given, t.state AS grant_state
FROM access_request r
JOIN file_grant t ON t.id = r.grant_id
WHERE r.grant_id = :grant AND r.state = 'granted'`

const dueColumns = `SELECT s.request_id AS id, s.file_id, s.agency_id, s.grant_id, s.version
FROM request_signature s
JOIN file_grant t ON t.id = s.grant_id AND t.state = 'proposed'
WHERE s.state = 'open'`

const selectUnsigned = dueColumns + ` AND s.escalated_at = 0 AND s.due_at <= :now ORDER BY s.due_at, s.request_id, s.agency_id LIMIT 1`

// selectUnsignedForADay finds what the lead of the desk was told of a day ago, and nobody has signed since.
const selectUnsignedForADay = dueColumns + ` AND s.escalated_at > 0 AND s.stand_in_at = 0 AND s.escalated_at <= :told AND s.lapses_at > :now
ORDER BY s.escalated_at, s.request_id, s.agency_id
LIMIT 1`

// selectDesksOfOwner are the desks by which an agency has a file.
const selectDesksOfOwner = `SELECT DISTINCT g.grantee_id
FROM file_grant g
WHERE g.file_id = :on AND g.agency_id = :owner AND g.grantee_kind = 'desk' AND g.state = 'live' AND g.from_at <= :now AND g.until_at > :now
ORDER BY g.grantee_id`

const selectSilent = dueColumns + ` AND s.lapses_at <= :now ORDER BY s.due_at, s.request_id, s.agency_id LIMIT 1`

// selectFallen finds what nobody can sign any more, because the grant was ended by another road.
const selectFallen = `SELECT s.request_id AS id, s.file_id, s.agency_id, s.grant_id, s.version
FROM request_signature s
JOIN access_request r ON r.id = s.request_id AND r.state = 'granted'
JOIN file_grant t ON t.id = s.grant_id AND t.state = 'ended'
WHERE s.state = 'open'
ORDER BY s.due_at, s.request_id, s.agency_id
LIMIT 1`

// selectSecond are the requests whose access waits for the second person of the agency that gives it, or ended before that signed.
const selectSecond = `SELECT r.id, r.file_id, r.to_agency_id AS agency_id, r.grant_id, r.version
FROM approval p
JOIN access_request r ON r.grant_id = p.id AND r.state = 'granted'
WHERE p.state = 'open' AND r.id > :after
  AND NOT EXISTS (SELECT 1 FROM file_seal z WHERE z.file_id = r.file_id AND z.ended_at = 0)
ORDER BY r.id
LIMIT 100`

// escalateSignature leaves the version: an answer that is being written stays right.
const escalateSignature = `UPDATE request_signature
SET escalated_at = :now
WHERE request_id = :request AND agency_id = :owner AND state = 'open' AND escalated_at = 0`

const standInForOwner = `UPDATE request_signature
SET stand_in_at = :now
WHERE request_id = :request AND agency_id = :owner AND state = 'open' AND stand_in_at = 0`

// unsigned is a signature about which the program is about to do something.
type unsigned struct {
	ID       string `db:"id"` // of the request
	FileID   string `db:"file_id"`
	AgencyID string `db:"agency_id"`
	GrantID  string `db:"grant_id"`
	Version  int64  `db:"version"`
}

func putSignature(file *gate.Tx, requestID, grantID string, o *owner, due, lapses moment.Time) error {
	return file.ExecOne(insertSignature, gate.Args{"request": requestID, "grant": grantID, "owner": o.AgencyID, "sections": int64(o.Sections),
		"due": due, "lapses": lapses})
}

// signaturesOf are those of a request; reader is the agency whose own is marked.
func signaturesOf(tx *gate.Tx, requestID, reader string) (list []Signature, err error) {
	return list, tx.Select(&list, selectSignatures, gate.Args{"request": requestID, "reader": reader})
}

// answerSignature writes what an agency says. Of two colleagues at once the version lets one win.
func answerSignature(tx *gate.Tx, requestID, agencyID string, version int64, as SignatureState, reason string) error {
	err := tx.ExecOne(decideSignature, gate.Args{"request": requestID, "owner": agencyID, "version": version, "state": string(as), "reason": reason})
	if fault.KindOf(err) == fault.Conflict {
		return changed()
	}
	return err
}

// ofGrant is the granted request behind a grant; found is false where none is.
func ofGrant(tx *gate.Tx, grantID string) (r Request, found bool, err error) {
	var rows []Request
	if err := tx.Select(&rows, selectOfGrant, gate.Args{"grant": grantID}); err != nil || len(rows) == 0 {
		return r, false, err
	}
	return rows[0], true, nil
}

func narrow(tx *gate.Tx, grantID string, to authz.SectionSet) error {
	return tx.ExecOne(narrowGrant, gate.Args{"grant": grantID, "sections": int64(to)})
}

// nextBarred is the next request whose second person has nothing left to sign.
func nextBarred(tx *gate.Tx) (unsigned, error) {
	for after := ""; ; {
		var rows []unsigned
		if err := tx.Select(&rows, selectSecond, gate.Args{"after": after}); err != nil {
			return unsigned{}, err
		}
		if len(rows) == 0 {
			return unsigned{}, errNothing
		}
		for _, row := range rows {
			if barred, err := tx.Barred(row.GrantID); barred || err != nil {
				return row, err
			}
			after = row.ID
		}
	}
}

func nextUnsigned(tx *gate.Tx, query string) (unsigned, error) {
	var rows []unsigned
	if err := tx.Select(&rows, query, gate.Args{"told": tx.Now().Add(-notice.LeadAnswers)}); err != nil {
		return unsigned{}, err
	}
	if len(rows) == 0 {
		return unsigned{}, errNothing
	}
	return rows[0], nil
}
