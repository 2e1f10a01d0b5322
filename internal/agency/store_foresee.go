package agency

import "relais/internal/gate"

// Statements about what a change of a role would do.

const selectHolders = `SELECT DISTINCT w.id
FROM worker_role l
JOIN worker w ON w.id = l.worker_id AND w.agency_id = :agency_id AND w.disabled_at = 0
WHERE l.role_id = :role AND l.may = 'hold' AND l.ended_at = 0
ORDER BY w.id`

// countEach counts the files that were given to people (p), themselves or by their desks.
const countEach = `SELECT p.worker_id AS id, COUNT(DISTINCT g.file_id) AS files
FROM (
    SELECT w.id AS worker_id, w.id AS grantee_id FROM worker w WHERE w.id IN (:people)
    UNION ALL
    SELECT k.worker_id, k.desk_id FROM worker_desk k WHERE k.worker_id IN (:people) AND k.ended_at = 0) p
JOIN file_grant g ON g.grantee_id = p.grantee_id AND g.agency_id = :agency_id
WHERE g.state IN ('live', 'sealed') AND g.from_at <= :now AND g.until_at > :now
GROUP BY p.worker_id`

// holdersOf are the people who hold a role of the caller's agency and can sign in.
func holdersOf(tx *gate.Tx, roleID string) (ids []string, err error) {
	return ids, tx.Select(&ids, selectHolders, gate.Args{"role": roleID})
}

// filesOf is how many files each of these people sees.
func filesOf(tx *gate.Tx, people []string) (each map[string]int, err error) {
	each = map[string]int{}
	if len(people) == 0 {
		return each, nil
	}
	var rows []struct {
		ID    string `db:"id"`
		Files int    `db:"files"`
	}
	if err := tx.Select(&rows, countEach, gate.Args{"people": people}); err != nil {
		return nil, err
	}
	for _, row := range rows {
		each[row.ID] = row.Files
	}
	return each, nil
}
