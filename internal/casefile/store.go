package casefile

import (
	"slices"

	"relais/internal/gate"
	"relais/internal/moment"
)

const insertRow = `INSERT INTO casefile (file_id, exploitation, sector, country, detected_by, detected_on)
VALUES (:file_id, :exploitation, :sector, :country, :detected_by, :detected_on)`

const updateRow = `UPDATE casefile
SET exploitation = :exploitation, sector = :sector, country = :country, detected_by = :detected_by,
  detected_on = :detected_on, version = version + 1
WHERE file_id = :file_id AND version = :version`

const insertVersion = `INSERT INTO casefile_version (file_id, version, exploitation, sector, country, detected_by, detected_on, agency_id, author_id,
  written_at)
VALUES (:file_id, :version, :exploitation, :sector, :country, :detected_by, :detected_on, :agency_id, :worker_id, :now)`

const selectVersions = `SELECT v.version, v.exploitation, v.sector, v.country, v.detected_by, v.detected_on, COALESCE(a.name, '') AS agency,
  COALESCE(v.author_id, '') AS author_id, v.written_at
FROM casefile_version v
LEFT JOIN agency a ON a.id = v.agency_id
WHERE v.file_id = :file_id
ORDER BY v.version DESC`

const selectRow = `SELECT c.exploitation, c.sector, c.country, c.detected_by, c.detected_on, c.version, a.name AS agency, a.id AS agency_id
FROM casefile c
JOIN file f ON f.id = c.file_id
JOIN agency a ON a.id = f.agency_id
WHERE c.file_id = :file_id`

const selectVictims = `SELECT v.file_id, v.status, v.detected_on, f.changed_at, COALESCE(r.reference, '') AS reference
FROM victim v
JOIN file f ON f.id = v.file_id
LEFT JOIN file_reference r ON r.file_id = v.file_id AND r.agency_id = :agency_id
WHERE v.case_id = :file_id
  AND EXISTS (
    SELECT 1 FROM file_grant g
    WHERE g.file_id = v.file_id AND g.state = 'live' AND g.grantee_id IN (:grantees)
      AND g.from_at <= :now AND g.until_at > :now AND ` + gate.NotExcluded + `)
ORDER BY f.created_at, f.id
LIMIT 500`

const selectLines = `SELECT c.file_id, c.exploitation, c.sector, c.country, c.detected_by, c.detected_on, f.stage, f.changed_at,
  a.name AS agency, COALESCE(r.reference, '') AS reference
FROM casefile c
JOIN file f ON f.id = c.file_id
JOIN agency a ON a.id = f.agency_id
LEFT JOIN file_reference r ON r.file_id = c.file_id AND r.agency_id = :agency_id
WHERE c.file_id IN (:ids)`

func insertCase(tx *gate.Tx, f Facts) error {
	if err := tx.ExecOne(insertRow, f.args()); err != nil {
		return err
	}
	return putVersion(tx, 1, f)
}

func updateCase(tx *gate.Tx, version int64, f Facts) error {
	args := f.args()
	args["version"] = version
	if err := tx.ExecOne(updateRow, args); err != nil {
		return err
	}
	return putVersion(tx, version+1, f)
}

// putVersion keeps the facts as the caller said them now.
func putVersion(tx *gate.Tx, version int64, f Facts) error {
	args := f.args()
	args["version"] = version
	return tx.ExecOne(insertVersion, args)
}

// versionsOf are all versions of the facts, the newest first; authors are ids.
func versionsOf(tx *gate.Tx) ([]Version, error) {
	var rows []struct {
		factsRow
		Number    int64       `db:"version"`
		Agency    string      `db:"agency"`
		AuthorID  string      `db:"author_id"`
		WrittenAt moment.Time `db:"written_at"`
	}
	if err := tx.Select(&rows, selectVersions, nil); err != nil {
		return nil, err
	}
	versions := make([]Version, len(rows))
	for i, row := range rows {
		versions[i] = Version{Number: row.Number, Facts: row.facts(), Agency: row.Agency, authorID: row.AuthorID, WrittenAt: row.WrittenAt}
	}
	return versions, nil
}

func (f Facts) args() gate.Args {
	return gate.Args{"exploitation": f.exploitation(), "sector": f.Sector, "country": f.Country,
		"detected_by": f.DetectedBy, "detected_on": string(f.DetectedOn)}
}

// factsRow are the facts as they lie in the database.
type factsRow struct {
	Exploitation string      `db:"exploitation"`
	Sector       string      `db:"sector"`
	Country      string      `db:"country"`
	DetectedBy   string      `db:"detected_by"`
	DetectedOn   moment.Date `db:"detected_on"`
}

func (r factsRow) facts() Facts {
	return Facts{Exploitation: splitCodes(r.Exploitation), Sector: r.Sector, Country: r.Country, DetectedBy: r.DetectedBy, DetectedOn: r.DetectedOn}
}

func read(tx *gate.Tx) (View, error) {
	var row struct {
		factsRow
		Version  int64  `db:"version"`
		Agency   string `db:"agency"`
		AgencyID string `db:"agency_id"`
	}
	if err := tx.Get(&row, selectRow, nil); err != nil {
		return View{}, err
	}
	view := View{EntryID: tx.EntryID(), File: tx.File(), Lead: row.Agency, Version: row.Version, Facts: row.facts()}
	view.Leads = leads(tx)
	return view, tx.Select(&view.Victims, selectVictims, nil)
}

func leads(tx *gate.Tx) bool {
	return slices.ContainsFunc(tx.Grants(), func(g gate.Grant) bool { return g.Lead })
}

// linesOf reads the facts of some files and keeps their order.
func linesOf(tx *gate.Tx, ids []string) ([]Line, error) {
	var found []Line
	if err := tx.Select(&found, selectLines, gate.Args{"ids": ids}); err != nil {
		return nil, err
	}
	byID := make(map[string]Line, len(found))
	for _, line := range found {
		byID[line.FileID] = line
	}
	lines := make([]Line, 0, len(ids))
	for _, id := range ids {
		if line, ok := byID[id]; ok {
			lines = append(lines, line)
		}
	}
	return lines, nil
}
