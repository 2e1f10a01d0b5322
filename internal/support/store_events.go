package support

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

// selectHappened are the steps of needs that the reader may see: all of them, or those of the own agency.
const selectHappened = `SELECT s.need_id AS id, s.written_at AS at, n.service, s.state, a.name AS agency
FROM need_step s
JOIN need n ON n.id = s.need_id
JOIN agency a ON a.id = n.agency_id
WHERE n.file_id = :file_id AND (CAST(:all AS INTEGER) = 1 OR n.agency_id = :agency_id)
  AND (s.written_at, s.need_id) < (:before_at, :before_id)
ORDER BY s.written_at DESC, s.need_id DESC
LIMIT :limit`

// Event is a step of a need, as the file's timeline tells it.
type Event struct {
	ID      string      `db:"id"`
	At      moment.Time `db:"at"`
	Service string      `db:"service"`
	State   State       `db:"state"`
	Agency  string      `db:"agency"`
}

// Happened gives what happened to needs before a place, the newest first, at most n of it and as far as the reader may know it.
func Happened(tx *gate.Tx, before gate.Cursor, n int) (list []Event, err error) {
	all := tx.Decide(authz.SupportPlan, authz.Read).Show == authz.Full
	if !all && tx.ReadBack(authz.SupportPlan, "", "").Show != authz.Full {
		return nil, nil
	}
	if before.ID == "" {
		before = gate.Cursor{At: 1 << 62, ID: "~"}
	}
	return list, tx.Select(&list, selectHappened, gate.Args{"all": gate.Flag(all), "before_at": before.At, "before_id": before.ID, "limit": n})
}
