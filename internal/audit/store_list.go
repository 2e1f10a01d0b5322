package audit

import (
	"errors"
	"strings"

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

const numberedEntries = `
SELECT e.body
FROM audit_lookup l
JOIN audit_entry e ON e.id = l.entry_id
WHERE l.term = :term AND l.at >= :from AND (l.at, l.entry_id) < (:at, :id)`

// alsoUnder counts instead of asking EXISTS, because PostgreSQL may turn EXISTS round and read all entries of an agency.
const alsoUnder = `
  AND (SELECT COUNT(*) FROM audit_lookup x WHERE x.at = l.at AND x.entry_id = l.entry_id AND x.term IN (`

// numbered reads the numbered entries of one term that the filter lists, one more than the page holds.
func (f *Filter) numbered(tx *database.Tx, term string, start place) ([]Entry, error) {
	query := numberedEntries
	args := database.Args{"term": term, "from": int64(f.From), "at": int64(start.at), "id": start.id, "limit": f.Limit + 1}
	also := func(name string, terms ...string) {
		if len(terms) > 0 && terms[0] != term {
			query += alsoUnder + ":" + name + ")) > 0"
			args[name] = terms
		}
	}
	if f.ActorID != "" {
		also("actor", ofActor+f.ActorID)
	}
	if f.CaseID != "" {
		also("case", ofCase+f.CaseID)
	}
	if !strings.HasPrefix(term, ofAgency) {
		also("agencies", f.agencyTerms()...)
	}
	if f.Op != "" {
		query += "\n  AND l.op = :op"
		args["op"] = string(f.Op)
	}
	if f.Decision != "" {
		query += "\n  AND l.decision = :decision"
		args["decision"] = f.Decision
	}
	return readEntries(tx, query+"\nORDER BY l.at DESC, l.entry_id DESC\nLIMIT :limit", args)
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

const latestOpening = `
SELECT at
FROM audit_lookup
WHERE term = :term
ORDER BY at DESC
LIMIT 1`

// LastOpened is when somebody, or anybody of an agency, last had the file open; zero where never. An opening is known as soon
// as its entry has a number, within about a second.
func LastOpened(tx *database.Tx, fileID, by string) (at moment.Time, err error) {
	err = tx.Get(&at, latestOpening, database.Args{"term": ofOpening + fileID + "/" + by})
	if errors.Is(err, database.ErrNoRows) {
		return 0, nil
	}
	return at, err
}
