package journal

import (
	"errors"

	"relais/internal/database"
	"relais/internal/gate"
)

const insertNote = `INSERT INTO journal_note (id, file_id, section, agency_id, visibility, created_by, created_at)
VALUES (:note, :file_id, :section, :agency_id, :visibility, :worker_id, :now)`

const insertVersion = `INSERT INTO journal_note_version (note_id, version, author_id, written_at, basis, handling, sealed)
VALUES (:note, :version, :worker_id, :now, :basis, :handling, :sealed)`

const insertReader = `INSERT INTO journal_note_reader (note_id, worker_id) VALUES (:note, :reader)`

const raiseVersion = `UPDATE journal_note
SET version = version + 1
WHERE id = :note AND file_id = :file_id AND agency_id = :agency_id AND version = :version`

const noteColumns = `n.id, n.section, n.agency_id, a.name AS agency, n.visibility, n.created_at, n.created_by, n.version AS latest,
  v.version, v.author_id, v.written_at, v.basis, v.handling, v.sealed
FROM journal_note n
JOIN agency a ON a.id = n.agency_id`

// mayBeShown is the narrowing that the writer chose; whether the section is open is decided besides, note by note.
const mayBeShown = `(n.visibility = 'file'
  OR n.agency_id = :agency_id AND (n.visibility = 'agency' OR n.created_by = :worker_id
    OR EXISTS (SELECT 1 FROM journal_note_reader r WHERE r.note_id = n.id AND r.worker_id = :worker_id)))`

const selectNote = `SELECT ` + noteColumns + `
JOIN journal_note_version v ON v.note_id = n.id
WHERE n.id = :note AND n.file_id = :file_id AND ` + mayBeShown + `
ORDER BY v.version DESC`

const selectNotes = `SELECT ` + noteColumns + `
JOIN journal_note_version v ON v.note_id = n.id AND v.version = n.version
WHERE n.file_id = :file_id AND (n.created_at, n.id) < (:before_at, :before_id) AND n.section IN (:sections) AND ` + mayBeShown + `
ORDER BY n.created_at DESC, n.id DESC
LIMIT :limit`

// selectAlong are all versions of the notes that are not kept within the writer's agency: those alone are read by others.
const selectAlong = `SELECT ` + noteColumns + `
JOIN journal_note_version v ON v.note_id = n.id
WHERE n.file_id = :file_id AND n.section IN (:sections) AND n.visibility = 'file'
ORDER BY n.id, v.version DESC`

const selectWhere = `SELECT n.file_id, f.kind
FROM journal_note n
JOIN file f ON f.id = n.file_id
WHERE n.id = :note`

const selectReaders = `SELECT worker_id FROM journal_note_reader WHERE note_id = :note ORDER BY worker_id`

// where is the file on which a note stands.
type where struct {
	FileID string    `db:"file_id"`
	Kind   gate.Kind `db:"kind"`
}

func whereOf(tx *gate.Tx, noteID string) (w where, err error) {
	err = tx.Get(&w, selectWhere, gate.Args{"note": noteID})
	if errors.Is(err, database.ErrNoRows) {
		return w, notFound()
	}
	return w, err
}

func putNote(tx *gate.Tx, id string, n New) error {
	if err := tx.ExecOne(insertNote, gate.Args{"note": id, "section": n.Section, "visibility": string(n.Visibility)}); err != nil {
		return err
	}
	for _, reader := range n.Readers {
		if err := tx.ExecOne(insertReader, gate.Args{"note": id, "reader": reader}); err != nil {
			return err
		}
	}
	return nil
}

func putVersion(tx *gate.Tx, id string, version int64, basis, handling string, sealed []byte) error {
	return tx.ExecOne(insertVersion, gate.Args{"note": id, "version": version, "basis": basis, "handling": handling, "sealed": sealed})
}

func raise(tx *gate.Tx, id string, version int64) error {
	return tx.ExecOne(raiseVersion, gate.Args{"note": id, "version": version})
}

// versionsOf are the versions of a note, the newest first; none where there is no such note for the caller.
func versionsOf(tx *gate.Tx, noteID string) (list []Note, err error) {
	return list, tx.Select(&list, selectNote, gate.Args{"note": noteID})
}

func readersOf(tx *gate.Tx, noteID string) (ids []string, err error) {
	return ids, tx.Select(&ids, selectReaders, gate.Args{"note": noteID})
}

func notesBefore(tx *gate.Tx, c gate.Cursor, n int, sections []string) (list []Note, err error) {
	args := before(c, n)
	args["sections"] = sections
	return list, tx.Select(&list, selectNotes, args)
}

func notesIn(tx *gate.Tx, sections []string) (list []Note, err error) {
	if len(sections) == 0 {
		return nil, nil
	}
	return list, tx.Select(&list, selectAlong, gate.Args{"sections": sections})
}
