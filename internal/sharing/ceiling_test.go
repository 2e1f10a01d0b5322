package sharing_test

import (
	"testing"
	"time"

	"relais/internal/moment"
	"relais/internal/sharing"
)

func (s *scene) inDays(n int) moment.Date { return s.Today().AddDays(n) }

func TestCeiling_isNamedWhereAnEndLiesBeyondIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		for _, c := range []struct {
			name, field, key string
			share            func(until moment.Date) error
			days             int
		}{
			{"a referral to the police", "until", "gate.ceiling.any", func(until moment.Date) error {
				offer := offerTo(s.desk("police"), "identity")
				offer.Until = until
				return second(s.Sharing.Refer(s.as("inspection"), victims[0], offer, ""))
			}, 90},
			{"a place in the team", "until", "gate.ceiling.team", func(until moment.Date) error {
				member := memberDesk(s.desk("migration"))
				member.Until = until
				return second(s.Sharing.Add(s.as("inspection"), caseID, member, ""))
			}, 180},
			{"one worker in the team", "until", "gate.ceiling.team", func(until moment.Date) error {
				member := sharing.NewMember{WorkerID: s.worker("police"), Terms: terms()}
				member.Until = until
				return second(s.Sharing.Add(s.as("inspection"), caseID, member, ""))
			}, 180},
		} {
			s.wantsField(c.share(s.inDays(c.days+1)), c.field, c.key)
			if err := c.share(s.inDays(c.days)); err != nil {
				t.Errorf("%s until the last day of the ceiling: %v", c.name, err)
			}
		}
		if !s.sees("migration", victims[0]) {
			t.Error("what was given within the ceiling does not open")
		}
		s.Advance(181 * 24 * time.Hour)
		if s.sees("migration", victims[0]) {
			t.Error("access outlives its end")
		}
	})
}
