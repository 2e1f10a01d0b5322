package exchange

import (
	"slices"

	"relais/internal/casefile"
	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/section"
)

// unknown is the code for what nobody has said, in the lists that the facts of a case use.
const unknown = "unknown"

// evidence is what the rows say about the case as a whole.
type evidence struct {
	types     []string
	sectors   map[string]int
	countries map[string]int
	referred  moment.Date // the earliest incoming referral
}

// gather collects what the persons' exploitation sections say, and the referral dates, which no person's section keeps.
func gather(readings []*reading, persons []person) evidence {
	e := evidence{sectors: map[string]int{}, countries: map[string]int{}}
	home, _, _ := section.Home("vic_TypeOfExploitation")
	for i := range persons {
		values := persons[i].values[home]
		for _, code := range values.Split("types") {
			if code != unknown && !slices.Contains(e.types, code) {
				e.types = append(e.types, code)
			}
		}
		if sector := values["sector"]; sector != "" && sector != unknown {
			e.sectors[sector]++
		}
		for _, code := range append(values.Split("exploitation_countries"), values["event_country"]) {
			if section.CodeName("countries", code, "en") != "" {
				e.countries[code]++
			}
		}
	}
	for _, r := range readings {
		e.referred = earliest(e.referred, r.referred())
	}
	return e
}

// referred is the earliest incoming referral of a sheet; a date that cannot be read is nobody's answer here.
func (r *reading) referred() (first moment.Date) {
	for _, c := range r.columns {
		if c.name != incomingReferral {
			continue
		}
		for _, l := range r.lines {
			if c.at >= len(l.cells) || l.cells[c.at].kind == blank || l.cells[c.at].kind == formula {
				continue
			}
			if value, wrong := date(l.cells[c.at], false); wrong == "" {
				if parsed, ok := moment.ParseDate(value); ok {
					first = earliest(first, parsed)
				}
			}
		}
	}
	return first
}

func earliest(a, b moment.Date) moment.Date {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// facts are those of the case: what the caller says, else what the rows say, else what is assumed, which is told.
func (e *evidence) facts(said casefile.Facts, country string, now moment.Time, found *findings) casefile.Facts {
	assume := func(name, key string) {
		p := says(Place{}, key)
		p.Field = "casefile." + name
		found.warn(p)
	}
	if len(said.Exploitation) == 0 {
		if said.Exploitation = e.types; len(e.types) == 0 {
			said.Exploitation = []string{unknown}
			assume("exploitation", "fact_unknown")
		}
	}
	if said.Sector == "" {
		said.Sector = most(e.sectors)
	}
	if said.Country == "" {
		if said.Country = most(e.countries); said.Country == "" {
			said.Country = country
			assume("country", "fact_own_country")
		}
	}
	if said.DetectedBy == "" {
		said.DetectedBy = unknown
		assume("detected_by", "fact_unknown")
	}
	if said.DetectedOn == "" {
		if said.DetectedOn = e.referred; e.referred == "" || e.referred > moment.DayOf(now) {
			said.DetectedOn = moment.DayOf(now)
			assume("detected_on", "fact_today")
		}
	}
	return said
}

// most is the code that occurs most; of several the first in the alphabet, so that two runs agree.
func most(counts map[string]int) (code string) {
	for candidate, count := range counts {
		if count > counts[code] || count == counts[code] && candidate < code {
			code = candidate
		}
	}
	return code
}

// refuseFacts turns what is wrong with the facts of the case into problems of the whole file.
func refuseFacts(err error, found *findings) bool {
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid {
		return false
	}
	for _, wrong := range f.Fields {
		found.refuse(Problem{Field: "casefile." + wrong.Name, Key: wrong.Key, Args: wrong.Args})
	}
	return true
}
