package checklist

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

// Event is a tick of an item or its taking back, as the timeline tells it.
type Event struct {
	ID     string
	At     moment.Time
	State  State
	Code   string // of the item, for its words
	Agency string // that ticked
}

// Happened gives the ticks on a victim file before a place, the newest first, at most n of them: those that the list itself shows to the
// caller, so that no tick tells of a section what that would not.
func (s *Service) Happened(tx *gate.Tx, before gate.Cursor, n int) (list []Event, err error) {
	if tx.File().Kind != gate.Victim {
		return nil, nil
	}
	k, err := keptOf(tx)
	if err != nil {
		return nil, err
	}
	sight, told := sightOf(tx), map[authz.Section]bool{}
	for i := len(k.steps) - 1; i >= 0 && len(list) < n; i-- {
		step := &k.steps[i]
		if before.ID != "" && (step.WrittenAt > before.At || step.WrittenAt == before.At && step.ID >= before.ID) {
			continue
		}
		item, found := s.itemOf(step)
		if !found {
			continue
		}
		if sees, all := sight.sees(item); !sees || !all && step.AgencyID != tx.Actor().AgencyID {
			continue
		}
		if !told[item.Section] {
			told[item.Section] = true
			tx.Shown(item.Section, tx.Decide(item.Section, authz.Read))
		}
		list = append(list, Event{ID: step.ID, At: step.WrittenAt, State: step.State, Code: item.Code(), Agency: step.Agency})
	}
	return list, nil
}

// itemOf is the item of a step as it stood on the version on which it was ticked.
func (s *Service) itemOf(step *Step) (*rulepack.Item, bool) {
	for _, country := range rulepack.Countries() {
		if list, ok := s.book.Checklist(string(country), step.Edition); ok {
			if item, found := list.Find(step.Item); found {
				return item, true
			}
		}
	}
	return nil, false
}
