package consent_test

import (
	"testing"

	"relais/internal/consent"
	"relais/internal/gate"
	"relais/internal/request"
	"relais/internal/sharing"
)

// TestShow_saysWhatEndsBesideIt: access that was asked for beside a share on the consent rests on the law, and ends with the consent all the
// same; it is told among what ends and not among what stays.
func TestShow_saysWhatEndsBesideIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.refer()
		s.AddToTeam("rsz", s.caseID, "be.fgp")
		law := sharing.Terms{Purpose: "protection", Basis: "legal_task"}
		asked := must(s.Requests.Ask(s.As("payoke"), gate.Victim, s.victimID, request.New{Sections: []string{"residence"}, For: request.ForDesk, Reason: "support",
			Note: "For the residence card.", Terms: law}, ""))(t)
		must0(t, s.Requests.Grant(s.As("rsz"), asked, 1, request.Answer{Sections: []string{"residence"}, Terms: law}))
		of := func(list []consent.Share, house, state string) (found int) {
			for _, g := range list {
				if g.AgencyID == s.Place(house).ID && g.State == state {
					found++
				}
			}
			return found
		}
		view := s.show("rsz")
		if of(view.Resting, "be.payoke", "live") != 2 || of(view.Staying, "be.payoke", "live") != 0 || of(view.Staying, "be.fgp", "live") != 1 {
			t.Errorf("ends: %+v\nstays: %+v", view.Resting, view.Staying)
		}
		s.withdraw("rsz")
		if view = s.show("rsz"); of(view.Resting, "be.payoke", "ended") != 2 || of(view.Staying, "be.payoke", "live") != 0 || s.sees("payoke") {
			t.Errorf("after the withdrawal ends: %+v\nstays: %+v", view.Resting, view.Staying)
		}
	})
}
