package sharing_test

import (
	"net/http"
	"strings"
	"testing"

	"relais/internal/sharing"
	"relais/internal/testkit"
)

func TestPages_renewAndHandOver(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		caseID, victims := s.openCase(1)
		member := s.addTeam(caseID, "police")
		lead, receiver := site.SignIn("rsz"), site.SignIn("auditoraat")
		panel := string(lead.Get("/victims/" + victims[0]).Want(200).Body)
		for _, want := range []string{"/victims/" + victims[0] + "/duty", "/grants/"} {
			if !strings.Contains(panel, want) {
				t.Errorf("the panel lacks %s", want)
			}
		}
		url := "/grants/" + member
		if page := string(lead.Get(url).Want(200).Body); !strings.Contains(page, url+"/renewal") {
			t.Error("the lead is not asked whether access goes on")
		}
		again := lead.PostForm(url+"/renewal", testkit.Fields("version", "1", "reason", "file_open", "until.day", "1", "until.month", "1", "until.year", "2027")).Want(422)
		if !strings.Contains(string(again.Body), "180") || !strings.Contains(string(again.Body), "govuk-error-summary") {
			t.Error("the refused form does not name the ceiling")
		}
		lead.PostForm(url+"/renewal", testkit.Fields("reason", "file_open")).Want(http.StatusPreconditionRequired)
		renewed := lead.PostForm(url+"/renewal", testkit.Fields("version", "1", "reason", "file_open", "until.day", "1", "until.month", "7", "until.year", "2026")).Want(303)
		lead.PostForm(url+"/renewal", testkit.Fields("version", "1", "reason", "file_open", "until.day", "1", "until.month", "7", "until.year", "2026")).Want(409)
		lead.Get(renewed.Location()).Want(200)
		site.SignIn("cosm").Get(url).Want(404)

		form := string(lead.Get("/cases/" + caseID + "/transfers/new").Want(200).Body)
		if !strings.Contains(form, s.desk("prosecutor")) || strings.Contains(form, s.desk("tutelles")) {
			t.Error("the form lacks a desk that can lead, or offers one that cannot")
		}
		offer := testkit.Fields("to", s.desk("prosecutor"), "reason", "competence", "purpose", "prosecution", "basis", "legal_task", "once", "one-form")
		sent := lead.PostForm("/cases/"+caseID+"/transfers", offer).Want(303)
		if twice := lead.PostForm("/cases/"+caseID+"/transfers", offer).Want(303); twice.Location() != sent.Location() {
			t.Error("the form sent twice made two offers")
		}
		if page := string(receiver.Get(sent.Location()).Want(200).Body); !strings.Contains(page, "/acceptance") || strings.Contains(page, "/cases/"+caseID) {
			t.Error("the desk cannot sign, or sees the case before")
		}
		receiver.Get(sent.Location() + "/refusal").Want(200)
		taken := receiver.PostForm(sent.Location()+"/acceptance", testkit.Fields("version", "1")).Want(303)
		if taken.Location() != "/cases/"+caseID {
			t.Errorf("after the acceptance: %s", taken.Location())
		}
		receiver.PostForm(sent.Location()+"/acceptance", testkit.Fields("version", "1")).Want(409)
		if duty := string(receiver.Get("/cases/" + caseID + "/duty").Want(200).Body); strings.Count(duty, "RSZ/ONSS") != 1 {
			t.Error("the history does not name the old lead once")
		}
		lead.Get("/cases/" + caseID).Want(404)
		lead.Get("/transfers").Want(200)
		lead.Get(sent.Location()).Want(200)
	})
}

func TestAPI_signsAndRenewsOnTheRightVersionOnly(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		victimID := s.inShelter()
		nora, marleen := site.Key("payoke"), site.Key("payoke.lead")
		id := s.propose("payoke", "payoke/second", victimID)
		path := "/api/v1/approvals/" + id
		var shown sharing.ApprovalBody
		if nora.Get(path).Want(200).Into(&shown); shown.CanSign || shown.State != "open" || shown.Sections[0] != "shelter_location" {
			t.Errorf("who asked sees %+v", shown)
		}
		if p := nora.JSON("POST", path+"/signature", nil, "If-Match", `"v1"`).Want(403).Problem(); p.Code != "sharing.second_person" || p.ReasonID == "" {
			t.Errorf("who asked signs: %+v", p)
		}
		marleen.JSON("POST", path+"/signature", nil).Want(http.StatusPreconditionRequired)
		marleen.JSON("POST", path+"/signature", nil, "If-Match", `"v7"`).Want(409)
		marleen.JSON("POST", path+"/signature", nil, "If-Match", `"v1"`).Want(204)
		marleen.JSON("POST", path+"/signature", nil, "If-Match", `"v1"`).Want(409)
		site.Key("cosm").Get(path).Want(404)

		lead := site.Key("rsz")
		var list struct{ Items []sharing.AccessBody }
		lead.Get("/api/v1/victims/" + victimID + "/access").Want(200).Into(&list)
		at := "/api/v1/grants/" + list.Items[1].ID
		var grant sharing.GrantBody
		answer := lead.Get(at).Want(200).Into(&grant)
		if !grant.CanRenew || grant.State != "live" || len(grant.Sections) != 1 {
			t.Fatalf("the grant is %+v", grant)
		}
		body := object{"until": "2027-06-30", "reason": "support_continues"}
		if p := lead.JSON("POST", at+"/renewal", body, "If-Match", answer.Header.Get("ETag")).Want(422).Problem(); p.Errors[0].Code != "gate.ceiling.any" && p.Errors[0].Code != "sharing.until_too_late" {
			t.Errorf("beyond the ceiling: %+v", p)
		}
		body["until"] = grant.Longest
		lead.JSON("POST", at+"/renewal", body, "If-Match", answer.Header.Get("ETag")).Want(200)
		lead.JSON("POST", at+"/renewal", body, "If-Match", answer.Header.Get("ETag")).Want(409)
		var duty struct{ Items []sharing.DutyBody }
		lead.Get("/api/v1/victims/" + victimID + "/duty?on=2026-03-02").Want(200).Into(&duty)
		if len(duty.Items) != 1 || duty.Items[0].Agency != "RSZ/ONSS" {
			t.Errorf("on duty: %+v", duty.Items)
		}
		lead.Get("/api/v1/victims/" + victimID + "/duty?on=2026-02-31").Want(422)
	})
}
