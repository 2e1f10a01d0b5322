package emergency_test

import (
	"sync"
	"testing"

	"relais/internal/emergency"
	"relais/internal/fault"
)

// TestRace_letsOneOfThemWin confirms twice and closes at once: the state and what is open agree afterwards.
func TestRace_letsOneOfThemWin(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for range 3 {
			id := s.open()
			do := []func() error{func() error { return s.Emergencies.Confirm(s.boss, id, 1) }, func() error { return s.Emergencies.Confirm(s.second, id, 1) },
				func() error { return s.Emergencies.Close(s.duty, id, 1) }}
			var wait sync.WaitGroup
			results := make([]error, len(do))
			for i := range do {
				wait.Go(func() { results[i] = do[i]() })
			}
			wait.Wait()
			won := 0
			for _, err := range results {
				if err == nil {
					won++
				} else {
					s.wants(err, fault.Conflict, "who came too late")
				}
			}
			view := s.show(s.boss, id)
			if won != 1 || s.reads(s.duty) != (view.Stand == emergency.Confirmed) {
				t.Fatalf("%d won, it stands at %s, and open is %v", won, view.Stand, s.reads(s.duty))
			}
			if view.Stand == emergency.Confirmed {
				must0(t, s.Emergencies.Close(s.duty, id, view.Version))
			}
		}
	})
}
