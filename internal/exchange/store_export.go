package exchange

import (
	"slices"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/sharing"
)

const selectAgencyName = `SELECT name FROM agency WHERE id = :agency_id`

const insertExport = `INSERT INTO file_export (id, number, file_id, agency_id, worker_id, at, format, shape, purpose, reason, sections, recipient)
VALUES (:id, :number, :file_id, :agency_id, :worker_id, :now, :format, :shape, :purpose, :reason, :sections, :recipient)`

const insertExportEntry = `INSERT INTO file_export_entry (export_id, entry_id, version)
VALUES (:export, :entry, :version)`

// selectExports are those of the own agency, and those that hold an entry of it. What is stale is counted of the own entries,
// and in an own export of all.
const selectNumber = `SELECT number FROM file_export WHERE id = :id AND file_id = :file_id AND worker_id = :worker_id`

const selectExports = `SELECT x.id, x.number, x.agency_id, a.name AS agency, x.worker_id, x.at,
  CASE WHEN x.shape = '' THEN x.format ELSE x.shape END AS format, x.purpose, x.reason, x.sections, x.recipient,
  COALESCE(SUM(CASE WHEN e.agency_id = :agency_id THEN 1 ELSE 0 END), 0) AS ours,
  COALESCE(SUM(CASE WHEN e.version > p.version AND (e.agency_id = :agency_id OR x.agency_id = :agency_id) THEN 1 ELSE 0 END), 0) AS stale
FROM file_export x
JOIN agency a ON a.id = x.agency_id
LEFT JOIN file_export_entry p ON p.export_id = x.id
LEFT JOIN entry e ON e.id = p.entry_id
WHERE x.file_id = :file_id
GROUP BY x.id, x.number, x.agency_id, a.name, x.worker_id, x.at, x.format, x.shape, x.purpose, x.reason, x.sections, x.recipient
HAVING x.agency_id = :agency_id OR SUM(CASE WHEN e.agency_id = :agency_id THEN 1 ELSE 0 END) > 0
ORDER BY x.at DESC, x.id DESC
LIMIT 200`

func agencyName(tx *gate.Tx) (name string, err error) {
	return name, tx.Get(&name, selectAgencyName, nil)
}

// keep writes the export down as the proof of what was disclosed.
func (c *Copy) keep(tx *gate.Tx, sections authz.SectionSet) error {
	recipient, err := tx.SealText("file_export", c.ID, c.Recipient)
	if err != nil {
		return err
	}
	format, shape := string(c.Format), ""
	if c.Format == ICTip { // a JSON document of its own shape
		format, shape = string(JSON), format
	}
	if err := tx.ExecOne(insertExport, gate.Args{"id": c.ID, "number": c.Number, "format": format, "shape": shape, "purpose": c.Purpose,
		"reason": c.Reason, "sections": int64(sections), "recipient": recipient}); err != nil {
		return err
	}
	for _, pin := range c.pins {
		if err := tx.ExecOne(insertExportEntry, gate.Args{"export": c.ID, "entry": pin.EntryID, "version": pin.Version}); err != nil {
			return err
		}
	}
	return nil
}

func exportsOf(tx *gate.Tx) (list []Left, err error) {
	if err := tx.Select(&list, selectExports, nil); err != nil {
		return nil, err
	}
	recalled, err := sharing.RecalledOn(tx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		left := &list[i]
		left.TakenBack = slices.ContainsFunc(recalled, func(r sharing.Recalled) bool { return r.Covers(left.AgencyID, left.Sections, left.At) })
		if left.Own = left.AgencyID == tx.Actor().AgencyID; !left.Own {
			left.WorkerID, left.Sections, left.Sealed = "", 0, nil
			continue
		}
		if left.Recipient, err = tx.OpenText("file_export", left.ID, left.Sealed); err != nil {
			return nil, err
		}
		if left.Person, err = agency.WorkerName(tx, left.WorkerID); err != nil {
			return nil, err
		}
	}
	return list, nil
}
