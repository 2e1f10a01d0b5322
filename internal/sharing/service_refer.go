package sharing

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
	"relais/internal/section"
)

// NewReferral is what it takes to offer a victim file to a desk.
type NewReferral struct {
	Kind      Kind // none is assistance
	DeskID    string
	Attention string   // whom at the desk it is meant for, as the sender calls them; sealed. Anybody at the desk may answer.
	Sections  []string // words of sections, such as "identity"
	Entries   []string // of some of them these entries alone, by their ids
	Urgency   Urgency
	Reason    string // one of Reasons
	Note      string // free text for the receiving desk; sealed
	Seen      string // what the preview of this offer handed out; empty where the sender has not looked at it
	Terms
}

// Choice is one section on the form: whether the caller may pass it on, and if not, why.
type Choice struct {
	Section authz.Section
	Allowed bool
	Reason  authz.Reason // why not
	of      gate.OnlyOf  // of whom
	Whose   authz.Reason // where not everybody's entries go along: gate.ReasonOwnEntries or gate.ReasonSomeEntries
}

// ReferralForm is what the form for an offer shows.
type ReferralForm struct {
	File     gate.FileRow
	Kinds    []Kind
	Sections []Choice
	Singles  []entry.Single   // entries that may go along alone
	Desks    []agency.Listing // those that take people in, of other agencies
	Grounds  Grounds
	Partners Partners // what the caller's agency lets others have
	Now      moment.Time
}

// CanRefer says whether there is anything at all that the caller could pass on.
func (f *ReferralForm) CanRefer() bool {
	return slices.ContainsFunc(f.Sections, func(c Choice) bool { return c.Allowed })
}

// ReferralForm gives the sections that the caller may pass on and the desks that take people in.
func (s *Service) ReferralForm(ctx context.Context, victimID string) (form ReferralForm, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		form = ReferralForm{File: tx.File(), Kinds: kindsOf(tx.Actor()), Now: tx.Now()}
		if form.Grounds, err = groundsOf(tx); err != nil {
			return audit.Event{}, err
		}
		if form.Sections, err = Choices(tx, &form.Grounds); err != nil {
			return audit.Event{}, err
		}
		if form.Singles, err = SinglesFor(tx, form.Sections); err != nil {
			return audit.Event{}, err
		}
		if form.Partners, err = PartnersOf(tx); err != nil {
			return audit.Event{}, err
		}
		all, err := agency.Directory(tx)
		form.Desks = intakes(all, tx.Actor().AgencyID)
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return form, err
}

// intakes leaves the desks of other agencies that take people in.
func intakes(all []agency.Listing, own string) (desks []agency.Listing) {
	for _, a := range all {
		a.Desks = slices.DeleteFunc(a.Desks, func(d agency.DeskListing) bool { return !d.Intake })
		if a.ID != own && len(a.Desks) > 0 {
			desks = append(desks, a)
		}
	}
	return desks
}

// shareable are the sections of a victim file.
func shareable() (set authz.SectionSet) {
	for _, room := range section.All() {
		if room.InVictim() {
			set = set.With(room.ID)
		}
	}
	return set
}

// CanRefer says whether the form for an offer has a section to choose.
func CanRefer(tx *gate.Tx) (bool, error) {
	grounds, err := groundsOf(tx)
	if err != nil {
		return false, err
	}
	form := ReferralForm{}
	form.Sections, err = Choices(tx, &grounds)
	return form.CanRefer(), err
}

// offered are the needs that the terms meet; the gate holds a consent that is named against the record.
func (t *Terms) offered() authz.Needs { return gate.Offered(t.Basis, t.ConsentID) }

// ReferSeen is how people refer, on pages and through the API: without a look at the preview, by them, within the hour, nothing is
// sent (PreconditionRequired).
func (s *Service) ReferSeen(ctx context.Context, victimID string, n NewReferral, once string) (referralID string, err error) {
	return s.create(ctx, referAction, n.target(victimID), once, fmt.Sprint(victimID, n), func(tx *gate.Tx) (audit.Event, error) {
		return s.offer(tx, n, true)
	})
}

// Refer offers some sections of a victim file to a desk of another agency. The desk sees exactly that until it answers; the
// same once key with the same offer gives the same referral again. An offer that was previewed is a Conflict where what would
// go along is no longer what the sender has looked at. Without a look it is for what the program makes by itself.
func (s *Service) Refer(ctx context.Context, victimID string, n NewReferral, once string) (referralID string, err error) {
	return s.create(ctx, referAction, n.target(victimID), once, fmt.Sprint(victimID, n), func(tx *gate.Tx) (audit.Event, error) {
		return s.offer(tx, n, n.Seen != "")
	})
}

// target is the file; the purpose is the justification that some sections ask for each time.
func (n *NewReferral) target(victimID string) gate.Target {
	target := gate.File(gate.Victim, victimID)
	if slices.Contains(gate.Reasons, n.Purpose) {
		target = target.Because(n.Purpose)
	}
	return target
}

// proposal is an offer that breaks no rule, with what goes along.
type proposal struct {
	waits   bool // for a second person of the sending agency
	to      grantee
	dueAt   moment.Time
	grant   gate.Grant // as it will be offered
	uses    []audit.SectionUse
	marking string // the strictest of what goes along
	parcel  parcel
}

// propose checks an offer and packs it; it writes nothing.
func (s *Service) propose(tx *gate.Tx, n *NewReferral) (p proposal, err error) {
	wrong := invalid()
	if p.to, err = findIntake(tx, n.DeskID, wrong); err != nil {
		return p, err
	}
	p.dueAt = tx.Now().Add(n.Urgency.within())
	until := n.check(wrong, tx.Now(), p.dueAt)
	if n.bare(tx.Actor()) {
		if err := n.onlyEntries(tx, wrong); err != nil {
			return p, err
		}
	}
	chosen, err := s.choose(tx, wrong, Picked{n.Sections, n.Entries}, p.to.Kind, n.offered())
	if err != nil {
		return p, err
	}
	n.checkKind(wrong, tx.Actor(), p.to, chosen.Sections)
	salt := saltIn(wrong, shownIn(wrong, n.Seen))
	if p.marking, err = checkMarking(tx, wrong, &chosen, p.to.Kind); err != nil {
		return p, err
	}
	if err := wrong.OrNil(); err != nil {
		return p, err
	}
	p.uses = chosen.Uses
	p.grant = gate.Grant{GranteeKind: "desk", GranteeID: p.to.ID, AgencyID: p.to.AgencyID, GivenBy: tx.Actor().AgencyID, Relations: referredAs(p.to.Kind),
		Sections: chosen.Sections, OnlyOf: chosen.OnlyOf, Purpose: n.Purpose, Basis: n.Basis, UntilAt: until}
	p.parcel, err = s.pack(tx, p.to, p.grant, salt)
	return p, err
}

// offer writes the grant as offered, the referral under the grant's own id, and the package as evidence.
func (s *Service) offer(tx *gate.Tx, n NewReferral, onlySeen bool) (audit.Event, error) {
	p, err := s.propose(tx, &n)
	if err != nil {
		return audit.Event{}, err
	}
	if err := settleDead(tx, p.to.ID); err != nil {
		return audit.Event{}, err
	}
	id, waits, err := Give(tx, p.newGrant(&n))
	if err != nil {
		return audit.Event{}, err
	}
	if onlySeen { // after all else that could be wrong with it
		if err := s.checkLook(tx, n.Seen, n.looked(), &p.parcel); err != nil {
			return audit.Event{}, err
		}
	}
	p.waits = waits
	if err := s.send(tx, id, n, p); err != nil {
		return audit.Event{}, err
	}
	if !waits { // otherwise it reaches the desk when a second person has signed
		if err := s.reached(tx, tx.File().ID, p.to.ID, id); err != nil {
			return audit.Event{}, err
		}
	}
	event := gate.Disclosed(id, p.to.AgencyID, n.Purpose, n.Basis)
	event.Subject, event.SubjectCategory, event.Sections = id, "victim", p.uses
	event.Handling, event.Fingerprint = p.marking, p.parcel.hash()
	if waits { // disclosed is it by who signs, and until then the other agency's log says nothing of it
		event.Op, event.Recipients, event.Concerns = audit.Alter, nil, nil
	}
	return event, nil
}

// reached tells the other slices that an offer reaches the desk.
func (s *Service) reached(tx *gate.Tx, fileID, toDeskID, referralID string) error {
	for _, tell := range s.told {
		if err := tell(tx, fileID, toDeskID, referralID); err != nil {
			return err
		}
	}
	return nil
}

// newGrant is the grant of the proposal as the gate writes it.
func (p *proposal) newGrant(n *NewReferral) gate.NewGrant {
	return gate.NewGrant{GranteeKind: "desk", GranteeID: p.to.ID, Relations: p.grant.Relations, Sections: p.grant.Sections,
		OnlyOf: p.grant.OnlyOf, Purpose: n.Purpose, Basis: n.Basis, BasisRef: n.BasisRef, Document: n.Document, LegalBasis: n.LegalBasis, ConsentID: n.ConsentID,
		Until: p.grant.UntilAt, Offered: true}
}

// send stores the referral with its package and tells the person at the desk that it is meant for, if there is one.
func (s *Service) send(tx *gate.Tx, id string, n NewReferral, p proposal) error {
	row := referralRow{id: id, to: p.to, n: n, dueAt: p.dueAt, fromDesk: sendingDesk(tx)}
	var err error
	if row.note, err = tx.SealText("referral", id, n.Note); err != nil {
		return err
	}
	if n.Attention != "" {
		if row.attention, err = tx.SealPart(seal.General, "referral", id, "attention", []byte(n.Attention)); err != nil {
			return err
		}
		if row.toWorker, err = agency.AtDesk(tx, p.to.AgencyID, p.to.ID, n.Attention); err != nil {
			return err
		}
	}
	if err := insertReferral(tx, row); err != nil {
		return err
	}
	if err := p.parcel.keep(tx, id, n.Seen != ""); err != nil {
		return err
	}
	if p.waits { // the desk is told when a second person has signed
		return nil
	}
	return tellAddressee(tx, row)
}

// sendingDesk is the desk of the caller that sees the file; empty where only the person does.
func sendingDesk(tx *gate.Tx) string {
	for _, g := range tx.Grants() {
		if g.GranteeKind == "desk" && g.AgencyID == tx.Actor().AgencyID {
			return g.GranteeID
		}
	}
	return ""
}

// check looks at everything but the desk and the sections and gives the instant at which the access will end.
func (n *NewReferral) check(wrong *fault.Fault, now, dueAt moment.Time) moment.Time {
	checkCode(wrong, "urgency", string(n.Urgency), []string{string(Urgent), string(Normal)})
	checkCode(wrong, "reason", n.Reason, Reasons)
	n.Note = section.FreeText(wrong, "note", n.Note, longestNote)
	n.Attention = section.FreeLine(wrong, "attention", n.Attention, longestName)
	until := n.Terms.check(wrong, now)
	if until > now && until < dueAt.Add(grace) {
		wrong.WithField("until", "sharing.until_before_answer")
	}
	return until
}

// findIntake is the desk to which the offer goes; the field fault says what is wrong with it.
func findIntake(tx *gate.Tx, deskID string, wrong *fault.Fault) (grantee, error) {
	if deskID == "" {
		wrong.WithField("to", "fault.field_required")
		return grantee{}, nil
	}
	to, found, err := findGrantee(tx, "desk", deskID)
	if err != nil {
		return to, err
	}
	switch {
	case !found:
		wrong.WithField("to", "sharing.no_such_desk")
	case to.AgencyID == tx.Actor().AgencyID:
		wrong.WithField("to", "sharing.own_agency")
	case !to.Intake:
		wrong.WithField("to", "sharing.no_intake")
	default:
		open, err := hasOpenOffer(tx, deskID)
		if open {
			wrong.WithField("to", "sharing.already_offered")
		}
		return to, err
	}
	return to, nil
}
