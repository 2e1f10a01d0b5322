package request_test

import (
	"testing"

	"relais/internal/agency"
	"relais/internal/gate"
	"relais/internal/request"
	"relais/internal/section"
	"relais/internal/sharing"
)

// TestGrant_waitsForASecondPerson: intelligence opens to the victim's lawyer on a magistrate's release, and only when two
// people of the prosecutor's office have said so.
func TestGrant_waitsForASecondPerson(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		second := s.person("be.auditoraat", "second", agency.NewWorker{Desks: s.Place("be.auditoraat").Desks})
		caseID := s.OpenCase("auditoraat")
		s.AddToTeam("auditoraat", caseID, "be.rsz")
		victimID := s.OpenVictim("rsz", caseID, section.Values{"family_name": "Tran"})
		must(s.Sharing.Add(s.As("auditoraat"), caseID, sharing.NewMember{DeskID: s.Place("be.advocaat").Desks[0], VictimIDs: []string{victimID},
			Terms: sharing.Terms{Purpose: "prosecution", Basis: "legal_task"}}, ""))(t)
		release := sharing.Terms{Purpose: "prosecution", Basis: "magistrate_release", BasisRef: "2026/114"}
		n := wanted("intelligence")
		n.Terms = release
		id := must(s.Requests.Ask(s.As("advocaat"), gate.Case, caseID, n, ""))(t)
		must0(t, s.Requests.Grant(s.As("auditoraat"), id, 1, request.Answer{Sections: []string{"intelligence"}, Terms: release}))
		view := s.show(s.As("advocaat"), id)
		if view.State != request.Granted || view.GrantState != "proposed" || view.Holds(view.Now) || s.told(s.As("advocaat"), "request_second_person") != 1 {
			t.Errorf("before the second person it is %+v", view)
		}
		waits := must(s.Sharing.Approvals(second, gate.Cursor{}))(t)
		if len(waits.Items) != 1 || waits.Items[0].ID != view.GrantID {
			t.Fatalf("the second person finds %+v", waits.Items)
		}
		must0(t, s.Sharing.Approve(second, view.GrantID, waits.Items[0].Version))
		if view = s.show(s.As("advocaat"), id); !view.Holds(view.Now) {
			t.Errorf("after the second person it is %+v", view)
		}
	})
}
