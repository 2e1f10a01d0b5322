package trail

import (
	"errors"

	"relais/internal/database"
	"relais/internal/gate"
)

// selectFile and selectReferences know no file from which the reader is excluded.
const selectFile = `SELECT g.file_id FROM file_reference g WHERE g.agency_id = :agency_id AND g.reference = :reference AND ` + gate.NotExcluded

const selectReferences = `SELECT g.file_id, g.reference FROM file_reference g WHERE g.agency_id = :agency_id AND g.file_id IN (:ids) AND ` +
	gate.NotExcluded

const selectHidden = `SELECT file_id FROM exclusion WHERE worker_agency_id = :agency_id AND worker_id = :worker_id AND ended_at = 0`

const selectHeld = `SELECT DISTINCT g.file_id
FROM file_grant g
WHERE g.file_id IN (:ids) AND g.grantee_id IN (:grantees) AND g.state = 'live' AND g.from_at <= :now AND g.until_at > :now AND ` + gate.NotExcluded

const selectPaper = `SELECT basis_ref, basis_on, basis_article
FROM file_grant
WHERE id = :grant AND (agency_id = :agency_id OR granted_by_agency = :agency_id)`

// paperOf is the document behind a grant that the reader's agency gave or holds; nothing of any other.
func paperOf(tx *gate.Tx, grantID string) (p Paper, err error) {
	err = tx.Get(&p, selectPaper, gate.Args{"grant": grantID})
	if errors.Is(err, database.ErrNoRows) {
		err = nil
	}
	return p, err
}

// hiddenFrom are the files from which the reader is excluded.
func hiddenFrom(tx *gate.Tx) (ids []string, err error) {
	return ids, tx.Select(&ids, selectHidden, nil)
}

func fileOf(tx *gate.Tx, reference string) (fileID string, err error) {
	return fileID, tx.Get(&fileID, selectFile, gate.Args{"reference": reference})
}

func referencesOf(tx *gate.Tx, ids []string) (map[string]string, error) {
	var rows []struct {
		FileID    string `db:"file_id"`
		Reference string `db:"reference"`
	}
	if err := tx.Select(&rows, selectReferences, gate.Args{"ids": ids}); err != nil {
		return nil, err
	}
	references := make(map[string]string, len(rows))
	for _, row := range rows {
		references[row.FileID] = row.Reference
	}
	return references, nil
}

// heldAmong are those of some files on which the reader has a live grant.
func heldAmong(tx *gate.Tx, ids []string) (held []string, err error) {
	return held, tx.Select(&held, selectHeld, gate.Args{"ids": ids})
}
