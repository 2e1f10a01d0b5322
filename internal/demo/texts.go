package demo

import (
	"fmt"

	"relais/internal/section"
)

// text is one of the texts of a kind in the language of an agency. Every one says that it is invented.
func (f *filling) text(by staff, kind string) string {
	list := f.world.texts[by.agency.language+"/"+kind]
	if list == nil {
		list = f.world.texts["fr/"+kind]
	}
	return one(f.chance, list)
}

// means are the methods of control that a form of exploitation mostly has.
var means = map[string][]string{
	"forced_labour":       {"takes_earnings", "excessive_working_hours", "withholds_documents", "debt_bondage", "threat_of_law_enforcement"},
	"sexual_exploitation": {"debt_bondage", "restricts_movement", "psychological_abuse", "threatens_family", "sexual_abuse"},
	"forced_criminality":  {"debt_bondage", "physical_threats", "physical_abuse", "psychoactive_substances"},
	"other":               {"threats", "false_promises", "restricts_movement"},
}

func (f *filling) exploitation(i *incident, p *person) section.Values {
	kind := "story." + p.form
	if f.world.texts[i.opener.agency.language+"/"+kind] == nil {
		kind = "story.other"
	}
	list := means[p.form]
	if list == nil {
		list = means["other"]
	}
	values := section.Values{
		"detected_by": i.facts.DetectedBy, "detection_country": i.in.code, "assessed_on": string(i.facts.DetectedOn),
		"indications":        one(f.chance, []string{"some", "strong", "strong"}),
		"trafficking_status": "presumed", "control_methods": one(f.chance, list) + ";" + one(f.chance, list), "types": p.form,
		"exploitation_countries": i.facts.Country, "narrative": f.text(i.opener, kind),
		"recruitment_methods": one(f.chance, []string{"work", "online_network", "online_advertisement", "family", "friends", "unknown"}),
	}
	if i.facts.Sector != "" {
		values["sector"] = i.facts.Sector
	}
	return values
}

func (f *filling) labour(i *incident) section.Values {
	hours, wage := 48+f.chance.IntN(30), 300+10*f.chance.IntN(80)
	return section.Values{
		"employer": "Fictief " + f.family("low", "").latin + " BV", "sector": i.facts.Sector, "inspected_on": string(i.facts.DetectedOn),
		"hours_per_week": fmt.Sprint(hours), "wage_paid": fmt.Sprintf("%d.00 EUR", wage), "wage_period": "month",
		"contract": one(f.chance, []string{"none", "oral", "not_understood", "false_self_employment"}),
		"findings": one(f.chance, []string{"underpaid", "excessive_hours", "bad_housing", "papers_withheld", "not_declared"}),
		"declared": one(f.chance, []string{"yes", "no", "no"}), "narrative": f.text(i.opener, "labour"),
	}
}

// prefixes are the countries' telephone codes; the numbers behind them are too short to be anybody's.
var prefixes = map[string]string{"BE": "+3200", "NL": "+3100", "LU": "+35200"}

func (f *filling) safeContact(by staff) section.Values {
	return section.Values{
		"do_not": f.text(by, "do_not"), "channels": one(f.chance, []string{"mobile_phone", "message", "through_shelter", "mobile_phone;through_shelter"}),
		"mobile_phone": fmt.Sprintf("%s%05d", prefixes[by.agency.country], f.chance.IntN(100000)), "checked_on": string(f.today(0)),
		"message_allowed": one(f.chance, []string{"yes", "no"}),
	}
}

func (f *filling) location(by staff) section.Values {
	return section.Values{
		"kind": one(f.chance, []string{"safe_house", "specialised_centre", "specialised_centre", "hotel"}), "house_name": f.text(by, "house"),
		"street": fmt.Sprintf("%s %d", f.text(by, "street"), 1+f.chance.IntN(90)), "country": by.agency.country, "arrived_on": string(f.today(0)),
		"care_of": by.agency.name + ", " + f.text(by, "contact_person"),
	}
}

func (f *filling) health(by staff) section.Values {
	return section.Values{"seen_on": string(f.today(0)), "needs": one(f.chance, []string{"general_care", "mental_health", "injury", "dental"}),
		"urgency": one(f.chance, []string{"days", "planned"}), "complaints": f.text(by, "complaints")}
}

func (f *filling) supportPlan(by staff) section.Values {
	return section.Values{"type": one(f.chance, []string{"legal", "social_care", "education", "livelihood"}),
		"objectives": f.text(by, "objectives"), "services": one(f.chance, []string{"housing;legal_aid", "medical;language_course", "administrative"}),
		"started_on": string(f.today(0)), "review_on": string(f.today(90))}
}

func (f *filling) risk(by staff) section.Values {
	return section.Values{"level": one(f.chance, []string{"low", "medium", "medium", "high", "very_high"}), "assessed_on": string(f.today(0)),
		"review_on": string(f.today(60)), "measures": one(f.chance, []string{"address_secrecy", "phone_change", "address_secrecy;code_word"}),
		"measures_details": f.text(by, "measures")}
}

func (f *filling) consent(by staff) section.Values {
	return section.Values{"consent": one(f.chance, []string{"given", "given", "given", "refused"}), "asked_on": string(f.today(0)),
		"valid_until": string(f.today(180)), "purposes": "protection", "explained": "interview;purpose;access;withdrawal",
		"how": one(f.chance, []string{"written", "oral_witnessed"})}
}

func (f *filling) statement(by staff) section.Values {
	return section.Values{"kind": one(f.chance, []string{"statement", "complaint", "interview"}), "given_on": string(f.today(0)),
		"recording": one(f.chance, []string{"none", "audio", "video"}), "summary": f.text(by, "statement"), "signed": "yes",
		"signed_on": string(f.today(0))}
}

func (f *filling) court(by staff) section.Values {
	return section.Values{"stage": one(f.chance, []string{"reported", "investigation", "investigation", "prosecution"}),
		"authority": by.agency.name, "offences": f.text(by, "offences"), "opened_on": string(f.today(0)), "presence_needed": "unknown"}
}

func (f *filling) guardianship(by staff) section.Values {
	return section.Values{"minor": "yes", "unaccompanied": one(f.chance, []string{"yes", "yes", "unknown"}), "guardian_status": "appointed",
		"guardian_name": one(f.chance, f.world.staff["given"]) + " " + f.colleague(), "guardian_service": by.agency.name,
		"appointed_on": string(f.today(0)), "best_interests": f.text(by, "best_interests")}
}

// papers are the documents of the reflection period and of what follows, country by country.
var papers = map[string][]string{
	"BE": {"be_annex_15", "be_registration", "be_a_card"}, "NL": {"nl_reflection", "nl_temporary"}, "LU": {"lu_reflection", "lu_permit"},
}

// reflectionDays is how long the reflection period is (domain 1.6).
var reflectionDays = map[string]int{"BE": 45, "NL": 90, "LU": 90}

func (f *filling) residence(by staff) section.Values {
	country := by.agency.country
	at := f.chance.IntN(len(papers[country]))
	values := section.Values{"country": country, "status": "reflection", "document": papers[country][at], "issued_on": string(f.today(0)),
		"may_work": "no", "reflection_from": string(f.today(0)), "reflection_until": string(f.today(reflectionDays[country]))}
	if at > 0 {
		values["status"], values["may_work"], values["expires_on"] = "temporary", "yes", string(f.today(180))
		delete(values, "reflection_from")
		delete(values, "reflection_until")
	}
	return values
}
