package track

import (
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/sharing"
)

// StrikeReasons are the codes of why a step is struck.
var StrikeReasons = []string{"wrong_step", "wrong_day", "wrong_person", "twice", "annulled"}

// Strike says that a step was recorded wrongly. The step stays to be read; from then on a track stands as if it had never been
// taken.
type Strike struct {
	At       moment.Time `db:"struck_at"`
	WorkerID string      `db:"struck_by"`
	Agency   string      `db:"struck_agency"` // its name
	Reason   string      `db:"struck_reason"`
	Sealed   []byte      `db:"struck_sealed"`
	Note     string      `db:"-"`
}

// Struck says whether the step counts no more.
func (s *Step) Struck() bool { return s.Strike.At != 0 }

// opensFile says whether it is the step with which the file was opened: the file itself would have to go.
func (s *Step) opensFile() bool {
	return s.Track == rulepack.Protection && s.Seq == 1 && (s.To == begin(s.Track) || s.From == signalled)
}

// find is a step of the course with this id.
func (c *course) find(stepID string) *Step {
	for i := range c.all {
		if c.all[i].ID == stepID {
			return &c.all[i]
		}
	}
	return nil
}

// mayStrike is nil for whoever sees the step, or has taken it, and decides like the authority that took it, as long as nothing stands on it: of later steps the
// last goes first.
func (c *course) mayStrike(tx *gate.Tx, st *Step) error {
	actor := tx.Actor()
	d, ownOnly := sight(tx, c)
	full, own := d.Show == authz.Full && !ownOnly, st.AgencyID == actor.AgencyID
	switch {
	case !d.Allowed() || !full && !own:
		return fault.New(fault.NotFound, "gate.not_found")
	case !gate.Holds(actor, actor.Kind) || string(actor.Kind) != st.Authority || actor.Country != st.Country:
		return fault.New(fault.Refused, "track.not_yours_to_strike", "Reason", string(authz.ReasonRelation))
	case st.Struck():
		return fault.New(fault.Conflict, "track.already_struck", "Rule", st.Rule)
	case st.opensFile():
		return fault.New(fault.Conflict, "track.opening_step", "Rule", st.Rule)
	}
	if last := &c.steps[len(c.steps)-1]; last.ID != st.ID {
		rule := st.Rule
		if full { // who does not see the later step is not told it
			rule = last.Rule
		}
		return fault.New(fault.Conflict, "track.later_steps", "Rule", rule)
	}
	return nil
}

// NewStrike is why a step is struck.
type NewStrike struct {
	Reason string
	Note   string // sealed
}

func (n *NewStrike) check() error {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	sharing.CheckCode(wrong, "reason", n.Reason, StrikeReasons)
	n.Note = sharing.CheckNote(wrong, n.Note)
	if len(wrong.Fields) > 0 {
		return wrong
	}
	return nil
}
