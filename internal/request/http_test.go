package request_test

import (
	"net/http"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/request"
	"relais/internal/testkit"
)

var asked = []string{"sections", "residence", "for", "desk", "reason", "support", "note", "She has to show it at the town hall.", "purpose", "protection", "basis", "legal_task"}

func contains(t *testing.T, a testkit.Answer, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(string(a.Body), word) {
			t.Errorf("%s does not say %q", a.Asked, word)
		}
	}
}

func TestPages_leadFromAClosedSectionToItsOpening(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		site := s.Serve(t)
		shelter, lead := site.SignIn("payoke.second"), site.SignIn("rsz")
		form := "/victims/" + s.victimID + "/requests/new?section=residence"
		contains(t, shelter.Get("/victims/"+s.victimID).Want(http.StatusOK), form)
		contains(t, shelter.Get(form).Want(http.StatusOK), "Demander l’accès", `value="residence" checked`)
		url := shelter.PostForm("/victims/"+s.victimID+"/requests", testkit.Fields(asked...)).Want(http.StatusSeeOther).Location()
		contains(t, shelter.Get(url).Want(http.StatusOK), "En attente de réponse", "Retirer la demande")
		contains(t, lead.Get("/requests").Want(http.StatusOK), url)
		page := lead.Get(url).Want(http.StatusOK)
		contains(t, page, "She has to show it at the town hall.", "Payoke", url+"/acceptance", url+"/refusal")
		if strings.Contains(string(page.Body), s.Person("payoke.second").Family) {
			t.Error("the lead learns the name of the asker")
		}
		bad := lead.PostForm(url+"/acceptance", testkit.Fields("version", "1", "purpose", "protection", "basis", "legal_task")).Want(http.StatusUnprocessableEntity)
		contains(t, bad, "Kies ten minste één rubriek")
		lead.PostForm(url+"/acceptance", testkit.Fields("sections", "residence", "purpose", "protection", "basis", "legal_task")).Want(http.StatusPreconditionRequired)
		lead.PostForm(url+"/acceptance", testkit.Fields("version", "1", "sections", "residence", "purpose", "protection", "basis", "legal_task")).Want(http.StatusSeeOther)
		lead.PostForm(url+"/refusal", testkit.Fields("version", "1", "reason", "safety")).Want(http.StatusConflict)
		if !s.reads("payoke", authz.Residence) {
			t.Error("nothing was opened")
		}
		shelter.PostForm(url+"/end", testkit.Fields("version", "2")).Want(http.StatusSeeOther)
		site.SignIn("pagasa").Get(url).Want(http.StatusNotFound)
	})
}

func TestPages_askAgainWhereTheFormIsWrong(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		site := s.Serve(t)
		a := site.SignIn("payoke").PostForm("/victims/"+s.victimID+"/requests", testkit.Fields("sections", "residence", "for", "desk", "note", "Kept words.")).Want(http.StatusUnprocessableEntity)
		contains(t, a, "Kept words.", `value="residence" checked`, `href="#f-reason"`)
		site.SignIn("rsz").Get("/victims/" + s.victimID + "/requests/new").Want(http.StatusForbidden)
	})
}

func TestAPI_asksAnswersAndEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		site := s.Serve(t)
		shelter, lead := site.Key("payoke"), site.Key("rsz")
		body := map[string]any{"sections": []string{"residence"}, "for": "me", "reason": "support", "note": "For the card.", "purpose": "protection", "basis": "legal_task"}
		made := shelter.JSON(http.MethodPost, "/api/v1/victims/"+s.victimID+"/requests", body).Want(http.StatusCreated)
		var one request.Body
		shown := lead.Get(made.Location()).Want(http.StatusOK).Into(&one)
		if one.State != "asked" || !one.CanAnswer || one.Desk != "" || one.Note == "" || shown.Header.Get("ETag") != `"v1"` {
			t.Errorf("the lead gets %+v", one)
		}
		give := map[string]any{"sections": []string{"residence"}, "purpose": "protection", "basis": "legal_task"}
		lead.JSON(http.MethodPost, made.Location()+"/acceptance", give).Want(http.StatusPreconditionRequired)
		lead.JSON(http.MethodPost, made.Location()+"/acceptance", give, "If-Match", `"v9"`).Want(http.StatusConflict)
		lead.JSON(http.MethodPost, made.Location()+"/acceptance", give, "If-Match", `"v1"`).Want(http.StatusOK).Into(&one)
		if one.State != "granted" || !one.Open || len(one.Given) != 1 {
			t.Errorf("granted, it is %+v", one)
		}
		shelter.JSON(http.MethodPost, made.Location()+"/end", nil, "If-Match", `"v2"`).Want(http.StatusOK).Into(&one)
		if one.State != "ended" || one.Open {
			t.Errorf("ended, it is %+v", one)
		}
		refused := shelter.JSON(http.MethodPost, made.Location()+"/refusal", map[string]any{"reason": "safety"}, "If-Match", `"v3"`).Want(http.StatusForbidden).Problem()
		if refused.ReasonID == "" || refused.NextStep == "" || refused.Code != "request.not_yours_to_answer" {
			t.Errorf("the refusal says %+v", refused)
		}
		site.Key("cosm").Get(made.Location()).Want(http.StatusNotFound)
	})
}
