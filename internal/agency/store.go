package agency

import (
	"relais/internal/gate"
	"relais/internal/moment"
)

// Rows is what the gate's transaction and the bare one have in common: an actor is built before there is a caller.
type Rows interface {
	Get(dest any, query string, args gate.Args) error
	Select(dest any, query string, args gate.Args) error
}

const selectStanding = `SELECT w.agency_id, w.language, w.care, w.supervisor, w.duty, w.disabled_at, a.country, a.kind, a.closed_at
FROM worker w
JOIN agency a ON a.id = w.agency_id
WHERE w.id = :worker`

const selectLiveDesks = `SELECT d.id
FROM worker_desk wd
JOIN desk d ON d.id = wd.desk_id AND d.agency_id = :agency AND d.closed_at = 0
WHERE wd.worker_id = :worker AND wd.ended_at = 0
ORDER BY d.id`

const selectUnits = `SELECT DISTINCT d.unit
FROM worker_desk wd
JOIN desk d ON d.id = wd.desk_id AND d.agency_id = :agency AND d.closed_at = 0
WHERE wd.worker_id = :worker AND wd.ended_at = 0 AND d.unit <> ''
ORDER BY d.unit`

const selectHeld = `SELECT DISTINCT r.id, r.base, r.name, r.standard, r.version
FROM worker_role wr
JOIN role r ON r.id = wr.role_id AND r.agency_id = :agency AND r.closed_at = 0
WHERE wr.worker_id = :worker AND wr.may = :may AND wr.ended_at = 0
ORDER BY r.id`

const selectRules = `SELECT section, verb, eft
FROM role_rule
WHERE role_id = :role AND version = :version
ORDER BY verb, section`

const insertAgency = `INSERT INTO agency (id, code, country, kind, name, regime, created_at)
VALUES (:agency, :code, :country, :kind, :name, :regime, :now)`

const insertDesk = `INSERT INTO desk (id, agency_id, name, intake, unit, created_at)
VALUES (:desk, :agency, :name, :intake, :unit, :now)`

const selectAgencies = `SELECT id, code, country, kind, name
FROM agency
WHERE closed_at = 0
ORDER BY country, name, id`

const selectDesks = `SELECT id, agency_id, name, intake
FROM desk
WHERE closed_at = 0
ORDER BY name, id`

const selectNames = `SELECT a.id, a.id AS agency_id, a.name AS agency, '' AS desk
FROM agency a
WHERE a.id IN (:ids)
UNION ALL
SELECT d.id, a.id, a.name, d.name
FROM desk d
JOIN agency a ON a.id = d.agency_id
WHERE d.id IN (:ids)`

const selectKind = `SELECT kind FROM agency WHERE id = :agency AND closed_at = 0`

// standingRow is what of a worker and the agency decides.
type standingRow struct {
	AgencyID   string      `db:"agency_id"`
	Language   string      `db:"language"`
	Care       int64       `db:"care"`
	Supervisor int64       `db:"supervisor"`
	Duty       int64       `db:"duty"`
	DisabledAt moment.Time `db:"disabled_at"`
	Country    string      `db:"country"`
	Kind       string      `db:"kind"`
	ClosedAt   moment.Time `db:"closed_at"`
}

type roleRow struct {
	ID       string `db:"id"`
	Base     string `db:"base"`
	Name     string `db:"name"`
	Standard int64  `db:"standard"`
	Version  int64  `db:"version"`
}

type ruleRow struct {
	Section string `db:"section"`
	Verb    string `db:"verb"`
	Effect  string `db:"eft"`
}

func standingOf(tx Rows, workerID string) (row standingRow, err error) {
	return row, tx.Get(&row, selectStanding, gate.Args{"worker": workerID})
}

func desksOf(tx Rows, agencyID, workerID string) (ids []string, err error) {
	return ids, tx.Select(&ids, selectLiveDesks, gate.Args{"agency": agencyID, "worker": workerID})
}

func unitsOf(tx Rows, agencyID, workerID string) (units []string, err error) {
	return units, tx.Select(&units, selectUnits, gate.Args{"agency": agencyID, "worker": workerID})
}

const (
	mayHold = "hold"
	mayGive = "give"
)

func heldBy(tx Rows, agencyID, workerID string) ([]roleRow, error) {
	return rolesOf(tx, agencyID, workerID, mayHold)
}

func rolesOf(tx Rows, agencyID, workerID, may string) (rows []roleRow, err error) {
	return rows, tx.Select(&rows, selectHeld, gate.Args{"agency": agencyID, "worker": workerID, "may": may})
}

func rulesOf(tx Rows, roleID string, version int64) (rows []ruleRow, err error) {
	return rows, tx.Select(&rows, selectRules, gate.Args{"role": roleID, "version": version})
}

func kindOf(tx Rows, agencyID string) (kind string, err error) {
	return kind, tx.Get(&kind, selectKind, gate.Args{"agency": agencyID})
}

func putAgency(tx *gate.Tx, agencyID string, n NewAgency) error {
	return tx.ExecOne(insertAgency, gate.Args{"agency": agencyID, "code": n.Code, "country": n.Country, "kind": string(n.Kind),
		"name": n.Name, "regime": n.Regime})
}

func putDesk(tx *gate.Tx, agencyID, deskID string, n NewDesk) error {
	return tx.ExecOne(insertDesk, gate.Args{"desk": deskID, "agency": agencyID, "name": n.Name, "intake": gate.Flag(n.Intake), "unit": n.Unit})
}

type deskRow struct {
	ID       string `db:"id"`
	AgencyID string `db:"agency_id"`
	Name     string `db:"name"`
	Intake   int64  `db:"intake"`
}

type agencyRow struct {
	ID      string `db:"id"`
	Code    string `db:"code"`
	Country string `db:"country"`
	Kind    string `db:"kind"`
	Name    string `db:"name"`
}

type nameRow struct {
	ID       string `db:"id"`
	AgencyID string `db:"agency_id"`
	Agency   string `db:"agency"`
	Desk     string `db:"desk"`
}

func allAgencies(tx Rows) (rows []agencyRow, err error) {
	return rows, tx.Select(&rows, selectAgencies, nil)
}

func allDesks(tx Rows) (rows []deskRow, err error) { return rows, tx.Select(&rows, selectDesks, nil) }

func namesOf(tx Rows, ids []string) (rows []nameRow, err error) {
	return rows, tx.Select(&rows, selectNames, gate.Args{"ids": ids})
}
