package report

import "relais/internal/rulepack"

// The codes of what an agency says of a person by its own steps; the last is for those of whom it says nothing of the kind.
const (
	identified    = "identified"
	notIdentified = "not_identified"
	notVictim     = "not_victim"
	presumed      = "presumed"
	detected      = "detected"
	unsaid        = "unsaid"
)

// Persons are how many persons an agency took a step for in a period, on whatever track, and what it says of them. Each is counted
// once, however many steps there were (features F17).
type Persons struct {
	Number int     `json:"number"` // 0 where there were fewer than five
	Says   []Count `json:"says"`   // identified, not_identified, not_victim, presumed, detected, unsaid, or rest for what is too rare
}

// step is one step of the reader's agency, the oldest of a person first; what was struck is none.
type step struct {
	FileID   string `db:"file_id"`
	Track    string `db:"track"`
	To       string `db:"to_state"`
	InPeriod bool   `db:"in_period"`
}

// says is what a step says of the person; empty where it says nothing of what they are.
func (s *step) says() string {
	switch s.Track {
	case rulepack.Criminal:
		if s.To == identified || s.To == notIdentified {
			return s.To
		}
	case rulepack.Protection:
		switch s.To {
		case notVictim:
			return notVictim
		case detected:
			return detected
		case "signal", "declined", "lost_contact", "transferred", "deceased", "closed":
			return ""
		}
		return presumed
	}
	return ""
}

// joined gives the steps on the files of one person one file, so that the person is counted once.
func joined(steps []step, same []pair) []step {
	first := map[string]string{}
	of := func(file string) string {
		for first[file] != "" {
			file = first[file]
		}
		return file
	}
	for _, p := range same {
		if one, other := of(p.One), of(p.Other); one != other {
			first[other] = one
		}
	}
	for i := range steps {
		steps[i].FileID = of(steps[i].FileID)
	}
	return steps
}

// personsOf counts each person once: those with a step in the period, by the newest that the agency said of them until its end. What
// was decided about the identification is not undone by help that goes on.
func personsOf(steps []step) Persons {
	said, counted := map[string]string{}, map[string]bool{}
	for i := range steps {
		s := &steps[i]
		counted[s.FileID] = counted[s.FileID] || s.InPeriod
		word, before := s.says(), said[s.FileID]
		decided := before == identified || before == notIdentified
		if word != "" && !(decided && (word == presumed || word == detected)) && !(word == detected && before != "") {
			said[s.FileID] = word
		}
	}
	counts, number := map[string]int{}, 0
	for fileID, in := range counted {
		if !in {
			continue
		}
		number++
		word := said[fileID]
		if word == "" {
			word = unsaid
		}
		counts[word]++
	}
	if number < Fewest {
		return Persons{Says: []Count{}}
	}
	return Persons{Number: number, Says: fold(counts)}
}
