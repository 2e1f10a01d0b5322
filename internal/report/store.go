package report

import (
	"time"

	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
)

const selectReferrals = `SELECT r.from_agency_id, f.name AS from_agency, r.to_agency_id, t.name AS to_agency, r.to_desk_id, d.name AS to_desk,
  CASE WHEN r.state <> 'offered' THEN r.state WHEN g.state = 'ended' THEN 'withdrawn'
    WHEN r.due_at <= :lapsed OR g.until_at <= :now THEN 'expired' ELSE 'offered' END AS state,
  r.offered_at, r.due_at, r.answered_at, r.completed_at, r.decline_reason, r.outcome,
  CASE WHEN ` + sharing.MayOpen + ` THEN 1 ELSE 0 END AS may_open
FROM referral r
JOIN file_grant g ON g.id = r.grant_id
JOIN agency f ON f.id = r.from_agency_id
JOIN agency t ON t.id = r.to_agency_id
JOIN desk d ON d.id = r.to_desk_id
WHERE r.offered_at >= :since AND r.offered_at < :end AND ` + sharing.Told + `
`
const (
	selectReceived = selectReferrals + ` AND r.to_agency_id = :agency_id`
	selectSent     = selectReferrals + ` AND r.from_agency_id = :agency_id AND r.to_agency_id <> :agency_id`
)

// referralsIn reads both sides, each by its own index.
func referralsIn(tx *gate.Tx, p Period) (list []referral, err error) {
	for _, query := range []string{selectReceived, selectSent} {
		var side []referral
		if err := tx.Select(&side, query, gate.Args{"since": p.since, "end": p.end, "lapsed": sharing.LapsedBefore(tx.Now()),
			"supervisor": gate.Flag(tx.Actor().Supervisor)}); err != nil {
			return nil, err
		}
		list = append(list, side...)
	}
	return list, nil
}

const selectSignals = `SELECT s.created_at, a.kind AS discipline, s.exploitation, s.state,
  CASE WHEN EXISTS (SELECT 1 FROM signal_step p WHERE p.signal_id = s.id AND p.kind = 'passed') THEN 1 ELSE 0 END AS passed
FROM signal s
JOIN agency a ON a.id = s.agency_id
WHERE s.created_at >= :since AND s.created_at < :end`

const (
	selectNoted = selectSignals + ` AND s.agency_id = :agency_id`
	selectTaken = selectSignals + ` AND s.agency_id <> :agency_id
  AND s.id IN (SELECT h.signal_id FROM signal_holder h WHERE h.agency_id = :agency_id AND h.state = 'holds')`
)

func signalsIn(tx *gate.Tx, p Period) (list []signal, err error) {
	for _, query := range []string{selectNoted, selectTaken} {
		var side []struct {
			signal
			CreatedAt moment.Time `db:"created_at"`
		}
		if err := tx.Select(&side, query, gate.Args{"since": p.since, "end": p.end}); err != nil {
			return nil, err
		}
		for i := range side {
			side[i].Month = monthOf(side[i].CreatedAt)
			list = append(list, side[i].signal)
		}
	}
	return list, nil
}

// monthOf is the month in Brussels.
func monthOf(at moment.Time) string { return at.Time().In(moment.Brussels()).Format(time.DateOnly)[:7] }

// selectSteps are the steps of the own agency, up to the end of a period, on files for which it took one in it.
const selectSteps = `SELECT g.file_id, g.track, g.to_state, CASE WHEN g.happened_on >= :from THEN 1 ELSE 0 END AS in_period
FROM track_step g
WHERE g.agency_id = :agency_id AND g.happened_on <= :until
  AND NOT EXISTS (SELECT 1 FROM track_strike k WHERE k.step_id = g.id)
  AND g.file_id IN (SELECT o.file_id FROM track_step o WHERE o.agency_id = :agency_id AND o.happened_on >= :from AND o.happened_on <= :until)
  AND ` + gate.NotSealed + ` AND ` + gate.NotExcluded + `
ORDER BY g.happened_on, g.written_at, g.id`

// selectSame are the pairs of files of which both sides of a pointer, the own agency being one, have said that they are of one person, where
// the own agency took steps on both. Of what two others said to each other a figure must not tell.
const selectSame = `SELECT m.file_id AS one, o.file_id AS other
FROM pointer_side m
JOIN pointer p ON p.id = m.pointer_id AND p.state <> 'not_same'
JOIN pointer_side o ON o.pointer_id = m.pointer_id AND o.asked <> m.asked
WHERE m.agency_id = :agency_id
  AND EXISTS (SELECT 1 FROM pointer_same s WHERE s.pointer_id = p.id AND s.agency_id = m.agency_id)
  AND EXISTS (SELECT 1 FROM pointer_same s WHERE s.pointer_id = p.id AND s.agency_id = o.agency_id)
  AND EXISTS (SELECT 1 FROM track_step t WHERE t.file_id = o.file_id AND t.agency_id = :agency_id)`

// pair are two files of one person.
type pair struct {
	One   string `db:"one"`
	Other string `db:"other"`
}

func sameIn(tx *gate.Tx) (list []pair, err error) { return list, tx.Select(&list, selectSame, nil) }

func stepsIn(tx *gate.Tx, p Period) (list []step, err error) {
	return list, tx.Select(&list, selectSteps, gate.Args{"from": p.From, "until": p.Until})
}
