package track

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/sharing"
)

// lodged begins an appeal; all other words end it.
const lodged = "lodged"

// AppealResults are the codes of what comes of an appeal.
var AppealResults = []string{"upheld", "overturned", "inadmissible", "withdrawn"}

// Appeal is one line of an appeal against a decision on identification or residence: that it was lodged, or what came of it. It moves no track: who
// decides takes the next step, or strikes the old one.
type Appeal struct {
	ID        string      `db:"id"`
	StepID    string      `db:"step_id"`
	What      string      `db:"what"`
	On        moment.Date `db:"on_day"`
	WrittenAt moment.Time `db:"written_at"`
	Agency    string      `db:"agency"`
}

// NewAppeal is what somebody records of an appeal.
type NewAppeal struct {
	Result string // one of AppealResults; empty where it begins
	On     moment.Date
}

// appealable says whether a step is a decision on identification, or one that refuses or takes a stay, and stands.
func (s *Step) appealable() bool {
	decides := s.Track == rulepack.Criminal && (s.To == "identified" || s.To == "not_identified") || s.Track == rulepack.Protection && s.To == statusNoVictim ||
		s.Track == rulepack.Residence && (s.To == "ended_refused" || s.To == "ended_withdrawn")
	return decides && !s.Struck()
}

// running is the appeal of a step that nothing has come of yet; nil where none runs.
func running(all []Appeal, stepID string) (open *Appeal) {
	for i := range all {
		if all[i].StepID != stepID {
			continue
		}
		if open = &all[i]; all[i].What != lodged {
			open = nil
		}
	}
	return open
}

// mayAppeal is nil for whoever sees the decision and works on files; what came of an appeal is recorded by a court, by the
// prosecution, or by the kind of authority that had decided.
func (c *course) mayAppeal(tx *gate.Tx, st *Step, open *Appeal) error {
	actor := tx.Actor()
	d, ownOnly := sight(tx, c)
	decides := slices.Contains([]authz.Role{authz.RoleCourt, authz.RoleProsecutor, authz.Role(st.Authority)}, actor.Kind) && actor.Country == st.Country
	switch {
	case !st.appealable() || d.Show != authz.Full || ownOnly && st.AgencyID != actor.AgencyID:
		return fault.New(fault.NotFound, "gate.not_found")
	case !gate.WorksOnFiles(actor) || open != nil && !decides:
		return fault.New(fault.Refused, "track.not_yours_to_end_appeal", "Reason", string(authz.ReasonRelation))
	}
	return nil
}

// check looks at the day, and at the result of an appeal that runs.
func (n *NewAppeal) check(st *Step, open *Appeal, today moment.Date) error {
	wrong, earliest := fault.New(fault.Invalid, "fault.invalid"), st.On
	if open != nil {
		earliest = open.On
		sharing.CheckCode(wrong, "result", n.Result, AppealResults)
	} else if n.Result != "" {
		wrong.WithField("result", "track.no_appeal")
	}
	on, ok := moment.ParseDate(string(n.On))
	switch {
	case n.On == "":
		wrong.WithField("on", "fault.field_required")
	case !ok:
		wrong.WithField("on", "fault.field_not_a_date")
	case on > today:
		wrong.WithField("on", "track.future", "Rule", st.Rule)
	case on < earliest:
		wrong.WithField("on", "track.before_last", "Rule", st.Rule)
	}
	return wrong.OrNil()
}
