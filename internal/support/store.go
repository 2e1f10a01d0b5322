package support

import (
	"strconv"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
)

const needColumns = `n.id, n.file_id, n.agency_id, a.name AS agency, n.service, n.state, n.noted_on, n.moved_on, n.review_on, n.referral_id,
  n.outcome, n.version, COALESCE(r.reference, '') AS reference
FROM need n
JOIN agency a ON a.id = n.agency_id
LEFT JOIN file_reference r ON r.file_id = n.file_id AND r.agency_id = :agency_id`

const selectNeeds = `SELECT ` + needColumns + `
WHERE n.file_id = :file_id
ORDER BY n.id
LIMIT 500`

// unmet are the needs (n) of the caller's agency that wait for too long, on files that the caller sees.
const unmet = `n.agency_id = :agency_id AND n.state IN ('open', 'asked') AND n.noted_on < :before
  AND EXISTS (
    SELECT 1 FROM file_grant g
    WHERE g.file_id = n.file_id AND g.state = 'live' AND g.grantee_id IN (:grantees) AND g.from_at <= :now AND g.until_at > :now
      AND ` + gate.NotExcluded + `)`

const selectUnmet = `SELECT ` + needColumns + `
WHERE ` + unmet + ` AND (n.noted_on, n.id) > (:after_on, :after_id)
ORDER BY n.noted_on, n.id
LIMIT :limit`

const countUnmet = `SELECT COUNT(*)
FROM (SELECT n.id FROM need n WHERE ` + unmet + ` LIMIT :limit) found`

const selectSteps = `SELECT s.version, s.author_id, s.written_at, s.state, s.moved_on, s.review_on, s.referral_id, s.outcome, s.note
FROM need_step s
JOIN need n ON n.id = s.need_id
WHERE n.file_id = :file_id AND s.need_id = :need
ORDER BY s.version DESC`

const insertNeed = `INSERT INTO need (id, file_id, agency_id, service, state, noted_on, moved_on, review_on)
VALUES (:id, :file_id, :agency_id, :service, :state, :noted_on, :moved_on, :review_on)`

const updateNeed = `UPDATE need
SET state = :state, moved_on = :moved_on, review_on = :review_on, referral_id = :referral, outcome = :outcome, version = version + 1
WHERE id = :id AND file_id = :file_id AND agency_id = :agency_id AND version = :version`

const insertStep = `INSERT INTO need_step (need_id, version, author_id, written_at, state, moved_on, review_on, referral_id, outcome, note)
VALUES (:id, :version, :worker_id, :now, :state, :moved_on, :review_on, :referral, :outcome, :note)`

const selectKinds = `SELECT id, kind FROM agency WHERE id IN (:ids)`

func needs(tx *gate.Tx) (list []Need, err error) {
	return list, tx.Select(&list, selectNeeds, nil)
}

func (n *Need) args() gate.Args {
	return gate.Args{"id": n.ID, "state": string(n.State), "moved_on": string(n.MovedOn), "review_on": string(n.ReviewOn), "referral": n.ReferralID,
		"outcome": n.Outcome}
}

func insert(tx *gate.Tx, n *Need) error {
	args := n.args()
	args["service"], args["noted_on"] = n.Service, string(n.NotedOn)
	return tx.ExecOne(insertNeed, args)
}

func update(tx *gate.Tx, n *Need, from int64) error {
	args := n.args()
	args["version"] = from
	return tx.ExecOne(updateNeed, args)
}

// stepPlace binds the words of a step to their place.
func stepPlace(needID string, version int64) string {
	return needID + "/" + strconv.FormatInt(version, 10)
}

func addStep(tx *gate.Tx, n *Need, note string) error {
	args := n.args()
	args["version"], args["note"] = n.Version, []byte(nil)
	if note != "" {
		sealed, err := tx.SealPart(seal.Health, "need_step", stepPlace(n.ID, n.Version), "note", []byte(note))
		if err != nil {
			return err
		}
		args["note"] = sealed
	}
	return tx.ExecOne(insertStep, args)
}

func steps(tx *gate.Tx, needID string) (list []Step, err error) {
	if err := tx.Select(&list, selectSteps, gate.Args{"need": needID}); err != nil {
		return nil, err
	}
	for i := range list {
		if len(list[i].Sealed) == 0 {
			continue
		}
		note, err := tx.OpenPart(seal.Health, "need_step", stepPlace(needID, list[i].Version), "note", list[i].Sealed)
		if err != nil {
			return nil, err
		}
		list[i].Note, list[i].Sealed = string(note), nil
	}
	return list, nil
}

func readKinds(tx *gate.Tx, entries []entry.View, kinds map[string]authz.Role) error {
	ids := make([]string, 0, len(entries))
	for i := range entries {
		ids = append(ids, entries[i].AgencyID)
	}
	var rows []struct {
		ID   string     `db:"id"`
		Kind authz.Role `db:"kind"`
	}
	err := tx.Select(&rows, selectKinds, gate.Args{"ids": ids})
	for _, row := range rows {
		kinds[row.ID] = row.Kind
	}
	return err
}

// reads says whether the caller reads what their agency writes in support plans: needs no file, because nothing but the role
// decides on it.
func reads(tx *gate.Tx) bool { return tx.Could(authz.SupportPlan, authz.Read) }

func before(tx *gate.Tx) string { return string(moment.DayOf(tx.Now()).AddDays(-OldAfter)) }

// Unmet is a page of the needs that wait for too long, inside a running use case; the worklist shows the same rows.
func Unmet(tx *gate.Tx, after gate.Cursor, limit int) (list []Need, next gate.Cursor, err error) {
	if !reads(tx) {
		return nil, next, nil
	}
	from := ""
	if after.ID != "" {
		from = string(moment.DayOf(after.At))
	}
	err = tx.Select(&list, selectUnmet, gate.Args{"before": before(tx), "after_on": from, "after_id": after.ID, "limit": limit + 1})
	if err != nil || len(list) <= limit {
		return list, next, err
	}
	list = list[:limit]
	last := &list[limit-1]
	return list, gate.Cursor{At: last.NotedOn.EndOf(), ID: last.ID}, nil
}

// CountUnmet counts the list of Unmet up to most.
func CountUnmet(tx *gate.Tx, most int) (count int, err error) {
	if !reads(tx) {
		return 0, nil
	}
	return count, tx.Get(&count, countUnmet, gate.Args{"before": before(tx), "limit": most})
}
