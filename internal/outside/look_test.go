package outside_test

import (
	"net/http"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/section"
	"relais/internal/testkit"
)

// TestAPI_sendsNothingThatNobodyHasLookedAt: a look holds for the person, the file, the terms and the hour, as for a referral.
func TestAPI_sendsNothingThatNobodyHasLookedAt(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	caseID := w.OpenCase("rsz")
	victim := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"})
	other := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"})
	w.Refer("rsz", victim, "be.payoke", "payoke", "identity")
	site := w.Serve(t)
	sender, colleague := site.Key("rsz"), site.Key("payoke")
	home := func(id string) string { return "/api/v1/victims/" + id + "/outside" }
	fresh := func() map[string]any {
		return map[string]any{"organisation": "Frauenhaus Aachen", "kind": string(authz.RoleShelter), "country": "DE", "sections": []string{"identity"},
			"reason": "shelter", "hours": 24, "purpose": "protection", "basis": "legal_task"}
	}
	look := func(who *testkit.Client, id string) map[string]any {
		t.Helper()
		body := fresh()
		var shown struct{ Seen string }
		who.JSON("POST", home(id)+"/preview", body).Want(200).Into(&shown)
		body["seen"] = shown.Seen
		return body
	}
	refused := func(what string, body map[string]any, status int, code string) {
		t.Helper()
		if p := sender.JSON("POST", home(victim), body).Want(status).Problem(); p.Code != code || p.NextStep == "" {
			t.Errorf("%s: %+v", what, p)
		}
	}
	refused("no look", fresh(), http.StatusPreconditionRequired, "sharing.preview_first")
	for name, value := range map[string]any{"organisation": "Frauenhaus Köln", "country": "FR", "note": "Speaks French.", "hours": 72, "reason": "support",
		"purpose": "identification", "email": "aufnahme@frauenhaus.example"} {
		body := look(sender, victim)
		body[name] = value
		refused("another "+name, body, http.StatusConflict, "sharing.preview_stale")
	}
	refused("the look of somebody else", look(colleague, victim), http.StatusConflict, "sharing.preview_stale")
	refused("a look at another file", look(sender, other), http.StatusConflict, "sharing.preview_stale")
	old := look(sender, victim)
	w.Advance(time.Hour + time.Second)
	refused("a look of an hour ago", old, http.StatusConflict, "sharing.preview_stale")
	sender.JSON("POST", home(victim), look(sender, victim)).Want(http.StatusCreated)
}
