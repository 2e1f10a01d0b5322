package server_test

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/testkit"
	"relais/web"
)

// able is who gets a success from each operation in the story. An operation that is not here is one without a test.
var able = map[string]string{
	"list-cases": "rsz", "open-case": "rsz", "show-case": "rsz", "change-case": "rsz", "list-case-versions": "fgp",
	"list-victims": "rsz", "open-victim": "rsz", "show-victim": "fgp", "search": "rsz",
	"show-tracks": "dvz", "move-track": "rsz",
	"show-case-section": "fgp", "show-victim-section": "fgp", "add-case-entry": "rsz", "add-victim-entry": "pay",
	"show-entry": "fgp", "change-entry": "rsz", "list-entry-versions": "fgp",
	"show-team": "jud", "add-to-team": "rsz", "remove-from-team": "rsz", "show-access": "dvz",
	"list-named-workers": "pay", "name-worker": "pay", "end-named-worker": "pay",
	"refer-victim": "rsz", "list-referrals": "pay", "show-referral": "pay", "accept-referral": "pay", "decline-referral": "pay",
	"preview-referral": "rsz", "show-referral-package": "rsz", "complete-referral": "pay", "take-back-referral": "rsz",
	"withdraw-referral": "rsz", "list-notices": "pay", "acknowledge-notice": "pay",
	"show-grant": "rsz", "renew-grant": "rsz", "list-approvals": "pay", "show-approval": "pay", "sign-approval": "pay2", "refuse-approval": "pay2",
	"show-duty": "fgp", "show-victim-duty": "fgp", "offer-transfer": "rsz", "list-transfers": "jud", "show-transfer": "rsz",
	"accept-transfer": "jud", "decline-transfer": "jud", "withdraw-transfer": "rsz",
	"ask-access-to-victim": "pay", "ask-access-to-case": "adv", "list-requests": "pay", "show-request": "rsz", "grant-request": "rsz",
	"refuse-request": "rsz", "withdraw-request": "pay", "end-request": "pay",
	"open-emergency": "fgp", "list-emergencies": "rszA", "show-emergency": "rsz", "confirm-emergency": "fgp", "close-emergency": "fgp",
	"sign-emergency": "rszA",
	"show-worklist":  "pay", "list-agencies": "adv", "list-log": "payA", "verify-log": "rszA",
	"list-exclusions": "payD", "exclude-person": "payD", "end-exclusion": "payD",
	"seal-case": "jud", "seal-victim": "jud", "list-seals": "jud", "open-sealed-file": "jud", "end-seal": "jud",
	"replay-decision": "payA",
	"list-people":     "payD", "show-person": "payD", "add-person": "payD", "change-person": "payD", "close-person": "payD",
	"restore-person": "payD", "invite-person": "payD",
	"list-roles": "payD", "show-role": "payD", "create-role": "payD", "change-role": "payD", "foresee-role": "payD", "close-role": "payD",
	"show-me": "myr", "choose-language": "com", "list-sessions": "pay", "end-session": "pay", "list-keys": "pay", "add-key": "crt",
	"end-key": "pay",
}

// contract is the document, the words of the failures, and what was seen of each operation.
type contract struct {
	t     *testing.T
	w     *testkit.Served
	s     *story
	doc   *openapi3.T
	words *locale.Catalogue
	seen  map[string]map[int]bool
}

// TestContract_holds calls every operation with success and in every way that it can fail, and holds each answer against the
// document that the program itself serves.
func TestContract_holds(t *testing.T) {
	w, s := openStory(t, "sqlite")
	w.Keep()
	c := &contract{t: t, w: w, s: s, doc: document(t, w), words: must(locale.Load(web.Locales()))(t), seen: map[string]map[int]bool{}}
	for _, op := range w.Site.API.Operations() {
		c.seen[op.ID] = map[int]bool{}
		c.describes(op)
		c.succeeds(op)
		c.refusesWhoMayNot(op)
		c.refusesWhatIsWrong(op)
		c.speaksFourLanguages(op)
	}
	if operations := len(w.Site.API.Operations()); len(able) != operations {
		t.Errorf("%d operations, and %d of them in the test", operations, len(able))
	}
}

// document is the served document, found valid by somebody else's reading of OpenAPI 3.1.
func document(t *testing.T, w *testkit.Served) *openapi3.T {
	t.Helper()
	answer := w.Nobody().Get(apiPath + "/openapi.json").Want(http.StatusOK)
	doc := must(openapi3.NewLoader().LoadFromData(answer.Body))(t)
	if err := doc.Validate(context.Background()); err != nil {
		t.Error(err)
	}
	if !doc.IsOpenAPI31OrLater() {
		t.Errorf("the document is of OpenAPI %s", doc.OpenAPI)
	}
	served := 0
	for _, r := range routesOf(w) {
		if strings.HasPrefix(r.path, apiPath) && r.path != apiPath+"/openapi.json" {
			served++
		}
	}
	if described := len(w.Site.API.Operations()); served != described {
		t.Errorf("%d routes below %s, and %d operations", served, apiPath, described)
	}
	return doc
}

func (c *contract) operation(op httpkit.Operation) *openapi3.Operation {
	c.t.Helper()
	path := c.doc.Paths.Find(op.Path)
	if path == nil || path.GetOperation(op.Method) == nil {
		c.t.Fatalf("%s is not in the document", op.ID)
	}
	return path.GetOperation(op.Method)
}

// describes holds an operation's description to what we promise of each.
func (c *contract) describes(op httpkit.Operation) {
	c.t.Helper()
	described := c.operation(op)
	for _, name := range []string{"x-permission", "x-parent"} {
		if value, _ := described.Extensions[name].(string); value == "" {
			c.t.Errorf("%s says no %s", op.ID, name)
		}
	}
	if described.OperationID != op.ID || described.Summary == "" || len(described.Tags) != 1 {
		c.t.Errorf("%s is described as %+v", op.ID, described)
	}
	bare := op.Method != http.MethodGet && !op.NeedsIfMatch && !op.NeedsIdempotencyKey
	if _, excepted := headless[op.ID]; bare != excepted {
		c.t.Errorf("%s: without If-Match and Idempotency-Key: %t, and named as an exception: %t", op.ID, bare, excepted)
	}
	if op.Method == http.MethodPost && op.Status == http.StatusCreated && !op.NeedsIdempotencyKey {
		c.t.Errorf("%s creates without Idempotency-Key", op.ID)
	}
}

// headless are the only writes that take neither If-Match nor Idempotency-Key, each with why.
var headless = map[string]string{
	"search": "reads", "preview-referral": "reads", "preview-outside-package": "reads", "foresee-ceiling": "reads", "verify-log": "reads",
	"probe-victim":     "asks and keeps no thing that a second one would double",
	"open-sealed-file": "every opening is an act of its own, with its reason in the trail",
	"tell-places":      "the newest number counts, and every telling is kept",
	"choose-language":  "one's own, and the last word counts",
	"end-session":      "one's own: ended twice is ended", "end-key": "one's own: ended twice is ended", "revoke-clock-feed": "one's own: ended twice is ended",
}

// holds validates one answer against the document.
func (c *contract) holds(op httpkit.Operation, a testkit.Answer) testkit.Answer {
	c.t.Helper()
	c.seen[op.ID][a.Status] = true
	promised := c.operation(op).Responses.Status(a.Status)
	if promised == nil {
		c.t.Errorf("%s: %s answers %d, which the document does not promise: %.300s", op.ID, a.Asked, a.Status, a.Body)
		return a
	}
	for name := range promised.Value.Headers {
		if a.Header.Get(name) == "" {
			c.t.Errorf("%s: %s: %d without the promised header %s", op.ID, a.Asked, a.Status, name)
		}
	}
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	content := promised.Value.Content.Get(kind)
	switch {
	case len(promised.Value.Content) == 0 && len(a.Body) == 0:
		return a
	case content == nil || kind == "":
		c.t.Errorf("%s: %s: %d is of the type %q", op.ID, a.Asked, a.Status, kind)
		return a
	}
	var value any
	if err := json.Unmarshal(a.Body, &value); err != nil {
		c.t.Errorf("%s: %s: %v", op.ID, a.Asked, err)
	} else if err := c.doc.ValidateSchemaJSON(content.Schema.Value, value, openapi3.VisitAsResponse(), openapi3.MultiErrors()); err != nil {
		c.t.Errorf("%s: %s: %d: %v", op.ID, a.Asked, a.Status, err)
	}
	return a
}

// kinds are the failures by their status, as the words call them.
var kinds = map[int]string{400: "malformed", 401: "unauthenticated", 403: "refused", 404: "not_found", 409: "conflict", 413: "too_large",
	415: "unsupported", 422: "invalid", 428: "precondition_required", 429: "too_many"}

// fails validates a failure and what every problem promises: a code, a title in the reader's language, and the id under which
// it stands in the log. A not-found and a 401 have no id, so that two of them are equal.
func (c *contract) fails(op httpkit.Operation, status int, lang string, a testkit.Answer) testkit.Problem {
	c.t.Helper()
	c.holds(op, a)
	p := a.Problem()
	title := c.words.For(lang).T("fault." + kinds[status] + "_title")
	switch {
	case a.Status != status || p.Status != status:
		c.t.Errorf("%s: %s: %d (%d in the body), want %d: %s", op.ID, a.Asked, a.Status, p.Status, status, a.Body)
	case p.Title != title || a.Header.Get("Content-Language") != lang:
		c.t.Errorf("%s: %s: title %q in %s, want %q", op.ID, a.Asked, p.Title, a.Header.Get("Content-Language"), title)
	case p.Code == "" || p.Type != "urn:relais:problem:"+p.Code || p.Detail == "":
		c.t.Errorf("%s: %s: %s", op.ID, a.Asked, a.Body)
	case (p.TraceID == "") != (status == 401 || status == 404):
		c.t.Errorf("%s: %s: trace id %q in a %d", op.ID, a.Asked, p.TraceID, status)
	case p.TraceID != "" && p.TraceID != a.Header.Get("X-Request-Id"):
		c.t.Errorf("%s: %s: trace id %q, header %q", op.ID, a.Asked, p.TraceID, a.Header.Get("X-Request-Id"))
	}
	for _, field := range p.Errors {
		if field.Field == "" || field.Code == "" || field.Detail == "" || strings.Contains(field.Detail, "fault.") {
			c.t.Errorf("%s: %s: field problem %+v", op.ID, a.Asked, field)
		}
	}
	return p
}

// route is the operation's route as the router writes it.
func routeOf(op httpkit.Operation) string {
	return apiPath + strings.NewReplacer("{", ":", "}", "").Replace(op.Path)
}

// path is the operation's address in the story; absent are ids of nothing.
func (c *contract) path(op httpkit.Operation, absent bool) (string, bool) {
	return c.s.fill(c.t, routeOf(op), absent)
}

func (c *contract) as(column string) *testkit.Client { return c.s.client(c.w, columnOf(column)) }

// call asks in earnest and undoes what it changed.
func (c *contract) call(op httpkit.Operation, column string) testkit.Answer {
	c.t.Helper()
	path, _ := c.path(op, false)
	a := c.s.call(c.as(column), c.w.World, op.Method, routeOf(op), path)
	if op.Method != http.MethodGet && a.Status < 400 {
		c.w.Rewind()
	}
	return a
}

func (c *contract) succeeds(op httpkit.Operation) {
	c.t.Helper()
	column, known := able[op.ID]
	if !known {
		c.t.Fatalf("%s has no test: say in able who gets a success", op.ID)
	}
	if first, waits := before[op.ID]; waits {
		c.follows(op, column, first[0], first[1])
		return
	}
	if a := c.holds(op, c.call(op, column)); a.Status >= 300 {
		c.t.Errorf("%s as %s: %d %s", op.ID, column, a.Status, a.Body)
	}
}

// before says what has to happen first: who does it, and what to the same thing.
var before = map[string][2]string{
	"restore-person": {"payD", "closure"}, "end-request": {"rsz", "acceptance"}, "sign-emergency": {"fgp", "closure"},
}

// follows does first what has to happen before.
func (c *contract) follows(op httpkit.Operation, column, first, step string) {
	c.t.Helper()
	path, _ := c.path(op, false)
	route := strings.TrimPrefix(routeOf(op), apiPath)
	earlier, bodies := route[:strings.LastIndex(route, "/")+1]+step, c.s.bodies(c.w.World)
	post := func(column, path, route, version string) testkit.Answer {
		var sent any
		if body := bodies["POST "+route]; body != nil {
			sent = body
		}
		return c.as(column).JSON(http.MethodPost, path, sent, "If-Match", version)
	}
	if a := post(first, path[:strings.LastIndex(path, "/")+1]+step, earlier, `"v1"`); a.Status >= 300 {
		c.t.Fatalf("%s before %s: %d %s", step, op.ID, a.Status, a.Body)
	}
	c.holds(op, post(column, path, route, `"v2"`)).Want(http.StatusOK)
	c.w.Rewind()
}

// refusesWhoMayNot calls as nobody, as a stranger and as people with too little.
func (c *contract) refusesWhoMayNot(op httpkit.Operation) {
	c.t.Helper()
	c.fails(op, http.StatusUnauthorized, "en", c.call(op, "none"))
	c.fails(op, http.StatusUnauthorized, "en", c.s.call(c.w.WithKey("payoke", "relais_"+strings.Repeat("A", 43)), c.w.World, op.Method, routeOf(op), must2(c.path(op, false))))
	for _, column := range []string{"cosm", "jud", "adv", "keyD", "pay2"} {
		if a := c.holds(op, c.call(op, column)); a.Status >= 400 {
			c.fails(op, a.Status, "en", a)
		}
	}
	if path, named := c.path(op, true); named {
		c.fails(op, http.StatusNotFound, "en", c.s.call(c.as(able[op.ID]), c.w.World, op.Method, routeOf(op), path))
	}
}

func must2(path string, _ bool) string { return path }

// speaksFourLanguages fails in each of them.
func (c *contract) speaksFourLanguages(op httpkit.Operation) {
	c.t.Helper()
	path, _ := c.path(op, false)
	for _, lang := range []string{"en", "fr", "nl", "de"} {
		a := c.w.Nobody().Do(op.Method, path, nil, "Accept-Language", lang+"-BE, "+lang+";q=0.9", "If-Match", `"v1"`, "Idempotency-Key", "a key of eight")
		if a.Status < 400 {
			c.t.Errorf("%s: %d for nobody", op.ID, a.Status)
			continue
		}
		c.fails(op, a.Status, lang, a)
	}
}
