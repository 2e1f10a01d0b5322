package track

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/rulepack"
	"relais/internal/section"
)

// The statuses of the field trafficking_status on which an authority decides, by a step of a track: an entry repeats what was decided
// and decides nothing.
const (
	statusIdentified = "identified"
	statusNoVictim   = "not_victim"
)

// Decided says whether a status is one that an authority decides on.
func Decided(status string) bool { return status == statusIdentified || status == statusNoVictim }

// decidedAs are the codes of the field status_decided_by by the kind of agency that took the step.
var decidedAs = map[authz.Role]string{authz.RolePolice: "police", authz.RoleShelter: "ngo", authz.RoleProsecutor: "court_or_prosecution",
	authz.RoleCourt: "court_or_prosecution", authz.RoleMigration: "other_government", authz.RoleLabourInspector: "other_government"}

// decisionOf is the step by which a status was decided and still stands; nil where nobody has decided so.
func decisionOf(courses []course, status string) (decision *Step) {
	for i := range courses {
		for n := range courses[i].steps {
			st := &courses[i].steps[n]
			switch {
			case st.Track == rulepack.Criminal && st.To == "identified":
				decision = pick(status == statusIdentified, st)
			case st.Track == rulepack.Criminal && st.To == "not_identified":
				decision = pick(status == statusNoVictim, st)
			}
		}
		if decision != nil {
			return decision
		}
		if c := &courses[i]; status == statusNoVictim && c.track == rulepack.Protection && c.state() == statusNoVictim {
			return &c.steps[len(c.steps)-1]
		}
	}
	return nil
}

// NoVictim says whether the person of the transaction's file was found to be no victim wherever protection has begun, and that still stands.
func NoVictim(tx *gate.Tx) (found bool, err error) {
	steps, err := stepsOf(tx)
	if err != nil {
		return false, err
	}
	for _, c := range coursesOf(steps, "") {
		switch {
		case c.track != rulepack.Protection || len(c.steps) == 0:
		case c.state() != statusNoVictim:
			return false, nil
		default:
			found = true
		}
	}
	return found, nil
}

func pick(wanted bool, st *Step) *Step {
	if wanted {
		return st
	}
	return nil
}

// heardStatus refuses an entry that calls somebody identified, or no victim, before an authority has decided so on the tracks, or by
// another authority. Who may not know where the track stands learns nothing of it by trying.
func heardStatus(tx *gate.Tx, before, values section.Values) error {
	status, by := values["trafficking_status"], values["status_decided_by"]
	if !Decided(status) || status == before["trafficking_status"] && by == before["status_decided_by"] {
		return nil
	}
	steps, err := stepsOf(tx)
	if err != nil {
		return err
	}
	h, err := homeOf(tx)
	if err != nil {
		return err
	}
	st := decisionOf(coursesOf(steps, h.Country), status)
	switch {
	case st == nil || st.AgencyID != tx.Actor().AgencyID && tx.Decide(SectionOf(st.Track), authz.Read).Show != authz.Full:
		return invalid("trafficking_status", "track.status_undecided", "")
	case by != "" && by != "unknown" && by != decidedAs[authz.Role(st.Authority)]:
		return invalid("status_decided_by", "track.other_decider", "")
	}
	return nil
}
