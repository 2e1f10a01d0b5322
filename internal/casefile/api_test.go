package casefile_test

import (
	"encoding/json"
	"strings"
	"testing"

	"relais/internal/casefile"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
)

type object = map[string]any

func site() object {
	return object{"exploitation": []string{"forced_labour"}, "sector": "F", "country": "BE", "detected_by": "labour_inspectorate", "detected_on": "2026-02-26"}
}

func TestAPI_opensListsShowsAndChangesACase(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	c := w.Serve(t).Key("rsz")
	made := c.JSON("POST", "/api/v1/cases", object{"facts": site()}).Want(201)
	var created struct{ ID string }
	made.Into(&created)
	if made.Location() != "/api/v1/cases/"+created.ID {
		t.Errorf("made at %s", made.Location())
	}
	victimID := w.OpenVictim("rsz", created.ID, section.Values{"family_name": "Nguyen"})
	shown := c.Get(made.Location()).Want(200)
	var body casefile.CaseBody
	shown.Into(&body)
	if shown.Header.Get("ETag") != `"v1"` || body.Lead != "RSZ/ONSS" || len(body.Victims) != 1 || body.Victims[0].ID != victimID || len(body.Sections) == 0 {
		t.Errorf("%s %+v", shown.Header.Get("ETag"), body)
	}
	if strings.Contains(string(shown.Body), "Nguyen") {
		t.Error("a case names a person")
	}
	var list struct {
		Items []casefile.LineBody
		Next  string
	}
	c.Get("/api/v1/cases").Want(200).Into(&list)
	if len(list.Items) != 1 || list.Items[0].Reference != body.Reference || list.Next != "" {
		t.Errorf("%+v", list)
	}
	facts := site()
	facts["country"] = "NL"
	changed := c.JSON("PUT", made.Location(), facts, "If-Match", `"v1"`).Want(200)
	if changed.Header.Get("ETag") != `"v2"` {
		t.Errorf("after the change: %s", changed.Header.Get("ETag"))
	}
	c.JSON("PUT", made.Location(), facts).Want(428)
	var diff gate.Stale
	p := c.JSON("PUT", made.Location(), site(), "If-Match", `"v1"`).Want(409).Problem()
	if err := json.Unmarshal(p.Diff, &diff); err != nil || diff.By != "Lotte Vermoesen" || diff.Version != 2 || len(diff.Fields) != 1 ||
		diff.Fields[0] != (gate.StaleField{Name: "country", Mine: "BE", Theirs: "NL"}) {
		t.Errorf("%v %+v", err, p)
	}
	var versions struct{ Items []casefile.VersionBody }
	c.Get(made.Location() + "/versions").Want(200).Into(&versions)
	if v := versions.Items; len(v) != 2 || v[0].Facts.Country != "NL" || v[1].Facts.Country != "BE" || v[1].Version != 1 || v[1].Author != "Lotte Vermoesen" {
		t.Errorf("versions %+v", v)
	}
}

func TestAPI_refusesWhatIsNoCase(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	served := w.Serve(t)
	c := served.Key("rsz")
	for name, spoil := range map[string]func(object){
		"unknown member": func(f object) { f["secret"] = "SECRET" }, "no exploitation": func(f object) { f["exploitation"] = []string{} },
		"unknown code": func(f object) { f["exploitation"] = []string{"SECRET"} }, "no country": func(f object) { delete(f, "country") },
		"a future day": func(f object) { f["detected_on"] = "2026-12-24" }, "no day": func(f object) { f["detected_on"] = "SECRET" },
		"a number": func(f object) { f["detected_by"] = 7 },
	} {
		facts := site()
		spoil(facts)
		answer := c.JSON("POST", "/api/v1/cases", object{"facts": facts}).Want(422)
		if p := answer.Problem(); len(p.Errors) == 0 || strings.Contains(string(answer.Body), "SECRET") {
			t.Errorf("%s: %s", name, answer.Body)
		}
	}
	c.JSON("POST", "/api/v1/cases", object{"facts": site()}, "Idempotency-Key", "").Want(400)
	c.Get("/api/v1/cases?after=nonsense").Want(422)
	c.Get("/api/v1/cases?limit=9").Want(422)
	first := c.JSON("POST", "/api/v1/cases", object{"facts": site()}, "Idempotency-Key", "one-case-only").Want(201)
	if again := c.JSON("POST", "/api/v1/cases", object{"facts": site()}, "Idempotency-Key", "one-case-only").Want(201); again.Location() != first.Location() {
		t.Errorf("a repeated creation made another: %s", again.Location())
	}
	stranger := served.Key("avim")
	foreign, absent := stranger.Get(first.Location()).Want(404), stranger.Get("/api/v1/cases/"+gate.NewID()).Want(404)
	if string(foreign.Body) != string(absent.Body) {
		t.Errorf("%s and %s", foreign.Body, absent.Body)
	}
	stranger.JSON("PUT", first.Location(), site(), "If-Match", `"v1"`).Want(404)
	served.Key("court").JSON("POST", "/api/v1/cases", object{"facts": site()}).Want(404)
}
