package agency

import "relais/internal/gate"

const selectCeilingVersions = `SELECT kind, version, sections, days, team_days, set_by, set_at
FROM partner_ceiling
WHERE agency_id = :agency_id AND kind = :kind
ORDER BY version DESC
LIMIT 100`

const insertCeiling = `INSERT INTO partner_ceiling (agency_id, kind, version, sections, days, team_days, set_by, set_at)
VALUES (:agency_id, :kind, :version, :sections, :days, :team_days, :worker_id, :now)`

func ceilingVersions(tx *gate.Tx, kind string) (rows []gate.PartnerCeiling, err error) {
	return rows, tx.Select(&rows, selectCeilingVersions, gate.Args{"kind": kind})
}

// putCeiling writes a version. Of two administrators who set one at once, the key lets one win.
func putCeiling(tx *gate.Tx, c *gate.PartnerCeiling) error {
	return tx.ExecOne(insertCeiling, gate.Args{"kind": string(c.Kind), "version": c.Version, "sections": int64(c.Sections),
		"days": c.Days, "team_days": c.TeamDays})
}
