package closing

import (
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/moment"
)

const selectEvents = `SELECT c.id, c.closed_at AS at, 'closed' AS what, a.name AS agency
FROM file_closure c
JOIN agency a ON a.id = c.agency_id
WHERE c.file_id = :file_id AND (c.closed_at, c.id) < (:before_at, :before_id)
UNION ALL
SELECT c.id, c.reopened_at AS at, 'reopened' AS what, '' AS agency
FROM file_closure c
WHERE c.file_id = :file_id AND c.reopened_at > 0 AND (c.reopened_at, c.id) < (:before_at, :before_id)
UNION ALL
SELECT h.id, h.set_at AS at, 'held' AS what, a.name AS agency
FROM legal_hold h
JOIN agency a ON a.id = h.agency_id
WHERE h.file_id = :file_id AND (h.set_at, h.id) < (:before_at, :before_id)
UNION ALL
SELECT h.id, h.ended_at AS at, 'lifted' AS what, a.name AS agency
FROM legal_hold h
JOIN agency a ON a.id = h.agency_id
WHERE h.file_id = :file_id AND h.ended_at > 0 AND (h.ended_at, h.id) < (:before_at, :before_id)
ORDER BY 2 DESC, 1 DESC
LIMIT :limit`

// Events tells on the timeline when the file was closed, opened again, held and let go, to whoever sees it.
func Events(tx *gate.Tx, before gate.Cursor, n int) (events []journal.Event, err error) {
	if before.ID == "" {
		before = gate.Cursor{At: 1 << 62, ID: "~"}
	}
	var rows []struct {
		ID     string      `db:"id"`
		At     moment.Time `db:"at"`
		What   string      `db:"what"`
		Agency string      `db:"agency"`
	}
	err = tx.Select(&rows, selectEvents, gate.Args{"before_at": before.At, "before_id": before.ID, "limit": n})
	for i := range rows {
		e := &rows[i]
		events = append(events, journal.Event{At: e.At, Kind: journal.Kind(e.What), ID: e.ID, Words: "closing.event." + e.What, Agency: e.Agency,
			Link: home(tx.File().Kind, tx.File().ID) + "/closure"})
	}
	return events, err
}
