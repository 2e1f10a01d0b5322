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

// incident is one case with its victims: found by an agency, shared with the authorities, some victims referred to a shelter.
func (f *filling) incident(ctx context.Context, of int) error {
	country := f.chance.of(f.world.countries)
	opener := f.people[f.chance.of(f.world.shares[country+"/opener"])]
	size := min(f.chance.between(f.chance.of(f.world.shares[country+"/cluster"])), of-f.done.Victims)
	f.pass(of)
	facts := f.facts(country, opener)
	caseID, err := f.parts.Cases.Open(f.as(ctx, opener), casefile.New{Facts: facts}, "")
	if err != nil {
		return fmt.Errorf("demo: open a case: %w", err)
	}
	f.done.Cases++
	if err := f.team(ctx, opener, caseID, facts); err != nil {
		return fmt.Errorf("demo: case team: %w", err)
	}
	for range size {
		if err := f.victim(ctx, opener, caseID, country, facts); err != nil {
			return err
		}
	}
	return nil
}

// pass lets time go on so that the last case falls on today.
func (f *filling) pass(of int) {
	done := float64(f.done.Victims) / float64(of)
	start := f.end.Add(-span)
	at := start.Add(time.Duration(done * float64(span)))
	f.parts.Clock.at = min(max(at, f.parts.Clock.at+1), f.end.Add(-time.Hour))
}

func (f *filling) facts(country string, opener staff) casefile.Facts {
	facts := casefile.Facts{Exploitation: []string{f.chance.of(f.world.shares[country+"/exploitation"])}, Country: country,
		DetectedBy: detectedBy[opener.agency.kind], DetectedOn: f.today(-f.chance.IntN(20))}
	if facts.Exploitation[0] == "forced_labour" {
		facts.Sector = f.chance.of(f.world.shares["*/sector"])
	}
	crossBorder := map[string]float64{"BE": 8, "NL": 8, "LU": 20}
	if f.chance.in(crossBorder[country]) {
		facts.Country = one(f.chance, []string{"BE", "NL", "LU"})
	}
	return facts
}

var detectedBy = map[authz.Role]string{
	authz.RolePolice: "police", authz.RoleLabourInspector: "labour_inspectorate", authz.RoleShelter: "social_service",
}

func (f *filling) today(days int) moment.Date { return moment.DayOf(f.parts.Clock.Now()).AddDays(days) }

// until is a day some time after today, as far as a grant of the demonstration's time may reach.
func (f *filling) until(days int) moment.Date {
	return min(moment.DayOf(f.end).AddDays(days), f.today(364))
}

// authorities are the desks that join the team of a country's cases, by the discipline of who opened it.
var authorities = map[string]map[authz.Role][]string{
	"BE": {
		authz.RoleLabourInspector: {"be.arbeidsauditoraat", "be.fgp.antwerpen", "be.dvz"},
		authz.RolePolice:          {"be.parket", "be.dvz"},
		authz.RoleShelter:         {"be.parket"},
	},
	"NL": {
		authz.RoleLabourInspector: {"nl.om", "nl.avim", "nl.ind"},
		authz.RolePolice:          {"nl.om", "nl.ind"},
		authz.RoleShelter:         {"nl.avim"},
	},
	"LU": {
		authz.RoleLabourInspector: {"lu.spj", "lu.parquet"},
		authz.RolePolice:          {"lu.parquet", "lu.immigration"},
		authz.RoleShelter:         {"lu.spj"},
	},
}

func (f *filling) team(ctx context.Context, opener staff, caseID string, facts casefile.Facts) error {
	if !f.chance.in(60) {
		return nil
	}
	for _, code := range authorities[opener.agency.country][opener.agency.kind] {
		terms := sharing.Terms{Purpose: "investigation", Basis: "legal_task", Until: f.until(10 + f.chance.IntN(20))}
		_, err := f.parts.Sharing.Add(f.as(ctx, opener), caseID, sharing.NewMember{DeskID: f.people[code].desk, Terms: terms}, "")
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *filling) victim(ctx context.Context, opener staff, caseID, country string, facts casefile.Facts) error {
	id, err := f.open(ctx, opener, caseID, country, facts)
	switch {
	case err != nil:
		return err
	case opener.agency.kind == authz.RoleShelter:
		return f.care(ctx, opener, id)
	case f.chance.in(45):
		return f.refer(ctx, opener, id, country)
	}
	return nil
}

// open opens a victim file with what the opener knows.
func (f *filling) open(ctx context.Context, opener staff, caseID, country string, facts casefile.Facts) (string, error) {
	who := f.person(country)
	n := victim.New{DetectedOn: facts.DetectedOn, Entries: []victim.Beginning{
		{Section: authz.Identity, Draft: f.draft(opener, who.identity)},
		{Section: authz.Exploitation, Draft: f.draft(opener, f.exploitation(opener, facts))},
	}}
	if facts.Exploitation[0] == "forced_labour" && opener.agency.kind != authz.RoleShelter {
		n.Entries = append(n.Entries, victim.Beginning{Section: authz.Labour, Draft: f.draft(opener, f.labour(facts))})
	}
	id, err := f.parts.Victims.Open(f.as(ctx, opener), caseID, n, "")
	if err != nil {
		return "", fmt.Errorf("demo: open a victim file: %w", err)
	}
	f.done.Victims++
	return id, nil
}

func (f *filling) draft(by staff, values section.Values) entry.Draft {
	return entry.Draft{Values: values, Purpose: gate.UsualPurpose(by.agency.kind), Basis: gate.UsualBasis(by.agency.kind)}
}

// shelters take people in, country by country.
var shelters = map[string][]string{
	"BE": {"be.payoke", "be.pagasa", "be.surya"}, "NL": {"nl.cosm", "nl.zorgcoordinatie"}, "LU": {"lu.savteh", "lu.coteh"},
}

// refer offers a victim to a shelter of the country, which mostly accepts.
func (f *filling) refer(ctx context.Context, from staff, victimID, country string) error {
	to := f.people[one(f.chance, shelters[country])]
	id, err := f.offer(ctx, from, to, victimID)
	if err != nil {
		return err
	}
	if f.chance.in(8) {
		return f.parts.Sharing.Decline(f.as(ctx, to), id, 1, sharing.DeclineReasons[0])
	}
	if _, err := f.parts.Sharing.Accept(f.as(ctx, to), id, 1); err != nil {
		return fmt.Errorf("demo: accept: %w", err)
	}
	return f.care(ctx, to, victimID)
}

func (f *filling) offer(ctx context.Context, from, to staff, victimID string) (string, error) {
	n := sharing.NewReferral{DeskID: to.desk, Sections: []string{"identity", "exploitation"}, Urgency: sharing.Normal,
		Reason: sharing.Reasons[0], Terms: sharing.Terms{Purpose: "protection", Basis: "consent", Until: f.until(20 + f.chance.IntN(60))}}
	if f.chance.in(30) {
		n.Urgency = sharing.Urgent
	}
	id, err := f.parts.Sharing.Refer(f.as(ctx, from), victimID, n, "")
	if err != nil {
		return "", fmt.Errorf("demo: refer: %w", err)
	}
	f.done.Referrals++
	return id, nil
}

// waiting are offers of this morning that nobody has answered yet: whoever signs in first finds something to do.
var waiting = []struct{ from, to string }{
	{"be.rsz", "be.payoke"}, {"be.pjf.bruxelles", "be.pagasa"}, {"be.pjf.liege", "be.surya"}, {"nl.avim", "nl.cosm"},
	{"nl.kmar", "nl.zorgcoordinatie"}, {"lu.spj", "lu.savteh"}, {"lu.itm", "lu.coteh"},
}

func (f *filling) leaveWaiting(ctx context.Context) error {
	f.parts.Clock.at = f.end.Add(-2 * time.Hour)
	for _, offer := range waiting {
		from := f.people[offer.from]
		facts := casefile.Facts{Exploitation: []string{"forced_labour"}, Sector: "I", Country: from.agency.country,
			DetectedBy: detectedBy[from.agency.kind], DetectedOn: f.today(-1)}
		caseID, err := f.parts.Cases.Open(f.as(ctx, from), casefile.New{Facts: facts}, "")
		if err != nil {
			return fmt.Errorf("demo: open a case: %w", err)
		}
		f.done.Cases++
		id, err := f.open(ctx, from, caseID, from.agency.country, facts)
		if err != nil {
			return err
		}
		if _, err := f.offer(ctx, from, f.people[offer.to], id); err != nil {
			return err
		}
	}
	return nil
}

// care is what a shelter writes about somebody it supports.
func (f *filling) care(ctx context.Context, by staff, victimID string) error {
	rooms := []struct {
		id     authz.Section
		values section.Values
	}{{authz.SafeContact, f.safeContact(by)}, {authz.Health, f.health(by)}, {authz.SupportPlan, f.plan(by)}}
	for _, room := range rooms {
		if !f.chance.in(60) {
			continue
		}
		if _, err := f.parts.Entries.Add(f.as(ctx, by), gate.Victim, victimID, room.id, f.draft(by, room.values), ""); err != nil {
			return fmt.Errorf("demo: %s: %w", room.id, err)
		}
	}
	return nil
}
