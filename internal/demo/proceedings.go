package demo

import (
	"context"
	"fmt"
	"time"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/rulepack"
	"relais/internal/section"
	"relais/internal/track"
)

// magistrates bring a person's case before the court; in Luxembourg it is the police who identify (domain 1.1, 1.5).
var magistrates = map[string]map[authz.Role]string{
	"BE": {authz.RoleLabourInspector: "be.arbeidsauditoraat", authz.RolePolice: "be.parket", authz.RoleShelter: "be.parket"},
	"NL": {authz.RoleLabourInspector: "nl.om", authz.RolePolice: "nl.om", authz.RoleShelter: "nl.om"},
	"LU": {authz.RoleLabourInspector: "lu.spj", authz.RolePolice: "lu.spj", authz.RoleShelter: "lu.spj"},
}

// toCourt plans how far the criminal case of a person comes: so many are identified as the country's figures say, of some it is
// decided that they are no victims in the eyes of the law, and of others the inquiry goes on. Help waits for none of it.
func (f *filling) toCourt(v *supported) {
	c := v.incident.in
	fate := f.fates.evenly(c.code+"/criminal", []share{{"identified", c.identified}, {"not_identified", 6}, {"under_investigation", 12},
		{"", 82 - c.identified}}, 1)
	if fate == "" {
		return
	}
	f.days(2, 14, func(ctx context.Context) error { return f.inquire(ctx, v, fate) })
}

// inquire: whoever decides on a person's criminal case comes into the team, and the inquiry begins.
func (f *filling) inquire(ctx context.Context, v *supported, fate string) error {
	i := v.incident
	by := f.people[magistrates[i.in.code][i.opener.agency.kind]]
	if err := f.call(ctx, i, by); err != nil {
		return err
	}
	if err := f.step(ctx, v, by, track.New{Track: rulepack.Criminal, To: "under_investigation"}, 1); err != nil || fate == "under_investigation" {
		return err
	}
	f.days(3, 60, func(ctx context.Context) error { return f.identify(ctx, v, by, fate) })
	return nil
}

// call adds an agency to the team of a case, unless it is there.
func (f *filling) call(ctx context.Context, i *incident, member staff) error {
	if member.id == i.opener.id || i.members[member.id] {
		return nil
	}
	return f.addMember(ctx, i, member, f.until(10+f.fates.IntN(20)))
}

// identify is the decision, and of some of those who are identified the prosecution.
func (f *filling) identify(ctx context.Context, v *supported, by staff, to string) error {
	n := track.New{Track: rulepack.Criminal, To: to}
	if to == "identified" && by.agency.country == "NL" {
		n.Confirmed, n.Document = []string{"police_record"}, fmt.Sprintf("PV-%05d", f.fates.IntN(100000))
	}
	if err := f.step(ctx, v, by, n, 2); err != nil || to != "identified" || by.agency.kind != authz.RoleProsecutor {
		return err
	}
	if f.fates.in(20) {
		f.days(10, 70, func(ctx context.Context) error { return f.prosecute(ctx, v, by) })
	}
	return nil
}

// courts are those that see files here.
var courts = map[string]string{"BE": "be.rechtbank"}

// prosecute is the step, and in a country with a court the day on which that court hears the case; some are judged since.
func (f *filling) prosecute(ctx context.Context, v *supported, by staff) error {
	if err := f.step(ctx, v, by, track.New{Track: rulepack.Criminal, To: "prosecution"}, 3); err != nil {
		return err
	}
	court, ok := f.people[courts[by.agency.country]]
	if !ok {
		return nil
	}
	if err := f.call(ctx, v.incident, court); err != nil {
		return err
	}
	hearing := section.Values{"stage": "prosecution", "authority": court.agency.name, "hearing_on": string(f.today(20 + f.fates.IntN(60))),
		"civil_party": "yes", "presence_needed": "no"}
	if _, err := f.parts.Entries.Add(f.as(ctx, court), gate.Case, v.incident.caseID, authz.Court, f.draft(court, hearing), ""); gone(err) != nil {
		return fmt.Errorf("demo: hearing: %w", err)
	}
	if f.fates.in(40) {
		f.days(25, 90, func(ctx context.Context) error {
			return f.step(ctx, v, court, track.New{Track: rulepack.Criminal, To: "judgment_1st"}, 4)
		})
	}
	return nil
}

// step records a step on which somebody decides, at the version that it makes; who no longer sees the file records none.
func (f *filling) step(ctx context.Context, v *supported, by staff, n track.New, version int64) error {
	n.On = f.today(0)
	if _, err := f.parts.Tracks.Move(f.as(ctx, by), v.fileID, n, version, ""); gone(err) != nil {
		return fmt.Errorf("demo: %s to %s by %s: %w", n.Track, n.To, by.agency.code, err)
	}
	return nil
}

// claims is how many of a hundred who are supported claim damages or wages; the domain has no figure.
const claims = 20

// claim prepares what the person may have back, and brings it before a court or an inspectorate for some.
func (f *filling) claim(ctx context.Context, v *supported, by staff) error {
	err := f.step(ctx, v, by, track.New{Track: rulepack.Remedy, To: "claim_prepared"}, 1)
	if err == nil {
		err = gone(f.write(ctx, by, v.fileID, authz.Claims, f.claimed(v, by)))
	}
	if err == nil && f.fates.in(50) {
		f.days(10, 60, func(ctx context.Context) error {
			return f.step(ctx, v, by, track.New{Track: rulepack.Remedy, To: "claimed"}, 2)
		})
	}
	return err
}

func (f *filling) claimed(v *supported, by staff) section.Values {
	values := section.Values{"kinds": "moral_damage", "claim_status": "prepared", "claimed": fmt.Sprintf("%d.00 EUR", 500*(2+f.fates.IntN(30))),
		"remarks": f.text(by, "claim")}
	if v.person.form == "forced_labour" {
		values["kinds"], values["wage_claim_status"] = "back_wages;moral_damage", "prepared"
		values["wages_due"] = fmt.Sprintf("%d.00 EUR", 100*(5+f.fates.IntN(120)))
	}
	return values
}

// month is the mean length of one.
const month = 365 * 24 * time.Hour / 12

// lasts plans the end of support, where it comes before today: for most with some months of aftercare.
func (f *filling) lasts(v *supported, by staff) {
	span := time.Duration(f.lasting(v.incident.in) * float64(month))
	f.later(span, func(ctx context.Context) error {
		to := one(f.fates, []string{"aftercare", "aftercare", "closed"})
		return gone(f.move(ctx, v, by, rulepack.Protection, to))
	})
}

// reflect is what follows a reflection period: it runs out without a statement, or the person makes one and gets the next paper.
func (f *filling) reflect(v *supported, to staff) {
	c := v.incident.in
	length := reflectionDays[c.code]
	if f.befalls(c.code+"/expired", c.expired) {
		f.later(time.Duration(length+1)*24*time.Hour, func(ctx context.Context) error {
			return gone(f.move(ctx, v, to, rulepack.Residence, "ended_expired"))
		})
		return
	}
	f.later(time.Duration(15+f.fates.IntN(length-25))*24*time.Hour, func(ctx context.Context) error {
		return gone(f.move(ctx, v, to, rulepack.Residence, "provisional", "temporary"))
	})
}

// offersReflection is who gives the first paper: the immigration authority, in the Netherlands the police (domain 1.4).
func (f *filling) offersReflection(ctx context.Context, v *supported, to staff) (staff, error) {
	if v.incident.in.code != "NL" {
		return to, nil
	}
	if v.incident.opener.agency.kind == authz.RolePolice {
		return v.incident.opener, nil
	}
	police := f.people[counterparts["NL"][authz.RolePolice]]
	return police, f.call(ctx, v.incident, police)
}
