package account

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/web"
)

// browser is somebody at the pages, with their cookies.
type browser struct {
	t      testing.TB
	h      *house
	site   *httptest.Server
	client *http.Client
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

func (h *house) handler(secure bool) http.Handler {
	h.t.Helper()
	var k *httpkit.Kit
	k = must(httpkit.New(httpkit.Config{Look: must(look())(h.t), Logger: slog.New(slog.DiscardHandler),
		Secure: secure, Language: Language, Remember: func(r *httpkit.Request, lang string) error { return Remember(k, h.s, r, lang) }}))(h.t)
	e := k.Engine()
	known := Authenticate(k, h.s)
	Pages(e.Group("", known), e.Group("", known, SignedIn(k)), k, h.s)
	in := e.Group("", known, SignedIn(k))
	agency.Pages(in, k, h.agencies)
	in.GET("/", k.Do(func(*httpkit.Request) (httpkit.Reply, error) { return httpkit.See("/account"), nil }))
	api := httpkit.NewAPI(e, k, known)
	API(api, h.s)
	agency.API(api, h.agencies)
	return e
}

func (h *house) browse() *browser {
	h.t.Helper()
	site := httptest.NewServer(h.handler(false))
	h.t.Cleanup(site.Close)
	jar := must(cookiejar.New(nil))(h.t)
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &browser{t: h.t, h: h, site: site, client: client}
}

func (b *browser) do(method, path, body string, headers ...string) answer {
	b.t.Helper()
	req := must(http.NewRequest(method, b.site.URL+path, strings.NewReader(body)))(b.t)
	req.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res := must(b.client.Do(req))(b.t)
	defer func() { _ = res.Body.Close() }()
	text := must(io.ReadAll(res.Body))(b.t)
	return answer{res.StatusCode, res.Header, string(text)}
}

func (b *browser) get(path string) answer { b.t.Helper(); return b.do("GET", path, "") }

func (b *browser) post(path string, fields ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.do("POST", path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Origin", b.site.URL)
}

// leads checks a redirect.
func (a answer) leads(t testing.TB, to string) answer {
	t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != to {
		t.Fatalf("status %d to %q, want 303 to %q: %.300s", a.status, a.header.Get("Location"), to, a.body)
	}
	return a
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

// signIn takes Nora in through the pages.
func (b *browser) signIn() {
	b.t.Helper()
	b.post("/sign-in", "email", "nora@payoke.example", "password", demoPassword).leads(b.t, "/sign-in/code")
	b.post("/sign-in/code", "code", b.h.code()).leads(b.t, "/")
}

func TestPages_takeAPersonInAndOut(t *testing.T) {
	b := onSQLite(t).browse()
	b.get("/account/keys").leads(t, "/sign-in?to=%2Faccount%2Fkeys")
	b.get("/sign-in?to=%2Faccount%2Fkeys").shows(t, 200, `name="to" value="/account/keys"`, `autocomplete="username"`)
	b.post("/sign-in", "email", "nora@payoke.example", "password", "wrong").shows(t, 422, "do not belong together")
	b.post("/sign-in", "email", "nora@payoke.example", "password", demoPassword, "to", "/account/keys").leads(t, "/sign-in/code?to=%2Faccount%2Fkeys")
	b.get("/account").leads(t, "/sign-in/code?to=%2Faccount")
	b.get("/account/second-factor").leads(t, "/sign-in/code")
	b.get("/sign-in/code?to=%2Faccount%2Fkeys").shows(t, 200, "one-time-code")
	b.post("/sign-in/code", "code", "000000", "to", "/account/keys").shows(t, 422, "Deze code klopt niet", `value="/account/keys"`)
	b.post("/sign-in/code", "code", b.h.code(), "to", "/account/keys").leads(t, "/account/keys")
	b.get("/account/keys").shows(t, 200, "U hebt geen sleutels")
	b.get("/sign-in").leads(t, "/")
	b.get("/account").shows(t, 200, "Nora Wijnants", "Payoke", "Intake", "Casemanager") // her own language

	out := b.post("/sign-out").leads(t, "/sign-in")
	if out.header.Get("Clear-Site-Data") == "" || !strings.Contains(strings.Join(out.header["Set-Cookie"], ";"), "relais_session=; Path=/; Max-Age=0") {
		t.Errorf("headers %v", out.header)
	}
	b.get("/account").leads(t, "/sign-in?to=%2Faccount")
	b.post("/sign-out").leads(t, "/sign-in") // twice does no harm
}

func TestPages_leadAnInvitedPersonToTheSecondFactor(t *testing.T) {
	h := onSQLite(t)
	b := h.browse()
	made := must(h.agencies.Invite(h.asAdmin(), h.nora, ""))(t)
	b.get("/invitation/"+made.Token).shows(t, 200, "Choose a password")
	b.post("/invitation/"+made.Token, "password", "kort").shows(t, 422, "At least 12 characters")
	b.post("/invitation/"+made.Token, "password", chosen).leads(t, "/account/second-factor")
	b.get("/account").leads(t, "/account/second-factor?to=%2Faccount")
	page := b.get("/account/second-factor").shows(t, 200, "<svg", `<path d="M4 4h7v1h-7z`, "viewBox")
	secret := regexp.MustCompile(`([A-Z2-7]{4} ){7}[A-Z2-7]{4}`).FindString(page.body)
	b.post("/account/second-factor", "code", "000000").shows(t, 422, secret)
	b.post("/account/second-factor", "code", must(Code(secret, h.now))(t)).leads(t, "/")
	b.get("/account").shows(t, 200, "Nora Wijnants")
	b.get("/invitation/"+made.Token).shows(t, 404)
	if b.get("/invitation/"+made.Token).body != b.get("/invitation/"+newToken()).body {
		t.Error("a used link and an unknown one differ")
	}
}

func TestPages_clearTheCookieOfAForgedSession(t *testing.T) {
	b := onSQLite(t).browse()
	forged := SessionCookie + "=" + newToken()
	page := b.do("GET", "/account", "", "Cookie", forged).leads(t, "/sign-in?to=%2Faccount")
	if !strings.Contains(strings.Join(page.header["Set-Cookie"], ";"), SessionCookie+"=; Path=/; Max-Age=0") {
		t.Errorf("cookies %v", page.header["Set-Cookie"])
	}
	api := b.do("GET", "/api/v1/me", "", "Cookie", forged).shows(t, 401, `"code":"fault.unauthenticated"`)
	if api.header.Get("Content-Type") != "application/problem+json" || !strings.Contains(strings.Join(api.header["Set-Cookie"], ";"), SessionCookie+"=;") {
		t.Errorf("headers %v", api.header)
	}
	b.do("POST", "/account/keys", "", "Cookie", forged, "Content-Type", "application/x-www-form-urlencoded").shows(t, 401)
	b.do("GET", "/account", "", "HX-Request", "true").shows(t, 401)
	b.get("/api/v1/me").shows(t, 401)
	b.get("/api/v1/agency/people").shows(t, 401)
}

func TestPages_refuseAPostFromAnotherSite(t *testing.T) {
	b := onSQLite(t).browse()
	b.signIn()
	for _, path := range []string{"/account/sessions/end", "/sign-out", "/account/password"} {
		b.do("POST", path, "", "Content-Type", "application/x-www-form-urlencoded", "Origin", "https://evil.example").shows(t, 403)
	}
	b.get("/account").shows(t, 200)
}

func TestPages_askAgainForTheSecondFactorAndComeBack(t *testing.T) {
	h := onSQLite(t)
	b := h.browse()
	b.signIn()
	h.pass(11 * time.Minute)
	b.get("/account/keys/new").leads(t, "/account/confirm?to=%2Faccount%2Fkeys%2Fnew")
	b.post("/account/second-factor/new").leads(t, "/account/confirm?to=%2Faccount")
	b.get("/account/confirm?to=%2Faccount%2Fkeys%2Fnew").shows(t, 200, `value="/account/keys/new"`)
	b.post("/account/confirm", "code", "000000", "to", "/account/keys/new").shows(t, 422)
	b.post("/account/confirm", "code", h.code(), "to", "https://evil.example").leads(t, "/")
	b.get("/account/keys/new").shows(t, 200, `name="once"`, `value="90"`)
}

func TestPages_makeAndEndAKey(t *testing.T) {
	h := onSQLite(t)
	b := h.browse()
	b.signIn()
	b.post("/account/keys", "label", "", "days", "x").shows(t, 422)
	once := gate.NewID()
	page := b.post("/account/keys", "label", "<b>script</b>", "days", "30", "once", once).shows(t, 200, "&lt;b&gt;script&lt;/b&gt;", "readonly")
	token := regexp.MustCompile(`relais_[A-Za-z0-9_-]{43}`).FindString(page.body)
	if again := b.post("/account/keys", "label", "<b>script</b>", "days", "30", "once", once); strings.Contains(again.body, token) {
		t.Error("the token is shown twice")
	}
	stranger := h.browse()
	stranger.do("GET", "/api/v1/me", "", "Authorization", "Bearer "+token).shows(t, 200, `"family":"Wijnants"`)
	stranger.do("GET", "/account", "", "Authorization", "Bearer "+token).leads(t, "/sign-in?to=%2Faccount") // keys are for the API
	stranger.do("GET", "/api/v1/me", "", "Authorization", "Basic "+token).shows(t, 401)
	stranger.do("GET", "/api/v1/me", "", "Authorization", "Bearer "+token+"x").shows(t, 401)
	wrong := b.do("GET", "/api/v1/me", "", "Authorization", "Bearer wrong").shows(t, 401) // not made good by a cookie
	if len(wrong.header["Set-Cookie"]) != 0 {
		t.Error("a wrong key clears the session's cookie")
	}

	end := regexp.MustCompile(`/account/keys/[0-9a-f-]{36}/end`).FindString(b.get("/account/keys").body)
	b.post(end).leads(t, "/account/keys")
	b.post(end).shows(t, 404)
	stranger.do("GET", "/api/v1/me", "", "Authorization", "Bearer "+token).shows(t, 401)
}

func TestPages_listAndEndSessions(t *testing.T) {
	h := onSQLite(t)
	here, there := h.browse(), h.browse()
	here.signIn()
	there.signIn()
	page := here.get("/account/sessions").shows(t, 200, "govuk-tag--green")
	ends := regexp.MustCompile(`/account/sessions/[0-9a-f-]{36}/end`).FindAllString(page.body, -1)
	if len(ends) != 2 {
		t.Fatalf("%d sessions", len(ends))
	}
	here.post("/account/sessions/end").leads(t, "/sign-in")
	there.get("/account").leads(t, "/sign-in?to=%2Faccount")
}

func TestPages_changeThePassword(t *testing.T) {
	h := onSQLite(t)
	b := h.browse()
	b.signIn()
	b.get("/account/password").shows(t, 200, `autocomplete="new-password"`)
	b.post("/account/password", "present", "wrong", "password", chosen).shows(t, 422, "Dit is niet uw huidige wachtwoord")
	b.post("/account/password", "present", demoPassword, "password", chosen).leads(t, "/account")
	b.get("/account").shows(t, 200, "Uw wachtwoord is gewijzigd")
}

func TestPages_endTheSessionOfWhoSatThereBefore(t *testing.T) {
	h := onSQLite(t)
	b := h.browse()
	b.signIn()
	before := h.count("SELECT COUNT(*) FROM session WHERE ended_at = 0")
	b.post("/sign-in", "email", "nora@payoke.example", "password", demoPassword).leads(t, "/sign-in/code")
	if after := h.count("SELECT COUNT(*) FROM session WHERE ended_at = 0"); before != 1 || after != 1 {
		t.Errorf("%d sessions before, %d after", before, after)
	}
}

func TestPages_keepTheLanguageOfAPerson(t *testing.T) {
	h := onSQLite(t)
	b := h.browse()
	b.post("/language", "lang", "de", "back", "/sign-in").leads(t, "/sign-in") // of nobody it is kept by the browser
	b.signIn()
	b.get("/account").shows(t, 200, `lang="nl"`)
	b.post("/language", "lang", "fr", "back", "/account").leads(t, "/account")
	b.get("/account").shows(t, 200, `lang="fr"`, "Votre compte")
	if face, _ := FaceOf(h.back(h.signIn())); face.Language != "fr" {
		t.Errorf("kept %q", face.Language)
	}
}

func TestPages_answerTooManyTriesWith429(t *testing.T) {
	b := onSQLite(t).browse()
	for range signInHere.burst {
		b.post("/sign-in", "email", "nora@payoke.example", "password", "wrong").shows(t, 422)
	}
	slow := b.post("/sign-in", "email", "nora@payoke.example", "password", demoPassword).shows(t, 429, "Wait")
	if slow.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestPages_sayTheSameOfKnownAndUnknownAccounts(t *testing.T) {
	h := onSQLite(t)
	var answers []answer
	for _, email := range []string{"nora@payoke.example", "nora@payoke.exampel"} {
		a := h.browse().post("/sign-in", "email", email, "password", "wrong")
		a.body = strings.ReplaceAll(a.body, email, "(address)")
		answers = append(answers, a)
	}
	if answers[0].status != answers[1].status || answers[0].body != answers[1].body {
		t.Error("the answers differ")
	}
}

func TestCookie_isBoundToTheHostUnderTLS(t *testing.T) {
	h := onSQLite(t)
	site := h.handler(true)
	form := url.Values{"email": {"nora@payoke.example"}, "password": {demoPassword}}
	req := httptest.NewRequest("POST", "/sign-in", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	site.ServeHTTP(rec, req)
	cookie := rec.Header().Get("Set-Cookie")
	for _, want := range []string{"__Host-relais_session=", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("no %s in %q", want, cookie)
		}
	}
	if strings.Contains(cookie, "Domain") || strings.Contains(cookie, "Max-Age") {
		t.Errorf("cookie %q", cookie)
	}
}

func TestAPI_tellsAndEndsOnesOwn(t *testing.T) {
	h := onSQLite(t)
	b := h.browse()
	b.signIn()
	b.get("/api/v1/me").shows(t, 200, `"agency":"Payoke"`, `"base":"shelter"`)
	b.get("/api/v1/agencies").shows(t, 200, `"name":"Payoke"`, `"intake":true`)
	b.get("/api/v1/me/sessions").shows(t, 200, `"current":true`)
	key := `{"label":"script","days":7}`
	b.do("POST", "/api/v1/me/keys", key, "Content-Type", "application/json").shows(t, 400, "idempotency")
	made := b.do("POST", "/api/v1/me/keys", key, "Content-Type", "application/json", "Idempotency-Key", gate.NewID()).shows(t, 201, `"token":"relais_`)
	b.do("POST", "/api/v1/me/keys", `{"label":"script","days":7,"may":"all"}`, "Content-Type", "application/json", "Idempotency-Key", gate.NewID()).shows(t, 422)
	id := regexp.MustCompile(`"id":"([0-9a-f-]{36})"`).FindStringSubmatch(made.body)[1]
	b.do("DELETE", "/api/v1/me/keys/"+id, "").shows(t, 204)
	b.do("DELETE", "/api/v1/me/keys/"+id, "").shows(t, 404)
	b.do("DELETE", "/api/v1/me/sessions/nonsense", "").shows(t, 404)
	b.do("PUT", "/api/v1/me/language", `{"language":"fr"}`, "Content-Type", "application/json").shows(t, 204)
	b.do("PUT", "/api/v1/me/language", `{"language":"es"}`, "Content-Type", "application/json").shows(t, 422)
	h.pass(11 * time.Minute)
	b.do("POST", "/api/v1/me/keys", key, "Content-Type", "application/json", "Idempotency-Key", gate.NewID()).shows(t, 403, "gate.step_up")
	if agency.NeedsStepUp(nil) || !agency.NeedsStepUp(fault.New(fault.Refused, "gate.step_up")) {
		t.Error("step-up is not recognised")
	}
}
