package minor_test

import (
	"strings"
	"testing"
	"time"

	"relais/internal/consent"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/minor"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// live counts what is open of a file, or of its case, to an agency.
func (s *scene) live(agency string) (files, cases int64) {
	s.T.Helper()
	q := `SELECT COUNT(*) FROM file_grant g JOIN file f ON f.id = :file WHERE g.state IN ('live', 'sealed', 'offered') AND g.agency_id = '` +
		s.Place(agency).ID + `' AND g.file_id = `
	return s.number(q + `f.id`), s.number(q + `f.case_id`)
}

// TestMajority_endsTheGuardiansAccess: with the guardianship, on the file and on the case, and what was on offer too; what the guardian
// passed on stands. A new consent of the person opens the file again, and the next pass leaves that alone.
func TestMajority_endsTheGuardiansAccess(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := childBorn(w, "2008-05-17", "")
		s.Refer("rsz", s.victimID, "be.payoke", "payoke", "identity")
		s.at("2026-05-17", "00:05")
		if files, cases := s.live("be.tutelles"); files != 0 || cases != 0 {
			t.Errorf("still open to the guardian: %d on the file, %d on the case", files, cases)
		}
		if files, _ := s.live("be.payoke"); files == 0 {
			t.Error("the shelter lost the file")
		}
		_, err := w.Victims.Show(w.As("tutelles"), s.victimID)
		wants(t, err, fault.NotFound, "the guardian of an adult")
		if n := s.told(t, "payoke", "guardian_left"); n != 1 {
			t.Errorf("the shelter was told %d times", n)
		}
		if n := s.told(t, "pagasa", "guardian_left"); n != 0 {
			t.Errorf("a stranger was told %d times", n)
		}
		own := s.yes()
		own.AskedOn, own.How, own.Witness, own.Minor = "2026-05-17", "oral_witnessed", "Lotte Vermoesen", false
		own.Recipients = []consent.Recipient{{AgencyID: s.Place("be.tutelles").ID}}
		id := must(s.Consents.Record(s.As("rsz"), s.victimID, own, ""))(t)
		referral, err := s.Sharing.Refer(s.As("rsz"), s.victimID, sharing.NewReferral{DeskID: s.Place("be.tutelles").Desks[0], Sections: []string{"identity"},
			Urgency: sharing.Urgent, Reason: "support", Terms: sharing.Terms{Purpose: "protection", Basis: "consent", ConsentID: id, Until: s.Today().AddDays(9)}}, "")
		must0(t, err)
		_, err = s.Sharing.Accept(s.As("tutelles"), referral, 1)
		must0(t, err)
		s.at("2026-05-19", "12:00")
		s.rewrite(t, "rsz", section.Values{"family_name": "Nguyen", "birth_date": "2008-05-16"})
		must0(t, w.Minors.Tidy(w.AsProgram()))
		if files, _ := s.live("be.tutelles"); files != 1 {
			t.Errorf("%d grants by the person's own consent", files)
		}
	})
}

// TestMajority_leavesTheGuardianOfASibling: the place on the case stands as long as another child of it has the same guardian.
func TestMajority_leavesTheGuardianOfASibling(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := &scene{World: w}
		caseID := w.OpenCase("rsz")
		s.victimID = w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen", "birth_date": "2008-05-17"})
		sister := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen", "birth_date": "2012-01-01"})
		w.AddToTeam("rsz", caseID, "be.fgp")
		must(w.Sharing.Add(w.As("rsz"), caseID, sharing.NewMember{DeskID: w.Place("be.tutelles").Desks[0], VictimIDs: []string{s.victimID, sister},
			Terms: sharing.Terms{Purpose: "guardianship", Basis: "legal_task"}}, ""))(t)
		s.at("2026-05-18", "12:00")
		_, err := w.Victims.Show(w.As("tutelles"), s.victimID)
		wants(t, err, fault.NotFound, "the guardian of an adult")
		if _, err := w.Victims.Show(w.As("tutelles"), sister); err != nil {
			t.Errorf("the sister: %v", err)
		}
		if _, cases := s.live("be.tutelles"); cases != 1 {
			t.Errorf("%d places on the case", cases)
		}
	})
}

// TestMajority_inDoubtTheGuardianStays with the access, and nobody is told that anything has ended.
func TestMajority_inDoubtTheGuardianStays(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := childBorn(w, "2008-05-17", "")
		s.say(t, "fgp", minor.NewAge{Status: minor.Presumed, Method: "interview"})
		waits := must(s.Consents.Record(s.As("rsz"), s.victimID, s.yes(), ""))(t)
		s.at("2026-05-18", "12:00")
		if files, cases := s.live("be.tutelles"); files != 1 || cases != 1 {
			t.Errorf("open to the guardian: %d on the file, %d on the case", files, cases)
		}
		if n := s.told(t, "tutelles", "guardian_access_ended") + s.told(t, "fgp", "guardian_left"); n != 0 {
			t.Errorf("%d were told", n)
		}
		must0(t, s.Consents.Sign(s.As("tutelles"), s.victimID, waits, 1, true))
	})
}

// TestMajority_releasesWhatWaitsForTheGuardian: the consent says that the person alone decides, nothing rests on it, and a new version is
// the person's own. The same where somebody decides that the person is an adult.
func TestMajority_releasesWhatWaitsForTheGuardian(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		born, found := childBorn(w, "2008-05-17", ""), childBorn(w, "", "presumed_child")
		state := func(s *scene, id string) consent.State {
			view := must(s.Consents.Show(s.As("rsz"), s.victimID, id))(t)
			return view.State(s.Now())
		}
		waits := map[*scene]string{}
		for _, s := range []*scene{born, found} {
			waits[s] = must(s.Consents.Record(s.As("rsz"), s.victimID, s.yes(), ""))(t)
			if got := state(s, waits[s]); got != consent.Waiting {
				t.Fatalf("it begins as %s", got)
			}
		}
		found.say(t, "tutelles", minor.NewAge{Status: minor.Adult, Decided: true, Method: "medical"})
		born.at("2026-05-17", "00:05")
		for s, id := range waits {
			if got := state(s, id); got != consent.Alone {
				t.Errorf("it stands as %s", got)
			}
			if s.offer(id) == nil {
				t.Error("something rests on it")
			}
		}
		if n := born.told(t, "rsz", "consent_alone"); n != 2 {
			t.Errorf("the agency that keeps both was told %d times", n)
		}
		page := string(w.Serve(t).SignIn("rsz").Get("/victims/" + born.victimID + "/consents/" + waits[born]).Want(200).Body)
		if want := "beslist nu alleen"; !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
		own := born.yes()
		own.AskedOn, own.How, own.Witness, own.Minor = "2026-05-17", "oral_witnessed", "Lotte Vermoesen", false
		must0(t, born.Consents.Change(born.As("rsz"), born.victimID, waits[born], 1, own))
		if got := state(born, waits[born]); got != consent.Live {
			t.Errorf("asked again, it stands as %s", got)
		}
	})
}

// TestMajority_aFailingFileIsTriedUntilItSucceeds, and after a day the supervisors are told, once.
func TestMajority_aFailingFileIsTriedUntilItSucceeds(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := childBorn(w, "2008-05-17", "")
		then := must(time.Parse(time.RFC3339, "2026-05-17T10:00:00+02:00"))(t)
		w.Advance(then.Sub(time.UnixMicro(int64(w.Now()))))
		s.exec(`UPDATE file SET version = 9223372036854775807 WHERE id = :file`)
		tidy := func(after time.Duration, fails bool, told int) {
			t.Helper()
			w.Advance(after)
			if err := w.Minors.Tidy(w.AsProgram()); (err != nil) != fails {
				t.Errorf("after %s: %v", after, err)
			}
			if n := s.told(t, "rsz.head", "birthday_failed"); n != told {
				t.Errorf("after %s the supervisor was told %d times, want %d", after, n, told)
			}
		}
		tidy(0, true, 0)
		tidy(time.Minute, false, 0) // it waits for its hour
		tidy(time.Hour, true, 0)
		tidy(23*time.Hour, true, 1)
		for range 5 { // long after the pass has gone on
			tidy(24*time.Hour, true, 1)
		}
		s.exec(`UPDATE file SET version = 1 WHERE id = :file`)
		tidy(2*time.Hour, false, 1)
		s.holds(t, "mended", false, 1)
		if n := s.number(`SELECT COUNT(*) FROM majority_look WHERE done_at = 0 AND file_id = :file`); n != 0 {
			t.Errorf("%d looks are left", n)
		}
		if n := s.told(t, "rsz", "birthday_failed") + s.told(t, "pagasa", "birthday_failed"); n != 0 {
			t.Errorf("%d who are no supervisors were told", n)
		}
	})
}

// TestMajority_onAFileThatIsOpenedAgain: the review that nobody was asked for while it was closed is asked for once.
func TestMajority_onAFileThatIsOpenedAgain(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		came, decided, before := childBorn(w, "2008-05-17", ""), childBorn(w, "2008-05-17", ""), childBorn(w, "2012-05-17", "")
		decided.say(t, "tutelles", minor.NewAge{Status: minor.Child, Decided: true, Method: "medical"})
		all := []*scene{came, decided, before}
		for _, s := range all {
			s.exec(`UPDATE file SET stage = 'closed', version = version + 1 WHERE id = :file`)
			must0(t, w.Database.Write(t.Context(), func(tx *database.Tx) error {
				_, err := tx.Exec(`INSERT INTO file_closure (id, file_id, kind, agency_id, reason, closed_at, closed_by, rule, due_at)
					VALUES (:id, :file, 'victim', :agency, 'goal_reached', 1, :by, 'be.victim', 4102444800000000)`,
					database.Args{"id": gate.NewID(), "file": s.victimID, "by": w.Person("rsz").ID, "agency": w.Place("be.rsz").ID})
				return err
			}))
		}
		came.at("2026-05-20", "12:00")
		for _, s := range all {
			if n := s.reviews(); n != 0 {
				t.Errorf("%d reviews of a closed file", n)
			}
			must0(t, w.Closing.Reopen(w.As("rsz"), gate.Victim, s.victimID, 1, "person_back", ""))
		}
		for range 2 {
			w.Advance(time.Minute)
			must0(t, w.Minors.Tidy(w.AsProgram()))
		}
		if came.reviews() != 1 || decided.reviews() != 1 || before.reviews() != 0 {
			t.Errorf("reviews: %d, %d by a decision, %d of a child", came.reviews(), decided.reviews(), before.reviews())
		}
		if n := came.told(t, "rsz", "came_of_age"); n != 2 {
			t.Errorf("told %d times of two", n)
		}
	})
}

// TestMajority_movedByACorrection: later, and the person is a child again at once; earlier than the guardian, and the guardian stays until
// somebody has looked, who is asked at once.
func TestMajority_movedByACorrection(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		later, earlier := childBorn(w, "2008-05-17", ""), childBorn(w, "2010-05-17", "")
		later.at("2026-05-18", "12:00")
		later.holds(t, "of age", false, 1)
		later.rewrite(t, "rsz", section.Values{"family_name": "Nguyen", "birth_date": "2008-06-17"})
		later.holds(t, "a later date", true, 1)
		later.asksForGuardian(t, "a later date", 1)
		earlier.rewrite(t, "rsz", section.Values{"family_name": "Nguyen", "birth_date": "2005-01-31"})
		must0(t, w.Minors.Tidy(w.AsProgram()))
		earlier.holds(t, "an earlier date", false, 0)
		if v := earlier.show(t, "tutelles"); v.Now() == nil || earlier.reviews() != 1 || earlier.told(t, "rsz", "came_of_age") != 2 {
			t.Errorf("guardian %+v, %d reviews", v.Now(), earlier.reviews())
		}
		must0(t, w.Minors.Tidy(w.AsProgram()))
		if earlier.reviews() != 1 {
			t.Errorf("%d reviews", earlier.reviews())
		}
		later.at("2026-06-18", "12:00")
		later.holds(t, "on the later day", false, 2)
	})
}

// TestMajority_endsWhatWaitsForASignature: nobody signs a former guardian in afterwards.
func TestMajority_endsWhatWaitsForASignature(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := childBorn(w, "2008-05-17", "")
		waiting := func() (n int) {
			must0(t, w.Database.Read(t.Context(), func(tx *database.Tx) error {
				return tx.Get(&n, `SELECT COUNT(*) FROM file_grant WHERE file_id = :file AND agency_id = :agency AND state = 'proposed'`,
					database.Args{"file": s.victimID, "agency": w.Place("be.tutelles").ID})
			}))
			return n
		}
		if waiting() != 1 { // where the child lives, and health
			t.Fatal("nothing waits")
		}
		s.at("2026-05-17", "00:05")
		if n := waiting(); n != 0 {
			t.Errorf("%d proposals wait for a signature still", n)
		}
	})
}
