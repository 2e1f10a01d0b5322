package sharing_test

import (
	"slices"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/sharing"
)

// TestReferral_thatNobodySignedIsUnknownToItsDesk: however it ended before the second signature, the desk, its supervisors, its timeline and
// its agency's log say nothing of it; one that was signed and withdrawn is told.
func TestReferral_thatNobodySignedIsUnknownToItsDesk(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("payoke", "boss", agency.NewWorker{Supervisor: true, Desks: []string{}})
		s.person("lawyers", "boss", agency.NewWorker{Supervisor: true})
		ends := map[string]func(id string){
			"withdrawn": func(id string) { must0(t, s.Sharing.Withdraw(s.as("payoke"), id, 1)) },
			"refused":   func(id string) { must0(t, s.Sharing.RefuseApproval(s.as("payoke/boss"), id, 1)) },
			"lapsed":    func(string) { s.Advance(73 * time.Hour); must(s.Sharing.LapseApprovals(s.AsProgram()))(t) },
			"settled": func(id string) {
				must0(t, s.Sharing.RefuseApproval(s.as("payoke/boss"), id, 1))
				must(s.Sharing.ExpireDue(s.AsProgram()))(t)
			},
		}
		for how, end := range ends {
			victimID, yes := s.twoShelters()
			must(s.Sharing.Accept(s.as("lawyers"), s.refer(victimID, "lawyers", "identity"), 1))(t) // the desk sees the file
			id := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "lawyers", "health"), ""))(t)
			must(s.Sharing.Show(s.as("payoke"), id))(t)
			end(id)
			must(s.Sharing.Show(s.as("payoke"), id))(t)
			for _, who := range []string{"lawyers", "lawyers/boss"} {
				_, err := s.Sharing.Show(s.as(who), id)
				s.wants(err, fault.NotFound, how+": "+who+" looks")
				list := must(s.Sharing.List(s.as(who), sharing.Received, gate.Cursor{}))(t)
				if slices.ContainsFunc(list.Referrals, func(r sharing.Referral) bool { return r.ID == id }) {
					t.Errorf("%s: it stands in the list of %s", how, who)
				}
			}
			told := slices.ContainsFunc(must(s.Journal.Timeline(s.as("lawyers"), gate.Victim, victimID, gate.Cursor{}))(t).Events,
				func(e journal.Event) bool { return e.Kind == journal.Referral && e.ID == id })
			logged := slices.ContainsFunc(s.trailOf(victimID), func(e audit.Entry) bool {
				return e.Subject == id && slices.Contains(e.Concerns, s.house("lawyers").ID)
			})
			if told || logged || len(s.told("referral.withdrawn")) != 0 {
				t.Errorf("%s: the timeline tells %v, the log %v, notices %+v", how, told, logged, s.told("referral.withdrawn"))
			}
		}
		victimID, yes := s.twoShelters()
		id := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "lawyers", "health"), ""))(t)
		must0(t, s.Sharing.Approve(s.as("payoke/boss"), id, 1))
		must0(t, s.Sharing.Withdraw(s.as("payoke"), id, 1))
		if view := must(s.Sharing.Show(s.as("lawyers"), id))(t); view.State != sharing.Withdrawn || len(s.told("referral.withdrawn")) != 1 {
			t.Errorf("of one that was signed the desk reads %s, notices %+v", view.State, s.told("referral.withdrawn"))
		}
	})
}
