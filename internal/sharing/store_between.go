package sharing

import (
	"relais/internal/gate"
	"relais/internal/moment"
)

// MayOpen is true of a referral (r, with its grant g) that the caller may open, as selectReferral finds it; a statement that asks it
// names :supervisor.
const MayOpen = `(` + inReceived + ` OR ` + watched + ` AND ` + inSight + ` OR r.from_agency_id = :agency_id AND ` + seesFile + `)`

// Told is true of a referral (r, with its grant g) that reached its desk and that the caller may know of: its file neither lies under a
// seal nor excludes the caller.
const Told = inSight

// Span is the referrals from an agency to a desk that were offered in a time.
type Span struct {
	FromAgencyID string
	ToDeskID     string
	Since, End   moment.Time // End not included
}

const selectBetween = `SELECT ` + referralColumns + `
WHERE r.from_agency_id = :from AND r.to_desk_id = :to AND r.offered_at >= :since AND r.offered_at < :end
  AND (r.from_agency_id = :agency_id OR r.to_agency_id = :agency_id)
  AND ` + Told + ` AND ` + MayOpen + ` AND (r.offered_at, r.id) < (:after_at, :after_id)
ORDER BY r.offered_at DESC, r.id DESC
LIMIT :limit`

// Between gives one page of a span, as far as the caller may open it, the newest first.
func Between(tx *gate.Tx, span Span, after gate.Cursor) (page []Referral, next gate.Cursor, err error) {
	if after.ID == "" {
		after = gate.Cursor{At: 1 << 62, ID: "~"}
	}
	err = tx.Select(&page, selectBetween, gate.Args{"from": span.FromAgencyID, "to": span.ToDeskID, "since": span.Since, "end": span.End,
		"after_at": after.At, "after_id": after.ID, "limit": PageSize + 1, "supervisor": gate.Flag(tx.Actor().Supervisor)})
	if len(page) > PageSize {
		page = page[:PageSize]
		next = gate.Cursor{At: page[PageSize-1].OfferedAt, ID: page[PageSize-1].ID}
	}
	return page, next, err
}

// LapsedBefore is the time before which an offer must have been due to be dead by now, although no job has marked it.
func LapsedBefore(now moment.Time) moment.Time { return lapsedBefore(now) }
