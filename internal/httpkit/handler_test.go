package httpkit_test

import (
	"strings"
	"testing"

	"relais/internal/fault"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

func TestChange_refusesAFormWithoutAVersion(t *testing.T) {
	b, ran := newBench(t), 0
	b.kit.Engine().POST("/x", b.kit.Change(func(*httpkit.Request) (httpkit.Reply, error) { ran++; return httpkit.See("/y"), nil }))
	for form, status := range map[string]int{"": 428, "version=": 428, "version=0": 428, "version=-1": 428, "version=x": 428, "version=3": 303} {
		if rec := b.post("/x", form); rec.Code != status {
			t.Errorf("%q: %d, want %d", form, rec.Code, status)
		}
	}
	if ran != 1 {
		t.Errorf("the change ran %d times", ran)
	}
}

// sheetPage is the sample page, asking.
type sheetPage struct{ samplePage }

func (p *sheetPage) Asks() *httpkit.Form { return &p.Form }

func TestPosted_showsTheFormAgainWhereItIsOfUse(t *testing.T) {
	wrong := fault.New(fault.Invalid, "fault.invalid").WithField("name", "fault.field_required")
	for _, c := range []struct {
		name        string
		err, broken error
		status      int
		built       bool
	}{
		{"done", nil, nil, 303, false},
		{"wrong", wrong, nil, 422, true},
		{"wrong, and gone meanwhile", wrong, fault.New(fault.NotFound, "gate.not_found"), 404, true},
		{"somebody was first", fault.New(fault.Conflict, "gate.changed"), nil, 409, true},
		{"refused", fault.New(fault.Refused, "gate.refused"), nil, 403, false},
	} {
		built := false
		rec := newBench(t).page("/x", func(r *httpkit.Request) (httpkit.Reply, error) {
			return httpkit.Posted(r, c.err, httpkit.SeeWith("/y", "web.saved"), func(*httpkit.Request) (*sheetPage, error) {
				built = true
				form := httpkit.Form{Action: "/x", Submit: "Save", Fields: []httpkit.Field{{Kind: httpkit.Text, Name: "name", Label: "Name"}}}
				return &sheetPage{samplePage{Form: form}}, c.broken
			})
		}).post("/x", "name=Zo%C3%AB&version=4")
		if rec.Code != c.status || built != c.built {
			t.Errorf("%s: %d, built %v", c.name, rec.Code, built)
		}
		body := rec.Body.String()
		if c.status == 409 && !strings.Contains(body, `value="Zoë"`) {
			t.Errorf("%s: what was typed is not there: %.400s", c.name, body)
		}
		if c.status == 422 && (!strings.Contains(body, `value="Zoë"`) || !strings.Contains(body, "f-name-error")) {
			t.Errorf("%s: what was typed, or its error, is not there: %.400s", c.name, body)
		}
	}
}

func TestPages_leadOnWithinTheSameList(t *testing.T) {
	for _, c := range []struct{ asked, url, next, newer, older string }{
		{"/x", "/x", "", "", ""},
		{"/x", "/x", "abc", "", "/x?after=abc"},
		{"/x?after=q", "/x", "", "/x", ""},
		{"/x?after=q", "/x?box=done", "abc", "/x?box=done", "/x?box=done&after=abc"},
	} {
		var got httpkit.Pagination
		newBench(t).page("/x", func(r *httpkit.Request) (httpkit.Reply, error) {
			got = r.Pages(c.url, c.next)
			return sample(r)
		}).get(c.asked)
		if got != (httpkit.Pagination{Newer: c.newer, Older: c.older}) {
			t.Errorf("%s of %s: %+v", c.asked, c.url, got)
		}
	}
}

func TestBoxesOf_markTheOneThatIsShown(t *testing.T) {
	boxes := httpkit.BoxesOf(newBench(t).kit.Words(locale.English), "task", "/tasks", []string{"today", "later"}, "later")
	if boxes.Label == "" || len(boxes.Items) != 2 || boxes.Items[0].Current || !boxes.Items[1].Current || boxes.Items[1].URL != "/tasks?box=later" {
		t.Errorf("%+v", boxes)
	}
}
