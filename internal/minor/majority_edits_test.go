package minor_test

import (
	"strings"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/minor"
	"relais/internal/section"
	"relais/internal/testkit"
)

func (s *scene) exec(statement string) {
	s.T.Helper()
	must0(s.T, s.Database.Write(s.T.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(statement, database.Args{"file": s.victimID})
		return err
	}))
}

// TestMajority_oneFileStopsNoOther: of a file that nobody leads the supervisors of the agency that opened it are asked, and a file that
// cannot be written is reported; the birthday of the others is not put off.
func TestMajority_oneFileStopsNoOther(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		broken, left, other := childBorn(w, "2008-05-17", ""), childBorn(w, "2008-05-17", ""), childBorn(w, "2008-05-17", "")
		broken.exec(`UPDATE file SET version = 9223372036854775807 WHERE id = :file`)
		left.exec(`UPDATE file_grant SET lead = 0 WHERE file_id = :file`)
		w.Advance(76 * 24 * time.Hour)
		if err := w.Minors.Tidy(w.AsProgram()); err == nil || !strings.Contains(err.Error(), broken.victimID) {
			t.Errorf("the broken file is not reported: %v", err)
		}
		other.holds(t, "behind both", false, 1)
		if left.birthdays() != 1 || left.reviews() != 1 || broken.birthdays() != 0 || other.reviews() != 1 {
			t.Errorf("birthdays: left %d, broken %d; reviews: left %d, other %d", left.birthdays(), broken.birthdays(), left.reviews(), other.reviews())
		}
		if n := left.number(`SELECT COUNT(*) FROM task g JOIN file f ON f.id = g.file_id AND f.agency_id = g.to_id
			WHERE g.rule = 'majority_review' AND g.to_kind = 'supervisors' AND g.file_id = :file`); n != 1 {
			t.Errorf("%d reviews are the supervisors'", n)
		}
		must0(t, w.Minors.Tidy(w.AsProgram()))
		broken.exec(`UPDATE file SET version = 1 WHERE id = :file`)
		other.at("2026-05-18", "04:00")
		if broken.birthdays() != 1 || left.birthdays() != 1 || other.reviews() != 1 {
			t.Errorf("the next day: broken %d, left %d birthdays, other %d reviews", broken.birthdays(), left.birthdays(), other.reviews())
		}
	})
}

// TestMajority_aDateThatIsCorrectedLaterCounts: what the last date kept back happens as soon as it is put right, also where an
// edit of something else came between.
func TestMajority_aDateThatIsCorrectedLaterCounts(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s, spite := childBorn(w, "2008-05-17", ""), childBorn(w, "2008-12-01", "child")
		id := w.Write("fgp", s.victimID, authz.Identity, "legal_task", section.Values{"family_name": "Nguyen", "birth_date": "2008-12-01"})
		s.at("2026-05-17", "00:05")
		s.holds(t, "the later date", true, 0)
		s.rewrite(t, "rsz", section.Values{"family_name": "Nguyen", "given_names": "Lan", "birth_date": "2008-05-17"})
		s.at("2026-05-20", "12:00")
		_, err := w.Entries.Change(w.As("fgp"), id, 1, entry.Draft{Values: section.Values{"family_name": "Nguyen", "birth_date": "2008-05-17"},
			Purpose: "protection", Basis: "legal_task", Nature: section.Fact})
		must0(t, err)
		spite.rewrite(t, "rsz", section.Values{"family_name": "Nguyen", "birth_date": "2008-05-17", "age_status": "child"})
		s.holds(t, "corrected", true, 0)
		must0(t, w.Minors.Tidy(w.AsProgram()))
		s.holds(t, "a minute later", false, 1)
		s.at("2026-05-21", "00:05")
		if v := s.show(t, "fgp"); v.Now() != nil || s.reviews() != 1 {
			t.Errorf("guardian %+v, %d reviews", v.Now(), s.reviews())
		}
		spite.holds(t, "a child, said beside a date that had passed", true, 0)
	})
}

// TestMajority_theAuthoritysOwnDateEndsItsDecision, and of a decision that nobody contests by a date the review is asked for once.
func TestMajority_theAuthoritysOwnDateEndsItsDecision(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		own, quiet := childBorn(w, "2008-05-17", ""), childBorn(w, "2008-05-17", "")
		w.Write("tutelles", own.victimID, authz.Identity, "legal_task", section.Values{"family_name": "Nguyen", "birth_date": "2008-05-17"})
		w.Advance(time.Hour)
		quiet.rewrite(t, "rsz", section.Values{"family_name": "Nguyen", "birth_date": "2008-05-17", "age_status": "adult"})
		for _, s := range []*scene{own, quiet} {
			s.say(t, "tutelles", minor.NewAge{Status: minor.Child, Decided: true, Method: "medical"})
		}
		own.at("2026-05-17", "00:05")
		own.holds(t, "by its own date", false, 2)
		if v := own.show(t, "fgp"); v.Now() != nil {
			t.Errorf("the guardian: %+v", v.Now())
		}
		quiet.at("2026-05-18", "00:05")
		quiet.holds(t, "without a word against it", true, 0)
		if v := quiet.show(t, "tutelles"); v.Now() == nil || v.Standing.Decided == nil || quiet.reviews() != 1 || quiet.told(t, "rsz", "came_of_age") != 2 {
			t.Errorf("guardian %+v, %+v, %d reviews, %d told", v.Now(), v.Standing, quiet.reviews(), quiet.told(t, "rsz", "came_of_age"))
		}
	})
}

// TestMajority_aWordBeforeALatePassLeavesNoGuardian: who was said to be an adult between midnight and the pass has no guardian after it;
// of whom nobody has said an age no date that somebody writes that night takes the guardian away.
func TestMajority_aWordBeforeALatePassLeavesNoGuardian(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s, unsaid := childBorn(w, "2008-05-17", "child"), childBorn(w, "", "")
		s.at("2026-05-16", "23:55")
		w.Advance(time.Hour)
		w.Write("fgp", unsaid.victimID, authz.Identity, "legal_task", section.Values{"family_name": "Nguyen", "birth_date": "2008-05-17"})
		s.rewrite(t, "rsz", section.Values{"family_name": "Nguyen", "birth_date": "2008-05-17", "age_status": "adult"})
		s.holds(t, "by a word", false, 0)
		s.at("2026-05-17", "04:00")
		s.at("2026-05-18", "04:00")
		v := s.show(t, "fgp")
		if v.Now() != nil || v.Guardians[0].EndReason != "came_of_age" || s.reviews() != 1 || s.told(t, "tutelles", "guardian_access_ended") != 1 {
			t.Errorf("the guardian: %+v; %d reviews", v.Guardians[0], s.reviews())
		}
		if v := unsaid.show(t, "tutelles"); v.Now() == nil {
			t.Error("a date alone has ended a guardian's task")
		}
	})
}

// TestMajority_ofTwoAtOnceOneLooksAgain: what somebody writes on a file while the birthday comes is decided by what the other has
// written: on PostgreSQL, where both can be under way, the second to finish repeats.
func TestMajority_ofTwoAtOnceOneLooksAgain(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := childBorn(w, "2008-05-17", "")
		s.at("2026-05-16", "23:55")
		w.Advance(time.Hour)
		version := `SELECT version FROM file WHERE id = :file`
		before, tries, seen := s.number(version), 0, int64(0)
		if w.Engine != "postgres" {
			must0(t, w.Minors.Tidy(w.AsProgram()))
		}
		must0(t, w.Database.Write(t.Context(), func(tx *database.Tx) error {
			steps := `SELECT COUNT(*) FROM age_step WHERE file_id = :file`
			if err := tx.Get(&seen, steps, database.Args{"file": s.victimID}); err != nil {
				return err
			}
			if tries++; tries == 1 && w.Engine == "postgres" {
				must0(t, w.Minors.Tidy(w.AsProgram()))
			}
			_, err := tx.Exec(`UPDATE file SET changed_at = changed_at + 1, version = version + 1 WHERE id = :file`, database.Args{"file": s.victimID})
			return err
		}))
		if after := s.number(version); after != before+2 {
			t.Errorf("the version went from %d to %d", before, after)
		}
		if want := map[string]int{"sqlite": 1, "postgres": 2}[w.Engine]; tries != want || seen != 2 {
			t.Errorf("%d tries, want %d; %d steps were seen", tries, want, seen)
		}
	})
}
