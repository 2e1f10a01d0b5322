package sharing

import (
	"context"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// Actions of taking back what was accepted, as they stand in the trail.
var (
	recallFormAction = gate.ByAnyone("referral.take_back_form")
	takeBackAction   = gate.ByAnyone("referral.take_back").WhileClosed()
)

// OnLoss is told of each agency that has a file no longer, or less of it, because a referral was taken back, in that transaction.
type OnLoss func(tx *gate.Tx, loss *Loss) error

// Losing makes the service tell of what was taken back.
func (s *Service) Losing(told ...OnLoss) *Service {
	s.losing = append(s.losing, told...)
	return s
}

// RecallView is what the sender reads before a referral is taken back: who loses the file with it, and what nobody can fetch back.
type RecallView struct {
	View
	Ends []Ending
	Left []Departed
}

// RecallForm shows what taking a referral back would end.
func (s *Service) RecallForm(ctx context.Context, referralID string) (view RecallView, err error) {
	err = s.gate.Read(ctx, recallFormAction, gate.Offer(referralID), func(tx *gate.Tx) (audit.Event, error) {
		r, u, err := takeable(tx, referralID)
		if err != nil {
			return audit.Event{}, err
		}
		view = RecallView{View: View{Referral: r, CanTakeBack: true, Now: tx.Now()}, Ends: u.endings()}
		event := audit.Event{Op: audit.Consult, Subject: referralID, SubjectCategory: "victim", Results: []string{r.FileID}}
		for i := range u.lost {
			event.Concerns = append(event.Concerns, u.lost[i].AgencyID)
		}
		view.Left, err = leftOf(tx, &r, u, event.Concerns, tx.Now())
		return event, err
	})
	return view, err
}

// takeable is a referral that the caller may take back, with what ends with it. The same people may as may withdraw an offer, as long
// as the receiving desk has anything by it. The duty of a file does not come by a referral, and is not taken back by one.
func takeable(tx *gate.Tx, referralID string) (r Referral, u *undoing, err error) {
	if r, err = referralOf(tx, referralID); err != nil {
		return r, nil, err
	}
	switch {
	case !r.Sent:
		return r, nil, fault.New(fault.Refused, "sharing.not_sender", "Reason", string(authz.ReasonRelation))
	case !gate.WorksOnFiles(tx.Actor()):
		return r, nil, fault.New(fault.Refused, "sharing.not_your_task", "Reason", string(authz.ReasonNoRole))
	case !r.State.becomes(TakenBack):
		return r, nil, notAccepted(&r, tx)
	}
	all, err := givenOn(tx, r.FileID)
	if err != nil {
		return r, nil, err
	}
	u = undo(all, r.FromAgencyID, r.ID, r.FileID, r.AnsweredAt, tx.Now())
	switch {
	case u.leads(r.ToAgencyID):
		return r, u, fault.New(fault.Refused, "sharing.leads_by_now", "Reason", string(authz.ReasonRelation))
	case len(u.ended) == 0:
		return r, u, fault.New(fault.Conflict, "sharing.grant_ended").With(Settled{State: r.State, Version: r.Version})
	}
	return r, u, nil
}

// TakeBack ends what came of a referral that was accepted, for one of RecallReasons: the access itself, however often it was renewed,
// and what was passed on by it. What the receiver has written stays its own, and a copy that was taken cannot be fetched back: the
// sender reads what there is of them, and who had the file is asked to destroy them.
func (s *Service) TakeBack(ctx context.Context, referralID string, version int64, reason string) error {
	return s.gate.Write(ctx, takeBackAction, gate.Offer(referralID), func(tx *gate.Tx) (audit.Event, error) {
		r, u, err := takeable(tx, referralID)
		if err != nil {
			return audit.Event{}, err
		}
		wrong := invalid()
		checkCode(wrong, "reason", reason, RecallReasons)
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		file, err := tx.Enter(gate.Victim, r.FileID)
		if err != nil {
			return audit.Event{}, err
		}
		if err := orChanged(&r, putRecall(file, r.ID, version, reason, "")); err != nil {
			return audit.Event{}, err
		}
		if err := s.undo(file, &r, u); err != nil {
			return audit.Event{}, err
		}
		// the reason stands in the referral: what concerns a third agency does not tell it why these two parted
		event := audit.Event{Op: audit.Alter, Subject: referralID, GrantID: referralID, SubjectCategory: "victim", Results: []string{r.FileID}}
		for i := range u.lost {
			event.Concerns = append(event.Concerns, u.lost[i].AgencyID)
		}
		return event, file.Changed()
	})
}

// undo ends the grants, settles the referrals by which something was passed on, and tells everybody whom it concerns.
func (s *Service) undo(file *gate.Tx, r *Referral, u *undoing) error {
	onward, err := onwardFrom(file, r.ID, u.ended)
	if err != nil {
		return err
	}
	for _, g := range u.ended {
		if err := file.EndGrants(g.ID, endTakenBack); err != nil {
			return err
		}
		if err := file.ExecOne(insertRecalledGrant, gate.Args{"referral": r.ID, "grant": g.ID}); err != nil {
			return err
		}
	}
	for i := range onward {
		if err := onward[i].settle(file, r.ID); err != nil {
			return err
		}
	}
	if err := withdrawOrphansOf(file, []string{r.FileID}); err != nil {
		return err
	}
	for i := range u.lost {
		for _, told := range s.losing {
			if err := told(file, &u.lost[i]); err != nil {
				return err
			}
		}
	}
	return u.tell(file, r, onward)
}

// settle writes what becomes of a referral by which something was passed on.
func (o *onward) settle(tx *gate.Tx, cameOf string) error {
	if o.State == Offered {
		return settleAll(tx, []string{o.ID}, Withdrawn, endTakenBack)
	}
	return putRecall(tx, o.ID, o.Version, withSource, cameOf)
}

// tell asks the receiving desk and whoever was passed on to, to destroy what they have taken down. They say that they know.
func (u *undoing) tell(tx *gate.Tx, r *Referral, onward []onward) error {
	lost := notice.New{Code: "referral.taken_back", FileID: r.FileID, Subject: r.ID, Link: byReferral, MustAcknowledge: true}
	desk := notice.To{Kind: notice.Desk, ID: r.ToDeskID, AgencyID: r.ToAgencyID}
	if err := notice.TellAll(tx, lost, desk); err != nil {
		return err
	}
	told := map[notice.To]bool{desk: true}
	for _, o := range onward {
		to := notice.To{Kind: notice.Desk, ID: o.DeskID, AgencyID: o.AgencyID}
		if g := u.find(o.ID); g != nil && g.State == "proposed" { // it has never reached the desk
			continue
		}
		n := lost
		if n.Subject = o.ID; o.State == Offered {
			n.Code, n.MustAcknowledge = "referral.withdrawn", false
		}
		if told[to] {
			continue
		}
		told[to] = true
		if err := notice.TellAll(tx, n, to); err != nil {
			return err
		}
	}
	lost.Code, lost.Subject, lost.Link = "grant.taken_back", "", ""
	for _, g := range u.ended {
		to := notice.To{Kind: g.GranteeKind, ID: g.GranteeID, AgencyID: g.AgencyID}
		if told[to] || !g.opens(u.now) {
			continue
		}
		told[to] = true
		if err := notice.TellAll(tx, lost, to); err != nil {
			return err
		}
	}
	return nil
}

// leftOf is what of the sections that went along had left the file by an instant while a referral was open. What an agency has by
// something else is its own matter.
func leftOf(tx *gate.Tx, r *Referral, u *undoing, agencies []string, to moment.Time) (list []Departed, err error) {
	list, err = departed(tx, r.FileID, agencies, r.AnsweredAt, to)
	for i := range list {
		list[i].Sections = list[i].Sections.And(r.Sections)
		if list[i].AgencyID != tx.Actor().AgencyID {
			list[i].Sections = list[i].Sections.Minus(u.left(list[i].AgencyID))
		}
	}
	return slices.DeleteFunc(list, func(d Departed) bool { return d.Sections.Empty() }), err
}

// readRecall adds what the two sides see of a referral that was taken back, and whether it can be.
func (v *View) readRecall(tx *gate.Tx) (err error) {
	if v.State.becomes(TakenBack) && v.Sent {
		_, _, err := takeable(tx, v.ID)
		v.CanTakeBack = err == nil
		if kind := fault.KindOf(err); kind == fault.Refused || kind == fault.Conflict {
			err = nil
		}
		return err
	}
	if v.State != TakenBack || !v.Sent && !v.Received {
		return nil
	}
	agencies := []string{tx.Actor().AgencyID}
	if v.Sent {
		if agencies, err = losersOf(tx, v.ID); err != nil {
			return err
		}
	}
	all, err := givenOn(tx, v.FileID)
	if err != nil {
		return err
	}
	v.Left, err = leftOf(tx, &v.Referral, &undoing{now: tx.Now(), all: all}, agencies, v.RecalledAt)
	return err
}

// Recalled is a referral of the file that was taken back, as another slice marks with it what left meanwhile.
type Recalled struct {
	FromAgencyID string           `db:"from_agency_id"`
	ToAgencyID   string           `db:"to_agency_id"`
	AnsweredAt   moment.Time      `db:"answered_at"`
	RecalledAt   moment.Time      `db:"recalled_at"`
	Sections     authz.SectionSet `db:"sections"`
}

// Covers says whether something that an agency took out of the file rested on what was taken back.
func (r *Recalled) Covers(agencyID string, sections authz.SectionSet, at moment.Time) bool {
	return agencyID == r.ToAgencyID && at >= r.AnsweredAt && at <= r.RecalledAt && !sections.And(r.Sections).Empty()
}

// RecalledOn are the referrals of the file of the transaction that were taken back, of which the caller's agency is one of the sides.
func RecalledOn(tx *gate.Tx) (list []Recalled, err error) {
	return list, tx.Select(&list, selectRecalls, nil)
}
