package sharing_test

import (
	"slices"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/circle"
	"relais/internal/database"
	"relais/internal/exchange"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/outside"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// TestLoss_leavesWhatAnAgencyWrote: what it passed on of its own entries alone stands as long as it has anything of the file.
func TestLoss_leavesWhatAnAgencyWrote(t *testing.T) {
	both := authz.SectionsOf(authz.Identity, authz.SupportPlan)
	own := gate.OnlyOf{}.With(authz.Identity, "shelter").With(authz.SupportPlan, "shelter")
	mixed := gate.OnlyOf{}.With(authz.Identity, "shelter", "inspection").With(authz.SupportPlan, "shelter")
	for _, c := range []struct {
		claim string
		loss  sharing.Loss
		only  gate.OnlyOf
		want  bool
	}{
		{"whole sections that it holds no longer", sharing.Loss{Holds: true}, nil, false},
		{"whole sections that it holds by something else", sharing.Loss{Holds: true, Left: both}, nil, true},
		{"its own entries", sharing.Loss{Holds: true}, own, true},
		{"its own entries, where it has nothing of the file any more", sharing.Loss{}, own, false},
		{"its own entries and another's", sharing.Loss{Holds: true}, mixed, false},
		{"what it passed on before", sharing.Loss{Since: 100}, nil, true},
	} {
		c.loss.AgencyID = "shelter"
		if got := c.loss.Keeps(both, c.only, 50); got != c.want {
			t.Errorf("%s: kept %v", c.claim, got)
		}
	}
}

// accepted refers sections of a file of the inspectorate and lets the desk accept them.
func (s *scene) accepted(victimID, house string, sections ...string) string {
	s.T.Helper()
	id := s.refer(victimID, house, sections...)
	must(s.Sharing.Accept(s.as(house), id, 1))(s.T)
	return id
}

// passedOn is a referral by somebody else, accepted.
func (s *scene) passedOn(victimID, from, house string, sections ...string) string {
	s.T.Helper()
	id := must(s.Sharing.Refer(s.as(from), victimID, offerTo(s.desk(house), sections...), ""))(s.T)
	must(s.Sharing.Accept(s.as(house), id, 1))(s.T)
	return id
}

func (s *scene) takesBack(id string) {
	s.T.Helper()
	view := must(s.Sharing.Show(s.as("inspection"), id))(s.T)
	if !view.CanTakeBack {
		s.T.Fatalf("the sender may not take back %+v", view.Referral)
	}
	must0(s.T, s.Sharing.TakeBack(s.as("inspection"), id, view.Version, "too_much"))
}

func (s *scene) copies(who, victimID string, sections ...string) exchange.Copy {
	s.T.Helper()
	return must(s.Exchange.Export(s.as(who), gate.Victim, victimID, exchange.Wanted{Format: exchange.JSON, Sections: sections, Purpose: "protection",
		Reason: "meeting", Recipient: "Parket"}))(s.T)
}

// TestTakeBack_endsTheAccessForBothSides: the access ends at the next request, both sides read the same state and reason, the sender
// learns what had been exported, and what the receiver has written stays its own.
func TestTakeBack_endsTheAccessForBothSides(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.accepted(victims[0], "police", "identity", "exploitation")
		s.writeExploitation("police", victims[0], "legal_task", "Seen at the gate.", "")
		s.Advance(time.Hour)
		copied := s.copies("police", victims[0], "identity")
		form := must(s.Sharing.RecallForm(s.as("inspection"), id))(t)
		if len(form.Ends) != 1 || form.Ends[0].Agency != s.house("police").Name || len(form.Left) != 1 {
			t.Fatalf("before: %+v %+v", form.Ends, form.Left)
		}
		s.Advance(time.Hour)
		s.takesBack(id)
		if s.sees("police", victims[0]) || !s.sees("inspection", victims[0]) {
			t.Error("the access has not ended, or the sender's has")
		}
		mine, theirs := must(s.Sharing.Show(s.as("inspection"), id))(t), must(s.Sharing.Show(s.as("police"), id))(t)
		for side, v := range map[string]sharing.View{"sender": mine, "receiver": theirs} {
			if v.State != sharing.TakenBack || v.RecallReason != "too_much" || v.RecalledAt != s.Now() || v.CanTakeBack || v.CanComplete || len(v.Left) != 1 {
				t.Errorf("the %s sees %+v %+v", side, v.Referral, v.Left)
				continue
			}
			if l := v.Left[0]; l.Number != copied.Number || l.At != copied.At || l.Desk == "" || l.Agency != s.house("police").Name || l.Format != "json" || l.Sections != authz.SectionsOf(authz.Identity) {
				t.Errorf("the %s reads of the copy %+v", side, l)
			}
		}
		if theirs.CanOpen || !mine.CanOpen {
			t.Error("a page leads into the closed file, or not into the open one")
		}
		listed := must(s.Sharing.List(s.as("police"), sharing.Received, gate.Cursor{}))(t)
		if len(listed.Referrals) != 1 || listed.Referrals[0].State != sharing.TakenBack {
			t.Errorf("the receiver's list says %+v", listed.Referrals)
		}
		if rows := s.told("referral.taken_back"); len(rows) != 1 || rows[0].ToID != s.desk("police") || rows[0].Subject != id {
			t.Errorf("told: %+v", rows)
		}
		if view := s.SectionOf("rsz", victims[0], authz.Exploitation); len(view.Entries) != 1 || view.Entries[0].Values["narrative"] != "Seen at the gate." {
			t.Errorf("what the receiver wrote: %+v", view.Entries)
		}
		if last := s.trailOf(victims[0]); !slices.ContainsFunc(last, func(e audit.Entry) bool {
			return e.Action == "referral.take_back" && e.Justification == "" && slices.Contains(e.Concerns, s.house("police").ID)
		}) {
			t.Error("the trail does not tell the receiver's auditor, or tells everybody whom it concerns why")
		}
	})
}

// TestTakeBack_endsWhatWentOnFromIt: renewals, a worker named for the location, onward referrals however far and renewed, a circle and
// links; what the receiver gave on another ground of its own stays.
func TestTakeBack_endsWhatWentOnFromIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.accepted(victims[0], "police", "identity")
		s.Advance(20 * 24 * time.Hour)
		renewed := must(s.Sharing.Renew(s.as("inspection"), id, s.versionOf(id), s.inDays(88), "support_continues"))(t)
		onward := s.passedOn(victims[0], "police", "payoke", "identity")
		s.Advance(20 * 24 * time.Hour)
		must(s.Sharing.Renew(s.as("inspection"), onward, s.versionOf(onward), s.inDays(88), "support_continues"))(t)
		open := must(s.Sharing.Refer(s.as("police"), victims[0], offerTo(s.desk("prosecutor"), "identity"), ""))(t)
		further := s.passedOn(victims[0], "payoke", "pagasa", "identity")
		ring := must(s.Circles.Create(s.as("police"), circle.New{Name: "Haven", DeskID: s.desk("police"), Purpose: "protection", Desks: []string{s.desk("migration")}}, ""))(t)
		must(s.Circles.Share(s.as("police"), victims[0], circle.NewShare{CircleID: ring, Sections: []string{"identity"}, Terms: terms()}, ""))(t)
		link := outside.New{Organisation: "Frauenhaus", Hours: 24, Language: "de", Outward: sharing.Outward{Kind: authz.RoleShelter, Country: "DE",
			Sections: []string{"identity"}, Reason: "shelter", Terms: terms()}}
		link.Seen = must(s.Outside.Rehearse(s.as("police"), victims[0], link))(t).Seen
		made := must(s.Outside.Send(s.as("police"), victims[0], link, ""))(t)
		for _, who := range []string{"police", "payoke", "pagasa", "migration"} {
			if !s.sees(who, victims[0]) {
				t.Fatalf("%s does not see what was passed on", who)
			}
		}
		form := must(s.Sharing.RecallForm(s.as("inspection"), id))(t)
		if len(form.Ends) != 4 {
			t.Errorf("the form names %+v", form.Ends)
		}
		s.takesBack(id)
		for _, who := range []string{"police", "payoke", "pagasa", "migration"} {
			if s.sees(who, victims[0]) {
				t.Errorf("%s sees the file still", who)
			}
		}
		for _, one := range []string{onward, further} {
			house := map[string]string{onward: "payoke", further: "pagasa"}[one]
			if v := must(s.Sharing.Show(s.as(house), one))(t); v.State != sharing.TakenBack || v.RecallReason != "with_source" {
				t.Errorf("%s reads of it %+v", house, v.Referral)
			}
		}
		if v := must(s.Sharing.Show(s.as("prosecutor"), open))(t); v.State != sharing.Withdrawn {
			t.Errorf("what was on offer is %s", v.State)
		}
		_, err := s.Sharing.Accept(s.as("prosecutor"), open, 1)
		s.wantsKey(err, "sharing.already_withdrawn", "accepting what was passed on")
		if n := s.counted(`SELECT COUNT(*) FROM outside_package WHERE id = :id AND state = 'withdrawn' AND lost = 1`, database.Args{"id": made.ID}); n != 1 {
			t.Error("the link lives")
		}
		if n := s.counted(`SELECT COUNT(*) FROM circle_share WHERE ended_at = 0`, nil); n != 0 {
			t.Error("the circle would hand the file to a desk that joins")
		}
		if n := s.counted(`SELECT COUNT(*) FROM file_grant WHERE state <> 'ended' AND id IN (:ids)`, database.Args{"ids": []string{id, renewed}}); n != 0 {
			t.Error("the renewal lives")
		}
	})
}

// TestTakeBack_leavesWhatRestsOnSomethingElse: a receiver that is in the team as well keeps the place, and what it passes on by that.
func TestTakeBack_leavesWhatRestsOnSomethingElse(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		id := s.accepted(victims[0], "police", "identity")
		s.addTeam(caseID, "police")
		s.passedOn(victims[0], "police", "payoke", "identity")
		s.takesBack(id)
		if !s.sees("police", victims[0]) || !s.sees("payoke", victims[0]) {
			t.Error("a place in the team, or what was passed on by it, ended with a referral")
		}
		exports := must(s.Exchange.Exports(s.as("police"), gate.Victim, victims[0]))(t)
		if len(exports.Left) != 0 {
			t.Errorf("nothing was exported: %+v", exports.Left)
		}
	})
}

// TestTakeBack_marksTheExports: whoever still has the file reads in the list of exports what has to be destroyed; so does the sender,
// and nobody else.
func TestTakeBack_marksTheExports(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		id := s.accepted(victims[0], "police", "identity")
		s.Advance(time.Hour)
		taken := s.copies("police", victims[0], "identity")
		s.addTeam(caseID, "police")
		s.takesBack(id)
		s.Advance(time.Hour)
		after := s.copies("police", victims[0], "identity")
		for _, who := range []string{"police", "inspection"} {
			left := must(s.Exchange.Exports(s.as(who), gate.Victim, victims[0]))(t).Left
			for _, l := range left {
				if want := l.Number == taken.Number; l.TakenBack != want {
					t.Errorf("%s reads of %s (after is %s): %v", who, l.Number, after.Number, l.TakenBack)
				}
			}
			if len(left) != 2 {
				t.Errorf("%s sees %d copies", who, len(left))
			}
		}
	})
}

// TestTakeBack_refuses whoever may not, what is not there to be taken back, and a form without a reason.
func TestTakeBack_refuses(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		offered := s.refer(victims[0], "payoke", "identity")
		s.wantsKey(s.Sharing.TakeBack(s.as("inspection"), offered, 1, "safety"), "sharing.not_accepted", "an open offer")
		must0(t, s.Sharing.Decline(s.as("payoke"), offered, 1, "safety"))
		s.wantsKey(s.Sharing.TakeBack(s.as("inspection"), offered, 2, "safety"), "sharing.already_declined", "what was declined")

		id := s.accepted(victims[0], "payoke", "identity")
		for _, stranger := range []string{"comensha", "court", "moria"} {
			s.wants(s.Sharing.TakeBack(s.as(stranger), id, 2, "safety"), fault.NotFound, stranger)
			_, err := s.Sharing.RecallForm(s.as(stranger), id)
			s.wants(err, fault.NotFound, stranger+" looks")
		}
		s.wantsRefusal(s.Sharing.TakeBack(s.as("payoke"), id, 2, "safety"), "sharing.not_sender", "the receiver")
		s.wantsField(s.Sharing.TakeBack(s.as("inspection"), id, 2, ""), "reason", "fault.field_required")
		s.wantsField(s.Sharing.TakeBack(s.as("inspection"), id, 2, "with_source"), "reason", "fault.field_unknown_code")
		s.wantsKey(s.Sharing.TakeBack(s.as("inspection"), id, 1, "safety"), "sharing.referral_changed", "a stale form")
		if !s.sees("payoke", victims[0]) {
			t.Fatal("what was refused took something back")
		}
		s.takesBack(id)
		version := must(s.Sharing.Show(s.as("inspection"), id))(t).Version
		s.wantsKey(s.Sharing.TakeBack(s.as("inspection"), id, version, "safety"), "sharing.already_taken_back", "a second time")
		s.wantsKey(s.Sharing.Complete(s.as("payoke"), id, version, "support_given"), "sharing.already_taken_back", "an outcome")

		again := s.accepted(victims[0], "prosecutor", "identity")
		turn := s.offerLead(caseID, "prosecutor", s.inDays(30))
		must(s.Sharing.AcceptTransfer(s.as("prosecutor"), turn, 1))(t)
		s.wantsRefusal(s.Sharing.TakeBack(s.as("inspection"), again, 2, "safety"), "sharing.leads_by_now", "from who has the duty")
		if !s.sees("prosecutor", victims[0]) {
			t.Error("the duty was taken back")
		}
	})
}

// TestTakeBack_haveOneWinner: two colleagues take the same referral back while the desk writes its outcome.
func TestTakeBack_haveOneWinner(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("inspection", "colleague", agency.NewWorker{})
		for range 6 {
			_, victims := s.openCase(1)
			id := s.accepted(victims[0], "payoke", "identity")
			errs := testkit.Together(
				func() error { return s.Sharing.TakeBack(s.as("inspection"), id, 2, "safety") },
				func() error { return s.Sharing.TakeBack(s.as("inspection/colleague"), id, 2, "too_much") },
				func() error { return s.Sharing.Complete(s.as("payoke"), id, 2, "support_given") },
			)
			won := 0
			for _, err := range errs {
				if err == nil {
					won++
				} else {
					s.wants(err, fault.Conflict, "who comes second")
				}
			}
			view := must(s.Sharing.Show(s.as("inspection"), id))(t)
			if won != 1 || (view.State == sharing.Completed) != (errs[2] == nil) || s.sees("payoke", victims[0]) != (errs[2] == nil) {
				t.Fatalf("%d winners, %s: %v", won, view.State, errs)
			}
		}
	})
}

// TestTakeBack_afterTheOutcome: the access goes on after the outcome, so it can be taken back; the outcome stays.
func TestTakeBack_afterTheOutcome(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.accepted(victims[0], "payoke", "identity")
		must0(t, s.Sharing.Complete(s.as("payoke"), id, 2, "support_given"))
		s.takesBack(id)
		if v := must(s.Sharing.Show(s.as("payoke"), id))(t); v.State != sharing.TakenBack || v.Outcome != "support_given" || s.sees("payoke", victims[0]) {
			t.Errorf("%+v", v.Referral)
		}
	})
}

func (s *scene) versionOf(grantID string) int64 {
	s.T.Helper()
	return must(s.Sharing.Grant(s.as("inspection"), grantID))(s.T).Version
}

// counted is a number that a query gives.
func (s *scene) counted(query string, args database.Args) (n int) {
	s.T.Helper()
	must0(s.T, s.Database.Read(s.T.Context(), func(tx *database.Tx) error { return tx.Get(&n, query, args) }))
	return n
}
