package sharing_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// steps are the only changes of state that there are.
var steps = map[sharing.State][]sharing.State{
	sharing.Offered:   {sharing.Accepted, sharing.Declined, sharing.Withdrawn, sharing.Expired},
	sharing.Accepted:  {sharing.Completed, sharing.TakenBack},
	sharing.Completed: {sharing.TakenBack},
}

func TestStates_goOnlyForward(t *testing.T) {
	for _, from := range sharing.States() {
		for _, to := range sharing.States() {
			if got, want := sharing.Becomes(from, to), slices.Contains(steps[from], to); got != want {
				t.Errorf("%s to %s: %v", from, to, got)
			}
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		state, walked := sharing.Offered, 0
		for _, next := range rapid.SliceOf(rapid.SampledFrom(sharing.States())).Draw(rt, "steps") {
			if sharing.Becomes(state, next) {
				state, walked = next, walked+1
			}
		}
		if walked > 3 || walked == 3 && state != sharing.TakenBack || walked == 2 && state != sharing.Completed && state != sharing.TakenBack {
			rt.Fatalf("%d steps to %s", walked, state)
		}
	})
}

func TestComplete_tellsTheSenderTheOutcome(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "identity")
		s.wantsKey(s.Sharing.Complete(s.as("payoke"), id, 1, "accommodated"), "sharing.not_accepted", "before the acceptance")
		must(s.Sharing.Accept(s.as("payoke"), id, 1))(t)
		s.wantsField(s.Sharing.Complete(s.as("payoke"), id, 2, "happy"), "outcome", "fault.field_unknown_code")
		s.wantsField(s.Sharing.Complete(s.as("payoke"), id, 2, ""), "outcome", "fault.field_required")
		s.wantsKey(s.Sharing.Complete(s.as("payoke"), id, 1, "accommodated"), "sharing.referral_changed", "a stale tab")
		s.wants(s.Sharing.Complete(s.as("inspection"), id, 2, "accommodated"), fault.Refused, "the sender completes")
		s.wants(s.Sharing.Complete(s.as("moria"), id, 2, "accommodated"), fault.NotFound, "a stranger completes")
		must0(t, s.Sharing.Complete(s.as("payoke"), id, 2, "accommodated"))
		s.wantsKey(s.Sharing.Complete(s.as("payoke"), id, 3, "accommodated"), "sharing.already_completed", "twice")
		s.wantsKey(s.Sharing.Withdraw(s.as("inspection"), id, 3), "sharing.already_completed", "a withdrawal")
		for _, who := range []string{"inspection", "payoke"} {
			view := must(s.Sharing.Show(s.as(who), id))(t)
			if view.State != sharing.Completed || view.Outcome != "accommodated" || view.CompletedAt != s.Now() || view.CanComplete {
				t.Errorf("%s sees %+v", who, view)
			}
		}
		if !s.sees("payoke", victims[0]) {
			t.Error("the outcome took the access away")
		}
	})
}

func TestComplete_atOnceHasOneWinner(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "identity")
		must(s.Sharing.Accept(s.as("payoke"), id, 1))(t)
		errs := testkit.Together(
			func() error { return s.Sharing.Complete(s.as("payoke"), id, 2, "accommodated") },
			func() error { return s.Sharing.Complete(s.as("payoke"), id, 2, "contact_lost") },
		)
		won := []string{"accommodated", "contact_lost"}
		view := must(s.Sharing.Show(s.as("inspection"), id))(t)
		if (errs[0] == nil) == (errs[1] == nil) || view.Outcome != won[slices.Index(errs, nil)] {
			t.Errorf("%v, and the outcome is %s", errs, view.Outcome)
		}
	})
}

// TestOffer_endsWithItsGrant: whatever ends the grant, such as a consent that is withdrawn, takes the offer back at once.
func TestOffer_endsWithItsGrant(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "identity")
		s.exec(`UPDATE file_grant SET state = 'ended', ended_at = :now WHERE id = :id`, database.Args{"id": id, "now": s.Now()})
		_, err := s.Sharing.Accept(s.as("payoke"), id, 1)
		s.wantsKey(err, "sharing.already_withdrawn", "an acceptance after the grant has ended")
		for _, who := range []string{"inspection", "payoke"} {
			if view := must(s.Sharing.Show(s.as(who), id))(t); view.State != sharing.Withdrawn || view.CanAnswer || view.CanWithdraw {
				t.Errorf("%s sees %+v", who, view)
			}
		}
		if list := must(s.Sharing.List(s.as("payoke"), sharing.Waiting, gate.Cursor{}))(t); len(list.Referrals) > 0 {
			t.Error("the offer still waits")
		}
		s.refer(victims[0], "payoke", "identity")
		if n := must(s.Sharing.ExpireDue(s.AsProgram()))(t); n != 0 {
			t.Errorf("%d expired", n)
		}
	})
}

// TestStaleTab_afterAHandOver: what somebody has open from before must not act on a file that is no longer theirs.
func TestStaleTab_afterAHandOver(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		member := s.addTeam(caseID, "police")
		n := offerTo(s.desk("payoke"), "identity")
		n.Seen = must(s.Sharing.Rehearse(s.as("police"), victims[0], n))(t).Seen
		open := must(s.Sharing.Refer(s.as("police"), victims[0], offerTo(s.desk("moria"), "identity"), ""))(t)
		must0(t, s.Sharing.Remove(s.as("inspection"), caseID, member, 1))
		_, err := s.Sharing.Refer(s.as("police"), victims[0], n, "")
		s.wants(err, fault.NotFound, "an offer from a stale tab")
		s.wants(s.Sharing.Withdraw(s.as("police"), open, 1), fault.NotFound, "a withdrawal from a stale tab")
		_, err = s.Sharing.Accept(s.as("moria"), open, 1)
		s.wantsKey(err, "sharing.already_withdrawn", "an acceptance of what the leaver had offered")
	})
}
