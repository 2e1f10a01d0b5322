package demo

import (
	"context"
	"fmt"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/checklist"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/minor"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/outside"
	"relais/internal/rulepack"
	"relais/internal/screening"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/support"
	"relais/internal/task"
	"relais/internal/track"
	"relais/internal/victim"
)

const auditor = agency.Auditor

// values draws what somebody writes in a section.
type values = func(by staff) section.Values

// strike takes back the last step that somebody recorded on a track.
func (f *filling) strike(ctx context.Context, v *supported, by staff, of string) error {
	view, _, err := f.parts.Tracks.Show(f.as(ctx, by), v.fileID)
	if err != nil {
		return err
	}
	for i := range view.Lanes {
		if l := &view.Lanes[i]; l.Track == of && l.CanStrike != nil {
			return f.parts.Tracks.Strike(f.as(ctx, by), v.fileID, l.CanStrike.ID, track.NewStrike{Reason: "wrong_person", Note: f.text(by, "strike.note")}, l.Version, "")
		}
	}
	return fmt.Errorf("no step of %s can be struck", of)
}

// strong and slight are the indicators that somebody answers with yes; all others are answered with no, or not known.
var (
	strong = map[string]string{"deception.wages": "person", "coercion.debt": "person", "coercion.papers": "observed", "vulnerability.status": "document",
		"exploitation.hours": "document", "exploitation.wages": "document", "control.papers": "observed", "control.isolation": "inferred"}
	slight  = map[string]string{"minute.vulnerability": "inferred", "minute.wages": "person"}
	ofChild = map[string]string{"act.brought": "third", "control.illicit": "observed", "control.debt": "person", "exploitation.hours": "observed",
		"vulnerability.family": "person", "exploitation.pay": "person"}
)

// screen: strong indications on the first person, some on the second.
func (s *site) screen(ctx context.Context) error {
	if err := s.f.screen(ctx, s.first, s.opener, "minute", slight); err != nil {
		return err
	}
	s.f.pause()
	if err := s.f.screen(ctx, s.first, s.opener, "adult_labour", strong); err != nil {
		return err
	}
	return s.f.screen(ctx, s.second, s.opener, "minute", nil)
}

func (f *filling) screen(ctx context.Context, v *supported, by staff, list string, yes map[string]string) error {
	asked, err := f.parts.Screenings.Blank(f.as(ctx, by), list, "")
	if err != nil {
		return err
	}
	d := screening.Draft{List: list, HeldOn: f.today(0), Note: f.text(by, "screening.note"), Purpose: gate.UsualPurpose(by.agency.kind),
		Basis: gate.UsualBasis(by.agency.kind)}
	for i, indicator := range asked {
		a := screening.Answer{Indicator: indicator.ID, Present: screening.No}
		switch source := yes[indicator.ID]; {
		case source != "":
			a.Present, a.Source = screening.Yes, source
		case i%4 == 3:
			a.Present = screening.Unknown
		}
		d.Answers = append(d.Answers, a)
	}
	_, err = f.parts.Screenings.Add(f.as(ctx, by), v.fileID, d, "")
	return err
}

// needs of the first person: one is met, one was asked for long ago, one is new.
func (s *site) needs(ctx context.Context) error {
	f, by := s.f, s.f.as(ctx, s.shelter)
	for _, n := range []struct {
		service string
		states  []support.State
		outcome string
	}{{"housing", []support.State{support.Given, support.Met}, "reached"}, {"legal_aid", []support.State{support.Asked}, ""}, {"language_course", nil, ""}} {
		id, err := f.parts.Support.Note(by, s.first.fileID, support.New{Service: n.service, Note: f.text(s.shelter, "need.note")}, "")
		if err != nil {
			return err
		}
		for i, state := range n.states {
			change := support.Change{State: state}
			if i == len(n.states)-1 {
				change.Outcome = n.outcome
			}
			if err := f.parts.Support.Move(by, s.first.fileID, id, int64(i+1), change); err != nil {
				return err
			}
		}
	}
	return nil
}

// ticks is how much of its country's list the shelter has done for the first person.
const ticks = 3

// checklist: the shelter ticks the first things that it has done.
func (s *site) checklist(ctx context.Context) error {
	by := s.f.as(ctx, s.shelter)
	view, err := s.f.parts.Checklists.Show(by, s.first.fileID)
	if err != nil {
		return err
	}
	done := checklist.Tick{State: checklist.Done, On: s.f.today(0)}
	for i := range view.Lists {
		for j := range view.Lists[i].Lines {
			if line := &view.Lists[i].Lines[j]; line.CanTick() && len(done.Items) < ticks {
				done.Items = append(done.Items, line.Item.Item)
			}
		}
	}
	return s.f.parts.Checklists.Tick(by, s.first.fileID, done, "")
}

// notes: one for the file, one for the agency alone, which is corrected.
func (s *site) notes(ctx context.Context) error {
	f := s.f
	first := journal.New{Section: authz.Exploitation.String(), Visibility: journal.ForFile, Text: f.text(s.opener, "note.file")}
	if _, err := f.parts.Journal.Write(f.as(ctx, s.opener), gate.Victim, s.first.fileID, first, ""); err != nil {
		return err
	}
	f.pause()
	own := journal.New{Section: authz.SupportPlan.String(), Visibility: journal.ForAgency, Text: f.text(s.shelter, "note.agency")}
	id, err := f.parts.Journal.Write(f.as(ctx, s.shelter), gate.Victim, s.first.fileID, own, "")
	if err != nil {
		return err
	}
	f.pause()
	return f.parts.Journal.Correct(f.as(ctx, s.shelter), id, 1, f.text(s.shelter, "note.fixed"))
}

// tasks are a handful for each desk: something late, something for today, something for this week, and a flag.
func (s *site) tasks(ctx context.Context) error {
	last := moment.DayOf(s.f.end)
	desk := func(to staff) string { return notice.Desk + ":" + to.desk }
	for _, t := range []struct {
		by staff
		n  task.New
	}{
		{s.shelter, task.New{Code: "document", Text: "task.document", Doer: desk(s.shelter), Due: last.AddDays(-1)}},
		{s.shelter, task.New{Code: "call", Text: "task.call", Doer: notice.Worker + ":" + s.shelter.workerID, Due: last}},
		{s.shelter, task.New{Code: "accompany", Text: "task.meet", Doer: desk(s.shelter), Due: last.AddDays(3)}},
		{s.opener, task.New{Code: "check", Text: "task.check", Doer: desk(s.opener), Due: last}},
		{s.opener, task.New{Code: "appointment", Text: "task.meet", Doer: desk(s.police), Due: last.AddDays(2)}},
		{s.opener, task.New{Code: "decide", Text: "task.decide", Doer: desk(s.prosecutor), Due: last.AddDays(1)}},
		{s.opener, task.New{Code: "tell_person", Text: "task.call", Doer: desk(s.migration), Due: last}},
		{s.opener, task.New{Flag: true, Code: "flag_contact", Text: "task.flag", Doer: desk(s.opener), Due: last.AddDays(20)}},
	} {
		t.n.Text = s.f.text(t.by, t.n.Text)
		if _, err := s.f.parts.Tasks.Add(s.f.as(ctx, t.by), gate.Victim, s.first.fileID, t.n, ""); err != nil {
			return fmt.Errorf("%s by %s: %w", t.n.Code, t.by.agency.code, err)
		}
	}
	return nil
}

// link hands the person's identity to an organisation that has no account; opened says whether somebody there has read it.
func (s *site) link(ctx context.Context, v *supported, hours int, opened bool) error {
	f, by := s.f, s.f.as(ctx, s.opener)
	n := outside.New{Organisation: f.text(s.opener, "outside.organisation"), Email: "onthaal@huis.example", Hours: hours, Language: s.opener.agency.language,
		Outward: sharing.Outward{Kind: authz.RoleShelter, Country: "DE", Sections: []string{"identity"}, Reason: "shelter", Note: f.text(s.opener, "note"),
			Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}}
	shown, err := f.parts.Outside.Rehearse(by, v.fileID, n)
	if err != nil {
		return err
	}
	n.Seen = shown.Seen
	made, err := f.parts.Outside.Send(by, v.fileID, n, "")
	if err != nil || !opened {
		return err
	}
	f.pause()
	_, err = f.parts.Outside.Open(ctx, made.Token, made.Code)
	return err
}

// child is the story of somebody whose age is in dispute: police and home differ, a guardian is named, and has still to agree.
func (f *filling) child(c *cast) {
	in := c.police.agency.country
	v := f.somebody(in, "forced_criminality", map[string]string{"BE": "VN", "NL": "VN", "LU": "AL"}[in])
	v.person.child = true
	v.person.identity["age_status"], v.person.identity["birth_date_certainty"] = "presumed_child", "unknown"
	delete(v.person.identity, "birth_date")
	f.scene("a child", turn{13, 9, func(ctx context.Context) error {
		if _, err := f.begin(ctx, c.police, "forced_criminality", "", v); err != nil {
			return err
		}
		f.pause()
		return f.screen(ctx, v, c.police, "child", ofChild)
	}}, turn{12, 10, func(ctx context.Context) error { _, err := f.hand(ctx, v, c.police, c.home); return err }},
		turn{11, 11, func(ctx context.Context) error { return f.guarded(ctx, v, c) }},
		turn{9, 14, func(ctx context.Context) error { return f.disputed(ctx, v, c) }},
		turn{2, 10, func(ctx context.Context) error {
			_, err := f.ask(ctx, v, c.home, c.other, f.askSupport(c.home))
			return err
		}})
}

// guarded: the guardianship service takes the child's file and names one of its people.
func (f *filling) guarded(ctx context.Context, v *supported, c *cast) error {
	n := sharing.NewReferral{Sections: []string{"identity", "guardianship"}, Reason: "guardianship", Terms: sharing.Terms{Purpose: "guardianship", Basis: "legal_task"}}
	id, _, err := f.send(ctx, v, c.police, c.guardian, n)
	if err != nil {
		return err
	}
	f.pause()
	if _, err := f.parts.Sharing.Accept(f.as(ctx, c.guardian), id, 1); err != nil {
		return err
	}
	service := map[string]string{"BE": "be_guardianship", "NL": "nl_nidos", "LU": "lu_ad_hoc"}[c.guardian.agency.country]
	_, err = f.parts.Minors.Assign(f.as(ctx, c.guardian), v.fileID, minor.NewGuardian{Service: service, WorkerID: c.guardian.workerID}, "")
	return err
}

// disputed: papers say adult to the police, the home believes the child.
func (f *filling) disputed(ctx context.Context, v *supported, c *cast) error {
	said := minor.NewAge{Status: minor.Adult, Method: "document", Note: f.text(c.police, "age.adult")}
	if _, err := f.parts.Minors.Say(f.as(ctx, c.police), v.fileID, said, ""); err != nil {
		return err
	}
	f.pause()
	if err := f.move(ctx, v, c.home, rulepack.Protection, "supported"); err != nil {
		return err
	}
	said = minor.NewAge{Status: minor.Child, Method: "interview", Note: f.text(c.home, "age.child")}
	_, err := f.parts.Minors.Say(f.as(ctx, c.home), v.fileID, said, "")
	return err
}

// travelled links two files of one agency.
func (f *filling) travelled(ctx context.Context, by staff, one, other *supported) error {
	view, err := f.parts.Victims.Show(f.as(ctx, by), other.fileID)
	if err == nil {
		_, err = f.parts.Victims.Link(f.as(ctx, by), one.fileID, victim.NewLink{Reference: view.File.Reference, Relation: "travelling"}, "")
	}
	return err
}
