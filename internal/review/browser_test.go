package review_test

import (
	"testing"

	"relais/internal/authz"
	"relais/internal/section"
	"relais/internal/testkit"
)

// TestBrowser_reviewsAndShares in German and French, at 360 pixels and 1280: the review of a quarter, the form that offers single entries,
// the level over who has access and at the opening of a file.
func TestBrowser_reviewsAndShares(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, t: t, caseID: w.OpenCase("rsz")}
	s.victim = w.OpenVictim("rsz", s.caseID, section.Values{"family_name": "Nguyen"})
	s.member = w.AddToTeam("rsz", s.caseID, "be.payoke")
	w.Write("rsz", s.victim, authz.Labour, "legal_task", section.Values{"occupation": "roofer"})
	s.nextQuarter()
	site := w.Serve(t)
	tab := site.Browse("rsz")
	tab.Open(site.URL + "/reviews")
	tab.Click("Deutsch")
	testkit.Inspect(t, tab, "review-list-de")
	tab.Open(site.URL + "/victims/" + s.victim + "/referrals/new")
	testkit.Inspect(t, tab, "review-refer-de")
	tab.Open(site.URL + "/victims/" + s.victim + "/access")
	if !tab.Has("Diese Dienststellen sehen diese Akte") {
		t.Errorf("the level does not show: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "review-access-de")
	tab.Open(site.URL + "/cases/new")
	testkit.Inspect(t, tab, "review-case-new-de")
	tab.Open(site.URL + "/reviews/" + s.member)
	testkit.Inspect(t, tab, "review-decide-de")
	tab.Click("Français")
	testkit.Inspect(t, tab, "review-decide-fr")
	tab.Click("Y mettre fin maintenant")
	tab.Click("Enregistrer")
	if !tab.Has("L’accès a pris fin.") || s.sees("payoke") {
		t.Errorf("the access has not ended: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "review-list-fr")
}
