package breach_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"relais/internal/breach"
	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/testkit"
)

// TestClock_runsFromWhenItBecameKnown: 72 hours by the rule pack, a reminder a day before, the supervisors and the auditors when it is
// over, each once; another end is another clock, and what was told has none.
func TestClock_runsFromWhenItBecameKnown(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.record("payoke.lead", s.known(2*time.Hour))
		v := must(s.Breaches.Show(s.As("payoke.lead"), id))(t)
		if v.DueAt != v.KnownAt.Add(72*time.Hour) || v.Overdue(s.Now()) {
			t.Fatalf("due at %s", v.DueAt)
		}
		if s.Heard("payoke.lead", "breach_recorded") != 1 || s.Heard("payoke.auditor", "breach_recorded") != 1 || s.Heard("payoke", "breach_recorded") != 0 {
			t.Error("who answers for the agency was not told, or somebody else")
		}
		s.Advance(45 * time.Hour)
		s.tidy()
		if s.Heard("payoke.lead", "breach_due") != 0 {
			t.Error("reminded too early")
		}
		s.Advance(time.Hour)
		s.tidy()
		s.tidy()
		if s.Heard("payoke.lead", "breach_due") != 1 || s.Heard("payoke.auditor", "breach_due") != 0 {
			t.Errorf("reminded %d times", s.Heard("payoke.lead", "breach_due"))
		}
		later := v.Version
		n := s.known(0)
		n.KnownAt = v.KnownAt.Add(time.Hour) // it became known an hour later than was thought
		if err := s.Breaches.Correct(s.As("payoke.admin"), id, later, n); err != nil {
			t.Fatal(err)
		}
		s.Advance(24*time.Hour + 30*time.Minute)
		s.tidy()
		if s.Heard("payoke.lead", "breach_due") != 2 || s.Heard("payoke.lead", "breach_overdue") != 0 {
			t.Error("the clock did not move with the correction")
		}
		s.Advance(time.Hour)
		s.tidy()
		s.tidy()
		if s.Heard("payoke.lead", "breach_overdue") != 1 || s.Heard("payoke.auditor", "breach_overdue") != 1 || s.Heard("rsz.head", "breach_overdue") != 0 {
			t.Error("that it is over was not told once to each")
		}
		other := s.known(time.Hour)
		other.Authority, other.ToldAt = breach.Told, s.Now()
		s.record("payoke.lead", other)
		s.Advance(100 * time.Hour)
		s.tidy()
		if s.Heard("payoke.lead", "breach_overdue") != 1 {
			t.Error("what was told is missed")
		}
	})
}

// TestClock_isNotMovedInSilence: who moves an end to later is seen by the auditors, and what was told after the first end is late all the same;
// an end that comes earlier, or stays, tells nobody.
func TestClock_isNotMovedInSilence(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.record("payoke.lead", s.known(71*time.Hour))
		n := s.known(72 * time.Hour)
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 1, n); err != nil {
			t.Fatal(err)
		}
		if s.Heard("payoke.auditor", "breach_moved") != 0 {
			t.Error("an earlier end was told as a later one")
		}
		n = s.known(0)
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 2, n); err != nil {
			t.Fatal(err)
		}
		if s.Heard("payoke.auditor", "breach_moved") != 1 || s.Heard("payoke.lead", "breach_moved") != 1 || s.Heard("rsz.auditor", "breach_moved") != 0 {
			t.Errorf("the auditors hear of it %d times", s.Heard("payoke.auditor", "breach_moved"))
		}
		s.Advance(2 * time.Hour)
		n.Authority, n.ToldAt = breach.Told, s.Now()
		err := s.Breaches.Correct(s.As("payoke.lead"), id, 3, n)
		if f, _ := fault.As(err); fault.KindOf(err) != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "late" {
			t.Errorf("told after the first end without a reason: %v", err)
		}
		n.Late = "It was not recognised as a breach."
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 3, n); err != nil {
			t.Fatal(err)
		}
		if s.Heard("payoke.auditor", "breach_moved") != 1 {
			t.Error("an end that stays was told")
		}
	})
}

// TestClock_staysWhereTheFormSaysTheSameMinute: the form shows minutes, and what the API recorded has seconds; a form that is sent as it came
// moves nothing, and reminds of nothing again.
func TestClock_staysWhereTheFormSaysTheSameMinute(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, t: t}
	id := s.record("payoke.lead", s.known(50*time.Hour+17*time.Second))
	s.tidy()
	v := must(s.Breaches.Show(s.As("payoke.lead"), id))(t)
	day, known := strings.Split(string(moment.DayOf(v.KnownAt)), "-"), v.KnownAt.Time().In(moment.Brussels())
	if known.Second() == 0 {
		t.Fatal("the instant has no seconds to lose")
	}
	lead := w.Serve(t).SignIn("payoke.lead")
	for version, hour := range []string{known.Format("15:04"), known.Add(time.Minute).Format("15:04")} {
		form := testkit.Fields("kind", "device_lost", "known_at.year", day[0], "known_at.month", day[1], "known_at.day", day[2], "known_hour", hour,
			"story", "A telephone was left on a train.", "authority", "pending", "subjects", "undecided")
		form.Set("version", strconv.Itoa(version+1))
		lead.PostForm("/breaches/"+id+"/correction", form).Want(303)
		s.tidy()
		next := must(s.Breaches.Show(s.As("payoke.lead"), id))(t)
		if moved := next.DueAt != v.DueAt; moved != (version == 1) || s.Heard("payoke.lead", "breach_due") != 1+version {
			t.Errorf("at %s due at %s after %s, reminded %d times", hour, next.DueAt, v.DueAt, s.Heard("payoke.lead", "breach_due"))
		}
	}
}
