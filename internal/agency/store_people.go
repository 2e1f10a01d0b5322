package agency

import (
	"encoding/json"
	"errors"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
)

const workerColumns = `id, agency_id, sealed, language, care, supervisor, duty, created_at, disabled_at, version`

const selectWorker = `SELECT ` + workerColumns + `
FROM worker
WHERE id = :worker AND agency_id = :agency`

const selectWorkers = `SELECT ` + workerColumns + `
FROM worker
WHERE agency_id = :agency AND id > :after
ORDER BY id
LIMIT :limit`

const selectColleagues = `SELECT ` + workerColumns + `
FROM worker
WHERE agency_id = :agency AND disabled_at = 0
ORDER BY id`

const selectStaffOf = `SELECT ` + workerColumns + `
FROM worker
WHERE agency_id = :agency AND disabled_at = 0
  AND EXISTS (SELECT 1 FROM worker_desk s WHERE s.worker_id = worker.id AND s.desk_id = :desk AND s.from_at <= :now AND s.ended_at = 0)
ORDER BY id`

const selectNamed = `SELECT ` + workerColumns + `
FROM worker
WHERE agency_id = :agency AND id IN (:ids)`

const insertWorker = `INSERT INTO worker (id, agency_id, login_token, sealed, language, care, supervisor, duty, created_at)
VALUES (:worker, :agency, :login, :sealed, :language, :care, :supervisor, :duty, :now)`

const updateWorker = `UPDATE worker
SET login_token = :login, sealed = :sealed, language = :language, care = :care, supervisor = :supervisor, duty = :duty,
  disabled_at = :disabled, version = version + 1
WHERE id = :worker AND agency_id = :agency AND version = :version`

const selectLogin = `SELECT id FROM worker WHERE login_token = :login`

const selectDeskLinks = `SELECT worker_id, desk_id AS id
FROM worker_desk
WHERE worker_id IN (:workers) AND ended_at = 0
ORDER BY desk_id`

const selectRoleLinks = `SELECT DISTINCT wr.worker_id, wr.role_id AS id, wr.may
FROM worker_role wr
JOIN role r ON r.id = wr.role_id AND r.closed_at = 0
WHERE wr.worker_id IN (:workers) AND wr.ended_at = 0
ORDER BY wr.role_id`

const insertDeskLink = `INSERT INTO worker_desk (worker_id, desk_id, from_at)
VALUES (:worker, :desk, :now)
ON CONFLICT (worker_id, desk_id, from_at) DO UPDATE SET ended_at = 0`

const endDeskLink = `UPDATE worker_desk SET ended_at = :now
WHERE worker_id = :worker AND desk_id = :desk AND ended_at = 0`

const insertRoleLink = `INSERT INTO worker_role (id, worker_id, role_id, may, granted_by, from_at)
VALUES (:id, :worker, :role, :may, :by, :now)`

const endRoleLink = `UPDATE worker_role SET ended_at = :now
WHERE worker_id = :worker AND role_id = :role AND may = :may AND ended_at = 0`

const countHolders = `SELECT COUNT(DISTINCT w.id)
FROM worker w
JOIN worker_role wr ON wr.worker_id = w.id AND wr.may = 'hold' AND wr.ended_at = 0
JOIN role r ON r.id = wr.role_id AND r.agency_id = w.agency_id AND r.closed_at = 0
JOIN role_rule ru ON ru.role_id = r.id AND ru.version = r.version AND ru.eft = 'allow'
WHERE w.agency_id = :agency AND w.disabled_at = 0
  AND r.base = :base AND ru.section = :section AND ru.verb = :verb`

type workerRow struct {
	ID         string      `db:"id"`
	AgencyID   string      `db:"agency_id"`
	Sealed     []byte      `db:"sealed"`
	Language   string      `db:"language"`
	Care       int64       `db:"care"`
	Supervisor int64       `db:"supervisor"`
	Duty       int64       `db:"duty"`
	CreatedAt  moment.Time `db:"created_at"`
	DisabledAt moment.Time `db:"disabled_at"`
	Version    int64       `db:"version"`
}

type linkRow struct {
	WorkerID string `db:"worker_id"`
	ID       string `db:"id"`
	May      string `db:"may"`
}

func staffPlace(workerID string, version int64) seal.AD {
	return seal.AD{Table: "worker", Row: workerID, Section: "staff", Version: version}
}

func openPerson(row *workerRow, open func(agencyID string, ad seal.AD, sealed []byte) ([]byte, error)) (p Person, err error) {
	plain, err := open(row.AgencyID, staffPlace(row.ID, row.Version), row.Sealed)
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(plain, &p)
}

// workerOf reads one person of an agency; of another agency's it says the same as of one that is not there.
func workerOf(tx *gate.Tx, agencyID, workerID string) (*Worker, error) {
	if !isID(workerID) {
		return nil, notFound()
	}
	var row workerRow
	err := tx.Get(&row, selectWorker, gate.Args{"agency": agencyID, "worker": workerID})
	if errors.Is(err, database.ErrNoRows) {
		return nil, notFound()
	}
	if err != nil {
		return nil, err
	}
	workers, err := complete(tx, []workerRow{row})
	if err != nil {
		return nil, err
	}
	return &workers[0], nil
}

func workersAfter(tx *gate.Tx, agencyID, after string, limit int) ([]Worker, error) {
	var rows []workerRow
	err := tx.Select(&rows, selectWorkers, gate.Args{"agency": agencyID, "after": after, "limit": limit})
	if err != nil {
		return nil, err
	}
	return complete(tx, rows)
}

// complete opens the names and adds desks and roles.
func complete(tx *gate.Tx, rows []workerRow) ([]Worker, error) {
	ids := make([]string, len(rows))
	workers := make([]Worker, len(rows))
	at := map[string]*Worker{}
	for i := range rows {
		row := &rows[i]
		person, err := openPerson(row, tx.OpenStaff)
		if err != nil {
			return nil, err
		}
		workers[i] = Worker{ID: row.ID, Person: person, Language: row.Language, CreatedAt: row.CreatedAt,
			DisabledAt: row.DisabledAt, Version: row.Version, Access: Access{Desks: []string{}, Hold: []string{}, Give: []string{},
				Care: row.Care == 1, Supervisor: row.Supervisor == 1, Duty: row.Duty == 1}}
		ids[i], at[row.ID] = row.ID, &workers[i]
	}
	return workers, addLinks(tx, ids, at)
}

func addLinks(tx *gate.Tx, ids []string, at map[string]*Worker) error {
	var desks, roles []linkRow
	if err := tx.Select(&desks, selectDeskLinks, gate.Args{"workers": ids}); err != nil {
		return err
	}
	if err := tx.Select(&roles, selectRoleLinks, gate.Args{"workers": ids}); err != nil {
		return err
	}
	for _, link := range desks {
		at[link.WorkerID].Desks = append(at[link.WorkerID].Desks, link.ID)
	}
	for _, link := range roles {
		w := at[link.WorkerID]
		if link.May == mayGive {
			w.Give = append(w.Give, link.ID)
		} else {
			w.Hold = append(w.Hold, link.ID)
		}
	}
	return nil
}

// putWorker writes a new person.
func putWorker(tx *gate.Tx, agencyID string, w *Worker) error {
	args, err := sealedArgs(tx, agencyID, w, 1)
	if err != nil {
		return err
	}
	return loginFree(tx.ExecOne(insertWorker, args))
}

// saveWorker writes the next version of a person; the sealed name is bound to it.
func saveWorker(tx *gate.Tx, agencyID string, w *Worker) error {
	args, err := sealedArgs(tx, agencyID, w, w.Version+1)
	if err != nil {
		return err
	}
	args["version"], args["disabled"] = w.Version, w.DisabledAt
	if err := loginFree(tx.ExecOne(updateWorker, args)); err != nil {
		return err
	}
	w.Version++
	return nil
}

func sealedArgs(tx *gate.Tx, agencyID string, w *Worker, version int64) (gate.Args, error) {
	plain, err := json.Marshal(w.Person)
	if err != nil {
		return nil, err
	}
	sealed, err := tx.SealStaff(agencyID, staffPlace(w.ID, version), plain)
	return gate.Args{"worker": w.ID, "agency": agencyID, "login": tx.Token(loginField, w.Email), "sealed": sealed,
		"language": w.Language, "care": gate.Flag(w.Care), "supervisor": gate.Flag(w.Supervisor), "duty": gate.Flag(w.Duty)}, err
}

// loginField is the field of the blind index under which a sign-in finds its person.
const loginField = "login"

// loginFree names the field when two people race for one address; the usual case is found by loginTaken before.
func loginFree(err error) error {
	if database.IsUnique(err) {
		return fault.New(fault.Invalid, "fault.invalid").WithField("email", "agency.login_taken")
	}
	return err
}

// loginTaken says whether somebody else signs in with this address.
func loginTaken(tx *gate.Tx, email, workerID string) (bool, error) {
	var id string
	err := tx.Get(&id, selectLogin, gate.Args{"login": tx.Token(loginField, email)})
	if errors.Is(err, database.ErrNoRows) {
		return false, nil
	}
	return err == nil && id != workerID, err
}
