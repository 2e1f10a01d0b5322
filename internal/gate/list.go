package gate

import (
	"encoding/base64"
	"strconv"
	"strings"

	"relais/internal/fault"
	"relais/internal/moment"
)

// Cursor is a place in a list: everything on the page comes before it. The zero cursor is the top.
type Cursor struct {
	At moment.Time
	ID string
}

// String writes the cursor for an address; it holds an instant and an id and nothing else.
func (c Cursor) String() string {
	if c.ID == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(int64(c.At), 36) + "." + c.ID))
}

// ParseCursor reads what String wrote; empty is the top.
func ParseCursor(text string) (Cursor, error) {
	if text == "" {
		return Cursor{}, nil
	}
	wrong := fault.New(fault.Invalid, "gate.invalid").WithField("after", "gate.bad_cursor")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return Cursor{}, wrong
	}
	at, id, ok := strings.Cut(string(raw), ".")
	instant, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil || len(id) != 36 {
		return Cursor{}, wrong
	}
	return Cursor{At: moment.Time(instant), ID: id}, nil
}

// Listed is one file of a list, with the key it is sorted by.
type Listed struct {
	FileID string      `db:"file_id"`
	SortAt moment.Time `db:"sort_at"`
}

// List is one page of the files that the caller may see, newest change first: one limited query per grantee, merged here.
// next is the zero cursor on the last page.
func (tx *Tx) List(kind Kind, after Cursor, limit int) (page []Listed, next Cursor, err error) {
	sources := make([]*source, 0, 4)
	for _, grantee := range tx.Grantees() {
		sources = append(sources, &source{tx: tx, kind: kind, grantee: grantee, at: after, limit: limit + 1})
	}
	for len(page) <= limit {
		item, ok, err := newest(sources)
		if err != nil {
			return nil, Cursor{}, err
		}
		if !ok {
			return page, Cursor{}, nil
		}
		if n := len(page); n == 0 || page[n-1].FileID != item.FileID {
			page = append(page, item)
		}
	}
	page = page[:limit]
	last := page[limit-1]
	return page, Cursor{At: last.SortAt, ID: last.FileID}, nil
}

// source is the list of one grantee, read in pieces.
type source struct {
	tx      *Tx
	kind    Kind
	grantee string
	at      Cursor
	limit   int
	buffer  []Listed
	dry     bool
}

// head is the source's next item.
func (s *source) head() (Listed, bool, error) {
	if len(s.buffer) == 0 && !s.dry {
		before := s.at
		if before.ID == "" {
			before = Cursor{At: 1 << 62, ID: "~"}
		}
		err := s.tx.raw.Select(&s.buffer, listPage, Args{"grantee": s.grantee, "kind": string(s.kind), "before_at": before.At,
			"before_id": before.ID, "worker_id": s.tx.caller.Actor.WorkerID, "now": s.tx.now, "limit": s.limit})
		if err != nil {
			return Listed{}, false, err
		}
		s.dry = len(s.buffer) < s.limit
		if n := len(s.buffer); n > 0 {
			s.at = Cursor{At: s.buffer[n-1].SortAt, ID: s.buffer[n-1].FileID}
		}
	}
	if len(s.buffer) == 0 {
		return Listed{}, false, nil
	}
	return s.buffer[0], true, nil
}

// newest takes the newest item over all sources. A file granted twice comes twice in a row, because its grants carry the
// same sort key.
func newest(sources []*source) (Listed, bool, error) {
	var best *source
	var item Listed
	for _, s := range sources {
		head, ok, err := s.head()
		if err != nil {
			return Listed{}, false, err
		}
		if ok && (best == nil || head.SortAt > item.SortAt || head.SortAt == item.SortAt && head.FileID > item.FileID) {
			best, item = s, head
		}
	}
	if best == nil {
		return Listed{}, false, nil
	}
	best.buffer = best.buffer[1:]
	return item, true, nil
}
