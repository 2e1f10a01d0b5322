package account

import (
	"errors"

	"relais/internal/agency"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
)

const arrive = `INSERT INTO throttle (key, tat_at)
VALUES (:key, :first)
ON CONFLICT (key) DO UPDATE
SET tat_at = CASE WHEN throttle.tat_at > :now THEN throttle.tat_at + :step ELSE :first END
WHERE throttle.tat_at <= :latest`

const selectArrival = `SELECT tat_at FROM throttle WHERE key = :key`

const sweepThrottle = `DELETE FROM throttle WHERE tat_at < :before`

const credentialColumns = `w.id AS worker_id, w.agency_id, w.disabled_at, a.closed_at, COALESCE(c.password, '') AS password,
  c.totp, COALESCE(c.totp_at, 0) AS totp_at, COALESCE(c.totp_step, 0) AS totp_step, c.totp_next`

const fromCredential = `
FROM worker w
JOIN agency a ON a.id = w.agency_id
LEFT JOIN credential c ON c.worker_id = w.id
`

const selectByLogin = `SELECT ` + credentialColumns + fromCredential + `WHERE w.login_token = :login`

const selectByWorker = `SELECT ` + credentialColumns + fromCredential + `WHERE w.id = :worker`

const selectByInvitation = `SELECT ` + credentialColumns + fromCredential + `JOIN invitation i ON i.worker_id = w.id
WHERE i.token = :token AND i.used_at = 0 AND i.until_at > :now`

const putPassword = `INSERT INTO credential (worker_id, password, password_at, totp_next)
VALUES (:worker, :password, :now, :next)
ON CONFLICT (worker_id) DO UPDATE
SET password = :password, password_at = :now, totp = NULL, totp_at = 0, totp_step = 0, totp_next = :next,
  version = credential.version + 1`

const changePassword = `UPDATE credential
SET password = :password, password_at = :now, version = version + 1
WHERE worker_id = :worker AND password = :before`

const rehashPassword = `UPDATE credential SET password = :password WHERE worker_id = :worker AND password = :before`

const putNext = `UPDATE credential SET totp_next = :next, version = version + 1 WHERE worker_id = :worker`

const putFactor = `UPDATE credential
SET totp = :totp, totp_at = :now, totp_step = :step, totp_next = NULL, version = version + 1
WHERE worker_id = :worker AND totp_next IS NOT NULL`

const burnStep = `UPDATE credential SET totp_step = :step WHERE worker_id = :worker AND totp_step < :step`

const wipeCredential = `UPDATE credential
SET password = '', totp = NULL, totp_at = 0, totp_step = 0, totp_next = NULL, version = version + 1
WHERE worker_id = :worker`

const insertInvitation = `INSERT INTO invitation (id, worker_id, token, created_by, created_at, until_at)
VALUES (:id, :worker, :token, :by, :now, :until)`

const endInvitations = `UPDATE invitation SET used_at = :now WHERE worker_id = :worker AND used_at = 0`

const useInvitation = `UPDATE invitation SET used_at = :now
WHERE worker_id = :worker AND token = :token AND used_at = 0 AND until_at > :now`

// credential is a person's row for signing in, with the state of person and agency.
type credential struct {
	WorkerID   string      `db:"worker_id"`
	AgencyID   string      `db:"agency_id"`
	DisabledAt moment.Time `db:"disabled_at"`
	ClosedAt   moment.Time `db:"closed_at"`
	Password   string      `db:"password"`
	TOTP       []byte      `db:"totp"`
	TOTPAt     moment.Time `db:"totp_at"`
	TOTPStep   int64       `db:"totp_step"`
	Next       []byte      `db:"totp_next"`
}

// live says whether the person may sign in at all.
func (c *credential) live() bool { return c.WorkerID != "" && c.DisabledAt == 0 && c.ClosedAt == 0 }

func (c *credential) enrolled() bool { return c.TOTPAt != 0 }

// credentialBy reads a credential; an empty one where there is none.
func credentialBy(tx agency.Rows, query string, args gate.Args) (c credential, err error) {
	err = tx.Get(&c, query, args)
	if errors.Is(err, database.ErrNoRows) {
		return credential{}, nil
	}
	return c, err
}

func credentialOf(tx agency.Rows, workerID string) (credential, error) {
	return credentialBy(tx, selectByWorker, gate.Args{"worker": workerID})
}

func arrivalOf(raw *database.Tx, key []byte) (at moment.Time, err error) {
	return at, raw.Get(&at, selectArrival, gate.Args{"key": key})
}

// factorPlace binds a second factor to its person and to the instant at which it was set up, so that an old one cannot be
// put back; nextPlace is that of one that is not confirmed yet.
func factorPlace(workerID string, at moment.Time) seal.AD {
	return seal.AD{Table: "credential", Row: workerID, Section: "totp", Version: int64(at)}
}

func nextPlace(workerID string) seal.AD {
	return seal.AD{Table: "credential", Row: workerID, Section: "totp_next"}
}

// setPassword stores a first password, or one after an invitation, and a second factor to be confirmed; the old ones are gone.
func setPassword(tx *gate.Tx, c *credential, phc string, secret []byte) error {
	next, err := tx.SealStaff(c.AgencyID, nextPlace(c.WorkerID), secret)
	if err != nil {
		return err
	}
	return tx.ExecOne(putPassword, gate.Args{"worker": c.WorkerID, "password": phc, "next": next})
}

// prepareFactor stores a second factor to be confirmed beside the one in force.
func prepareFactor(tx *gate.Tx, c *credential) error {
	next, err := tx.SealStaff(c.AgencyID, nextPlace(c.WorkerID), newSecret())
	if err != nil {
		return err
	}
	return tx.ExecOne(putNext, gate.Args{"worker": c.WorkerID, "next": next})
}

// confirmFactor puts the prepared second factor in force; step is the one whose code confirmed it.
func confirmFactor(tx *gate.Tx, c *credential, secret []byte, step int64) error {
	sealed, err := tx.SealStaff(c.AgencyID, factorPlace(c.WorkerID, tx.Now()), secret)
	if err != nil {
		return err
	}
	return tx.ExecOne(putFactor, gate.Args{"worker": c.WorkerID, "totp": sealed, "step": step})
}

// burn uses up a time step; false where it, or a later one, was used before.
func burn(tx *gate.Tx, workerID string, step int64) (bool, error) {
	rows, err := tx.Exec(burnStep, gate.Args{"worker": workerID, "step": step})
	return rows == 1, err
}

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }
