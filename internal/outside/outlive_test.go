package outside_test

import (
	"errors"
	"slices"
	"testing"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/outside"
	"relais/internal/section"
	"relais/internal/testkit"
)

// joined puts payoke into the team of the case and has it write in the file.
func (s *scene) joined() (caseID, grantID string) {
	s.t.Helper()
	s.must(s.Database.Read(s.t.Context(), func(tx *database.Tx) error {
		return tx.Get(&caseID, "SELECT case_id FROM file WHERE id = :f", database.Args{"f": s.victim})
	}))
	grantID = s.AddToTeam("rsz", caseID, "be.payoke")
	s.Refer("rsz", s.victim, "be.payoke", "payoke", "identity")
	s.Write("payoke", s.victim, authz.Identity, "legal_task", section.Values{"family_name": "Tran"})
	return caseID, grantID
}

// lose ends all that payoke holds on the file.
func (s *scene) lose() {
	s.t.Helper()
	s.must(s.Database.Write(s.t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec("UPDATE file_grant SET state = 'ended', ended_at = :now, end_reason = 'removed', version = version + 1 WHERE file_id = :f AND agency_id = :a AND state = 'live'",
			database.Args{"now": s.Now(), "f": s.victim, "a": s.Place("be.payoke").ID})
		return err
	}))
}

func TestLink_diesWithTheAccessOfItsSender(t *testing.T) {
	onBoth(t, func(s *scene) {
		s.joined()
		kept, made, read := s.sent(good()), s.sentBy("payoke", good()), s.sentBy("payoke", good())
		if _, err := s.open(read); err != nil {
			s.t.Fatalf("while the sender has the file: %v", err)
		}
		s.lose()
		s.dead(made, "when its sender has lost the file")
		if err := s.Outside.Withdraw(s.As("payoke"), s.victim, made.ID, 1); !errors.Is(err, fault.NotFound) {
			s.t.Errorf("the sender without the file withdraws: %v", err)
		}
		if v := s.state(made); v.Now(v.At) != outside.Ended || !v.CanWithdraw {
			s.t.Errorf("who leads the file reads %+v", v)
		}
		s.must(s.Outside.Withdraw(s.As("rsz"), s.victim, made.ID, 1))
		if v := s.state(made); v.State != outside.Withdrawn {
			s.t.Errorf("after the withdrawal: %s", v.State)
		}
		if s.told("payoke", "outside_taken_back") != 1 {
			s.t.Error("the sender is not told")
		}
		if _, err := s.open(kept); err != nil {
			s.t.Errorf("the link of another sender: %v", err)
		}
	})
}

// narrow takes sections out of all that payoke holds on the file.
func (s *scene) narrow(to authz.SectionSet) {
	s.t.Helper()
	s.must(s.Database.Write(s.t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec("UPDATE file_grant SET sections = :to, version = version + 1 WHERE file_id = :f AND agency_id = :a AND state = 'live'",
			database.Args{"to": int64(to), "f": s.victim, "a": s.Place("be.payoke").ID})
		return err
	}))
}

// TestLink_diesWhenASectionIsTakenFromItsSender: what others wrote there is no longer the sender's to pass on; what the sender wrote is.
func TestLink_diesWhenASectionIsTakenFromItsSender(t *testing.T) {
	onBoth(t, func(s *scene) {
		s.joined()
		s.Write("payoke", s.victim, authz.Exploitation, "legal_task", section.Values{"indications": "some"})
		n := good()
		n.Sections = []string{"exploitation"}
		made, own := s.sentBy("payoke", good()), s.sentBy("payoke", n)
		s.narrow(authz.SectionsOf(authz.SafeContact))
		s.dead(made, "when its section was taken away")
		if v := s.state(made); v.Now(v.At) != outside.Ended {
			s.t.Errorf("before any job has run it reads %s", v.Now(v.At))
		}
		for range 2 {
			s.must(s.Outside.ExpireDue(s.AsProgram()))
		}
		s.narrow(authz.FileSections())
		s.dead(made, "after the program has ended it, even when the section is back")
		if v := s.state(made); v.Now(v.At) != outside.Ended || v.CanWithdraw || v.EndedAt != s.Now() {
			s.t.Errorf("afterwards it reads %+v", v)
		}
		if s.told("payoke", "outside_lost") != 1 {
			s.t.Error("its sender is not told once")
		}
		if f, ok := fault.As(s.Outside.Withdraw(s.As("rsz"), s.victim, made.ID, 2)); !ok || f.Key != "outside.already_ended" {
			s.t.Errorf("a withdrawal of what has ended: %v", f)
		}
		if _, err := s.open(own); err != nil {
			s.t.Errorf("what holds the sender's own entries only: %v", err)
		}
	})
}

// TestLink_diesUnderALoweredCeiling: nothing was disclosed yet, so the ceiling of the day on which it is opened counts.
func TestLink_diesUnderALoweredCeiling(t *testing.T) {
	onBoth(t, func(s *scene) {
		made, other := s.sent(good()), good()
		other.Kind = authz.RolePolice
		kept := s.sent(other)
		s.ceiling(1, authz.SectionsOf(authz.Exploitation), 30)
		s.dead(made, "under a ceiling that leaves its section out")
		s.must(s.Outside.ExpireDue(s.AsProgram()))
		if v := s.state(made); v.Now(v.At) != outside.Ended || s.told("rsz", "outside_lost") != 1 {
			s.t.Errorf("it reads %s, and its sender was told %d times", v.Now(v.At), s.told("rsz", "outside_lost"))
		}
		if _, err := s.open(kept); err != nil {
			s.t.Errorf("a link to a discipline without a ceiling: %v", err)
		}
	})
}

// TestLink_ofASealedFileIsNotEnded: it opens to nobody while the seal lasts, and nothing says that it has ended.
func TestLink_ofASealedFileIsNotEnded(t *testing.T) {
	onBoth(t, func(s *scene) {
		made := s.sent(good())
		s.must(s.Database.Write(s.t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec("UPDATE file_grant SET state = 'sealed', version = version + 1 WHERE file_id = :f AND state = 'live'", database.Args{"f": s.victim})
			return err
		}))
		s.dead(made, "under a seal")
		s.must(s.Outside.ExpireDue(s.AsProgram()))
		if n := s.number("SELECT COUNT(*) FROM outside_package WHERE state = 'created'", nil); n != 1 {
			s.t.Errorf("%d links wait", n)
		}
	})
}

func TestLink_diesAtTheEndOfAGrantBeforeAnyJobHasRun(t *testing.T) {
	onBoth(t, func(s *scene) {
		s.joined()
		made := s.sentBy("payoke", good())
		s.must(s.Database.Write(s.t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec("UPDATE file_grant SET until_at = :now WHERE file_id = :f AND agency_id = :a AND state = 'live'",
				database.Args{"now": s.Now(), "f": s.victim, "a": s.Place("be.payoke").ID})
			return err
		}))
		s.dead(made, "at the end of the grant")
	})
}

// identity is the entry with which the file was opened.
func (s *scene) identity() (id string) {
	s.t.Helper()
	s.must(s.Database.Read(s.t.Context(), func(tx *database.Tx) error {
		return tx.Get(&id, "SELECT id FROM entry WHERE file_id = :f AND section = 'identity' ORDER BY id LIMIT 1", database.Args{"f": s.victim})
	}))
	return id
}

func (s *scene) correct(version int64, name string) {
	s.t.Helper()
	_, err := s.Entries.Change(s.As("rsz"), s.identity(), version, testkit.Draft(section.Values{"family_name": name, "given_names": "Thi"}))
	s.must(err)
}

func TestCorrection_killsTheLinkOrIsPassedOn(t *testing.T) {
	onBoth(t, func(s *scene) {
		waiting, read := s.sent(good()), s.sent(good())
		if _, err := s.open(read); err != nil {
			s.t.Fatal(err)
		}
		s.correct(1, "Tran")
		s.dead(waiting, "after a correction")
		if v := s.state(waiting); v.State != outside.Withdrawn || s.told("rsz", "outside_text_changed") != 1 {
			s.t.Errorf("a link to what was corrected is %s", v.State)
		}
		if v := s.state(read); v.State != outside.Opened || s.told("rsz", "outside_corrected") != 1 {
			s.t.Errorf("what was opened is %s", v.State)
		}
		if n := s.number("SELECT COUNT(*) FROM notice WHERE code = 'outside_corrected' AND must_acknowledge = 1", nil); n != 1 {
			s.t.Errorf("%d have to be acknowledged", n)
		}
		fresh := s.sent(good())
		given, err := s.open(fresh)
		if err != nil || given.Sections[0].Entries[0].Values["family_name"] != "Tran" {
			s.t.Errorf("a new link: %+v, %v", given.Sections, err)
		}
	})
}

func TestCorrection_reachesWhoLeadsWhereTheSenderHasLostTheFile(t *testing.T) {
	onBoth(t, func(s *scene) {
		s.joined()
		read := s.sentBy("payoke", good())
		if _, err := s.open(read); err != nil {
			s.t.Fatal(err)
		}
		s.correct(1, "Le")
		if s.told("payoke", "outside_corrected") != 1 || s.told("rsz", "outside_corrected") != 0 {
			s.t.Error("the sender that has the file is not told, or others are")
		}
		s.lose()
		s.correct(2, "Pham")
		if s.told("rsz", "outside_corrected") != 1 {
			s.t.Error("who leads the file is not told")
		}
	})
}

func TestEmail_tellsNothingOfAccountsOfOtherAgencies(t *testing.T) {
	onBoth(t, func(s *scene) {
		for _, address := range []string{s.Person("payoke").Email, "nobody@payoke.example"} {
			n := good()
			n.Email = address
			if _, err := s.Outside.Rehearse(s.As("rsz"), s.victim, n); err != nil {
				s.t.Errorf("%s: %v", address, err)
			}
		}
	})
}

func TestTrail_namesEachWhoseEntriesWentAlong(t *testing.T) {
	onBoth(t, func(s *scene) {
		s.joined()
		made := s.sent(good())
		_, err := s.open(made)
		s.must(err)
		s.concerns(made)
	})
}

// TestTrail_namesThoseOfWhomOnlyFactsWentAlong: that there are indications is all that an immigration office learns.
func TestTrail_namesThoseOfWhomOnlyFactsWentAlong(t *testing.T) {
	onBoth(t, func(s *scene) {
		s.Refer("rsz", s.victim, "be.payoke", "payoke", "exploitation")
		s.Write("payoke", s.victim, authz.Exploitation, "legal_task", section.Values{"indications": "some"})
		n := good()
		n.Kind, n.Sections = authz.RoleMigration, []string{"exploitation"}
		made := s.sent(n)
		given, err := s.open(made)
		s.must(err)
		if len(given.Sections) != 1 || len(given.Sections[0].Entries) != 0 || len(given.Sections[0].Derived) == 0 {
			s.t.Errorf("an immigration office reads %+v", given.Sections)
		}
		s.concerns(made)
	})
}

// concerns holds that both entries about a package name the agency that sent it and the one that wrote what went along.
func (s *scene) concerns(made outside.Made) {
	s.t.Helper()
	var found []string
	s.must(s.Database.Read(s.t.Context(), func(tx *database.Tx) error {
		all, _, err := s.Trail.List(tx, audit.Filter{Everywhere: true, Limit: 500})
		for _, e := range all {
			if e.Subject != made.ID || e.Action != "outside.send" && e.Action != "outside.open" {
				continue
			}
			found = append(found, e.Action)
			if len(e.Concerns) != 2 || !slices.Contains(e.Concerns, s.Place("be.payoke").ID) || !slices.Contains(e.Concerns, s.Place("be.rsz").ID) {
				s.t.Errorf("%s concerns %v", e.Action, e.Concerns)
			}
		}
		return err
	}))
	if len(found) != 2 {
		s.t.Errorf("found %v", found)
	}
}
