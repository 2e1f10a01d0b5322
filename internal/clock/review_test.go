package clock_test

import (
	"testing"
	"time"

	"relais/internal/audit"
	"relais/internal/clock"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/task"
	"relais/internal/testkit"
)

// TestPause_isLookedAtAgain: no pause without a day of review; on that day whoever has to act finds a task, once it is late their lead
// too, and it is settled when the clock runs on or ends.
func TestPause_isLookedAtAgain(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		id := s.start("dvz", "be.reflection", w.Today())
		for name, day := range map[string]moment.Date{"no day": "", "no date": "2026-02-30", "today": w.Today(), "before it": "2026-03-01", "in four months": w.Today().AddDays(93)} {
			if err := w.Clocks.Pause(w.As("payoke"), id, 1, clock.Stop{On: w.Today(), Review: day, Reason: "in_hospital"}); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		s.stop(id, 1, w.Today().AddDays(30))
		if v := s.show("payoke", id); v.State != clock.Paused || v.ReviewOn != w.Today().AddDays(30) {
			t.Errorf("paused: %+v", v.Clock)
		}
		if open := s.reviews("payoke"); len(open) != 1 || open[0].LinkID != id || open[0].DueAt != w.Today().AddDays(30).EndOf() {
			t.Fatalf("the task: %+v", open)
		}
		w.Advance(40 * 24 * time.Hour)
		if err := w.Tasks.Tidy(w.AsProgram()); err != nil {
			t.Fatal(err)
		}
		if err := w.Tasks.Tidy(w.AsProgram()); err != nil {
			t.Fatal(err)
		}
		if s.told("payoke", "task_late") != 1 {
			t.Error("nobody is told that the day of review has passed")
		}
		if err := w.Clocks.Resume(w.As("payoke"), id, 2, w.Today()); err != nil {
			t.Fatal(err)
		}
		if v := s.show("payoke", id); v.ReviewOn != "" || len(s.reviews("payoke")) != 0 {
			t.Errorf("it runs on, and is still to be looked at: %+v", v.Clock)
		}
		s.stop(id, 3, w.Today().AddDays(5))
		if open := s.reviews("payoke"); len(open) != 1 {
			t.Fatalf("paused again: %+v", open)
		}
		if err := w.Clocks.End(w.As("payoke"), id, 4, w.Today(), "mistake"); err != nil {
			t.Fatal(err)
		}
		if open := s.reviews("payoke"); len(open) != 0 {
			t.Errorf("it has ended, and is still to be looked at: %+v", open)
		}
	})
}

// TestPause_ofOldIsNotForgotten: a clock that stood still before there were reviews gets one at the next comparison, once.
func TestPause_ofOldIsNotForgotten(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		id := s.start("dvz", "be.reflection", w.Today())
		if err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE clock SET state = 'paused', paused_on = start_on WHERE id = :id`, database.Args{"id": id})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := w.Clocks.Compare(w.AsProgram()); err != nil {
				t.Fatal(err)
			}
			w.Advance(24 * time.Hour)
		}
		if open := s.reviews("payoke"); len(open) != 1 || s.show("payoke", id).ReviewOn != w.Today().AddDays(12) {
			t.Errorf("the task: %+v", open)
		}
	})
}

var reviewsAction = gate.OnFile("test.reviews")

// stop lets a clock stand still until a day of review.
func (s *scene) stop(id string, version int64, review moment.Date) {
	s.T.Helper()
	if err := s.Clocks.Pause(s.As("payoke"), id, version, clock.Stop{On: s.Today(), Review: review, Reason: "in_hospital"}); err != nil {
		s.T.Fatal(err)
	}
}

// reviews are the open tasks that ask whether a clock of the file still has to stand still.
func (s *scene) reviews(key string) (list []task.Task) {
	s.T.Helper()
	if err := s.Gate.Read(s.As(key), reviewsAction, gate.File(gate.Victim, s.victimID), func(tx *gate.Tx) (audit.Event, error) {
		open, err := task.OpenOf(tx, s.victimID)
		for i := range open {
			if open[i].Rule == "clock_review" {
				list = append(list, open[i])
			}
		}
		return audit.Event{Op: audit.Consult}, err
	}); err != nil {
		s.T.Fatal(err)
	}
	return list
}
