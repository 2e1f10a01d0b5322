package sharing_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/testkit"
)

// TestAPI_sendsNothingThatNobodyHasLookedAt: without a look, with somebody else's, with one at other terms or at another file, with a
// forged, an old or an outdated one, nothing is sent, and each refusal says what to do.
func TestAPI_sendsNothingThatNobodyHasLookedAt(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		caseID, victims := s.openCase(2)
		s.addTeam(caseID, "police")
		sender, colleague := site.Key("rsz"), site.Key("fgp")
		url := "/api/v1/victims/" + victims[0] + "/referrals"
		refused := func(what string, offer object, status int, code string) {
			t.Helper()
			p := sender.JSON("POST", url, offer).Want(status).Problem()
			if p.Code != code || p.NextStep == "" || strings.Contains(p.NextStep, "sharing.") {
				t.Errorf("%s: %+v", what, p)
			}
		}
		fresh := func() object { return s.offerBody("payoke", "identity") }
		with := func(name string, value any) object {
			offer := looked(sender, url, fresh())
			offer[name] = value
			return offer
		}
		refused("no look", fresh(), http.StatusPreconditionRequired, "sharing.preview_first")
		for name, value := range map[string]any{"note": "Speaks French and Dutch.", "sections": []string{"identity", "labour"}, "urgency": "normal",
			"reason": "support", "desk_id": s.desk("comensha"), "until": "2026-06-30", "attention": "Ada", "purpose": "identification"} {
			refused("another "+name, with(name, value), http.StatusConflict, "sharing.preview_stale")
		}
		theirs := fresh()
		theirs["seen"] = looked(colleague, url, fresh())["seen"]
		refused("the look of somebody else", theirs, http.StatusConflict, "sharing.preview_stale")
		other := fresh()
		other["seen"] = looked(sender, "/api/v1/victims/"+victims[1]+"/referrals", fresh())["seen"]
		refused("a look at another file", other, http.StatusConflict, "sharing.preview_stale")
		forged := looked(sender, url, fresh())
		parts := strings.Split(forged["seen"].(string), ".")
		parts[2] = "zzzzzzzzzz" // looked at in the far future
		forged["seen"] = strings.Join(parts, ".")
		refused("a forged hour", forged, http.StatusConflict, "sharing.preview_stale")
		old := looked(sender, url, fresh())
		s.Advance(time.Hour + time.Second)
		refused("a look of an hour ago", old, http.StatusConflict, "sharing.preview_stale")
		outdated := looked(sender, url, fresh())
		s.correct("rsz", s.SectionOf("rsz", victims[0], authz.Identity).Entries[0].ID, 1, "Pham")
		refused("an entry was changed", outdated, http.StatusConflict, "sharing.preview_changed")
		sender.JSON("POST", url, looked(sender, url, fresh())).Want(http.StatusCreated)
	})
}

// TestPages_showThePreviewAgainAfterAnHour: who comes back from lunch looks once more.
func TestPages_showThePreviewAgainAfterAnHour(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		_, victims := s.openCase(1)
		lead, home := site.SignIn("rsz"), "/victims/"+victims[0]+"/referrals"
		offer := testkit.Fields("to", s.desk("payoke"), "sections", "identity", "urgency", "normal", "reason", "support", "note", "Twee\r\nregels",
			"purpose", "protection", "basis", "legal_task", "once", "a-form-that-waited")
		offer.Set("seen", hiddenValue(t, string(lead.PostForm(home+"/preview", offer).Want(200).Body), "seen"))
		s.Advance(20 * time.Minute)
		other := testkit.Fields("to", s.desk("payoke"), "sections", "identity", "urgency", "normal", "reason", "shelter", "seen", offer.Get("seen"),
			"purpose", "protection", "basis", "legal_task", "once", "a-form-that-was-changed")
		if page := string(lead.PostForm(home, other).Want(409).Body); !strings.Contains(page, "niet het aanbod dat u hebt bekeken") {
			t.Error("what was not looked at is not shown, or not with the reason")
		}
		for range 3 { // somebody who does other things meanwhile
			s.Advance(14 * time.Minute)
			lead.Get("/").Want(200)
		}
		again := string(lead.PostForm(home, offer).Want(409).Body)
		if !strings.Contains(again, "meer dan een uur geleden") {
			t.Error("the page does not say why it comes again")
		}
		offer.Set("seen", hiddenValue(t, again, "seen"))
		lead.PostForm(home, offer).Want(303)
	})
}

// TestReferSeen_asksForTheLookLast: what breaks a rule is said before, and a stranger learns of nothing.
func TestReferSeen_asksForTheLookLast(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		n := offerTo(s.desk("payoke"), "identity", "health")
		_, err := s.Sharing.ReferSeen(s.as("inspection"), victims[0], n, "")
		s.wantsField(err, "sections", "sharing.not_yours.health")
		_, err = s.Sharing.ReferSeen(s.as("moria"), victims[0], n, "")
		s.wants(err, fault.NotFound, "a stranger")
		_, err = s.Sharing.ReferSeen(s.as("inspection"), victims[0], offerTo(s.desk("payoke"), "identity"), "")
		s.wants(err, fault.PreconditionRequired, "without a look")
		n = offerTo(s.desk("payoke"), "identity")
		n.Seen = must(s.Sharing.Rehearse(s.as("inspection"), victims[0], n))(t).Seen
		n.Note = "  " + n.Note + "\r\n" // tidied alike
		must(s.Sharing.ReferSeen(s.as("inspection"), victims[0], n, ""))(t)
	})
}
