package audit

import (
	"bytes"
	"crypto/hmac"
	"sync"
)

// mostOwn bounds what is remembered of entries that wait for their number: some seconds of the busiest hour.
const mostOwn = 20_000

// longestOwn is the longest text of an entry that is remembered. The program's own work at night writes entries with a thousand results
// faster than they are numbered; those are read from their text.
const longestOwn = 4 << 10

// ownRows are the entries that this process queued itself and that have no number yet. An entry that lies in the queue exactly
// as it is remembered need not be read from its text again.
type ownRows struct {
	lock sync.Mutex
	of   map[string]*sealed
}

func (o *ownRows) keep(rows []*sealed) {
	o.lock.Lock()
	defer o.lock.Unlock()
	if o.of == nil || len(o.of)+len(rows) > mostOwn {
		o.of = make(map[string]*sealed, len(rows)) // what is forgotten is read from its text
	}
	for _, row := range rows {
		if len(row.body) <= longestOwn {
			o.of[row.entry.ID] = row
		}
	}
}

func (o *ownRows) take(id string) *sealed {
	o.lock.Lock()
	defer o.lock.Unlock()
	row := o.of[id]
	delete(o.of, id)
	return row
}

// liesAs says whether the queued entry is this one in every byte and column.
func (row *sealed) liesAs(q *queuedEntry) bool {
	e := row.entry
	return bytes.Equal(q.Body, row.body) && hmac.Equal(q.Tag, row.tag) && q.ID == e.ID && q.At == e.At && q.Action == e.Action &&
		q.Op == string(e.Op) && q.Decision == e.Decision && q.ActorID == e.ActorID && q.AgencyID == e.AgencyID && q.FileID == e.FileID
}

// genuine gives a queued entry if the program wrote it as it lies there, whichever instance it was.
func (l *Log) genuine(q *queuedEntry) (*Entry, bool) {
	if q.Again {
		return nil, false
	}
	if row := l.own.take(q.EntryID); row != nil && row.liesAs(q) {
		return row.entry, true
	}
	entry, wrong := q.parse()
	return &entry, wrong == nil && hmac.Equal(q.Tag, l.tag(q.Body))
}
