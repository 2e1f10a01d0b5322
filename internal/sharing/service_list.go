package sharing

import (
	"context"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// PageSize is how many referrals stand on one page of a list.
const PageSize = 50

// Box is one of the lists of referrals.
type Box string

// The three lists.
const (
	Waiting  Box = "waiting"  // offered to the caller's desks and not answered, the most pressing first
	Received Box = "received" // ever offered to the caller's desks, the newest first
	Sent     Box = "sent"     // by the caller's agency, on files that the caller may see, the newest first
)

// Boxes lists the lists.
func Boxes() []Box { return []Box{Waiting, Received, Sent} }

// parseBox reads a list's word; none is Waiting. List refuses an unknown one.
func parseBox(word string) Box {
	if word == "" {
		return Waiting
	}
	return Box(word)
}

// List is one page of a list of referrals.
type List struct {
	Referrals []Referral
	Next      gate.Cursor
	Now       moment.Time
}

// List gives one page of a list; after is where the page before ended.
func (s *Service) List(ctx context.Context, box Box, after gate.Cursor) (list List, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = List{Now: tx.Now()}
		if list.Referrals, list.Next, err = In(tx, box, after, PageSize); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Search, SubjectCategory: "victim"}
		for i := range list.Referrals {
			event.Results = append(event.Results, list.Referrals[i].FileID)
		}
		return event, nil
	})
	return list, err
}

// In reads a page of a list inside a running use case; the worklist shows the same rows.
func In(tx *gate.Tx, box Box, after gate.Cursor, limit int) (page []Referral, next gate.Cursor, err error) {
	query, args := "", gate.Args{"limit": limit + 1, "after_at": after.At, "after_id": after.ID}
	switch box {
	case Waiting:
		query, args["lapsed"] = selectWaiting, lapsedBefore(tx.Now())
	case Received:
		query = selectReceived
	case Sent:
		query = selectSent
	default:
		return nil, next, fault.New(fault.Invalid, "fault.invalid").WithField("box", "fault.field_unknown_code")
	}
	if box != Waiting && after.ID == "" {
		args["after_at"], args["after_id"] = moment.Time(1<<62), "~"
	}
	if err := tx.Select(&page, query, args); err != nil {
		return nil, next, err
	}
	if len(page) <= limit {
		return page, next, nil
	}
	page = page[:limit]
	last := &page[limit-1]
	if box == Waiting {
		return page, gate.Cursor{At: last.DueAt, ID: last.ID}, nil
	}
	return page, gate.Cursor{At: last.OfferedAt, ID: last.ID}, nil
}

// CountIn counts a list up to most.
func CountIn(tx *gate.Tx, box Box, most int) (int, error) {
	args := gate.Args{"limit": most}
	query := map[Box]string{Waiting: countWaiting, Received: countReceived, Sent: countSent}[box]
	if box == Waiting {
		args["lapsed"] = lapsedBefore(tx.Now())
	}
	var found int
	err := tx.Get(&found, query, args)
	return found, err
}
