package sharing_test

import (
	"net/http"
	"strings"
	"testing"

	"relais/internal/account"
	"relais/internal/testkit"
	"relais/internal/testkit/servers"
	"relais/web/axe"
)

// TestPages_areReadableOnASmallScreen opens every page of this slice at 360 px, without script, in the language with the
// longest words, and has axe look at it.
func TestPages_areReadableOnASmallScreen(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, added: map[string]string{}}
	site := w.Serve(t)
	caseID, victims := s.openCase(2)
	member := s.addTeam(caseID, "police")
	must(s.Sharing.Accept(s.as("payoke"), s.refer(victims[1], "payoke", "identity"), 1))(t)
	offer := s.refer(victims[0], "payoke", "identity", "labour", "exploitation")
	home, team := "/victims/"+victims[0], "/cases/"+caseID+"/team"
	for key, paths := range map[string][]string{
		"rsz":    {"/", team, team + "/new", team + "/" + member + "/removal", home + "/access", home + "/referrals/new", "/referrals?box=sent", "/referrals/" + offer, "/worklist/ending"},
		"payoke": {"/", "/referrals", "/referrals/" + offer, "/referrals/" + offer + "/refusal", "/victims/" + victims[1] + "/named-workers"},
	} {
		client := site.SignIn(key)
		client.PostForm("/language", testkit.Fields("lang", "de", "back", "/")).Want(http.StatusSeeOther)
		tab := servers.Browser(t)
		tab.SetCookie(site.URL, &http.Cookie{Name: account.SessionCookie, Value: client.Session(), Path: "/"})
		for _, width := range []int{360, 1280} {
			tab.Size(width, 800)
			for _, path := range paths {
				tab.Open(site.URL + path)
				tab.Screenshot(key + strings.ReplaceAll(strings.NewReplacer(caseID, "case", victims[0], "victim", victims[1], "victim", offer, "offer", member, "member").Replace(path), "/", "_") + map[int]string{360: "_small"}[width])
				if tab.Overflows() {
					t.Errorf("%s at %d px is wider than the screen", path, width)
				}
				if width > 360 {
					continue // axe looks at the small one: what does not fit there is hidden or overlaps
				}
				for _, v := range tab.Axe(axe.Script) {
					t.Errorf("%s: %v", path, v)
				}
			}
		}
	}
}
