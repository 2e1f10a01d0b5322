package demo

import (
	"context"
	"fmt"
	"maps"
	"math"
	"time"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/sharing"
)

// What befalls a hundred persons after the first days, in all three countries (domain 6.5).
const (
	revoked   = 6 // withdraw a consent
	corrected = 4 // have wrong data put right after it was passed on
	elsewhere = 3 // are suspects in another case
)

// befalls says whether something happens to this person, so often among a hundred.
func (f *filling) befalls(what string, percent float64) bool {
	return f.fates.evenly(what, []share{{"yes", percent}, {"no", 100 - percent}}, 1) == "yes"
}

// days plans something some days from now, and sooner if it would come after today; too late for it, it has not happened yet.
func (f *filling) days(from, upTo int, do func(ctx context.Context) error) bool {
	left := int((f.end - f.parts.Clock.at) / moment.Time(24*time.Hour/time.Microsecond))
	if left <= from+4 { // a weekend may lie between
		return false
	}
	upTo = min(upTo, left-4)
	f.later(time.Duration(24*(from+f.fates.IntN(upTo-from+1)))*time.Hour, do)
	return true
}

// goesOn plans what the years bring to somebody who has a file now.
func (f *filling) goesOn(v *supported) {
	i := v.incident
	if f.befalls("corrected", corrected) {
		f.days(6, 60, func(ctx context.Context) error { return f.correct(ctx, v) })
	}
	if f.befalls("elsewhere", elsewhere) {
		f.days(5, 100, func(ctx context.Context) error { return f.suspectElsewhere(ctx, v) })
	}
	if to := f.abroad(i); to != "" {
		f.days(1, 15, func(ctx context.Context) error { return f.acrossBorder(ctx, v, to) })
	}
	if i.in.code != "BE" { // there it is a part of those who are supported
		f.toCourt(v)
	}
}

// correct puts right what was written on the first day, in a new version.
func (f *filling) correct(ctx context.Context, v *supported) error {
	by := v.incident.opener
	view, err := f.parts.Victims.Show(f.as(ctx, by), v.fileID)
	if err != nil {
		return err
	}
	for _, room := range view.Sections {
		if room.Section != authz.Identity {
			continue
		}
		for _, e := range room.Entries {
			if e.CanEdit && e.Values["birth_date"] == v.person.identity["birth_date"] && e.Values["given_names"] == v.person.identity["given_names"] {
				return f.rewrite(ctx, by, e, f.rightly(v.person))
			}
		}
	}
	return nil
}

func (f *filling) rewrite(ctx context.Context, by staff, e entry.View, values section.Values) error {
	d := f.draft(by, values)
	d.Purpose, d.Basis, d.Nature = e.Purpose, e.Basis, e.Nature
	if _, err := f.parts.Entries.Change(f.as(ctx, by), e.ID, e.Version, d); err != nil {
		return fmt.Errorf("demo: correct an entry: %w", err)
	}
	return nil
}

// rightly is what should have been written: mostly the birth date was a typing mistake, or the name was written as it sounded.
func (f *filling) rightly(p *person) section.Values {
	values := maps.Clone(p.identity)
	if date := values["birth_date"]; len(date) == len(time.DateOnly) && date[8:] < "28" && f.fates.in(60) {
		values["birth_date"] = date[:8] + fmt.Sprintf("%02d", 1+(int(date[8]-'0')*10+int(date[9]-'0'))%27)
		return values
	}
	values["family_name"] = spelling.Replace(values["family_name"])
	if values["family_name"] == p.identity["family_name"] {
		values["family_name"] += "h"
	}
	return values
}

// mayWithdraw plans that the person says no after all: what rests on the consent ends.
func (f *filling) mayWithdraw(v *supported, by staff, consentID string) {
	if v.asked {
		return
	}
	v.asked = true
	if !f.befalls("revoked", revoked) {
		return
	}
	f.days(16, 150, func(ctx context.Context) error {
		_, err := f.parts.Consents.Withdraw(f.as(ctx, by), v.fileID, consentID, 1, one(f.fates, []string{"spoken", "written"}), f.text(by, "withdrawal.note"))
		return gone(err)
	})
}

// counterparts are the desks to which a person goes who was exploited in another country of the Benelux, or has to be safe there.
var counterparts = map[string]map[authz.Role]string{
	"BE": {authz.RolePolice: "be.fgp.antwerpen", authz.RoleLabourInspector: "be.rsz", authz.RoleShelter: "be.payoke"},
	"NL": {authz.RolePolice: "nl.avim", authz.RoleLabourInspector: "nl.arbeidsinspectie", authz.RoleShelter: "nl.cosm"},
	"LU": {authz.RolePolice: "lu.spj", authz.RoleLabourInspector: "lu.itm", authz.RoleShelter: "lu.savteh"},
}

// abroad is the other State of the Benelux to which a person's case leads, if it does: where they were exploited or, for as many as
// the country's figures want beyond those, where somebody else has to know of it.
func (f *filling) abroad(i *incident) string {
	name := i.in.code + "/border"
	if i.facts.Country != i.in.code {
		f.fates.count(name, "yes", 1)
		return i.facts.Country
	}
	if f.befalls(name, i.in.abroad) {
		return one(f.fates, neighbours[i.in.code])
	}
	return ""
}

// acrossBorder offers a victim to the same kind of agency in another country: authorities on their legal task, shelters with the
// person's consent.
func (f *filling) acrossBorder(ctx context.Context, v *supported, country string) error {
	from := v.incident.opener
	to := f.people[counterparts[country][from.agency.kind]]
	n := sharing.NewReferral{Sections: []string{"identity", "exploitation"}, Reason: "investigation", Note: f.text(from, "note"),
		Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}
	switch from.agency.kind {
	case authz.RoleLabourInspector:
		n.Reason = "labour"
	case authz.RoleShelter:
		n.Reason, n.Terms = "relocation", sharing.Terms{Purpose: "protection", Basis: "consent"}
	}
	return f.offer(ctx, v, from, to, n, func(context.Context) error { return nil })
}

// led is a case that the police of a country opened, in which they write about suspects.
type led struct {
	by     staff
	caseID string
}

// evaluated is how police weigh what they write down (domain 3.6): with the source, the information and how it may be used.
func (f *filling) evaluated(values section.Values) section.Values {
	values["source_evaluation"] = one(f.fates, []string{"A", "B", "B", "X"})
	values["information_evaluation"] = one(f.fates, []string{"1", "2", "3", "4"})
	values["handling_codes"] = one(f.fates, []string{"H0", "H0", "H1", "H2"})
	return values
}

// suspectElsewhere: the police have the same person as a suspect in another case, where they were made to do it or did it before.
func (f *filling) suspectElsewhere(ctx context.Context, v *supported) error {
	cases := f.led[v.incident.in.code]
	if len(cases) == 0 {
		return nil
	}
	other := one(f.fates, cases)
	if other.caseID == v.incident.caseID {
		if len(cases) == 1 {
			return nil
		}
		other = cases[(f.fates.IntN(len(cases)-1)+1+indexOf(cases, other))%len(cases)]
	}
	values := section.Values{"kind": "person", "status": one(f.fates, []string{"mentioned", "suspected", "suspected", "charged"}),
		"roles": one(f.fates, []string{"recruiter", "transporter", "travelling_partner", "controlled"}), "role_details": f.text(other.by, "suspect.role")}
	for _, name := range []string{"family_name", "given_names", "birth_date", "citizenships"} {
		if v.person.identity[name] != "" {
			values[name] = v.person.identity[name]
		}
	}
	return f.inCase(ctx, other, authz.Suspects, f.evaluated(values))
}

func indexOf(list []led, of led) int {
	for i := range list {
		if list[i].caseID == of.caseID {
			return i
		}
	}
	return 0
}

// investigate plans what the police write in a case of theirs: who is suspected, what is known of them, what they earned.
func (f *filling) investigate(i *incident) {
	mine := led{by: i.opener, caseID: i.caseID}
	f.led[i.in.code] = append(f.led[i.in.code], mine)
	for _, room := range []struct {
		id      authz.Section
		percent float64
		values  func(i *incident) section.Values
	}{{authz.Suspects, 35, f.suspect}, {authz.Intelligence, 15, f.intelligence}, {authz.Proceeds, 8, f.proceeds}} {
		if f.fates.in(room.percent) {
			f.days(2, 60, func(ctx context.Context) error { return f.inCase(ctx, mine, room.id, room.values(i)) })
		}
	}
}

func (f *filling) inCase(ctx context.Context, in led, id authz.Section, values section.Values) error {
	_, err := f.parts.Entries.Add(f.as(ctx, in.by), gate.Case, in.caseID, id, f.draft(in.by, values), "")
	if err != nil {
		return fmt.Errorf("demo: %s by %s: %w", id, in.by.agency.code, err)
	}
	return nil
}

func (f *filling) suspect(i *incident) section.Values {
	values := section.Values{"kind": "company", "status": "mentioned", "employer": "yes", "roles": "exploiter",
		"organisation": "Fictief " + f.family("low", "").latin + " BV", "role_details": f.text(i.opener, "suspect.role")}
	if i.facts.Sector != "" {
		values["sector"] = i.facts.Sector
	} else {
		values = section.Values{"kind": "unknown_person", "status": one(f.fates, []string{"mentioned", "suspected"}),
			"roles": one(f.fates, []string{"recruiter", "exploiter", "transporter"}), "role_details": f.text(i.opener, "suspect.role")}
	}
	return f.evaluated(values)
}

func (f *filling) intelligence(i *incident) section.Values {
	return f.evaluated(section.Values{"received_on": string(f.today(0)), "information": f.text(i.opener, "intelligence"),
		"origin": one(f.fates, []string{"own_observation", "hotline", "open_source", "partner_agency"})})
}

func (f *filling) proceeds(i *incident) section.Values {
	return section.Values{"kind": one(f.fates, []string{"cash", "money_transfer", "saved_costs", "vehicle"}), "country": i.in.code,
		"amount": fmt.Sprintf("%d.00 EUR", 500*(1+f.fates.IntN(90))), "description": f.text(i.opener, "proceeds"),
		"seizure": one(f.fates, []string{"none", "requested", "seized"})}
}

// lasting draws how many months somebody is supported: lognormal around the country's median (domain 6.5).
func (f *filling) lasting(c *country) float64 {
	return c.months * math.Exp(spread*f.fates.NormFloat64())
}

// spread is the standard deviation of the logarithm: two of three tracks last between half and twice the median.
const spread = 0.7
