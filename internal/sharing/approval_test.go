package sharing_test

import (
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// sign lets a second person sign that a worker is named on a file.
func (s *scene) sign(who, named, victimID string) {
	s.T.Helper()
	must0(s.T, s.Sharing.Approve(s.as(who), s.waiting(who, named, victimID), 1))
}

// waiting is the proposal by which a worker is to be named on a file, as a colleague sees it.
func (s *scene) waiting(who, named, victimID string) string {
	s.T.Helper()
	view := must(s.Sharing.NamedWorkers(s.as("payoke"), victimID))(s.T)
	for _, n := range view.Named {
		if n.Waits() && n.WorkerID == s.worker(named) {
			must(s.Sharing.Approval(s.as(who), n.GrantID))(s.T)
			return n.GrantID
		}
	}
	s.T.Fatalf("%s is not proposed", named)
	return ""
}

// inShelter is a victim file that the shelter has accepted, with three people at its desk and a supervisor beside it.
func (s *scene) inShelter() (victimID string) {
	s.T.Helper()
	s.person("payoke", "second", agency.NewWorker{})
	s.person("payoke", "third", agency.NewWorker{})
	s.person("payoke", "boss", agency.NewWorker{Supervisor: true, Desks: []string{}})
	_, victims := s.openCase(1)
	must(s.Sharing.Accept(s.as("payoke"), s.refer(victims[0], "payoke", "identity"), 1))(s.T)
	return victims[0]
}

func (s *scene) propose(who, named, victimID string) string {
	s.T.Helper()
	return must(s.Sharing.NameWorker(s.as(who), victimID, s.worker(named), "", ""))(s.T)
}

func TestApprove_isForASecondPersonOfTheAgency(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID := s.inShelter()
		id := s.propose("payoke", "payoke/second", victimID)
		s.wants(s.Sharing.Approve(s.as("payoke"), id, 1), fault.Refused, "who asked signs")
		s.wants(s.Sharing.Approve(s.as("payoke/second"), id, 1), fault.Refused, "who would see more signs")
		for _, stranger := range []string{"inspection", "moria", "police"} {
			s.wants(s.Sharing.Approve(s.as(stranger), id, 1), fault.NotFound, stranger+" signs")
			s.wants(s.Sharing.RefuseApproval(s.as(stranger), id, 1), fault.NotFound, stranger+" refuses")
			_, err := s.Sharing.Approval(s.as(stranger), id)
			s.wants(err, fault.NotFound, stranger+" looks")
			if list := must(s.Sharing.Approvals(s.as(stranger), gate.Cursor{}))(t); len(list.Items) > 0 {
				t.Errorf("%s finds %+v", stranger, list.Items)
			}
		}
		if list := must(s.Sharing.Approvals(s.as("payoke/boss"), gate.Cursor{}))(t); len(list.Items) != 1 || !list.CanSign[0] {
			t.Fatalf("the supervisor's list is %+v", list)
		}
		s.wants(s.Sharing.Approve(s.as("payoke/third"), id, 9), fault.Conflict, "a stale tab signs")
		must0(t, s.Sharing.Approve(s.as("payoke/boss"), id, 1))
		s.wantsKey(s.Sharing.Approve(s.as("payoke/third"), id, 2), "sharing.approval_already_approved", "a second signature")
		s.wantsKey(s.Sharing.RefuseApproval(s.as("payoke/third"), id, 2), "sharing.approval_already_approved", "a refusal after the signature")
		view := must(s.Sharing.NamedWorkers(s.as("payoke/second"), victimID))(t)
		if !view.CanName || len(view.Named) != 2 {
			t.Errorf("after the signature: %+v", view)
		}
	})
}

func TestApprove_ofTwoAtOnceOneWins(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID := s.inShelter()
		id := s.propose("payoke", "payoke/second", victimID)
		errs := testkit.Together(
			func() error { return s.Sharing.Approve(s.as("payoke/third"), id, 1) },
			func() error { return s.Sharing.RefuseApproval(s.as("payoke/boss"), id, 1) })
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both or none decided: %v", errs)
		}
		view := must(s.Sharing.Approval(s.as("payoke/third"), id))(t)
		if view.Grantee == "" || view.Asker == "" || view.Grantee == view.Asker {
			t.Errorf("who signs reads that %q asked for %q", view.Asker, view.Grantee)
		}
		want, state := sharing.Approved, "live"
		if errs[0] != nil {
			want, state = sharing.Refused, "ended"
		}
		if view.State != want || view.GrantState != state || view.Open(s.Now()) {
			t.Errorf("decided %s, the grant is %s; want %s, %s", view.State, view.GrantState, want, state)
		}
	})
}

func TestApproval_lapsesAfterThreeDays(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID := s.inShelter()
		id := s.propose("payoke", "payoke/second", victimID)
		s.Advance(72*time.Hour - time.Second)
		if n := must(s.Sharing.LapseApprovals(s.AsProgram()))(t); n != 0 {
			t.Errorf("%d lapsed too early", n)
		}
		s.Advance(time.Second)
		s.wantsKey(s.Sharing.Approve(s.as("payoke/boss"), id, 1), "sharing.approval_already_lapsed", "before the job ran")
		if n := must(s.Sharing.LapseApprovals(s.AsProgram()))(t); n != 1 {
			t.Errorf("%d lapsed", n)
		}
		s.wantsKey(s.Sharing.Approve(s.as("payoke/boss"), id, 2), "sharing.approval_already_lapsed", "after the job ran")
		if view := must(s.Sharing.NamedWorkers(s.as("payoke"), victimID))(t); len(view.Named) != 1 {
			t.Errorf("named are %+v", view.Named)
		}
		must(s.Sharing.NameWorker(s.as("payoke"), victimID, s.worker("payoke/second"), "", ""))(t)
	})
}

// TestApproval_goesUpByTheDesk: who sits at the desk is told at once, the agency's other supervisors when nobody there has signed within
// a day; at once where the desk has no lead who could sign.
func TestApproval_goesUpByTheDesk(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID := s.inShelter()
		stands := func(what string, bosses int) {
			t.Helper()
			for range 2 {
				must(s.Sharing.StandInApprovals(s.AsProgram()))(t)
			}
			if n := s.heard("payoke/boss", "approval.wanted"); n != bosses {
				t.Errorf("%s the supervisor was told %d times", what, n)
			}
		}
		s.propose("payoke", "payoke/second", victimID)
		stands("where the desk has no lead", 1)

		s.person("payoke", "lead", agency.NewWorker{Supervisor: true})
		before := s.heard("payoke/lead", "approval.wanted")
		s.propose("payoke", "payoke/third", victimID)
		if s.heard("payoke/lead", "approval.wanted") != before+1 {
			t.Error("the desk's lead is not told")
		}
		s.Advance(24*time.Hour - time.Second)
		stands("a second before a day is over", 1)
		s.Advance(time.Second)
		stands("after a day", 2)

		s.propose("payoke/lead", "payoke/boss", victimID)
		stands("where the lead asks", 3)
	})
}

func TestApproval_endsWithWhatItHangsOn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		member := s.addTeam(caseID, "payoke")
		s.person("payoke", "second", agency.NewWorker{})
		s.person("payoke", "boss", agency.NewWorker{Supervisor: true})
		id := s.propose("payoke/boss", "payoke", victims[0])
		must0(t, s.Sharing.Remove(s.as("inspection"), caseID, member, 1))
		s.wants(s.Sharing.Approve(s.as("payoke/second"), id, 1), fault.NotFound, "a colleague who no longer sees the file signs")
		s.person("payoke", "chief", agency.NewWorker{Supervisor: true})
		s.wantsKey(s.Sharing.Approve(s.as("payoke/chief"), id, 1), "sharing.approval_already_lapsed", "after the agency left the file")
	})
}
