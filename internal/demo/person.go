package demo

import (
	"maps"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"relais/internal/moment"
	"relais/internal/section"
)

// person is an invented victim.
type person struct {
	identity    section.Values
	other       section.Values // what papers that disagree say; nil where none do
	citizenship string
	form        string // of exploitation
	child       bool
	union       bool // citizen of the European Union
}

// womenOf are the women among a hundred victims of a form of exploitation; the country's own share corrects it.
var womenOf = map[string]float64{
	"forced_labour": 22, "sexual_exploitation": 96, "forced_criminality": 15, "forced_begging": 50, "domestic_servitude": 85,
}

// childrenOf is how much likelier than usual a victim of a form of exploitation is a child.
var childrenOf = map[string]float64{"forced_labour": 0.3, "sexual_exploitation": 1.3, "forced_criminality": 3, "forced_begging": 3}

// person draws somebody of a country's distribution (domain 6.5). An empty citizenship is drawn too.
func (f *filling) person(c *country, form, citizenship string, now moment.Time) *person {
	p := &person{form: form, citizenship: citizenship}
	if citizenship == "" {
		p.citizenship = f.chance.evenly(c.code+"/citizenship", f.world.shares[c.code+"/citizenship"], 1)
	} else {
		f.chance.count(c.code+"/citizenship", citizenship, 1)
	}
	if p.citizenship == "*" {
		p.citizenship = f.chance.of(f.world.shares["*/tail"])
	}
	from := f.world.origins[p.citizenship]
	p.union = from.union
	p.identity = section.Values{"citizenships": p.citizenship, "birth_country": p.citizenship, "age_status": "adult",
		"birth_date_certainty": "known", "primary_language": from.language, "interpreter_needed": "yes"}
	if p.citizenship == c.code {
		p.identity["interpreter_needed"] = "no"
	}
	p.identity["sex"] = f.sex(c, form)
	f.name(p.identity, from.names, p.identity["sex"])
	f.age(p, c, now)
	if f.chance.in(8) {
		f.disagree(p)
	}
	return p
}

// sex follows the form of exploitation and is pulled towards the share of the country.
func (f *filling) sex(c *country, form string) string {
	list := []share{{"female", c.women}, {"male", 100 - c.women - c.other}, {"x", c.other}}
	likely := womenOf[form]
	if likely == 0 {
		likely = c.women
	}
	q := f.chance.quotas[c.code+"/sex"]
	if q == nil || q.total < 10 || f.chance.in(1) {
		return f.chance.evenly(c.code+"/sex", list, 1)
	}
	sex := "male"
	pull := 5 * (c.women - 100*q.drawn["female"]/q.total)
	if f.chance.in(min(98, max(2, likely+pull))) {
		sex = "female"
	}
	f.chance.count(c.code+"/sex", sex, 1)
	return sex
}

// age makes a child, one of unknown age who is presumed to be one (CETS 197, art. 10(3)), or an adult.
func (f *filling) age(p *person, c *country, now moment.Time) {
	q := f.chance.quotas[c.code+"/minor"]
	likely := c.minors
	if factor, ok := childrenOf[p.form]; ok {
		likely *= factor
	}
	if q != nil && q.total >= 20 {
		likely = min(60, max(0, likely+8*(c.minors-100*q.drawn["yes"]/q.total)))
	}
	p.child = f.chance.in(likely)
	f.chance.count(c.code+"/minor", map[bool]string{true: "yes", false: "no"}[p.child], 1)
	switch {
	case p.child && f.chance.in(100*c.presumedMinors/c.minors):
		p.identity["age_status"], p.identity["birth_date_certainty"] = "presumed_child", "unknown"
	case p.child:
		p.identity["age_status"], p.identity["birth_date"] = "child", f.chance.day(now, 12, 17)
	default:
		p.identity["birth_date"] = f.chance.day(now, 19, 52)
	}
}

// disagree gives the person papers with another name or another birth date.
func (f *filling) disagree(p *person) {
	family := f.family(f.world.origins[p.citizenship].names, p.identity["sex"])
	p.other = section.Values{"given_names": p.identity["given_names"], "family_name": family.latin, "birth_date_certainty": "estimated"}
	p.identity["aliases"] = family.latin
	if date := p.identity["birth_date"]; date != "" {
		p.other["birth_date"] = date[:4] + "-01-01"
	}
}

// again is the same person as another agency writes them down: another spelling, a birth date that is only a year.
func (f *filling) again(p *person) *person {
	twin := *p
	twin.identity, twin.other = maps.Clone(p.identity), nil
	for _, name := range []string{"given_names", "family_name"} {
		twin.identity[name] = spelling.Replace(p.identity[name])
	}
	if f.chance.in(50) {
		delete(twin.identity, "name_original_script")
	}
	if date := p.identity["birth_date"]; date != "" && f.chance.in(40) {
		twin.identity["birth_date"], twin.identity["birth_date_certainty"] = date[:4], "estimated"
	}
	return &twin
}

// spelling is how another office writes the same sounds.
var spelling = strings.NewReplacer("ou", "u", "ch", "sh", "ii", "iy", "yu", "iu", "ph", "f", "ă", "a", "ș", "s", "ț", "t", "ł", "l", "ę", "e",
	"ą", "a", "ö", "o", "ü", "u", "ç", "c", "ş", "s", "Đ", "D", "ı", "i")

// name puts a name together and writes it in its own script where it has one.
func (f *filling) name(values section.Values, group, sex string) {
	given := f.given(group, sex)
	family := f.family(group, sex)
	values["given_names"], values["family_name"] = given.latin, family.latin
	switch {
	case given.script == "":
	case group == "han":
		values["name_original_script"] = family.script + given.script
	default:
		values["name_original_script"] = given.script + " " + family.script
	}
}

func (f *filling) given(group, sex string) nameRow {
	part := group + "/m"
	if sex == "female" || sex == "x" && f.chance.in(50) {
		part = group + "/f"
	}
	first := one(f.chance, f.world.names[part])
	if group != "han" {
		return first
	}
	second := one(f.chance, f.world.names[part])
	return nameRow{first.latin + strings.ToLower(second.latin), first.script + second.script}
}

// family joins a stem and an ending; what a known court case is called by is thrown away.
func (f *filling) family(group, sex string) nameRow {
	for {
		name := one(f.chance, f.world.names[group+"/s1"])
		endings := f.world.names[group+"/s2"]
		if endings == nil && sex == "female" {
			endings = f.world.names[group+"/s2f"]
		} else if endings == nil {
			endings = f.world.names[group+"/s2m"]
		}
		if endings != nil {
			end := one(f.chance, endings)
			name = nameRow{name.latin + end.latin, name.script + end.script}
		}
		if !f.world.court[plain(name.latin)] {
			return name
		}
	}
}

// plain is a name in small letters without accents and spaces, for comparing.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(name))
}
