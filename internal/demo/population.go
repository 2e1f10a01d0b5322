package demo

import (
	"math"
	"slices"
	"time"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/moment"
)

// twice is how many of a hundred persons a second agency reports too, in a file of its own (domain 6.5).
const twice = 12

// incident is one case with its victims.
type incident struct {
	at     moment.Time
	in     *country
	opener staff
	facts  casefile.Facts
	people []*person
	offer  string // code of the shelter to which the victim is offered this morning, if it is one of those
	second bool   // of somebody who has a file already

	caseID  string          // once it is open
	members map[string]bool // agencies of its team, by id
}

// waiting are offers of this morning that nobody has answered yet: whoever signs in first finds something to do.
var waiting = []struct{ from, to string }{
	{"be.rsz", "be.payoke"}, {"be.pjf.bruxelles", "be.pagasa"}, {"be.pjf.liege", "be.surya"}, {"nl.avim", "nl.cosm"},
	{"nl.kmar", "nl.zorgcoordinatie"}, {"lu.spj", "lu.savteh"}, {"lu.itm", "lu.coteh"},
}

// populate draws the cases of all countries: so many victim files altogether, in the order in which they come in.
func (f *filling) populate(files int) []*incident {
	var all []*incident
	for i, share := range f.sharesOut(files) {
		c := &f.world.countries[i]
		morning := f.thisMorning(c, share)
		share -= len(morning)
		doubles := share * twice / (100 + twice)
		cases := f.cases(c, share-doubles, files)
		all = slices.Concat(all, cases, f.doubles(c, cases, doubles), f.draw(morning))
	}
	slices.SortStableFunc(all, func(a, b *incident) int { return int(a.at - b.at) })
	return all
}

// sharesOut divides the files by the countries' presumed victims a year; what rounding leaves over goes to the largest.
func (f *filling) sharesOut(files int) []int {
	total, given, largest := 0.0, 0, 0
	for i := range f.world.countries {
		total += f.world.countries[i].presumed
		if f.world.countries[i].presumed > f.world.countries[largest].presumed {
			largest = i
		}
	}
	parts := make([]int, len(f.world.countries))
	for i := range parts {
		parts[i] = int(float64(files) * f.world.countries[i].presumed / total)
		given += parts[i]
	}
	parts[largest] += files - given
	return parts
}

// cases cuts the persons of a country into cases: one large, as Borealis in Antwerp was, and the usual ones. The larger are
// drawn first, so that the many cases of one victim can even out what a large one has tilted.
func (f *filling) cases(c *country, persons, files int) (all []*incident) {
	large := 0
	if persons >= 20 {
		large = min(persons, max(2, int(math.Round(c.largest*float64(files)/2000))))
		all = append(all, f.incident(c, large, true))
	}
	var sizes []int
	for left := persons - large; left > 0; {
		size := min(left, f.chance.between(f.chance.of(f.world.shares[c.code+"/cluster"])))
		sizes = append(sizes, size)
		left -= size
	}
	slices.SortFunc(sizes, func(a, b int) int { return b - a })
	for _, size := range sizes {
		all = append(all, f.incident(c, size, false))
	}
	return all
}

func (f *filling) incident(c *country, size int, large bool) *incident {
	i := &incident{at: f.someday(f.start, f.end), in: c}
	form := "forced_labour"
	if large {
		f.chance.count(c.code+"/exploitation", form, size)
		i.opener = f.people[map[string]string{"BE": firstAgency, "NL": "nl.arbeidsinspectie", "LU": "lu.itm"}[c.code]]
		f.chance.count(c.code+"/opener", i.opener.agency.code, size)
	} else {
		form = f.chance.evenly(c.code+"/exploitation", f.world.shares[c.code+"/exploitation"], size)
		i.opener = f.people[f.chance.evenly(c.code+"/opener", f.world.shares[c.code+"/opener"], size)]
	}
	i.facts = f.facts(i, form, large)
	nationalities := f.nationalities(c, size, large)
	for n := range size {
		i.people = append(i.people, f.person(c, form, nationalities[n], i.at))
	}
	return i
}

// thisMorning are the country's cases of one victim that were opened two hours ago.
func (f *filling) thisMorning(c *country, files int) (all []*incident) {
	for _, w := range waiting {
		if opener := f.people[w.from]; opener.agency.country == c.code && files > 2*len(waiting) {
			all = append(all, &incident{at: f.end.Add(-2 * time.Hour), in: c, opener: opener, offer: w.to})
		}
	}
	return all
}

// draw gives cases without victims one each.
func (f *filling) draw(cases []*incident) []*incident {
	for _, i := range cases {
		form := f.chance.evenly(i.in.code+"/exploitation", f.world.shares[i.in.code+"/exploitation"], 1)
		f.chance.count(i.in.code+"/opener", i.opener.agency.code, 1)
		i.facts = f.facts(i, form, false)
		i.people = []*person{f.person(i.in, form, "", i.at)}
	}
	return cases
}

// borealis are the citizenships of the 174 persons of that case: 105, 52 and 17.
var borealis = []share{{"TR", 105}, {"PH", 52}, {"BD", 17}}

// nationalities gives the victims of a case a common origin mostly, which is how people are recruited.
func (f *filling) nationalities(c *country, size int, large bool) []string {
	list := make([]string, size)
	if size == 1 {
		return list
	}
	common := f.chance.evenly(c.code+"/citizenship", f.world.shares[c.code+"/citizenship"], 0)
	for i := range list {
		switch {
		case large && c.code == "BE":
			list[i] = f.chance.evenly("borealis", borealis, 1)
		case f.chance.in(75) && common != "*":
			list[i] = common
		}
	}
	return list
}

func (f *filling) facts(i *incident, form string, large bool) casefile.Facts {
	found := i.opener.agency
	detected := f.world.shares[found.country+"/detected/"+found.code]
	if detected == nil {
		detected = f.world.shares[found.country+"/detected/"+string(found.kind)]
	}
	facts := casefile.Facts{Exploitation: []string{form}, Country: found.country, DetectedBy: f.chance.of(detected), DetectedOn: f.detected(i)}
	switch {
	case large:
		facts.Sector = "F"
	case form == "forced_labour":
		facts.Sector = f.chance.of(f.world.shares["*/sector"])
	case form == "domestic_servitude":
		facts.Sector = "T"
	}
	if f.chance.in(i.in.abroad) && !large {
		facts.Country = one(f.chance, neighbours[found.country])
	}
	return facts
}

// neighbours are the other two countries.
var neighbours = map[string][]string{"BE": {"NL", "LU"}, "NL": {"BE", "LU"}, "LU": {"BE", "NL"}}

// detected is the day of detection: some days before the case was opened, and for what was on paper before, up to three years.
func (f *filling) detected(i *incident) moment.Date {
	days := f.chance.IntN(10)
	if f.chance.in(20) {
		days = 60 + f.chance.IntN(1000)
	}
	return moment.DayOf(i.at).AddDays(-days)
}

// doubles are cases that a second agency of the country opens on somebody who has a file already.
func (f *filling) doubles(c *country, cases []*incident, count int) (all []*incident) {
	small := slices.DeleteFunc(slices.Clone(cases), func(i *incident) bool { return len(i.people) > 30 })
	for range count {
		if len(small) == 0 {
			return append(all, f.cases(c, count-len(all), 0)...)
		}
		first := one(f.chance, small)
		second := &incident{at: f.someday(first.at, min(f.end, first.at.Add(60*24*time.Hour))), in: c, second: true}
		for second.opener.id == "" || second.opener.id == first.opener.id {
			second.opener = f.people[f.chance.of(f.world.shares[c.code+"/opener"])]
		}
		second.facts = f.facts(second, first.facts.Exploitation[0], false)
		second.people = []*person{f.again(one(f.chance, first.people))}
		f.done.Doubles++
		all = append(all, second)
	}
	return all
}

// someday is an instant of a working day between two others.
func (f *filling) someday(from, to moment.Time) moment.Time {
	span := max(int64(to-from), 1)
	return min(f.office(from+moment.Time(f.chance.Int64N(span))), f.end-1)
}

// isShelter says whether the opener takes people in itself.
func (i *incident) isShelter() bool { return i.opener.agency.kind == authz.RoleShelter }
