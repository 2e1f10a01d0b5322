package minor

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

const selectHappened = `SELECT s.id, s.written_at AS at, CASE WHEN s.decided = 1 THEN 'decided' ELSE 'said' END AS what, s.status AS code, a.name AS agency
FROM age_step s
JOIN agency a ON a.id = s.agency_id
WHERE s.file_id = :file_id AND (s.written_at, s.id) < (:before_at, :before_id)
UNION ALL
SELECT g.id, g.made_at AS at, 'assigned' AS what, g.service AS code, a.name AS agency
FROM guardian g
JOIN agency a ON a.id = g.made_agency_id
WHERE g.file_id = :file_id AND (g.made_at, g.id) < (:before_at, :before_id)
ORDER BY 2 DESC, 1 DESC
LIMIT :limit`

// Event is what was said of an age, or a guardian who was named, as the file's timeline tells it.
type Event struct {
	ID     string      `db:"id"`
	At     moment.Time `db:"at"`
	What   string      `db:"what"` // said, decided or assigned
	Code   string      `db:"code"` // a status, or a service
	Agency string      `db:"agency"`
}

// Happened gives what happened before a place, the newest first, at most n of it, to whoever may read all of it.
func Happened(tx *gate.Tx, before gate.Cursor, n int) (list []Event, err error) {
	if tx.File().Kind != gate.Victim || tx.Decide(authz.Guardianship, authz.Read).Show != authz.Full {
		return nil, nil
	}
	if before.ID == "" {
		before = gate.Cursor{At: 1 << 62, ID: "~"}
	}
	return list, tx.Select(&list, selectHappened, gate.Args{"before_at": before.At, "before_id": before.ID, "limit": n})
}
