package circle_test

import (
	"strings"
	"testing"

	"relais/internal/consent"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/testkit"
)

func TestPages_areSound(t *testing.T) { pagecheck.Slice(t, "circle") }

// TestCircle_isUsedOnPages makes a circle, shares with it, adds a desk with the old files, and takes one out, by forms alone.
func TestCircle_isUsedOnPages(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site, file := w.Serve(t), victim(w)
	rsz := site.SignIn("rsz")
	rsz.Get("/circles/new").Want(200)
	rsz.PostForm("/circles", testkit.Fields("name", "")).Want(422)
	at := rsz.PostForm("/circles", testkit.Fields("name", "Cel Haven", "desk", desk(w, "be.rsz"), "purpose", "protection", "until", "2026-06-30",
		"members", desk(w, "be.fgp"))).Want(303).Location()
	id := strings.TrimPrefix(at, "/circles/")
	kept, err := w.Consents.Record(w.As("rsz"), file, consent.New{Sections: []string{"identity"}, Recipients: []consent.Recipient{{AgencyID: w.Place("be.fgp").ID}},
		Purposes: []string{"protection"}, AskedOn: w.Today(), Until: w.Today().AddDays(60), How: "oral_witnessed", Language: "vi",
		Explained: consent.Explanations(), Witness: "Lotte Vermoesen"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if form := string(rsz.Get("/victims/" + file + "/circles/new").Want(200).Body); !strings.Contains(form, `<option value="`+kept+`"`) {
		t.Error("the person's consent cannot be chosen")
	}
	rsz.PostForm("/victims/"+file+"/circles", testkit.Fields("circle", id)).Want(422)
	rsz.PostForm("/victims/"+file+"/circles", testkit.Fields("circle", id, "sections", "identity", "purpose", "protection", "basis", "legal_task")).Want(303)
	rsz.Get(at + "/members/new").Want(200)
	rsz.Get(at + "/members/new?desk=" + desk(w, "be.fgp")).Want(422)
	effect := string(rsz.Get(at + "/members/new?desk=" + desk(w, "be.dvz")).Want(200).Body)
	if !strings.Contains(effect, "1 dossier dat uw instantie deelde") {
		t.Error("the effect is not told before it is saved")
	}
	rsz.PostForm(at+"/members", testkit.Fields("desk", desk(w, "be.dvz"), "old", "open")).Want(428)
	rsz.PostForm(at+"/members", testkit.Fields("desk", desk(w, "be.dvz"), "old", "open", "version", "1")).Want(409)
	rsz.PostForm(at+"/members", testkit.Fields("desk", desk(w, "be.dvz"), "old", "open", "version", "2")).Want(303)
	if !sees(w, "dvz", file) {
		t.Error("the new desk does not see the old file")
	}
	fgp := site.SignIn("fgp")
	leave := at + "/members/" + memberOf(t, w, id, "be.fgp") + "/removal"
	fgp.Get(leave).Want(200)
	fgp.Get(at + "/closure").Want(403)
	tab := site.Browse("rsz")
	for _, page := range []string{"/circles", "/circles/new", at, at + "/members/new", at + "/members/new?desk=" + desk(w, "be.payoke"), at + "/closure", "/victims/" + file + "/circles/new"} {
		tab.Open(site.URL + page)
		testkit.Inspect(t, tab, "circle")
	}
	fgp.PostForm(leave, testkit.Fields("version", "3")).Want(303)
	fgp.Get(at).Want(404)
	rsz.PostForm(at+"/closure", testkit.Fields("version", "4")).Want(303)
	if sees(w, "dvz", file) || sees(w, "fgp", file) {
		t.Error("the circle is closed and still opens the file")
	}
}
