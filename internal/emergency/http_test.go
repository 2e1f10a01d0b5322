package emergency_test

import (
	"net/http"
	"strings"
	"testing"

	"relais/internal/emergency"
	"relais/internal/testkit"
)

func contains(t *testing.T, a testkit.Answer, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(string(a.Body), word) {
			t.Errorf("%s does not say %q", a.Asked, word)
		}
	}
}

// The police officer of the testkit is on duty and sits at the desk of the team; so is the opener here.
func TestPages_openConfirmAndSign(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		site := s.Serve(t)
		police, owner := site.SignIn("fgp"), site.SignIn("rsz")
		form := "/victims/" + s.victimID + "/emergencies/new?section=safe_contact"
		contains(t, police.Get("/victims/"+s.victimID).Want(http.StatusOK), form, "/requests/new?section=safe_contact")
		contains(t, police.Get(form).Want(http.StatusOK), "Noodtoegang", `value="safe_contact" checked`)
		if strings.Contains(string(site.SignIn("rsz.second").Get("/victims/"+s.victimID).Body), "/emergencies/new") {
			t.Error("an emergency is offered to who is not on duty")
		}
		fields := []string{"sections", "safe_contact", "reason", "abduction", "note", "Seen in a car."}
		bad := police.PostForm("/victims/"+s.victimID+"/emergencies", testkit.Fields(fields...)).Want(http.StatusUnprocessableEntity)
		contains(t, bad, "Zonder levensgevaar is er geen noodtoegang", "Seen in a car.")
		url := police.PostForm("/victims/"+s.victimID+"/emergencies", testkit.Fields(append(fields, "danger", "yes")...)).Want(http.StatusSeeOther).Location()
		contains(t, police.Get("/victims/"+s.victimID).Want(http.StatusOK), "Never call after six.")
		contains(t, owner.Get(url).Want(http.StatusOK), "Federale gerechtelijke politie Antwerpen", "Seen in a car.")
		contains(t, owner.Get("/emergencies").Want(http.StatusOK), url)
		if strings.Contains(string(owner.Get(url).Body), s.Person("fgp").Family) {
			t.Error("the lead learns the name of the opener")
		}
		police.PostForm(url+"/confirmation", testkit.Fields("version", "1")).Want(http.StatusForbidden)
		must0(t, s.Emergencies.Confirm(s.boss, strings.TrimPrefix(url, "/emergencies/"), 1))
		police.PostForm(url+"/closure", testkit.Fields("version", "1")).Want(http.StatusConflict)
		police.PostForm(url+"/closure", testkit.Fields()).Want(http.StatusPreconditionRequired)
		police.PostForm(url+"/closure", testkit.Fields("version", "2")).Want(http.StatusSeeOther)
		if strings.Contains(string(police.Get("/victims/"+s.victimID).Want(http.StatusOK).Body), "Never call after six.") {
			t.Error("closed, and still shown")
		}
		auditor := site.SignIn("rsz.auditor")
		contains(t, auditor.Get(url).Want(http.StatusOK), url+"/review")
		auditor.PostForm(url+"/review", testkit.Fields("version", "3", "finding", "not_justified")).Want(http.StatusUnprocessableEntity)
		auditor.PostForm(url+"/review", testkit.Fields("version", "3", "finding", "justified")).Want(http.StatusSeeOther)
		if strings.Contains(string(auditor.Get(url).Want(http.StatusOK).Body), url+"/review") {
			t.Error("signed, and asked again")
		}
		site.SignIn("pagasa").Get(url).Want(http.StatusNotFound)
	})
}

func TestAPI_opensAndCloses(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		site := s.Serve(t)
		police := site.Key("fgp")
		body := map[string]any{"sections": []string{"safe_contact"}, "danger_to_life": true, "reason": "suicide", "note": "She said so on the telephone."}
		made := police.JSON(http.MethodPost, "/api/v1/victims/"+s.victimID+"/emergencies", body).Want(http.StatusCreated)
		var one emergency.Body
		police.Get(made.Location()).Want(http.StatusOK).Into(&one)
		if one.State != "opened" || one.CanConfirm || !one.CanClose || len(one.Reviews) != 2 {
			t.Errorf("opened, it is %+v", one)
		}
		police.JSON(http.MethodPost, made.Location()+"/closure", nil).Want(http.StatusPreconditionRequired)
		police.JSON(http.MethodPost, made.Location()+"/closure", nil, "If-Match", `"v1"`).Want(http.StatusOK).Into(&one)
		if one.State != "ended" {
			t.Errorf("closed, it is %+v", one)
		}
		refused := police.JSON(http.MethodPost, made.Location()+"/review", map[string]any{"finding": "justified"}, "If-Match", `"v2"`).Want(http.StatusForbidden).Problem()
		if refused.ReasonID == "" || refused.NextStep == "" {
			t.Errorf("the refusal says %+v", refused)
		}
		site.Key("cosm").Get(made.Location()).Want(http.StatusNotFound)
	})
}
