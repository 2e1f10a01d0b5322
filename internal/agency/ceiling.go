package agency

import (
	"strconv"
	"time"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

// longestDays is the ceiling of every grant, and what stands for "as long as the law lets".
const longestDays = int(gate.LongestGrant / (24 * time.Hour))

// PartnerCeiling is what the agency lets agencies of one discipline have at most, beside what the law does. Without a version the
// agency has set nothing, and the law's ceiling holds alone.
type PartnerCeiling struct {
	Kind     authz.Role  `json:"kind"`
	Sections []string    `json:"sections"`
	Days     int         `json:"days"`
	TeamDays int         `json:"team_days"` // 0: no place in a case team
	Law      []LawDays   `json:"law"`
	SetAt    moment.Time `json:"set_at"`
	SetBy    string      `json:"set_by"` // the name of the administrator
	Version  int64       `json:"version"`
}

// LawDays is the longest time that policies/ceilings.csv lets the discipline have one section, or a place in a team.
type LawDays struct {
	Section string `json:"section"`
	Days    int    `json:"days"`
}

// limits says whether the agency's own ceiling holds anything back.
func (c *PartnerCeiling) limits() bool {
	return c.Version > 0 && (len(c.Sections) < len(sectionWords(authz.FileSections())) || c.Days < longestDays || c.TeamDays < longestDays)
}

// NewCeiling is what an administrator sets: no section is nothing at all, never everything.
type NewCeiling struct {
	Kind     string
	Sections []string
	Days     int
	TeamDays int
}

// check gives the ceiling as the gate holds grants to it.
func (n *NewCeiling) check() (c gate.PartnerCeiling, err error) {
	f := newInvalid()
	c = gate.PartnerCeiling{Kind: authz.Role(n.Kind), Days: n.Days, TeamDays: n.TeamDays}
	for _, word := range n.Sections {
		section, known := authz.ParseSection(word)
		if !known || !authz.FileSections().Has(section) {
			f.WithField("sections", "fault.field_unknown_code")
			break
		}
		c.Sections = c.Sections.With(section)
	}
	if n.Days < 1 || n.Days > longestDays {
		f.WithField("days", "agency.ceiling_days", "Most", longestDays)
	}
	if n.TeamDays < 0 || n.TeamDays > longestDays {
		f.WithField("team_days", "agency.ceiling_team_days", "Most", longestDays)
	}
	return c, f.OrNil()
}

// changes names for the trail what differs between two versions of a ceiling, in codes and numbers.
func changes(before, after *gate.PartnerCeiling) (fields []string) {
	for id := range after.Sections.Minus(before.Sections).Each {
		fields = append(fields, "section+"+id.String())
	}
	for id := range before.Sections.Minus(after.Sections).Each {
		fields = append(fields, "section-"+id.String())
	}
	if before.Days != after.Days {
		fields = append(fields, "days="+strconv.Itoa(after.Days))
	}
	if before.TeamDays != after.TeamDays {
		fields = append(fields, "team_days="+strconv.Itoa(after.TeamDays))
	}
	return append(fields, "partner="+string(after.Kind))
}

func sectionWords(set authz.SectionSet) []string {
	words := []string{}
	for id := range set.Each {
		words = append(words, id.String())
	}
	return words
}
