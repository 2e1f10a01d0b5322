package sharing_test

import (
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/sharing"
)

// byTwo is an access to a shelter that needs two persons of the inspectorate, with the worker whom the shelter named hanging on it. No
// rule of today gives a shelter such a section, so it is set behind the program's back.
func (s *scene) byTwo() (victimID, id string) {
	s.T.Helper()
	s.person("inspection", "second", agency.NewWorker{})
	s.person("inspection", "boss", agency.NewWorker{Supervisor: true, Desks: []string{}})
	_, victims := s.openCase(1)
	id = s.accepted(victims[0], "payoke", "identity")
	s.exec(`UPDATE file_grant SET sections = sections | CAST(:health AS BIGINT) WHERE id = :id`,
		database.Args{"health": int64(authz.SectionsOf(authz.Health)), "id": id})
	return victims[0], id
}

func (s *scene) proposesRenewal(who, id string, days int) (string, error) {
	s.T.Helper()
	grant := must(s.Sharing.Grant(s.as(who), id))(s.T)
	return s.Sharing.Renew(s.as(who), id, grant.Version, s.inDays(days), "support_continues")
}

// TestRenew_byTwo: whatever one person alone asks for changes nothing; the second signature lets the access go on with the workers whom
// the shelter has named by then, and the shelter is told.
func TestRenew_byTwo(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, id := s.byTwo()
		s.Advance(80 * day)
		next := must(s.proposesRenewal("inspection", id, 28))(t)
		old := must(s.Sharing.Grant(s.as("inspection/second"), id))(t)
		if old.State != "live" || !old.Waits || old.CanRenew || old.RenewedAs != "" || old.RenewedUntil != 0 {
			t.Errorf("before the second signature the old access is %+v", old.Holding)
		}
		if r := must(s.Sharing.Show(s.as("payoke"), id))(t); r.UntilAt != r.FirstUntil {
			t.Errorf("the receiver reads that it lasts until %v", r.UntilAt)
		}
		if s.heard("payoke", "grant.renewed") != 0 {
			t.Error("the receiver is told of what nobody has signed")
		}
		_, err := s.proposesRenewal("inspection/second", id, 27)
		s.wantsKey(err, "sharing.renewal_open", "a second proposal")
		s.wantsRefusal(s.Sharing.Approve(s.as("inspection"), next, 1), "sharing.second_person", "who asked signs")
		s.wants(s.Sharing.Approve(s.as("payoke"), next, 1), fault.NotFound, "the receiver signs")

		named := s.counted(`SELECT COUNT(*) FROM file_grant WHERE root_id = :id AND id <> :id AND state = 'live'`, database.Args{"id": id})
		must0(t, s.Sharing.Approve(s.as("inspection/boss"), next, 1))
		now := must(s.Sharing.Grant(s.as("inspection"), next))(t)
		old = must(s.Sharing.Grant(s.as("inspection"), id))(t)
		if now.State != "live" || now.WasUntil != old.Until || now.Reason != "support_continues" || old.State != "ended" || old.EndReason != "renewed" || old.RenewedAs != next {
			t.Errorf("after it: %+v, before %+v", now.Holding, old.Holding)
		}
		if moved := s.counted(`SELECT COUNT(*) FROM file_grant WHERE root_id = :id AND id <> :id AND state = 'live' AND until_at = :until`,
			database.Args{"id": next, "until": now.Until}); named != 1 || moved != named {
			t.Errorf("%d workers were named, %d are by the renewed access", named, moved)
		}
		if s.heard("payoke", "grant.renewed") != 1 {
			t.Error("the receiver is not told")
		}
		if r := must(s.Sharing.Show(s.as("payoke"), id))(t); r.UntilAt != now.Until {
			t.Errorf("the referral says until %v", r.UntilAt)
		}
		s.Advance(20 * day)
		if !s.sees("payoke", victimID) {
			t.Error("the access has ended on its old day")
		}
	})
}

// TestRenew_byTwoThatNobodySigns: refused, or left alone, the access ends on its old day and can be proposed again; after that day there
// is nothing left to sign.
func TestRenew_byTwoThatNobodySigns(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, id := s.byTwo()
		s.Advance(80 * day)
		refused := must(s.proposesRenewal("inspection", id, 28))(t)
		must0(t, s.Sharing.RefuseApproval(s.as("inspection/second"), refused, 1))
		if r := must(s.Sharing.Show(s.as("payoke"), id))(t); r.State != sharing.Accepted || r.UntilAt != r.FirstUntil || !s.sees("payoke", victimID) {
			t.Errorf("after a refusal: %+v", r.Referral)
		}
		s.Advance(9*day + time.Hour)
		late := must(s.proposesRenewal("inspection", id, 28))(t)
		s.Advance(2 * day)
		s.wantsKey(s.Sharing.Approve(s.as("inspection/second"), late, 1), "sharing.grant_ended", "signing after the old day")
		if s.sees("payoke", victimID) {
			t.Error("a signature after its end opened the access again")
		}
	})
}

// TestTakeBack_endsWhatWaits: a renewal that waits for its signature falls with what it would go on from.
func TestTakeBack_endsWhatWaits(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, id := s.byTwo()
		s.Advance(80 * day)
		next := must(s.proposesRenewal("inspection", id, 28))(t)
		s.takesBack(id)
		s.wants(s.Sharing.Approve(s.as("inspection/second"), next, 1), fault.Conflict, "signing what was taken back")
		if s.sees("payoke", victimID) {
			t.Error("the signature opened it again")
		}
	})
}
