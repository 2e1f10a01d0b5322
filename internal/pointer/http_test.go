package pointer_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"relais/internal/pointer"
	"relais/internal/testkit"
)

func TestPages_leadFromTheFileToTheContactAndTheRequest(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		site := s.Serve(t)
		s.setting("be.rsz", true)
		theirs := s.file("rsz", lan)
		police, other := site.SignIn("fgp"), site.SignIn("rsz")
		says(t, police.Get("/victims/"+s.lan).Want(http.StatusOK), "/victims/"+s.lan+"/pointers", "Andere instanties")
		page := "/victims/" + s.lan + "/pointers"
		says(t, police.Get(page).Want(http.StatusOK), "Niets te melden", "identification", "guardianship")
		says(t, police.PostForm(page, testkit.Fields("purpose", "return")).Want(http.StatusUnprocessableEntity), `href="#f-purpose"`)
		police.PostForm(page, testkit.Fields("purpose", "identification")).Want(http.StatusSeeOther)
		id := s.sees("fgp")[0].ID
		for _, where := range []string{page, "/victims/" + s.lan, "/pointers"} {
			says(t, police.Get(where).Want(http.StatusOK), "/pointers/"+id, "RSZ/ONSS", "Antwerpen")
		}
		says(t, police.Get("/").Want(http.StatusOK), `href="/pointers"`)
		says(t, police.Get("/pointers/"+id).Want(http.StatusOK), "RSZ/ONSS", "/directory/"+s.Place("be.rsz").Desks[0], "/requests/new")
		seen := other.Get("/pointers/" + id).Want(http.StatusOK)
		says(t, seen, s.Place("be.fgp").Name, s.reference("rsz", theirs))
		for _, hidden := range []string{s.lan, s.reference("fgp", s.lan), "Identificatie"} {
			if strings.Contains(string(seen.Body), hidden) {
				t.Errorf("the other side reads %q", hidden)
			}
		}
		says(t, police.Get("/pointers/"+id+"/requests/new").Want(http.StatusOK), `value="identity"`)
		wrong := police.PostForm("/pointers/"+id+"/requests", testkit.Fields("sections", "identity", "note", "Kept words.")).Want(http.StatusUnprocessableEntity)
		says(t, wrong, "Kept words.", `href="#f-reason"`)
		asked := police.PostForm("/pointers/"+id+"/requests", testkit.Fields("sections", "identity", "for", "desk", "reason", "investigation", "note", "We met her.",
			"purpose", "investigation", "basis", "legal_task")).Want(http.StatusSeeOther).Location()
		says(t, police.Get(asked).Want(http.StatusOK), "Mogelijke overeenkomst", "We met her.", "/pointers/"+id)
		says(t, police.Get("/requests?box=asked").Want(http.StatusOK), "Mogelijke overeenkomst")
		says(t, other.Get(asked).Want(http.StatusOK), "We met her.", "De aanvrager heeft het dossier niet gezien")
		police.PostForm("/pointers/"+id+"/refutation", nil).Want(http.StatusPreconditionRequired)
		other.PostForm("/pointers/"+id+"/refutation", testkit.Fields("version", "1")).Want(http.StatusSeeOther)
		says(t, police.Get("/pointers/"+id).Want(http.StatusOK), "Door de andere desk")
		says(t, police.Get("/pointers?box=settled").Want(http.StatusOK), "/pointers/"+id)
		site.SignIn("avim").Get("/pointers/" + id).Want(http.StatusNotFound)
	})
}

func TestSetting_isReadAndWrittenByTheAdministrator(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		site := s.Serve(t)
		admin := site.SignIn("payoke.admin")
		says(t, admin.Get("/pointer-setting").Want(http.StatusOK), "Doet niet mee", "Intake")
		says(t, admin.PostForm("/pointer-setting", testkit.Fields("version", "1")).Want(http.StatusUnprocessableEntity), `href="#f-allows"`)
		admin.PostForm("/pointer-setting", testkit.Fields("allows", "yes")).Want(http.StatusPreconditionRequired)
		desk := s.Place("be.payoke").Desks[0]
		admin.PostForm("/pointer-setting", testkit.Fields("allows", "yes", "desks_off", desk, "version", "1")).Want(http.StatusSeeOther)
		says(t, admin.Get("/pointer-setting").Want(http.StatusOK), "Somers-Dijk", `value="`+desk+`" checked`)
		admin.PostForm("/pointer-setting", testkit.Fields("allows", "no", "version", "1")).Want(http.StatusConflict)
		admin.PostForm("/pointer-setting", testkit.Fields("allows", "no", "version", "2")).Want(http.StatusSeeOther)
		says(t, admin.Get("/pointer-setting").Want(http.StatusOK), "1 desk apart")
		s.Advance(11 * time.Minute)
		if to := admin.PostForm("/pointer-setting", testkit.Fields("allows", "yes", "version", "3")).Want(http.StatusSeeOther).Location(); !strings.HasPrefix(to, "/account/confirm") {
			t.Errorf("without the code it leads to %s", to)
		}
	})
}

func TestAPI_looksAsksAndRefutes(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		site := s.Serve(t)
		s.setting("be.rsz", true)
		police := site.Key("fgp")
		at := "/api/v1/victims/" + s.lan + "/probes"
		var found struct{ Items []pointer.Body }
		police.JSON(http.MethodPost, at, map[string]any{"purpose": "identification"}).Want(http.StatusOK).Into(&found)
		if len(found.Items) != 0 {
			t.Errorf("found %+v", found.Items)
		}
		s.file("rsz", lan)
		police.JSON(http.MethodPost, at, map[string]any{"purpose": "identification"}).Want(http.StatusOK).Into(&found)
		if len(found.Items) != 1 || found.Items[0].Desk != "Antwerpen" || found.Items[0].State != "open" || found.Items[0].FileID != s.lan {
			t.Fatalf("found %+v", found.Items)
		}
		one := "/api/v1/pointers/" + found.Items[0].ID
		if tag := police.Get(one).Want(http.StatusOK).Header.Get("ETag"); tag != `"v1"` {
			t.Errorf("its version is %s", tag)
		}
		police.Get("/api/v1/pointers").Want(http.StatusOK).Into(&found)
		if len(found.Items) != 1 {
			t.Error("the list is empty")
		}
		body := map[string]any{"sections": []string{"identity"}, "for": "desk", "reason": "investigation", "note": "x", "purpose": "investigation", "basis": "legal_task"}
		made := police.JSON(http.MethodPost, one+"/requests", body).Want(http.StatusCreated)
		var asked map[string]any
		police.Get(made.Location()).Want(http.StatusOK).Into(&asked)
		if asked["file_id"] != nil || asked["reference"] != "" || asked["pointer_id"] != found.Items[0].ID {
			t.Errorf("the asker reads %v", asked)
		}
		police.JSON(http.MethodPost, one+"/refutation", nil, "If-Match", `"v9"`).Want(http.StatusConflict)
		police.JSON(http.MethodPost, one+"/refutation", nil, "If-Match", `"v1"`).Want(http.StatusOK)
		for range pointer.MostByWorker {
			police.JSON(http.MethodPost, at, map[string]any{"purpose": "identification"})
		}
		slow := police.JSON(http.MethodPost, at, map[string]any{"purpose": "identification"}).Want(http.StatusTooManyRequests)
		if slow.Header.Get("Retry-After") == "" || !strings.Contains(slow.Problem().Detail+slow.Problem().Title, "20") {
			t.Errorf("it says %s", slow.Body)
		}
	})
}
