package sharing_test

import (
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

func TestWithdrawAndAccept_haveOneWinner(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("payoke", "colleague", agency.NewWorker{})
		for range 8 {
			_, victims := s.openCase(1)
			id := s.refer(victims[0], "payoke", "identity")
			errs := testkit.Together(
				func() error { return s.Sharing.Withdraw(s.as("inspection"), id, 1) },
				func() error { _, err := s.Sharing.Accept(s.as("payoke"), id, 1); return err },
				func() error { _, err := s.Sharing.Accept(s.as("payoke/colleague"), id, 1); return err },
				func() error { return s.Sharing.Decline(s.as("payoke"), id, 1, "safety") },
			)
			won := 0
			for _, err := range errs {
				if err == nil {
					won++
					continue
				}
				s.wants(err, fault.Conflict, "who comes second")
			}
			mine := must(s.Sharing.Show(s.as("inspection"), id))(t)
			theirs := must(s.Sharing.Show(s.as("payoke"), id))(t)
			if won != 1 || mine.State != theirs.State || mine.State == sharing.Offered {
				t.Fatalf("%d winners, %s here and %s there: %v", won, mine.State, theirs.State, errs)
			}
			if (errs[1] == nil || errs[2] == nil) != (mine.State == sharing.Accepted) || s.sees("payoke", victims[0]) != (mine.State == sharing.Accepted) {
				t.Fatalf("the state is %s, the file says otherwise", mine.State)
			}
		}
	})
}

func TestAnswer_afterTheOfferWasSettled(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		withdrawn := s.refer(victims[0], "payoke", "identity")
		s.wants(s.Sharing.Withdraw(s.as("inspection"), withdrawn, 7), fault.Conflict, "a stale withdrawal")
		must0(t, s.Sharing.Withdraw(s.as("inspection"), withdrawn, 1))
		for what, err := range map[string]error{
			"accepts":   second(s.Sharing.Accept(s.as("payoke"), withdrawn, 1)),
			"looks":     second(s.Sharing.Preview(s.as("payoke"), withdrawn)),
			"declines":  s.Sharing.Decline(s.as("payoke"), withdrawn, 1, "safety"),
			"withdraws": s.Sharing.Withdraw(s.as("inspection"), withdrawn, 2),
		} {
			f, ok := fault.As(err)
			if !ok || f.Kind != fault.Conflict || f.Key != "sharing.already_withdrawn" || f.Detail.(sharing.Settled).State != sharing.Withdrawn {
				t.Errorf("%s: %v", what, err)
			}
		}
		declined := s.refer(victims[0], "payoke", "identity")
		s.wantsField(s.Sharing.Decline(s.as("payoke"), declined, 1, "no fun"), "reason", "fault.field_unknown_code")
		must0(t, s.Sharing.Decline(s.as("payoke"), declined, 1, "outside_area"))
		view := must(s.Sharing.Show(s.as("inspection"), declined))(t)
		if view.State != sharing.Declined || view.DeclineReason != "outside_area" {
			t.Errorf("the sender sees %+v", view.Referral)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestAccept_needsTheVersionThatWasSeen(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "identity")
		_, err := s.Sharing.Accept(s.as("payoke"), id, 3)
		s.wantsKey(err, "sharing.referral_changed", "a stale acceptance")
		if s.sees("payoke", victims[0]) {
			t.Error("the refused acceptance let the desk in")
		}
	})
}

func TestAccept_isForPeopleWhoWorkOnFiles(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		roles := s.house("payoke").Roles
		s.person("payoke", "admin", agency.NewWorker{Hold: []string{roles[agency.Administrator]}})
		s.person("payoke", "elsewhere", agency.NewWorker{Desks: []string{}})
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "identity")
		_, err := s.Sharing.Accept(s.as("payoke/admin"), id, 1)
		s.wants(err, fault.Refused, "an administrator accepts")
		if preview := must(s.Sharing.Preview(s.as("payoke/admin"), id))(t); named(preview.Sections) {
			t.Error("an administrator reads the offer")
		}
		_, err = s.Sharing.Accept(s.as("payoke/elsewhere"), id, 1)
		s.wants(err, fault.NotFound, "another desk of the same agency accepts")
	})
}

func TestOffer_isOverdueThenExpires(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "identity")
		s.Advance(25 * time.Hour)
		list := must(s.Sharing.List(s.as("payoke"), sharing.Waiting, gate.Cursor{}))(t)
		if len(list.Referrals) != 1 || !list.Referrals[0].Overdue(list.Now) {
			t.Errorf("after a day the urgent offer is not overdue: %+v", list)
		}
		if n := must(s.Sharing.ExpireDue(s.AsProgram()))(t); n != 0 {
			t.Errorf("%d expired within the grace", n)
		}
		s.Advance(72 * time.Hour)
		_, err := s.Sharing.Accept(s.as("payoke"), id, 1)
		s.wantsKey(err, "sharing.already_expired", "an acceptance after the end, before any job ran")
		if list := must(s.Sharing.List(s.as("payoke"), sharing.Waiting, gate.Cursor{}))(t); len(list.Referrals) != 0 {
			t.Error("a dead offer still waits")
		}
		if n := must(s.Sharing.ExpireDue(s.AsProgram()))(t); n != 1 {
			t.Errorf("%d expired", n)
		}
		if view := must(s.Sharing.Show(s.as("inspection"), id))(t); view.State != sharing.Expired {
			t.Errorf("the sender sees %s", view.State)
		}
		if n := must(s.Sharing.ExpireDue(s.AsProgram()))(t); n != 0 {
			t.Errorf("%d expired twice", n)
		}
	})
}

func TestRefer_againAfterAnUnansweredOfferNeedsNoJob(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		first := s.refer(victims[0], "payoke", "identity")
		s.Advance(5 * 24 * time.Hour)
		s.refer(victims[0], "payoke", "identity")
		if view := must(s.Sharing.Show(s.as("inspection"), first))(t); view.State != sharing.Expired {
			t.Errorf("the first offer is %s", view.State)
		}
	})
}

func TestGrant_endsAtItsInstantAndIsMarkedLater(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		n := offerTo(s.desk("payoke"), "identity")
		n.Until = "2026-03-20"
		id := must(s.Sharing.Refer(s.as("inspection"), victims[0], n, ""))(t)
		must(s.Sharing.Accept(s.as("payoke"), id, 1))(t)
		s.waitUntil(moment.Date("2026-03-20").EndOf() - 1)
		if !s.sees("payoke", victims[0]) {
			t.Error("the access ended before the day was over")
		}
		s.Advance(time.Microsecond)
		if s.sees("payoke", victims[0]) {
			t.Error("the access outlives its day")
		}
		if n := must(s.Sharing.EndDue(s.AsProgram()))(t); n != 2 { // the desk's and the named worker's
			t.Errorf("%d marked as ended", n)
		}
		if n := must(s.Sharing.EndDue(s.AsProgram()))(t); n != 0 {
			t.Errorf("%d ended twice", n)
		}
	})
}
