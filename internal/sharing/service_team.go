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
)

// NewMember is what it takes to add somebody to a case team.
type NewMember struct {
	DeskID    string // a desk, or
	WorkerID  string // one worker; never both
	VictimIDs []string
	Terms
}

// Team is who works on a case, and whether the caller may change that.
type Team struct {
	File      gate.FileRow
	Members   []Access
	CanManage bool
	Now       moment.Time
}

// Team lists who sees a case file.
func (s *Service) Team(ctx context.Context, caseID string) (team Team, err error) {
	err = s.gate.Read(ctx, teamAction, gate.File(gate.Case, caseID), func(tx *gate.Tx) (audit.Event, error) {
		members, err := WhoHasAccess(tx)
		team = Team{File: tx.File(), Members: members, CanManage: leads(tx), Now: tx.Now()}
		return audit.Event{Op: audit.Consult, SubjectCategory: "case"}, err
	})
	return team, err
}

func leads(tx *gate.Tx) bool {
	return slices.ContainsFunc(tx.Grants(), func(g gate.Grant) bool { return g.Lead })
}

// Add gives a desk or a worker the case file and every victim file of the case until a day; files opened later come along
// (Extend). Only the agency that leads may. A guardian or a lawyer gets the victim files that are named and no others.
func (s *Service) Add(ctx context.Context, caseID string, n NewMember, once string) (grantID string, err error) {
	return s.create(ctx, addAction, gate.File(gate.Case, caseID), once, fmt.Sprint(caseID, n), func(tx *gate.Tx) (audit.Event, error) {
		return s.addMember(tx, n)
	})
}

func (s *Service) addMember(tx *gate.Tx, n NewMember) (audit.Event, error) {
	if err := tx.Changed(); err != nil { // first, so that two leads who add the same desk at once come one after the other
		return audit.Event{}, err
	}
	wrong := invalid()
	until := n.Terms.check(wrong, tx.Now())
	to, err := findMember(tx, n, wrong)
	if err != nil {
		return audit.Event{}, err
	}
	n.checkVictims(wrong, to.Kind)
	n.checkOnePerson(wrong, to.Kind)
	if _, err := checkMarking(tx, wrong, &Chosen{Sections: caseSections(to.Kind)}, to.Kind); err != nil {
		return audit.Event{}, err
	}
	if err := wrong.OrNil(); err != nil {
		return audit.Event{}, err
	}
	grant := gate.NewGrant{GranteeKind: to.GranteeKind, GranteeID: to.ID, Relations: relationsOf(to.Kind),
		Sections: caseSections(to.Kind), Purpose: n.Purpose, Basis: n.Basis, BasisRef: n.BasisRef, Document: n.Document,
		LegalBasis: n.LegalBasis, ConsentID: n.ConsentID, Until: until}
	if to.AgencyID != tx.Actor().AgencyID {
		grant.Sections = grant.Sections.Minus(byTwoInTeam)
	}
	root, err := tx.Grant(grant)
	if err != nil {
		return audit.Event{}, err
	}
	if grant.Root = root; to.AgencyID != tx.Actor().AgencyID {
		if err := proposeByTwo(tx, grant, to.Kind, caseByTwo(tx, &grant, to.Kind)); err != nil {
			return audit.Event{}, err
		}
	}
	grant.Sections = authz.FileSections()
	if grant, err = narrowed(tx, grant); err != nil {
		return audit.Event{}, err
	}
	opened, err := s.grantVictims(tx, grant, to.Kind, n.VictimIDs, to.AgencyID != tx.Actor().AgencyID)
	event := gate.Disclosed(root, to.AgencyID, n.Purpose, n.Basis)
	event.Subject, event.Results = root, opened
	event.Recipients[0].WorkerID = n.WorkerID
	return event, err
}

// caseByTwo is what a place in the team does not open of the case on one signature, where the discipline reads anything of it that others
// wrote.
func caseByTwo(tx *gate.Tx, place *gate.NewGrant, to authz.Role) (set authz.SectionSet) {
	for id := range caseSections(to).And(byTwoInTeam).Each {
		if tx.OpensTo(to, id, place.Relations, place.Basis) {
			set = set.With(id)
		}
	}
	return set
}

// victimByTwo is caseByTwo for a victim file: where a person lives, and health, to those who would read all of it, such as a guardian.
// Of what else somebody is shown there a field says less than the place itself.
func victimByTwo(tx *gate.Tx, place *gate.NewGrant, to authz.Role) (set authz.SectionSet) {
	for id := range place.Sections.And(byTwoOfVictim).Each {
		if tx.OpensWhole(to, id, place.Relations, place.Basis) {
			set = set.With(id)
		}
	}
	return set
}

// proposeByTwo proposes what a place does not open on one signature. It hangs on the place and ends with it.
func proposeByTwo(tx *gate.Tx, place gate.NewGrant, to authz.Role, sections authz.SectionSet) error {
	if place.Sections = sections; sections.Empty() {
		return nil
	}
	_, last := tx.CeilingOf(to, place.Sections) // it may end before the place does
	place.Until = min(place.Until, last.EndOf())
	_, _, err := Give(tx, place)
	return err
}

// findMember is whom the request names; the field at fault is the one that was used.
func findMember(tx *gate.Tx, n NewMember, wrong *fault.Fault) (grantee, error) {
	field, id, kind := "to", n.DeskID, "desk"
	if n.DeskID == "" && n.WorkerID != "" {
		field, id, kind = "worker", n.WorkerID, "worker"
	}
	if id == "" || n.DeskID != "" && n.WorkerID != "" {
		wrong.WithField(field, "sharing.to_one")
		return grantee{}, nil
	}
	to, found, err := findGrantee(tx, kind, id)
	if err != nil {
		return to, err
	}
	if !found {
		wrong.WithField(field, "sharing.no_such_desk")
		return to, nil
	}
	member, err := isMember(tx, id)
	if member {
		wrong.WithField(field, "sharing.already_in_team")
	}
	return to, err
}

// checkVictims: who acts for single persons gets the files of those persons; to the others the whole case is opened.
func (n NewMember) checkVictims(wrong *fault.Fault, kind authz.Role) {
	switch {
	case actsForOne(kind) && len(n.VictimIDs) == 0:
		wrong.WithField("victims", "sharing.victims_needed")
	case kind != "" && !actsForOne(kind) && len(n.VictimIDs) > 0:
		wrong.WithField("victims", "sharing.victims_not_needed")
	}
}

// grantVictims writes the grant on the victim files of the case, all of them or those named, as a child of its root. What an
// originator keeps on one of them, and the new desk would read, keeps the place from being given, and the originator is named.
// To an agency that is not the lead's own, what needs two signatures is proposed on each file.
func (s *Service) grantVictims(tx *gate.Tx, grant gate.NewGrant, to authz.Role, only []string, theirs bool) (opened []string, err error) {
	files, err := victimsOf(tx)
	if err != nil {
		return nil, err
	}
	for _, id := range only {
		if !slices.Contains(files, id) {
			return nil, invalid().WithField("victims", "fault.field_unknown_code")
		}
	}
	for _, id := range files {
		if len(only) > 0 && !slices.Contains(only, id) {
			continue
		}
		victim, err := tx.Enter(gate.Victim, id)
		if fault.KindOf(err) == fault.NotFound || gate.IsClosed(err) {
			continue // not the lead's to give any more, or nobody's
		}
		if err != nil {
			return nil, err
		}
		wrong := invalid()
		reads, _ := s.Receivable(grant.Sections, to)
		if err := Kept(victim, wrong, reads, to, nil); err != nil {
			return nil, err
		}
		if err := wrong.OrNil(); err != nil {
			return nil, err
		}
		place := grant
		if theirs {
			place.ByTwo = victimByTwo(victim, &grant, to)
		}
		if _, err := victim.Grant(place); err != nil {
			return nil, err
		}
		if err := proposeByTwo(victim, grant, to, place.ByTwo); err != nil {
			return nil, err
		}
		opened = append(opened, id)
	}
	return opened, nil
}

// Remove ends a place in the team, on the case and on every victim file at once, and withdraws what the agency had on offer
// of files that it no longer sees. version is the one that the lead has seen.
func (s *Service) Remove(ctx context.Context, caseID, grantID string, version int64) error {
	return s.gate.Write(ctx, removeAction, gate.File(gate.Case, caseID), func(tx *gate.Tx) (audit.Event, error) {
		if err := tx.Changed(); err != nil {
			return audit.Event{}, err
		}
		m, err := memberOf(tx, grantID)
		if err != nil {
			return audit.Event{}, err
		}
		if m.State != "live" && m.State != "sealed" || m.Version != version {
			return audit.Event{}, fault.New(fault.Conflict, "sharing.member_changed")
		}
		if err := tx.EndGrants(grantID, endRemoved); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: grantID, GrantID: grantID, Purpose: m.Purpose, Basis: m.Basis,
			Concerns: []string{m.AgencyID}}, withdrawOrphans(tx)
	})
}

// Extend gives a victim file that was just opened to those who lead the case and to its team, with the same ends. Guardians
// and lawyers do not get it, because they act for other persons. tx is turned to the new
// file; caseGrants are the opener's on the case.
func Extend(tx *gate.Tx, caseGrants []gate.Grant) error {
	mine := make([]string, 0, len(caseGrants))
	for _, grant := range caseGrants {
		mine = append(mine, grant.ID)
	}
	if err := tx.ExecOne(holdCase, nil); err != nil {
		return err
	}
	members, err := liveMembers(tx)
	if err != nil {
		return err
	}
	for _, m := range members {
		if (actsForOne(m.Kind) || m.Basis == "consent") && !slices.Contains(mine, m.ID) {
			continue
		}
		if m.Basis == "consent" { // whoever opens the file of another person has not asked that one yet
			m.Basis = gate.UsualBasis(m.Kind)
		}
		_, err := tx.Grant(gate.NewGrant{GranteeKind: m.GranteeKind, GranteeID: m.GranteeID, Relations: m.Relations,
			Sections: authz.FileSections(), Purpose: m.Purpose, Basis: m.Basis, BasisRef: m.BasisRef, Until: m.UntilAt,
			Lead: m.Lead, Root: m.ID})
		if err != nil {
			return err
		}
	}
	return nil
}

// Extended is whom Extend opened a new victim file to, for the events of slices that open files.
func Extended(tx *gate.Tx) ([]audit.Recipient, error) {
	members, err := liveMembers(tx)
	if err != nil {
		return nil, err
	}
	set, err := tx.PartnerCeilings()
	recipients := make([]audit.Recipient, 0, len(members))
	for _, m := range members {
		to := audit.Recipient{AgencyID: m.AgencyID}
		shut := !m.Lead && !Partner{set[m.Kind]}.opensPlace()
		if !actsForOne(m.Kind) && m.AgencyID != tx.Actor().AgencyID && !shut && !slices.Contains(recipients, to) {
			recipients = append(recipients, to)
		}
	}
	return recipients, err
}

// TeamForm is what the form that adds a member offers.
type TeamForm struct {
	File    gate.FileRow
	Desks   []agency.Listing
	Victims []VictimChoice
	Grounds Grounds

	Partners Partners // what the caller's agency lets others have
	Own      string   // the caller's agency, to which no ceiling of its own applies
	Now      moment.Time
}

// TeamForm gives the desks that could be added and, for guardians and lawyers, the victim files of the case.
func (s *Service) TeamForm(ctx context.Context, caseID string) (form TeamForm, err error) {
	err = s.gate.Read(ctx, teamFormAction, gate.File(gate.Case, caseID), func(tx *gate.Tx) (audit.Event, error) {
		form = TeamForm{File: tx.File(), Now: tx.Now(), Own: tx.Actor().AgencyID}
		if form.Desks, err = agency.Directory(tx); err != nil {
			return audit.Event{}, err
		}
		if form.Grounds, err = groundsOf(tx); err != nil {
			return audit.Event{}, err
		}
		if form.Partners, err = PartnersOf(tx); err != nil {
			return audit.Event{}, err
		}
		form.Victims, err = victimChoices(tx)
		event := audit.Event{Op: audit.Consult, SubjectCategory: "case"}
		for _, v := range form.Victims {
			event.Results = append(event.Results, v.FileID)
		}
		return event, err
	})
	return form, err
}
