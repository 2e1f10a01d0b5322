package request

import (
	"context"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/sharing"
)

// Actions of the agencies that wrote in the sections, as they stand in the trail.
var (
	signAction   = gate.ByAnyone("request.sign")
	keepAction   = gate.ByAnyone("request.keep").WhileClosed()
	remindAction = gate.ByProgram("request.remind_owner")
	othersAction = gate.ByProgram("request.owner_stand_in")
	silentAction = gate.ByProgram("request.owner_silent")
	fallenAction = gate.ByProgram("request.proposal_ended")
	barredAction = gate.ByProgram("request.proposal_barred")
)

// askOwners asks each agency that wrote in the sections to sign, at its desks.
func askOwners(file *gate.Tx, r *Request, grantID string, list []owner) error {
	due, lapses := file.Now().Add(AnswerWithin), file.Now().Add(LapsesAfter)
	for i := range list {
		if err := putSignature(file, r.ID, grantID, &list[i], due, lapses); err != nil {
			return err
		}
		for _, desk := range list[i].Desks {
			if _, err := notice.Tell(file, notice.New{To: notice.To{Kind: "desk", ID: desk, AgencyID: list[i].AgencyID}, Code: "request_sign_yours",
				FileID: r.FileID, Subject: r.ID, Link: "request", DueAt: due}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Sign says yes for the agency that wrote in the sections; version is the request's. When the last one has, the access opens.
func (s *Service) Sign(ctx context.Context, id string, version int64) error {
	return s.gate.Write(ctx, signAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		return answerAsOwner(tx, id, version, SignatureSigned, "")
	})
}

// Keep says no for the agency that wrote in the sections, for one of RefuseReasons: they stay closed, the others of the request do not.
func (s *Service) Keep(ctx context.Context, id string, version int64, reason string) error {
	return s.gate.Write(ctx, keepAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		wrong := invalid()
		sharing.CheckCode(wrong, "reason", reason, RefuseReasons)
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		return answerAsOwner(tx, id, version, SignatureRefused, reason)
	})
}

func answerAsOwner(tx *gate.Tx, id string, version int64, as SignatureState, reason string) (audit.Event, error) {
	r, err := requestOf(tx, id)
	if err != nil {
		return audit.Event{}, err
	}
	mine, err := toSign(tx, &r)
	if err == nil && r.Version != version {
		err = changed()
	}
	if err != nil {
		return audit.Event{}, err
	}
	if err := answerSignature(tx, id, mine.AgencyID, mine.Version, as, reason); err != nil {
		return audit.Event{}, err
	}
	if as == SignatureSigned {
		if err := tx.Agree(r.GrantID); err != nil {
			return audit.Event{}, err
		}
	}
	event := r.event(audit.Alter, reason, r.AgencyID)
	event.Fields = sharing.SectionWords(mine.Sections)
	return conclude(tx, &r, event)
}

// toSign is the signature that the caller may give for their agency.
func toSign(tx *gate.Tx, r *Request) (Signature, error) {
	list, err := signaturesOf(tx, r.ID, tx.Actor().AgencyID)
	if err != nil {
		return Signature{}, err
	}
	for _, one := range list {
		switch {
		case !one.Mine || !r.Signs:
			continue
		case !works(tx.Actor()):
			return one, fault.New(fault.Refused, "request.not_your_task", "Reason", string(authz.ReasonNoRole))
		case !one.open(tx.Now()) || r.GrantState != "proposed":
			return one, fault.New(fault.Conflict, "request.nothing_to_sign")
		}
		return one, nil
	}
	return Signature{}, fault.New(fault.Refused, "request.not_yours_to_answer", "Reason", string(authz.ReasonRelation))
}

// conclude draws the consequence of what the agencies have said so far: sections that one keeps leave the proposal; with none left it
// falls, and when nobody has to sign any more it opens.
func conclude(tx *gate.Tx, r *Request, event audit.Event) (audit.Event, error) {
	if err := tx.HoldGrant(r.GrantID); err != nil {
		return event, err
	}
	list, err := signaturesOf(tx, r.ID, "")
	if err != nil {
		return event, err
	}
	kept, open := said(list)
	left := r.Given.Minus(kept)
	if left.Empty() {
		return event, fall(tx, r, reasonIn(list))
	}
	if left != r.Given {
		if err := narrow(tx, r.GrantID, left); err != nil {
			return event, err
		}
	}
	if open > 0 {
		return event, nil
	}
	if waits, err := sharing.WaitsForSecond(tx, r.GrantID); waits || err != nil {
		return event, err
	}
	err = tx.SignGrant(r.GrantID, "live")
	if barred(err) {
		return event, fall(tx, r, reasonIn(list))
	}
	if err != nil {
		return event, err
	}
	event.Op, event.GrantID, event.Fields = audit.Disclose, r.GrantID, sharing.SectionWords(left)
	event.Recipients = []audit.Recipient{{AgencyID: r.AgencyID}}
	return event, tellAsker(tx, r, "request_granted")
}

// barred says whether what everybody has signed can no longer open: its day has passed, its file was closed, or who gives it has
// lowered the ceiling meanwhile. Nobody can sign it later either, so it falls.
func barred(err error) bool {
	switch fault.KindOf(err) {
	case fault.Conflict, fault.Refused, fault.Invalid:
		return true
	}
	return false
}

// reasonIn is why an agency keeps its sections; silence has none of its own.
func reasonIn(list []Signature) string {
	for i := range list {
		if list[i].Reason != "" {
			return list[i].Reason
		}
	}
	return ""
}

// fall ends a proposal that comes to nothing, and tells the asker.
func fall(tx *gate.Tx, r *Request, reason string) error {
	if err := tx.DropGrant(r.GrantID, "refused"); err != nil {
		return err
	}
	return closed(tx, r, reason)
}

// closed writes down that a proposed grant came to nothing.
func closed(tx *gate.Tx, r *Request, reason string) error {
	if err := tx.ExecOne(closeProposal, gate.Args{"request": r.ID, "reason": reason}); err != nil {
		return err
	}
	if _, err := tx.Exec(voidSignatures, gate.Args{"request": r.ID}); err != nil {
		return err
	}
	return tellAsker(tx, r, "request_refused")
}

// Proposals is what sharing asks about a grant that waits for its second person at the agency that gives it: whether agencies that
// wrote in it have to sign too, and what the asker hears.
func Proposals() sharing.Proposals {
	return sharing.Proposals{Waits: waits, Settled: settledProposal}
}

func waits(tx *gate.Tx, grantID string) (bool, error) {
	var count int64
	err := tx.Get(&count, openSignatures, gate.Args{"grant": grantID})
	return count > 0, err
}

// settledProposal hears what became of the second signature of the agency that gives the access.
func settledProposal(tx *gate.Tx, grantID string, as sharing.ApprovalState) error {
	r, found, err := ofGrant(tx, grantID)
	switch {
	case err != nil || !found:
		return err
	case as != sharing.Approved:
		return closed(tx, &r, "")
	case r.GrantState == "live":
		return tellAsker(tx, &r, "request_granted")
	}
	return nil // those who wrote in it have to sign yet
}

// RemindOwners tells the leads of the desks by which an agency has the file, once for each agency that has not signed in time, or who
// stands in where they have none, and gives the number.
func (s *Service) RemindOwners(ctx context.Context) (int, error) {
	return s.untilNothing(ctx, remindAction, func(tx *gate.Tx) (audit.Event, error) {
		return press(tx, selectUnsigned, escalateSignature, func(u *unsigned) ([]notice.To, error) {
			var desks []string
			if err := tx.Select(&desks, selectDesksOfOwner, gate.Args{"on": u.FileID, "owner": u.AgencyID}); err != nil {
				return nil, err
			}
			to, err := notice.LeadsOf(tx, u.FileID, desks...)
			if err != nil || len(to) > 0 {
				return to, err
			}
			return []notice.To{notice.SupervisorsOf(u.AgencyID)}, tx.ExecOne(standInForOwner, gate.Args{"request": u.ID, "owner": u.AgencyID})
		})
	})
}

// StandInForOwners tells the supervisors of an agency, once for each signature, where a day after the desk's lead was told nobody has
// given it, and gives the number.
func (s *Service) StandInForOwners(ctx context.Context) (int, error) {
	return s.untilNothing(ctx, othersAction, func(tx *gate.Tx) (audit.Event, error) {
		return press(tx, selectUnsignedForADay, standInForOwner, func(u *unsigned) ([]notice.To, error) {
			return []notice.To{notice.SupervisorsOf(u.AgencyID)}, nil
		})
	})
}

// press takes one signature that has reached a mark, notes that it has, and tells whom it concerns at the agency that has to give it.
func press(tx *gate.Tx, find, mark string, whom func(u *unsigned) ([]notice.To, error)) (audit.Event, error) {
	u, err := nextUnsigned(tx, find)
	if err != nil {
		return audit.Event{}, err
	}
	if err := tx.ExecOne(mark, gate.Args{"request": u.ID, "owner": u.AgencyID}); err != nil {
		return audit.Event{}, err
	}
	event := audit.Event{Op: audit.Alter, Subject: u.ID, Results: []string{u.FileID}, Concerns: []string{u.AgencyID}}
	to, err := whom(&u)
	if err != nil {
		return event, err
	}
	return event, notice.TellAll(tx, notice.New{Code: "request_escalated", FileID: u.FileID, Subject: u.ID, Link: "request", MustAcknowledge: true}, to...)
}

// CloseSilent takes the sections of agencies that have not answered within a week out of what they were asked for: silence is no yes.
func (s *Service) CloseSilent(ctx context.Context) (int, error) {
	return s.untilNothing(ctx, silentAction, func(tx *gate.Tx) (audit.Event, error) {
		u, err := nextUnsigned(tx, selectSilent)
		if err != nil {
			return audit.Event{}, err
		}
		if err := answerSignature(tx, u.ID, u.AgencyID, u.Version, SignatureLapsed, ""); err != nil {
			return audit.Event{}, err
		}
		r, found, err := ofGrant(tx, u.GrantID)
		event := audit.Event{Op: audit.Alter, Subject: u.ID, Results: []string{u.FileID}, Concerns: []string{u.AgencyID}}
		if err != nil || !found {
			return event, err
		}
		event.Concerns = append(event.Concerns, r.AgencyID)
		return conclude(tx, &r, event)
	})
}

// CloseFallen closes requests whose proposed grant was ended by something else, such as the end of what it hangs on, tells their
// askers, and gives the number.
func (s *Service) CloseFallen(ctx context.Context) (int, error) {
	return s.untilNothing(ctx, fallenAction, func(tx *gate.Tx) (audit.Event, error) {
		u, err := nextUnsigned(tx, selectFallen)
		r, event, err := waitingFor(tx, u, err)
		if err != nil {
			return event, err
		}
		return event, closed(tx, &r, "")
	})
}

// waitingFor is the request behind a proposed grant that was found, with what the trail says of it.
func waitingFor(tx *gate.Tx, u unsigned, err error) (r Request, event audit.Event, _ error) {
	if err != nil {
		return r, event, err
	}
	r, found, err := ofGrant(tx, u.GrantID)
	if err == nil && !found {
		err = errNothing
	}
	if err != nil {
		return r, event, err
	}
	return r, audit.Event{Op: audit.Alter, Subject: u.ID, Results: []string{u.FileID}, Concerns: []string{u.AgencyID, r.AgencyID}}, nil
}

// CloseBarred closes requests whose access waits for the second person of the agency that gives it and can no longer open, whatever
// the road: the file was closed, the day has passed, what it hangs on has ended, a consent was withdrawn, a ceiling was lowered. It
// tells their askers, who would otherwise wait for the time to sign to run out, and gives the number.
func (s *Service) CloseBarred(ctx context.Context) (int, error) {
	return s.untilNothing(ctx, barredAction, func(tx *gate.Tx) (audit.Event, error) {
		u, err := nextBarred(tx)
		r, event, err := waitingFor(tx, u, err)
		if err != nil {
			return event, err
		}
		if r.GrantState == "proposed" {
			return event, fall(tx, &r, "")
		}
		return event, closed(tx, &r, "")
	})
}
