package sharing_test

import (
	"html"
	"slices"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// TestPages_sayWhatIsKnownOfOneSheltersHealth: the prosecutor learns a single fact of what a shelter shared, and is told that, not that
// some agencies' entries are shown.
func TestPages_sayWhatIsKnownOfOneSheltersHealth(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		victimID, yes := s.twoShelters()
		s.Write("payoke", victimID, authz.Health, "legal_task", section.Values{"certificate_kind": "medical_certificate", "certificate_for": "prosecutor"})
		id := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "prosecutor", "health"), ""))(t)
		must0(t, s.Sharing.Approve(s.As("payoke.second"), id, 1))
		must(s.Sharing.Accept(s.as("prosecutor"), id, 1))(t)
		if view := s.SectionOf("auditoraat", victimID, authz.Health); len(view.Entries) > 0 || len(view.Derived) == 0 || view.SomeOpen || !view.SomeFacts {
			t.Errorf("the prosecutor sees %+v", view)
		}
		client := site.SignIn("auditoraat")
		client.PostForm("/language", testkit.Fields("lang", "en", "back", "/")).Want(303)
		page := html.UnescapeString(string(client.Get("/victims/" + victimID).Want(200).Body))
		if !strings.Contains(page, "Of other agencies you see single facts only") || strings.Contains(page, "You see what some agencies wrote") {
			t.Error("the page does not say what is shown")
		}
	})
}

// TestPages_leadToTheFormWhereItOffersSomething: the page of a file asks what the form asks, consents and provisions included.
func TestPages_leadToTheFormWhereItOffersSomething(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		victimID, yes := s.twoShelters()
		id := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "lawyers", "identifiers"), ""))(t)
		must(s.Sharing.Accept(s.as("lawyers"), id, 1))(t)
		leads := func(who string) bool {
			return strings.Contains(string(site.SignIn(houses[who][1]).Get("/victims/"+victimID).Want(200).Body), "/referrals/new")
		}
		for _, who := range []string{"inspection", "payoke", "migration", "lawyers"} {
			form := must(s.Sharing.ReferralForm(s.as(who), victimID))(t)
			if leads(who) != form.CanRefer() || !form.CanRefer() {
				t.Errorf("%s is led to the form: %v; it offers something: %v", who, leads(who), form.CanRefer())
			}
		}
		must0(t, s.Database.Write(t.Context(), func(tx *database.Tx) error { // as if what was shared were of somebody who has written nothing yet
			_, err := tx.Exec(`UPDATE file_grant SET only_of = :of WHERE id = :id`, database.Args{"id": id, "of": " identifiers:" + s.house("migration").ID + " "})
			return err
		}))
		form := must(s.Sharing.ReferralForm(s.as("lawyers"), victimID))(t)
		at := slices.IndexFunc(form.Sections, func(c sharing.Choice) bool { return c.Section == authz.Identifiers })
		if c := form.Sections[at]; c.Allowed || c.Reason != "entries.none_shared" {
			t.Errorf("who never writes there may choose %+v", c)
		}
		if leads("lawyers") {
			t.Error("the page leads to a form that offers nothing")
		}
	})
}
