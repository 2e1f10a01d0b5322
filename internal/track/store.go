package track

import (
	"strings"

	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

const insertStep = `INSERT INTO track_step (id, file_id, track, country, seq, from_state, to_state, happened_on, written_at, worker_id,
  agency_id, authority, rule, basis, ground, pack, sealed)
VALUES (:id, :file_id, :track, :country, :seq, :from, :to, :on, :now, :worker_id, :agency_id, :authority, :rule, :basis, :ground, :pack,
  :sealed)`

const selectSteps = `SELECT s.id, s.track, s.country, s.seq, s.from_state, s.to_state, s.happened_on, s.written_at, s.worker_id, s.agency_id,
  a.name AS agency, s.authority, s.rule, s.basis, s.ground, s.pack, s.sealed, COALESCE(k.struck_at, 0) AS struck_at,
  COALESCE(k.worker_id, '') AS struck_by, COALESCE(b.name, '') AS struck_agency, COALESCE(k.reason, '') AS struck_reason, k.sealed AS struck_sealed
FROM track_step s
JOIN agency a ON a.id = s.agency_id
LEFT JOIN track_strike k ON k.step_id = s.id
LEFT JOIN agency b ON b.id = k.agency_id
WHERE s.file_id = :file_id
ORDER BY s.track, s.country, s.seq`

// selectHome is the country of the case, and what was done to the person there: facts in clear.
const selectHome = `SELECT c.country, c.exploitation
FROM victim v
JOIN casefile c ON c.file_id = v.case_id
WHERE v.file_id = :file_id`

func insert(tx *gate.Tx, s *Step, sealed []byte) error {
	_, err := tx.Exec(insertStep, gate.Args{"id": s.ID, "track": s.Track, "country": s.Country, "seq": s.Seq, "from": s.From, "to": s.To,
		"on": string(s.On), "authority": s.Authority, "rule": s.Rule, "basis": s.Basis, "ground": s.Ground, "pack": s.Pack, "sealed": sealed})
	return err
}

const insertNewAppeal = `INSERT INTO track_appeal (id, file_id, step_id, what, on_day, written_at, worker_id, agency_id)
VALUES (:id, :file_id, :step, :what, :on_day, :now, :worker_id, :agency_id)`

const selectAppeals = `SELECT p.id, p.step_id, p.what, p.on_day, p.written_at, a.name AS agency
FROM track_appeal p
JOIN agency a ON a.id = p.agency_id
WHERE p.file_id = :file_id
ORDER BY p.id`

func insertAppeal(tx *gate.Tx, stepID, what string, on moment.Date) error {
	return tx.ExecOne(insertNewAppeal, gate.Args{"id": gate.NewID(), "step": stepID, "what": what, "on_day": string(on)})
}

// appealsOf are the lines of all appeals on the file, in the order in which they were written.
func appealsOf(tx *gate.Tx) (list []Appeal, err error) {
	return list, tx.Select(&list, selectAppeals, nil)
}

const insertStrike = `INSERT INTO track_strike (step_id, file_id, struck_at, worker_id, agency_id, reason, sealed)
VALUES (:step, :file_id, :now, :worker_id, :agency_id, :reason, :sealed)`

func insertStruck(tx *gate.Tx, stepID, reason string, sealed []byte) error {
	return tx.ExecOne(insertStrike, gate.Args{"step": stepID, "reason": reason, "sealed": sealed})
}

// stepsOf are the file's steps, sealed; nobody may change what is kept.
func stepsOf(tx *gate.Tx) ([]Step, error) {
	return gate.Recall(tx, "track", func() (steps []Step, err error) {
		return steps, tx.Select(&steps, selectSteps, nil)
	})
}

// home is what the case says.
type home struct {
	Country      string `db:"country"`
	Exploitation string `db:"exploitation"`
}

func homeOf(tx *gate.Tx) (h home, err error) {
	if err = tx.Get(&h, selectHome, nil); err != nil {
		return h, err
	}
	if !hasPack(h.Country) {
		h.Country = tx.Actor().Country
	}
	return h, nil
}

func hasPack(country string) bool {
	for _, known := range rulepack.Countries() {
		if string(known) == country {
			return true
		}
	}
	return false
}

func (h home) forcedCrime() bool {
	for code := range strings.SplitSeq(h.Exploitation, ";") {
		if code == "forced_criminality" {
			return true
		}
	}
	return false
}

const selectDetected = `SELECT detected_on FROM victim WHERE file_id = :file_id`

func detectedOn(tx *gate.Tx) (on moment.Date, err error) { return on, tx.Get(&on, selectDetected, nil) }
