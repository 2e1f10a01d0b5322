package victim_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/victim"
)

type object = map[string]any

func newVictim(family string) object {
	return object{"detected_on": "2026-02-26", "entries": []object{{"section": "identity", "purpose": "identification", "basis": "legal_task",
		"values": object{"family_name": family}}}}
}

func TestAPI_opensListsShowsAndFindsAVictim(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	caseID := w.OpenCase("rsz")
	served := w.Serve(t)
	c := served.Key("rsz")
	at := "/api/v1/cases/" + caseID + "/victims"
	made := c.JSON("POST", at, newVictim("Nguyen"), "Idempotency-Key", "one-victim-only").Want(201)
	if again := c.JSON("POST", at, newVictim("Nguyen"), "Idempotency-Key", "one-victim-only").Want(201); again.Location() != made.Location() {
		t.Errorf("a repeated creation made another: %s", again.Location())
	}
	c.JSON("POST", at, newVictim("Tran"), "Idempotency-Key", "one-victim-only").Want(409)
	c.JSON("POST", at, newVictim("Tran"), "Idempotency-Key", "").Want(400)
	var body victim.Body
	c.Get(made.Location()).Want(200).Into(&body)
	if body.CaseID != caseID || body.Status != "presumed" || body.Reference == "" || sectionIn(t, body, "identity").Entries[0].Values["family_name"] != "Nguyen" {
		t.Errorf("%+v", body)
	}
	if hidden := sectionIn(t, body, "health"); hidden.Open || hidden.ReasonID != "role.none" || hidden.Entries == nil || len(hidden.Entries) != 0 ||
		hidden.Reason != "Agencies of your kind never see or do this." || hidden.NextStep != "If you need it for your task, ask the agency that wrote it." {
		t.Errorf("%+v", hidden)
	}
	var german victim.Body
	c.Get(made.Location(), "Accept-Language", "de").Want(200).Into(&german)
	if hidden := sectionIn(t, german, "health"); hidden.Reason != "Dienststellen Ihrer Art sehen oder tun dies nie." || hidden.NextStep == "" {
		t.Errorf("in German: %+v", hidden)
	}
	var list struct {
		Items []victim.LineBody
		Next  string
	}
	listed := c.Get("/api/v1/victims").Want(200).Into(&list)
	if len(list.Items) != 1 || list.Items[0].ID != body.ID || list.Items[0].OpenedBy != "RSZ/ONSS" || strings.Contains(string(listed.Body), "Nguyen") {
		t.Errorf("%+v", list)
	}
	var found struct {
		Items []victim.FoundBody
		More  bool
	}
	c.JSON("POST", "/api/v1/searches", object{"words": "nguyen"}).Want(200).Into(&found)
	if len(found.Items) != 1 || found.Items[0].ID != body.ID || found.Items[0].Name != "Nguyen" || found.More {
		t.Errorf("%+v", found)
	}
	w.Refer("rsz", body.ID, "be.payoke", "payoke", "identity")
	var theirs victim.Body
	served.Key("payoke").Get(made.Location()).Want(200).Into(&theirs)
	if theirs.CaseID != "" || theirs.CaseReference != "" || theirs.Reference == body.Reference {
		t.Errorf("who received the file sees %+v", theirs)
	}
}

func sectionIn(t *testing.T, body victim.Body, name string) entry.SectionBody {
	t.Helper()
	for _, s := range body.Sections {
		if s.Section == name {
			return s
		}
	}
	t.Fatalf("no section %s", name)
	return entry.SectionBody{}
}

func TestAPI_refusesWhatIsNoVictim(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	caseID := w.OpenCase("rsz")
	served := w.Serve(t)
	c := served.Key("rsz")
	at := "/api/v1/cases/" + caseID + "/victims"
	for name, body := range map[string]object{
		"no day": {}, "a future day": {"detected_on": "2027-01-01"}, "an unknown member": {"detected_on": "2026-02-26", "secret": "SECRET"},
		"an unknown section": {"detected_on": "2026-02-26", "entries": []object{{"section": "SECRET", "values": object{}, "purpose": "protection", "basis": "legal_task"}}},
		"a section of cases": {"detected_on": "2026-02-26", "entries": []object{{"section": "proceeds", "values": object{"kind": "cash"}, "purpose": "protection", "basis": "legal_task"}}},
		"a bad value":        {"detected_on": "2026-02-26", "entries": []object{{"section": "identity", "values": object{"sex": "SECRET"}, "purpose": "protection", "basis": "legal_task"}}},
	} {
		answer := c.JSON("POST", at, body).Want(422)
		if p := answer.Problem(); len(p.Errors) == 0 || strings.Contains(string(answer.Body), "SECRET") {
			t.Errorf("%s: %s", name, answer.Body)
		}
	}
	health := object{"detected_on": "2026-02-26", "entries": []object{{"section": "health", "values": object{"complaints": "x"}, "purpose": "protection", "basis": "legal_task"}}}
	if p := c.JSON("POST", at, health).Want(403).Problem(); p.ReasonID != "role.none" {
		t.Errorf("%+v", p)
	}
	c.JSON("POST", "/api/v1/searches", object{"words": "a"}).Want(422)
	c.JSON("POST", "/api/v1/searches", object{"words": strings.Repeat("a", 201)}).Want(422)
	c.JSON("POST", "/api/v1/searches", object{"words": "a\u0000b"}).Want(422)
	c.Get("/api/v1/victims?after=bm9uc2Vuc2U").Want(422)
	var list struct{ Items []victim.LineBody }
	if c.Get("/api/v1/victims").Want(200).Into(&list); len(list.Items) != 0 {
		t.Errorf("%d files were stored", len(list.Items))
	}
}

// TestStrangers_getTheSameBytes compares the whole answers for a file of others and for none, in the API and on the pages.
func TestStrangers_getTheSameBytes(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		id := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"})
		served := w.Serve(t)
		for _, who := range []string{"cosm", "avim", "fgp.other"} {
			api, pages := served.Key(who), served.SignIn(who)
			for _, at := range []string{"/api/v1/victims/%", "/api/v1/cases/%/victims"} {
				method, body := "GET", object(nil)
				if strings.HasSuffix(at, "victims") {
					method, body = "POST", newVictim("Tran")
				}
				ask := func(id string) testkit.Answer {
					if body == nil {
						return api.Get(strings.Replace(at, "%", id, 1)).Want(404)
					}
					return api.JSON(method, strings.Replace(at, "%", id, 1), body).Want(404)
				}
				for _, real := range []string{id, caseID} {
					if foreign, absent := ask(real), ask(gate.NewID()); string(foreign.Body) != string(absent.Body) {
						t.Errorf("%s at %s: %s and %s", who, at, foreign.Body, absent.Body)
					}
				}
			}
			for _, at := range []string{"/victims/%", "/cases/%", "/cases/%/victims/new", "/victims/%/sections/identity/new", "/cases/%/edit"} {
				real := id
				if strings.HasPrefix(at, "/cases") {
					real = caseID
				}
				absent := gate.NewID()
				foreign, none := pages.Get(strings.Replace(at, "%", real, 1)).Want(404), pages.Get(strings.Replace(at, "%", absent, 1)).Want(404)
				if strings.ReplaceAll(string(foreign.Body), real, "-") != strings.ReplaceAll(string(none.Body), absent, "-") {
					t.Errorf("%s at %s: pages differ", who, at)
				}
			}
			if body := string(pages.PostForm("/search", testkit.Fields("words", "Nguyen")).Want(200).Body); strings.Contains(body, "/victims/"+id) {
				t.Errorf("%s found the file", who)
			}
			pages.Get("/victims/%00").Want(400)
		}
	})
}

// TestBody_isWrittenAsItsTagsSay holds the hand that writes a victim file against encoding/json, which reads the tags.
func TestBody_isWrittenAsItsTagsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.Make[victim.Body]().Draw(t, "body")
		var want bytes.Buffer
		encoder := json.NewEncoder(&want)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(body); err != nil {
			t.Fatal(err)
		}
		if got := string(append(body.AppendJSON(nil), '\n')); got != want.String() {
			t.Fatalf("is written\n%s, want\n%s", got, &want)
		}
	})
}
