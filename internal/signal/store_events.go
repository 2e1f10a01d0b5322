package signal

import (
	"slices"

	"relais/internal/gate"
	"relais/internal/moment"
)

// Event is that a signal led to the file, as its timeline tells it.
type Event struct {
	ID     string
	At     moment.Time
	Agency string // that followed it up
}

// Happened gives the signals that led to the file before a place, the newest first, at most n of them, to whoever may read what they
// said.
func Happened(tx *gate.Tx, before gate.Cursor, n int) (list []Event, err error) {
	links, err := linksOf(tx)
	if err != nil {
		return nil, err
	}
	slices.Reverse(links)
	for i := range links {
		l := &links[i]
		later := before.ID != "" && (l.LinkedAt > before.At || l.LinkedAt == before.At && l.ID >= before.ID)
		if len(list) < n && !later && tx.Readable(l.row()) {
			list = append(list, Event{ID: l.ID, At: l.LinkedAt, Agency: l.Agency})
		}
	}
	return list, nil
}
