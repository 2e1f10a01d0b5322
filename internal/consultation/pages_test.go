package consultation_test

import (
	"strings"
	"testing"

	"relais/internal/httpkit/pagecheck"
	"relais/internal/testkit"
)

func TestPages_areSound(t *testing.T) { pagecheck.Slice(t, "consultation") }

// TestConsultation_isCalledInTheBrowser calls one, writes the minutes and reads them as the other desk.
func TestConsultation_isCalledInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	rsz, payoke := site.SignIn("rsz"), site.SignIn("payoke")
	rsz.Get("/consultations/new").Want(200)
	rsz.PostForm("/consultations", testkit.Fields("ground", "law")).Want(422)
	to := rsz.PostForm("/consultations", testkit.Fields("desk", desk(w, "be.rsz"), "ground", "law", "permission", "458ter-1", "permitted_on", "2026-02-27",
		"held_on", "2026-03-02", "aim", "integrity", "subject", "Two workers", "participants", desk(w, "be.payoke"))).Want(303).Location()
	rsz.PostForm(to+"/minutes", testkit.Fields("text", "", "version", "1")).Want(422)
	rsz.PostForm(to+"/minutes", testkit.Fields("text", "Agreed.", "tlp", "red")).Want(428)
	rsz.PostForm(to+"/minutes", testkit.Fields("text", "Agreed.", "tlp", "red", "version", "1")).Want(303)
	payoke.Get(to).Want(200)
	payoke.PostForm(to+"/minutes", testkit.Fields("text", "Mine.", "version", "2")).Want(403)
	site.SignIn("pagasa").Get(to).Want(404)
	tab := site.Browse("rsz")
	for _, page := range []string{"/consultations", "/consultations/new", to} {
		tab.Open(site.URL + page)
		testkit.Inspect(t, tab, "consultation")
	}
	if !tab.Has("Agreed.") {
		t.Errorf("the minutes are not there: %s", tab.Text())
	}
}

// TestMenu_offersConsultationsWhereTheLawHasThem: Belgium has article 458ter; elsewhere nothing leads to it, and its address says why.
func TestMenu_offersConsultationsWhereTheLawHasThem(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	for who, has := range map[string]bool{"rsz": true, "payoke": true, "cosm": false, "spj": false} {
		client := site.SignIn(who)
		for path, link := range map[string]string{"/referrals": `href="/consultations"`, "/consultations": `href="/consultations/new"`} {
			if body := string(client.Get(path).Want(200).Body); strings.Contains(body, link) != has {
				t.Errorf("%s: %s leads to %s: %v", who, path, link, !has)
			}
		}
		if !has && !strings.Contains(string(client.Get("/consultations/new").Want(403).Body), "458ter") {
			t.Errorf("%s: the refusal does not say why", who)
		}
	}
}
