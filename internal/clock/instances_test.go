package clock_test

import (
	"sync"
	"testing"

	"relais/internal/database"
	"relais/internal/server"
	"relais/internal/testkit"
)

// TestPass_ofTwoInstancesTellsOnce lets two programs on one database tell about the same clocks at the same time, on the day of the
// first warning and on the day after the last: every desk and every supervisor has each notice once, and each clock each step.
func TestPass_ofTwoInstancesTellsOnce(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		const clocks = 120 // more than two pieces of a pass
		for range clocks {
			s.victimID = s.victim("1998")
			s.start("dvz", "be.reflection", "2026-03-02")
		}
		for _, day := range []string{"2026-04-01", "2026-04-17"} {
			s.until(dateOf(day))
			begin, passes := make(chan struct{}), sync.WaitGroup{}
			for _, program := range []*server.Program{w.Program, w.Twin().Program} {
				passes.Go(func() {
					<-begin
					if err := program.Clocks.Tidy(w.AsProgram()); err != nil {
						t.Errorf("on %s: %v", day, err)
					}
				})
			}
			close(begin)
			passes.Wait()
		}
		for code, want := range map[string]struct{ all, each int }{"clock_warned": {clocks, 1}, "clock_overdue": {2 * clocks, 1}} {
			var found struct {
				All  int `db:"told"`
				Most int `db:"most"`
			}
			err := w.Database.Read(t.Context(), func(tx *database.Tx) error {
				return tx.Get(&found, `SELECT COALESCE(SUM(n), 0) AS told, COALESCE(MAX(n), 0) AS most
FROM (SELECT COUNT(*) AS n FROM notice WHERE code = :code GROUP BY subject_id, to_kind, to_id) t`, database.Args{"code": code})
			})
			if err != nil || found.All != want.all || found.Most != want.each {
				t.Errorf("%s: %d were told, one of them %d times, %v", code, found.All, found.Most, err)
			}
		}
		var twice int
		err := w.Database.Read(t.Context(), func(tx *database.Tx) error {
			return tx.Get(&twice, `SELECT COUNT(*) FROM (SELECT clock_id FROM clock_step GROUP BY clock_id, step, on_day HAVING COUNT(*) > 1) t`, nil)
		})
		if err != nil || twice != 0 {
			t.Errorf("%d steps stand twice, %v", twice, err)
		}
	})
}
