package account

import (
	"relais/internal/gate"
	"relais/internal/moment"
)

// selectSession and selectKey begin every request, so they read no more than they must: a person who was disabled, or whose
// agency was closed, is kept out by the generation, which every such change raises. Only half a sign-in needs to know whether
// there is a second factor.
const selectSession = `SELECT s.id, s.worker_id, s.aal, s.seen_at, s.stepped_at, p.generation, s.device,
  s.aal >= 2 OR EXISTS (SELECT 1 FROM credential c WHERE c.worker_id = s.worker_id AND c.totp_at <> 0) AS enrolled
FROM session s
JOIN policy_state p ON p.one = 1
WHERE s.token = :token AND s.ended_at = 0 AND s.until_at > :now AND s.seen_at > :idle_since`

const selectKey = `SELECT k.id, k.worker_id, 2 AS aal, k.created_at AS seen_at, 0 AS stepped_at, p.generation, '' AS device,
  1 = 1 AS enrolled
FROM api_key k
JOIN policy_state p ON p.one = 1
WHERE k.token = :token AND k.ended_at = 0 AND k.until_at > :now`

const touchSession = `UPDATE session SET seen_at = :now
WHERE id = :session AND ended_at = 0 AND seen_at <= :seen_before`

const insertSession = `INSERT INTO session (id, token, worker_id, aal, created_at, seen_at, stepped_at, until_at, device)
VALUES (:id, :token, :worker, :aal, :now, :now, :stepped, :until, :device)`

const stepSession = `UPDATE session SET stepped_at = :now
WHERE id = :session AND worker_id = :worker_id AND ended_at = 0`

const selectSessions = `SELECT id, created_at, seen_at, until_at
FROM session
WHERE worker_id = :worker_id AND ended_at = 0 AND until_at > :now AND seen_at > :idle_since
ORDER BY seen_at DESC, id`

const endSession = `UPDATE session SET ended_at = :now
WHERE id = :session AND worker_id = :worker AND ended_at = 0`

const endSessions = `UPDATE session SET ended_at = :now
WHERE worker_id = :worker AND id <> :but AND ended_at = 0`

const sweepSessions = `DELETE FROM session WHERE until_at < :before`

const insertKey = `INSERT INTO api_key (id, token, worker_id, label, created_at, until_at)
VALUES (:id, :token, :worker_id, :label, :now, :until)`

const selectKeys = `SELECT id, label, created_at, until_at
FROM api_key
WHERE worker_id = :worker_id AND ended_at = 0 AND until_at > :now
ORDER BY id`

const endKey = `UPDATE api_key SET ended_at = :now
WHERE id = :key AND worker_id = :worker_id AND ended_at = 0 AND until_at > :now`

const endKeys = `UPDATE api_key SET ended_at = :now WHERE worker_id = :worker AND ended_at = 0`

const sweepKeys = `DELETE FROM api_key WHERE until_at < :before`

const sweepInvitations = `DELETE FROM invitation WHERE until_at < :before`

// bearer is whoever came with a live session or key.
type bearer struct {
	ID         string
	WorkerID   string
	AAL        int
	SeenAt     moment.Time
	SteppedAt  moment.Time
	Generation int64
	Device     []byte
	Enrolled   bool
}

// Columns are in the order of selectSession and selectKey.
func (b *bearer) Columns() []any {
	return []any{&b.ID, &b.WorkerID, &b.AAL, &b.SeenAt, &b.SteppedAt, &b.Generation, &b.Device, &b.Enrolled}
}

type sessionRow struct {
	ID        string      `db:"id"`
	CreatedAt moment.Time `db:"created_at"`
	SeenAt    moment.Time `db:"seen_at"`
	UntilAt   moment.Time `db:"until_at"`
}

type keyRow struct {
	ID        string      `db:"id"`
	Label     []byte      `db:"label"`
	CreatedAt moment.Time `db:"created_at"`
	UntilAt   moment.Time `db:"until_at"`
}

// newSession is what a session begins with.
type newSession struct {
	token   []byte
	worker  string
	aal     int
	stepped moment.Time
	until   moment.Time
	device  []byte
}

func putSession(tx *gate.Tx, n newSession) error {
	return tx.ExecOne(insertSession, gate.Args{"id": gate.NewID(), "token": n.token, "worker": n.worker, "aal": n.aal,
		"stepped": n.stepped, "until": n.until, "device": n.device})
}

// endAllSessions ends a person's sessions but one; "" spares none.
func endAllSessions(tx *gate.Tx, workerID, but string) error {
	_, err := tx.Exec(endSessions, gate.Args{"worker": workerID, "but": but})
	return err
}

func endAllKeys(tx *gate.Tx, workerID string) error {
	_, err := tx.Exec(endKeys, gate.Args{"worker": workerID})
	return err
}

// endAllDoors ends a person's sessions but one, and their keys: what somebody else made in a browser that was left open must not outlive
// the new password.
func endAllDoors(tx *gate.Tx, workerID, but string) error {
	if err := endAllSessions(tx, workerID, but); err != nil {
		return err
	}
	return endAllKeys(tx, workerID)
}
