package minor

import (
	"encoding/json"
	"fmt"

	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
)

const stepColumns = `SELECT s.id, s.agency_id, a.name AS agency, s.written_at, s.status, s.decided, s.method, s.said_on, s.note,
  COALESCE(e.section, '') AS source
FROM age_step s
JOIN agency a ON a.id = s.agency_id
LEFT JOIN entry e ON e.id = s.entry_id`

const selectSteps = stepColumns + `
WHERE s.file_id = :file_id
ORDER BY s.id
LIMIT 500`

const insertAge = `INSERT INTO age_step (id, file_id, agency_id, author_id, written_at, status, decided, method, said_on, entry_id, note)
VALUES (:id, :file_id, :agency_id, :worker_id, :now, :status, :decided, :method, :said_on, :entry, :note)`

const guardianColumns = `g.id, g.service, g.agency_id, COALESCE(a.name, '') AS agency, g.worker_id, g.assigned_on, g.ended_on, g.end_reason,
  g.made_agency_id, g.version, g.words
FROM guardian g
LEFT JOIN agency a ON a.id = g.agency_id`

const selectGuardians = `SELECT ` + guardianColumns + `
WHERE g.file_id = :file_id
ORDER BY g.id DESC
LIMIT 100`

const insertNew = `INSERT INTO guardian (id, file_id, service, agency_id, worker_id, assigned_on, made_at, made_by, made_agency_id, words)
VALUES (:id, :file_id, :service, :of, :worker, :assigned_on, :now, :worker_id, :agency_id, :words)`

const updateEnded = `UPDATE guardian
SET ended_on = :ended_on, end_reason = :reason, ended_by = :worker_id, version = version + 1
WHERE id = :id AND file_id = :file_id AND ended_on = '' AND version = :version`

// selectPlaced are the people of the caller's agency who see the file: at a desk that does, or by themselves.
const selectPlaced = `SELECT DISTINCT w.id
FROM worker w
WHERE w.agency_id = :agency_id AND w.disabled_at = 0
  AND EXISTS (
    SELECT 1 FROM file_grant g
    WHERE g.file_id = :file_id AND g.agency_id = :agency_id AND g.state = 'live' AND g.from_at <= :now AND g.until_at > :now
      AND (g.grantee_id = w.id OR g.grantee_id IN (
        SELECT k.desk_id FROM worker_desk k WHERE k.worker_id = w.id AND k.ended_at = 0)))
ORDER BY w.id
LIMIT 200`

func stepsOf(tx *gate.Tx) (list []Step, err error) { return list, tx.Select(&list, selectSteps, nil) }

func openNotes(tx *gate.Tx, list []Step) error {
	for i := range list {
		if len(list[i].Sealed) == 0 {
			continue
		}
		note, err := tx.OpenPart(seal.General, "age_step", list[i].ID, "note", list[i].Sealed)
		if err != nil {
			return err
		}
		list[i].Note, list[i].Sealed = string(note), nil
	}
	return nil
}

func insertStep(tx *gate.Tx, s *Step, entryID, note string) error {
	var sealed []byte
	if note != "" {
		var err error
		if sealed, err = tx.SealPart(seal.General, "age_step", s.ID, "note", []byte(note)); err != nil {
			return err
		}
	}
	return tx.ExecOne(insertAge, gate.Args{"id": s.ID, "status": string(s.Status), "decided": gate.Flag(s.Decided), "method": s.Method,
		"said_on": string(s.SaidOn), "entry": entryID, "note": sealed})
}

func guardiansOf(tx *gate.Tx) (list []Guardian, err error) {
	return list, tx.Select(&list, selectGuardians, nil)
}

// guardianNow is the guardian of today; nil where there is none.
func guardianNow(tx *gate.Tx) (*Guardian, error) {
	list, err := guardiansOf(tx)
	v := View{Guardians: list}
	return v.Now(), err
}

func insertGuardian(tx *gate.Tx, g *Guardian) error {
	var sealed []byte
	if g.WorkerID == "" {
		plain, err := json.Marshal(g.Outside)
		if err != nil {
			return fmt.Errorf("minor: words of a guardian: %w", err)
		}
		if sealed, err = tx.SealPart(seal.General, "guardian", g.ID, "words", plain); err != nil {
			return err
		}
	}
	return tx.ExecOne(insertNew, gate.Args{"id": g.ID, "service": g.Service, "of": g.AgencyID, "worker": g.WorkerID, "assigned_on": string(g.AssignedOn),
		"words": sealed})
}

// open reads the sealed words of a guardian elsewhere; who was written down before a document was asked has none.
func (g *Guardian) open(tx *gate.Tx) error {
	if len(g.Words) == 0 {
		return nil
	}
	plain, err := tx.OpenPart(seal.General, "guardian", g.ID, "words", g.Words)
	if err != nil {
		return err
	}
	g.Words = nil
	if err := json.Unmarshal(plain, &g.Outside); err != nil {
		return fmt.Errorf("minor: words of a guardian: %w", err)
	}
	return nil
}

func endGuardian(tx *gate.Tx, id string, version int64, on moment.Date, reason string) error {
	return tx.ExecOne(updateEnded, gate.Args{"id": id, "version": version, "ended_on": string(on), "reason": reason})
}

func placed(tx *gate.Tx) (ids []string, err error) { return ids, tx.Select(&ids, selectPlaced, nil) }
