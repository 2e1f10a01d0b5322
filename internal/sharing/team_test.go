package sharing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/victim"
)

func memberDesk(deskID string) sharing.NewMember {
	return sharing.NewMember{DeskID: deskID, Terms: terms()}
}

func (s *scene) addTeam(caseID, house string) string {
	s.T.Helper()
	return must(s.Sharing.Add(s.as("inspection"), caseID, memberDesk(s.desk(house)), ""))(s.T)
}

func TestAdd_opensTheCaseAndAllItsVictimsNowAndLater(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(2)
		member := s.addTeam(caseID, "police")
		victims = append(victims, s.openVictim("inspection", caseID), s.openVictim("police", caseID))
		must(s.Cases.Show(s.as("police"), caseID))(t)
		for i, id := range victims {
			if !s.reads("police", id) || !s.reads("inspection", id) {
				t.Errorf("victim %d is not open to the whole team", i)
			}
			if s.sees("prosecutor", id) || s.sees("moria", id) {
				t.Errorf("victim %d is open to strangers", i)
			}
		}
		team := must(s.Sharing.Team(s.as("inspection"), caseID))(t)
		if len(team.Members) != 2 || !team.CanManage || !team.Members[0].Lead || team.Members[1].GrantID != member {
			t.Fatalf("the team is %+v", team)
		}
		if days := team.Members[1].Until.Sub(s.Now()); days != gate.DefaultGrant {
			t.Errorf("without a day the place ends after %v", days)
		}
		must0(t, s.Sharing.Remove(s.as("inspection"), caseID, member, team.Members[1].Version))
		for i, id := range victims {
			if s.sees("police", id) {
				t.Errorf("victim %d is still open to who was removed", i)
			}
		}
		_, err := s.Cases.Show(s.as("police"), caseID)
		s.wants(err, fault.NotFound, "the case after the removal")
		err = s.Sharing.Remove(s.as("inspection"), caseID, member, team.Members[1].Version)
		s.wants(err, fault.Conflict, "a second removal")
	})
}

func TestAdd_isForWhoLeads(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, _ := s.openCase(1)
		member := s.addTeam(caseID, "police")
		_, err := s.Sharing.Add(s.as("police"), caseID, memberDesk(s.desk("prosecutor")), "")
		s.wants(err, fault.Refused, "a member adds")
		s.wants(s.Sharing.Remove(s.as("police"), caseID, member, 1), fault.Refused, "a member removes")
		for _, stranger := range []string{"payoke", "moria"} {
			_, err = s.Sharing.Add(s.as(stranger), caseID, memberDesk(s.desk(stranger)), "")
			s.wants(err, fault.NotFound, stranger+" adds itself")
			_, err = s.Sharing.Team(s.as(stranger), caseID)
			s.wants(err, fault.NotFound, stranger+" asks for the team")
			_, err = s.Sharing.TeamForm(s.as(stranger), caseID)
			s.wants(err, fault.NotFound, stranger+" asks for the form")
			s.wants(s.Sharing.Remove(s.as(stranger), caseID, member, 1), fault.NotFound, stranger+" removes")
		}
		if team := must(s.Sharing.Team(s.as("police"), caseID))(t); team.CanManage || len(team.Members) != 2 {
			t.Errorf("a member sees %+v", team)
		}
		lead := must(s.Sharing.Team(s.as("inspection"), caseID))(t).Members[0]
		s.wants(s.Sharing.Remove(s.as("inspection"), caseID, lead.GrantID, lead.Version), fault.NotFound, "the lead's own grant")
		other, _ := s.openCase(0)
		s.wants(s.Sharing.Remove(s.as("inspection"), other, member, 1), fault.NotFound, "a member of another case")
	})
}

func TestAdd_namesEachFieldAtFault(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.addTeam(caseID, "police")
		s.exec(`UPDATE agency SET closed_at = 1 WHERE id = :id`, database.Args{"id": s.house("moria").ID})
		for _, c := range []struct {
			field, key string
			change     func(n *sharing.NewMember)
		}{
			{"to", "sharing.to_one", func(n *sharing.NewMember) { n.DeskID = "" }},
			{"to", "sharing.to_one", func(n *sharing.NewMember) { n.WorkerID = s.worker("payoke") }},
			{"to", "sharing.no_such_desk", func(n *sharing.NewMember) { n.DeskID = gate.NewID() }},
			{"to", "sharing.no_such_desk", func(n *sharing.NewMember) { n.DeskID = s.desk("moria") }},
			{"to", "sharing.already_in_team", func(n *sharing.NewMember) { n.DeskID = s.desk("police") }},
			{"to", "sharing.already_in_team", func(n *sharing.NewMember) { n.DeskID = s.desk("inspection") }},
			{"worker", "sharing.no_such_desk", func(n *sharing.NewMember) { n.DeskID, n.WorkerID = "", gate.NewID() }},
			{"purpose", "fault.field_required", func(n *sharing.NewMember) { n.Purpose = "" }},
			{"basis", "fault.field_unknown_code", func(n *sharing.NewMember) { n.Basis = "because" }},
			{"until", "sharing.until_too_late", func(n *sharing.NewMember) { n.Until = "2030-01-01" }},
			{"victims", "sharing.victims_not_needed", func(n *sharing.NewMember) { n.VictimIDs = victims }},
			{"victims", "sharing.victims_needed", func(n *sharing.NewMember) { n.DeskID = s.desk("tutelles") }},
			{"victims", "fault.field_unknown_code", func(n *sharing.NewMember) { n.DeskID, n.VictimIDs = s.desk("lawyers"), []string{caseID} }},
		} {
			n := memberDesk(s.desk("payoke"))
			c.change(&n)
			_, err := s.Sharing.Add(s.as("inspection"), caseID, n, "")
			s.wantsField(err, c.field, c.key)
		}
	})
}

func TestAdd_twiceIsOnePlace(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("inspection", "second", agency.NewWorker{})
		caseID, _ := s.openCase(1)
		first := must(s.Sharing.Add(s.as("inspection"), caseID, memberDesk(s.desk("police")), "key-12345"))(t)
		if again := must(s.Sharing.Add(s.as("inspection"), caseID, memberDesk(s.desk("police")), "key-12345"))(t); again != first {
			t.Error("the same request made two places")
		}
		errs := testkit.Together(
			func() error {
				return second(s.Sharing.Add(s.as("inspection"), caseID, memberDesk(s.desk("prosecutor")), ""))
			},
			func() error {
				return second(s.Sharing.Add(s.as("inspection/second"), caseID, memberDesk(s.desk("prosecutor")), ""))
			})
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("two leads at once: %v", errs)
		}
	})
}

func TestTeam_isTheSameForAFileOpenedInTheSameInstant(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("inspection", "second", agency.NewWorker{})
		for range 5 {
			caseID, _ := s.openCase(0)
			var member string
			var opened [2]string
			open := func(i int) func() error {
				return func() (err error) {
					opened[i], err = s.Victims.Open(s.as("inspection/second"), caseID, victim.New{DetectedOn: "2026-02-26"}, "")
					return err
				}
			}
			add := func() (err error) {
				member, err = s.Sharing.Add(s.as("inspection"), caseID, memberDesk(s.desk("police")), "")
				return err
			}
			for _, err := range testkit.Together(add, open(0)) {
				must0(t, err)
			}
			if !s.sees("police", opened[0]) {
				t.Fatal("the file was opened while the police joined, and is closed to them")
			}
			for _, err := range testkit.Together(func() error { return s.Sharing.Remove(s.as("inspection"), caseID, member, 1) }, open(1)) {
				must0(t, err)
			}
			if s.sees("police", opened[0]) || s.sees("police", opened[1]) {
				t.Fatal("a file was opened while the police left, and is open to them")
			}
		}
	})
}

func TestAdd_opensOneWorkerOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("police", "second", agency.NewWorker{})
		caseID, victims := s.openCase(1)
		must(s.Sharing.Add(s.as("inspection"), caseID, sharing.NewMember{WorkerID: s.worker("police"), Terms: terms()}, ""))(t)
		if !s.reads("police", victims[0]) || s.sees("police/second", victims[0]) {
			t.Error("one worker was added, and others see the file or that one does not")
		}
		list := must(s.Sharing.Access(s.as("inspection"), victims[0]))(t).List
		if len(list) != 2 || !list[1].OnePerson() || list[1].Desk != "" || !list[1].ThroughTeam() {
			t.Errorf("the list says %+v", list)
		}
	})
}

func TestAdd_opensToAGuardianTheChildAndNobodyElse(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(2)
		n := memberDesk(s.desk("tutelles"))
		n.VictimIDs = victims[:1]
		must(s.Sharing.Add(s.as("inspection"), caseID, n, ""))(t)
		later := s.openVictim("inspection", caseID)
		if !s.reads("tutelles", victims[0]) || s.sees("tutelles", victims[1]) || s.sees("tutelles", later) {
			t.Error("the guardian sees another than the ward")
		}
	})
}

func TestRemove_withdrawsWhatTheAgencyHadOnOffer(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		member := s.addTeam(caseID, "police")
		id := must(s.Sharing.Refer(s.as("police"), victims[0], offerTo(s.desk("payoke"), "identity"), ""))(t)
		mine := s.refer(victims[0], "moria", "identity")
		version := must(s.Sharing.Team(s.as("inspection"), caseID))(t).Members[1].Version
		must0(t, s.Sharing.Remove(s.as("inspection"), caseID, member, version))
		_, err := s.Sharing.Accept(s.as("payoke"), id, 1)
		s.wantsKey(err, "sharing.already_withdrawn", "the offer of who was removed")
		must(s.Sharing.Accept(s.as("moria"), mine, 1))(t)
	})
}

func TestEndDue_withdrawsWhatNobodyCanHandOverAnyMore(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		n := memberDesk(s.desk("police"))
		n.Until = "2026-03-03"
		must(s.Sharing.Add(s.as("inspection"), caseID, n, ""))(t)
		id := must(s.Sharing.Refer(s.as("police"), victims[0], offerTo(s.desk("payoke"), "identity"), ""))(t)
		s.Advance(39 * time.Hour)
		_, err := s.Sharing.Accept(s.as("payoke"), id, 1)
		s.wantsKey(err, "sharing.sender_gone", "before the job ran")
		must(s.Sharing.EndDue(s.AsProgram()))(t)
		_, err = s.Sharing.Accept(s.as("payoke"), id, 1)
		s.wantsKey(err, "sharing.already_withdrawn", "after the job ran")
	})
}

func TestAccess_namesAgenciesAndDesksButNoWorker(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.addTeam(caseID, "police")
		must(s.Sharing.Accept(s.as("payoke"), s.refer(victims[0], "payoke", "identity"), 1))(t)
		view := must(s.Sharing.Access(s.as("police"), victims[0]))(t)
		var who []string
		for _, a := range view.List {
			who = append(who, a.Agency+"/"+a.Desk)
			if a.Purpose == "" || a.Basis == "" || a.Until <= s.Now() || a.Since == 0 {
				t.Errorf("the line does not say why and until when: %+v", a)
			}
		}
		want := "RSZ/ONSS/Antwerpen, Federale gerechtelijke politie Antwerpen/Mensenhandel, Payoke/Intake"
		if got := strings.Join(who, ", "); got != want {
			t.Errorf("who has access: %s", got)
		}
		_, err := s.Sharing.Access(s.as("moria"), victims[0])
		s.wants(err, fault.NotFound, "a stranger asks")
	})
}

// readsLocation says whether a person gets the shelter's location to read, for a reason.
func (s *scene) readsLocation(who, victimID string) bool {
	view, err := s.Entries.Reveal(s.as(who), gate.Victim, victimID, authz.ShelterLocation, "protection")
	return err == nil && len(view.Entries) > 0
}

func TestAccept_namesTheShelterWorkerWhoTookThePersonIn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("payoke", "second", agency.NewWorker{})
		s.person("payoke", "third", agency.NewWorker{})
		s.person("payoke", "boss", agency.NewWorker{Supervisor: true})
		_, victims := s.openCase(1)
		must(s.Sharing.Accept(s.as("payoke"), s.refer(victims[0], "payoke", "identity"), 1))(t)
		values := s.locationValues()
		must(s.Entries.Add(s.as("payoke"), gate.Victim, victims[0], authz.ShelterLocation, testkit.Draft(values), ""))(t)
		if !s.readsLocation("payoke", victims[0]) || s.readsLocation("payoke/second", victims[0]) || s.readsLocation("inspection", victims[0]) {
			t.Error("the location is open to others than who took the person in, or closed to them")
		}
		name := func(who, whom string) error {
			return second(s.Sharing.NameWorker(s.as(who), victims[0], s.worker(whom), "", ""))
		}
		s.wants(name("payoke/second", "payoke/second"), fault.Refused, "somebody names himself")
		s.wants(name("inspection", "inspection"), fault.Refused, "an inspector names")
		s.wants(name("moria", "moria"), fault.NotFound, "a stranger names")
		s.wantsField(name("payoke", "inspection"), "worker", "sharing.no_such_worker")
		s.wantsField(name("payoke", "payoke"), "worker", "sharing.already_named")
		must0(t, name("payoke", "payoke/second"))
		must0(t, name("payoke/boss", "payoke/third"))
		if s.readsLocation("payoke/second", victims[0]) || s.readsLocation("payoke/third", victims[0]) {
			t.Error("one person alone opened the location")
		}
		s.sign("payoke/boss", "payoke/second", victims[0])
		s.sign("payoke", "payoke/third", victims[0])
		if !s.readsLocation("payoke/second", victims[0]) || !s.readsLocation("payoke/third", victims[0]) || s.readsLocation("payoke/boss", victims[0]) {
			t.Error("who is named does not read the location, or who names does")
		}
		view := must(s.Sharing.NamedWorkers(s.as("payoke"), victims[0]))(t)
		if len(view.Named) != 3 || !view.CanName || view.Named[0].Name == "" || len(view.Colleagues) == 0 {
			t.Fatalf("named are %+v", view)
		}
		at := slices.IndexFunc(view.Named, func(n sharing.Named) bool { return n.WorkerID == s.worker("payoke/second") })
		s.wants(s.Sharing.EndNamed(s.as("payoke"), victims[0], view.Named[at].GrantID, 9), fault.Conflict, "a stale end")
		must0(t, s.Sharing.EndNamed(s.as("payoke"), victims[0], view.Named[at].GrantID, view.Named[at].Version))
		if s.readsLocation("payoke/second", victims[0]) {
			t.Error("who is no longer named reads the location")
		}
		s.wants(s.Sharing.EndNamed(s.as("payoke"), victims[0], view.Named[at].GrantID, 2), fault.NotFound, "a second end")
		_, err := s.Sharing.NameWorker(s.as("payoke"), victims[0], s.worker("payoke/second"), "2027-01-01", "")
		s.wantsField(err, "until", "sharing.until_too_late")
		// whoever accepts another offer of the same person is not let in by that
		must(s.Sharing.Accept(s.as("payoke/second"), s.refer(victims[0], "payoke", "exploitation"), 1))(t)
		if s.readsLocation("payoke/second", victims[0]) {
			t.Error("one person alone opened the location by accepting a second offer")
		}
	})
}

// locationValues is a shelter's location as the catalogue wants it: its first text.
func (s *scene) locationValues() section.Values {
	for i := range section.Of(authz.ShelterLocation).Fields {
		if f := &section.Of(authz.ShelterLocation).Fields[i]; f.Type == section.Text || f.Type == section.LongText {
			return section.Values{f.Name: "House 7"}
		}
	}
	s.T.Fatal("the shelter's location has no text")
	return nil
}

func TestNamed_endsWithTheAgencysPlace(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		member := s.addTeam(caseID, "payoke")
		s.person("payoke", "boss", agency.NewWorker{Supervisor: true})
		s.person("payoke", "second", agency.NewWorker{})
		must(s.Sharing.NameWorker(s.as("payoke/boss"), victims[0], s.worker("payoke"), "", ""))(t)
		s.sign("payoke/second", "payoke", victims[0])
		must(s.Entries.Add(s.as("payoke"), gate.Victim, victims[0], authz.ShelterLocation, testkit.Draft(s.locationValues()), ""))(t)
		must0(t, s.Sharing.Remove(s.as("inspection"), caseID, member, 1))
		if s.sees("payoke", victims[0]) || s.readsLocation("payoke", victims[0]) {
			t.Error("a named worker outlives the agency's place")
		}
	})
}

// TestAdd_opensIntelligenceByTwo: a place in the team opens everything but intelligence at once; that opens with the signature of a
// second person of the lead, on the case as it is then, and ends with the place. A renewal asks for it anew.
func TestAdd_opensIntelligenceByTwo(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("inspection", "second", agency.NewWorker{})
		caseID, victims := s.openCase(1)
		s.addTeam(caseID, "police")
		tip := section.Values{"information": "A van every Monday.", "source_evaluation": "B", "information_evaluation": "3", "handling_codes": "H0", "received_on": "2026-02-26"}
		d := entry.Draft{Values: tip, Purpose: "investigation", Basis: "legal_task", Nature: section.Fact}
		id := must(s.Entries.Add(s.as("police"), gate.Case, caseID, authz.Intelligence, d, ""))(t)
		if waiting := must(s.Sharing.Approvals(s.as("inspection/second"), gate.Cursor{}))(t).Items; len(waiting) != 0 {
			t.Errorf("for the police, who read no intelligence of others, %+v waits", waiting)
		}
		place := s.addTeam(caseID, "prosecutor")
		reads := func() bool { return second(s.Entries.Show(s.as("prosecutor"), id, "")) == nil }
		if reads() || !s.sees("prosecutor", victims[0]) {
			t.Error("one signature opened intelligence, or nothing at all")
		}
		waiting := must(s.Sharing.Approvals(s.as("inspection/second"), gate.Cursor{}))(t).Items
		if len(waiting) != 1 || waiting[0].Sections != authz.SectionsOf(authz.Intelligence) {
			t.Fatalf("what waits is %+v", waiting)
		}
		s.wantsRefusal(s.Sharing.Approve(s.as("inspection"), waiting[0].ID, 1), "sharing.second_person", "who added the desk signs")
		must0(t, s.Sharing.Approve(s.as("inspection/second"), waiting[0].ID, 1))
		if !reads() {
			t.Error("two signatures do not open it")
		}
		s.Advance(60 * day)
		next := must(s.renew("inspection", place, s.versionOf(place), s.inDays(120)))(t)
		if again := must(s.Sharing.Approvals(s.as("inspection/second"), gate.Cursor{}))(t).Items; len(again) != 1 || again[0].Sections != authz.SectionsOf(authz.Intelligence) || !reads() {
			t.Errorf("after the renewal waits %+v", again)
		}
		s.Advance(40 * day)
		if reads() || !s.sees("prosecutor", victims[0]) {
			t.Error("what two signed is open beyond its end, or the place is closed")
		}
		must0(t, s.Sharing.Remove(s.as("inspection"), caseID, next, s.versionOf(next)))
		if left := s.counted(`SELECT COUNT(*) FROM file_grant WHERE root_id = :id AND state <> 'ended'`, database.Args{"id": next}); left != 0 {
			t.Error("something outlives the place that it hung on")
		}
	})
}
