package sharing

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// NewReferral is what it takes to offer a victim file to a desk.
type NewReferral struct {
	DeskID   string
	Sections []string // words of sections, such as "identity"
	Urgency  Urgency
	Reason   string // one of Reasons
	Note     string // free text for the receiving desk; sealed
	Terms
}

// Choice is one section on the form: whether the caller may pass it on, and if not, why.
type Choice struct {
	Section authz.Section
	Allowed bool
	Reason  authz.Reason
}

// ReferralForm is what the form for an offer shows.
type ReferralForm struct {
	File     gate.FileRow
	Sections []Choice
	Desks    []agency.Listing // those that take people in, of other agencies
	Now      moment.Time
}

// CanRefer says whether there is anything at all that the caller could pass on.
func (f *ReferralForm) CanRefer() bool {
	return slices.ContainsFunc(f.Sections, func(c Choice) bool { return c.Allowed })
}

// ReferralForm gives the sections that the caller may pass on and the desks that take people in.
func (s *Service) ReferralForm(ctx context.Context, victimID string) (form ReferralForm, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		form = ReferralForm{File: tx.File(), Now: tx.Now()}
		for id := range shareable().Each {
			form.Sections = append(form.Sections, choiceOf(tx, id))
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

// choiceOf decides on one section. Where only a justification is missing, the purpose that the form asks for is it.
func choiceOf(tx *gate.Tx, id authz.Section) Choice {
	d := tx.Decide(id, authz.Refer)
	asked := !d.Allowed() && d.Missing == authz.NeedsOf(authz.NeedJustification)
	return Choice{Section: id, Allowed: d.Allowed() || asked, Reason: d.Reason}
}

// Refer offers some sections of a victim file to a desk of another agency. The desk sees exactly that until it answers; the
// same once key with the same offer gives the same referral again.
func (s *Service) Refer(ctx context.Context, victimID string, n NewReferral, once string) (referralID string, err error) {
	target := gate.File(gate.Victim, victimID)
	if slices.Contains(gate.Reasons, n.Purpose) {
		target = target.Because(n.Purpose) // the justification that some sections ask for each time
	}
	return s.create(ctx, referAction, target, once, fmt.Sprint(victimID, n), func(tx *gate.Tx) (audit.Event, error) {
		return s.offer(tx, n)
	})
}

// offer writes the grant as offered and the referral under the grant's own id.
func (s *Service) offer(tx *gate.Tx, n NewReferral) (audit.Event, error) {
	wrong := invalid()
	to, err := findIntake(tx, n.DeskID, wrong)
	if err != nil {
		return audit.Event{}, err
	}
	dueAt := tx.Now().Add(n.Urgency.within())
	until := n.check(wrong, tx.Now(), dueAt)
	sections, uses := s.choose(tx, wrong, n.Sections, to.Kind)
	marking, err := checkMarking(tx, wrong, sections, to.Kind)
	if err != nil {
		return audit.Event{}, err
	}
	if err := orNil(wrong); err != nil {
		return audit.Event{}, err
	}
	id, err := tx.Grant(gate.NewGrant{GranteeKind: "desk", GranteeID: to.ID, Relations: referredAs(to.Kind), Sections: sections,
		Purpose: n.Purpose, Basis: n.Basis, BasisRef: n.BasisRef, LegalBasis: n.LegalBasis,
		ConsentID: n.ConsentID, Until: until, Offered: true})
	if err != nil {
		return audit.Event{}, err
	}
	note, err := tx.SealText("referral", id, n.Note)
	if err != nil {
		return audit.Event{}, err
	}
	if err := insertReferral(tx, id, to, n, note, dueAt); err != nil {
		return audit.Event{}, err
	}
	event := gate.Disclosed(id, to.AgencyID, n.Purpose, n.Basis)
	event.Subject, event.SubjectCategory, event.Sections, event.Handling = id, "victim", uses, marking
	return event, nil
}

// check looks at everything but the desk and the sections and gives the instant at which the access will end.
func (n *NewReferral) check(wrong *fault.Fault, now, dueAt moment.Time) moment.Time {
	checkCode(wrong, "urgency", string(n.Urgency), []string{string(Urgent), string(Normal)})
	checkCode(wrong, "reason", n.Reason, Reasons)
	n.Note = checkNote(wrong, n.Note)
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
		if err := settleLapsed(tx, deskID); err != nil {
			return to, err
		}
		open, err := hasOpenOffer(tx, deskID)
		if open {
			wrong.WithField("to", "sharing.already_offered")
		}
		return to, err
	}
	return to, nil
}

// choose checks every section of the package: the sender has to be allowed to pass it on, and the receiver's discipline to
// receive it. The key of the field fault names the section.
func (s *Service) choose(tx *gate.Tx, wrong *fault.Fault, words []string, to authz.Role) (authz.SectionSet, []audit.SectionUse) {
	sections := parseSections(wrong, words)
	var uses []audit.SectionUse
	for id := range sections.Each {
		d := tx.Decide(id, authz.Refer)
		switch {
		case !shareable().Has(id):
			wrong.WithField("sections", "sharing.not_here."+id.String())
		case !d.Allowed():
			wrong.WithField("sections", "sharing.not_yours."+id.String())
		case to != "" && !mayReceive(s.readable(to), to, id):
			wrong.WithField("sections", "sharing.not_theirs."+id.String())
		}
		uses = append(uses, audit.SectionUse{Section: id.String(), Show: d.Show.String(), Decision: audit.Allowed, Line: d.Line, GrantID: d.GrantID})
	}
	return sections, uses
}
