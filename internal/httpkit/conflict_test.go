package httpkit_test

import (
	"net/url"
	"strings"
	"testing"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// typedLate is the form of a second editor: the name and the note are otherwise than stored, the rest is as it was.
func typedLate() url.Values {
	return url.Values{"name": {"Mine"}, "notes": {"A long note.\nSecond line."}, "born.year": {"1994"}, "born.month": {"3"}, "born.day": {"7"},
		"sex": {"m"}, "langs": {"nl"}, "nat": {"BE"}, "pass": {secret}, "hid": {"1"}, "once": {"old-key"}, "version": {"2"}}
}

func conflicting(err error, change ...func(*samplePage)) httpkit.Handler {
	return func(r *httpkit.Request) (httpkit.Reply, error) {
		return httpkit.PostedIn(r, err, httpkit.See("/"), func(*httpkit.Request) (*samplePage, error) {
			p := &samplePage{Form: fullForm()}
			p.Form.Fields = append(p.Form.Fields, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: "new-key"})
			for _, c := range change {
				c(p)
			}
			return p, nil
		}, func(p *samplePage) *httpkit.Form { return &p.Form })
	}
}

func TestConflict_keepsWhatWasTypedBesideWhatIsStored(t *testing.T) {
	first := fault.New(fault.Conflict, "gate.changed").With(gate.Stale{Version: 3, By: "Jana Peeters", At: moment.Time(1_790_000_000_000_000)})
	b := newBench(t).page("/x", conflicting(first))
	rec := b.post("/x", typedLate().Encode())
	wantStatus(t, rec, 409)
	body := rec.Body.String()
	wantText(t, body, `value="Mine"`, "A long note.\nSecond line.</textarea>", `value="m" checked`, `name="version" value="3"`, "Jana Peeters",
		`id="f-name-stored"`, `aria-describedby="f-name-hint f-name-stored"`, `id="f-sex-stored"`, `name="once" value="new-key"`, `role="alert"`,
		"Nothing of yours is stored yet")
	wantNoText(t, body, secret, `id="f-born-stored"`, `id="f-nat-stored"`, `id="f-langs-stored"`)
	wantNoText(t, b.log.String(), "Mine", "Jana")
	wantText(t, b.log.String(), "status=409", "kind=conflict")
}

func TestConflict_comparesNothingWhereTheVersionIsTheSame(t *testing.T) {
	typed := typedLate()
	typed.Set("version", "3")
	b := newBench(t).page("/x", conflicting(fault.New(fault.Conflict, "gate.changed")))
	rec := b.post("/x", typed.Encode())
	wantStatus(t, rec, 409)
	wantText(t, rec.Body.String(), `value="Mine"`)
	wantNoText(t, rec.Body.String(), "-stored")
}

func TestConflict_withoutAFormGivesTheTextsBackOnTheErrorPage(t *testing.T) {
	refused := fault.New(fault.Conflict, "gate.changed")
	gone := func(p *samplePage) { p.Form.Fields = nil }
	broken := func(r *httpkit.Request) (httpkit.Reply, error) {
		return httpkit.PostedIn(r, refused, httpkit.See("/"), func(*httpkit.Request) (*samplePage, error) {
			return nil, fault.New(fault.NotFound, "fault.not_found")
		}, func(p *samplePage) *httpkit.Form { return &p.Form })
	}
	for name, h := range map[string]httpkit.Handler{
		"a page without the form": conflicting(refused, gone), "a page that is gone": broken,
		"a handler without a form": func(*httpkit.Request) (httpkit.Reply, error) { return httpkit.Reply{}, refused },
	} {
		b := newBench(t).page("/x", h)
		typed := typedLate()
		typed.Set("password", "my "+secret)
		rec := b.post("/x", typed.Encode())
		wantStatus(t, rec, 409)
		body := rec.Body.String()
		if !strings.Contains(body, "Mine") || !strings.Contains(body, "A long note.\nSecond line.") || !strings.Contains(body, "readonly") {
			t.Errorf("%s: the texts are lost in %.1500s", name, body)
		}
		wantNoText(t, body, secret, "old-key")
		wantNoText(t, b.log.String(), "Mine", "long note")
	}
}

// TestConflict_losesNoShortText posts texts that look like codes beside codes that look like texts.
func TestConflict_losesNoShortText(t *testing.T) {
	b := newBench(t).page("/x", func(*httpkit.Request) (httpkit.Reply, error) {
		return httpkit.Reply{}, fault.New(fault.Conflict, "gate.changed")
	})
	typed := url.Values{"note": {"angst"}, "phone": {"0470123456"}, "amount": {"12.50"}, "hours": {"09:00"}, "area": {"gent-noord"},
		"purpose": {"compensation"}, "basis": {"legal_task"}, "to": {"desk:01a21b13-f6e6-71a5-b864-fee96b889463"}, "seen": {"Zm9vYmFy"},
		"keep.note": {"theirs"}, "on.month": {"11"}, "version": {"41700417"}}
	body := b.post("/x", typed.Encode()).Body.String()
	wantText(t, body, "angst", "0470123456", "12.50", "09:00", "gent-noord")
	wantNoText(t, body, "compensation", "legal_task", "01a21b13", "Zm9vYmFy", "theirs", ">11", "41700417")
}

func TestOtherFailures_repeatNothingThatWasTyped(t *testing.T) {
	for _, kind := range []fault.Kind{fault.NotFound, fault.Refused, fault.Unauthenticated, fault.Internal} {
		b := newBench(t).failing("/x", fault.New(kind, "fault."+string(kind)))
		wantNoText(t, b.post("/x", typedLate().Encode()).Body.String(), "Mine", "long note")
	}
}
