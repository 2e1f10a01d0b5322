package minor_test

import (
	"sync"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/minor"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/server"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/track"
)

// childBorn is a scene with a child whose birth date the inspection wrote; the guardianship service has named the guardian.
func childBorn(w *testkit.World, born, status string) *scene {
	s := &scene{World: w}
	caseID := w.OpenCase("rsz")
	values := section.Values{"family_name": "Nguyen", "birth_date": born}
	if status != "" {
		values["age_status"] = status
	}
	s.victimID = w.OpenVictim("rsz", caseID, values)
	w.AddToTeam("rsz", caseID, "be.fgp")
	must(w.Sharing.Add(w.As("rsz"), caseID, sharing.NewMember{DeskID: w.Place("be.tutelles").Desks[0], VictimIDs: []string{s.victimID},
		Terms: sharing.Terms{Purpose: "guardianship", Basis: "legal_task"}}, ""))(w.T)
	must(w.Minors.Assign(w.As("tutelles"), s.victimID, minor.NewGuardian{Service: "be_guardianship", WorkerID: w.Person("tutelles").ID}, ""))(w.T)
	return s
}

// at moves the clock to a time of a day in Brussels and lets the program do its own work.
func (s *scene) at(day, hour string) {
	s.T.Helper()
	then, err := time.ParseInLocation("2006-01-02 15:04", day+" "+hour, moment.Brussels())
	must0(s.T, err)
	s.Advance(moment.Of(then).Sub(s.Now()))
	must0(s.T, s.Minors.Tidy(s.AsProgram()))
}

func (s *scene) reviews() int64 {
	return s.number(`SELECT COUNT(*) FROM task WHERE rule = 'majority_review' AND file_id = :file`)
}

func (s *scene) birthdays() int64 {
	return s.number(`SELECT COUNT(*) FROM age_step WHERE method = 'birthday' AND file_id = :file`)
}

// holds fails unless the person is, or is no longer, under the rules for children.
func (s *scene) holds(t *testing.T, when string, child bool, birthdays int64) {
	t.Helper()
	if v := s.show(t, "rsz"); v.Standing.Protects() != child || s.birthdays() != birthdays {
		t.Errorf("%s: protected %v, want %v; %d birthdays, want %d; %+v", when, v.Standing.Protects(), child, s.birthdays(), birthdays, v.Standing)
	}
}

// TestMajority_endsTheGuardiansTaskOnTheDay: nothing the evening before; on the day the guardian's task is over, each side is told once,
// the review is asked for once, and a consent needs no guardian any more, while what the guardian agreed to stands.
func TestMajority_endsTheGuardiansTaskOnTheDay(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := childBorn(w, "2008-05-17", "child")
		signed := must(s.Consents.Record(s.As("rsz"), s.victimID, s.yes(), ""))(t)
		must0(t, s.Consents.Sign(s.As("tutelles"), s.victimID, signed, 1, true))
		s.at("2026-05-16", "23:55")
		s.holds(t, "the evening before", true, 0)
		s.at("2026-05-17", "00:05")
		s.holds(t, "on the day", false, 1)
		v := s.show(t, "fgp")
		if v.Now() != nil || v.Guardians[0].EndReason != "came_of_age" || v.Guardians[0].EndedOn != "2026-05-17" || v.Standing.OfAge == nil {
			t.Errorf("the guardian: %+v; %+v", v.Guardians[0], v.Standing)
		}
		must0(t, s.Minors.Tidy(s.AsProgram()))
		s.at("2026-05-18", "09:00")
		if s.reviews() != 1 || s.birthdays() != 1 {
			t.Errorf("%d reviews, %d birthdays", s.reviews(), s.birthdays())
		}
		for who, want := range map[string]string{"rsz": "came_of_age", "tutelles": "guardian_access_ended", "fgp": "guardian_left"} {
			for _, code := range []string{"came_of_age", "guardian_access_ended", "guardian_left"} {
				if n := s.told(t, who, code); n != map[bool]int{true: 1}[code == want] {
					t.Errorf("%s was told %d times of %s", who, n, code)
				}
			}
		}
		if child := s.child(t, "fgp"); child != track.No {
			t.Errorf("the tracks: %q", child)
		}
		must0(t, s.offer(signed))
		own := s.yes()
		own.AskedOn, own.How, own.Witness, own.Minor = "2026-05-18", "oral_witnessed", "Lotte Vermoesen", false
		id := must(s.Consents.Record(s.As("rsz"), s.victimID, own, ""))(t)
		if view := must(s.Consents.Show(s.As("rsz"), s.victimID, id))(t); view.State(s.Now()) == consent.Waiting {
			t.Error("an adult's consent waits for a guardian")
		}
		s.rewrite(t, "rsz", section.Values{"family_name": "Nguyen", "given_names": "Lan", "birth_date": "2008-05-17", "age_status": "child"})
		s.holds(t, "an entry of the child that is touched again", false, 1)
		s.say(t, "fgp", minor.NewAge{Status: minor.Disputed, Method: "interview"})
		s.holds(t, "a new doubt", true, 1)
		s.asksForGuardian(t, "a new doubt", 1)
		s.say(t, "fgp", minor.NewAge{Status: minor.Adult, Method: "interview"})
		s.asksForGuardian(t, "no doubt any more", 0)
		s.say(t, "fgp", minor.NewAge{Status: minor.Disputed, Method: "interview"})
		s.asksForGuardian(t, "a doubt once more", 1)
		s.say(t, "fgp", minor.NewAge{Status: minor.Presumed, Method: "interview"})
		s.asksForGuardian(t, "another word for it", 1)
	})
}

// asksForGuardian counts the open tasks that ask for a guardian.
func (s *scene) asksForGuardian(t *testing.T, when string, want int64) {
	t.Helper()
	if got := s.number(`SELECT COUNT(*) FROM task WHERE rule = 'guardian_request' AND state = 'open' AND file_id = :file`); got != want {
		t.Errorf("%s: %d tasks ask for a guardian, want %d", when, got, want)
	}
}

// rewrite changes the agency's identity of the person.
func (s *scene) rewrite(t *testing.T, who string, values section.Values) {
	t.Helper()
	e := s.SectionOf(who, s.victimID, authz.Identity).Entries[0]
	_, err := s.Entries.Change(s.As(who), e.ID, e.Version, entry.Draft{Values: values, Purpose: "protection", Basis: "legal_gateway", Nature: section.Fact})
	must0(t, err)
}

// TestMajority_catchesUpAndMoves: days of downtime are made up for, old files too, and a changed date moves the day.
func TestMajority_catchesUpAndMoves(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		moved, never := childBorn(w, "2008-06-01", ""), childBorn(w, "", "presumed_child")
		old := childBorn(w, "2008-07-01", "")
		moved.rewrite(t, "rsz", section.Values{"family_name": "Nguyen", "birth_date": "2008-09-01"})
		old.at("2026-08-10", "04:00") // the first pass of an old database, weeks late
		old.holds(t, "weeks late", false, 1)
		moved.holds(t, "on the old day", true, 0)
		moved.at("2026-08-31", "23:59")
		moved.holds(t, "the day before the new one", true, 0)
		moved.at("2026-09-05", "12:00") // four days of downtime
		moved.holds(t, "after the new day", false, 1)
		never.holds(t, "without a date", true, 0)
		if n := never.reviews(); n != 0 {
			t.Errorf("%d reviews without a date", n)
		}
	})
}

// TestMajority_doubtKeepsTheChild: a date that had passed when it was written, a later date of another agency, a presumption of who
// knows no date, and a decision that came after, each keep the rules for children.
func TestMajority_doubtKeepsTheChild(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		forged := childBorn(w, "2008-02-20", "presumed_child")
		presumed, later, decided := childBorn(w, "2008-05-17", ""), childBorn(w, "2008-05-17", ""), childBorn(w, "2008-05-17", "")
		presumed.say(t, "fgp", minor.NewAge{Status: minor.Presumed, Method: "interview"})
		w.Write("fgp", later.victimID, authz.Identity, "legal_task", section.Values{"family_name": "Nguyen", "birth_date": "2008-08-01"})
		decided.say(t, "tutelles", minor.NewAge{Status: minor.Child, Decided: true, Method: "document"})
		against := childBorn(w, "", "presumed_child")
		against.say(t, "tutelles", minor.NewAge{Status: minor.Child, Decided: true, Method: "document"})
		w.Advance(time.Hour)
		w.Write("fgp", against.victimID, authz.Identity, "legal_task", section.Values{"family_name": "Nguyen", "birth_date": "2008-05-17"})
		late := childBorn(w, "2008-05-17", "")
		late.at("2026-05-16", "12:00")
		w.Advance(36 * time.Hour)
		late.say(t, "tutelles", minor.NewAge{Status: minor.Child, Decided: true, Method: "medical"})
		forged.at("2026-05-20", "12:00")
		forged.holds(t, "a forged date", true, 0)
		presumed.holds(t, "another agency presumes", true, 1)
		if v := presumed.show(t, "tutelles"); !v.Standing.Disputed || v.Now() == nil || presumed.reviews() != 1 {
			t.Errorf("the dispute: %+v, %+v, %d reviews", v.Standing, v.Now(), presumed.reviews())
		}
		later.holds(t, "another agency wrote a later date", true, 0)
		decided.holds(t, "a decision, and a date that only another agency wrote", true, 0)
		decided.reviewed(t, "the decision")
		late.holds(t, "a decision after the birthday", true, 0)
		against.holds(t, "a date that somebody wrote after the decision", true, 0)
		against.reviewed(t, "the decision against a later date")
		later.at("2026-08-01", "12:00")
		later.holds(t, "on the later date", false, 2)
	})
}

// reviewed fails unless a decision stands in spite of the birthday, with the guardian, and one task asks to look at it.
func (s *scene) reviewed(t *testing.T, what string) {
	t.Helper()
	if v := s.show(t, "tutelles"); !v.Standing.Disputed || v.Standing.Decided == nil || v.Now() == nil || s.reviews() != 1 {
		t.Errorf("%s: %+v, guardian %+v, %d reviews", what, v.Standing, v.Now(), s.reviews())
	}
}

// TestMajority_ofTwoInstancesTellsOnce lets two programs look at the same day at the same time.
func TestMajority_ofTwoInstancesTellsOnce(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		var all []*scene
		for range 3 {
			all = append(all, childBorn(w, "2008-05-17", ""))
		}
		w.Advance(100 * 24 * time.Hour)
		begin, passes := make(chan struct{}), sync.WaitGroup{}
		for _, program := range []*server.Program{w.Program, w.Twin().Program} {
			passes.Go(func() {
				<-begin
				if err := program.Minors.Tidy(w.AsProgram()); err != nil {
					t.Error(err)
				}
			})
		}
		close(begin)
		passes.Wait()
		must0(t, w.Minors.Tidy(w.AsProgram()))
		for i, s := range all {
			if s.birthdays() != 1 || s.reviews() != 1 {
				t.Errorf("%d: %d birthdays, %d reviews", i, s.birthdays(), s.reviews())
			}
		}
		if n := all[0].told(t, "tutelles", "guardian_access_ended"); n != len(all) {
			t.Errorf("told %d times of %d", n, len(all))
		}
	})
}

// TestMajority_onAClosedFileAsksNothing: the guardian's task ends, and nobody is told or asked.
func TestMajority_onAClosedFileAsksNothing(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := childBorn(w, "2008-05-17", "")
		must0(t, w.Database.Write(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE file SET stage = 'closed', version = version + 1 WHERE id = :file`, database.Args{"file": s.victimID})
			return err
		}))
		s.at("2026-05-20", "12:00")
		s.holds(t, "on a closed file", false, 1)
		if n := s.number(`SELECT COUNT(*) FROM guardian WHERE end_reason = 'came_of_age' AND file_id = :file`); n != 1 {
			t.Errorf("%d guardians have come to their end", n)
		}
		if n := s.told(t, "rsz", "came_of_age"); n != 0 || s.reviews() != 0 {
			t.Errorf("told %d times, %d reviews", n, s.reviews())
		}
	})
}
