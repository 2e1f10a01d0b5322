package victim

import (
	"errors"
	"fmt"
	"strings"

	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

const insertRow = `INSERT INTO victim (file_id, case_id, status, detected_on)
VALUES (:file_id, :case_id, :status, :detected_on)`

const updateStatus = `UPDATE victim SET status = :status WHERE file_id = :file_id AND status <> :status`

const selectRow = `SELECT status, detected_on, version
FROM victim
WHERE file_id = :file_id`

const selectLines = `SELECT v.file_id, v.status, v.detected_on, f.stage, f.changed_at, a.name AS agency, c.country,
  COALESCE(r.reference, '') AS reference
FROM victim v
JOIN file f ON f.id = v.file_id
JOIN agency a ON a.id = f.agency_id
JOIN casefile c ON c.file_id = v.case_id
LEFT JOIN file_reference r ON r.file_id = v.file_id AND r.agency_id = :agency_id
WHERE v.file_id IN (:ids)`

const selectByReference = `SELECT f.id AS file_id, f.kind, '' AS entry_id
FROM file_reference r
JOIN file f ON f.id = r.file_id
WHERE r.agency_id = :agency_id AND r.reference = :reference`

// mostHits is how many entries one kind of search looks at.
const mostHits = 200

// selectByTokens finds the entries that have a token of each word; %s asks for one word more each time.
const selectByTokens = `SELECT t.file_id, f.kind, MIN(t.entry_id) AS entry_id
FROM search_token t
JOIN file f ON f.id = t.file_id
WHERE t.token IN (:tokens)
  AND EXISTS (
    SELECT 1 FROM file_grant g
    WHERE g.file_id = t.file_id AND g.state = 'live' AND g.grantee_id IN (:grantees)
      AND g.from_at <= :now AND g.until_at > :now AND ` + gate.NotExcluded + `)
GROUP BY t.file_id, f.kind, t.entry_id
HAVING %s
ORDER BY COUNT(*) DESC, t.file_id DESC
LIMIT :most`

const hasWord = `SUM(CASE WHEN t.token IN (:word%d) THEN 1 ELSE 0 END) > 0`

const selectAgencies = `SELECT DISTINCT agency_id
FROM file_grant
WHERE file_id = :file_id AND state = 'live' AND agency_id <> :agency_id
ORDER BY agency_id`

func insertVictim(tx *gate.Tx, detectedOn moment.Date) error {
	return tx.ExecOne(insertRow, gate.Args{"status": Presumed, "detected_on": string(detectedOn)})
}

// row is what the victim file says of itself.
type row struct {
	Status     string      `db:"status"`
	DetectedOn moment.Date `db:"detected_on"`
	Version    int64       `db:"version"`
}

func read(tx *gate.Tx) (View, error) {
	found, err := gate.Recall(tx, "victim", func() (found row, err error) {
		err = tx.Get(&found, selectRow, nil)
		return found, err
	})
	if err != nil {
		return View{}, err
	}
	view := View{EntryID: tx.EntryID(), File: tx.File(), Status: found.Status, DetectedOn: found.DetectedOn, Version: found.Version,
		CaseReference: tx.File().CaseReference}
	for _, grant := range tx.Grants() {
		view.Leads = view.Leads || grant.Lead
	}
	return view, nil
}

// linesOf reads some files for a list and keeps their order.
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

// otherAgencies are those besides the caller's that see the file.
func otherAgencies(tx *gate.Tx) (ids []string, err error) {
	return ids, tx.Select(&ids, selectAgencies, nil)
}

func byReference(tx *gate.Tx, reference string) (hits []hit, err error) {
	return hits, tx.Select(&hits, selectByReference, gate.Args{"reference": reference})
}

// byWords finds the entries that have a token of each word, and says whether there may be more of them than it looked at.
func byWords(tx *gate.Tx, tokens [][]byte, words [][][]byte) (hits []hit, more bool, err error) {
	has, args := make([]string, len(words)), gate.Args{"tokens": tokens, "most": mostHits}
	for i, word := range words {
		has[i] = fmt.Sprintf(hasWord, i)
		args[fmt.Sprintf("word%d", i)] = word
	}
	err = tx.Select(&hits, fmt.Sprintf(selectByTokens, strings.Join(has, "\n  AND ")), args)
	return hits, len(hits) == mostHits, err
}

const insertLink = `INSERT INTO victim_link (id, low_id, high_id, kind, parent_id, made_at, made_by, agency_id)
VALUES (:id, :low, :high, :kind, :parent, :now, :worker_id, :agency_id)`

const selectLinks = `SELECT l.id, l.low_id, l.high_id, l.kind, l.parent_id, l.made_at, a.name AS agency, l.ended_at, l.end_reason, l.version
FROM victim_link l
JOIN agency a ON a.id = l.agency_id
WHERE l.low_id = :file_id OR l.high_id = :file_id
ORDER BY l.id`

const endLink = `UPDATE victim_link
SET ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE id = :link AND :file_id IN (low_id, high_id) AND ended_at = 0 AND version = :version`

const selectKnownAs = `SELECT file_id FROM file_reference WHERE agency_id = :agency_id AND reference = :reference`

func insertLinked(tx *gate.Tx, l *Link) error {
	return tx.ExecOne(insertLink, gate.Args{"id": l.ID, "low": l.LowID, "high": l.HighID, "kind": l.Kind, "parent": l.ParentID})
}

func linksOf(tx *gate.Tx) (list []Link, err error) { return list, tx.Select(&list, selectLinks, nil) }

// fileKnownAs is the id of the file that the caller's agency knows by a reference; one that is no file's where there is none.
func fileKnownAs(tx *gate.Tx, reference string) (id string, err error) {
	err = tx.Get(&id, selectKnownAs, gate.Args{"reference": reference})
	if errors.Is(err, database.ErrNoRows) {
		return gate.NewID(), nil
	}
	return id, err
}
