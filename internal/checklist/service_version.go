package checklist

import (
	"context"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Choose takes the version of a country's list that is in force today for a file. A file keeps its version until somebody does this.
// version is how often it was done before, and one.
func (s *Service) Choose(ctx context.Context, victimID, country string, edition moment.Date, version int64) error {
	return s.gate.Write(ctx, chooseAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (event audit.Event, err error) {
		view, err := s.look(tx)
		if err != nil {
			return event, err
		}
		var list *List
		for i := range view.Lists {
			if view.Lists[i].Country == country {
				list = &view.Lists[i]
			}
		}
		switch {
		case list == nil || !view.Works || tx.Actor().Country != country:
			return event, fault.New(fault.Refused, "checklist.not_your_list")
		case version != list.Choices+1:
			return event, fault.New(fault.Conflict, "checklist.chosen_already")
		case edition != list.Newest || !list.Behind():
			return event, invalid("edition", "fault.field_unknown_code")
		}
		if err := choose(tx, &Choice{Country: country, Seq: version, Edition: edition}); err != nil {
			return event, err
		}
		return audit.Event{Op: audit.Alter, SubjectCategory: "victim", Fields: []string{"checklist"}}, tx.Changed()
	})
}
