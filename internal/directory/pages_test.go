package directory_test

import (
	"strings"
	"testing"

	"relais/internal/directory"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/testkit"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "directory") }

// TestDirectory_leadsToTheReferralInTheBrowser writes what a desk offers over a mistake, tells its places, finds it by a filter
// from a file, and goes on to the referral with the desk filled in.
func TestDirectory_leadsToTheReferralInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site, at := w.Serve(t), "/directory/"+desk(w, "be.payoke")
	shelter := site.SignIn("payoke")
	fields := []string{"services", "housing", "languages", "vi", "people", "women", "email", "onthaal@payoke.example", "always_open", "yes"}
	shelter.PostForm(at, testkit.Fields(fields...)).Want(428)
	shelter.PostForm(at, testkit.Fields(append(fields, "area", "Lozanastraat 200", "version", "1")...)).Want(422)
	shelter.PostForm(at, testkit.Fields(append(fields, "area", "Antwerpen", "version", "1")...)).Want(303)
	late := string(shelter.PostForm(at, testkit.Fields(append(fields, "area", "Mechelen", "version", "1")...)).Want(409).Body)
	for _, want := range []string{`value="Mechelen"`, `id="f-area-stored"`, "Antwerpen", `name="version" value="2"`} {
		if !strings.Contains(late, want) {
			t.Errorf("the second editor does not see %s", want)
		}
	}
	shelter.PostForm(at+"/places", testkit.Fields("free", "many")).Want(422)
	shelter.PostForm(at+"/places", testkit.Fields("free", "3")).Want(303)
	file := w.OpenVictim("rsz", w.OpenCase("rsz"), nil)
	tab := site.Browse("rsz")
	tab.Open(site.URL + "/victims/" + file + "/referrals/new")
	tab.Click("Een desk zoeken in de wegwijzer van diensten")
	testkit.Inspect(t, tab, "directory-list")
	tab.Open(site.URL + "/directory?tonight=yes&service=housing&language=vi&victim=" + file)
	if !tab.Has("3 vrij") {
		t.Errorf("the desk with a place is not found: %s", tab.Text())
	}
	tab.Click("Payoke")
	testkit.Inspect(t, tab, "directory-desk")
	tab.Click("De persoon naar deze desk doorverwijzen")
	testkit.Inspect(t, tab, "directory-refer")
	page := string(site.SignIn("rsz.second").Get("/victims/" + file + "/referrals/new?to=" + desk(w, "be.payoke")).Want(200).Body)
	if !strings.Contains(page, `<option value="`+desk(w, "be.payoke")+`" selected>`) {
		t.Error("the desk is not filled in")
	}
	if page := string(site.SignIn("rsz").Get("/victims/" + file + "/referrals/new?to=" + desk(w, "be.rsz")).Want(200).Body); strings.Contains(page, `<option value="`+desk(w, "be.rsz")) {
		t.Error("a desk that is none to choose stands in the form")
	}
	own := site.Browse("payoke")
	for _, path := range []string{at, at + "/edit", "/directory?country=LU"} {
		own.Open(site.URL + path)
		testkit.Inspect(t, own, "directory")
	}
}

func TestWrite_byAPI(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	key, at := site.Key("payoke"), "/api/v1/directory/"+desk(w, "be.payoke")
	key.JSON("PUT", at, map[string]any{"services": []string{"housing"}, "languages": []string{"nl"}, "phone": "+32 3 000 00 00"}, "If-Match", `"v1"`).Want(204)
	key.JSON("POST", at+"/places", map[string]any{"free": 4}).Want(204)
	var body directory.Body
	site.Key("spj").Get(at).Want(200).Into(&body)
	if body.FreePlaces == nil || *body.FreePlaces != 4 || body.Version != 2 || body.Services[0] != "housing" {
		t.Errorf("another country reads %+v", body)
	}
	w.Advance(directory.Fresh)
	site.Key("cosm").Get(at).Want(200).Into(&body)
	if body.FreePlaces != nil {
		t.Errorf("yesterday's places stand as %d", *body.FreePlaces)
	}
}
