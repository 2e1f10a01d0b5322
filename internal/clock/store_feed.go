package clock

import (
	"relais/internal/fault"
	"relais/internal/gate"
)

// FeedOwner finds the person behind a secret address, for account to recognise: their feed is dead once it was revoked, or they
// have left its desk.
const FeedOwner = `SELECT f.id, f.worker_id, 2 AS aal, f.created_at AS seen_at, 0 AS stepped_at, p.generation, '' AS device, 1 = 1 AS enrolled
FROM clock_feed f
JOIN worker w ON w.id = f.worker_id
JOIN policy_state p ON p.one = 1
WHERE f.token = :token AND f.revoked_at = 0 AND f.created_at <= :now
  AND (f.desk_id = '' OR EXISTS (SELECT 1 FROM worker_desk d WHERE d.worker_id = f.worker_id AND d.desk_id = f.desk_id AND d.ended_at = 0))`

const selectFeeds = `SELECT f.id, f.worker_id, f.desk_id, COALESCE(d.name, '') AS desk, f.created_at, f.version
FROM clock_feed f
LEFT JOIN desk d ON d.id = f.desk_id
WHERE f.worker_id = :worker_id AND f.revoked_at = 0
ORDER BY f.created_at, f.id`

const selectFeed = `SELECT f.id, f.worker_id, f.desk_id, '' AS desk, f.created_at, f.version
FROM clock_feed f
WHERE f.token = :token AND f.worker_id = :worker_id AND f.revoked_at = 0`

const selectDesks = `SELECT d.id, d.name
FROM worker_desk w
JOIN desk d ON d.id = w.desk_id
WHERE w.worker_id = :worker_id AND w.ended_at = 0
ORDER BY d.name, d.id`

const insertOneFeed = `INSERT INTO clock_feed (id, worker_id, agency_id, desk_id, token, created_at)
VALUES (:id, :worker_id, :agency_id, :desk, :token, :now)`

const revokeFeed = `UPDATE clock_feed
SET revoked_at = :now, version = version + 1
WHERE id = :feed AND worker_id = :worker_id AND revoked_at = 0`

func feedsOf(tx *gate.Tx) (list []Feed, err error) { return list, tx.Select(&list, selectFeeds, nil) }

func desksOf(tx *gate.Tx) (list []Desk, err error) { return list, tx.Select(&list, selectDesks, nil) }

func feedBy(tx *gate.Tx, hashed []byte) (f Feed, err error) {
	err = tx.Get(&f, selectFeed, gate.Args{"token": hashed})
	return f, orNotFound(err)
}

func insertFeed(tx *gate.Tx, id, deskID string, hashed []byte) error {
	return tx.ExecOne(insertOneFeed, gate.Args{"id": id, "desk": deskID, "token": hashed})
}

func endFeed(tx *gate.Tx, id string) error {
	rows, err := tx.Exec(revokeFeed, gate.Args{"feed": id})
	if err == nil && rows == 0 {
		err = fault.New(fault.NotFound, "gate.not_found")
	}
	return err
}
