package closing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/notice"
)

var (
	removalsAction = gate.ByAnyone("removal.list")
	removalAction  = gate.ByAnyone("removal.show")
	openAction     = gate.ByAnyone("removal.open").WhileClosed().SteppedUp()
	removeAction   = gate.ByProgram("removal.remove")
)

// Removals gives one page of the closed files that the caller's agency uses no more, or will soon not. It opens none of them.
func (s *Service) Removals(ctx context.Context, after gate.Cursor) (list []Removal, next gate.Cursor, err error) {
	err = s.gate.Read(ctx, removalsAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !reviews(tx.Actor()) {
			return audit.Event{}, notFound()
		}
		if list, err = removals(tx, after, PageSize+1); err != nil {
			return audit.Event{}, err
		}
		list, next = gate.Cut(list, PageSize, func(r *Removal) gate.Cursor { return gate.Cursor{At: r.FromAt, ID: r.ID} })
		event := audit.Event{Op: audit.Search}
		for i := range list {
			event.Results = append(event.Results, list[i].FileID)
		}
		return event, nil
	})
	return list, next, err
}

// Removal gives one with who has read it again.
func (s *Service) Removal(ctx context.Context, id string) (v RemovalView, err error) {
	err = s.gate.Read(ctx, removalAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		v, err = removalView(tx, id)
		return audit.Event{Op: audit.Consult, Subject: id, Results: []string{v.FileID}}, err
	})
	return v, err
}

func removalView(tx *gate.Tx, id string) (v RemovalView, err error) {
	if !reviews(tx.Actor()) {
		return v, notFound()
	}
	v.Now = tx.Now()
	if v.Removal, err = removalOf(tx, id); err != nil {
		return v, err
	}
	if v.Openings, err = openingsOf(tx, id); err != nil {
		return v, err
	}
	if v.CanOpen = v.RemovedAt != 0 && opens(tx.Actor()); !v.CanOpen {
		return v, nil
	}
	v.Colleagues, err = agency.Colleagues(tx)
	v.Colleagues = slices.DeleteFunc(v.Colleagues, func(c agency.Colleague) bool { return c.ID == tx.Actor().WorkerID })
	return v, err
}

// Open lets a colleague read what the agency wrote in a file that was removed from its use, for a complaint or to account for it. The agency's
// auditors are told.
func (s *Service) Open(ctx context.Context, id string, n NewOpening, once string) (opening string, err error) {
	err = s.gate.Write(ctx, openAction, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
		if !opens(tx.Actor()) {
			return event, notFound()
		}
		v, err := removalView(tx, id)
		switch {
		case err != nil:
			return event, err
		case v.RemovedAt == 0:
			return event, notRemoved()
		}
		until, err := n.check(tx, v.Colleagues)
		if err != nil {
			return event, err
		}
		var again bool
		opening, again, err = tx.Once(once, fmt.Sprint(id, n), func() (string, error) {
			grantID, err := tx.OpenRemoved(id, n.WorkerID, until)
			if err != nil {
				return "", err
			}
			event = gate.Disclosed(grantID, v.AgencyID, "audit", "legal_task")
			event.Recipients[0].WorkerID, event.Results, event.Justification = n.WorkerID, []string{v.FileID}, n.Reason
			made, err := putOpening(tx, id, grantID, n, until)
			if err != nil {
				return "", err
			}
			return made, notice.TellAll(tx, notice.New{Code: "removed_opened", FileID: v.FileID, Subject: id, Link: "removal"}, notice.AuditorsOf(v.AgencyID))
		})
		if again {
			event = audit.Event{Op: audit.Consult}
		}
		event.Subject = opening
		return event, err
	})
	return opening, err
}

// RemoveDue ends, file by file, the access of agencies whose rule says that they use it no more, and tells who answers for them. A second run, or
// another instance, changes nothing. ctx is the program's own.
func (s *Service) RemoveDue(ctx context.Context) (done int, err error) {
	for {
		switch err := s.gate.Write(ctx, removeAction, gate.Own(), removeOne); {
		case errors.Is(err, errNothing):
			return done, nil
		case err != nil:
			return done, err
		}
		done++
	}
}

func removeOne(tx *gate.Tx) (audit.Event, error) {
	r, err := toRemove(tx)
	if err != nil {
		return audit.Event{}, err
	}
	if r.ID == "" {
		return audit.Event{}, errNothing
	}
	first, err := takeRemoval(tx, r.ID)
	if err == nil && !first {
		err = errNothing
	}
	if err != nil {
		return audit.Event{}, err
	}
	if err := tx.RemoveFromUse(r.FileID, r.AgencyID); err != nil {
		return audit.Event{}, err
	}
	return audit.Event{Op: audit.Alter, Subject: r.ID, Fields: []string{"grants"}, Results: []string{r.FileID}, Concerns: []string{r.AgencyID}},
		notice.TellAll(tx, notice.New{Code: "file_removed", FileID: r.FileID, Subject: r.ID, Link: "removal"}, notice.AuditorsOf(r.AgencyID), notice.SupervisorsOf(r.AgencyID))
}
