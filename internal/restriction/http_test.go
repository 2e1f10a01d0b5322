package restriction_test

import (
	"strings"
	"testing"

	"relais/internal/gate"
	"relais/internal/restriction"
	"relais/internal/testkit"
)

// TestPages_excludeAndLetInAgain through the forms, and keep the page from everybody else.
func TestPages_excludeAndLetInAgain(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		site := w.Serve(t)
		head, second := site.SignIn("rsz.head"), site.SignIn("rsz.second")
		for _, key := range []string{"rsz.second", "payoke", "rsz.auditor"} {
			site.SignIn(key).Get("/exclusions").Want(404)
		}
		if page := string(head.Get("/cases/" + s.Case).Want(200).Body); !strings.Contains(page, `href="/exclusions"`) {
			t.Error("the file's page does not lead the supervisor to exclusions")
		}
		if page := string(second.Get("/cases/" + s.Case).Want(200).Body); strings.Contains(page, `href="/exclusions"`) {
			t.Error("the file's page leads a caseworker to exclusions")
		}
		reference := s.ref("rsz", gate.Case)
		head.PostForm("/exclusions", testkit.Fields("reference", reference)).Want(422)
		form := testkit.Fields("reference", reference, "worker", w.Person("rsz.second").ID, "reason", "involved", "note", "Werkte er", "once", gate.NewID())
		head.PostForm("/exclusions", form).Want(303)
		head.PostForm("/exclusions", form).Want(303)
		absent := second.Get("/cases/" + gate.NewID()).Want(404)
		if gone := second.Get("/cases/" + s.Case).Want(404); bare(gone) != bare(absent) {
			t.Error("the excluded person gets another answer than for nothing")
		}
		if page := string(head.Get("/exclusions").Want(200).Body); !strings.Contains(page, "Werkte er") || strings.Count(page, "/end\"") != 1 {
			t.Error("the page does not show the one exclusion")
		}
		id := must(w.Limits.Exclusions(w.As("rsz.head"), gate.Cursor{}))(t).Items[0].ID
		head.PostForm("/exclusions/"+id+"/end", nil).Want(428)
		second.PostForm("/exclusions/"+id+"/end", testkit.Fields("version", "1")).Want(404)
		head.PostForm("/exclusions/"+id+"/end", testkit.Fields("version", "1")).Want(303)
		second.Get("/cases/" + s.Case).Want(200)
		head.Get("/exclusions?after=here").Want(422)
	})
}

// bare is an answer without what differs from one request to the next.
func bare(a testkit.Answer) string {
	text := string(a.Body)
	if at := strings.Index(text, "<main"); at >= 0 {
		text = text[at:]
	}
	return text[:strings.Index(text, "</main")]
}

// TestPages_sealAndUnseal through the forms.
func TestPages_sealAndUnseal(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		site := w.Serve(t)
		prosecutor, officer, stranger := site.SignIn("auditoraat"), site.SignIn("fgp"), site.SignIn("pagasa")
		officers := s.ref("fgp", gate.Victim)
		seal := "/victims/" + s.Victim + "/seal"
		if page := string(prosecutor.Get("/victims/" + s.Victim).Want(200).Body); !strings.Contains(page, seal) {
			t.Error("the file's page does not lead the prosecutor to the seal")
		}
		prosecutor.Get(seal).Want(200)
		officer.Get(seal).Want(403)
		stranger.Get(seal).Want(404)
		prosecutor.PostForm(seal, testkit.Fields("order", "Peeters")).Want(422)
		form := testkit.Fields("order", order, "once", gate.NewID())
		prosecutor.PostForm(seal, form).Want(303)
		prosecutor.PostForm(seal, form).Want(303)
		prosecutor.Get("/victims/" + s.Victim).Want(404)
		officer.PostForm("/sealed/openings", testkit.Fields("reference", officers)).Want(422)
		officer.PostForm("/sealed/openings", testkit.Fields("reference", officers, "order", "X-1/2026")).Want(404)
		if to := officer.PostForm("/sealed/openings", testkit.Fields("reference", officers, "order", order)).Want(303).Location(); to != "/victims/"+s.Victim {
			t.Errorf("leads to %s", to)
		}
		officer.Get("/victims/" + s.Victim).Want(200)
		if page := string(officer.Get("/sealed").Want(200).Body); strings.Contains(page, "/end\"") {
			t.Error("the police list what they have not sealed")
		}
		id := must(w.Limits.Seals(w.As("auditoraat"), gate.Cursor{}))(t).Items[0].ID
		if page := string(prosecutor.Get("/sealed").Want(200).Body); !strings.Contains(page, id) {
			t.Error("the prosecutor does not find the sealed file")
		}
		prosecutor.PostForm("/sealed/"+id+"/end", nil).Want(428)
		officer.Get("/sealed/" + id + "/end").Want(404)
		officer.PostForm("/sealed/"+id+"/end", testkit.Fields("version", "1", "order", lifting)).Want(404)
		prosecutor.Get("/sealed/" + id + "/end").Want(200)
		prosecutor.PostForm("/sealed/"+id+"/end", testkit.Fields("version", "1")).Want(422)
		prosecutor.PostForm("/sealed/"+id+"/end", testkit.Fields("version", "1", "order", lifting)).Want(303)
		if page := string(prosecutor.Get("/sealed").Want(200).Body); !strings.Contains(page, lifting) {
			t.Error("the prosecutor does not read what lifted the order")
		}
		prosecutor.Get("/victims/" + s.Victim).Want(200)
		prosecutor.Get("/sealed?after=here").Want(422)
	})
}

// TestAPI_doesTheSame with If-Match and Idempotency-Key.
func TestAPI_doesTheSame(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		site := w.Serve(t)
		head, prosecutor := site.Key("rsz.head"), site.SignIn("auditoraat") // sealing asks for the second factor, which no key shows
		body := map[string]any{"reference": s.ref("rsz", gate.Case), "worker_id": w.Person("rsz.second").ID, "reason": "order"}
		var made struct{ ID string }
		head.JSON("POST", "/api/v1/exclusions", body, "Idempotency-Key", "").Want(400)
		head.JSON("POST", "/api/v1/exclusions", body).Want(201).Into(&made)
		var listed struct{ Items []restriction.ExclusionBody }
		head.Get("/api/v1/exclusions").Want(200).Into(&listed)
		if len(listed.Items) != 1 || listed.Items[0].ID != made.ID || !listed.Items[0].CanEnd {
			t.Errorf("listed %+v", listed.Items)
		}
		signed := site.SignIn("rsz.head") // what opens a file again asks for the second factor too
		head.JSON("POST", "/api/v1/exclusions/"+made.ID+"/end", nil).Want(428)
		head.JSON("POST", "/api/v1/exclusions/"+made.ID+"/end", nil, "If-Match", `"v1"`).Want(403)
		signed.JSON("POST", "/api/v1/exclusions/"+made.ID+"/end", nil, "If-Match", `"v7"`).Want(409)
		signed.JSON("POST", "/api/v1/exclusions/"+made.ID+"/end", nil, "If-Match", `"v1"`).Want(204)

		key := gate.NewID()
		site.Key("auditoraat").JSON("POST", "/api/v1/cases/"+s.Case+"/seal", map[string]any{"order": order}).Want(403)
		sealed := prosecutor.JSON("POST", "/api/v1/cases/"+s.Case+"/seal", map[string]any{"order": order}, "Idempotency-Key", key).Want(201)
		again := prosecutor.JSON("POST", "/api/v1/cases/"+s.Case+"/seal", map[string]any{"order": order}, "Idempotency-Key", key).Want(201)
		if string(sealed.Body) != string(again.Body) {
			t.Error("the same request sealed twice")
		}
		var seals struct{ Items []restriction.SealBody }
		prosecutor.Get("/api/v1/seals").Want(200).Into(&seals)
		if len(seals.Items) != 1 || seals.Items[0].FileID != s.Case {
			t.Fatalf("listed %+v", seals.Items)
		}
		var opened restriction.OpenedBody
		prosecutor.JSON("POST", "/api/v1/seal-openings", map[string]any{"reference": seals.Items[0].Reference, "order": order}).Want(200).Into(&opened)
		prosecutor.Get("/api/v1/cases/" + opened.FileID).Want(200)
		site.Key("rsz").Get("/api/v1/cases/" + s.Case).Want(404)
		end, lift := "/api/v1/seals/"+seals.Items[0].ID+"/end", map[string]any{"order": lifting}
		site.Key("auditoraat").JSON("POST", end, lift, "If-Match", `"v1"`).Want(403)
		prosecutor.JSON("POST", end, map[string]any{"order": ""}, "If-Match", `"v1"`).Want(422)
		prosecutor.JSON("POST", end, lift, "If-Match", `"v1"`).Want(204)
		var after struct{ Lifted []restriction.LiftedBody }
		prosecutor.Get("/api/v1/seals").Want(200).Into(&after)
		if len(after.Lifted) != 1 || after.Lifted[0].Order != lifting || after.Lifted[0].UnsealedBy == "" {
			t.Errorf("unsealed %+v", after.Lifted)
		}
		site.Key("rsz").Get("/api/v1/cases/" + s.Case).Want(200)
	})
}
