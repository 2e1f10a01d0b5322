package exchange

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/section"
)

const (
	ictipFormat   = "relais.ictip"
	ictipVersion  = 1
	adultAge      = 18
	pseudonymSize = 32
)

// Told are the terms that are told of one object, by their leaf; a term of which nobody said anything is left out.
type Told map[string][]string

// ICTIP is a victim's case in the four objects of the international classification, without the person: codes, countries, years
// and age groups, under a name that only the program can lead back. It stays personal data: few people share all of it.
type ICTIP struct {
	Format    string `json:"format"`
	Version   int    `json:"version"`
	Edition   string `json:"edition"` // of the mapping
	Codes     string `json:"codes" enum:"names" doc:"Names for the terms; the classification's own codes were not at hand"`
	Number    string `json:"number"`    // of the disclosure
	Pseudonym string `json:"pseudonym"` // of the person, the same in every export of this agency
	Entity    Told   `json:"reporting_entity"`
	Event     Told   `json:"event"`
	Victim    Told   `json:"victim"`
	Response  Told   `json:"criminal_justice_response"`
}

// pseudonymOf names the person of a file for one agency: keyed, so that nobody else can tell whose it is or join two agencies' records.
func pseudonymOf(tx *gate.Tx) string {
	return tx.Fingerprint("ictip " + tx.Actor().AgencyID + " " + tx.File().ID)[:pseudonymSize]
}

// record puts what leaves into the terms. Where several entries answer a field, the newest answer stands, as in HTCDS. Perpetrators are
// written on the case file, never on a victim's, so the record tells of them no more than the relation to the victim.
func (c *Copy) record() ICTIP {
	told := Told{}
	r := ICTIP{Format: ictipFormat, Version: ictipVersion, Edition: section.ICTIPEdition(), Codes: "names", Number: c.Number, Pseudonym: c.pseudonym,
		Entity: Told{}, Event: Told{}, Victim: Told{}, Response: Told{}}
	today := moment.DayOf(c.At)
	for _, view := range c.Sections {
		told.tell(view.Section, newest(view.Entries), today)
	}
	r.Entity, r.Event, r.Victim, r.Response = told.of("entity"), told.of("event"), told.of("victim"), told.of("response")
	r.Entity["kind"], r.Entity["country"], r.Entity["year"] = []string{c.kind}, []string{c.country}, []string{string(today)[:4]}
	return r
}

// newest are the newest answers to each field.
func newest(entries []entry.View) section.Values {
	values := section.Values{}
	for _, e := range inTime(entries) {
		for name, value := range e.Values {
			if value != "" {
				values[name] = value
			}
		}
	}
	return values
}

// tell adds the values of one section, in the order of the catalogue.
func (t Told) tell(id authz.Section, values section.Values, today moment.Date) {
	room := section.Of(id)
	for i := range room.Fields {
		f := &room.Fields[i]
		m, _ := section.ICTIPOf(id, f.Name)
		if m.Term == "" || values[f.Name] == "" {
			continue
		}
		for value := range strings.SplitSeq(values[f.Name], ";") {
			t.add(m.Term, turned(id, f.Name, m.Turn, value, today))
		}
	}
}

// add keeps each value once. Nothing that was not said is told beside what was, and in doubt somebody is a child.
func (t Told) add(term, value string) {
	switch {
	case value == "" || slices.Contains(t[term], value):
	case value == section.NotSpecified && len(t[term]) > 0:
	case slices.Equal(t[term], []string{section.NotSpecified}):
		t[term] = []string{value}
	case strings.HasSuffix(term, ".age_group") && len(t[term]) > 0:
		t[term] = []string{"child"}
	default:
		t[term] = append(t[term], value)
	}
}

// of are the terms of one object, without its name.
func (t Told) of(object string) Told {
	out := Told{}
	for term, values := range t {
		if leaf, ok := strings.CutPrefix(term, object+"."); ok {
			slices.Sort(values)
			out[leaf] = values
		}
	}
	return out
}

// turned is the value of the classification for one answer.
func turned(id authz.Section, field, turn, value string, today moment.Date) string {
	switch turn {
	case section.TurnCodes:
		return section.ICTIPValue(id, field, value)
	case section.TurnCountry:
		if len(value) == len("BE") || value == "stateless" {
			return value
		}
		return section.NotSpecified
	case section.TurnYear:
		return value[:min(len(value), len("2026"))]
	case section.TurnAge:
		years, err := strconv.Atoi(value)
		if err != nil {
			return section.NotSpecified
		}
		return ageGroup(years < adultAge)
	}
	return ageGroup(rulepack.Add(latest(value), adultAge, rulepack.Years) > today)
}

func ageGroup(child bool) string {
	if child {
		return "child"
	}
	return "adult"
}

// latest is the last day that a day, a month or a year can mean.
func latest(partial string) moment.Date {
	switch len(partial) {
	case len("2006"):
		return moment.Date(partial + "-12-31")
	case len("2006-01"):
		return rulepack.Add(moment.Date(partial+"-01"), 1, rulepack.Months).AddDays(-1)
	}
	return moment.Date(partial)
}

// ICTIP writes the record.
func (c *Copy) ICTIP() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(c.record()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
