package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/rulepack"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/track"
)

// Who takes people in, stands up for children and decides on residence, country by country.
var (
	shelters = map[string][]string{
		"BE": {"be.payoke", "be.pagasa", "be.surya"}, "NL": {"nl.cosm", "nl.zorgcoordinatie"}, "LU": {"lu.savteh", "lu.coteh"},
	}
	homesOfChildren = map[string][]string{"BE": {"be.esperanto", "be.minorndako"}}
	guardians       = map[string]string{"BE": "be.tutelles", "NL": "nl.nidos", "LU": "lu.adhoc"}
	lawyers         = map[string]string{"BE": "be.balie"}
	immigration     = map[string]string{"BE": "be.dvz", "NL": "nl.ind", "LU": "lu.immigration"}
)

// send offers a victim to a desk and gives the offer's id.
func (f *filling) send(ctx context.Context, v *supported, from, to staff, n sharing.NewReferral) (string, sharing.Urgency, error) {
	n.DeskID, n.Urgency = to.desk, sharing.Normal
	if f.chance.in(30) {
		n.Urgency = sharing.Urgent
	}
	n.Until = f.within(to, f.until(20+f.chance.IntN(60)))
	if n.Basis == "consent" && v.person.child { // there is no guardian to ask yet, and help does not wait for one
		if n.Basis = "legal_task"; from.agency.country == "NL" {
			n.Basis = "vital_interest"
		}
	}
	if to.agency.kind == authz.RolePolice || to.agency.kind == authz.RoleLabourInspector {
		n.Until = min(n.Until, f.today(85)) // outside a team they see a file for a quarter of a year
	}
	if n.Basis == "consent" {
		var err error
		if n.ConsentID, err = f.ask(ctx, v, from, to, n); err != nil {
			return "", "", err
		}
	}
	id, err := f.parts.Sharing.Refer(f.as(ctx, from), v.fileID, n, "")
	if err != nil {
		return "", "", fmt.Errorf("demo: refer from %s to %s: %w", from.agency.code, to.agency.code, err)
	}
	f.done.Referrals++
	return id, n.Urgency, nil
}

// ask records that the person says yes to what is about to be offered.
func (f *filling) ask(ctx context.Context, v *supported, by, to staff, n sharing.NewReferral) (string, error) {
	given := consent.New{Sections: n.Sections, Recipients: []consent.Recipient{{AgencyID: to.id}}, Purposes: []string{n.Purpose},
		AskedOn: f.today(0), Until: f.until(200), How: "written", Language: "en",
		Explained: consent.Explanations(), Minor: v.person.child}
	id, err := f.parts.Consents.Record(f.as(ctx, by), v.fileID, given, "")
	if err != nil {
		return "", fmt.Errorf("demo: record a consent: %w", err)
	}
	if v.incident.members != nil { // the scenes tell their own story
		f.mayWithdraw(v, by, id)
	}
	return id, nil
}

// offer sends a referral and plans its answer: mostly yes, sometimes no, sometimes the sender takes it back. What is offered
// last still waits for an answer today.
func (f *filling) offer(ctx context.Context, v *supported, from, to staff, n sharing.NewReferral, accepted func(ctx context.Context) error) error {
	id, urgency, err := f.send(ctx, v, from, to, n)
	if err != nil {
		return err
	}
	answer := f.chance.IntN(100)
	f.later(f.quickly(urgency), func(ctx context.Context) (err error) {
		switch {
		case answer < 2:
			err = f.parts.Sharing.Withdraw(f.as(ctx, from), id, 1)
		case answer < 9:
			err = f.parts.Sharing.Decline(f.as(ctx, to), id, 1, one(f.chance, sharing.DeclineReasons))
		default:
			if _, err = f.parts.Sharing.Accept(f.as(ctx, to), id, 1); err == nil {
				f.outcome(to, id, n.Reason)
				err = accepted(ctx)
			}
		}
		if err != nil {
			return fmt.Errorf("demo: answer of %s: %w", to.agency.code, err)
		}
		return nil
	})
	return nil
}

// refer offers a victim to a shelter, which takes the person in.
func (f *filling) refer(ctx context.Context, v *supported, to staff) error {
	from := v.incident.opener
	return f.offer(ctx, v, from, to, f.askSupport(from), func(ctx context.Context) error { return f.takeIn(ctx, v, to) })
}

func (f *filling) askSupport(from staff) sharing.NewReferral {
	return sharing.NewReferral{Sections: []string{"identity", "exploitation"}, Reason: one(f.chance, []string{"support", "shelter"}),
		Note: f.text(from, "note"), Terms: sharing.Terms{Purpose: "protection", Basis: "consent"}}
}

// askGuardian offers a child to the guardianship service, which appoints somebody.
func (f *filling) askGuardian(ctx context.Context, v *supported, to staff) error {
	from := v.incident.opener
	n := sharing.NewReferral{Sections: []string{"identity"}, Reason: "guardianship", Terms: sharing.Terms{Purpose: "guardianship", Basis: "legal_task"}}
	return f.offer(ctx, v, from, to, n, func(ctx context.Context) error {
		return f.write(ctx, to, v.fileID, authz.Guardianship, f.guardianship(to))
	})
}

// register reports a victim to CoMensha, which the decree on police data allows without consent (domain 1.4).
func (f *filling) register(ctx context.Context, v *supported) error {
	n := sharing.NewReferral{Kind: sharing.RegistrationOnly, Sections: []string{"identity", "exploitation"}, Reason: "registration",
		Terms: sharing.Terms{Purpose: "identification", Basis: "legal_gateway", BasisRef: "Bpolg 4:2-1b3"}}
	return f.offer(ctx, v, v.incident.opener, f.people["nl.comensha"], n, func(context.Context) error { return nil })
}

// takeIn is what a shelter writes about somebody it supports, and its request for a residence document.
func (f *filling) takeIn(ctx context.Context, v *supported, by staff) error {
	if err := f.move(ctx, v, by, rulepack.Protection, "supported"); err != nil {
		return err
	}
	for _, room := range []struct {
		id      authz.Section
		percent float64
		values  func(by staff) section.Values
	}{
		{authz.SafeContact, 60, f.safeContact}, {authz.ShelterLocation, 45, f.location}, {authz.Health, 35, f.health},
		{authz.SupportPlan, 35, f.supportPlan}, {authz.RiskLevel, 30, f.risk}, {authz.Consents, 20, f.consent},
	} {
		if !f.chance.in(room.percent) {
			continue
		}
		if room.id == authz.ShelterLocation && v.incident.opener.id == by.id {
			continue // where nobody has accepted a referral a second person has to sign, and each desk has one here
		}
		if err := f.write(ctx, by, v.fileID, room.id, room.values(by)); err != nil {
			return err
		}
		f.tick(f.chance.hours(0, 1) / 4)
	}
	if !v.person.union && f.chance.in(v.incident.in.reflection) {
		f.later(f.chance.hours(24, 240), func(ctx context.Context) error { return f.askResidence(ctx, v, by) })
	}
	if v.incident.in.code == "BE" {
		f.toCourt(v)
	}
	if f.fates.in(claims) {
		f.days(15, 90, func(ctx context.Context) error { return f.claim(ctx, v, by) })
	}
	f.lasts(v, by)
	return f.giveTasks(ctx, v, by)
}

// residenceAsked is what is asked of an immigration authority.
var residenceAsked = sharing.NewReferral{Sections: []string{"identity", "exploitation"}, Reason: "residence",
	Terms: sharing.Terms{Purpose: "residence_decision", Basis: "consent"}}

// askResidence asks the immigration authority for a document; what it gets to see are status facts.
func (f *filling) askResidence(ctx context.Context, v *supported, by staff) error {
	to := f.people[immigration[by.agency.country]]
	return f.offer(ctx, v, by, to, residenceAsked, func(ctx context.Context) error {
		first, err := f.offersReflection(ctx, v, to)
		if err == nil {
			err = f.move(ctx, v, first, rulepack.Residence, "reflection", "provisional", "temporary")
		}
		if err != nil {
			return err
		}
		f.reflect(v, to)
		return f.write(ctx, to, v.fileID, authz.Residence, f.residence(to))
	})
}

// move records the first of some steps on which somebody decides now; where the law gives them none, nothing happens.
func (f *filling) move(ctx context.Context, v *supported, by staff, of string, to ...string) error {
	view, _, err := f.parts.Tracks.Show(f.as(ctx, by), v.fileID)
	if err != nil {
		return err
	}
	for i := range view.Lanes {
		l := &view.Lanes[i]
		for _, m := range l.May {
			if l.Track != of || !slices.Contains(to, m.To) {
				continue
			}
			n := track.New{Track: of, To: m.To, Person: m.Person, On: f.today(0)}
			for _, one := range m.Conditions {
				n.Confirmed = append(n.Confirmed, one[0])
			}
			if _, err := f.parts.Tracks.Move(f.as(ctx, by), v.fileID, n, l.Version, ""); err != nil {
				return fmt.Errorf("demo: %s by %s: %w", m.Name(), by.agency.code, err)
			}
			return nil
		}
	}
	return nil
}

// outcomes are how what was asked for usually ends, and after how many days somebody says so.
var outcomes = map[string]struct {
	usual      string
	from, upTo int
}{
	"support": {"support_given", 30, 200}, "shelter": {"accommodated", 20, 120}, "guardianship": {"represented", 5, 60},
	"registration": {"registered", 1, 10}, "residence": {"decided", 10, 90},
}

// outcome plans that the receiver says how a referral ended; now and then the person has stopped or cannot be reached.
func (f *filling) outcome(to staff, id, reason string) {
	o, known := outcomes[reason]
	if !known {
		return
	}
	came := o.usual
	if f.jobs.in(12) {
		came = one(f.jobs, []string{"person_stopped", "contact_lost"})
	}
	f.later(time.Duration(24*(o.from+f.jobs.IntN(o.upTo-o.from)))*time.Hour, func(ctx context.Context) error {
		return gone(f.parts.Sharing.Complete(f.as(ctx, to), id, 2, came))
	})
}
