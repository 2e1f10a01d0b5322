package consent

import (
	"cmp"
	"slices"
	"strings"

	"relais/internal/gate"
	"relais/internal/moment"
)

const selectWrittenOn = `SELECT v.consent_id AS id, v.version, v.written_at AS at
FROM consent_version v
JOIN consent c ON c.id = v.consent_id AND c.file_id = :file_id
ORDER BY v.written_at DESC, v.consent_id DESC, v.version DESC
LIMIT 1000`

// Event is what became of a consent, as the file's timeline tells it: never what it says.
type Event struct {
	ID      string      `db:"id"` // of the consent
	At      moment.Time `db:"at"`
	Version int64       `db:"version"`
	What    string      `db:"-"` // given, renewed or withdrawn
	Agency  string      `db:"-"`
}

// Happened gives what became of the file's consents before a place, the newest first, at most n of it: of those that the caller may
// read, and of no other.
func Happened(tx *gate.Tx, before gate.Cursor, n int) (list []Event, err error) {
	if tx.File().Kind != gate.Victim {
		return nil, nil
	}
	seen, err := readable(tx)
	if err != nil || len(seen) == 0 {
		return nil, err
	}
	var rows []Event
	if err := tx.Select(&rows, selectWrittenOn, nil); err != nil {
		return nil, err
	}
	for i := range seen {
		c := &seen[i]
		for _, row := range rows {
			if row.ID == c.ID {
				row.What, row.Agency = map[bool]string{true: "given", false: "renewed"}[row.Version == 1], c.Agency
				list = append(list, row)
			}
		}
		if c.WithdrawnAt != 0 {
			list = append(list, Event{ID: c.ID, At: c.WithdrawnAt, What: "withdrawn", Agency: c.WithdrawnBy})
		}
	}
	list = slices.DeleteFunc(list, func(e Event) bool {
		return before.ID != "" && (e.At > before.At || e.At == before.At && e.ID >= before.ID)
	})
	slices.SortStableFunc(list, func(a, b Event) int { return cmp.Or(cmp.Compare(b.At, a.At), strings.Compare(b.ID, a.ID)) })
	return list[:min(len(list), n)], nil
}
