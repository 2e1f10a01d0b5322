package emergency_test

import (
	"testing"
	"time"

	"relais/internal/gate"
)

// TestConfirm_isNotStoppedByASealOnTheCase: what is sealed is the case, and the person's own file is as open as it was.
func TestConfirm_isNotStoppedByASealOnTheCase(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.AddToTeam("rsz", s.caseID, "be.auditoraat")
		id := s.open()
		must(s.Limits.Seal(s.As("auditoraat"), gate.Case, s.caseID, "AN45.L7.1/2026", ""))(t)
		must0(t, s.Emergencies.Confirm(s.boss, id, 1))
		s.Advance(20 * time.Minute)
		if !s.reads(s.duty) {
			t.Error("confirmed, and closed after a quarter of an hour")
		}
	})
}
