package support

import (
	"context"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
	"relais/internal/track"
)

// Actions, as they stand in the trail.
var (
	showAction = gate.OnFile("support.show")
	formAction = gate.OnFile("support.form").Form()
	noteAction = gate.OnFile("support.note")
	needAction = gate.OnFile("support.need")
	moveAction = gate.OnFile("support.move")
	listAction = gate.ByAnyone("support.list")
)

// Service is what people do to plan help.
type Service struct {
	gate    *gate.Gate
	entries *entry.Service
	tracks  *track.Service
}

// NewService makes the service.
func NewService(g *gate.Gate, entries *entry.Service, tracks *track.Service) *Service {
	return &Service{gate: g, entries: entries, tracks: tracks}
}

// Show gives what keeps a person safe and what they need.
func (s *Service) Show(ctx context.Context, victimID string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if view, err = s.read(tx); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, nil
	})
	return view, err
}

func (s *Service) read(tx *gate.Tx) (view View, err error) {
	if view, err = s.safety(tx); err != nil {
		return view, err
	}
	plan, err := s.entries.Some(tx, authz.SupportPlan)
	if err != nil {
		return view, err
	}
	view.Plan = plan[0]
	if view.Needs, err = needsOf(tx); err != nil {
		return view, err
	}
	return view, withReferrals(tx, view.Needs)
}

// safety is the part of the view that stands on the victim file's own page too.
func (s *Service) safety(tx *gate.Tx) (view View, err error) {
	read, err := s.entries.Some(tx, authz.SafeContact, authz.RiskLevel)
	if err != nil {
		return view, err
	}
	view = View{File: tx.File(), Contact: read[0], Risk: read[1], EntryID: tx.EntryID(), Today: moment.DayOf(tx.Now()), CanNote: mayWrite(tx)}
	kinds, err := kindsOf(tx, view.Risk.Entries)
	view.Weighed = weighed(&view.Risk, kinds)
	return view, err
}

func kindsOf(tx *gate.Tx, entries []entry.View) (map[string]authz.Role, error) {
	kinds := map[string]authz.Role{}
	if len(entries) == 0 {
		return kinds, nil
	}
	return kinds, readKinds(tx, entries, kinds)
}

// needsOf are the needs of the file that the reader may see; the own ones may be moved on.
func needsOf(tx *gate.Tx) ([]Need, error) {
	all, err := needs(tx)
	all = slices.DeleteFunc(all, func(n Need) bool { return !mayRead(tx, &n) })
	writes := mayWrite(tx)
	for i := range all {
		all[i].CanMove = writes && all[i].AgencyID == tx.Actor().AgencyID
	}
	return all, err
}

// withReferrals puts the referral by which a service was asked for on the line of its need.
func withReferrals(tx *gate.Tx, list []Need) error {
	if !slices.ContainsFunc(list, func(n Need) bool { return n.ReferralID != "" }) {
		return nil
	}
	sent, err := sharing.SentOn(tx)
	for i := range list {
		for j := range sent {
			if list[i].ReferralID == sent[j].ID {
				list[i].Referral = &sent[j]
			}
		}
	}
	return err
}

// NeedView is one need with its history.
type NeedView struct {
	Need
	File      gate.FileRow
	Steps     []Step // the newest first
	Referrals []sharing.Referral
	Today     moment.Date
}

// Need gives one need with all its steps.
func (s *Service) Need(ctx context.Context, victimID, needID string) (view NeedView, err error) {
	err = s.gate.Read(ctx, needAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if view, err = needView(tx, needID); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Consult, Subject: needID, SubjectCategory: "victim", Sections: used(tx, authz.Read), Concerns: []string{view.AgencyID}}, nil
	})
	return view, err
}

func needView(tx *gate.Tx, needID string) (view NeedView, err error) {
	n, err := readable(tx, needID)
	if err != nil {
		return view, err
	}
	view = NeedView{Need: n, File: tx.File(), Today: moment.DayOf(tx.Now())}
	if view.Steps, err = steps(tx, needID); err != nil {
		return view, err
	}
	if n.AgencyID != tx.Actor().AgencyID {
		return view, nil
	}
	if view.Referrals, err = sharing.SentOn(tx); err != nil {
		return view, err
	}
	one := []Need{n}
	if err := withReferrals(tx, one); err != nil {
		return view, err
	}
	view.Need = one[0]
	return view, named(tx, view.Steps)
}

// readable is a need of the file that the reader may see; otherwise it is not there.
func readable(tx *gate.Tx, needID string) (Need, error) {
	all, err := needsOf(tx)
	if err != nil {
		return Need{}, err
	}
	at := slices.IndexFunc(all, func(n Need) bool { return n.ID == needID })
	if at < 0 {
		return Need{}, fault.New(fault.NotFound, "gate.not_found")
	}
	return all[at], nil
}

// named gives the steps the names of the colleagues who wrote them.
func named(tx *gate.Tx, list []Step) error {
	var ids []string
	for i := range list {
		ids = append(ids, list[i].AuthorID)
	}
	names, err := agency.WorkerNames(tx, ids)
	for i := range list {
		list[i].Author = names[list[i].AuthorID]
	}
	return err
}

// used is what was decided about the support plan, for the trail.
func used(tx *gate.Tx, verb authz.Verb) []audit.SectionUse {
	d := tx.Decide(authz.SupportPlan, verb)
	if own := tx.ReadBack(authz.SupportPlan, "", ""); verb == authz.Read && own.Show > d.Show {
		d = own
	}
	use := audit.SectionUse{Section: authz.SupportPlan.String(), Show: d.Show.String(), Decision: audit.Allowed, Line: d.Line, GrantID: d.GrantID}
	return []audit.SectionUse{use}
}

// OldNeeds is a page of a list of needs.
type OldNeeds struct {
	Needs []Need
	Next  gate.Cursor
	Today moment.Date
}

// PageSize is how many needs stand on one page.
const PageSize = 50

// List gives the needs of the own agency that nobody has met for longer than OldAfter days, the oldest first.
func (s *Service) List(ctx context.Context, after gate.Cursor) (list OldNeeds, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = OldNeeds{Today: moment.DayOf(tx.Now())}
		if list.Needs, list.Next, err = Unmet(tx, after, PageSize); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Search, SubjectCategory: "victim"}
		for i := range list.Needs {
			event.Results = append(event.Results, list.Needs[i].FileID)
		}
		return event, nil
	})
	return list, err
}
