package circle

import (
	"context"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/sharing"
)

// Effect tells what it would do if a desk joined (deskID), a member left (memberID) or, with neither, the circle were closed.
func (s *Service) Effect(ctx context.Context, circleID, deskID, memberID string) (e Effect, err error) {
	err = s.gate.Read(ctx, effectAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		e, err = effect(tx, circleID, deskID, memberID)
		return audit.Event{Op: audit.Consult, Subject: circleID}, err
	})
	return e, err
}

func effect(tx *gate.Tx, circleID, deskID, memberID string) (e Effect, err error) {
	c, err := circleOf(tx, circleID)
	if err != nil {
		return e, err
	}
	e = Effect{Circle: c}
	switch {
	case memberID != "":
		if e.Desk, err = member(tx, c, memberID); err != nil {
			return e, err
		}
		files, err := granted(tx, circleID, e.Desk.DeskID)
		e.Ends = len(files)
		return e, err
	case deskID != "":
		if e.Desk, err = newcomer(tx, c, deskID); err != nil {
			return e, err
		}
		return e, e.countOld(tx)
	}
	if err := mayChange(tx, c); err != nil {
		return e, err
	}
	files, err := granted(tx, circleID, "")
	e.Ends = len(files)
	return e, err
}

func (e *Effect) countOld(tx *gate.Tx) error {
	shares, err := liveSharesOf(tx, e.ID)
	for i := range shares {
		switch {
		case !shares[i].Mine:
			e.Asks++
		case mayHelp(tx, shares[i].Basis, &e.Desk):
			e.Opens++
		}
	}
	return err
}

// mayChange refuses whoever does not sit at the desk that owns the circle, and every change of one that has ended.
func mayChange(tx *gate.Tx, c Circle) error {
	if !c.Owned {
		return fault.New(fault.Refused, "circle.not_owner")
	}
	if !c.Live(tx.Now()) {
		return fault.New(fault.Conflict, "circle.ended")
	}
	return nil
}

// member finds a desk of the circle that the caller may take out: any but the owner's for the owner, their own for the others.
func member(tx *gate.Tx, c Circle, memberID string) (Member, error) {
	members, err := membersOf(tx, c.ID)
	if err != nil {
		return Member{}, err
	}
	for _, m := range members {
		switch {
		case m.ID != memberID:
			continue
		case m.DeskID == c.DeskID:
			return m, fault.New(fault.Refused, "circle.owner_stays")
		case m.Mine && c.Live(tx.Now()):
			return m, nil
		}
		return m, mayChange(tx, c)
	}
	return Member{}, fault.New(fault.NotFound, "gate.not_found")
}

// newcomer finds a desk that is not in the circle yet.
func newcomer(tx *gate.Tx, c Circle, deskID string) (m Member, err error) {
	if err := mayChange(tx, c); err != nil {
		return m, err
	}
	m, found, err := deskOf(tx, deskID)
	if err != nil {
		return m, err
	}
	members, err := membersOf(tx, c.ID)
	if err != nil {
		return m, err
	}
	wrong := invalid()
	switch {
	case !found:
		wrong.WithField("desk", "circle.no_such_desk")
	case len(members) >= mostMembers:
		wrong.WithField("desk", "fault.field_too_many", "Max", mostMembers)
	}
	for i := range members {
		if members[i].DeskID == deskID {
			wrong.WithField("desk", "circle.already_member")
		}
	}
	return m, wrong.OrNil()
}

// move holds the circle at the version whose effect the caller has seen.
func move(tx *gate.Tx, c Circle, version int64) error {
	rows, err := tx.Exec(moveCircle, gate.Args{"circle": c.ID, "version": version})
	if err == nil && rows != 1 {
		return fault.New(fault.Conflict, "circle.changed")
	}
	return err
}

// Join takes a desk into the circle. withOld opens to it what the caller's agency has shared before; the desks of other
// agencies are asked whether they do the same.
func (s *Service) Join(ctx context.Context, circleID, deskID string, withOld bool, version int64) (memberID string, err error) {
	err = s.gate.Write(ctx, joinAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, err := circleOf(tx, circleID)
		if err != nil {
			return audit.Event{}, err
		}
		m, err := newcomer(tx, c, deskID)
		if err != nil {
			return audit.Event{}, err
		}
		if err := move(tx, c, version); err != nil {
			return audit.Event{}, err
		}
		if err := putMember(tx, circleID, &m); err != nil {
			return audit.Event{}, err
		}
		memberID = m.ID
		event := audit.Event{Op: audit.Alter, Subject: circleID, Fields: []string{"members"}, Purpose: c.Purpose, Concerns: []string{m.AgencyID},
			Recipients: []audit.Recipient{{AgencyID: m.AgencyID}}}
		if event.Results, err = s.openOld(tx, c, m, withOld); err != nil {
			return event, err
		}
		if len(event.Results) > 0 {
			event.Op = audit.Disclose
		}
		return event, tell(tx, circleID, "circle_joined", m)
	})
	return memberID, err
}

// openOld gives the new desk the files that the caller's agency shared and still sees, and asks the others about theirs.
func (s *Service) openOld(tx *gate.Tx, c Circle, m Member, withOld bool) (opened []string, err error) {
	shares, err := liveSharesOf(tx, c.ID)
	if err != nil {
		return nil, err
	}
	for i := range shares {
		share := &shares[i]
		if !share.Mine {
			if err := askSharer(tx, c, share); err != nil {
				return nil, err
			}
			continue
		}
		if !withOld {
			continue
		}
		file, err := tx.Enter(gate.Victim, share.FileID)
		if fault.KindOf(err) == fault.NotFound || gate.IsClosed(err) {
			continue // not the caller's to give any more, or nobody's
		}
		if err != nil {
			return nil, err
		}
		given, err := s.give(file, c, share, m)
		if err != nil {
			return nil, err
		}
		if given {
			opened = append(opened, share.FileID)
		}
	}
	return opened, nil
}

func askSharer(tx *gate.Tx, c Circle, share *Share) error {
	leads, err := notice.LeadDesksOf(tx, share.FileID)
	if err != nil {
		return err
	}
	for _, to := range leads {
		if to.AgencyID != share.AgencyID {
			continue
		}
		if _, err := notice.Tell(tx, notice.New{To: to, Code: "circle_old_files", FileID: share.FileID, Subject: c.ID, Link: "circle"}); err != nil {
			return err
		}
	}
	return nil
}

// Leave takes a desk out of the circle: what it sees by the circle ends in the same transaction.
func (s *Service) Leave(ctx context.Context, circleID, memberID string, version int64) error {
	return s.gate.Write(ctx, leaveAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, err := circleOf(tx, circleID)
		if err != nil {
			return audit.Event{}, err
		}
		m, err := member(tx, c, memberID)
		if err != nil {
			return audit.Event{}, err
		}
		if err := move(tx, c, version); err != nil {
			return audit.Event{}, err
		}
		files, err := granted(tx, circleID, m.DeskID)
		if err != nil {
			return audit.Event{}, err
		}
		if err := tx.ExecOne(endMember, gate.Args{"circle": circleID, "member": memberID}); err != nil {
			return audit.Event{}, err
		}
		if err := endGrants(tx, circleID, endLeft, ofDesk, gate.Args{"desk": m.DeskID}); err != nil {
			return audit.Event{}, err
		}
		if err := sharing.WithdrawOrphans(tx, files); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: circleID, Fields: []string{"members"}, Purpose: c.Purpose, Results: files,
			Concerns: []string{m.AgencyID}}, tell(tx, circleID, "circle_left", m)
	})
}

// Close ends the circle and everything that is seen by it.
func (s *Service) Close(ctx context.Context, circleID string, version int64) error {
	return s.gate.Write(ctx, closeAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, err := circleOf(tx, circleID)
		if err == nil {
			err = mayChange(tx, c)
		}
		if err == nil {
			err = move(tx, c, version)
		}
		if err != nil {
			return audit.Event{}, err
		}
		files, err := granted(tx, circleID, "")
		if err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Alter, Subject: circleID, Fields: []string{"closed_at"}, Purpose: c.Purpose, Results: files}
		if err := endAll(tx, circleID, files); err != nil {
			return event, err
		}
		members, err := membersOf(tx, circleID)
		for i := range members {
			event.Concerns = append(event.Concerns, members[i].AgencyID)
			if err := tell(tx, circleID, "circle_closed", members[i]); err != nil {
				return event, err
			}
		}
		return event, err
	})
}

func endAll(tx *gate.Tx, circleID string, files []string) error {
	if err := tx.ExecOne(closeCircle, gate.Args{"circle": circleID}); err != nil {
		return err
	}
	if _, err := tx.Exec(endSharesOf, gate.Args{"circle": circleID}); err != nil {
		return err
	}
	if err := endGrants(tx, circleID, endClosed, "", gate.Args{}); err != nil {
		return err
	}
	return sharing.WithdrawOrphans(tx, files)
}

// untilOf is when what is shared with a circle ends at the latest: with the circle, and with what the giver sees.
func untilOf(c Circle, tx *gate.Tx) moment.Time { return min(c.UntilAt, seenUntil(tx)) }
