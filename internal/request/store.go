package request

import (
	"errors"
	"strings"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

const insertRequest = `INSERT INTO access_request (id, file_id, kind, worker_id, agency_id, grantee_kind, grantee_id, to_agency_id,
  relations, sections, state, reason, note, purpose, basis, basis_ref, until_at, asked_at, due_at, lapses_at, pointer_id)
VALUES (:id, :file_id, :kind, :worker_id, :agency_id, :grantee_kind, :grantee, :to_agency,
  :relations, :sections, 'asked', :reason, :note, :purpose, :basis, :basis_ref, :until, :now, :due, :lapses, :pointer)`

// inSight keeps a request from whoever is excluded from its file, and from everybody while the file is sealed.
const inSight = `NOT EXISTS (
    SELECT 1 FROM exclusion x WHERE x.file_id = r.file_id AND x.worker_id = :worker_id AND x.ended_at = 0)
  AND NOT EXISTS (SELECT 1 FROM file_seal z WHERE z.file_id = r.file_id AND z.ended_at = 0)`

// isMine is true for the asker and for the desk that the request speaks for.
const isMine = `(r.worker_id = :worker_id OR r.grantee_id IN (:grantees))`

// mayAnswer is true for the desk or the person that leads the file, for a duty officer of that agency, and once the time to
// answer has passed for its supervisors.
const mayAnswer = `EXISTS (
    SELECT 1 FROM file_grant l
    WHERE l.file_id = r.file_id AND l.state = 'live' AND l.lead = 1 AND l.agency_id = :agency_id AND l.from_at <= :now AND l.until_at > :now
      AND (l.grantee_id IN (:grantees) OR :duty = 1 OR (:supervisor = 1 AND r.due_at <= :now)))`

// requestColumns keep the reference from an asker who was only pointed to the file, until the access is open; if it comes to nothing,
// for good.
const requestColumns = `r.id, r.file_id, r.kind, CASE WHEN r.pointer_id <> '' AND r.agency_id = :agency_id
      AND (r.state = 'refused' OR COALESCE(t.state, 'proposed') = 'proposed')
    THEN '' ELSE COALESCE(n.reference, '') END AS reference, r.state, r.worker_id, r.agency_id, a.name AS agency, a.kind AS agency_kind,
  COALESCE(d.name, '') AS desk, r.grantee_kind, r.grantee_id, r.relations, r.sections, r.reason, r.purpose, r.basis, r.basis_ref, r.until_at,
  r.asked_at, r.due_at, r.lapses_at, r.escalated_at, r.answered_at, r.refuse_reason, r.pointer_id, r.grant_id, COALESCE(t.state, '') AS grant_state,
  COALESCE(t.sections, 0) AS given, COALESCE(t.until_at, 0) AS given_to, r.version,
  CASE WHEN ` + isMine + ` THEN 1 ELSE 0 END AS mine,
  CASE WHEN ` + mayAnswer + ` THEN 1 ELSE 0 END AS answers,
  CASE WHEN ` + maySign + ` THEN 1 ELSE 0 END AS signs
FROM access_request r
JOIN agency a ON a.id = r.agency_id
LEFT JOIN desk d ON d.id = r.grantee_id AND r.grantee_kind = 'desk'
LEFT JOIN file_grant t ON t.id = r.grant_id
LEFT JOIN file_reference n ON n.file_id = r.file_id AND n.agency_id = :agency_id`

const selectRequest = `SELECT ` + requestColumns + `
WHERE r.id = :request AND ` + inSight + ` AND (` + isMine + ` OR ` + mayAnswer + ` OR ` + maySign + `)`

const (
	inWaiting  = `((r.state = 'asked' AND r.lapses_at > :now AND ` + mayAnswer + `) OR (` + waitsForMine + `)) AND ` + inSight
	inAsked    = `r.agency_id = :agency_id AND ` + isMine + ` AND ` + inSight
	inReceived = `r.to_agency_id = :agency_id AND ` + inSight + ` AND ` + mayAnswer
)

const selectWaiting = `SELECT ` + requestColumns + `
WHERE ` + inWaiting + ` AND (r.due_at, r.id) > (:after_at, :after_id)
ORDER BY r.due_at, r.id
LIMIT :limit`

const selectAsked = `SELECT ` + requestColumns + `
WHERE ` + inAsked + ` AND (r.asked_at, r.id) < (:after_at, :after_id)
ORDER BY r.asked_at DESC, r.id DESC
LIMIT :limit`

const selectReceived = `SELECT ` + requestColumns + `
WHERE ` + inReceived + ` AND (r.asked_at, r.id) < (:after_at, :after_id)
ORDER BY r.asked_at DESC, r.id DESC
LIMIT :limit`

const countWaiting = `SELECT COUNT(*)
FROM (SELECT r.id FROM access_request r WHERE ` + inWaiting + ` LIMIT :limit) found`

const selectNote = `SELECT note FROM access_request WHERE id = :request AND file_id = :file_id`

const selectOpen = `SELECT COUNT(*) FROM access_request WHERE file_id = :file_id AND grantee_id = :grantee AND state = 'asked'`

const settleRequest = `UPDATE access_request
SET state = :state, answered_at = :now, answered_by = :worker_id, refuse_reason = :reason, grant_id = :grant, version = version + 1
WHERE id = :request AND file_id = :file_id AND state = :from AND version = :version`

const endRequest = `UPDATE access_request
SET state = 'ended', ended_at = :now, ended_by = :worker_id, version = version + 1
WHERE id = :request AND file_id = :file_id AND state = 'granted' AND version = :version`

const endGiven = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = 'request_ended', version = version + 1
WHERE id = :grant AND file_id = :file_id AND state IN ('live', 'sealed', 'proposed')`

const selectLeadAgency = `SELECT agency_id
FROM file_grant
WHERE file_id = :file AND lead = 1 AND state IN ('live', 'sealed') AND until_at > :now
ORDER BY id
LIMIT 1`

// selectBase is the access that the asker's side has anyway: what is granted more hangs on it and ends with it.
const selectBase = `SELECT root_id, until_at
FROM file_grant
WHERE file_id = :file_id AND grantee_id IN (:sides) AND agency_id = :asker AND emergency = 0 AND state = 'live' AND from_at <= :now
  AND until_at > :now
ORDER BY until_at DESC, id
LIMIT 1`

const selectDesksOfWorker = `SELECT desk_id FROM worker_desk WHERE worker_id = :worker AND ended_at = 0`

// selectControllers are the agencies other than the lead's and the asker's that wrote in one of the sections, with the desks by
// which they see the file.
const selectControllers = `SELECT DISTINCT g.grantee_id AS id, g.agency_id
FROM file_grant g
WHERE g.file_id = :file_id AND g.grantee_kind = 'desk' AND g.state = 'live' AND g.until_at > :now
  AND g.agency_id NOT IN (:agency_id, :asker)
  AND EXISTS (SELECT 1 FROM entry e WHERE e.file_id = g.file_id AND e.agency_id = g.agency_id AND e.section IN (:sections))
ORDER BY g.grantee_id`

const selectOverdue = `SELECT id, file_id, agency_id, version
FROM access_request
WHERE state = 'asked' AND escalated_at = 0 AND due_at <= :now
ORDER BY due_at, id
LIMIT 1`

// escalateRequest leaves the version: an answer that is being written stays right.
const escalateRequest = `UPDATE access_request
SET escalated_at = :now
WHERE id = :request AND state = 'asked' AND escalated_at = 0`

// selectToStandIn finds what the lead of the desk was told of a day ago, and nobody has answered since.
const selectToStandIn = `SELECT id, file_id, agency_id, version
FROM access_request
WHERE state = 'asked' AND escalated_at > 0 AND stand_in_at = 0 AND escalated_at <= :told
ORDER BY escalated_at, id
LIMIT 1`

// standIn leaves the version, as escalateRequest does.
const standIn = `UPDATE access_request
SET stand_in_at = :now
WHERE id = :request AND state = 'asked' AND stand_in_at = 0`

const selectLapsed = `SELECT id, file_id, agency_id, worker_id, to_agency_id, pointer_id, version
FROM access_request
WHERE state = 'asked' AND lapses_at <= :now
ORDER BY lapses_at, id
LIMIT 1`

const expireRequest = `UPDATE access_request
SET state = 'expired', answered_at = :now, answered_by = :worker_id, version = version + 1
WHERE id = :request AND state = 'asked' AND version = :version`

// due is a request about which the program is about to do something.
type due struct {
	ID         string `db:"id"`
	FileID     string `db:"file_id"`
	AgencyID   string `db:"agency_id"`
	WorkerID   string `db:"worker_id"`
	ToAgencyID string `db:"to_agency_id"`
	PointerID  string `db:"pointer_id"`
	Version    int64  `db:"version"`
}

func standing(tx *gate.Tx, args gate.Args) gate.Args {
	args["duty"], args["supervisor"] = gate.Flag(tx.Actor().DutyOfficer), gate.Flag(tx.Actor().Supervisor)
	return args
}

func requestOf(tx *gate.Tx, id string) (r Request, err error) {
	err = tx.Get(&r, selectRequest, standing(tx, gate.Args{"request": id}))
	return r, orNotFound(err)
}

func orNotFound(err error) error {
	if errors.Is(err, database.ErrNoRows) {
		return fault.New(fault.NotFound, "gate.not_found")
	}
	return err
}

func noteOf(file *gate.Tx, id string) (string, error) {
	var sealed []byte
	if err := file.Get(&sealed, selectNote, gate.Args{"request": id}); err != nil {
		return "", orNotFound(err)
	}
	return file.OpenText("access_request", id, sealed)
}

func hasOpen(tx *gate.Tx, granteeID string) (bool, error) {
	var count int64
	err := tx.Get(&count, selectOpen, gate.Args{"grantee": granteeID})
	return count > 0, err
}

// leadAgency is the agency that leads the file now; empty where none does.
func leadAgency(tx *gate.Tx, fileID string) (agencyID string, err error) {
	err = tx.Get(&agencyID, selectLeadAgency, gate.Args{"file": fileID})
	if errors.Is(err, database.ErrNoRows) {
		return "", nil
	}
	return agencyID, err
}

// base is the access that the asker has anyway.
type base struct {
	RootID  string      `db:"root_id"`
	UntilAt moment.Time `db:"until_at"`
}

// baseOf finds it for the desk, or for the person and the desks where the person works; found is false where it has ended.
func baseOf(file *gate.Tx, r *Request) (b base, found bool, err error) {
	sides := []string{r.GranteeID}
	if r.GranteeKind == "worker" {
		var desks []string
		if err := file.Select(&desks, selectDesksOfWorker, gate.Args{"worker": r.GranteeID}); err != nil {
			return b, false, err
		}
		sides = append(sides, desks...)
	}
	err = file.Get(&b, selectBase, gate.Args{"sides": sides, "asker": r.AgencyID})
	if errors.Is(err, database.ErrNoRows) {
		return b, false, nil
	}
	return b, err == nil, err
}

// controller is a desk of an agency that wrote in a section.
type controller struct {
	DeskID   string `db:"id"`
	AgencyID string `db:"agency_id"`
}

func controllersOf(file *gate.Tx, askerAgency string, sections authz.SectionSet) (list []controller, err error) {
	return list, file.Select(&list, selectControllers, gate.Args{"asker": askerAgency, "sections": strings.Split(sections.String(), ",")})
}

func insert(tx *gate.Tx, id string, r *Request, toAgency string, note []byte) error {
	err := tx.ExecOne(insertRequest, gate.Args{"id": id, "kind": string(tx.File().Kind), "grantee_kind": r.GranteeKind, "grantee": r.GranteeID,
		"to_agency": toAgency, "relations": int64(r.Relations), "sections": int64(r.Sections), "reason": r.Reason, "note": note,
		"purpose": r.Purpose, "basis": r.Basis, "basis_ref": r.BasisRef, "until": r.UntilAt,
		"due": tx.Now().Add(AnswerWithin), "lapses": tx.Now().Add(LapsesAfter), "pointer": r.PointerID})
	if database.IsUnique(err) {
		return invalid().WithField("sections", "request.already_open")
	}
	return err
}

// settle writes the answer. A stale version is refused although the request is still open: the person has to look again.
func settle(file *gate.Tx, r *Request, version int64, as State, reason, grantID string) error {
	if !r.State.becomes(as) {
		return settled(r, file.Now())
	}
	err := file.ExecOne(settleRequest, gate.Args{"request": r.ID, "version": version, "state": string(as), "from": string(r.State),
		"reason": reason, "grant": grantID})
	if fault.KindOf(err) == fault.Conflict {
		return changed()
	}
	return err
}

func changed() error { return fault.New(fault.Conflict, "request.changed") }

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }
