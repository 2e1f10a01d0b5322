package track

import (
	"strings"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/section"
)

// Answer is yes, no, or not known to the caller.
type Answer string

// The answers.
const (
	Unknown Answer = ""
	Yes     Answer = "yes"
	No      Answer = "no"
)

// Person is what the rules ask about somebody, as far as the caller may read it.
type Person struct {
	Child   Answer // also of somebody who is presumed to be one, or whose age is disputed (CETS 197, art. 10(3))
	Free    Answer // moves freely: a citizen of the EU, the EEA or Switzerland
	Guarded bool   // a guardian was appointed
	Born    string // YYYY, YYYY-MM or YYYY-MM-DD

	Unpresumed bool // nobody has presumed them a victim where the caller decides
}

// Age says whether the rules for children hold, where something was said or decided of the age besides the entries: yes, no once that was
// decided, else not known. The slice of minors hands it in.
type Age func(tx *gate.Tx) (Answer, error)

// facts reads the person's facts from what the caller may read of the file.
func (s *Service) facts(tx *gate.Tx, on moment.Date) (Person, error) {
	identity, err := s.entries.In(tx, authz.Identity)
	if err != nil {
		return Person{}, err
	}
	guardianship, err := s.entries.In(tx, authz.Guardianship)
	if err != nil {
		return Person{}, err
	}
	who := personOf(s.book, valuesOf(identity), valuesOf(guardianship), on)
	if s.age == nil {
		return who, nil
	}
	age, err := s.age(tx)
	if age != Unknown {
		who.Child = age
	}
	return who, err
}

// PersonOf is what the rules ask about the transaction's person on a day, as far as the caller may read it.
func (s *Service) PersonOf(tx *gate.Tx, on moment.Date) (Person, error) { return s.facts(tx, on) }

// BeforeBirth refuses a day that lies before the person's birth, as far as the caller may know it.
func (s *Service) BeforeBirth(tx *gate.Tx, wrong *fault.Fault, field string, day moment.Date) error {
	who, err := s.facts(tx, day)
	if err == nil && who.unborn(day) {
		wrong.WithField(field, "track.born_later")
	}
	return err
}

func valuesOf(views []entry.View) (all []section.Values) {
	for _, v := range views {
		if v.Full {
			all = append(all, v.Values)
		}
	}
	return all
}

// personOf weighs the entries of all agencies: where they differ, the person is a child rather than not, and moves freely rather
// than not, because both are for the person's good.
func personOf(book *rulepack.Book, identity, guardianship []section.Values, on moment.Date) (p Person) {
	for _, v := range identity {
		p.Child = better(p.Child, childBy(v, on))
		p.Free = better(p.Free, freeBy(book, v, on))
		if born := v["birth_date"]; p.Born == "" || born != "" && born < p.Born {
			p.Born = born
		}
	}
	for _, v := range guardianship {
		p.Guarded = p.Guarded || v["guardian_status"] == "appointed"
		p.Child = better(p.Child, Answer(strings.TrimSuffix(v["minor"], "unknown")))
	}
	return p
}

// better keeps a yes.
func better(a, b Answer) Answer {
	if a == Yes || b == Unknown {
		return a
	}
	return b
}

func childBy(v section.Values, on moment.Date) Answer {
	switch v["age_status"] {
	case "child", "presumed_child", "disputed":
		return Yes
	case "adult":
		return No
	}
	return underage(v["birth_date"], on)
}

// underage compares what is known of the birth with the day; a year alone leaves the year of the birthday open, and then the person
// is presumed to be a child.
func underage(born string, on moment.Date) Answer {
	switch day := rulepack.AdultOn(born); {
	case day == "":
		return Unknown
	case day > on:
		return Yes
	}
	return No
}

func freeBy(book *rulepack.Book, v section.Values, on moment.Date) (answer Answer) {
	for country := range strings.SplitSeq(v["citizenships"], ";") {
		switch {
		case book.FreeMovement(country, on):
			return Yes
		case len(country) == len("BE") || country == "stateless":
			answer = No
		}
	}
	return answer
}

// unborn says whether a day lies before the birth, as far as it is known.
func (p Person) unborn(on moment.Date) bool {
	n := min(len(p.Born), len(on))
	return p.Born != "" && string(on)[:n] < p.Born[:n]
}
