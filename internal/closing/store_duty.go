package closing

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

// selectShares are the accesses of other agencies, without the workers whom they name for their own.
const selectShares = `SELECT g.id, a.name AS agency, g.until_at AS due
FROM file_grant g
JOIN agency a ON a.id = g.agency_id
WHERE g.file_id = :file_id AND g.state = 'live' AND g.agency_id <> :agency_id AND g.relations <> :named AND g.from_at <= :now AND g.until_at > :now
ORDER BY a.name, g.id
LIMIT 200`

// selectOffers are those of the caller's agency: that others have offered the file to somebody is for them to know.
const selectOffers = `SELECT r.id, 'referral' AS what, a.name AS agency, r.due_at AS due
FROM referral r
JOIN agency a ON a.id = r.to_agency_id
JOIN file_grant g ON g.id = r.grant_id AND g.state = 'offered' AND g.until_at > :now
WHERE r.file_id = :file_id AND r.state = 'offered' AND (r.from_agency_id = :agency_id OR r.to_agency_id = :agency_id)
UNION ALL
SELECT t.id, 'transfer' AS what, a.name AS agency, t.due_at AS due
FROM transfer t
JOIN agency a ON a.id = t.to_agency_id
WHERE t.file_id = :file_id AND t.state = 'offered' AND t.due_at > :now AND (t.from_agency_id = :agency_id OR t.to_agency_id = :agency_id)
ORDER BY 4, 1`

const selectRequests = `SELECT q.id, a.name AS agency, q.due_at AS due
FROM access_request q
JOIN agency a ON a.id = q.agency_id
WHERE q.file_id = :file_id AND q.state = 'asked' AND q.lapses_at > :now AND (q.to_agency_id = :agency_id OR q.agency_id = :agency_id)
ORDER BY q.due_at, q.id`

const selectOpenFiles = `SELECT DISTINCT f.id, COALESCE(n.reference, '') AS agency, f.created_at AS due
FROM file f
JOIN file_grant g ON g.file_id = f.id AND g.state = 'live' AND g.grantee_id IN (:grantees) AND g.from_at <= :now AND g.until_at > :now
LEFT JOIN file_reference n ON n.file_id = f.id AND n.agency_id = :agency_id
WHERE f.case_id = :file_id AND f.kind = 'victim' AND f.stage NOT IN ('closed', 'erased') AND ` + gate.NotExcluded + `
ORDER BY f.created_at, f.id
LIMIT 200`

const insertHold = `INSERT INTO legal_hold (id, file_id, agency_id, note, set_at, set_by)
VALUES (:hold, :file_id, :agency_id, :note, :now, :worker_id)`

const holdColumns = `h.id, h.file_id, f.kind, COALESCE(n.reference, '') AS reference, h.agency_id, a.name AS agency, h.note, h.set_at, h.version
FROM legal_hold h
JOIN file f ON f.id = h.file_id
JOIN agency a ON a.id = h.agency_id
LEFT JOIN file_reference n ON n.file_id = h.file_id AND n.agency_id = :agency_id`

// selectHolds finds the orders on the file, and those on its case.
const selectHolds = `SELECT ` + holdColumns + `
WHERE h.ended_at = 0 AND h.file_id IN (:file_id, :case_id)
ORDER BY h.set_at, h.id`

const notExcludedFromHold = `NOT EXISTS (SELECT 1 FROM exclusion x WHERE x.file_id = h.file_id AND x.worker_id = :worker_id AND x.ended_at = 0)`

const selectOwnHolds = `SELECT ` + holdColumns + `
WHERE h.agency_id = :agency_id AND h.ended_at = 0 AND (h.set_at, h.id) < (:before_at, :before_id) AND ` + notExcludedFromHold + `
ORDER BY h.set_at DESC, h.id DESC
LIMIT :limit`

const selectHold = `SELECT ` + holdColumns + `
WHERE h.id = :hold AND h.agency_id = :agency_id AND h.ended_at = 0 AND ` + notExcludedFromHold

const endHold = `UPDATE legal_hold SET ended_at = :now, ended_by = :worker_id, version = version + 1
WHERE id = :hold AND agency_id = :agency_id AND ended_at = 0 AND version = :version`

// open is one row of a duty.
type open struct {
	ID     string      `db:"id"`
	What   string      `db:"what"`
	Agency string      `db:"agency"`
	Due    moment.Time `db:"due"`
}

// duties reads the duties of one kind; link leads to each.
func duties(kind Kind, query string, args gate.Args, link func(tx *gate.Tx, o *open) string) Duties {
	return func(tx *gate.Tx) (list []Duty, err error) {
		var rows []open
		if err := tx.Select(&rows, query, args); err != nil {
			return nil, err
		}
		for i := range rows {
			o := &rows[i]
			list = append(list, Duty{Kind: kind, Args: map[string]any{"Agency": o.Agency}, Link: link(tx, o), Due: o.Due})
		}
		return list, nil
	}
}

// ownDuties are what this slice reads by itself, in the order of the page.
func ownDuties() []Duties {
	named := gate.Args{"named": int64(authz.RelationsOf(authz.RelationNamed))}
	return []Duties{
		duties(Offer, selectOffers, nil, func(_ *gate.Tx, o *open) string { return "/" + o.What + "s/" + o.ID }),
		duties(Request, selectRequests, nil, func(_ *gate.Tx, o *open) string { return "/requests/" + o.ID }),
		openFiles,
		duties(Share, selectShares, named, func(tx *gate.Tx, o *open) string { return "/grants/" + o.ID }),
		heldDuties,
	}
}

// openFiles are the victim files of a case that the caller sees and that are not closed.
func openFiles(tx *gate.Tx) (list []Duty, err error) {
	if tx.File().Kind != gate.Case {
		return nil, nil
	}
	var rows []open
	err = tx.Select(&rows, selectOpenFiles, nil)
	for i := range rows {
		list = append(list, Duty{Kind: File, Args: map[string]any{"Reference": rows[i].Agency}, Link: home(gate.Victim, rows[i].ID) + "/closure"})
	}
	return list, err
}

func heldDuties(tx *gate.Tx) (list []Duty, err error) {
	holds, err := holdsOn(tx)
	for i := range holds {
		list = append(list, Duty{Kind: Held, Args: map[string]any{"Agency": holds[i].Agency}, Link: home(tx.File().Kind, tx.File().ID) + "/closure#holds"})
	}
	return list, err
}

func holdsOn(tx *gate.Tx) (list []Hold, err error) { return list, tx.Select(&list, selectHolds, nil) }

func putHold(tx *gate.Tx, id string, note []byte) error {
	return tx.ExecOne(insertHold, gate.Args{"hold": id, "note": note})
}

func ownHolds(tx *gate.Tx, after gate.Cursor, limit int) (list []Hold, err error) {
	if after.ID == "" {
		after = gate.Cursor{At: 1 << 62, ID: "~"}
	}
	return list, tx.Select(&list, selectOwnHolds, gate.Args{"before_at": after.At, "before_id": after.ID, "limit": limit})
}

func holdOf(tx *gate.Tx, id string) (h Hold, err error) {
	err = tx.Get(&h, selectHold, gate.Args{"hold": id})
	if errors.Is(err, database.ErrNoRows) {
		return h, notFound()
	}
	return h, err
}

func liftHold(tx *gate.Tx, id string, version int64) error {
	return tx.ExecOne(endHold, gate.Args{"hold": id, "version": version})
}
