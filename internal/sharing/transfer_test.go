package sharing_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

func (s *scene) handTo(house string, keep moment.Date) sharing.NewTransfer {
	return sharing.NewTransfer{DeskID: s.desk(house), Reason: "prosecution_leads", Note: "Please call first.", Keep: keep, Terms: terms()}
}

func (s *scene) offerLead(caseID, house string, keep moment.Date) string {
	s.T.Helper()
	return must(s.Sharing.OfferTransfer(s.as("inspection"), caseID, s.handTo(house, keep), ""))(s.T)
}

func TestTransfer_needsBothSignaturesAndThenTheOtherSideLeads(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(2)
		s.addTeam(caseID, "police")
		id := s.offerLead(caseID, "prosecutor", "")
		if s.sees("prosecutor", victims[0]) || !s.sees("inspection", victims[0]) {
			t.Fatal("one signature moved the case")
		}
		view := must(s.Sharing.ShowTransfer(s.as("prosecutor"), id))(t)
		if !view.CanAnswer || view.CanOpen || view.Note != "Please call first." || view.Victims != 2 || view.Reference == "" {
			t.Fatalf("the desk is offered %+v", view)
		}
		s.Advance(26 * time.Hour)
		if got := must(s.Sharing.AcceptTransfer(s.as("prosecutor"), id, 1))(t); got != caseID {
			t.Errorf("took over %s", got)
		}
		later := s.openVictim("police", caseID)
		for _, v := range append(victims, later) {
			if !s.sees("prosecutor", v) || s.sees("inspection", v) || !s.sees("police", v) {
				t.Error("after the transfer a victim file is closed to the new lead or the team, or open to the old lead")
			}
		}
		shown := must(s.Cases.Show(s.as("prosecutor"), caseID))(t)
		if !shown.Leads || shown.Lead != s.house("prosecutor").Name {
			t.Errorf("the case is led by %s", shown.Lead)
		}
		must(s.Sharing.Add(s.as("prosecutor"), caseID, memberDesk(s.desk("migration")), ""))(t)
		old := must(s.Sharing.ShowTransfer(s.as("inspection"), id))(t)
		if old.State != sharing.Accepted || old.CanOpen || old.Note != "" {
			t.Errorf("the old lead sees %+v", old)
		}
		if s.heard("inspection", "transfer.accepted") != 1 || s.heard("police", "transfer.new_lead") != 1 {
			t.Error("the old lead or the team is not told")
		}
	})
}

func TestTransfer_aStaleTabOfTheOldLeadIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		member := s.addTeam(caseID, "police")
		must(s.Sharing.AcceptTransfer(s.as("prosecutor"), s.offerLead(caseID, "prosecutor", s.inDays(30)), 1))(t)
		if !s.sees("inspection", victims[0]) {
			t.Fatal("the old lead said that it stays and does not")
		}
		_, err := s.Sharing.Add(s.as("inspection"), caseID, memberDesk(s.desk("migration")), "")
		s.wants(err, fault.Refused, "the old lead adds")
		s.wants(s.Sharing.Remove(s.as("inspection"), caseID, member, 1), fault.Refused, "the old lead removes")
		_, err = s.renew("inspection", member, 1, s.inDays(150))
		s.wants(err, fault.Refused, "the old lead renews what the new one answers for")
		_, err = s.Sharing.OfferTransfer(s.as("inspection"), caseID, s.handTo("police", ""), "")
		s.wants(err, fault.Refused, "the old lead hands over once more")
		s.Advance(31 * day)
		if s.sees("inspection", victims[0]) {
			t.Error("the old lead stays longer than it said")
		}
		_, err = s.Sharing.Add(s.as("inspection"), caseID, memberDesk(s.desk("migration")), "")
		s.wants(err, fault.NotFound, "the old lead adds after its end")
	})
}

func TestTransfer_ofTwoAnswersOneWins(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("prosecutor", "second", agency.NewWorker{})
		for i := range 3 {
			caseID, victims := s.openCase(1)
			id := s.offerLead(caseID, "prosecutor", "")
			others := []func() error{
				func() error { return second(s.Sharing.AcceptTransfer(s.as("prosecutor/second"), id, 1)) },
				func() error { return s.Sharing.WithdrawTransfer(s.as("inspection"), id, 1) },
				func() error { return s.Sharing.DeclineTransfer(s.as("prosecutor/second"), id, 1, "no_capacity") },
			}
			errs := testkit.Together(func() error { return second(s.Sharing.AcceptTransfer(s.as("prosecutor"), id, 1)) }, others[i])
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("%d: both or none won: %v", i, errs)
			}
			led := s.sees("prosecutor", victims[0])
			if led == s.sees("inspection", victims[0]) || led != (errs[0] == nil || i == 0) {
				t.Errorf("%d: the case is led by both or by nobody", i)
			}
			duty := must(s.Sharing.Duty(s.as(map[bool]string{true: "prosecutor", false: "inspection"}[led]), gate.Case, caseID))(t).History
			if len(duty) != map[bool]int{true: 2, false: 1}[led] || duty[len(duty)-1].Until != 0 {
				t.Errorf("%d: the history says %+v", i, duty)
			}
		}
	})
}

func TestTransfer_namesEachFieldAtFault(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.addTeam(caseID, "police")
		s.exec(`UPDATE agency SET closed_at = 1 WHERE id = :id`, database.Args{"id": s.house("moria").ID})
		for _, c := range []struct {
			field, key string
			change     func(n *sharing.NewTransfer)
		}{
			{"to", "fault.field_required", func(n *sharing.NewTransfer) { n.DeskID = "" }},
			{"to", "sharing.no_such_desk", func(n *sharing.NewTransfer) { n.DeskID = gate.NewID() }},
			{"to", "sharing.no_such_desk", func(n *sharing.NewTransfer) { n.DeskID = s.desk("moria") }},
			{"to", "sharing.transfer_to_self", func(n *sharing.NewTransfer) { n.DeskID = s.desk("inspection") }},
			{"to", "sharing.cannot_lead", func(n *sharing.NewTransfer) { n.DeskID = s.desk("tutelles") }},
			{"reason", "fault.field_unknown_code", func(n *sharing.NewTransfer) { n.Reason = "because" }},
			{"keep", "fault.field_not_a_date", func(n *sharing.NewTransfer) { n.Keep = "2026-13-01" }},
			{"keep", "sharing.until_past", func(n *sharing.NewTransfer) { n.Keep = s.inDays(-1) }},
			{"keep", "gate.ceiling.team", func(n *sharing.NewTransfer) { n.Keep = s.inDays(181) }},
			{"note", "fault.field_control_characters", func(n *sharing.NewTransfer) { n.Note = "a\x07b" }},
			{"purpose", "fault.field_required", func(n *sharing.NewTransfer) { n.Purpose = "" }},
			{"basis", "fault.field_unknown_code", func(n *sharing.NewTransfer) { n.Basis = "because" }},
		} {
			n := s.handTo("prosecutor", "")
			c.change(&n)
			_, err := s.Sharing.OfferTransfer(s.as("inspection"), caseID, n, "")
			s.wantsField(err, c.field, c.key)
		}
		_, err := s.Sharing.OfferTransfer(s.as("police"), caseID, s.handTo("police", ""), "")
		s.wants(err, fault.Refused, "a member of the team hands the case over")
		for _, stranger := range []string{"payoke", "moria"} {
			_, err = s.Sharing.OfferTransfer(s.as(stranger), caseID, s.handTo("police", ""), "")
			s.wants(err, map[bool]fault.Kind{true: fault.Unauthenticated, false: fault.NotFound}[stranger == "moria"], stranger)
		}
		first := must(s.Sharing.OfferTransfer(s.as("inspection"), caseID, s.handTo("prosecutor", ""), "key-1"))(t)
		if again := must(s.Sharing.OfferTransfer(s.as("inspection"), caseID, s.handTo("prosecutor", ""), "key-1"))(t); again != first {
			t.Error("the same form made two offers")
		}
		_, err = s.Sharing.OfferTransfer(s.as("inspection"), caseID, s.handTo("police", ""), "")
		s.wantsKey(err, "sharing.transfer_open", "a second offer")
		for _, stranger := range []string{"payoke", "police"} {
			_, err = s.Sharing.ShowTransfer(s.as(stranger), first)
			s.wants(err, fault.NotFound, stranger+" looks")
			_, err = s.Sharing.AcceptTransfer(s.as(stranger), first, 1)
			s.wants(err, fault.NotFound, stranger+" accepts")
		}
		_, err = s.Sharing.AcceptTransfer(s.as("prosecutor"), first, 9)
		s.wantsKey(err, "sharing.transfer_changed", "a stale tab")
		if s.sees("prosecutor", victims[0]) {
			t.Error("a refused acceptance opened something")
		}
	})
}

func TestTransfer_expiresAndComesTooLate(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		id := s.offerLead(caseID, "prosecutor", s.inDays(60))
		s.Advance(7 * day)
		_, err := s.Sharing.AcceptTransfer(s.as("prosecutor"), id, 1)
		s.wantsKey(err, "sharing.transfer_already_expired", "before the job ran")
		must0(t, s.Sharing.Lapse(s.AsProgram()))
		_, err = s.Sharing.AcceptTransfer(s.as("prosecutor"), id, 2)
		s.wantsKey(err, "sharing.transfer_already_expired", "after the job ran")
		if list := must(s.Sharing.Access(s.as("inspection"), victims[0]))(t).List; len(list) != 1 || !list[0].Lead {
			t.Errorf("who has access: %+v", list)
		}
		next := s.offerLead(caseID, "prosecutor", "")
		lead := must(s.Sharing.Team(s.as("inspection"), caseID))(t).Members[0]
		must(s.renew("inspection", lead.GrantID, lead.Version, s.inDays(365)))(t)
		_, err = s.Sharing.AcceptTransfer(s.as("prosecutor"), next, 1)
		s.wantsKey(err, "sharing.lead_changed", "the lead was renewed since")
		must0(t, s.Sharing.WithdrawTransfer(s.as("inspection"), next, 1))
		_, err = s.Sharing.AcceptTransfer(s.as("prosecutor"), next, 2)
		s.wantsKey(err, "sharing.transfer_already_withdrawn", "after the withdrawal")
	})
}

// TestTransfer_expiredDoesNotStandInTheWay of the next offer before any job has run.
func TestTransfer_expiredDoesNotStandInTheWay(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, _ := s.openCase(1)
		first := s.offerLead(caseID, "prosecutor", s.inDays(60))
		s.Advance(7 * day)
		second := s.offerLead(caseID, "police", "")
		if view := must(s.Sharing.ShowTransfer(s.as("inspection"), first))(t); view.State != sharing.Expired {
			t.Errorf("the first is %s", view.State)
		}
		must(s.Sharing.AcceptTransfer(s.as("police"), second, 1))(t)
		must0(t, s.Sharing.Lapse(s.AsProgram()))
		if view := must(s.Sharing.ShowTransfer(s.as("inspection"), second))(t); view.State != sharing.Accepted {
			t.Errorf("the second is %s", view.State)
		}
	})
}

func TestTransfer_namedWorkersStayWithTheirAgency(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.addTeam(caseID, "payoke")
		s.person("payoke", "second", agency.NewWorker{})
		s.person("payoke", "boss", agency.NewWorker{Supervisor: true})
		s.propose("payoke/boss", "payoke", victims[0])
		s.sign("payoke/second", "payoke", victims[0])
		must(s.Entries.Add(s.as("payoke"), gate.Victim, victims[0], authz.ShelterLocation, testkit.Draft(s.locationValues()), ""))(t)
		must(s.Sharing.AcceptTransfer(s.as("payoke"), s.offerLead(caseID, "payoke", ""), 1))(t)
		if !s.readsLocation("payoke", victims[0]) || s.readsLocation("payoke/second", victims[0]) {
			t.Error("the lead of the shelter changes who reads the location")
		}
		if list := must(s.Sharing.Access(s.as("payoke"), victims[0]))(t).List; len(list) != 2 || !list[0].Lead || !list[1].OnlyNamed() {
			t.Errorf("who has access: %+v", list)
		}
	})
}

func TestDuty_saysWhoHadItOnEachDay(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.Advance(10 * day)
		lead := must(s.Sharing.Team(s.as("inspection"), caseID))(t).Members[0]
		must(s.renew("inspection", lead.GrantID, lead.Version, s.inDays(365)))(t)
		s.Advance(10 * day)
		must(s.Sharing.AcceptTransfer(s.as("prosecutor"), s.offerLead(caseID, "prosecutor", ""), 1))(t)
		s.Advance(10 * day)
		for kind, id := range map[gate.Kind]string{gate.Case: caseID, gate.Victim: victims[0]} {
			history := must(s.Sharing.Duty(s.as("prosecutor"), kind, id))(t).History
			for _, c := range []struct {
				at   int
				want []string
			}{{-1, nil}, {0, []string{"inspection"}}, {15, []string{"inspection"}}, {20, []string{"inspection", "prosecutor"}}, {21, []string{"prosecutor"}}, {30, []string{"prosecutor"}}} {
				on := sharing.DutyOn(history, moment.DayOf(testkit.Start).AddDays(c.at))
				var got []string
				for _, d := range on {
					got = append(got, d.AgencyID)
				}
				if len(got) != len(c.want) {
					t.Errorf("%s, day %d: %d had the duty, want %v", kind, c.at, len(got), c.want)
					continue
				}
				for i, house := range c.want {
					if got[i] != s.house(house).ID {
						t.Errorf("%s, day %d: not %s", kind, c.at, house)
					}
				}
			}
		}
		_, err := s.Sharing.Duty(s.as("moria"), gate.Case, caseID)
		s.wants(err, fault.NotFound, "a stranger asks")
	})
}

func TestDutyOn_findsSomebodyOnEachDayOfAnUnbrokenHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var history []sharing.Duty
		at := testkit.Start
		for i := range rapid.IntRange(1, 6).Draw(t, "leads") {
			next := at.Add(time.Duration(rapid.IntRange(1, 2000).Draw(t, "hours")) * time.Hour)
			history = append(history, sharing.Duty{GranteeID: string(rune('a' + i)), From: at, Until: next})
			at = next
		}
		history[len(history)-1].Until = 0
		for n := range 200 {
			if len(sharing.DutyOn(history, moment.DayOf(testkit.Start).AddDays(n))) == 0 {
				t.Fatalf("nobody had the duty on day %d", n)
			}
		}
	})
}

// TestTransfer_aKeptPlaceWhoseDayHasPassedIsExpired, by date, by the tidying, and by a takeover that comes after it.
func TestTransfer_aKeptPlaceWhoseDayHasPassedIsExpired(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, tidied := range []bool{false, true} {
			caseID, victims := s.openCase(1)
			id := s.offerLead(caseID, "prosecutor", s.inDays(1))
			place := must(s.Sharing.ShowTransfer(s.as("inspection"), id))(t).KeepGrantID
			reads := func(want, stored, reason string) {
				t.Helper()
				g := must(s.Sharing.Grant(s.as("prosecutor"), place))(t)
				if g.Shown(s.Now()) != want || g.State != stored || g.EndReason != reason {
					t.Errorf("it reads %s and is stored as %s %q", g.Shown(s.Now()), g.State, g.EndReason)
				}
			}
			if g := must(s.Sharing.Grant(s.as("inspection"), place))(t); g.Shown(s.Now()) != "offered" {
				t.Errorf("before its day it reads %s", g.Shown(s.Now()))
			}
			s.Advance(3 * day)
			if g := must(s.Sharing.Grant(s.as("inspection"), place))(t); g.Shown(s.Now()) != "expired" || g.State != "offered" {
				t.Errorf("before any job has run it reads %s", g.Shown(s.Now()))
			}
			if tidied {
				if n := must(s.Sharing.EndDue(s.AsProgram()))(t); n != 1 {
					t.Errorf("%d have ended", n)
				}
				if n := must(s.Sharing.EndDue(s.AsProgram()))(t); n != 0 {
					t.Errorf("%d have ended twice", n)
				}
			}
			must(s.Sharing.AcceptTransfer(s.as("prosecutor"), id, 1))(t)
			reads("expired", "ended", "expired")
			if s.sees("inspection", victims[0]) || !s.sees("prosecutor", victims[0]) {
				t.Error("the old lead stays after the day that it had said")
			}
		}
	})
}

// TestEndDue_leavesOpenReferralsAlone: they end by their own time, which tells the sender.
func TestEndDue_leavesOpenReferralsAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "identity")
		s.exec(`UPDATE file_grant SET until_at = :now WHERE id = :id`, database.Args{"now": s.Now(), "id": id})
		if n := must(s.Sharing.EndDue(s.AsProgram()))(t); n != 0 {
			t.Errorf("%d have ended", n)
		}
		if n := must(s.Sharing.ExpireDue(s.AsProgram()))(t); n != 1 || s.heard("inspection", "referral.expired") != 1 {
			t.Errorf("%d have expired", n)
		}
	})
}
