package screening

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

const selectHappened = `SELECT ` + columns + ` AND (v.written_at < :before_at OR v.written_at = :before_at AND s.id < :before_id)
ORDER BY v.written_at DESC, s.id DESC
LIMIT :limit`

// Event is a screening that was written down, or corrected.
type Event struct {
	ID      string
	At      moment.Time
	List    string
	Agency  string
	Changed bool
}

// Happened gives the screenings of a file before a place, the newest first, at most n of them: those that the caller reads in full.
func Happened(tx *gate.Tx, before gate.Cursor, n int) (list []Event, err error) {
	if tx.File().Kind != gate.Victim {
		return nil, nil
	}
	if before.ID == "" {
		before = gate.Cursor{At: 1 << 62, ID: "~"}
	}
	for len(list) < n {
		var rows []row
		if err := tx.Select(&rows, selectHappened, gate.Args{"before_at": before.At, "before_id": before.ID, "limit": n}); err != nil {
			return nil, err
		}
		for i := range rows {
			r := &rows[i]
			shown, err := tx.Reveal(r.asEntry())
			if err != nil {
				return nil, err
			}
			if shown.Show == authz.Full && len(list) < n {
				list = append(list, Event{ID: r.ID, At: r.WrittenAt, List: r.List, Agency: r.Agency, Changed: r.Version > 1})
			}
			before = gate.Cursor{At: r.WrittenAt, ID: r.ID}
		}
		if len(rows) < n {
			break
		}
	}
	return list, nil
}
