package worklist_test

import (
	"strings"
	"testing"

	"relais/internal/testkit"
	"relais/internal/worklist"
)

func TestPages_showEachRoleItsOwn(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		site := w.Serve(t)
		refer(w, victim(w, w.OpenCase("rsz")), w.Today().AddDays(9))
		for key, pages := range map[string]map[string]int{
			"payoke":         {"/": 200, "/worklist/ending": 200, "/worklist/leaderless": 404, "/worklist/unprotected": 404},
			"payoke.admin":   {"/": 200, "/worklist/ending": 200, "/worklist/leaderless": 200, "/worklist/unprotected": 200},
			"payoke.auditor": {"/": 200, "/worklist/leaderless": 404, "/worklist/unprotected": 404, "/worklist/ending?after=here": 422},
		} {
			client := site.SignIn(key)
			for path, status := range pages {
				client.Get(path).Want(status)
			}
		}
		page := string(site.SignIn("payoke.admin").Get("/worklist/unprotected").Body)
		if !strings.Contains(page, "/people/"+w.Person("payoke.second").ID) || strings.Contains(page, w.Person("rsz").ID) {
			t.Error("the administrator does not find the own people, or finds others")
		}
	})
}

func TestAPI_leavesOutWhatTheRolesDoNotReach(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		site := w.Serve(t)
		refer(w, victim(w, w.OpenCase("rsz")), w.Today().AddDays(9))
		for key, want := range map[string][4]bool{
			"payoke": {true, false, false, false}, "payoke.admin": {false, true, true, false}, "payoke.auditor": {false, false, false, true},
		} {
			var body worklist.Body
			site.Key(key).Get("/api/v1/worklist").Want(200).Into(&body)
			if got := [4]bool{body.Files != nil, body.Agency != nil, body.People != nil, body.Log != nil}; got != want {
				t.Errorf("%s gets files, agency, people, log: %v", key, got)
			}
			if body.Files != nil && (body.Files.WaitingCount.Number != 1 || body.Files.Waiting[0].FromAgency != "RSZ/ONSS") {
				t.Errorf("%s gets %+v", key, body.Files)
			}
		}
		site.Nobody().Get("/api/v1/worklist").Want(401)
	})
}
