package request_test

import (
	"context"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/request"
	"relais/internal/section"
	"relais/internal/sharing"
)

// proposed is a request of the victim's lawyer for intelligence that the prosecutor has granted, and that waits for a second person of
// the prosecutor's office.
func (s *scene) proposed(until int) (id, caseID, place string, second context.Context) {
	s.T.Helper()
	second = s.person("be.auditoraat", "second", agency.NewWorker{Desks: s.Place("be.auditoraat").Desks})
	caseID = s.OpenCase("auditoraat")
	s.AddToTeam("auditoraat", caseID, "be.rsz")
	victimID := s.OpenVictim("rsz", caseID, section.Values{"family_name": "Tran"})
	place = must(s.Sharing.Add(s.As("auditoraat"), caseID, sharing.NewMember{DeskID: s.Place("be.advocaat").Desks[0], VictimIDs: []string{victimID},
		Terms: sharing.Terms{Purpose: "prosecution", Basis: "legal_task"}}, ""))(s.T)
	release := sharing.Terms{Purpose: "prosecution", Basis: "magistrate_release", BasisRef: "2026/114", Document: judge, Until: s.Today().AddDays(until)}
	n := wanted("intelligence")
	n.Terms = release
	id = must(s.Requests.Ask(s.As("advocaat"), gate.Case, caseID, n, ""))(s.T)
	must0(s.T, s.Requests.Grant(s.As("auditoraat"), id, 1, request.Answer{Sections: []string{"intelligence"}, Terms: release}))
	return id, caseID, place, second
}

// TestTidy_tellsTheAskerWhatNoSecondPersonCanSign, by whichever road it came to nothing, once, and before the time to sign is over.
func TestTidy_tellsTheAskerWhatNoSecondPersonCanSign(t *testing.T) {
	for road, take := range map[string]func(s *scene, caseID, place, grantID string){
		"the file is closed": func(s *scene, caseID, _, _ string) { s.stage(caseID, gate.StageClosed) },
		"its day has passed": func(s *scene, _, _, _ string) { s.Advance(70 * time.Hour) },
		"what it hangs on has ended": func(s *scene, caseID, place, grantID string) {
			must0(s.T, s.Sharing.Remove(s.As("auditoraat"), caseID, place, 1))
			s.exec(`UPDATE file_grant SET state = 'ended', ended_at = :now, end_reason = 'removed' WHERE id = :grant AND state <> 'ended'`,
				database.Args{"now": s.Now(), "grant": grantID})
		},
		"the ceiling is lowered": func(s *scene, _, _, _ string) {
			s.exec(`INSERT INTO partner_ceiling (agency_id, kind, version, sections, days, team_days, set_by, set_at)
VALUES (:agency, 'lawyer', 1, :sections, 366, 366, :by, :at)`, database.Args{"agency": s.Place("be.auditoraat").ID,
				"sections": int64(authz.SectionsOf(authz.Identity)), "by": s.Person("auditoraat").ID, "at": s.Now()})
		},
	} {
		t.Run(road, func(t *testing.T) {
			onBoth(t, func(t *testing.T, s *scene) {
				id, caseID, place, second := s.proposed(2)
				grantID := s.show(s.As("auditoraat"), id).GrantID
				must0(t, s.Requests.Tidy(s.AsProgram()))
				if n := s.told(s.As("advocaat"), "request_refused"); n != 0 {
					t.Fatalf("told %d times of what waits still", n)
				}
				take(s, caseID, place, grantID)
				for range 2 {
					must0(t, s.Requests.Tidy(s.AsProgram()))
				}
				if view := s.show(s.As("advocaat"), id); view.State != request.Refused || view.GrantState != "ended" || s.told(s.As("advocaat"), "request_refused") != 1 {
					t.Errorf("it is %s, %s, and the asker was told %d times", view.State, view.GrantState, s.told(s.As("advocaat"), "request_refused"))
				}
				if err := s.Sharing.Approve(second, grantID, 1); fault.KindOf(err) != fault.Conflict {
					t.Errorf("the second person signs: %v", err)
				}
			})
		})
	}
}

// TestGrant_waitsForASecondPerson: intelligence opens to the victim's lawyer on a magistrate's release, and only when two
// people of the prosecutor's office have said so.
func TestGrant_waitsForASecondPerson(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, _, _, second := s.proposed(60)
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
