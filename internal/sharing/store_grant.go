package sharing

import (
	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/moment"
)

const selectWhere = `SELECT file_id, kind FROM file_grant WHERE id = :grant`

// signed leaves out what follows a grant (n) and never began: a renewal that waits for its second signature, or did not get it.
const signed = `n.state <> 'proposed' AND n.end_reason NOT IN ('refused', 'lapsed')`

// wentOn is true of what follows a grant (g).
const wentOn = `n.file_id = g.file_id AND n.renewed_from = g.id AND g.end_reason = '` + endRenewed + `' AND ` + signed

const selectFileOfGrant = `SELECT file_id FROM file_grant WHERE id = :grant`

// selectRenewable gives the end of a grant that still holds.
const selectRenewable = `SELECT until_at FROM file_grant WHERE id = :grant AND state IN ('live', 'sealed') AND until_at > :now`

const selectHolding = `SELECT g.id, g.file_id, g.kind, g.state, g.grantee_kind, g.grantee_id, g.agency_id, a.name AS agency, a.country,
  a.kind AS agency_kind, COALESCE(d.name, '') AS desk, g.lead, g.relations, g.sections, g.only_of, g.purpose, g.basis, g.basis_ref, g.legal_basis,
  g.emergency, g.reason, CASE WHEN g.since_at > 0 THEN g.since_at ELSE g.from_at END AS since_at, g.until_at, g.root_id, g.version,
  g.granted_by, g.granted_by_agency, b.name AS given_by, g.end_reason, g.ended_at, g.basis_on, g.basis_article, g.basis_by,
  COALESCE((SELECT n.id FROM file_grant n WHERE ` + wentOn + ` ORDER BY n.id DESC LIMIT 1), '') AS renewed_as,
  COALESCE((SELECT n.until_at FROM file_grant n WHERE ` + wentOn + ` ORDER BY n.id DESC LIMIT 1), 0) AS renewed_until,
  CASE WHEN EXISTS (SELECT 1 FROM file_grant n WHERE n.file_id = g.file_id AND n.renewed_from = g.id AND n.state = 'proposed' AND n.until_at > :now)
    THEN 1 ELSE 0 END AS waits,
  COALESCE((SELECT o.until_at FROM file_grant o WHERE o.id = g.renewed_from), 0) AS was_until
FROM file_grant g
JOIN agency a ON a.id = g.agency_id
LEFT JOIN agency b ON b.id = g.granted_by_agency
LEFT JOIN desk d ON d.id = g.grantee_id AND g.grantee_kind = 'desk'
WHERE g.id = :grant AND g.file_id = :file_id`

// selectVictimsOfPlace are the victim files that a place in a team opens.
const selectVictimsOfPlace = `SELECT DISTINCT file_id, consent_id
FROM file_grant
WHERE root_id = :root AND root_id <> id AND kind = 'victim' AND state = 'live' AND relations <> :named AND until_at > :now
ORDER BY file_id`

const selectEnding = `SELECT g.id, g.file_id, g.kind, g.grantee_kind, g.grantee_id, g.agency_id, g.lead, g.emergency, g.root_id,
  g.granted_by, g.granted_by_agency, g.from_at, g.until_at
FROM file_grant g
WHERE g.state IN ('live', 'sealed') AND g.state = 'live' AND ` + told + ` = 0 AND g.until_at <= :soon AND g.until_at > :now
ORDER BY g.until_at
LIMIT 100`

const markTold = `UPDATE file_grant SET told_at = :now WHERE id IN (:ids) AND told_at = 0`

const selectLeadOf = `SELECT grantee_kind, grantee_id, agency_id
FROM file_grant
WHERE file_id = :on AND lead = 1 AND state = 'live' AND until_at > :now
ORDER BY id`

// ending is a grant whose end comes near.
type ending struct {
	ID              string      `db:"id"`
	FileID          string      `db:"file_id"`
	Kind            gate.Kind   `db:"kind"`
	GranteeKind     string      `db:"grantee_kind"`
	GranteeID       string      `db:"grantee_id"`
	AgencyID        string      `db:"agency_id"`
	Lead            bool        `db:"lead"`
	Emergency       bool        `db:"emergency"`
	RootID          string      `db:"root_id"`
	GrantedBy       string      `db:"granted_by"`
	GrantedByAgency string      `db:"granted_by_agency"`
	FromAt          moment.Time `db:"from_at"`
	UntilAt         moment.Time `db:"until_at"`
}

// leader is who leads a file.
type leader struct {
	GranteeKind string `db:"grantee_kind"`
	GranteeID   string `db:"grantee_id"`
	AgencyID    string `db:"agency_id"`
}

// holdingOf finds a grant with the file on which it stands, for whoever sees that file.
func holdingOf(tx *gate.Tx, grantID string) (h Holding, file *gate.Tx, err error) {
	var where struct {
		FileID string    `db:"file_id"`
		Kind   gate.Kind `db:"kind"`
	}
	if err := tx.Get(&where, selectWhere, gate.Args{"grant": grantID}); err != nil {
		return h, nil, orNotFound(err)
	}
	if file, err = tx.Enter(where.Kind, where.FileID); err != nil {
		return h, nil, err
	}
	if err := file.Get(&h, selectHolding, gate.Args{"grant": grantID}); err != nil {
		return h, nil, orNotFound(err)
	}
	if h.OnlyNamed() && h.AgencyID != tx.Actor().AgencyID {
		return Holding{}, nil, notFound()
	}
	if h.untold, err = file.Untold(h.OnlyOf, h.AgencyID); err != nil {
		return h, nil, err
	}
	return h, file, h.openDocument(file)
}

func leadersOf(tx *gate.Tx, fileID string) (list []leader, err error) {
	return list, tx.Select(&list, selectLeadOf, gate.Args{"on": fileID})
}

// selectDeskOpenings looks, for each desk, at the last opening of everybody while they sat there; what they open by another desk too
// counts for both.
var selectDeskOpenings = `SELECT k.desk_id AS id, COALESCE(MAX(` +
	audit.LatestOpening("CAST(:file_id AS TEXT)", "k.worker_id", "k.from_at", "CASE WHEN k.ended_at = 0 THEN :now ELSE k.ended_at END") + `), 0) AS at
FROM worker_desk k
WHERE k.desk_id IN (:ids)
GROUP BY k.desk_id`

var selectOwnOpenings = `SELECT w.id, COALESCE(` + audit.LatestOpening("CAST(:file_id AS TEXT)", "w.id", "0", ":now") + `, 0) AS at
FROM worker w
WHERE w.id IN (:ids)`

// openingsOf is when each of these desks and people last had the file open, zero where never.
func openingsOf(tx *gate.Tx, desks, people []string) (map[string]moment.Time, error) {
	last := map[string]moment.Time{}
	for query, ids := range map[string][]string{selectDeskOpenings: desks, selectOwnOpenings: people} {
		if len(ids) == 0 {
			continue
		}
		var rows []struct {
			ID string      `db:"id"`
			At moment.Time `db:"at"`
		}
		if err := tx.Select(&rows, query, gate.Args{"ids": ids}); err != nil {
			return nil, err
		}
		for _, row := range rows {
			last[row.ID] = row.At
		}
	}
	return last, nil
}

// placeOn is a victim file that a place in a team opens, and the consent on which it does; none where it rests on the law.
type placeOn struct {
	FileID    string `db:"file_id"`
	ConsentID string `db:"consent_id"`
}

func victimsOfPlace(tx *gate.Tx, root string) (list []placeOn, err error) {
	return list, tx.Select(&list, selectVictimsOfPlace, gate.Args{"root": root, "named": onlyNamed})
}
