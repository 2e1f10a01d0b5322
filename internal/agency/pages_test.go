package agency_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/web"
)

// visitor is somebody at the pages; a test says who, since signing in is account's matter.
type visitor struct {
	h       *house
	site    http.Handler
	who     string
	stepped moment.Time
}

type answer struct {
	status int
	header http.Header
	body   string
}

// look is the site's own, parsed once for all tests.
var look = sync.OnceValues(func() (*httpkit.Look, error) {
	words, err := locale.Load(web.Locales())
	if err != nil {
		return nil, err
	}
	return httpkit.NewLook(words, web.Templates(), web.Static())
})

func (h *house) visit(who string) *visitor {
	h.t.Helper()
	v := &visitor{h: h, who: who, stepped: h.now}
	k := must(httpkit.New(httpkit.Config{Look: must(look())(h.t), Logger: slog.New(slog.DiscardHandler)}))(h.t)
	e := k.Engine()
	known := func(c *gin.Context) {
		actor := authz.Actor{WorkerID: h.people[v.who], AgencyID: h.of[h.people[v.who]], AAL: 2}
		c.Request = c.Request.WithContext(gate.WithCaller(c.Request.Context(), gate.Caller{Actor: actor, SteppedAt: v.stepped}))
	}
	agency.Pages(e.Group("", known), k, h.agencies)
	agency.API(httpkit.NewAPI(e, k, known), h.agencies)
	v.site = e
	return v
}

func (v *visitor) do(method, path, body string, headers ...string) answer {
	v.h.t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Accept-Language", "en")
	if strings.HasPrefix(path, "/api/") && body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	v.site.ServeHTTP(rec, req)
	text := must(io.ReadAll(rec.Body))(v.h.t)
	return answer{rec.Code, rec.Header(), string(text)}
}

func (v *visitor) get(path string) answer { v.h.t.Helper(); return v.do("GET", path, "") }

func (v *visitor) post(path string, fields ...string) answer {
	v.h.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return v.do("POST", path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Origin", "http://example.com")
}

func (a answer) leads(t testing.TB, to string) {
	t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != to {
		t.Fatalf("status %d to %q, want 303 to %q: %.300s", a.status, a.header.Get("Location"), to, a.body)
	}
}

func (a answer) shows(t testing.TB, status int, texts ...string) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %.600s", a.status, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Fatalf("no %q in:\n%s", text, a.body)
		}
	}
	return a
}

var invitationLink = regexp.MustCompile(`http://example\.com/invitation/[A-Za-z0-9_-]{43}`)

// TestPages_letAnAdministratorAddAndChangeAPerson is the sixth step of the main job.
func TestPages_letAnAdministratorAddAndChangeAPerson(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	v := h.visit("admin")
	v.get("/people").shows(t, 200, "Nora Wijnants", "nora@example.org", "/people/new")
	once := regexp.MustCompile(`name="once" value="([0-9a-f-]{36})"`).FindStringSubmatch(v.get("/people/new").shows(t, 200, "Intake", "Caseworker", "Duty officer").body)[1]
	v.post("/people", "family", "", "email", "yara@example.org", "language", "fr", "once", once).shows(t, 422, "govuk-error-summary", `value="yara@example.org"`)
	fields := []string{"given", "Yara", "family", "<i>Bellefroy", "email", "yara@example.org", "language", "fr", "once", once,
		"desks", h.payoke.Desks[0], "hold", h.payoke.Roles[agency.Caseworker], "flags", "care"}
	page := v.post("/people", fields...).shows(t, 200, "works until")
	if !invitationLink.MatchString(page.body) {
		t.Fatalf("no link in:\n%s", page.body)
	}
	if again := v.post("/people", fields...).shows(t, 200, "shown already"); invitationLink.MatchString(again.body) {
		t.Error("the link is shown twice")
	}
	path := regexp.MustCompile(`/people/[0-9a-f-]{36}`).FindString(page.body)
	v.get(path).shows(t, 200, "&lt;i&gt;Bellefroy", "Caseworker", "Care professional", "Français")
	v.get(path+"/edit").shows(t, 200, `name="version" value="1"`)
	v.post(path, "version", "1", "given", "Yara", "family", "Bellefroy", "email", "yara@example.org").leads(t, path)
	v.post(path, "version", "1", "given", "Jara", "family", "Bellefroy", "email", "yara@example.org", "hold", h.payoke.Roles[agency.Caseworker]).
		shows(t, 409, "Somebody else changed this", "Jara", "Given names", `name="version" value="2"`)
	if !invitationLink.MatchString(v.post(path+"/invitation").shows(t, 200).body) {
		t.Error("no new link")
	}
	v.post(path+"/closure", "version", "2").leads(t, path)
	v.get(path).shows(t, 200, "Open the account again")
	v.post(path+"/restoration", "version", "3").shows(t, 200, "invitation")
}

func TestPages_keepRolesThatTheCallerMayNotGive(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	v := h.visit("second") // who may not give the auditor's role
	w := h.person("auditor")
	path := "/people/" + w.ID
	page := v.get(path+"/edit").shows(t, 200).body
	if !regexp.MustCompile(`value="` + h.payoke.Roles[agency.Auditor] + `" checked disabled`).MatchString(page) {
		t.Error("the role can be ticked")
	}
	v.post(path, "version", "1", "given", "Greet", "family", "Lannoo", "email", "auditor@example.org").leads(t, path)
	if after := h.person("auditor"); len(after.Hold) != 1 || after.Family != "Lannoo" {
		t.Errorf("after %+v", after)
	}
	v.post("/people/"+h.people["nora"], "version", "1", "family", "W", "email", "nora@example.org", "hold", h.payoke.Roles[agency.Auditor]).
		shows(t, 403, "You do not hold the right to give this role")
	v.get("/people/"+h.people["second"]).shows(t, 200, "Nobody changes their own access")
	v.get("/people/"+h.people["second"]+"/edit").shows(t, 403)
}

func TestPages_composeARole(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	v := h.visit("admin")
	v.get("/roles").shows(t, 200, "Standard role", "/roles/new/shelter", "/roles/new/auditor")
	form := v.get("/roles/new/shelter").shows(t, 200, `name="verb_read" type="checkbox" value="health"`, `name="base" value="shelter"`).body
	if strings.Contains(form, `value="intelligence"`) {
		t.Error("offers what the discipline never has")
	}
	v.get("/roles/new/police").shows(t, 404)
	v.post("/roles", "base", "shelter", "name", "Nacht").shows(t, 422, "Choose at least one thing")
	made := v.post("/roles", "base", "shelter", "name", "Nacht", "verb_read", "identity", "verb_read", "safe_contact", "once", gate.NewID())
	path := made.header.Get("Location")
	made.leads(t, path)
	v.get(path).shows(t, 200, "Nacht", "Safe contact", "End the role")
	v.get(path+"/edit").shows(t, 200, `value="identity" checked`)
	v.post(path, "version", "1", "name", "Nachtploeg", "verb_read", "identity").leads(t, path)
	v.post(path, "version", "1", "name", "Nacht", "verb_read", "health").shows(t, 409, "Nachtploeg", "Read: Identity", `name="version" value="2"`)
	v.post(path, "version", "2", "name", "Nacht", "verb_read", "intelligence").shows(t, 422)
	v.post(path+"/closure", "version", "2").leads(t, "/roles")
	v.get(path).shows(t, 404)
	v.get("/roles/"+h.payoke.Roles[agency.Auditor]).shows(t, 200, "Every agency has this role")
	v.get("/roles/"+h.payoke.Roles[agency.Auditor]+"/edit").shows(t, 403)
}

func TestPages_leadToTheSecondFactorAndBack(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	v := h.visit("admin")
	v.stepped = h.now.Add(-11 * time.Minute)
	nora := "/people/" + h.people["nora"]
	v.get("/people").shows(t, 200)
	v.get("/people/new").leads(t, "/account/confirm?to=%2Fpeople%2Fnew")
	v.get(nora+"/edit").leads(t, "/account/confirm?to="+url.QueryEscape(nora+"/edit"))
	v.post(nora+"/closure", "version", "1").leads(t, "/account/confirm?to="+url.QueryEscape(nora))
	v.post(nora, "version", "1").leads(t, "/account/confirm?to="+url.QueryEscape(nora))
	v.do("POST", "/api/v1/agency/people/"+h.people["nora"]+"/closure", "", "If-Match", `"v1"`).shows(t, 403, "gate.step_up")
}

// TestPages_areNotThereForOthers asks for every page and operation as somebody without the right and as the
// administrator of another agency: the answers are those of an address that leads nowhere, byte for byte.
func TestPages_areNotThereForOthers(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	id, role := h.people["nora"], h.payoke.Roles[agency.Caseworker]
	v := h.visit("chief")
	for _, path := range []string{"/people/%s", "/people/%s/edit", "/roles/%s", "/roles/%s/edit", "/api/v1/agency/people/%s", "/api/v1/agency/roles/%s"} {
		real := id
		if strings.Contains(path, "roles") {
			real = role
		}
		found, absent := v.get(strings.Replace(path, "%s", real, 1)), v.get(strings.Replace(path, "%s", gate.NewID(), 1))
		if found.status != 404 || found.body != absent.body {
			t.Errorf("%s: %d, or the bodies differ", path, found.status)
		}
	}
	for _, path := range []string{"/people/" + id, "/people/" + id + "/closure", "/people/" + id + "/restoration", "/people/" + id + "/invitation", "/roles/" + role, "/roles/" + role + "/closure"} {
		v.post(path, "version", "1", "name", "x", "family", "x", "email", "x@example.org").shows(t, 404)
	}
	v.who = "ruben"
	for _, path := range []string{"/people", "/people/new", "/roles", "/roles/new/police", "/api/v1/agency/people", "/api/v1/agency/roles"} {
		v.get(path).shows(t, 404)
	}
	v.get("/people/%ff").shows(t, 404)
	v.get("/people?after=%ff").shows(t, 404)
}

func TestAPI_managesPeopleAndRoles(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	v := h.visit("admin")
	v.get("/api/v1/agencies").shows(t, 200, `"code":"be.payoke"`)
	body := `{"given":"Yara","family":"Bellefroy","email":"yara@example.org","language":"fr","hold":["` + h.payoke.Roles[agency.Caseworker] + `"]}`
	v.do("POST", "/api/v1/agency/people", body).shows(t, 400)
	made := v.do("POST", "/api/v1/agency/people", body, "Idempotency-Key", "key-12345678").shows(t, 201, `"token":"`)
	again := v.do("POST", "/api/v1/agency/people", body, "Idempotency-Key", "key-12345678").shows(t, 201)
	var first, second struct {
		ID         string          `json:"id"`
		Invitation json.RawMessage `json:"invitation"`
	}
	fineJSON(t, made.body, &first)
	fineJSON(t, again.body, &second)
	if first.ID != second.ID || second.Invitation != nil {
		t.Errorf("again: %s", again.body)
	}
	link := "/api/v1/agency/people/" + first.ID + "/invitation"
	v.do("POST", link, "").shows(t, 400, "idempotency")
	v.do("POST", link, "", "Idempotency-Key", "key-52345678").shows(t, 201, `"token":"`)
	if again := v.do("POST", link, "", "Idempotency-Key", "key-52345678").shows(t, 201); !strings.Contains(again.body, `"token":""`) {
		t.Errorf("the same invitation again: %s", again.body)
	}
	v.do("POST", "/api/v1/agency/people", strings.Replace(body, "yara@", "YARA@", 1), "Idempotency-Key", "key-22345678").shows(t, 422, "agency.login_taken")
	v.do("POST", "/api/v1/agency/people", strings.Replace(body, "{", `{"admin":true,`, 1), "Idempotency-Key", "key-32345678").shows(t, 422, "fault.field_unknown")

	path := "/api/v1/agency/people/" + first.ID
	if tag := v.get(path).shows(t, 200, `"family":"Bellefroy"`, `"care":false`).header.Get("ETag"); tag != `"v1"` {
		t.Errorf("ETag %s", tag)
	}
	change := `{"given":"Yara","family":"Anders","email":"yara@example.org","duty":true}`
	v.do("PUT", path, change).shows(t, 428)
	v.do("PUT", path, change, "If-Match", `"v1"`).shows(t, 200, `"version":2`, `"duty":true`, `"hold":[]`)
	v.do("PUT", path, change, "If-Match", `"v1"`).shows(t, 409, `"code":"agency.changed"`, `"diff":{"version":2`)
	v.do("POST", path+"/invitation", "", "Idempotency-Key", "key-62345678").shows(t, 201, `"token":"`)
	v.do("POST", path+"/closure", "", "If-Match", `"v2"`).shows(t, 204)
	v.do("POST", path+"/restoration", "", "If-Match", `"v3"`).shows(t, 200, `"token":"`)
	v.get("/api/v1/agency/people?after="+first.ID).shows(t, 200, `"items":[]`)
	v.get("/api/v1/agency/people?after=x").shows(t, 422)

	v.get("/api/v1/agency/roles").shows(t, 200, `"composable":[{"base":"shelter"`)
	role := `{"base":"shelter","name":"Nacht","rules":[{"section":"identity","verb":"read"}]}`
	fineJSON(t, v.do("POST", "/api/v1/agency/roles", role, "Idempotency-Key", "key-42345678").shows(t, 201).body, &first)
	rolePath := "/api/v1/agency/roles/" + first.ID
	v.get(rolePath).shows(t, 200, `"can_change":true`)
	v.do("PUT", rolePath, `{"name":"Nacht","rules":[{"section":"people","verb":"manage"}]}`, "If-Match", `"v1"`).shows(t, 422, "authz.compose.outside")
	v.do("PUT", rolePath, `{"name":"Nacht","rules":[{"section":"health","verb":"read"}]}`, "If-Match", `"v1"`).shows(t, 200, `"version":2`)
	v.do("POST", rolePath+"/closure", "", "If-Match", `"v1"`).shows(t, 409)
	v.do("POST", rolePath+"/closure", "", "If-Match", `"v2"`).shows(t, 204)
	v.who = "ruben"
	v.get("/api/v1/agencies").shows(t, 200)
}

func fineJSON(t testing.TB, body string, into any) {
	t.Helper()
	fine(t, json.Unmarshal([]byte(body), into))
}

// TestPages_refuseOnesOwnAccessWithItsNumber: the form, what is posted to it and every button; each number is of an entry of the trail.
func TestPages_refuseOnesOwnAccessWithItsNumber(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	v, path := h.visit("admin"), "/people/"+h.people["admin"]
	form := []string{"version", "1", "given", "Ada", "family", "Admin", "email", "admin@example.org"}
	for name, a := range map[string]answer{"the form": v.get(path + "/edit"), "a change": v.post(path, form...),
		"the closure": v.post(path+"/closure", "version", "1"), "an invitation": v.post(path + "/invitation")} {
		a.shows(t, 403)
		known := slices.ContainsFunc(h.entries(), func(e audit.Entry) bool {
			return e.Op == audit.Deny && e.Reason == "agency.own_access" && e.ActorID == h.people["admin"] && strings.Contains(a.body, e.ID)
		})
		if !known {
			t.Errorf("%s: the refusal has no number of the trail", name)
		}
	}
}
