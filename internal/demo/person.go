package demo

import (
	"strings"

	"relais/internal/section"
)

// person is an invented victim.
type person struct {
	identity section.Values
	child    bool
}

// person draws somebody of a country's distribution (domain 6.5).
func (f *filling) person(country string) person {
	c := f.chance
	citizenship := c.of(f.world.shares[country+"/citizenship"])
	if citizenship == "*" {
		citizenship = c.of(f.world.shares["*/tail"])
	}
	woman, child := c.in(f.world.women[country]), c.in(f.world.minors[country])
	values := section.Values{"sex": "male", "citizenships": citizenship, "age_status": "adult", "birth_date_certainty": "known"}
	if woman {
		values["sex"] = "female"
	}
	f.name(values, citizenship, woman)
	switch {
	case child && c.in(25): // of unknown age, with reasons to believe a child: presumed child (CETS 197, art. 10(3))
		values["age_status"], values["birth_date_certainty"] = "presumed_child", "unknown"
	case child:
		values["age_status"], values["birth_date"] = "child", c.day(f.parts.Clock.Now(), 13, 17)
	default:
		values["birth_date"] = c.day(f.parts.Clock.Now(), 18, 52)
	}
	if c.in(8) && values["birth_date"] != "" { // papers that disagree
		values["birth_date"], values["birth_date_certainty"] = values["birth_date"][:4], "estimated"
		values["aliases"] = f.surname("latin").latin
	}
	return person{identity: values, child: child}
}

// name puts a name together and writes it in its own script where it has one.
func (f *filling) name(values section.Values, citizenship string, woman bool) {
	script := scripts[citizenship]
	if script == "" {
		script = "latin"
	}
	sex := "m"
	if woman {
		sex = "f"
	}
	given, family := one(f.chance, f.world.names[script+"/"+sex]), f.surname(script)
	values["given_names"], values["family_name"] = given.latin, family.latin
	switch script {
	case "latin":
	case "han":
		values["name_original_script"] = family.script + given.script
	default:
		values["name_original_script"] = given.script + " " + family.script
	}
}

// surname takes one of the list, or builds one of syllables, which is nobody's.
func (f *filling) surname(script string) nameRow {
	if script != "latin" {
		return one(f.chance, f.world.names[script+"/s"])
	}
	var parts []string
	for _, place := range []string{"1", "2", "3"} {
		parts = append(parts, one(f.chance, f.world.names["latin/"+place]).latin)
	}
	return nameRow{latin: strings.Join(parts, "")}
}
