package minor

import (
	"cmp"
	"slices"
	"strings"

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
	What   string      `db:"what"` // said, decided, assigned or ended
	Code   string      `db:"code"` // a status, a service, or why it ended
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
	if err := tx.Select(&list, selectHappened, gate.Args{"before_at": before.At, "before_id": before.ID, "limit": n}); err != nil {
		return nil, err
	}
	ended, err := endings(tx, before)
	list = append(list, ended...)
	slices.SortStableFunc(list, func(a, b Event) int { return cmp.Or(cmp.Compare(b.At, a.At), strings.Compare(b.ID, a.ID)) })
	return list[:min(len(list), n)], err
}

// endings are the guardians who ended: of that only the day is known, and it stands at its beginning.
func endings(tx *gate.Tx, before gate.Cursor) (list []Event, err error) {
	guardians, err := guardiansOf(tx)
	for i := range guardians {
		g := &guardians[i]
		if g.EndedOn == "" {
			continue
		}
		e := Event{ID: g.ID, At: g.EndedOn.AddDays(-1).EndOf(), What: "ended", Code: g.EndReason, Agency: g.Agency}
		if e.At < before.At || e.At == before.At && e.ID < before.ID {
			list = append(list, e)
		}
	}
	return list, err
}
