package sharing

import "relais/internal/gate"

// Statements about the clock of an offer. They leave its version alone: a reminder must not make an answer stale.

const pressingOffer = `SELECT r.id, r.file_id, r.from_agency_id, r.to_agency_id, r.to_desk_id, r.due_at, r.version
FROM referral r
JOIN file_grant g ON g.id = r.grant_id AND g.state = 'offered' AND g.until_at > :now
WHERE r.state = 'offered' AND r.due_at > :lapsed AND ` + gate.NotSealed

const selectToRemind = pressingOffer + ` AND r.reminded_at = 0 AND r.remind_at <= :now AND r.due_at > :now
ORDER BY r.remind_at, r.id
LIMIT 1`

const selectToEscalate = pressingOffer + ` AND r.escalated_at = 0 AND r.due_at <= :now
ORDER BY r.due_at, r.id
LIMIT 1`

const markReminded = `UPDATE referral SET reminded_at = :now WHERE id = :referral AND state = 'offered' AND reminded_at = 0`

const markEscalated = `UPDATE referral SET escalated_at = :now WHERE id = :referral AND state = 'offered' AND escalated_at = 0`

// selectToStandIn finds what the desk's lead was told of a day ago, and nobody has answered since.
const selectToStandIn = pressingOffer + ` AND r.escalated_at > 0 AND r.stand_in_at = 0 AND r.escalated_at <= :told
ORDER BY r.escalated_at, r.id
LIMIT 1`

const markStoodIn = `UPDATE referral SET stand_in_at = :now WHERE id = :referral AND state = 'offered' AND stand_in_at = 0`
