package demo

// Drawn is a sample of invented persons, for showing that they follow the published distributions.
type Drawn struct {
	Names  []string
	people map[string][]person
}

// Sample draws so many persons of each country.
func Sample(seed uint64, of int) Drawn {
	w, err := loadWorld()
	if err != nil {
		return Drawn{}
	}
	f := &filling{parts: Parts{Clock: &Clock{}}, world: w, chance: newChance(seed)}
	drawn := Drawn{people: map[string][]person{}}
	for _, country := range w.countries {
		for range of {
			p := f.person(country.code)
			drawn.people[country.code] = append(drawn.people[country.code], p)
			drawn.Names = append(drawn.Names, p.identity["family_name"], p.identity["name_original_script"])
		}
	}
	return drawn
}

// Women is their part of a country's persons, of a hundred.
func (d Drawn) Women(country string) float64 {
	return d.part(country, func(p person) bool { return p.identity["sex"] == "female" })
}

// Minors is their part, presumed children included.
func (d Drawn) Minors(country string) float64 {
	return d.part(country, func(p person) bool { return p.child })
}

// Citizens is the part of a citizenship.
func (d Drawn) Citizens(country, code string) float64 {
	return d.part(country, func(p person) bool { return p.identity["citizenships"] == code })
}

func (d Drawn) part(country string, is func(person) bool) float64 {
	count := 0
	for _, p := range d.people[country] {
		if is(p) {
			count++
		}
	}
	return 100 * float64(count) / float64(len(d.people[country]))
}
