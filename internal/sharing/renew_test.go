package sharing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

const day = 24 * time.Hour

// heard counts the open notices of a person with a code.
func (s *scene) heard(who, code string) (count int) {
	s.T.Helper()
	list := must(s.Notices.List(s.as(who), notice.Open, gate.Cursor{}))(s.T)
	for _, n := range list.Items {
		if n.Code == code {
			count++
		}
	}
	return count
}

func (s *scene) renew(who, grantID string, version int64, until moment.Date) (string, error) {
	return s.Sharing.Renew(s.as(who), grantID, version, until, "support_continues")
}

func TestRenew_letsThePlaceGoOnWithAllThatHangsOnIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("payoke", "second", agency.NewWorker{})
		s.person("payoke", "boss", agency.NewWorker{Supervisor: true})
		caseID, victims := s.openCase(2)
		member := s.addTeam(caseID, "payoke")
		s.propose("payoke/boss", "payoke", victims[0])
		s.sign("payoke/second", "payoke", victims[0])
		s.Advance(80 * day)
		id := must(s.renew("inspection", member, 1, s.inDays(300)))(t)
		s.Advance(40 * day)
		for i, v := range victims {
			if !s.sees("payoke", v) {
				t.Errorf("victim %d is closed although the place was renewed", i)
			}
		}
		must(s.Entries.Add(s.as("payoke"), gate.Victim, victims[0], authz.ShelterLocation, testkit.Draft(s.locationValues()), ""))(t)
		view := must(s.Sharing.Grant(s.as("payoke"), id))(t)
		if view.State != "live" || view.Reason != "support_continues" || view.Since != testkit.Start || view.CanRenew {
			t.Errorf("the new grant is %+v", view.Holding)
		}
		old := must(s.Sharing.Grant(s.as("inspection"), member))(t)
		if old.State != "ended" || old.EndReason != "renewed" || old.RenewedAs != id || old.CanRenew {
			t.Errorf("the old grant is %+v", old.Holding)
		}
		if later := s.openVictim("inspection", caseID); !s.sees("payoke", later) {
			t.Error("a file opened after the renewal is closed")
		}
		team := must(s.Sharing.Team(s.as("inspection"), caseID))(t)
		must0(t, s.Sharing.Remove(s.as("inspection"), caseID, id, team.Members[1].Version))
		if s.sees("payoke", victims[0]) || s.sees("payoke", victims[1]) {
			t.Error("the renewed place outlives its end")
		}
	})
}

func TestRenew_refusesBadInput(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		member := s.addTeam(caseID, "police")
		renew := func(until moment.Date, reason string) error {
			return second(s.Sharing.Renew(s.as("inspection"), member, 1, until, reason))
		}
		s.wantsField(renew("", "file_open"), "until", "fault.field_required")
		s.wantsField(renew("2026-02-30", "file_open"), "until", "fault.field_not_a_date")
		s.wantsField(renew(s.inDays(-1), "file_open"), "until", "sharing.until_past")
		s.wantsField(renew(s.inDays(10), "file_open"), "until", "sharing.renew_not_later")
		s.wantsField(renew(s.inDays(181), "file_open"), "until", "gate.ceiling.team")
		s.wantsField(renew(s.inDays(1000), "file_open"), "until", "sharing.until_too_late")
		s.wantsField(renew(s.inDays(120), ""), "reason", "fault.field_required")
		s.wantsField(renew(s.inDays(120), "because"), "reason", "fault.field_unknown_code")
		_, err := s.renew("inspection", member, 7, s.inDays(120))
		s.wants(err, fault.Conflict, "a stale tab")
		_, err = s.renew("police", member, 1, s.inDays(120))
		s.wants(err, fault.Refused, "who has the access")
		for _, stranger := range []string{"payoke", "moria"} {
			_, err = s.renew(stranger, member, 1, s.inDays(120))
			s.wants(err, fault.NotFound, stranger)
			_, err = s.Sharing.Grant(s.as(stranger), member)
			s.wants(err, fault.NotFound, stranger+" looks")
		}
		children := must(s.Sharing.Access(s.as("inspection"), victims[0]))(t).List
		_, err = s.renew("inspection", children[1].GrantID, children[1].Version, s.inDays(120))
		s.wants(err, fault.Refused, "what hangs on the place in the team")
		if len(children) != 2 || !s.sees("police", victims[0]) {
			t.Error("a refused renewal changed something")
		}
	})
}

func TestRenew_sentTwiceIsOneRenewal(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("inspection", "second", agency.NewWorker{})
		caseID, victims := s.openCase(1)
		member := s.addTeam(caseID, "police")
		errs := testkit.Together(
			func() error { return second(s.renew("inspection", member, 1, s.inDays(120))) },
			func() error { return second(s.renew("inspection/second", member, 1, s.inDays(150))) })
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("two renewals at once: %v", errs)
		}
		if list := must(s.Sharing.Access(s.as("inspection"), victims[0]))(t).List; len(list) != 2 {
			t.Errorf("who has access: %+v", list)
		}
		_, err := s.renew("inspection", member, 1, s.inDays(160))
		s.wantsKey(err, "sharing.grant_ended", "the same form once more")
	})
}

func TestRenew_ofAReferralIsTheSendersOrTheLeads(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.addTeam(caseID, "police")
		id := must(s.Sharing.Refer(s.as("police"), victims[0], offerTo(s.desk("payoke"), "identity"), ""))(t)
		must(s.Sharing.Accept(s.as("payoke"), id, 1))(t)
		_, err := s.renew("payoke", id, 2, s.inDays(200))
		s.wants(err, fault.Refused, "the receiver renews")
		next := must(s.renew("police", id, 2, s.inDays(200)))(t)
		must(s.renew("inspection", next, 1, s.inDays(220)))(t)
		s.Advance(210 * day)
		if !s.sees("payoke", victims[0]) {
			t.Error("the renewed access is closed")
		}
	})
}

func TestTellEnding_tellsOnceFourteenDaysBefore(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, _ := s.openCase(1)
		s.addTeam(caseID, "police")
		short := memberDesk(s.desk("prosecutor"))
		short.Until = s.inDays(9)
		must(s.Sharing.Add(s.as("inspection"), caseID, short, ""))(t)
		s.Advance(gate.DefaultGrant - 14*day - time.Second)
		must(s.Sharing.TellEnding(s.AsProgram()))(t)
		if s.heard("police", "grant.ending")+s.heard("inspection", "grant.ending")+s.heard("prosecutor", "grant.ending") != 0 {
			t.Error("told too early, or of what was meant to be short")
		}
		s.Advance(time.Second)
		for range 2 {
			must(s.Sharing.TellEnding(s.AsProgram()))(t)
		}
		if s.heard("police", "grant.ending") != 1 || s.heard("inspection", "grant.ending") != 1 || s.heard("moria", "grant.ending") != 0 {
			t.Errorf("told the police %d times, the lead %d times", s.heard("police", "grant.ending"), s.heard("inspection", "grant.ending"))
		}
		member := must(s.Sharing.Team(s.as("inspection"), caseID))(t).Members[1]
		must(s.renew("inspection", member.GrantID, member.Version, s.inDays(90)))(t)
		if s.heard("police", "grant.renewed") != 1 {
			t.Error("the police are not told that they go on")
		}
		must(s.Sharing.TellEnding(s.AsProgram()))(t)
		if s.heard("police", "grant.ending") != 1 {
			t.Error("told of an end that was moved")
		}
	})
}

func TestAccess_saysSinceWhenAndWhenLastOpened(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.addTeam(caseID, "police")
		must(s.Sharing.Add(s.as("inspection"), caseID, sharing.NewMember{WorkerID: s.worker("prosecutor"), Terms: terms()}, ""))(t)
		s.Advance(time.Hour)
		opened := s.Now()
		if !s.sees("police", victims[0]) {
			t.Fatal("the police do not see the file")
		}
		s.Advance(time.Hour)
		must(s.Trail.Sequence(t.Context()))(t)
		view := must(s.Sharing.Access(s.as("inspection"), victims[0]))(t)
		if len(view.List) != 3 {
			t.Fatalf("who has access: %+v", view.List)
		}
		for _, a := range view.List {
			switch {
			case a.Agency == s.house("police").Name && (a.Opened != opened || a.Since != testkit.Start):
				t.Errorf("the police opened at %v, have it since %v", a.Opened, a.Since)
			case a.Agency == s.house("prosecutor").Name && (a.Opened != 0 || a.Worker != ""):
				t.Errorf("the prosecutor's line is %+v", a)
			}
		}
		for _, a := range must(s.Sharing.Access(s.as("prosecutor"), victims[0]))(t).List {
			if (a.Worker != "") != (a.OnePerson() && a.AgencyID == s.house("prosecutor").ID) {
				t.Errorf("named in the list: %+v", a)
			}
		}
	})
}

// TestAccess_saysOfEachLineWhenItWasOpened: of two lines of one agency each has its own, and who has left a desk since counts there.
func TestAccess_saysOfEachLineWhenItWasOpened(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.addTeam(caseID, "police")
		must(s.Sharing.Add(s.as("inspection"), caseID, sharing.NewMember{WorkerID: s.Person("fgp.other").ID, Terms: terms()}, ""))(t)
		lines := func() (desk, person moment.Time) {
			must(s.Trail.Sequence(t.Context()))(t)
			for _, a := range must(s.Sharing.Access(s.as("inspection"), victims[0]))(t).List {
				switch {
				case a.AgencyID == s.house("police").ID && a.OnePerson():
					person = a.Opened
				case a.AgencyID == s.house("police").ID:
					desk = a.Opened
				}
			}
			return desk, person
		}
		s.Advance(time.Hour)
		first := s.Now()
		must(s.Victims.Show(s.As("fgp"), victims[0]))(t)
		if desk, person := lines(); desk != first || person != 0 {
			t.Errorf("the desk opened it at %v, the one person at %v", desk, person)
		}
		s.Advance(time.Hour)
		second := s.Now()
		must(s.Victims.Show(s.As("fgp.other"), victims[0]))(t)
		if desk, person := lines(); desk != first || person != second {
			t.Errorf("after the person: the desk opened it at %v, the one person at %v", desk, person)
		}
		s.Advance(time.Hour)
		s.exec(`UPDATE worker_desk SET ended_at = :now WHERE worker_id = :worker`, database.Args{"now": int64(s.Now()), "worker": s.Person("fgp").ID})
		if desk, _ := lines(); desk != first {
			t.Errorf("since its worker has left, the desk opened it at %v", desk)
		}
	})
}

// TestRenew_showsTheNewEndWhereverTheOldOneStood: on the referral, the grant and in the list of who has access; the old one stays
// readable.
func TestRenew_showsTheNewEndWhereverTheOldOneStood(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		_, victims := s.openCase(1)
		first := s.refer(victims[0], "payoke", "identity")
		must(s.Sharing.Accept(s.as("payoke"), first, 1))(t)
		began := must(s.Sharing.Show(s.as("payoke"), first))(t)
		if began.UntilAt != began.FirstUntil {
			t.Fatalf("before any renewal it ends %v and ended %v", began.UntilAt, began.FirstUntil)
		}
		s.Advance(60 * day)
		second := must(s.renew("inspection", first, 2, s.inDays(80)))(t)
		s.Advance(60 * day)
		third := must(s.renew("inspection", second, 1, s.inDays(85)))(t)
		last := s.inDays(85).EndOf()
		for _, who := range []string{"payoke", "inspection"} {
			if r := must(s.Sharing.Show(s.as(who), first))(t); r.UntilAt != last || r.FirstUntil != began.UntilAt {
				t.Errorf("%s: the referral says until %v, at first %v", who, r.UntilAt, r.FirstUntil)
			}
			list := must(s.Sharing.Access(s.as(who), victims[0]))(t).List
			at := slices.IndexFunc(list, func(a sharing.Access) bool { return a.GrantID == third })
			if at < 0 || list[at].Until != last || list[at].Since != began.AnsweredAt && list[at].Since != testkit.Start {
				t.Errorf("%s: who has access says %+v", who, list)
			}
		}
		old, now := must(s.Sharing.Grant(s.as("payoke"), second))(t), must(s.Sharing.Grant(s.as("payoke"), third))(t)
		if old.RenewedUntil != last || old.WasUntil != began.UntilAt || now.Until != last || now.WasUntil != old.Until || now.RenewedUntil != 0 {
			t.Errorf("the grants say %+v and %+v", old.Holding, now.Holding)
		}
		page := string(site.SignIn("rsz").Get("/referrals/" + first).Want(200).Body)
		for _, want := range []string{"Verlengd; voordien tot en met"} {
			if !strings.Contains(page, want) {
				t.Errorf("the referral's page lacks %q", want)
			}
		}
		var body sharing.ReferralBody
		if site.Key("rsz").Get("/api/v1/referrals/" + first).Want(200).Into(&body); body.Until != last {
			t.Errorf("the API says until %v", body.Until)
		}
	})
}
