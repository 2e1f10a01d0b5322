package sharing_test

import (
	"testing"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/victim"
)

// changeDesks lets the administrator of the shelter put a person at other desks.
func (s *scene) changeDesks(who string, desks []string) {
	s.T.Helper()
	p := must(s.Agencies.ShowPerson(s.as("payoke/admin"), s.worker(who)))(s.T)
	access := p.Access
	access.Desks = desks
	must(s.Agencies.ChangePerson(s.as("payoke/admin"), p.ID, p.Version, p.Person, access))(s.T)
}

func (s *scene) disable(who string) {
	s.T.Helper()
	p := must(s.Agencies.ShowPerson(s.as("payoke/admin"), s.worker(who)))(s.T)
	must0(s.T, s.Agencies.Disable(s.as("payoke/admin"), p.ID, p.Version))
}

func (s *scene) admin() {
	s.T.Helper()
	s.added["payoke/admin"] = s.Person("payoke.admin").ID
}

func TestLeave_theDeskEndsWhatCameWithIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID := s.inShelter()
		s.admin()
		s.propose("payoke", "payoke/second", victimID)
		s.sign("payoke/boss", "payoke/second", victimID)
		must(s.Entries.Add(s.as("payoke"), gate.Victim, victimID, authz.ShelterLocation, testkit.Draft(s.locationValues()), ""))(t)
		if !s.readsLocation("payoke/second", victimID) {
			t.Fatal("who is named does not read the location")
		}
		s.changeDesks("payoke/second", []string{})
		if s.sees("payoke/second", victimID) {
			t.Error("who left the desk sees the file")
		}
		s.changeDesks("payoke/second", []string{s.desk("payoke")})
		if !s.sees("payoke/second", victimID) || s.readsLocation("payoke/second", victimID) {
			t.Error("who came back to the desk reads the location, or does not see the file")
		}
	})
}

func TestLeave_theAgencyEndsEverything(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.admin()
		s.person("payoke", "second", agency.NewWorker{})
		must(s.Sharing.Add(s.as("inspection"), caseID, sharing.NewMember{WorkerID: s.worker("payoke/second"), Terms: terms()}, ""))(t)
		offer := must(s.Sharing.Refer(s.as("payoke/second"), victims[0], offerTo(s.desk("moria"), "identity"), ""))(t)
		s.disable("payoke/second")
		_, err := s.Victims.Show(s.as("payoke/second"), victims[0])
		s.wants(err, fault.Unauthenticated, "who left opens the file")
		for _, a := range must(s.Sharing.Access(s.as("inspection"), victims[0]))(t).List {
			if a.AgencyID == s.house("payoke").ID {
				t.Errorf("who left still stands in the list: %+v", a)
			}
		}
		_, err = s.Sharing.Accept(s.as("moria"), offer, 1)
		s.wantsKey(err, "sharing.already_withdrawn", "an offer of who left")
		p := must(s.Agencies.ShowPerson(s.as("payoke/admin"), s.worker("payoke/second")))(t)
		must(s.Agencies.Restore(s.as("payoke/admin"), p.ID, p.Version))(t)
		if s.sees("payoke/second", victims[0]) {
			t.Error("who came back has the old access")
		}
	})
}

func TestLeave_aLeadGoesToADeskOfTheAgency(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.admin()
		s.person("payoke", "loner", agency.NewWorker{Desks: []string{}})
		caseID := must(s.Cases.Open(s.as("payoke/loner"), casefile.New{Facts: testkit.Site}, ""))(t)
		victimID := must(s.Victims.Open(s.as("payoke/loner"), caseID, victim.New{DetectedOn: "2026-02-26"}, ""))(t)
		if s.sees("payoke", victimID) {
			t.Fatal("a colleague sees the file of one person")
		}
		s.disable("payoke/loner")
		team := must(s.Sharing.Team(s.as("payoke"), caseID))(t)
		if !s.sees("payoke", victimID) || !team.CanManage || len(team.Members) != 1 {
			t.Errorf("nobody leads: %+v", team)
		}
		duty := must(s.Sharing.Duty(s.as("payoke"), gate.Case, caseID))(t).History
		if len(duty) != 2 || duty[0].Until == 0 || duty[1].Until != 0 || duty[1].Desk == "" || duty[0].Worker == "" {
			t.Errorf("the history of duty is %+v", duty)
		}
	})
}
