package consent

import "relais/internal/gate"

const selectUnsigned = `SELECT c.id, c.agency_id
FROM consent c
JOIN consent_version v ON v.consent_id = c.id AND v.version = c.version
WHERE c.file_id = :on AND c.withdrawn_at = 0 AND c.alone_version <> c.version AND v.until_at > :now AND v.guardian_id <> ''
  AND NOT EXISTS (SELECT 1 FROM consent_signature s WHERE s.consent_id = c.id AND s.version = c.version)
ORDER BY c.id`

const release = `UPDATE consent SET alone_version = version WHERE id IN (:ids)`

// selectKeepersOn are the desks of an agency that see a file, and those that lead it.
const selectKeepersOn = `SELECT DISTINCT g.grantee_kind AS kind, g.grantee_id AS id, g.agency_id
FROM file_grant g
WHERE g.file_id = :on AND g.state IN ('live', 'sealed') AND g.until_at > :now AND g.grantee_kind = 'desk'
  AND (g.lead = 1 OR g.agency_id = :keeper)
ORDER BY 3, 2`

// unsigned is a consent that waits for a guardian, with the agency that keeps it.
type unsigned struct {
	ID       string `db:"id"`
	AgencyID string `db:"agency_id"`
}

func unsignedOn(tx *gate.Tx, fileID string) (list []unsigned, err error) {
	return list, tx.Select(&list, selectUnsigned, gate.Args{"on": fileID})
}
