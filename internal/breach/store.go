package breach

import (
	"cmp"
	"encoding/json"
	"slices"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
)

const insertBreach = `INSERT INTO breach (id, agency_id, created_by, created_at) VALUES (:id, :agency_id, :worker_id, :now)`

const raiseVersion = `UPDATE breach SET version = version + 1 WHERE id = :breach AND agency_id = :agency_id AND version = :version`

const insertVersion = `INSERT INTO breach_version (breach_id, version, kind, known_at, warn_at, due_at, persons, authority, told_at, subjects, subjects_on,
  exemption, sealed, written_by, written_at)
VALUES (:breach, :version, :kind, :known_at, :warn_at, :due_at, :persons, :authority, :told_at, :subjects, :subjects_on, :exemption, :sealed, :worker_id, :now)`

const insertFile = `INSERT INTO breach_file (breach_id, version, file_id) VALUES (:breach, :version, :touched)`

// columns are those of a version; what is listed is the newest.
const columns = `SELECT b.id, v.kind, v.known_at, v.due_at, v.persons, v.authority, v.told_at, v.subjects, v.subjects_on, v.exemption, b.created_at,
  v.written_by, v.written_at, v.version, v.sealed
FROM breach b
JOIN breach_version v ON v.breach_id = b.id`

const newest = ` AND v.version = b.version
WHERE b.agency_id = :agency_id`

// open is what my day counts and the list of open breaches shows.
const open = ` AND (v.authority = 'pending' OR v.subjects IN ('undecided', 'high_risk'))`

const done = ` AND v.authority <> 'pending' AND v.subjects NOT IN ('undecided', 'high_risk')`

const paged = ` AND (b.created_at, b.id) < (:before_at, :before_id)
ORDER BY b.created_at DESC, b.id DESC
LIMIT :limit`

const selectVersions = columns + `
WHERE b.id = :breach AND b.agency_id = :agency_id
ORDER BY v.version DESC`

const countOpen = `SELECT COUNT(*)
FROM (SELECT b.id FROM breach b JOIN breach_version v ON v.breach_id = b.id` + newest + open + ` LIMIT :limit) found`

// known is true for a grant (g) by which the reader's agency has or had a file of which the reader may know: nobody does of one that lies
// under somebody else's seal, or from which they are excluded, nor the agency of what never reached it.
const known = `(g.state = 'live' OR g.state = 'ended' AND ` + gate.Reached + ` AND ` + gate.NotSealed + `) AND ` + gate.NotExcluded

// inSight is true for a file (f) that the reader's agency has or had.
const inSight = `EXISTS (SELECT 1 FROM file_grant g WHERE g.file_id = f.id AND g.agency_id = :agency_id AND ` + known + `)`

const selectNamed = `SELECT f.id AS file_id, r.reference
FROM file_reference r
JOIN file f ON f.id = r.file_id
WHERE r.agency_id = :agency_id AND r.reference IN (:references) AND ` + inSight

const selectFiles = `SELECT t.version, f.id AS file_id, f.kind, r.reference
FROM breach_file t
JOIN file f ON f.id = t.file_id
JOIN file_reference r ON r.file_id = f.id AND r.agency_id = :agency_id
WHERE t.breach_id = :breach AND ` + inSight + `
ORDER BY t.version DESC, r.reference`

// countUnseen counts the files of which the reader may not know, in whatever version they are named, or in the report that it came of.
const countUnseen = `SELECT COUNT(*)
FROM file f
WHERE f.id IN (
    SELECT file_id FROM breach_file WHERE breach_id = :breach
    UNION ALL
    SELECT t.file_id FROM breach_report_file t JOIN breach_report_end e ON e.report_id = t.report_id WHERE e.breach_id = :breach)
  AND NOT ` + inSight

const selectUnseen = `SELECT f.id
FROM breach_file t
JOIN file f ON f.id = t.file_id
WHERE t.breach_id = :breach AND t.version = :version AND NOT ` + inSight

// selectOrigins are the agencies that gave the reader's own its access to the files, as it was told then.
const selectOrigins = `SELECT DISTINCT a.name AS agency, a.country
FROM breach_file t
JOIN file_grant g ON g.file_id = t.file_id AND g.agency_id = :agency_id AND g.granted_by_agency <> :agency_id
JOIN agency a ON a.id = g.granted_by_agency
WHERE t.breach_id = :breach AND t.version = :version AND ` + known + `
ORDER BY a.country, a.name`

const written = `SELECT DISTINCT a.name AS agency, a.country, w.agency_id, w.section, g.id AS grant_id, g.sections, g.only_of`

// writtenIn joins what others wrote on the files while the reader's agency had them.
const writtenIn = ` ON w.file_id = t.file_id AND w.agency_id <> :agency_id
JOIN file_grant g ON g.file_id = t.file_id AND g.agency_id = :agency_id
  AND (g.state = 'live' OR w.created_at <= CASE WHEN g.ended_at > 0 THEN g.ended_at ELSE g.until_at END)
JOIN agency a ON a.id = w.agency_id
WHERE t.breach_id = :breach AND t.version = :version AND ` + known

// selectWriters are the agencies that wrote an entry, or a note for all, with the grant of the reader's agency that may open it.
const selectWriters = written + `, w.id AS entry_id
FROM breach_file t
JOIN entry w` + writtenIn + `
UNION ALL
` + written + `, '' AS entry_id
FROM breach_file t
JOIN journal_note w` + writtenIn + ` AND w.visibility = 'file'`

const pending = `SELECT b.id, b.agency_id, v.due_at
FROM breach_version v
JOIN breach b ON b.id = v.breach_id AND b.version = v.version
WHERE v.authority = 'pending'
  AND NOT EXISTS (SELECT 1 FROM breach_step p WHERE p.breach_id = b.id AND p.step = :step AND p.due_at = v.due_at)`

const selectWarned = pending + ` AND v.warn_at <= :now AND v.due_at > :now
ORDER BY v.warn_at, b.id
LIMIT 1`

const selectMissed = pending + ` AND v.due_at <= :now
ORDER BY v.due_at, b.id
LIMIT 1`

const insertStep = `INSERT INTO breach_step (breach_id, step, due_at, at) VALUES (:breach, :step, :due_at, :now)
ON CONFLICT DO NOTHING`

// place binds the texts of a version to it.
func place(id string, version int64) seal.AD {
	return seal.AD{Table: "breach_version", Row: id, Section: "texts", Version: version}
}

func pageOf(tx *gate.Tx, box Box, after gate.Cursor, limit int) (list []Breach, next gate.Cursor, err error) {
	after = after.FromNewest()
	query := columns + newest + map[Box]string{BoxOpen: open, BoxDone: done}[box] + paged
	if err := tx.Select(&list, query, gate.Args{"before_at": after.At, "before_id": after.ID, "limit": limit + 1}); err != nil {
		return nil, next, err
	}
	list, next = gate.Cut(list, limit, func(b *Breach) gate.Cursor { return gate.Cursor{At: b.CreatedAt, ID: b.ID} })
	return list, next, nil
}

// versionsOf gives all versions of a breach of the reader's agency, the newest first, still sealed; of any other there are none.
func versionsOf(tx *gate.Tx, id string) (list []Breach, err error) {
	if err := tx.Select(&list, selectVersions, gate.Args{"breach": id}); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, notFound()
	}
	return list, named(tx, list)
}

// openTexts opens what was written in words.
func openTexts(tx *gate.Tx, list []Breach) error {
	for i := range list {
		b := &list[i]
		text, err := tx.OpenApart(b.ID, place(b.ID, b.Version), b.Sealed)
		if err == nil {
			err = json.Unmarshal(text, &b.Texts)
		}
		if err != nil {
			return fault.New(fault.Internal, "gate.sealed").Because(err)
		}
	}
	return nil
}

// withheld says whether a breach touched a file of which the reader may not know.
func withheld(tx *gate.Tx, id string) (bool, error) {
	unseen := 0
	err := tx.Get(&unseen, countUnseen, gate.Args{"breach": id})
	return unseen > 0, err
}

func putVersion(tx *gate.Tx, id string, version int64, c *checked, files []string) error {
	text, err := json.Marshal(c.Texts)
	if err != nil {
		return err
	}
	sealed, err := tx.SealApart(id, place(id, version), text)
	if err != nil {
		return err
	}
	if err := tx.ExecOne(insertVersion, gate.Args{"breach": id, "version": version, "kind": c.Kind, "known_at": c.KnownAt, "warn_at": c.warn,
		"due_at": c.due, "persons": c.Persons, "authority": string(c.Authority), "told_at": c.ToldAt, "subjects": string(c.Subjects),
		"subjects_on": string(c.SubjectsOn), "exemption": c.Exemption, "sealed": sealed}); err != nil {
		return err
	}
	for _, file := range files {
		if err := tx.ExecOne(insertFile, gate.Args{"breach": id, "version": version, "touched": file}); err != nil {
			return err
		}
	}
	return nil
}

// filesBy finds files by the references of the caller's agency, each once, and how many references led nowhere.
func filesBy(tx *gate.Tx, references []string) (ids []string, unknown int, err error) {
	references = slices.Compact(slices.Sorted(slices.Values(references)))
	if len(references) == 0 || len(references) > mostFiles {
		return nil, 0, nil
	}
	var rows []File
	if err := tx.Select(&rows, selectNamed, gate.Args{"references": references}); err != nil {
		return nil, 0, err
	}
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	return ids, len(references) - len(rows), nil
}

// filesOf gives each version the files that it names and of which the reader may know: what a correction struck was touched as it was written.
func filesOf(tx *gate.Tx, id string, list []Breach) error {
	var found []struct {
		Version int64 `db:"version"`
		File
	}
	err := tx.Select(&found, selectFiles, gate.Args{"breach": id})
	for i := range list {
		for _, f := range found {
			if f.Version == list[i].Version {
				list[i].Files = append(list[i].Files, f.File)
			}
		}
	}
	return err
}

// withUnseen adds the files of a version of which the caller may not know: they were touched all the same.
func withUnseen(tx *gate.Tx, id string, version int64, files []string) ([]string, error) {
	var unseen []string
	if err := tx.Select(&unseen, selectUnseen, gate.Args{"breach": id, "version": version}); err != nil {
		return nil, err
	}
	return append(slices.Clone(files), unseen...), nil
}

// originsOf are those whose data the files of a version hold too: who gave the reader's agency its access, and who wrote in them what its grants
// open.
func originsOf(tx *gate.Tx, id string, version int64) (list []Origin, err error) {
	args := gate.Args{"breach": id, "version": version}
	if err := tx.Select(&list, selectOrigins, args); err != nil {
		return nil, err
	}
	var writings []struct {
		Origin
		AgencyID string           `db:"agency_id"`
		Section  string           `db:"section"`
		EntryID  string           `db:"entry_id"`
		GrantID  string           `db:"grant_id"`
		Sections authz.SectionSet `db:"sections"`
		OnlyOf   gate.OnlyOf      `db:"only_of"`
	}
	if err := tx.Select(&writings, selectWriters, args); err != nil {
		return nil, err
	}
	for i := range writings {
		w := &writings[i]
		section, ok := authz.ParseSection(w.Section)
		if ok && w.Sections.Has(section) && w.OnlyOf.Let(gate.Writer{Section: section, AgencyID: w.AgencyID, EntryID: w.EntryID}) {
			list = append(list, w.Origin)
		}
	}
	slices.SortFunc(list, func(a, b Origin) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.Agency, b.Agency))
	})
	return slices.Compact(list), nil
}

// take says whether this is the first time that the program takes a step towards an end.
func take(tx *gate.Tx, id, step string, due moment.Time) (bool, error) {
	rows, err := tx.Exec(insertStep, gate.Args{"breach": id, "step": step, "due_at": due})
	return rows == 1, err
}
