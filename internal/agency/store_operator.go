package agency

import "relais/internal/gate"

const selectByCode = `SELECT id FROM agency WHERE code = :code AND closed_at = 0`

const selectDeskIDs = `SELECT id FROM desk WHERE agency_id = :agency AND closed_at = 0 ORDER BY id`

const selectStandardRoles = `SELECT id, name FROM role WHERE agency_id = :agency AND standard = 1 AND closed_at = 0`

const selectByLogin = `SELECT w.id, w.agency_id
FROM worker w
JOIN agency a ON a.id = w.agency_id AND a.closed_at = 0
WHERE w.login_token = :token AND w.disabled_at = 0`

func byCode(tx *gate.Tx, code string) (found Founded, err error) {
	if err = tx.Get(&found.ID, selectByCode, gate.Args{"code": code}); err != nil {
		return found, err
	}
	if err = tx.Select(&found.Desks, selectDeskIDs, gate.Args{"agency": found.ID}); err != nil {
		return found, err
	}
	var roles []struct {
		ID   string `db:"id"`
		Name string `db:"name"`
	}
	err = tx.Select(&roles, selectStandardRoles, gate.Args{"agency": found.ID})
	found.Roles = map[string]string{}
	for _, role := range roles {
		found.Roles[role.Name] = role.ID
	}
	return found, err
}

func byLogin(tx *gate.Tx, token []byte) (workerID, agencyID string, err error) {
	var row struct {
		ID       string `db:"id"`
		AgencyID string `db:"agency_id"`
	}
	err = tx.Get(&row, selectByLogin, gate.Args{"token": token})
	return row.ID, row.AgencyID, err
}
