package sharing

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

// RecallReasons are the codes of why a referral that was accepted is taken back.
var RecallReasons = []string{"wrong_desk", "too_much", "person_objects", "no_longer_needed", "safety", "mishandled"}

// withSource is why a referral ends whose sender had been given what it passed on, and has it no longer.
const withSource = "with_source"

const endTakenBack = "taken_back"

// given is a grant on the file as a recall looks at it.
type given struct {
	ID          string           `db:"id"`
	RootID      string           `db:"root_id"`
	RenewedFrom string           `db:"renewed_from"`
	GranteeKind string           `db:"grantee_kind"`
	GranteeID   string           `db:"grantee_id"`
	AgencyID    string           `db:"agency_id"`
	Agency      string           `db:"agency"`
	Desk        string           `db:"desk"`
	GivenBy     string           `db:"granted_by_agency"`
	State       string           `db:"state"`
	Sections    authz.SectionSet `db:"sections"`
	OnlyOf      gate.OnlyOf      `db:"only_of"`
	Named       bool             `db:"named"`
	Lead        bool             `db:"lead"`
	Emergency   bool             `db:"emergency"`
	FromAt      moment.Time      `db:"from_at"`
	UntilAt     moment.Time      `db:"until_at"`
}

func (g *given) opens(now moment.Time) bool {
	return (g.State == "live" || g.State == "sealed") && g.UntilAt > now
}

func (g *given) waits(now moment.Time) bool {
	return (g.State == "offered" || g.State == "proposed") && g.UntilAt > now
}

// Loss is what an agency has of a file no longer, and what it has still.
type Loss struct {
	FileID   string
	AgencyID string
	Since    moment.Time      // what it passed on earlier rested on something else
	Left     authz.SectionSet // whole sections that it may go on passing on
	Holds    bool             // it still has something of the file
}

// Keeps says whether something that the agency passed on at an instant stands without what it lost. What it wrote itself stays its own
// as long as it has anything of the file.
func (l *Loss) Keeps(sections authz.SectionSet, only gate.OnlyOf, at moment.Time) bool {
	if at < l.Since {
		return true
	}
	for id := range sections.Minus(l.Left).Each {
		own := len(only.Of(id)) > 0 && !slices.ContainsFunc(only.Of(id), func(writer string) bool { return writer != l.AgencyID })
		if !l.Holds || !own {
			return false
		}
	}
	return true
}

// undoing finds what ends with a grant: what went on from it, and what its holder has passed on that nothing else it holds would
// carry. What came back to who takes it back is not passed on, and danger to life rests on itself.
type undoing struct {
	by    string // the agency that takes it back
	now   moment.Time
	all   []given
	ended []*given
	lost  []Loss
}

// undo gives what ends with the grant of a referral that was accepted at an instant.
func undo(all []given, by, grantID, fileID string, since, now moment.Time) *undoing {
	u := &undoing{by: by, now: now, all: all}
	if first := u.find(grantID); first != nil && u.endFrom(first) {
		u.lose(fileID, first.AgencyID, since)
	}
	return u
}

func (u *undoing) find(id string) *given {
	i := slices.IndexFunc(u.all, func(g given) bool { return g.ID == id })
	if i < 0 {
		return nil
	}
	return &u.all[i]
}

// endFrom ends a grant, or what went on from it, and says whether anything was open or waiting still.
func (u *undoing) endFrom(g *given) (some bool) {
	if (g.opens(u.now) || g.waits(u.now)) && !slices.Contains(u.ended, g) {
		u.ended, some = append(u.ended, g), true
	}
	for i := range u.all {
		if next := &u.all[i]; next.RenewedFrom == g.ID && next.ID == next.RootID {
			some = u.endFrom(next) || some
		}
	}
	return some
}

// lose goes on with what an agency has passed on.
func (u *undoing) lose(fileID, agencyID string, since moment.Time) {
	loss := Loss{FileID: fileID, AgencyID: agencyID, Since: since, Left: u.left(agencyID), Holds: slices.ContainsFunc(u.all, u.holding(agencyID))}
	u.lost = append(u.lost, loss)
	for i := range u.all {
		g := &u.all[i]
		if g.GivenBy != agencyID || g.AgencyID == agencyID || g.AgencyID == u.by || g.RootID != g.ID || g.RenewedFrom != "" || g.Lead || g.Emergency {
			continue
		}
		if !loss.Keeps(g.Sections, g.OnlyOf, g.FromAt) && u.endFrom(g) {
			u.lose(fileID, g.AgencyID, g.FromAt)
		}
	}
}

// left are the sections that an agency holds whole by what does not end.
func (u *undoing) left(agencyID string) (left authz.SectionSet) {
	for i := range u.all {
		g := &u.all[i]
		if !u.holding(agencyID)(*g) {
			continue
		}
		for id := range g.Sections.Each {
			if len(g.OnlyOf.Of(id)) == 0 {
				left = left.With(id)
			}
		}
	}
	return left
}

// holding says of a grant whether an agency keeps something of the file by it.
func (u *undoing) holding(agencyID string) func(given) bool {
	return func(g given) bool { return g.AgencyID == agencyID && !g.Named && g.opens(u.now) && !u.ends(&g) }
}

// ends says whether a grant ends, itself or with what it hangs on.
func (u *undoing) ends(g *given) bool {
	return slices.ContainsFunc(u.ended, func(e *given) bool { return e.ID == g.ID || e.ID == g.RootID })
}

// leads says whether an agency leads the file by now.
func (u *undoing) leads(agencyID string) bool {
	return slices.ContainsFunc(u.all, func(g given) bool { return g.AgencyID == agencyID && g.Lead && g.opens(u.now) })
}

// Ending is a desk or a person of an agency who loses the file with what is taken back.
type Ending struct {
	Agency  string
	Desk    string // empty for one person
	UntilAt moment.Time
}

// endings are those who have the file now; whom it is only offered to is for who offers it to know.
func (u *undoing) endings() (list []Ending) {
	for _, g := range u.ended {
		if g.opens(u.now) {
			list = append(list, Ending{Agency: g.Agency, Desk: g.Desk, UntilAt: g.UntilAt})
		}
	}
	return list
}

// Departed is what had left the file while a referral was open: a copy, or a package that an organisation without an account opened.
type Departed struct {
	AgencyID string           `db:"agency_id"`
	Number   string           `db:"number"` // stands on every page of a copy; empty for a link
	At       moment.Time      `db:"at"`
	Agency   string           `db:"agency"`
	Desk     string           `db:"desk"`
	Format   string           `db:"format"` // "page", "json", "htcds" or "link"
	Sections authz.SectionSet `db:"sections"`
}
