package circle

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// ShareForm is what the form that shares a file with a circle offers.
type ShareForm struct {
	File     gate.FileRow
	Circles  []Circle
	Sections []sharing.Choice
	Singles  []entry.Single   // entries that may go along alone
	Partners sharing.Partners // what the caller's agency lets others have
	Now      moment.Time
	Grounds  sharing.Grounds
}

// ShareForm gives the caller's circles and the sections that may go to one.
func (s *Service) ShareForm(ctx context.Context, victimID string) (form ShareForm, err error) {
	err = s.gate.Read(ctx, shareFormAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		form = ShareForm{File: tx.File(), Now: tx.Now()}
		if form.Grounds, err = sharing.GroundsOf(tx); err != nil {
			return audit.Event{}, err
		}
		choices, err := sharing.Choices(tx, &form.Grounds)
		if err != nil {
			return audit.Event{}, err
		}
		for _, c := range choices {
			if !eyes.Has(c.Section) {
				form.Sections = append(form.Sections, c)
			}
		}
		if form.Singles, err = sharing.SinglesFor(tx, form.Sections); err != nil {
			return audit.Event{}, err
		}
		if form.Partners, err = sharing.PartnersOf(tx); err != nil {
			return audit.Event{}, err
		}
		form.Circles, err = usable(tx)
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return form, err
}

// Share opens sections of a victim file to every desk of a circle, one grant for each; a desk gets of them what its discipline
// may receive. Desks of the caller's own agency see the file by what the agency has.
func (s *Service) Share(ctx context.Context, victimID string, n NewShare, once string) (shareID string, err error) {
	target := gate.File(gate.Victim, victimID)
	if slices.Contains(gate.Reasons, n.Purpose) {
		target = target.Because(n.Purpose) // the justification that some sections ask for each time
	}
	err = s.gate.Write(ctx, shareAction, target, func(tx *gate.Tx) (event audit.Event, err error) {
		var again bool
		shareID, again, err = tx.Once(once, fmt.Sprint(victimID, n), func() (id string, err error) {
			id, event, err = s.share(tx, n)
			return id, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: shareID}
		}
		return event, err
	})
	return shareID, err
}

func (s *Service) share(tx *gate.Tx, n NewShare) (id string, event audit.Event, err error) {
	c, members, wrong, err := receivers(tx, n.CircleID)
	if err != nil {
		return "", event, err
	}
	kinds := make([]authz.Role, 0, len(members))
	for i := range members {
		kinds = append(kinds, members[i].Kind)
	}
	until := n.Terms.Check(wrong, tx.Now(), untilOf(c, tx))
	chosen, marking, err := s.sharing.Package(tx, wrong, sharing.Picked{Sections: n.Sections, Entries: n.Entries}, &n.Terms, kinds)
	if err != nil {
		return "", event, err
	}
	if chosen.Sections&eyes != 0 {
		wrong.WithField("sections", "circle.one_by_one")
	}
	if slices.Contains(gate.Bases, n.Basis) && slices.ContainsFunc(members, func(m Member) bool { return !mayHelp(tx, n.Basis, &m) }) {
		wrong.WithField("basis", "sharing.basis_for.assistance")
	}
	if err := wrong.OrNil(); err != nil {
		return "", event, err
	}
	share := Share{FileID: tx.File().ID, Sections: chosen.Sections, OnlyOf: chosen.OnlyOf, Purpose: n.Purpose, Basis: n.Basis, BasisRef: n.BasisRef, Document: n.Document,
		LegalBasis: n.LegalBasis, ConsentID: n.ConsentID, UntilAt: until}
	if err := putShare(tx, c.ID, &share); err != nil {
		return "", event, err
	}
	event = audit.Event{Op: audit.Disclose, Subject: share.ID, SubjectCategory: "victim", Purpose: n.Purpose, Basis: n.Basis,
		ConsentID: n.ConsentID, Sections: chosen.Uses, Handling: marking}
	given, err := s.giveAll(tx, c, &share, members, &event)
	if err == nil && given == 0 {
		err = invalid().WithField("sections", "circle.nothing_received")
	}
	return share.ID, event, err
}

// mayHelp says whether a file may go to a member on a basis: in the Netherlands to a shelter only with the person's consent, by a circle too.
func mayHelp(tx *gate.Tx, basis string, m *Member) bool {
	return sharing.HelpsOn(tx.Actor(), basis, m.Kind, m.Country)
}

// receivers are the desks of other agencies in a circle of the caller's; nobody's circle and one of others are the same.
func receivers(tx *gate.Tx, circleID string) (c Circle, members []Member, wrong *fault.Fault, err error) {
	wrong = invalid()
	c, err = circleOf(tx, circleID)
	if fault.KindOf(err) == fault.NotFound || err == nil && !c.Live(tx.Now()) {
		return c, nil, wrong, wrong.WithField("circle", "circle.no_such_circle")
	}
	if err != nil {
		return c, nil, wrong, err
	}
	if _, err := tx.Exec(touchCircle, gate.Args{"circle": c.ID}); err != nil { // a desk that joins or leaves now comes before or after
		return c, nil, wrong, err
	}
	all, err := membersOf(tx, c.ID)
	for _, m := range all {
		if m.AgencyID != tx.Actor().AgencyID {
			members = append(members, m)
		}
	}
	if err == nil && len(members) == 0 {
		return c, nil, wrong, wrong.WithField("circle", "circle.nobody")
	}
	return c, members, wrong, err
}

func (s *Service) giveAll(tx *gate.Tx, c Circle, share *Share, members []Member, event *audit.Event) (given int, err error) {
	for _, m := range members {
		got, err := s.give(tx, c, share, m)
		if err != nil {
			return given, err
		}
		if !got {
			continue
		}
		given++
		event.Recipients = append(event.Recipients, audit.Recipient{AgencyID: m.AgencyID})
		event.Concerns = append(event.Concerns, m.AgencyID)
		if err := tell(tx, c.ID, "circle_shared", m); err != nil {
			return given, err
		}
	}
	return given, nil
}

// give writes the grant of one desk, if its discipline may receive any of it, on what it was shared on, and the giver may still pass it on.
func (s *Service) give(tx *gate.Tx, c Circle, share *Share, m Member) (bool, error) {
	if !mayHelp(tx, share.Basis, &m) {
		return false, nil
	}
	sections, relations := s.sharing.Receivable(share.Sections, m.Kind)
	left := sharing.Chosen{Sections: sections, OnlyOf: share.OnlyOf}.StillPasses(tx, share.Basis, share.ConsentID)
	if left.Sections.Empty() {
		return false, nil
	}
	if _, keepers, err := entry.Onward(tx, left.Sections, left.OnlyOf, m.Kind); err != nil || len(keepers) > 0 {
		return false, err // kept by whoever supplied it: a new share says so, an old one stays closed to a new desk
	}
	if err := share.openDocument(tx); err != nil {
		return false, err
	}
	_, err := tx.Grant(gate.NewGrant{GranteeKind: "desk", GranteeID: m.DeskID, Relations: relations, Sections: left.Sections,
		OnlyOf: left.OnlyOf, Purpose: share.Purpose, Basis: share.Basis, BasisRef: share.BasisRef, Document: share.Document, LegalBasis: share.LegalBasis, ConsentID: share.ConsentID,
		Until: min(share.UntilAt, untilOf(c, tx)), CircleID: c.ID})
	return err == nil, err
}

// EndShare takes a file back from a circle; whoever of the agency that shared it sees the file may.
func (s *Service) EndShare(ctx context.Context, circleID, shareID string, version int64) error {
	share, err := s.shareToEnd(ctx, circleID, shareID)
	if err != nil {
		return err
	}
	return s.gate.Write(ctx, endShareAction, gate.File(gate.Victim, share.FileID), func(tx *gate.Tx) (audit.Event, error) {
		share, err := shareOf(tx, circleID, shareID)
		if err != nil {
			return audit.Event{}, err
		}
		if _, err := tx.Exec(touchCircle, gate.Args{"circle": circleID}); err != nil {
			return audit.Event{}, err
		}
		if err := tx.ExecOne(endShareRow, gate.Args{"share": shareID, "version": version}); err != nil {
			return audit.Event{}, err
		}
		if err := endGrants(tx, circleID, endShare, ofShare, gate.Args{"shared": share.FileID}); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: shareID, Fields: []string{"ended_at"}, Purpose: share.Purpose, Basis: share.Basis},
			sharing.WithdrawOrphans(tx, []string{share.FileID})
	})
}

func (s *Service) shareToEnd(ctx context.Context, circleID, shareID string) (share Share, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if _, err := circleOf(tx, circleID); err != nil {
			return audit.Event{}, err
		}
		share, err = shareOf(tx, circleID, shareID)
		return audit.Event{Op: audit.Consult, Subject: circleID}, err
	})
	return share, err
}

// SettleLoss ends what an agency has shared with circles of the transaction's file and can no longer pass on, because a referral was
// taken back: a desk that joins gets nothing of it. Its grants have ended with the referral.
func SettleLoss(tx *gate.Tx, loss *sharing.Loss) error {
	var shares []Share
	if err := tx.Select(&shares, selectSharesBy, gate.Args{"sharer": loss.AgencyID}); err != nil {
		return err
	}
	for i := range shares {
		if loss.Keeps(shares[i].Sections, shares[i].OnlyOf, shares[i].At) {
			continue
		}
		if err := tx.ExecOne(endLostShare, gate.Args{"share": shares[i].ID}); err != nil {
			return err
		}
	}
	return nil
}
