package consent_test

import (
	"testing"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/request"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// outlives are grants that are open although the consent that they rest on, or what they hang on, is not.
const outlives = `SELECT COUNT(*) FROM file_grant g
WHERE g.state IN ('live', 'offered') AND (EXISTS (SELECT 1 FROM consent c WHERE c.id = g.consent_id AND c.withdrawn_at <> 0)
  OR EXISTS (SELECT 1 FROM file_grant h WHERE h.id = g.root_id AND (h.state = 'ended' OR h.until_at < g.until_at)))`

// TestRace_ofAWithdrawalWithEveryUse: while a consent is withdrawn, or made shorter, others use it: an offer is made and one accepted, and who
// has the file by it is given more on another ground. Whoever wins, nothing is open afterwards that the person no longer allows.
func TestRace_ofAWithdrawalWithEveryUse(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		law := sharing.Terms{Purpose: "protection", Basis: "legal_task"}
		for round := range 8 {
			s.consentID = s.record("rsz", s.victimID, s.wide())
			s.refer()
			asked := must(s.Requests.Ask(s.As("payoke"), gate.Victim, s.victimID, request.New{Sections: []string{"exploitation"}, For: request.ForDesk,
				Reason: "support", Note: "What she was made to do.", Terms: law}, ""))(t)
			open := s.offer()
			open.DeskID = s.Place("be.dvz").Desks[0]
			offered := must(s.Sharing.Refer(s.As("rsz"), s.victimID, open, ""))(t)
			ends := func() error {
				_, err := s.Consents.Withdraw(s.As("rsz"), s.victimID, s.consentID, 1, "spoken", "")
				return err
			}
			if round%2 == 1 {
				ends = func() error {
					less := s.wide()
					less.Until = "2026-04-30"
					return s.Consents.Change(s.As("rsz"), s.victimID, s.consentID, 1, less)
				}
			}
			errs := testkit.Together(ends,
				func() error { _, err := s.Sharing.Accept(s.As("dvz"), offered, 1); return err },
				func() error {
					return s.Requests.Grant(s.As("rsz"), asked, 1, request.Answer{Sections: []string{"exploitation"}, Terms: law})
				},
				func() error {
					n := s.offer()
					n.Sections = []string{"exploitation"}
					_, err := s.Sharing.Refer(s.As("rsz"), s.victimID, n, "")
					return err
				})
			if errs[0] != nil {
				t.Fatalf("round %d: what the person says is refused: %v", round, errs[0])
			}
			for _, err := range errs[1:] {
				if kind := fault.KindOf(err); err != nil && kind != fault.Conflict && kind != fault.Invalid && kind != fault.NotFound {
					t.Errorf("round %d: %v", round, err)
				}
			}
			if errs[2] != nil { // the question of who has the file no longer stands in the way of the next
				must0(t, s.Requests.Refuse(s.As("rsz"), asked, 1, "not_needed"))
			}
			if n := s.number(outlives, nil); n != 0 {
				t.Fatalf("round %d: %d grants outlive what they rest on; %v", round, n, errs)
			}
			if round%2 == 1 {
				late := `SELECT COUNT(*) FROM file_grant WHERE consent_id = :id AND state IN ('live', 'offered') AND until_at > (SELECT MAX(until_at) FROM consent_version WHERE consent_id = :id AND version = 2)`
				if n := s.number(late, database.Args{"id": s.consentID}); n != 0 {
					t.Fatalf("round %d: %d grants are longer than the consent", round, n)
				}
				must(s.Consents.Withdraw(s.As("rsz"), s.victimID, s.consentID, 2, "spoken", ""))(t)
			}
		}
	})
}
