package signal

import "relais/internal/gate"

// selectLastOf finds the signals that led to an erased file, and to no other that is left.
const selectLastOf = `SELECT DISTINCT s.id
FROM signal s
JOIN signal_file l ON l.signal_id = s.id AND l.file_id = :gone
WHERE s.state <> 'anonymised' AND NOT EXISTS (
    SELECT 1 FROM signal_file o
    JOIN file f ON f.id = o.file_id AND f.stage <> 'erased'
    WHERE o.signal_id = s.id AND o.file_id <> :gone)
ORDER BY s.id`

const anonymiseWithFile = `UPDATE signal
SET state = 'anonymised', place = NULL, story = NULL, seen_on = substr(seen_on, 1, 7), version = version + 1
WHERE id = :signal AND state <> 'anonymised'`

// FileErased anonymises the signals that led to a file which is being erased: what they said of the person goes with it.
func FileErased(tx *gate.Tx, fileID string) error {
	var ids []string
	if err := tx.Select(&ids, selectLastOf, gate.Args{"gone": fileID}); err != nil {
		return err
	}
	for _, id := range ids {
		if err := tx.ExecOne(anonymiseWithFile, gate.Args{"signal": id}); err != nil {
			return err
		}
		if err := tx.EraseApart(id); err != nil {
			return err
		}
		if err := step(tx, id, "anonymised", "", "", ""); err != nil {
			return err
		}
	}
	return nil
}
