package circle

import (
	"errors"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
)

const insertCircle = `INSERT INTO circle (id, agency_id, desk_id, name, purpose, created_by, created_at, until_at)
VALUES (:id, :agency_id, :desk, :name, :purpose, :worker_id, :now, :until)`

const circleColumns = `c.id, c.agency_id, a.name AS agency, c.desk_id, d.name AS desk, c.name, c.purpose, c.created_at, c.until_at,
  c.closed_at, c.version, CASE WHEN c.desk_id IN (:grantees) THEN 1 ELSE 0 END AS owned
FROM circle c
JOIN agency a ON a.id = c.agency_id
JOIN desk d ON d.id = c.desk_id`

// mine is true of a circle (c) in which one of the caller's desks is now: to everybody else there is none.
const mine = `EXISTS (
    SELECT 1 FROM circle_member m
    WHERE m.circle_id = c.id AND m.ended_at = 0 AND m.desk_id IN (:grantees))`

const selectCircle = `SELECT ` + circleColumns + `
WHERE c.id = :circle AND ` + mine

const selectCircles = `SELECT ` + circleColumns + `
WHERE ` + mine + ` AND (c.created_at, c.id) < (:before_at, :before_id)
ORDER BY c.created_at DESC, c.id DESC
LIMIT :limit`

const selectUsable = `SELECT ` + circleColumns + `
WHERE ` + mine + ` AND c.closed_at = 0 AND c.until_at > :now
ORDER BY c.created_at DESC, c.id DESC
LIMIT 200`

// selectMembers leaves out desks that are closed: they see nothing any more.
const selectMembers = `SELECT m.id, m.desk_id, d.name AS desk, m.agency_id, a.name AS agency, a.country, a.kind, m.from_at,
  CASE WHEN m.desk_id IN (:grantees) THEN 1 ELSE 0 END AS mine
FROM circle_member m
JOIN desk d ON d.id = m.desk_id AND d.closed_at = 0
JOIN agency a ON a.id = m.agency_id AND a.closed_at = 0
WHERE m.circle_id = :circle AND m.ended_at = 0
ORDER BY a.name, d.name, m.id`

const selectDesk = `SELECT '' AS id, d.id AS desk_id, d.name AS desk, a.id AS agency_id, a.name AS agency, a.country, a.kind, 0 AS from_at, 0 AS mine
FROM desk d
JOIN agency a ON a.id = d.agency_id AND a.closed_at = 0
WHERE d.id = :desk AND d.closed_at = 0`

const insertMember = `INSERT INTO circle_member (id, circle_id, desk_id, agency_id, from_at, added_by)
VALUES (:id, :circle, :desk, :member_agency, :now, :worker_id)`

const endMember = `UPDATE circle_member SET ended_at = :now, ended_by = :worker_id
WHERE id = :member AND circle_id = :circle AND ended_at = 0`

// moveCircle makes what two people do with a circle at once come one after the other; the second sees another version.
const moveCircle = `UPDATE circle SET version = version + 1
WHERE id = :circle AND version = :version AND closed_at = 0 AND until_at > :now`

const touchCircle = `UPDATE circle SET version = version + 1 WHERE id = :circle AND closed_at = 0 AND until_at > :now`

const closeCircle = `UPDATE circle SET closed_at = :now, closed_by = :worker_id WHERE id = :circle AND closed_at = 0`

const insertShare = `INSERT INTO circle_share (id, circle_id, file_id, agency_id, sections, purpose, basis, basis_ref, legal_basis,
  consent_id, shared_by, at, until_at, only_of, basis_on, basis_article, basis_by)
VALUES (:id, :circle, :file_id, :agency_id, :sections, :purpose, :basis, :basis_ref, :legal_basis, :consent, :worker_id, :now, :until, :only_of,
  :basis_on, :basis_article, :basis_by)`

const shareColumns = `s.id, s.file_id, COALESCE(r.reference, '') AS reference, s.agency_id, a.name AS agency, s.sections, s.only_of, s.purpose,
  s.basis, s.basis_ref, s.legal_basis, s.consent_id, s.at, s.until_at, s.basis_on, s.basis_article, s.basis_by, s.version,
  CASE WHEN s.agency_id = :agency_id THEN 1 ELSE 0 END AS mine
FROM circle_share s
JOIN agency a ON a.id = s.agency_id
LEFT JOIN file_reference r ON r.file_id = s.file_id AND r.agency_id = :agency_id`

const liveShare = `s.circle_id = :circle AND s.ended_at = 0 AND s.until_at > :now`

// selectShares lists what the caller sees of it: a file that they may not see is not in it.
const selectShares = `SELECT ` + shareColumns + `
WHERE ` + liveShare + ` AND EXISTS (
    SELECT 1 FROM file_grant g
    WHERE g.file_id = s.file_id AND g.state = 'live' AND g.grantee_id IN (:grantees) AND g.from_at <= :now AND g.until_at > :now
      AND ` + gate.NotExcluded + `)
ORDER BY s.at DESC, s.id DESC
LIMIT 500`

// selectHeld is what the caller's agency holds of files that were shared in part.
const selectHeld = `SELECT g.file_id, g.sections, g.only_of
FROM file_grant g
WHERE g.agency_id = :agency_id AND g.state = 'live' AND g.from_at <= :now AND g.until_at > :now
  AND g.file_id IN (SELECT s.file_id FROM circle_share s WHERE ` + liveShare + ` AND s.only_of <> '')`

const selectLiveShares = `SELECT ` + shareColumns + `
WHERE ` + liveShare + `
ORDER BY s.id`

const selectShare = `SELECT ` + shareColumns + `
WHERE ` + liveShare + ` AND s.id = :share AND s.agency_id = :agency_id`

const selectSharesBy = `SELECT ` + shareColumns + `
WHERE s.file_id = :file_id AND s.agency_id = :sharer AND s.ended_at = 0 AND s.until_at > :now
ORDER BY s.id`

const endLostShare = `UPDATE circle_share SET ended_at = :now, ended_by = :worker_id, version = version + 1
WHERE id = :share AND ended_at = 0`

const endShareRow = `UPDATE circle_share SET ended_at = :now, ended_by = :worker_id, version = version + 1
WHERE id = :share AND ended_at = 0 AND version = :version`

const endSharesOf = `UPDATE circle_share SET ended_at = :now, ended_by = :worker_id, version = version + 1
WHERE circle_id = :circle AND ended_at = 0`

// roots are the grants by which a circle's desks see its files; what came from them hangs on them.
const roots = `SELECT g.id FROM file_grant g
    WHERE g.circle_id = :circle AND g.circle_id <> '' AND g.state <> 'ended'`

const selectGrantedFiles = `SELECT DISTINCT g.file_id FROM file_grant g
WHERE g.circle_id = :circle AND g.circle_id <> '' AND g.state <> 'ended' AND g.until_at > :now`

const endRoots = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE state <> 'ended' AND `

// selectReaders are the desks that had the file open by a circle while an older version of the entry stood in it, whether or not they
// still see it.
var selectReaders = readersOfRow("JOIN entry e ON e.id = :entry AND e.file_id = g.file_id")

// selectReadersOfNote is the same for a note.
var selectReadersOfNote = readersOfRow("JOIN journal_note e ON e.id = :entry AND e.file_id = g.file_id AND e.visibility = 'file'")

func readersOfRow(joined string) string {
	return `SELECT DISTINCT g.grantee_id AS desk_id, g.agency_id, g.circle_id, g.sections, g.only_of,
  CASE WHEN g.state = 'live' AND g.until_at > :now AND m.id IS NOT NULL THEN 1 ELSE 0 END AS sees
FROM file_grant g
` + joined + `
LEFT JOIN circle_member m ON m.circle_id = g.circle_id AND m.desk_id = g.grantee_id AND m.ended_at = 0
WHERE g.file_id = :file_id AND g.circle_id <> '' AND g.state IN ('live', 'ended') AND g.agency_id <> :agency_id
  AND EXISTS (
    SELECT 1 FROM worker_desk k
    WHERE k.desk_id = g.grantee_id AND ` + audit.LatestOpening("g.file_id", "k.worker_id",
		"CASE WHEN g.from_at > e.created_at THEN g.from_at ELSE e.created_at END", "CASE WHEN g.ended_at = 0 THEN :now ELSE g.ended_at END") + ` IS NOT NULL)
ORDER BY g.grantee_id`
}

// reader is a desk that has read by a circle.
type reader struct {
	DeskID   string           `db:"desk_id"`
	AgencyID string           `db:"agency_id"`
	CircleID string           `db:"circle_id"`
	Sections authz.SectionSet `db:"sections"`
	OnlyOf   gate.OnlyOf      `db:"only_of"`
	Sees     bool             `db:"sees"` // the file by the circle, and the circle itself
}

func readersOf(tx *gate.Tx, entryID string) (list []reader, err error) {
	return list, tx.Select(&list, selectReaders, gate.Args{"entry": entryID})
}

func readersOfNote(tx *gate.Tx, noteID string) (list []reader, err error) {
	return list, tx.Select(&list, selectReadersOfNote, gate.Args{"entry": noteID})
}

func circleOf(tx *gate.Tx, id string) (c Circle, err error) {
	err = tx.Get(&c, selectCircle, gate.Args{"circle": id})
	if errors.Is(err, database.ErrNoRows) {
		return c, fault.New(fault.NotFound, "gate.not_found")
	}
	if err != nil {
		return c, err
	}
	return c, named(tx, &c)
}

// place binds a sealed name to its circle.
func place(id string) seal.AD { return seal.AD{Table: "circle", Row: id, Section: "name", Version: 1} }

func named(tx *gate.Tx, c *Circle) error {
	name, err := tx.OpenStaff(c.AgencyID, place(c.ID), c.Sealed)
	c.Name = string(name)
	return err
}

func circlesAfter(tx *gate.Tx, after gate.Cursor, limit int) (list []Circle, next gate.Cursor, err error) {
	after = after.FromNewest()
	err = tx.Select(&list, selectCircles, gate.Args{"before_at": after.At, "before_id": after.ID, "limit": limit + 1})
	if err != nil {
		return nil, next, err
	}
	list, next = gate.Cut(list, limit, func(c *Circle) gate.Cursor { return gate.Cursor{At: c.CreatedAt, ID: c.ID} })
	return list, next, nameAll(tx, list)
}

func nameAll(tx *gate.Tx, list []Circle) error {
	for i := range list {
		if err := named(tx, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

func usable(tx *gate.Tx) (list []Circle, err error) {
	if err := tx.Select(&list, selectUsable, nil); err != nil {
		return nil, err
	}
	return list, nameAll(tx, list)
}

func membersOf(tx *gate.Tx, circleID string) (members []Member, err error) {
	return members, tx.Select(&members, selectMembers, gate.Args{"circle": circleID})
}

func deskOf(tx *gate.Tx, deskID string) (m Member, found bool, err error) {
	err = tx.Get(&m, selectDesk, gate.Args{"desk": deskID})
	if errors.Is(err, database.ErrNoRows) {
		return m, false, nil
	}
	return m, err == nil, err
}

func putMember(tx *gate.Tx, circleID string, m *Member) error {
	m.ID, m.FromAt = gate.NewID(), tx.Now()
	return tx.ExecOne(insertMember, gate.Args{"id": m.ID, "circle": circleID, "desk": m.DeskID, "member_agency": m.AgencyID})
}

// sharesOf are the shares that the caller sees, as far as its agency may know of them; one of which nothing is left is left out.
func sharesOf(tx *gate.Tx, circleID string) (shares []Share, err error) {
	if err := tx.Select(&shares, selectShares, gate.Args{"circle": circleID}); err != nil {
		return nil, err
	}
	var holds []held
	if err := tx.Select(&holds, selectHeld, gate.Args{"circle": circleID}); err != nil {
		return nil, err
	}
	for i := range shares {
		shares[i].discreet(tx.Actor().AgencyID, holds)
	}
	return slices.DeleteFunc(shares, func(s Share) bool { return s.Sections.Empty() }), nil
}

// held is what an agency holds of a file.
type held struct {
	FileID   string           `db:"file_id"`
	Sections authz.SectionSet `db:"sections"`
	OnlyOf   gate.OnlyOf      `db:"only_of"`
}

func liveSharesOf(tx *gate.Tx, circleID string) (shares []Share, err error) {
	return shares, tx.Select(&shares, selectLiveShares, gate.Args{"circle": circleID})
}

func shareOf(tx *gate.Tx, circleID, shareID string) (s Share, err error) {
	err = tx.Get(&s, selectShare, gate.Args{"circle": circleID, "share": shareID})
	if errors.Is(err, database.ErrNoRows) {
		return s, fault.New(fault.NotFound, "gate.not_found")
	}
	return s, err
}

func putShare(tx *gate.Tx, circleID string, s *Share) error {
	s.ID = gate.NewID()
	document, err := tx.SealDocument("circle_share", s.ID, s.Document)
	if err != nil {
		return err
	}
	err = tx.ExecOne(insertShare, document.Columns(gate.Args{"id": s.ID, "circle": circleID, "sections": int64(s.Sections), "purpose": s.Purpose,
		"basis": s.Basis, "basis_ref": s.BasisRef, "legal_basis": s.LegalBasis, "consent": s.ConsentID, "until": s.UntilAt,
		"only_of": s.OnlyOf.String()}))
	if database.IsUnique(err) {
		return invalid().WithField("circle", "circle.already_shared")
	}
	return err
}

// granted are the files that are seen by the circle: by one desk of it, or by all where the desk is empty.
func granted(tx *gate.Tx, circleID, deskID string) (files []string, err error) {
	query, args := selectGrantedFiles, gate.Args{"circle": circleID}
	if deskID != "" {
		query, args["desk"] = query+` AND g.grantee_id = :desk`, deskID
	}
	return files, tx.Select(&files, query, args)
}

// endGrants ends what is seen by the circle: narrowed to a desk, or to a file and who shared it.
func endGrants(tx *gate.Tx, circleID, reason, narrowed string, args gate.Args) error {
	args["circle"], args["reason"] = circleID, reason
	seen := `(` + roots + narrowed + `)`
	_, err := tx.Exec(endRoots+`(id IN `+seen+` OR root_id <> id AND root_id IN `+seen+`)`, args)
	return err
}

const (
	ofDesk  = ` AND g.grantee_id = :desk`
	ofShare = ` AND g.file_id = :shared AND g.granted_by_agency = :agency_id`
)

// seenUntil is when the caller's access to the file of the transaction ends at the latest.
func seenUntil(tx *gate.Tx) (until moment.Time) {
	for _, g := range tx.Grants() {
		until = max(until, g.UntilAt)
	}
	return until
}
