package journal

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

const selectOpening = `SELECT f.id, f.created_at AS at, a.name AS agency
FROM file f
JOIN agency a ON a.id = f.agency_id
WHERE f.id = :file_id AND (f.created_at, f.id) < (:before_at, :before_id)
LIMIT :limit`

const selectWritten = `SELECT e.id, e.created_at AS at, e.section, e.agency_id, a.name AS agency, v.basis, v.handling, s.handling AS stands
FROM entry e
JOIN entry_version s ON s.entry_id = e.id AND s.version = e.version
JOIN entry_version v ON v.entry_id = e.id AND v.version = 1
JOIN agency a ON a.id = e.agency_id
WHERE e.file_id = :file_id AND (e.created_at, e.id) < (:before_at, :before_id) AND e.section IN (:sections)
ORDER BY e.created_at DESC, e.id DESC
LIMIT :limit`

const selectCorrected = `SELECT e.id, v.written_at AS at, e.section, e.agency_id, a.name AS agency, v.basis, v.handling, s.handling AS stands
FROM entry e
JOIN entry_version s ON s.entry_id = e.id AND s.version = e.version
JOIN entry_version v ON v.entry_id = e.id AND v.version > 1
JOIN agency a ON a.id = e.agency_id
WHERE e.file_id = :file_id AND e.version > 1 AND (v.written_at, e.id) < (:before_at, :before_id) AND e.section IN (:sections)
ORDER BY v.written_at DESC, e.id DESC
LIMIT :limit`

// openly leaves out what never was an access, and the workers whom another agency names for its own: those stand in no other
// agency's list of who has access either.
const openly = `(g.relations <> :named OR g.agency_id = :agency_id) AND ` + gate.WasAccess

const selectShared = `SELECT g.id, g.from_at AS at, a.name AS agency, g.agency_id, g.lead, g.emergency
FROM file_grant g
JOIN agency a ON a.id = g.agency_id
WHERE g.file_id = :file_id AND (g.from_at, g.id) < (:before_at, :before_id) AND g.from_at <= :now AND ` + openly + `
ORDER BY g.from_at DESC, g.id DESC
LIMIT :limit`

const selectUnshared = `SELECT g.id, g.ended_at AS at, a.name AS agency, g.agency_id
FROM file_grant g
JOIN agency a ON a.id = g.agency_id
WHERE g.file_id = :file_id AND g.state = 'ended' AND (g.ended_at, g.id) < (:before_at, :before_id) AND ` + openly + `
ORDER BY g.ended_at DESC, g.id DESC
LIMIT :limit`

// selectReferrals are told to the two sides of a referral only; to the receiving one once it has reached it.
const selectReferrals = `SELECT r.id, r.offered_at AS at, a.name AS agency, r.to_agency_id AS agency_id
FROM referral r
JOIN file_grant g ON g.id = r.grant_id
JOIN agency a ON a.id = r.to_agency_id
WHERE r.file_id = :file_id AND (r.from_agency_id = :agency_id OR r.to_agency_id = :agency_id AND ` + gate.Reached + `)
  AND (r.offered_at, r.id) < (:before_at, :before_id)
ORDER BY r.offered_at DESC, r.id DESC
LIMIT :limit`

// happened is one row of a source.
type happened struct {
	ID       string      `db:"id"`
	At       moment.Time `db:"at"`
	Section  string      `db:"section"`
	AgencyID string      `db:"agency_id"`
	Agency   string      `db:"agency"`
	Basis    string      `db:"basis"`
	Handling string      `db:"handling"`
	Stands   string      `db:"stands"`

	Lead      bool `db:"lead"`
	Emergency bool `db:"emergency"`
}

func (h *happened) event(kind Kind) Event {
	return Event{At: h.At, Kind: kind, ID: h.ID, Words: "journal.event." + string(kind), Args: map[string]any{"Agency": h.Agency}, Agency: h.Agency}
}

func opening(tx *gate.Tx, c gate.Cursor, n int) (events []Event, err error) {
	var rows []happened
	err = tx.Select(&rows, selectOpening, before(c, n))
	for i := range rows {
		events = append(events, rows[i].event(Opened))
	}
	return events, err
}

// entries tells of entries only to whoever may read them: that there are some in a closed section is itself a fact.
func entries(query string, kind Kind) Source {
	return func(tx *gate.Tx, c gate.Cursor, n int) ([]Event, error) {
		words := readableSections(tx)
		if len(words) == 0 {
			return nil, nil
		}
		return fill(c, n, func(c gate.Cursor) (events []Event, last gate.Cursor, read int, err error) {
			var rows []happened
			args := before(c, n)
			args["sections"] = words
			if err := tx.Select(&rows, query, args); err != nil {
				return nil, last, 0, err
			}
			for i := range rows {
				row := &rows[i]
				last = gate.Cursor{At: row.At, ID: row.ID}
				if !tx.Readable(&gate.EntryRow{ID: row.ID, Section: row.Section, AgencyID: row.AgencyID, Basis: row.Basis, Handling: row.Handling, Stands: row.Stands}) {
					continue
				}
				e := row.event(kind)
				id, _ := authz.ParseSection(row.Section)
				e.Args["Section"], e.Link = Key(id.Key()), "/entries/"+row.ID+"/history"
				events = append(events, e)
			}
			return events, last, len(rows), nil
		})
	}
}

// fill asks again while rows were left out, so that a page is full where there is enough to fill it.
func fill(c gate.Cursor, n int, read func(c gate.Cursor) (events []Event, last gate.Cursor, read int, err error)) (all []Event, err error) {
	for {
		events, last, rows, err := read(c)
		if err != nil {
			return nil, err
		}
		all = append(all, events...)
		if rows < n || len(all) >= n {
			return all[:min(len(all), n)], nil
		}
		c = last
	}
}

// readableSections are the sections of which the caller could read something in full: of others or of the own agency. Who goes by
// them asks of each row once more.
func readableSections(tx *gate.Tx) (words []string) {
	for _, room := range section.All() {
		if tx.ReadsSome(room.ID) || readsOwn(tx, room.ID) {
			words = append(words, room.ID.String())
		}
	}
	return words
}

// readsOwn says whether the caller could read what the own agency wrote in a section, on whatever basis it did.
func readsOwn(tx *gate.Tx, id authz.Section) bool {
	return tx.ReadBack(id, "consent", "").Show == authz.Full || tx.ReadBack(id, "legal_gateway", "").Show == authz.Full
}

// shares tells who was let in, and who no longer is, to whoever sees the file, as the list of who has access does.
func shares(query string, kind Kind) Source {
	return func(tx *gate.Tx, c gate.Cursor, n int) (events []Event, err error) {
		var rows []happened
		args := before(c, n)
		args["named"] = int64(authz.RelationsOf(authz.RelationNamed))
		err = tx.Select(&rows, query, args)
		for i := range rows {
			e := rows[i].event(kind)
			switch {
			case rows[i].Lead:
				e.Words += "_lead"
			case rows[i].Emergency:
				e.Words += "_emergency"
			}
			events = append(events, e)
		}
		return events, err
	}
}

func referrals(tx *gate.Tx, c gate.Cursor, n int) (events []Event, err error) {
	var rows []happened
	err = tx.Select(&rows, selectReferrals, before(c, n))
	for i := range rows {
		e := rows[i].event(Referral)
		e.Link = "/referrals/" + rows[i].ID
		events = append(events, e)
	}
	return events, err
}
