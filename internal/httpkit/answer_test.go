package httpkit_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"relais/internal/httpkit"
)

func TestOperation_saysInOneWordWhatItIs(t *testing.T) {
	op := operation("x", "POST", "/x")
	for name, c := range map[string]struct {
		op          httpkit.Operation
		status      int
		match, once bool
	}{
		"plain":   {op, 0, false, false},
		"change":  {op.Changes(), 0, true, false},
		"silent":  {op.Changes().Silent(), 204, true, false},
		"create":  {op.Creates(), 201, false, true},
		"develop": {op.Changes().Creates(), 201, true, true},
	} {
		if c.op.Status != c.status || c.op.NeedsIfMatch != c.match || c.op.NeedsIdempotencyKey != c.once {
			t.Errorf("%s: %+v", name, c.op)
		}
	}
	if op.Below("case").Parent != "case" || op.Parent != "thing" {
		t.Errorf("a neighbour's parent moved: %q", op.Parent)
	}
}

func TestListOf_isNeverNullAndSaysNoNextOnTheLastPage(t *testing.T) {
	for want, next := range map[string]string{`{"items":[]}`: "", `{"items":[],"next":"abc"}`: "abc"} {
		if got, err := json.Marshal(httpkit.ListOf([]int(nil), func(*int) string { return "" }, next).Body); err != nil || string(got) != want {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
}

// Operations of several slices call the type that they answer with alike; some of those types are the same, some are not.
type (
	firstOut struct {
		Body struct {
			ID string `json:"id"`
		}
	}
	otherOut struct {
		Body struct {
			Name string `json:"name"`
		}
	}
)

func TestDocument_givesEveryTypeItsOwnSchema(t *testing.T) {
	type answerOut firstOut
	b := newBench(t)
	a := httpkit.NewAPI(b.kit.Engine(), b.kit)
	register := func(path string) httpkit.Operation { return operation("get-"+path, "GET", "/"+path) }
	httpkit.Operate(a, register("first"), func(context.Context, *struct{}) (*firstOut, error) { return nil, nil })
	func() {
		type firstOut otherOut // the same name, another type
		httpkit.Operate(a, register("second"), func(context.Context, *struct{}) (*firstOut, error) { return nil, nil })
	}()
	func() {
		type firstOut otherOut // the same name, and the type of the second once more
		httpkit.Operate(a, register("third"), func(context.Context, *struct{}) (*firstOut, error) { return nil, nil })
	}()
	httpkit.Operate(a, register("fourth"), func(context.Context, *struct{}) (*answerOut, error) { return nil, nil })
	httpkit.Operate(a, register("fifth"), func(context.Context, *struct{}) (*httpkit.Listed[thing], error) { return nil, nil })
	text, err := a.Document()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	for path, property := range map[string]string{"first": "id", "second": "name", "third": "name", "fourth": "id", "fifth": "items"} {
		schema := doc.Paths.Find("/" + path).Get.Responses.Status(200).Value.Content.Get("application/json").Schema
		if schema.Value.Properties[property] == nil {
			t.Errorf("%s is said to answer with %v", path, schema.Value.Properties)
		}
		if path == "fifth" && !strings.HasSuffix(schema.Ref, "thingRows") {
			t.Errorf("a list of things is called %s", schema.Ref)
		}
	}
}
