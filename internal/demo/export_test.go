package demo

import "relais/internal/moment"

// Moves says whether a filling moves the clock.
func (c *Clock) Moves() bool { return c.at != 0 }

// Drawn is a population before it is written down, for showing that it follows the published distributions.
type Drawn struct {
	world *world
	cases []*incident
}

// Draw draws a population as Fill does.
func Draw(seed uint64, files int, now moment.Time) (Drawn, error) {
	w, err := loadWorld()
	if err != nil {
		return Drawn{}, err
	}
	f := newFilling(Parts{Clock: &Clock{}}, w, Options{Victims: files, Seed: seed, Now: now})
	for _, row := range w.agencies {
		f.people[row.code] = staff{agency: row, id: row.code}
	}
	return Drawn{world: w, cases: f.populate(files)}, nil
}

// Files is how many victim files there are, in one country or in all.
func (d Drawn) Files(country string) (count int) {
	for _, i := range d.cases {
		if country == "" || i.in.code == country {
			count += len(i.people)
		}
	}
	return count
}

// Part is the part, of a hundred, of a country's files that have a property.
func (d Drawn) Part(country string, has func(values map[string]string) bool) float64 {
	count := 0
	for _, i := range d.cases {
		if i.in.code != country {
			continue
		}
		for _, p := range i.people {
			values := map[string]string{"form": p.form, "opener": i.opener.agency.code, "detected_by": i.facts.DetectedBy,
				"exploited_in": i.facts.Country}
			for name, value := range p.identity {
				values[name] = value
			}
			if p.child {
				values["child"] = "yes"
			}
			if p.other != nil {
				values["papers_disagree"] = "yes"
			}
			if has(values) {
				count++
			}
		}
	}
	return 100 * float64(count) / float64(d.Files(country))
}

// Sizes are the numbers of victims of a country's cases, without those of a second agency.
func (d Drawn) Sizes(country string) (sizes []int) {
	for _, i := range d.cases {
		if i.in.code == country && !i.second {
			sizes = append(sizes, len(i.people))
		}
	}
	return sizes
}

// Names are all names of the population.
func (d Drawn) Names() (names [][3]string) {
	for _, i := range d.cases {
		for _, p := range i.people {
			names = append(names, [3]string{p.identity["given_names"], p.identity["family_name"], p.identity["name_original_script"]})
		}
	}
	return names
}

// Court says whether a family name is that of a known case.
func (d Drawn) Court(family string) bool { return d.world.court[plain(family)] }
