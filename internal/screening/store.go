package screening

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

const insertScreening = `INSERT INTO screening (id, file_id, agency_id, list, country, held_on, created_at, created_by)
VALUES (:id, :file_id, :agency_id, :list, :country, :held_on, :now, :worker_id)`

const insertVersion = `INSERT INTO screening_version (screening_id, version, author_id, written_at, purpose, basis, edition, sealed)
VALUES (:id, :version, :worker_id, :now, :purpose, :basis, :edition, :sealed)`

const raiseVersion = `UPDATE screening
SET version = version + 1, held_on = :held_on
WHERE id = :id AND file_id = :file_id AND agency_id = :agency_id AND version = :version`

const columns = `s.id, s.agency_id, a.name AS agency, s.list, s.country, s.version AS newest, v.version, v.author_id, v.written_at, v.purpose, v.basis,
  v.edition, v.sealed
FROM screening s
JOIN screening_version v ON v.screening_id = s.id
JOIN agency a ON a.id = s.agency_id
WHERE s.file_id = :file_id`

const selectNewest = `SELECT ` + columns + ` AND v.version = s.version
ORDER BY s.created_at DESC, s.id DESC
LIMIT 50`

const selectVersions = `SELECT ` + columns + ` AND s.id = :id
ORDER BY v.version DESC`

// row is one version of a screening, as it lies in the database.
type row struct {
	ID        string      `db:"id"`
	AgencyID  string      `db:"agency_id"`
	Agency    string      `db:"agency"`
	List      string      `db:"list"`
	Country   string      `db:"country"`
	Newest    int64       `db:"newest"`
	Version   int64       `db:"version"`
	AuthorID  string      `db:"author_id"`
	WrittenAt moment.Time `db:"written_at"`
	Purpose   string      `db:"purpose"`
	Basis     string      `db:"basis"`
	Edition   string      `db:"edition"`
	Sealed    []byte      `db:"sealed"`
}

// asEntry is the row in the shape in which the gate decides on what stands in a section.
func (r *row) asEntry() *gate.EntryRow {
	return &gate.EntryRow{ID: r.ID, Section: authz.Exploitation.String(), AgencyID: r.AgencyID, Agency: r.Agency, Version: r.Version,
		AuthorID: r.AuthorID, WrittenAt: r.WrittenAt, Nature: section.Assessment, Purpose: r.Purpose, Basis: r.Basis, Sealed: r.Sealed}
}

func newestOf(tx *gate.Tx) (rows []row, err error) { return rows, tx.Select(&rows, selectNewest, nil) }

// versionsOf are all versions of a screening of the transaction's file, the newest first.
func versionsOf(tx *gate.Tx, id string) (rows []row, err error) {
	err = tx.Select(&rows, selectVersions, gate.Args{"id": id})
	if err == nil && len(rows) == 0 || errors.Is(err, database.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "gate.not_found")
	}
	return rows, err
}

// putVersion seals a draft with its judgement under the section's key of the file.
func putVersion(tx *gate.Tx, id string, version int64, edition string, d *Draft, j *Judgement) error {
	sealed, err := tx.Seal(authz.Exploitation, id, version, d.values(j))
	if err != nil {
		return err
	}
	return tx.ExecOne(insertVersion, gate.Args{"id": id, "version": version, "purpose": d.Purpose, "basis": d.Basis, "edition": edition, "sealed": sealed})
}
