package account

import (
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

const putNetwork = `INSERT INTO known_network (worker_id, network, seen_at, until_at)
VALUES (:worker, :network, :now, :until)
ON CONFLICT (worker_id, network) DO UPDATE SET seen_at = :now, until_at = :until`

const trimNetworks = `DELETE FROM known_network
WHERE worker_id = :worker AND network NOT IN (
  SELECT network FROM known_network WHERE worker_id = :worker ORDER BY seen_at DESC, network LIMIT :most)`

const countNetwork = `SELECT COUNT(*) FROM known_network WHERE worker_id = :worker AND network = :network AND until_at > :now`

const sweepNetworks = `DELETE FROM known_network WHERE until_at <= :now`

// rememberNetwork keeps from where somebody has signed in, and forgets the oldest beyond the most.
func rememberNetwork(tx *gate.Tx, workerID string, network []byte) error {
	args := gate.Args{"worker": workerID, "network": network, "until": tx.Now().Add(networkKnown)}
	if err := tx.ExecOne(putNetwork, args); err != nil {
		return err
	}
	_, err := tx.Exec(trimNetworks, gate.Args{"worker": workerID, "most": mostNetworks})
	return err
}

func isKnownNetwork(raw *database.Tx, workerID string, network []byte, now moment.Time) (bool, error) {
	var found int
	err := raw.Get(&found, countNetwork, gate.Args{"worker": workerID, "network": network, "now": now})
	return found > 0, err
}
