package httpkit_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"

	"relais/internal/fault"
	"relais/internal/httpkit"
)

type (
	readIn struct {
		ID    string `path:"id" format:"uuid"`
		After string `query:"after" maxLength:"5"`
		Limit int    `query:"limit" minimum:"1" maximum:"50" default:"50"`
	}
	thing struct {
		Name string   `json:"name"`
		Tags []string `json:"tags"`
	}
	readOut struct {
		ETag string `header:"ETag"`
		Body thing
	}
	writeIn struct {
		ID   string `path:"id" format:"uuid"`
		Body struct {
			Name  string   `json:"name" minLength:"2" maxLength:"10"`
			Born  string   `json:"born,omitempty" format:"date"`
			Kind  string   `json:"kind,omitempty" enum:"a,b"`
			Age   int      `json:"age,omitempty" minimum:"0" maximum:"120"`
			Tags  []string `json:"tags,omitempty" maxItems:"2" uniqueItems:"true"`
			Inner struct {
				Note string `json:"note"`
			} `json:"inner,omitempty" required:"false"`
		}
	}
	diff struct {
		Field string `json:"field"`
	}
)

const anID = "0190163d-8694-739b-aea5-966c26f8ad91"

// newAPI has operations that succeed, and one whose failure the test chooses.
func newAPI(t testing.TB, err error) (*bench, *httpkit.API) {
	t.Helper()
	b := newBench(t)
	a := httpkit.NewAPI(b.kit.Engine(), b.kit, func(c *gin.Context) { c.Header("X-Middleware", "ran") })
	httpkit.Operate(a, operation("read-thing", "GET", "/things/{id}"), func(ctx context.Context, in *readIn) (*readOut, error) {
		return &readOut{ETag: httpkit.ETag(7), Body: thing{Name: "<b>", Tags: nil}}, nil
	})
	write := operation("write-thing", "PUT", "/things/{id}")
	write.NeedsIfMatch = true
	httpkit.Operate(a, write, func(ctx context.Context, in *writeIn) (*readOut, error) {
		return &readOut{ETag: httpkit.ETag(httpkit.IfMatch(ctx) + 1), Body: thing{Name: in.Body.Name}}, nil
	})
	create := operation("create-thing", "POST", "/things/{id}/parts")
	create.NeedsIdempotencyKey, create.Status = true, http.StatusCreated
	httpkit.Operate(a, create, func(ctx context.Context, in *writeIn) (*readOut, error) {
		return &readOut{Body: thing{Name: httpkit.IdempotencyKey(ctx)}}, nil
	})
	httpkit.Operate(a, operation("fail", "POST", "/fail"), func(context.Context, *struct{}) (*struct{}, error) { return nil, err })
	httpkit.Operate(a, operation("panic", "GET", "/panic"), func(context.Context, *struct{}) (*readOut, error) { panic(secret) })
	return b, a
}

func operation(id, method, path string) httpkit.Operation {
	return httpkit.Operation{ID: id, Method: method, Path: path, Summary: "Does " + id, Tag: "things", Permission: "thing.do", Parent: "thing"}
}

func (b *bench) put(body string, headers ...string) (rec *httptest.ResponseRecorder, p httpkit.Problem) {
	b.t.Helper()
	got := b.do("PUT", "/api/v1/things/"+anID, body, append([]string{"Content-Type", "application/json", "If-Match", `"v3"`}, headers...)...)
	if got.Code >= 400 {
		p = problemIn(b.t, got)
		wantNoText(b.t, got.Body.String(), secret)
	}
	return got, p
}

func TestOperation_answersInJSON(t *testing.T) {
	b, _ := newAPI(t, nil)
	rec := b.get("/api/v1/things/" + anID)
	wantStatus(t, rec, 200)
	if rec.Body.String() != `{"name":"<b>","tags":null}`+"\n" && rec.Body.String() != `{"name":"<b>","tags":[]}`+"\n" {
		t.Errorf("body %s", rec.Body)
	}
	if rec.Header().Get("ETag") != `"v7"` || rec.Header().Get("X-Middleware") != "ran" || rec.Header().Get("Link") != "" ||
		rec.Header().Get("Content-Type") != "application/json" || rec.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", rec.Header())
	}
	wantStatus(t, b.get("/api/v1/things/"+anID, "Accept", "text/html"), 200)
	wantStatus(t, b.get("/api/v1/docs"), 404)
	wantStatus(t, b.get("/api/v1/schemas/thing.json"), 404)
}

func TestInput_isRefusedByFieldAndRuleWithoutTheValue(t *testing.T) {
	b, _ := newAPI(t, nil)
	for _, c := range []struct{ body, field, code string }{
		{`{"name":"` + secret + secret + `"}`, "name", "fault.field_too_long"}, {`{"name":"x"}`, "name", "fault.field_too_short"},
		{`{}`, "name", "fault.field_required"}, {`{"name":5}`, "name", "fault.field_wrong_type"},
		{`{"name":"ok","inner":{}}`, "inner.note", "fault.field_required"}, {`{"name":"ok","inner":{"note":"x","` + "b" + `":1}}`, "inner.b", "fault.field_unknown"},
		{`{"name":"ok","born":"` + secret + `"}`, "born", "fault.field_not_a_date"}, {`{"name":"ok","kind":"` + secret + `"}`, "kind", "fault.field_unknown_code"},
		{`{"name":"ok","age":121}`, "age", "fault.field_too_large"}, {`{"name":"ok","age":-1}`, "age", "fault.field_too_small"},
		{`{"name":"ok","age":1.5}`, "age", "fault.field_not_a_number"}, {`{"name":"ok","tags":["a","b","c"]}`, "tags", "fault.field_too_many"},
		{`{"name":"ok","tags":["a","a"]}`, "tags", "fault.field_duplicate"}, {`{"name":"ok","tags":"a"}`, "tags", "fault.field_wrong_type"},
		{`{"name":"ok","extra":"` + secret + `"}`, "extra", "fault.field_unknown"}, {`{"NAME":"ok"}`, "name", "fault.field_required"},
		{`{"name":"ok","` + secret + `":1}`, "body", "fault.field_unknown"}, {`[]`, "body", "fault.field_wrong_type"}, {`null`, "body", "fault.field_wrong_type"},
	} {
		_, p := b.put(c.body)
		if p.Status != 422 || p.Code != "fault.invalid" || p.Type != "urn:relais:problem:fault.invalid" {
			t.Errorf("%s: %+v", c.body, p)
			continue
		}
		if !hasField(p, c.field, c.code) {
			t.Errorf("%s: errors %+v, want %s %s", c.body, p.Errors, c.field, c.code)
		}
	}
	wantNoText(t, b.log.String(), secret)
}

func hasField(p httpkit.Problem, field, code string) bool {
	for _, e := range p.Errors {
		if e.Field == field && e.Code == code && e.Detail != "" && !strings.HasPrefix(e.Detail, "fault.") {
			return true
		}
	}
	return false
}

func TestLimits_areToldInTheReadersLanguage(t *testing.T) {
	b, _ := newAPI(t, nil)
	_, p := b.put(`{"name":"`+strings.Repeat("x", 11)+`"}`, "Accept-Language", "nl-BE")
	if len(p.Errors) != 1 || p.Errors[0].Detail != "Ten hoogste 10 tekens" || p.Title != "Er is iets niet juist ingevuld" {
		t.Errorf("%+v", p)
	}
}

func TestQuery_isCheckedToo(t *testing.T) {
	b, _ := newAPI(t, nil)
	for query, want := range map[string][2]string{"name=" + secret: {"query.name", "fault.field_unknown"}, "after=abcdef": {"query.after", "fault.field_too_long"},
		"limit=51": {"query.limit", "fault.field_too_large"}, "limit=x": {"query.limit", "fault.field_not_a_number"}} {
		rec := b.get("/api/v1/things/" + anID + "?" + query)
		if p := problemIn(t, rec); p.Status != 422 || !hasField(p, want[0], want[1]) {
			t.Errorf("%s: %+v", query, p)
		}
		wantNoText(t, rec.Body.String(), secret)
	}
}

func TestBrokenJSON_isMalformed(t *testing.T) {
	b, _ := newAPI(t, nil)
	for name, body := range map[string]string{
		"cut": `{"name":"` + secret, "twice": `{"name":"ok","name":"` + secret + `"}`, "not UTF-8": "{\"name\":\"\xff\xfe\"}", "two": `{} {}`, "empty": "",
		"deep": strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), "deep list": strings.Repeat("[", 100000), "huge number": `{"name":"ok","age":1e400}`,
		"inner twice": `{"name":"ok","inner":{"note":"a","note":"b"}}`, "text": secret, "bom": "\ufeff{}", "comment": `{/**/}`, "half a surrogate pair": `{"name":"ok\ud800"}`, "NaN": `{"age":NaN}`,
	} {
		_, p := b.put(body)
		if p.Status != 400 || p.Code != "fault.malformed" || len(p.Errors) != 0 {
			t.Errorf("%s: %+v", name, p)
		}
	}
	wantNoText(t, b.log.String(), secret)
}

func TestBody_ofAnotherKindOrSizeIsRefused(t *testing.T) {
	b, _ := newAPI(t, nil)
	for kind, status := range map[string]int{"text/plain": 415, "application/xml": 415, "application/x-www-form-urlencoded": 415, "multipart/form-data": 415,
		"application/json; charset=utf-8": 200, "application/" + secret: 415, ";+": 415} {
		if rec := b.do("PUT", "/api/v1/things/"+anID, `{"name":"ok"}`, "Content-Type", kind, "If-Match", `"v1"`); rec.Code != status {
			t.Errorf("%s: %d, want %d: %s", kind, rec.Code, status, rec.Body)
		}
	}
	if _, p := b.put(`{"name":"` + strings.Repeat("x", 1<<20) + `"}`); p.Status != 413 {
		t.Errorf("%+v", p)
	}
}

func TestUnreadableID_isNotFoundLikeAnyOther(t *testing.T) {
	b, _ := newAPI(t, nil)
	one, two := b.get("/api/v1/things/7"), b.get("/api/v1/nothing")
	wantStatus(t, one, 404)
	if one.Body.String() != two.Body.String() {
		t.Errorf("%s\n%s", one.Body, two.Body)
	}
	if p := problemIn(t, one); p.Code != "fault.not_found" || p.TraceID != "" {
		t.Errorf("%+v", p)
	}
}

func TestIfMatch_isRequiredAndExact(t *testing.T) {
	b, _ := newAPI(t, nil)
	for header, status := range map[string]int{"": 428, `"v3"`: 200, `*`: 400, `W/"v3"`: 400, `"v3", "v4"`: 400, `v3`: 400, `"v-1"`: 400, `"v03"`: 400, `"v99999999999999999999"`: 400} {
		rec := b.do("PUT", "/api/v1/things/"+anID, `{"name":"ok"}`, "Content-Type", "application/json", "If-Match", header)
		wantStatus(t, rec, status)
		if status == 200 && rec.Header().Get("ETag") != `"v4"` {
			t.Errorf("ETag %s", rec.Header().Get("ETag"))
		}
	}
	rec := b.do("PUT", "/api/v1/things/"+anID, "not even JSON", "Content-Type", "application/json")
	if p := problemIn(t, rec); p.Code != "fault.precondition_required" || p.TraceID == "" {
		t.Errorf("%+v", p)
	}
}

func TestIdempotencyKey_isRequiredForCreations(t *testing.T) {
	b, _ := newAPI(t, nil)
	for key, status := range map[string]int{"": 400, "short": 400, anID: 201, "with space in it": 400, strings.Repeat("x", 65): 400} {
		rec := b.do("POST", "/api/v1/things/"+anID+"/parts", `{"name":"ok"}`, "Content-Type", "application/json", "Idempotency-Key", key)
		wantStatus(t, rec, status)
		if status == 201 {
			wantText(t, rec.Body.String(), key)
		}
	}
}

func TestOperationFailure_becomesAProblem(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{errors.New("pq: " + secret), 500, "fault.internal"},
		{fault.New(fault.Internal, "sample.plain").Because(errors.New(secret)), 500, "fault.internal"},
		{fault.New(fault.Conflict, "sample.plain").With([]diff{{Field: "name"}}), 409, "sample.plain"},
		{fault.New(fault.Refused, "sample.reason"), 403, "sample.reason"},
		{fault.New(fault.Unauthenticated, "sample.plain"), 401, "fault.unauthenticated"},
		{fault.New(fault.NotFound, "sample.plain").With(secret), 404, "fault.not_found"},
		{fault.New(fault.Invalid, "fault.invalid").WithField("name", "fault.field_required").With(secret), 422, "fault.invalid"},
		{fault.New(fault.TooMany, "fault.too_many").With(wait(0)), 429, "fault.too_many"},
		{fault.New(fault.Unavailable, "fault.unavailable"), 503, "fault.unavailable"},
	} {
		b, _ := newAPI(t, c.err)
		rec := b.do("POST", "/api/v1/fail", "", "Accept-Language", "de")
		p := problemIn(t, rec)
		if p.Status != c.status || p.Code != c.code {
			t.Errorf("%v: %+v", c.err, p)
		}
		wantNoText(t, rec.Body.String(), secret)
		wantNoText(t, b.log.String(), "level=INFO msg=request method=POST route=/api/v1/fail status=500")
		switch c.status {
		case 403:
			if p.ReasonID != "sample.reason" || p.NextStep != "Ask in de" || p.Detail != "Only de readers may" {
				t.Errorf("%+v", p)
			}
		case 409:
			wantText(t, rec.Body.String(), `"diff":[{"field":"name"}]`)
		case 429:
			wantText(t, rec.Header().Get("Retry-After"), "1")
		}
	}
	b, _ := newAPI(t, nil)
	wantStatus(t, b.do("POST", "/api/v1/fail", ""), 204)
	rec := b.get("/api/v1/panic")
	if p := problemIn(t, rec); p.Status != 500 || p.TraceID == "" {
		t.Errorf("%+v", p)
	}
	wantNoText(t, rec.Body.String()+b.log.String(), secret)
}

type reasoned struct{}

func (reasoned) ReasonID() string    { return "matrix.health.police" }
func (reasoned) ReasonKey() string   { return "sample.plain" }
func (reasoned) NextStepKey() string { return "sample.plain" }

func TestRefusal_canCarryItsOwnReasonID(t *testing.T) {
	b, _ := newAPI(t, fault.New(fault.Refused, "sample.reason").With(reasoned{}))
	if p := problemIn(t, b.do("POST", "/api/v1/fail", "")); p.ReasonID != "matrix.health.police" || p.NextStep != "Plain en" || p.Detail != "Plain en" {
		t.Errorf("%+v", p)
	}
}

func TestOperate_panicsWithoutPermissionOrParent(t *testing.T) {
	for _, forget := range []func(*httpkit.Operation){
		func(o *httpkit.Operation) { o.Permission = "" }, func(o *httpkit.Operation) { o.Parent = " " }, func(o *httpkit.Operation) { o.Tag = "" },
		func(o *httpkit.Operation) { o.ID = "" }, func(o *httpkit.Operation) { o.Summary = "" }, func(o *httpkit.Operation) { o.Method = "" },
	} {
		b := newBench(t)
		a := httpkit.NewAPI(b.kit.Engine(), b.kit)
		op := operation("x", "GET", "/x")
		forget(&op)
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v was registered", op)
				}
			}()
			httpkit.Operate(a, op, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
		}()
	}
}

func TestDocument_isValidOpenAPI31AndComplete(t *testing.T) {
	b, a := newAPI(t, nil)
	rec := b.get("/api/v1/openapi.json")
	wantStatus(t, rec, 200)
	var head struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &head); err != nil || !strings.HasPrefix(head.OpenAPI, "3.1") {
		t.Fatalf("%v %q", err, head.OpenAPI)
	}
	document, err := openapi3.NewLoader().LoadFromData(rec.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(context.Background()); err != nil {
		t.Error(err)
	}
	if len(a.Operations()) != 5 || len(head.Paths) != 4 {
		t.Errorf("%d operations, %d paths", len(a.Operations()), len(head.Paths))
	}
	wantText(t, rec.Body.String(), `"x-permission":"thing.do"`, `"x-parent":"thing"`, `"If-Match"`, `"Idempotency-Key"`, "application/problem+json", "trace_id")
}
