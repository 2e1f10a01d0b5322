package exchange

import (
	"errors"

	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

const selectBatch = `SELECT id, case_id, at
FROM import_batch
WHERE agency_id = :agency_id AND fingerprint = :fingerprint`

const insertBatch = `INSERT INTO import_batch (id, agency_id, worker_id, fingerprint, case_id, at, row_count)
VALUES (:batch, :agency_id, :worker_id, :fingerprint, :case, :now, :count)`

const selectRows = `SELECT r.fingerprint, r.telling, r.batch_id, b.case_id
FROM import_row r
JOIN import_batch b ON b.id = r.batch_id
WHERE r.agency_id = :agency_id AND r.fingerprint IN (:fingerprints)`

const insertRow = `INSERT INTO import_row (agency_id, fingerprint, telling, batch_id, file_id)
VALUES (:agency_id, :fingerprint, :telling, :batch, :file)
ON CONFLICT DO NOTHING`

// selectOwnPlace is the grant by which the importer's agency sees the file longest.
const selectOwnPlace = `SELECT root_id, until_at, purpose, basis, basis_ref
FROM file_grant
WHERE file_id = :file_id AND agency_id = :agency_id AND state = 'live' AND until_at > :now
ORDER BY until_at DESC, id
LIMIT 1`

// batch is an import that happened.
type batchRow struct {
	ID     string      `db:"id"`
	CaseID string      `db:"case_id"`
	At     moment.Time `db:"at"`
}

// knownRow is a row that the agency has imported before.
type knownRow struct {
	Fingerprint []byte `db:"fingerprint"`
	Telling     int64  `db:"telling"`
	BatchID     string `db:"batch_id"`
	CaseID      string `db:"case_id"`
}

type place struct {
	RootID   string      `db:"root_id"`
	UntilAt  moment.Time `db:"until_at"`
	Purpose  string      `db:"purpose"`
	Basis    string      `db:"basis"`
	BasisRef string      `db:"basis_ref"`
}

func batchOf(tx *gate.Tx, fingerprint []byte) (row batchRow, found bool, err error) {
	err = tx.Get(&row, selectBatch, gate.Args{"fingerprint": fingerprint})
	if errors.Is(err, database.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, err
}

func putBatch(tx *gate.Tx, id, caseID string, fingerprint []byte, count int) error {
	return tx.ExecOne(insertBatch, gate.Args{"batch": id, "case": caseID, "fingerprint": fingerprint, "count": int64(count)})
}

// knownRows asks in pieces, because an engine takes only so many parameters.
func knownRows(tx *gate.Tx, fingerprints [][]byte) (known []knownRow, err error) {
	for len(fingerprints) > 0 {
		piece := fingerprints[:min(len(fingerprints), 500)]
		fingerprints = fingerprints[len(piece):]
		var rows []knownRow
		if err := tx.Select(&rows, selectRows, gate.Args{"fingerprints": piece}); err != nil {
			return nil, err
		}
		known = append(known, rows...)
	}
	return known, nil
}

func putRow(tx *gate.Tx, fingerprint []byte, telling bool, batchID, fileID string) error {
	_, err := tx.Exec(insertRow, gate.Args{"fingerprint": fingerprint, "telling": gate.Flag(telling), "batch": batchID, "file": fileID})
	return err
}

func ownPlace(tx *gate.Tx) (p place, err error) { return p, tx.Get(&p, selectOwnPlace, nil) }
