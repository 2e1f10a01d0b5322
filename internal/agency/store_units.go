package agency

const selectDeskUnits = `SELECT id, name, unit, version
FROM desk
WHERE agency_id = :agency_id AND closed_at = 0
ORDER BY name, id`

const updateUnit = `UPDATE desk
SET unit = :unit, version = version + 1
WHERE id = :desk AND agency_id = :agency_id AND closed_at = 0 AND version = :version`
