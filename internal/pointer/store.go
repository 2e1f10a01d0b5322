package pointer

import (
	"errors"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// sight is what every statement asks that shows a person the pointers of their side (m): they still see their own file, neither
// file lies under a seal, is closed or was hidden from matching, and nobody of their agency is kept from the other's (o).
const sight = `m.agency_id = :agency_id AND m.grantee_id IN (:grantees)
  AND EXISTS (
    SELECT 1 FROM file_grant g
    WHERE g.file_id = m.file_id AND g.state = 'live' AND g.grantee_id IN (:grantees) AND g.from_at <= :now AND g.until_at > :now
      AND ` + gate.NotExcluded + `)
  AND NOT EXISTS (SELECT 1 FROM file_seal z WHERE z.file_id IN (m.file_id, o.file_id) AND z.ended_at = 0)
  AND NOT EXISTS (SELECT 1 FROM file f WHERE f.id IN (m.file_id, o.file_id) AND f.stage IN ('` + gate.StageClosed + `', '` + gate.StageErased + `'))
  AND NOT EXISTS (SELECT 1 FROM exclusion x WHERE x.file_id = o.file_id AND x.worker_agency_id = m.agency_id AND x.ended_at = 0)
  AND NOT EXISTS (SELECT 1 FROM pointer_choice c WHERE c.file_id IN (m.file_id, o.file_id) AND c.choice = 'hidden' AND ` + lastWord + `)`

// lastWord holds of a choice (c) that no later one has replaced.
const lastWord = `NOT EXISTS (SELECT 1 FROM pointer_choice n WHERE n.file_id = c.file_id AND n.version > c.version)`

const columns = `p.id, p.state, m.file_id, COALESCE(r.reference, '') AS reference, m.grantee_kind, m.grantee_id,
  o.agency_id AS other_agency_id, a.name AS other_agency, COALESCE(d.name, '') AS other_desk, COALESCE(d.id, '') AS other_desk_id,
  CASE WHEN m.asked = 1 THEN p.purpose ELSE '' END AS purpose, m.asked, p.made_at, p.until_at,
  p.ended_at, CASE WHEN p.ended_agency = :agency_id THEN 1 ELSE 0 END AS ended_by_mine, p.version,
  CASE WHEN EXISTS (SELECT 1 FROM pointer_same s WHERE s.pointer_id = p.id AND s.agency_id = m.agency_id) THEN 1 ELSE 0 END AS said_by_mine,
  CASE WHEN EXISTS (SELECT 1 FROM pointer_same s WHERE s.pointer_id = p.id AND s.agency_id = o.agency_id) THEN 1 ELSE 0 END AS said_by_other
FROM pointer_side m
JOIN pointer p ON p.id = m.pointer_id
JOIN pointer_side o ON o.pointer_id = m.pointer_id AND o.asked <> m.asked
JOIN agency a ON a.id = o.agency_id
LEFT JOIN desk d ON d.id = o.grantee_id AND o.grantee_kind = 'desk'
LEFT JOIN file_reference r ON r.file_id = m.file_id AND r.agency_id = :agency_id`

const selectPointer = `SELECT ` + columns + `
WHERE p.id = :pointer AND ` + sight

const (
	inOpen    = sight + ` AND p.state = 'open' AND p.until_at > :now`
	inSettled = sight + ` AND (p.state <> 'open' OR p.until_at <= :now)`
)

const newest = ` AND (p.made_at, p.id) < (:before_at, :before_id)
ORDER BY p.made_at DESC, p.id DESC
LIMIT :limit`

const selectOpen = `SELECT ` + columns + `
WHERE ` + inOpen + newest

const selectSettled = `SELECT ` + columns + `
WHERE ` + inSettled + newest

const selectOfFile = `SELECT ` + columns + `
WHERE m.file_id = :file_id AND ` + inOpen + `
ORDER BY p.made_at DESC, p.id DESC`

const countOpen = `SELECT COUNT(*)
FROM (SELECT p.id
  FROM pointer_side m
  JOIN pointer p ON p.id = m.pointer_id
  JOIN pointer_side o ON o.pointer_id = m.pointer_id AND o.asked <> m.asked
  WHERE ` + inOpen + `
  LIMIT :limit) found`

const insertPointer = `INSERT INTO pointer (id, state, purpose, evidence, made_by, made_at, until_at)
VALUES (:pointer, 'open', :purpose, :evidence, :worker_id, :now, :until)`

const insertSide = `INSERT INTO pointer_side (pointer_id, asked, file_id, agency_id, grantee_kind, grantee_id)
VALUES (:pointer, :asked, :on, :of, :kind, :grantee)`

const endPointer = `UPDATE pointer
SET state = 'not_same', ended_at = :now, ended_by = :worker_id, ended_agency = :agency_id, version = version + 1
WHERE id = :pointer AND state = 'open' AND version = :version`

const raisePointer = `UPDATE pointer SET version = version + 1 WHERE id = :pointer AND state = 'open' AND version = :version`

const insertSame = `INSERT INTO pointer_same (pointer_id, agency_id, said_by, said_at) VALUES (:pointer, :agency_id, :worker_id, :now)`

// selectSides are the two ends, the caller's first.
const selectSides = `SELECT file_id, agency_id, grantee_kind, grantee_id
FROM pointer_side
WHERE pointer_id = :pointer
ORDER BY CASE WHEN agency_id = :agency_id THEN 0 ELSE 1 END`

// selectBefore are the pointers that stand or were refuted of the file of the transaction, and those between some other files and the
// caller's desk.
const selectBefore = `SELECT p.state, p.until_at, p.evidence, CASE WHEN m.file_id = :file_id THEN 1 ELSE 0 END AS of_mine, o.file_id, o.grantee_id
FROM pointer_side m
JOIN pointer p ON p.id = m.pointer_id
JOIN pointer_side o ON o.pointer_id = m.pointer_id AND o.asked <> m.asked
WHERE p.state <> 'ended'
  AND (m.file_id = :file_id OR m.grantee_id = :side AND o.file_id IN (:far))`

const insertProbe = `INSERT INTO pointer_probe (id, file_id, worker_id, agency_id, grantee_id, purpose, told, silent, at)
VALUES (:probe, :file_id, :worker_id, :agency_id, :side, :purpose, :told, :silent, :now)`

const selectPaceOfWorker = `SELECT COUNT(*) AS made, COALESCE(MIN(at), 0) AS oldest FROM pointer_probe WHERE worker_id = :worker_id AND at > :since`

const selectPaceOfSide = `SELECT COUNT(*) AS made, COALESCE(MIN(at), 0) AS oldest FROM pointer_probe WHERE grantee_id = :side AND at > :since`

const selectSetting = `SELECT version, allows, each_file, desks_off, set_at, set_by
FROM pointer_setting
WHERE agency_id = :agency_id
ORDER BY version DESC
LIMIT :limit`

const insertSetting = `INSERT INTO pointer_setting (agency_id, version, allows, each_file, desks_off, set_at, set_by)
VALUES (:agency_id, :version, :allows, :each_file, :desks_off, :now, :worker_id)`

const selectSaid = `SELECT version AS choice_version, choice, agency_id AS chooser
FROM pointer_choice
WHERE file_id = :file_id
ORDER BY version DESC
LIMIT 1`

// selectChoices are all choices for a file, the last first; who made one is a name for their own agency only.
const selectChoices = `SELECT c.choice, c.set_at, a.name AS agency, CASE WHEN c.agency_id = :agency_id THEN c.set_by ELSE '' END AS set_by
FROM pointer_choice c
JOIN agency a ON a.id = c.agency_id
WHERE c.file_id = :file_id
ORDER BY c.version DESC
LIMIT :limit`

const insertChoice = `INSERT INTO pointer_choice (file_id, version, choice, agency_id, set_at, set_by)
VALUES (:file_id, :version, :choice, :agency_id, :now, :worker_id)`

// endOfFile ends what was pointed out of a file, on both of its sides.
const endOfFile = `UPDATE pointer
SET state = 'ended', ended_at = :now, ended_by = :worker_id, ended_agency = :agency_id, end_reason = 'choice', version = version + 1
WHERE state = 'open' AND EXISTS (SELECT 1 FROM pointer_side m WHERE m.pointer_id = pointer.id AND m.file_id = :file_id)`

// endOfApart ends the pointers of the caller's agency that no longer take part: all, those of some of its desks, or those of files of which
// it has not said that they do.
const endOfApart = `UPDATE pointer
SET state = 'ended', ended_at = :now, ended_by = :worker_id, ended_agency = :agency_id, end_reason = 'setting', version = version + 1
WHERE state = 'open' AND EXISTS (
    SELECT 1 FROM pointer_side m
    WHERE m.pointer_id = pointer.id AND m.agency_id = :agency_id AND (CAST(:all AS INTEGER) = 1 OR m.grantee_id IN (:desks)
      OR CAST(:each AS INTEGER) = 1 AND NOT EXISTS (
        SELECT 1 FROM pointer_choice c
        WHERE c.file_id = m.file_id AND c.choice = 'pointed' AND c.agency_id = :agency_id AND ` + lastWord + `)))`

const selectMarked = `SELECT COUNT(*) AS made, COALESCE(SUM(CASE WHEN p.state = 'not_same' THEN 1 ELSE 0 END), 0) AS not_same
FROM pointer_side m
JOIN pointer p ON p.id = m.pointer_id
WHERE m.agency_id = :agency_id AND p.made_at > :since`

// pointerRow is a pointer that there was before.
type pointerRow struct {
	State    State       `db:"state"`
	UntilAt  moment.Time `db:"until_at"`
	Evidence string      `db:"evidence"`
	OfMine   bool        `db:"of_mine"` // from the file that is looked at
	FileID   string      `db:"file_id"` // the other one, and its side
	Grantee  string      `db:"grantee_id"`
}

// concerns says whether the pointer is one between the looked at file and the other or its desk, or between that file and the
// caller's desk.
func (r *pointerRow) concerns(far side) bool {
	return r.FileID == far.FileID || r.OfMine && r.Grantee == far.GranteeID
}

// pair says whether it is between these two files.
func (r *pointerRow) pair(far side) bool { return r.OfMine && r.FileID == far.FileID }

// toldBefore reads what was told of the matches before, in one statement however many there are, and where there is none: how long it
// takes to find nothing to tell must not differ from finding nothing.
func toldBefore(tx *gate.Tx, mine side, found []match) (rows []pointerRow, err error) {
	far := []string{""}
	for i := range found {
		far = append(far, found[i].FileID)
	}
	return rows, tx.Select(&rows, selectBefore, gate.Args{"far": far, "side": mine.GranteeID})
}

func ofFile(tx *gate.Tx) (list []Pointer, err error) {
	return list, tx.Select(&list, selectOfFile, nil)
}

func pointerOf(tx *gate.Tx, id string) (p Pointer, err error) {
	err = tx.Get(&p, selectPointer, gate.Args{"pointer": id})
	if errors.Is(err, database.ErrNoRows) {
		return p, notFound()
	}
	return p, err
}

func sidesOf(tx *gate.Tx, id string) (mine, other side, err error) {
	var both []side
	if err := tx.Select(&both, selectSides, gate.Args{"pointer": id}); err != nil {
		return mine, other, err
	}
	if len(both) != 2 {
		return mine, other, fault.New(fault.Internal, "pointer.one_sided")
	}
	return both[0], both[1], nil
}

func insert(tx *gate.Tx, id, purpose, evidence string, mine, other side) error {
	if err := tx.ExecOne(insertPointer, gate.Args{"pointer": id, "purpose": purpose, "evidence": evidence, "until": tx.Now().Add(LastsFor)}); err != nil {
		return err
	}
	for asked, s := range map[int64]side{1: mine, 0: other} {
		err := tx.ExecOne(insertSide, gate.Args{"pointer": id, "asked": asked, "on": s.FileID, "of": s.AgencyID, "kind": s.GranteeKind, "grantee": s.GranteeID})
		if err != nil {
			return err
		}
	}
	return nil
}

// pacing is how many probes there were within the hour.
type pacing struct {
	Made   int         `db:"made"`
	Oldest moment.Time `db:"oldest"`
}

// keepPace refuses a probe of a person or a side that looks too often.
func keepPace(tx *gate.Tx, sideID string) error {
	since := tx.Now().Add(-within)
	for _, count := range []struct {
		query string
		args  gate.Args
		most  int
	}{{selectPaceOfWorker, gate.Args{"since": since}, MostByWorker}, {selectPaceOfSide, gate.Args{"since": since, "side": sideID}, MostBySide}} {
		var p pacing
		if err := tx.Get(&p, count.query, count.args); err != nil {
			return err
		}
		if err := pace(p.Made, count.most, p.Oldest, tx.Now()); err != nil {
			return err
		}
	}
	return nil
}

const selectDue = `SELECT id FROM pointer WHERE state = 'open' AND until_at <= :now ORDER BY until_at, id LIMIT 1`

const endDue = `UPDATE pointer
SET state = 'ended', ended_at = :now, end_reason = 'until', version = version + 1
WHERE id = :pointer AND state = 'open' AND until_at <= :now`

const selectAgenciesOf = `SELECT DISTINCT agency_id FROM pointer_side WHERE pointer_id = :pointer ORDER BY agency_id`

const selectToLog = `SELECT id, agency_id, purpose, told, silent
FROM pointer_probe
WHERE told <> '' OR silent <> ''
ORDER BY at, id
LIMIT 1`

const setToLog = `UPDATE pointer_probe SET told = :told, silent = :silent WHERE id = :probe`

const selectLeadersOf = `SELECT DISTINCT agency_id
FROM file_grant
WHERE file_id = :on AND lead = 1 AND state IN ('live', 'sealed') AND until_at > :now
ORDER BY agency_id`

const sweepProbes = `DELETE FROM pointer_probe WHERE at < :before AND told = '' AND silent = ''`

// probeRow is a probe of which something has still to be written into a log.
type probeRow struct {
	ID       string `db:"id"`
	AgencyID string `db:"agency_id"`
	Purpose  string `db:"purpose"`
	Told     string `db:"told"`
	Silent   string `db:"silent"`
}

const clearEvidence = `UPDATE pointer SET evidence = ''
WHERE evidence <> '' AND EXISTS (SELECT 1 FROM pointer_side m WHERE m.pointer_id = pointer.id AND m.file_id = :gone)`
