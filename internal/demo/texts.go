package demo

import (
	"fmt"

	"relais/internal/casefile"
	"relais/internal/section"
)

// stories are what an official might write, in the language of the agency. Every one says that it is invented.
var stories = map[string]map[string]string{
	"nl": {
		"forced_labour":       "Verzonnen. Werkte zes dagen per week tot laat, kreeg een deel van het loon en sliep op de werkplek. De papieren lagen bij de werkgever.",
		"sexual_exploitation": "Verzonnen. Kwam met de belofte van werk in de horeca. Moest een schuld afbetalen en stond onder toezicht.",
		"other":               "Verzonnen. Werd gedwongen en bedreigd, ook met gevolgen voor de familie.",
	},
	"fr": {
		"forced_labour":       "Fictif. Travaillait six jours sur sept jusque tard, ne recevait qu’une partie du salaire et dormait sur place. Les papiers étaient chez l’employeur.",
		"sexual_exploitation": "Fictif. Arrivée avec la promesse d’un emploi dans l’horeca. Devait rembourser une dette et était surveillée.",
		"other":               "Fictif. Sous la contrainte et la menace, aussi envers la famille.",
	},
	"de": {
		"forced_labour":       "Erfunden. Arbeitete sechs Tage die Woche bis spät, bekam einen Teil des Lohns und schlief am Arbeitsplatz. Die Papiere lagen beim Arbeitgeber.",
		"sexual_exploitation": "Erfunden. Kam mit dem Versprechen einer Stelle in der Gastronomie. Musste Schulden abzahlen und wurde überwacht.",
		"other":               "Erfunden. Stand unter Zwang und Drohung, auch gegen die Familie.",
	},
}

func story(language, form string) string {
	texts := stories[language]
	if text := texts[form]; text != "" {
		return text
	}
	return texts["other"]
}

// means are the methods of control that a form of exploitation mostly has.
var means = map[string][]string{
	"forced_labour":       {"takes_earnings", "excessive_working_hours", "withholds_documents", "debt_bondage"},
	"sexual_exploitation": {"debt_bondage", "restricts_movement", "psychological_abuse", "threatens_family"},
	"other":               {"threats", "false_promises", "restricts_movement"},
}

func (f *filling) exploitation(by staff, facts casefile.Facts) section.Values {
	form := facts.Exploitation[0]
	list := means[form]
	if list == nil {
		list = means["other"]
	}
	return section.Values{
		"indications": one(f.chance, []string{"some", "strong", "strong"}), "assessed_on": string(facts.DetectedOn),
		"control_methods": one(f.chance, list), "types": form, "exploitation_countries": facts.Country,
		"narrative": story(by.agency.language, form),
	}
}

func (f *filling) labour(facts casefile.Facts) section.Values {
	hours, wage := 48+f.chance.IntN(30), 300+10*f.chance.IntN(80)
	return section.Values{
		"employer": "Fictief " + f.surname("latin").latin + " BV", "sector": facts.Sector, "inspected_on": string(facts.DetectedOn),
		"hours_per_week": fmt.Sprint(hours), "wage_paid": fmt.Sprintf("%d.00 EUR", wage),
		"contract": one(f.chance, []string{"none", "oral", "not_understood", "false_self_employment"}),
		"findings": one(f.chance, []string{"underpaid", "excessive_hours", "bad_housing", "papers_withheld"}),
	}
}

// prefixes are the countries' telephone codes; the numbers behind them are too short to be anybody's.
var prefixes = map[string]string{"BE": "+3200", "NL": "+3100", "LU": "+35200"}

func (f *filling) safeContact(by staff) section.Values {
	never := map[string]string{"nl": "Nooit bellen na 17 uur.", "fr": "Ne jamais appeler après 17 heures.", "de": "Nie nach 17 Uhr anrufen."}
	return section.Values{
		"do_not": never[by.agency.language], "channels": "mobile_phone;through_shelter",
		"mobile_phone": fmt.Sprintf("%s%05d", prefixes[by.agency.country], f.chance.IntN(100000)), "checked_on": string(f.today(0)),
	}
}

func (f *filling) health(by staff) section.Values {
	text := map[string]string{"nl": "Verzonnen. Slaapt slecht, rugpijn van het werk.", "fr": "Fictif. Dort mal, mal de dos dû au travail.",
		"de": "Erfunden. Schläft schlecht, Rückenschmerzen von der Arbeit."}
	return section.Values{"seen_on": string(f.today(0)), "needs": one(f.chance, []string{"general_care", "mental_health", "injury", "dental"}),
		"urgency": one(f.chance, []string{"days", "planned"}), "complaints": text[by.agency.language]}
}

func (f *filling) plan(by staff) section.Values {
	text := map[string]string{"nl": "Verzonnen. Rust, taal, een advocaat, dan werk.", "fr": "Fictif. Repos, langue, un avocat, puis un emploi.",
		"de": "Erfunden. Ruhe, Sprache, rechtlicher Beistand, dann Arbeit."}
	return section.Values{"type": one(f.chance, []string{"legal", "social_care", "education", "livelihood"}),
		"objectives": text[by.agency.language], "started_on": string(f.today(0)), "review_on": string(f.today(90))}
}
