package audit

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
)

const entryBody = `
SELECT body
FROM audit_entry
WHERE id = :id`

func bodyOf(tx *database.Tx, id string) ([]byte, error) {
	var body []byte
	err := tx.Get(&body, entryBody, database.Args{"id": id})
	if errors.Is(err, database.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "audit.no_entry")
	}
	return body, err
}

const nextSegments = `
SELECT term, at, id, lines
FROM audit_lookup
WHERE term = :term AND at >= :from AND (at, id) < (:at, :id)
ORDER BY at DESC, id DESC
LIMIT :limit`

// mostSegments is how many segments are read at once at most; the first time few are, because they may be long.
const mostSegments = 64

// numbered reads the numbered entries of one term that the filter lists, one more than the page holds.
func (f *Filter) numbered(tx *database.Tx, term string, start place) (found []Entry, err error) {
	below := place{at: start.at, id: "~"} // segments that begin above the place may reach below it
	if below.at < math.MaxInt64-moment.Time(longestSpan/time.Microsecond) {
		below.at = below.at.Add(longestSpan)
	}
	var known []lookup
	for n := 4; len(found) <= f.Limit; n = min(2*n, mostSegments) {
		var rows []segment
		if err := tx.Select(&rows, nextSegments, database.Args{
			"term": term, "from": int64(f.From), "at": int64(below.at), "id": below.id, "limit": n}); err != nil {
			return nil, err
		}
		for i := range rows {
			below = place{at: rows[i].At, id: rows[i].ID}
			if err := rows[i].each(func(row lookup) error {
				if f.mayList(row, start) {
					known = append(known, row)
				}
				return nil
			}); err != nil {
				return nil, fault.New(fault.Internal, "audit.entry_unreadable").Because(err)
			}
		}
		slices.SortFunc(known, func(a, b lookup) int { return compareLookups(b, a) })
		sure := len(known)
		if len(rows) == n { // what was not read yet is older than the last segment's newest line
			sure, _ = slices.BinarySearchFunc(known, below, func(row lookup, p place) int {
				return cmp.Or(cmp.Compare(p.at, row.At), strings.Compare(p.id, row.EntryID))
			})
		}
		if found, err = f.open(tx, found, known[:sure]); err != nil || len(rows) < n {
			return found, err
		}
		known = known[sure:]
	}
	return found, nil
}

// mayList says what can be said of an entry without its body.
func (f *Filter) mayList(row lookup, start place) bool {
	return cmp.Or(cmp.Compare(row.At, start.at), strings.Compare(row.EntryID, start.id)) < 0 && row.At >= f.From &&
		(f.Op == "" || row.Op == string(f.Op)) && (f.Decision == "" || row.Decision == f.Decision)
}

const bodiesOf = `
SELECT body
FROM audit_entry
WHERE id IN (:ids)`

// open reads entries, the newest first, until the page is full, and keeps those that the filter admits.
func (f *Filter) open(tx *database.Tx, found []Entry, rows []lookup) ([]Entry, error) {
	for len(rows) > 0 && len(found) <= f.Limit {
		step := database.StepFor(len(rows))
		ids := make([]string, step)
		for i := range ids {
			ids[i] = rows[i].EntryID
		}
		page, err := readEntries(tx, bodiesOf, database.Args{"ids": ids})
		if err != nil {
			return nil, err
		}
		slices.SortFunc(page, func(a, b Entry) int { return cmp.Or(cmp.Compare(b.At, a.At), strings.Compare(b.ID, a.ID)) })
		for i := range page {
			if f.admits(&page[i]) {
				found = append(found, page[i])
			}
		}
		rows = rows[step:]
	}
	return found, nil
}

func readEntries(tx *database.Tx, query string, args database.Args) ([]Entry, error) {
	var bodies [][]byte
	if err := tx.Select(&bodies, query, args); err != nil {
		return nil, err
	}
	entries := make([]Entry, len(bodies))
	for i, body := range bodies {
		var err error
		if entries[i], err = readEntry(body); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

const queuedBefore = `
SELECT e.body
FROM audit_queue q
JOIN audit_entry e ON e.id = q.entry_id
WHERE e.at >= :from AND (e.at, e.id) < (:at, :id)
ORDER BY e.at DESC, e.id DESC
LIMIT :limit`

// queued reads the entries without a number that the filter lists. There are as many as were written in about a second, so
// they are sifted here; what they are about is known only from their bodies.
func (f *Filter) queued(tx *database.Tx, start place) ([]Entry, error) {
	var found []Entry
	for len(found) <= f.Limit {
		page, err := readEntries(tx, queuedBefore, database.Args{
			"from": int64(f.From), "at": int64(start.at), "id": start.id, "limit": longestPage})
		if err != nil {
			return nil, err
		}
		for i := range page {
			if f.admits(&page[i]) {
				found = append(found, page[i])
			}
		}
		if len(page) < longestPage {
			break
		}
		last := &page[len(page)-1]
		start = place{at: last.At, id: last.ID}
	}
	return found, nil
}

// LatestOpening is a piece of a statement: when an actor last had a file open between two instants, NULL where never. Its operands are
// columns or parameters of the statement around it, never values. An opening is known as soon as its entry has a number, within about
// a second.
func LatestOpening(file, actor, from, until string) string {
	return `(SELECT l.at FROM audit_lookup l
    WHERE l.term = '` + ofOpening + `' || ` + file + ` || '/' || ` + actor + ` AND l.at >= ` + from + ` AND l.at <= ` + until + `
    ORDER BY l.at DESC LIMIT 1)`
}
