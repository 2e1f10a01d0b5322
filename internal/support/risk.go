package support

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/moment"
	"relais/internal/section"
)

// Assessment is what one agency says of the risk.
type Assessment struct {
	EntryID  string
	AgencyID string
	Agency   string
	Kind     authz.Role
	Level    string
	On       moment.Date
	Review   moment.Date
	Written  moment.Time
	CanEdit  bool
}

// Risk is what the agencies say together: police and shelter each set a level, the higher is shown (domain 3.6).
type Risk struct {
	Rows    []Assessment // the newest of each agency, police first, then shelters
	Highest string       // level; empty where nobody has assessed
	Differ  bool         // they do not agree
	Review  moment.Date  // the first day on which one of them looks again
}

// places gives a risk level its place from low to very high; none has -1.
func place(level string) int {
	return slices.IndexFunc(section.CodeList("risk_level"), func(c section.CodeEntry) bool { return c.Code == level })
}

// weigh keeps the newest assessment of each agency and takes the highest of them.
func weigh(all []Assessment) (r Risk) {
	for _, a := range all {
		at := slices.IndexFunc(r.Rows, func(b Assessment) bool { return b.AgencyID == a.AgencyID })
		switch {
		case at < 0:
			r.Rows = append(r.Rows, a)
		case a.On > r.Rows[at].On || a.On == r.Rows[at].On && a.Written > r.Rows[at].Written:
			r.Rows[at] = a
		}
	}
	slices.SortStableFunc(r.Rows, func(a, b Assessment) int { return seat(a.Kind) - seat(b.Kind) })
	for _, a := range r.Rows {
		r.Differ = r.Differ || r.Highest != "" && a.Level != r.Highest
		if place(a.Level) > place(r.Highest) {
			r.Highest = a.Level
		}
		if a.Review != "" && (r.Review == "" || a.Review < r.Review) {
			r.Review = a.Review
		}
	}
	return r
}

func seat(kind authz.Role) int {
	switch kind {
	case authz.RolePolice:
		return 0
	case authz.RoleShelter:
		return 1
	}
	return 2
}

// has says whether an agency of this kind has assessed.
func (r *Risk) has(kind authz.Role) bool {
	return slices.ContainsFunc(r.Rows, func(a Assessment) bool { return a.Kind == kind })
}

// assessments reads the risk entries that the reader may see.
func assessments(view *entry.SectionView, kinds map[string]authz.Role) (all []Assessment) {
	for i := range view.Entries {
		e := &view.Entries[i]
		all = append(all, Assessment{EntryID: e.ID, AgencyID: e.AgencyID, Agency: e.AgencyName, Kind: kinds[e.AgencyID], Level: e.Values["level"],
			On: moment.Date(e.Values["assessed_on"]), Review: moment.Date(e.Values["review_on"]), Written: e.WrittenAt, CanEdit: e.CanEdit})
	}
	return all
}

// weighed is the risk as the reader may know it: all assessments, or only the level.
func weighed(view *entry.SectionView, kinds map[string]authz.Role) Risk {
	r := weigh(assessments(view, kinds))
	for _, v := range view.Derived {
		if v.Name == "risk_level" && place(v.Text) > place(r.Highest) {
			r.Highest = v.Text
		}
	}
	return r
}
