package demo

import (
	"context"
	"fmt"
	"time"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/gate"
	"relais/internal/moment"
)

// cast is who plays in a scene: one cast for each region, so that everybody who shows the program finds every story on their own
// desk.
type cast struct {
	opener, police, shelter, other, home, prosecutor, migration, guardian, heir staff
}

// turn is one thing that somebody does in a scene: so many working days before the last one, at an hour in Brussels.
type turn struct {
	days, hour int
	do         func(ctx context.Context) error
}

// storyFiles is how many victim files the scenes open.
func (w *world) storyFiles() int { return len(w.casts)*filesOfCast + len(pairs)*2 }

// filesOfCast are the two persons of an inspection, a child, and who a signal led to.
const filesOfCast = 4

// scenes plans what nobody draws from figures: the stories that somebody who shows the program clicks through.
func (f *filling) scenes() {
	for _, row := range f.world.casts {
		c := &cast{}
		for i, plays := range []*staff{&c.opener, &c.police, &c.shelter, &c.other, &c.home, &c.prosecutor, &c.migration, &c.guardian, &c.heir} {
			*plays = f.people[row[i]]
		}
		f.inspection(c)
		f.child(c)
		f.signals(c)
		f.house(c)
	}
	for _, p := range pairs {
		f.sameperson(p)
	}
	f.directory()
}

// scene plans turns one after the other: none comes before the one that it builds on, whatever weekend lies between.
func (f *filling) scene(name string, turns ...turn) {
	at := moment.Time(0)
	for _, t := range turns {
		at = max(f.ago(t.days, t.hour), at.Add(time.Minute))
		do := t.do
		f.plan(min(at, f.end-1), func(ctx context.Context) error {
			if err := do(ctx); err != nil {
				return fmt.Errorf("demo: %s: %w", name, err)
			}
			return nil
		})
	}
}

// ago is an hour of a day so many days before the last one; what would fall on a weekend happened on the Friday before.
func (f *filling) ago(days, hour int) moment.Time {
	last := f.end.Time().In(moment.Brussels())
	day := time.Date(last.Year(), last.Month(), last.Day()-days, hour, 10, 0, 0, last.Location())
	for days > 0 && (day.Weekday() == time.Saturday || day.Weekday() == time.Sunday) {
		day = day.AddDate(0, 0, -1)
	}
	return max(f.start, min(moment.Of(day), f.end.Add(-time.Hour)))
}

// pause lets some minutes go by between two things that somebody does after each other.
func (f *filling) pause() { f.tick(time.Duration(5+f.jobs.IntN(20)) * time.Minute) }

// asRole is a context in which somebody else of an agency acts, with their second factor just shown.
func (f *filling) asRole(ctx context.Context, s staff, role string) context.Context {
	actor := authz.Actor{WorkerID: s.others[role], AgencyID: s.id, AAL: 2, SessionID: "demo"}
	return gate.WithCaller(ctx, gate.Caller{Actor: actor, SteppedAt: f.parts.Clock.at})
}

// begin opens a case for a scene, for persons who were found together.
func (f *filling) begin(ctx context.Context, by staff, form, sector string, people ...*supported) (caseID string, err error) {
	facts := casefile.Facts{Exploitation: []string{form}, Country: by.agency.country, DetectedBy: "other", DetectedOn: f.today(-3), Sector: sector}
	if codes := f.world.shares[by.agency.country+"/detected/"+string(by.agency.kind)]; codes != nil {
		facts.DetectedBy = codes[0].code
	}
	if caseID, err = f.parts.Cases.Open(f.as(ctx, by), casefile.New{Facts: facts}, ""); err != nil {
		return "", err
	}
	f.done.Cases++
	for _, v := range people {
		v.incident = &incident{opener: by, in: f.country(by.agency.country), facts: facts}
		if v.fileID, err = f.openVictim(ctx, v.incident, caseID, v.person); err != nil {
			return "", err
		}
	}
	return caseID, nil
}

func (f *filling) country(code string) *country {
	for i := range f.world.countries {
		if f.world.countries[i].code == code {
			return &f.world.countries[i]
		}
	}
	return nil
}

// somebody is an adult for a scene, whose papers agree.
func (f *filling) somebody(in, form, citizenship string) *supported {
	c := *f.country(in)
	c.minors = 0
	p := f.person(&c, form, citizenship, f.end)
	p.other, p.child = nil, false
	delete(p.identity, "aliases")
	p.identity["age_status"], p.identity["birth_date_certainty"] = "adult", "known"
	p.identity["birth_date"] = fmt.Sprintf("%d-0%d-1%d", 1980+f.jobs.IntN(20), 3+f.jobs.IntN(6), f.jobs.IntN(9))
	return &supported{person: p}
}

// joinTeam adds desks to the team of a scene's case.
func (f *filling) joinTeam(ctx context.Context, by staff, caseID string, members ...staff) error {
	for _, m := range members {
		if err := f.addMember(ctx, &incident{opener: by, caseID: caseID, members: map[string]bool{}}, m, f.until(90)); err != nil {
			return err
		}
	}
	return nil
}

// hand offers a victim to a desk, which accepts.
func (f *filling) hand(ctx context.Context, v *supported, from, to staff) (id string, err error) {
	if id, _, err = f.send(ctx, v, from, to, f.askSupport(from)); err == nil {
		_, err = f.parts.Sharing.Accept(f.as(ctx, to), id, 1)
	}
	return id, err
}
