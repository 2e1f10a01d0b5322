package clock_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/server"
	"relais/internal/sharing"
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

// TestCalendar_holdsOnEveryInstance: of two programs on one database one ends access, by taking a referral back, by closing a place in
// the team, and by the day that has come; the calendar that the other has just given, and keeps what it can of it in memory, has
// nothing of the file any more.
func TestCalendar_holdsOnEveryInstance(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		s.start("dvz", "be.reflection", w.Today())
		elsewhere := w.Twin().Serve(t)
		reads := func(key string) func() bool {
			token := must(w.Clocks.AddFeed(w.As(key), "", ""))(t).Token
			return func() bool {
				a := elsewhere.Nobody().Get("/calendar/" + token + ".ics").Want(http.StatusOK)
				return strings.Contains(string(a.Body), "BEGIN:VEVENT")
			}
		}
		payoke, police, office := reads("payoke"), reads("fgp"), reads("dvz")
		for range 2 { // the second time out of what is kept in memory
			if !payoke() || !police() || !office() {
				t.Fatal("before anything ended a calendar is empty")
			}
		}
		for _, r := range must(w.Sharing.List(w.As("payoke"), sharing.Received, gate.Cursor{}))(t).Referrals {
			from := map[string]string{w.Person("rsz").AgencyID: "rsz", w.Person("dvz").AgencyID: "dvz"}[r.FromAgencyID]
			if err := w.Sharing.TakeBack(w.As(from), r.ID, r.Version, "wrong_desk"); err != nil {
				t.Fatal(err)
			}
		}
		if payoke() || !police() || !office() {
			t.Error("taking the referrals back does not end in the shelter's calendar alone")
		}
		if err := w.Sharing.Remove(w.As("rsz"), s.caseID, s.police, 1); err != nil {
			t.Fatal(err)
		}
		if police() || !office() {
			t.Error("the end of a place does not end in that desk's calendar alone")
		}
		w.Advance(171 * 24 * time.Hour) // the office's place has ended by itself
		if office() {
			t.Error("a calendar goes on after the day on which access ended")
		}
	})
}
