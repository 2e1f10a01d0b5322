package demo

import (
	"context"
	"fmt"
	"time"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/victim"
)

// as is a context in which an agency's caseworker acts.
func (f *filling) as(ctx context.Context, s staff) context.Context {
	actor := authz.Actor{WorkerID: s.workerID, AgencyID: s.id, AAL: 2, SessionID: "demo"}
	return gate.WithCaller(ctx, gate.Caller{Actor: actor})
}

// open is the beginning of a case: its file, a file for each victim, and what follows later.
func (f *filling) open(ctx context.Context, i *incident) error {
	caseID, err := f.parts.Cases.Open(f.as(ctx, i.opener), casefile.New{Facts: i.facts}, "")
	if err != nil {
		return fmt.Errorf("demo: open a case: %w", err)
	}
	f.done.Cases++
	i.caseID, i.members = caseID, map[string]bool{}
	team := f.chance.in(60) || len(i.people) > 6
	for _, p := range i.people {
		if err := f.victim(ctx, i, caseID, p, team); err != nil {
			return err
		}
	}
	if team {
		f.later(f.chance.hours(1, 30), func(ctx context.Context) error { return f.team(ctx, i) })
	}
	if i.opener.agency.kind == authz.RolePolice {
		f.investigate(i)
	}
	f.progress()
	return nil
}

func (f *filling) victim(ctx context.Context, i *incident, caseID string, p *person, team bool) error {
	id, err := f.openVictim(ctx, i, caseID, p)
	if err != nil {
		return err
	}
	v := &supported{incident: i, person: p, fileID: id}
	if i.offer != "" {
		_, _, err := f.send(ctx, v, i.opener, f.people[i.offer], f.askSupport(i.opener))
		return err
	}
	f.care(v)
	f.goesOn(v)
	if team && i.opener.agency.kind == authz.RolePolice && f.chance.in(35) {
		f.later(f.chance.hours(24, 500), func(ctx context.Context) error {
			return f.write(ctx, i.opener, id, authz.Statements, f.statement(i.opener))
		})
	}
	return nil
}

// openVictim opens the file of one person with what is known on the first day.
func (f *filling) openVictim(ctx context.Context, i *incident, caseID string, p *person) (string, error) {
	n := victim.New{DetectedOn: i.facts.DetectedOn, Entries: []victim.Beginning{f.beginning(i.opener, authz.Identity, p.identity)}}
	if p.other != nil {
		n.Entries = append(n.Entries, f.beginning(i.opener, authz.Identity, p.other))
	}
	n.Entries = append(n.Entries, f.beginning(i.opener, authz.Exploitation, f.exploitation(i, p)))
	if i.facts.Sector != "" && !i.isShelter() {
		n.Entries = append(n.Entries, f.beginning(i.opener, authz.Labour, f.labour(i)))
	}
	id, err := f.parts.Victims.Open(f.as(ctx, i.opener), caseID, n, "")
	if err != nil {
		return "", fmt.Errorf("demo: open a victim file: %w", err)
	}
	f.done.Victims++
	f.tick(f.chance.hours(0, 1) / 6)
	return id, nil
}

// supported is a victim on the way to help.
type supported struct {
	incident *incident
	person   *person
	fileID   string
	asked    bool // for a consent
}

// care plans what happens to a victim: support by the shelter that opened the file, or a referral to one; for a child a
// guardian; in the Netherlands the registration by CoMensha.
func (f *filling) care(v *supported) {
	i := v.incident
	switch {
	case i.isShelter() && f.chance.in(75):
		f.later(f.chance.hours(1, 60), func(ctx context.Context) error { return f.takeIn(ctx, v, i.opener) })
	case !i.isShelter() && f.chance.in(i.in.support):
		to := f.people[one(f.chance, shelters[i.in.code])]
		if homes := homesOfChildren[i.in.code]; v.person.child && homes != nil {
			to = f.people[one(f.chance, homes)]
		}
		f.later(f.chance.hours(0, 30), func(ctx context.Context) error { return f.refer(ctx, v, to) })
	}
	if guardian := guardians[i.in.code]; v.person.child && v.person.citizenship != i.in.code && f.chance.in(80) {
		f.later(f.chance.hours(1, 60), func(ctx context.Context) error { return f.askGuardian(ctx, v, f.people[guardian]) })
	}
	if i.in.code == "NL" && !i.isShelter() && f.chance.in(60) { // they are obliged to (domain 1.1)
		f.later(f.chance.hours(1, 100), func(ctx context.Context) error { return f.register(ctx, v) })
	}
}

// authorities are the desks that join the team of a country's cases, by the discipline of who opened it.
var authorities = map[string]map[authz.Role][]string{
	"BE": {
		authz.RoleLabourInspector: {"be.arbeidsauditoraat", "be.fgp.antwerpen"},
		authz.RolePolice:          {"be.parket", "be.dvz"},
		authz.RoleShelter:         {"be.pjf.bruxelles"},
	},
	"NL": {
		authz.RoleLabourInspector: {"nl.om", "nl.avim"},
		authz.RolePolice:          {"nl.om", "nl.ind"},
		authz.RoleShelter:         {"nl.avim"},
	},
	"LU": {
		authz.RoleLabourInspector: {"lu.spj", "lu.parquet"},
		authz.RolePolice:          {"lu.parquet", "lu.immigration"},
		authz.RoleShelter:         {"lu.spj"},
	},
}

func (f *filling) team(ctx context.Context, i *incident) error {
	opener := i.opener.agency
	for _, code := range authorities[opener.country][opener.kind] {
		member := f.people[code]
		if err := f.call(ctx, i, member); err != nil {
			return err
		}
		if member.agency.kind == authz.RoleProsecutor && f.chance.in(50) {
			f.later(f.chance.hours(24*10, 24*60), func(ctx context.Context) error {
				_, err := f.parts.Entries.Add(f.as(ctx, member), gate.Case, i.caseID, authz.Court, f.draft(member, f.court(member)), "")
				return err
			})
		}
	}
	return nil
}

// addMember puts a desk on the team of a case.
func (f *filling) addMember(ctx context.Context, i *incident, member staff, until moment.Date) error {
	terms := sharing.Terms{Purpose: "investigation", Basis: "legal_task", Until: f.within(member, until)}
	if _, err := f.parts.Sharing.Add(f.as(ctx, i.opener), i.caseID, sharing.NewMember{DeskID: member.desk, Terms: terms}, ""); err != nil {
		return fmt.Errorf("demo: case team: %w", err)
	}
	i.members[member.id] = true
	return nil
}

func (f *filling) beginning(by staff, id authz.Section, values section.Values) victim.Beginning {
	return victim.Beginning{Section: id, Draft: f.draft(by, values)}
}

func (f *filling) draft(by staff, values section.Values) entry.Draft {
	return entry.Draft{Values: values, Purpose: gate.UsualPurpose(by.agency.kind), Basis: gate.UsualBasis(by.agency.kind)}
}

// write adds an entry of an agency to a victim file.
func (f *filling) write(ctx context.Context, by staff, fileID string, id authz.Section, values section.Values) error {
	_, err := f.parts.Entries.Add(f.as(ctx, by), gate.Victim, fileID, id, f.draft(by, values), "")
	if err != nil {
		return fmt.Errorf("demo: %s by %s: %w", id, by.agency.code, err)
	}
	return nil
}

func (f *filling) today(days int) moment.Date { return moment.DayOf(f.parts.Clock.at).AddDays(days) }

// until is a day some time after today, as far as a grant of the demonstration's time may reach.
func (f *filling) until(days int) moment.Date {
	return min(moment.DayOf(f.end).AddDays(days), f.today(364))
}

// within keeps an end under the ceiling of the kind of agency that receives: those who accompany a person may see the file for
// a year, the others for half of one.
func (f *filling) within(to staff, until moment.Date) moment.Date {
	if to.agency.kind == authz.RoleShelter || to.agency.kind == authz.RoleGuardian {
		return until
	}
	return min(until, f.today(175))
}

func (f *filling) progress() {
	if f.options.Progress != nil {
		f.options.Progress(f.done.Victims, f.options.Victims)
	}
}

// quickly is how long a receiving desk takes for its answer.
func (f *filling) quickly(u sharing.Urgency) time.Duration {
	if u == sharing.Urgent {
		return f.chance.hours(1, 12)
	}
	return f.chance.hours(2, 50)
}
