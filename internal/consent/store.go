package consent

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

const insertConsent = `INSERT INTO consent (id, file_id, agency_id, created_at)
VALUES (:id, :file_id, :agency_id, :now)`

const insertVersion = `INSERT INTO consent_version (consent_id, version, author_id, written_at, sections, purposes, asked_on, until_at,
  how, explained, guardian_id, sealed)
VALUES (:id, :version, :worker_id, :now, :sections, :purposes, :asked_on, :until, :how, :explained, :guardian, :sealed)`

const insertSignature = `INSERT INTO consent_signature (consent_id, version, worker_id, agency_id, signed_at, agreed)
VALUES (:id, :version, :worker_id, :agency_id, :now, :agreed)`

const insertRecipient = `INSERT INTO consent_recipient (consent_id, version, agency_id, desk_id)
VALUES (:id, :version, :to_agency, :to_desk)`

const raiseVersion = `UPDATE consent
SET version = version + 1
WHERE id = :id AND file_id = :file_id AND agency_id = :agency_id AND withdrawn_at = 0 AND version = :version`

const withdraw = `UPDATE consent
SET withdrawn_at = :now, withdrawn_by = :worker_id, withdrawn_agency_id = :agency_id, withdrawn_how = :how, withdrawn_note = :note
WHERE id = :id AND file_id = :file_id AND withdrawn_at = 0 AND version = :version`

const consentColumns = `c.id, c.file_id, c.agency_id, a.name AS agency, c.created_at, c.withdrawn_at, c.withdrawn_how, c.withdrawn_note,
  COALESCE(w.name, '') AS withdrawn_by, v.version, v.author_id, v.written_at, v.sections, v.purposes, v.asked_on, v.until_at, v.how, v.explained,
  v.sealed, v.guardian_id, COALESCE(s.signed_at, 0) AS signed_at, COALESCE(s.agreed, 0) AS agreed,
  CASE WHEN c.alone_version = v.version THEN 1 ELSE 0 END AS released
FROM consent c
JOIN agency a ON a.id = c.agency_id
LEFT JOIN agency w ON w.id = c.withdrawn_agency_id
JOIN consent_version v ON v.consent_id = c.id
LEFT JOIN consent_signature s ON s.consent_id = v.consent_id AND s.version = v.version`

const selectConsents = `SELECT ` + consentColumns + `
WHERE v.version = c.version AND c.file_id = :file_id
ORDER BY c.id DESC
LIMIT 200`

const selectVersions = `SELECT ` + consentColumns + `
WHERE c.file_id = :file_id AND c.id = :id
ORDER BY v.version DESC`

const selectFileOf = `SELECT file_id FROM consent WHERE id = :id`

// holdConsent changes nothing. On PostgreSQL it makes a share collide with a withdrawal, and the later one runs again.
const holdConsent = `UPDATE consent SET version = version
WHERE id = :id AND file_id IN (SELECT f.id FROM file f WHERE f.id = :file_id OR f.case_id = :file_id)`

const selectHeld = `SELECT ` + consentColumns + `
WHERE v.version = c.version AND c.id = :id`

const selectRecipients = `SELECT r.consent_id, r.version, r.agency_id, r.desk_id, a.name AS agency, COALESCE(d.name, '') AS desk
FROM consent_recipient r
JOIN agency a ON a.id = r.agency_id
LEFT JOIN desk d ON d.id = r.desk_id
WHERE r.consent_id IN (:ids)
ORDER BY a.name, d.name, r.agency_id, r.desk_id`

const selectDesksOfWorker = `SELECT desk_id FROM worker_desk WHERE worker_id = :worker AND ended_at = 0`

// selectOfCase are the live consents that the caller's agency keeps on the victim files of a case that the caller sees.
const selectOfCase = `SELECT ` + consentColumns + `
JOIN file f ON f.id = c.file_id AND f.case_id = :case_id
WHERE v.version = c.version AND c.agency_id = :agency_id AND c.withdrawn_at = 0 AND v.until_at > :now
  AND EXISTS (
    SELECT 1 FROM file_grant g
    WHERE g.file_id = c.file_id AND g.state = 'live' AND g.grantee_id IN (:grantees) AND g.from_at <= :now AND g.until_at > :now
      AND ` + gate.NotExcluded + `)
ORDER BY c.id DESC
LIMIT 200`

const shareColumns = `g.id, g.agency_id, a.name AS agency, COALESCE(d.name, '') AS desk, g.state, g.sections, g.only_of, g.purpose,
  g.basis, g.legal_basis, g.consent_id, g.from_at, g.until_at, g.ended_at
FROM file_grant g
JOIN agency a ON a.id = g.agency_id
LEFT JOIN desk d ON d.id = g.grantee_id AND g.grantee_kind = 'desk'`

// hangsOn is true of a grant (g) that came from one which rests on the consent: it ends with it, whatever it rests on itself.
const hangsOn = `g.root_id <> g.id AND EXISTS (
    SELECT 1 FROM file_grant h WHERE h.id = g.root_id AND h.consent_id = :id AND h.consent_id <> '')`

// selectResting is what rests on the consent, on this file, and what ends with that: the newest first. What waits for a signature, or
// never got it, stands there for who gives it.
const selectResting = `SELECT ` + shareColumns + `
WHERE (g.consent_id = :id OR ` + hangsOn + `) AND g.file_id = :file_id AND g.relations <> :named
  AND (g.granted_by_agency = :agency_id OR ` + gate.Reached + `)
ORDER BY g.id DESC
LIMIT 200`

// selectStaying is what of the file stays open whatever becomes of the consent.
const selectStaying = `SELECT ` + shareColumns + `
WHERE g.file_id = :file_id AND g.consent_id <> :id AND NOT (` + hangsOn + `) AND g.state IN ('live', 'offered', 'sealed') AND g.until_at > :now
  AND g.relations <> :named
ORDER BY g.lead DESC, a.name, d.name, g.id
LIMIT 200`

// selectPackages are the packages on the consent for organisations without an account, for who sent them and who leads the file.
const selectPackages = `SELECT organisation, state, sent_at, ended_at
FROM outside_package
WHERE file_id = :file_id AND consent_id = :id AND (agency_id = :agency_id OR :leads = 1)
ORDER BY sent_at DESC, id DESC
LIMIT 200`

// endRest and its kin say that the consent is not empty: only then do the engines use the index of what rests on consents, and
// without it a withdrawal reads every grant of the house.
const endRest = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE consent_id = :id AND consent_id <> '' AND state <> 'ended'`

// endUncovered is endRest for what a new version no longer covers.
const endUncovered = endRest + `
  AND (purpose NOT IN (:purposes)
    OR kind = 'victim' AND relations <> :named AND (sections & :outside) <> 0
    OR NOT EXISTS (
      SELECT 1 FROM consent_recipient r
      WHERE r.consent_id = :id AND r.version = :version AND r.agency_id = file_grant.agency_id
        AND (r.desk_id = '' OR r.desk_id = file_grant.grantee_id OR file_grant.grantee_kind = 'worker' AND EXISTS (
          SELECT 1 FROM worker_desk k
          WHERE k.worker_id = file_grant.grantee_id AND k.desk_id = r.desk_id AND k.ended_at = 0))))`

// endHanging ends what came from a grant that has just ended with the consent, whatever it rested on itself.
const endHanging = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE state <> 'ended' AND root_id <> id
  AND root_id IN (SELECT h.id FROM file_grant h WHERE h.consent_id = :id AND h.consent_id <> '' AND h.state = 'ended' AND h.ended_at = :now)`

const shortenRest = `UPDATE file_grant
SET until_at = :until, version = version + 1
WHERE consent_id = :id AND consent_id <> '' AND state <> 'ended' AND until_at > :until`

// shortenHanging lets what came from such a grant end with it, whatever it rests on itself.
const shortenHanging = `UPDATE file_grant
SET until_at = :until, version = version + 1
WHERE state <> 'ended' AND root_id <> id AND until_at > :until
  AND root_id IN (SELECT h.id FROM file_grant h WHERE h.consent_id = :id AND h.consent_id <> '' AND h.state <> 'ended')`

// selectShortened is whom an earlier end concerns, of what rests on the consent or hangs on that, each desk and person once; read before it is written.
const selectShortened = `SELECT DISTINCT g.grantee_kind AS kind, g.grantee_id AS id, g.agency_id
FROM file_grant g
WHERE g.consent_id = :id AND g.consent_id <> '' AND g.state IN ('live', 'sealed') AND g.until_at > :until AND g.relations <> :named
  AND g.agency_id <> :agency_id
UNION
SELECT g.grantee_kind, g.grantee_id, g.agency_id
FROM file_grant h
JOIN file_grant g ON g.root_id = h.id AND g.root_id <> g.id
WHERE h.consent_id = :id AND h.consent_id <> '' AND g.state IN ('live', 'sealed') AND g.until_at > :until AND g.relations <> :named
  AND g.agency_id <> :agency_id
ORDER BY 3, 2`

// selectToldTo is whom the end of these grants concerns, each desk and person once: nobody whom they never reached.
const selectToldTo = `SELECT DISTINCT g.grantee_kind AS kind, g.grantee_id AS id, g.agency_id
FROM file_grant g
WHERE g.consent_id = :id AND g.consent_id <> '' AND g.state = 'ended' AND g.ended_at = :now AND g.relations <> :named AND g.agency_id <> :agency_id
  AND ` + gate.Reached + `
UNION
SELECT g.grantee_kind, g.grantee_id, g.agency_id
FROM file_grant h
JOIN file_grant g ON g.root_id = h.id AND g.root_id <> g.id
WHERE h.consent_id = :id AND h.consent_id <> '' AND g.state = 'ended' AND g.ended_at = :now AND g.relations <> :named AND g.agency_id <> :agency_id
  AND ` + gate.Reached + `
ORDER BY 3, 2`

// selectKeepers are the desks that lead the file or belong to the agency that keeps the consent.
const selectKeepers = `SELECT DISTINCT g.grantee_kind AS kind, g.grantee_id AS id, g.agency_id
FROM file_grant g
WHERE g.file_id = :file_id AND g.state IN ('live', 'sealed') AND g.until_at > :now AND g.grantee_kind = 'desk'
  AND (g.lead = 1 OR g.agency_id = :keeper) AND g.grantee_id NOT IN (:grantees)
ORDER BY 3, 2`

// row is a consent at one of its versions, as it lies in the database.
type row struct {
	ID            string           `db:"id"`
	FileID        string           `db:"file_id"`
	AgencyID      string           `db:"agency_id"`
	Agency        string           `db:"agency"`
	CreatedAt     moment.Time      `db:"created_at"`
	WithdrawnAt   moment.Time      `db:"withdrawn_at"`
	WithdrawnHow  string           `db:"withdrawn_how"`
	WithdrawnNote []byte           `db:"withdrawn_note"`
	WithdrawnBy   string           `db:"withdrawn_by"`
	Version       int64            `db:"version"`
	AuthorID      string           `db:"author_id"`
	WrittenAt     moment.Time      `db:"written_at"`
	Sections      authz.SectionSet `db:"sections"`
	Purposes      string           `db:"purposes"`
	AskedOn       moment.Date      `db:"asked_on"`
	UntilAt       moment.Time      `db:"until_at"`
	How           string           `db:"how"`
	Explained     string           `db:"explained"`
	Sealed        []byte           `db:"sealed"`
	GuardianID    string           `db:"guardian_id"`
	SignedAt      moment.Time      `db:"signed_at"`
	Agreed        bool             `db:"agreed"`
	Released      bool             `db:"released"`
}

// clear is what of a row needs no key.
func (r *row) clear() Consent {
	return Consent{ID: r.ID, FileID: r.FileID, AgencyID: r.AgencyID, Agency: r.Agency, CreatedAt: r.CreatedAt,
		WithdrawnAt: r.WithdrawnAt, WithdrawnHow: r.WithdrawnHow, WithdrawnBy: r.WithdrawnBy, AuthorID: r.AuthorID, WrittenAt: r.WrittenAt, Version: r.Version,
		Given: Given{Sections: r.Sections, Purposes: strings.Fields(r.Purposes), AskedOn: r.AskedOn, UntilAt: r.UntilAt, How: r.How,
			Explained: strings.Fields(r.Explained), GuardianID: r.GuardianID, SignedAt: r.SignedAt, Agreed: r.Agreed, Released: r.Released}}
}

// place binds a sealed text to its version.
func place(id string, version int64) string { return id + "/" + strconv.FormatInt(version, 10) }

// open is clear with the words that lie sealed.
func (r *row) open(tx *gate.Tx) (Consent, error) {
	c := r.clear()
	text, err := tx.OpenText("consent_version", place(r.ID, r.Version), r.Sealed)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal([]byte(text), &c.Words); err != nil {
		return c, fault.New(fault.Internal, "gate.sealed").Because(err)
	}
	c.WithdrawnNote, err = tx.OpenText("consent", r.ID, r.WithdrawnNote)
	return c, err
}

// consents are those of the file, without their sealed words.
func consents(tx *gate.Tx) ([]Consent, error) { return rowsOf(tx, selectConsents) }

func rowsOf(tx *gate.Tx, query string) ([]Consent, error) {
	var rows []row
	if err := tx.Select(&rows, query, nil); err != nil {
		return nil, err
	}
	list := make([]Consent, 0, len(rows))
	for i := range rows {
		list = append(list, rows[i].clear())
	}
	return list, addRecipients(tx, list)
}

// versions are all versions of a consent of the file, the newest first; not found where there is none.
func versions(tx *gate.Tx, id string) ([]Consent, error) {
	var rows []row
	if err := tx.Select(&rows, selectVersions, gate.Args{"id": id}); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fault.New(fault.NotFound, "gate.not_found")
	}
	list := make([]Consent, 0, len(rows))
	for i := range rows {
		c, err := rows[i].open(tx)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, addRecipients(tx, list)
}

func addRecipients(tx *gate.Tx, list []Consent) error {
	var rows []struct {
		ConsentID string `db:"consent_id"`
		Version   int64  `db:"version"`
		Recipient
	}
	ids := make([]string, 0, len(list))
	for i := range list {
		ids = append(ids, list[i].ID)
	}
	if len(ids) == 0 {
		return nil
	}
	if err := tx.Select(&rows, selectRecipients, gate.Args{"ids": distinct(ids)}); err != nil {
		return err
	}
	for i := range list {
		for _, r := range rows {
			if r.ConsentID == list[i].ID && r.Version == list[i].Version {
				list[i].Recipients = append(list[i].Recipients, r.Recipient)
			}
		}
	}
	return nil
}

// held is a consent of the transaction's file, or of a victim file of its case, kept from changing until the commit.
func held(tx *gate.Tx, id string) (c Consent, found bool, err error) {
	touched, err := tx.Exec(holdConsent, gate.Args{"id": id})
	if err != nil || touched == 0 {
		return c, false, err
	}
	var r row
	if err := tx.Get(&r, selectHeld, gate.Args{"id": id}); err != nil {
		return c, false, err
	}
	list := []Consent{r.clear()}
	err = addRecipients(tx, list)
	return list[0], true, err
}

func desksOfWorker(tx *gate.Tx, workerID string) (ids []string, err error) {
	return ids, tx.Select(&ids, selectDesksOfWorker, gate.Args{"worker": workerID})
}

// write stores a version with its recipients.
func (g *Given) write(tx *gate.Tx, id string, version int64) error {
	text, err := json.Marshal(g.Words)
	if err != nil {
		return err
	}
	sealed, err := tx.SealText("consent_version", place(id, version), string(text))
	if err != nil {
		return err
	}
	if err := tx.ExecOne(insertVersion, gate.Args{"id": id, "version": version, "sections": int64(g.Sections),
		"purposes": strings.Join(g.Purposes, " "), "asked_on": string(g.AskedOn), "until": g.UntilAt, "how": g.How, "guardian": g.GuardianID,
		"explained": strings.Join(g.Explained, " "), "sealed": sealed}); err != nil {
		return err
	}
	for _, r := range g.Recipients {
		if err := tx.ExecOne(insertRecipient, gate.Args{"id": id, "version": version, "to_agency": r.AgencyID, "to_desk": r.DeskID}); err != nil {
			return err
		}
	}
	return nil
}

func fileOf(tx *gate.Tx, id string) (fileID string, err error) {
	err = tx.Get(&fileID, selectFileOf, gate.Args{"id": id})
	if errors.Is(err, database.ErrNoRows) {
		return "", fault.New(fault.NotFound, "gate.not_found")
	}
	return fileID, err
}

func packages(tx *gate.Tx, id string) (list []Package, err error) {
	return list, tx.Select(&list, selectPackages, gate.Args{"id": id, "leads": gate.Flag(tx.AgencyLeads())})
}

func shares(tx *gate.Tx, query, id string) (list []Share, err error) {
	if err := tx.Select(&list, query, gate.Args{"id": id, "named": int64(onlyNamed)}); err != nil {
		return nil, err
	}
	for i := range list {
		g := &list[i]
		untold, err := tx.Untold(g.OnlyOf, g.AgencyID)
		if err != nil {
			return nil, err
		}
		g.Sections = g.Sections.Minus(untold)
		g.OnlyOf = g.OnlyOf.In(g.Sections)
	}
	return list, nil
}
